/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/station/cz-home.h"
#include "sync/wire/cz-bundle.h"
#include "sync/wire/cz-head.h"

/* What a station keeps for others: a depot tree (FORMAT.md §2) of the bundles it verified and applied, so that a stick filled here, or
 * a neighbour, feeds any station that stands within it. Segments from their first byte that lead to the head without a hole, the newest
 * snapshot taken while the index names it, the papers and announcements that verify them. Bounded; a convenience: the station itself reads it back only to fill a content.db begun anew, whoever takes it
 * verifies it, and a failure is no failure of the round. One thread. */
typedef struct _CzKept CzKept;

/* home->kept. CZ_DEPOT_ERROR. */
CzKept *cz_kept_open (CzHome *home, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cz_kept_free (CzKept *kept);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzKept, cz_kept_free)

/* A bundle that was applied: data holds all of it. Skips, and what does not continue a segment kept from its first byte, are
 * passed over. kept: (nullable) here and below. */
void cz_kept_bundle (CzKept *kept, const CzBundle *bundle, const guint8 *data);
/* A root document or a chain, by its name in the tree. */
void cz_kept_paper (CzKept *kept, const char *path, GBytes *bytes);
typedef struct {
  guint64 head_seq; /* the channel stands there; the index may already know more */
  const CzIndex *index;
  GBytes *head_bytes;
  GBytes *index_bytes;
} CzKeptNews;

/* All of it verified. Drops what no longer leads anybody to head_seq, then the oldest until no more than max_bytes are kept. */
void cz_kept_announce (CzKept *kept, const CzKeptNews *news, guint64 max_bytes);
/* A verified head signed anew at the place that was announced: put in the place of the one kept, with the chain it names, where the index that is kept holds under its
 * key. What is asked of the depot is no more for it. */
void cz_kept_head (CzKept *kept, const CzHead *head, const CzPublicKey *head_key, GBytes *head_bytes, GBytes *chain_bytes);
