/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/store/cz-content-private.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sync/store/cz-schema.h"

#define CACHE_KIB 4096
/* After a first publication the journal is as large as the database; above this it is cut when nobody reads it. */
#define JOURNAL_KEPT_BYTES (4 * 1024 * 1024)
#define LINK_NAME "current"
#define READER_TRIES 5

static const CzDbOptions write_options = { CZ_DB_CREATE, 0640, FALSE, TRUE, CACHE_KIB };

/* --- names --- */

/* Number in "content-<n>.db", 0 for any other name. */
static guint
generation_of_name (const char *name)
{
  guint64 n = 0;
  const char *end = NULL;

  if (!g_str_has_prefix (name, "content-") || !g_ascii_isdigit (name[8]) || name[8] == '0')
    return 0;
  n = g_ascii_strtoull (name + 8, (char **) &end, 10);
  return g_str_equal (end, ".db") && n < G_MAXUINT ? (guint) n : 0;
}

static char *
path_of_generation (const char *dir, guint generation)
{
  g_autofree char *name = g_strdup_printf ("content-%u.db", generation);

  return g_build_filename (dir, name, NULL);
}

/* 0 when there is no link, or one that this program did not make. */
static guint
current_generation (const char *dir)
{
  g_autofree char *link = g_build_filename (dir, LINK_NAME, NULL);
  g_autofree char *target = g_file_read_link (link, NULL);

  return target != NULL ? generation_of_name (target) : 0;
}

static guint
highest_generation (const char *dir)
{
  g_autoptr (GDir) folder = g_dir_open (dir, 0, NULL);
  guint highest = current_generation (dir);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    highest = MAX (highest, generation_of_name (name));
  return highest;
}

static gboolean
make_folder (const char *dir, GError **error)
{
  if (g_file_test (dir, G_FILE_TEST_IS_DIR))
    return TRUE;
  /* The set-group-id bit hands the folder's group, the kiosk's, to every file made here. */
  if (g_mkdir_with_parents (dir, 0750) == 0 && chmod (dir, 02750) == 0)
    return TRUE;
  g_set_error (error, CZ_STORE_ERROR, errno == ENOSPC ? CZ_STORE_ERROR_FULL : CZ_STORE_ERROR_READ_ONLY,
               "%s: making the folder: %s", dir, g_strerror (errno));
  return FALSE;
}

/* --- opening --- */

/* A file that may be written, and that SQLite will not: a wrong bit in the header's version of writing. */
static gboolean
header_is_sound (const CzContent *self, GError **error)
{
  if (sqlite3_db_readonly (self->db, "main") != 1 || access (self->path, W_OK) != 0)
    return TRUE;
  g_set_error (error, CZ_STORE_ERROR, CZ_STORE_ERROR_DAMAGED, "%s: its header says that it must not be written", self->path);
  return FALSE;
}

static CzContent *
open_generation (const char *dir, guint generation, GError **error)
{
  g_autoptr (CzContent) self = g_new0 (CzContent, 1);
  g_autofree char *pragmas = g_strdup_printf ("PRAGMA wal_autocheckpoint=0; PRAGMA journal_size_limit=%d", JOURNAL_KEPT_BYTES);

  self->dir = g_strdup (dir);
  self->generation = generation;
  self->path = path_of_generation (dir, generation);
  self->db = cz_db_open (self->path, &write_options, error);
  if (self->db == NULL || !cz_content_schema_migrate (self->db, error) || !cz_db_exec (self->db, pragmas, error)
      || !header_is_sound (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

CzContent *
cz_content_open (const char *dir, GError **error)
{
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);
  if (!make_folder (dir, error))
    return NULL;
  guint generation = current_generation (dir);
  if (generation > 0)
    return open_generation (dir, generation, error);
  g_autoptr (CzContent) self = cz_content_new_generation (dir, error);
  if (self == NULL || !cz_content_make_current (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

CzContent *
cz_content_new_generation (const char *dir, GError **error)
{
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);
  if (!make_folder (dir, error))
    return NULL;
  return open_generation (dir, highest_generation (dir) + 1, error);
}

void
cz_content_free (CzContent *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < CZ_TABLES_MAX; i++)
    cz_row_store_free (self->rows[i]);
  cz_db_close (self->db);
  g_free (self->dir);
  g_free (self->path);
  g_free (self);
}

sqlite3 *
cz_content_db (CzContent *self)
{
  return self->db;
}

CzRowStore *
cz_content_rows (CzContent *self, const CzTable *table)
{
  g_return_val_if_fail (table->number < CZ_TABLES_MAX, NULL);
  if (self->rows[table->number] == NULL)
    self->rows[table->number] = cz_row_store_new (self->db, table, NULL);
  return self->rows[table->number];
}

void
cz_content_checkpoint (CzContent *self)
{
  int in_log = 0;
  int moved = 0;

  /* A reader in the middle of a page only delays this; what is committed is safe in the journal meanwhile. */
  if (sqlite3_wal_checkpoint_v2 (self->db, NULL, SQLITE_CHECKPOINT_PASSIVE, &in_log, &moved) != SQLITE_OK)
    return;
  if (in_log == moved && (gint64) in_log * 4096 > JOURNAL_KEPT_BYTES) {
    (void) sqlite3_busy_timeout (self->db, 0);
    (void) sqlite3_wal_checkpoint_v2 (self->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    (void) sqlite3_busy_timeout (self->db, 5000);
  }
}

/* --- generations --- */

gboolean
cz_content_make_current (CzContent *self, GError **error)
{
  g_autofree char *link = g_build_filename (self->dir, LINK_NAME, NULL);
  g_autofree char *temporary = g_strconcat (link, ".new", NULL);
  g_autofree char *name = g_path_get_basename (self->path);

  (void) unlink (temporary);
  if (symlink (name, temporary) != 0 || rename (temporary, link) != 0) {
    g_set_error (error, CZ_STORE_ERROR, errno == ENOSPC ? CZ_STORE_ERROR_FULL : CZ_STORE_ERROR_READ_ONLY,
                 "%s: making it current: %s", self->path, g_strerror (errno));
    return FALSE;
  }
  return cz_db_sync_folder (link, error);
}

gboolean
cz_content_copy (CzContent *self, const char *dir, GError **error)
{
  if (!make_folder (dir, error))
    return FALSE;
  guint generation = highest_generation (dir) + 1;
  g_autofree char *path = path_of_generation (dir, generation);
  if (!cz_db_copy (self->path, path, write_options.file_mode, error))
    return FALSE;
  g_autoptr (CzContent) copy = open_generation (dir, generation, error);
  return copy != NULL && cz_content_make_current (copy, error) && cz_content_sweep (dir, error);
}

/* TRUE when the lock that every open connection shares could be had alone. Asked through SQLite's own file object:
 * closing any other descriptor of the file would drop the locks of a connection in this process (POSIX). */
static gboolean
lock_alone (sqlite3 *db)
{
  sqlite3_file *file = NULL;

  if (sqlite3_file_control (db, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK || file == NULL
      || file->pMethods == NULL)
    return FALSE;
  return file->pMethods->xLock (file, SQLITE_LOCK_SHARED) == SQLITE_OK
         && file->pMethods->xLock (file, SQLITE_LOCK_EXCLUSIVE) == SQLITE_OK;
}

static gboolean
remove_file (const char *path, GError **error)
{
  if (unlink (path) == 0 || errno == ENOENT)
    return TRUE;
  g_set_error (error, CZ_STORE_ERROR, CZ_STORE_ERROR_READ_ONLY, "%s: removing: %s", path, g_strerror (errno));
  return FALSE;
}

/* A generation that somebody holds is passed over; the next sweep comes. */
static gboolean
sweep_one (const char *path, GError **error)
{
  g_autoptr (sqlite3) db = NULL;
  g_autofree char *journal = g_strconcat (path, "-wal", NULL);
  g_autofree char *shared = g_strconcat (path, "-shm", NULL);
  int persist = 1;

  if (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK || !lock_alone (db))
    return TRUE;
  (void) sqlite3_file_control (db, "main", SQLITE_FCNTL_PERSIST_WAL, &persist);
  /* The database goes first: a journal without it is nothing, it without its journal would be an older state. */
  return remove_file (path, error) && remove_file (journal, error) && remove_file (shared, error);
}

gboolean
cz_content_sweep (const char *dir, GError **error)
{
  g_autoptr (GDir) folder = g_dir_open (dir, 0, NULL);
  g_autoptr (GPtrArray) old = g_ptr_array_new_with_free_func (g_free);
  guint current = current_generation (dir);
  const char *name;

  if (current == 0)
    return TRUE;
  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
    guint generation = generation_of_name (name);
    if (generation > 0 && generation != current)
      g_ptr_array_add (old, g_build_filename (dir, name, NULL));
  }
  for (guint i = 0; i < old->len; i++)
    if (!sweep_one (old->pdata[i], error))
      return FALSE;
  return TRUE;
}

/* --- reading --- */

static sqlite3 *
open_to_read (const char *path, GError **error)
{
  const CzDbOptions options = { CZ_DB_READ, 0, FALSE, FALSE, CACHE_KIB };
  g_autoptr (sqlite3) db = cz_db_open (path, &options, error);
  int version = 0;

  if (db == NULL || !cz_db_check_version (db, CZ_CONTENT_APPLICATION_ID, CZ_CONTENT_VERSION, &version, error))
    return NULL;
  if (version >= CZ_CONTENT_VERSION)
    return g_steal_pointer (&db);
  g_set_error (error, CZ_STORE_ERROR, version == 0 ? CZ_STORE_ERROR_ABSENT : CZ_STORE_ERROR_BUSY,
               "%s: version %d: the sync program has not brought it to version %d yet", path, version, CZ_CONTENT_VERSION);
  return NULL;
}

sqlite3 *
cz_content_open_reader (const char *dir, char **resolved_path, GError **error)
{
  for (guint i = 0; i < READER_TRIES; i++) {
    guint generation = current_generation (dir);
    g_autofree char *path = path_of_generation (dir, generation);
    g_autoptr (GError) local = NULL;

    if (generation == 0)
      break;
    g_autoptr (sqlite3) db = open_to_read (path, &local);
    /* Another generation may have become current, and this one swept, between reading the link and opening. */
    if (current_generation (dir) != generation)
      continue;
    if (db == NULL) {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
    if (resolved_path != NULL)
      *resolved_path = g_steal_pointer (&path);
    return g_steal_pointer (&db);
  }
  g_set_error (error, CZ_STORE_ERROR, CZ_STORE_ERROR_ABSENT, "%s: no content yet", dir);
  return NULL;
}
