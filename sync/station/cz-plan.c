/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/station/cz-plan.h"

/* The places a station can stand at are known from the index: what is held, the ends of segments, the ends of jumps, the head.
 * They ascend by number and every step leads upwards, so the cheapest way with at most r requests to each of them comes out of
 * one walk through the places. */

/* Steps of a way that is looked at; the last column stands for "any number". */
#define N_COLUMNS (CZ_PLAN_REQUESTS + 1)
#define UNREACHED G_MAXUINT64

typedef struct {
  guint64 cost; /* with CZ_PLAN_REQUEST_BYTES for each request */
  guint requests;
  CzPlanStep first;
} Way;

typedef struct {
  guint64 seq;
  gboolean has_offset; /* month and offset say where bundle seq + 1 begins */
  guint32 month;
  guint64 offset;
  Way ways[N_COLUMNS]; /* by requests: at most 1, 2 … CZ_PLAN_REQUESTS, and any number */
} Place;

typedef struct {
  const CzIndex *index;
  const CzPlanLimits *limits;
  guint64 held_seq;
  guint64 head_seq;
  GArray *places; /* Place, ascending by seq */
  gboolean with_skips;
  gboolean with_snapshots;
  gboolean with_large;
} Search;

static const CzIndexJump *
jump_of (const CzIndex *index, guint i)
{
  return &g_array_index (index->jumps, CzIndexJump, i);
}

static Place *
place_of (Search *self, guint i)
{
  return &g_array_index (self->places, Place, i);
}

/* ---- places ---- */

static void
add_place (Search *self, const Place *place)
{
  if (place->seq < self->held_seq || place->seq > self->head_seq)
    return;
  guint i = 0;
  while (i < self->places->len && place_of (self, i)->seq < place->seq)
    i++;
  if (i == self->places->len || place_of (self, i)->seq != place->seq)
    g_array_insert_val (self->places, i, *place);
  else if (!place_of (self, i)->has_offset)
    *place_of (self, i) = *place;
}

static void
add_places (Search *self, const CzPlanHeld *held)
{
  const CzIndex *index = self->index;
  const Place start = { .seq = held->seq, .has_offset = held->month > 0, .month = held->month, .offset = held->offset };
  const Place head = { .seq = self->head_seq };
  self->places = g_array_new (FALSE, FALSE, sizeof (Place));
  add_place (self, &start);
  for (guint i = 0; i < index->segments->len; i++) {
    const CzIndexSegment *segment = &g_array_index (index->segments, CzIndexSegment, i);
    const Place end = { .seq = segment->last_seq, .has_offset = TRUE, .month = segment->month, .offset = segment->bytes };
    add_place (self, &end);
  }
  for (guint i = 0; i < index->jumps->len; i++) {
    const CzIndexJump *jump = jump_of (index, i);
    const Place end = { .seq = jump->to_seq, .has_offset = TRUE, .month = jump->next_month, .offset = jump->next_offset };
    add_place (self, &end);
  }
  add_place (self, &head);
}

static void
clear_ways (Search *self)
{
  for (guint i = 0; i < self->places->len; i++)
    for (guint k = 0; k < N_COLUMNS; k++)
      place_of (self, i)->ways[k] = (Way) { .cost = i == 0 ? 0 : UNREACHED };
}

static Place *
find_place (Search *self, guint64 seq)
{
  for (guint i = 0; i < self->places->len; i++)
    if (place_of (self, i)->seq == seq)
      return place_of (self, i);
  return NULL;
}

/* ---- steps ---- */

static void
try_way (Way *to, const Way *from, const CzPlanStep *step)
{
  guint64 bytes = step->end - step->offset + CZ_PLAN_REQUEST_BYTES;
  guint64 cost = from->cost > UNREACHED - bytes ? UNREACHED : from->cost + bytes;
  gboolean is_better = cost < to->cost || (cost == to->cost && cost != UNREACHED && from->requests + 1 < to->requests);
  if (from->cost == UNREACHED || !is_better)
    return;
  *to = (Way) { cost, from->requests + 1, from->requests == 0 ? *step : from->first };
}

static void
take_step (Search *self, const Place *from, const CzPlanStep *step)
{
  Place *to = find_place (self, step->to_seq);
  if (!to || step->end <= step->offset)
    return;
  /* With no request only the start is reached. */
  if (from->seq == self->held_seq)
    try_way (&to->ways[0], &from->ways[0], step);
  for (guint k = 1; k < N_COLUMNS; k++)
    try_way (&to->ways[k], &from->ways[k == N_COLUMNS - 1 ? k : k - 1], step);
}

/* Up to any place whose offset in the segment is known, up to its end, or up to the head before it. */
static void
step_in_segment (Search *self, guint at, const CzIndexSegment *segment)
{
  const Place *from = place_of (self, at);
  gboolean inside = from->has_offset && from->month == segment->month;
  CzPlanStep step = { .kind = CZ_PLAN_SEGMENT, .month = segment->month, .offset = inside ? from->offset : 0 };
  if (!inside && segment->first_seq != from->seq + 1)
    return;
  for (guint i = at + 1; i < self->places->len && place_of (self, i)->seq <= segment->last_seq; i++) {
    const Place *to = place_of (self, i);
    gboolean known = to->has_offset && to->month == segment->month;
    if (!known && to->seq != self->head_seq)
      continue;
    step.to_seq = to->seq;
    step.end = known ? to->offset : segment->bytes;
    take_step (self, from, &step);
  }
}

static gboolean
is_too_large (const Search *self, guint64 bytes)
{
  return !self->with_large && self->limits->day_bytes > 0 && bytes > self->limits->day_bytes;
}

/* Lines first … first + n − 1 of the index are one file. */
static void
step_in_run (Search *self, const Place *from, guint first, guint n)
{
  const CzIndex *index = self->index;
  CzPlanStep step = { .kind = CZ_PLAN_SKIPS, .file_from = jump_of (index, first)->from_seq, .file_to = jump_of (index, first + n - 1)->to_seq, .file_n = n };
  for (guint i = first; i < first + n; i++) {
    const CzIndexJump *jump = jump_of (index, i);
    gboolean begins = step.n_jumps == 0 && jump->from_seq == from->seq;
    if (step.n_jumps == 0 && !begins) {
      step.offset += jump->bytes;
      continue;
    }
    if (begins) {
      step.first_jump = i;
      step.end = step.offset;
    }
    if (jump->to_seq > self->head_seq || is_too_large (self, jump->bytes))
      return;
    step.n_jumps++;
    step.end += jump->bytes;
    step.to_seq = jump->to_seq;
    take_step (self, from, &step);
  }
}

guint
cz_plan_run_length (const CzIndex *index, guint first)
{
  guint n = 1;
  while (jump_of (index, first)->from_seq != 0 && first + n < index->jumps->len && jump_of (index, first + n)->from_seq != 0
         && jump_of (index, first + n)->from_seq == jump_of (index, first + n - 1)->to_seq)
    n++;
  return n;
}

static void
step_by_jumps (Search *self, const Place *from)
{
  const CzIndex *index = self->index;
  for (guint i = 0, n = 1; i < index->jumps->len; i += n) {
    const CzIndexJump *jump = jump_of (index, i);
    n = cz_plan_run_length (index, i);
    if (jump->from_seq > 0 && self->with_skips)
      step_in_run (self, from, i, n);
    gboolean serves = jump->from_seq == 0 && self->with_snapshots && from->seq == self->held_seq && jump->to_seq > self->held_seq
                      && !is_too_large (self, jump->bytes);
    if (!serves)
      continue;
    const CzPlanStep step = { .kind = CZ_PLAN_SNAPSHOT, .to_seq = jump->to_seq, .end = jump->bytes, .first_jump = i, .n_jumps = 1 };
    take_step (self, from, &step);
  }
}

/* ---- ways ---- */

/* What the place of the head was reached by. */
static const Way *
walk (Search *self, gboolean with_skips, gboolean with_snapshots, gboolean with_large)
{
  self->with_skips = with_skips && !self->limits->without_jumps;
  self->with_snapshots = with_snapshots && !self->limits->without_jumps;
  self->with_large = with_large;
  clear_ways (self);
  for (guint at = 0; at + 1 < self->places->len; at++) {
    for (guint i = 0; i < self->index->segments->len; i++)
      step_in_segment (self, at, &g_array_index (self->index->segments, CzIndexSegment, i));
    step_by_jumps (self, place_of (self, at));
  }
  return place_of (self, self->places->len - 1)->ways;
}

static gboolean
take_way (const Way *way, CzPlan *out)
{
  *out = (CzPlan) { way->first, way->requests, way->cost - (guint64) way->requests * CZ_PLAN_REQUEST_BYTES };
  return TRUE;
}

/* Few requests if they cost no more than the chain, else the fewest bytes. */
static gboolean
choose (Search *self, gboolean with_snapshots, gboolean with_large, CzPlan *out)
{
  guint64 chain = walk (self, FALSE, FALSE, FALSE)[N_COLUMNS - 1].cost;
  const Way *ways = walk (self, TRUE, with_snapshots, with_large);
  guint requests = self->limits->requests > 0 ? self->limits->requests : CZ_PLAN_REQUESTS;
  const Way *few = &ways[MIN (requests, N_COLUMNS) - 1], *any = &ways[N_COLUMNS - 1];
  if (few->cost != UNREACHED && few->cost <= chain)
    return take_way (few, out);
  return any->cost != UNREACHED && take_way (any, out);
}

CzPlanResult
cz_plan_find (const CzIndex *index, const CzPlanHeld *held, guint64 head_seq, const CzPlanLimits *limits, CzPlan *out)
{
  Search self = { .index = index, .limits = limits, .held_seq = held->seq, .head_seq = head_seq };
  g_return_val_if_fail (head_seq > held->seq, CZ_PLAN_NONE);
  add_places (&self, held);
  CzPlanResult result = CZ_PLAN_FOUND;
  gboolean may_replace = held->seq == 0 || limits->full_is_asked;
  gboolean has_chain = walk (&self, TRUE, FALSE, TRUE)[N_COLUMNS - 1].cost != UNREACHED;
  gboolean found = choose (&self, may_replace || has_chain, FALSE, out) || choose (&self, may_replace, TRUE, out);
  if (!found)
    result = choose (&self, TRUE, TRUE, out) ? CZ_PLAN_ONLY_FULL : CZ_PLAN_NONE;
  g_array_unref (self.places);
  return result;
}
