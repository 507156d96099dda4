/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/wire/cz-coder.h"
#include "sync/model/cz-table.h"

/* The model of codec 3: quotes day by day, each against what its series, its market and its product did before.
 * FORMAT-codecs.md §4. Internal to the wire. */

/* A reader refuses more, a writer takes another codec. */
#define CZ_RESIDUAL_WINDOW_MAX 400u /* days */
#define CZ_RESIDUAL_SERIES_MAX 32768u
#define CZ_RESIDUAL_PRIOR_ROWS_MAX 150000u
#define CZ_RESIDUAL_VISITS_MAX 8000000u /* series × days: what decoding may cost, about a second on a board */
#define CZ_RESIDUAL_VALUE_MAX G_GINT64_CONSTANT (1000000000000) /* low, mid, high: 0 … this */

typedef struct {
  gint64 market, product;
  guint8 grade, kind;
  guint8 currency_len;
  char currency[3];
  guint8 period, status;
  gint32 sources;
  gint64 contributor;
  gint64 low, mid, high;
} CzQuote;

typedef struct {
  gint64 day;
  guint n;
  guint room;
  CzQuote *quotes; /* ascending by (market, product, grade, kind) */
} CzQuoteDay;

typedef struct _CzResidual CzResidual;

CzResidual *cz_residual_new (void);
void cz_residual_free (CzResidual *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzResidual, cz_residual_free)
CzCoder *cz_residual_coder (CzResidual *self);
/* Trains on, encodes or decodes (day->n in, quotes out; at most max_rows) one day. FALSE: cannot be coded, or beyond a limit. */
gboolean cz_residual_day (CzResidual *self, CzQuoteDay *day, guint max_rows);

void cz_quote_day_add (CzQuoteDay *day, const CzQuote *quote);
/* FALSE for what codec 3 does not carry: a number out of its range, a currency of more than 3 bytes. */
gboolean cz_quote_from_row (const CzRow *row, CzQuote *out);
void cz_quote_to_row (const CzQuote *quote, gint64 day, CzRow *row);
