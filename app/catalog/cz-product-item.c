/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/catalog/cz-product-item.h"

struct _CzProductItem {
  GObject parent_instance;
  CzProductInfo info;
  CzQuote *headline;
};

G_DEFINE_FINAL_TYPE (CzProductItem, cz_product_item, G_TYPE_OBJECT)

static void
cz_product_item_finalize (GObject *object)
{
  CzProductItem *self = CZ_PRODUCT_ITEM (object);

  g_free (self->info.name);
  g_free (self->info.picture);
  g_clear_object (&self->headline);
  G_OBJECT_CLASS (cz_product_item_parent_class)->finalize (object);
}

static void
cz_product_item_class_init (CzProductItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cz_product_item_finalize;
}

static void
cz_product_item_init (CzProductItem *self)
{
}

CzProductItem *
cz_product_item_new (CzProductInfo *info, CzQuote *headline)
{
  CzProductItem *self = g_object_new (CZ_TYPE_PRODUCT_ITEM, NULL);

  self->info = *info;
  info->name = NULL;
  info->picture = NULL;
  g_set_object (&self->headline, headline);
  return self;
}

const CzProductInfo *
cz_product_item_info (CzProductItem *self)
{
  return &self->info;
}

CzQuote *
cz_product_item_headline (CzProductItem *self)
{
  return self->headline;
}
