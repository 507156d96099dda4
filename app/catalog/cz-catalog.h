/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <gio/gio.h>
#include "app/catalog/cz-notice.h"
#include "app/catalog/cz-policy.h"
#include "app/catalog/cz-product-item.h"
#include "sync/model/cz-clock.h"

/* content.db as screens see it: immutable items, read-only, main thread. Every call here is an indexed read of at most
 * about 2 ms and holds no transaction when it returns; longer ones are _async and run in a worker on a handle of their own.
 *
 * Signal "changed": other content than before; all models handed out are out of date, ask again. Noticed by the link `current`,
 * by PRAGMA data_version after any write in the folder, and by cz_catalog_refresh. Before the first sync everything is empty
 * and cz_catalog_is_ready is FALSE. */
#define CZ_TYPE_CATALOG (cz_catalog_get_type ())
G_DECLARE_FINAL_TYPE (CzCatalog, cz_catalog, CZ, CATALOG, GObject)

/* village: 12-digit region of the station, for distances; 0 = not known. clock: (transfer none) */
CzCatalog *cz_catalog_new (const char *content_dir, CzClock *clock, gint64 village);
/* The station was enrolled meanwhile. Emits "changed". */
void cz_catalog_set_village (CzCatalog *self, gint64 village);
void cz_catalog_refresh (CzCatalog *self);
gboolean cz_catalog_is_ready (CzCatalog *self);
/* "" = as published (zh-CN), "en": translated fields where the publisher gave them. Emits "changed". */
void cz_catalog_set_language (CzCatalog *self, const char *lang);

CzClock *cz_catalog_clock (CzCatalog *self); /* (transfer none) */
/* The day to count ages from: the clock's, but never before the newest data. */
CzDay cz_catalog_today (CzCatalog *self);
/* Day of the newest figure, 0 = none. */
CzDay cz_catalog_data_day (CzCatalog *self);

typedef struct {
  CzChannel channel;
  char *name; /* "示例县农业农村局" */
  char *place; /* "示例县" */
  char *hotline;
  char *remark;
} CzPublisher;
void cz_publisher_free (CzPublisher *publisher);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzPublisher, cz_publisher_free)
/* The nearest publisher, or that of one channel (-1 = nearest). NULL when none is known. */
CzPublisher *cz_catalog_publisher (CzCatalog *self, CzChannel channel);
/* "" when unknown; owned by the caller */
char *cz_catalog_region_name (CzCatalog *self, gint64 region);

/* Bit n: there are products of CzProductClass n. */
guint cz_catalog_classes (CzCatalog *self);
/* Products of a class in the order of the grid: with figures first, in season, by rank of local use, by id. Items are CzProductItem,
 * made when asked for. */
GListModel *cz_catalog_products (CzCatalog *self, CzProductClass product_class);
CzProductItem *cz_catalog_product (CzCatalog *self, gint64 id); /* NULL: no such product (any more) */
/* The last figure of every series of the product (CzQuote), headline first, then those comparable with it by distance, then the rest.
 * Two channels with the same key and day: the nearest tier is the item, the others stand in cz_quote_others. */
GListModel *cz_catalog_quotes (CzCatalog *self, gint64 product);

/* All figures of one series in [from, to] with this currency and period, ascending; a day told by two channels counts once,
 * as the nearest tier says. Result: array of CzPricePoint. */
void cz_catalog_history_async (CzCatalog *self, const CzQuoteInfo *series, CzDay from, CzDay to,
                               GCancellable *cancellable, GAsyncReadyCallback done, gpointer data);
GArray *cz_catalog_history_finish (CzCatalog *self, GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* CzPolicy without texts: own county first, in force before passed before superseded, in season first, newest first. */
GListModel *cz_catalog_policies (CzCatalog *self);
CzPolicy *cz_catalog_policy (CzCatalog *self, gint64 id); /* with texts; NULL: gone */
/* CzNotice that hold today, newest first. */
GListModel *cz_catalog_notices (CzCatalog *self);
CzNotice *cz_catalog_notice (CzCatalog *self, gint64 id);
