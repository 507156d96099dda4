/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "sync/outbox/cz-outbox-items.h"
#include "sync/station/cz-trust.h"
#include "sync/store/cz-db.h"
#include "tests/sync/station/cz-office.h"
#include "tests/sync/store/cz-fault-vfs.h"

/* The power goes at every operation on trust.db and its second copy, on station.db and its; of what was not synced each sector is there or
 * not. Whatever call had returned by then still holds, and nothing is half there. CZ_TEST_SEED repeats a run; CUNZHAN_EVERY=1 cuts ten times
 * at each operation instead of twice. */

#define COUNTY 990101
#define STEPS 6u

typedef struct {
  char *dir; /* at work */
  char *base; /* as it was when recording began */
  char *cut; /* as found after the cut */
  guint ends[STEPS]; /* operations when step i had returned */
  guint64 counters[STEPS];
  GRand *rand;
} Scene;

static guint
times_each (void)
{
  return g_strcmp0 (g_getenv ("CUNZHAN_EVERY"), "1") == 0 ? 10 : 2;
}

static void
copy_folder (const char *from, const char *to)
{
  const char *const command[] = { "cp", "-a", from, to, NULL };
  int status = 1;
  cz_test_remove_tree (to);
  g_assert_true (g_spawn_sync (NULL, (char **) command, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status, NULL));
  g_assert_cmpint (status, ==, 0);
}

static void
set_up (Scene *s, gconstpointer data)
{
  const char *given = g_getenv ("CZ_TEST_SEED");
  guint32 seed = given ? (guint32) g_ascii_strtoull (given, NULL, 10) : g_random_int ();
  g_autofree char *folder = cz_test_make_folder ();
  g_test_message ("CZ_TEST_SEED=%u", seed);
  s->rand = g_rand_new_with_seed (seed);
  s->dir = g_build_filename (folder, "work", NULL);
  s->base = g_build_filename (folder, "base", NULL);
  s->cut = g_build_filename (folder, "cut", NULL);
  g_assert_cmpint (g_mkdir (s->dir, 0700), ==, 0);
  fault_vfs_register ();
}

static void
tear_down (Scene *s, gconstpointer data)
{
  g_autofree char *folder = g_path_get_dirname (s->dir);
  fault_vfs_forget ();
  cz_test_remove_tree (folder);
  g_free (s->dir);
  g_free (s->base);
  g_free (s->cut);
  g_rand_free (s->rand);
}

static void
drop_shared_memory (const char *dir)
{
  static const char *const names[] = { "trust.db-shm", "trust-2.db-shm", "station.db-shm", "station.db.2-shm" };
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (dir, names[i], NULL);
    (void) g_unlink (path);
  }
}

/* How many steps had returned when n operations had been handed to the disk. */
static guint
returned_by (const Scene *s, guint n)
{
  guint steps = 0;
  while (steps < STEPS && s->ends[steps] <= n)
    steps++;
  return steps;
}

/* Asks `judge` about every place, a few times. */
static void
cut_everywhere (Scene *s, void (*judge) (Scene *s, guint returned, gpointer data), gpointer data)
{
  guint all = fault_vfs_recorded (), n_cuts = 0;
  fault_vfs_pause ();
  for (guint n = 0; n <= all; n++)
    for (guint again = 0; again < times_each (); again++, n_cuts++) {
      copy_folder (s->base, s->cut);
      fault_vfs_replay (s->cut, n, s->rand);
      drop_shared_memory (s->cut);
      judge (s, returned_by (s, n), data);
    }
  g_test_message ("%u cuts in %u operations", n_cuts, all);
  g_assert_cmpuint (all, >, 10 * STEPS);
}

/* ---- trust.db ---- */

static CzFloor
floor_of (guint step)
{
  CzFloor floor = { .epoch = 1, .seq = 10 + step, .serial = 3 + step / 2, .issued_s = OFFICE_NOW + step };
  memset (floor.tip, (int) (1 + step), sizeof floor.tip);
  memset (floor.state, (int) (101 + step), sizeof floor.state);
  return floor;
}

static void
judge_trust (Scene *s, guint returned, gpointer data)
{
  g_autoptr (GError) error = NULL;
  gboolean was_lost = TRUE;
  CzFloor found;
  guint64 counter = 0;
  g_autoptr (CzTrust) trust = cz_trust_open (s->cut, &was_lost, &error);
  g_assert_no_error (error);
  g_assert_false (was_lost);
  cz_trust_floor (trust, COUNTY, &found);
  guint step = found.seq < 10 ? 0 : (guint) found.seq - 10 + 1; /* steps found */
  g_assert_cmpuint (step, >=, returned);
  g_assert_cmpuint (step, <=, returned + 1);
  CzFloor wanted = floor_of (step - 1);
  if (step > 0) {
    g_assert_cmpmem (found.tip, 32, wanted.tip, 32);
    g_assert_cmpmem (found.state, 32, wanted.state, 32);
    g_assert_cmpuint (found.serial, >=, wanted.serial);
  }
  g_assert_true (cz_trust_take_counter (trust, 0, &counter, &error));
  if (returned > 0)
    g_assert_cmpuint (counter, >, s->counters[returned - 1]);
}

static void
test_trust (Scene *s, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzTrust) made = cz_trust_open (s->dir, NULL, &error);
  g_assert_no_error (error);
  g_clear_pointer (&made, cz_trust_free);
  copy_folder (s->dir, s->base);
  fault_vfs_record ();
  g_autoptr (CzTrust) trust = cz_trust_open (s->dir, NULL, &error);
  for (guint i = 0; i < STEPS; i++) {
    CzFloor floor = floor_of (i);
    g_assert_true (cz_trust_take_counter (trust, 0, &s->counters[i], &error));
    g_assert_true (cz_trust_raise (trust, COUNTY, &floor, &error));
    g_assert_no_error (error);
    s->ends[i] = fault_vfs_recorded ();
  }
  g_clear_pointer (&trust, cz_trust_free);
  cut_everywhere (s, judge_trust, NULL);
}

/* ---- station.db ---- */

static void
add_item (CzOutbox *outbox, guint step)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *title = g_strdup_printf ("第%u件", step);
  g_autofree char *text = g_strnfill (3000, (char) ('a' + step));
  g_autoptr (GBytes) payload = g_bytes_new (text, strlen (text));
  CzItem draft = { .kind = CZ_ITEM_LISTING, .title = title, .slip = (char *) "", .payload = payload, .created_s = OFFICE_NOW, .clock_ok = TRUE };
  gint64 id = 0;
  g_assert_true (cz_outbox_add (outbox, &draft, &id, &error));
  g_assert_no_error (error);
}

static void
assert_items (CzOutbox *outbox, guint least, guint most)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) items = cz_outbox_items (outbox, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (items->len, >=, least);
  g_assert_cmpuint (items->len, <=, most);
  for (guint i = 0; i < items->len; i++) {
    const CzItem *item = items->pdata[i];
    gsize size = 0;
    const char *text = g_bytes_get_data (item->payload, &size);
    g_assert_cmpuint (size, ==, 3000);
    g_assert_true (text[0] == (char) ('a' + i) && text[2999] == text[0]);
  }
}

/* The second copy is whole at any time, and takes the place of the first when that is damaged; it has what was there when it was last
 * made, every second step. */
static void
judge_second (Scene *s, guint returned)
{
  g_autofree char *first = g_build_filename (s->cut, "station.db", NULL);
  g_autofree char *journal = g_build_filename (s->cut, "station.db-wal", NULL);
  g_autofree char *second = g_build_filename (s->cut, "station.db.2", NULL);
  g_autoptr (GError) error = NULL;
  g_assert_true (g_file_test (second, G_FILE_TEST_EXISTS) || returned < 2);
  if (!g_file_test (second, G_FILE_TEST_EXISTS))
    return;
  (void) g_unlink (journal);
  g_assert_true (g_file_set_contents (first, "not a database any more, for sixteen bytes and a few", -1, NULL));
  g_autoptr (CzOutbox) outbox = cz_outbox_open (s->cut, TRUE, &error);
  g_assert_no_error (error);
  g_assert_true (cz_outbox_was_restored (outbox));
  assert_items (outbox, returned / 2 * 2, returned + 1);
}

static void
judge_outbox (Scene *s, guint returned, gpointer data)
{
  g_autoptr (GError) error = NULL;
  CzOutbox *outbox = cz_outbox_open (s->cut, TRUE, &error);
  g_assert_no_error (error);
  g_assert_false (cz_outbox_was_restored (outbox));
  assert_items (outbox, returned, returned + 1);
  cz_outbox_free (outbox);
  judge_second (s, returned);
}

static void
test_outbox (Scene *s, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  CzOutbox *made = cz_outbox_open (s->dir, TRUE, &error);
  g_assert_no_error (error);
  cz_outbox_free (made);
  copy_folder (s->dir, s->base);
  fault_vfs_record ();
  CzOutbox *outbox = cz_outbox_open (s->dir, TRUE, &error);
  for (guint i = 0; i < STEPS; i++) {
    add_item (outbox, i);
    if (i % 2 == 1) {
      g_assert_true (cz_outbox_backup (outbox, &error));
      g_assert_no_error (error);
      fault_vfs_note_rename ("station.db.2.part", "station.db.2");
    }
    s->ends[i] = fault_vfs_recorded ();
  }
  cz_outbox_free (outbox);
  cut_everywhere (s, judge_outbox, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/power-cuts/trust", Scene, NULL, set_up, test_trust, tear_down);
  g_test_add ("/power-cuts/outbox", Scene, NULL, set_up, test_outbox, tear_down);
  return g_test_run ();
}
