/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/outbox/cz-outbox-private.h"

static void
bind_bytes (sqlite3_stmt *stmt, int index, GBytes *bytes)
{
  gsize size = 0;
  const void *data = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;

  (void) sqlite3_bind_blob64 (stmt, index, size > 0 ? data : "", size, SQLITE_STATIC);
}

sqlite3_stmt *
cz_outbox_bind (CzOutbox *self, GError **error, const char *sql, const char *letters, ...)
{
  sqlite3_stmt *stmt = cz_db_prepare (cz_outbox_db (self), sql, error);
  va_list args;

  if (stmt == NULL)
    return NULL;
  va_start (args, letters);
  for (int i = 1; letters[i - 1] != '\0'; i++) {
    switch (letters[i - 1]) {
    case 'i':
      (void) sqlite3_bind_int64 (stmt, i, va_arg (args, gint64));
      break;
    case 't':
      (void) sqlite3_bind_text (stmt, i, va_arg (args, const char *), -1, SQLITE_TRANSIENT);
      break;
    case 'b':
      (void) sqlite3_bind_blob (stmt, i, va_arg (args, const guint8 *), 32, SQLITE_TRANSIENT);
      break;
    case 'y':
    default:
      bind_bytes (stmt, i, va_arg (args, GBytes *));
      break;
    }
  }
  va_end (args);
  return stmt;
}

gboolean
cz_outbox_run (CzOutbox *self, sqlite3_stmt *stmt, int *changes, GError **error)
{
  g_autoptr (sqlite3_stmt) owned = stmt;
  sqlite3 *db = cz_outbox_db (self);

  if (owned == NULL)
    return FALSE;
  int code = sqlite3_step (owned);
  if (code != SQLITE_DONE && code != SQLITE_ROW) {
    cz_db_set_error (db, code, "station.db", error);
    return FALSE;
  }
  if (changes != NULL)
    *changes = sqlite3_changes (db);
  return TRUE;
}

gboolean
cz_outbox_step (CzOutbox *self, sqlite3_stmt *stmt, GError **error)
{
  int code = sqlite3_step (stmt);

  if (code != SQLITE_ROW && code != SQLITE_DONE)
    cz_db_set_error (cz_outbox_db (self), code, "station.db", error);
  return code == SQLITE_ROW;
}

char *
cz_outbox_column_text (sqlite3_stmt *stmt, int column)
{
  const char *text = (const char *) sqlite3_column_text (stmt, column);

  return g_strdup (text != NULL ? text : "");
}

GBytes *
cz_outbox_column_bytes (sqlite3_stmt *stmt, int column)
{
  const void *data = sqlite3_column_blob (stmt, column);

  return g_bytes_new (data, (gsize) sqlite3_column_bytes (stmt, column));
}

gboolean
cz_outbox_begin (CzOutbox *self, GError **error)
{
  return cz_db_begin (cz_outbox_db (self), error);
}

gboolean
cz_outbox_end (CzOutbox *self, gboolean ok, GError **error)
{
  if (ok && cz_db_exec (cz_outbox_db (self), "COMMIT", error))
    return TRUE;
  cz_db_roll_back (cz_outbox_db (self));
  return FALSE;
}
