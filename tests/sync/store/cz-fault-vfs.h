/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>
#include <sqlite3.h>

/* A layer under SQLite that counts what changes the disk (write, sync, truncate, delete) and lets the n-th go wrong.
 * Registered as the default; files opened before are not touched. */
typedef enum {
  FAULT_NONE,
  FAULT_KILL, /* SIGKILL to this process instead of the operation */
  FAULT_KILL_TORN, /* a write is half done first */
  FAULT_ERROR, /* SQLITE_FULL for writes, an input/output error for the others */
} FaultKind;

/* A second call does nothing. */
void fault_vfs_register (void);
/* The operation with that number, counting from 1 from now on, goes wrong. */
void fault_vfs_arm (FaultKind kind, guint at);
guint fault_vfs_count (void); /* operations since the last arm */

/* --- what reached the disk, and what a power cut would leave of it --- */

/* From now on every write, truncation, sync and deletion is remembered as well, in order. */
void fault_vfs_record (void);
guint fault_vfs_recorded (void); /* operations so far */
/* What SQLite does not do and so is not seen: a file has been renamed, and then its folder synced. Base names. */
void fault_vfs_note_rename (const char *from, const char *to);
void fault_vfs_pause (void); /* no more is remembered */
void fault_vfs_forget (void);
/* Does the first n operations again to the files of the same names in dir, as a disk may show them after the power went: what was
 * synced is there; of what was not, each sector of 512 bytes is there or not, whatever came before or after it. A last deletion or renaming
 * of a name has happened or not. Files are made as needed. */
void fault_vfs_replay (const char *dir, guint n, GRand *rand);
