/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/speech/cz-reading-rules.h"

static const struct {
  const char *measure;
  const char *reading;
} MEASURES[] = {
  { "只", "zhi1" }, { "种", "zhong3" }, { "行", "hang2" }, { "分", "fen1" }, { "间", "jian1" }, { "处", "chu4" },
  { "担", "dan4" },   { "重", "chong2" }, { "场", "chang3" }, { "幢", "zhuang4" }, { "扎", "za1" },
  { "把", "ba3" },  { "卷", "juan3" },  { "头", "tou2" },   { "挑", "tiao1" },  { "撮", "cuo1" },
};

static gunichar
char_at (const CzReadingContext *x, gint64 at)
{
  return at < 0 || at >= x->n ? 0 : x->text[at];
}

static gboolean
is_one_of (gunichar c, const char *set)
{
  return c != 0 && g_utf8_strchr (set, -1, c) != NULL;
}

static const CzHanziWord *
word_at (const CzReadingContext *x, guint at, int step)
{
  gint64 w = (gint64) x->word_of[at] + step;
  return w < 0 || w >= x->n_words ? NULL : &x->words[w];
}

static gboolean
has_class (const CzHanziWord *word, const char *classes)
{
  return word != NULL && word->klass > 0 && word->klass < CZ_WORD_COLLOCATION && classes[word->klass - 1] == '1';
}

/* One digit a class, from 1 on: noun name place office verb verbal-noun adjective adverb pronoun numeral
 * measure preposition conjunction particle location time idiom distinguishing state other. */
#define THINGS "10100000000000000000000"
#define VERBS "00001100000000000000000"
#define VERBS_AND_BEFORE "00001111000100000100000"
#define DESCRIBING "00000011000000001010000"

/* A measure word after a figure that is no part of a longer word: 三只, 二十分, but not 三分之一. */
static const char *
as_measure (const CzReadingContext *x, const CzSpokenChar *chars, guint i)
{
  gboolean figure;

  if (i == 0 || x->words[x->word_of[i]].length > 1)
    return NULL;
  figure = (chars[i - 1].flags & CZ_SPOKEN_NUMBER) != 0 && (chars[i].flags & CZ_SPOKEN_FIRST) != 0
           && is_one_of (chars[i - 1].c, "一二三四五六七八九十百千万两几");
  if (!figure && !(chars[i - 1].c >= '0' && chars[i - 1].c <= '9'))
    return NULL;
  for (guint k = 0; k < G_N_ELEMENTS (MEASURES); k++)
    if (g_utf8_get_char (MEASURES[k].measure) == chars[i].c)
      return MEASURES[k].reading;
  return NULL;
}

/* 慢慢地干, 及时地喷药: between a describing word and a verb. */
static const char *
read_di (const CzReadingContext *x, guint i)
{
  const CzHanziWord *before = word_at (x, i, -1), *after = word_at (x, i, 1);
  gboolean doubled = i >= 2 && x->text[i - 1] == x->text[i - 2];

  if (before == NULL || after == NULL || !has_class (after, VERBS_AND_BEFORE))
    return NULL;
  if (doubled || (before->length >= 2 && has_class (before, DESCRIBING)))
    return "de5";
  return NULL;
}

/* 我们得走 (must), 跑得快 (how). */
static const char *
read_de (const CzReadingContext *x, guint i)
{
  const CzHanziWord *before = word_at (x, i, -1), *after = word_at (x, i, 1);
  gunichar l = char_at (x, (gint64) i - 1), r = char_at (x, (gint64) i + 1);

  if (before == NULL || after == NULL)
    return NULL;
  if (is_one_of (l, "们我你他她它还就都也总必您咱谁可") && (has_class (after, VERBS) || is_one_of (r, "先把赶给有要去到按")))
    return "dei3";
  if (is_one_of (l, "长跑卖干做走说写种过住吃来活睡穿想办学收打") && !is_one_of (r, "到了知出罪"))
    return "de5";
  return NULL;
}

/* Grown, not long: 苗长得高, 长满了草, 长了虫. */
static const char *
read_chang (const CzReadingContext *x, guint i)
{
  gunichar l = char_at (x, (gint64) i - 1), r = char_at (x, (gint64) i + 1), r2 = char_at (x, (gint64) i + 2);

  if (is_one_of (r, "得成出满大势高芽虫霉草叶壮胖好") || is_one_of (l, "苗草禾徒疯猛生成助"))
    return "zhang3";
  if (r == 0x4e86 && is_one_of (r2, "一虫草霉芽叶病毛斑刺根")) /* 长了 */
    return "zhang3";
  return NULL;
}

/* To sow: 种西瓜, 种30亩, 种的人; not 各种农药, 两种, 品种. */
static const char *
read_zhong (const CzReadingContext *x, guint i)
{
  const CzHanziWord *after = word_at (x, i, 1);
  gunichar l = char_at (x, (gint64) i - 1), r = char_at (x, (gint64) i + 1);

  if (is_one_of (l, "各这那哪几某良品一两三四五六七八九十0多数何此该每同另"))
    return NULL;
  if (r == '0' || is_one_of (l, "着谁") /* 连着种, 谁种谁领 */ || is_one_of (r, "的了地田上下在得过完好什啥一二三四五六七八九十两百") || has_class (after, THINGS))
    return "zhong4";
  return NULL;
}

/* 处5000元以上罚款, 处以罚款: to punish. */
static const char *
read_chu (const CzReadingContext *x, guint i)
{
  gunichar l = char_at (x, (gint64) i - 1), r = char_at (x, (gint64) i + 1);

  if (is_one_of (l, "到各住在何几益一用好坏深远近0"))
    return NULL;
  if (r == '0' || is_one_of (r, "以一二三四五六七八九十拘没警有违罚") || l == 0x5e76 /* 并 */)
    return "chu3";
  return NULL;
}

/* To strew on a field. */
static const char *
read_sa (const CzReadingContext *x, guint i)
{
  return is_one_of (char_at (x, (gint64) i + 1), "一了上在些点匀药化肥石灰生种盐粉颗农草施播") ? "sa3" : NULL;
}

/* To set, to mix: 调声音, 调大一点, 调药. */
static const char *
read_tiao (const CzReadingContext *x, guint i)
{
  return is_one_of (char_at (x, (gint64) i + 1), "声音大小高低快慢好准匀稠稀浓淡亮暗药") ? "tiao2" : NULL;
}

/* To buy and sell, as a law forbids it; the dictionary has the noun alone: 做买卖, 一笔买卖, 买卖人. */
static const char *
read_mai (const CzReadingContext *x, guint i)
{
  gunichar before = char_at (x, (gint64) i - 2), r = char_at (x, (gint64) i + 1);

  if (char_at (x, (gint64) i - 1) != 0x4e70 /* 买 */ || is_one_of (before, "做小大笔桩个宗这那谈的") || is_one_of (r, "人好")
      || before == 0)
    return NULL;
  return "mai4";
}

const char *
cz_reading_rule (const CzReadingContext *context, const CzSpokenChar *chars, guint at)
{
  const char *measure = as_measure (context, chars, at);

  if (measure != NULL)
    return measure;
  if (context->text[at] == 0x5356) /* 卖 */
    return read_mai (context, at);
  if (context->words[context->word_of[at]].length > 1)
    return NULL;
  switch (context->text[at]) {
  case 0x5730: /* 地 */
    return read_di (context, at);
  case 0x5f97: /* 得 */
    return read_de (context, at);
  case 0x957f: /* 长 */
    return read_chang (context, at);
  case 0x79cd: /* 种 */
    return read_zhong (context, at);
  case 0x5904: /* 处 */
    return read_chu (context, at);
  case 0x6492: /* 撒 */
    return read_sa (context, at);
  case 0x8c03: /* 调 */
    return read_tiao (context, at);
  default:
    return NULL;
  }
}

/* Words set by hand, and the endings of words that an encyclopedia has more often as words of their own. */
gboolean
cz_reading_stands (const CzReadingContext *context, guint at)
{
  const CzHanziWord *word = &context->words[context->word_of[at]];

  if (word->klass == CZ_WORD_FARM)
    return TRUE;
  return word->known && is_one_of (context->text[at], "子头得地们");
}
