/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sync/station/cz-round.h"
#include "sync/wire/cz-paths.h"
#include "sync/wire/cz-wire-error.h"
#include "tests/sync/station/cz-files.h"
#include "tests/sync/station/cz-setting.h"

/* Whole rounds in this process, from a real publisher's depot read as a folder. */

static char *
depot_file (CzSetting *s, char *owned_name)
{
  g_autofree char *name = owned_name;
  return g_build_filename (s->depot, name, NULL);
}

static char *
segment_file (CzSetting *s, CzChannel channel)
{
  g_autofree char *folder = g_strdup_printf ("%s/v1/c/%06d/seg", s->depot, channel);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name = g_dir_read_name (dir);
  g_assert_nonnull (name);
  g_assert_null (g_dir_read_name (dir));
  return g_build_filename (folder, name, NULL);
}

static char *
chain_file (CzSetting *s)
{
  guint8 hash[32];
  gsize size;
  const guint8 *data = g_bytes_get_data (s->office->chain, &size);
  cz_hash (data, size, hash);
  return depot_file (s, cz_path_chain (COUNTY, hash));
}

/* ---- the good cases ---- */

static void
test_follows (CzSetting *s, gconstpointer data)
{
  cz_office_publish (s->office, TODAY - 9, 3, 4, 25);
  g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_DONE);
  const CzRoundChannel *channel = &g_array_index (s->report.channels, CzRoundChannel, 0);
  g_assert_cmpuint (channel->bundles, ==, 3);
  g_assert_cmpuint (s->changed, ==, 1);
  cz_setting_assert_same_as_office (s);
  /* Nothing new: a head, no index, no segment. */
  g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_DONE);
  g_assert_cmpuint (s->report.requests, ==, 1);
  g_assert_cmpuint (s->changed, ==, 0);
  cz_office_publish (s->office, TODAY - 6, 1, 4, 25);
  g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_DONE);
  g_assert_cmpuint (s->report.requests, ==, 3);
  channel = &g_array_index (s->report.channels, CzRoundChannel, 0);
  g_assert_cmpuint (channel->bundles, ==, 1);
  cz_setting_assert_same_as_office (s);
  /* What was fetched is not kept twice. */
  g_autoptr (GDir) part = g_dir_open (s->home->part, 0, NULL);
  g_assert_null (g_dir_read_name (part));
}

static void
test_several_months (CzSetting *s, gconstpointer data)
{
  for (int month = 0; month < 3; month++) {
    cz_clock_fixed_set (s->clock, OFFICE_NOW + month * 31 * 86400, 0);
    cz_office_publish (s->office, TODAY + month * 31, 2, 2, 10);
    if (month == 1) /* in the middle of a month */
      g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_DONE);
  }
  g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_DONE);
  cz_setting_assert_same_as_office (s);
  cz_setting_assert_mark (s, 6);
}

static void
test_two_channels (CzSetting *s, gconstpointer data)
{
  static const CzChannel line[] = { COUNTY, 990000, 0 };
  g_autofree char *dir = g_build_filename (s->dir, "centre", NULL);
  cz_office_publish (s->office, TODAY, 1, 2, 10);
  cz_setting_enrol (s, line, G_N_ELEMENTS (line));
  cz_setting_open_station (s);
  /* Neither province nor centre has published anything: no error. */
  g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_DONE);
  cz_setting_assert_same_as_office (s);
  g_autoptr (CzOffice) centre = cz_office_new (dir, s->depot, 0, s->clock, s->office);
  cz_office_publish (centre, TODAY, 2, 2, 10);
  g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_DONE);
  g_assert_cmpuint (s->report.channels->len, ==, 3);
  g_assert_cmpint (g_array_index (s->report.channels, CzRoundChannel, 0).channel, ==, 0);
  g_assert_cmpuint (g_array_index (s->report.channels, CzRoundChannel, 0).seq_after, ==, 2);
  g_assert_true (g_array_index (s->report.channels, CzRoundChannel, 1).is_absent);
}

/* The next head of the office, which has seen so many bundles of the one above. */
static void
speak_of (CzOffice *office, CzChannel above, guint64 seq)
{
  g_autoptr (GError) error = NULL;
  CzPublisherConfig config = office->config;
  CzHeadLink seen = { .channel = above, .seq = seq };
  config.parents = &seen;
  config.n_parents = 1;
  g_clear_pointer (&office->publisher, cz_publisher_free);
  g_autoptr (CzPublisher) publisher = cz_publisher_open (&config, &error);
  g_assert_no_error (error);
  g_assert_true (cz_publisher_beat (publisher, 0, &error));
  g_assert_no_error (error);
}

/* A province above that has published so many days; the station follows both, has them, and only polls from then on. */
static CzOffice *
polled_below_province (CzSetting *s, guint days)
{
  static const CzChannel line[] = { COUNTY, 990000 };
  g_autofree char *dir = g_build_filename (s->dir, "province", NULL);
  cz_office_publish (s->office, TODAY, 1, 2, 10);
  CzOffice *province = cz_office_new (dir, s->depot, 990000, s->clock, s->office);
  cz_office_publish (province, TODAY, days, 2, 10);
  cz_setting_enrol (s, line, G_N_ELEMENTS (line));
  cz_setting_open_station (s);
  s->only_due = TRUE;
  g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_DONE);
  return province;
}

/* A poll that nobody asked for costs one head; what stands above is asked when the own office's head has seen news there. */
static void
test_above_is_asked_when_due (CzSetting *s, gconstpointer data)
{
  const CzRoundChannel *above = NULL;
  g_autoptr (CzOffice) province = polled_below_province (s, 2);
  above = &g_array_index (s->report.channels, CzRoundChannel, 0);
  g_assert_cmpuint (above->seq_after, ==, 2);
  cz_office_publish (province, TODAY + 2, 1, 2, 10);
  g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_DONE);
  g_assert_cmpuint (s->report.requests, ==, 1);
  above = &g_array_index (s->report.channels, CzRoundChannel, 0);
  g_assert_true (above->is_left);
  g_assert_cmpuint (above->seq_after, ==, 2);
  speak_of (s->office, 990000, 3);
  g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_DONE);
  above = &g_array_index (s->report.channels, CzRoundChannel, 0);
  g_assert_false (above->is_left);
  g_assert_cmpuint (above->seq_after, ==, 3);
  /* Whoever asks asks everybody. */
  s->only_due = FALSE;
  g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_DONE);
  g_assert_cmpuint (s->report.requests, ==, 2);
}

/* The head came, its bundle broke off: that is not to have asked. */
static void
test_above_is_asked_again_when_its_news_broke_off (CzSetting *s, gconstpointer data)
{
  g_autofree char *whole = NULL;
  gsize size;
  g_autoptr (CzOffice) province = polled_below_province (s, 1);
  cz_office_publish (province, TODAY + 1, 1, 2, 10);
  g_autofree char *segment = segment_file (s, 990000);
  cz_test_take (segment, &whole, &size);
  cz_test_put (segment, whole, size - 40);
  speak_of (s->office, 990000, 2);
  g_assert_cmpint (cz_setting_round (s, NULL, 0), !=, CZ_EXIT_DONE);
  /* The own office takes its word back: what is known of the province's news is the province's own head alone. */
  CzWatch quiet = { .witness_seq = 1, .witness_s = OFFICE_NOW + 2 * CZ_WITNESS_HOLD_S };
  g_assert_true (cz_trust_note (s->station->trust, 990000, &quiet, NULL));
  cz_test_put (segment, whole, size);
  g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_DONE);
  const CzRoundChannel *above = &g_array_index (s->report.channels, CzRoundChannel, 0);
  g_assert_false (above->is_left);
  g_assert_cmpuint (above->seq_after, ==, 2);
  g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_DONE);
  above = &g_array_index (s->report.channels, CzRoundChannel, 0);
  g_assert_true (above->is_left);
}

/* The next head of the office, signed years ahead, by whoever has its key. */
static void
speak_from_the_future (CzOffice *office, CzHead head, CzChannel above, guint64 seq)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name = cz_path_head (office->channel);
  g_autofree char *path = g_build_filename (office->depot, name, NULL);
  head.issued_s = G_MAXINT64 - 1;
  head.n_parents = 1;
  head.parents[0] = (CzHeadLink) { .channel = above, .seq = seq };
  g_autoptr (GBytes) bytes = cz_head_build (&head, office->head_key, &error);
  g_assert_no_error (error);
  cz_test_put (path, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

/* Neither a number that is too low nor one that is too high outlives the thief. */
static void
test_a_word_from_the_future_is_forgotten (CzSetting *s, gconstpointer data)
{
  static const CzChannel line[] = { COUNTY, 990000 };
  CzWatch watch;
  CzHead head;
  cz_office_publish (s->office, TODAY, 1, 2, 10);
  g_assert_true (cz_publisher_head (s->office->publisher, &head));
  cz_setting_enrol (s, line, G_N_ELEMENTS (line));
  cz_setting_open_station (s);
  g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_DONE);
  speak_from_the_future (s->office, head, 990000, 1);
  g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_DONE);
  cz_trust_watch (s->station->trust, 990000, &watch);
  g_assert_cmpuint (watch.witness_seq, ==, 1);
  g_assert_cmpint (watch.witness_s, ==, OFFICE_NOW);
  speak_of (s->office, 990000, 3);
  cz_setting_round (s, NULL, 0);
  cz_trust_watch (s->station->trust, 990000, &watch);
  g_assert_cmpuint (watch.witness_seq, ==, 3);
  speak_from_the_future (s->office, head, 990000, 99);
  cz_setting_round (s, NULL, 0);
  cz_trust_watch (s->station->trust, 990000, &watch);
  g_assert_cmpuint (watch.witness_seq, ==, 99);
  /* The thief has pushed the time, too, as far as that goes. */
  cz_clock_fixed_set (s->clock, OFFICE_NOW + CZ_TIME_PUSH_MAX_S + CZ_WITNESS_HOLD_S + 1, (gint64) 2 * CZ_WITNESS_HOLD_S * G_USEC_PER_SEC);
  speak_of (s->office, 990000, 3);
  cz_setting_round (s, NULL, 0);
  cz_trust_watch (s->station->trust, 990000, &watch);
  g_assert_cmpuint (watch.witness_seq, ==, 3);
}

static void
test_wrong_clocks (CzSetting *s, gconstpointer data)
{
  static const gint64 wrong[] = { 0, 86400, OFFICE_NOW + G_GINT64_CONSTANT (5) * 366 * 86400, G_GINT64_CONSTANT (4102444800) };
  g_autoptr (CzClock) right = g_object_ref (s->clock);
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++) {
    cz_office_publish (s->office, TODAY + (CzDay) i, 1, 2, 5);
    g_clear_object (&s->clock);
    s->clock = cz_clock_new_fixed (wrong[i], 0);
    cz_setting_open_station (s);
    g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_DONE);
    cz_setting_assert_same_as_office (s);
    /* The bound comes from the head, not from this clock. */
    g_assert_cmpint (cz_clock_trusted_s (s->clock), ==, OFFICE_NOW);
  }
}

static void
test_no_road (CzSetting *s, gconstpointer data)
{
  g_autofree char *nowhere = g_build_filename (s->dir, "nowhere", NULL);
  g_assert_cmpint (cz_setting_round (s, nowhere, 0), ==, CZ_EXIT_NO_ROAD);
  g_assert_cmpstr (cz_round_trouble (&s->report), ==, "no-road");
  g_assert_cmpint (cz_setting_round (s, "http://127.0.0.1:1/", 0), ==, CZ_EXIT_NO_ROAD);
  cz_setting_assert_mark (s, 0);
}

static void
test_media (CzSetting *s, gconstpointer data)
{
  g_autofree char *bytes = g_malloc0 (70000);
  guint8 hash[32];
  for (int i = 0; i < 3; i++) {
    bytes[0] = (char) i;
    g_autoptr (GBytes) object = g_bytes_new (bytes, 70000);
    cz_office_publish_media (s->office, object, i);
  }
  bytes[0] = 1;
  cz_hash ((guint8 *) bytes, 70000, hash);
  g_autofree char *spoilt = depot_file (s, cz_path_media (hash));
  g_assert_true (g_file_set_contents (spoilt, bytes + 1, 69999, NULL));
  g_autofree char *longer = g_strconcat (spoilt, ".long", NULL);
  g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_DONE);
  g_assert_cmpuint (s->report.media_fetched, ==, 2);
  g_assert_cmpuint (s->report.media_missing, ==, 1);
  /* Of the right length and yet another object. */
  bytes[5] = 1;
  cz_test_put (spoilt, bytes, 70000);
  g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_DONE);
  g_assert_cmpuint (s->report.media_missing, ==, 1);
  bytes[5] = 0;
  cz_test_put (spoilt, bytes, 70000);
  g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_DONE);
  g_assert_cmpuint (s->report.media_fetched, ==, 1);
  g_assert_cmpuint (s->report.media_missing, ==, 0);
  g_autofree char *hex = cz_hash_to_hex (hash);
  g_autofree char *kept = g_build_filename (s->home->media, hex, NULL);
  g_autofree char *found = NULL;
  gsize size;
  cz_test_take (kept, &found, &size);
  g_assert_cmpmem (found, size, bytes, 70000);
}

/* ---- the attacks ---- */

/* Any byte of the file flipped, then any shorter file: refused with nothing changed, or the very same content. */
static void
attack_file (CzSetting *s, const char *path, gsize from, guint step)
{
  g_autofree char *good = NULL;
  gsize size;
  guint accepted = 0;
  cz_test_take (path, &good, &size);
  g_autofree char *bad = g_memdup2 (good, size);
  for (gsize i = from; i < size; i += step) {
    bad[i] ^= (char) (1 << (i % 8));
    cz_test_put (path, bad, size);
    bad[i] = good[i];
    if (cz_setting_round (s, NULL, 0) == CZ_EXIT_DONE)
      accepted++;
    else
      cz_setting_assert_mark (s, 1);
  }
  for (gsize length = from; length < size; length += step) {
    cz_test_put (path, good, length);
    g_assert_cmpint (cz_setting_round (s, NULL, 0), !=, CZ_EXIT_DONE);
    cz_setting_assert_mark (s, 1);
  }
  cz_test_put (path, good, size);
  g_assert_cmpuint (accepted, ==, 0);
}

static void
test_tampered_and_truncated (CzSetting *s, gconstpointer data)
{
  struct stat st;
  cz_office_publish (s->office, TODAY - 1, 1, 2, 5);
  g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_DONE);
  g_autofree char *segment = segment_file (s, COUNTY);
  g_assert_cmpint (stat (segment, &st), ==, 0);
  cz_office_publish (s->office, TODAY, 1, 2, 5);
  g_autofree char *head = depot_file (s, cz_path_head (COUNTY));
  g_autofree char *index = depot_file (s, cz_path_index (COUNTY));
  attack_file (s, head, 0, 1);
  attack_file (s, index, 0, 1);
  attack_file (s, segment, (gsize) st.st_size, 1);
  /* A segment that is right again is taken. */
  g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_DONE);
  cz_setting_assert_same_as_office (s);
}

static void
test_tampered_chain (CzSetting *s, gconstpointer data)
{
  g_autofree char *good = NULL;
  gsize size;
  cz_office_publish (s->office, TODAY, 1, 2, 5);
  g_autofree char *path = chain_file (s);
  cz_test_take (path, &good, &size);
  g_autofree char *bad = g_memdup2 (good, size);
  for (gsize i = 0; i < size; i++) {
    bad[i] ^= 4;
    cz_test_put (path, bad, size);
    bad[i] = good[i];
    g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_REFUSED);
    g_assert_cmpstr (s->rule, ==, "hash");
    cz_setting_assert_mark (s, 0);
  }
}

/* A whole depot as it was before is offered: with the content there, and with the content thrown away. */
static void
test_replay (CzSetting *s, gconstpointer data)
{
  g_autofree char *head = depot_file (s, cz_path_head (COUNTY));
  g_autofree char *index = depot_file (s, cz_path_index (COUNTY));
  g_autofree char *old_head = g_build_filename (s->dir, "old-head", NULL);
  g_autofree char *old_index = g_build_filename (s->dir, "old-index", NULL);
  g_autofree char *new_head = g_build_filename (s->dir, "new-head", NULL);
  g_autofree char *new_index = g_build_filename (s->dir, "new-index", NULL);
  cz_office_publish (s->office, TODAY - 1, 1, 2, 5);
  cz_test_copy (head, old_head);
  cz_test_copy (index, old_index);
  cz_office_publish (s->office, TODAY, 1, 2, 5);
  cz_test_copy (head, new_head);
  cz_test_copy (index, new_index);
  g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_DONE);
  cz_test_copy (old_head, head);
  cz_test_copy (old_index, index);
  g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_REFUSED);
  g_assert_cmpstr (s->rule, ==, "order");
  cz_setting_assert_mark (s, 2);
  cz_setting_spoil_content (s);
  cz_setting_open_station (s);
  g_assert_cmpuint (cz_test_take_warnings ("rebuilt"), ==, 1);
  g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_REFUSED);
  g_assert_cmpstr (s->rule, ==, "order");
  cz_setting_assert_mark (s, 0);
  /* A new head with an old index: mix and match. */
  cz_test_copy (new_head, head);
  g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_REFUSED);
  g_assert_cmpstr (s->rule, ==, "order");
  cz_test_copy (new_index, index);
  g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_DONE);
  cz_setting_assert_same_as_office (s);
}

static void
test_wrong_root (CzSetting *s, gconstpointer data)
{
  g_autofree char *dir = g_build_filename (s->dir, "thief", NULL);
  g_autofree char *depot = g_build_filename (s->dir, "thief-depot", NULL);
  g_autoptr (CzOffice) thief = cz_office_new (dir, depot, COUNTY, s->clock, NULL);
  cz_office_publish (thief, TODAY, 3, 2, 5);
  g_assert_cmpint (cz_setting_round (s, depot, 0), ==, CZ_EXIT_REFUSED);
  g_assert_cmpstr (s->rule, ==, "signature");
  cz_setting_assert_mark (s, 0);
}

/* The neighbour county's genuine depot, put under our names. */
static void
test_other_county (CzSetting *s, gconstpointer data)
{
  g_autofree char *dir = g_build_filename (s->dir, "neighbour", NULL);
  g_autofree char *depot = g_build_filename (s->dir, "neighbour-depot", NULL);
  g_autofree char *theirs = g_build_filename (depot, "v1/c/990102", NULL);
  g_autofree char *ours = g_build_filename (depot, "v1/c/990101", NULL);
  g_autoptr (CzOffice) neighbour = cz_office_new (dir, depot, 990102, s->clock, s->office);
  cz_office_publish (neighbour, TODAY, 3, 2, 5);
  g_assert_cmpint (g_rename (theirs, ours), ==, 0);
  g_assert_cmpint (cz_setting_round (s, depot, 0), ==, CZ_EXIT_REFUSED);
  g_assert_cmpstr (s->rule, ==, "scope");
  cz_setting_assert_mark (s, 0);
}

static void
test_oversized_and_odd (CzSetting *s, gconstpointer data)
{
  g_autofree char *head = depot_file (s, cz_path_head (COUNTY));
  g_autofree char *index = depot_file (s, cz_path_index (COUNTY));
  g_autofree char *kept = g_build_filename (s->dir, "kept", NULL);
  cz_office_publish (s->office, TODAY, 1, 2, 5);
  g_autofree char *segment = segment_file (s, COUNTY);
  const char *const small[] = { head, index };
  for (gsize i = 0; i < G_N_ELEMENTS (small); i++) {
    cz_test_copy (small[i], kept);
    cz_test_make_huge (small[i]);
    g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_REFUSED);
    g_assert_cmpstr (s->rule, ==, "limit");
    cz_test_copy (kept, small[i]);
  }
  /* A link where a file should be, even to the very file; a folder; a pipe that would never end. */
  const char *const all[] = { head, index, segment };
  for (gsize i = 0; i < G_N_ELEMENTS (all); i++) {
    g_assert_cmpint (g_rename (all[i], kept), ==, 0);
    g_assert_cmpint (symlink (kept, all[i]), ==, 0);
    g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_REFUSED);
    g_assert_cmpint (g_unlink (all[i]), ==, 0);
    g_assert_cmpint (mkfifo (all[i], 0644), ==, 0);
    g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_REFUSED);
    g_assert_cmpint (g_unlink (all[i]), ==, 0);
    g_assert_cmpint (g_mkdir (all[i], 0755), ==, 0);
    g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_REFUSED);
    g_assert_cmpint (g_rmdir (all[i]), ==, 0);
    g_assert_cmpint (g_rename (kept, all[i]), ==, 0);
    cz_setting_assert_mark (s, 0);
  }
  g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_DONE);
}

/* The depot has lost what the station needs next; and a segment that holds another bundle in its place. */
static void
test_gap (CzSetting *s, gconstpointer data)
{
  struct stat st;
  g_autofree char *bytes = NULL;
  gsize size;
  cz_office_publish (s->office, TODAY - 2, 1, 2, 5);
  g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_DONE);
  g_autofree char *segment = segment_file (s, COUNTY);
  g_assert_cmpint (stat (segment, &st), ==, 0);
  gsize one = (gsize) st.st_size;
  cz_office_publish (s->office, TODAY - 1, 1, 2, 5);
  g_assert_cmpint (stat (segment, &st), ==, 0);
  gsize two = (gsize) st.st_size;
  cz_office_publish (s->office, TODAY, 1, 2, 5);
  cz_test_take (segment, &bytes, &size);
  /* Bundle 3 where bundle 2 should be: genuine, signed, and refused. */
  g_autofree char *swapped = g_malloc0 (size);
  memcpy (swapped, bytes, one);
  memcpy (swapped + one, bytes + two, size - two);
  cz_test_put (segment, swapped, size);
  g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_REFUSED);
  g_assert_cmpstr (s->rule, ==, "order");
  cz_setting_assert_mark (s, 1);
  cz_test_put (segment, bytes, size);
  g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_DONE);
  cz_setting_assert_same_as_office (s);
}

/* The same news under an older delegation: what revocation rests on. */
static void
test_older_delegation (CzSetting *s, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) signers = g_ptr_array_new ();
  g_autoptr (GPtrArray) links = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autofree char *head = depot_file (s, cz_path_head (COUNTY));
  g_autofree char *kept = g_build_filename (s->dir, "kept", NULL);
  cz_office_publish (s->office, TODAY, 1, 2, 5);
  cz_test_copy (head, kept);
  CzDelegation newer = s->office->delegation;
  newer.serial = 2;
  g_ptr_array_add (signers, s->office->root_key);
  g_ptr_array_add (links, cz_delegation_build (&newer, signers, &error));
  g_autoptr (GBytes) chain = cz_chain_build (links, &error);
  CzPublisherConfig config = s->office->config;
  config.delegation = &newer;
  config.chain = chain;
  g_clear_pointer (&s->office->publisher, cz_publisher_free);
  g_autoptr (CzPublisher) publisher = cz_publisher_open (&config, &error);
  g_assert_no_error (error);
  guint8 hash[32];
  cz_hash (g_bytes_get_data (chain, NULL), g_bytes_get_size (chain), hash);
  g_autofree char *chain_path = cz_path_chain (COUNTY, hash);
  g_assert_true (cz_depot_put_new (s->office->folder, chain_path, chain, &error));
  g_assert_true (cz_publisher_beat (publisher, 0, &error));
  g_assert_no_error (error);
  g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_DONE);
  cz_test_copy (kept, head);
  g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_REFUSED);
  g_assert_cmpstr (s->rule, ==, "order");
  cz_setting_assert_mark (s, 1);
}

/* ---- bundles that are signed and yet wrong ---- */

static GBytes *
forge_section (CzSection *section)
{
  g_autoptr (GError) error = NULL;
  const CzTable *table = cz_table_by_number (CZ_TABLE_MARKET);
  g_autoptr (CzSectionWriter) writer = cz_section_writer_new (table, CZ_OP_INSERT, CZ_CODEC_RAW, 0);
  CzRow row = { 0 };
  row.v[0].i = cz_id_make (990102, 7); /* the neighbour's */
  row.v[1] = (CzValue){ .p = "x", .len = 1 };
  g_assert_true (cz_section_writer_add (writer, &row, 0, &error));
  GBytes *bytes = cz_section_writer_finish (writer, section, &error);
  g_assert_no_error (error);
  return bytes;
}

/* Puts a bundle into the depot behind the last one, with index and head, all signed by the right keys. */
static void
announce_forged (CzSetting *s, guint32 schema)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) sections = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autofree CzManifest *m = g_new0 (CzManifest, 1);
  g_autofree CzBundle *opened = g_new0 (CzBundle, 1);
  CzChannelMark mark;
  CzHead head;
  gsize size, index_size;
  g_autofree char *index_bytes = NULL;
  g_assert_true (cz_content_mark (s->office->replica, COUNTY, &mark, &error));
  *m = (CzManifest){ .channel = COUNTY, .epoch = 1, .from_seq = mark.seq, .to_seq = mark.seq + 1, .schema = schema,
                     .segment = mark.segment, .seg_offset = mark.seg_offset, .n_sections = 1 };
  cz_state_to_bytes (&mark.state, m->from_state);
  memset (m->to_state, 9, 32);
  memcpy (m->prev_bundle, mark.tip, 32);
  g_ptr_array_add (sections, forge_section (&m->sections[0]));
  g_autoptr (GBytes) bundle = cz_bundle_build (m, sections, s->office->content_key, &error);
  g_assert_no_error (error);
  g_autofree char *segment = cz_path_segment (COUNTY, mark.segment);
  g_assert_true (cz_depot_append (s->office->folder, segment, mark.seg_offset, bundle, &error));
  const guint8 *data = g_bytes_get_data (bundle, &size);
  g_assert_true (cz_bundle_open (data, size, &s->office->delegation.content_key, opened, &error));
  g_autofree char *index_path = depot_file (s, cz_path_index (COUNTY));
  cz_test_take (index_path, &index_bytes, &index_size);
  g_autoptr (CzIndex) index = cz_index_open ((guint8 *) index_bytes, index_size, &s->office->delegation.head_key, &error);
  CzIndexSegment *last = &g_array_index (index->segments, CzIndexSegment, index->segments->len - 1);
  index->seq = last->last_seq = m->to_seq;
  last->bytes = mark.seg_offset + size;
  g_autoptr (GBytes) new_index = cz_index_build (index, s->office->head_key, &error);
  cz_test_put (index_path, g_bytes_get_data (new_index, NULL), g_bytes_get_size (new_index));
  g_assert_true (cz_publisher_head (s->office->publisher, &head));
  head.seq = m->to_seq;
  memcpy (head.tip, opened->hash, 32);
  memcpy (head.state, m->to_state, 32);
  g_autoptr (GBytes) new_head = cz_head_build (&head, s->office->head_key, &error);
  g_assert_no_error (error);
  g_autofree char *head_path = depot_file (s, cz_path_head (COUNTY));
  cz_test_put (head_path, g_bytes_get_data (new_head, NULL), g_bytes_get_size (new_head));
}

static void
assert_floor (CzSetting *s, guint64 seq)
{
  CzFloor floor;
  cz_trust_floor (s->station->trust, COUNTY, &floor);
  g_assert_cmpuint (floor.seq, ==, seq);
}

static guint
count_parts (CzSetting *s)
{
  g_autoptr (GDir) dir = g_dir_open (s->home->part, 0, NULL);
  guint n = 0;
  while (g_dir_read_name (dir))
    n++;
  return n;
}

/* The county's own key writes a neighbour's row: refused, and the station is as it was, its floor too. */
static void
test_refused_rows_leave_no_trace (CzSetting *s, gconstpointer data)
{
  cz_office_publish (s->office, TODAY - 1, 1, 2, 5);
  g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_DONE);
  announce_forged (s, CZ_SCHEMA_VERSION);
  g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_REFUSED);
  g_assert_cmpstr (s->rule, ==, "scope");
  cz_setting_assert_mark (s, 1);
  assert_floor (s, 1);
  g_assert_cmpuint (count_parts (s), ==, 0);
}

/* Kept until the program is newer, and not fetched again with every poll. */
static void
test_newer_is_kept (CzSetting *s, gconstpointer data)
{
  cz_office_publish (s->office, TODAY - 1, 1, 2, 5);
  g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_DONE);
  announce_forged (s, CZ_SCHEMA_VERSION + 1);
  for (int i = 0; i < 2; i++) {
    g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_REFUSED);
    g_assert_cmpstr (s->rule, ==, "newer");
    g_assert_true (s->report.is_newer);
    /* Head, index and, the first time only, the bundle. */
    g_assert_cmpuint (s->report.requests, ==, i == 0 ? 3 : 2);
    cz_setting_assert_mark (s, 1);
    assert_floor (s, 1);
    g_assert_cmpuint (count_parts (s), ==, 1);
  }
}

/* The publisher stopped between index and head: what no head announces waits. */
static void
test_unannounced_waits (CzSetting *s, gconstpointer data)
{
  g_autofree char *head = depot_file (s, cz_path_head (COUNTY));
  g_autofree char *old_head = g_build_filename (s->dir, "old-head", NULL);
  g_autofree char *new_head = g_build_filename (s->dir, "new-head", NULL);
  cz_office_publish (s->office, TODAY - 3, 2, 2, 5);
  cz_test_copy (head, old_head);
  cz_office_publish (s->office, TODAY - 1, 2, 2, 5);
  cz_test_copy (head, new_head);
  cz_test_copy (old_head, head);
  g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_DONE);
  cz_setting_assert_mark (s, 2);
  assert_floor (s, 2);
  g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_DONE);
  cz_test_copy (new_head, head);
  g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_DONE);
  cz_setting_assert_same_as_office (s);
  g_assert_cmpuint (count_parts (s), ==, 0);
}

/* What a power cut left of an object under way: its length and not all of its bytes. Begun anew at once, and no depot is blamed. */
static void
test_torn_media (CzSetting *s, gconstpointer data)
{
  g_autofree char *bytes = g_malloc0 (5000);
  guint8 hash[32];
  memset (bytes + 600, 'x', 4400);
  g_autoptr (GBytes) object = g_bytes_new (bytes, 5000);
  cz_office_publish_media (s->office, object, 0);
  cz_hash ((guint8 *) bytes, 5000, hash);
  g_autofree char *hex = cz_hash_to_hex (hash);
  g_autofree char *kept = g_build_filename (s->home->media, hex, NULL);
  g_autofree char *name = g_strconcat (hex, ".media", NULL);
  g_autofree char *part = g_build_filename (s->home->part, name, NULL);
  const gsize lengths[] = { 5000, 700 };
  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++) {
    g_autofree char *zeros = g_malloc0 (lengths[i]);
    g_autofree char *found = NULL;
    gsize size;
    (void) g_unlink (kept);
    cz_test_put (part, zeros, lengths[i]);
    g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_DONE);
    g_assert_cmpuint (s->report.media_fetched, ==, 1);
    cz_test_take (kept, &found, &size);
    g_assert_cmpmem (found, size, bytes, 5000);
  }
}

/* The agent's own group is not the kiosk's; media/ has the kiosk's. */
static void
test_media_group (CzSetting *s, gconstpointer data)
{
  const gid_t kiosk = 64123;
  guint8 hash[32];
  struct stat st;
  g_autoptr (GBytes) object = g_bytes_new_static ("picture", 7);
  if (geteuid () != 0) {
    g_test_skip ("needs a second group: root only");
    return;
  }
  g_assert_cmpint (chown (s->home->media, (uid_t) -1, kiosk), ==, 0);
  g_assert_cmpint (chmod (s->home->media, 02750), ==, 0);
  cz_office_publish_media (s->office, object, 0);
  g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_DONE);
  cz_hash ((const guint8 *) "picture", 7, hash);
  g_autofree char *hex = cz_hash_to_hex (hash);
  g_autofree char *kept = g_build_filename (s->home->media, hex, NULL);
  g_assert_cmpint (stat (kept, &st), ==, 0);
  g_assert_cmpuint (st.st_gid, ==, kiosk);
  g_assert_cmpuint (st.st_mode & 07777, ==, 0640);
}

/* A head under a chain root → province → county, as those keys can make it. */
static void
beat_under (CzSetting *s, guint64 province_serial, CzSecretKey *province_key, guint64 county_serial)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) root = g_ptr_array_new ();
  g_autoptr (GPtrArray) parent = g_ptr_array_new ();
  g_autoptr (GPtrArray) links = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  CzDelegation province = { .channel = 990000, .serial = province_serial, .epoch = 1, .table_mask = ~G_GUINT64_CONSTANT (0) };
  CzDelegation county = s->office->delegation;
  guint8 hash[32];
  cz_secret_key_public (province_key, &province.delegate_key);
  county.serial = county_serial;
  g_ptr_array_add (root, s->office->root_key);
  g_ptr_array_add (parent, province_key);
  g_ptr_array_add (links, cz_delegation_build (&province, root, &error));
  g_ptr_array_add (links, cz_delegation_build (&county, parent, &error));
  g_autoptr (GBytes) chain = cz_chain_build (links, &error);
  g_assert_no_error (error);
  cz_hash (g_bytes_get_data (chain, NULL), g_bytes_get_size (chain), hash);
  g_autofree char *path = cz_path_chain (COUNTY, hash);
  g_assert_true (cz_depot_put_new (s->office->folder, path, chain, &error));
  CzPublisherConfig config = s->office->config;
  config.delegation = &county;
  config.chain = chain;
  g_clear_pointer (&s->office->publisher, cz_publisher_free);
  g_autoptr (CzPublisher) publisher = cz_publisher_open (&config, &error);
  g_assert_no_error (error);
  g_assert_true (cz_publisher_beat (publisher, 0, &error));
  g_assert_no_error (error);
}

/* The province lost its key and got another: what the old one signs is nothing any more, with any number on it. */
static void
test_revoked_parent (CzSetting *s, gconstpointer data)
{
  g_autoptr (CzSecretKey) stolen = cz_secret_key_new ();
  g_autoptr (CzSecretKey) renewed = cz_secret_key_new ();
  cz_office_publish (s->office, TODAY, 1, 2, 5);
  beat_under (s, 5, stolen, 2);
  g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_DONE);
  beat_under (s, 6, renewed, 3);
  g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_DONE);
  beat_under (s, 5, stolen, 4);
  g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_REFUSED);
  g_assert_cmpstr (s->rule, ==, "order");
  /* Also after a restart. */
  cz_setting_open_station (s);
  g_assert_cmpint (cz_setting_round (s, NULL, 0), ==, CZ_EXIT_REFUSED);
  g_assert_cmpstr (s->rule, ==, "order");
}

#define ADD(name, test) g_test_add ("/station/round/" name, CzSetting, NULL, cz_setting_setup, test, cz_setting_teardown)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  cz_test_collect_warnings ();
  ADD ("follows", test_follows);
  ADD ("several-months", test_several_months);
  ADD ("two-channels", test_two_channels);
  ADD ("above-is-asked-when-due", test_above_is_asked_when_due);
  ADD ("above-is-asked-again-when-its-news-broke-off", test_above_is_asked_again_when_its_news_broke_off);
  ADD ("a-word-from-the-future-is-forgotten", test_a_word_from_the_future_is_forgotten);
  ADD ("wrong-clocks", test_wrong_clocks);
  ADD ("no-road", test_no_road);
  ADD ("media", test_media);
  ADD ("tampered-and-truncated", test_tampered_and_truncated);
  ADD ("tampered-chain", test_tampered_chain);
  ADD ("replay", test_replay);
  ADD ("wrong-root", test_wrong_root);
  ADD ("other-county", test_other_county);
  ADD ("oversized-and-odd", test_oversized_and_odd);
  ADD ("gap", test_gap);
  ADD ("older-delegation", test_older_delegation);
  ADD ("refused-rows-leave-no-trace", test_refused_rows_leave_no_trace);
  ADD ("newer-is-kept", test_newer_is_kept);
  ADD ("unannounced-waits", test_unannounced_waits);
  ADD ("revoked-parent", test_revoked_parent);
  ADD ("torn-media", test_torn_media);
  ADD ("media-group", test_media_group);
  return g_test_run ();
}
