/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sync/station/cz-round.h"
#include "tests/sync/depot/cz-plain-reader.h"
#include "sync/station/cz-stick.h"
#include "tests/sync/station/cz-files.h"
#include "tests/sync/station/cz-office.h"

/* Random histories of many months by a real publisher: whatever road a station takes, it ends in the state that the head names.
 * CZ_TEST_SEED repeats a run. */

#define COUNTY 990101
#define TODAY 20779 /* 2026-11-22 */
#define DAY_S 86400
#define N_NOTICES 12
#define MARKETS 4
#define PRODUCTS 9

typedef struct {
  char *dir;
  char *depot;
  CzClock *clock;
  CzOffice *office;
  GRand *random;
  CzDay day;
  guint made; /* stations */
} World;

typedef struct {
  CzHome *home;
  CzTicket *ticket;
  CzStation *station;
  CzRoundReport report;
  guint refused;
  guint64 told_done;
  guint64 told_total;
} Village;

/* ---- the office ---- */

static World
world_new (guint32 seed)
{
  World w = { .dir = cz_test_make_folder (), .random = g_rand_new_with_seed (seed), .day = TODAY };
  w.depot = g_build_filename (w.dir, "depot", NULL);
  g_autofree char *office = g_build_filename (w.dir, "office", NULL);
  w.clock = cz_clock_new_fixed (OFFICE_NOW, 0);
  w.office = cz_office_new (office, w.depot, COUNTY, w.clock, NULL);
  return w;
}

static void
world_clear (World *w)
{
  cz_office_free (w->office);
  g_object_unref (w->clock);
  g_rand_free (w->random);
  cz_test_remove_tree (w->dir);
  g_free (w->dir);
  g_free (w->depot);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (World, world_clear)

static void
hand_in (World *w, const CzTable *table, const CzRow *row, gboolean gone)
{
  g_autoptr (GError) error = NULL;
  CzPublisher *publisher = w->office->publisher;
  g_assert_true (gone ? cz_publisher_remove (publisher, table, row, &error) : cz_publisher_row (publisher, table, row, &error));
  g_assert_no_error (error);
}

/* Corrections and removals of days before, then the day. */
static void
hand_in_quotes (World *w)
{
  const CzTable *table = cz_table_by_number (CZ_TABLE_QUOTE);
  for (CzDay day = w->day - 3; day <= w->day; day++)
    for (guint i = 0; i < MARKETS * PRODUCTS; i++) {
      CzRow row = { 0 };
      gboolean is_today = day == w->day;
      if (g_rand_int_range (w->random, 0, 10) >= (is_today ? 8 : 1))
        continue;
      row.v[0].i = day;
      row.v[1].i = cz_id_make (COUNTY, 1 + i / PRODUCTS);
      row.v[2].i = cz_id_make (0, 1 + i % PRODUCTS);
      row.v[5].i = 1000 + i * 40 + g_rand_int_range (w->random, 0, 60);
      row.v[6].i = row.v[5].i + 50;
      row.v[7].i = row.v[5].i + 100;
      hand_in (w, table, &row, !is_today && g_rand_boolean (w->random));
    }
}

static void
hand_in_notices (World *w)
{
  const CzTable *table = cz_table_by_number (CZ_TABLE_NOTICE);
  for (guint i = 1; i <= N_NOTICES; i++) {
    CzRow row = { 0 };
    if (g_rand_int_range (w->random, 0, 5) > 0)
      continue;
    g_autofree char *text = g_strdup_printf ("第%d次通知：%d 号摊位明天休息。", (int) w->day, g_rand_int_range (w->random, 1, 900));
    row.v[0].i = cz_id_make (COUNTY, i);
    row.v[1] = (CzValue){ .p = "通知", .len = strlen ("通知") };
    row.v[2] = (CzValue){ .p = text, .len = (guint) strlen (text) };
    hand_in (w, table, &row, g_rand_int_range (w->random, 0, 4) == 0);
  }
}

static void
publish (World *w, guint days)
{
  for (guint i = 0; i < days; i++) {
    g_autoptr (GError) error = NULL;
    w->day++;
    cz_clock_fixed_set (w->clock, OFFICE_NOW + (gint64) (w->day - TODAY) * DAY_S, 0);
    g_assert_true (cz_publisher_begin (w->office->publisher, 0, MARKETS * PRODUCTS, &error));
    hand_in_quotes (w);
    hand_in_notices (w);
    g_assert_true (cz_publisher_finish (w->office->publisher, 0, NULL, &error));
    g_assert_no_error (error);
  }
}

/* ---- villages ---- */

static Village *
village_new (World *w)
{
  static const CzChannel line[] = { COUNTY };
  g_autoptr (GError) error = NULL;
  Village *v = g_new0 (Village, 1);
  g_autofree char *name = g_strdup_printf ("village-%u", ++w->made);
  g_autofree char *dir = g_build_filename (w->dir, name, NULL);
  g_autofree char *text = cz_office_ticket (w->office, line, 1, w->depot);
  CzEnrolment enrolment;
  v->home = cz_home_open (dir, &error);
  g_assert_true (cz_home_enrol (v->home, text, strlen (text), TRUE, &enrolment, &error));
  g_free (enrolment.fingerprint);
  v->ticket = cz_home_ticket (v->home, &error);
  v->station = cz_station_open (v->home, v->ticket, w->clock, TRUE, &error);
  g_assert_no_error (error);
  return v;
}

static void
village_free (Village *v)
{
  cz_round_report_clear (&v->report);
  cz_station_close (v->station);
  cz_ticket_free (v->ticket);
  cz_home_free (v->home);
  g_free (v);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Village, village_free)

static void
on_refused (CzChannel channel, const char *rule, const char *message, gpointer user_data)
{
  ((Village *) user_data)->refused++;
  g_test_message ("%s: %s", rule, message);
}

/* Never backwards, never beyond what is told to come. */
static void
on_progress (CzChannel channel, guint64 done, guint64 total, gpointer user_data)
{
  Village *v = user_data;
  g_assert_cmpuint (done, >=, v->told_done);
  g_assert_cmpuint (done, <=, total);
  v->told_done = done;
  v->told_total = total;
}

#define KEPT_BYTES (8u << 20)

static CzExit
round_with (Village *v, const char *folder, gboolean is_stick, guint64 kept_bytes)
{
  const char *folders[] = { folder, NULL };
  CzRoundOptions options = { .depots = folders, .kept_bytes = kept_bytes,
                             .events = { .on_refused = on_refused, .on_progress = on_progress, .user_data = v } };
  if (is_stick)
    cz_round_options_for_stick (&options, folders);
  g_autoptr (GError) error = NULL;
  cz_round_report_clear (&v->report);
  v->refused = 0;
  v->told_done = v->told_total = 0;
  g_assert_true (cz_round_run (v->station, &options, &v->report, &error));
  g_assert_no_error (error);
  return cz_round_exit (&v->report);
}

static void
round_from (Village *v, const char *depot)
{
  g_assert_cmpint (round_with (v, depot, FALSE, KEPT_BYTES), ==, CZ_EXIT_DONE);
}

/* What a village kept, written to a new stick. */
static char *
stick_of (World *w, Village *v)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_strdup_printf ("stick-%u", ++w->made);
  char *folder = g_build_filename (w->dir, name, NULL);
  const CzStickOptions options = { .folder = folder, .media_bytes = G_MAXUINT64 };
  CzStickReport written;
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  g_assert_true (cz_stick_write (v->station, &options, &written, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (written.channels, ==, 1);
  g_assert_cmpuint (written.bytes, >, 0);
  /* Once more: everything is there already. */
  g_assert_true (cz_stick_write (v->station, &options, &written, &error));
  g_assert_cmpuint (written.files, ==, 0);
  return folder;
}

/* Number, state and tip are the office's; every row adds up; nothing half fetched is left. */
static void
assert_same (World *w, Village *v)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) part = g_dir_open (v->home->part, 0, NULL);
  CzChannelMark ours, theirs;
  g_assert_true (cz_content_mark (v->station->content, COUNTY, &ours, &error));
  g_assert_true (cz_content_mark (w->office->replica, COUNTY, &theirs, &error));
  g_assert_cmpuint (ours.seq, ==, theirs.seq);
  g_assert_true (cz_state_equal (&ours.state, &theirs.state));
  g_assert_cmpmem (ours.tip, 32, theirs.tip, 32);
  g_assert_cmpuint (ours.segment, ==, theirs.segment);
  g_assert_cmpuint (ours.seg_offset, ==, theirs.seg_offset);
  g_assert_true (cz_content_check (v->station->content, TRUE, &error));
  g_assert_no_error (error);
  g_assert_null (g_dir_read_name (part));
  /* Once at the head, the promised total was the truth. */
  g_assert_cmpuint (v->told_done, ==, v->told_total);
}

static guint
count_files (World *w, const char *folder)
{
  g_autofree char *path = g_strdup_printf ("%s/v1/c/%06d/%s", w->depot, COUNTY, folder);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;
  while (dir && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
remove_folder (World *w, const char *folder)
{
  g_autofree char *path = g_strdup_printf ("%s/v1/c/%06d/%s", w->depot, COUNTY, folder);
  cz_test_remove_tree (path);
}

/* Month by month what the office published, up to the newest. */
static void
assert_no_hole (World *w, const char *stick)
{
  g_autofree char *ours = g_strdup_printf ("%s/v1/c/%06d/seg", stick, COUNTY);
  g_autoptr (GDir) dir = g_dir_open (ours, 0, NULL);
  const char *name;
  guint n = 0, first = G_MAXUINT;
  while (dir && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *kept = g_build_filename (ours, name, NULL);
    g_autofree char *published = g_strdup_printf ("%s/v1/c/%06d/seg/%s", w->depot, COUNTY, name);
    GStatBuf here, there;
    g_assert_cmpint (g_stat (kept, &here), ==, 0);
    g_assert_cmpint (g_stat (published, &there), ==, 0);
    g_assert_cmpint (here.st_size, ==, there.st_size);
    first = MIN (first, (guint) g_ascii_strtoull (name, NULL, 10));
    n++;
  }
  if (n == 0)
    return;
  GDate *month = g_date_new_dmy (1, (GDateMonth) (first % 100), (GDateYear) (first / 100));
  g_date_add_months (month, n - 1);
  g_autofree char *newest = g_strdup_printf ("%s/%04u%02u", ours, (guint) g_date_get_year (month), (guint) g_date_get_month (month));
  g_assert_true (g_file_test (newest, G_FILE_TEST_IS_REGULAR));
  g_date_free (month);
}

/* Whatever way the daily one came, it leads on whoever stood where it stood itself, and tells nobody anything false. */
static void
feed_the_near (World *w, Village *daily)
{
  g_autoptr (Village) near = village_new (w);
  g_autoptr (Village) far = village_new (w);
  round_from (near, w->depot);
  publish (w, (guint) g_rand_int_range (w->random, 1, 6));
  round_from (daily, w->depot);
  g_autofree char *stick = stick_of (w, daily);
  assert_no_hole (w, stick);
  g_assert_cmpint (round_with (near, stick, TRUE, KEPT_BYTES), ==, CZ_EXIT_DONE);
  assert_same (w, near);
  CzExit from_nothing = round_with (far, stick, TRUE, KEPT_BYTES);
  g_assert_true (from_nothing == CZ_EXIT_DONE || from_nothing == CZ_EXIT_NO_ROAD);
  g_assert_cmpuint (near->refused + far->refused, ==, 0);
  g_assert_true (cz_content_check (far->station->content, TRUE, NULL));
}

typedef struct {
  CzContent *content;
  CzPlainReader reader;
} Simple;

static Simple
simple_new (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_strdup_printf ("simple-%u", ++w->made);
  g_autofree char *dir = g_build_filename (w->dir, name, NULL);
  Simple simple = { .content = cz_content_open (dir, &error) };
  g_assert_no_error (error);
  simple.reader = (CzPlainReader){ .depot = w->depot, .delegation = &w->office->delegation, .content = simple.content };
  return simple;
}

static void
simple_clear (Simple *simple)
{
  g_clear_pointer (&simple->content, cz_content_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Simple, simple_clear)

/* Who knows codecs 0 and 1 alone stands where the office stands. */
static void
follow_simply (World *w, Simple *simple)
{
  g_autoptr (GError) error = NULL;
  CzChannelMark ours, theirs;
  g_assert_true (cz_plain_reader_follow (&simple->reader, TRUE, &error));
  g_assert_no_error (error);
  g_assert_true (cz_content_mark (simple->content, COUNTY, &ours, &error));
  g_assert_true (cz_content_mark (w->office->replica, COUNTY, &theirs, &error));
  g_assert_cmpuint (ours.seq, ==, theirs.seq);
  g_assert_true (cz_state_equal (&ours.state, &theirs.state));
  g_assert_true (cz_content_check (simple->content, TRUE, &error));
}

/* Neighbours: one that took the whole chain, one that began with the snapshot; each feeds a station that holds nothing. */
static void
feed_by_stick (World *w, Village *patient, Village *fresh, Village *fed[3])
{
  g_autofree char *whole = stick_of (w, patient);
  g_autofree char *part = stick_of (w, fresh);
  for (guint i = 0; i < 2; i++) {
    fed[i] = village_new (w);
    g_assert_cmpint (round_with (fed[i], i == 0 ? whole : part, TRUE, KEPT_BYTES), ==, CZ_EXIT_DONE);
    assert_same (w, fed[i]);
    g_assert_cmpuint (fed[i]->refused, ==, 0);
  }
  /* And what the second took from a stick it hands on again. */
  g_autofree char *again = stick_of (w, fed[1]);
  fed[2] = village_new (w);
  g_assert_cmpint (round_with (fed[2], again, TRUE, KEPT_BYTES), ==, CZ_EXIT_DONE);
  assert_same (w, fed[2]);
}

#define REQUESTS_BEFORE 4 /* head, root or chain, index */

static void
follow_history (guint32 seed)
{
  g_auto (World) w = world_new (seed);
  g_autoptr (Village) daily = village_new (&w);
  g_autoptr (GPtrArray) away = g_ptr_array_new_with_free_func ((GDestroyNotify) village_free);
  g_auto (Simple) simple = simple_new (&w);
  guint days = (guint) g_rand_int_range (w.random, 100, 200);
  for (guint day = 0; day < days;) {
    guint some = (guint) g_rand_int_range (w.random, 1, 30);
    publish (&w, some);
    day += some;
    round_from (daily, w.depot);
    assert_same (&w, daily);
    follow_simply (&w, &simple);
    if (g_rand_int_range (w.random, 0, 3) > 0)
      continue;
    Village *v = village_new (&w); /* seen now, and then not for long */
    round_from (v, w.depot);
    g_ptr_array_add (away, v);
  }
  for (guint i = 0; i < away->len; i++) { /* segments, skips, perhaps a snapshot */
    Village *v = away->pdata[i];
    round_from (v, w.depot);
    assert_same (&w, v);
    g_assert_cmpuint (v->refused, ==, 0);
    g_assert_cmpuint (v->report.requests, <=, REQUESTS_BEFORE + 3);
  }
  g_autoptr (Village) fresh = village_new (&w); /* from nothing: the snapshot */
  round_from (fresh, w.depot);
  assert_same (&w, fresh);
  g_assert_cmpuint (g_array_index (fresh->report.channels, CzRoundChannel, 0).bundles, <=, 40);
  g_auto (Simple) newcomer = simple_new (&w);
  follow_simply (&w, &newcomer);
  g_assert_cmpuint (newcomer.reader.n_snapshots, ==, 1);
  g_assert_cmpuint (simple.reader.n_plain, >=, days / 2);
  g_assert_cmpuint (count_files (&w, "snap"), <=, 3);
  g_assert_cmpuint (count_files (&w, "skip"), <=, 4);
  remove_folder (&w, "snap");
  remove_folder (&w, "skip");
  g_autoptr (Village) patient = village_new (&w); /* the chain, from its beginning */
  round_from (patient, w.depot);
  assert_same (&w, patient);
  g_assert_cmpuint (g_array_index (patient->report.channels, CzRoundChannel, 0).bundles, >=, days);
  feed_the_near (&w, daily);
  round_from (fresh, w.depot);
  round_from (patient, w.depot);
  Village *fed[3];
  feed_by_stick (&w, patient, fresh, fed);
  publish (&w, 1); /* and all go on together */
  Village *all[] = { daily, fresh, patient, fed[0], fed[1], fed[2] };
  for (gsize i = 0; i < G_N_ELEMENTS (all); i++) {
    round_from (all[i], w.depot);
    assert_same (&w, all[i]);
    g_assert_cmpuint (g_array_index (all[i]->report.channels, CzRoundChannel, 0).bundles, ==, 1);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (fed); i++)
    village_free (fed[i]);
}

/* Several plain forms in a row, then a step that is plain in its segment, at a place that no plain form told, then plain forms again. */
static void
test_plain_forms (void)
{
  g_auto (World) w = world_new (7);
  g_auto (Simple) simple = simple_new (&w);
  const CzTable *table = cz_table_by_number (CZ_TABLE_NOTICE);
  g_autoptr (GError) error = NULL;
  publish (&w, 6);
  g_assert_true (cz_publisher_begin (w.office->publisher, 0, 1, &error));
  for (guint i = 1; i <= N_NOTICES; i++) {
    CzRow row = { 0 };
    row.v[0].i = cz_id_make (COUNTY, i);
    hand_in (&w, table, &row, TRUE);
  }
  g_assert_true (cz_publisher_finish (w.office->publisher, 0, NULL, &error));
  publish (&w, 2);
  follow_simply (&w, &simple);
  g_assert_cmpuint (simple.reader.n_of_segments, ==, 2); /* the first publication, the removal */
  g_assert_cmpuint (simple.reader.n_plain, ==, 7);
}

static void
test_random_histories (void)
{
  const char *given = g_getenv ("CZ_TEST_SEED");
  guint32 seed = given ? (guint32) g_ascii_strtoull (given, NULL, 10) : g_random_int ();
  g_test_message ("CZ_TEST_SEED=%u", seed);
  follow_history (seed);
}

/* One byte of a jump's file is wrong: that is told, and the chain is taken. */
static void
spoil (World *w, const char *folder)
{
  g_autofree char *path = g_strdup_printf ("%s/v1/c/%06d/%s", w->depot, COUNTY, folder);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *file = g_build_filename (path, name, NULL);
    g_autofree char *data = NULL;
    gsize size;
    cz_test_take (file, &data, &size);
    data[size - 1] ^= 1;
    cz_test_put (file, data, size);
  }
}

static void
test_spoilt_jumps (void)
{
  g_auto (World) w = world_new (7);
  g_autoptr (Village) away = village_new (&w);
  publish (&w, 20);
  round_from (away, w.depot);
  publish (&w, 80);
  spoil (&w, "snap");
  spoil (&w, "skip");
  g_autoptr (Village) fresh = village_new (&w);
  Village *all[] = { away, fresh };
  for (gsize i = 0; i < G_N_ELEMENTS (all); i++) {
    round_from (all[i], w.depot);
    g_assert_cmpuint (all[i]->refused, ==, 1);
    assert_same (&w, all[i]);
  }
}

/* A publisher that lost what it keeps for the next skip begins anew; no station minds. */
static void
test_lost_base (void)
{
  g_auto (World) w = world_new (8);
  g_autoptr (Village) away = village_new (&w);
  publish (&w, 75);
  round_from (away, w.depot);
  g_autofree char *base = g_build_filename (w.office->dir, "base-1", NULL);
  g_assert_true (g_file_test (base, G_FILE_TEST_IS_DIR));
  cz_test_remove_tree (base);
  publish (&w, 75);
  g_assert_true (g_file_test (base, G_FILE_TEST_IS_DIR));
  round_from (away, w.depot);
  assert_same (&w, away);
  g_assert_cmpuint (away->refused, ==, 0);
}

static guint64
bytes_below (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;
  guint64 sum = 0;
  while (dir && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *inner = g_build_filename (path, name, NULL);
    GStatBuf st;
    g_assert_cmpint (g_stat (inner, &st), ==, 0);
    sum += S_ISDIR (st.st_mode) ? bytes_below (inner) : (guint64) st.st_size;
  }
  return sum;
}

/* What is kept stays small, oldest months first out; whoever is near enough is still fed, whoever is not is told nothing false. */
static void
test_kept_is_bounded (void)
{
  const guint64 kept = 40000;
  g_auto (World) w = world_new (9);
  g_autoptr (Village) daily = village_new (&w);
  g_autoptr (Village) near = village_new (&w);
  g_autoptr (Village) far = village_new (&w);
  publish (&w, 3);
  round_from (far, w.depot);
  for (guint month = 0; month < 8; month++) {
    publish (&w, 30);
    g_assert_cmpint (round_with (daily, w.depot, FALSE, kept), ==, CZ_EXIT_DONE);
    if (month == 6)
      round_from (near, w.depot);
  }
  g_assert_cmpuint (bytes_below (daily->home->kept), <, kept + 10000); /* papers, index, head */
  g_autofree char *stick = stick_of (&w, daily);
  g_assert_cmpint (round_with (near, stick, TRUE, kept), ==, CZ_EXIT_DONE);
  assert_same (&w, near);
  remove_folder (&w, "snap");
  (void) round_with (far, stick, FALSE, kept);
  g_assert_cmpuint (far->refused, ==, 0);
}

/* A stick whose folders are links leads nobody out of the stick. */
static void
test_hostile_stick (void)
{
  static const char *const links[] = { "v1", "v1/c", "v1/c/990101", "v1/c/990101/seg", "v1/m", "v1/root" };
  g_auto (World) w = world_new (10);
  g_autoptr (Village) v = village_new (&w);
  publish (&w, 2);
  round_from (v, w.depot);
  for (gsize i = 0; i < G_N_ELEMENTS (links); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *name = g_strdup_printf ("hostile-%zu", i);
    g_autofree char *stick = g_build_filename (w.dir, name, NULL);
    g_autofree char *link = g_build_filename (stick, links[i], NULL);
    g_autofree char *above = g_path_get_dirname (link);
    const CzStickOptions options = { .folder = stick, .media_bytes = G_MAXUINT64 };
    CzStickReport written;
    g_assert_cmpint (g_mkdir_with_parents (above, 0700), ==, 0);
    g_assert_cmpint (symlink (v->home->agent, link), ==, 0);
    guint64 before = bytes_below (v->home->agent);
    g_assert_false (cz_stick_write (v->station, &options, &written, &error));
    g_assert_error (error, CZ_ROAD_ERROR, CZ_ROAD_ERROR_DENIED);
    g_assert_cmpuint (bytes_below (v->home->agent), ==, before);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/roads/random-histories", test_random_histories);
  g_test_add_func ("/roads/plain-forms", test_plain_forms);
  g_test_add_func ("/roads/spoilt-jumps", test_spoilt_jumps);
  g_test_add_func ("/roads/lost-base", test_lost_base);
  g_test_add_func ("/roads/kept-is-bounded", test_kept_is_bounded);
  g_test_add_func ("/roads/hostile-stick", test_hostile_stick);
  return g_test_run ();
}
