/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/cz-hub-backup.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/hub/cz-hub-private.h"
#include "sync/depot/cz-file.h"
#include "sync/depot/cz-vault.h"

#define BLOCK_BYTES 65536
#define RESTORED "restored"
#define REPLICA "replica/content-1.db"

static const char *const folders[] = { "keys", "public", "media", "publish" };

static gboolean
storage_error (const char *path, const char *why, GError **error)
{
  g_set_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_STORAGE, "%s: %s", path, why);
  return FALSE;
}

/* --- out --- */

typedef struct {
  struct archive *archive;
  CzVaultWriter *vault;
  GError *failure; /* of the vault, which libarchive cannot hand through */
  guint n_files;
  guint64 bytes;
} Pack;

static la_ssize_t
on_packed (struct archive *archive, void *data, const void *buffer, size_t size)
{
  Pack *self = data;
  if (self->failure == NULL && cz_vault_write (self->vault, buffer, size, &self->failure))
    return (la_ssize_t) size;
  archive_set_error (archive, EIO, "the file cannot be written");
  return -1;
}

static gboolean
pack_error (Pack *self, GError **error)
{
  if (self->failure != NULL) {
    g_propagate_error (error, g_steal_pointer (&self->failure));
    return FALSE;
  }
  return storage_error ("backup", archive_error_string (self->archive), error);
}

static gboolean
pack_bytes (Pack *self, int fd, const char *path, GError **error)
{
  guint8 block[BLOCK_BYTES];
  ssize_t n;
  while ((n = read (fd, block, sizeof block)) > 0) {
    if (archive_write_data (self->archive, block, (size_t) n) != n)
      return pack_error (self, error);
    self->bytes += (guint64) n;
  }
  return n == 0 || storage_error (path, g_strerror (errno), error);
}

static gboolean
pack_file (Pack *self, const char *path, const char *name, GError **error)
{
  struct stat st;
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0 || fstat (fd, &st) != 0 || !S_ISREG (st.st_mode)) {
    if (fd >= 0)
      close (fd);
    return storage_error (path, _ ("cannot be read"), error);
  }
  struct archive_entry *entry = archive_entry_new ();
  archive_entry_set_pathname (entry, name);
  archive_entry_set_size (entry, st.st_size);
  archive_entry_set_filetype (entry, AE_IFREG);
  archive_entry_set_perm (entry, st.st_mode & 0777);
  gboolean ok = archive_write_header (self->archive, entry) == ARCHIVE_OK || pack_error (self, error);
  archive_entry_free (entry);
  ok = ok && pack_bytes (self, fd, path, error);
  close (fd);
  self->n_files++;
  return ok;
}

/* Folders within them can be made again: they are where the next short cut begins. */
static gboolean
pack_folder (Pack *self, CzHub *hub, const char *folder, GError **error)
{
  g_autofree char *dir = g_build_filename (hub->home, folder, NULL);
  g_autoptr (GDir) list = g_dir_open (dir, 0, NULL);
  const char *name;
  while (list != NULL && (name = g_dir_read_name (list)) != NULL) {
    g_autofree char *path = g_build_filename (dir, name, NULL);
    g_autofree char *inside = g_build_filename (folder, name, NULL);
    if (g_file_test (path, G_FILE_TEST_IS_REGULAR) && !pack_file (self, path, inside, error))
      return FALSE;
  }
  return TRUE;
}

/* A database with its journal, as one file beside it for a moment. */
static gboolean
pack_database (Pack *self, CzHub *hub, const char *source, const char *name, GError **error)
{
  g_autofree char *from = g_build_filename (hub->home, source, NULL);
  g_autofree char *copy = g_build_filename (hub->home, "backup-copy", NULL);
  if (!g_file_test (from, G_FILE_TEST_EXISTS))
    return TRUE;
  g_autofree char *real = g_file_test (from, G_FILE_TEST_IS_SYMLINK) ? g_file_read_link (from, NULL) : NULL;
  g_autofree char *dir = g_path_get_dirname (from);
  g_autofree char *path = real != NULL ? g_build_filename (dir, real, NULL) : g_strdup (from);
  (void) g_unlink (copy);
  gboolean ok = cz_db_copy (path, copy, CZ_HUB_FILE_MODE, error) && pack_file (self, copy, name, error);
  (void) g_unlink (copy);
  return ok;
}

static gboolean
pack_all (Pack *self, CzHub *hub, GError **error)
{
  self->archive = archive_write_new ();
  if (archive_write_set_format_pax_restricted (self->archive) != ARCHIVE_OK || archive_write_add_filter_zstd (self->archive) != ARCHIVE_OK
      || archive_write_set_bytes_in_last_block (self->archive, 1) != ARCHIVE_OK /* no zeros behind the compressed end */
      || archive_write_open (self->archive, self, NULL, on_packed, NULL) != ARCHIVE_OK)
    return pack_error (self, error);
  if (!pack_database (self, hub, "hub.db", "hub.db", error) || !pack_database (self, hub, "replica/current", REPLICA, error))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
    if (!pack_folder (self, hub, folders[i], error))
      return FALSE;
  return archive_write_close (self->archive) == ARCHIVE_OK || pack_error (self, error);
}

gboolean
cz_hub_backup (CzHub *hub, const char *path, const char *passphrase, guint *n_files, guint64 *bytes, GError **error)
{
  g_autoptr (CzVaultWriter) vault = cz_vault_writer_new (path, passphrase, error);
  Pack pack = { .vault = vault };
  if (vault == NULL)
    return FALSE;
  gboolean ok = pack_all (&pack, hub, error);
  g_clear_pointer (&pack.archive, archive_write_free);
  g_clear_error (&pack.failure);
  *n_files = pack.n_files;
  *bytes = pack.bytes;
  return ok && cz_vault_finish (vault, error) && cz_hub_audit (hub, "backup", "", path, NULL, error);
}

/* --- back --- */

typedef struct {
  struct archive *archive;
  CzVaultReader *vault;
  GError *failure;
  const char *dir;
} Unpack;

static la_ssize_t
on_wanted (struct archive *archive, void *data, const void **buffer)
{
  Unpack *self = data;
  const guint8 *piece = NULL;
  gsize size = 0;
  if (self->failure == NULL && cz_vault_read (self->vault, &piece, &size, &self->failure)) {
    *buffer = piece;
    return (la_ssize_t) size;
  }
  archive_set_error (archive, EIO, "the file cannot be read");
  return -1;
}

static gboolean
unpack_error (Unpack *self, GError **error)
{
  if (self->failure != NULL)
    g_propagate_error (error, g_steal_pointer (&self->failure));
  else
    g_set_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED, _ ("This file is no backup of a hub: %s"), archive_error_string (self->archive));
  return FALSE;
}

/* Only names that backup writes. */
static gboolean
is_ours (const char *name)
{
  if (g_str_equal (name, "hub.db") || g_str_equal (name, REPLICA))
    return TRUE;
  const char *slash = strchr (name, '/');
  for (gsize i = 0; slash != NULL && i < G_N_ELEMENTS (folders); i++)
    if (strlen (folders[i]) == (gsize) (slash - name) && strncmp (name, folders[i], (gsize) (slash - name)) == 0)
      return slash[1] != '\0' && slash[1] != '.' && strchr (slash + 1, '/') == NULL;
  return FALSE;
}

static gboolean
unpack_file (Unpack *self, const char *name, guint mode, GError **error)
{
  g_autofree char *path = g_build_filename (self->dir, name, NULL);
  g_autofree char *above = g_path_get_dirname (path);
  if (g_mkdir_with_parents (above, CZ_HUB_FOLDER_MODE) != 0)
    return storage_error (above, g_strerror (errno), error);
  int fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
  if (fd < 0)
    return storage_error (path, g_strerror (errno), error);
  gboolean ok = archive_read_data_into_fd (self->archive, fd) == ARCHIVE_OK;
  gboolean synced = fsync (fd) == 0;
  close (fd);
  return ok ? synced || storage_error (path, g_strerror (errno), error) : unpack_error (self, error);
}

static gboolean
unpack_all (Unpack *self, GError **error)
{
  struct archive_entry *entry;
  int code;
  self->archive = archive_read_new ();
  if (archive_read_support_filter_zstd (self->archive) != ARCHIVE_OK || archive_read_support_format_tar (self->archive) != ARCHIVE_OK
      || archive_read_open (self->archive, self, NULL, on_wanted, NULL) != ARCHIVE_OK)
    return unpack_error (self, error);
  while ((code = archive_read_next_header (self->archive, &entry)) == ARCHIVE_OK) {
    const char *name = archive_entry_pathname (entry);
    if (name == NULL || !is_ours (name) || archive_entry_filetype (entry) != AE_IFREG) {
      g_set_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED, _ ("This file is no backup of a hub: %s"), name != NULL ? name : "?");
      return FALSE;
    }
    if (!unpack_file (self, name, archive_entry_perm (entry) & 0777, error))
      return FALSE;
  }
  return code == ARCHIVE_EOF || unpack_error (self, error);
}

static gboolean
link_replica (const char *dir, GError **error)
{
  g_autofree char *file = g_build_filename (dir, REPLICA, NULL);
  g_autofree char *link = g_build_filename (dir, "replica", "current", NULL);
  if (!g_file_test (file, G_FILE_TEST_EXISTS) || symlink (strrchr (REPLICA, '/') + 1, link) == 0)
    return TRUE;
  return storage_error (link, g_strerror (errno), error);
}

static gboolean
note_restored (const char *dir, const char *depot, GError **error)
{
  g_autofree char *path = g_build_filename (dir, "hub.db", NULL);
  g_autofree char *absolute = depot == NULL ? NULL : g_canonicalize_filename (depot, NULL);
  const CzDbOptions options = { .mode = CZ_DB_WRITE, .file_mode = CZ_HUB_FILE_MODE };
  GError *low = NULL;
  sqlite3 *db = cz_db_open (path, &options, &low);
  gboolean ok = db != NULL && cz_hub_set_value (db, RESTORED, "1", &low) && (absolute == NULL || cz_hub_set_value (db, "depot", absolute, &low));
  cz_db_close (db);
  return ok || cz_hub_take_storage_error (low, error);
}

static gboolean
sync_folder (const char *path, GError **error)
{
  GError *low = NULL;
  return cz_file_sync_folder (path, &low) || cz_hub_take_storage_error (low, error);
}

/* The names, too: an office without one of its keys is none. */
static gboolean
sync_names (const char *dir, GError **error)
{
  g_autofree char *replica = g_build_filename (dir, "replica", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++) {
    g_autofree char *path = g_build_filename (dir, folders[i], NULL);
    if (g_file_test (path, G_FILE_TEST_IS_DIR) && !sync_folder (path, error))
      return FALSE;
  }
  return (!g_file_test (replica, G_FILE_TEST_IS_DIR) || sync_folder (replica, error)) && sync_folder (dir, error);
}

static void
remove_tree (const char *path)
{
  GDir *dir = g_dir_open (path, 0, NULL);
  const char *name;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *inner = g_build_filename (path, name, NULL);
    if (g_file_test (inner, G_FILE_TEST_IS_DIR) && !g_file_test (inner, G_FILE_TEST_IS_SYMLINK))
      remove_tree (inner);
    else
      (void) g_unlink (inner);
  }
  g_clear_pointer (&dir, g_dir_close);
  (void) g_rmdir (path);
}

static gboolean
unpack_into (const char *path, const char *passphrase, const char *dir, const char *depot, GError **error)
{
  g_autoptr (CzVaultReader) vault = cz_vault_reader_new (path, passphrase, error);
  Unpack unpack = { .vault = vault, .dir = dir };
  if (vault == NULL)
    return FALSE;
  GError *low = NULL;
  if (!cz_file_make_folder (dir, CZ_HUB_FOLDER_MODE, &low))
    return cz_hub_take_storage_error (low, error);
  gboolean ok = unpack_all (&unpack, error);
  g_clear_pointer (&unpack.archive, archive_read_free);
  g_clear_error (&unpack.failure);
  return ok && link_replica (dir, error) && note_restored (dir, depot, error) && sync_names (dir, error);
}

gboolean
cz_hub_restore (const char *path, const char *passphrase, const char *home, const char *depot, GError **error)
{
  g_autofree char *whole = g_canonicalize_filename (home, NULL);
  g_autofree char *beside = g_strconcat (whole, ".restoring", NULL);
  /* An empty folder gives way; one with anything in it does not. */
  if (g_file_test (whole, G_FILE_TEST_EXISTS) && g_rmdir (whole) != 0) {
    g_set_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_EXISTS, _ ("%s is not empty: a backup is restored into a new folder."), home);
    return FALSE;
  }
  remove_tree (beside);
  if (unpack_into (path, passphrase, beside, depot, error)) {
    g_autofree char *above = g_path_get_dirname (whole);
    if (g_rename (beside, whole) == 0)
      return sync_folder (above, error);
    storage_error (whole, g_strerror (errno), error);
  }
  remove_tree (beside);
  return FALSE;
}

gboolean
cz_hub_is_restored (CzHub *hub)
{
  g_autofree char *value = cz_hub_get_value (hub->db, RESTORED);
  return value != NULL && value[0] != '\0';
}

gboolean
cz_hub_restored_forget (CzHub *hub, GError **error)
{
  GError *low = NULL;
  return !cz_hub_is_restored (hub) || cz_hub_set_value (hub->db, RESTORED, "", &low) || cz_hub_take_storage_error (low, error);
}

const char *
cz_hub_restored_sentence (void)
{
  return _ ("This hub came back from a backup and has not yet learned from its depot what it has published since. Run: cunzhan-hub recover");
}
