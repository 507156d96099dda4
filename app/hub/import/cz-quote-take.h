/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/hub/import/cz-importer.h"
#include "app/hub/import/cz-quote-cells.h"

/* One quote as read: found or made what it names, judged, then stored, held back or refused. */

enum {
  CZ_QF_DAY, CZ_QF_MARKET, CZ_QF_PRODUCT, CZ_QF_GRADE, CZ_QF_KIND, CZ_QF_LOW, CZ_QF_MID, CZ_QF_HIGH, CZ_QF_UNIT, CZ_QF_SOURCES,
  CZ_QF_CURRENCY, CZ_QF_PERIOD, CZ_QF_MARKET_CODE, CZ_QF_PRODUCT_CODE, CZ_QF_PURCHASE, CZ_QF_WHOLESALE, CZ_QF_RETAIL, CZ_N_QUOTE_FIELDS
};

typedef struct {
  const char *product_text, *product_code, *unit_text; /* borrowed cells */
  const char *price_text[3]; /* low, mid, high */
  int price_column; /* where one row holds several quotes; -1 = the columns of the fields */
  const char *price_field; /* (nullable) what the report calls that column */
  CzDay day;
  int grade, period, sources;
  int kind; /* 0 = the column of that field says it */
  CzPriceUnit unit;
  char currency[4];
} CzQuote;

typedef struct _CzQuoteTaker CzQuoteTaker;
CzQuoteTaker *cz_quote_taker_new (CzImporter *imp);
void cz_quote_taker_free (CzQuoteTaker *taker);
/* The row is counted by now; this counts what becomes of it. FALSE only when the hub fails. */
gboolean cz_quote_take (CzQuoteTaker *taker, const CzQuote *quote, GError **error) G_GNUC_WARN_UNUSED_RESULT;
