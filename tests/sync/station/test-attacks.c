/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "sync/wire/cz-limits.h"
#include "sync/wire/cz-paths.h"
#include "tests/sync/station/cz-files.h"
#include "tests/sync/station/cz-village.h"

/* One scripted attack for each line of TUF's list (and of the ways a stolen key could be used): what the thief does, what the
 * station says, and that it holds what it held and goes on afterwards. */

#define DAY_S 86400
#define SEGMENT_MONTH 202611
static const CzChannel line[] = { VILLAGE_COUNTY };

/* The attack is over, and the honest depot stands again: the station takes the next day as if nothing had been. */
static void
assert_goes_on (Village *v, const char *honest, guint64 seq)
{
  g_autoptr (GError) error = NULL;
  g_assert_cmpuint (village_seq (v), ==, seq);
  g_assert_true (cz_content_check (v->station->content, TRUE, &error));
  g_assert_no_error (error);
  village_replace_depot (v, honest);
  village_publish (v, 1);
  g_assert_cmpint (village_round (v, NULL), ==, CZ_EXIT_DONE);
  village_assert_same_as_office (v);
}

static void
refused_as (Village *v, const char *depot, const char *rule)
{
  g_assert_cmpint (village_round (v, depot), ==, CZ_EXIT_REFUSED);
  g_assert_cmpstr (v->rule, ==, rule);
}

/* Three days held; gives a copy of the depot. */
static char *
three_days (Village *v)
{
  village_publish (v, 3);
  g_assert_cmpint (village_round (v, NULL), ==, CZ_EXIT_DONE);
  return village_copy_depot (v, "honest");
}

static void
forged_as (Village *v, const Forgery *forgery, const char *rule)
{
  g_autofree char *honest = three_days (v);
  village_forge (v, forgery);
  refused_as (v, NULL, rule);
  assert_goes_on (v, honest, 3);
}

/* ---- arbitrary content ---- */

static void
bundle_of_an_unknown_key (Village *v)
{
  g_autoptr (CzSecretKey) key = cz_secret_key_new ();
  forged_as (v, &(Forgery){ .content_key = key }, "key");
}

static void
head_of_an_unknown_key (Village *v)
{
  g_autoptr (CzSecretKey) key = cz_secret_key_new ();
  forged_as (v, &(Forgery){ .head_key = key }, "key");
}

static void
whole_depot_of_another_root (Village *v)
{
  g_autofree char *honest = three_days (v);
  g_autofree char *dir = g_build_filename (v->dir, "thief", NULL);
  g_autofree char *depot = g_build_filename (v->dir, "thiefs-depot", NULL);
  g_autoptr (CzOffice) thief = cz_office_new (dir, depot, VILLAGE_COUNTY, v->clock, NULL);
  cz_office_publish (thief, VILLAGE_TODAY, 5, 2, 5);
  refused_as (v, depot, "signature");
  assert_goes_on (v, honest, 3);
}

/* ---- rollback ---- */

static void
every_old_head_again (Village *v)
{
  g_autofree char *head = village_file (v, cz_path_head (VILLAGE_COUNTY));
  g_autofree char *index = village_file (v, cz_path_index (VILLAGE_COUNTY));
  for (guint day = 0; day < 6; day++) {
    g_autofree char *head_copy = g_strdup_printf ("%s/head-%u", v->dir, day);
    g_autofree char *index_copy = g_strdup_printf ("%s/index-%u", v->dir, day);
    village_publish (v, 1);
    cz_test_copy (head, head_copy);
    cz_test_copy (index, index_copy);
  }
  g_assert_cmpint (village_round (v, NULL), ==, CZ_EXIT_DONE);
  g_autofree char *honest = village_copy_depot (v, "honest");
  for (guint day = 0; day < 5; day++) {
    g_autofree char *head_copy = g_strdup_printf ("%s/head-%u", v->dir, day);
    g_autofree char *index_copy = g_strdup_printf ("%s/index-%u", v->dir, day);
    cz_test_copy (head_copy, head);
    cz_test_copy (index_copy, index);
    refused_as (v, NULL, "order");
    village_restart (v, NULL);
    refused_as (v, NULL, "order");
    g_assert_cmpuint (village_seq (v), ==, 6);
  }
  assert_goes_on (v, honest, 6);
}

static void
old_head_after_content_was_destroyed (Village *v)
{
  g_autofree char *head = village_file (v, cz_path_head (VILLAGE_COUNTY));
  g_autofree char *kept = g_build_filename (v->dir, "old-head", NULL);
  village_publish (v, 1);
  cz_test_copy (head, kept);
  village_publish (v, 1);
  g_assert_cmpint (village_round (v, NULL), ==, CZ_EXIT_DONE);
  g_autofree char *honest = village_copy_depot (v, "honest");
  cz_station_close (v->station);
  v->station = NULL;
  cz_test_remove_tree (v->home->content);
  g_assert_cmpint (g_mkdir_with_parents (v->home->content, 0750), ==, 0);
  village_restart (v, NULL);
  cz_test_copy (kept, head);
  refused_as (v, NULL, "order");
  g_assert_cmpuint (village_seq (v), ==, 0);
  village_replace_depot (v, honest);
  g_assert_cmpint (village_round (v, NULL), ==, CZ_EXIT_DONE);
  assert_goes_on (v, honest, 2);
}

static void
another_bundle_under_a_number_held (Village *v)
{
  g_autofree char *honest = three_days (v);
  CzHead head;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = village_file (v, cz_path_head (VILLAGE_COUNTY));
  g_assert_true (cz_publisher_head (v->office->publisher, &head));
  head.tip[0] ^= 1;
  g_autoptr (GBytes) bytes = cz_head_build (&head, v->office->head_key, &error);
  cz_test_put (path, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  refused_as (v, NULL, "order");
  assert_goes_on (v, honest, 3);
}

/* ---- freeze ---- */

static CzLate
late_now (Village *v)
{
  return g_array_index (v->report.channels, CzRoundChannel, 0).late;
}

static void
frozen_depot_is_noticed_by_powered_hours (Village *v)
{
  g_autofree char *honest = three_days (v);
  g_assert_cmpint (late_now (v), ==, 0);
  /* Powered-on hours alone; the wall clock stands still. Announced in a day, a day of slack. */
  cz_clock_fixed_set (v->clock, OFFICE_NOW, (gint64) 2 * DAY_S * G_USEC_PER_SEC - 1000000);
  g_assert_cmpint (village_round (v, NULL), ==, CZ_EXIT_DONE);
  g_assert_cmpint (late_now (v), ==, 0);
  cz_clock_fixed_set (v->clock, OFFICE_NOW, (gint64) (2 * DAY_S + 5) * G_USEC_PER_SEC);
  g_assert_cmpint (village_round (v, NULL), ==, CZ_EXIT_DONE);
  g_assert_cmpint (late_now (v), ==, CZ_LATE_OVERDUE);
  g_assert_cmpstr (cz_round_trouble (&v->report), ==, "late");
  village_publish (v, 1);
  cz_clock_fixed_set (v->clock, OFFICE_NOW + 3 * DAY_S, (gint64) (2 * DAY_S + 6) * G_USEC_PER_SEC);
  village_publish (v, 1);
  g_assert_cmpint (village_round (v, NULL), ==, CZ_EXIT_DONE);
  g_assert_cmpint (late_now (v), ==, 0);
  village_assert_same_as_office (v);
}

static void
frozen_mirror_is_noticed_after_a_stick (Village *v)
{
  g_autofree char *honest = three_days (v);
  village_publish (v, 1);
  g_assert_cmpint (village_round (v, NULL), ==, CZ_EXIT_DONE);
  g_assert_cmpint (village_round (v, honest), ==, CZ_EXIT_REFUSED);
  g_assert_cmpint (late_now (v), ==, CZ_LATE_MIRROR);
  g_assert_cmpuint (village_seq (v), ==, 4);
  village_assert_same_as_office (v);
}

/* ---- mix and match ---- */

static void
head_of_one_day_index_of_another (Village *v)
{
  g_autofree char *index = village_file (v, cz_path_index (VILLAGE_COUNTY));
  g_autofree char *kept = g_build_filename (v->dir, "old-index", NULL);
  g_autofree char *first = three_days (v);
  cz_test_copy (index, kept);
  village_publish (v, 1);
  g_autofree char *honest = village_copy_depot (v, "honest-later");
  cz_test_copy (kept, index);
  refused_as (v, NULL, "order");
  assert_goes_on (v, honest, 3);
}

static void
neighbours_tree_in_our_place (Village *v)
{
  g_autofree char *honest = three_days (v);
  g_autofree char *dir = g_build_filename (v->dir, "neighbour", NULL);
  g_autofree char *depot = g_build_filename (v->dir, "neighbours-depot", NULL);
  g_autoptr (CzOffice) neighbour = cz_office_new (dir, depot, 990102, v->clock, v->office);
  cz_office_publish (neighbour, VILLAGE_TODAY, 5, 2, 5);
  g_autofree char *theirs = g_build_filename (depot, "v1", "c", "990102", NULL);
  g_autofree char *ours = g_build_filename (depot, "v1", "c", "990101", NULL);
  g_assert_cmpint (g_rename (theirs, ours), ==, 0);
  refused_as (v, depot, "scope");
  assert_goes_on (v, honest, 3);
}

static void
neighbours_segment_under_our_head (Village *v)
{
  g_autofree char *honest = three_days (v);
  g_autofree char *dir = g_build_filename (v->dir, "neighbour", NULL);
  g_autofree char *depot = g_build_filename (v->dir, "neighbours-depot", NULL);
  g_autoptr (CzOffice) neighbour = cz_office_new (dir, depot, 990102, v->clock, v->office);
  cz_office_publish (neighbour, VILLAGE_TODAY, 9, 2, 5);
  village_publish (v, 1);
  g_autofree char *later = village_copy_depot (v, "honest-later");
  g_autofree char *theirs_name = cz_path_segment (990102, SEGMENT_MONTH);
  g_autofree char *theirs = g_build_filename (depot, theirs_name, NULL);
  g_autofree char *ours = village_file (v, cz_path_segment (VILLAGE_COUNTY, SEGMENT_MONTH));
  cz_test_copy (theirs, ours);
  g_assert_cmpint (village_round (v, NULL), ==, CZ_EXIT_REFUSED);
  assert_goes_on (v, later, 3);
}

/* ---- endless data ---- */

static void
endless_files (Village *v)
{
  g_autofree char *honest = three_days (v);
  village_publish (v, 1);
  g_autofree char *later = village_copy_depot (v, "honest-later");
  char *(*const names[]) (CzChannel) = { cz_path_head, cz_path_index };
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = village_file (v, names[i](VILLAGE_COUNTY));
    cz_test_make_huge (path);
    g_assert_cmpint (village_round (v, NULL), ==, CZ_EXIT_REFUSED);
    village_replace_depot (v, later);
  }
  /* A segment that does not end is read as far as the signed index says. */
  g_autofree char *segment = village_file (v, cz_path_segment (VILLAGE_COUNTY, SEGMENT_MONTH));
  FILE *file = g_fopen (segment, "ab");
  g_assert_nonnull (file);
  g_assert_cmpint (ftruncate (fileno (file), G_GINT64_CONSTANT (2) << 30), ==, 0);
  fclose (file);
  g_assert_cmpint (village_round (v, NULL), ==, CZ_EXIT_DONE);
  assert_goes_on (v, later, 4);
}

/* ---- slow retrieval ---- */

static gint loop_ends;

static gpointer
run_loop (gpointer data)
{
  while (!g_atomic_int_get (&loop_ends))
    g_main_context_iteration (NULL, TRUE);
  return NULL;
}

static void
stop_loop (void)
{
  g_atomic_int_set (&loop_ends, 1);
  g_main_context_wakeup (NULL);
}

/* Sends a byte now and then, for as long as somebody listens. */
static gboolean
drip (GThreadedSocketService *service, GSocketConnection *connection, GObject *source, gpointer data)
{
  static const char head[] = "HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n";
  GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  char asked[2048];
  if (g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)), asked, sizeof asked, NULL, NULL) <= 0
      || !g_output_stream_write_all (out, head, strlen (head), NULL, NULL, NULL))
    return TRUE;
  for (guint i = 0; i < 400 && g_output_stream_write_all (out, "C", 1, NULL, NULL, NULL); i++)
    g_usleep (G_USEC_PER_SEC / 10);
  return TRUE;
}

static void
dripping_depot_is_left_for_the_next (Village *v)
{
  g_autofree char *honest = three_days (v);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketService) service = g_threaded_socket_service_new (4);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any_port = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) given = NULL;
  g_assert_true (g_socket_listener_add_address (G_SOCKET_LISTENER (service), any_port, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &given, &error));
  g_assert_no_error (error);
  g_signal_connect (service, "run", G_CALLBACK (drip), NULL);
  g_autoptr (GThread) loop = g_thread_new ("drip", run_loop, NULL);
  g_autofree char *address = g_strdup_printf ("http://127.0.0.1:%u/", g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (given)));
  const char *depots[] = { address, v->depot, NULL };
  const CzRoadOptions road = { .low_speed_bytes = 1000, .low_speed_s = 1 };
  const CzRoundOptions options = { .depots = depots, .road = &road };
  village_publish (v, 1);
  gint64 begin_us = g_get_monotonic_time ();
  cz_round_report_clear (&v->report);
  g_assert_true (cz_round_run (v->station, &options, &v->report, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_get_monotonic_time () - begin_us, <, 20 * G_USEC_PER_SEC);
  g_assert_cmpint (cz_round_exit (&v->report), ==, CZ_EXIT_DONE);
  g_socket_service_stop (service);
  stop_loop ();
  g_thread_join (g_steal_pointer (&loop));
  village_assert_same_as_office (v);
}

/* ---- what a station never needs, never does ---- */

static void
nothing_is_fetched_for_a_reference (Village *v)
{
  g_autofree char *honest = three_days (v);
  village_publish (v, 1);
  g_assert_cmpint (village_round (v, NULL), ==, CZ_EXIT_DONE);
  /* The quotes name products of the centre, which no depot has: head, index, segment and no request more. */
  g_assert_cmpuint (v->report.requests, ==, 3);
  village_assert_same_as_office (v);
}

static void
no_program_in_a_bundle (Village *v)
{
  /* A row's text is SQL, and stays a text. */
  g_autofree char *honest = three_days (v);
  village_forge (v, &(Forgery){ .n_rows = 3 });
  g_assert_cmpint (village_round (v, NULL), ==, CZ_EXIT_DONE);
  g_assert_cmpint (cz_content_count (cz_content_db (v->station->content), VILLAGE_COUNTY, cz_table_by_number (CZ_TABLE_QUOTE)), ==, 30);
  g_assert_cmpint (cz_content_count (cz_content_db (v->station->content), VILLAGE_COUNTY, cz_table_by_number (CZ_TABLE_MARKET)), ==, 3);
}

static void
no_schema_change_from_outside (Village *v)
{
  forged_as (v, &(Forgery){ .op = CZ_OP_SCHEMA }, "newer");
}

/* ---- stolen keys ---- */

static void
rows_of_a_neighbour (Village *v)
{
  forged_as (v, &(Forgery){ .issuer = 990102 }, "scope");
}

static void
rows_of_the_centre (Village *v)
{
  forged_as (v, &(Forgery){ .issuer = 990000 }, "scope");
}

static void
rows_of_a_table_not_given (Village *v)
{
  CzDelegation narrow = v->office->delegation;
  narrow.serial = 2;
  narrow.table_mask = G_GUINT64_CONSTANT (1) << CZ_TABLE_QUOTE;
  village_delegate (v, &narrow);
  forged_as (v, &(Forgery){ .n_rows = 1 }, "scope");
}

static void
more_rows_than_a_day_has (Village *v)
{
  CzDelegation narrow = v->office->delegation;
  narrow.serial = 2;
  narrow.rows_per_day = 45;
  village_delegate (v, &narrow);
  g_autofree char *honest = three_days (v); /* 10 rows each; the first is free */
  village_forge (v, &(Forgery){ .n_rows = 26 });
  refused_as (v, NULL, "scope");
  village_replace_depot (v, honest);
  /* Nor by writing another day on it. */
  village_forge (v, &(Forgery){ .n_rows = 40, .created_s = OFFICE_NOW + DAY_S });
  refused_as (v, NULL, "scope");
  village_replace_depot (v, honest);
  village_forge (v, &(Forgery){ .n_rows = 40, .created_s = OFFICE_NOW - 2 * DAY_S });
  refused_as (v, NULL, "scope");
  village_replace_depot (v, honest);
  village_forge (v, &(Forgery){ .n_rows = 25 });
  g_assert_cmpint (village_round (v, NULL), ==, CZ_EXIT_DONE);
}

static void
head_key_alone_publishes_nothing (Village *v)
{
  g_autoptr (CzSecretKey) own = cz_secret_key_new ();
  g_autofree char *honest = three_days (v);
  village_forge (v, &(Forgery){ .content_key = own, .n_rows = 5 });
  refused_as (v, NULL, "key");
  assert_goes_on (v, honest, 3);
}

static void
numbers_burnt_and_a_new_epoch (Village *v)
{
  g_autofree char *honest = three_days (v);
  village_forge (v, &(Forgery){ .skip_numbers = G_GUINT64_CONSTANT (1) << 40 });
  refused_as (v, NULL, "order");
  assert_goes_on (v, honest, 3);
  /* Even had it been taken: the parent raises the epoch, and the channel begins anew. */
  CzFloor burnt = { .epoch = 1, .seq = G_GUINT64_CONSTANT (1) << 40 };
  g_autoptr (GError) error = NULL;
  g_assert_true (cz_trust_raise (v->station->trust, VILLAGE_COUNTY, &burnt, &error));
  village_publish (v, 1);
  refused_as (v, NULL, "order");
  CzDelegation anew = v->office->delegation;
  anew.serial = 9;
  anew.epoch = 2;
  g_autofree char *replica = g_build_filename (v->office->dir, "replica", NULL);
  g_autofree char *index = g_build_filename (v->office->dir, "index", NULL);
  CzContent *fresh = cz_content_new_generation (replica, &error);
  g_assert_no_error (error);
  g_assert_true (cz_content_make_current (fresh, &error));
  g_clear_pointer (&v->office->publisher, cz_publisher_free);
  cz_content_free (v->office->replica);
  v->office->replica = v->office->config.replica = fresh;
  g_assert_cmpint (g_unlink (index), ==, 0);
  village_delegate (v, &anew);
  village_publish (v, 2);
  g_assert_cmpint (village_round (v, NULL), ==, CZ_EXIT_DONE);
  g_assert_cmpuint (village_seq (v), ==, 2);
  village_assert_same_as_office (v);
}

static void
time_burnt_by_one_key (Village *v)
{
  g_autofree char *honest = three_days (v);
  CzHead head;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = village_file (v, cz_path_head (VILLAGE_COUNTY));
  g_assert_true (cz_publisher_head (v->office->publisher, &head));
  for (guint i = 1; i < 5; i++) {
    head.issued_s = OFFICE_NOW + G_GUINT64_CONSTANT (70) * 366 * DAY_S + i;
    head.next_publish_s = head.issued_s;
    g_autoptr (GBytes) bytes = cz_head_build (&head, v->office->head_key, &error);
    cz_test_put (path, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    g_assert_cmpint (village_round (v, NULL), ==, CZ_EXIT_DONE);
  }
  g_assert_cmpint (cz_clock_trusted_s (v->clock), <=, OFFICE_NOW + CZ_TIME_PUSH_MAX_S);
  assert_goes_on (v, honest, 3);
}

/* ---- the root ---- */

static GBytes *
next_root (Village *v, guint32 version, guint8 threshold, const CzSecretKey *first, const CzSecretKey *second)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) signers = g_ptr_array_new ();
  CzRoot root = { .version = version, .threshold = threshold, .n_keys = 2, .issued_s = OFFICE_NOW };
  cz_secret_key_public (v->office->root_key, &root.keys[0]);
  g_autoptr (CzSecretKey) other = cz_secret_key_new ();
  cz_secret_key_public (second ? second : other, &root.keys[1]);
  if (first)
    g_ptr_array_add (signers, (gpointer) first);
  if (second)
    g_ptr_array_add (signers, (gpointer) second);
  GBytes *bytes = cz_root_build (&root, signers, &error);
  g_assert_no_error (error);
  return bytes;
}

/* A head that names the root, signed by the office's own key, so that only the root can be at fault. */
static void
announce_root (Village *v, guint32 version, GBytes *root)
{
  g_autoptr (GError) error = NULL;
  CzHead head;
  g_autofree char *path = village_file (v, cz_path_head (VILLAGE_COUNTY));
  g_autofree char *root_path = village_file (v, cz_path_root (2));
  cz_test_put (root_path, g_bytes_get_data (root, NULL), g_bytes_get_size (root));
  g_assert_true (cz_publisher_head (v->office->publisher, &head));
  head.root_version = version;
  g_autoptr (GBytes) bytes = cz_head_build (&head, v->office->head_key, &error);
  cz_test_put (path, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static void
root_signed_by_too_few (Village *v)
{
  g_autofree char *honest = three_days (v);
  g_autoptr (CzSecretKey) thief = cz_secret_key_new ();
  g_autoptr (GBytes) of_new_only = next_root (v, 2, 1, NULL, thief);
  announce_root (v, 2, of_new_only);
  refused_as (v, NULL, "signature");
  g_autoptr (GBytes) one_short = next_root (v, 2, 2, v->office->root_key, NULL);
  announce_root (v, 2, one_short);
  refused_as (v, NULL, "signature");
  g_autoptr (GBytes) leap = next_root (v, 3, 1, v->office->root_key, thief);
  announce_root (v, 3, leap);
  refused_as (v, NULL, "order");
  assert_goes_on (v, honest, 3);
}

static void
root_changed_rightly (Village *v)
{
  g_autofree char *honest = three_days (v);
  g_autoptr (CzSecretKey) second = cz_secret_key_new ();
  g_autoptr (GBytes) root = next_root (v, 2, 1, v->office->root_key, second);
  announce_root (v, 2, root);
  g_assert_cmpint (village_round (v, NULL), ==, CZ_EXIT_DONE);
  village_restart (v, NULL);
  g_assert_cmpint (village_round (v, NULL), ==, CZ_EXIT_DONE);
}

static const struct {
  const char *name;
  void (*run) (Village *v);
} attacks[] = {
  { "arbitrary-content/bundle-of-an-unknown-key", bundle_of_an_unknown_key },
  { "arbitrary-content/head-of-an-unknown-key", head_of_an_unknown_key },
  { "arbitrary-content/whole-depot-of-another-root", whole_depot_of_another_root },
  { "rollback/every-old-head-again", every_old_head_again },
  { "rollback/old-head-after-content-was-destroyed", old_head_after_content_was_destroyed },
  { "rollback/another-bundle-under-a-number-held", another_bundle_under_a_number_held },
  { "freeze/depot-noticed-by-powered-hours", frozen_depot_is_noticed_by_powered_hours },
  { "freeze/mirror-noticed-after-a-stick", frozen_mirror_is_noticed_after_a_stick },
  { "mix-and-match/head-of-one-day-index-of-another", head_of_one_day_index_of_another },
  { "mix-and-match/neighbours-tree-in-our-place", neighbours_tree_in_our_place },
  { "mix-and-match/neighbours-segment-under-our-head", neighbours_segment_under_our_head },
  { "endless-data/files-of-two-gibibytes", endless_files },
  { "slow-retrieval/dripping-depot-is-left-for-the-next", dripping_depot_is_left_for_the_next },
  { "extraneous-dependencies/nothing-fetched-for-a-reference", nothing_is_fetched_for_a_reference },
  { "wrong-software/no-program-in-a-bundle", no_program_in_a_bundle },
  { "wrong-software/no-schema-change-from-outside", no_schema_change_from_outside },
  { "key-compromise/rows-of-a-neighbour", rows_of_a_neighbour },
  { "key-compromise/rows-of-the-province", rows_of_the_centre },
  { "key-compromise/table-not-given", rows_of_a_table_not_given },
  { "key-compromise/more-rows-than-a-day-has", more_rows_than_a_day_has },
  { "key-compromise/head-key-alone", head_key_alone_publishes_nothing },
  { "key-compromise/numbers-burnt-and-a-new-epoch", numbers_burnt_and_a_new_epoch },
  { "key-compromise/time-burnt-by-one-key", time_burnt_by_one_key },
  { "root/signed-by-too-few", root_signed_by_too_few },
  { "root/changed-rightly", root_changed_rightly },
};

static void
run_attack (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (Village) village = village_new (line, G_N_ELEMENTS (line));
  attacks[i].run (village);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (attacks); i++) {
    g_autofree char *path = g_strconcat ("/attack/", attacks[i].name, NULL);
    g_test_add_data_func (path, GUINT_TO_POINTER (i), run_attack);
  }
  return g_test_run ();
}
