/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/outbox/cz-outbox-private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

G_DEFINE_QUARK (cz_outbox_error, cz_outbox_error)

#define FILE_MODE 0660
#define SETTING_MAX (64u * 1024u)

struct _CzOutbox {
  sqlite3 *db;
  char *path;
  char *second; /* the copy */
  struct stat opened; /* which file this handle has */
  gboolean was_restored;
  gint64 seen_version; /* PRAGMA data_version, −1 before the first question */
  gint64 saved_version; /* as of the last backup */
  int saved_changes;
};

/* --- opening --- */

static const CzDbOptions write_options = { CZ_DB_CREATE, FILE_MODE, TRUE, TRUE, 512 };

static gboolean
make_folder (const char *dir, GError **error)
{
  if (g_file_test (dir, G_FILE_TEST_IS_DIR))
    return TRUE;
  if (g_mkdir_with_parents (dir, 0770) == 0 && chmod (dir, 02770) == 0)
    return TRUE;
  g_set_error (error, CZ_STORE_ERROR, errno == ENOSPC ? CZ_STORE_ERROR_FULL : CZ_STORE_ERROR_READ_ONLY,
               "%s: making the folder: %s", dir, g_strerror (errno));
  return FALSE;
}

static sqlite3 *
open_file (const char *path, gboolean check, GError **error)
{
  g_autoptr (sqlite3) db = cz_db_open (path, &write_options, error);
  g_autofree char *kept = NULL;

  if (db == NULL)
    return NULL;
  kept = g_strdup_printf ("%s.v%d", path, (int) cz_db_int (db, "PRAGMA user_version", 0));
  if ((check && !cz_db_quick_check (db, error))
      || !cz_db_migrate (db, CZ_OUTBOX_APPLICATION_ID, cz_outbox_migrations, CZ_OUTBOX_VERSION, kept, error))
    return NULL;
  return g_steal_pointer (&db);
}

/* Is there a sound second copy? */
static gboolean
second_is_sound (const char *second)
{
  const CzDbOptions options = { CZ_DB_READ, 0, FALSE, FALSE, 512 };
  g_autoptr (sqlite3) db = cz_db_open (second, &options, NULL);
  int version = 0;

  return db != NULL && cz_db_quick_check (db, NULL)
         && cz_db_check_version (db, CZ_OUTBOX_APPLICATION_ID, CZ_OUTBOX_VERSION, &version, NULL) && version > 0;
}

static gboolean
put_aside (const char *path, GError **error)
{
  static const char *const ends[] = { "-shm", "-wal", "" };

  /* The journal goes with its file: SQLite would replay it into the copy that takes the place. */
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++) {
    g_autofree char *from = g_strconcat (path, ends[i], NULL);
    g_autofree char *to = g_strconcat (path, ".damaged", ends[i], NULL);
    if (rename (from, to) != 0 && errno != ENOENT) {
      g_set_error (error, CZ_STORE_ERROR, CZ_STORE_ERROR_READ_ONLY, "%s: putting it aside: %s", path, g_strerror (errno));
      return FALSE;
    }
  }
  return TRUE;
}

/* Called under the lock; first is what the first copy's opening failed with, NULL when it was not there. */
static sqlite3 *
restore (CzOutbox *self, GError *first, GError **error)
{
  if (!second_is_sound (self->second)) {
    if (first != NULL) {
      g_propagate_error (error, g_error_copy (first));
      return NULL;
    }
    /* A new station, or one that lost its file and has a copy that nobody should write over. */
    return put_aside (self->second, error) ? open_file (self->path, FALSE, error) : NULL;
  }
  if (!put_aside (self->path, error) || !cz_db_copy (self->second, self->path, FILE_MODE, error))
    return NULL;
  self->was_restored = TRUE;
  return open_file (self->path, FALSE, error);
}

static sqlite3 *
open_or_restore (CzOutbox *self, gboolean check, GError **error)
{
  g_autoptr (GError) first = NULL;
  sqlite3 *db = NULL;

  if (access (self->path, F_OK) == 0) {
    db = open_file (self->path, check, &first);
    if (db != NULL)
      return db;
    if (!g_error_matches (first, CZ_STORE_ERROR, CZ_STORE_ERROR_DAMAGED)) {
      g_propagate_error (error, g_steal_pointer (&first));
      return NULL;
    }
  }
  return restore (self, first, error);
}

/* Held while a file is made, migrated or replaced, so that two programs starting together do it once. The folder itself is
   locked: a lock file of its own would be closed to the other user from its making until its mode is set. */
static int
lock_folder (const char *dir, GError **error)
{
  int fd = open (dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd >= 0 && flock (fd, LOCK_EX) == 0)
    return fd;
  g_set_error (error, CZ_STORE_ERROR, CZ_STORE_ERROR_READ_ONLY, "%s: locking the folder: %s", dir, g_strerror (errno));
  if (fd >= 0)
    (void) close (fd);
  return -1;
}

CzOutbox *
cz_outbox_open (const char *dir, gboolean check, GError **error)
{
  g_autoptr (CzOutbox) self = g_new0 (CzOutbox, 1);

  g_return_val_if_fail (error == NULL || *error == NULL, NULL);
  self->path = g_build_filename (dir, "station.db", NULL);
  self->second = g_build_filename (dir, "station.db.2", NULL);
  self->seen_version = -1;
  self->saved_version = -1;
  int lock = make_folder (dir, error) ? lock_folder (dir, error) : -1;
  if (lock < 0)
    return NULL;
  self->db = open_or_restore (self, check, error);
  if (self->db != NULL && stat (self->path, &self->opened) != 0)
    self->opened.st_ino = 0;
  (void) close (lock);
  return self->db != NULL ? g_steal_pointer (&self) : NULL;
}

void
cz_outbox_free (CzOutbox *self)
{
  if (self == NULL)
    return;
  cz_db_close (self->db);
  g_free (self->path);
  g_free (self->second);
  g_free (self);
}

gboolean
cz_outbox_was_restored (CzOutbox *self)
{
  return self->was_restored;
}

gboolean
cz_outbox_is_current (CzOutbox *self)
{
  struct stat now;

  return stat (self->path, &now) == 0 && now.st_ino == self->opened.st_ino && now.st_dev == self->opened.st_dev;
}

gboolean
cz_outbox_has_changed (CzOutbox *self)
{
  gint64 before = self->seen_version;

  self->seen_version = cz_db_int (self->db, "PRAGMA data_version", before);
  return before >= 0 && before != self->seen_version;
}

sqlite3 *
cz_outbox_db (CzOutbox *self)
{
  return self->db;
}

gboolean
cz_outbox_backup (CzOutbox *self, GError **error)
{
  gint64 version = cz_db_int (self->db, "PRAGMA data_version", -1);
  int changes = sqlite3_total_changes (self->db);

  if (version >= 0 && version == self->saved_version && changes == self->saved_changes
      && g_file_test (self->second, G_FILE_TEST_EXISTS))
    return TRUE;
  if (!cz_db_quick_check (self->db, error) || !cz_db_copy (self->path, self->second, FILE_MODE, error))
    return FALSE;
  self->saved_version = version;
  self->saved_changes = changes;
  return TRUE;
}

void
cz_outbox_confirm_version (CzOutbox *self)
{
  for (int version = 1; version < CZ_OUTBOX_VERSION; version++) {
    g_autofree char *kept = g_strdup_printf ("%s.v%d", self->path, version);
    (void) unlink (kept);
  }
}

/* --- settings --- */

gboolean
cz_outbox_read (CzOutbox *self, const char *key, char **out, GError **error)
{
  GError *low = NULL;
  g_autoptr (sqlite3_stmt) stmt = cz_outbox_bind (self, &low, "SELECT value FROM setting WHERE key = ?", "t", key);

  *out = stmt != NULL && cz_outbox_step (self, stmt, &low) ? cz_outbox_column_text (stmt, 0) : NULL;
  if (low != NULL)
    g_propagate_error (error, low);
  return low == NULL;
}

char *
cz_outbox_get (CzOutbox *self, const char *key)
{
  char *value = NULL;

  return cz_outbox_read (self, key, &value, NULL) ? value : NULL;
}

gint64
cz_outbox_get_int (CzOutbox *self, const char *key, gint64 fallback)
{
  g_autofree char *text = cz_outbox_get (self, key);
  gint64 value = 0;

  return text != NULL && g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, &value, NULL) ? value : fallback;
}

gboolean
cz_outbox_set (CzOutbox *self, const char *key, const char *value, GError **error)
{
  if (value == NULL)
    return cz_outbox_run (self, cz_outbox_bind (self, error, "DELETE FROM setting WHERE key = ?", "t", key), NULL, error);
  if (strnlen (value, SETTING_MAX + 1) > SETTING_MAX) {
    g_set_error (error, CZ_OUTBOX_ERROR, CZ_OUTBOX_ERROR_LIMIT, "setting %s: longer than %u bytes", key, SETTING_MAX);
    return FALSE;
  }
  return cz_outbox_run (self, cz_outbox_bind (self, error, "INSERT OR REPLACE INTO setting VALUES (?, ?)", "tt", key, value),
                        NULL, error);
}

gboolean
cz_outbox_set_int (CzOutbox *self, const char *key, gint64 value, GError **error)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, value);

  return cz_outbox_set (self, key, text, error);
}

/* --- counters --- */

void
cz_counter_free (CzCounter *counter)
{
  g_free (counter->key);
  g_free (counter);
}

gboolean
cz_outbox_count (CzOutbox *self, CzDay day, const char *key, gint64 add, GError **error)
{
  return cz_outbox_run (self,
                        cz_outbox_bind (self, error,
                                        "INSERT INTO counter VALUES (?, ?, ?)"
                                        " ON CONFLICT (day, key) DO UPDATE SET count = count + excluded.count",
                                        "iti", (gint64) day, key, add),
                        NULL, error);
}

GPtrArray *
cz_outbox_counters (CzOutbox *self, CzDay from, CzDay to, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) cz_counter_free);
  g_autoptr (GError) local = NULL;
  g_autoptr (sqlite3_stmt) stmt
      = cz_outbox_bind (self, error, "SELECT day, key, count FROM counter WHERE day BETWEEN ? AND ? ORDER BY day, key", "ii",
                        (gint64) from, (gint64) to);

  if (stmt == NULL)
    return NULL;
  while (cz_outbox_step (self, stmt, &local)) {
    CzCounter *counter = g_new0 (CzCounter, 1);
    counter->day = sqlite3_column_int (stmt, 0);
    counter->key = cz_outbox_column_text (stmt, 1);
    counter->count = sqlite3_column_int64 (stmt, 2);
    g_ptr_array_add (list, counter);
  }
  if (local == NULL)
    return g_steal_pointer (&list);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

gboolean
cz_outbox_drop_counters (CzOutbox *self, CzDay before, GError **error)
{
  return cz_outbox_run (self, cz_outbox_bind (self, error, "DELETE FROM counter WHERE day < ?", "i", (gint64) before), NULL,
                        error);
}
