/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/wire/cz-head.h"

/* Which bytes of a depot bring a station from what it holds to the head, by the sizes that the index signs. Pure: no clock, no
 * files, no link; any thread. Requests counted here are those for bundles; head and index come before. */

#define CZ_PLAN_REQUESTS 3 /* a way with no more than these is taken if it costs no more than the chain of bundles */
#define CZ_PLAN_REQUEST_BYTES 600 /* what one request costs beside its body, headers of HTTP and TCP (study/sync.md §3.7) */

/* What is held. */
typedef struct {
  guint64 seq; /* 0 = nothing */
  guint32 month; /* where bundle seq + 1 begins, when it stands in this segment */
  guint64 offset;
} CzPlanHeld;

typedef struct {
  guint64 day_bytes; /* what may come in a day, 0 = no limit: a jump larger than that is no use while the chain leads on */
  guint requests; /* what an earlier plan of this way left over, 0 = CZ_PLAN_REQUESTS */
  gboolean full_is_asked; /* a person asked for a snapshot although something is held */
  gboolean without_jumps; /* bundles of segments alone: a depot's jumps turned out bad */
} CzPlanLimits;

typedef enum {
  CZ_PLAN_SEGMENT, /* bytes offset … end of segment `month` */
  CZ_PLAN_SKIPS, /* bytes offset … end of the file that begins at skip file_from, ends with file_to and has file_n of them */
  CZ_PLAN_SNAPSHOT, /* the snapshot that leads to to_seq */
} CzPlanKind;

/* One range of one file. */
typedef struct {
  CzPlanKind kind;
  guint64 to_seq; /* what is held after it */
  guint64 offset;
  guint64 end;
  guint32 month;
  guint64 file_from;
  guint64 file_to;
  guint file_n;
  guint first_jump; /* skips and snapshots: their lines in the index, in this order */
  guint n_jumps;
} CzPlanStep;

typedef struct {
  CzPlanStep first; /* what to do now; the rest is planned again when it is done */
  guint requests; /* of all steps */
  guint64 bytes; /* of all steps, without CZ_PLAN_REQUEST_BYTES */
} CzPlan;

typedef enum {
  CZ_PLAN_FOUND,
  CZ_PLAN_NONE, /* the index holds no way from here */
  CZ_PLAN_ONLY_FULL, /* only by a snapshot nobody has asked for: out is that */
} CzPlanResult;

/* How many lines of the index stand in one file with line `first`, which begins it; 1 for a snapshot. */
guint cz_plan_run_length (const CzIndex *index, guint first);

/* head_seq > held->seq, ≤ index->seq. Something held is never replaced by a snapshot unless that is the cheapest way, or asked for. */
CzPlanResult cz_plan_find (const CzIndex *index, const CzPlanHeld *held, guint64 head_seq, const CzPlanLimits *limits, CzPlan *out);
