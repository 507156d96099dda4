/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/store/cz-content-private.h"
#include "sync/wire/cz-wire-error.h"
#include "tests/sync/store/cz-store-fixture.h"

#include <string.h>

/* Applying what was published: order, state, local index, two channels, epochs, snapshots. */

static void
assert_same_state (Fixture *f)
{
  g_autoptr (GError) error = NULL;
  CzChannelMark hub;
  CzChannelMark agent;
  CzState sum;

  g_assert_true (cz_content_mark (f->hub, f->channel, &hub, &error));
  g_assert_true (cz_content_mark (f->agent, f->channel, &agent, &error));
  g_assert_true (cz_state_of_channel (cz_content_db (f->agent), f->channel, &sum, &error));
  g_assert_true (cz_state_equal (&hub.state, &agent.state));
  g_assert_true (cz_state_equal (&agent.state, &sum));
  g_assert_cmpuint (agent.seq, ==, f->seq);
}

static void
test_first_and_days (void)
{
  g_autoptr (Fixture) f = fixture_new (1);
  g_autoptr (GError) error = NULL;
  CzChannelMark mark;

  f->currency = "";
  fixture_market (f, 1, "示例市场");
  fixture_quote (f, f->today, 1, 7, 0);
  g_autoptr (GBytes) first = fixture_bundle (f, CZ_BUNDLE_FIRST);
  fixture_apply_ok (f, first);
  g_assert_cmpint (cz_content_count (cz_content_db (f->agent), f->channel, cz_table_by_name ("market")), ==, 1);
  g_assert_true (cz_content_mark (f->agent, f->channel, &mark, &error));
  g_assert_cmpuint (mark.seq, ==, 1);
  g_assert_cmpuint (mark.segment, ==, 202401);
  g_assert_cmpuint (mark.seg_offset, ==, g_bytes_get_size (first));
  g_assert_cmpint (mark.applied_s, ==, 1700000000);
  g_assert_cmpint (mark.trusted_s, ==, 1690000000);
  fixture_quote (f, f->today + 1, 1, 7, 0);
  g_autoptr (GBytes) second = fixture_bundle (f, CZ_BUNDLE_DAILY);
  fixture_apply_ok (f, second);
  assert_same_state (f);
  g_assert_true (cz_content_check (f->agent, TRUE, &error));
  g_assert_cmpint (cz_db_int (cz_content_db (f->agent), "SELECT day FROM quote_latest", 0), ==, f->today + 1);
}

/* Every quote that stands by the history, value by value, and no other. */
static void
assert_same_quotes (Fixture *f)
{
  const CzTable *quote = cz_table_by_number (CZ_TABLE_QUOTE);
  g_autoptr (CzRowStore) store = cz_row_store_new (cz_content_db (f->agent), quote, NULL);

  g_assert_cmpint (cz_content_count (cz_content_db (f->agent), f->channel, quote), ==, f->quotes->len);
  for (guint i = 0; i < f->quotes->len; i++) {
    const CzRow *wanted = &g_array_index (f->quotes, CzRow, i);
    gboolean found = FALSE;
    CzRow row;
    g_assert_true (cz_row_store_get (store, f->channel, wanted, &row, &found, NULL));
    g_assert_true (found);
    for (guint k = 0; k < quote->n_fields; k++)
      g_assert_true (cz_value_equal (&quote->fields[k], &wanted->v[k], &row.v[k]));
  }
}

/* The state kept row by row is that of a full recount, and the index that of a brute force search, after any history. */
static void
test_random_histories (void)
{
  guint32 seed = fixture_seed ();

  for (guint round = 0; round < 6; round++) {
    g_autoptr (Fixture) f = fixture_new (seed + round);
    for (guint day = 0; day < 25; day++) {
      g_autoptr (GError) error = NULL;
      fixture_random_day (f, 40);
      g_autoptr (GBytes) bundle = fixture_bundle (f, day == 0 ? CZ_BUNDLE_FIRST : CZ_BUNDLE_DAILY);
      fixture_apply_ok (f, bundle);
      assert_same_state (f);
      gboolean sound = cz_content_check (f->agent, TRUE, &error);
      g_assert_no_error (error);
      g_assert_true (sound);
    }
    assert_same_quotes (f);
  }
}

/* An update gives what its mask names, down to the default, and leaves the rest. */
static void
test_update_leaves_the_rest (void)
{
  g_autoptr (Fixture) f = fixture_new (8);
  g_autoptr (GError) error = NULL;
  const CzTable *market = cz_table_by_name ("market");
  gboolean found = FALSE;
  CzRow row = { 0 };
  CzRow back;

  fixture_market (f, 1, "示例市场");
  g_autoptr (GBytes) first = fixture_bundle (f, CZ_BUNDLE_FIRST);
  fixture_apply_ok (f, first);
  row.v[0].i = cz_id_make (f->channel, 1);
  fixture_text (f, &row.v[9], "0990-1234567");
  fixture_change (f, CZ_OP_UPDATE, market, &row, 1 | 1 << 3 | 1 << 9); /* kind back to 0, a telephone */
  g_autoptr (GBytes) second = fixture_bundle (f, CZ_BUNDLE_DAILY);
  fixture_apply_ok (f, second);
  g_autoptr (CzRowStore) store = cz_row_store_new (cz_content_db (f->agent), market, NULL);
  g_assert_true (cz_row_store_get (store, f->channel, &row, &back, &found, &error));
  g_assert_cmpmem (back.v[1].p, back.v[1].len, "示例市场", strlen ("示例市场"));
  g_assert_cmpmem (back.v[9].p, back.v[9].len, "0990-1234567", 12);
  g_assert_cmpint (back.v[3].i, ==, 0);
  g_assert_cmpint (back.v[2].i, ==, 990101000000);
  assert_same_state (f);
}

/* Were the index wrong, the check would say so. */
static void
test_check_finds_damage (void)
{
  static const char *const damages[] = { "UPDATE quote_latest SET day = day - 1", "DELETE FROM quote_latest",
                                         "UPDATE quote SET mid = mid + 1", "DELETE FROM quote" };

  for (guint i = 0; i < G_N_ELEMENTS (damages); i++) {
    g_autoptr (Fixture) f = fixture_new (2);
    g_autoptr (GError) error = NULL;
    fixture_quote (f, f->today, 1, 7, 0);
    g_autoptr (GBytes) first = fixture_bundle (f, CZ_BUNDLE_FIRST);
    fixture_apply_ok (f, first);
    g_assert_true (cz_content_check (f->agent, TRUE, &error));
    g_assert_true (cz_db_exec (cz_content_db (f->agent), damages[i], &error));
    g_assert_false (cz_content_check (f->agent, TRUE, &error));
    g_assert_error (error, CZ_STORE_ERROR, CZ_STORE_ERROR_DAMAGED);
  }
}

/* A withdrawn last quote gives way to the one before; the last of its series leaves no line. */
static void
test_latest_falls_back (void)
{
  g_autoptr (Fixture) f = fixture_new (3);
  const CzTable *quote = cz_table_by_number (CZ_TABLE_QUOTE);

  f->currency = "CNY";
  for (CzDay day = 0; day < 5; day++)
    fixture_quote (f, f->today + day * 100, 1, 7, 0);
  g_autoptr (GBytes) first = fixture_bundle (f, CZ_BUNDLE_FIRST);
  fixture_apply_ok (f, first);
  for (gint left = 4; left >= 0; left--) {
    fixture_change (f, CZ_OP_DELETE, quote, &g_array_index (f->quotes, CzRow, (guint) left), 31);
    g_autoptr (GBytes) bundle = fixture_bundle (f, CZ_BUNDLE_DAILY);
    fixture_apply_ok (f, bundle);
    g_assert_cmpint (cz_db_int (cz_content_db (f->agent), "SELECT day FROM quote_latest", -1), ==,
                     left > 0 ? f->today + (left - 1) * 100 : -1);
    g_assert_cmpint (cz_db_int (cz_content_db (f->agent), "SELECT quotes FROM quote_latest", 0), ==, left);
  }
}

/* More series than are held in memory at once: the index is written in parts, and stays right. */
static void
test_very_many_series (void)
{
  g_autoptr (Fixture) f = fixture_new (9);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 90000; i++)
    fixture_quote (f, f->today + (CzDay) (i / 45000), 1 + i % 5, 100 + i % 45000 / 5, 0);
  g_autoptr (GBytes) first = fixture_bundle (f, CZ_BUNDLE_FIRST);
  fixture_apply_ok (f, first);
  for (guint i = 89999; i >= 46000; i--)
    fixture_change (f, CZ_OP_DELETE, cz_table_by_number (CZ_TABLE_QUOTE), &g_array_index (f->quotes, CzRow, i), 31);
  g_autoptr (GBytes) second = fixture_bundle (f, CZ_BUNDLE_DAILY);
  fixture_apply_ok (f, second);
  g_assert_cmpint (cz_content_count (cz_content_db (f->agent), f->channel, cz_table_by_name ("quote")), ==, 46000);
  g_assert_cmpint (cz_db_int (cz_content_db (f->agent), "SELECT count(*) FROM quote_latest", 0), >, 45000);
  gboolean sound = cz_content_check (f->agent, TRUE, &error);
  g_assert_no_error (error);
  g_assert_true (sound);
}

/* The same market, product and day from a county and from a province: both stand, each under its channel. */
static void
test_two_channels (void)
{
  g_autoptr (Fixture) f = fixture_new (4);
  g_autoptr (GError) error = NULL;
  const CzTable *quote = cz_table_by_number (CZ_TABLE_QUOTE);
  const char *same = "SELECT count(*) FROM quote a JOIN quote b USING (day, market, product, grade, kind)"
                     " WHERE a.channel = 990000 AND b.channel = 990101";

  for (guint i = 0; i < 2; i++) {
    CzRow row = { 0 };
    f->channel = i == 0 ? 990101 : 990000;
    f->seq = 0;
    row.v[0].i = f->today;
    row.v[1].i = cz_id_make (990101, 1); /* a reference may point to any channel of the line */
    row.v[2].i = cz_id_make (990000, 7);
    row.v[4].i = 2;
    row.v[6].i = 2000 + i;
    fixture_change (f, CZ_OP_INSERT, quote, &row, 0);
    g_autoptr (GBytes) bundle = fixture_bundle (f, CZ_BUNDLE_FIRST);
    fixture_apply_ok (f, bundle);
    assert_same_state (f);
  }
  g_assert_cmpint (cz_db_int (cz_content_db (f->agent), same, 0), ==, 1);
  g_assert_cmpint (cz_db_int (cz_content_db (f->agent), "SELECT count(*) FROM quote_latest", 0), ==, 2);
  g_autoptr (GArray) channels = cz_content_channels (cz_content_db (f->agent), &error);
  g_assert_cmpuint (channels->len, ==, 2);
  g_assert_true (cz_content_check (f->agent, TRUE, &error));
}

static void
restart (Fixture *f, guint32 epoch)
{
  g_autoptr (GError) error = NULL;
  CzChannelMark mark = { .epoch = epoch };
  CzApply *apply = cz_apply_begin (f->hub, f->channel, &f->scope, &error);

  g_assert_true (cz_apply_clear (apply, &error));
  g_assert_true (cz_apply_commit (apply, &mark, &error));
  f->epoch = epoch;
  f->seq = 0;
}

static void
test_epoch_restarts (void)
{
  g_autoptr (Fixture) f = fixture_new (5);

  for (guint i = 0; i < 3; i++) {
    fixture_random_day (f, 20);
    g_autoptr (GBytes) bundle = fixture_bundle (f, i == 0 ? CZ_BUNDLE_FIRST : CZ_BUNDLE_DAILY);
    fixture_apply_ok (f, bundle);
  }
  fixture_quote (f, f->today + 9, 1, 7, 0);
  g_autoptr (GBytes) past = fixture_bundle (f, CZ_BUNDLE_DAILY); /* of the old epoch, never delivered */
  restart (f, 1);
  fixture_quote (f, f->today, 1, 7, 0);
  g_autoptr (GBytes) again = fixture_bundle (f, CZ_BUNDLE_FIRST);
  fixture_apply_ok (f, again);
  assert_same_state (f);
  g_assert_cmpint (cz_content_count (cz_content_db (f->agent), f->channel, cz_table_by_name ("quote")), ==, 1);
  fixture_refused (f, past, CZ_WIRE_ERROR, CZ_WIRE_ERROR_ORDER);
}

static guint64 snapshot_seq;

static void
as_snapshot (CzManifest *manifest)
{
  manifest->from_seq = 0;
  manifest->to_seq = snapshot_seq;
  memset (manifest->from_state, 0, sizeof manifest->from_state);
}

/* A station far behind takes a snapshot in place: the same channel, a higher sequence, everything replaced. */
static void
test_snapshot_replaces (void)
{
  g_autoptr (Fixture) f = fixture_new (6);

  fixture_random_day (f, 30);
  g_autoptr (GBytes) first = fixture_bundle (f, CZ_BUNDLE_FIRST);
  fixture_apply_ok (f, first);
  restart (f, 0);
  f->seq = 8;
  snapshot_seq = 9;
  f->tweak = as_snapshot;
  fixture_quote (f, f->today, 2, 9, 0);
  g_autoptr (GBytes) snapshot = fixture_bundle (f, CZ_BUNDLE_SNAPSHOT);
  f->tweak = NULL;
  fixture_apply_ok (f, snapshot);
  assert_same_state (f);
  g_assert_cmpint (cz_content_count (cz_content_db (f->agent), f->channel, cz_table_by_name ("quote")), ==, 1);
  fixture_refused (f, snapshot, CZ_WIRE_ERROR, CZ_WIRE_ERROR_ORDER);
  fixture_quote (f, f->today + 1, 2, 9, 0);
  g_autoptr (GBytes) next = fixture_bundle (f, CZ_BUNDLE_DAILY);
  fixture_apply_ok (f, next);
  assert_same_state (f);
}

static void
test_generations (void)
{
  g_autoptr (Fixture) f = fixture_new (7);
  g_autoptr (GError) error = NULL;
  g_autofree char *old_path = NULL;
  g_autofree char *new_path = NULL;

  g_autoptr (sqlite3) reader = cz_content_open_reader (f->agent_dir, &old_path, &error);
  g_assert_no_error (error);
  g_autoptr (CzContent) next = cz_content_new_generation (f->agent_dir, &error);
  g_assert_no_error (error);
  g_assert_true (cz_content_make_current (next, &error));
  g_assert_true (cz_content_sweep (f->agent_dir, &error));
  g_assert_true (g_file_test (old_path, G_FILE_TEST_EXISTS)); /* held twice */
  g_clear_pointer (&f->agent, cz_content_free);
  g_assert_true (cz_content_sweep (f->agent_dir, &error));
  g_assert_true (g_file_test (old_path, G_FILE_TEST_EXISTS)); /* the reader holds it, between two of its questions */
  g_assert_cmpint (cz_db_int (reader, "SELECT count(*) FROM quote", -1), ==, 0);
  g_clear_pointer (&reader, cz_db_close);
  g_assert_true (cz_content_sweep (f->agent_dir, &error));
  g_assert_false (g_file_test (old_path, G_FILE_TEST_EXISTS));
  reader = cz_content_open_reader (f->agent_dir, &new_path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (old_path, !=, new_path);
}

static void
test_reader_before_first_sync (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *dir = g_dir_make_tmp ("cz-empty-XXXXXX", NULL);

  g_assert_null (cz_content_open_reader (dir, NULL, &error));
  g_assert_error (error, CZ_STORE_ERROR, CZ_STORE_ERROR_ABSENT);
  fixture_remove_tree (dir);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/content/first-and-days", test_first_and_days);
  g_test_add_func ("/store/content/random-histories", test_random_histories);
  g_test_add_func ("/store/content/update-leaves-the-rest", test_update_leaves_the_rest);
  g_test_add_func ("/store/content/check-finds-damage", test_check_finds_damage);
  g_test_add_func ("/store/content/latest-falls-back", test_latest_falls_back);
  g_test_add_func ("/store/content/very-many-series", test_very_many_series);
  g_test_add_func ("/store/content/two-channels", test_two_channels);
  g_test_add_func ("/store/content/epoch-restarts", test_epoch_restarts);
  g_test_add_func ("/store/content/snapshot-replaces", test_snapshot_replaces);
  g_test_add_func ("/store/content/generations", test_generations);
  g_test_add_func ("/store/content/reader-before-first-sync", test_reader_before_first_sync);
  return g_test_run ();
}
