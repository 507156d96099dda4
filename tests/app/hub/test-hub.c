/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "app/hub/cz-hub-private.h"
#include "sync/wire/cz-key.h"
#include "tests/app/hub/cz-hub-fixture.h"

#define DAY 20780

static const CzTable *
quotes (void)
{
  return cz_table_by_number (CZ_TABLE_QUOTE);
}

static void
test_quote_positions (void)
{
  static const char *const names[] = { "day", "market", "product", "grade", "kind", "low", "mid", "high", "sources", "currency", "period", "status" };
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_cmpstr (quotes ()->fields[i].name, ==, names[i]);
  g_assert_cmpint (CZ_Q_STATUS, ==, G_N_ELEMENTS (names) - 1);
}

static guint
mode_of (const char *home, const char *name)
{
  g_autofree char *path = g_build_filename (home, name, NULL);
  GStatBuf st;
  g_assert_cmpint (g_stat (path, &st), ==, 0);
  return st.st_mode & 0777;
}

static void
test_init_modes (CzHubFixture *f, gconstpointer data)
{
  static const char *const keys[] = { "keys/root", "keys/content", "keys/head", "keys/delegate", "keys/box" };
  g_assert_cmpuint (mode_of (f->home, "."), ==, 0700);
  g_assert_cmpuint (mode_of (f->home, "keys"), ==, 0700);
  g_assert_cmpuint (mode_of (f->home, "hub.db"), ==, 0600);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    g_assert_cmpuint (mode_of (f->home, keys[i]), ==, 0600);
  g_assert_cmpint (cz_hub_channel (f->hub), ==, FIXTURE_CHANNEL);
  g_assert_cmpint (cz_hub_count (f->hub, cz_table_by_number (CZ_TABLE_PUBLISHER)), ==, 1);

  g_autoptr (GError) error = NULL;
  g_autoptr (CzHubTrust) trust = cz_hub_trust_load (f->hub, &error);
  g_assert_no_error (error);
  g_assert_cmpint (trust->delegation.channel, ==, FIXTURE_CHANNEL);
  g_autoptr (CzSecretKey) content = cz_hub_key_load (f->hub, "content", NULL, &error);
  CzPublicKey public;
  cz_secret_key_public (content, &public);
  g_assert_cmpmem (&public, sizeof public, &trust->delegation.content_key, sizeof public);
}

static void
test_init_refusals (CzHubFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  CzHubInit init = { .region = "990101", .name = "again" };
  g_clear_pointer (&f->hub, cz_hub_free);
  g_assert_false (cz_hub_init (f->home, &init, f->clock, &error));
  g_assert_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_EXISTS);
  g_clear_error (&error);
  g_autofree char *other = g_build_filename (f->folder, "other", NULL);
  init.region = "99010";
  g_assert_false (cz_hub_init (other, &init, f->clock, &error));
  g_assert_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED);
  g_clear_error (&error);
  init.region = "990101";
  init.name = "";
  g_assert_false (cz_hub_init (other, &init, f->clock, &error));
  g_assert_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_null (cz_hub_open (other, CZ_HUB_WRITE, f->clock, &error));
  g_assert_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_ABSENT);
}

static void
test_passphrase (CzHubFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *home = g_build_filename (f->folder, "wrapped", NULL);
  CzHubInit init = { .region = "990102", .name = "x", .passphrase = "three dry mountains" };
  g_assert_true (cz_hub_init (home, &init, f->clock, &error));
  g_autoptr (CzHub) hub = cz_hub_open (home, CZ_HUB_WRITE, f->clock, &error);
  g_assert_no_error (error);
  g_assert_null (cz_hub_key_load (hub, "content", NULL, &error));
  g_assert_error (error, CZ_KEY_ERROR, CZ_KEY_ERROR_PASSPHRASE);
  g_clear_error (&error);
  g_assert_null (cz_hub_key_load (hub, "root", "wrong", &error));
  g_assert_error (error, CZ_KEY_ERROR, CZ_KEY_ERROR_PASSPHRASE);
  g_clear_error (&error);
  g_autoptr (CzSecretKey) content = cz_hub_key_load (hub, "content", init.passphrase, &error);
  g_assert_no_error (error);
  g_autoptr (CzSecretKey) head = cz_hub_key_load (hub, "head", NULL, &error);
  g_assert_no_error (error);
}

static void
test_lock (CzHubFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_assert_null (cz_hub_open (f->home, CZ_HUB_WRITE, f->clock, &error));
  g_assert_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_LOCKED);
  g_assert_nonnull (strstr (error->message, g_get_user_name ()));
  g_assert_nonnull (strstr (error->message, g_get_host_name ()));
  g_assert_nonnull (strstr (error->message, "2026-11-2"));
  g_clear_error (&error);
  /* Reading goes on beside a writer. */
  g_autoptr (CzHub) reader = cz_hub_open (f->home, CZ_HUB_READ, f->clock, &error);
  g_assert_no_error (error);
  g_assert_false (cz_hub_begin (reader, &error));
  g_assert_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED);
}

static void
test_put_and_compare (CzHubFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  CzHubChange change = CZ_HUB_SAME;
  gboolean again = FALSE;
  g_assert_true (cz_hub_begin (f->hub, &error));
  gint64 product = cz_hub_fixture_product (f, "白菜", NULL, NULL);
  gint64 market = cz_hub_fixture_market (f, "东关市场");
  CzRow row = cz_hub_fixture_quote (DAY, market, product, 900);
  g_assert_true (cz_hub_compare (f->hub, quotes (), &row, &change, &again, &error));
  g_assert_cmpint (change, ==, CZ_HUB_NEW);
  g_assert_false (again);
  g_assert_true (cz_hub_put (f->hub, quotes (), &row, &change, &error));
  g_assert_cmpint (change, ==, CZ_HUB_NEW);
  g_assert_true (cz_hub_put (f->hub, quotes (), &row, &change, &error));
  g_assert_cmpint (change, ==, CZ_HUB_SAME);
  row.v[CZ_Q_MID].i = 950;
  g_assert_true (cz_hub_compare (f->hub, quotes (), &row, &change, &again, &error));
  g_assert_cmpint (change, ==, CZ_HUB_CHANGED);
  g_assert_true (again);
  g_assert_true (cz_hub_commit (f->hub, &error));

  CzRow stored;
  gboolean found = FALSE;
  g_assert_true (cz_hub_get (f->hub, quotes (), &row, &stored, &found, &error));
  g_assert_true (found);
  g_assert_cmpint (stored.v[CZ_Q_MID].i, ==, 900);
  g_assert_cmpint (cz_hub_count_dirty (f->hub, quotes ()), ==, 1);

  g_assert_true (cz_hub_begin (f->hub, &error));
  g_assert_true (cz_hub_put (f->hub, quotes (), &row, &change, &error));
  g_assert_cmpint (change, ==, CZ_HUB_CHANGED);
  cz_hub_roll_back (f->hub);
  g_assert_true (cz_hub_get (f->hub, quotes (), &row, &stored, &found, &error));
  g_assert_cmpint (stored.v[CZ_Q_MID].i, ==, 900);
  /* Not yet published: a change is no correction. */
  cz_hub_fixture_put_quote (f, &row);
  g_assert_cmpint (cz_hub_count (f->hub, cz_table_by_number (CZ_TABLE_QUOTE_CORRECTION)), ==, 0);
}

static void
test_refuses_rows (CzHubFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  CzRow row = cz_hub_fixture_quote (DAY, cz_id_make (FIXTURE_CHANNEL, 1), cz_id_make (FIXTURE_CHANNEL, 1), 900);
  row.v[CZ_Q_KIND].i = 256;
  g_assert_true (cz_hub_begin (f->hub, &error));
  g_assert_false (cz_hub_put (f->hub, quotes (), &row, NULL, &error));
  g_assert_error (error, CZ_ROW_ERROR, CZ_ROW_ERROR_RANGE);
  g_clear_error (&error);
  CzRow foreign = { 0 };
  foreign.v[0].i = cz_id_make (990102, 1);
  g_assert_false (cz_hub_put (f->hub, cz_table_by_number (CZ_TABLE_PRODUCT), &foreign, NULL, &error));
  g_assert_error (error, CZ_ROW_ERROR, CZ_ROW_ERROR_SCOPE);
  g_clear_error (&error);
  g_assert_true (cz_hub_commit (f->hub, &error));
  g_assert_cmpint (cz_hub_count (f->hub, quotes ()), ==, 0);
}

static void
test_ids (CzHubFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  const CzTable *table = cz_table_by_number (CZ_TABLE_PRODUCT);
  gint64 a = 0, b = 0, c = 0;
  gboolean is_new = FALSE;
  g_assert_true (cz_hub_begin (f->hub, &error));
  g_assert_true (cz_hub_id (f->hub, table, "LA1", &a, &is_new, &error));
  g_assert_true (is_new);
  cz_hub_roll_back (f->hub);
  g_assert_true (cz_hub_begin (f->hub, &error));
  g_assert_true (cz_hub_id (f->hub, table, "LA2", &b, &is_new, &error));
  g_assert_cmpint (a, ==, b);
  g_assert_true (cz_hub_id (f->hub, table, NULL, &c, &is_new, &error));
  g_assert_cmpint (c, ==, b + 1);
  g_assert_true (cz_hub_commit (f->hub, &error));
  cz_hub_fixture_reopen (f);
  g_assert_true (cz_hub_begin (f->hub, &error));
  g_assert_true (cz_hub_id (f->hub, table, "LA2", &a, &is_new, &error));
  g_assert_false (is_new);
  g_assert_cmpint (a, ==, b);
  g_assert_cmpint (cz_id_issuer (a), ==, FIXTURE_CHANNEL);
}

static void
test_names (CzHubFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gint64 id = 0;
  g_assert_true (cz_hub_begin (f->hub, &error));
  g_assert_cmpint (cz_hub_find_product (f->hub, "白菜", &id), ==, CZ_HUB_NONE);
  gint64 cabbage = cz_hub_fixture_product (f, "白菜", "大白菜\n黄芽白", "LA1");
  gint64 other = cz_hub_fixture_product (f, "包菜", "卷心菜\n黄芽白", "LB1");
  g_assert_cmpint (cz_hub_find_product (f->hub, "白菜", &id), ==, CZ_HUB_FOUND);
  g_assert_cmpint (id, ==, cabbage);
  g_assert_cmpint (cz_hub_find_product (f->hub, " 卷心菜 ", &id), ==, CZ_HUB_FOUND);
  g_assert_cmpint (id, ==, other);
  g_assert_cmpint (cz_hub_find_product (f->hub, "ｌａ1", &id), ==, CZ_HUB_FOUND);
  g_assert_cmpint (id, ==, cabbage);
  g_assert_cmpint (cz_hub_find_product (f->hub, "黄芽白", &id), ==, CZ_HUB_AMBIGUOUS);
  g_autofree char *digits = g_strdup_printf ("%" G_GINT64_FORMAT, other);
  g_assert_cmpint (cz_hub_find_product (f->hub, digits, &id), ==, CZ_HUB_FOUND);
  g_assert_cmpint (cz_hub_find_market (f->hub, "白菜", &id), ==, CZ_HUB_NONE);
  g_assert_cmpint (cz_hub_product_unit (f->hub, cabbage), ==, 0);
  g_assert_cmpint (cz_hub_product_unit (f->hub, 7), ==, -1);
  g_assert_true (cz_hub_commit (f->hub, &error));
  cz_hub_fixture_reopen (f);
  g_assert_cmpint (cz_hub_find_product (f->hub, "大白菜", &id), ==, CZ_HUB_FOUND);
  g_assert_cmpint (id, ==, cabbage);
}

static CzHubLast
last (CzHubFixture *f, const CzRow *row)
{
  g_autoptr (GError) error = NULL;
  CzHubLast out;
  g_assert_true (cz_hub_last_quote (f->hub, row, &out, &error));
  g_assert_no_error (error);
  return out;
}

static void
test_last_quote (CzHubFixture *f, gconstpointer data)
{
  gint64 market = cz_id_make (FIXTURE_CHANNEL, 1);
  gint64 product = cz_id_make (FIXTURE_CHANNEL, 2);
  CzRow row = cz_hub_fixture_quote (DAY, market, product, 900);
  g_assert_false (last (f, &row).found);
  cz_hub_fixture_put_quote (f, &row);
  row.v[CZ_Q_DAY].i = DAY + 3;
  row.v[CZ_Q_MID].i = 990;
  g_assert_cmpint (last (f, &row).mid, ==, 900);
  cz_hub_fixture_put_quote (f, &row);
  cz_hub_fixture_reopen (f);
  row.v[CZ_Q_DAY].i = DAY + 400;
  g_assert_cmpint (last (f, &row).mid, ==, 990);
  row.v[CZ_Q_DAY].i = DAY + 2; /* filling a gap: the one before, not the newest */
  g_assert_cmpint (last (f, &row).mid, ==, 900);
  row.v[CZ_Q_KIND].i = 3; /* another series */
  g_assert_false (last (f, &row).found);
  row.v[CZ_Q_KIND].i = 2;
  row.v[CZ_Q_CURRENCY].p = "TZS";
  row.v[CZ_Q_CURRENCY].len = 3;
  g_assert_false (last (f, &row).found);
}

static gboolean
count_held (const CzHubHeldRow *held, gpointer data)
{
  gint64 *ids = data;
  ids[1 + ids[0]++] = held->id;
  g_assert_cmpint (held->line, ==, 12);
  g_assert_cmpstr (held->file, ==, "prices.csv");
  g_assert_cmpstr (held->reasons, ==, "step");
  return TRUE;
}

static void
test_held (CzHubFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  CzHubHeld how = CZ_HUB_HELD_ALREADY;
  CzHubDoubt doubt = { .file = "prices.csv", .line = 12, .column = "mid", .reasons = "step", .said = "a jump" };
  CzRow row = cz_hub_fixture_quote (DAY, cz_id_make (FIXTURE_CHANNEL, 1), cz_id_make (FIXTURE_CHANNEL, 2), 900);
  CzRow second = cz_hub_fixture_quote (DAY + 1, cz_id_make (FIXTURE_CHANNEL, 1), cz_id_make (FIXTURE_CHANNEL, 2), 9000);
  g_assert_true (cz_hub_begin (f->hub, &error));
  g_assert_true (cz_hub_hold (f->hub, quotes (), &row, &doubt, &how, &error));
  g_assert_cmpint (how, ==, CZ_HUB_HELD_NEW);
  g_assert_true (cz_hub_hold (f->hub, quotes (), &row, &doubt, &how, &error));
  g_assert_cmpint (how, ==, CZ_HUB_HELD_ALREADY);
  g_assert_true (cz_hub_hold (f->hub, quotes (), &second, &doubt, &how, &error));
  g_assert_true (cz_hub_commit (f->hub, &error));
  g_assert_cmpint (cz_hub_held_count (f->hub, quotes ()), ==, 2);
  g_assert_cmpint (cz_hub_count (f->hub, quotes ()), ==, 0);

  gint64 ids[3] = { 0 };
  guint n = 0;
  g_assert_true (cz_hub_held_each (f->hub, quotes (), count_held, ids, &error));
  g_assert_cmpint (ids[0], ==, 2);
  g_assert_true (cz_hub_begin (f->hub, &error));
  g_assert_true (cz_hub_held_drop (f->hub, quotes (), &ids[2], 1, &n, &error));
  g_assert_true (cz_hub_held_accept (f->hub, quotes (), NULL, 0, &n, &error));
  g_assert_cmpuint (n, ==, 1);
  g_assert_false (cz_hub_held_accept (f->hub, quotes (), &ids[2], 1, &n, &error));
  g_assert_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_true (cz_hub_hold (f->hub, quotes (), &second, &doubt, &how, &error));
  g_assert_cmpint (how, ==, CZ_HUB_HELD_DROPPED);
  g_assert_true (cz_hub_commit (f->hub, &error));
  g_assert_cmpint (cz_hub_count (f->hub, quotes ()), ==, 1);
  g_assert_cmpint (cz_hub_held_count (f->hub, NULL), ==, 0);
}

static void
test_media (CzHubFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint8 hash[CZ_HASH_BYTES], again[CZ_HASH_BYTES];
  g_autofree char *picture = g_build_filename (f->folder, "cabbage.png", NULL);
  g_autofree char *text = g_build_filename (f->folder, "cabbage.txt", NULL);
  g_assert_true (g_file_set_contents (picture, "\x89PNG\r\n\x1a\nrest", 12, NULL));
  g_assert_true (g_file_set_contents (text, "cabbage", -1, NULL));
  g_assert_true (cz_hub_begin (f->hub, &error));
  g_assert_true (cz_hub_add_media (f->hub, picture, 1, "白菜", NULL, hash, &error));
  g_assert_true (cz_hub_add_media (f->hub, picture, 1, "other", NULL, again, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (hash, sizeof hash, again, sizeof again);
  g_assert_false (cz_hub_add_media (f->hub, text, 1, "", NULL, again, &error));
  g_assert_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_false (cz_hub_add_media (f->hub, "/nowhere/x.png", 1, "", NULL, again, &error));
  g_assert_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_true (cz_hub_commit (f->hub, &error));
  g_assert_cmpint (cz_hub_count (f->hub, cz_table_by_number (CZ_TABLE_MEDIA)), ==, 1);
}

static void
test_kinds (void)
{
  g_assert_true (cz_hub_table_of_kind ("quotes") == cz_table_by_number (CZ_TABLE_QUOTE));
  g_assert_true (cz_hub_table_of_kind ("policies") == cz_table_by_number (CZ_TABLE_POLICY));
  g_assert_true (cz_hub_table_of_kind ("region") == cz_table_by_number (CZ_TABLE_REGION));
  g_assert_null (cz_hub_table_of_kind ("fishes"));
  g_assert_null (cz_hub_table_of_kind ("s"));
}

/* The rate that an import may count on: every row looked up, compared with the last of its series and put. */
static void
test_rate (CzHubFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  const gint64 n_days = g_test_perf () ? 250 : 10;
  const gint64 n_series = 4000;
  gint64 start = g_get_monotonic_time ();
  g_assert_true (cz_hub_begin (f->hub, &error));
  for (gint64 day = 0; day < n_days; day++)
    for (gint64 s = 0; s < n_series; s++) {
      CzHubLast before;
      CzHubChange change;
      CzRow row = cz_hub_fixture_quote ((CzDay) (DAY + day), cz_id_make (FIXTURE_CHANNEL, (guint32) (1 + s / 100)),
                                        cz_id_make (FIXTURE_CHANNEL, (guint32) (1 + s % 100)), 900 + (s * 7 + day * 3) % 400);
      g_assert_true (cz_hub_compare (f->hub, quotes (), &row, &change, NULL, &error));
      g_assert_true (cz_hub_last_quote (f->hub, &row, &before, &error));
      g_assert_cmpint (before.found, ==, day > 0);
      g_assert_true (cz_hub_put (f->hub, quotes (), &row, NULL, &error));
    }
  g_assert_true (cz_hub_commit (f->hub, &error));
  double seconds = (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC;
  g_test_message ("%" G_GINT64_FORMAT " quotes in %.2f s: %.0f a second", n_days * n_series, seconds,
                  (double) (n_days * n_series) / seconds);
  g_assert_cmpint (cz_hub_count (f->hub, quotes ()), ==, n_days * n_series);
}

#define ADD(path, func) g_test_add (path, CzHubFixture, NULL, cz_hub_fixture_set_up, func, cz_hub_fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hub/quote-positions", test_quote_positions);
  g_test_add_func ("/hub/kinds", test_kinds);
  ADD ("/hub/init/modes-and-keys", test_init_modes);
  ADD ("/hub/init/refusals", test_init_refusals);
  ADD ("/hub/init/passphrase-wraps-all-but-head", test_passphrase);
  ADD ("/hub/lock-names-the-other-clerk", test_lock);
  ADD ("/hub/put-and-compare", test_put_and_compare);
  ADD ("/hub/refuses-rows", test_refuses_rows);
  ADD ("/hub/ids-are-stable", test_ids);
  ADD ("/hub/names", test_names);
  ADD ("/hub/last-quote", test_last_quote);
  ADD ("/hub/held", test_held);
  ADD ("/hub/media", test_media);
  ADD ("/hub/rate", test_rate);
  return g_test_run ();
}
