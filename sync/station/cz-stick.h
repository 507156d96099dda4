/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/station/cz-round.h"

/* What a station keeps for others (cz-kept.h) handed on by a stick that goes from one to the next. After a round over that stick (cz_round_options_for_stick), in
 * the thread that owns the station. A stick never becomes older or poorer: the head that lies on it is read as a round reads it, and of a channel where
 * it is ahead of ours nothing is written; a segment never becomes shorter. A head that does not verify counts as none. */

/* Why nothing, or not everything, of a channel was written. */
typedef enum {
  CZ_STICK_AHEAD, /* the stick's own head is newer than what is kept here, and was not followed to its end */
  CZ_STICK_UNREADABLE, /* what lies there cannot be read now */
  CZ_STICK_NOT_GOOD, /* what is kept here does not verify any more: of a delegation that was withdrawn, say */
  CZ_STICK_FULL, /* and the stick's head was left as it is */
} CzStickWhy;

typedef struct {
  CzChannel channel;
  CzStickWhy why;
} CzStickLeft;

#define CZ_STICK_LEFT_MAX 8 /* channels of a ticket */

typedef struct {
  const char *folder;
  gboolean only_look; /* nothing is written; the report ends with the first file that would be */
  guint64 media_bytes; /* pictures and sounds at one time */
  GCancellable *cancellable; /* (nullable) */
} CzStickOptions;

typedef struct {
  guint channels; /* of which everything stands there now */
  guint files; /* written now, or missing; what was there already is left */
  guint64 bytes;
  guint n_left;
  CzStickLeft left[CZ_STICK_LEFT_MAX];
  gboolean is_full; /* no room for pictures and sounds */
} CzStickReport;

/* Writes bundles, papers, index and head of the ticket's channels, then media objects; each before what names it, only what is missing. An eighth of the
 * stick, at most 16 MiB, is left for what villages say. FALSE: CZ_ROAD_ERROR, the stick fails, is gone, or has links for folders (_DENIED); what was written is
 * whole or is mended by the next. CZ_HOME_ERROR_STORAGE, CZ_STORE_ERROR: ours. */
gboolean cz_stick_write (CzStation *station, const CzStickOptions *options, CzStickReport *report, GError **error) G_GNUC_WARN_UNUSED_RESULT;
