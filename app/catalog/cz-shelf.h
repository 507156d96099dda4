/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/store/cz-content.h"

/* A read-only hold on one generation of content.db with its prepared statements. One thread owns it; a worker opens
 * its own. No statement is left stepped half-way: every reader resets before it returns. Private to app/catalog. */
typedef struct _CzShelf CzShelf;

/* CZ_STORE_ERROR_ABSENT before the first sync. */
CzShelf *cz_shelf_open (const char *content_dir, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cz_shelf_free (CzShelf *shelf);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzShelf, cz_shelf_free)

const char *cz_shelf_path (CzShelf *shelf); /* the file behind the link */
/* PRAGMA data_version: changes when another connection has committed. */
gint64 cz_shelf_data_version (CzShelf *shelf);

/* sql: a string constant; its address is the key under which the statement is kept. Reset and unbound; NULL (with a warning
 * in the log) when the file's schema does not know it. */
sqlite3_stmt *cz_shelf_stmt (CzShelf *shelf, const char *sql);
/* Like cz_shelf_stmt, with the leading parameters bound to integers. */
sqlite3_stmt *cz_shelf_query (CzShelf *shelf, const char *sql, guint n, const gint64 *values);
/* One integer of a query without rows or with NULL: fallback. */
gint64 cz_shelf_int (CzShelf *shelf, const char *sql, guint n, const gint64 *values, gint64 fallback);

/* Channels that hold quotes, nearest tier first; borrowed until the shelf is reloaded. */
const CzChannel *cz_shelf_quote_channels (CzShelf *shelf, guint *n);
/* Forget what was learnt of the content: after data_version has changed. */
void cz_shelf_reload (CzShelf *shelf);

/* Column text, never NULL, borrowed from stmt. */
const char *cz_column_text (sqlite3_stmt *stmt, int column);

/* The words of a text field in lang ("" = as written); owned by the caller. original: (nullable) what stands in the row. */
char *cz_shelf_text (CzShelf *shelf, const char *lang, CzChannel channel, const CzTable *table, gint64 row,
                     const char *field, const char *original);
