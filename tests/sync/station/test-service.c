/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "sync/outbox/cz-outbox.h"
#include "sync/station/cz-bus.h"
#include "sync/station/cz-home.h"
#include "sync/station/cz-sync-dbus.h"
#include "sync/wire/cz-paths.h"
#include "tests/sync/station/cz-office.h"

/* The real program as a service on a private bus, called as the kiosk calls it. argv[1]: cunzhan-sync. */

#define COUNTY 990101
#define TODAY 20779
#define PATIENCE_S 30

typedef struct {
  const char *program;
  char *dir;
  char *depot;
  char *stick;
  GTestDBus *bus;
  CzClock *clock;
  CzOffice *office;
  CzHome *home;
  GSubprocess *agent;
  GDBusConnection *connection;
  CzDbusSync1 *proxy;
  guint64 changed_seq;
  guint changed;
  guint progress;
  char *rule;
  gboolean is_late;
} Service;

static void
on_changed (CzDbusSync1 *proxy, const char *channel, guint64 seq, gboolean rebuilt, Service *s)
{
  g_assert_cmpstr (channel, ==, "990101");
  s->changed_seq = seq;
  s->changed++;
}

static void
on_progress (CzDbusSync1 *proxy, const char *channel, guint64 done, guint64 total, Service *s)
{
  g_assert_cmpuint (done, <=, total);
  s->progress++;
}

static void
on_refused (CzDbusSync1 *proxy, const char *channel, const char *rule, const char *message, Service *s)
{
  g_free (s->rule);
  s->rule = g_strdup (rule);
}

static gboolean
on_late (gpointer data)
{
  ((Service *) data)->is_late = TRUE;
  return G_SOURCE_REMOVE;
}

/* Turns the loop until the condition holds. */
#define WAIT(s, condition)                                              \
  do {                                                                  \
    guint timer = g_timeout_add_seconds (PATIENCE_S, on_late, s);       \
    while (!(condition) && !(s)->is_late)                               \
      g_main_context_iteration (NULL, TRUE);                            \
    g_assert_false ((s)->is_late);                                      \
    g_source_remove (timer);                                            \
  } while (0)

static gboolean
is_state (Service *s, const char *state)
{
  return g_strcmp0 (cz_dbus_sync1_get_state (s->proxy), state) == 0;
}

static gboolean
has_owner (Service *s)
{
  g_autofree char *owner = g_dbus_proxy_get_name_owner (G_DBUS_PROXY (s->proxy));
  return owner != NULL;
}

static void
enrol (Service *s)
{
  static const CzChannel line[] = { COUNTY };
  g_autoptr (GError) error = NULL;
  g_autofree char *text = cz_office_ticket (s->office, line, 1, s->depot);
  CzEnrolment enrolment;
  g_assert_true (cz_home_enrol (s->home, text, strlen (text), FALSE, &enrolment, &error));
  g_assert_no_error (error);
  g_free (enrolment.fingerprint);
}

static int
enrol_by_program (Service *s)
{
  static const CzChannel line[] = { COUNTY };
  g_autoptr (GError) error = NULL;
  g_autofree char *text = cz_office_ticket (s->office, line, 1, s->depot);
  g_autofree char *path = g_build_filename (s->dir, "ticket", NULL);
  g_assert_true (g_file_set_contents (path, text, -1, &error));
  g_autoptr (GSubprocess) program = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error,
                                                      s->program, "--home", s->home->root, "enrol", path, NULL);
  g_assert_true (g_subprocess_wait (program, NULL, &error));
  return g_subprocess_get_exit_status (program);
}

static void
start (Service *s)
{
  g_autoptr (GError) error = NULL;
  const char *address = g_test_dbus_get_bus_address (s->bus);
  s->agent = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, s->program, "--home", s->home->root, "run", "--on-demand", "--bus", address,
                               "--stick-folder", s->stick, NULL);
  g_assert_no_error (error);
  s->connection = cz_bus_connect (address, &error);
  g_assert_no_error (error);
  s->proxy = cz_dbus_sync1_proxy_new_sync (s->connection, G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START, CZ_BUS_NAME, CZ_BUS_PATH, NULL, &error);
  g_assert_no_error (error);
  g_signal_connect (s->proxy, "content-changed", G_CALLBACK (on_changed), s);
  g_signal_connect (s->proxy, "progress", G_CALLBACK (on_progress), s);
  g_signal_connect (s->proxy, "refused", G_CALLBACK (on_refused), s);
  WAIT (s, has_owner (s));
}

static void
setup (Service *s, gconstpointer program)
{
  g_autoptr (GError) error = NULL;
  s->program = program;
  s->dir = cz_test_make_folder ();
  s->depot = g_build_filename (s->dir, "depot", NULL);
  s->stick = g_build_filename (s->dir, "stick", NULL);
  g_autofree char *office = g_build_filename (s->dir, "office", NULL);
  g_autofree char *home = g_build_filename (s->dir, "home", NULL);
  s->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (s->bus);
  s->clock = cz_clock_new_system ();
  s->office = cz_office_new (office, s->depot, COUNTY, s->clock, NULL);
  s->home = cz_home_open (home, &error);
  g_assert_no_error (error);
}

static void
teardown (Service *s, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_subprocess_send_signal (s->agent, SIGTERM);
  g_assert_true (g_subprocess_wait (s->agent, NULL, &error));
  g_assert_true (g_subprocess_get_if_exited (s->agent));
  g_assert_cmpint (g_subprocess_get_exit_status (s->agent), ==, 0);
  g_clear_object (&s->agent);
  g_clear_object (&s->proxy);
  g_clear_object (&s->connection);
  g_test_dbus_down (s->bus);
  g_clear_object (&s->bus);
  cz_home_free (s->home);
  cz_office_free (s->office);
  g_object_unref (s->clock);
  cz_test_remove_tree (s->dir);
  g_free (s->dir);
  g_free (s->depot);
  g_free (s->stick);
  g_free (s->rule);
}

static gboolean
sync_now (Service *s)
{
  g_autoptr (GError) error = NULL;
  gboolean started = FALSE;
  g_assert_true (cz_dbus_sync1_call_sync_now_sync (s->proxy, &started, NULL, &error));
  g_assert_no_error (error);
  return started;
}

static void
test_sync_now (Service *s, gconstpointer data)
{
  enrol (s);
  cz_office_publish (s->office, TODAY - 3, 3, 4, 50);
  start (s);
  g_assert_true (sync_now (s));
  WAIT (s, s->changed > 0 && is_state (s, "idle"));
  g_assert_cmpuint (s->changed_seq, ==, 3);
  g_assert_cmpuint (s->progress, >, 0);
  g_assert_cmpstr (cz_dbus_sync1_get_trouble (s->proxy), ==, "");
  g_assert_cmpint (cz_dbus_sync1_get_last_contact (s->proxy), >, OFFICE_NOW - 366 * 86400);
  g_assert_cmpint (cz_dbus_sync1_get_trusted_time (s->proxy), >, 0);
  GVariant *channels = cz_dbus_sync1_get_channels (s->proxy);
  const char *code;
  guint64 held, offered;
  g_assert_cmpuint (g_variant_n_children (channels), ==, 1);
  g_variant_get_child (channels, 0, "(&stt)", &code, &held, &offered);
  g_assert_cmpstr (code, ==, "990101");
  g_assert_cmpuint (held, ==, 3);
  g_assert_cmpuint (offered, ==, 3);
  cz_office_publish (s->office, TODAY, 1, 4, 50);
  g_assert_true (sync_now (s));
  WAIT (s, s->changed_seq == 4 && is_state (s, "idle"));
  /* Nothing new. */
  s->changed = 0;
  g_assert_true (sync_now (s));
  guint applied, refused;
  g_assert_true (cz_dbus_sync1_call_import_stick_sync (s->proxy, &applied, &refused, NULL, NULL)); /* answers after that round */
  g_assert_cmpuint (s->changed, ==, 0);
}

static void
test_enrolled_while_running (Service *s, gconstpointer data)
{
  cz_office_publish (s->office, TODAY, 1, 4, 50);
  start (s);
  g_assert_true (sync_now (s));
  WAIT (s, is_state (s, "unenrolled"));
  g_assert_cmpint (enrol_by_program (s), ==, 0);
  g_assert_true (sync_now (s));
  WAIT (s, s->changed_seq == 1);
  /* Enrolled and at work: no other program may touch the home. */
  g_assert_cmpint (enrol_by_program (s), ==, 1);
}

static void
test_no_road (Service *s, gconstpointer data)
{
  enrol (s);
  g_autofree char *away = g_strconcat (s->depot, ".away", NULL);
  cz_office_publish (s->office, TODAY, 1, 4, 50);
  g_assert_cmpint (g_rename (s->depot, away), ==, 0);
  start (s);
  g_assert_true (sync_now (s));
  WAIT (s, g_strcmp0 (cz_dbus_sync1_get_trouble (s->proxy), "no-road") == 0 && is_state (s, "waiting"));
  g_assert_cmpuint (s->changed, ==, 0);
  g_assert_cmpint (g_rename (away, s->depot), ==, 0);
  g_assert_true (sync_now (s));
  WAIT (s, s->changed_seq == 1 && g_strcmp0 (cz_dbus_sync1_get_trouble (s->proxy), "") == 0);
}

static void
test_refused (Service *s, gconstpointer data)
{
  enrol (s);
  cz_office_publish (s->office, TODAY, 1, 4, 50);
  g_autofree char *name = cz_path_head (COUNTY);
  g_autofree char *head = g_build_filename (s->depot, name, NULL);
  g_autofree char *bytes = NULL;
  gsize size;
  g_assert_true (g_file_get_contents (head, &bytes, &size, NULL));
  bytes[size - 1] ^= 1;
  g_assert_true (g_file_set_contents (head, bytes, (gssize) size, NULL));
  start (s);
  g_assert_true (sync_now (s));
  WAIT (s, s->rule && g_strcmp0 (cz_dbus_sync1_get_trouble (s->proxy), "refused") == 0);
  g_assert_cmpstr (s->rule, ==, "signature");
  g_assert_cmpuint (s->changed, ==, 0);
}

static void
test_stick (Service *s, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint applied = 99, refused = 99;
  enrol (s);
  cz_office_publish (s->office, TODAY - 1, 2, 4, 50);
  start (s);
  /* No stick in. */
  g_assert_true (cz_dbus_sync1_call_import_stick_sync (s->proxy, &applied, &refused, NULL, &error));
  g_assert_cmpuint (applied, ==, 0);
  g_assert_cmpuint (refused, ==, 0);
  g_assert_cmpint (g_rename (s->depot, s->stick), ==, 0);
  g_assert_true (cz_dbus_sync1_call_import_stick_sync (s->proxy, &applied, &refused, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (applied, ==, 2);
  g_assert_cmpuint (refused, ==, 0);
  WAIT (s, s->changed_seq == 2);
  g_assert_cmpint (g_rename (s->stick, s->depot), ==, 0);
}

static void
on_imported (GObject *proxy, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  guint applied, refused;
  g_assert_true (cz_dbus_sync1_call_import_stick_finish (CZ_DBUS_SYNC1 (proxy), &applied, &refused, result, &error));
  g_assert_no_error (error);
  *(gboolean *) data = TRUE;
}

/* A round that is wanted while a stick is read is not lost: it comes behind it. */
static void
test_round_behind_stick (Service *s, gconstpointer data)
{
  gboolean imported = FALSE;
  enrol (s);
  cz_office_publish (s->office, TODAY - 3, 3, 4, 50);
  start (s);
  /* The stick is empty; both calls go out before either is answered. */
  cz_dbus_sync1_call_import_stick (s->proxy, NULL, on_imported, &imported);
  g_assert_true (sync_now (s));
  WAIT (s, imported && s->changed_seq == 3 && is_state (s, "idle"));
}

static gint64
inode_of (const char *path)
{
  GStatBuf st;
  g_assert_cmpint (g_stat (path, &st), ==, 0);
  return (gint64) st.st_ino;
}

/* An empty stick that may be written takes the news along, once. */
static void
test_stick_is_fed (Service *s, gconstpointer data)
{
  guint applied, refused;
  g_autofree char *head = g_strdup_printf ("%s/v1/c/%06d/head", s->stick, COUNTY);
  enrol (s);
  cz_office_publish (s->office, TODAY - 1, 2, 4, 50);
  start (s);
  g_assert_true (sync_now (s));
  WAIT (s, s->changed_seq == 2 && is_state (s, "idle"));
  g_assert_cmpint (g_mkdir (s->stick, 0700), ==, 0);
  g_assert_true (cz_dbus_sync1_call_import_stick_sync (s->proxy, &applied, &refused, NULL, NULL));
  g_assert_true (g_file_test (head, G_FILE_TEST_IS_REGULAR));
  gint64 first = inode_of (head);
  g_autofree char *held = g_strconcat (head, ".held", NULL); /* holds the number: it cannot come again */
  g_assert_cmpint (link (head, held), ==, 0);
  g_assert_true (cz_dbus_sync1_call_import_stick_sync (s->proxy, &applied, &refused, NULL, NULL));
  g_assert_cmpint (inode_of (head), ==, first);
  g_assert_false (cz_dbus_sync1_get_stick_lacks (s->proxy)); /* it was written: nothing is left to do */
}

/* The card is not worn by copies of what has not changed. */
static void
test_backup_only_of_changes (Service *s, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint applied, refused;
  g_autofree char *copy = g_build_filename (s->home->station, "station.db.2", NULL);
  enrol (s);
  start (s);
  for (int i = 0; i < 2; i++) /* an answer comes only when the round before is over, its backup too */
    g_assert_true (cz_dbus_sync1_call_import_stick_sync (s->proxy, &applied, &refused, NULL, NULL));
  gint64 first = inode_of (copy);
  g_autofree char *other = g_strconcat (copy, ".held", NULL); /* holds the number: it cannot come again */
  g_assert_cmpint (link (copy, other), ==, 0);
  for (int i = 0; i < 2; i++)
    g_assert_true (cz_dbus_sync1_call_import_stick_sync (s->proxy, &applied, &refused, NULL, NULL));
  g_assert_cmpint (inode_of (copy), ==, first);
  g_autoptr (CzOutbox) outbox = cz_outbox_open (s->home->station, FALSE, &error);
  g_assert_true (cz_outbox_set_int (outbox, "test", 1, &error));
  for (int i = 0; i < 2; i++)
    g_assert_true (cz_dbus_sync1_call_import_stick_sync (s->proxy, &applied, &refused, NULL, NULL));
  g_assert_cmpint (inode_of (copy), !=, first);
}

static void
test_slip (Service *s, gconstpointer data)
{
  static const guint8 slip[] = { 'a', 0, 'b', 0xff };
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) signature = NULL;
  g_autofree char *fingerprint = NULL;
  gsize size;
  CzPublicKey public_key;
  enrol (s);
  start (s);
  GVariant *content = g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, slip, sizeof slip, 1);
  g_assert_true (cz_dbus_sync1_call_sign_slip_sync (s->proxy, content, &signature, &fingerprint, NULL, &error));
  g_assert_no_error (error);
  const guint8 *bytes = g_variant_get_fixed_array (signature, &size, 1);
  g_autoptr (CzSecretKey) key = cz_home_station_key (s->home, &error);
  cz_secret_key_public (key, &public_key);
  g_autofree char *expected = cz_public_key_fingerprint (&public_key);
  g_assert_cmpstr (fingerprint, ==, expected);
  g_assert_cmpuint (size, ==, CZ_SIGNATURE_BYTES);
  g_assert_true (cz_verify (&public_key, CZ_SIGN_SLIP, slip, sizeof slip, bytes));
  g_assert_false (cz_verify (&public_key, CZ_SIGN_UPLOAD, slip, sizeof slip, bytes));
  g_autofree guint8 *large = g_malloc0 (5000);
  g_clear_pointer (&signature, g_variant_unref);
  content = g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, large, 5000, 1);
  g_assert_false (cz_dbus_sync1_call_sign_slip_sync (s->proxy, content, NULL, NULL, NULL, &error));
  g_autofree char *remote = g_dbus_error_get_remote_error (error);
  g_assert_cmpstr (remote, ==, "org.cunzhan.Sync1.Error.Refused");
}

static void
test_second_agent (Service *s, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  enrol (s);
  cz_office_publish (s->office, TODAY, 1, 4, 50);
  start (s);
  g_assert_true (sync_now (s));
  WAIT (s, s->changed_seq == 1);
  g_autoptr (GSubprocess) second = g_subprocess_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error, s->program, "--home", s->home->root, "once", NULL);
  g_assert_true (g_subprocess_wait (second, NULL, &error));
  g_assert_cmpint (g_subprocess_get_exit_status (second), ==, 1);
}

#define ADD(name, test) g_test_add ("/station/service/" name, Service, argv[1], setup, test, teardown)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (argc < 2)
    return 77;
  ADD ("sync-now", test_sync_now);
  ADD ("enrolled-while-running", test_enrolled_while_running);
  ADD ("no-road", test_no_road);
  ADD ("refused", test_refused);
  ADD ("stick", test_stick);
  ADD ("stick-is-fed", test_stick_is_fed);
  ADD ("round-behind-stick", test_round_behind_stick);
  ADD ("backup-only-of-changes", test_backup_only_of_changes);
  ADD ("slip", test_slip);
  ADD ("second-agent", test_second_agent);
  return g_test_run ();
}
