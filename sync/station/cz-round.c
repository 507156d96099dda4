/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/station/cz-round-private.h"

#include <string.h>

#include "sync/depot/cz-depot.h"
#include "sync/station/cz-poll.h"
#include "sync/wire/cz-wire-error.h"

/* ---- what went wrong, and whose fault it is ---- */

CzFault
cz_round_fault (const GError *error)
{
  if (error->domain == CZ_ROAD_ERROR)
    return error->code == CZ_ROAD_ERROR_ABSENT ? CZ_FAULT_ABSENT
           : error->code == CZ_ROAD_ERROR_LIMIT || error->code == CZ_ROAD_ERROR_DENIED ? CZ_FAULT_REFUSED
                                                                                      : CZ_FAULT_ROAD;
  if (error->domain == CZ_WIRE_ERROR || error->domain == CZ_ROW_ERROR
      || g_error_matches (error, CZ_STORE_ERROR, CZ_STORE_ERROR_CONSTRAINT))
    return CZ_FAULT_REFUSED;
  return CZ_FAULT_STORAGE;
}

const char *
cz_round_rule (const GError *error)
{
  if (error->domain == CZ_WIRE_ERROR)
    return cz_wire_error_rule (error->code);
  if (g_error_matches (error, CZ_ROW_ERROR, CZ_ROW_ERROR_SCOPE))
    return cz_wire_error_rule (CZ_WIRE_ERROR_SCOPE);
  if (error->domain == CZ_STORE_ERROR)
    return cz_wire_error_rule (CZ_WIRE_ERROR_STATE);
  if (error->domain == CZ_ROAD_ERROR && error->code == CZ_ROAD_ERROR_LIMIT)
    return cz_wire_error_rule (CZ_WIRE_ERROR_LIMIT);
  return cz_wire_error_rule (CZ_WIRE_ERROR_FORMAT);
}

void
cz_round_state (CzRound *round, const char *state)
{
  const CzRoundEvents *events = &round->options->events;
  if (events->on_state)
    events->on_state (state, events->user_data);
}

guint64
cz_round_budget_left (CzRound *round)
{
  const CzRoundOptions *options = round->options;
  guint64 used = cz_trust_bytes_on (round->station->trust, cz_clock_today (round->station->clock));
  guint64 came = round->report->bytes_in + cz_road_bytes_in (round->road);
  guint64 today = options->day_budget_bytes == 0 ? G_MAXUINT64 : options->day_budget_bytes - MIN (options->day_budget_bytes, used);
  guint64 now = options->round_budget_bytes == 0 ? G_MAXUINT64 : options->round_budget_bytes - MIN (options->round_budget_bytes, came);
  return MIN (today, now);
}

void
cz_round_count (CzRound *round)
{
  guint64 came = cz_road_bytes_in (round->road);
  if (!cz_road_is_folder (round->road))
    cz_trust_count_bytes (round->station->trust, cz_clock_today (round->station->clock), came - round->counted);
  round->counted = came;
}

void
cz_round_tell_refusal (CzRound *round, CzChannel channel, const GError *error)
{
  const CzRoundEvents *events = &round->options->events;
  const char *rule = cz_round_rule (error);
  round->report->refused++;
  if (g_error_matches (error, CZ_WIRE_ERROR, CZ_WIRE_ERROR_NEWER))
    round->report->is_newer = TRUE;
  if (events->on_refused)
    events->on_refused (channel, rule, error->message, events->user_data);
}

/* ---- one channel over one depot ---- */

static void
note_late (CzRound *round, CzRoundChannel *channel)
{
  CzWatch watch;
  CzStation *station = round->station;
  cz_trust_watch (station->trust, channel->channel, &watch);
  channel->next_publish_s = watch.next_publish_s;
  channel->late = cz_watch_late (&watch, channel->seq_after, cz_trusted_time_now (cz_trust_time (station->trust), cz_clock_boot_us (station->clock)));
}

/* One whose news broke off on the way is asked again by the next poll. A stick was not asked but brought. */
static void
note_asked (CzRound *round, const CzRoundChannel *channel)
{
  GHashTable *asked = round->station->asked;
  if (cz_road_is_folder (round->road) && round->options->depots)
    return;
  if (!channel->is_settled) {
    g_hash_table_remove (asked, GINT_TO_POINTER (channel->channel));
    return;
  }
  gint64 *at_us = g_new (gint64, 1);
  *at_us = cz_clock_boot_us (round->station->clock);
  g_hash_table_insert (asked, GINT_TO_POINTER (channel->channel), at_us);
}

static gboolean
try_channel (CzRound *round, CzRoundChannel *channel, GError **error)
{
  const CzRoundEvents *events = &round->options->events;
  g_auto (CzVerified) verified = { 0 };
  if (!cz_round_head (round, channel->channel, &verified, error))
    return FALSE;
  channel->is_absent = FALSE;
  channel->seq_offered = MAX (channel->seq_offered, verified.head.seq);
  channel->is_settled = FALSE;
  note_asked (round, channel);
  if (events->on_head)
    events->on_head (channel->channel, channel->seq_after, channel->seq_offered, events->user_data);
  if (!cz_round_follow (round, &verified, channel, error))
    return FALSE;
  channel->is_settled = channel->seq_after >= channel->seq_offered;
  note_asked (round, channel);
  note_late (round, channel);
  if (events->on_head)
    events->on_head (channel->channel, channel->seq_after, channel->seq_offered, events->user_data);
  return TRUE;
}

gint64
cz_round_now_s (CzClock *clock)
{
  return cz_clock_is_plausible (clock) ? cz_clock_wall_s (clock) : cz_clock_trusted_s (clock);
}

static gboolean
is_due (const CzStation *station, CzRoundChannel *channel)
{
  CzWatch watch;
  gint64 boot_us = cz_clock_boot_us (station->clock);
  const gint64 *asked_us = g_hash_table_lookup (station->asked, GINT_TO_POINTER (channel->channel));
  cz_trust_watch (station->trust, channel->channel, &watch);
  const CzPollAbove facts = { .now_s = cz_round_now_s (station->clock), .asked_ago_s = asked_us ? (boot_us - *asked_us) / G_USEC_PER_SEC : -1,
                              .next_publish_s = watch.next_publish_s, .is_spoken_of = watch.witness_seq > channel->seq_before };
  return cz_poll_is_due (&facts);
}

static int
by_tier (gconstpointer a, gconstpointer b)
{
  CzChannel left = ((const CzRoundChannel *) a)->channel, right = ((const CzRoundChannel *) b)->channel;
  int order = (int) cz_channel_tier (left) - (int) cz_channel_tier (right);
  return order != 0 ? order : left - right;
}

/* Where each channel stands, before anything is asked, and which are left. */
static gboolean
fill_channels (CzStation *station, const CzRoundOptions *options, GArray *channels, GError **error)
{
  g_array_set_size (channels, 0);
  for (guint i = 0; i < station->ticket->n_line; i++) {
    CzRoundChannel channel = { .channel = station->ticket->line[i], .is_absent = TRUE };
    CzChannelMark mark;
    if (!cz_content_mark (station->content, channel.channel, &mark, error))
      return FALSE;
    channel.seq_before = channel.seq_after = mark.seq;
    g_array_append_val (channels, channel);
  }
  g_array_sort (channels, by_tier);
  for (guint i = 0; options->only_due && i + 1 < channels->len; i++) {
    CzRoundChannel *channel = &g_array_index (channels, CzRoundChannel, i);
    channel->is_left = channel->is_settled = !is_due (station, channel);
  }
  return TRUE;
}

/* A signed bundle that does not fit what is held: either it is wrong or what is held is. Every row is looked at, once in a round. */
static gboolean
look_at_rows (CzRound *round, const GError *refusal, GError **error)
{
  gboolean is_about_rows = g_error_matches (refusal, CZ_WIRE_ERROR, CZ_WIRE_ERROR_STATE)
                           || g_error_matches (refusal, CZ_STORE_ERROR, CZ_STORE_ERROR_CONSTRAINT);
  if (!is_about_rows || round->has_checked)
    return TRUE;
  round->has_checked = TRUE;
  return cz_station_check (round->station, &round->begins_anew, error);
}

/* *go_on is FALSE when this depot is of no more use in this round. FALSE when our storage fails. */
static gboolean
visit_channel (CzRound *round, CzRoundChannel *channel, gboolean *reached, gboolean *go_on, GError **error)
{
  g_autoptr (GError) local = NULL;
  guint stale = round->report->stale_depots;
  gboolean done = try_channel (round, channel, &local);
  channel->is_stale |= round->report->stale_depots > stale;
  if (done) {
    *reached = TRUE;
    return TRUE;
  }
  switch (cz_round_fault (local)) {
  case CZ_FAULT_ABSENT:
    *reached = TRUE;
    break;
  case CZ_FAULT_REFUSED:
    *reached = TRUE;
    if (!look_at_rows (round, local, error))
      return FALSE;
    if (round->begins_anew)
      return TRUE;
    channel->is_absent = FALSE;
    channel->is_revoked |= g_error_matches (local, CZ_WIRE_ERROR, CZ_WIRE_ERROR_REVOKED);
    cz_round_tell_refusal (round, channel->channel, local);
    break;
  case CZ_FAULT_ROAD:
    g_info ("%s", local->message);
    *go_on = FALSE;
    break;
  case CZ_FAULT_STORAGE:
  default:
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  return TRUE;
}

static gboolean
wants_visit (const CzRoundChannel *channel)
{
  return !channel->is_left && (!channel->is_settled || channel->late != 0);
}

/* What was left, and the own office's head now speaks of. */
static gboolean
visit_spoken_of (CzRound *round, gboolean *reached, gboolean *go_on, GError **error)
{
  GArray *channels = round->report->channels;
  gboolean ok = TRUE;
  for (guint i = 0; ok && *go_on && !round->begins_anew && i < channels->len; i++) {
    CzRoundChannel *channel = &g_array_index (channels, CzRoundChannel, i);
    if (!channel->is_left)
      continue;
    note_late (round, channel);
    channel->is_left = (channel->late & CZ_LATE_WITNESS) == 0;
    channel->is_settled = channel->is_left;
    if (!channel->is_left)
      ok = visit_channel (round, channel, reached, go_on, error);
  }
  return ok;
}

static gboolean
visit_depot (CzRound *round, GError **error)
{
  GArray *channels = round->report->channels;
  gboolean reached = FALSE, go_on = TRUE, ok = TRUE;
  guint last = channels->len;
  while (last > 0 && !wants_visit (&g_array_index (channels, CzRoundChannel, last - 1)))
    last--;
  for (guint i = 0; ok && go_on && !round->begins_anew && i < last; i++) {
    CzRoundChannel *channel = &g_array_index (channels, CzRoundChannel, i);
    if (i + 1 == last)
      cz_road_expect_last (round->road);
    if (wants_visit (channel))
      ok = visit_channel (round, channel, &reached, &go_on, error);
  }
  if (ok && !visit_spoken_of (round, &reached, &go_on, error))
    return FALSE;
  round->report->depots_reached += reached;
  if (!go_on && reached)
    round->report->was_cut = TRUE;
  return ok && (!reached || !go_on || round->begins_anew || cz_round_media (round, error));
}

/* ---- the round ---- */

/* And nothing hints at more than they offered. */
static gboolean
all_settled (GArray *channels)
{
  gboolean settled = TRUE;
  for (guint i = 0; i < channels->len; i++)
    settled &= !wants_visit (&g_array_index (channels, CzRoundChannel, i));
  return settled;
}

CzRoad *
cz_round_road (CzStation *station, const CzRoundOptions *options, const char *address, GError **error)
{
  CzRoadOptions road_options = options->road ? *options->road : (CzRoadOptions){ 0 };
  g_autofree char *bucket_access = g_build_filename (station->home->agent, "bucket", NULL);
  road_options.clock_is_trusted = cz_clock_is_plausible (station->clock);
  if (cz_depot_bucket_is_known (bucket_access, address))
    road_options.bucket_access_file = bucket_access;
  return cz_road_new (address, &road_options, error);
}

static gboolean
run_depot (CzRound *round, const char *address, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (CzRoad) road = cz_round_road (round->station, round->options, address, &local);
  if (!road) {
    g_warning ("%s", local->message);
    return TRUE;
  }
  round->road = road;
  round->counted = 0;
  gboolean ok = visit_depot (round, error);
  cz_round_count (round);
  round->report->bytes_in += cz_road_bytes_in (road);
  round->report->requests += cz_road_requests (road);
  round->report->certificate_time_ignored |= cz_road_certificate_time_ignored (road);
  round->road = NULL;
  return ok;
}

/* A content.db begun anew gets what is kept for others first: that costs nothing. What is not there, or not whole, says nothing about any depot. */
static gboolean
read_kept (CzRound *round, GError **error)
{
  CzStation *station = round->station;
  const CzRoundOptions *options = round->options;
  CzRoundOptions as_stick = *options;
  g_auto (CzRoundReport) report = { .channels = g_array_new (FALSE, TRUE, sizeof (CzRoundChannel)) };
  CzRound inner = { .station = station, .options = &as_stick, .report = &report, .has_checked = TRUE };
  if (!station->wants_kept || !station->kept)
    return TRUE;
  station->wants_kept = FALSE;
  cz_round_options_for_stick (&as_stick, NULL);
  as_stick.events.on_refused = NULL;
  as_stick.events.on_head = NULL;
  return fill_channels (station, &as_stick, report.channels, error) && run_depot (&inner, station->home->kept, error)
         && fill_channels (station, options, round->report->channels, error);
}

static gboolean
run_depots (CzRound *round, GError **error)
{
  const char *const *depots = round->options->depots ? round->options->depots : (const char *const *) round->station->ticket->depots;
  for (guint i = 0; depots[i] && (i == 0 || !all_settled (round->report->channels)); i++) {
    if (!run_depot (round, depots[i], error))
      return FALSE;
    if (!round->begins_anew)
      continue;
    round->begins_anew = FALSE;
    g_hash_table_remove_all (round->station->asked);
    if (!fill_channels (round->station, round->options, round->report->channels, error) || !read_kept (round, error) || !run_depot (round, depots[i], error))
      return FALSE;
  }
  return TRUE;
}

void
cz_round_options_for_stick (CzRoundOptions *options, const char *const *depots)
{
  options->only_due = FALSE;
  options->depots = depots;
  options->day_budget_bytes = options->round_budget_bytes = 0;
  options->media_budget_bytes = options->media_keep_bytes;
  options->full_is_asked = TRUE;
}

/* Once more, when it ended because what is held is damaged and has been begun anew. */
static gboolean
run_whole (CzRound *round, GError **error)
{
  CzStation *station = round->station;
  g_autoptr (GError) local = NULL;
  if (fill_channels (station, round->options, round->report->channels, &local) && read_kept (round, &local) && run_depots (round, &local))
    return TRUE;
  if (g_error_matches (local, CZ_STORE_ERROR, CZ_STORE_ERROR_DAMAGED) && !round->has_checked) {
    gboolean was_damaged = FALSE;
    round->has_checked = TRUE;
    if (!cz_station_check (station, &was_damaged, error))
      return FALSE;
    if (was_damaged)
      return fill_channels (station, round->options, round->report->channels, error) && read_kept (round, error) && run_depots (round, error);
  }
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

gboolean
cz_round_run (CzStation *station, const CzRoundOptions *options, CzRoundReport *report, GError **error)
{
  CzRound round = { .station = station, .options = options, .report = report };
  *report = (CzRoundReport){ .channels = g_array_new (FALSE, TRUE, sizeof (CzRoundChannel)) };
  cz_round_state (&round, "checking");
  gboolean ok = run_whole (&round, error);
  for (guint i = 0; i < report->channels->len; i++) {
    note_late (&round, &g_array_index (report->channels, CzRoundChannel, i));
    if (g_array_index (report->channels, CzRoundChannel, i).is_stale)
      g_array_index (report->channels, CzRoundChannel, i).late |= CZ_LATE_MIRROR;
  }
  return cz_trust_save_time (station->trust, station->clock, ok ? error : NULL) && ok;
}

void
cz_round_report_clear (CzRoundReport *report)
{
  g_clear_pointer (&report->channels, g_array_unref);
}

/* A refusal that another depot made good is told and counted, and is no failure. */
CzExit
cz_round_exit (const CzRoundReport *report)
{
  gboolean is_open = report->depots_reached == 0;
  for (guint i = 0; i < report->channels->len; i++) {
    const CzRoundChannel *channel = &g_array_index (report->channels, CzRoundChannel, i);
    is_open |= !channel->is_settled && !channel->is_absent;
  }
  if (!is_open)
    return CZ_EXIT_DONE;
  return report->refused > 0 ? CZ_EXIT_REFUSED : CZ_EXIT_NO_ROAD;
}

static gboolean
is_late (const CzRoundReport *report)
{
  for (guint i = 0; i < report->channels->len; i++)
    if (g_array_index (report->channels, CzRoundChannel, i).late != 0)
      return TRUE;
  return FALSE;
}

const char *
cz_round_trouble (const CzRoundReport *report)
{
  if (report->is_newer)
    return "newer";
  for (guint i = 0; i < report->channels->len; i++)
    if (g_array_index (report->channels, CzRoundChannel, i).is_revoked)
      return "revoked";
  if (report->is_over_budget || report->full_bytes > 0)
    return "budget";
  switch (cz_round_exit (report)) {
  case CZ_EXIT_REFUSED:
    return "refused";
  case CZ_EXIT_NO_ROAD:
    return "no-road";
  case CZ_EXIT_DONE:
    return is_late (report) ? "late" : "";
  case CZ_EXIT_USAGE:
  case CZ_EXIT_STORAGE:
  case CZ_EXIT_PARTLY:
  default:
    return "";
  }
}
