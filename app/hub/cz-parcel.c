/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/cz-parcel.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "sync/depot/cz-file.h"

struct _CzParcel {
  char *folder; /* NULL: a zip */
  char *path;
  char *temporary;
  struct archive *archive;
  int fd;
  gint64 modified_s;
};

static gboolean
fail (const char *path, int saved_errno, const char *why, GError **error)
{
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (saved_errno), "%s: %s", path, why != NULL ? why : g_strerror (saved_errno));
  return FALSE;
}

static gboolean
fail_archive (CzParcel *self, GError **error)
{
  int code = archive_errno (self->archive);
  return fail (self->path, code != 0 ? code : EIO, archive_error_string (self->archive), error);
}

CzParcel *
cz_parcel_new_folder (const char *folder, GError **error)
{
  if (!g_file_test (folder, G_FILE_TEST_IS_DIR)) {
    fail (folder, ENOENT, NULL, error);
    return NULL;
  }
  CzParcel *self = g_new0 (CzParcel, 1);
  self->fd = -1;
  self->folder = g_strdup (folder);
  return self;
}

CzParcel *
cz_parcel_new_zip (const char *path, gint64 modified_s, GError **error)
{
  g_autoptr (CzParcel) self = g_new0 (CzParcel, 1);
  self->path = g_strdup (path);
  self->temporary = g_strconcat (path, ".XXXXXX", NULL);
  self->modified_s = modified_s;
  self->fd = g_mkstemp_full (self->temporary, O_RDWR | O_CLOEXEC, 0600); /* it may hold a Wi-Fi password */
  if (self->fd < 0) {
    fail (path, errno, NULL, error);
    g_clear_pointer (&self->temporary, g_free);
    return NULL;
  }
  self->archive = archive_write_new ();
  if (archive_write_set_format_zip (self->archive) != ARCHIVE_OK || archive_write_set_options (self->archive, "zip:hdrcharset=UTF-8") < ARCHIVE_WARN
      || archive_write_open_fd (self->archive, self->fd) != ARCHIVE_OK) {
    fail_archive (self, error);
    return NULL;
  }
  return g_steal_pointer (&self);
}

static gboolean
add_to_zip (CzParcel *self, const char *name, GBytes *bytes, GError **error)
{
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  struct archive_entry *entry = archive_entry_new ();
  archive_entry_set_pathname_utf8 (entry, name);
  archive_entry_set_size (entry, (la_int64_t) size);
  archive_entry_set_filetype (entry, AE_IFREG);
  archive_entry_set_perm (entry, 0644);
  archive_entry_set_mtime (entry, self->modified_s, 0);
  gboolean ok = archive_write_header (self->archive, entry) == ARCHIVE_OK && archive_write_data (self->archive, data, size) == (la_ssize_t) size;
  archive_entry_free (entry);
  return ok || fail_archive (self, error);
}

gboolean
cz_parcel_add (CzParcel *self, const char *name, GBytes *bytes, GError **error)
{
  if (self->folder == NULL)
    return add_to_zip (self, name, bytes, error);
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  g_autofree char *above = g_path_get_dirname (path);
  return cz_file_make_folder (above, 0755, error) && cz_file_replace (path, bytes, 0644, error);
}

gboolean
cz_parcel_finish (CzParcel *self, GError **error)
{
  if (self->folder != NULL)
    return TRUE;
  if (archive_write_close (self->archive) != ARCHIVE_OK)
    return fail_archive (self, error);
  if (fsync (self->fd) != 0 || g_rename (self->temporary, self->path) != 0)
    return fail (self->path, errno, NULL, error);
  g_clear_pointer (&self->temporary, g_free);
  return TRUE;
}

void
cz_parcel_free (CzParcel *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->archive, archive_write_free);
  if (self->fd >= 0)
    close (self->fd);
  if (self->temporary != NULL)
    g_unlink (self->temporary);
  g_free (self->temporary);
  g_free (self->folder);
  g_free (self->path);
  g_free (self);
}
