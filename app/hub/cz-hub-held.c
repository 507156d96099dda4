/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/cz-hub-private.h"

#include <glib/gi18n.h>

enum { WAITS = 0, ACCEPTED = 1, DROPPED = 2 };

static void
bind_text (sqlite3_stmt *stmt, int at, const char *text)
{
  (void) sqlite3_bind_text (stmt, at, text != NULL ? text : "", -1, SQLITE_STATIC);
}

static void
bind_bytes (sqlite3_stmt *stmt, int at, GBytes *bytes)
{
  gsize size = 0;
  const void *data = g_bytes_get_data (bytes, &size);
  (void) sqlite3_bind_blob (stmt, at, data, (int) size, SQLITE_STATIC);
}

/* -1 in *state: this very row was never held. */
static gboolean
state_of (CzHub *hub, const CzTable *table, GBytes *packed, int *state, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = cz_hub_prepare (hub, "SELECT state FROM held WHERE table_no = ? AND row = ?", error);
  if (stmt == NULL)
    return FALSE;
  (void) sqlite3_bind_int (stmt, 1, table->number);
  bind_bytes (stmt, 2, packed);
  int code = sqlite3_step (stmt);
  *state = code == SQLITE_ROW ? sqlite3_column_int (stmt, 0) : -1;
  return code == SQLITE_ROW || code == SQLITE_DONE || cz_hub_storage_error (hub, code, "held", error);
}

/* A row that was accepted once and is doubtful again (withdrawn since) waits anew. */
static gboolean
insert (CzHub *hub, const CzTable *table, GBytes *packed, const CzHubDoubt *doubt, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt
      = cz_hub_prepare (hub,
                 "INSERT INTO held (table_no, row, file, sheet, line, column_name, reasons, said, import_no, at_s)"
                 " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (table_no, row) DO UPDATE SET state = 0,"
                 " file = excluded.file, sheet = excluded.sheet, line = excluded.line, column_name = excluded.column_name,"
                 " reasons = excluded.reasons, said = excluded.said, import_no = excluded.import_no, at_s = excluded.at_s",
                 error);
  if (stmt == NULL)
    return FALSE;
  (void) sqlite3_bind_int (stmt, 1, table->number);
  bind_bytes (stmt, 2, packed);
  bind_text (stmt, 3, doubt->file);
  bind_text (stmt, 4, doubt->sheet);
  (void) sqlite3_bind_int64 (stmt, 5, doubt->line);
  bind_text (stmt, 6, doubt->column);
  bind_text (stmt, 7, doubt->reasons);
  bind_text (stmt, 8, doubt->said);
  (void) sqlite3_bind_int64 (stmt, 9, hub->import_no);
  (void) sqlite3_bind_int64 (stmt, 10, cz_clock_wall_s (hub->clock));
  int code = sqlite3_step (stmt);
  return code == SQLITE_DONE || cz_hub_storage_error (hub, code, "held", error);
}

gboolean
cz_hub_hold (CzHub *hub, const CzTable *table, const CzRow *row, const CzHubDoubt *doubt, CzHubHeld *out, GError **error)
{
  g_return_val_if_fail (hub->in_transaction, FALSE);
  int state = -1;
  if (!cz_row_check (table, row, hub->channel, error))
    return FALSE;
  g_autoptr (GBytes) packed = cz_hub_pack (table, row);
  if (!state_of (hub, table, packed, &state, error))
    return FALSE;
  *out = state == WAITS ? CZ_HUB_HELD_ALREADY : state == DROPPED ? CZ_HUB_HELD_DROPPED : CZ_HUB_HELD_NEW;
  return *out != CZ_HUB_HELD_NEW || insert (hub, table, packed, doubt, error);
}

gboolean
cz_hub_held_has (CzHub *hub, const CzTable *table, const CzRow *row, gboolean *has, GError **error)
{
  int state = -1;
  g_autoptr (GBytes) packed = cz_hub_pack (table, row);
  if (!state_of (hub, table, packed, &state, error))
    return FALSE;
  *has = state == WAITS || state == DROPPED;
  return TRUE;
}

gboolean
cz_hub_held_any (CzHub *hub, const CzTable *table)
{
  g_autofree char *sql = g_strdup_printf ("SELECT EXISTS (SELECT 1 FROM held WHERE table_no = %d)", table->number);
  return cz_db_int (hub->db, sql, 0) != 0;
}

static gboolean
read_held (sqlite3_stmt *stmt, CzHubHeldRow *held)
{
  *held = (CzHubHeldRow) { .id = sqlite3_column_int64 (stmt, 0) };
  held->table = cz_table_by_number ((guint16) sqlite3_column_int (stmt, 1));
  const guint8 *packed = sqlite3_column_blob (stmt, 2);
  gsize size = (gsize) sqlite3_column_bytes (stmt, 2);
  if (held->table == NULL || !cz_hub_unpack (held->table, packed, size, &held->row))
    return FALSE;
  held->file = (const char *) sqlite3_column_text (stmt, 3);
  held->sheet = (const char *) sqlite3_column_text (stmt, 4);
  held->line = sqlite3_column_int64 (stmt, 5);
  held->column = (const char *) sqlite3_column_text (stmt, 6);
  held->reasons = (const char *) sqlite3_column_text (stmt, 7);
  held->said = (const char *) sqlite3_column_text (stmt, 8);
  held->at_s = sqlite3_column_int64 (stmt, 9);
  return TRUE;
}

#define HELD_COLUMNS "SELECT id, table_no, row, file, sheet, line, column_name, reasons, said, at_s FROM held"

static gboolean
damaged (gint64 id, GError **error)
{
  g_set_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_STORAGE, _ ("The row held back as number %lld is damaged."), (long long) id);
  return FALSE;
}

gboolean
cz_hub_held_each (CzHub *hub, const CzTable *table, CzHubHeldFunc func, gpointer data, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = cz_hub_prepare (
      hub, table != NULL ? HELD_COLUMNS " WHERE state = 0 AND table_no = ? ORDER BY id" : HELD_COLUMNS " WHERE state = 0 ORDER BY id",
      error);
  if (stmt == NULL)
    return FALSE;
  if (table != NULL)
    (void) sqlite3_bind_int (stmt, 1, table->number);
  int code;
  while ((code = sqlite3_step (stmt)) == SQLITE_ROW) {
    CzHubHeldRow held;
    if (!read_held (stmt, &held))
      return damaged (sqlite3_column_int64 (stmt, 0), error);
    if (!func (&held, data))
      return TRUE;
  }
  return code == SQLITE_DONE || cz_hub_storage_error (hub, code, "held", error);
}

static gboolean
set_state (CzHub *hub, gint64 id, int state, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = cz_hub_prepare (hub, "UPDATE held SET state = ? WHERE id = ?", error);
  if (stmt == NULL)
    return FALSE;
  (void) sqlite3_bind_int (stmt, 1, state);
  (void) sqlite3_bind_int64 (stmt, 2, id);
  int code = sqlite3_step (stmt);
  return code == SQLITE_DONE || cz_hub_storage_error (hub, code, "held", error);
}

static gboolean
settle_one (CzHub *hub, const CzTable *table, gint64 id, int state, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = cz_hub_prepare (hub, HELD_COLUMNS " WHERE id = ? AND state = 0 AND table_no = ?", error);
  if (stmt == NULL)
    return FALSE;
  (void) sqlite3_bind_int64 (stmt, 1, id);
  (void) sqlite3_bind_int (stmt, 2, table->number);
  int code = sqlite3_step (stmt);
  if (code == SQLITE_DONE) {
    g_set_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED,
                 _ ("No row of %s is held back under number %lld. List them with: held"), table->name, (long long) id);
    return FALSE;
  }
  if (code != SQLITE_ROW)
    return cz_hub_storage_error (hub, code, "held", error);
  CzHubHeldRow held;
  if (!read_held (stmt, &held))
    return damaged (id, error);
  return (state != ACCEPTED || cz_hub_put (hub, table, &held.row, NULL, error)) && set_state (hub, id, state, error);
}

static GArray *
all_ids (CzHub *hub, const CzTable *table, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = cz_hub_prepare (hub, "SELECT id FROM held WHERE state = 0 AND table_no = ? ORDER BY id", error);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  if (stmt == NULL)
    return NULL;
  (void) sqlite3_bind_int (stmt, 1, table->number);
  while (sqlite3_step (stmt) == SQLITE_ROW) {
    gint64 id = sqlite3_column_int64 (stmt, 0);
    g_array_append_val (ids, id);
  }
  return g_steal_pointer (&ids);
}

static gboolean
settle (CzHub *hub, const CzTable *table, const gint64 *ids, guint n_ids, int state, guint *n_out, GError **error)
{
  g_return_val_if_fail (hub->in_transaction, FALSE);
  g_autoptr (GArray) all = NULL;
  if (ids == NULL) {
    all = all_ids (hub, table, error);
    if (all == NULL)
      return FALSE;
    ids = (const gint64 *) (gpointer) all->data;
    n_ids = all->len;
  }
  for (guint i = 0; i < n_ids; i++)
    if (!settle_one (hub, table, ids[i], state, error))
      return FALSE;
  if (n_out != NULL)
    *n_out = n_ids;
  return TRUE;
}

gboolean
cz_hub_held_accept (CzHub *hub, const CzTable *table, const gint64 *ids, guint n_ids, guint *n_out, GError **error)
{
  return settle (hub, table, ids, n_ids, ACCEPTED, n_out, error);
}

gboolean
cz_hub_held_drop (CzHub *hub, const CzTable *table, const gint64 *ids, guint n_ids, guint *n_out, GError **error)
{
  return settle (hub, table, ids, n_ids, DROPPED, n_out, error);
}

gint64
cz_hub_held_count (CzHub *hub, const CzTable *table)
{
  g_autofree char *sql = table == NULL
                             ? g_strdup ("SELECT count(*) FROM held WHERE state = 0")
                             : g_strdup_printf ("SELECT count(*) FROM held WHERE state = 0 AND table_no = %d", table->number);
  return cz_db_int (hub->db, sql, 0);
}
