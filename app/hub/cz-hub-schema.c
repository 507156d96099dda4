/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/cz-hub-private.h"

/* "CZHB" */
#define APPLICATION_ID 0x435a4842

static const CzMigration migrations[] = {
  { .sql = "CREATE TABLE hub (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
           "CREATE TABLE serial (table_no INTEGER PRIMARY KEY, last INTEGER NOT NULL);"
           "CREATE TABLE source_code (table_no INTEGER NOT NULL, code TEXT NOT NULL, id INTEGER NOT NULL,"
           " PRIMARY KEY (table_no, code)) WITHOUT ROWID;"
           "CREATE TABLE series_last (product INTEGER NOT NULL, market INTEGER NOT NULL, grade INTEGER NOT NULL,"
           " kind INTEGER NOT NULL, period INTEGER NOT NULL, currency TEXT NOT NULL, day INTEGER NOT NULL,"
           " low INTEGER NOT NULL, mid INTEGER NOT NULL, high INTEGER NOT NULL,"
           " PRIMARY KEY (product, market, grade, kind, period, currency)) WITHOUT ROWID;"
           /* state: 0 waits, 1 accepted, 2 dropped */
           "CREATE TABLE held (id INTEGER PRIMARY KEY, table_no INTEGER NOT NULL, row BLOB NOT NULL,"
           " state INTEGER NOT NULL DEFAULT 0, file TEXT NOT NULL DEFAULT '', sheet TEXT NOT NULL DEFAULT '',"
           " line INTEGER NOT NULL DEFAULT 0, column_name TEXT NOT NULL DEFAULT '', reasons TEXT NOT NULL DEFAULT '',"
           " said TEXT NOT NULL DEFAULT '', import_no INTEGER NOT NULL DEFAULT 0, at_s INTEGER NOT NULL DEFAULT 0,"
           " UNIQUE (table_no, row));"
           "CREATE INDEX held_waiting ON held (table_no, id) WHERE state = 0;"
           "CREATE TABLE import_log (id INTEGER PRIMARY KEY, at_s INTEGER NOT NULL, who TEXT NOT NULL, kind TEXT NOT NULL,"
           " file TEXT NOT NULL, file_hash BLOB NOT NULL, rows INTEGER NOT NULL, added INTEGER NOT NULL,"
           " changed INTEGER NOT NULL, same INTEGER NOT NULL, held INTEGER NOT NULL, refused INTEGER NOT NULL);"
           "CREATE TABLE audit (id INTEGER PRIMARY KEY, at_s INTEGER NOT NULL, who TEXT NOT NULL, verb TEXT NOT NULL,"
           " kind TEXT NOT NULL, what TEXT NOT NULL, reason TEXT NOT NULL);",
    .min_reader = 1 },
  { .sql = "CREATE TABLE station (fingerprint TEXT PRIMARY KEY, key BLOB NOT NULL, village INTEGER NOT NULL, name TEXT NOT NULL,"
           /* state: 1 asks, 2 approved, 3 suspended, 4 replaced; upto: every counter up to it has arrived */
           " state INTEGER NOT NULL, upto INTEGER NOT NULL DEFAULT 0, asked_s INTEGER NOT NULL, decided_s INTEGER NOT NULL DEFAULT 0,"
           " seen_s INTEGER NOT NULL DEFAULT 0, replaced_by TEXT NOT NULL DEFAULT '') WITHOUT ROWID;"
           /* state: 0 waits, 1 filed, 2 accepted or answered, 3 returned */
           "CREATE TABLE upload (id INTEGER PRIMARY KEY, station TEXT NOT NULL, counter INTEGER NOT NULL, hash BLOB NOT NULL,"
           " kind INTEGER NOT NULL, payload BLOB NOT NULL, created_s INTEGER NOT NULL, clock_ok INTEGER NOT NULL,"
           " collected_s INTEGER NOT NULL, state INTEGER NOT NULL, reason TEXT NOT NULL DEFAULT '', became INTEGER NOT NULL DEFAULT 0,"
           " UNIQUE (station, counter));"
           "CREATE INDEX upload_waiting ON upload (kind, id) WHERE state = 0;"
           "CREATE TABLE upload_object (upload INTEGER NOT NULL, hash BLOB NOT NULL, type TEXT NOT NULL, data BLOB NOT NULL,"
           " PRIMARY KEY (upload, hash));"
           "CREATE TABLE station_line (station TEXT NOT NULL, kind INTEGER NOT NULL, about INTEGER NOT NULL, key TEXT NOT NULL,"
           " value TEXT NOT NULL, counter INTEGER NOT NULL, PRIMARY KEY (station, kind, about, key)) WITHOUT ROWID;"
           "CREATE TABLE set_aside (id INTEGER PRIMARY KEY, at_s INTEGER NOT NULL, name TEXT NOT NULL, reason TEXT NOT NULL,"
           " bytes INTEGER NOT NULL);",
    .min_reader = 1 },
  { .sql = "ALTER TABLE upload ADD COLUMN decided_s INTEGER NOT NULL DEFAULT 0;"
           "CREATE INDEX station_asking ON station (fingerprint) WHERE state = 1;",
    .min_reader = 1 },
  /* How many receipts said no on which day: cz_hub_desk_refuse. */
  { .sql = "ALTER TABLE station ADD COLUMN refused_day INTEGER NOT NULL DEFAULT 0;"
           "ALTER TABLE station ADD COLUMN refused_n INTEGER NOT NULL DEFAULT 0;",
    .min_reader = 1 },
};

static gboolean
ensure_tables (sqlite3 *db, GError **error)
{
  guint n = 0;
  const CzTable *const *tables = cz_table_all (&n);
  for (guint i = 0; i < n; i++) {
    g_autofree char *sql = cz_rows_upgrade_sql (db, tables[i], CZ_HUB_LOCAL_COLUMNS);
    if (sql[0] != '\0' && !cz_db_exec (db, sql, error))
      return FALSE;
  }
  return cz_db_exec (db,
                     "CREATE INDEX IF NOT EXISTS correction_of ON quote_correction (day, market, product, grade, kind)",
                     error);
}

gboolean
cz_hub_schema_ensure (sqlite3 *db, GError **error)
{
  g_autofree char *path = g_strconcat (sqlite3_db_filename (db, "main"), ".before-update", NULL);
  if (!cz_db_migrate (db, APPLICATION_ID, migrations, G_N_ELEMENTS (migrations), path, error)
      || !cz_db_begin (db, error))
    return FALSE;
  if (ensure_tables (db, error) && cz_db_exec (db, "COMMIT", error))
    return TRUE;
  cz_db_roll_back (db);
  return FALSE;
}

gboolean
cz_hub_set_value (sqlite3 *db, const char *key, const char *value, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = cz_db_prepare (
      db, "INSERT INTO hub (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", error);
  if (stmt == NULL)
    return FALSE;
  (void) sqlite3_bind_text (stmt, 1, key, -1, SQLITE_STATIC);
  (void) sqlite3_bind_text (stmt, 2, value, -1, SQLITE_STATIC);
  int code = sqlite3_step (stmt);
  if (code != SQLITE_DONE)
    cz_db_set_error (db, code, "saving a setting", error);
  return code == SQLITE_DONE;
}

char *
cz_hub_get_value (sqlite3 *db, const char *key)
{
  g_autoptr (sqlite3_stmt) stmt = cz_db_prepare (db, "SELECT value FROM hub WHERE key = ?", NULL);
  if (stmt == NULL)
    return NULL;
  (void) sqlite3_bind_text (stmt, 1, key, -1, SQLITE_STATIC);
  if (sqlite3_step (stmt) != SQLITE_ROW)
    return NULL;
  return g_strdup ((const char *) sqlite3_column_text (stmt, 0));
}
