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

void fault_vfs_register (void);
/* The operation with that number, counting from 1 from now on, goes wrong. */
void fault_vfs_arm (FaultKind kind, guint at);
guint fault_vfs_count (void); /* operations since the last arm */
