/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/outbox/cz-outbox-items.h"

#define CZ_OUTBOX_APPLICATION_ID 0x435a5331u /* "CZS1" */
#define CZ_OUTBOX_VERSION 1

extern const CzMigration cz_outbox_migrations[CZ_OUTBOX_VERSION];

/* Prepares sql and binds its parameters by letters: i gint64, t text (NULL: SQL NULL), b 32-byte hash or NULL, y GBytes.
 * Arguments must live until the statement is finalised. NULL and CZ_STORE_ERROR. */
sqlite3_stmt *cz_outbox_bind (CzOutbox *self, GError **error, const char *sql, const char *letters, ...) G_GNUC_WARN_UNUSED_RESULT;
/* Runs a bound statement to its end and frees it; stmt NULL passes on the failure. *changes: (nullable) rows changed. */
gboolean cz_outbox_run (CzOutbox *self, sqlite3_stmt *stmt, int *changes, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* TRUE on a row. FALSE without error at the end. */
gboolean cz_outbox_step (CzOutbox *self, sqlite3_stmt *stmt, GError **error);
char *cz_outbox_column_text (sqlite3_stmt *stmt, int column);
GBytes *cz_outbox_column_bytes (sqlite3_stmt *stmt, int column);
gboolean cz_outbox_begin (CzOutbox *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Commits when ok, else rolls back; TRUE when it was committed. */
gboolean cz_outbox_end (CzOutbox *self, gboolean ok, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* cz_outbox_move inside a transaction of the caller. */
gboolean cz_outbox_move_in (CzOutbox *self, gint64 id, const CzMove *move, GError **error) G_GNUC_WARN_UNUSED_RESULT;
