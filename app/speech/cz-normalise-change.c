/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signs before a number that say which way: +0.2元, ↓3%, >500米. The number itself is left to the rules for digits. */
#include <string.h>

#include "app/speech/cz-normalise-priv.h"

#define NEAR 10

typedef struct {
  guint end; /* behind the number and its unit */
  gboolean is_temperature, is_price, is_percent, is_exact;
} Behind;

static gboolean
compares_near (const CzNormaliser *self, guint at)
{
  static const char *const WORDS[] = { "比昨", "比上", "比去", "比前", "比本", "比一", "较", "同比", "环比", "涨跌", "涨幅", "跌幅", "变化", "升降",
                                       "增幅", "降幅", "增减", "变动", "波动", NULL };

  for (guint back = at; back > 0 && at - back < NEAR; back--) {
    if (cz_norm_ends_with_one_of (self, back, WORDS))
      return TRUE;
    if (g_utf8_strchr ("。；！？，;,!?\n", -1, cz_norm_at (self, back - 1)) != NULL)
      return FALSE;
  }
  return FALSE;
}

static gboolean
look_behind (const CzNormaliser *self, guint at, Behind *behind)
{
  static const char *const DEGREES[] = { "℃", "°", "º", "度", "摄氏度", NULL };
  CzNumber number;
  guint end, next;

  if (!cz_norm_number (self, at, &number))
    return FALSE;
  end = number.end;
  next = cz_norm_range_sign (self, end);
  if (next > 0 && cz_norm_number (self, next + (cz_norm_at (self, next) == '+' ? 1 : 0), &number))
    end = number.end;
  end = cz_norm_skip_blanks (self, end);
  *behind = (Behind){ .end = end,
                      .is_temperature = cz_norm_one_of (self, end, DEGREES, NULL) > 0,
                      .is_percent = cz_norm_at (self, end) == '%',
                      .is_exact = number.fraction[0] != '\0' };
  if (cz_norm_at (self, end) == 0x5143 || cz_norm_at (self, end) == 0x5757) {
    end = cz_norm_skip_blanks (self, end + 1);
    behind->is_price = cz_norm_at (self, end) == '/' || self->is_price_text;
  }
  return TRUE;
}

/* 增长+5%, 下降-3%: the word is there. */
static gboolean
is_said_before (const CzNormaliser *self, guint at)
{
  static const char *const WORDS[] = { "涨", "增", "升", "增长", "增加", "提高", "上调", "跌", "降", "减", "下降", "下跌", "回落", "减少", "下调", "涨了", "跌了", "降了", NULL };

  return cz_norm_ends_with_one_of (self, at, WORDS);
}

static guint
say_change (CzNormaliser *self, guint at, guint n, gboolean up, const Behind *behind)
{
  self->change_end = at + n;
  if (is_said_before (self, at))
    return n;
  cz_norm_emit (self, at, at + n, behind->is_temperature ? (up ? "升" : "降") : (up ? "涨" : "跌"), 0);
  return n;
}

/* In a list of prices: 1.2元/斤 +0.1. */
static gboolean
is_about_prices (const CzNormaliser *self, const Behind *behind)
{
  return behind->is_price || (self->is_price_text && !behind->is_temperature && (behind->is_exact || behind->is_percent));
}

static gboolean
stands_free (const CzNormaliser *self, guint at)
{
  gunichar before = at > 0 ? cz_norm_at (self, at - 1) : 0;

  return before == 0 || before == ' ' || before == '\t' || before == '\n' || before == '(' || before == 0xff08 || before == 0xff0c || before == 0xff1a
         || before == ':' || before == 0x3001 || before == '|';
}

/* ↑0.2, ▼5%; 3.5↑. A triangle is as often an ornament: before a round number it says nothing. */
static guint
arrow (CzNormaliser *self, guint at)
{
  static const char *const UP[] = { "↑", "▲", "△", "⬆", "↗", NULL };
  static const char *const DOWN[] = { "↓", "▼", "▽", "⬇", "↘", NULL };
  gboolean up = cz_norm_one_of (self, at, UP, NULL) > 0;
  gunichar c = cz_norm_at (self, at), before = at > 0 ? cz_norm_at (self, at - 1) : 0;
  gboolean is_triangle = c >= 0x25a0 && c <= 0x25ff;
  Behind behind = { 0 };

  if (!up && cz_norm_one_of (self, at, DOWN, NULL) == 0)
    return 0;
  if (look_behind (self, cz_norm_skip_blanks (self, at + 1), &behind))
    return is_triangle && !(behind.is_exact || behind.is_percent || behind.is_price) ? 0 : say_change (self, at, 1, up, &behind);
  if (is_triangle || !(cz_norm_is_digit (before) || before == '%' || cz_norm_is_hanzi (before)))
    return 0;
  return say_change (self, at, 1, up, &behind);
}

static guint
minus (CzNormaliser *self, guint at)
{
  Behind behind;
  CzNumber number;

  if (cz_norm_at (self, at) != '-' || !cz_norm_signed_number (self, at, &number) || !look_behind (self, at + 1, &behind) || behind.is_temperature)
    return 0;
  if (!is_said_before (self, at) && !compares_near (self, at) && !(is_about_prices (self, &behind) && stands_free (self, at) && self->style == CZ_SPEECH_STYLE_PLAIN))
    return 0;
  return say_change (self, at, 1, FALSE, &behind);
}

/* What can be added: 尿素+磷肥, 15%三唑酮+50%多菌灵. */
static gboolean
is_thing (gunichar c)
{
  return cz_norm_is_hanzi (c) || cz_norm_is_letter (c) || cz_norm_is_digit (c) || c == '%' || c == 0x2030 || c == 0x2103;
}

static gboolean
adds (const CzNormaliser *self, guint at)
{
  gunichar before = at > 0 ? cz_norm_at (self, at - 1) : 0, after = cz_norm_at (self, at + 1);

  /* 60+老人: and above, which is not said. */
  if (cz_norm_is_digit (before) && cz_norm_is_hanzi (after))
    return FALSE;
  return (is_thing (before) || before == ')' || before == 0xff09 || before == ']' || before == 0x3011 || before == 0x300b)
         && (is_thing (after) || after == '(' || after == 0xff08 || after == '[' || after == 0x3010 || after == 0x300a || after == 0x2103);
}

static guint
plus (CzNormaliser *self, guint at)
{
  static const char *const PRICED[] = { "价", "价格", "每斤", "每公斤", "每吨", "每头", "行情", "报价", NULL };
  gunichar before = at > 0 ? cz_norm_at (self, at - 1) : 0;
  Behind behind;

  if (cz_norm_at (self, at) != '+')
    return 0;
  if (!cz_norm_is_digit (before) && look_behind (self, at + 1, &behind)) {
    if (is_said_before (self, at) || (cz_norm_ends_with_one_of (self, at, PRICED) && !behind.is_temperature) || compares_near (self, at) || (is_about_prices (self, &behind) && stands_free (self, at)))
      return say_change (self, at, 1, TRUE, &behind);
    if (behind.is_temperature ? before != 0x2103 : !adds (self, at) && stands_free (self, at)) {
      cz_norm_emit (self, at, at + 1, behind.is_temperature && self->style == CZ_SPEECH_STYLE_PLAIN ? "零上" : "正", 0);
      return 1;
    }
  }
  if (!adds (self, at))
    return 0;
  cz_norm_emit (self, at, at + 1, "加", 0);
  return 1;
}

/* A tag or an arrow ends in > as well: <b>3, ->3. */
static gboolean
ends_a_tag (const CzNormaliser *self, guint at)
{
  gunichar before = at > 0 ? cz_norm_at (self, at - 1) : 0;

  if (before == '-' || before == '=')
    return TRUE;
  for (guint back = at; back > 0 && at - back < 24; back--)
    if (cz_norm_at (self, back - 1) == '<')
      return TRUE;
  return FALSE;
}

/* >3元/斤, ‹500米, 酸碱度>7 */
static guint
comparison (CzNormaliser *self, guint at)
{
  gunichar c = cz_norm_at (self, at);
  gboolean more = c == '>' || c == 0x203a, less = c == '<' || c == 0x2039;
  guint from = cz_norm_skip_blanks (self, at + 1);
  gunichar sign = cz_norm_at (self, from);
  CzNumber number;

  if (!more && !less)
    return 0;
  if (!cz_norm_number (self, sign == '-' || sign == '+' ? from + 1 : from, &number))
    return 0;
  if (less && (cz_norm_at (self, number.end) == '>' || cz_norm_at (self, number.end) == 0x203a))
    return 0;
  if (more && (((at == 0 || cz_norm_at (self, at - 1) == '\n') && from > at + 1) || ends_a_tag (self, at)))
    return 0;
  cz_norm_emit (self, at, at + 1, more ? "大于" : "小于", 0);
  return 1;
}

guint
cz_rule_change (CzNormaliser *self, guint at)
{
  static const CzRule RULES[] = { plus, minus, arrow, comparison, NULL };
  guint taken = 0;

  for (guint i = 0; taken == 0 && RULES[i] != NULL; i++)
    taken = RULES[i](self, at);
  return taken;
}
