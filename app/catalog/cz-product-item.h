/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/catalog/cz-quote.h"
#include "sync/model/cz-table.h"

/* A product with the figure a villager is answered with: immutable. Main thread. */
#define CZ_TYPE_PRODUCT_ITEM (cz_product_item_get_type ())
G_DECLARE_FINAL_TYPE (CzProductItem, cz_product_item, CZ, PRODUCT_ITEM, GObject)

typedef struct {
  gint64 id;
  CzChannel channel;
  char *name;
  CzProductClass product_class; /* an unknown number is CZ_CLASS_OTHER */
  CzUnit unit;
  char *picture; /* 64 hex digits of its media object, or NULL */
} CzProductInfo;

/* Takes over info's strings. headline: (nullable) no figure has ever come. */
CzProductItem *cz_product_item_new (CzProductInfo *info, CzQuote *headline);
const CzProductInfo *cz_product_item_info (CzProductItem *self);
CzQuote *cz_product_item_headline (CzProductItem *self); /* (transfer none) (nullable) */
