/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/sync/station/cz-files.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void
cz_test_put (const char *path, gconstpointer data, gsize size)
{
  g_autoptr (GError) error = NULL;
  (void) g_unlink (path);
  g_assert_true (g_file_set_contents_full (path, data, (gssize) size, G_FILE_SET_CONTENTS_NONE, 0644, &error));
  g_assert_no_error (error);
}

void
cz_test_take (const char *path, char **data, gsize *size)
{
  g_autoptr (GError) error = NULL;
  g_assert_true (g_file_get_contents (path, data, size, &error));
  g_assert_no_error (error);
}

void
cz_test_copy (const char *from, const char *to)
{
  g_autofree char *data = NULL;
  gsize size;
  g_autofree char *folder = g_path_get_dirname (to);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  cz_test_take (from, &data, &size);
  cz_test_put (to, data, size);
}

void
cz_test_make_huge (const char *path)
{
  int fd = open (path, O_WRONLY | O_CREAT, 0644);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (ftruncate (fd, (off_t) 2 << 30), ==, 0);
  close (fd);
}
