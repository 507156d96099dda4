/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Letters, and the signs that are words. */
#include <string.h>

#include "app/speech/cz-normalise-priv.h"

/* Abbreviations that are spelled whichever way they are typed. */
static const char *const SPELLED[]
    = { "ATM", "NBA", "CEO", "CFO", "CTO", "COO", "MVP", "IQ",  "EQ",  "GDP", "CPI", "PPI", "WTO", "VIP", "USB", "SIM", "GPS", "DVD",
        "KTV", "LED", "PVC", "DNA", "RNA", "AI",  "IT",  "PC",  "TV",  "WHO", "CBA", "UFO", "HIV", "SUV", "APP", "PDF", "QQ",  "PH",
        "NPK", "DDT", "SOD", "ID",  "WIFI", "FIFA", "CCTV", "MBA", "NGO", "FBI", "CIA", "USA", "BBC", "CNN", "IMF", "OPEC", "APEC",
        "ICU", "CT",  "MRI", "KFC", "PPT", "EMS", "POS", "IC", "PM", "CD", "MP", "BBQ", "DIY", "PK", "OK", "HPV", "SARS", "PMI", NULL };
/* Words a village hears every day, in Chinese. */
static const char *const FOREIGN[][2] = {
  { "pH", "酸碱度" }, { "PH", "酸碱度" }, { "Ph", "酸碱度" }, { "ph", "酸碱度" }, { "WeChat", "微信" },
  { "wechat", "微信" },   { "Wechat", "微信" }, { "WIFI", "无线网" }, { "WiFi", "无线网" }, { "Wi-Fi", "无线网" },
  { "wifi", "无线网" },   { "Wifi", "无线网" },
};

static guint
letters_at (const CzNormaliser *self, guint at)
{
  guint n = 0;

  while (cz_norm_is_letter (cz_norm_at (self, at + n)))
    n++;
  return n;
}

static char *
letters (const CzNormaliser *self, guint at, guint n)
{
  char *word = g_malloc (n + 1);

  for (guint i = 0; i < n; i++)
    word[i] = (char) cz_norm_at (self, at + i);
  word[n] = '\0';
  return word;
}

static gboolean
is_spelled (const char *word)
{
  g_autofree char *upper = g_ascii_strup (word, -1);
  return g_strv_contains (SPELLED, upper);
}

/* O2O, B2B */
static guint
two_for_to (CzNormaliser *self, guint at)
{
  char words[] = "X to X";

  if (letters_at (self, at) != 1 || cz_norm_at (self, at) == 'H' || cz_norm_at (self, at) == 'K' || cz_norm_at (self, at + 1) != '2' || letters_at (self, at + 2) != 1
      || !g_ascii_isupper ((char) cz_norm_at (self, at)) || !g_ascii_isupper ((char) cz_norm_at (self, at + 2))
      || cz_norm_is_digit (cz_norm_at (self, at + 3)))
    return 0;
  words[0] = (char) cz_norm_at (self, at);
  words[5] = (char) cz_norm_at (self, at + 2);
  cz_norm_emit (self, at, at + 3, words, CZ_SPOKEN_LATIN);
  return 3;
}

/* Each letter stands for itself: a foreign run too long for one chunk may be cut between any two. */
static void
emit_letters (CzNormaliser *self, guint at, const char *word, guint step)
{
  for (guint i = 0; word[i] != '\0'; i++) {
    char letter[2] = { word[i], '\0' };
    cz_norm_emit (self, at + i * step, at + i * step + 1, letter, CZ_SPOKEN_LATIN);
  }
}

/* "c e o": letters standing one by one. */
static guint
spaced_letters (CzNormaliser *self, guint at)
{
  g_autoptr (GString) word = g_string_new (NULL);
  guint end = at;

  while (letters_at (self, end) == 1) {
    g_string_append_c (word, g_ascii_toupper ((char) cz_norm_at (self, end)));
    end++;
    if (cz_norm_at (self, end) != ' ' || letters_at (self, end + 1) != 1)
      break;
    end++;
  }
  if (word->len < 2)
    return 0;
  emit_letters (self, at, word->str, 2);
  return end - at;
}

static const char *const ROMAN[] = { "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII" };

/* The value of a Roman numeral typed in letters or as one sign; 0 for anything else. */
static int
roman_value (const CzNormaliser *self, guint at)
{
  guint n = letters_at (self, at);
  gunichar c = cz_norm_at (self, at);
  g_autofree char *word = letters (self, at, MIN (n, 5));

  if (c >= 0x2160 && c <= 0x216b)
    return (int) (c - 0x2160) + 1;
  for (guint i = 0; i < G_N_ELEMENTS (ROMAN); i++)
    if (strcmp (word, ROMAN[i]) == 0)
      return (int) i + 1;
  return 0;
}

static gboolean
stands_in_a_list (const CzNormaliser *self, guint at, guint end)
{
  guint before = at;

  if (cz_norm_at (self, end) == 0x3001 && roman_value (self, end + 1) > 0)
    return TRUE;
  if (at < 2 || cz_norm_at (self, at - 1) != 0x3001)
    return FALSE;
  for (before = at - 1; before > 0 && cz_norm_is_letter (cz_norm_at (self, before - 1));)
    before--;
  if (before == at - 1)
    before--;
  return roman_value (self, before) > 0;
}

/* I级, 附录II, 分为I、Ⅱ、Ⅲ三个等级. V and X alone are letters (V型, X光) unless their place says more. */
static guint
roman (CzNormaliser *self, guint at, const char *word)
{
  static const char *const AFTER[] = { "级", "类", "期", "度", NULL };
  static const char *const AFTER_PLAIN[] = { "型", "区", "部", "组", NULL };
  static const char *const BEFORE[] = { "附录", "附件", "第", NULL };
  guint n = (guint) strlen (word);
  int value = roman_value (self, at);
  gboolean is_letter = strcmp (word, "V") == 0 || strcmp (word, "X") == 0;
  g_autoptr (GString) words = g_string_new (NULL);

  if (value == 0
      || !(cz_norm_one_of (self, at + n, AFTER, NULL) > 0 || cz_norm_ends_with_one_of (self, at, BEFORE)
           || (!is_letter && cz_norm_one_of (self, at + n, AFTER_PLAIN, NULL) > 0) || stands_in_a_list (self, at, at + n)))
    return 0;
  cz_say_value (words, value);
  cz_norm_emit (self, at, at + n, words->str, CZ_SPOKEN_DIGIT);
  return n;
}

guint
cz_rule_latin (CzNormaliser *self, guint at)
{
  guint n = letters_at (self, at);
  guint taken = n == 1 && g_ascii_tolower ((char) cz_norm_at (self, at)) == 'x' ? cz_rule_symbol (self, at) : 0;
  g_autofree char *word = letters (self, at, n);
  g_autofree char *upper = g_ascii_strup (word, -1);

  if (taken == 0)
    taken = roman (self, at, word);
  if (taken == 0)
    taken = two_for_to (self, at);
  if (taken == 0)
    taken = spaced_letters (self, at);
  if (taken > 0)
    return taken;
  for (guint i = 0; i < G_N_ELEMENTS (FOREIGN); i++)
    if (strcmp (word, FOREIGN[i][0]) == 0) {
      guint value = n == 2 ? cz_norm_looking_at (self, at + n, "值") : 0;
      cz_norm_emit (self, at, at + n + value, FOREIGN[i][1], 0);
      return n + value;
    }
  emit_letters (self, at, is_spelled (word) ? upper : word, 1);
  return n;
}

typedef struct {
  const char *sign;
  const char *words;
  gboolean between_numbers; /* only there; elsewhere it is an ornament */
} Sign;

static const Sign SIGNS[] = {
  { "±", "正负", FALSE },   { "≥", "大于等于", FALSE }, { ">=", "大于等于", FALSE }, { "≤", "小于等于", FALSE },
  { "<=", "小于等于", FALSE }, { "≠", "不等于", FALSE }, { "!=", "不等于", FALSE }, { "≈", "约等于", FALSE },
  { "=", "等于", TRUE },    { "+", "加", TRUE },        { "×", "乘", TRUE },        { "*", "乘", TRUE },
  { "÷", "除以", TRUE },    { "-", "减", TRUE },        { ">", "大于", TRUE },      { "<", "小于", TRUE },
  { "√", "根号", FALSE },   { "x", "乘", TRUE },        { "X", "乘", TRUE },        { "㎡", "平方米", FALSE },
  { "%", "百分号", FALSE }, { "‰", "千分", FALSE },     { "½", "二分之一", FALSE }, { "¼", "四分之一", FALSE },
  { "¾", "四分之三", FALSE }, { "∶", "比", TRUE },      { "№", "第", FALSE },       { "&", "和", FALSE },
  { "~", "到", TRUE },      { "⅓", "三分之一", FALSE }, { "⅔", "三分之二", FALSE }, { "/", "除以", TRUE },
  { "²", "的平方", FALSE }, { "³", "的立方", FALSE },    { "→", "到", FALSE },     { "@", "在", TRUE },        { ":", "比", TRUE },
};

static gboolean
number_before (const CzNormaliser *self, guint at)
{
  while (at > 0 && cz_norm_at (self, at - 1) == ' ')
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
                                          "粒", "包", "袋", "方", "万", "里", "kg", "g", "m", "L", "t", "²", "³", "㎡", NULL };
  static const char *const PER[] = { "斤", "公斤", "千克", "kg", "亩", "公顷", "吨", "头", "只", "株", "棵", "个", "人", "户",
                                     "天", "日", "月", "年", "小时", "分", "秒", "次", "升", "L", "平方", "㎡", "m", "袋", "箱",
                                     "瓶", "件", "台", "克", "车", "枚", "条", "里", "公里", "度", "张", "份", "包", "桶", "1", NULL };

  gboolean per = cz_norm_ends_with_one_of (self, at, MEASURED) && cz_norm_one_of (self, at + 1, PER, NULL) > 0;

  if (cz_norm_at (self, at) != '/')
    return 0;
  cz_norm_emit (self, at, at + 1, per ? "每" : "、", 0);
  return 1;
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
      || (cz_norm_until_measure (self, at) == 0 && !is_between_fractions (self, at, next)
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

  if (cz_norm_at (self, at) != 0xd7 || !(cz_norm_is_letter (before) || cz_norm_is_hanzi (before)) || !number_after (self, at + 1))
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
    if (n > best && (!SIGNS[i].between_numbers || (number_before (self, at) && number_after (self, at + n)))) {
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
