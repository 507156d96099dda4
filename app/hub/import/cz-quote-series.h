/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/hub/cz-hub.h"
#include "sync/model/cz-plausibility.h"

/* The step check within one import. A price more than 40 % from the last one taken is doubtful. If that were all, one real
 * jump would hold back every later row of its series: of seven years of a wholesale market's strawberries two thirds.
 * So a row that agrees with the doubtful one before it in the same list is taken: the first of a new level is held back,
 * its followers confirm it. Except when the list looks wrong as a whole, as with 斤 for 公斤: once more than half of the
 * series that had a fresh price in the hub begin with a step, nothing confirms anything and every such row is held. */

typedef struct {
  gint64 market, product;
  gint32 grade, kind, period;
  char currency[4];
} CzSeriesKey; /* no padding: compared as bytes */

typedef struct _CzQuoteSeries CzQuoteSeries;
CzQuoteSeries *cz_quote_series_new (void);
void cz_quote_series_free (CzQuoteSeries *series);

/* STEP or NONE; permille as in cz_plausibility_step. last: what the hub gives for this row. */
CzDoubt cz_quote_series_judge (CzQuoteSeries *series, const CzSeriesKey *key, CzDay day, const CzPriceTriple *price, const CzHubLast *last,
                               gint64 *permille);
