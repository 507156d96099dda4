/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sync/outbox/cz-outbox-items.h"
#include "sync/station/cz-status.h"
#include "tests/sync/station/cz-village.h"

/* A board without a battery: clocks that lie (N17), and thirty days without a road, with power cuts (N18). */

#define DAY_S G_GINT64_CONSTANT (86400)
#define HOUR_S G_GINT64_CONSTANT (3600)
#define YEAR_S (G_GINT64_CONSTANT (366) * 86400)
#define IN_2099 G_GINT64_CONSTANT (4085568000)
#define HOUR_US (HOUR_S * G_USEC_PER_SEC)
#define NOW OFFICE_NOW
#define DARK_DAYS 30

static const CzChannel line[] = { VILLAGE_COUNTY };

/* ---- N17 ---- */

typedef struct {
  const char *name;
  gint64 first_wall; /* what the board believes when it is switched on, the true time being NOW */
  gboolean contact; /* a round then */
  gboolean power_cut; /* switched off and on: powered-on time begins anew */
  gint64 wall; /* what it believes afterwards */
  gint64 powered_h; /* powered-on hours by then */
  gint64 true_s; /* true time by then */
  gboolean contact_again;
  gboolean is_plausible; /* may the kiosk say "yesterday", or only 数据日期 */
} Scenario;

static const Scenario scenarios[] = {
  { "dead-battery-1970-never-heard-anything", 0, FALSE, FALSE, 60, 0, NOW, FALSE, FALSE },
  { "dead-battery-1970-after-news", 0, TRUE, FALSE, 7200, 2, NOW + 2 * HOUR_S, FALSE, FALSE },
  { "right-clock-never-heard-anything", NOW, FALSE, FALSE, NOW + 60, 0, NOW + 60, FALSE, FALSE },
  { "right-clock-after-news", NOW + 60, TRUE, FALSE, NOW + 5 * HOUR_S, 5, NOW + 5 * HOUR_S, FALSE, TRUE },
  { "five-years-ahead", NOW + 5 * YEAR_S, TRUE, FALSE, NOW + 5 * YEAR_S + HOUR_S, 1, NOW + HOUR_S, FALSE, FALSE },
  { "year-2099", IN_2099, TRUE, FALSE, IN_2099 + HOUR_S, 1, NOW + HOUR_S, FALSE, FALSE },
  { "two-hours-slow", NOW - 2 * HOUR_S, TRUE, FALSE, NOW - HOUR_S, 1, NOW + HOUR_S, FALSE, FALSE },
  { "jumps-an-hour-ahead", NOW, TRUE, FALSE, NOW + 2 * HOUR_S, 1, NOW + HOUR_S, FALSE, TRUE },
  { "jumps-a-month-back", NOW + 60, TRUE, FALSE, NOW - 30 * DAY_S, 1, NOW + HOUR_S, FALSE, FALSE },
  { "1970-then-set-right-by-the-network", 0, TRUE, FALSE, NOW + 3 * HOUR_S, 3, NOW + 3 * HOUR_S, FALSE, TRUE },
  { "a-night-without-power", NOW, TRUE, TRUE, NOW + 10 * HOUR_S, 0, NOW + 10 * HOUR_S, FALSE, TRUE },
  { "a-month-without-power-then-news", NOW, TRUE, TRUE, NOW + 30 * DAY_S, 0, NOW + 30 * DAY_S, TRUE, TRUE },
  { "a-month-without-power-and-no-news", NOW, TRUE, TRUE, NOW + 30 * DAY_S, 0, NOW + 30 * DAY_S, FALSE, FALSE },
};

/* News is taken whatever the clock says. */
static void
hear (Village *v, CzClock *truth, gint64 true_s)
{
  cz_clock_fixed_set (truth, true_s, 0);
  village_publish (v, 1);
  g_assert_cmpint (village_round (v, NULL), ==, CZ_EXIT_DONE);
  village_assert_same_as_office (v);
}

static void
run_scenario (gconstpointer data)
{
  const Scenario *s = data;
  g_autoptr (Village) v = village_new (line, G_N_ELEMENTS (line));
  g_autoptr (CzClock) truth = g_object_ref (v->clock);
  village_restart (v, cz_clock_new_fixed (s->first_wall, 0));
  if (s->contact)
    hear (v, truth, NOW);
  gint64 bound_s = cz_clock_trusted_s (v->clock);
  g_assert_cmpint (bound_s, ==, s->contact ? NOW : 0);
  if (s->power_cut)
    village_restart (v, cz_clock_new_fixed (s->wall, s->powered_h * HOUR_US));
  else
    cz_clock_fixed_set (v->clock, s->wall, s->powered_h * HOUR_US);
  if (s->contact_again)
    hear (v, truth, s->true_s);
  g_assert_cmpint (cz_clock_is_plausible (v->clock), ==, s->is_plausible);
  /* The bound never falls and never runs ahead of the truth; the day worked with is never before it. */
  gint64 now_s = cz_trusted_time_now (cz_trust_time (v->station->trust), cz_clock_boot_us (v->clock));
  g_assert_cmpint (now_s, >=, bound_s);
  g_assert_cmpint (now_s, <=, s->true_s);
  g_assert_cmpint (cz_clock_today (v->clock), >=, cz_day_from_unix (bound_s));
  hear (v, truth, s->true_s + DAY_S);
  /* And over another power cut, with a clock of 1970. */
  bound_s = cz_clock_trusted_s (v->clock);
  village_restart (v, cz_clock_new_fixed (0, 0));
  g_assert_cmpint (cz_clock_trusted_s (v->clock), ==, bound_s);
}

/* ---- a term that runs out ---- */

static void
test_term_informs (void)
{
  g_autoptr (Village) v = village_new (line, G_N_ELEMENTS (line));
  g_autoptr (CzClock) truth = g_object_ref (v->clock);
  gint64 end_s = (gint64) v->office->delegation.not_after_s;
  CzWatch watch;
  hear (v, truth, NOW);
  cz_trust_watch (v->station->trust, VILLAGE_COUNTY, &watch);
  g_assert_cmpint (watch.not_after_s, ==, end_s);
  g_assert_true (cz_watch_is_confirmed (&watch, NOW));
  /* Powered on for as long: the bound has passed the end. What is held stays, what is newer is taken. */
  cz_clock_fixed_set (v->clock, NOW, (end_s - NOW + DAY_S) * G_USEC_PER_SEC);
  gint64 now_s = cz_trusted_time_now (cz_trust_time (v->station->trust), cz_clock_boot_us (v->clock));
  g_assert_false (cz_watch_is_confirmed (&watch, now_s));
  cz_clock_fixed_set (truth, end_s + DAY_S, (end_s - NOW + DAY_S) * G_USEC_PER_SEC);
  village_publish (v, 1);
  g_assert_cmpint (village_round (v, NULL), ==, CZ_EXIT_DONE);
  village_assert_same_as_office (v);
  g_autoptr (GError) error = NULL;
  g_autofree char *status = cz_status_json (v->home, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (status, "\"confirmed\":false"));
  g_assert_nonnull (strstr (status, "\"revoked\":false"));
}

/* ---- N18 ---- */

/* What the village enters, each told to the parent when it is on the disk; and rounds that reach nothing. Ends by being killed. */
static void
live_a_day (Village *v, const char *nowhere, gint64 wall_s, int told)
{
  g_autoptr (GError) error = NULL;
  village_restart (v, cz_clock_new_fixed (wall_s, 0));
  g_autoptr (CzOutbox) outbox = cz_outbox_open (v->home->station, FALSE, &error);
  for (gint64 hour = 1;; hour++) {
    CzItem draft = { .kind = CZ_ITEM_QUESTION, .title = (char *) "白菜叶子发黄怎么办", .created_s = wall_s + hour };
    gint64 id = 0;
    cz_clock_fixed_set (v->clock, wall_s + hour * HOUR_S, hour * HOUR_US);
    if (!outbox || village_round (v, nowhere) != CZ_EXIT_NO_ROAD || !cz_outbox_add (outbox, &draft, &id, &error)
        || write (told, &id, sizeof id) != sizeof id || !cz_outbox_backup (outbox, &error))
      _exit (1);
  }
}

static guint
count_told (int pipe_end)
{
  guint n = 0;
  gint64 id;
  while (read (pipe_end, &id, sizeof id) == sizeof id)
    n++;
  return n;
}

/* One day in a process of its own that loses its power after some milliseconds. */
static guint
one_dark_day (Village *v, GRand *random, const char *nowhere, guint day)
{
  static const gint64 lies[] = { 0, NOW, NOW + 5 * YEAR_S, IN_2099 };
  int told[2];
  int status = 0;
  guint which = (guint) g_rand_int_range (random, 0, G_N_ELEMENTS (lies) + 1);
  gint64 wall_s = which < G_N_ELEMENTS (lies) ? lies[which] : NOW + day * DAY_S;
  g_assert_cmpint (pipe (told), ==, 0);
  g_clear_pointer (&v->station, cz_station_close);
  pid_t child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    live_a_day (v, nowhere, wall_s, told[1]);
  close (told[1]);
  /* Every third day the power goes while things are being opened; on the others after something has been entered. */
  guint n = 0;
  gint64 first;
  if (day % 3 != 0)
    n = read (told[0], &first, sizeof first) == sizeof first;
  g_usleep ((gulong) g_rand_int_range (random, 0, 40000));
  g_assert_cmpint (kill (child, SIGKILL), ==, 0);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFSIGNALED (status));
  n += count_told (told[0]);
  close (told[0]);
  return n;
}

static guint
count_items (Village *v)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzOutbox) outbox = cz_outbox_open (v->home->station, TRUE, &error);
  g_assert_no_error (error);
  return (guint) cz_outbox_item_count (outbox, CZ_OUTBOX_DRAFT);
}

static void
test_thirty_dark_days (void)
{
  const char *given = g_getenv ("CZ_TEST_SEED");
  guint32 seed = given ? (guint32) g_ascii_strtoull (given, NULL, 10) : g_random_int ();
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  g_autoptr (Village) v = village_new (line, G_N_ELEMENTS (line));
  g_autoptr (CzClock) truth = g_object_ref (v->clock);
  g_autofree char *nowhere = g_build_filename (v->dir, "nowhere", NULL);
  g_autoptr (GError) error = NULL;
  guint entered = 0;
  g_print ("# seed %u\n", seed);
  hear (v, truth, NOW);
  gint64 bound_s = cz_clock_trusted_s (v->clock);
  for (guint day = 1; day <= DARK_DAYS; day++) {
    entered += one_dark_day (v, random, nowhere, day);
    /* Looked at beside, as the kiosk would: no error, nothing lost, nothing of the news gone. */
    g_autofree char *status = cz_status_text (v->home, &error);
    g_assert_no_error (error);
    g_assert_nonnull (status);
    g_assert_cmpuint (count_items (v), >=, entered);
    v->station = cz_station_open (v->home, v->ticket, v->clock, TRUE, &error);
    g_assert_no_error (error);
    g_assert_false (v->station->rebuilt);
    g_assert_cmpuint (village_seq (v), ==, 1);
    gint64 now_s = cz_trust_time (v->station->trust)->trusted_s;
    g_assert_cmpint (now_s, >=, bound_s);
    bound_s = now_s;
  }
  g_assert_cmpuint (entered, >=, DARK_DAYS * 2 / 3);
  for (guint day = 1; day <= DARK_DAYS; day++) {
    cz_clock_fixed_set (truth, NOW + day * DAY_S, 0);
    village_publish (v, 1);
  }
  g_assert_cmpint (village_round (v, NULL), ==, CZ_EXIT_DONE);
  village_assert_same_as_office (v);
  g_assert_cmpuint (count_items (v), >=, entered);
  g_test_message ("%u items entered", entered);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (scenarios); i++) {
    g_autofree char *path = g_strconcat ("/clock/", scenarios[i].name, NULL);
    g_test_add_data_func (path, &scenarios[i], run_scenario);
  }
  g_test_add_func ("/clock/term-informs", test_term_informs);
  g_test_add_func ("/dark/thirty-days", test_thirty_dark_days);
  return g_test_run ();
}
