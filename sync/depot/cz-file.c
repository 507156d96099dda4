/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/depot/cz-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static gboolean
fail (const char *doing, const char *path, int err, GError **error)
{
  g_set_error (error, G_FILE_ERROR, (gint) g_file_error_from_errno (err), "%s %s: %s", doing, path,
               g_strerror (err));
  return FALSE;
}

/* close () after a failure must not hide its errno. */
static gboolean
fail_and_close (int fd, const char *doing, const char *path, int err, GError **error)
{
  (void) close (fd);
  return fail (doing, path, err, error);
}

static gboolean
write_all (int fd, const char *data, gsize size)
{
  while (size > 0) {
    ssize_t n = write (fd, data, size);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return FALSE;
    data += n;
    size -= (gsize) n;
  }
  return TRUE;
}

gboolean
cz_file_sync_folder (const char *folder, GError **error)
{
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return fail ("opening", folder, errno, error);
  /* EINVAL: this kind of file system keeps no folders to sync (some FUSE and network ones). */
  if (fsync (fd) != 0 && errno != EINVAL)
    return fail_and_close (fd, "saving", folder, errno, error);
  (void) close (fd);
  return TRUE;
}

static gboolean
sync_folder_of (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  return cz_file_sync_folder (folder, error);
}

gboolean
cz_file_replace (const char *path, GBytes *bytes, guint mode, GError **error)
{
  gsize size = 0;
  const char *data = g_bytes_get_data (bytes, &size);
  /* A fixed temporary name: what a power cut leaves behind is overwritten by the next try instead of piling up. */
  g_autofree char *temporary = g_strconcat (path, ".tmp", NULL);
  int fd = open (temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0)
    return fail ("making", temporary, errno, error);
  if (fchmod (fd, (mode_t) mode) != 0 || !write_all (fd, data, size) || fsync (fd) != 0) {
    int err = errno;
    (void) unlink (temporary);
    return fail_and_close (fd, "writing", temporary, err, error);
  }
  if (close (fd) != 0 || rename (temporary, path) != 0) {
    int err = errno;
    (void) unlink (temporary);
    return fail ("saving", path, err, error);
  }
  return sync_folder_of (path, error);
}

gboolean
cz_file_append_at (const char *path, guint64 offset, GBytes *bytes, guint mode, GError **error)
{
  gsize size = 0;
  const char *data = g_bytes_get_data (bytes, &size);
  gboolean is_new = access (path, F_OK) != 0;
  int fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0)
    return fail ("opening", path, errno, error);
  struct stat st;
  if (fstat (fd, &st) != 0 || (is_new && fchmod (fd, (mode_t) mode) != 0))
    return fail_and_close (fd, "opening", path, errno, error);
  if ((guint64) st.st_size < offset)
    return fail_and_close (fd, "appending to a file that is too short,", path, EINVAL, error);
  if (ftruncate (fd, (off_t) offset) != 0 || lseek (fd, (off_t) offset, SEEK_SET) < 0
      || !write_all (fd, data, size) || fsync (fd) != 0)
    return fail_and_close (fd, "writing", path, errno, error);
  if (close (fd) != 0)
    return fail ("saving", path, errno, error);
  /* Also when a stop came between the file and its name in an earlier try of the same first bytes. */
  return is_new || offset == 0 ? sync_folder_of (path, error) : TRUE;
}

static GBytes *
read_from (int fd, const char *path, gsize size, GError **error)
{
  g_autofree guint8 *data = g_try_malloc (MAX (size, 1));
  if (data == NULL) {
    fail ("reading", path, ENOMEM, error);
    return NULL;
  }
  gsize got = 0;
  while (got < size) {
    ssize_t n = read (fd, data + got, size - got);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0) {
      fail ("reading", path, n < 0 ? errno : EIO, error);
      return NULL;
    }
    got += (gsize) n;
  }
  return g_bytes_new_take (g_steal_pointer (&data), size);
}

GBytes *
cz_file_read (const char *path, guint64 offset, gsize max_bytes, GError **error)
{
  /* O_NONBLOCK: a pipe put in the place of a file must not hang us. */
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) {
    fail ("opening", path, errno, error);
    return NULL;
  }
  struct stat st;
  int err = 0;
  if (fstat (fd, &st) != 0)
    err = errno;
  else if (!S_ISREG (st.st_mode) || (guint64) st.st_size < offset)
    err = EINVAL;
  else if ((guint64) st.st_size - offset > max_bytes)
    err = ENOSPC;
  else if (lseek (fd, (off_t) offset, SEEK_SET) < 0)
    err = errno;
  if (err != 0) {
    fail_and_close (fd, "reading", path, err, error);
    return NULL;
  }
  GBytes *bytes = read_from (fd, path, (gsize) ((guint64) st.st_size - offset), error);
  (void) close (fd);
  return bytes;
}

gboolean
cz_file_make_folder (const char *path, guint mode, GError **error)
{
  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return TRUE;
  g_autofree char *above = g_path_get_dirname (path);
  if (!g_str_equal (above, path) && !cz_file_make_folder (above, mode, error))
    return FALSE;
  if (mkdir (path, 0700) != 0 && errno != EEXIST)
    return fail ("making folder", path, errno, error);
  if (chmod (path, (mode_t) mode) != 0)
    return fail ("making folder", path, errno, error);
  return sync_folder_of (path, error);
}

gboolean
cz_file_remove (const char *path, GError **error)
{
  if (unlink (path) != 0)
    return errno == ENOENT ? TRUE : fail ("removing", path, errno, error);
  return sync_folder_of (path, error);
}
