/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/sync/store/cz-two-users.h"

#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

gboolean
users_available (void)
{
  if (geteuid () == 0)
    return TRUE;
  g_test_skip ("needs root, to run as two other users");
  return FALSE;
}

static void
become (uid_t uid)
{
  const gid_t shared = GROUP_SHARED;
  gboolean is_member = uid != USER_STRANGER;

  if (setgroups (is_member ? 1 : 0, &shared) != 0 || setgid (uid) != 0 || setuid (uid) != 0)
    _exit (90);
  (void) umask (077); /* the strictest a service may have: modes must not come from it */
}

void
user_start (User *user, uid_t uid, UserFunc func, gpointer data)
{
  int pair[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM, 0, pair), ==, 0);
  user->pid = fork ();
  g_assert_cmpint (user->pid, >=, 0);
  if (user->pid == 0) {
    (void) close (pair[0]);
    become (uid);
    _exit (func (data, pair[1]));
  }
  (void) close (pair[1]);
  user->go = user->told = pair[0];
}

void
user_await (User *user)
{
  char byte;

  g_assert_cmpint (read (user->told, &byte, 1), ==, 1);
}

void
user_go (User *user)
{
  g_assert_cmpint (write (user->go, "g", 1), ==, 1);
}

int
user_end (User *user)
{
  int status = 0;

  (void) shutdown (user->go, SHUT_WR);
  g_assert_cmpint (waitpid (user->pid, &status, 0), ==, user->pid);
  (void) close (user->go);
  return WIFEXITED (status) ? WEXITSTATUS (status) : 128 + WTERMSIG (status);
}

void
user_kill (User *user)
{
  g_assert_cmpint (kill (user->pid, SIGKILL), ==, 0);
  g_assert_cmpint (user_end (user), ==, 128 + SIGKILL);
}

int
user_run (uid_t uid, UserFunc func, gpointer data)
{
  User user;

  user_start (&user, uid, func, data);
  return user_end (&user);
}

void
user_tell (int go)
{
  if (write (go, "t", 1) != 1)
    _exit (91);
}

gboolean
user_wait (int go)
{
  char byte;

  return read (go, &byte, 1) == 1;
}

char *
user_folder (const char *root, const char *name, uid_t owner, mode_t mode)
{
  char *path = g_build_filename (root, name, NULL);

  g_assert_cmpint (mkdir (path, 0700), ==, 0);
  g_assert_cmpint (chown (path, owner, GROUP_SHARED), ==, 0);
  g_assert_cmpint (chmod (path, mode), ==, 0);
  return path;
}
