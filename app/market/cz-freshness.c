/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/market/cz-freshness.h"

#define WEEK_BITS G_GUINT64_CONSTANT (0x7f)
#define DIGIT_BITS G_GUINT64_CONSTANT (0x3ff)
#define LUNAR_SHIFT 8
#define SOLAR_SHIFT 18

static const int daily_limits[] = { 3, 14, 60 };
static const int sparse_limits[] = { 2, 4, 9 };

static int
count_bits (guint64 bits)
{
  int n = 0;

  for (; bits != 0; bits &= bits - 1)
    n++;
  return n;
}

void
cz_open_days (guint64 open_mask, int *count, int *span)
{
  guint64 digits = ((open_mask >> LUNAR_SHIFT) | (open_mask >> SOLAR_SHIFT)) & DIGIT_BITS;

  if (digits != 0) {
    *count = count_bits (digits);
    *span = 10;
  } else if ((open_mask & WEEK_BITS) != 0) {
    *count = count_bits (open_mask & WEEK_BITS);
    *span = 7;
  } else {
    *count = *span = 1;
  }
}

/* The last day the figure speaks of. */
static CzDay
period_end (CzDay day, CzPeriod period)
{
  if (period == CZ_PERIOD_WEEK)
    return day + 6;
  return period == CZ_PERIOD_MONTH ? day + 30 : day;
}

static CzFreshness
classify (gint64 intervals, const int limits[3])
{
  if (intervals > limits[2])
    return CZ_FRESH_GONE;
  if (intervals > limits[1])
    return CZ_FRESH_OLD;
  return intervals > limits[0] ? CZ_FRESH_AMBER : CZ_FRESH;
}

CzFreshness
cz_freshness_of (CzDay day, CzDay today, CzPeriod period, guint64 open_mask)
{
  gint64 age = (gint64) today - period_end (day, period);
  int count, span;

  if (age <= 0)
    return CZ_FRESH;
  if (period == CZ_PERIOD_WEEK)
    return classify (age / 7, sparse_limits);
  if (period == CZ_PERIOD_MONTH)
    return classify (age / 30, sparse_limits);
  cz_open_days (open_mask, &count, &span);
  /* Open less than every second day: a fair. */
  if (count * 2 < span)
    return classify (age * count / span, sparse_limits);
  return classify (age, daily_limits);
}
