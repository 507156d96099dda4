/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/hub/cz-hub-correct.h"
#include "app/hub/cz-hub-publish.h"
#include "app/hub/cz-hub-recover.h"
#include "sync/depot/cz-file.h"
#include "sync/wire/cz-bundle.h"
#include "sync/wire/cz-limits.h"
#include "sync/wire/cz-paths.h"
#include "sync/wire/cz-ticket.h"
#include "sync/wire/cz-wire-error.h"
#include "tests/app/hub/cz-hub-fixture.h"

#define DAY FIXTURE_DAY

static const CzTable *
quotes (void)
{
  return cz_table_by_number (CZ_TABLE_QUOTE);
}

static void
apply_segment (CzContent *content, GBytes *segment, const CzHubTrust *trust, guint64 from)
{
  g_autoptr (GError) error = NULL;
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (segment, &size);
  g_autofree CzBundle *bundle = g_new0 (CzBundle, 1);
  CzApplyScope scope = { .table_mask = trust->delegation.table_mask, .now_s = FIXTURE_NOW };
  for (gsize at = 0; at < size; at += bundle->total_len) {
    g_assert_true (cz_bundle_open (data + at, size - at, &trust->delegation.content_key, bundle, &error));
    g_assert_no_error (error);
    g_assert_cmpuint (bundle->manifest.seg_offset, ==, at);
    if (bundle->manifest.to_seq <= from)
      continue;
    g_assert_true (cz_content_apply (content, bundle, data + at, bundle->total_len, &scope, &error));
    g_assert_no_error (error);
  }
}

/* What a station does: index, segments, bundles one after another; in the end the state the head names. Returns the
 * copy, which the caller looks into. */
static CzContent *
station (CzHubFixture *f, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_build_filename (f->folder, name, NULL);
  g_assert_true (cz_file_make_folder (folder, 0700, &error));
  CzContent *content = cz_content_open (folder, &error);
  g_assert_no_error (error);
  g_autoptr (CzHubTrust) trust = cz_hub_trust_load (f->hub, &error);
  g_autoptr (GBytes) index_bytes = cz_hub_fixture_depot_object (f, cz_path_index (FIXTURE_CHANNEL));
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (index_bytes, &size);
  g_autoptr (CzIndex) index = cz_index_open (data, size, &trust->delegation.head_key, &error);
  g_assert_no_error (error);
  CzChannelMark mark;
  g_assert_true (cz_content_mark (content, FIXTURE_CHANNEL, &mark, &error));
  for (guint i = 0; i < index->segments->len; i++) {
    const CzIndexSegment *line = &g_array_index (index->segments, CzIndexSegment, i);
    g_autoptr (GBytes) segment = cz_hub_fixture_depot_object (f, cz_path_segment (FIXTURE_CHANNEL, line->month));
    g_assert_cmpuint (g_bytes_get_size (segment), ==, line->bytes);
    apply_segment (content, segment, trust, mark.seq);
  }
  CzHead head = cz_hub_fixture_depot_head (f);
  guint8 state[32];
  g_assert_true (cz_content_mark (content, FIXTURE_CHANNEL, &mark, &error));
  cz_state_to_bytes (&mark.state, state);
  g_assert_cmpuint (mark.seq, ==, head.seq);
  g_assert_cmpuint (index->seq, ==, head.seq);
  g_assert_cmpmem (state, 32, head.state, 32);
  g_assert_cmpmem (mark.tip, 32, head.tip, 32);
  return content;
}

static void
test_round_trip (CzHubFixture *f, gconstpointer data)
{
  cz_hub_fixture_fill (f, 500);
  CzHubPublished out = cz_hub_fixture_publish (f);
  g_assert_cmpuint (out.report.from_seq, ==, 0);
  g_assert_cmpuint (out.report.seq, ==, 1);
  g_assert_cmpuint (out.report.tables[CZ_TABLE_QUOTE].inserted, ==, 500);
  g_assert_cmpuint (out.report.tables[CZ_TABLE_PUBLISHER].inserted, ==, 1);
  g_assert_false (out.recovered);
  g_autoptr (CzContent) content = station (f, "a");
  g_assert_cmpint (cz_content_count (cz_content_db (content), FIXTURE_CHANNEL, quotes ()), ==, 500);
  CzHead head = cz_hub_fixture_depot_head (f);
  g_assert_cmpuint (head.issued_s, ==, FIXTURE_NOW);
  g_assert_cmpuint (head.next_publish_s, ==, FIXTURE_NOW + 86400);
  g_assert_cmpint (cz_hub_count_dirty (f->hub, quotes ()), ==, 0);
  g_autoptr (GBytes) chain = cz_hub_fixture_depot_object (f, cz_path_chain (FIXTURE_CHANNEL, head.delegation));
  g_autoptr (GBytes) root = cz_hub_fixture_depot_object (f, cz_path_root (1));
  g_assert_nonnull (chain);
  g_assert_nonnull (root);
}

static void
test_nothing_to_publish (CzHubFixture *f, gconstpointer data)
{
  cz_hub_fixture_fill (f, 5);
  (void) cz_hub_fixture_publish (f);
  g_autoptr (GBytes) before = cz_hub_fixture_depot_object (f, cz_path_segment (FIXTURE_CHANNEL, 202611));
  cz_clock_fixed_set (f->clock, FIXTURE_NOW + 3600, 0);
  CzHubPublished out = cz_hub_fixture_publish (f);
  g_assert_cmpuint (out.report.from_seq, ==, out.report.seq);
  g_autoptr (GBytes) after = cz_hub_fixture_depot_object (f, cz_path_segment (FIXTURE_CHANNEL, 202611));
  g_assert_true (g_bytes_equal (before, after));
  g_assert_cmpuint (cz_hub_fixture_depot_head (f).issued_s, ==, FIXTURE_NOW + 3600);
  /* The same rows put once more are no news. */
  cz_hub_fixture_fill (f, 5);
  out = cz_hub_fixture_publish (f);
  g_assert_cmpuint (out.report.from_seq, ==, out.report.seq);
}

static void
test_segments_by_month (CzHubFixture *f, gconstpointer data)
{
  cz_hub_fixture_fill (f, 5);
  (void) cz_hub_fixture_publish (f);
  cz_hub_fixture_fill (f, 8);
  cz_clock_fixed_set (f->clock, FIXTURE_NOW + 20 * 86400, 0);
  CzHubPublished out = cz_hub_fixture_publish (f);
  g_assert_cmpuint (out.report.seq, ==, 2);
  g_autoptr (GBytes) december = cz_hub_fixture_depot_object (f, cz_path_segment (FIXTURE_CHANNEL, 202612));
  g_assert_nonnull (december);
  g_autoptr (CzContent) content = station (f, "a");
  g_assert_cmpint (cz_content_count (cz_content_db (content), FIXTURE_CHANNEL, quotes ()), ==, 8);
}

static gint64
sql (CzContent *content, const char *text)
{
  return cz_db_int (cz_content_db (content), text, -1);
}

static void
test_correct (CzHubFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  const char *const to[] = { "mid=0.95", NULL };
  CzRow key;
  CzRow old = cz_hub_fixture_first_quote ();
  guint n = 0;
  cz_hub_fixture_fill (f, 5);
  (void) cz_hub_fixture_publish (f);
  g_assert_true (cz_hub_begin (f->hub, &error));
  g_autofree char *day = cz_day_to_iso (DAY);
  g_autofree char *name = g_strdup_printf ("%s,东关市场,白菜,统货,批发", day);
  g_assert_true (cz_hub_parse_key (f->hub, quotes (), name, &key, &error));
  g_assert_no_error (error);
  g_assert_true (cz_hub_correct (f->hub, quotes (), &key, to, "misread", &n, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, 1);
  g_assert_true (cz_hub_commit (f->hub, &error));
  CzHubPublished out = cz_hub_fixture_publish (f);
  g_assert_cmpuint (out.report.seq, ==, 2);
  g_assert_cmpuint (out.report.tables[CZ_TABLE_QUOTE].updated, ==, 1);
  g_assert_cmpuint (out.report.tables[CZ_TABLE_QUOTE_CORRECTION].inserted, ==, 1);
  g_autoptr (CzContent) content = station (f, "a");
  g_assert_cmpint (sql (content, "SELECT mid FROM quote WHERE day = 20780"), ==, 950);
  g_assert_cmpint (sql (content, "SELECT status FROM quote WHERE day = 20780"), ==, 1);
  g_assert_cmpint (sql (content, "SELECT old_mid * 10000 + new_mid FROM quote_correction WHERE reason = 'misread'"), ==, 9000950);
  /* The first file once more does not undo the correction. */
  CzHubChange change = CZ_HUB_NEW;
  g_assert_true (cz_hub_compare (f->hub, quotes (), &old, &change, NULL, &error));
  g_assert_cmpint (change, ==, CZ_HUB_SAME);
}

static void
test_correct_refusals (CzHubFixture *f, gconstpointer data)
{
  static const char *const bad[] = { "mid=0.10", "day=3", "colour=red", "mid", "mid=many" };
  g_autoptr (GError) error = NULL;
  CzRow key = cz_hub_fixture_first_quote ();
  guint n = 0;
  cz_hub_fixture_fill (f, 5);
  g_assert_true (cz_hub_begin (f->hub, &error));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    const char *const to[] = { bad[i], NULL };
    g_assert_false (cz_hub_correct (f->hub, quotes (), &key, to, "x", &n, &error));
    g_assert_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED);
    g_clear_error (&error);
  }
  static const char *const keys[] = { "2026-11-23", "x,东关市场,白菜,统货,批发", "2026-11-23,西关,白菜,统货,批发" };
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    g_assert_false (cz_hub_parse_key (f->hub, quotes (), keys[i], &key, &error));
    g_assert_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED);
    g_clear_error (&error);
  }
}

static void
test_withdraw (CzHubFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  CzRow row = cz_hub_fixture_first_quote ();
  cz_hub_fixture_fill (f, 5);
  (void) cz_hub_fixture_publish (f);
  g_assert_true (cz_hub_begin (f->hub, &error));
  g_assert_true (cz_hub_withdraw (f->hub, quotes (), &row, "wrong market", &error));
  g_assert_no_error (error);
  g_assert_false (cz_hub_withdraw (f->hub, quotes (), &row, "wrong market", &error));
  g_assert_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_true (cz_hub_commit (f->hub, &error));
  CzHubPublished out = cz_hub_fixture_publish (f);
  g_assert_cmpuint (out.report.tables[CZ_TABLE_QUOTE].deleted, ==, 1);
  g_autoptr (CzContent) content = station (f, "a");
  g_assert_cmpint (sql (content, "SELECT count(*) FROM quote"), ==, 4);
  g_assert_cmpint (sql (content, "SELECT old_mid * 10000 + new_mid FROM quote_correction"), ==, 9000000);
  CzHubChange change = CZ_HUB_NEW;
  g_assert_true (cz_hub_compare (f->hub, quotes (), &row, &change, NULL, &error));
  g_assert_cmpint (change, ==, CZ_HUB_WITHDRAWN);
  /* Brought back on purpose. */
  cz_hub_fixture_put_quote (f, &row);
  (void) cz_hub_fixture_publish (f);
  g_autoptr (CzContent) again = station (f, "b");
  g_assert_cmpint (sql (again, "SELECT count(*) FROM quote"), ==, 5);
}

static void
test_withdraw_policy (CzHubFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  const CzTable *table = cz_table_by_number (CZ_TABLE_POLICY);
  CzRow row = { 0 };
  g_assert_true (cz_hub_begin (f->hub, &error));
  g_assert_true (cz_hub_id (f->hub, table, "P1", &row.v[0].i, NULL, &error));
  row.v[2].p = "machine subsidy";
  row.v[2].len = 15;
  g_assert_true (cz_hub_put (f->hub, table, &row, NULL, &error));
  g_assert_true (cz_hub_commit (f->hub, &error));
  (void) cz_hub_fixture_publish (f);
  g_assert_true (cz_hub_begin (f->hub, &error));
  g_assert_true (cz_hub_withdraw (f->hub, table, &row, "ended", &error));
  g_assert_true (cz_hub_commit (f->hub, &error));
  (void) cz_hub_fixture_publish (f);
  g_autoptr (CzContent) content = station (f, "a");
  g_assert_cmpint (sql (content, "SELECT state FROM policy"), ==, 2);
  g_assert_cmpint (sql (content, "SELECT count(*) FROM change_note WHERE reason = 'ended' AND table_no = 9 AND new_text = '2'"), ==, 1);
}

static void
test_media (CzHubFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint8 hash[CZ_HASH_BYTES];
  g_autofree char *picture = g_build_filename (f->folder, "p.png", NULL);
  g_assert_true (g_file_set_contents (picture, "\x89PNG\r\n\x1a\nrest", 12, NULL));
  g_assert_true (cz_hub_begin (f->hub, &error));
  g_assert_true (cz_hub_add_media (f->hub, picture, 0, NULL, NULL, hash, &error));
  g_assert_true (cz_hub_commit (f->hub, &error));
  CzHubPublished out = cz_hub_fixture_publish (f);
  g_assert_cmpuint (out.report.media_objects, ==, 1);
  g_assert_cmpuint (out.report.media_bytes, ==, 12);
  g_autoptr (GBytes) object = cz_hub_fixture_depot_object (f, cz_path_media (hash));
  g_assert_cmpuint (g_bytes_get_size (object), ==, 12);
}

static void
test_beat (CzHubFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  cz_hub_fixture_fill (f, 3);
  (void) cz_hub_fixture_publish (f);
  CzHead before = cz_hub_fixture_depot_head (f);
  cz_clock_fixed_set (f->clock, FIXTURE_NOW + 7200, 0);
  g_assert_true (cz_hub_beat (f->hub, 0, NULL, &error));
  CzHead after = cz_hub_fixture_depot_head (f);
  g_assert_cmpuint (after.issued_s, ==, before.issued_s + 7200);
  g_assert_cmpuint (after.expires_s, >, before.expires_s);
  g_assert_cmpuint (after.next_publish_s, ==, before.next_publish_s);
  g_assert_cmpuint (after.seq, ==, before.seq);
  cz_clock_fixed_set (f->clock, FIXTURE_NOW - 86400, 0);
  g_assert_false (cz_hub_beat (f->hub, 0, NULL, &error));
  g_assert_error (error, CZ_PUBLISH_ERROR, CZ_PUBLISH_ERROR_CLOCK);
}

/* --- a stop at every step --- */

typedef struct {
  CzPublishStep step;
  guint countdown; /* dies at the n-th time it comes by */
} Death;

static void
die_at (CzPublishStep step, guint64 done, gpointer data)
{
  Death *death = data;
  if (step == death->step && death->countdown-- == 1)
    (void) kill (getpid (), SIGKILL);
}

/* A child of its own publishes and is killed at the step. FALSE: it came through. */
static gboolean
publish_and_die (CzHubFixture *f, CzPublishStep step)
{
  g_clear_pointer (&f->hub, cz_hub_free);
  pid_t pid = fork ();
  if (pid == 0) {
    Death death = { step, 1 };
    CzHubPublishOptions options = { .progress = die_at, .progress_data = &death };
    CzHubPublished out = { 0 };
    CzHub *hub = cz_hub_open (f->home, CZ_HUB_WRITE, f->clock, NULL);
    gboolean ok = hub != NULL && cz_hub_publish (hub, &options, &out, NULL);
    _exit (ok ? 0 : 1);
  }
  int status = 0;
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  cz_hub_fixture_reopen (f);
  return WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL;
}

static GBytes *
pending (CzHubFixture *f)
{
  g_autofree char *path = g_build_filename (f->home, "publish", "pending", NULL);
  return cz_file_read (path, 0, CZ_SNAPSHOT_MAX, NULL);
}

static void
test_killed_at_each_step (CzHubFixture *f, gconstpointer data)
{
  guint64 seq = 0;
  gint64 rows = 20;
  for (int round = 0; round < 2; round++)
    for (CzPublishStep step = CZ_PUBLISH_STEP_BUILT; step <= CZ_PUBLISH_STEP_DONE; step++) {
      cz_hub_fixture_fill (f, rows);
      g_assert_true (publish_and_die (f, step));
      g_autoptr (GBytes) signed_bytes = pending (f);
      /* From the second step on the number belongs to these bytes; changes made since go into the next one. */
      cz_hub_fixture_fill (f, rows + 1);
      if (round == 1) { /* and the power cut tore the tail of the segment */
        g_autofree char *folder = cz_hub_depot_folder (f->hub);
        g_autofree char *relative = cz_path_segment (FIXTURE_CHANNEL, 202611);
        g_autofree char *path = g_build_filename (folder, relative, NULL);
        CzHead head = cz_hub_fixture_depot_head (f);
        FILE *file = head.seq < seq + 1 ? fopen (path, "ab") : NULL;
        if (file != NULL) {
          g_assert_cmpuint (fwrite ("torn", 1, 4, file), ==, 4);
          g_assert_cmpint (fclose (file), ==, 0);
        }
      }
      CzHubPublished out = cz_hub_fixture_publish (f);
      g_assert_cmpint (out.recovered, ==, signed_bytes != NULL);
      guint64 expected = step == CZ_PUBLISH_STEP_BUILT ? seq + 1 : seq + 2;
      g_assert_cmpuint (out.report.seq, ==, expected);
      seq = expected;
      g_autofree char *name = g_strdup_printf ("station-%d-%d", round, step);
      g_autoptr (CzContent) content = station (f, name);
      g_assert_cmpint (cz_content_count (cz_content_db (content), FIXTURE_CHANNEL, quotes ()), ==, rows + 1);
      if (signed_bytes != NULL) {
        g_autoptr (GBytes) segment = cz_hub_fixture_depot_object (f, cz_path_segment (FIXTURE_CHANNEL, 202611));
        g_assert_nonnull (memmem (g_bytes_get_data (segment, NULL), g_bytes_get_size (segment),
                                  g_bytes_get_data (signed_bytes, NULL), g_bytes_get_size (signed_bytes)));
      }
      g_autoptr (GBytes) left = pending (f);
      g_assert_null (left);
      rows += 2;
    }
}

/* Every file may only grow to `limit`: publishing fails at whichever write comes first beyond it. */
static gboolean
publish_with_file_limit (CzHubFixture *f, rlim_t limit)
{
  g_clear_pointer (&f->hub, cz_hub_free);
  pid_t pid = fork ();
  if (pid == 0) {
    const struct rlimit small = { limit, limit };
    CzHubPublishOptions options = { 0 };
    CzHubPublished out = { 0 };
    g_autoptr (GError) error = NULL;
    (void) signal (SIGXFSZ, SIG_IGN);
    CzHub *hub = setrlimit (RLIMIT_FSIZE, &small) != 0 ? NULL : cz_hub_open (f->home, CZ_HUB_WRITE, f->clock, &error);
    gboolean ok = hub != NULL && cz_hub_publish (hub, &options, &out, &error);
    /* 2: it failed without saying so, or with what is not a matter of storage. */
    _exit (ok ? 0 : error != NULL && cz_hub_exit_status (error) == 4 ? 1 : 2);
  }
  int status = 0;
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), !=, 2);
  cz_hub_fixture_reopen (f);
  return WEXITSTATUS (status) == 0;
}

static void
test_full_disk_anywhere (CzHubFixture *f, gconstpointer data)
{
  guint failures = 0;
  gint64 rows = 400;
  cz_hub_fixture_fill (f, rows);
  (void) cz_hub_fixture_publish (f);
  for (rlim_t limit = 0; limit < 400 * 1024; limit = limit < 2048 ? limit + 97 : limit * 5 / 4) {
    cz_hub_fixture_fill (f, rows += 40);
    if (!publish_with_file_limit (f, limit))
      failures++;
    /* What stations see is whole at every moment. */
    g_autofree char *name = g_strdup_printf ("at-%u", (guint) limit);
    g_autoptr (CzContent) content = station (f, name);
  }
  g_test_message ("%u publications failed", failures);
  g_assert_cmpuint (failures, >, 10);
  (void) cz_hub_fixture_publish (f);
  g_autoptr (CzContent) content = station (f, "end");
  g_assert_cmpint (sql (content, "SELECT count(*) FROM quote"), ==, rows);
}

static void
shell (const char *script, const char *one, const char *two)
{
  const char *const argv[] = { "/bin/sh", "-c", script, "sh", one, two, NULL };
  int status = -1;
  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, 0, NULL, NULL, NULL, NULL, &status, NULL));
  g_assert_cmpint (status, ==, 0);
}

/* Puts the hub back to what it was at `copy`; the depot stays as it is. */
static void
restore (CzHubFixture *f, const char *copy)
{
  g_clear_pointer (&f->hub, cz_hub_free);
  shell ("mv \"$1/depot\" \"$1.depot\" && rm -r \"$1\" && cp -r \"$2\" \"$1\" && rm -rf \"$1/depot\" && mv \"$1.depot\" \"$1/depot\"", f->home, copy);
  cz_hub_fixture_reopen (f);
}

static char *
copy_of (CzHubFixture *f)
{
  char *copy = g_strconcat (f->home, ".old", NULL);
  g_clear_pointer (&f->hub, cz_hub_free);
  shell ("cp -r \"$1\" \"$2\"", f->home, copy);
  cz_hub_fixture_reopen (f);
  return copy;
}

static void
test_old_copy_recovers (CzHubFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  CzHubPublishOptions options = { 0 };
  CzHubPublished out = { 0 };
  CzHubRecovered recovered = { 0 };
  const CzTable *products = cz_table_by_number (CZ_TABLE_PRODUCT);
  CzRow first = cz_hub_fixture_first_quote ();
  CzRow own = cz_hub_fixture_quote (DAY + 1, cz_id_make (FIXTURE_CHANNEL, 1), cz_id_make (FIXTURE_CHANNEL, 1), 777);
  gint64 id = 0;
  cz_hub_fixture_fill (f, 3);
  (void) cz_hub_fixture_publish (f);
  g_autofree char *copy = copy_of (f);
  /* Life goes on: new rows, a new product, a withdrawn quote. */
  cz_hub_fixture_fill (f, 6);
  g_assert_true (cz_hub_begin (f->hub, &error));
  gint64 product = cz_hub_fixture_product (f, "萝卜", NULL, "LR1");
  g_assert_true (cz_hub_commit (f->hub, &error));
  (void) cz_hub_fixture_publish (f);
  cz_clock_fixed_set (f->clock, FIXTURE_NOW + 20 * 86400, 0);
  cz_hub_fixture_fill (f, 9);
  g_assert_true (cz_hub_begin (f->hub, &error));
  g_assert_true (cz_hub_withdraw (f->hub, quotes (), &first, "x", &error));
  g_assert_true (cz_hub_commit (f->hub, &error));
  (void) cz_hub_fixture_publish (f);

  restore (f, copy);
  cz_hub_fixture_put_quote (f, &own); /* a clerk's work in the restored copy, of a row that was published */
  g_assert_false (cz_hub_publish (f->hub, &options, &out, &error));
  g_assert_error (error, CZ_PUBLISH_ERROR, CZ_PUBLISH_ERROR_BEHIND);
  g_clear_error (&error);
  g_assert_true (cz_hub_recover (f->hub, NULL, &recovered, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (recovered.from_seq, ==, 1);
  g_assert_cmpuint (recovered.seq, ==, 3);
  g_assert_cmpuint (recovered.dropped, ==, 1);
  g_assert_cmpint (cz_hub_count (f->hub, quotes ()), ==, 8);
  g_assert_cmpint (cz_hub_count_dirty (f->hub, quotes ()), ==, 1);
  g_assert_true (cz_hub_begin (f->hub, &error));
  g_assert_true (cz_hub_id (f->hub, products, "LR1", &id, NULL, &error));
  g_assert_cmpint (id, ==, product);
  g_assert_true (cz_hub_id (f->hub, products, NULL, &id, NULL, &error));
  g_assert_cmpint (id, ==, product + 1);
  g_assert_true (cz_hub_commit (f->hub, &error));
  out = cz_hub_fixture_publish (f);
  g_assert_cmpuint (out.report.seq, ==, 4);
  g_assert_cmpuint (out.report.tables[CZ_TABLE_QUOTE].updated, ==, 1);
  g_autoptr (CzContent) content = station (f, "a");
  g_assert_cmpint (sql (content, "SELECT count(*) FROM quote"), ==, 8);
  g_assert_cmpint (sql (content, "SELECT mid FROM quote WHERE day = 20781"), ==, 777);
  g_assert_true (cz_hub_recover (f->hub, NULL, &recovered, &error));
  g_assert_cmpuint (recovered.from_seq, ==, recovered.seq);
  g_assert_cmpuint (recovered.taken + recovered.dropped, ==, 0);
}

/* The copy is from before, the depot has a bundle that no head named yet: its number is taken all the same. */
static void
test_recovers_an_unannounced_bundle (CzHubFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  CzHubRecovered recovered = { 0 };
  cz_hub_fixture_fill (f, 3);
  (void) cz_hub_fixture_publish (f);
  g_autofree char *copy = copy_of (f);
  cz_hub_fixture_fill (f, 5);
  g_assert_true (publish_and_die (f, CZ_PUBLISH_STEP_APPENDED));
  g_autoptr (GBytes) taken = pending (f);
  restore (f, copy);
  g_assert_true (cz_hub_recover (f->hub, NULL, &recovered, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (recovered.seq, ==, 2);
  cz_hub_fixture_fill (f, 7);
  CzHubPublished out = cz_hub_fixture_publish (f);
  g_assert_cmpuint (out.report.seq, ==, 3);
  g_autoptr (CzContent) content = station (f, "a");
  g_assert_cmpint (sql (content, "SELECT count(*) FROM quote"), ==, 7);
  g_autoptr (GBytes) segment = cz_hub_fixture_depot_object (f, cz_path_segment (FIXTURE_CHANNEL, 202611));
  g_assert_nonnull (memmem (g_bytes_get_data (segment, NULL), g_bytes_get_size (segment), g_bytes_get_data (taken, NULL),
                            g_bytes_get_size (taken)));
}

static void
test_damaged_depot_is_named (CzHubFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  CzHubRecovered recovered = { 0 };
  cz_hub_fixture_fill (f, 3);
  (void) cz_hub_fixture_publish (f);
  g_clear_pointer (&f->hub, cz_hub_free);
  shell ("rm -r \"$1/replica\" \"$1/publish\"", f->home, "");
  cz_hub_fixture_reopen (f);
  g_autofree char *folder = cz_hub_depot_folder (f->hub);
  g_autofree char *relative = cz_path_segment (FIXTURE_CHANNEL, 202611);
  g_autofree char *path = g_build_filename (folder, relative, NULL);
  g_assert_cmpint (truncate (path, 200), ==, 0);
  g_assert_false (cz_hub_recover (f->hub, NULL, &recovered, &error));
  g_assert_error (error, CZ_WIRE_ERROR, CZ_WIRE_ERROR_TRUNCATED);
  g_assert_nonnull (strstr (error->message, "seg/202611"));
}

static void
test_ticket (CzHubFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  const char *const depots[] = { "https://depot.example/", ".", NULL };
  CzHubTicketOptions options = { .village = G_GINT64_CONSTANT (990101001002), .name = "北坡村站", .depots = depots };
  g_autofree char *path = g_build_filename (f->folder, "ticket", NULL);
  gboolean written = cz_hub_write_ticket (f->hub, path, &options, &error);
  g_assert_no_error (error);
  g_assert_true (written);
  g_autofree char *text = NULL;
  gsize size = 0;
  g_assert_true (g_file_get_contents (path, &text, &size, NULL));
  g_autoptr (CzTicket) ticket = cz_ticket_parse (text, size, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (ticket->station_name, ==, "北坡村站");
  g_assert_cmpuint (ticket->n_line, ==, 1);
  g_assert_cmpint (ticket->line[0], ==, FIXTURE_CHANNEL);
  g_assert_true (g_path_is_absolute (ticket->depots[1]));
  options.village = G_GINT64_CONSTANT (990201001002);
  g_assert_false (cz_hub_write_ticket (f->hub, path, &options, &error));
  g_assert_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED);
}

/* A later flood of rows goes out as several daily bundles inside their limits, under one head. */
static void
test_splits (CzHubFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  const gint64 n = 60;
  g_autofree char *text = g_malloc (CZ_MAX_TEXT_BYTES + 1);
  cz_hub_fixture_fill (f, 3);
  (void) cz_hub_fixture_publish (f);
  const CzTable *table = cz_table_by_number (CZ_TABLE_POLICY);
  int body = cz_table_field_index (table, "body");
  g_assert_true (cz_hub_begin (f->hub, &error));
  for (gint64 i = 0; i < n; i++) {
    CzRow row = { 0 };
    for (guint k = 0; k < CZ_MAX_TEXT_BYTES; k++)
      text[k] = (char) g_test_rand_int_range ('!', '~');
    row.v[body].p = text;
    row.v[body].len = CZ_MAX_TEXT_BYTES;
    g_assert_true (cz_hub_id (f->hub, table, NULL, &row.v[0].i, NULL, &error));
    g_assert_true (cz_hub_put (f->hub, table, &row, NULL, &error));
  }
  g_assert_true (cz_hub_commit (f->hub, &error));
  CzHubPublished out = cz_hub_fixture_publish (f);
  g_assert_cmpuint (out.report.seq, >, 2);
  g_assert_cmpuint (out.report.tables[CZ_TABLE_POLICY].inserted, ==, n);
  g_autoptr (CzContent) content = station (f, "a");
  g_assert_cmpint (sql (content, "SELECT count(*) FROM policy"), ==, n);
}

/* -m perf: a first publication that does not get smaller: as large as bundles and manifests may be. */
static void
test_first_flood (CzHubFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  const CzTable *table = cz_table_by_number (CZ_TABLE_POLICY);
  int body = cz_table_field_index (table, "body");
  g_autofree char *text = g_malloc (CZ_MAX_TEXT_BYTES + 1);
  if (!g_test_perf ()) {
    g_test_skip ("with -m perf only");
    return;
  }
  g_assert_true (cz_hub_begin (f->hub, &error));
  for (gint64 i = 0; i < 240; i++) {
    CzRow row = { 0 };
    for (guint k = 0; k < CZ_MAX_TEXT_BYTES; k++)
      text[k] = (char) g_test_rand_int_range (1, 128);
    row.v[body].p = text;
    row.v[body].len = CZ_MAX_TEXT_BYTES;
    g_assert_true (cz_hub_id (f->hub, table, NULL, &row.v[0].i, NULL, &error));
    g_assert_true (cz_hub_put (f->hub, table, &row, NULL, &error));
  }
  g_assert_true (cz_hub_commit (f->hub, &error));
  CzHubPublished out = cz_hub_fixture_publish (f);
  g_assert_cmpuint (out.report.seq, ==, 2);
  g_autoptr (CzContent) content = station (f, "a");
  g_assert_cmpint (sql (content, "SELECT count(*) FROM policy"), ==, 240);
}

/* -m perf: a first publication of a million quotes. */
static void
test_first_million (CzHubFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  if (!g_test_perf ()) {
    g_test_skip ("with -m perf only");
    return;
  }
  g_assert_true (cz_hub_begin (f->hub, &error));
  for (gint64 day = 0; day < 250; day++)
    for (gint64 s = 0; s < 4000; s++) {
      CzRow row = cz_hub_fixture_quote ((CzDay) (DAY + day), cz_id_make (FIXTURE_CHANNEL, (guint32) (1 + s / 100)),
                                        cz_id_make (FIXTURE_CHANNEL, (guint32) (1 + s % 100)),
                                        900 + g_test_rand_int_range (0, 400));
      g_assert_true (cz_hub_put (f->hub, quotes (), &row, NULL, &error));
    }
  g_assert_true (cz_hub_commit (f->hub, &error));
  gint64 start = g_get_monotonic_time ();
  CzHubPublished out = cz_hub_fixture_publish (f);
  g_test_message ("1000000 quotes published in %.1f s, %" G_GUINT64_FORMAT " bytes, %" G_GUINT64_FORMAT " bundles",
                  (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC, out.report.bytes, out.report.seq);
  g_assert_cmpuint (out.report.tables[CZ_TABLE_QUOTE].inserted, ==, 1000000);
}

#define ADD(path, func) g_test_add (path, CzHubFixture, NULL, cz_hub_fixture_set_up, func, cz_hub_fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/publish/round-trip", test_round_trip);
  ADD ("/publish/nothing-new", test_nothing_to_publish);
  ADD ("/publish/segments-by-month", test_segments_by_month);
  ADD ("/publish/correction-shows-old-and-new", test_correct);
  ADD ("/publish/correct-refuses", test_correct_refusals);
  ADD ("/publish/withdrawn-quote", test_withdraw);
  ADD ("/publish/withdrawn-policy", test_withdraw_policy);
  ADD ("/publish/media-object", test_media);
  ADD ("/publish/beat", test_beat);
  ADD ("/publish/killed-at-each-step", test_killed_at_each_step);
  ADD ("/publish/full-disk-anywhere", test_full_disk_anywhere);
  ADD ("/publish/old-copy-recovers", test_old_copy_recovers);
  ADD ("/publish/recovers-an-unannounced-bundle", test_recovers_an_unannounced_bundle);
  ADD ("/publish/damaged-depot-is-named", test_damaged_depot_is_named);
  ADD ("/publish/splits-near-the-limit", test_splits);
  ADD ("/publish/first-flood", test_first_flood);
  ADD ("/publish/first-million", test_first_million);
  ADD ("/publish/ticket", test_ticket);
  return g_test_run ();
}
