/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/store/cz-content-prior.h"
#include "sync/wire/cz-wire-error.h"
#include "tests/sync/store/cz-store-fixture.h"

/* Bundles packed against what is held: a station that holds the same gets the same, another refuses them whole. */

static void
test_days (void)
{
  g_autoptr (Fixture) f = fixture_new (fixture_seed ());
  f->packs = TRUE;
  for (guint day = 0; day < 25; day++) {
    fixture_random_day (f, 30);
    g_autoptr (GBytes) bundle = fixture_bundle (f, day == 0 ? CZ_BUNDLE_FIRST : CZ_BUNDLE_DAILY);
    fixture_apply_ok (f, bundle);
    g_autofree char *hub = fixture_summary (cz_content_db (f->hub));
    g_assert_nonnull (hub);
  }
  CzChannelMark hub, agent;
  g_assert_true (cz_content_mark (f->hub, f->channel, &hub, NULL));
  g_assert_true (cz_content_mark (f->agent, f->channel, &agent, NULL));
  g_assert_true (cz_state_equal (&hub.state, &agent.state));
  g_assert_true (cz_content_check (f->agent, TRUE, NULL));
  g_test_message ("%u sections packed", f->n_packed);
  g_assert_cmpuint (f->n_packed, >=, 20);
}

/* A page of content.db that rotted: the mark still names the state the bundle begins at, the rows do not. */
static void
test_rotten_rows (void)
{
  g_autoptr (Fixture) f = fixture_new (7);
  g_autoptr (GError) error = NULL;
  for (guint day = 0; day < 6; day++) {
    fixture_random_day (f, 40);
    g_autoptr (GBytes) bundle = fixture_bundle (f, day == 0 ? CZ_BUNDLE_FIRST : CZ_BUNDLE_DAILY);
    fixture_apply_ok (f, bundle);
  }
  f->packs = TRUE;
  for (guint i = 1; i < 30; i++)
    fixture_quote (f, f->today + 1, 1 + i % 5, i, 0);
  g_autoptr (GBytes) bundle = fixture_bundle (f, CZ_BUNDLE_DAILY);
  g_assert_cmpuint (f->n_packed, ==, 1);
  g_assert_true (cz_db_exec (cz_content_db (f->agent),
                             "UPDATE quote SET low = low + 1 WHERE day = (SELECT max (day) FROM quote)", &error));
  g_autofree char *before = fixture_summary (cz_content_db (f->agent));
  fixture_refused (f, bundle, CZ_WIRE_ERROR, CZ_WIRE_ERROR_STATE);
  g_autofree char *after = fixture_summary (cz_content_db (f->agent));
  g_assert_cmpstr (before, ==, after);
}

/* What is held is what was held when asked, whatever is written meanwhile. */
static gboolean
count_row (const CzRow *row, gpointer data)
{
  (*(guint *) data)++;
  return TRUE;
}

static void
test_snapshot (void)
{
  g_autoptr (Fixture) f = fixture_new (3);
  g_autoptr (GError) error = NULL;
  const CzTable *quotes = cz_table_by_number (CZ_TABLE_QUOTE);
  guint n = 0, newest = 0;
  for (guint i = 1; i < 20; i++)
    fixture_quote (f, f->today, 1, i, 0);
  g_autoptr (GBytes) first = fixture_bundle (f, CZ_BUNDLE_FIRST);
  fixture_apply_ok (f, first);
  g_autoptr (CzContentPrior) prior = cz_content_prior_new (f->agent, f->channel, &error);
  g_assert_no_error (error);
  for (guint i = 1; i < 20; i++)
    fixture_quote (f, f->today, 2, i, 0);
  g_autoptr (GBytes) second = fixture_bundle (f, CZ_BUNDLE_DAILY);
  fixture_apply_ok (f, second);
  const CzPrior *wire = cz_content_prior_wire (prior);
  g_assert_true (wire->range (wire->self, quotes, f->today, f->today, count_row, &n, &error));
  g_assert_true (wire->newest (wire->self, quotes, count_row, &newest, &error));
  g_assert_cmpuint (n, ==, 19);
  g_assert_cmpuint (newest, ==, 19);
  g_assert_cmpint (cz_content_count (cz_content_db (f->agent), f->channel, quotes), ==, 38);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync/store/packed/days", test_days);
  g_test_add_func ("/sync/store/packed/rotten-rows", test_rotten_rows);
  g_test_add_func ("/sync/store/packed/snapshot", test_snapshot);
  return g_test_run ();
}
