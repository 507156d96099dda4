/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <gio/gio.h>
#include "app/market/cz-change.h"
#include "app/market/cz-freshness.h"
#include "sync/model/cz-code.h"

/* One figure as it is shown: immutable, with everything that must stand beside it. Main thread. */
#define CZ_TYPE_QUOTE (cz_quote_get_type ())
G_DECLARE_FINAL_TYPE (CzQuote, cz_quote, CZ, QUOTE, GObject)

typedef struct {
  gint64 product;
  gint64 market;
  CzGrade grade;
  CzQuoteKind kind;
} CzSeriesKey;

typedef struct {
  CzSeriesKey key;
  CzChannel channel; /* who says so */
  CzDay day;
  gint64 low; /* 厘 per kg or unit, 0 = not given */
  gint64 mid; /* the figure shown; the middle of low and high where the publisher gave none */
  gint64 high;
  guint sources; /* how many were asked, 0 = not given */
  char currency[4]; /* ISO 4217, never empty */
  CzPeriod period;
  gboolean corrected;
  CzUnit unit;
  char *market_name;
  char *publisher; /* name of who publishes the channel, may be empty */
  guint64 open_mask;
  int metres; /* road from the station's village, -1 = not known */
  CzFreshness freshness;
  CzChange change;
} CzQuoteInfo;

/* Takes over info's strings and leaves it empty; others: (nullable) (element-type CzQuote) the same key and day from
 * farther channels. */
CzQuote *cz_quote_new (CzQuoteInfo *info, GListModel *others);
const CzQuoteInfo *cz_quote_info (CzQuote *self); /* lives as long as self */
GListModel *cz_quote_others (CzQuote *self); /* (transfer none) (nullable) "other sources" */
gboolean cz_quote_is_yuan (const CzQuoteInfo *info);
void cz_quote_info_clear (CzQuoteInfo *info);

/* Same kind, grade, unit, currency and period: the two may stand side by side. */
gboolean cz_quote_is_comparable (const CzQuoteInfo *a, const CzQuoteInfo *b);

/* Which of two figures of one product a villager is answered with (< 0: a): one that still counts before one that is gone,
 * yuan before others, the kind that fits the class, daily before weekly, ungraded and ordinary grades first, then newer freshness,
 * nearer market. Pure. */
int cz_quote_compare_headline (const CzQuoteInfo *a, const CzQuoteInfo *b, CzProductClass product_class);
