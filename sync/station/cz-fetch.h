/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/station/cz-road.h"
#include "sync/wire/cz-bundle.h"
#include "sync/wire/cz-head.h"

/* Fetching bundles that stand one behind another in a file of a depot (a segment, skips, a snapshot) into a .part file and verifying them as they come: each header as soon as it is
 * complete, each piece of 32 KiB or section as soon as it is complete. A wrong byte ends the transfer there and then; what was good before
 * it stays and is not fetched again, also after a power cut or by another road. One thread. */
typedef struct _CzFetch CzFetch;

/* What must come, and from whom. */
typedef struct {
  CzChannel channel;
  guint32 epoch;
  const CzPublicKey *content_key;
  guint32 bytes_per_day; /* of the delegation, 0 = no limit; a first publication is free of it */
  guint64 seq; /* held: the next bundle begins here */
  guint8 tip[32]; /* hash of the bundle held; not asked for when seq is 0 */
  guint8 state[32];
  guint64 head_seq; /* the head's, which the bundle of that number must be; nothing behind it is taken */
  guint8 head_tip[32];
  guint8 head_state[32];
  const char *path; /* in the depot; copied */
  guint32 month; /* the segment, 0: jumps */
  const CzIndexJump *jumps; /* the very ones that must come, in this order; borrowed while the fetch lives */
  guint n_jumps;
  guint64 offset; /* where the next bundle begins in the file */
  guint64 end; /* how much of it is wanted, by the signed index */
} CzFetchPlan;

/* Takes up a .part file in dir that fits, else begins one. CZ_HOME_ERROR_STORAGE. */
CzFetch *cz_fetch_open (const char *dir, const CzFetchPlan *plan, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* What was fetched and could not be used is not kept: another depot, or this one later, may bring something better. */
void cz_fetch_reject (CzFetch *fetch);
/* Removes the .part file when everything in it was taken, or rejected. */
void cz_fetch_free (CzFetch *fetch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzFetch, cz_fetch_free)

/* Removes every .part file of a channel: it stands where its head is. */
void cz_fetch_sweep (const char *dir, CzChannel channel);

/* done and total in verified bytes of what was planned. */
typedef void (*CzFetchProgress) (guint64 done, guint64 total, gpointer user_data);

/* Bytes still to come. */
guint64 cz_fetch_missing (CzFetch *fetch);
/* One attempt by one road, at most max_bytes (> 0). Errors: CZ_ROAD_ERROR (try again or elsewhere), CZ_WIRE_ERROR (refused: the wrong
 * bytes are dropped), CZ_HOME_ERROR_STORAGE. Whole bundles may have come in every case. */
gboolean cz_fetch_run (CzFetch *fetch, CzRoad *road, guint64 max_bytes, CzFetchProgress progress, gpointer user_data,
                       GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The last whole and verified bundle that waits, NULL when there is none. */
const CzBundle *cz_fetch_last (CzFetch *fetch);
/* The next one, mapped until the following call; FALSE without an error when there is none. It counts as taken when the one
 * after it is asked for: one that could not be applied now waits in the .part file. */
gboolean cz_fetch_next (CzFetch *fetch, const CzBundle **bundle, const guint8 **data, gsize *size, GError **error);
