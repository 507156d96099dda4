/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Digits that are a name and not a quantity: seeds, years of birth, rooms, roads. */
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

/* G1234, A380, 京A12345, PD20081234: three digits and more behind a capital are a name, unless a unit or a fraction follows. */
static gboolean
is_behind_capital (const CzNormaliser *self, guint at)
{
  guint n = cz_norm_digits (self, at, 24);
  gunichar before = at > 0 ? cz_norm_at (self, at - 1) : 0, after = cz_norm_at (self, at + n);

  return n >= 3 && n < 24 && before >= 'A' && before <= 'Z' && !cz_norm_is_letter (after) && after != '.' && after != ','
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

/* 302室, 102路, 312国道: no one counts rooms, lines or roads by the hundred. */
static gboolean
is_place (const CzNormaliser *self, guint at)
{
  static const char *const ROOMS[] = { "室", "房间", "号房", "号室", "房，", "教室", "病房", "病室", "诊室", NULL };
  static const char *const ROADS[] = { "路", "国道", "省道", "县道", "乡道", "次列车", "次航班", "次高铁", NULL };
  static const char *const NOT[] = { "路灯", "路段", "路程", "室内", "室外", "路人", "路费", NULL };
  static const char *const BEFORE[] = { "国道", "省道", "县道", "乡道", NULL };
  static const char *const HOUSE[] = { "楼", "栋", "幢", NULL };
  guint n = cz_norm_digits (self, at, 6), end = at + n;

  if (n < 3 || n > 4 || cz_norm_one_of (self, end, NOT, NULL) > 0)
    return FALSE;
  if (n == 3 && cz_norm_ends_with_one_of (self, at, BEFORE) && !cz_norm_takes_liang (self, end))
    return TRUE;
  if (((cz_norm_ends_with_one_of (self, at, HOUSE) && at > 1 && cz_norm_is_digit (cz_norm_at (self, at - 2)))
       || (cz_norm_ends_with (self, at, "单元") && at > 2 && cz_norm_is_digit (cz_norm_at (self, at - 3)))) && !cz_norm_takes_liang (self, end)
      && cz_norm_looking_at (self, end, "平") == 0)
    return TRUE;
  return cz_norm_one_of (self, end, ROOMS, NULL) > 0 || (cz_norm_one_of (self, end, ROADS, NULL) > 0 && (n == 3 || cz_norm_looking_at (self, end, "次") > 0));
}

/* 315晚会, 618大促: a day that became a name, written without a mark. */
static gboolean
is_day_name (const CzNormaliser *self, guint at)
{
  static const char *const DAYS[] = { "315", "618", NULL };
  static const char *const AFTER[] = { "晚会", "维权", "消费者", "活动", "投诉", "国际消费", "打假", "大促", "购物节", "期间", "年中", NULL };

  return cz_norm_digits (self, at, 4) == 3 && cz_norm_one_of (self, at, DAYS, NULL) > 0 && cz_norm_one_of (self, at + 3, AFTER, NULL) > 0;
}

guint
cz_norm_name_of_digits (CzNormaliser *self, guint at)
{
  g_autoptr (GString) words = g_string_new (NULL);
  guint n = cz_norm_digits (self, at, G_MAXUINT);
  gboolean with_yao = is_behind_capital (self, at) || is_place (self, at);

  if (!with_yao && !is_day_name (self, at) && !is_decade (self, at) && !is_variety (self, at) && !is_year_of_era (self, at) && n <= CZ_NUMBER_MAX_DIGITS)
    return 0;
  cz_say_digits_at (self, words, at, n, with_yao);
  cz_norm_emit (self, at, at + n, words->str, CZ_SPOKEN_DIGIT);
  return n;
}
