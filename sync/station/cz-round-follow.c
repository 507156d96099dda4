/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/station/cz-round-private.h"

#include <string.h>

#include "sync/station/cz-fetch.h"
#include "sync/station/cz-plan.h"
#include "sync/wire/cz-limits.h"
#include "sync/wire/cz-paths.h"
#include "sync/wire/cz-wire-error.h"

/* One request brings at most this much before whole bundles are applied: the largest bundle and its header. */
#define SLICE_BYTES (CZ_SNAPSHOT_MAX + CZ_MANIFEST_MAX + 4096u)

typedef struct {
  CzRound *round;
  const CzVerified *verified;
  CzRoundChannel *channel;
  CzChannelMark mark; /* what is held */
  CzPlan plan;
  char *path; /* of the plan's first step */
  guint64 done; /* verified bytes of steps before */
  guint requests; /* that the plan has left after its first step, 0 = as many as it likes */
  gboolean without_jumps; /* this depot's are bad */
} Follow;

static gboolean
refuse (const Follow *self, CzWireError code, const char *why, GError **error)
{
  g_set_error (error, CZ_WIRE_ERROR, (gint) code, "index of %06d: %s", self->mark.channel, why);
  return FALSE;
}

/* ---- index ---- */

static CzIndex *
fetch_index (Follow *self, GBytes **bytes_out, GError **error)
{
  const CzHead *head = &self->verified->head;
  g_autofree char *path = cz_path_index (head->channel);
  g_autoptr (GBytes) bytes = cz_road_get (self->round->road, path, CZ_INDEX_MAX, NULL, self->round->options->cancellable, error);
  gsize size;
  if (!bytes)
    return NULL;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  g_autoptr (CzIndex) index = cz_index_open (data, size, &self->verified->delegation.head_key, error);
  if (!index)
    return NULL;
  gboolean ok = TRUE;
  if (index->channel != head->channel)
    ok = refuse (self, CZ_WIRE_ERROR_SCOPE, "speaks for another channel", error);
  else if (index->epoch != head->epoch || index->seq < head->seq)
    ok = refuse (self, CZ_WIRE_ERROR_ORDER, "older than the head", error);
  if (!ok)
    return NULL;
  *bytes_out = g_steal_pointer (&bytes);
  return g_steal_pointer (&index);
}

/* On a folder looking costs nothing: what a neighbour did not keep, or a stick has no room for, is no way. */
static CzIndex *
what_is_there (Follow *self, const CzIndex *index)
{
  CzRoad *road = self->round->road;
  CzIndex *usable = cz_index_new ();
  usable->channel = index->channel;
  usable->epoch = index->epoch;
  usable->seq = index->seq;
  for (guint i = 0; i < index->segments->len; i++) {
    const CzIndexSegment *segment = &g_array_index (index->segments, CzIndexSegment, i);
    g_autofree char *path = cz_path_segment (index->channel, segment->month);
    if (cz_road_may_have (road, path))
      g_array_append_val (usable->segments, *segment);
  }
  for (guint i = 0, n = 1; i < index->jumps->len; i += n) {
    const CzIndexJump *first = &g_array_index (index->jumps, CzIndexJump, i);
    n = cz_plan_run_length (index, i);
    g_autofree char *path = first->from_seq == 0 ? cz_path_snapshot (index->channel, first->to_seq)
                                                 : cz_path_skips (index->channel, first->from_seq, first[n - 1].to_seq, n);
    if (cz_road_may_have (road, path))
      g_array_append_vals (usable->jumps, first, n);
  }
  return usable;
}

/* What others need to verify what is kept for them. */
static void
keep_announcements (Follow *self, const CzIndex *index, GBytes *index_bytes)
{
  CzStation *station = self->round->station;
  const CzVerified *verified = self->verified;
  GBytes *newest = cz_trust_root (station->trust);
  g_autofree char *chain = cz_path_chain (index->channel, verified->head.delegation);
  g_autofree char *root = cz_path_root (verified->head.root_version);
  cz_kept_paper (station->kept, root, newest ? newest : station->ticket->root);
  cz_kept_paper (station->kept, chain, verified->chain_bytes);
  const CzKeptNews news = { verified->head.seq, index, verified->head_bytes, index_bytes };
  cz_kept_announce (station->kept, &news, self->round->options->kept_bytes);
}

/* The next range to ask for. *plan borrows from index. */
static gboolean
plan_next (Follow *self, const CzIndex *index, CzFetchPlan *plan, GError **error)
{
  const CzHead *head = &self->verified->head;
  const CzRoundOptions *options = self->round->options;
  const CzPlanHeld held = { self->mark.seq, self->mark.segment, self->mark.seg_offset };
  const CzPlanLimits limits = { options->day_budget_bytes, self->requests, options->full_is_asked, self->without_jumps };
  const CzPlanStep *step = &self->plan.first;
  switch (cz_plan_find (index, &held, head->seq, &limits, &self->plan)) {
  case CZ_PLAN_FOUND:
    break;
  case CZ_PLAN_ONLY_FULL:
    self->round->report->full_bytes = self->plan.bytes;
    return TRUE;
  case CZ_PLAN_NONE:
  default:
    if (!cz_road_is_folder (self->round->road))
      return refuse (self, CZ_WIRE_ERROR_ORDER, "the depot does not hold what follows here", error);
    g_set_error (error, CZ_ROAD_ERROR, CZ_ROAD_ERROR_ABSENT, "%06d: what is there does not continue what is held here", head->channel);
    return FALSE;
  }
  g_free (self->path);
  self->path = step->kind == CZ_PLAN_SEGMENT ? cz_path_segment (head->channel, step->month)
               : step->kind == CZ_PLAN_SKIPS ? cz_path_skips (head->channel, step->file_from, step->file_to, step->file_n)
                                             : cz_path_snapshot (head->channel, step->to_seq);
  *plan = (CzFetchPlan){ .channel = head->channel, .epoch = head->epoch, .content_key = &self->verified->delegation.content_key,
                         .bytes_per_day = self->verified->delegation.bytes_per_day, .seq = self->mark.seq,
                         .head_seq = head->seq, .path = self->path, .month = step->month, .offset = step->offset, .end = step->end,
                         .jumps = step->n_jumps > 0 ? &g_array_index (index->jumps, CzIndexJump, step->first_jump) : NULL,
                         .n_jumps = step->n_jumps };
  memcpy (plan->tip, self->mark.tip, 32);
  cz_state_to_bytes (&self->mark.state, plan->state);
  memcpy (plan->head_tip, head->tip, 32);
  memcpy (plan->head_state, head->state, 32);
  return TRUE;
}

/* ---- applying ---- */

/* The floor is raised when a bundle has been found good to its last row and before it is committed: nothing before it is
 * accepted from now on, whatever happens to content.db; and a bundle that is refused leaves the floor where it was. */
static gboolean
raise_floor (const CzBundle *bundle, gpointer user_data, GError **error)
{
  Follow *self = user_data;
  CzFloor floor = { .epoch = bundle->manifest.epoch, .seq = bundle->manifest.to_seq };
  memcpy (floor.tip, cz_bundle_tip (bundle), 32);
  memcpy (floor.state, bundle->manifest.to_state, 32);
  return cz_trust_raise (self->round->station->trust, bundle->manifest.channel, &floor, error);
}

/* What no other attempt can mend is thrown away; what needs a newer program, or room on the disk, is kept for then. */
static void
judge_failed (CzFetch *fetch, const GError *error)
{
  if (cz_round_fault (error) == CZ_FAULT_REFUSED && !g_error_matches (error, CZ_WIRE_ERROR, CZ_WIRE_ERROR_NEWER))
    cz_fetch_reject (fetch);
}

static gboolean
apply_whole (Follow *self, CzFetch *fetch, GError **error)
{
  CzStation *station = self->round->station;
  const CzDelegation *delegation = &self->verified->delegation;
  const CzBundle *bundle = cz_fetch_last (fetch);
  const guint8 *data;
  gsize size;
  GError *local = NULL;
  if (!bundle)
    return TRUE;
  cz_round_state (self->round, "applying");
  while (cz_fetch_next (fetch, &bundle, &data, &size, &local)) {
    CzApplyScope scope = { .table_mask = delegation->table_mask, .rows_per_day = delegation->rows_per_day,
                           .bytes_per_day = delegation->bytes_per_day,
                           .head_issued_s = (gint64) MIN (self->verified->head.issued_s, G_MAXINT64),
                           .now_s = cz_clock_wall_s (station->clock),
                           .trusted_s = cz_trusted_time_now (cz_trust_time (station->trust), cz_clock_boot_us (station->clock)),
                           .may_commit = raise_floor, .user_data = self };
    if (!cz_content_apply (station->content, bundle, data, size, &scope, &local)) {
      judge_failed (fetch, local);
      g_propagate_error (error, local);
      return FALSE;
    }
    cz_kept_bundle (station->kept, bundle, data);
    self->channel->bundles++;
    self->channel->bytes += size;
  }
  if (!local)
    return TRUE;
  g_propagate_error (error, local);
  return FALSE;
}

/* Tells once for a batch, however it ended. */
static gboolean
apply_and_tell (Follow *self, CzFetch *fetch, GError **error)
{
  const CzRoundEvents *events = &self->round->options->events;
  guint64 before = self->mark.seq;
  guint32 epoch_before = self->mark.epoch;
  gboolean applied = apply_whole (self, fetch, error);
  if (!cz_content_mark (self->round->station->content, self->mark.channel, &self->mark, applied ? error : NULL))
    return FALSE;
  self->channel->seq_after = self->mark.seq;
  if ((self->mark.seq != before || self->mark.epoch != epoch_before) && events->on_changed)
    events->on_changed (self->mark.channel, self->mark.seq, self->round->station->rebuilt, events->user_data);
  return applied;
}

/* ---- fetching ---- */

static void
on_fetched (guint64 done, guint64 total, gpointer user_data)
{
  Follow *self = user_data;
  const CzRoundEvents *events = &self->round->options->events;
  guint64 later = self->plan.bytes - MIN (self->plan.bytes, total);
  if (events->on_progress)
    events->on_progress (self->mark.channel, self->done + done, self->done + total + later, events->user_data);
}

/* A broken link is taken up again at once while each attempt brings something. */
static gboolean
run_attempts (Follow *self, CzFetch *fetch, guint64 max_bytes, GError **error)
{
  CzRound *round = self->round;
  guint idle = 0;
  for (;;) {
    g_autoptr (GError) local = NULL;
    guint64 missing = cz_fetch_missing (fetch);
    /* A server without ranges sends what is held again with every attempt, and that counts too. */
    guint64 budget = cz_round_budget_left (round);
    if (budget == 0) {
      round->report->is_over_budget = TRUE;
      return TRUE;
    }
    gboolean ok = cz_fetch_run (fetch, round->road, MIN (max_bytes, budget), on_fetched, self, round->options->cancellable, &local);
    cz_round_count (round);
    if (ok)
      return TRUE;
    guint64 got = missing - cz_fetch_missing (fetch);
    idle = got > 0 ? 0 : idle + 1;
    max_bytes -= MIN (got, max_bytes);
    gboolean again = g_error_matches (local, CZ_ROAD_ERROR, CZ_ROAD_ERROR_UNREACHABLE) && idle < CZ_ROUND_ATTEMPTS && max_bytes > 0;
    if (!again) {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
    round->report->was_cut = TRUE;
  }
}

/* One slice of one range. *moved: bundles were applied. */
static gboolean
take_slice (Follow *self, const CzFetchPlan *plan, gboolean *moved, GError **error)
{
  CzRound *round = self->round;
  g_autoptr (GError) fetch_error = NULL;
  g_autoptr (CzFetch) fetch = cz_fetch_open (round->station->home->part, plan, error);
  guint bundles = self->channel->bundles;
  guint64 bytes = self->channel->bytes;
  if (!fetch)
    return FALSE;
  guint64 budget = cz_round_budget_left (round);
  gboolean missing = cz_fetch_missing (fetch) > 0;
  if (missing && budget == 0)
    round->report->is_over_budget = TRUE;
  else if (missing && !run_attempts (self, fetch, MIN (SLICE_BYTES, budget), &fetch_error))
    g_debug ("%s", fetch_error->message);
  /* Whatever came whole is good, even if the link then broke or what followed was refused. */
  gboolean applied = apply_and_tell (self, fetch, error);
  *moved = self->channel->bundles > bundles;
  self->done += *moved ? self->channel->bytes - bytes : 0;
  if (!applied)
    return FALSE;
  if (fetch_error) {
    g_propagate_error (error, g_steal_pointer (&fetch_error));
    return FALSE;
  }
  if (cz_fetch_missing (fetch) == 0 && !*moved)
    return refuse (self, CZ_WIRE_ERROR_TRUNCATED, "its file holds nothing that follows", error);
  return TRUE;
}

/* A depot whose skips or snapshots are missing or wrong still has its chain. */
static gboolean
do_without_jumps (Follow *self, const CzFetchPlan *plan, const GError *error)
{
  CzFault fault = cz_round_fault (error);
  gboolean turns = plan->n_jumps > 0 && (fault == CZ_FAULT_ABSENT || fault == CZ_FAULT_REFUSED)
                   && !g_error_matches (error, CZ_WIRE_ERROR, CZ_WIRE_ERROR_NEWER);
  if (!turns)
    return FALSE;
  if (fault == CZ_FAULT_REFUSED)
    cz_round_tell_refusal (self->round, self->mark.channel, error);
  self->without_jumps = TRUE;
  self->requests = 0;
  return TRUE;
}

static gboolean
follow_index (Follow *self, const CzIndex *index, GError **error)
{
  CzRoundReport *report = self->round->report;
  while (self->mark.seq < self->verified->head.seq && !report->is_over_budget) {
    CzFetchPlan plan;
    gboolean moved = FALSE;
    g_autoptr (GError) local = NULL;
    if (!plan_next (self, index, &plan, error))
      return FALSE;
    if (report->full_bytes > 0)
      return TRUE;
    gboolean ok = take_slice (self, &plan, &moved, &local);
    gboolean is_done = self->mark.seq == self->plan.first.to_seq;
    self->requests = is_done ? self->plan.requests - 1 : 0;
    if (!ok && !do_without_jumps (self, &plan, local)) {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  }
  if (self->mark.seq >= self->verified->head.seq)
    cz_fetch_sweep (self->round->station->home->part, self->mark.channel);
  return TRUE;
}

gboolean
cz_round_follow (CzRound *round, const CzVerified *verified, CzRoundChannel *channel, GError **error)
{
  const CzHead *head = &verified->head;
  Follow self = { .round = round, .verified = verified, .channel = channel };
  if (!cz_content_mark (round->station->content, head->channel, &self.mark, error))
    return FALSE;
  if (self.mark.epoch < head->epoch && self.mark.seq > 0)
    self.mark = (CzChannelMark){ .channel = head->channel, .epoch = head->epoch };
  if (self.mark.seq >= head->seq) {
    cz_kept_head (round->station->kept, head, &verified->delegation.head_key, verified->head_bytes, verified->chain_bytes);
    return TRUE;
  }
  cz_round_state (round, "fetching");
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (CzIndex) index = fetch_index (&self, &bytes, error);
  g_autoptr (CzIndex) usable = index ? what_is_there (&self, index) : NULL;
  gboolean ok = usable && follow_index (&self, usable, error);
  if (ok && self.mark.seq >= head->seq)
    keep_announcements (&self, index, bytes);
  g_free (self.path);
  return ok;
}
