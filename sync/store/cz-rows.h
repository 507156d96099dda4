/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <sqlite3.h>
#include "sync/model/cz-table.h"

/* SQL for described tables, made from the descriptors: the same columns in content.db, in the publisher's replica and
 * in hub.db (which adds local columns behind). Primary key = channel, then the key fields in order; WITHOUT ROWID for
 * narrow tables keyed by several integers (quote, distance …), rowid tables with a unique key else. */

/* "CREATE TABLE quote (channel INTEGER NOT NULL, day …, PRIMARY KEY (channel, day, market, product, grade, kind)) WITHOUT ROWID";
 * local_columns: (nullable) appended inside, e.g. ", dirty INTEGER NOT NULL DEFAULT 1". */
char *cz_rows_create_sql (const CzTable *table, const char *local_columns);
/* What db lacks of this table: its CREATE TABLE, or an ALTER TABLE ADD COLUMN for every field that it has not; "" when it
 * is all there. Makes one numbered migration serve files of every age; local_columns count only when the table is made. */
char *cz_rows_upgrade_sql (sqlite3 *db, const CzTable *table, const char *local_columns);
/* "channel, day, market, …": all columns in field order, for SELECT lists read by cz_rows_read (column 1 on). Static. */
const char *cz_rows_columns (const CzTable *table);

/* Binds fields first … first+n-1 at index and behind it; text and blobs are bound SQLITE_STATIC. */
void cz_rows_bind (sqlite3_stmt *stmt, int index, const CzTable *table, const CzRow *row, guint first, guint n);
/* Reads fields from column `column` on; values are borrowed from stmt until its next step or reset. */
void cz_rows_read (sqlite3_stmt *stmt, int column, const CzTable *table, CzRow *row);

/* Prepared insert / replace / delete / select-by-key of one table, made at first use. Not thread-safe.
 * extra_columns: (nullable) what replace further sets on a row that is there already, e.g. "dirty = 1"; local columns
 * of a new row take their defaults, those of a replaced row stay as they are otherwise. */
typedef struct _CzRowStore CzRowStore;
CzRowStore *cz_row_store_new (sqlite3 *db, const CzTable *table, const char *extra_columns);
void cz_row_store_free (CzRowStore *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzRowStore, cz_row_store_free)
/* CZ_STORE_ERROR_CONSTRAINT when the key is there already. */
gboolean cz_row_store_insert (CzRowStore *store, CzChannel channel, const CzRow *row, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Inserts, or gives the row of that key these values. */
gboolean cz_row_store_replace (CzRowStore *store, CzChannel channel, const CzRow *row, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* found = FALSE when absent. row's values are copies kept by the store until the next get on it. */
gboolean cz_row_store_get (CzRowStore *store, CzChannel channel, const CzRow *key, CzRow *row, gboolean *found, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* CZ_STORE_ERROR_CONSTRAINT when absent. */
gboolean cz_row_store_delete (CzRowStore *store, CzChannel channel, const CzRow *key, GError **error) G_GNUC_WARN_UNUSED_RESULT;
