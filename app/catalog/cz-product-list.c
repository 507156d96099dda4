/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/catalog/cz-product-list.h"

struct _CzProductList {
  GObject parent_instance;
  CzCatalog *catalog;
  GArray *ids;
};

static GType
get_item_type (GListModel *model)
{
  return CZ_TYPE_PRODUCT_ITEM;
}

static guint
get_n_items (GListModel *model)
{
  return CZ_PRODUCT_LIST (model)->ids->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  CzProductList *self = CZ_PRODUCT_LIST (model);

  if (position >= self->ids->len)
    return NULL;
  return cz_catalog_product (self->catalog, g_array_index (self->ids, gint64, position));
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (CzProductList, cz_product_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
cz_product_list_finalize (GObject *object)
{
  CzProductList *self = CZ_PRODUCT_LIST (object);

  g_clear_object (&self->catalog);
  g_array_unref (self->ids);
  G_OBJECT_CLASS (cz_product_list_parent_class)->finalize (object);
}

static void
cz_product_list_class_init (CzProductListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cz_product_list_finalize;
}

static void
cz_product_list_init (CzProductList *self)
{
}

CzProductList *
cz_product_list_new (CzCatalog *catalog, GArray *ids)
{
  CzProductList *self = g_object_new (CZ_TYPE_PRODUCT_LIST, NULL);

  self->catalog = g_object_ref (catalog);
  self->ids = ids;
  return self;
}
