/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/provision/cz-paper.h"

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->folder = g_dir_make_tmp ("cunzhan-paper.XXXXXX", NULL);
  f->path = g_build_filename (f->folder, "paper", NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_unlink (f->path);
  g_rmdir (f->folder);
  g_free (f->path);
  g_free (f->folder);
}

static void
test_reads_up_to_one_byte_more_than_allowed (Fixture *f, gconstpointer data)
{
  static const gsize lengths[] = { 0, 1, 9, 10, 11, 5000 };
  g_autofree char *text = g_strnfill (5000, 'x');
  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++) {
    gsize size = 99;
    g_assert_true (g_file_set_contents (f->path, text, (gssize) lengths[i], NULL));
    g_autofree char *read = cz_paper_read (f->path, 10, &size, NULL);
    g_assert_nonnull (read);
    g_assert_cmpuint (size, ==, MIN (lengths[i], 11));
  }
}

static void
assert_refused (Fixture *f, int code)
{
  g_autoptr (GError) error = NULL;
  gsize size = 99;
  g_assert_null (cz_paper_read (f->path, 10, &size, &error));
  g_assert_error (error, G_FILE_ERROR, code);
  g_assert_cmpuint (size, ==, 0);
}

static void
test_refuses_what_is_no_plain_file (Fixture *f, gconstpointer data)
{
  assert_refused (f, G_FILE_ERROR_NOENT);
  g_assert_cmpint (symlink ("/etc/passwd", f->path), ==, 0);
  assert_refused (f, G_FILE_ERROR_LOOP);
  g_unlink (f->path);
  g_assert_cmpint (mkfifo (f->path, 0600), ==, 0);
  assert_refused (f, G_FILE_ERROR_INVAL);
  g_unlink (f->path);
  g_assert_cmpint (g_mkdir (f->path, 0700), ==, 0);
  assert_refused (f, G_FILE_ERROR_INVAL);
  g_rmdir (f->path);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/provision/paper/reads-up-to-one-byte-more-than-allowed", Fixture, NULL, set_up, test_reads_up_to_one_byte_more_than_allowed, tear_down);
  g_test_add ("/provision/paper/refuses-what-is-no-plain-file", Fixture, NULL, set_up, test_refuses_what_is_no_plain_file, tear_down);
  return g_test_run ();
}
