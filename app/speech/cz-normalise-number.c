/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading digits, and saying them: what all other rules build on. */
#include <string.h>

#include "app/speech/cz-normalise-priv.h"

static const char *const DIGIT[] = { "零", "一", "二", "三", "四", "五", "六", "七", "八", "九" };

gunichar
cz_norm_at (const CzNormaliser *self, guint at)
{
  return at < self->n ? self->text[at] : 0;
}

gboolean
cz_norm_is_digit (gunichar c)
{
  return c >= '0' && c <= '9';
}

gboolean
cz_norm_is_letter (gunichar c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

gboolean
cz_norm_is_hanzi (gunichar c)
{
  return c >= 0x3400 && c <= 0x9fff;
}

guint
cz_norm_looking_at (const CzNormaliser *self, guint at, const char *word)
{
  guint n = 0;

  for (const char *p = word; *p != '\0'; p = g_utf8_next_char (p), n++)
    if (cz_norm_at (self, at + n) != g_utf8_get_char (p))
      return 0;
  return n;
}

guint
cz_norm_one_of (const CzNormaliser *self, guint at, const char *const *words, guint *which)
{
  guint best = 0;

  for (guint i = 0; words[i] != NULL; i++) {
    guint n = cz_norm_looking_at (self, at, words[i]);

    if (n <= best)
      continue;
    best = n;
    if (which != NULL)
      *which = i;
  }
  return best;
}

gboolean
cz_norm_ends_with (const CzNormaliser *self, guint at, const char *word)
{
  guint n = (guint) g_utf8_strlen (word, -1);

  return at >= n && cz_norm_looking_at (self, at - n, word) == n;
}

gboolean
cz_norm_ends_with_one_of (const CzNormaliser *self, guint at, const char *const *words)
{
  for (guint i = 0; words[i] != NULL; i++)
    if (cz_norm_ends_with (self, at, words[i]))
      return TRUE;
  return FALSE;
}

guint
cz_norm_skip_blanks (const CzNormaliser *self, guint at)
{
  while (cz_norm_at (self, at) == ' ')
    at++;
  return at;
}

guint
cz_norm_range_sign (const CzNormaliser *self, guint at)
{
  static const char *const SIGNS[] = { "-", "–", "—", "~", "至", "到", "——", "--", "─", NULL };
  guint sign = cz_norm_skip_blanks (self, at);
  guint n = cz_norm_one_of (self, sign, SIGNS, NULL);

  return n > 0 ? cz_norm_skip_blanks (self, sign + n) : 0;
}

const char *
cz_norm_until (const CzNormaliser *self, guint at)
{
  return cz_norm_looking_at (self, cz_norm_skip_blanks (self, at), "至") > 0 ? "至" : "到";
}

guint
cz_norm_digits (const CzNormaliser *self, guint at, guint max)
{
  guint n = 0;

  while (n < max && cz_norm_is_digit (cz_norm_at (self, at + n)))
    n++;
  return n;
}

int
cz_norm_value (const CzNormaliser *self, guint at, guint n_digits)
{
  int value = 0;

  for (guint i = 0; i < n_digits && i < 9; i++)
    value = value * 10 + (int) (cz_norm_at (self, at + i) - '0');
  return value;
}

static guint
copy_digits (const CzNormaliser *self, guint at, char *to, gsize *length)
{
  guint n = cz_norm_digits (self, at, G_MAXUINT);

  for (guint i = 0; i < n && *length < CZ_NUMBER_MAX_DIGITS; i++)
    to[(*length)++] = (char) cz_norm_at (self, at + i);
  to[*length] = '\0';
  return n;
}

gboolean
cz_norm_number (const CzNormaliser *self, guint at, CzNumber *number)
{
  gsize length = 0;
  guint n;

  *number = (CzNumber){ .start = at };
  n = copy_digits (self, at, number->whole, &length);
  if (n == 0 || n > CZ_NUMBER_MAX_DIGITS)
    return FALSE;
  at += n;
  while (n <= 3 && (cz_norm_at (self, at) == ',' || cz_norm_at (self, at) == 0xff0c)
         && cz_norm_digits (self, at + 1, 4) == 3 && length + 3 <= CZ_NUMBER_MAX_DIGITS
         && number->whole[0] != '0') {
    copy_digits (self, at + 1, number->whole, &length);
    number->grouped = TRUE;
    at += 4;
  }
  if (cz_norm_at (self, at) == '.' && cz_norm_is_digit (cz_norm_at (self, at + 1))) {
    length = 0;
    at += 1 + copy_digits (self, at + 1, number->fraction, &length);
  }
  number->end = at;
  return TRUE;
}

guint
cz_norm_until_measure (const CzNormaliser *self, guint at)
{
  guint next = cz_norm_range_sign (self, at);
  guint measure = at;
  CzNumber second;

  while (measure > 0 && at - measure < 4
         && (cz_norm_is_hanzi (cz_norm_at (self, measure - 1)) || cz_norm_at (self, measure - 1) == ' '))
    measure--;
  if (next == 0 || measure == at || measure == 0 || !cz_norm_is_digit (cz_norm_at (self, measure - 1))
      || !cz_norm_number (self, next, &second))
    return 0;
  if (cz_norm_at (self, measure) == cz_norm_at (self, second.end)
      || (cz_norm_takes_liang (self, measure) && cz_norm_takes_liang (self, second.end)))
    return next;
  return 0;
}

gboolean
cz_norm_signed_number (const CzNormaliser *self, guint at, CzNumber *number)
{
  gunichar c = cz_norm_at (self, at);
  gunichar before = at > 0 ? cz_norm_at (self, at - 1) : 0;

  if (cz_norm_is_digit (c))
    return cz_norm_number (self, at, number);
  if ((c != '-' && c != '+') || cz_norm_is_digit (before) || cz_norm_is_letter (before) || before == ')'
      || cz_norm_until_measure (self, at) > 0)
    return FALSE;
  if (!cz_norm_number (self, at + 1, number))
    return FALSE;
  number->start = at;
  number->negative = c == '-';
  return TRUE;
}

/* Four digits at most. inner: something stands before, so that 10 is 一十. 200 is 两百, 257 is 二百五十七. */
static void
say_group (GString *out, int value, gboolean inner)
{
  static const char *const PLACE[] = { "千", "百", "十", "" };
  static const int UNIT[] = { 1000, 100, 10, 1 };
  gboolean begun = FALSE, gap = FALSE;

  for (int k = 0; k < 4; k++) {
    guint digit = (guint) (value / UNIT[k]) % 10;

    if (digit == 0) {
      gap = begun;
      continue;
    }
    if (gap)
      g_string_append (out, "零");
    gap = FALSE;
    if (digit == 2 && (k == 0 || (k == 1 && !begun && !inner && value % 100 == 0)))
      g_string_append (out, "两");
    else if (!(digit == 1 && k == 2 && !begun && !inner))
      g_string_append (out, DIGIT[digit]);
    g_string_append (out, PLACE[k]);
    begun = TRUE;
  }
}

/* A zero group between two others is said once; a group below 1000 after another begins with 零. */
void
cz_say_cardinal (GString *out, const char *digits)
{
  static const char *const SCALE[] = { "", "万", "亿", "万亿", "亿亿" };
  gsize n;
  gboolean begun = FALSE, gap = FALSE;

  while (*digits == '0' && digits[1] != '\0')
    digits++;
  n = strlen (digits);
  if (n > 4 * G_N_ELEMENTS (SCALE)) {
    cz_say_digits (out, digits, n);
    return;
  }
  if (strcmp (digits, "0") == 0)
    g_string_append (out, "零");
  for (gsize left = (n + 3) / 4; left > 0; left--) {
    gsize from = left * 4 > n ? 0 : n - left * 4;
    gsize to = n - (left - 1) * 4;
    int value = 0;

    for (gsize i = from; i < to; i++)
      value = value * 10 + (digits[i] - '0');
    if (value == 0) {
      gap = begun;
      continue;
    }
    if (begun && (gap || value < 1000))
      g_string_append (out, "零");
    if (value == 2 && left > 1)
      g_string_append (out, "两");
    else
      say_group (out, value, begun && !(left == 2 && value < 20));
    g_string_append (out, SCALE[left - 1]);
    gap = FALSE;
    begun = TRUE;
  }
}

void
cz_say_digits (GString *out, const char *digits, gsize n)
{
  for (gsize i = 0; i < n; i++)
    g_string_append (out, DIGIT[(guint) (digits[i] - '0') % 10]);
}

void
cz_say_digits_at (const CzNormaliser *self, GString *out, guint at, guint n, gboolean yao)
{
  for (guint i = 0; i < n; i++) {
    gunichar c = cz_norm_at (self, at + i);
    if (cz_norm_is_digit (c))
      g_string_append (out, yao && c == '1' ? "幺" : DIGIT[c - '0']);
  }
}

void
cz_say_value (GString *out, int value)
{
  char digits[16];

  g_snprintf (digits, sizeof digits, "%d", MAX (value, 0));
  cz_say_cardinal (out, digits);
}

static void
say_fraction_part (GString *out, const CzNumber *number)
{
  if (number->fraction[0] == '\0')
    return;
  g_string_append (out, "点");
  cz_say_digits (out, number->fraction, strlen (number->fraction));
}

void
cz_say_number (GString *out, const CzNumber *number)
{
  if (number->negative)
    g_string_append (out, "负");
  cz_say_cardinal (out, number->whole);
  say_fraction_part (out, number);
}

void
cz_say_quantity (GString *out, const CzNumber *number)
{
  if (strcmp (number->whole, "2") == 0 && number->fraction[0] == '\0')
    g_string_append (out, number->negative ? "负两" : "两");
  else
    cz_say_number (out, number);
}

gboolean
cz_norm_takes_liang (const CzNormaliser *self, guint at)
{
  static const char *const MEASURES[]
      = { "个", "只", "条", "张", "块", "斤", "公斤", "千克", "克", "吨", "亩", "公顷", "棵", "株", "头", "匹", "袋",
          "包", "桶", "瓶", "盒", "箱", "筐", "篓", "车", "次", "位", "名", "户", "家", "年", "天", "周", "点",
          "小时", "分钟", "秒", "倍", "成", "项", "种", "批", "颗", "粒", "场", "层", "片", "台", "套", "件", "双",
          "把", "元", "毛", "角", "米", "公里", "里", "升", "毫升", "口", "股", "季", "茬", "垄", "畦", "眼", "根",
          "枝", "支", "束", "捆", "岁", "万", "亿", "千", "节", "段", "处", "座", "间", "排", "行", "份", "本",
          "碗", "勺", "杯", "滴", "尾", "窝", "对", "组", "趟", "遍", "轮", "代", "门", "步", "方", "平方", "立方",
          "厘米", "毫米", "分米", "千米", "克", "毫克", "担", "石", "枚", "朵", "串", "挂", "扇", "罐", "听", "板",
          "顿", "餐", "盘", "面", "笔", "期间", "人", "寸", "尺", "丈", "顷", "辆", "艘", "艇", "部", "篇", "届",
          NULL };
  static const char *const NOT[] = { "年级", "点多", "人民", "方面军", "部门", "里程", NULL };

  return cz_norm_one_of (self, at, NOT, NULL) == 0 && cz_norm_one_of (self, at, MEASURES, NULL) > 0;
}

/* 90后, 95后, 05后 */
static gboolean
is_decade (const CzNormaliser *self, guint at)
{
  gunichar ten = cz_norm_at (self, at), one = cz_norm_at (self, at + 1);

  return cz_norm_digits (self, at, 3) == 2 && cz_norm_looking_at (self, at + 2, "后") > 0 && (ten >= '5' || ten == '0')
         && (one == '0' || one == '5');
}

/* 郑单958, 先玉335, 登海605: three digits behind the maker or kind of a seed are its name; what is counted is not. */
static gboolean
is_variety (const CzNormaliser *self, guint at)
{
  static const char *const ENDS[] = { "单", "玉", "海", "农", "科", "丰", "粳", "优", "麦", "豆", "杂", "薯", "平", "卡", "育",
                                      "研", "禾", "糯", "甜", "垦", "椒", "茄", "苹", "红", "浚", "绥", "吉", "河", NULL };
  static const char *const COUNTED[] = { "元", "万", "%", "度", "级", "号", "余", "多", "来", "以", "毫", "厘", "里", "之", "比", "左", "上", "到", "至", NULL };
  guint end = at + 3;

  return cz_norm_digits (self, at, 4) == 3 && !(cz_norm_at (self, at + 1) == '0' && cz_norm_at (self, at + 2) == '0')
         && at > 1 && cz_norm_is_hanzi (cz_norm_at (self, at - 2)) && cz_norm_ends_with_one_of (self, at, ENDS)
         && (cz_norm_is_hanzi (cz_norm_at (self, end)) || end == self->n || cz_norm_at (self, end) >= 0x3000)
         && !cz_norm_takes_liang (self, end) && cz_norm_one_of (self, end, COUNTED, NULL) == 0;
}

/* G1234, A380, 京A12345: three digits and more behind a capital are a name, unless a unit or a fraction follows. */
static gboolean
is_behind_capital (const CzNormaliser *self, guint at)
{
  guint n = cz_norm_digits (self, at, 8);
  gunichar before = at > 0 ? cz_norm_at (self, at - 1) : 0, after = cz_norm_at (self, at + n);

  return n >= 3 && n < 8 && before >= 'A' && before <= 'Z' && !cz_norm_is_letter (after) && after != '.' && after != ','
         && after != '%' && !cz_norm_is_digit (after);
}

/* 公元前202, its 年 left out. */
static gboolean
is_year_of_era (const CzNormaliser *self, guint at)
{
  static const char *const ERAS[] = { "公元", "公元前", NULL };
  guint n = cz_norm_digits (self, at, 5);

  return n >= 2 && n <= 4 && cz_norm_ends_with_one_of (self, at, ERAS) && cz_norm_at (self, at + n) != '.';
}

/* 1.0.1: the parts of a version; the last one that is a fraction stands in the number before. */
static guint
say_version (const CzNormaliser *self, guint at, GString *words)
{
  while (cz_norm_at (self, at) == '.' && cz_norm_is_digit (cz_norm_at (self, at + 1))) {
    CzNumber part;

    if (!cz_norm_number (self, at + 1, &part))
      return at;
    g_string_append (words, "点");
    cz_say_number (words, &part);
    at = part.end;
  }
  return at;
}

/* A name made of digits, digit by digit. Returns how many there are, or 0. */
static guint
name_of_digits (CzNormaliser *self, guint at)
{
  g_autoptr (GString) words = g_string_new (NULL);
  guint n = cz_norm_digits (self, at, G_MAXUINT);
  gboolean behind_capital = is_behind_capital (self, at);

  if (!behind_capital && !is_decade (self, at) && !is_variety (self, at) && !is_year_of_era (self, at) && n <= CZ_NUMBER_MAX_DIGITS)
    return 0;
  cz_say_digits_at (self, words, at, n, behind_capital);
  cz_norm_emit (self, at, at + n, words->str, CZ_SPOKEN_DIGIT);
  return n;
}

/* 2.5万; a leading zero means that the digits are a name. */
guint
cz_rule_number (CzNormaliser *self, guint at)
{
  g_autoptr (GString) words = g_string_new (NULL);
  CzNumber number;
  guint flags = CZ_SPOKEN_NUMBER, end = name_of_digits (self, at);
  gboolean ordinal = cz_norm_ends_with (self, at, "第");

  if (end > 0)
    return end;
  if (!cz_norm_signed_number (self, at, &number))
    return 0;
  if (number.whole[0] == '0' && number.whole[1] != '\0' && number.fraction[0] == '\0')
    cz_say_digits (words, number.whole, strlen (number.whole));
  else if (!ordinal && cz_norm_takes_liang (self, number.end))
    cz_say_quantity (words, &number);
  else
    cz_say_number (words, &number);
  if (ordinal)
    flags = CZ_SPOKEN_DIGIT;
  if (ordinal && g_str_has_prefix (words->str, "两")) {
    g_string_erase (words, 0, (gssize) strlen ("两"));
    g_string_prepend (words, "二");
  }
  end = number.fraction[0] != '\0' ? say_version (self, number.end, words) : number.end;
  cz_norm_emit (self, at, end, words->str, flags);
  return end - at;
}
