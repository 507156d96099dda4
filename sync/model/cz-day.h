/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

/* A civil date at UTC+8, as days since 1970-01-01 (which is day 0). Pure, any thread.
 * In optional fields of published rows 0 means "none given"; quotes use any day as a key. */
typedef gint32 CzDay;

#define CZ_DAY_MIN (-36524) /* 1870-01-01: older dates are typing errors */
#define CZ_DAY_MAX 73048 /* 2169-12-31 */

typedef enum { CZ_CALENDAR_GREGORIAN, CZ_CALENDAR_ROC } CzCalendar;

gboolean cz_day_from_ymd (int year, int month, int day, CzDay *out) G_GNUC_WARN_UNUSED_RESULT;
void cz_day_to_ymd (CzDay day, int *year, int *month, int *mday);
/* 1 = Monday … 7 = Sunday */
int cz_day_weekday (CzDay day);
/* The day on which an instant (seconds since 1970 UTC) falls at UTC+8. */
CzDay cz_day_from_unix (gint64 unix_s);
/* First instant of the day at UTC+8. */
gint64 cz_day_to_unix (CzDay day);

/* Reads one whole cell: 2016-05-03, 2018/1/1, 2019/4/25 9:32:09, 2026年11月22日, 1960M01 (first of the month),
 * 107/11/01 and 115.05.15 with CZ_CALENDAR_ROC. Blanks around are passed over; anything left over refuses.
 * FALSE without an error object: the caller knows file, line and column. */
gboolean cz_day_parse (const char *text, CzCalendar calendar, CzDay *out) G_GNUC_WARN_UNUSED_RESULT;
/* "2026-11-22", newly allocated. */
char *cz_day_to_iso (CzDay day);
