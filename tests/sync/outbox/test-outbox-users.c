/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sync/outbox/cz-outbox-items.h"
#include "tests/sync/store/cz-store-fixture.h"
#include "tests/sync/store/cz-two-users.h"

/* station.db written by two real users, whoever made it and whoever dies. */

#define AT_ONCE 60

typedef struct {
  char *root;
  char *dir; /* 2770 kiosk:shared */
  gint64 expected;
} Scene;

static void
set_scene (Scene *scene)
{
  scene->root = g_dir_make_tmp ("cz-station-XXXXXX", NULL);
  g_assert_cmpint (g_chmod (scene->root, 0755), ==, 0);
  scene->dir = user_folder (scene->root, "station", USER_KIOSK, 02770);
}

static void
clear_scene (Scene *scene)
{
  fixture_remove_tree (scene->root);
  g_free (scene->root);
  g_free (scene->dir);
}

static gboolean
add_items (CzOutbox *outbox, guint n)
{
  g_autoptr (GBytes) payload = g_bytes_new_static ("payload", 7);
  const CzItem draft = { .kind = CZ_ITEM_LISTING, .title = (char *) "卖苹果", .payload = payload, .created_s = 1000 };

  for (guint i = 0; i < n; i++)
    if (!cz_outbox_add (outbox, &draft, NULL, NULL))
      return FALSE;
  return TRUE;
}

/* Opens, finds what is expected, adds one, closes. */
static int
visit (gpointer data, int go)
{
  Scene *scene = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CzOutbox) outbox = cz_outbox_open (scene->dir, TRUE, &error);

  if (outbox == NULL) {
    g_printerr ("# %s\n", error->message);
    return 10;
  }
  if (cz_outbox_item_count (outbox, CZ_OUTBOX_DRAFT) != scene->expected)
    return 11;
  return add_items (outbox, 1) ? 0 : 12;
}

static void
assert_modes (Scene *scene)
{
  static const char *const names[] = { "station.db", "station.db-wal", "station.db-shm" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (scene->dir, names[i], NULL);
    struct stat st;
    g_assert_cmpint (stat (path, &st), ==, 0);
    g_assert_cmpuint (st.st_mode & 07777, ==, 0660);
    g_assert_cmpuint (st.st_gid, ==, GROUP_SHARED);
  }
}

static void
test_either_first (gconstpointer data)
{
  const uid_t first = (uid_t) GPOINTER_TO_INT (data);
  const uid_t second = first == USER_AGENT ? USER_KIOSK : USER_AGENT;
  Scene scene = { 0 };

  if (!users_available ())
    return;
  set_scene (&scene);
  for (scene.expected = 0; scene.expected < 6; scene.expected++) {
    g_assert_cmpint (user_run (scene.expected % 2 == 0 ? first : second, visit, &scene), ==, 0);
    assert_modes (&scene);
  }
  clear_scene (&scene);
}

static int
write_many (gpointer data, int go)
{
  Scene *scene = data;
  g_autoptr (CzOutbox) outbox = cz_outbox_open (scene->dir, FALSE, NULL);

  if (outbox == NULL)
    return 10;
  user_tell (go);
  if (!user_wait (go))
    return 13;
  return add_items (outbox, AT_ONCE) ? 0 : 12;
}

static void
test_at_once (void)
{
  Scene scene = { 0 };
  User agent;
  User kiosk;

  if (!users_available ())
    return;
  set_scene (&scene);
  user_start (&agent, USER_AGENT, write_many, &scene);
  user_start (&kiosk, USER_KIOSK, write_many, &scene);
  user_await (&agent);
  user_await (&kiosk);
  user_go (&agent);
  user_go (&kiosk);
  g_assert_cmpint (user_end (&agent), ==, 0);
  g_assert_cmpint (user_end (&kiosk), ==, 0);
  scene.expected = 2 * AT_ONCE;
  g_assert_cmpint (user_run (USER_KIOSK, visit, &scene), ==, 0);
  clear_scene (&scene);
}

/* Stops in the middle of a transaction. */
static int
write_half (gpointer data, int go)
{
  Scene *scene = data;
  g_autoptr (CzOutbox) outbox = cz_outbox_open (scene->dir, FALSE, NULL);

  if (outbox == NULL || !add_items (outbox, 3) || !cz_db_begin (cz_outbox_db (outbox), NULL)
      || !cz_db_exec (cz_outbox_db (outbox), "UPDATE item SET state = 5; DELETE FROM item_step", NULL))
    return 10;
  user_tell (go);
  (void) user_wait (go);
  return 0;
}

static void
test_killed_writer (gconstpointer data)
{
  const uid_t victim = (uid_t) GPOINTER_TO_INT (data);
  Scene scene = { 0 };
  User user;

  if (!users_available ())
    return;
  set_scene (&scene);
  user_start (&user, victim, write_half, &scene);
  user_await (&user);
  user_kill (&user);
  scene.expected = 3;
  g_assert_cmpint (user_run (victim == USER_AGENT ? USER_KIOSK : USER_AGENT, visit, &scene), ==, 0);
  scene.expected = 4;
  g_assert_cmpint (user_run (victim, visit, &scene), ==, 0);
  clear_scene (&scene);
}

static int
back_up (gpointer data, int go)
{
  Scene *scene = data;
  g_autoptr (CzOutbox) outbox = cz_outbox_open (scene->dir, TRUE, NULL);

  return outbox != NULL && add_items (outbox, 5) && cz_outbox_backup (outbox, NULL) ? 0 : 10;
}

/* The agent's copy serves the kiosk, and the agent goes on in what the kiosk put there. */
static void
test_copy_of_other (void)
{
  Scene scene = { .expected = 5 };

  if (!users_available ())
    return;
  set_scene (&scene);
  g_autofree char *path = g_build_filename (scene.dir, "station.db", NULL);
  g_assert_cmpint (user_run (USER_AGENT, back_up, &scene), ==, 0);
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (user_run (USER_KIOSK, visit, &scene), ==, 0);
  assert_modes (&scene);
  scene.expected = 6;
  g_assert_cmpint (user_run (USER_AGENT, visit, &scene), ==, 0);
  clear_scene (&scene);
}

static int
be_shut_out (gpointer data, int go)
{
  Scene *scene = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CzOutbox) outbox = cz_outbox_open (scene->dir, FALSE, &error);

  return outbox == NULL && g_error_matches (error, CZ_STORE_ERROR, CZ_STORE_ERROR_READ_ONLY) ? 0 : 1;
}

static void
test_stranger (void)
{
  Scene scene = { 0 };

  if (!users_available ())
    return;
  set_scene (&scene);
  g_assert_cmpint (user_run (USER_KIOSK, visit, &scene), ==, 0);
  g_assert_cmpint (user_run (USER_STRANGER, be_shut_out, &scene), ==, 0);
  clear_scene (&scene);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/outbox/users/kiosk-first", GINT_TO_POINTER (USER_KIOSK), test_either_first);
  g_test_add_data_func ("/outbox/users/agent-first", GINT_TO_POINTER (USER_AGENT), test_either_first);
  g_test_add_func ("/outbox/users/at-once", test_at_once);
  g_test_add_data_func ("/outbox/users/agent-killed", GINT_TO_POINTER (USER_AGENT), test_killed_writer);
  g_test_add_data_func ("/outbox/users/kiosk-killed", GINT_TO_POINTER (USER_KIOSK), test_killed_writer);
  g_test_add_func ("/outbox/users/copy-of-other", test_copy_of_other);
  g_test_add_func ("/outbox/users/stranger", test_stranger);
  return g_test_run ();
}
