/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "sync/station/cz-home.h"
#include "sync/station/cz-poll.h"
#include "sync/station/cz-trust.h"
#include "sync/store/cz-db.h"
#include "sync/wire/cz-wire-error.h"
#include "tests/sync/station/cz-office.h"

#define DAY_S 86400
#define HOUR_US (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)
#define T0 OFFICE_NOW

/* ---- trusted time ---- */

static void
test_first_head_is_believed (void)
{
  CzTrustedTime time = { 0 };
  g_assert_cmpint (cz_trusted_time_now (&time, 5 * HOUR_US), ==, 0);
  cz_trusted_time_head (&time, 990101, T0, HOUR_US);
  g_assert_cmpint (cz_trusted_time_now (&time, HOUR_US), ==, T0);
  g_assert_cmpint (cz_trusted_time_now (&time, 3 * HOUR_US), ==, T0 + 7200);
}

static void
test_never_backwards (void)
{
  CzTrustedTime time = { 0 };
  cz_trusted_time_head (&time, 990101, T0, 0);
  cz_trusted_time_head (&time, 990101, T0 - 5 * DAY_S, HOUR_US);
  g_assert_cmpint (cz_trusted_time_now (&time, HOUR_US), ==, T0 + 3600);
  /* Another boot: the count of powered-on time begins anew, the bound stays. */
  cz_trusted_time_rebase (&time, 7);
  g_assert_cmpint (cz_trusted_time_now (&time, 7), ==, T0);
  g_assert_cmpint (cz_trusted_time_now (&time, 0), ==, T0);
}

static void
test_one_signer_cannot_burn_time (void)
{
  CzTrustedTime time = { 0 };
  const gint64 far = T0 + G_GINT64_CONSTANT (70) * 366 * DAY_S;
  cz_trusted_time_head (&time, 990101, T0, 0);
  for (int i = 0; i < 1000; i++)
    cz_trusted_time_head (&time, 990101, far + i, HOUR_US);
  g_assert_cmpint (cz_trusted_time_now (&time, HOUR_US), <=, T0 + CZ_TIME_PUSH_MAX_S + 3600);
  /* Absurd instants are not even noted. */
  cz_trusted_time_head (&time, 990101, G_MAXINT64, HOUR_US);
  cz_trusted_time_head (&time, 990101, -1, HOUR_US);
  g_assert_cmpint (cz_trusted_time_now (&time, HOUR_US), <=, T0 + CZ_TIME_PUSH_MAX_S + 3600);
}

static void
test_dark_for_long_catches_up (void)
{
  CzTrustedTime time = { 0 };
  gint64 later = T0 + 100 * DAY_S;
  cz_trusted_time_head (&time, 990101, T0, 0);
  /* Alone: some powered-on days. */
  for (int day = 1; day <= 5; day++)
    cz_trusted_time_head (&time, 990101, later + day * DAY_S, day * 24 * HOUR_US);
  g_assert_cmpint (cz_trusted_time_now (&time, 5 * 24 * HOUR_US), ==, later + 5 * DAY_S);
  /* With a second signer: at once. */
  CzTrustedTime two = { 0 };
  cz_trusted_time_head (&two, 990000, T0, 0);
  cz_trusted_time_head (&two, 990101, T0, 0);
  cz_trusted_time_head (&two, 990000, later, 0);
  cz_trusted_time_head (&two, 990101, later + 3600, 0);
  g_assert_cmpint (cz_trusted_time_now (&two, 0), ==, later + 3600);
  /* … and no further than 30 days past what the second supports. */
  cz_trusted_time_head (&two, 990101, later + 300 * DAY_S, 0);
  g_assert_cmpint (cz_trusted_time_now (&two, 0), ==, later + CZ_TIME_PUSH_MAX_S);
}

/* ---- polling ---- */

static void
test_poll_stays_within_limits (void)
{
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  g_test_message ("seed %u", seed);
  for (int i = 0; i < 20000; i++) {
    CzPollFacts facts = { .now_s = g_rand_int_range (random, 0, G_MAXINT32) - 1000000000,
                          .next_publish_s = g_rand_boolean (random) ? g_rand_int_range (random, 0, G_MAXINT32) : 0,
                          .poll_hint_s = g_rand_boolean (random) ? g_rand_int (random) : 0,
                          .failures = g_rand_boolean (random) ? g_rand_int (random) : 0, .chance = g_rand_double (random) };
    guint delay_s = cz_poll_delay_s (&facts);
    g_assert_cmpuint (delay_s, >=, CZ_POLL_MIN_S);
    g_assert_cmpuint (delay_s, <=, CZ_POLL_MAX_S);
  }
}

static void
test_poll_follows_the_announcement (void)
{
  CzPollFacts facts = { .now_s = T0, .next_publish_s = T0 + 5000 };
  g_assert_cmpuint (cz_poll_delay_s (&facts), ==, 5000);
  facts.chance = 0.5;
  g_assert_cmpuint (cz_poll_delay_s (&facts), ==, 5000 + CZ_POLL_SPREAD_S / 2);
  facts.chance = 0;
  facts.next_publish_s = T0 - 1;
  g_assert_cmpuint (cz_poll_delay_s (&facts), ==, CZ_POLL_LATE_S);
  facts.next_publish_s = T0 - 3600; /* ever more seldom */
  g_assert_cmpuint (cz_poll_delay_s (&facts), ==, 7200);
  facts.next_publish_s = T0 - 3 * 86400;
  g_assert_cmpuint (cz_poll_delay_s (&facts), ==, CZ_POLL_LATE_MAX_S);
  facts.poll_hint_s = 1800; /* whatever an older office wishes */
  g_assert_cmpuint (cz_poll_delay_s (&facts), ==, CZ_POLL_LATE_MAX_S);
  facts.above_s = T0 + 60; /* an office above is on time all the same */
  g_assert_cmpuint (cz_poll_delay_s (&facts), ==, 60);
  facts.above_s = T0 - 60;
  g_assert_cmpuint (cz_poll_delay_s (&facts), ==, CZ_POLL_LATE_MAX_S);
  facts.next_publish_s = 0;
  g_assert_cmpuint (cz_poll_delay_s (&facts), ==, CZ_POLL_DEFAULT_S);
  facts.poll_hint_s = 5 * 3600; /* more seldom if it likes */
  g_assert_cmpuint (cz_poll_delay_s (&facts), ==, 5 * 3600);
  facts.poll_hint_s = 0;
  facts.failures = 1;
  g_assert_cmpuint (cz_poll_delay_s (&facts), ==, CZ_POLL_RETRY_S);
  facts.failures = 3;
  g_assert_cmpuint (cz_poll_delay_s (&facts), ==, 4 * CZ_POLL_RETRY_S);
  facts.failures = 40;
  g_assert_cmpuint (cz_poll_delay_s (&facts), ==, CZ_POLL_RETRY_MAX_S);
}

static void
test_above_is_due (void)
{
  CzPollAbove facts = { .now_s = T0, .asked_ago_s = -1 };
  g_assert_true (cz_poll_is_due (&facts));
  facts.asked_ago_s = 3600;
  g_assert_false (cz_poll_is_due (&facts));
  facts.is_spoken_of = TRUE;
  g_assert_true (cz_poll_is_due (&facts));
  facts.is_spoken_of = FALSE;
  facts.asked_ago_s = CZ_POLL_ABOVE_S;
  g_assert_true (cz_poll_is_due (&facts));
  facts.asked_ago_s = 3600;
  facts.next_publish_s = T0 + 60;
  g_assert_false (cz_poll_is_due (&facts));
  facts.next_publish_s = T0 - 60; /* its hour has passed since */
  g_assert_true (cz_poll_is_due (&facts));
  facts.next_publish_s = T0 - 3600 - 7200; /* two hours late when it was asked: in four again */
  g_assert_false (cz_poll_is_due (&facts));
  facts.now_s += 3 * 3600;
  facts.asked_ago_s += 3 * 3600;
  g_assert_true (cz_poll_is_due (&facts));
}

/* ---- trust.db ---- */

typedef struct {
  char *dir;
} Folder;

static void
folder_setup (Folder *f, gconstpointer data)
{
  f->dir = cz_test_make_folder ();
}

static void
folder_teardown (Folder *f, gconstpointer data)
{
  cz_test_remove_tree (f->dir);
  g_free (f->dir);
}

static CzTrust *
open_trust (Folder *f, gboolean *was_lost)
{
  g_autoptr (GError) error = NULL;
  CzTrust *trust = cz_trust_open (f->dir, was_lost, &error);
  g_assert_no_error (error);
  return trust;
}

static void
raise_to (CzTrust *trust, guint32 epoch, guint64 seq)
{
  g_autoptr (GError) error = NULL;
  CzFloor floor = { .epoch = epoch, .seq = seq, .tip = { (guint8) seq }, .serial = seq, .issued_s = (gint64) seq };
  g_assert_true (cz_trust_raise (trust, 990101, &floor, &error));
  g_assert_no_error (error);
}

static void
assert_floor (CzTrust *trust, guint32 epoch, guint64 seq, guint64 serial)
{
  CzFloor floor;
  cz_trust_floor (trust, 990101, &floor);
  g_assert_cmpuint (floor.epoch, ==, epoch);
  g_assert_cmpuint (floor.seq, ==, seq);
  g_assert_cmpuint (floor.tip[0], ==, (guint8) seq);
  g_assert_cmpuint (floor.serial, ==, serial);
}

static void
test_floor_only_rises (Folder *f, gconstpointer data)
{
  g_autoptr (CzTrust) trust = open_trust (f, NULL);
  raise_to (trust, 1, 7);
  raise_to (trust, 1, 5);
  assert_floor (trust, 1, 7, 7);
  raise_to (trust, 2, 3);
  assert_floor (trust, 2, 3, 7);
  raise_to (trust, 1, 100);
  assert_floor (trust, 2, 3, 100);
  g_clear_pointer (&trust, cz_trust_free);
  trust = open_trust (f, NULL);
  assert_floor (trust, 2, 3, 100);
}

static void
spoil (Folder *f, const char *name)
{
  g_autofree char *path = g_build_filename (f->dir, name, NULL);
  g_autofree char *wal = g_strconcat (path, "-wal", NULL);
  g_autoptr (GError) error = NULL;
  g_unlink (wal);
  g_assert_true (g_file_set_contents (path, "this was a database once, and now it is not any more", -1, &error));
}

/* Either copy may be lost, damaged or older; the higher one wins and mends the other. */
static void
test_one_copy_is_enough (Folder *f, gconstpointer data)
{
  static const char *const names[] = { "trust.db", "trust-2.db" };
  gboolean was_lost = FALSE;
  g_autoptr (CzTrust) trust = open_trust (f, NULL);
  raise_to (trust, 1, 9);
  g_clear_pointer (&trust, cz_trust_free);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    spoil (f, names[i]);
    trust = open_trust (f, &was_lost);
    g_assert_cmpuint (cz_test_take_warnings ("set aside"), ==, 1);
    g_assert_false (was_lost);
    assert_floor (trust, 1, 9, 9);
    g_clear_pointer (&trust, cz_trust_free);
    g_autofree char *path = g_build_filename (f->dir, names[i], NULL);
    g_unlink (path);
    trust = open_trust (f, &was_lost);
    assert_floor (trust, 1, 9, 9);
    g_clear_pointer (&trust, cz_trust_free);
  }
  spoil (f, names[0]);
  spoil (f, names[1]);
  trust = open_trust (f, &was_lost);
  g_assert_cmpuint (cz_test_take_warnings ("set aside"), ==, 2);
  g_assert_true (was_lost);
  assert_floor (trust, 0, 0, 0);
}

/* "Durable on return" also when the write before it failed: what is only in memory is no floor. */
static void
test_failed_write_is_made_good (Folder *f, gconstpointer data)
{
  static const char *const names[] = { "trust.db", "trust-2.db" };
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (CzTrust) trust = open_trust (f, NULL);
    g_autofree char *path = g_build_filename (f->dir, names[i], NULL);
    g_autofree char *other = g_build_filename (f->dir, names[1 - i], NULL);
    g_autofree char *other_wal = g_strconcat (other, "-wal", NULL);
    const CzDbOptions options = { CZ_DB_WRITE, 0600, FALSE, FALSE, 64 };
    CzFloor floor = { .epoch = 1, .seq = 20 + i, .tip = { (guint8) (20 + i) }, .serial = 20 + i };
    g_autoptr (sqlite3) holder = cz_db_open (path, &options, &error);
    g_assert_no_error (error);
    g_assert_true (cz_db_begin (holder, &error));
    g_assert_false (cz_trust_raise (trust, 990101, &floor, &error));
    g_assert_error (error, CZ_STORE_ERROR, CZ_STORE_ERROR_BUSY);
    g_clear_error (&error);
    cz_db_roll_back (holder);
    cz_db_close (g_steal_pointer (&holder));
    g_assert_true (cz_trust_raise (trust, 990101, &floor, &error));
    g_assert_no_error (error);
    g_clear_pointer (&trust, cz_trust_free);
    /* The copy that could not be written has it, alone. */
    g_assert_cmpint (g_unlink (other), ==, 0);
    (void) g_unlink (other_wal);
    trust = open_trust (f, NULL);
    assert_floor (trust, 1, 20 + i, 20 + i);
  }
}

static void
test_time_is_kept (Folder *f, gconstpointer data)
{
  g_autoptr (CzClock) clock = cz_clock_new_fixed (0, HOUR_US);
  g_autoptr (GError) error = NULL;
  g_autoptr (CzTrust) trust = open_trust (f, NULL);
  cz_trusted_time_head (cz_trust_time (trust), 990101, T0, 0);
  g_assert_true (cz_trust_save_time (trust, clock, &error));
  g_assert_cmpint (cz_clock_trusted_s (clock), ==, T0 + 3600);
  cz_trust_count_bytes (trust, 20000, 500);
  g_assert_true (cz_trust_save_time (trust, clock, &error));
  g_clear_pointer (&trust, cz_trust_free);
  trust = open_trust (f, NULL);
  cz_trusted_time_rebase (cz_trust_time (trust), 3);
  g_assert_cmpint (cz_trusted_time_now (cz_trust_time (trust), 3), ==, T0 + 3600);
  g_assert_cmpuint (cz_trust_bytes_on (trust, 20000), ==, 500);
  g_assert_cmpuint (cz_trust_bytes_on (trust, 20001), ==, 0);
}

/* ---- enrolment ---- */

static void
test_enrolment (Folder *f, gconstpointer data)
{
  g_autoptr (CzClock) clock = cz_clock_new_fixed (T0, 0);
  g_autoptr (GError) error = NULL;
  g_autofree char *office_dir = g_build_filename (f->dir, "office", NULL);
  g_autofree char *depot = g_build_filename (f->dir, "depot", NULL);
  g_autofree char *root = g_build_filename (f->dir, "home", NULL);
  g_autofree char *key_path = g_build_filename (root, "agent/station.key", NULL);
  g_autoptr (CzOffice) office = cz_office_new (office_dir, depot, 990101, clock, NULL);
  g_autoptr (CzHome) home = cz_home_open (root, &error);
  CzChannel line[] = { 990101 };
  g_autofree char *text = cz_office_ticket (office, line, 1, depot);
  g_autofree char *other = cz_office_ticket (office, line, 1, "http://127.0.0.1/");
  CzEnrolment first, again;
  GStatBuf st;
  g_assert_null (cz_home_ticket (home, &error));
  g_assert_error (error, CZ_HOME_ERROR, CZ_HOME_ERROR_NOT_ENROLLED);
  g_clear_error (&error);
  g_assert_true (cz_home_enrol (home, text, strlen (text), FALSE, &first, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (strlen (first.fingerprint), ==, 8);
  g_assert_cmpint (g_stat (key_path, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 0777, ==, 0600);
  g_assert_true (cz_home_enrol (home, text, strlen (text), FALSE, &again, &error));
  g_assert_true (again.was_enrolled);
  g_assert_cmpstr (again.fingerprint, ==, first.fingerprint);
  g_free (again.fingerprint);
  g_assert_false (cz_home_enrol (home, other, strlen (other), FALSE, &again, &error));
  g_assert_error (error, CZ_HOME_ERROR, CZ_HOME_ERROR_ENROLLED);
  g_clear_error (&error);
  g_assert_true (cz_home_enrol (home, other, strlen (other), TRUE, &again, &error));
  g_assert_cmpstr (again.fingerprint, ==, first.fingerprint);
  g_free (again.fingerprint);
  g_free (first.fingerprint);
}

/* Every damage of a ticket's root is noticed before anything is kept. */
static void
test_bad_tickets (Folder *f, gconstpointer data)
{
  g_autoptr (CzClock) clock = cz_clock_new_fixed (T0, 0);
  g_autoptr (GError) error = NULL;
  g_autofree char *office_dir = g_build_filename (f->dir, "office", NULL);
  g_autofree char *depot = g_build_filename (f->dir, "depot", NULL);
  g_autofree char *root = g_build_filename (f->dir, "home", NULL);
  g_autoptr (CzOffice) office = cz_office_new (office_dir, depot, 990101, clock, NULL);
  g_autoptr (CzHome) home = cz_home_open (root, &error);
  CzChannel line[] = { 990101 };
  g_autofree char *text = cz_office_ticket (office, line, 1, depot);
  char *base64 = strstr (text, "root=") + 5;
  CzEnrolment out;
  for (gsize i = 4; i + 12 < strlen (base64); i += 3) {
    char kept = base64[i];
    base64[i] = kept == 'A' ? 'B' : 'A';
    g_assert_false (cz_home_enrol (home, text, strlen (text), FALSE, &out, &error));
    g_assert_cmpint (error->domain, ==, CZ_WIRE_ERROR);
    g_clear_error (&error);
    base64[i] = kept;
  }
  g_assert_false (cz_home_enrol (home, "not a ticket", 12, FALSE, &out, &error));
  g_assert_error (error, CZ_WIRE_ERROR, CZ_WIRE_ERROR_FORMAT);
  g_clear_error (&error);
  g_assert_null (cz_home_ticket (home, &error));
  g_assert_error (error, CZ_HOME_ERROR, CZ_HOME_ERROR_NOT_ENROLLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  cz_test_collect_warnings ();
  g_test_add_func ("/station/time/first-head-is-believed", test_first_head_is_believed);
  g_test_add_func ("/station/time/never-backwards", test_never_backwards);
  g_test_add_func ("/station/time/one-signer-cannot-burn-it", test_one_signer_cannot_burn_time);
  g_test_add_func ("/station/time/catches-up", test_dark_for_long_catches_up);
  g_test_add_func ("/station/poll/within-limits", test_poll_stays_within_limits);
  g_test_add_func ("/station/poll/follows-the-announcement", test_poll_follows_the_announcement);
  g_test_add_func ("/station/poll/above-is-due", test_above_is_due);
  g_test_add ("/station/trust/floor-only-rises", Folder, NULL, folder_setup, test_floor_only_rises, folder_teardown);
  g_test_add ("/station/trust/one-copy-is-enough", Folder, NULL, folder_setup, test_one_copy_is_enough, folder_teardown);
  g_test_add ("/station/trust/failed-write-is-made-good", Folder, NULL, folder_setup, test_failed_write_is_made_good, folder_teardown);
  g_test_add ("/station/trust/time-is-kept", Folder, NULL, folder_setup, test_time_is_kept, folder_teardown);
  g_test_add ("/station/home/enrolment", Folder, NULL, folder_setup, test_enrolment, folder_teardown);
  g_test_add ("/station/home/bad-tickets", Folder, NULL, folder_setup, test_bad_tickets, folder_teardown);
  return g_test_run ();
}
