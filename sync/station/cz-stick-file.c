/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/station/cz-stick-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "sync/station/cz-home.h"
#include "sync/station/cz-mail.h"
#include "sync/station/cz-road-private.h"

#define CHUNK (64u * 1024u)
#define PARTS_MAX 8
#define SHARE_FOR_MAIL 8 /* of a small stick */

gboolean
cz_stick_files_begin (CzStickFiles *self, GError **error)
{
  struct statvfs fs;
  if (statvfs (self->folder, &fs) != 0) {
    g_set_error (error, CZ_ROAD_ERROR, CZ_ROAD_ERROR_UNREACHABLE, "%s: %s", self->folder, g_strerror (errno));
    return FALSE;
  }
  self->cluster = MAX ((guint64) fs.f_frsize, 1);
  guint64 all = (guint64) fs.f_blocks * self->cluster, left = (guint64) fs.f_bavail * self->cluster;
  guint64 for_mail = MIN (CZ_MAIL_MAX_BYTES, all / SHARE_FOR_MAIL);
  self->room = left - MIN (left, for_mail);
  return TRUE;
}

/* ---- comparing ---- */

/* Both sides while one file is given. */
typedef struct {
  CzStickFiles *files;
  const char *path;
  const char *name; /* its last part */
  int from;
  int dir; /* -1: the folder is not there yet */
  int to; /* -1: no plain file there */
  guint64 size; /* ours */
  guint64 size_there;
} Pair;

static gssize
read_at (int fd, guint8 *out, gsize n, guint64 offset)
{
  gsize done = 0;
  while (done < n) {
    ssize_t got = pread (fd, out + done, n - done, (off_t) (offset + done));
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      return got < 0 ? -1 : (gssize) done;
    done += (gsize) got;
  }
  return (gssize) done;
}

static gboolean
ours_fails (const Pair *pair, GError **error)
{
  g_set_error (error, CZ_HOME_ERROR, CZ_HOME_ERROR_STORAGE, "what is kept here of %s cannot be read", pair->path);
  return FALSE;
}

static gboolean
is_stopped (const CzStickFiles *files, GError **error)
{
  if (!files->cancellable || !g_cancellable_is_cancelled (files->cancellable))
    return FALSE;
  g_set_error (error, CZ_ROAD_ERROR, CZ_ROAD_ERROR_CANCELLED, "stopped");
  return TRUE;
}

static gsize
first_difference (const guint8 *a, const guint8 *b, gsize n)
{
  gsize i = 0;
  while (i < n && a[i] == b[i])
    i++;
  return i;
}

/* How many bytes of ours stand there already. Where the stick cannot be read it is written anew. */
static gboolean
same_until (const Pair *pair, guint64 *out, GError **error)
{
  g_autofree guint8 *ours = g_malloc (CHUNK), *theirs = g_malloc (CHUNK);
  guint64 end = pair->to < 0 ? 0 : MIN (pair->size, pair->size_there);
  for (*out = 0; *out < end;) {
    gsize n = (gsize) MIN (end - *out, CHUNK);
    if (is_stopped (pair->files, error))
      return FALSE;
    if (read_at (pair->from, ours, n, *out) != (gssize) n)
      return ours_fails (pair, error);
    gssize got = read_at (pair->to, theirs, n, *out);
    gsize same = got <= 0 ? 0 : first_difference (ours, theirs, (gsize) got);
    *out += same;
    if (same < n)
      break;
  }
  return TRUE;
}

/* ---- writing ---- */

static gboolean
copy_from (const Pair *pair, int to, guint64 offset, GError **error)
{
  g_autofree guint8 *chunk = g_malloc (CHUNK);
  if (lseek (to, (off_t) offset, SEEK_SET) < 0)
    return cz_road_folder_failed (pair->path, errno, error);
  while (offset < pair->size) {
    gsize n = (gsize) MIN (pair->size - offset, CHUNK);
    if (is_stopped (pair->files, error))
      return FALSE;
    if (read_at (pair->from, chunk, n, offset) != (gssize) n)
      return ours_fails (pair, error);
    if (!cz_road_folder_write_all (to, chunk, n))
      return cz_road_folder_failed (pair->path, errno, error);
    offset += n;
  }
  return fsync (to) == 0 || cz_road_folder_failed (pair->path, errno, error);
}

static gboolean
save_folder (const Pair *pair, GError **error)
{
  /* EINVAL: some stick file systems cannot, and need not. */
  return fsync (pair->dir) == 0 || errno == EINVAL || cz_road_folder_failed (pair->path, errno, error);
}

static gboolean
grow (const Pair *pair, guint64 from, GError **error)
{
  int to = openat (pair->dir, pair->name, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, CZ_ROAD_FILE_MODE);
  if (to < 0)
    return cz_road_folder_failed (pair->path, errno, error);
  gboolean ok = copy_from (pair, to, from, error);
  if (close (to) != 0 && ok)
    ok = cz_road_folder_failed (pair->path, errno, error);
  return ok && (pair->to >= 0 || save_folder (pair, error));
}

static gboolean
replace (const Pair *pair, GError **error)
{
  g_autofree char *temporary = g_strconcat (pair->name, ".part", NULL);
  (void) unlinkat (pair->dir, temporary, 0);
  int to = openat (pair->dir, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, CZ_ROAD_FILE_MODE);
  if (to < 0)
    return cz_road_folder_failed (pair->path, errno, error);
  gboolean ok = copy_from (pair, to, 0, error);
  if (close (to) != 0 && ok)
    ok = cz_road_folder_failed (pair->path, errno, error);
  if (ok && renameat (pair->dir, temporary, pair->dir, pair->name) != 0)
    ok = cz_road_folder_failed (pair->path, errno, error);
  if (!ok)
    (void) unlinkat (pair->dir, temporary, 0);
  return ok && save_folder (pair, error);
}

/* ---- one file ---- */

static guint64
clusters (const CzStickFiles *files, guint64 bytes)
{
  return (bytes + files->cluster - 1) / files->cluster * files->cluster;
}

static gboolean
give (Pair *pair, CzStickManner manner, GError **error)
{
  CzStickFiles *files = pair->files;
  guint64 same = 0;
  gboolean is_whole = pair->to >= 0 && pair->size == pair->size_there;
  if (manner == CZ_STICK_NAMED && is_whole)
    return TRUE;
  if (manner != CZ_STICK_NAMED && !same_until (pair, &same, error))
    return FALSE;
  if (same == pair->size && (is_whole || (manner == CZ_STICK_GROWS && pair->to >= 0)))
    return TRUE;
  gboolean grows = manner == CZ_STICK_GROWS;
  guint64 more = clusters (files, pair->size) - (grows ? MIN (clusters (files, pair->size_there), clusters (files, pair->size)) : 0);
  if (more > files->room) {
    g_set_error (error, CZ_ROAD_ERROR, CZ_ROAD_ERROR_LIMIT, "%s: no room left", pair->path);
    return FALSE;
  }
  files->room -= more;
  files->files++;
  files->bytes += grows ? pair->size - same : pair->size;
  return files->only_look || (grows ? grow (pair, same, error) : replace (pair, error));
}

/* FALSE when something is in the way that is neither a plain file nor nothing; a link to be replaced counts as nothing. */
static gboolean
look_there (Pair *pair, CzStickManner manner, GError **error)
{
  struct stat st;
  if (pair->dir < 0)
    return TRUE;
  if (fstatat (pair->dir, pair->name, &st, AT_SYMLINK_NOFOLLOW) != 0)
    return errno == ENOENT || cz_road_folder_failed (pair->path, errno, error);
  if (!S_ISREG (st.st_mode))
    return (S_ISLNK (st.st_mode) && manner != CZ_STICK_GROWS) || cz_road_folder_failed (pair->path, EISDIR, error);
  pair->to = openat (pair->dir, pair->name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
  pair->size_there = (guint64) st.st_size;
  return pair->to >= 0 || cz_road_folder_failed (pair->path, errno, error);
}

static void
shut (int fd)
{
  if (fd >= 0)
    close (fd);
}

gboolean
cz_stick_give (CzStickFiles *self, const char *from, const char *path, CzStickManner manner, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (path, "/", PARTS_MAX);
  guint n = g_strv_length (parts);
  struct stat st;
  Pair pair = { .files = self, .path = path, .name = parts[n - 1], .dir = -1, .to = -1 };
  if (is_stopped (self, error))
    return FALSE;
  pair.from = open (from, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  gboolean ok = pair.from >= 0 && fstat (pair.from, &st) == 0 && S_ISREG (st.st_mode);
  if (!ok) {
    shut (pair.from);
    return ours_fails (&pair, error);
  }
  pair.size = (guint64) st.st_size;
  pair.dir = cz_road_folder_parent (self->folder, parts, n, !self->only_look);
  if (pair.dir < 0 && (!self->only_look || errno != ENOENT))
    ok = cz_road_folder_failed (path, errno, error);
  ok = ok && look_there (&pair, manner, error) && give (&pair, manner, error);
  shut (pair.from);
  shut (pair.dir);
  shut (pair.to);
  return ok;
}
