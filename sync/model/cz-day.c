/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/model/cz-day.h"

#include <string.h>

#define UTC8_S (8 * 3600)
#define DAY_S 86400
#define ROC_OFFSET 1911

/* Civil-from-days and back on the proleptic Gregorian calendar, counting from 0000-03-01 so that the leap day is the
 * last of its year. Years are kept within CZ_DAY_MIN/MAX, so nothing overflows. */
static gint64
days_from_civil (gint64 year, int month, int day)
{
  year -= month <= 2;
  gint64 era = year / 400;
  gint64 year_of_era = year - era * 400;
  gint64 day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  gint64 day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

static int
days_in_month (int year, int month)
{
  static const guint8 days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
  gboolean leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return days[month - 1] + (month == 2 && leap);
}

gboolean
cz_day_from_ymd (int year, int month, int day, CzDay *out)
{
  if (year < 1870 || year > 2169 || month < 1 || month > 12 || day < 1 || day > days_in_month (year, month))
    return FALSE;
  *out = (CzDay) days_from_civil (year, month, day);
  return TRUE;
}

void
cz_day_to_ymd (CzDay day, int *year, int *month, int *mday)
{
  gint64 z = (gint64) day + 719468;
  gint64 era = (z >= 0 ? z : z - 146096) / 146097;
  gint64 day_of_era = z - era * 146097;
  gint64 year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  gint64 day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int shifted = (int) ((5 * day_of_year + 2) / 153);
  *mday = (int) (day_of_year - (153 * shifted + 2) / 5 + 1);
  *month = shifted < 10 ? shifted + 3 : shifted - 9;
  *year = (int) (year_of_era + era * 400 + (*month <= 2));
}

int
cz_day_weekday (CzDay day)
{
  /* Day 0 was a Thursday. */
  int index = (int) ((((gint64) day + 3) % 7 + 7) % 7);
  return index + 1;
}

static gint64
floor_div (gint64 a, gint64 b)
{
  return a / b - (a % b < 0);
}

CzDay
cz_day_from_unix (gint64 unix_s)
{
  gint64 bound = (gint64) CZ_DAY_MAX * DAY_S;
  gint64 local = CLAMP (unix_s, -bound, bound) + UTC8_S;
  return (CzDay) CLAMP (floor_div (local, DAY_S), CZ_DAY_MIN, CZ_DAY_MAX);
}

gint64
cz_day_to_unix (CzDay day)
{
  return (gint64) day * DAY_S - UTC8_S;
}

/* One to max_digits ASCII digits; moves *p behind them. */
static gboolean
take_number (const char **p, int max_digits, int *out)
{
  int value = 0;
  int n = 0;
  while (g_ascii_isdigit (**p) && n < max_digits) {
    value = value * 10 + (**p - '0');
    (*p)++;
    n++;
  }
  *out = value;
  return n > 0 && !g_ascii_isdigit (**p);
}

static gboolean
take_text (const char **p, const char *text)
{
  gsize len = strlen (text);
  if (strncmp (*p, text, len) != 0)
    return FALSE;
  *p += len;
  return TRUE;
}

/* A clock time or blanks behind the date, as spreadsheets export them; its value is of no interest. */
static gboolean
is_time_or_blank (const char *p)
{
  if (*p == 'T' && g_ascii_isdigit (p[1]))
    p++;
  return p[strspn (p, "0123456789:. \t\r")] == '\0';
}

static gboolean
take_rest_of_date (const char **p, int *month, int *day)
{
  if (take_text (p, "年"))
    return take_number (p, 2, month) && take_text (p, "月") && take_number (p, 2, day) && take_text (p, "日");
  if (**p == 'M') {
    (*p)++;
    *day = 1;
    return take_number (p, 2, month);
  }
  char separator = **p;
  if (separator != '-' && separator != '/' && separator != '.')
    return FALSE;
  (*p)++;
  if (!take_number (p, 2, month) || **p != separator)
    return FALSE;
  (*p)++;
  return take_number (p, 2, day);
}

gboolean
cz_day_parse (const char *text, CzCalendar calendar, CzDay *out)
{
  const char *p = text;
  int year, month, day;
  while (*p == ' ' || *p == '\t')
    p++;
  if (!take_number (&p, 4, &year) || !take_rest_of_date (&p, &month, &day))
    return FALSE;
  if (*p && *p != ' ' && *p != '\t' && *p != '\r' && *p != 'T')
    return FALSE;
  if (!is_time_or_blank (p))
    return FALSE;
  if (calendar == CZ_CALENDAR_ROC) {
    /* A four-digit year in a column said to be ROC is a mix-up nobody should guess about. */
    if (year >= 1000)
      return FALSE;
    year += ROC_OFFSET;
  }
  return cz_day_from_ymd (year, month, day, out);
}

char *
cz_day_to_iso (CzDay day)
{
  int year, month, mday;
  cz_day_to_ymd (day, &year, &month, &mday);
  return g_strdup_printf ("%04d-%02d-%02d", year, month, mday);
}
