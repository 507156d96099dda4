/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/station/cz-road-private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Putting into a folder: a depot on a shared disk, or a stick that somebody else filled. Folders are entered one by one, never
 * through a link; what is in the way is never written over. */

#define FOLDER_MODE 0755
#define PARTS_MAX 8

gboolean
cz_road_folder_failed (const char *path, int code, GError **error)
{
  CzRoadError what = CZ_ROAD_ERROR_UNREACHABLE;
  if (code == ENOSPC || code == EDQUOT || code == EFBIG)
    what = CZ_ROAD_ERROR_LIMIT;
  else if (code == EACCES || code == EPERM || code == EROFS || code == ELOOP || code == ENOTDIR || code == EISDIR)
    what = CZ_ROAD_ERROR_DENIED;
  g_set_error (error, CZ_ROAD_ERROR, what, "%s: %s", path, g_strerror (code));
  return FALSE;
}

/* The folder `name` below dir, made when absent; its entry is durable. -1 with errno. Closes dir. */
static int
enter (int dir, const char *name, gboolean make)
{
  int next = openat (dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (next < 0 && errno == ENOENT && make && (mkdirat (dir, name, FOLDER_MODE) == 0 || errno == EEXIST)) {
    next = openat (dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (next >= 0 && fsync (dir) != 0 && errno != EINVAL) { /* some stick file systems cannot, and need not */
      close (next);
      next = -1;
    }
  }
  int saved_errno = errno;
  close (dir);
  errno = saved_errno;
  return next;
}

int
cz_road_folder_parent (const char *folder, char **parts, guint n, gboolean make)
{
  int dir = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  for (guint i = 0; dir >= 0 && i + 1 < n; i++)
    dir = enter (dir, parts[i], make);
  return dir;
}

gboolean
cz_road_folder_write_all (int fd, const guint8 *data, gsize size)
{
  while (size > 0) {
    ssize_t done = write (fd, data, size);
    if (done < 0 && errno == EINTR)
      continue;
    if (done <= 0)
      return FALSE;
    data += done;
    size -= (gsize) done;
  }
  return TRUE;
}

/* What an attempt that was cut off left behind is written anew. FALSE with errno. */
static gboolean
write_file (int dir, const char *name, GBytes *bytes)
{
  g_autofree char *temporary = g_strconcat (name, ".part", NULL);
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  (void) unlinkat (dir, temporary, 0);
  int fd = openat (dir, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, CZ_ROAD_FILE_MODE);
  if (fd < 0)
    return FALSE;
  gboolean ok = cz_road_folder_write_all (fd, data, size) && fsync (fd) == 0;
  int saved_errno = errno;
  ok = close (fd) == 0 && ok;
  if (ok && renameat (dir, temporary, dir, name) == 0 && (fsync (dir) == 0 || errno == EINVAL))
    return TRUE;
  saved_errno = ok ? errno : saved_errno;
  (void) unlinkat (dir, temporary, 0);
  errno = saved_errno;
  return FALSE;
}

/* FALSE with errno; *was_there when a file of this name and size lies there. One of another size is what a power cut left on a
 * file system without order: written anew. */
static gboolean
look (int dir, const char *name, gsize size, gboolean *was_there)
{
  struct stat st;
  *was_there = FALSE;
  if (fstatat (dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
    return errno == ENOENT;
  if (!S_ISREG (st.st_mode)) {
    errno = EISDIR;
    return FALSE;
  }
  *was_there = (guint64) st.st_size == size;
  return TRUE;
}

gboolean
cz_road_folder_put (const char *folder, const char *path, GBytes *bytes, gboolean *was_there, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (path, "/", PARTS_MAX);
  guint n = g_strv_length (parts);
  int dir = cz_road_folder_parent (folder, parts, n, TRUE);
  if (dir < 0)
    return cz_road_folder_failed (path, errno, error);
  gboolean ok = look (dir, parts[n - 1], g_bytes_get_size (bytes), was_there)
                && (*was_there || write_file (dir, parts[n - 1], bytes));
  int saved_errno = errno;
  close (dir);
  return ok || cz_road_folder_failed (path, saved_errno, error);
}
