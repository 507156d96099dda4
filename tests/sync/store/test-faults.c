/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/wire/cz-wire-error.h"
#include "tests/sync/store/cz-fault-vfs.h"
#include "tests/sync/store/cz-store-fixture.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* Stops and full disks in the middle of an apply: afterwards the old state stands or the new one, whole. */

typedef struct {
  Fixture *f;
  GBytes *bundles[48]; /* 0: first publication; then days, tried one after another */
  char *before;
  char *after;
} Scene;

/* A station after its first bundle, closed; days to be applied lie ready. */
static void
set_scene (Scene *scene, guint32 seed)
{
  memset (scene, 0, sizeof *scene);
  scene->f = fixture_new (seed);
  for (guint i = 0; i < G_N_ELEMENTS (scene->bundles); i++) {
    fixture_random_day (scene->f, 120);
    scene->bundles[i] = fixture_bundle (scene->f, i == 0 ? CZ_BUNDLE_FIRST : CZ_BUNDLE_DAILY);
  }
  fixture_apply_ok (scene->f, scene->bundles[0]);
  scene->before = fixture_summary (cz_content_db (scene->f->agent));
  g_clear_pointer (&scene->f->agent, cz_content_free);
}

static void
clear_scene (Scene *scene)
{
  for (guint i = 0; i < G_N_ELEMENTS (scene->bundles); i++)
    g_bytes_unref (scene->bundles[i]);
  fixture_free (scene->f);
  g_free (scene->before);
  g_free (scene->after);
}

static void
reopen (Fixture *f)
{
  g_autoptr (GError) error = NULL;

  f->agent = cz_content_open (f->agent_dir, &error);
  g_assert_no_error (error);
  gboolean sound = cz_content_check (f->agent, TRUE, &error);
  g_assert_no_error (error);
  g_assert_true (sound);
}

static guint64
held_seq (Fixture *f)
{
  CzChannelMark mark;

  g_assert_true (cz_content_mark (f->agent, f->channel, &mark, NULL));
  return mark.seq;
}

/* In a child: opens, applies bundles[seq], dies at operation `at`. Returns TRUE when it died. */
static gboolean
apply_in_child (Scene *scene, guint64 seq, FaultKind kind, guint at)
{
  pid_t child = fork ();
  int status = 0;

  g_assert_cmpint (child, >=, 0);
  if (child == 0) {
    fault_vfs_register ();
    fault_vfs_arm (FAULT_NONE, 0);
    scene->f->agent = cz_content_open (scene->f->agent_dir, NULL);
    fault_vfs_arm (kind, at);
    gboolean ok = scene->f->agent != NULL && fixture_apply (scene->f, scene->bundles[seq], NULL);
    _exit (ok ? 0 : 1);
  }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true ((WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL) || (WIFEXITED (status) && WEXITSTATUS (status) == 0));
  return WIFSIGNALED (status);
}

/* At every write, sync, truncate and delete of an apply, with the journal in whatever state the kill before left it. When
 * no operation is left to die at, the bundle is in and the next day's turn comes. */
static void
test_killed_everywhere (gconstpointer data)
{
  FaultKind kind = (FaultKind) GPOINTER_TO_INT (data);
  Scene scene;
  guint n_old = 0;
  guint n_new = 0;
  guint n_whole = 0;

  set_scene (&scene, fixture_seed ());
  reopen (scene.f);
  for (guint at = 1; held_seq (scene.f) < G_N_ELEMENTS (scene.bundles); at++) {
    guint64 seq = held_seq (scene.f);
    g_autofree char *before = fixture_summary (cz_content_db (scene.f->agent));
    g_clear_pointer (&scene.f->agent, cz_content_free);
    gboolean died = apply_in_child (&scene, seq, kind, at);
    reopen (scene.f);
    g_autofree char *after = fixture_summary (cz_content_db (scene.f->agent));
    gboolean is_new = held_seq (scene.f) == seq + 1;
    g_assert_true (is_new || (died && g_str_equal (before, after)));
    n_old += is_new ? 0 : 1;
    n_new += is_new ? 1 : 0;
    n_whole += died ? 0 : 1;
    at = died ? at : 0;
  }
  g_test_message ("killed: %u times the old state stood, %u times the new, 0 torn; %u rounds to the last operation", n_old,
                  n_new, n_whole);
  g_assert_cmpuint (n_old, >, 20);
  g_assert_cmpuint (n_whole, >, 0); /* the last operation was reached at least once */
  clear_scene (&scene);
}

/* The same places, but the operation fails and the program goes on: old state at once, and the next try succeeds. */
static void
test_failing_everywhere (void)
{
  Scene scene;
  guint n_failed = 0;
  gboolean reached = TRUE;

  set_scene (&scene, fixture_seed ());
  fault_vfs_register ();
  for (guint at = 1; reached; at++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *copy_dir = g_strdup_printf ("%s/try-%u", scene.f->root, at);
    scene.f->agent = cz_content_open (copy_dir, &error);
    g_assert_no_error (error);
    fixture_apply_ok (scene.f, scene.bundles[0]);
    g_autofree char *before = fixture_summary (cz_content_db (scene.f->agent));
    fault_vfs_arm (FAULT_ERROR, at);
    gboolean ok = fixture_apply (scene.f, scene.bundles[1], &error);
    reached = fault_vfs_count () >= at;
    fault_vfs_arm (FAULT_NONE, 0);
    if (!ok) {
      g_autofree char *after = fixture_summary (cz_content_db (scene.f->agent));
      g_assert_true (error->domain == CZ_STORE_ERROR);
      g_assert_true (error->code == CZ_STORE_ERROR_FULL || error->code == CZ_STORE_ERROR_FAILED);
      g_assert_cmpstr (before, ==, after);
      fixture_apply_ok (scene.f, scene.bundles[1]);
      n_failed++;
    }
    g_assert_true (cz_content_check (scene.f->agent, TRUE, NULL));
    g_clear_pointer (&scene.f->agent, cz_content_free);
    fixture_remove_tree (copy_dir);
  }
  g_test_message ("%u operations failed in turn", n_failed);
  g_assert_cmpuint (n_failed, >, 5);
  reopen (scene.f);
  clear_scene (&scene);
}

/* In a child, because the limit cannot be taken back: files of at most n bytes. */
static int
apply_with_small_files (Scene *scene, rlim_t bytes)
{
  const struct rlimit limit = { bytes, bytes };
  g_autoptr (GError) error = NULL;

  (void) signal (SIGXFSZ, SIG_IGN);
  scene->f->agent = cz_content_open (scene->f->agent_dir, NULL);
  if (scene->f->agent == NULL || setrlimit (RLIMIT_FSIZE, &limit) != 0)
    return 1;
  g_autofree char *before = fixture_summary (cz_content_db (scene->f->agent));
  if (fixture_apply (scene->f, scene->bundles[1], &error))
    return 2;
  g_autofree char *after = fixture_summary (cz_content_db (scene->f->agent));
  g_test_message ("%s", error->message);
  if (!g_error_matches (error, CZ_STORE_ERROR, CZ_STORE_ERROR_FULL))
    return 3;
  return g_str_equal (before, after) ? 0 : 4;
}

static void
test_file_limit (void)
{
  Scene scene;
  int status = 0;

  set_scene (&scene, 21);
  pid_t child = fork ();
  if (child == 0)
    _exit (apply_with_small_files (&scene, 8192));
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 0);
  reopen (scene.f);
  fixture_apply_ok (scene.f, scene.bundles[1]);
  clear_scene (&scene);
}

static void
test_full_disk (void)
{
  g_autoptr (Fixture) f = fixture_new (22);
  g_autofree char *small = g_build_filename (f->root, "small", NULL);
  g_autofree char *dir = g_build_filename (small, "content", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (small, 0755), ==, 0);
  if (mount ("tmpfs", small, "tmpfs", 0, "size=1m") != 0) {
    g_test_skip ("needs the right to mount a small tmpfs");
    return;
  }
  g_clear_pointer (&f->agent, cz_content_free);
  f->agent = cz_content_open (dir, &error);
  g_assert_no_error (error);
  fixture_random_day (f, 50);
  g_autoptr (GBytes) first = fixture_bundle (f, CZ_BUNDLE_FIRST);
  fixture_apply_ok (f, first);
  for (guint i = 0; i < 20000; i++)
    fixture_quote (f, f->today + 1 + (CzDay) i / 100, 1 + i % 10, 500 + i % 100 / 10, 0);
  g_autoptr (GBytes) large = fixture_bundle (f, CZ_BUNDLE_FIRST);
  fixture_refused (f, large, CZ_STORE_ERROR, CZ_STORE_ERROR_FULL);
  g_assert_true (cz_content_check (f->agent, TRUE, NULL));
  g_assert_cmpint (mount ("tmpfs", small, "tmpfs", MS_REMOUNT, "size=32m"), ==, 0);
  fixture_apply_ok (f, large);
  g_clear_pointer (&f->agent, cz_content_free);
  g_assert_cmpint (umount2 (small, MNT_DETACH), ==, 0);
}

static void
copy_folder (const char *from, const char *to)
{
  const char *const command[] = { "cp", "-a", from, to, NULL };
  int status = 1;

  g_assert_true (g_spawn_sync (NULL, (char **) command, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status, NULL));
  g_assert_cmpint (status, ==, 0);
}

/* What is found after the power went when `n` operations had been handed to the disk. Returns TRUE for the new state. */
static gboolean
state_after_cut (Scene *scene, const char *base, guint n, guint64 seq)
{
  Fixture *f = scene->f;
  g_autofree char *usual = f->agent_dir;

  f->agent_dir = g_strdup_printf ("%s/cut", f->root);
  copy_folder (base, f->agent_dir);
  fault_vfs_replay (f->agent_dir, n, f->rand);
  g_autofree char *shared = g_build_filename (f->agent_dir, "content-1.db-shm", NULL);
  (void) unlink (shared); /* memory, not disk: gone with the power */
  fault_vfs_arm (FAULT_NONE, 0);
  reopen (f);
  g_autofree char *found = fixture_summary (cz_content_db (f->agent));
  gboolean is_new = held_seq (f) == seq + 1;
  g_assert_cmpstr (found, ==, is_new ? scene->after : scene->before);
  g_clear_pointer (&f->agent, cz_content_free);
  fixture_remove_tree (f->agent_dir);
  g_free (f->agent_dir);
  f->agent_dir = g_steal_pointer (&usual);
  return is_new;
}

/* The power goes at every operation of an apply, several times each, and the disk has kept of what was not yet synced whatever it
 * liked, sector by sector. Old state or new, whole; and the new one once the apply has returned. */
static void
test_power_cuts (void)
{
  Scene scene;
  guint n_old = 0;
  guint n_new = 0;

  set_scene (&scene, fixture_seed ());
  fault_vfs_register ();
  for (guint64 seq = 1; seq < 4; seq++) {
    g_autofree char *base = g_strdup_printf ("%s/base-%u", scene.f->root, (guint) seq);
    copy_folder (scene.f->agent_dir, base);
    reopen (scene.f);
    g_free (scene.before);
    scene.before = fixture_summary (cz_content_db (scene.f->agent));
    fault_vfs_record ();
    fixture_apply_ok (scene.f, scene.bundles[seq]);
    g_free (scene.after);
    scene.after = fixture_summary (cz_content_db (scene.f->agent));
    g_clear_pointer (&scene.f->agent, cz_content_free);
    guint all = fault_vfs_recorded ();
    fault_vfs_pause ();
    for (guint n = 0; n <= all; n++)
      for (guint again = 0; again < 3; again++) {
        gboolean is_new = state_after_cut (&scene, base, n, seq);
        g_assert_true (is_new || n < all);
        n_old += is_new ? 0 : 1;
        n_new += is_new ? 1 : 0;
      }
    fault_vfs_forget ();
  }
  g_test_message ("power cut: %u times the old state stood, %u times the new, 0 torn", n_old, n_new);
  g_assert_cmpuint (n_old, >, 20);
  g_assert_cmpuint (n_new, >, 20);
  reopen (scene.f);
  clear_scene (&scene);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/store/faults/killed-everywhere", GINT_TO_POINTER (FAULT_KILL), test_killed_everywhere);
  g_test_add_data_func ("/store/faults/killed-in-half-a-write", GINT_TO_POINTER (FAULT_KILL_TORN), test_killed_everywhere);
  g_test_add_func ("/store/faults/file-limit", test_file_limit);
  g_test_add_func ("/store/faults/full-disk", test_full_disk);
  /* Last: it puts the layer under this process. */
  g_test_add_func ("/store/faults/failing-everywhere", test_failing_everywhere);
  g_test_add_func ("/store/faults/power-cuts", test_power_cuts);
  return g_test_run ();
}
