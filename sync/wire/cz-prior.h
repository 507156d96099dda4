/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/model/cz-table.h"

/* What a reader already holds of the channel: the rows as they stood before the bundle (its from_state), whatever
 * sections of it have been applied since. Codecs 2 and 3 predict from it. Implemented by the store; the wire only asks.
 * Every call gives rows of the one channel, in key order (integers by value, text and blobs by bytes); the values of
 * a visited row are borrowed until visit returns. FALSE with error set: the store failed. */

/* FALSE: enough, stop (that is no error). */
typedef gboolean (*CzPriorVisit) (const CzRow *row, gpointer data);

typedef struct {
  gpointer self;
  /* values of row are borrowed until the next call */
  gboolean (*get) (gpointer self, const CzTable *table, const CzRow *key, CzRow *row, gboolean *found, GError **error);
  /* rows from the highest key down */
  gboolean (*newest) (gpointer self, const CzTable *table, CzPriorVisit visit, gpointer data, GError **error);
  /* rows whose first key field lies in from … to, ascending; only for tables whose first key is a number */
  gboolean (*range) (gpointer self, const CzTable *table, gint64 from, gint64 to, CzPriorVisit visit, gpointer data, GError **error);
  /* keys alone, ascending: the key fields of row are set, nothing else */
  gboolean (*keys) (gpointer self, const CzTable *table, CzPriorVisit visit, gpointer data, GError **error);
} CzPrior;
