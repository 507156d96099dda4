/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/cz-hub-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define LINE_MAX_BYTES 512

/* "who\tpid\thost\tsince": read only to tell another clerk; the lock itself is the kernel's and ends with the process. */
void
cz_hub_lock_sign (int fd, const char *who, CzClock *clock)
{
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_local (cz_clock_wall_s (clock));
  g_autofree char *since = now == NULL ? g_strdup ("?") : g_date_time_format (now, "%Y-%m-%d %H:%M");
  g_autofree char *line = g_strdup_printf ("%s\t%d\t%s\t%s\n", who, (int) getpid (), g_get_host_name (), since);
  /* A line that cannot be written costs the other clerk a name, nothing else. */
  if (ftruncate (fd, 0) != 0 || pwrite (fd, line, strlen (line), 0) < 0)
    g_debug ("lock: %s", g_strerror (errno));
}

static void
say_owner (int fd, const char *home, GError **error)
{
  char line[LINE_MAX_BYTES + 1] = { 0 };
  ssize_t n = pread (fd, line, LINE_MAX_BYTES, 0);
  g_auto (GStrv) part = g_strsplit (g_strchomp (n > 0 ? line : (char[]){ "" }), "\t", 4);
  if (g_strv_length (part) == 4 && g_utf8_validate (line, -1, NULL))
    g_set_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_LOCKED,
                 _ ("%s is at work in the hub %s since %s (process %s on %s). Try again when that is done."), part[0],
                 home, part[3], part[1], part[2]);
  else
    g_set_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_LOCKED,
                 _ ("Somebody else is at work in the hub %s. Try again when that is done."), home);
}

int
cz_hub_lock_take (const char *home, const char *who, CzClock *clock, GError **error)
{
  g_autofree char *path = g_build_filename (home, "lock", NULL);
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, CZ_HUB_FILE_MODE);
  if (fd < 0) {
    g_set_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_STORAGE,
                 _ ("The hub %s cannot be written: %s. Work as the user to whom its folder belongs."), home, g_strerror (errno));
    return -1;
  }
  if (flock (fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK)
      say_owner (fd, home, error);
    else
      g_set_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_STORAGE, "%s: %s", path, g_strerror (errno));
    (void) close (fd);
    return -1;
  }
  cz_hub_lock_sign (fd, who, clock);
  return fd;
}

void
cz_hub_lock_release (int fd)
{
  if (fd >= 0)
    (void) close (fd);
}
