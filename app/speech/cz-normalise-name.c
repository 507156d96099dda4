/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Digits that are a name and not a quantity: codes, standards, seeds, years of birth. */
#include <string.h>

#include "app/speech/cz-normalise-priv.h"

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

guint
cz_norm_name_of_digits (CzNormaliser *self, guint at)
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

/* GB 2762-2022, NY/T 391: the number of a standard and its year. Returns characters taken, or 0. */
static guint
standard (CzNormaliser *self, guint at)
{
  static const char *const STANDARDS[] = { "GB", "GB/T", "GB/Z", "NY", "NY/T", "DB", "HJ", "SB/T", "SC/T", "LY/T", "QB/T", "SL", NULL };
  g_autoptr (GString) words = g_string_new (NULL);
  guint from = at > 0 && cz_norm_at (self, at - 1) == ' ' ? at - 1 : at;
  guint n = cz_norm_digits (self, at, 7), end = at + n, part;

  if (n < 3 || n > 6 || !cz_norm_ends_with_one_of (self, from, STANDARDS))
    return 0;
  cz_say_digits_at (self, words, at, n, TRUE);
  part = cz_norm_at (self, end) == '.' ? cz_norm_digits (self, end + 1, 3) : 0;
  if (part > 0) {
    g_string_append (words, "点");
    cz_say_digits_at (self, words, end + 1, part, FALSE);
    end += 1 + part;
  }
  part = cz_norm_at (self, end) == '-' || cz_norm_at (self, end) == 0x2014 ? cz_norm_digits (self, end + 1, 5) : 0;
  if (part == 4) {
    g_string_append (words, "杠");
    cz_say_digits_at (self, words, end + 1, part, FALSE);
    end += 1 + part;
  }
  cz_norm_emit (self, at, end, words->str, CZ_SPOKEN_DIGIT);
  return end - at;
}

/* 3·15, 9·18, 12·12: a day that became a name. */
static guint
day_of_name (CzNormaliser *self, guint at)
{
  g_autoptr (GString) words = g_string_new (NULL);
  guint a = cz_norm_digits (self, at, 3), b_at = at + a + 1, b = cz_norm_digits (self, b_at, 3);
  gunichar before = at > 0 ? cz_norm_at (self, at - 1) : 0, after = cz_norm_at (self, b_at + b);
  gboolean is_918 = cz_norm_looking_at (self, at, "9·18") > 0;

  if (a == 0 || a > 2 || b == 0 || b > 2 || cz_norm_at (self, at + a) != 0xb7 || cz_norm_value (self, at, a) > 12
      || cz_norm_value (self, b_at, b) > 31 || before == 0xb7 || after == 0xb7 || after == '.')
    return 0;
  cz_say_digits_at (self, words, at, a, !is_918);
  cz_say_digits_at (self, words, b_at, b, !is_918);
  cz_norm_emit (self, at, b_at + b, words->str, CZ_SPOKEN_DIGIT);
  return b_at + b - at;
}

/* 尾号1702, 验证码 1234, 转801: what stands before says that it is a name. */
guint
cz_rule_code (CzNormaliser *self, guint at)
{
  static const char *const CODES[] = { "编号", "代码", "卡号", "证号", "房号", "账号", "帐号", "单号", "验证码", "密码", "邮编",
                                       "邮政编码", "学号", "工号", "号牌", "车牌号", "耳标", "批号", "许可证号", "登记证号",
                                       "型号", "文号", "尾号", "QQ", "QQ群", "QQ号", "房间号", "航班号", "车次", "国道G", "省道S", NULL };
  static const char *const LINKS[] = { "", "是", "为", "：", ":", " ", NULL };
  g_autoptr (GString) words = g_string_new (NULL);
  guint n = cz_norm_digits (self, at, G_MAXUINT);
  gboolean is_code = at > 1 && n >= 2 && n <= 6 && cz_norm_ends_with (self, at, "转") && cz_norm_is_digit (cz_norm_at (self, at - 2));
  gboolean is_tail = FALSE;
  guint taken = standard (self, at);

  if (taken == 0)
    taken = day_of_name (self, at);
  if (taken > 0)
    return taken;

  for (guint i = 0; n >= 2 && LINKS[i] != NULL && !is_code; i++) {
    guint link = (guint) g_utf8_strlen (LINKS[i], -1);
    if (cz_norm_ends_with (self, at, LINKS[i]) || link == 0) {
      is_code = cz_norm_ends_with_one_of (self, at - link, CODES);
      is_tail = cz_norm_ends_with (self, at - link, "尾号") && link == 0;
    }
  }
  if (!is_code || cz_norm_at (self, at + n) == '.' || cz_norm_at (self, at + n) == '%')
    return 0;
  cz_say_digits_at (self, words, at, n, is_tail || n >= 5 || cz_norm_ends_with (self, at, "转"));
  cz_norm_emit (self, at, at + n, words->str, CZ_SPOKEN_DIGIT);
  return n;
}
