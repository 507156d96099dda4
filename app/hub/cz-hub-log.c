/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/cz-hub-private.h"
#include "app/hub/cz-hub-backup.h"

#include <glib/gi18n.h>
#include <string.h>

static void
bind_text (sqlite3_stmt *stmt, int at, const char *text)
{
  (void) sqlite3_bind_text (stmt, at, text != NULL ? text : "", -1, SQLITE_STATIC);
}

gboolean
cz_hub_audit (CzHub *hub, const char *verb, const char *kind, const char *what, const char *reason, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = cz_hub_prepare (
      hub, "INSERT INTO audit (at_s, who, verb, kind, what, reason) VALUES (?, ?, ?, ?, ?, ?)", error);
  if (stmt == NULL)
    return FALSE;
  (void) sqlite3_bind_int64 (stmt, 1, cz_clock_wall_s (hub->clock));
  bind_text (stmt, 2, hub->who);
  bind_text (stmt, 3, verb);
  bind_text (stmt, 4, kind);
  bind_text (stmt, 5, what);
  bind_text (stmt, 6, reason);
  return cz_hub_finish (hub, stmt, "audit", error);
}

gboolean
cz_hub_log_import (CzHub *hub, const CzHubImportLog *log, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt
      = cz_hub_prepare (hub,
                 "INSERT INTO import_log (at_s, who, kind, file, file_hash, rows, added, changed, same, held, refused)"
                 " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                 error);
  if (stmt == NULL)
    return FALSE;
  (void) sqlite3_bind_int64 (stmt, 1, cz_clock_wall_s (hub->clock));
  bind_text (stmt, 2, hub->who);
  bind_text (stmt, 3, log->kind);
  bind_text (stmt, 4, log->file);
  (void) sqlite3_bind_blob (stmt, 5, log->file_hash, sizeof log->file_hash, SQLITE_STATIC);
  const gint64 counts[] = { log->rows, log->added, log->changed, log->same, log->held, log->refused };
  for (gsize i = 0; i < G_N_ELEMENTS (counts); i++)
    (void) sqlite3_bind_int64 (stmt, 6 + (int) i, counts[i]);
  return cz_hub_finish (hub, stmt, "import_log", error);
}

gboolean
cz_hub_audit_each (CzHub *hub, guint limit, CzHubAuditFunc func, gpointer data, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt
      = cz_hub_prepare (hub,
                 "SELECT at_s, who, verb, kind, what, reason FROM"
                 " (SELECT * FROM audit ORDER BY id DESC LIMIT ?) ORDER BY id",
                 error);
  if (stmt == NULL)
    return FALSE;
  (void) sqlite3_bind_int64 (stmt, 1, limit);
  int code;
  while ((code = sqlite3_step (stmt)) == SQLITE_ROW) {
    const CzHubAuditLine line = { sqlite3_column_int64 (stmt, 0),
                                  (const char *) sqlite3_column_text (stmt, 1),
                                  (const char *) sqlite3_column_text (stmt, 2),
                                  (const char *) sqlite3_column_text (stmt, 3),
                                  (const char *) sqlite3_column_text (stmt, 4),
                                  (const char *) sqlite3_column_text (stmt, 5) };
    func (&line, data);
  }
  return code == SQLITE_DONE || cz_hub_storage_error (hub, code, "audit", error);
}

/* --- ids --- */

static gboolean
known_id (CzHub *hub, const CzTable *table, const char *code, gint64 *id, gboolean *found, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = cz_hub_prepare (hub, "SELECT id FROM source_code WHERE table_no = ? AND code = ?", error);
  if (stmt == NULL)
    return FALSE;
  (void) sqlite3_bind_int (stmt, 1, table->number);
  bind_text (stmt, 2, code);
  int step = sqlite3_step (stmt);
  *found = step == SQLITE_ROW;
  if (*found)
    *id = sqlite3_column_int64 (stmt, 0);
  return step == SQLITE_ROW || step == SQLITE_DONE || cz_hub_storage_error (hub, step, "source_code", error);
}

static gboolean
next_serial (CzHub *hub, const CzTable *table, gint64 *id, GError **error)
{
  /* The next one may have been given out after the backup, and stand for another thing at every station. */
  if (cz_hub_is_restored (hub)) {
    g_set_error_literal (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED, cz_hub_restored_sentence ());
    return FALSE;
  }
  g_autoptr (sqlite3_stmt) stmt = cz_hub_prepare (
      hub, "INSERT INTO serial (table_no, last) VALUES (?, 1) ON CONFLICT (table_no) DO UPDATE SET last = last + 1 RETURNING last",
      error);
  if (stmt == NULL)
    return FALSE;
  (void) sqlite3_bind_int (stmt, 1, table->number);
  int code = sqlite3_step (stmt);
  if (code != SQLITE_ROW)
    return cz_hub_storage_error (hub, code, "serial", error);
  gint64 serial = sqlite3_column_int64 (stmt, 0);
  if (serial > CZ_SERIAL_MAX) {
    g_set_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED, _ ("All %d numbers for %s are used up."), CZ_SERIAL_MAX,
                 table->name);
    return FALSE;
  }
  *id = cz_id_make (hub->channel, (guint32) serial);
  return TRUE;
}

static gboolean
remember_code (CzHub *hub, const CzTable *table, const char *code, gint64 id, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = cz_hub_prepare (hub, "INSERT INTO source_code (table_no, code, id) VALUES (?, ?, ?)", error);
  if (stmt == NULL)
    return FALSE;
  (void) sqlite3_bind_int (stmt, 1, table->number);
  bind_text (stmt, 2, code);
  (void) sqlite3_bind_int64 (stmt, 3, id);
  return cz_hub_finish (hub, stmt, "source_code", error);
}

gboolean
cz_hub_id (CzHub *hub, const CzTable *table, const char *source_code, gint64 *id, gboolean *is_new, GError **error)
{
  g_return_val_if_fail (hub->in_transaction, FALSE);
  gboolean has_code = source_code != NULL && source_code[0] != '\0';
  gboolean known = FALSE;
  if (has_code && !known_id (hub, table, source_code, id, &known, error))
    return FALSE;
  if (is_new != NULL)
    *is_new = !known;
  if (known)
    return TRUE;
  return next_serial (hub, table, id, error)
         && (!has_code || remember_code (hub, table, source_code, *id, error));
}

/* --- counts and kinds --- */

gint64
cz_hub_count (CzHub *hub, const CzTable *table)
{
  g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM %s WHERE gone = 0", table->name);
  return cz_db_int (hub->db, sql, 0);
}

/* Which rows wait, found without a scan of all quotes. */
char *
cz_hub_waiting_condition (CzHub *hub, const CzTable *table)
{
  if (table->number != CZ_TABLE_QUOTE)
    return g_strdup_printf ("channel = %d AND dirty = 1", hub->channel);
  return g_strdup_printf ("channel = %d AND day >= %" G_GINT64_FORMAT " AND dirty = 1", hub->channel, hub->quote_dirty_from);
}

gint64
cz_hub_count_dirty (CzHub *hub, const CzTable *table)
{
  g_autofree char *condition = cz_hub_waiting_condition (hub, table);
  g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM %s WHERE %s", table->name, condition);
  return cz_db_int (hub->db, sql, 0);
}

gboolean
cz_hub_waiting (CzHub *hub, const CzTable *table, CzHubWaiting *out, GError **error)
{
  g_autofree char *condition = cz_hub_waiting_condition (hub, table);
  g_autofree char *sql = g_strdup_printf ("SELECT total(published = 0 AND gone = 0), total(published = 1 AND gone = 0),"
                                          " total(published = 1 AND gone = 1) FROM %s WHERE %s",
                                          table->name, condition);
  g_autoptr (sqlite3_stmt) stmt = cz_hub_prepare (hub, sql, error);
  if (stmt == NULL)
    return FALSE;
  int code = sqlite3_step (stmt);
  if (code != SQLITE_ROW)
    return cz_hub_storage_error (hub, code, table->name, error);
  *out = (CzHubWaiting) { sqlite3_column_int64 (stmt, 0), sqlite3_column_int64 (stmt, 1), sqlite3_column_int64 (stmt, 2) };
  return TRUE;
}

const CzTable *
cz_hub_table_of_kind (const char *kind)
{
  const CzTable *table = cz_table_by_name (kind);
  gsize len = strlen (kind);
  if (table != NULL || len < 2 || kind[len - 1] != 's')
    return table;
  g_autofree char *singular = g_str_has_suffix (kind, "ies") ? g_strdup_printf ("%.*sy", (int) len - 3, kind)
                                                             : g_strndup (kind, len - 1);
  return cz_table_by_name (singular);
}
