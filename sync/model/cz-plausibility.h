/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>
#include "sync/model/cz-money.h"

/* When a price is doubtful: it is then held back until somebody has looked at it. Used by the hub's import and by the
 * station's own price form alike. Pure, any thread. */

typedef enum {
  CZ_DOUBT_NONE = 0,
  CZ_DOUBT_ORDER = 1 << 0, /* low above high */
  CZ_DOUBT_MID = 1 << 1, /* mid outside low … high */
  CZ_DOUBT_STEP = 1 << 2, /* too far from the last quote of the series */
  CZ_DOUBT_UNIT = 1 << 3, /* the product's name speaks of another unit */
  CZ_DOUBT_DUPLICATE = 1 << 4, /* the same key with another value */
  CZ_DOUBT_WITHDRAWN = 1 << 5, /* the key was taken back on purpose */
  CZ_DOUBT_FUTURE = 1 << 6, /* the day lies ahead */
} CzDoubt;

/* A step is doubtful above 40 % of the last price, up or down; that catches 斤 taken for 公斤 both ways. */
#define CZ_STEP_MAX_PERMILLE 400

/* 厘; 0 = not given. */
typedef struct {
  gint64 low, mid, high;
} CzPriceTriple;

/* What a step is measured with: mid, else the mean of low and high, else the one there is; 0 without any. */
gint64 cz_price_middle (const CzPriceTriple *price);

/* ORDER and MID. */
CzDoubt cz_plausibility_triple (const CzPriceTriple *price);
/* STEP or NONE. Compares mid with mid, the middle of low and high where one has no mid. permille: (nullable) the step,
 * signed. Nothing is doubtful against a price of nothing. */
CzDoubt cz_plausibility_step (const CzPriceTriple *price, const CzPriceTriple *last, gint64 *permille);
/* UNIT when the name says it is counted: "椰青/个", "秦冠（箱）", "[盒]", and the price is per another unit. word: (nullable)
 * the unit found, borrowed from static text. */
CzDoubt cz_plausibility_unit (const char *product_name, CzUnit price_unit, const char **word);

/* "step order …", short English words in the order of the bits; newly allocated. */
char *cz_doubt_words (CzDoubt doubts);
