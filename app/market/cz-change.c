/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/market/cz-change.h"

#define LI_PER_FEN 10
#define LI_PER_JIAO 100
#define LI_PER_YUAN 1000
/* 100 元: from here on nobody asks for the 分. */
#define LI_WHOLE_YUAN (100 * LI_PER_YUAN)

static gint64
divide_half_away (gint64 value, gint64 divisor)
{
  gint64 half = divisor / 2;

  return value >= 0 ? (value + half) / divisor : -((-value + half) / divisor);
}

gint64
cz_price_shown_li (gint64 li, CzUnit unit)
{
  return unit == CZ_UNIT_KG ? divide_half_away (li, 2) : li;
}

static CzDay
month_before (CzDay day)
{
  int year, month, mday;
  CzDay out = day - 30;

  cz_day_to_ymd (day, &year, &month, &mday);
  if (month == 1) {
    month = 12;
    year--;
  } else {
    month--;
  }
  if (!cz_day_from_ymd (year, month, MIN (mday, 28), &out))
    return day - 30;
  return out;
}

CzDay
cz_change_target (CzDay day, CzPeriod period, int *tolerance)
{
  *tolerance = 3;
  return period == CZ_PERIOD_MONTH ? month_before (day) : day - 7;
}

static gboolean
is_nearer (const CzPricePoint *point, const CzPricePoint *best, CzDay target)
{
  int distance, best_distance;

  if (best == NULL)
    return TRUE;
  distance = ABS (point->day - target);
  best_distance = ABS (best->day - target);
  return distance < best_distance || (distance == best_distance && point->day < best->day);
}

CzChange
cz_change_make (CzPricePoint latest, const CzPricePoint *points, gsize n, CzPeriod period, CzUnit unit)
{
  CzChange change = { CZ_CHANGE_UNKNOWN, 0, 0 };
  const CzPricePoint *best = NULL;
  int tolerance;
  CzDay target = cz_change_target (latest.day, period, &tolerance);
  gint64 step;

  for (gsize i = 0; i < n; i++) {
    if (points[i].day >= latest.day || points[i].li <= 0 || ABS (points[i].day - target) > tolerance)
      continue;
    if (is_nearer (&points[i], best, target))
      best = &points[i];
  }
  if (best == NULL || latest.li <= 0)
    return change;

  step = cz_price_shown_li (latest.li, unit) - cz_price_shown_li (best->li, unit);
  change.against = best->day;
  change.li = ABS (step);
  change.sense = step > 0 ? CZ_CHANGE_UP : step < 0 ? CZ_CHANGE_DOWN : CZ_CHANGE_FLAT;
  return change;
}

CzAmount
cz_amount_split (gint64 li)
{
  CzAmount amount = { 0 };

  if (li >= LI_WHOLE_YUAN)
    li = divide_half_away (li, LI_PER_YUAN) * LI_PER_YUAN;
  else if (li >= LI_PER_FEN)
    li = divide_half_away (li, LI_PER_FEN) * LI_PER_FEN;
  amount.yuan = li / LI_PER_YUAN;
  amount.jiao = (int) (li % LI_PER_YUAN / LI_PER_JIAO);
  amount.fen = (int) (li % LI_PER_JIAO / LI_PER_FEN);
  amount.li = (int) (li % LI_PER_FEN);
  return amount;
}
