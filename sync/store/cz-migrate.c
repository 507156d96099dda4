/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/store/cz-db.h"

#include <sys/stat.h>

/* Numbered migrations: PRAGMA application_id says whose file it is, PRAGMA user_version how many steps it has seen,
 * meta.min_reader the lowest program version that understands it. */

static gboolean
is_empty (sqlite3 *db)
{
  return cz_db_int (db, "SELECT count(*) FROM sqlite_master", -1) == 0;
}

gboolean
cz_db_check_version (sqlite3 *db, guint32 application_id, int program_version, int *file_version, GError **error)
{
  gint64 id = cz_db_int (db, "PRAGMA application_id", -1);
  gint64 version = cz_db_int (db, "PRAGMA user_version", -1);

  if (file_version != NULL)
    *file_version = (int) version;
  if (version == 0 && id == 0 && is_empty (db))
    return TRUE;
  if ((guint32) id != application_id || version < 1) {
    g_set_error (error, CZ_STORE_ERROR, CZ_STORE_ERROR_DAMAGED,
                 "%s: not the expected kind of file (application id %08x, version %d)",
                 sqlite3_db_filename (db, "main"), (guint) id, (int) version);
    return FALSE;
  }
  if (version <= program_version)
    return TRUE;
  gint64 min_reader = cz_db_int (db, "SELECT value FROM meta WHERE key = 'min_reader'", G_MAXINT);
  if (min_reader <= program_version)
    return TRUE;
  g_set_error (error, CZ_STORE_ERROR, CZ_STORE_ERROR_NEWER,
               "%s: version %d, made by a newer program; this one reads up to version %d",
               sqlite3_db_filename (db, "main"), (int) version, program_version);
  return FALSE;
}

static gboolean
keep_copy (sqlite3 *db, const char *backup_path, GError **error)
{
  const char *path = sqlite3_db_filename (db, "main");
  struct stat st;

  if (stat (path, &st) != 0)
    st.st_mode = 0600;
  return cz_db_copy (path, backup_path, st.st_mode & 0777, error);
}

static gboolean
run_step (sqlite3 *db, const CzMigration *step, int version, GError **error)
{
  gint64 before = cz_db_int (db, "SELECT value FROM meta WHERE key = 'min_reader'", 1);
  gint64 min_reader = MAX (before, step->min_reader);
  g_autofree char *stamp
      = g_strdup_printf ("INSERT INTO meta (key, value) VALUES ('min_reader', %d)"
                         " ON CONFLICT (key) DO UPDATE SET value = excluded.value; PRAGMA user_version = %d",
                         (int) min_reader, version);

  return cz_db_exec (db, step->sql, error) && cz_db_exec (db, stamp, error);
}

/* Inside a write transaction: another program may have migrated while this one waited for it. */
static gboolean
run_steps (sqlite3 *db, guint32 application_id, const CzMigration *steps, guint n_steps, const char *backup_path,
           GError **error)
{
  int version = 0;

  if (!cz_db_check_version (db, application_id, (int) n_steps, &version, error))
    return FALSE;
  if (version >= (int) n_steps)
    return TRUE;
  if (version > 0 && backup_path != NULL && !keep_copy (db, backup_path, error))
    return FALSE;
  if (version == 0) {
    g_autofree char *first = g_strdup_printf ("PRAGMA application_id = %d;"
                                              "CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID",
                                              (gint32) application_id);
    if (!cz_db_exec (db, first, error))
      return FALSE;
  }
  for (; version < (int) n_steps; version++)
    if (!run_step (db, &steps[version], version + 1, error)) {
      g_prefix_error (error, "migration to version %d: ", version + 1);
      return FALSE;
    }
  return TRUE;
}

gboolean
cz_db_migrate (sqlite3 *db, guint32 application_id, const CzMigration *steps, guint n_steps, const char *backup_path,
               GError **error)
{
  int version = 0;

  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);
  if (!cz_db_check_version (db, application_id, (int) n_steps, &version, error))
    return FALSE;
  if (version >= (int) n_steps)
    return TRUE;
  if (!cz_db_begin (db, error))
    return FALSE;
  if (run_steps (db, application_id, steps, n_steps, backup_path, error) && cz_db_exec (db, "COMMIT", error))
    return TRUE;
  cz_db_roll_back (db);
  return FALSE;
}
