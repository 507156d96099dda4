/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/catalog/cz-catalog.h"

/* The products of one class as a GListModel: the order is read at once (ids only), an item with its figure when it is
 * asked for. It does not change; the catalog's "changed" says when to make another. Main thread. */
#define CZ_TYPE_PRODUCT_LIST (cz_product_list_get_type ())
G_DECLARE_FINAL_TYPE (CzProductList, cz_product_list, CZ, PRODUCT_LIST, GObject)

/* ids: element-type gint64, (transfer full) */
CzProductList *cz_product_list_new (CzCatalog *catalog, GArray *ids);
