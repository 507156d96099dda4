/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/provision/cz-first-boot.h"

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
  char *folder;
  char *path;
  int calls[CZ_FIRST_BOOT_N_STEPS];
  CzFirstBootState answers[CZ_FIRST_BOOT_N_STEPS];
  int die_at; /* the process ends inside this step; -1 never */
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->folder = g_dir_make_tmp ("cunzhan-first-boot.XXXXXX", NULL);
  f->path = g_build_filename (f->folder, "state", NULL);
  f->die_at = -1;
  for (guint i = 0; i < CZ_FIRST_BOOT_N_STEPS; i++)
    f->answers[i] = CZ_FIRST_BOOT_DONE;
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_unlink (f->path);
  g_rmdir (f->folder);
  g_free (f->path);
  g_free (f->folder);
}

static CzFirstBootState
work (CzFirstBootStep step, char **detail, gpointer user_data)
{
  Fixture *f = user_data;
  f->calls[step]++;
  if (f->die_at == (int) step)
    _exit (9);
  *detail = g_strdup_printf ("%s!", cz_first_boot_step_name (step));
  return f->answers[step];
}

static void
run (Fixture *f)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzFirstBoot) boot = cz_first_boot_read (f->path);
  g_assert_true (cz_first_boot_run (boot, f->path, work, f, &error));
  g_assert_no_error (error);
}

static void
test_records_each_step (Fixture *f, gconstpointer data)
{
  run (f);
  g_autoptr (CzFirstBoot) boot = cz_first_boot_read (f->path);
  g_assert_true (cz_first_boot_is_complete (boot));
  g_assert_cmpstr (boot->ticks[CZ_FIRST_BOOT_KEY].detail, ==, "key!");
  run (f);
  for (guint i = 0; i < CZ_FIRST_BOOT_N_STEPS; i++)
    g_assert_cmpint (f->calls[i], ==, 1);
  GStatBuf info;
  g_assert_cmpint (g_stat (f->path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0640);
}

/* The process ends inside each step in turn; the next run does that one again and none before it. */
static void
test_goes_on_after_a_stop_at_any_step (Fixture *f, gconstpointer data)
{
  for (int stop = 0; stop < CZ_FIRST_BOOT_N_STEPS; stop++) {
    g_unlink (f->path);
    f->die_at = stop;
    pid_t child = fork ();
    if (child == 0) {
      run (f);
      _exit (0);
    }
    int status = 0;
    g_assert_cmpint (waitpid (child, &status, 0), ==, child);
    g_assert_cmpint (WEXITSTATUS (status), ==, 9);
    g_autoptr (CzFirstBoot) boot = cz_first_boot_read (f->path);
    g_assert_cmpint (boot->ticks[stop].state, ==, CZ_FIRST_BOOT_DOING);
    g_assert_false (cz_first_boot_is_complete (boot));
    f->die_at = -1;
    for (int i = 0; i < CZ_FIRST_BOOT_N_STEPS; i++)
      f->calls[i] = 0;
    run (f);
    for (int i = 0; i < CZ_FIRST_BOOT_N_STEPS; i++)
      g_assert_cmpint (f->calls[i], ==, i < stop ? 0 : 1);
  }
}

static void
test_what_others_stand_on_ends_it (Fixture *f, gconstpointer data)
{
  for (guint failing = 0; failing < CZ_FIRST_BOOT_N_STEPS; failing++) {
    gboolean ends = failing == CZ_FIRST_BOOT_CONF || failing == CZ_FIRST_BOOT_KEY || failing == CZ_FIRST_BOOT_ENROL;
    g_unlink (f->path);
    f->answers[failing] = CZ_FIRST_BOOT_FAILED;
    run (f);
    g_autoptr (CzFirstBoot) boot = cz_first_boot_read (f->path);
    g_assert_cmpint (boot->ticks[failing].state, ==, CZ_FIRST_BOOT_FAILED);
    g_assert_false (cz_first_boot_is_complete (boot));
    if (failing + 1 < CZ_FIRST_BOOT_N_STEPS)
      g_assert_cmpint (boot->ticks[failing + 1].state, ==, ends ? CZ_FIRST_BOOT_WAITING : CZ_FIRST_BOOT_DONE);
    f->answers[failing] = CZ_FIRST_BOOT_DONE;
    run (f);
    g_autoptr (CzFirstBoot) after = cz_first_boot_read (f->path);
    g_assert_true (cz_first_boot_is_complete (after));
  }
}

static void
test_absent_is_complete (Fixture *f, gconstpointer data)
{
  f->answers[CZ_FIRST_BOOT_NETWORK] = CZ_FIRST_BOOT_ABSENT;
  run (f);
  g_autoptr (CzFirstBoot) boot = cz_first_boot_read (f->path);
  g_assert_true (cz_first_boot_is_complete (boot));
  g_assert_cmpint (boot->ticks[CZ_FIRST_BOOT_NETWORK].state, ==, CZ_FIRST_BOOT_ABSENT);
}

static void
test_damaged_record_begins_anew (Fixture *f, gconstpointer data)
{
  const char *const texts[] = { "", "no key file", "[conf]\nstate=finished\n", "\xff\xfe" };
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_assert_true (g_file_set_contents (f->path, texts[i], -1, NULL));
    g_autoptr (CzFirstBoot) boot = cz_first_boot_read (f->path);
    for (guint step = 0; step < CZ_FIRST_BOOT_N_STEPS; step++)
      g_assert_cmpint (boot->ticks[step].state, ==, CZ_FIRST_BOOT_WAITING);
  }
  g_autofree char *lengthy = g_strnfill (20000, '\n');
  g_assert_true (g_file_set_contents (f->path, lengthy, -1, NULL));
  g_autoptr (CzFirstBoot) boot = cz_first_boot_read (f->path);
  g_assert_cmpint (boot->ticks[0].state, ==, CZ_FIRST_BOOT_WAITING);
}

static void
test_says_when_it_cannot_record (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *nowhere = g_build_filename (f->folder, "no", "such", "folder", NULL);
  g_autoptr (CzFirstBoot) boot = cz_first_boot_read (nowhere);
  g_assert_false (cz_first_boot_run (boot, nowhere, work, f, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  g_assert_cmpint (f->calls[0], ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add ("/provision/first-boot/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("records-each-step", test_records_each_step);
  ADD ("goes-on-after-a-stop-at-any-step", test_goes_on_after_a_stop_at_any_step);
  ADD ("what-others-stand-on-ends-it", test_what_others_stand_on_ends_it);
  ADD ("absent-is-complete", test_absent_is_complete);
  ADD ("damaged-record-begins-anew", test_damaged_record_begins_anew);
  ADD ("says-when-it-cannot-record", test_says_when_it_cannot_record);
  return g_test_run ();
}
