/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Days, months and years: 2024-05-20, 5月1日-3日, 2019/2/10, 公元前202年. */
#include <string.h>

#include "app/speech/cz-normalise-priv.h"

typedef struct {
  guint year, year_digits; /* positions; year_digits 0: none */
  int month; /* 0: none */
  int day;
  guint end;
} Day;

static gboolean
is_month (const CzNormaliser *self, guint at, guint n)
{
  int value = cz_norm_value (self, at, n);
  return n >= 1 && n <= 2 && value >= 1 && value <= 12;
}

static gboolean
is_day (const CzNormaliser *self, guint at, guint n)
{
  int value = cz_norm_value (self, at, n);
  return n >= 1 && n <= 2 && value >= 1 && value <= 31;
}

static gboolean
is_year (const CzNormaliser *self, guint at, guint n)
{
  int value = cz_norm_value (self, at, n);
  return n == 4 && value >= 1000 && value <= 2999;
}

static gboolean
is_date_sign (gunichar c)
{
  return c == '-' || c == '/' || c == '.' || c == 0xb7 || c == 0x2022;
}

/* Nothing that would make a longer number or another expression may stand behind. */
static gboolean
ends_cleanly (const CzNormaliser *self, guint at)
{
  gunichar c = cz_norm_at (self, at);

  if (cz_norm_is_digit (c) || c == '%' || c == 0x2030)
    return FALSE;
  return !(is_date_sign (c) && cz_norm_is_digit (cz_norm_at (self, at + 1)));
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
      || !ends_cleanly (self, c_at + c))
    return FALSE;
  day->end = c_at + c;
  if ((is_year (self, at, a) || (a == 2 && sign != '-') || (a == 3 && sign != '-'))
      && is_month (self, b_at, b) && is_day (self, c_at, c)) {
    day->year = at;
    day->year_digits = a;
    day->month = cz_norm_value (self, b_at, b);
    day->day = cz_norm_value (self, c_at, c);
    return TRUE;
  }
  if (!is_year (self, c_at, c))
    return FALSE;
  day->year = c_at;
  day->year_digits = c;
  if (is_month (self, at, a) && is_day (self, b_at, b)) {
    day->month = cz_norm_value (self, at, a);
    day->day = cz_norm_value (self, b_at, b);
    return TRUE;
  }
  day->month = cz_norm_value (self, b_at, b);
  day->day = cz_norm_value (self, at, a);
  return is_month (self, b_at, b) && is_day (self, at, a);
}

/* 2008/08, 08-2008, 08/08: only with leading zeros or a plain year, since 3/5 is a fraction and 3-5 a range. */
static gboolean
two_parts (const CzNormaliser *self, guint at, Day *day)
{
  guint a = cz_norm_digits (self, at, 5);
  guint b_at = at + a + 1;
  guint b = cz_norm_digits (self, b_at, 5);
  gunichar sign = cz_norm_at (self, at + a);

  if (a == 0 || b == 0 || !is_date_sign (sign) || sign == 0xb7 || !ends_cleanly (self, b_at + b))
    return FALSE;
  day->end = b_at + b;
  if (is_year (self, at, a) && b == 2 && is_month (self, b_at, b) && cz_norm_value (self, at, a) >= 1800
      && !cz_norm_takes_liang (self, b_at + b)) {
    day->year = at;
    day->year_digits = a;
    day->month = cz_norm_value (self, b_at, b);
    return sign != '.' || cz_norm_at (self, b_at) == '0' || cz_norm_value (self, b_at, b) >= 10;
  }
  if (a == 2 && is_month (self, at, a) && is_year (self, b_at, b) && cz_norm_value (self, b_at, b) >= 1800) {
    day->year = b_at;
    day->year_digits = b;
    day->month = cz_norm_value (self, at, a);
    return TRUE;
  }
  day->month = cz_norm_value (self, at, a);
  day->day = cz_norm_value (self, b_at, b);
  return a == 2 && b == 2 && is_month (self, at, a) && is_day (self, b_at, b)
         && (cz_norm_at (self, at) == '0' || (sign != '.' && cz_norm_at (self, b_at) == '0'))
         && !cz_norm_takes_liang (self, b_at + b);
}

static gboolean
follows_number (const CzNormaliser *self, guint at)
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

  if (!is_year (self, at, cz_norm_digits (self, at, 5)) || !is_date_sign (cz_norm_at (self, at + 4))
      || cz_norm_digits (self, next, 3) != 2 || cz_norm_looking_at (self, next + 2, "年") == 0)
    return 0;
  cz_say_digits_at (self, words, at, 4, FALSE);
  g_string_append (words, "到");
  cz_say_digits_at (self, words, next, 2, FALSE);
  cz_norm_emit (self, at, next + 2, words->str, CZ_SPOKEN_DIGIT);
  return next + 2 - at;
}

guint
cz_rule_date (CzNormaliser *self, guint at)
{
  g_autoptr (GString) words = g_string_new (NULL);
  Day day = { 0 };

  if (!follows_number (self, at) && season (self, at) > 0)
    return 7;
  if (follows_number (self, at) || cz_norm_ends_with (self, at, "第"))
    return 0;
  if (!three_parts (self, at, &day)) {
    day = (Day){ 0 };
    if (!two_parts (self, at, &day))
      return 0;
  }
  say_day (self, words, &day);
  cz_norm_emit (self, at, day.end, words->str, CZ_SPOKEN_DIGIT);
  return day.end - at;
}

/* "2934ad", "1234 b.c.": returns the end, or 0. */
static guint
era_after (const CzNormaliser *self, guint at, gboolean *before_christ)
{
  static const char *const ERAS[] = { "ad", "AD", "a.d.", "A.D.", "bc", "BC", "b.c.", "B.C.", NULL };
  guint which, from = cz_norm_skip_blanks (self, at);
  guint n = cz_norm_one_of (self, from, ERAS, &which);

  if (n == 0 || cz_norm_is_letter (cz_norm_at (self, from + n)))
    return 0;
  *before_christ = which >= 4;
  return from + n;
}

static guint
year_with_era (CzNormaliser *self, guint at)
{
  g_autoptr (GString) words = g_string_new (NULL);
  guint n = cz_norm_digits (self, at, 5), end = at + n;
  guint written = cz_norm_looking_at (self, end, "年");
  int month = 0;
  gboolean before_christ = FALSE;

  if (n == 0 || n > 4)
    return 0;
  end += written;
  if (written > 0) {
    guint m = cz_norm_digits (self, end, 3);
    if (is_month (self, end, m) && cz_norm_looking_at (self, end + m, "月") > 0) {
      month = cz_norm_value (self, end, m);
      end += m + 1;
    }
  }
  end = era_after (self, end, &before_christ);
  if (end == 0)
    return 0;
  g_string_append (words, before_christ ? "公元前" : "公元");
  cz_say_digits_at (self, words, at, n, FALSE);
  g_string_append (words, "年");
  if (month > 0) {
    cz_say_value (words, month);
    g_string_append (words, "月");
  }
  cz_norm_emit (self, at, end, words->str, CZ_SPOKEN_DIGIT);
  return end - at;
}

/* 承包期30年, 20年后, 10年以上: how long, not when. */
static gboolean
is_duration (const CzNormaliser *self, guint at, guint n, guint after)
{
  static const char *const BEFORE[] = { "期", "期限", "期为", "为", "满", "近", "约", "达", "超过", "不少于", "不超过",
                                        "至少", "延长", "再", "共", "过去", "连续", "每", "前", "后", "用", "最长",
                                        "最短", "以来的", "未来", "了", "第", "处", "徒刑", "保存", "至", "有", "干", NULL };
  static const char *const AFTER[] = { "前", "后", "来", "内", "期", "间", "以", "之", "多", "生", "龄", "的", "左右",
                                       "有余", "一", "不", "才", "免", NULL };
  int value = cz_norm_value (self, at, n);

  if (n == 1)
    return TRUE;
  if (n != 2 || cz_norm_at (self, at) == '0')
    return FALSE;
  if (cz_norm_ends_with_one_of (self, at, BEFORE) || cz_norm_one_of (self, after, AFTER, NULL) > 0)
    return TRUE;
  if (cz_norm_is_digit (cz_norm_at (self, after)))
    return value == 10 || value == 20 || value == 30;
  return at > 0 && value % 10 == 0 && value < 80;
}

/* The digits before 年. Returns the position after 年, or 0. */
static guint
say_year (const CzNormaliser *self, guint at, GString *words, gboolean *is_name)
{
  static const char *const ERA[] = { "公元前", "公元", "纪元", "纪元前", "民国", NULL };
  guint n = cz_norm_digits (self, at, 5);
  guint sign = n > 0 ? cz_norm_looking_at (self, at + n, "年") : 0;
  gboolean era = cz_norm_ends_with_one_of (self, at, ERA);

  if (sign == 0 || n > 4 || cz_norm_looking_at (self, at + n, "年级") > 0)
    return 0;
  *is_name = era || n == 4 || (n == 2 && !is_duration (self, at, n, at + n + 1));
  if (era && cz_norm_ends_with (self, at, "民国")) {
    cz_say_value (words, cz_norm_value (self, at, n));
  } else if (*is_name && !(n == 4 && cz_norm_at (self, at) != '0' && cz_norm_value (self, at, n) % 1000 == 0
                           && cz_norm_looking_at (self, at + n + 1, "前") > 0)) {
    cz_say_digits_at (self, words, at, n, FALSE);
  } else if (n == 1 && cz_norm_at (self, at) == '2') {
    g_string_append (words, "两");
  } else {
    cz_say_value (words, cz_norm_value (self, at, n));
  }
  g_string_append (words, "年");
  return at + n + 1;
}

/* "5月1日", "5月1日-3日", "5-6月", "3日-5日", "12日": returns the position after it, or 0. */
static guint
say_month_and_day (const CzNormaliser *self, guint at, GString *words)
{
  guint n = cz_norm_digits (self, at, 3);

  if (is_month (self, at, n) && cz_norm_looking_at (self, at + n, "月") > 0
      && cz_norm_looking_at (self, at + n, "月份") == 0) {
    guint end = at + n + 1;
    guint d = cz_norm_digits (self, end, 3);

    cz_say_value (words, cz_norm_value (self, at, n));
    g_string_append (words, "月");
    if (is_day (self, end, d)
        && (cz_norm_looking_at (self, end + d, "日") > 0 || cz_norm_looking_at (self, end + d, "号") > 0
            || cz_norm_range_sign (self, end + d) > 0)) {
      guint m = say_month_and_day (self, end, words);
      return m > 0 ? m : end;
    }
    return end;
  }
  if (!is_day (self, at, n))
    return 0;
  if (cz_norm_looking_at (self, at + n, "日") > 0 || cz_norm_looking_at (self, at + n, "号") > 0) {
    g_autofree char *sign = g_ucs4_to_utf8 (self->text + at + n, 1, NULL, NULL, NULL);
    cz_say_value (words, cz_norm_value (self, at, n));
    g_string_append (words, sign);
    return at + n + 1;
  }
  guint next = cz_norm_range_sign (self, at + n);
  guint d = next > 0 ? cz_norm_digits (self, next, 3) : 0;
  if (!is_day (self, next, d)
      || (cz_norm_looking_at (self, next + d, "日") == 0 && cz_norm_looking_at (self, next + d, "号") == 0
          && !(is_month (self, at, n) && cz_norm_looking_at (self, next + d, "月") > 0)))
    return 0;
  cz_say_value (words, cz_norm_value (self, at, n));
  g_string_append (words, cz_norm_until (self, at + n));
  return say_month_and_day (self, next, words);
}

/* A hyphen between two days is 到; it is taken only when a day follows. */
static guint
say_until (const CzNormaliser *self, guint at, GString *words)
{
  guint next = cz_norm_range_sign (self, at), end;
  g_autoptr (GString) until = g_string_new (cz_norm_until (self, at));
  gboolean is_name = FALSE;

  if (next == 0)
    return at;
  end = say_year (self, next, until, &is_name);
  if (end > 0) {
    guint more = say_month_and_day (self, end, until);
    end = MAX (end, more);
  } else {
    end = say_month_and_day (self, next, until);
  }
  if (end == 0)
    return at;
  g_string_append_len (words, until->str, (gssize) until->len);
  return end;
}

/* 2018-2020年: both are years though 年 stands but once. */
static guint
years_range (CzNormaliser *self, guint at)
{
  g_autoptr (GString) words = g_string_new (NULL);
  guint n = cz_norm_digits (self, at, 5);
  guint next = cz_norm_range_sign (self, at + n);
  guint m = next > 0 ? cz_norm_digits (self, next, 5) : 0;

  if (!is_year (self, at, n) || !(is_year (self, next, m) || m == 2)
      || cz_norm_looking_at (self, next + m, "年") == 0)
    return 0;
  cz_say_digits_at (self, words, at, n, FALSE);
  g_string_append (words, cz_norm_until (self, at + n));
  cz_say_digits_at (self, words, next, m, FALSE);
  g_string_append (words, "年");
  cz_norm_emit (self, at, next + m + 1, words->str, CZ_SPOKEN_DIGIT);
  return next + m + 1 - at;
}

guint
cz_rule_year (CzNormaliser *self, guint at)
{
  g_autoptr (GString) words = g_string_new (NULL);
  gboolean is_name = TRUE;
  guint end = year_with_era (self, at), more;

  if (end == 0)
    end = years_range (self, at);
  if (end > 0)
    return end;
  if (follows_number (self, at) && cz_norm_at (self, at - 1) == '.')
    return 0;
  end = say_year (self, at, words, &is_name);
  more = is_name ? say_month_and_day (self, end > 0 ? end : at, words) : 0;
  end = MAX (end, more);
  if (end == 0)
    return 0;
  if (is_name)
    end = say_until (self, end, words);
  cz_norm_emit (self, at, end, words->str, is_name ? CZ_SPOKEN_DIGIT : CZ_SPOKEN_NUMBER);
  return end - at;
}
