/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The clock: 8:30, 14:00-16:00. */
#include "app/speech/cz-normalise-priv.h"

typedef struct {
  int hour, minute, second; /* second -1: none */
  guint end;
  const char *half; /* 上午, 下午 or "" */
  gboolean padded; /* 03:04:05 */
} Hour;

/* 8:00时, 8:30分 */
static void
take_in_hour_word (const CzNormaliser *self, Hour *hour)
{
  static const char *const NOT[] = { "时间", "时段", "时候", NULL };

  if (cz_norm_looking_at (self, hour->end, "时") > 0 && cz_norm_one_of (self, hour->end, NOT, NULL) == 0)
    hour->end++;
  else if (cz_norm_looking_at (self, hour->end, "分") > 0 && cz_norm_looking_at (self, hour->end, "分钟") == 0)
    hour->end++;
}

static gboolean
read_hour (const CzNormaliser *self, guint at, Hour *hour)
{
  guint h = cz_norm_digits (self, at, 3);
  guint m_at = h > 0 ? cz_norm_colon (self, at + h) : 0;
  guint m = m_at > 0 && cz_norm_at (self, m_at - 1) != CZ_RATIO_SIGN ? cz_norm_digits (self, m_at, 3) : 0;
  guint s_at = m_at + m + 1;
  guint s;

  if (h == 0 || h > 2 || m != 2 || cz_norm_value (self, at, h) > 24 || cz_norm_value (self, m_at, m) > 59)
    return FALSE;
  hour->hour = cz_norm_value (self, at, h);
  hour->minute = cz_norm_value (self, m_at, m);
  hour->second = -1;
  hour->padded = FALSE;
  hour->end = m_at + m;
  if (cz_norm_at (self, s_at - 1) != ':')
    return TRUE;
  s = cz_norm_digits (self, s_at, 3);
  hour->second = cz_norm_value (self, s_at, s);
  hour->end = s_at + s;
  hour->padded = h == 2 && cz_norm_at (self, at) == '0';
  return s == 2 && hour->second < 60;
}

/* a.m., PM: takes them in. */
static void
read_half (const CzNormaliser *self, Hour *hour)
{
  static const char *const HALVES[] = { "am", "AM", "a.m.", "A.M.", "Am", "pm", "PM", "p.m.", "P.M.", "Pm", NULL };
  guint which, from = cz_norm_skip_blanks (self, hour->end);
  guint n = cz_norm_one_of (self, from, HALVES, &which);

  hour->half = "";
  if (n == 0)
    take_in_hour_word (self, hour);
  if (n == 0 || cz_norm_is_letter (cz_norm_at (self, from + n)))
    return;
  hour->half = which < 5 ? "上午" : "下午";
  hour->end = from + n;
}

/* 03:04:05 is a clock's own way of writing: 三点四分五秒; 5:02 a person's: 五点零二分. */
static void
say_hour (const CzNormaliser *self, GString *words, const Hour *hour)
{
  gboolean has_word = cz_norm_ends_with (self, hour->end, "时");

  g_string_append (words, hour->half);
  if (hour->hour == 2)
    g_string_append (words, "两");
  else
    cz_say_value (words, hour->hour);
  g_string_append (words, has_word ? "时" : "点");
  if (hour->minute > 0 || hour->second > 0) {
    if (hour->minute < 10 && hour->minute > 0 && !hour->padded)
      g_string_append (words, "零");
    cz_say_value (words, hour->minute);
    g_string_append (words, "分");
  }
  if (hour->second > 0) {
    cz_say_value (words, hour->second);
    g_string_append (words, "秒");
  }
}

/* 8.30 */
static gboolean
read_dotted_hour (const CzNormaliser *self, guint at, Hour *hour)
{
  guint h = cz_norm_digits (self, at, 3), m = cz_norm_digits (self, at + h + 1, 3);

  if (h == 0 || h > 2 || m != 2 || cz_norm_at (self, at + h) != '.' || cz_norm_value (self, at, h) > 24
      || cz_norm_value (self, at + h + 1, m) > 59 || cz_norm_value (self, at + h + 1, m) % 5 != 0)
    return FALSE;
  *hour = (Hour){ .hour = cz_norm_value (self, at, h), .minute = cz_norm_value (self, at + h + 1, m), .second = -1, .end = at + h + 3, .half = "" };
  return TRUE;
}

static void
say_short_hour (GString *words, const Hour *hour)
{
  if (hour->hour == 2)
    g_string_append (words, "两");
  else
    cz_say_value (words, hour->hour);
  g_string_append (words, "点");
  if (hour->minute == 30)
    g_string_append (words, "半");
  else if (hour->minute > 0) {
    if (hour->minute < 10)
      g_string_append (words, "零");
    cz_say_value (words, hour->minute);
    g_string_append (words, "分");
  }
}

/* 早8.00, 晚6.30: to the half hour, and where no prices are. */
static guint
dotted_hour (CzNormaliser *self, guint at, const Hour *hour)
{
  static const char *const PARTS[] = { "早", "晚", "早上", "晚上", "上午", "下午", "中午", NULL };
  g_autoptr (GString) words = g_string_new (NULL);

  if (hour->minute % 30 != 0 || self->is_price_text || !cz_norm_ends_with_one_of (self, at, PARTS) || cz_norm_is_digit (cz_norm_at (self, hour->end))
      || cz_norm_at (self, hour->end) == '%' || cz_norm_takes_liang (self, hour->end))
    return 0;
  say_short_hour (words, hour);
  cz_norm_emit (self, at, hour->end, words->str, CZ_SPOKEN_NUMBER);
  self->time_end = hour->end;
  return hour->end - at;
}

/* 8.30-17.30 where it is about hours. */
static guint
dotted_hours (CzNormaliser *self, guint at)
{
  static const char *const HOURS[] = { "时间", "营业", "上班", "办公", "开放", "门诊", "开门", "上午", "下午", "早上", "晚上", "值班", "办理", "服务", NULL };
  g_autoptr (GString) words = g_string_new (NULL);
  guint next, end;
  gboolean about_hours = FALSE;
  Hour from, to;

  if (!read_dotted_hour (self, at, &from))
    return 0;
  next = cz_norm_range_sign (self, from.end);
  if (next == 0 || !cz_norm_is_digit (cz_norm_at (self, next)))
    return dotted_hour (self, at, &from);
  if (!read_dotted_hour (self, next, &to) || to.hour < from.hour || cz_norm_is_digit (cz_norm_at (self, to.end))
      || cz_norm_at (self, to.end) == '%')
    return 0;
  for (guint back = at; back > 0 && at - back < 14 && !about_hours; back--)
    about_hours = cz_norm_ends_with_one_of (self, back, HOURS);
  if (!about_hours || cz_norm_takes_liang (self, to.end))
    return 0;
  say_short_hour (words, &from);
  g_string_append (words, cz_norm_until (self, from.end));
  say_short_hour (words, &to);
  end = to.end;
  cz_norm_emit (self, at, end, words->str, CZ_SPOKEN_NUMBER);
  return end - at;
}

/* The stroke of 8:00-11:30/14:30-17:30 is said as a pause. */
static guint
stroke_between (CzNormaliser *self, guint at)
{
  Hour next;

  if (cz_norm_at (self, at) != '/' || at == 0 || at != self->time_end || !read_hour (self, cz_norm_skip_blanks (self, at + 1), &next))
    return 0;
  cz_norm_emit (self, at, at + 1, "、", 0);
  return 1;
}

guint
cz_rule_time (CzNormaliser *self, guint at)
{
  g_autoptr (GString) words = g_string_new (NULL);
  Hour from, to;
  guint next, sign;
  gunichar before = at > 0 ? cz_norm_at (self, at - 1) : 0;

  next = stroke_between (self, at);
  if (next == 0 && before != '.' && !cz_norm_is_digit (before))
    next = dotted_hours (self, at);
  if (next > 0)
    return next;
  if (before == ':' || before == '.' || !read_hour (self, at, &from) || cz_norm_is_digit (cz_norm_at (self, from.end))
      || cz_norm_at (self, from.end) == ':' || cz_norm_is_ratio (self, at))
    return 0;
  read_half (self, &from);
  say_hour (self, words, &from);
  sign = from.end;
  next = cz_norm_range_sign (self, sign);
  if (next > 0 && read_hour (self, next, &to)) {
    read_half (self, &to);
    g_string_append (words, cz_norm_until (self, sign));
    say_hour (self, words, &to);
    from.end = to.end;
  }
  cz_norm_emit (self, at, from.end, words->str, CZ_SPOKEN_NUMBER);
  self->time_end = from.end;
  return from.end - at;
}
