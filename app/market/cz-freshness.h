/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/model/cz-day.h"
#include "sync/model/cz-vocab.h"

/* How old a figure may be before it is shown as what it is. Limits count in reporting intervals (field study, rule 3.6):
 * a market that reports every day: amber after 3, old after 14, gone after 60; one that reports weekly, monthly or
 * on fair days: amber after 2, old after 4, gone after 9. Pure, any thread. */
typedef enum {
  CZ_FRESH,
  CZ_FRESH_AMBER, /* shown with its age */
  CZ_FRESH_OLD, /* hatched, 旧价 */
  CZ_FRESH_GONE, /* no longer a price: 最后一次 with the full date */
} CzFreshness;

/* day: first day of the figure's period. open_mask: the market's open_mask (cz-table.c), 0 = every day. A figure of a day not
 * yet reached is fresh. */
CzFreshness cz_freshness_of (CzDay day, CzDay today, CzPeriod period, guint64 open_mask);

/* Open days of a market in a span of days: count out of span (7 for weekdays, 10 for last digits). */
void cz_open_days (guint64 open_mask, int *count, int *span);
