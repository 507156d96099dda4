/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/import/cz-quote-series.h"

#include <string.h>

#include "sync/model/cz-vocab.h"

/* Reporting intervals after which a price is old (a kiosk no longer shows it): it says little about the unit of a list. */
#define FRESH_INTERVALS 60

typedef struct {
  CzSeriesKey key;
  CzPriceTriple doubtful; /* the last one with a step; all 0 = none */
  CzDay doubtful_day;
} Series;

struct _CzQuoteSeries {
  GHashTable *by_key;
  guint n_begun; /* series that had a fresh price in the hub */
  guint n_begun_doubtful; /* … and began with a step from it */
};

static guint
key_hash (gconstpointer data)
{
  const CzSeriesKey *key = data;
  guint64 h = (guint64) key->market * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  h = (h ^ (h >> 29) ^ (guint64) key->product) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  h ^= (guint64) key->grade << 16 ^ (guint64) key->kind << 8 ^ (guint64) key->period;
  return (guint) (h ^ h >> 32);
}

static gboolean
key_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (CzSeriesKey)) == 0;
}

CzQuoteSeries *
cz_quote_series_new (void)
{
  CzQuoteSeries *series = g_new0 (CzQuoteSeries, 1);
  series->by_key = g_hash_table_new_full (key_hash, key_equal, NULL, g_free);
  return series;
}

void
cz_quote_series_free (CzQuoteSeries *series)
{
  g_hash_table_unref (series->by_key);
  g_free (series);
}

static gboolean
is_fresh (const CzSeriesKey *key, CzDay day, const CzHubLast *last)
{
  int interval = key->period == CZ_PERIOD_MONTH ? 31 : key->period == CZ_PERIOD_WEEK ? 7 : 1;
  return ABS (day - last->day) <= FRESH_INTERVALS * interval;
}

static gboolean
looks_wrong_as_a_whole (const CzQuoteSeries *series)
{
  return series->n_begun_doubtful * 2 > series->n_begun;
}

CzDoubt
cz_quote_series_judge (CzQuoteSeries *self, const CzSeriesKey *key, CzDay day, const CzPriceTriple *price, const CzHubLast *last, gint64 *permille)
{
  CzPriceTriple then = { last->low, last->mid, last->high };
  CzDoubt doubt = last->found ? cz_plausibility_step (price, &then, permille) : CZ_DOUBT_NONE;
  Series *series = g_hash_table_lookup (self->by_key, key);
  if (series == NULL) {
    series = g_new0 (Series, 1);
    series->key = *key;
    g_hash_table_add (self->by_key, series);
    if (last->found && is_fresh (key, day, last)) {
      self->n_begun++;
      self->n_begun_doubtful += doubt != CZ_DOUBT_NONE;
    }
  }
  if (doubt == CZ_DOUBT_NONE)
    return doubt;
  gboolean had_one = series->doubtful.mid + series->doubtful.low + series->doubtful.high > 0 && series->doubtful_day != day;
  gboolean confirmed = had_one && cz_plausibility_step (price, &series->doubtful, NULL) == CZ_DOUBT_NONE;
  series->doubtful = *price;
  series->doubtful_day = day;
  return confirmed && !looks_wrong_as_a_whole (self) ? CZ_DOUBT_NONE : doubt;
}
