/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/speech/cz-normalise-priv.h"

#include <string.h>

/* First match wins. What a rule before has taken, a later one never sees. */
static const CzRule RULES_AT_DIGIT[] = {
  cz_rule_item,    cz_rule_address, cz_rule_code,     cz_rule_phone,   cz_rule_date,  cz_rule_time, cz_rule_ratio,
  cz_rule_percent, cz_rule_price,    cz_rule_year,    cz_rule_day_and_night, cz_rule_fraction, cz_rule_per, cz_rule_unit,
  cz_rule_range,   cz_rule_number,    NULL,
};
static const CzRule RULES_AT_LETTER[] = { cz_rule_address, cz_rule_currency, cz_rule_bare_unit, cz_rule_latin, NULL };
static const CzRule RULES_AT_SIGN[] = {
  cz_rule_currency, cz_rule_phone, cz_rule_time, cz_rule_change, cz_rule_percent, cz_rule_day_and_night, cz_rule_fraction, cz_rule_per, cz_rule_unit, cz_rule_range,
  cz_rule_number,   cz_rule_bare_unit, cz_rule_list, cz_rule_per_price, cz_rule_symbol, NULL,
};

static gunichar
fold (gunichar c)
{
  if (c == 0x3000)
    return c;
  if (c >= 0xff10 && c <= 0xff19)
    return c - 0xff10 + '0';
  if ((c >= 0xff21 && c <= 0xff3a) || (c >= 0xff41 && c <= 0xff5a))
    return c - 0xfee0;
  switch (c) {
  case 0xff05: return '%';
  case 0xff0b: return '+';
  case 0xff0d: case 0x2212: case 0x2010: case 0x2011: case 0xfe63: return '-';
  case 0xff0e: return '.';
  case 0xff0f: case 0x2215: case 0x2044: return '/';
  case 0xff1d: return '=';
  case 0xff1c: return '<';
  case 0xff1e: return '>';
  case 0xff20: return '@';
  case 0xff3e: return '^';
  case 0xff5e: case 0x301c: case 0x223c: return '~';
  case 0xffe5: return 0xa5;
  case 0x2103: return 0x2103;
  case 0xa0: case 0x2002: case 0x2003: case 0x2009: case 0x202f: return ' ';
  case 0xfeff: case 0x200b: case 0x200c: case 0x200d: case 0x200e: case 0x200f: case 0xfe0f: return 0x200b;
  default: return c;
  }
}

/* Compatibility ideographs stand for the ordinary one. */
static gunichar
unify (gunichar c)
{
  gunichar plain[G_UNICHAR_MAX_DECOMPOSITION_LENGTH];

  if (!((c >= 0xf900 && c <= 0xfaff) || (c >= 0x2f800 && c <= 0x2fa1f)))
    return c;
  return g_unichar_fully_decompose (c, FALSE, plain, G_N_ELEMENTS (plain)) == 1 ? plain[0] : c;
}

static void
decode (const char *text, gsize len, GArray *chars, GArray *offsets)
{
  gsize at = 0;

  while (at < len) {
    gunichar c = g_utf8_get_char_validated (text + at, (gssize) MIN (len - at, 6));
    gsize size = 1;

    g_array_append_val (offsets, at);
    if (c == (gunichar) -1 || c == (gunichar) -2 || c == 0)
      c = 0xfffd;
    else
      size = (gsize) (g_utf8_next_char (text + at) - (text + at));
    c = unify (fold (c));
    g_array_append_val (chars, c);
    at += size;
  }
  g_array_append_val (offsets, len);
}

/* 5：30 and 1：1000 are written with the wide colon as often as with the narrow one; 1，200 likewise. */
static void
narrow_between_digits (gunichar *text, guint n)
{
  for (guint i = 1; i + 1 < n; i++)
    if (text[i] == 0xff1a && g_unichar_isdigit (text[i - 1]) && g_unichar_isdigit (text[i + 1]))
      text[i] = ':';
}

/* One or two digits there and then one of signs. */
static gboolean
counts (const gunichar *text, guint n, guint at, const char *signs)
{
  guint end = at;

  while (end < n && end - at < 2 && cz_norm_is_digit (text[end]))
    end++;
  end += end < n && text[end] == ' ' ? 1 : 0;
  return end > at && end < n && g_utf8_strchr (signs, -1, text[end]) != NULL;
}

/* 2024 年 5 月 1 日: set with air, said without. What is left out belongs to the character before. */
static void
close_up_dates (GArray *chars, GArray *offsets)
{
  gunichar *text = (gunichar *) (void *) chars->data;
  gsize *offset = (gsize *) (void *) offsets->data;
  guint n = chars->len, to = 0;

  for (guint i = 0; i < n; i++) {
    gunichar before = to > 0 ? text[to - 1] : 0, after = i + 1 < n ? text[i + 1] : 0;
    gboolean is_air = text[i] == ' ' && before != 0 && after != 0
                      && ((cz_norm_is_digit (before) && g_utf8_strchr ("年月日", -1, after) != NULL)
                          || (before == 0x5e74 && counts (text, n, i + 1, "月")) || (before == 0x6708 && counts (text, n, i + 1, "日号")));

    if (is_air)
      continue;
    text[to] = text[i];
    offset[to++] = offset[i];
  }
  offset[to] = offset[n];
  g_array_set_size (chars, to);
  g_array_set_size (offsets, to + 1);
}

/* Inside numbers a word is a digit with its place (三十, 五百) or what follows 十 (十八); left to the dictionary,
 * 五一 would be a holiday. */
static gboolean
belongs_to_number_word (gunichar before, gunichar c)
{
  static const char DIGITS[] = "一二三四五六七八九两";

  if (c != 0 && g_utf8_strchr ("十百千万亿块毛分元月日号", -1, c) != NULL)
    return before != 0 && g_utf8_strchr ("一二三四五六七八九两十百千万", -1, before) != NULL;
  return before == 0x5341 && g_utf8_strchr (DIGITS, -1, c) != NULL;
}

static gboolean
begins_number_word (gunichar before, gunichar c)
{
  static const char NUMERALS[] = "零一二三四五六七八九十百千万亿两幺点比到负";
  gboolean near = g_utf8_strchr (NUMERALS, -1, c) != NULL || (before != 0 && g_utf8_strchr (NUMERALS, -1, before) != NULL);

  return near && !belongs_to_number_word (before, c);
}

void
cz_norm_emit (CzNormaliser *self, guint from, guint to, const char *words, guint flags)
{
  guint first = CZ_SPOKEN_FIRST;
  gunichar before = 0;

  for (const char *p = words; *p != '\0'; p = g_utf8_next_char (p)) {
    CzSpokenChar said = { .c = g_utf8_get_char (p), .start = self->offset[from], .end = self->offset[to] };

    if (said.c == '|' || said.c == '_') {
      first = CZ_SPOKEN_FIRST | (said.c == '|' ? CZ_SPOKEN_GROUP : 0);
      flags &= said.c == '_' ? ~(guint) (CZ_SPOKEN_NUMBER | CZ_SPOKEN_DIGIT) : ~0u;
      continue;
    }
    if ((flags & (CZ_SPOKEN_NUMBER | CZ_SPOKEN_DIGIT)) && begins_number_word (before, said.c))
      first |= CZ_SPOKEN_FIRST;
    said.flags = flags | first;
    g_array_append_val (self->out, said);
    first = 0;
    before = said.c;
  }
}

static void
copy_one (CzNormaliser *self, guint at, gboolean after_rule)
{
  CzSpokenChar same = { .c = self->text[at],
                        .flags = after_rule ? CZ_SPOKEN_FIRST : 0,
                        .start = self->offset[at],
                        .end = self->offset[at + 1] };

  if (same.c != 0x200b && same.c != 0xfffd)
    g_array_append_val (self->out, same);
}

static guint
try_rules (CzNormaliser *self, guint at)
{
  gunichar c = self->text[at];
  const CzRule *rules = RULES_AT_SIGN;

  if (cz_norm_is_digit (c))
    rules = RULES_AT_DIGIT;
  else if (cz_norm_is_letter (c))
    rules = RULES_AT_LETTER;
  else if (c > 0x3400 && c < 0xa000)
    return 0;
  for (guint i = 0; rules[i] != NULL; i++) {
    guint taken = rules[i](self, at);
    if (taken > 0)
      return taken;
  }
  return 0;
}

static gboolean
has_any (const CzNormaliser *self, const char *const *words)
{
  for (guint i = 0; i < self->n; i++)
    if (cz_norm_one_of (self, i, words, NULL) > 0)
      return TRUE;
  return FALSE;
}

static void
look_over (CzNormaliser *self)
{
  static const char *const FARM[] = { "元/", "亩", "斤", "肥", "药", "价", "收购", "种", "猪", "羊", "牛", "鸡",
                                      "粮", "菜", "果", "稻", "麦", "玉米", "豆", "农", "施", "喷", "兑水", "株",
                                      "产量", "气温", "最高", "最低", "霜", "市场", "批发", "补贴", "鱼", "养殖",
                                      "饲料", "大棚", "棚内", "夜里", "夜间", "苗", "播种", "收成", "地温", "水温", "棚温", "费", "降温", "升温", "防冻", "天气", "乡", "村", NULL };
  static const char *const PRICE[] = { "价", "卖", "收购", "批发", "零售", "每斤", "一斤", "元/", "元每", "涨", "跌",
                                       "便宜", "块钱", "毛钱", "贵了", NULL };

  self->is_farm_text = has_any (self, FARM);
  self->is_price_text = has_any (self, PRICE);
  self->is_math_text = TRUE;
  for (guint i = 0; i < self->n; i++) {
    self->is_math_text = self->is_math_text && self->text[i] < 0x100 && !g_unichar_isalpha (self->text[i]);
    self->has_equals = self->has_equals || self->text[i] == '=';
  }
}

static void
run_rules (CzNormaliser *self)
{
  gboolean after_rule = TRUE;

  for (guint at = 0; at < self->n;) {
    guint taken = try_rules (self, at);

    if (taken == 0)
      copy_one (self, at, after_rule);
    after_rule = taken > 0;
    at += MAX (taken, 1);
    if (after_rule)
      self->taken_end = at;
  }
}

GArray *
cz_normalise (const char *text, gsize len, CzSpeechStyle style)
{
  guint64 n_looks;

  return cz_normalise_counted (text, len, style, &n_looks);
}

GArray *
cz_normalise_counted (const char *text, gsize len, CzSpeechStyle style, guint64 *n_looks)
{
  g_autoptr (GArray) chars = g_array_new (FALSE, FALSE, sizeof (gunichar));
  g_autoptr (GArray) offsets = g_array_new (FALSE, FALSE, sizeof (gsize));
  CzNormaliser self = { .style = style, .n_looks = n_looks };

  *n_looks = 0;
  decode (text, len, chars, offsets);
  close_up_dates (chars, offsets);
  narrow_between_digits ((gunichar *) (void *) chars->data, chars->len);
  self.text = (const gunichar *) (const void *) chars->data;
  self.offset = (const gsize *) (const void *) offsets->data;
  self.n = chars->len;
  self.out = g_array_sized_new (FALSE, FALSE, sizeof (CzSpokenChar), chars->len + 16);
  look_over (&self);
  run_rules (&self);
  return self.out;
}

GArray *
cz_normalise_nothing (const char *text, gsize len)
{
  g_autoptr (GArray) chars = g_array_new (FALSE, FALSE, sizeof (gunichar));
  g_autoptr (GArray) offsets = g_array_new (FALSE, FALSE, sizeof (gsize));
  GArray *out = g_array_new (FALSE, FALSE, sizeof (CzSpokenChar));

  decode (text, len, chars, offsets);
  for (guint i = 0; i < chars->len; i++) {
    CzSpokenChar same = { .c = g_array_index (chars, gunichar, i),
                          .start = g_array_index (offsets, gsize, i),
                          .end = g_array_index (offsets, gsize, i + 1) };
    g_array_append_val (out, same);
  }
  return out;
}
