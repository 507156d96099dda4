/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Days in figures: 2024-05-20, 2019/2/10, 08.2008. */
#include <string.h>

#include "app/speech/cz-normalise-priv.h"

typedef struct {
  guint year, year_digits; /* positions; year_digits 0: none */
  int month; /* 0: none */
  int day;
  guint end;
} Day;

gboolean
cz_norm_is_month (const CzNormaliser *self, guint at, guint n)
{
  int value = cz_norm_value (self, at, n);
  return n >= 1 && n <= 2 && value >= 1 && value <= 12;
}

gboolean
cz_norm_is_day (const CzNormaliser *self, guint at, guint n)
{
  int value = cz_norm_value (self, at, n);
  return n >= 1 && n <= 2 && value >= 1 && value <= 31;
}

gboolean
cz_norm_is_year (const CzNormaliser *self, guint at, guint n)
{
  int value = cz_norm_value (self, at, n);
  return n == 4 && value >= 1000 && value <= 2999;
}

static gboolean
is_date_sign (gunichar c)
{
  return c == '-' || c == '/' || c == '.' || c == 0xb7 || c == 0x2022;
}

/* 2024.05.01-2024.10.31: a hyphen behind a day written with another sign, and as much written so behind it. */
static gboolean
until_another (const CzNormaliser *self, guint at, gunichar sign)
{
  guint n = cz_norm_digits (self, at + 1, 5), m = cz_norm_digits (self, at + n + 2, 3);

  return cz_norm_at (self, at) == '-' && sign != '-' && n > 0 && cz_norm_at (self, at + 1 + n) == sign && m > 0;
}

/* Nothing that would make a longer number or another expression may stand behind. sign: what the parts are joined by. */
static gboolean
ends_cleanly (const CzNormaliser *self, guint at, gunichar sign)
{
  gunichar c = cz_norm_at (self, at);

  if (cz_norm_is_digit (c) || c == '%' || c == 0x2030)
    return FALSE;
  return !(is_date_sign (c) && cz_norm_is_digit (cz_norm_at (self, at + 1))) || until_another (self, at, sign);
}

static void
say_day (const CzNormaliser *self, GString *words, const Day *day)
{
  if (day->year_digits > 0) {
    cz_say_digits_at (self, words, day->year, day->year_digits, FALSE);
    g_string_append (words, "年");
  }
  if (day->month > 0) {
    cz_say_value (words, day->month);
    g_string_append (words, "月");
  }
  if (day->day > 0) {
    cz_say_value (words, day->day);
    g_string_append (words, "日");
  }
}

/* a SIGN b SIGN c */
static gboolean
three_parts (const CzNormaliser *self, guint at, Day *day)
{
  guint a = cz_norm_digits (self, at, 5);
  guint b_at = at + a + 1;
  guint b = cz_norm_digits (self, b_at, 3);
  guint c_at = b_at + b + 1;
  guint c = cz_norm_digits (self, c_at, 5);
  gunichar sign = cz_norm_at (self, at + a);

  if (a == 0 || b == 0 || c == 0 || !is_date_sign (sign) || cz_norm_at (self, b_at + b) != sign
      || !ends_cleanly (self, c_at + c, sign))
    return FALSE;
  day->end = c_at + c;
  if ((cz_norm_is_year (self, at, a) || (a == 2 && sign != '-') || (a == 3 && sign != '-'))
      && cz_norm_is_month (self, b_at, b) && cz_norm_is_day (self, c_at, c)) {
    day->year = at;
    day->year_digits = a;
    day->month = cz_norm_value (self, b_at, b);
    day->day = cz_norm_value (self, c_at, c);
    return TRUE;
  }
  if (!cz_norm_is_year (self, c_at, c))
    return FALSE;
  day->year = c_at;
  day->year_digits = c;
  if (cz_norm_is_month (self, at, a) && cz_norm_is_day (self, b_at, b)) {
    day->month = cz_norm_value (self, at, a);
    day->day = cz_norm_value (self, b_at, b);
    return TRUE;
  }
  day->month = cz_norm_value (self, b_at, b);
  day->day = cz_norm_value (self, at, a);
  return cz_norm_is_month (self, b_at, b) && cz_norm_is_day (self, at, a);
}

/* 2008/08, 08-2008, 08/08: only with leading zeros or a plain year, since 3/5 is a fraction and 3-5 a range. */
static gboolean
two_parts (const CzNormaliser *self, guint at, Day *day)
{
  guint a = cz_norm_digits (self, at, 5);
  guint b_at = at + a + 1;
  guint b = cz_norm_digits (self, b_at, 5);
  gunichar sign = cz_norm_at (self, at + a);

  if (a == 0 || b == 0 || !is_date_sign (sign) || sign == 0xb7 || !ends_cleanly (self, b_at + b, sign))
    return FALSE;
  day->end = b_at + b;
  if (cz_norm_is_year (self, at, a) && (b == 2 || (b == 1 && sign == '/')) && cz_norm_is_month (self, b_at, b) && cz_norm_value (self, at, a) >= 1800
      && !cz_norm_takes_liang (self, b_at + b)) {
    day->year = at;
    day->year_digits = a;
    day->month = cz_norm_value (self, b_at, b);
    return sign != '.' || cz_norm_at (self, b_at) == '0' || cz_norm_value (self, b_at, b) >= 10;
  }
  if (a == 2 && cz_norm_is_month (self, at, a) && cz_norm_is_year (self, b_at, b) && cz_norm_value (self, b_at, b) >= 1800) {
    day->year = b_at;
    day->year_digits = b;
    day->month = cz_norm_value (self, at, a);
    return TRUE;
  }
  day->month = cz_norm_value (self, at, a);
  day->day = cz_norm_value (self, b_at, b);
  return a == 2 && b == 2 && cz_norm_is_month (self, at, a) && cz_norm_is_day (self, b_at, b)
         && (cz_norm_at (self, at) == '0' || (sign != '.' && cz_norm_at (self, b_at) == '0'))
         && !cz_norm_takes_liang (self, b_at + b);
}

gboolean
cz_norm_follows_number (const CzNormaliser *self, guint at)
{
  gunichar before = at > 0 ? cz_norm_at (self, at - 1) : 0;

  return cz_norm_is_digit (before) || (is_date_sign (before) && at > 1 && cz_norm_is_digit (cz_norm_at (self, at - 2)));
}

/* 2023/24年度 */
static guint
season (CzNormaliser *self, guint at)
{
  g_autoptr (GString) words = g_string_new (NULL);
  guint next = at + 5;

  if (!cz_norm_is_year (self, at, cz_norm_digits (self, at, 5)) || !is_date_sign (cz_norm_at (self, at + 4))
      || cz_norm_digits (self, next, 3) != 2 || cz_norm_looking_at (self, next + 2, "年") == 0)
    return 0;
  cz_say_digits_at (self, words, at, 4, FALSE);
  g_string_append (words, "到");
  cz_say_digits_at (self, words, next, 2, FALSE);
  cz_norm_emit (self, at, next + 2, words->str, CZ_SPOKEN_DIGIT);
  return next + 2 - at;
}

/* "7/10": a month and a day and nothing behind that makes them something else. */
static gboolean
month_and_day (const CzNormaliser *self, guint at, Day *day)
{
  guint a = cz_norm_digits (self, at, 3), b_at = at + a + 1, b = cz_norm_digits (self, b_at, 3);

  if (!cz_norm_is_month (self, at, a) || !is_date_sign (cz_norm_at (self, at + a)) || !cz_norm_is_day (self, b_at, b))
    return FALSE;
  *day = (Day){ .month = cz_norm_value (self, at, a), .day = cz_norm_value (self, b_at, b), .end = b_at + b };
  return TRUE;
}

static gboolean
is_before (const Day *one, const Day *other)
{
  return one->month * 31 + one->day < other->month * 31 + other->day;
}

/* 放假3天：9.15-9.17 */
static gboolean
is_about_days (const CzNormaliser *self, guint at)
{
  static const char *const WORDS[] = { "放假", "假期", "日期", "报名", "有效期", "展期", NULL };

  for (guint back = at; back > 0 && at - back < 8; back--)
    if (cz_norm_ends_with_one_of (self, back, WORDS))
      return TRUE;
  return FALSE;
}

/* 7/1-7/10: not 1/3-1/2 or 1/5-2/5, which are parts that grow. The second day is left to say_until_day. */
static gboolean
from_month_to_month (const CzNormaliser *self, guint at, Day *day)
{
  Day last;
  guint next;
  static const char *const ABOUT[] = { "活动", "期间", "促销", "优惠", "报名", "放假", "假期", "展销", "集中", NULL };
  static const char *const SHARES[] = { "占", "约", "为", "的", "减", "施", "取", "用", "剩", "量", "了", "掉", "去", NULL };
  gboolean are_parts;
  gunichar sign = cz_norm_at (self, at + cz_norm_digits (self, at, 3));

  if ((sign != '/' && sign != '.') || !month_and_day (self, at, day))
    return FALSE;
  next = cz_norm_range_sign (self, day->end);
  if (next == 0 || !month_and_day (self, next, &last) || cz_norm_at (self, last.end) == sign || !ends_cleanly (self, last.end, sign)
      || cz_norm_at (self, next + cz_norm_digits (self, next, 3)) != sign || !is_before (day, &last))
    return FALSE;
  if (cz_norm_ends_with_one_of (self, at, SHARES))
    return FALSE;
  if (sign == '.')
    return cz_norm_one_of (self, last.end, ABOUT, NULL) > 0 || is_about_days (self, at);
  are_parts = day->day <= 10 && last.day <= 10 && day->month < day->day && last.month < last.day
              && day->month * last.day < last.month * day->day;
  return !are_parts;
}

/* The day behind a hyphen, 至 or 到. Returns where it ends, or at. */
static guint
say_until_day (const CzNormaliser *self, guint at, GString *words, const Day *first)
{
  guint next = cz_norm_range_sign (self, at);
  Day last = { 0 };

  if (next == 0 || (first->day == 0 && !(two_parts (self, next, &last) && last.year_digits > 0)))
    return at;
  if (first->day > 0 && !three_parts (self, next, &last)) {
    last = (Day){ 0 };
    if (!month_and_day (self, next, &last) || !ends_cleanly (self, last.end, 0) || !is_before (first, &last))
      return at;
  }
  g_string_append (words, cz_norm_until (self, at));
  say_day (self, words, &last);
  return last.end;
}

/* 3·15, 6·1儿童节, 3/8妇女节, “11·11”: a day that became a name. With any sign but the raised point the name must follow. */
static guint
named_day (CzNormaliser *self, guint at)
{
  static const char *const FEASTS[] = { "妇女节", "三八节", "国际妇女", "儿童节", "国际儿童", "劳动节", "国际劳动", "建军节", "国庆", "青年节", "建党节", "植树节", "大促", "购物节", "年中", "晚会", "消费者", "维权", "事变", "地震", "防灾",
                                        "假期", "小长假", "长假", "黄金周", NULL };
  static const char *const FIXED[] = { "3/8", "3/12", "5/1", "5/4", "6/1", "7/1", "8/1", "10/1", "6/18", "11/11", "12/12", "3/15", "9/18", "5/12", NULL };
  g_autoptr (GString) words = g_string_new (NULL);
  guint a = cz_norm_digits (self, at, 3), b_at = at + a + 1, b = cz_norm_digits (self, b_at, 3), end = b_at + b;
  gunichar before = at > 0 ? cz_norm_at (self, at - 1) : 0, after = cz_norm_at (self, end), sign = cz_norm_at (self, at + a);
  int month = cz_norm_value (self, at, a), day = cz_norm_value (self, b_at, b);
  g_autofree char *written = g_strdup_printf ("%d/%d", month, day);

  if (!cz_norm_is_month (self, at, a) || !cz_norm_is_day (self, b_at, b) || !is_date_sign (sign) || before == 0xb7 || after == 0xb7
      || (after == '.' && cz_norm_is_digit (cz_norm_at (self, end + 1))) || cz_norm_is_digit (before))
    return 0;
  if (sign != 0xb7 && sign != 0x2022 && !(g_strv_contains (FIXED, written) && cz_norm_one_of (self, end, FEASTS, NULL) > 0))
    return 0;
  if (month == day && month > 10)
    g_string_append (words, month == 11 ? "双十一" : "双十二");
  else if (month >= 11 && day == 9)
    g_string_append (words, month == 12 ? "一二九" : "一一九");
  else {
    cz_say_value (words, month);
    cz_say_digits_at (self, words, b_at, b, FALSE);
  }
  cz_norm_emit (self, at, end, words->str, CZ_SPOKEN_DIGIT);
  return end - at;
}

/* 9.10教师节, 9/23丰收节: a feast follows. */
static gboolean
day_of_feast (const CzNormaliser *self, guint at, Day *day)
{
  static const char *const FEASTS[] = { "教师节", "丰收节", "护士节", "妇女节", "儿童节", "劳动节", "国庆节", "建军节", "建党节", "青年节", "植树节", "记者节",
                                        "重阳节", "端午节", "中秋节", "元旦", "元宵节", "清明节", "圣诞节", "情人节", "庙会", "消费者权益日", "宪法日", NULL };

  if (!month_and_day (self, at, day) || !ends_cleanly (self, day->end, 0) || cz_norm_takes_liang (self, day->end))
    return FALSE;
  for (guint i = 0; i < 5 && cz_norm_is_hanzi (cz_norm_at (self, day->end + i)); i++)
    if (cz_norm_one_of (self, day->end + i, FEASTS, NULL) > 0)
      return TRUE;
  return FALSE;
}

guint
cz_rule_date (CzNormaliser *self, guint at)
{
  g_autoptr (GString) words = g_string_new (NULL);
  Day day = { 0 };
  guint named = named_day (self, at);

  if (named > 0)
    return named;

  if (!cz_norm_follows_number (self, at) && season (self, at) > 0)
    return 7;
  if (cz_norm_follows_number (self, at) || cz_norm_ends_with (self, at, "第"))
    return 0;
  if (!three_parts (self, at, &day)) {
    day = (Day){ 0 };
    if (!from_month_to_month (self, at, &day) && !day_of_feast (self, at, &day)) {
      day = (Day){ 0 };
      if (!two_parts (self, at, &day))
        return 0;
    }
  }
  say_day (self, words, &day);
  day.end = say_until_day (self, day.end, words, &day);
  cz_norm_emit (self, at, day.end, words->str, CZ_SPOKEN_DIGIT);
  return day.end - at;
}
