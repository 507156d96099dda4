/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "app/hub/cz-hub-correct.h"
#include "app/hub/cz-hub-publish.h"
#include "sync/depot/cz-file.h"
#include "sync/wire/cz-paths.h"
#include "sync/wire/cz-wire-error.h"
#include "tests/app/hub/cz-hub-fixture.h"
#include "tests/sync/depot/cz-plain-reader.h"

/* What an office publishes, read by who knows codecs 0 and 1 alone: FORMAT.md §6.1. */

#define DAY FIXTURE_DAY

static const CzTable *
quotes (void)
{
  return cz_table_by_number (CZ_TABLE_QUOTE);
}

static CzContent *
new_content (CzHubFixture *f, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_build_filename (f->folder, name, NULL);
  g_assert_true (cz_file_make_folder (folder, 0700, &error));
  CzContent *content = cz_content_open (folder, &error);
  g_assert_no_error (error);
  return content;
}

static void
assert_at_the_head (CzHubFixture *f, const CzPlainReader *reader)
{
  CzHead head = cz_hub_fixture_depot_head (f);
  CzChannelMark mark;
  guint8 state[32];
  g_autoptr (GError) error = NULL;
  g_assert_true (cz_content_mark (reader->content, FIXTURE_CHANNEL, &mark, &error));
  cz_state_to_bytes (&mark.state, state);
  g_assert_cmpuint (mark.seq, ==, head.seq);
  g_assert_cmpmem (state, 32, head.state, 32);
  g_assert_true (cz_content_check (reader->content, TRUE, &error));
  g_assert_no_error (error);
}

static void
follow (CzHubFixture *f, CzPlainReader *reader, gboolean snapshots)
{
  g_autoptr (GError) error = NULL;
  g_assert_true (cz_plain_reader_follow (reader, snapshots, &error));
  g_assert_no_error (error);
  assert_at_the_head (f, reader);
}

static GError *
refusal_of (CzPlainReader *reader, GBytes *plain, guint64 seq, const CzHead *head)
{
  const CzPlainPlace place = { .kind = CZ_PLAIN_FORM, .seq = seq };
  GError *error = NULL;
  guint64 before = reader->seq;
  g_assert_false (cz_plain_reader_take (reader, g_bytes_get_data (plain, NULL), g_bytes_get_size (plain), &place, head, &error));
  g_assert_cmpuint (reader->seq, ==, before);
  return error;
}

/* Each step but the first is packed against the one before. Who knows codecs 0 and 1 alone takes z/2, z/3, z/4, reads from the
 * segment what is plain there, and stands at the same state; one that begins with the plain snapshot too. */
static void
test_plain_form (CzHubFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzHubTrust) trust = cz_hub_trust_load (f->hub, &error);
  g_autofree char *depot = cz_hub_depot_folder (f->hub);
  g_autoptr (CzContent) first = new_content (f, "simple");
  CzPlainReader reader = { .depot = depot, .delegation = &trust->delegation, .content = first };
  CzRow row = cz_hub_fixture_first_quote ();
  cz_hub_fixture_fill (f, 100);
  (void) cz_hub_fixture_publish (f);
  g_autoptr (GBytes) none = cz_hub_fixture_depot_object (f, cz_path_plain (FIXTURE_CHANNEL, 1));
  g_assert_null (none); /* the first has no other codecs */
  follow (f, &reader, TRUE);
  g_assert_true (reader.knows_tip);
  for (guint i = 1; i <= 3; i++) {
    cz_clock_fixed_set (f->clock, FIXTURE_NOW + i * 86400, 0);
    cz_hub_fixture_fill (f, 100 + 60 * i);
    (void) cz_hub_fixture_publish (f);
  }
  /* Out of turn, after another bundle, and once more. */
  CzHead head = cz_hub_fixture_depot_head (f);
  g_autoptr (GBytes) second = cz_hub_fixture_depot_object (f, cz_path_plain (FIXTURE_CHANNEL, 2));
  g_autoptr (GBytes) third = cz_hub_fixture_depot_object (f, cz_path_plain (FIXTURE_CHANNEL, 3));
  g_autoptr (GError) gap = refusal_of (&reader, third, 3, &head);
  g_assert_error (gap, CZ_WIRE_ERROR, CZ_WIRE_ERROR_ORDER);
  reader.tip[0] ^= 1;
  g_autoptr (GError) other = refusal_of (&reader, second, 2, &head);
  g_assert_error (other, CZ_WIRE_ERROR, CZ_WIRE_ERROR_ORDER);
  reader.tip[0] ^= 1;
  follow (f, &reader, TRUE);
  g_assert_cmpuint (reader.n_plain, ==, 3);
  g_autoptr (GError) again = refusal_of (&reader, third, 3, &head);
  g_assert_error (again, CZ_WIRE_ERROR, CZ_WIRE_ERROR_ORDER);
  /* A row withdrawn is smallest as it is: it has no plain form and is read in the segment, at a place nobody told. */
  g_assert_true (cz_hub_begin (f->hub, &error));
  g_assert_true (cz_hub_withdraw (f->hub, quotes (), &row, "wrong market", &error));
  g_assert_true (cz_hub_commit (f->hub, &error));
  (void) cz_hub_fixture_publish (f);
  follow (f, &reader, TRUE);
  g_assert_cmpuint (reader.n_plain + reader.n_of_segments, ==, 5);
  /* The turn of the month brings a snapshot; after it the reader goes on where it was. */
  cz_clock_fixed_set (f->clock, FIXTURE_NOW + 20 * 86400, 0);
  cz_hub_fixture_fill (f, 400);
  (void) cz_hub_fixture_publish (f);
  follow (f, &reader, TRUE);
  g_autoptr (CzContent) late = new_content (f, "late");
  CzPlainReader newcomer = { .depot = depot, .delegation = &trust->delegation, .content = late };
  follow (f, &newcomer, TRUE);
  g_assert_cmpuint (newcomer.n_snapshots, ==, 1);
  g_assert_cmpuint (newcomer.n_plain + newcomer.n_of_segments, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/publish/plain-form", CzHubFixture, NULL, cz_hub_fixture_set_up, test_plain_form, cz_hub_fixture_tear_down);
  return g_test_run ();
}
