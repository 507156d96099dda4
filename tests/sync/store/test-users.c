/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/sync/store/cz-store-fixture.h"
#include "tests/sync/store/cz-two-users.h"

#include <sys/stat.h>
#include <unistd.h>

/* content.db under two real users: the agent alone writes, the kiosk reads whatever has become of the agent. */

typedef struct {
  Fixture *f;
  char *dir; /* 2750 agent:shared */
  GBytes *bundles[4];
  gint64 quotes[4]; /* rows after each */
  guint next; /* which the agent applies */
  guint n_apply;
  gint64 expected; /* what the kiosk must find */
} Scene;

static void
set_scene (Scene *scene)
{
  *scene = (Scene) { .f = fixture_new (31) };
  for (guint i = 0; i < G_N_ELEMENTS (scene->bundles); i++) {
    fixture_random_day (scene->f, 60);
    scene->bundles[i] = fixture_bundle (scene->f, i == 0 ? CZ_BUNDLE_FIRST : CZ_BUNDLE_DAILY);
    scene->quotes[i] = scene->f->quotes->len;
  }
  /* Children must not inherit open databases. */
  g_clear_pointer (&scene->f->agent, cz_content_free);
  g_clear_pointer (&scene->f->hub, cz_content_free);
  scene->dir = user_folder (scene->f->root, "board", USER_AGENT, 02750);
}

static void
clear_scene (Scene *scene)
{
  for (guint i = 0; i < G_N_ELEMENTS (scene->bundles); i++)
    g_bytes_unref (scene->bundles[i]);
  g_free (scene->dir);
  fixture_free (scene->f);
}

/* Opens, applies, tells, and holds the database until it may end. */
static int
be_agent (gpointer data, int go)
{
  Scene *scene = data;

  scene->f->agent = cz_content_open (scene->dir, NULL);
  if (scene->f->agent == NULL)
    return 1;
  for (guint i = 0; i < scene->n_apply; i++)
    if (!fixture_apply (scene->f, scene->bundles[scene->next + i], NULL))
      return 2;
  user_tell (go);
  while (user_wait (go))
    user_tell (go);
  cz_content_free (scene->f->agent);
  return 0;
}

/* As be_agent, but what it wrote last is in the journal only. */
static int
be_agent_without_checkpoint (gpointer data, int go)
{
  Scene *scene = data;

  scene->f->agent = cz_content_open (scene->dir, NULL);
  if (scene->f->agent == NULL
      || !cz_db_exec (cz_content_db (scene->f->agent), "DELETE FROM quote; INSERT INTO meta VALUES ('probe', 1)", NULL))
    return 1;
  user_tell (go);
  (void) user_wait (go);
  return 0;
}

static int
be_kiosk (gpointer data, int go)
{
  Scene *scene = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (sqlite3) db = cz_content_open_reader (scene->dir, NULL, &error);

  if (db == NULL) {
    g_printerr ("# kiosk: %s\n", error->message);
    return error->code == CZ_STORE_ERROR_ABSENT ? 11 : 10;
  }
  return cz_content_count (db, FIXTURE_CHANNEL, cz_table_by_name ("quote")) == scene->expected ? 0 : 12;
}

/* A kiosk that keeps its handle: answers each go with the number of quotes it sees in its exit loop. */
static int
be_lasting_kiosk (gpointer data, int go)
{
  Scene *scene = data;
  g_autoptr (sqlite3) db = cz_content_open_reader (scene->dir, NULL, NULL);

  if (db == NULL)
    return 10;
  for (guint i = 0; i < G_N_ELEMENTS (scene->quotes); i++) {
    if (cz_content_count (db, FIXTURE_CHANNEL, cz_table_by_name ("quote")) != scene->quotes[i])
      return 20 + (int) i;
    user_tell (go);
    if (!user_wait (go))
      return 0;
  }
  return 0;
}

static int
try_to_write (gpointer data, int go)
{
  Scene *scene = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CzContent) content = cz_content_open (scene->dir, &error);

  return content == NULL && g_error_matches (error, CZ_STORE_ERROR, CZ_STORE_ERROR_READ_ONLY) ? 0 : 1;
}

static int
look_in_as_stranger (gpointer data, int go)
{
  Scene *scene = data;

  return access (scene->dir, X_OK) != 0 && be_kiosk (data, go) != 0 ? 0 : 1;
}

static void
assert_modes (const char *dir)
{
  static const char *const names[] = { "content-1.db", "content-1.db-wal", "content-1.db-shm" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (dir, names[i], NULL);
    struct stat st;
    g_assert_cmpint (stat (path, &st), ==, 0);
    g_assert_cmpuint (st.st_mode & 07777, ==, 0640);
    g_assert_cmpuint (st.st_uid, ==, USER_AGENT);
    g_assert_cmpuint (st.st_gid, ==, GROUP_SHARED);
  }
}

static void
test_running_closed_killed (void)
{
  Scene scene;
  User agent;

  if (!users_available ())
    return;
  set_scene (&scene);
  g_assert_cmpint (user_run (USER_KIOSK, be_kiosk, &scene), ==, 11); /* before the first sync */
  scene.n_apply = 1;
  user_start (&agent, USER_AGENT, be_agent, &scene);
  user_await (&agent);
  scene.expected = scene.quotes[0];
  g_assert_cmpint (user_run (USER_KIOSK, be_kiosk, &scene), ==, 0); /* running */
  g_assert_cmpint (user_end (&agent), ==, 0);
  g_assert_cmpint (user_run (USER_KIOSK, be_kiosk, &scene), ==, 0); /* closed */
  assert_modes (scene.dir);
  scene.next = 1;
  user_start (&agent, USER_AGENT, be_agent, &scene);
  user_await (&agent);
  user_kill (&agent);
  scene.expected = scene.quotes[1];
  g_assert_cmpint (user_run (USER_KIOSK, be_kiosk, &scene), ==, 0); /* killed */
  scene.next = 2;
  g_assert_cmpint (user_run (USER_AGENT, be_agent, &scene), ==, 0); /* and the agent comes back */
  scene.expected = scene.quotes[2];
  g_assert_cmpint (user_run (USER_KIOSK, be_kiosk, &scene), ==, 0);
  assert_modes (scene.dir);
  clear_scene (&scene);
}

static void
test_killed_with_full_journal (void)
{
  Scene scene;
  User agent;

  if (!users_available ())
    return;
  set_scene (&scene);
  scene.n_apply = 1;
  g_assert_cmpint (user_run (USER_AGENT, be_agent, &scene), ==, 0);
  user_start (&agent, USER_AGENT, be_agent_without_checkpoint, &scene);
  user_await (&agent);
  user_kill (&agent);
  scene.expected = 0;
  g_assert_cmpint (user_run (USER_KIOSK, be_kiosk, &scene), ==, 0);
  clear_scene (&scene);
}

/* One kiosk handle sees each day that the agent applies, be the agent running, closed or killed in between. */
static void
test_lasting_kiosk (void)
{
  Scene scene;
  User agent;
  User kiosk;

  if (!users_available ())
    return;
  set_scene (&scene);
  scene.n_apply = 1;
  g_assert_cmpint (user_run (USER_AGENT, be_agent, &scene), ==, 0);
  user_start (&kiosk, USER_KIOSK, be_lasting_kiosk, &scene);
  user_await (&kiosk);
  for (scene.next = 1; scene.next < G_N_ELEMENTS (scene.bundles); scene.next++) {
    user_start (&agent, USER_AGENT, be_agent, &scene);
    user_await (&agent);
    if (scene.next == 2)
      user_kill (&agent);
    else if (scene.next == 1)
      g_assert_cmpint (user_end (&agent), ==, 0);
    user_go (&kiosk);
    user_await (&kiosk);
    if (scene.next == 3)
      g_assert_cmpint (user_end (&agent), ==, 0);
  }
  g_assert_cmpint (user_end (&kiosk), ==, 0);
  clear_scene (&scene);
}

static void
test_others_may_not (void)
{
  Scene scene;

  if (!users_available ())
    return;
  set_scene (&scene);
  scene.n_apply = 1;
  g_assert_cmpint (user_run (USER_AGENT, be_agent, &scene), ==, 0);
  scene.expected = scene.quotes[0];
  g_assert_cmpint (user_run (USER_KIOSK, try_to_write, &scene), ==, 0);
  g_assert_cmpint (user_run (USER_STRANGER, look_in_as_stranger, &scene), ==, 0);
  g_assert_cmpint (user_run (USER_KIOSK, be_kiosk, &scene), ==, 0);
  clear_scene (&scene);
}

static int
switch_generation (gpointer data, int go)
{
  Scene *scene = data;

  scene->f->agent = cz_content_new_generation (scene->dir, NULL);
  if (scene->f->agent == NULL || !fixture_apply (scene->f, scene->bundles[0], NULL)
      || !cz_content_make_current (scene->f->agent, NULL))
    return 1;
  for (;;) {
    if (!cz_content_sweep (scene->dir, NULL))
      return 2;
    user_tell (go);
    if (!user_wait (go))
      return 0;
  }
}

/* The old file stays while the kiosk has it open, and goes at the first sweep after it let go. */
static void
test_sweep_waits_for_kiosk (void)
{
  Scene scene;
  User agent;
  User kiosk;

  if (!users_available ())
    return;
  set_scene (&scene);
  g_autofree char *old = g_build_filename (scene.dir, "content-1.db", NULL);
  scene.n_apply = 1;
  g_assert_cmpint (user_run (USER_AGENT, be_agent, &scene), ==, 0);
  user_start (&kiosk, USER_KIOSK, be_lasting_kiosk, &scene);
  user_await (&kiosk);
  user_start (&agent, USER_AGENT, switch_generation, &scene);
  user_await (&agent);
  g_assert_true (g_file_test (old, G_FILE_TEST_EXISTS));
  g_assert_cmpint (user_end (&kiosk), ==, 0);
  user_go (&agent);
  user_await (&agent);
  g_assert_false (g_file_test (old, G_FILE_TEST_EXISTS));
  g_assert_cmpint (user_end (&agent), ==, 0);
  scene.expected = scene.quotes[0];
  g_assert_cmpint (user_run (USER_KIOSK, be_kiosk, &scene), ==, 0);
  clear_scene (&scene);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/users/running-closed-killed", test_running_closed_killed);
  g_test_add_func ("/store/users/killed-with-full-journal", test_killed_with_full_journal);
  g_test_add_func ("/store/users/lasting-kiosk", test_lasting_kiosk);
  g_test_add_func ("/store/users/others-may-not", test_others_may_not);
  g_test_add_func ("/store/users/sweep-waits-for-kiosk", test_sweep_waits_for_kiosk);
  return g_test_run ();
}
