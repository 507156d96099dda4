/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/station/cz-road-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK (64u * 1024u)

/* A folder that somebody else filled, perhaps an attacker's stick: only the names asked for are opened, one component at
 * a time and never through a link; only plain files are read, and no more of them than asked. */
typedef struct {
  CzRoad parent;
  char *folder;
} CzRoadFolder;

static gboolean
set_errno_error (const char *path, int saved_errno, GError **error)
{
  CzRoadError code = CZ_ROAD_ERROR_UNREACHABLE;
  if (saved_errno == ENOENT)
    code = CZ_ROAD_ERROR_ABSENT;
  else if (saved_errno == ELOOP || saved_errno == ENOTDIR || saved_errno == EACCES || saved_errno == EPERM)
    code = CZ_ROAD_ERROR_DENIED;
  g_set_error (error, CZ_ROAD_ERROR, code, "%s: %s", path, g_strerror (saved_errno));
  return FALSE;
}

static int
open_below (CzRoadFolder *self, const char *path, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (path, "/", 16);
  int dir = open (self->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (dir < 0) {
    /* The folder itself missing is a road that is not there, not an object that is missing. */
    g_set_error (error, CZ_ROAD_ERROR, CZ_ROAD_ERROR_UNREACHABLE, "%s: %s", self->folder, g_strerror (errno));
    return -1;
  }
  for (guint i = 0; parts[i]; i++) {
    gboolean last = parts[i + 1] == NULL;
    int flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | (last ? O_NONBLOCK | O_NOCTTY : O_DIRECTORY);
    int next = openat (dir, parts[i], flags);
    int saved_errno = errno;
    close (dir);
    dir = next;
    if (dir < 0) {
      set_errno_error (path, saved_errno, error);
      return -1;
    }
  }
  return dir;
}

/* Opens a plain file and gives its size and a mark that changes with its content. */
static int
open_file (CzRoadFolder *self, const char *path, guint64 *size, char **mark, GError **error)
{
  struct stat st;
  int fd = open_below (self, path, error);
  if (fd < 0)
    return -1;
  self->parent.requests++;
  if (fstat (fd, &st) != 0 || !S_ISREG (st.st_mode)) {
    g_set_error (error, CZ_ROAD_ERROR, CZ_ROAD_ERROR_DENIED, "%s: not a plain file", path);
    close (fd);
    return -1;
  }
  *size = (guint64) st.st_size;
  if (mark)
    *mark = g_strdup_printf ("%llx-%llx-%llx", (unsigned long long) st.st_size, (unsigned long long) st.st_mtim.tv_sec,
                             (unsigned long long) st.st_mtim.tv_nsec);
  return fd;
}

/* Reads n bytes at the file's position, as many as there are. -1 with errno. */
static gssize
read_up_to (int fd, guint8 *out, gsize n)
{
  gsize done = 0;
  while (done < n) {
    ssize_t got = read (fd, out + done, n - done);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return -1;
    if (got == 0)
      break;
    done += (gsize) got;
  }
  return (gssize) done;
}

static GBytes *
folder_get (CzRoad *road, const char *path, gsize max_bytes, char **tag, GCancellable *cancellable, GError **error)
{
  g_autofree char *mark = NULL;
  guint64 size;
  int fd = open_file ((CzRoadFolder *) road, path, &size, &mark, error);
  if (fd < 0)
    return NULL;
  if (size > max_bytes) {
    close (fd);
    g_set_error (error, CZ_ROAD_ERROR, CZ_ROAD_ERROR_LIMIT, "%s: larger than it may be", path);
    return NULL;
  }
  if (tag && *tag && g_str_equal (*tag, mark)) {
    close (fd);
    return NULL;
  }
  g_autofree guint8 *data = g_malloc (size + 1);
  gssize got = read_up_to (fd, data, (gsize) size);
  int saved_errno = errno;
  close (fd);
  if (got < 0) {
    set_errno_error (path, saved_errno, error);
    return NULL;
  }
  if (tag) {
    g_free (*tag);
    *tag = g_steal_pointer (&mark);
  }
  return g_bytes_new_take (g_steal_pointer (&data), (gsize) got);
}

static gboolean
copy_range (int fd, const CzRange *range, CzRoadSink sink, gpointer user_data, GCancellable *cancellable, GError **error)
{
  g_autofree guint8 *chunk = g_malloc (CHUNK);
  guint64 left = range->length;
  if (lseek (fd, (off_t) range->offset, SEEK_SET) < 0)
    return set_errno_error (range->path, errno, error);
  while (left > 0) {
    if (cancellable && g_cancellable_is_cancelled (cancellable)) {
      g_set_error (error, CZ_ROAD_ERROR, CZ_ROAD_ERROR_CANCELLED, "stopped");
      return FALSE;
    }
    gssize got = read_up_to (fd, chunk, (gsize) MIN (left, CHUNK));
    if (got < 0)
      return set_errno_error (range->path, errno, error);
    if (got == 0) {
      g_set_error (error, CZ_ROAD_ERROR, CZ_ROAD_ERROR_CHANGED, "%s: ends before the range asked for", range->path);
      return FALSE;
    }
    if (!sink (chunk, (gsize) got, user_data, error))
      return FALSE;
    left -= (guint64) got;
  }
  return TRUE;
}

static gboolean
folder_get_range (CzRoad *road, const CzRange *range, CzRoadSink sink, gpointer user_data, char **tag_out,
                  GCancellable *cancellable, GError **error)
{
  guint64 size;
  int fd = open_file ((CzRoadFolder *) road, range->path, &size, tag_out, error);
  if (fd < 0)
    return FALSE;
  gboolean ok = FALSE;
  if (size <= range->offset)
    g_set_error (error, CZ_ROAD_ERROR, CZ_ROAD_ERROR_CHANGED, "%s: ends before the range asked for", range->path);
  else
    ok = copy_range (fd, range, sink, user_data, cancellable, error);
  close (fd);
  return ok;
}

static void
folder_free (CzRoad *road)
{
  CzRoadFolder *self = (CzRoadFolder *) road;
  g_free (self->folder);
  g_free (self);
}

static gboolean
folder_has (CzRoad *road, const char *path)
{
  g_autoptr (GError) error = NULL;
  int fd = open_below ((CzRoadFolder *) road, path, &error);
  if (fd >= 0)
    close (fd);
  return !g_error_matches (error, CZ_ROAD_ERROR, CZ_ROAD_ERROR_ABSENT);
}

static gboolean
folder_put (CzRoad *road, const char *path, GBytes *bytes, gboolean *was_there, GCancellable *cancellable, GError **error)
{
  road->requests++;
  return cz_road_folder_put (((CzRoadFolder *) road)->folder, path, bytes, was_there, error);
}

static const CzRoadKind folder_kind = { folder_get, folder_get_range, folder_put, folder_has, folder_free };

CzRoad *
cz_road_folder_new (const char *folder, GError **error)
{
  CzRoadFolder *self = g_new0 (CzRoadFolder, 1);
  self->parent.kind = &folder_kind;
  self->parent.address = g_strdup (folder);
  self->folder = g_canonicalize_filename (folder, NULL);
  return &self->parent;
}
