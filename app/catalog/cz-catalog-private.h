/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/catalog/cz-catalog.h"
#include "app/catalog/cz-shelf.h"

struct _CzCatalog {
  GObject parent_instance;
  char *content_dir;
  CzClock *clock;
  gint64 village;
  char *lang; /* "" = as published */
  CzShelf *shelf; /* NULL before the first sync */
  gint64 data_version;
  GFileMonitor *monitor;
  guint settle_id; /* a write was seen: look when it has settled */
  guint poll_id;
};

/* Text of a field in the catalog's language; owned by the caller. */
char *cz_catalog_text (CzCatalog *self, CzChannel channel, guint16 table, gint64 row, const char *field, const char *original);
/* Hash column → 64 hex digits, NULL when empty. */
char *cz_column_hash (sqlite3_stmt *stmt, int column);
/* The figure to answer with for a product, NULL when none has ever come. */
CzQuote *cz_catalog_headline (CzCatalog *self, gint64 product, CzUnit unit, CzProductClass product_class);
/* The figure of one series on one day, of one channel or as the nearest tier tells it; 0 = none. Only figures in the
 * series' own currency and period count. */
gint64 cz_shelf_figure_at (CzShelf *shelf, CzChannel channel, CzDay day, const CzQuoteInfo *series);
gint64 cz_shelf_merged_at (CzShelf *shelf, CzDay day, const CzQuoteInfo *series);
