/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The signs that are words. */
#include <string.h>

#include "app/speech/cz-normalise-priv.h"

typedef struct {
  const char *sign;
  const char *words;
  gboolean between_numbers; /* only there; elsewhere it is an ornament */
} Sign;

static const Sign SIGNS[] = {
  { "±", "正负", FALSE },   { "≥", "大于等于", FALSE }, { ">=", "大于等于", FALSE }, { "≤", "小于等于", FALSE },
  { "<=", "小于等于", FALSE }, { "≧", "大于等于", FALSE }, { "≦", "小于等于", FALSE }, { "≠", "不等于", FALSE }, { "!=", "不等于", FALSE }, { "≈", "约等于", FALSE },
  { "=", "等于", TRUE },    { "+", "加", TRUE },        { "×", "乘", TRUE },        { "*", "乘", TRUE },
  { "÷", "除以", TRUE },    { "-", "减", TRUE },        { ">", "大于", TRUE },      { "<", "小于", TRUE },
  { "√", "根号", TRUE },   { "x", "乘", TRUE },        { "X", "乘", TRUE },        { "㎡", "平方米", FALSE },
  { "%", "百分号", FALSE }, { "‰", "千分", FALSE },     { "½", "二分之一", FALSE }, { "¼", "四分之一", FALSE },
  { "¾", "四分之三", FALSE }, { "∶", "比", FALSE },      { "№", "第", FALSE },       { "&", "和", FALSE },
  { "~", "到", TRUE },      { "⅓", "三分之一", FALSE }, { "⅔", "三分之二", FALSE }, { "/", "除以", TRUE },
  { "²", "的平方", FALSE }, { "³", "的立方", FALSE },    { "→", "到", FALSE },     { "@", "在", TRUE },        { ":", "比", TRUE },
};

static gboolean
number_before (const CzNormaliser *self, guint at)
{
  for (guint i = 0; i < CZ_BLANKS_MOST && at > 0 && cz_norm_at (self, at - 1) == ' '; i++)
    at--;
  return at > 0 && (cz_norm_is_digit (cz_norm_at (self, at - 1)) || cz_norm_at (self, at - 1) == ')'
                    || cz_norm_at (self, at - 1) == '%');
}

static gboolean
number_after (const CzNormaliser *self, guint at)
{
  gunichar c = cz_norm_at (self, cz_norm_skip_blanks (self, at));

  return cz_norm_is_digit (c) || c == '(' || c == '-';
}

/* ① ② … ⑳, (1) and （一） stay what they are: the digit inside is read. */
static guint
circled (CzNormaliser *self, guint at)
{
  g_autoptr (GString) words = g_string_new (NULL);
  gunichar c = cz_norm_at (self, at);
  int value = 0;

  if (c >= 0x2460 && c <= 0x2473)
    value = (int) (c - 0x2460) + 1;
  else if (c >= 0x2474 && c <= 0x2487)
    value = (int) (c - 0x2474) + 1;
  else if (c >= 0x2488 && c <= 0x249b)
    value = (int) (c - 0x2488) + 1;
  else if (c >= 0x2776 && c <= 0x277f)
    value = (int) (c - 0x2776) + 1;
  else if (c >= 0x3220 && c <= 0x3229)
    value = (int) (c - 0x3220) + 1;
  else if (c >= 0x2160 && c <= 0x216b)
    value = (int) (c - 0x2160) + 1;
  else if (c >= 0x2170 && c <= 0x217b)
    value = (int) (c - 0x2170) + 1;
  if (value == 0)
    return 0;
  cz_say_value (words, value);
  if (!(c >= 0x2160 && c <= 0x217b))
    g_string_append (words, "，");
  cz_norm_emit (self, at, at + 1, words->str, CZ_SPOKEN_DIGIT);
  return 1;
}

/* 元/斤 without a number is 元每斤, 玉米/大豆 is a list. */
static guint
slash (CzNormaliser *self, guint at)
{
  static const char *const MEASURED[] = { "元", "斤", "克", "吨", "升", "次", "人", "个", "亩", "株", "只", "头", "角", "米",
                                          "粒", "孢子", "包", "袋", "方", "万", "里", "kg", "g", "m", "L", "t", "²", "³", "㎡", NULL };
  static const char *const PER[] = { "斤", "公斤", "千克", "kg", "亩", "公顷", "吨", "头", "只", "株", "棵", "个", "人", "户",
                                     "天", "日", "月", "年", "毫升", "mL", "ml", "立方", "平米", "穴", "小时", "分", "秒", "次", "升", "L", "平方", "㎡", "m", "袋", "箱",
                                     "瓶", "件", "台", "克", "车", "枚", "条", "里", "公里", "度", "张", "份", "包", "桶", "1", NULL };

  gboolean per = cz_norm_ends_with_one_of (self, at, MEASURED) && cz_norm_one_of (self, at + 1, PER, NULL) > 0;

  if (cz_norm_at (self, at) != '/')
    return 0;
  cz_norm_emit (self, at, at + 1, per ? "每" : "、", 0);
  return 1;
}

/* 0 to 9 for a raised figure, else -1. */
static int
raised_value (gunichar c)
{
  if (c == 0xb9)
    return 1;
  if (c == 0xb2 || c == 0xb3)
    return (int) (c - 0xb0);
  return c == 0x2070 || (c >= 0x2074 && c <= 0x2079) ? (int) (c - 0x2070) : -1;
}

guint
cz_norm_raised (const CzNormaliser *self, guint at, guint *value)
{
  guint end = at;

  for (*value = 0; end - at < 3 && raised_value (cz_norm_at (self, end)) >= 0; end++)
    *value = *value * 10 + (guint) raised_value (cz_norm_at (self, end));
  return end > at ? end : 0;
}

/* 10⁶, 10⁻³; a single ² or ³ is the square or the cube. */
static guint
raised (CzNormaliser *self, guint at)
{
  g_autoptr (GString) words = g_string_new ("的"), digits = g_string_new (NULL);
  guint end = at;

  if ((raised_value (cz_norm_at (self, at)) < 0 && cz_norm_at (self, at) != 0x207b) || !number_before (self, at))
    return 0;
  if (cz_norm_at (self, end) == 0x207b) {
    g_string_append (words, "负");
    end++;
  }
  for (; digits->len < 9 && raised_value (cz_norm_at (self, end)) >= 0; end++)
    g_string_append_printf (digits, "%d", raised_value (cz_norm_at (self, end)));
  if (digits->len == 0 || (end == at + 1 && (cz_norm_at (self, at) == 0xb2 || cz_norm_at (self, at) == 0xb3)))
    return 0;
  cz_say_cardinal (words, digits->str);
  g_string_append (words, "次方");
  cz_norm_emit (self, at, end, words->str, CZ_SPOKEN_NUMBER);
  return end - at;
}

/* 3^2, 10^5 */
static guint
power (CzNormaliser *self, guint at)
{
  g_autoptr (GString) words = g_string_new ("的");
  CzNumber number;

  if (cz_norm_at (self, at) != '^' || !number_before (self, at) || !cz_norm_number (self, at + 1, &number))
    return 0;
  cz_say_number (words, &number);
  g_string_append (words, "次方");
  cz_norm_emit (self, at, number.end, words->str, CZ_SPOKEN_NUMBER);
  return number.end - at;
}

/* 10#: number ten. */
static guint
number_sign (CzNormaliser *self, guint at)
{
  if (cz_norm_at (self, at) != '#' || at == 0 || !cz_norm_is_digit (cz_norm_at (self, at - 1)))
    return 0;
  cz_norm_emit (self, at, at + 1, "号", CZ_SPOKEN_DIGIT);
  return 1;
}

/* 1/3-1/2, but where everything is a sum. */
static gboolean
is_between_fractions (const CzNormaliser *self, guint at, guint next)
{
  guint before = at, after = next + cz_norm_digits (self, next, 4);

  while (before > 0 && cz_norm_is_digit (cz_norm_at (self, before - 1)))
    before--;
  return !self->is_math_text && before > 1 && before < at && cz_norm_at (self, before - 1) == '/'
         && cz_norm_is_digit (cz_norm_at (self, before - 2)) && after > next && cz_norm_at (self, after) == '/'
         && cz_norm_is_digit (cz_norm_at (self, after + 1));
}

/* 早8:00—晚6:00, 周一-周五, 5个-10个: a stroke between two times or two things counted alike is 到. */
static guint
until_next (CzNormaliser *self, guint at)
{
  static const char *const TIMES[] = { "晚", "下午", "次日", "中午", "上午", "凌晨", "周", "星期", "早", "傍晚", "第二天", NULL };
  guint next = cz_norm_range_sign (self, at);
  gunichar before = at > 0 ? cz_norm_at (self, at - 1) : 0;

  if (next == 0
      || (!cz_norm_is_between_moments (self, at, next) && cz_norm_until_measure (self, at) == 0 && !is_between_fractions (self, at, next)
          && (cz_norm_one_of (self, next, TIMES, NULL) == 0
              || !(cz_norm_is_digit (before) || (before != 0 && g_utf8_strchr ("一二三四五六日天点分", -1, before) != NULL)))))
    return 0;
  cz_norm_emit (self, at, next, "到", 0);
  return next - at;
}

/* 30cm×40cm, 5米×8米: sizes, each with its unit. */
static guint
by (CzNormaliser *self, guint at)
{
  gunichar before = at > 0 ? cz_norm_at (self, at - 1) : 0;

  if (before == ' ' && at > 1)
    before = cz_norm_at (self, at - 2);
  if (g_utf8_strchr ("×*xX", -1, cz_norm_at (self, at)) == NULL || !(cz_norm_is_letter (before) || cz_norm_is_hanzi (before) || before == 0x33a1 || before == 0xb2 || before == 0xb3) || !number_after (self, at + 1))
    return 0;
  cz_norm_emit (self, at, at + 1, "乘", 0);
  return 1;
}

/* 1亩=667m² */
static guint
equals (CzNormaliser *self, guint at)
{
  if (cz_norm_at (self, at) != '=' || at == 0 || cz_norm_at (self, at - 1) == '=' || !number_after (self, at + 1))
    return 0;
  cz_norm_emit (self, at, at + 1, "等于", 0);
  return 1;
}

guint
cz_rule_symbol (CzNormaliser *self, guint at)
{
  guint best = 0, which = 0, taken = circled (self, at);
  gunichar c = cz_norm_at (self, at);

  if (taken == 0)
    taken = raised (self, at);
  if (taken == 0)
    taken = power (self, at);
  if (taken == 0)
    taken = number_sign (self, at);
  if (taken == 0)
    taken = until_next (self, at);
  if (taken == 0)
    taken = equals (self, at);
  if (taken == 0)
    taken = by (self, at);

  for (guint i = 0; taken == 0 && i < G_N_ELEMENTS (SIGNS); i++) {
    guint n = cz_norm_looking_at (self, at, SIGNS[i].sign);
    if (n > best && (!SIGNS[i].between_numbers || (c == 0x221a ? cz_norm_is_digit (cz_norm_at (self, at + 1)) : number_before (self, at) && number_after (self, at + n)))) {
      if (c == '/' && !self->is_math_text)
        continue;
      best = n;
      which = i;
    }
  }
  if (best > 0) {
    cz_norm_emit (self, at, at + best, SIGNS[which].words, CZ_SPOKEN_NUMBER);
    return cz_norm_skip_blanks (self, at + best) - at;
  }
  return taken > 0 ? taken : slash (self, at);
}
