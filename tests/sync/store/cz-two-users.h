/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>
#include <sys/types.h>

/* Child processes under other user ids, as on a board: the agent and the kiosk are two users that share a group.
 * Needs root; ids are numbers that no account has. */

#define USER_AGENT 23001
#define USER_KIOSK 23002
#define USER_STRANGER 23003
#define GROUP_SHARED 23010

typedef int (*UserFunc) (gpointer data, int go); /* go: a pipe's end; returns the exit status */

typedef struct {
  pid_t pid;
  int go; /* write a byte: the child goes on */
  int told; /* read a byte: the child has come so far */
} User;

gboolean users_available (void); /* FALSE and a skip with the reason */
void user_start (User *user, uid_t uid, UserFunc func, gpointer data);
void user_await (User *user); /* until it has told */
void user_go (User *user);
int user_end (User *user); /* lets it go on, waits, gives the exit status */
void user_kill (User *user); /* SIGKILL, waits */
int user_run (uid_t uid, UserFunc func, gpointer data); /* start, end */
/* In the child. */
void user_tell (int go);
/* Waits for user_go; FALSE when the parent wants the end. */
gboolean user_wait (int go);
/* A folder of that owner and the shared group. */
char *user_folder (const char *root, const char *name, uid_t owner, mode_t mode);
