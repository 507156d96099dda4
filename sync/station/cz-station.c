/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/station/cz-round-private.h"

#include <string.h>

/* A content.db that cannot be believed is left for the kiosk to let go of; an empty generation takes its place at once and is
 * filled by the rounds that follow, resumable like any other. Its marks stand below the trust floor until it is whole. */
static gboolean
begin_anew (CzStation *self, const char *why, GError **error)
{
  g_warning ("content.db is rebuilt from the depot: %s", why);
  cz_content_free (g_steal_pointer (&self->content));
  self->content = cz_content_new_generation (self->home->content, error);
  self->rebuilt = self->wants_kept = TRUE;
  return self->content && cz_content_make_current (self->content, error);
}

/* What cannot be read, or only by a newer program (this one came back after it), comes again. */
static gboolean
is_of_no_use (const GError *error)
{
  return g_error_matches (error, CZ_STORE_ERROR, CZ_STORE_ERROR_DAMAGED) || g_error_matches (error, CZ_STORE_ERROR, CZ_STORE_ERROR_NEWER);
}

gboolean
cz_station_check (CzStation *self, gboolean *was_damaged, GError **error)
{
  g_autoptr (GError) local = NULL;
  *was_damaged = !cz_content_check (self->content, TRUE, &local) && g_error_matches (local, CZ_STORE_ERROR, CZ_STORE_ERROR_DAMAGED);
  if (*was_damaged)
    return begin_anew (self, local->message, error);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
open_content (CzStation *self, gboolean check_pages, GError **error)
{
  g_autoptr (GError) local = NULL;
  self->content = cz_content_open (self->home->content, &local);
  if (self->content && (!check_pages || cz_content_check (self->content, FALSE, &local)))
    return TRUE;
  if (is_of_no_use (local))
    return begin_anew (self, local->message, error);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* FALSE when the mark cannot be what this station accepted. */
static gboolean
mark_agrees (const CzChannelMark *mark, const CzFloor *floor)
{
  guint8 state[32];
  cz_state_to_bytes (&mark->state, state);
  /* The floor is raised before a bundle is committed: nothing above it was ever accepted. */
  if (floor->seq > 0 && (mark->epoch > floor->epoch || (mark->epoch == floor->epoch && mark->seq > floor->seq)))
    return FALSE;
  if (mark->seq == 0 || mark->epoch != floor->epoch || mark->seq != floor->seq)
    return TRUE;
  return memcmp (state, floor->state, 32) == 0 && memcmp (mark->tip, floor->tip, 32) == 0;
}

/* What stands in content.db was verified before it was written: should trust.db have lost it, the floor is raised again. */
static gboolean
raise_to_mark (CzStation *self, const CzChannelMark *mark, GError **error)
{
  CzFloor floor = { .epoch = mark->epoch, .seq = mark->seq };
  if (mark->seq == 0)
    return TRUE;
  memcpy (floor.tip, mark->tip, 32);
  cz_state_to_bytes (&mark->state, floor.state);
  return cz_trust_raise (self->trust, mark->channel, &floor, error);
}

static gboolean
compare_with_trust (CzStation *self, GError **error)
{
  for (guint i = 0; i < self->ticket->n_line; i++) {
    CzChannelMark mark;
    CzFloor floor;
    g_autoptr (GError) local = NULL;
    if (!cz_content_mark (self->content, self->ticket->line[i], &mark, &local)) {
      if (is_of_no_use (local))
        return begin_anew (self, local->message, error);
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
    cz_trust_floor (self->trust, self->ticket->line[i], &floor);
    if (!mark_agrees (&mark, &floor))
      return begin_anew (self, "it differs from what was accepted", error);
    if (!raise_to_mark (self, &mark, error))
      return FALSE;
  }
  return TRUE;
}

static void
kept_head_free (gpointer data)
{
  CzKeptHead *kept = data;
  g_free (kept->tag);
  g_bytes_unref (kept->bytes);
  g_free (kept);
}

CzStation *
cz_station_open (CzHome *home, const CzTicket *ticket, CzClock *clock, gboolean check_pages, GError **error)
{
  g_autoptr (CzStation) self = g_new0 (CzStation, 1);
  gboolean was_lost = FALSE;
  self->home = home;
  self->ticket = ticket;
  self->clock = g_object_ref (clock);
  self->asked = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->heads = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, kept_head_free);
  g_autoptr (GError) no_room = NULL;
  self->kept = cz_kept_open (home, &no_room);
  if (!self->kept)
    g_warning ("nothing is kept for others: %s", no_room->message);
  self->trust = cz_trust_open (home->agent, &was_lost, error);
  if (!self->trust)
    return NULL;
  cz_trusted_time_rebase (cz_trust_time (self->trust), cz_clock_boot_us (clock));
  cz_clock_raise_trusted (clock, cz_trust_time (self->trust)->trusted_s);
  if (was_lost)
    g_warning ("both copies of trust.db were damaged; what content.db holds is the floor from now on");
  if (!open_content (self, check_pages, error) || !compare_with_trust (self, error) || !cz_content_sweep (home->content, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
cz_station_close (CzStation *self)
{
  if (!self)
    return;
  cz_kept_free (self->kept);
  cz_content_free (self->content);
  cz_trust_free (self->trust);
  g_clear_object (&self->clock);
  g_clear_pointer (&self->asked, g_hash_table_unref);
  g_clear_pointer (&self->heads, g_hash_table_unref);
  g_free (self);
}
