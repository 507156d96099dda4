/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/store/cz-schema.h"

#include "sync/model/cz-table.h"
#include "sync/store/cz-rows.h"

static const char local_tables[]
    = "CREATE TABLE IF NOT EXISTS channel_mark (channel INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,"
      " state BLOB NOT NULL, tip BLOB NOT NULL, segment INTEGER NOT NULL, seg_offset INTEGER NOT NULL,"
      " applied_s INTEGER NOT NULL, trusted_s INTEGER NOT NULL, schema INTEGER NOT NULL, sum BLOB);"
      "CREATE TABLE IF NOT EXISTS bundle (channel INTEGER NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,"
      " kind INTEGER NOT NULL, hash BLOB NOT NULL, row_count INTEGER NOT NULL, created_s INTEGER NOT NULL,"
      " effective_s INTEGER NOT NULL, applied_s INTEGER NOT NULL, bytes INTEGER NOT NULL DEFAULT 0,"
      " PRIMARY KEY (channel, epoch, seq)) WITHOUT ROWID;"
      "CREATE TABLE IF NOT EXISTS quote_latest (channel INTEGER NOT NULL, product INTEGER NOT NULL, market INTEGER NOT NULL,"
      " grade INTEGER NOT NULL, kind INTEGER NOT NULL, currency TEXT NOT NULL, period INTEGER NOT NULL,"
      " day INTEGER NOT NULL, quotes INTEGER NOT NULL,"
      " PRIMARY KEY (channel, product, market, grade, kind, currency, period)) WITHOUT ROWID;";

static const char *const local_columns[]
    = { "SELECT channel, epoch, seq, state, tip, segment, seg_offset, applied_s, trusted_s, schema, sum FROM channel_mark",
        "SELECT channel, epoch, seq, kind, hash, row_count, created_s, effective_s, applied_s, bytes FROM bundle",
        "SELECT channel, product, market, grade, kind, currency, period, day, quotes FROM quote_latest" };

static gboolean
lacks_column (sqlite3 *db, const char *table, const char *column)
{
  g_autofree char *all = g_strdup_printf ("SELECT count(*) FROM pragma_table_info('%s')", table);
  g_autofree char *one = g_strdup_printf ("%s WHERE name = '%s'", all, column);
  return cz_db_int (db, all, 0) > 0 && cz_db_int (db, one, 0) == 0;
}

static gboolean
can_prepare (sqlite3 *db, const char *sql, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = cz_db_prepare (db, sql, error);
  return stmt != NULL;
}

gboolean
cz_content_schema_check (sqlite3 *db, GError **error)
{
  guint n = 0;
  const CzTable *const *tables = cz_table_all (&n);

  for (guint i = 0; i < n; i++) {
    g_autofree char *sql = g_strdup_printf ("SELECT channel, %s FROM %s", cz_rows_columns (tables[i]), tables[i]->name);
    if (!can_prepare (db, sql, error))
      return FALSE;
  }
  for (gsize i = 0; i < G_N_ELEMENTS (local_columns); i++)
    if (!can_prepare (db, local_columns[i], error))
      return FALSE;
  return TRUE;
}

gboolean
cz_content_schema_migrate (sqlite3 *db, GError **error)
{
  g_autoptr (GString) sql = g_string_new (local_tables);
  CzMigration steps[CZ_CONTENT_VERSION];
  guint n = 0;
  const CzTable *const *tables = cz_table_all (&n);

  for (guint i = 0; i < n; i++) {
    g_autofree char *one = cz_rows_upgrade_sql (db, tables[i], NULL);
    g_string_append (sql, one);
  }
  if (lacks_column (db, "channel_mark", "sum"))
    g_string_append (sql, "ALTER TABLE channel_mark ADD COLUMN sum BLOB;");
  if (lacks_column (db, "bundle", "bytes"))
    g_string_append (sql, "ALTER TABLE bundle ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;");
  /* sql is what this file lacks, whatever its age, so the last step carries it and the ones before are only numbers. */
  for (guint i = 0; i < CZ_CONTENT_VERSION; i++)
    steps[i] = (CzMigration) { i + 1 == CZ_CONTENT_VERSION ? sql->str : "", 1 };
  return cz_db_migrate (db, CZ_CONTENT_APPLICATION_ID, steps, G_N_ELEMENTS (steps), NULL, error);
}
