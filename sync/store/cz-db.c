/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/store/cz-db.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

G_DEFINE_QUARK (cz_store_error, cz_store_error)

#define BUSY_TIMEOUT_MS 5000
#define READ_ATTEMPTS 3 /* SQLite takes a page that could not be read this once for one that is wrong: EIO is SQLITE_IOERR_CORRUPTFS */

static gboolean
is_full (int code, int system_errno)
{
  if ((code & 0xff) == SQLITE_FULL)
    return TRUE;
  /* RLIMIT_FSIZE, quotas and a full disk met by fsync or by the shared memory file come as input/output errors. */
  return ((code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN)
         && (system_errno == ENOSPC || system_errno == EDQUOT || system_errno == EFBIG);
}

static CzStoreError
error_of_code (int code, int system_errno)
{
  if (is_full (code, system_errno))
    return CZ_STORE_ERROR_FULL;
  if (code == SQLITE_IOERR_SHORT_READ || code == SQLITE_IOERR_CORRUPTFS)
    return CZ_STORE_ERROR_DAMAGED;
  switch (code & 0xff) {
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    return CZ_STORE_ERROR_BUSY;
  case SQLITE_CORRUPT:
  case SQLITE_NOTADB:
    return CZ_STORE_ERROR_DAMAGED;
  case SQLITE_READONLY:
  case SQLITE_PERM:
  case SQLITE_AUTH:
    return CZ_STORE_ERROR_READ_ONLY;
  case SQLITE_CONSTRAINT:
    return CZ_STORE_ERROR_CONSTRAINT;
  case SQLITE_CANTOPEN:
    return system_errno == ENOENT   ? CZ_STORE_ERROR_ABSENT
           : system_errno == EACCES ? CZ_STORE_ERROR_READ_ONLY
                                    : CZ_STORE_ERROR_FAILED;
  default:
    return CZ_STORE_ERROR_FAILED;
  }
}

/* What the files themselves remember: sqlite3_system_errno () has often been written over by the rolling back. */
static int
errno_of_files (sqlite3 *db)
{
  static const int pointers[] = { SQLITE_FCNTL_FILE_POINTER, SQLITE_FCNTL_JOURNAL_POINTER };

  for (guint i = 0; i < G_N_ELEMENTS (pointers); i++) {
    sqlite3_file *file = NULL;
    int number = 0;
    if (sqlite3_file_control (db, "main", pointers[i], &file) == SQLITE_OK && file != NULL && file->pMethods != NULL
        && file->pMethods->xFileControl (file, SQLITE_FCNTL_LAST_ERRNO, &number) == SQLITE_OK && number != 0)
      return number;
  }
  return sqlite3_system_errno (db);
}

void
cz_db_set_error (sqlite3 *db, int code, const char *doing, GError **error)
{
  gboolean is_io = (code & 0xff) == SQLITE_IOERR && db != NULL;
  int system_errno = is_io ? errno_of_files (db) : db != NULL ? sqlite3_system_errno (db) : 0;
  const char *words = db != NULL ? sqlite3_errmsg (db) : sqlite3_errstr (code);

  /* The extended code tells a short read from a failing disk; it belongs to the last call on db. */
  if (db != NULL && (sqlite3_extended_errcode (db) & 0xff) == (code & 0xff))
    code = sqlite3_extended_errcode (db);
  g_set_error (error, CZ_STORE_ERROR, (gint) error_of_code (code, system_errno), "%s: %s (%d)", doing, words, code);
}

void
cz_db_close (sqlite3 *db)
{
  if (db != NULL)
    (void) sqlite3_close_v2 (db);
}

void
cz_stmt_free (sqlite3_stmt *stmt)
{
  (void) sqlite3_finalize (stmt);
}

gboolean
cz_db_exec (sqlite3 *db, const char *sql, GError **error)
{
  int code = sqlite3_exec (db, sql, NULL, NULL, NULL);

  if (code == SQLITE_OK)
    return TRUE;
  cz_db_set_error (db, code, sql, error);
  return FALSE;
}

sqlite3_stmt *
cz_db_prepare (sqlite3 *db, const char *sql, GError **error)
{
  sqlite3_stmt *stmt = NULL;
  int code = sqlite3_prepare_v3 (db, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL);

  if (code != SQLITE_OK)
    cz_db_set_error (db, code, sql, error);
  /* Every statement is ours and fits the schema that we wrote: a missing column is a wrong bit in the file. */
  if (code == SQLITE_ERROR && error != NULL)
    (*error)->code = CZ_STORE_ERROR_DAMAGED;
  return stmt;
}

gint64
cz_db_int (sqlite3 *db, const char *sql, gint64 fallback)
{
  g_autoptr (sqlite3_stmt) stmt = cz_db_prepare (db, sql, NULL);

  if (stmt == NULL || sqlite3_step (stmt) != SQLITE_ROW || sqlite3_column_type (stmt, 0) == SQLITE_NULL)
    return fallback;
  return sqlite3_column_int64 (stmt, 0);
}

gboolean
cz_db_begin (sqlite3 *db, GError **error)
{
  return cz_db_exec (db, "BEGIN IMMEDIATE", error);
}

void
cz_db_roll_back (sqlite3 *db)
{
  /* SQLite has rolled back by itself after a full disk and after most input/output errors. */
  if (sqlite3_get_autocommit (db) == 0)
    (void) sqlite3_exec (db, "ROLLBACK", NULL, NULL, NULL);
}

static void
set_errno_error (const char *path, const char *doing, int number, GError **error)
{
  CzStoreError code = number == ENOSPC || number == EDQUOT || number == EFBIG    ? CZ_STORE_ERROR_FULL
                      : number == EACCES || number == EPERM || number == EROFS ? CZ_STORE_ERROR_READ_ONLY
                      : number == ENOENT || number == ENOTDIR                    ? CZ_STORE_ERROR_ABSENT
                                                                                 : CZ_STORE_ERROR_FAILED;

  g_set_error (error, CZ_STORE_ERROR, (gint) code, "%s: %s: %s", path, doing, g_strerror (number));
}

gboolean
cz_db_sync_folder (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int failure = 0;

  if (fd < 0 || fsync (fd) != 0)
    failure = errno;
  if (fd >= 0)
    (void) close (fd);
  if (failure != 0)
    set_errno_error (folder, "making names durable", failure, error);
  return failure == 0;
}

/* SQLite gives -wal and -shm the mode of the database, so the database must have it before SQLite comes. */
static gboolean
make_file (const char *path, guint file_mode, GError **error)
{
  int fd = open (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, (mode_t) file_mode);

  if (fd < 0 && errno == EEXIST)
    return TRUE;
  if (fd < 0) {
    set_errno_error (path, "making the file", errno, error);
    return FALSE;
  }
  int failure = fchmod (fd, (mode_t) file_mode) != 0 ? errno : 0;
  (void) close (fd);
  if (failure == 0)
    return cz_db_sync_folder (path, error);
  set_errno_error (path, "setting the file's mode", failure, error);
  return FALSE;
}

static gboolean
set_pragmas (sqlite3 *db, const CzDbOptions *options, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("PRAGMA synchronous=FULL; PRAGMA foreign_keys=OFF; PRAGMA trusted_schema=OFF;"
                                          "PRAGMA cell_size_check=ON; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-%u;"
                                          "PRAGMA secure_delete=%s;",
                                          options->cache_kib > 0 ? options->cache_kib : 1024,
                                          options->secure_delete ? "ON" : "OFF");
  int persist = options->persist_wal ? 1 : 0;
  int on = 0;

  (void) sqlite3_db_config (db, SQLITE_DBCONFIG_DEFENSIVE, 1, &on);
  (void) sqlite3_db_config (db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, &on);
  if (!cz_db_exec (db, sql, error))
    return FALSE;
  if (options->mode != CZ_DB_READ) {
    if (!cz_db_exec (db, "PRAGMA journal_mode=WAL", error))
      return FALSE;
    (void) sqlite3_file_control (db, "main", SQLITE_FCNTL_PERSIST_WAL, &persist);
  }
  /* The first read finds out whether this is a database at all, and makes -wal and -shm. */
  return cz_db_exec (db, "SELECT count(*) FROM sqlite_master", error);
}

static sqlite3 *
open_once (const char *path, const CzDbOptions *options, GError **error)
{
  g_autoptr (sqlite3) db = NULL;
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
              | (options->mode == CZ_DB_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);

  if (access (path, F_OK) != 0) {
    set_errno_error (path, "opening", errno, error);
    return NULL;
  }
  int code = sqlite3_open_v2 (path, &db, flags, NULL);
  if (code != SQLITE_OK) {
    cz_db_set_error (db, code, path, error);
    return NULL;
  }
  /* SQLite falls back to reading when the file may not be written; here that is an error to be told. */
  if (options->mode != CZ_DB_READ && sqlite3_db_readonly (db, "main") != 0) {
    g_set_error (error, CZ_STORE_ERROR, CZ_STORE_ERROR_READ_ONLY, "%s: may not be written by this user", path);
    return NULL;
  }
  (void) sqlite3_busy_timeout (db, BUSY_TIMEOUT_MS);
  if (!set_pragmas (db, options, error)) {
    g_prefix_error (error, "%s: ", path);
    return NULL;
  }
  return g_steal_pointer (&db);
}

sqlite3 *
cz_db_open (const char *path, const CzDbOptions *options, GError **error)
{
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);
  if (options->mode == CZ_DB_CREATE && !make_file (path, options->file_mode, error))
    return NULL;
  for (guint attempt = 1; attempt < READ_ATTEMPTS; attempt++) {
    g_autoptr (GError) local = NULL;
    sqlite3 *db = open_once (path, options, &local);
    if (db != NULL)
      return db;
    if (!g_error_matches (local, CZ_STORE_ERROR, CZ_STORE_ERROR_DAMAGED)) {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  }
  return open_once (path, options, error);
}

/* --- copies --- */

static gboolean
copy_pages (sqlite3 *from, sqlite3 *to, GError **error)
{
  sqlite3_backup *backup = sqlite3_backup_init (to, "main", from, "main");
  int code;

  if (backup == NULL) {
    cz_db_set_error (to, sqlite3_errcode (to), "copying", error);
    return FALSE;
  }
  do
    code = sqlite3_backup_step (backup, 256);
  while (code == SQLITE_OK);
  (void) sqlite3_backup_finish (backup);
  if (code == SQLITE_DONE)
    return TRUE;
  if ((code & 0xff) == (sqlite3_errcode (to) & 0xff))
    cz_db_set_error (to, code, "copying", error);
  else
    cz_db_set_error (from, code, "copying", error);
  return FALSE;
}

static gboolean
write_copy (const char *source, const char *temporary, guint file_mode, GError **error)
{
  /* A second connection: SQLite copies no database whose own connection has begun to write. */
  const CzDbOptions read = { CZ_DB_READ, 0, FALSE, FALSE, 1024 };
  g_autoptr (sqlite3) from = cz_db_open (source, &read, error);
  g_autoptr (sqlite3) to = NULL;

  if (from == NULL || !make_file (temporary, file_mode, error))
    return FALSE;
  int code = sqlite3_open_v2 (temporary, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE, NULL);
  if (code != SQLITE_OK) {
    cz_db_set_error (to, code, temporary, error);
    return FALSE;
  }
  if (!copy_pages (from, to, error))
    return FALSE;
  /* One file that stands alone: no journal of either kind beside it. */
  return cz_db_exec (to, "PRAGMA journal_mode=DELETE", error);
}

gboolean
cz_db_copy (const char *source, const char *target, guint file_mode, GError **error)
{
  g_autofree char *temporary = g_strconcat (target, ".part", NULL);

  (void) unlink (temporary);
  if (!write_copy (source, temporary, file_mode, error)) {
    (void) unlink (temporary);
    g_prefix_error (error, "%s: ", target);
    return FALSE;
  }
  if (rename (temporary, target) != 0) {
    set_errno_error (target, "renaming", errno, error);
    (void) unlink (temporary);
    return FALSE;
  }
  return cz_db_sync_folder (target, error);
}

static gboolean
check_once (sqlite3 *db, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = cz_db_prepare (db, "PRAGMA quick_check(1)", error);

  if (stmt == NULL)
    return FALSE;
  int code = sqlite3_step (stmt);
  const char *words = code == SQLITE_ROW ? (const char *) sqlite3_column_text (stmt, 0) : NULL;
  if (g_strcmp0 (words, "ok") == 0)
    return TRUE;
  if (code == SQLITE_ROW)
    g_set_error (error, CZ_STORE_ERROR, CZ_STORE_ERROR_DAMAGED, "%s: %s", sqlite3_db_filename (db, "main"), words);
  else
    cz_db_set_error (db, code, sqlite3_db_filename (db, "main"), error);
  return FALSE;
}

gboolean
cz_db_quick_check (sqlite3 *db, GError **error)
{
  for (guint attempt = 1; attempt < READ_ATTEMPTS; attempt++)
    if (check_once (db, NULL))
      return TRUE;
  return check_once (db, error);
}
