/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/store/cz-schema.h"

#include "sync/model/cz-table.h"
#include "sync/store/cz-rows.h"

static const char local_tables[]
    = "CREATE TABLE IF NOT EXISTS channel_mark (channel INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,"
      " state BLOB NOT NULL, tip BLOB NOT NULL, segment INTEGER NOT NULL, seg_offset INTEGER NOT NULL,"
      " applied_s INTEGER NOT NULL, trusted_s INTEGER NOT NULL, schema INTEGER NOT NULL);"
      "CREATE TABLE IF NOT EXISTS bundle (channel INTEGER NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,"
      " kind INTEGER NOT NULL, hash BLOB NOT NULL, row_count INTEGER NOT NULL, created_s INTEGER NOT NULL,"
      " effective_s INTEGER NOT NULL, applied_s INTEGER NOT NULL, bytes INTEGER NOT NULL DEFAULT 0,"
      " PRIMARY KEY (channel, epoch, seq)) WITHOUT ROWID;"
      "CREATE TABLE IF NOT EXISTS quote_latest (channel INTEGER NOT NULL, product INTEGER NOT NULL, market INTEGER NOT NULL,"
      " grade INTEGER NOT NULL, kind INTEGER NOT NULL, currency TEXT NOT NULL, period INTEGER NOT NULL,"
      " day INTEGER NOT NULL, quotes INTEGER NOT NULL,"
      " PRIMARY KEY (channel, product, market, grade, kind, currency, period)) WITHOUT ROWID;";

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
  if (cz_db_int (db, "SELECT count(*) FROM pragma_table_info('bundle')", 0) > 0
      && cz_db_int (db, "SELECT count(*) FROM pragma_table_info('bundle') WHERE name = 'bytes'", 0) == 0)
    g_string_append (sql, "ALTER TABLE bundle ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;");
  /* sql is what this file lacks, whatever its age, so the last step carries it and the ones before are only numbers. */
  for (guint i = 0; i < CZ_CONTENT_VERSION; i++)
    steps[i] = (CzMigration) { i + 1 == CZ_CONTENT_VERSION ? sql->str : "", 1 };
  return cz_db_migrate (db, CZ_CONTENT_APPLICATION_ID, steps, G_N_ELEMENTS (steps), NULL, error);
}
