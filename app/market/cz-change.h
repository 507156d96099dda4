/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/model/cz-day.h"
#include "sync/model/cz-money.h"
#include "sync/model/cz-vocab.h"

/* One figure of a series: same market, product, grade, kind, currency and period; nothing else is ever compared.
 * Pure, any thread. */
typedef struct {
  CzDay day; /* first day of its period */
  gint64 li; /* thousandths of the main unit per kg or per counted unit */
} CzPricePoint;

typedef enum { CZ_CHANGE_UNKNOWN, CZ_CHANGE_UP, CZ_CHANGE_DOWN, CZ_CHANGE_FLAT } CzChangeSense;

typedef struct {
  CzChangeSense sense; /* UNKNOWN: no figure near enough to compare with */
  CzDay against; /* day of the figure compared with */
  gint64 li; /* size of the step, ≥ 0, thousandths per what people buy in: per 斤 for weighed goods, else per unit */
} CzChange;

/* Which day a figure is compared with: a week before for daily and weekly figures, a month before for monthly ones.
 * tolerance: how many days off the figure compared with may lie. */
CzDay cz_change_target (CzDay day, CzPeriod period, int *tolerance);

/* latest against the nearest of points (any order; those not before latest are passed over; of two equally near the
 * earlier one wins, so that the step is never shown over a shorter time than said). unit: CZ_UNIT_KG halves the step
 * to 斤. A step that rounds to nothing at the third decimal is FLAT. */
CzChange cz_change_make (CzPricePoint latest, const CzPricePoint *points, gsize n, CzPeriod period, CzUnit unit);

/* 厘 per kg or per unit → 厘 per 斤 or per unit, half away from zero. */
gint64 cz_price_shown_li (gint64 li, CzUnit unit);

/* A step as it is said: 3分, 1毛2分, 2元3毛. Steps of one 分 and more are rounded to 分, of 100 元 and more to 元;
 * smaller ones keep their 厘. */
typedef struct {
  gint64 yuan;
  int jiao;
  int fen;
  int li;
} CzAmount;
CzAmount cz_amount_split (gint64 li);
