/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/market/cz-history.h"

CzRange
cz_history_range (const CzPricePoint *points, gsize n, CzDay from, CzDay to)
{
  CzRange range = { { 0, 0 }, { 0, 0 }, 0 };

  for (gsize i = 0; i < n; i++) {
    const CzPricePoint *p = &points[i];

    if (p->day < from || p->day > to)
      continue;
    if (range.n == 0 || p->li < range.low.li || (p->li == range.low.li && p->day < range.low.day))
      range.low = *p;
    if (range.n == 0 || p->li > range.high.li || (p->li == range.high.li && p->day < range.high.day))
      range.high = *p;
    range.n++;
  }
  return range;
}

static void
append_column (GArray *out, const CzPricePoint *low, const CzPricePoint *high)
{
  if (low->day == high->day) {
    g_array_append_val (out, *low);
  } else if (low->day < high->day) {
    g_array_append_val (out, *low);
    g_array_append_val (out, *high);
  } else {
    g_array_append_val (out, *high);
    g_array_append_val (out, *low);
  }
}

GArray *
cz_history_decimate (const CzPricePoint *points, gsize n, CzDay from, CzDay to, guint columns)
{
  GArray *out = g_array_new (FALSE, FALSE, sizeof (CzPricePoint));
  gint64 span = (gint64) to - from + 1;
  gint64 column = -1;
  CzPricePoint low = { 0 }, high = { 0 };

  if (span <= 0 || columns == 0)
    return out;
  for (gsize i = 0; i < n; i++) {
    gint64 at;

    if (points[i].day < from || points[i].day > to)
      continue;
    at = ((gint64) points[i].day - from) * columns / span;
    if (at != column) {
      if (column >= 0)
        append_column (out, &low, &high);
      column = at;
      low = high = points[i];
      continue;
    }
    if (points[i].li < low.li)
      low = points[i];
    if (points[i].li > high.li)
      high = points[i];
  }
  if (column >= 0)
    append_column (out, &low, &high);
  return out;
}

static gint64
floor_to (gint64 value, gint64 step)
{
  gint64 down = value / step * step;

  return down > value ? down - step : down;
}

CzTicks
cz_ticks_make (gint64 low, gint64 high, int max_ticks)
{
  static const int steps[] = { 1, 2, 5 };
  CzTicks ticks = { 0, 1, 2 };
  gint64 power = 1;

  if (high < low)
    high = low;
  max_ticks = MAX (max_ticks, 2);
  for (int i = 0;; i++) {
    gint64 count;

    ticks.step = steps[i % 3] * power;
    ticks.first = floor_to (low, ticks.step);
    count = (high - ticks.first + ticks.step - 1) / ticks.step + 1;
    if (count < 2)
      count = 2;
    if (count <= max_ticks || power > G_MAXINT64 / 100) {
      ticks.count = (int) MIN (count, max_ticks);
      return ticks;
    }
    if (i % 3 == 2)
      power *= 10;
  }
}
