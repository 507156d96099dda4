/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/sync/store/cz-store-fixture.h"

#include <glib/gstdio.h>

/* Memory that SQLite asks for and does not get, at each single request of an apply in turn. (GLib itself ends a program that gets
 * none, which is a stop like any other: test-faults.c.) */

static sqlite3_mem_methods real;
static guint requests;
static guint refused_at; /* 0: none */

static gboolean
is_refused (void)
{
  requests++;
  return requests == refused_at;
}

static void *
on_malloc (int n)
{
  return is_refused () ? NULL : real.xMalloc (n);
}

static void *
on_realloc (void *old, int n)
{
  return is_refused () ? NULL : real.xRealloc (old, n);
}

static void
refuse_at (guint n)
{
  requests = 0;
  refused_at = n;
}

/* The station as it was before the bundle, in a folder of its own. */
static void
open_copy (Fixture *f, const char *base)
{
  const char *const command[] = { "cp", "-a", base, f->agent_dir, NULL };
  g_autoptr (GError) error = NULL;
  int status = 1;

  g_clear_pointer (&f->agent, cz_content_free);
  fixture_remove_tree (f->agent_dir);
  g_assert_true (g_spawn_sync (NULL, (char **) command, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status, NULL));
  g_assert_cmpint (status, ==, 0);
  f->agent = cz_content_open (f->agent_dir, &error);
  g_assert_no_error (error);
}

static void
test_refused_everywhere (void)
{
  g_autoptr (Fixture) f = fixture_new (fixture_seed ());
  g_autofree char *base = g_strconcat (f->root, "/base", NULL);
  GBytes *bundles[2];
  guint n_failed = 0;
  guint n_survived = 0;
  gboolean reached = TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (bundles); i++) {
    fixture_random_day (f, 40);
    bundles[i] = fixture_bundle (f, i == 0 ? CZ_BUNDLE_FIRST : CZ_BUNDLE_DAILY);
  }
  fixture_apply_ok (f, bundles[0]);
  g_autofree char *before = fixture_summary (cz_content_db (f->agent));
  g_clear_pointer (&f->agent, cz_content_free);
  g_assert_cmpint (g_rename (f->agent_dir, base), ==, 0);
  open_copy (f, base);
  for (guint at = 1; reached; at++) {
    g_autoptr (GError) error = NULL;
    refuse_at (at);
    gboolean ok = fixture_apply (f, bundles[1], &error);
    reached = requests >= at;
    refuse_at (0);
    if (ok) { /* one that can be done without, or none was left */
      n_survived++;
      gboolean sound = cz_content_check (f->agent, TRUE, &error);
      g_assert_no_error (error);
      g_assert_true (sound);
      open_copy (f, base);
      continue;
    }
    g_autofree char *after = fixture_summary (cz_content_db (f->agent));
    g_assert_nonnull (error);
    if (!g_str_equal (before, after))
      g_test_message ("request %u refused: %s", at, error->message);
    g_assert_cmpstr (before, ==, after);
    n_failed++;
  }
  for (guint i = 0; i < G_N_ELEMENTS (bundles); i++)
    g_bytes_unref (bundles[i]);
  g_test_message ("requests for memory refused in turn: %u times the apply failed and nothing changed, %u times it went well", n_failed, n_survived);
  g_assert_cmpuint (n_failed, >, 20);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* Before SQLite is first used. */
  g_assert_cmpint (sqlite3_config (SQLITE_CONFIG_GETMALLOC, &real), ==, SQLITE_OK);
  sqlite3_mem_methods layer = real;
  layer.xMalloc = on_malloc;
  layer.xRealloc = on_realloc;
  g_assert_cmpint (sqlite3_config (SQLITE_CONFIG_MALLOC, &layer), ==, SQLITE_OK);
  g_test_add_func ("/store/memory/refused-everywhere", test_refused_everywhere);
  return g_test_run ();
}
