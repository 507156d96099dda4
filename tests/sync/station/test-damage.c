/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <unistd.h>

#include "tests/sync/station/cz-files.h"
#include "tests/sync/station/cz-setting.h"

/* A content.db whose bytes are no longer what was written. */

static void
test_damaged_content_is_rebuilt (CzSetting *s, gconstpointer data)
{
  cz_office_publish (s->office, TODAY - 5, 3, 5, 40);
  g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_DONE);
  cz_setting_spoil_content (s);
  cz_setting_open_station (s);
  g_assert_true (s->station->rebuilt);
  g_assert_cmpuint (cz_test_take_warnings ("rebuilt"), ==, 1);
  cz_setting_assert_mark (s, 0);
  g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_DONE);
  cz_setting_assert_same_as_office (s);
}

/* The file of the current generation, whole: nothing waits in its log. */
static char *
settled_content (CzSetting *s)
{
  g_autofree char *current = g_build_filename (s->home->content, "current", NULL);
  g_autofree char *target = g_file_read_link (current, NULL);
  char *path = g_build_filename (s->home->content, target, NULL);
  sqlite3 *db = NULL;
  g_clear_pointer (&s->station, cz_station_close);
  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
  return path;
}

static void
put_content (CzSetting *s, const char *bytes, gsize size)
{
  g_autofree char *path = settled_content (s);
  g_autofree char *wal = g_strconcat (path, "-wal", NULL), *shm = g_strconcat (path, "-shm", NULL);
  cz_test_put (path, bytes, size);
  (void) g_unlink (wal);
  (void) g_unlink (shm);
}

/* One wrong bit anywhere, also in a price, where every page still looks right: what is shown in the end is what was signed, and no channel is stuck. */
static void
test_any_wrong_bit_is_mended (CzSetting *s, gconstpointer data)
{
  const char *given = g_getenv ("CZ_TEST_SEED"), *many = g_getenv ("CZ_TEST_FLIPS");
  guint32 seed = given ? (guint32) g_ascii_strtoull (given, NULL, 10) : g_random_int ();
  guint n = many ? (guint) g_ascii_strtoull (many, NULL, 10) : 120;
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  g_autofree char *good = NULL;
  gsize size;
  guint at_start = 0, by_bundle = 0, by_rows = 0;
  g_print ("# seed %u, %u wrong bits\n", seed, n);
  cz_office_publish (s->office, TODAY - 5, 3, 5, 40);
  g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_DONE);
  g_autofree char *path = settled_content (s);
  cz_test_take (path, &good, &size);
  cz_office_publish (s->office, TODAY - 2, 1, 5, 40);
  cz_setting_open_station (s);
  for (guint i = 0; i < n; i++) {
    /* The first pages, with the header and the schema, have their share. */
    gsize at = (gsize) g_rand_int_range (random, 0, i % 4 == 0 ? 8192 : (gint32) size);
    gboolean was_damaged = FALSE;
    g_autoptr (GError) error = NULL;
    good[at] ^= 1;
    put_content (s, good, size);
    good[at] ^= 1;
    cz_setting_open_station (s);
    at_start += s->station->rebuilt;
    gboolean was_rebuilt = s->station->rebuilt;
    g_test_message ("bit of byte %zu", at);
    g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_DONE);
    by_bundle += s->station->rebuilt && !was_rebuilt;
    gboolean looked = cz_station_check (s->station, &was_damaged, &error);
    g_assert_no_error (error);
    g_assert_true (looked);
    by_rows += was_damaged;
    g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_DONE);
    cz_setting_assert_same_as_office (s);
    (void) cz_test_take_warnings ("rebuilt");
  }
  g_print ("# found at the start %u, by a bundle that did not fit %u, by looking at every row %u, harmless %u\n", at_start, by_bundle, by_rows,
           n - at_start - by_bundle - by_rows);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  cz_test_collect_warnings ();
  g_test_add ("/station/damage/rebuilt", CzSetting, NULL, cz_setting_setup, test_damaged_content_is_rebuilt, cz_setting_teardown);
  g_test_add ("/station/damage/any-wrong-bit-is-mended", CzSetting, NULL, cz_setting_setup, test_any_wrong_bit_is_mended, cz_setting_teardown);
  return g_test_run ();
}
