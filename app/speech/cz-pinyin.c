/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/speech/cz-pinyin.h"

#include <string.h>

static char
tone_of (const CzSyllable *s)
{
  gsize n = strlen (s->text);
  return n > 0 ? s->text[n - 1] : '\0';
}

static void
set_tone (CzSyllable *s, char tone)
{
  gsize n = strlen (s->text);
  if (n > 0)
    s->text[n - 1] = tone;
}

static gboolean
is_one_of (gunichar c, const char *set)
{
  return c != 0 && g_utf8_strchr (set, -1, c) != NULL;
}

static gboolean
same_word (const CzSyllable *s, guint n, guint i, guint k)
{
  return i < n && k < n && s[i].word == s[k].word;
}

/* The point of a number: 三点一元, but not 点一条 (touch one) and not 一点一刻. */
static gboolean
is_behind_point (const CzSyllable *s, guint n, guint i)
{
  return i >= 2 && s[i - 1].c == 0x70b9 /* 点 */ && is_one_of (s[i - 2].c, "零〇一二三四五六七八九十百千万亿两")
         && !(i + 1 < n && s[i + 1].c == 0x523b /* 刻 */);
}

/* The first of a rank or of a row: 一级, 一等奖, 一季度; but 上一级, 这一类, 一组数据. */
static gboolean
is_ordinal (const CzSyllable *s, guint n, guint i)
{
  gunichar before = i > 0 ? s[i - 1].c : 0, after = s[i + 1].c, next = i + 2 < n ? s[i + 2].c : 0;

  switch (after) {
  case 0x7ea7: /* 级 */
    return !is_one_of (before, "上下这那每哪同某高低差升降了");
  case 0x7c7b: /* 类 */
  case 0x671f: /* 期 */
    return !is_one_of (before, "上下这那每哪同某另有其了成为");
  case 0x7b49: /* 等 */
    return is_one_of (next, "奖品级功舱座粮");
  case 0x5b63: /* 季 */
    return next == 0x5ea6 /* 度 */ && before != 0x6bcf /* 每 */;
  case 0x5e74: /* 年 */
    return next == 0x7ea7 /* 级 */;
  case 0x7ec4: /* 组 */
    return (next == 0 || is_one_of (next, "组长村的和在")) && !is_one_of (before, "上下这那每哪同某另有了成为分");
  default:
    return FALSE;
  }
}

/* 一 in 第一, 十一, 一九九零, 一月, 统一, at the end: counted or named, it keeps the first tone. */
static gboolean
keeps_tone (const CzSyllable *s, guint n, guint i)
{
  gunichar before = i > 0 ? s[i - 1].c : 0;
  gunichar after = i + 1 < n ? s[i + 1].c : 0;

  if (s[i].is_name && !is_one_of (after, "百千万亿"))
    return TRUE;
  if (i > 0 && s[i - 1].is_number != s[i].is_number)
    before = 0;
  if (i + 1 == n || is_one_of (before, "第初十零〇九八七六五四三二一") || is_behind_point (s, n, i)
      || is_one_of (after, "一二三四五六七八九零〇十月号日楼比") || is_ordinal (s, n, i))
    return TRUE;
  return i > 0 && same_word (s, n, i - 1, i) && !same_word (s, n, i, i + 1) && !s[i].is_number;
}

static void
change_yi (CzSyllable *s, guint n, guint i)
{
  gboolean between_same = i > 0 && i + 1 < n && s[i - 1].c == s[i + 1].c && (i < 2 || s[i - 2].c != s[i].c) && !s[i].is_number && !s[i].is_name;
  char next;

  if (strcmp (s[i].text, "yi1") != 0)
    return;
  if (between_same) {
    set_tone (&s[i], '5');
    return;
  }
  if (keeps_tone (s, n, i))
    return;
  next = tone_of (&s[i + 1]);
  /* A measure word gone toneless was a fourth tone as a rule: 一个. */
  if (next == '4' || (next == '5' && is_one_of (s[i + 1].c, "个下会阵")))
    set_tone (&s[i], '2');
  else if (next != '\0')
    set_tone (&s[i], '4');
}

static void
change_bu (CzSyllable *s, guint n, guint i)
{
  if (strcmp (s[i].text, "bu4") != 0 || i + 1 >= n)
    return;
  if (i > 0 && s[i - 1].c == s[i + 1].c)
    set_tone (&s[i], '5');
  else if (tone_of (&s[i + 1]) == '4')
    set_tone (&s[i], '2');
}

/* Runs of third tones, a to b (excluded), inside one word: all but the last rise. */
static void
raise_run (CzSyllable *s, guint a, guint b)
{
  for (guint i = a; i + 1 < b; i++)
    set_tone (&s[i], '2');
}

static gboolean
stands_alone (const CzSyllable *s, guint n, guint i)
{
  return (i == 0 || s[i - 1].word != s[i].word) && (i + 1 >= n || s[i + 1].word != s[i].word);
}

/* Three passes: inside words; single syllables pair off from the left (我也 想买); what still meets rises. After
 * them no two third tones meet, so the voice's own sandhi, which would run through the whole clause, finds none. */
static void
change_third (CzSyllable *s, guint n)
{
  for (guint a = 0; a < n;) {
    guint b = a;
    while (b < n && tone_of (&s[b]) == '3' && s[b].word == s[a].word)
      b++;
    raise_run (s, a, b);
    a = MAX (b, a + 1);
  }
  for (guint i = 0; i + 1 < n; i++)
    if (stands_alone (s, n, i) && stands_alone (s, n, i + 1) && tone_of (&s[i]) == '3' && tone_of (&s[i + 1]) == '3') {
      set_tone (&s[i], '2');
      i++;
    }
  for (guint i = 0; i + 1 < n; i++)
    if (tone_of (&s[i]) == '3' && tone_of (&s[i + 1]) == '3')
      set_tone (&s[i], '2');
}

void
cz_pinyin_apply_sandhi (CzSyllable *syllables, guint n)
{
  for (guint i = 0; i < n; i++) {
    if (syllables[i].c == 0x4e00)
      change_yi (syllables, n, i);
    else if (syllables[i].c == 0x4e0d)
      change_bu (syllables, n, i);
  }
  change_third (syllables, n);
}

gboolean
cz_pinyin_is_child (gunichar before)
{
  static const char *const CHILDREN[] = { "女", "婴", "幼", "孤", "胎", "男", "健", "少", "宠", "生", "育", "妻", "小", "早", "患",
                                          "弃", "产", "新", "孙", "弱", "混", "血", "托", "侄", "义", "养", "骄", "麟", "胡", NULL };

  for (guint i = 0; CHILDREN[i] != NULL; i++)
    if (g_utf8_get_char (CHILDREN[i]) == before)
      return TRUE;
  return FALSE;
}

void
cz_pinyin_mark_erhua (CzSyllable *word, guint n)
{
  if (n >= 2 && word[n - 1].c == 0x513f && g_str_has_prefix (word[n - 1].text, "er") && !cz_pinyin_is_child (word[n - 2].c))
    word[n - 1].is_erhua = TRUE;
}

/* espeak-ng 1.51 loses the tone of these. */
static const char *
sayable (const char *syllable, char *buffer, gsize size)
{
  static const char *const ODD[][2] = { { "m", "mu" }, { "n", "en" }, { "hng", "heng" }, { "hm", "heng" }, { "ng", "en" } };
  gsize n = strlen (syllable);

  for (gsize i = 0; i < G_N_ELEMENTS (ODD); i++)
    if (n > 1 && strncmp (syllable, ODD[i][0], n - 1) == 0 && ODD[i][0][n - 1] == '\0') {
      g_snprintf (buffer, size, "%s%c", ODD[i][1], syllable[n - 1]);
      return buffer;
    }
  return syllable;
}

/* 点儿 dia3r, 玩儿 wa2r: the final n or i falls away before the r; in a bare -i or -in syllable it does not. */
static void
append_coloured (GString *out, const char *syllable)
{
  gsize n = strlen (syllable) - 1;
  gsize keep = n;

  if (n > 2 && (syllable[n - 1] == 'n' || syllable[n - 1] == 'i') && strchr ("aeou", syllable[n - 2]) != NULL)
    keep = n - 1;
  g_string_append_len (out, syllable, (gssize) keep);
  g_string_append_c (out, syllable[n]);
  g_string_append_c (out, 'r');
}

void
cz_pinyin_append_word (GString *out, const CzSyllable *word, guint n)
{
  char buffer[10];

  for (guint i = 0; i < n; i++) {
    if (word[i].is_erhua)
      continue;
    if (word[i].text[0] == '\0')
      g_string_append_unichar (out, word[i].c);
    else if (i + 1 < n && word[i + 1].is_erhua)
      append_coloured (out, word[i].text);
    else
      g_string_append (out, sayable (word[i].text, buffer, sizeof buffer));
  }
}
