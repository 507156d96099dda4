/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Days, months and years by their names: 2024年5月, 5月1日-3日, 公元前202年. */
#include <string.h>

#include "app/speech/cz-normalise-priv.h"

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
    if (cz_norm_is_month (self, end, m) && cz_norm_looking_at (self, end + m, "月") > 0) {
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

/* 90年代; 00年代 is read figure by figure. */
static gboolean
is_decade (const CzNormaliser *self, guint at, guint n)
{
  return n == 2 && cz_norm_at (self, at) != '0' && cz_norm_at (self, at + 1) == '0' && cz_norm_looking_at (self, at + 2, "年代") > 0;
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
  *is_name = era || n == 4 || is_decade (self, at, n) || (n == 2 && !is_duration (self, at, n, at + n + 1));
  if ((era && cz_norm_ends_with (self, at, "民国")) || is_decade (self, at, n)) {
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

/* "5月1日", "5月1日-3日", "5-6月", "3日-5日", "12日": returns the position after it, or 0. depth: how many stand around it;
 * "1月1-1月1-1月…" would go on as long as the line. */
static guint
say_month_and_day (const CzNormaliser *self, guint at, GString *words, guint depth)
{
  guint n = depth < 4 ? cz_norm_digits (self, at, 3) : 0;

  if (cz_norm_is_month (self, at, n) && cz_norm_looking_at (self, at + n, "月") > 0
      && cz_norm_looking_at (self, at + n, "月份") == 0) {
    guint end = at + n + 1;
    guint d = cz_norm_digits (self, end, 3);

    cz_say_value (words, cz_norm_value (self, at, n));
    g_string_append (words, "月");
    if (cz_norm_is_day (self, end, d)
        && (cz_norm_looking_at (self, end + d, "日") > 0 || cz_norm_looking_at (self, end + d, "号") > 0
            || cz_norm_range_sign (self, end + d) > 0)) {
      guint m = say_month_and_day (self, end, words, depth + 1);
      return m > 0 ? m : end;
    }
    return end;
  }
  if (!cz_norm_is_day (self, at, n))
    return 0;
  if (cz_norm_looking_at (self, at + n, "日") > 0 || cz_norm_looking_at (self, at + n, "号") > 0) {
    g_autofree char *sign = g_ucs4_to_utf8 (self->text + at + n, 1, NULL, NULL, NULL);
    cz_say_value (words, cz_norm_value (self, at, n));
    g_string_append (words, sign);
    return at + n + 1;
  }
  guint next = cz_norm_range_sign (self, at + n);
  guint d = next > 0 ? cz_norm_digits (self, next, 3) : 0;
  if (!cz_norm_is_day (self, next, d)
      || (cz_norm_looking_at (self, next + d, "日") == 0 && cz_norm_looking_at (self, next + d, "号") == 0
          && !(cz_norm_is_month (self, at, n) && cz_norm_looking_at (self, next + d, "月") > 0)))
    return 0;
  cz_say_value (words, cz_norm_value (self, at, n));
  g_string_append (words, cz_norm_until (self, at + n));
  return say_month_and_day (self, next, words, depth + 1);
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
    guint more = say_month_and_day (self, end, until, 0);
    end = MAX (end, more);
  } else {
    end = say_month_and_day (self, next, until, 0);
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

  if (!cz_norm_is_year (self, at, n) || !(cz_norm_is_year (self, next, m) || m == 2)
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
  if (cz_norm_follows_number (self, at) && cz_norm_at (self, at - 1) == '.')
    return 0;
  end = say_year (self, at, words, &is_name);
  more = is_name ? say_month_and_day (self, end > 0 ? end : at, words, 0) : 0;
  end = MAX (end, more);
  if (end == 0)
    return 0;
  if (is_name)
    end = say_until (self, end, words);
  cz_norm_emit (self, at, end, words->str, is_name ? CZ_SPOKEN_DIGIT : CZ_SPOKEN_NUMBER);
  return end - at;
}
