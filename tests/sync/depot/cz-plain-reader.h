/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/store/cz-content.h"
#include "sync/wire/cz-delegation.h"
#include "sync/wire/cz-head.h"

/* A reader that knows codecs 0 and 1 alone and follows a depot by FORMAT.md §6.1: plain forms where there are any, bundles of
 * segments and snapshots where those are plain themselves. One channel, one folder; no clock, no media. */
typedef struct {
  const char *depot; /* folder, borrowed */
  const CzDelegation *delegation; /* borrowed, verified */
  CzContent *content; /* borrowed; where the rows go */
  guint32 epoch;
  guint64 seq; /* 0 = nothing yet */
  guint8 state[32];
  gboolean knows_tip; /* not after a plain form */
  guint8 tip[32];
  guint32 segment; /* where seq + 1 begins; 0 = not known */
  guint64 offset;
  guint n_plain, n_of_segments, n_snapshots; /* taken */
} CzPlainReader;

/* Where bytes were read, and what the reader expects there. */
typedef struct {
  enum { CZ_PLAIN_FORM, CZ_PLAIN_IN_SEGMENT, CZ_PLAIN_SNAPSHOT } kind;
  guint32 segment; /* of the segment, or from the index's line of a snapshot */
  guint64 offset;
  guint64 seq; /* to_seq */
} CzPlainPlace;

/* One bundle, judged and applied. Errors: CZ_WIRE_ERROR, the rule that was broken. Nothing changed then. */
gboolean cz_plain_reader_take (CzPlainReader *self, const guint8 *data, gsize size, const CzPlainPlace *place, const CzHead *head, GError **error);
/* To the head of the depot, from what is held or, holding nothing, from the newest snapshot that can be read (snapshots: TRUE) or the
 * first bundle. */
gboolean cz_plain_reader_follow (CzPlainReader *self, gboolean snapshots, GError **error);
