/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/cz-hub-recover.h"

#include <glib/gi18n.h>

#include "app/hub/cz-hub-backup.h"
#include "app/hub/cz-hub-press.h"
#include "app/hub/cz-hub-private.h"
#include "app/hub/cz-hub-receipt.h"
#include "sync/wire/cz-limits.h"
#include "sync/wire/cz-paths.h"

/* Taken over as it was published: neither marked for publication nor a correction. */
static gboolean
settle_row (CzHub *hub, const CzTable *table, const CzRow *row, GError **error)
{
  CzRow stored;
  CzHubLocal local = { 0 };
  gboolean found = FALSE;
  return cz_hub_get_local (hub, table, row, &stored, &local, &found, error)
         && (found ? cz_hub_replace (hub, table, row, error) : cz_hub_put (hub, table, row, NULL, error));
}

static gboolean
take_row (CzHub *hub, const CzTable *table, const CzRow *row, sqlite3_stmt *clean, GError **error)
{
  if (!settle_row (hub, table, row, error))
    return FALSE;
  (void) sqlite3_bind_int (clean, 1, hub->channel);
  cz_rows_bind (clean, 2, table, row, 0, table->n_keys);
  int code = sqlite3_step (clean);
  (void) sqlite3_reset (clean);
  if (code != SQLITE_DONE)
    return cz_hub_storage_error (hub, code, table->name, error);
  return table->number != CZ_TABLE_QUOTE || cz_hub_series_put (hub, row, error);
}

static sqlite3_stmt *
prepare_clean (CzHub *hub, const CzTable *table, GError **error)
{
  g_autoptr (GString) sql = g_string_new (NULL);
  g_string_append_printf (sql, "UPDATE %s SET dirty = 0, published = 1 WHERE channel = ?", table->name);
  for (guint i = 0; i < table->n_keys; i++)
    g_string_append_printf (sql, " AND %s = ?", table->fields[i].name);
  return cz_db_prepare (hub->db, sql->str, error);
}

static gboolean
differs (const CzTable *table, const CzRow *a, const CzRow *b)
{
  for (guint i = 0; i < table->n_fields; i++)
    if (!cz_value_equal (&table->fields[i], &a->v[i], &b->v[i]))
      return TRUE;
  return FALSE;
}

/* Rows of the replica that hub.db lacks or has otherwise; what the clerk has marked stays the clerk's. */
static gboolean
take_table (CzHub *hub, sqlite3 *replica, const CzTable *table, CzHubRecovered *out, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT %s FROM %s WHERE channel = %d", cz_rows_columns (table), table->name, hub->channel);
  g_autoptr (sqlite3_stmt) rows = cz_db_prepare (replica, sql, error);
  g_autoptr (sqlite3_stmt) clean = rows == NULL ? NULL : prepare_clean (hub, table, error);
  if (clean == NULL)
    return FALSE;
  int code;
  while ((code = sqlite3_step (rows)) == SQLITE_ROW) {
    CzRow row = { 0 };
    CzRow stored;
    CzHubLocal local = { 0 };
    gboolean found = FALSE;
    cz_rows_read (rows, 1, table, &row);
    if (!cz_hub_get_local (hub, table, &row, &stored, &local, &found, error))
      return FALSE;
    if (found && (local.dirty || (!local.gone && !differs (table, &row, &stored))))
      continue;
    if (!take_row (hub, table, &row, clean, error))
      return FALSE;
    out->taken++;
  }
  if (code != SQLITE_DONE)
    cz_db_set_error (replica, code, table->name, error);
  return code == SQLITE_DONE;
}

/* Rows published once, unmarked, and no longer in the replica. */
static gboolean
drop_withdrawn (CzHub *hub, const CzTable *table, CzRowStore *published, CzHubRecovered *out, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT %s FROM %s WHERE channel = %d AND published = 1 AND dirty = 0 AND gone = 0",
                                          cz_rows_columns (table), table->name, hub->channel);
  g_autoptr (sqlite3_stmt) rows = cz_db_prepare (hub->db, sql, error);
  if (rows == NULL)
    return FALSE;
  while (sqlite3_step (rows) == SQLITE_ROW) {
    CzRow row = { 0 };
    CzRow there;
    gboolean found = FALSE;
    cz_rows_read (rows, 1, table, &row);
    if (!cz_row_store_get (published, hub->channel, &row, &there, &found, error))
      return FALSE;
    if (found)
      continue;
    if (!cz_hub_mark_gone (hub, table, &row, error))
      return FALSE;
    out->dropped++;
  }
  g_autofree char *settle = g_strdup_printf ("UPDATE %s SET dirty = 0, published = 0 WHERE gone = 1 AND import_no = %" G_GINT64_FORMAT,
                                             table->name, hub->import_no);
  return cz_db_exec (hub->db, settle, error);
}

/* Tables whose key is an id: the next serial is above every one that was published. */
static gboolean
raise_serial (CzHub *hub, const CzTable *table, GError **error)
{
  if (table->n_keys != 1 || !(table->fields[0].flags & CZ_FIELD_ISSUED))
    return TRUE;
  g_autofree char *sql
      = g_strdup_printf ("INSERT INTO serial (table_no, last) SELECT %d, max(%s) - %" G_GINT64_FORMAT " FROM %s HAVING max(%s) IS NOT NULL"
                         " ON CONFLICT (table_no) DO UPDATE SET last = max(last, excluded.last)",
                         table->number, table->fields[0].name, cz_id_make (hub->channel, 1) - 1, table->name, table->fields[0].name);
  if (!cz_db_exec (hub->db, sql, error))
    return FALSE;
  if (cz_table_field_index (table, "source_code") < 0)
    return TRUE;
  g_autofree char *codes = g_strdup_printf ("INSERT OR IGNORE INTO source_code (table_no, code, id) SELECT %d, source_code, id FROM %s"
                                            " WHERE source_code <> ''",
                                            table->number, table->name);
  return cz_db_exec (hub->db, codes, error);
}

static gboolean
take_all (CzHub *hub, CzContent *replica, CzHubRecovered *out, GError **error)
{
  guint n = 0;
  const CzTable *const *tables = cz_table_all (&n);
  sqlite3 *db = cz_content_db (replica);
  for (guint i = 0; i < n; i++) {
    g_autoptr (CzRowStore) published = cz_row_store_new (db, tables[i], NULL);
    if (!take_table (hub, db, tables[i], out, error) || !drop_withdrawn (hub, tables[i], published, out, error)
        || !raise_serial (hub, tables[i], error))
      return FALSE;
  }
  return TRUE;
}

/* A depot that knows less than the backup cannot say what was signed after it: numbers might be signed twice. */
static gboolean
depot_is_whole (CzHub *hub, CzHubPress *press, GError **error)
{
  g_autofree char *path = cz_path_head (hub->channel);
  CzChannelMark mark;
  CzHead head;
  if (!cz_hub_is_restored (hub))
    return TRUE;
  g_autoptr (GBytes) bytes = cz_depot_get (press->depot, path, 0, CZ_HEAD_MAX, error);
  if (bytes == NULL || !cz_hub_own_head (press->trust, bytes, &head, error) || !cz_content_mark (press->replica, hub->channel, &mark, error))
    return FALSE;
  if (head.epoch != mark.epoch || head.seq >= mark.seq)
    return TRUE;
  g_set_error_literal (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED,
                       _ ("The depot knows less than this backup, so what was published last is lost. Begin anew: rotate content, or have the office above delegate with --new-epoch."));
  return FALSE;
}

/* Of a folder that somebody points out: nothing of this office there is a mistake, and a head that the backup cannot read is newer than it. */
static gboolean
look_into (CzHub *hub, const CzHubPress *press, const char *folder, guint64 since_s, guint64 *out, GError **error)
{
  CzHead head = { 0 };
  g_autofree char *path = cz_path_head (hub->channel);
  g_autoptr (GError) local = NULL;
  g_autoptr (CzDepot) depot = g_file_test (folder, G_FILE_TEST_IS_DIR) ? cz_depot_new_folder (folder, error) : NULL;
  g_autoptr (GBytes) bytes = depot != NULL ? cz_depot_get (depot, path, 0, CZ_HEAD_MAX, &local) : NULL;
  if (bytes == NULL) {
    if (error != NULL && *error == NULL)
      g_set_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED, _ ("%s: no head of this office lies there (v1/c/%06d/head)."), folder, hub->channel);
    return FALSE;
  }
  if (!cz_hub_own_head (press->trust, bytes, &head, &local) || head.epoch > press->trust->delegation.epoch) {
    g_set_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED,
                 _ ("%s: this office's head there is of keys that this backup does not know, so it was signed later. Begin anew: rotate content, or have the office above delegate with --new-epoch."), folder);
    return FALSE;
  }
  if (!cz_hub_witnessed (hub, press->trust, depot, since_s, out, error))
    return FALSE;
  *out = head.epoch == press->trust->delegation.epoch ? MAX (*out, head.seq) : *out;
  return TRUE;
}

/* A mirror that lags is newer than the backup and yet not the last word: what was signed in between would be signed again, as something else. */
static gboolean
nobody_knows_more (CzHub *hub, const CzHubPress *press, const char *const *also, guint64 seq, GError **error)
{
  CzHead own = { 0 };
  guint64 newest = 0;
  const char *where = _ ("another office has seen it");
  g_autofree char *path = cz_path_head (hub->channel);
  g_autoptr (GBytes) bytes = cz_depot_get (press->depot, path, 0, CZ_HEAD_MAX, error);
  if (bytes == NULL || !cz_hub_own_head (press->trust, bytes, &own, error))
    return FALSE;
  /* Of an epoch that is past: there is nothing to learn. */
  if (own.epoch < press->trust->delegation.epoch)
    return TRUE;
  if (!cz_hub_witnessed (hub, press->trust, press->depot, own.issued_s, &newest, error))
    return FALSE;
  for (guint i = 0; also != NULL && also[i] != NULL; i++) {
    guint64 there = 0;
    if (!look_into (hub, press, also[i], own.issued_s, &there, error))
      return FALSE;
    where = there > newest ? also[i] : where;
    newest = MAX (newest, there);
  }
  if (newest <= seq)
    return TRUE;
  g_set_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED,
               _ ("This depot ends at number %llu, but number %llu is out already (%s). Restore with --depot from a newer copy. There is none: begin anew, rotate content, or have the office above delegate with --new-epoch."),
               (unsigned long long) seq, (unsigned long long) newest, where);
  return FALSE;
}

gboolean
cz_hub_recover (CzHub *hub, const char *const *also, CzHubRecovered *out, GError **error)
{
  g_auto (CzHubPress) press = { 0 };
  const CzHubPublishOptions options = { 0 };
  *out = (CzHubRecovered) { 0 };
  if (!cz_hub_press_open (hub, &options, FALSE, &press, error)
      || !cz_publisher_catch_up (&press.config, &out->from_seq, &out->seq, error) || !depot_is_whole (hub, &press, error)
      || !nobody_knows_more (hub, &press, also, out->seq, error)
      || !cz_hub_begin (hub, error))
    return FALSE;
  g_autofree char *what = g_strdup_printf ("%" G_GUINT64_FORMAT, out->seq);
  if (take_all (hub, press.replica, out, error) && cz_hub_receipts_ask_again (hub, &out->asked_again, error) && cz_hub_restored_forget (hub, error) && cz_hub_audit (hub, "recover", "", what, NULL, error))
    return cz_hub_commit (hub, error);
  cz_hub_roll_back (hub);
  return FALSE;
}
