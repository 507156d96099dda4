/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/sync/station/cz-setting.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "tests/sync/station/cz-files.h"


void
cz_setting_enrol (CzSetting *s, const CzChannel *line, guint n_line)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = cz_office_ticket (s->office, line, n_line, s->depot);
  CzEnrolment enrolment;
  g_assert_true (cz_home_enrol (s->home, text, strlen (text), TRUE, &enrolment, &error));
  g_assert_no_error (error);
  g_free (enrolment.fingerprint);
  g_clear_pointer (&s->ticket, cz_ticket_free);
  s->ticket = cz_home_ticket (s->home, &error);
  g_assert_no_error (error);
}

void
cz_setting_open_station (CzSetting *s)
{
  g_autoptr (GError) error = NULL;
  g_clear_pointer (&s->station, cz_station_close);
  s->station = cz_station_open (s->home, s->ticket, s->clock, TRUE, &error);
  g_assert_no_error (error);
}

void
cz_setting_setup (CzSetting *s, gconstpointer data)
{
  static const CzChannel line[] = { COUNTY };
  g_autoptr (GError) error = NULL;
  s->dir = cz_test_make_folder ();
  s->depot = g_build_filename (s->dir, "depot", NULL);
  g_autofree char *office_dir = g_build_filename (s->dir, "office", NULL);
  g_autofree char *home_dir = g_build_filename (s->dir, "home", NULL);
  s->clock = cz_clock_new_fixed (OFFICE_NOW, 0);
  s->office = cz_office_new (office_dir, s->depot, COUNTY, s->clock, NULL);
  s->home = cz_home_open (home_dir, &error);
  g_assert_no_error (error);
  cz_setting_enrol (s, line, 1);
  cz_setting_open_station (s);
}

void
cz_setting_teardown (CzSetting *s, gconstpointer data)
{
  cz_round_report_clear (&s->report);
  cz_station_close (s->station);
  cz_ticket_free (s->ticket);
  cz_home_free (s->home);
  cz_office_free (s->office);
  g_object_unref (s->clock);
  cz_test_remove_tree (s->dir);
  g_free (s->dir);
  g_free (s->depot);
  g_free (s->rule);
  g_assert_cmpuint (cz_test_take_warnings ("content.db is rebuilt"), <=, 1);
}

static void
on_changed (CzChannel channel, guint64 seq, gboolean rebuilt, gpointer user_data)
{
  ((CzSetting *) user_data)->changed++;
}

static void
on_refused (CzChannel channel, const char *rule, const char *message, gpointer user_data)
{
  CzSetting *s = user_data;
  g_free (s->rule);
  s->rule = g_strdup (rule);
  g_test_message ("%s: %s", rule, message);
}

CzExit
cz_setting_round (CzSetting *s, const char *depot, guint64 day_budget)
{
  const char *depots[] = { depot, NULL };
  CzRoundOptions options = { .depots = depot ? depots : NULL, .media_budget_bytes = 1 << 20, .media_keep_bytes = 1 << 20,
                             .day_budget_bytes = day_budget, .round_budget_bytes = s->round_budget, .only_due = s->only_due, .events = { .on_changed = on_changed, .on_refused = on_refused, .user_data = s } };
  g_autoptr (GError) error = NULL;
  cz_round_report_clear (&s->report);
  s->changed = 0;
  g_clear_pointer (&s->rule, g_free);
  gboolean ran = cz_round_run (s->station, &options, &s->report, &error);
  g_assert_no_error (error);
  g_assert_true (ran);
  return cz_round_exit (&s->report);
}

void
cz_setting_assert_mark (CzSetting *s, guint64 seq)
{
  g_autoptr (GError) error = NULL;
  CzChannelMark mark;
  g_assert_true (cz_content_mark (s->station->content, COUNTY, &mark, &error));
  g_assert_cmpuint (mark.seq, ==, seq);
}

/* The station holds exactly what the office's own replica holds. */
void
cz_setting_assert_same_as_office (CzSetting *s)
{
  g_autoptr (GError) error = NULL;
  CzChannelMark ours, theirs;
  g_assert_true (cz_content_mark (s->station->content, COUNTY, &ours, &error));
  g_assert_true (cz_content_mark (s->office->replica, COUNTY, &theirs, &error));
  g_assert_cmpuint (ours.seq, ==, theirs.seq);
  g_assert_true (cz_state_equal (&ours.state, &theirs.state));
  gboolean is_whole = cz_content_check (s->station->content, TRUE, &error);
  g_assert_no_error (error);
  g_assert_true (is_whole);
}

void
cz_setting_spoil_content (CzSetting *s)
{
  g_autofree char *current = g_build_filename (s->home->content, "current", NULL);
  g_autofree char *target = g_file_read_link (current, NULL);
  g_autofree char *path = g_build_filename (s->home->content, target, NULL);
  g_autofree char *wal = g_strconcat (path, "-wal", NULL);
  g_clear_pointer (&s->station, cz_station_close);
  (void) g_unlink (wal);
  int fd = open (path, O_WRONLY);
  g_assert_cmpint (fd, >=, 0);
  for (off_t at = 0; at < 60000; at += 700)
    g_assert_cmpint (pwrite (fd, "xxxxxxxxxxxxxxxx", 16, at), ==, 16);
  close (fd);
}
