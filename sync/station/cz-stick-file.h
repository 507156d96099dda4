/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <gio/gio.h>

/* One file of ours given to a stick that somebody else filled, with as little reading and writing as it takes. Folders and files there are opened
 * name by name, never through a link. */

typedef enum {
  /* Only grows, by appending, and ours is right as far as it goes: written from the first byte that differs; what the stick has behind our end stays. */
  CZ_STICK_GROWS,
  /* Replaced in one step where a byte differs. */
  CZ_STICK_REPLACED,
  /* Bears its hash in its name: the size tells whether it is there. */
  CZ_STICK_NAMED,
} CzStickManner;

typedef struct {
  const char *folder; /* the stick */
  gboolean only_look; /* nothing is written */
  guint64 room; /* bytes that may still be taken; counted down */
  guint64 cluster; /* bytes that a file takes at least */
  guint files; /* written, or that would be */
  guint64 bytes; /* of them */
  GCancellable *cancellable; /* (nullable) */
} CzStickFiles;

/* Looks how much room there is, leaving some for what villages say. CZ_ROAD_ERROR_UNREACHABLE: no such folder. */
gboolean cz_stick_files_begin (CzStickFiles *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* from: our own file. path: below the stick, as made by cz-paths.h. A stop at any time leaves a file that grows longer, with what is wrong behind its good bytes, and every
 * other as it was. Errors: CZ_ROAD_ERROR_LIMIT no room (nothing of it is written where that is known before), _DENIED an odd thing in the way, _UNREACHABLE the stick
 * fails or is gone, _CANCELLED; CZ_HOME_ERROR_STORAGE ours cannot be read. */
gboolean cz_stick_give (CzStickFiles *self, const char *from, const char *path, CzStickManner manner, GError **error) G_GNUC_WARN_UNUSED_RESULT;
