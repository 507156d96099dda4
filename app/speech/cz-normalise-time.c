/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The clock: 8:30, 14:00-16:00. */
#include "app/speech/cz-normalise-priv.h"

typedef struct {
  int hour, minute, second; /* second -1: none */
  guint end;
  const char *half; /* 上午, 下午 or "" */
  gboolean padded; /* 03:04:05 */
} Hour;

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
  if (n == 0 || cz_norm_is_letter (cz_norm_at (self, from + n)))
    return;
  hour->half = which < 5 ? "上午" : "下午";
  hour->end = from + n;
}

/* 03:04:05 is a clock's own way of writing: 三点四分五秒; 5:02 a person's: 五点零二分. */
static void
say_hour (GString *words, const Hour *hour)
{
  g_string_append (words, hour->half);
  if (hour->hour == 2)
    g_string_append (words, "两");
  else
    cz_say_value (words, hour->hour);
  g_string_append (words, "点");
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

guint
cz_rule_time (CzNormaliser *self, guint at)
{
  g_autoptr (GString) words = g_string_new (NULL);
  Hour from, to;
  guint next, sign;
  gunichar before = at > 0 ? cz_norm_at (self, at - 1) : 0;

  if (before == ':' || before == '.' || !read_hour (self, at, &from) || cz_norm_is_digit (cz_norm_at (self, from.end))
      || cz_norm_at (self, from.end) == ':' || cz_norm_is_ratio (self, at))
    return 0;
  read_half (self, &from);
  say_hour (words, &from);
  sign = from.end;
  next = cz_norm_range_sign (self, sign);
  if (next > 0 && read_hour (self, next, &to)) {
    read_half (self, &to);
    g_string_append (words, cz_norm_until (self, sign));
    say_hour (words, &to);
    from.end = to.end;
  }
  cz_norm_emit (self, at, from.end, words->str, CZ_SPOKEN_NUMBER);
  return from.end - at;
}
