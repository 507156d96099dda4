/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/provision/cz-paper.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static char *
fail (const char *path, int saved_errno, GError **error)
{
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (saved_errno), "%s: %s", path, g_strerror (saved_errno));
  return NULL;
}

static gboolean
fill (int fd, char *text, gsize room, gsize *size)
{
  while (*size < room) {
    gssize n = read (fd, text + *size, room - *size);
    if (n < 0)
      return FALSE;
    if (n == 0)
      return TRUE;
    *size += (gsize) n;
  }
  return TRUE;
}

char *
cz_paper_read (const char *path, gsize max, gsize *size, GError **error)
{
  struct stat info;
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  *size = 0;
  if (fd < 0)
    return fail (path, errno, error);
  g_autofree char *text = g_malloc (max + 1);
  gboolean is_plain = fstat (fd, &info) == 0 && S_ISREG (info.st_mode);
  gboolean ok = is_plain && fill (fd, text, max + 1, size);
  int saved_errno = is_plain ? errno : EINVAL;
  close (fd);
  return ok ? g_steal_pointer (&text) : fail (path, saved_errno, error);
}
