/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/station/cz-enrol.h"

#include "sync/outbox/cz-outbox-items.h"
#include "sync/station/cz-send.h"
#include "sync/station/cz-trust.h"
#include "sync/store/cz-content.h"

static gboolean
begin_content (CzHome *home, GError **error)
{
  g_autoptr (CzContent) content = cz_content_new_generation (home->content, error);
  return content && cz_content_make_current (content, error);
}

static gboolean
forget_trust (CzHome *home, GError **error)
{
  g_autoptr (CzTrust) trust = cz_trust_open (home->agent, NULL, error);
  return trust && cz_trust_forget (trust, error);
}

static gboolean
follows_all_of (const CzTicket *ticket, const CzTicket *before)
{
  gboolean all = TRUE;
  for (guint i = 0; i < before->n_line; i++) {
    gboolean found = FALSE;
    for (guint k = 0; k < ticket->n_line; k++)
      found |= ticket->line[k] == before->line[i];
    all &= found;
  }
  return all;
}

/* The old office could open what was sealed for it, the new one cannot. */
static gboolean
reopen_envelopes (CzHome *home, CzClock *clock, GError **error)
{
  g_autoptr (CzOutbox) outbox = cz_outbox_open (home->station, TRUE, error);
  return outbox && cz_outbox_envelopes_reopen (outbox, cz_clock_wall_s (clock), error);
}

/* Before another ticket takes the place of the one held. Content of a channel that is no longer followed would never be
 * renewed, so it goes; another root is another line of trust, and what was accepted under the old one says nothing about
 * the new. All before the ticket: a stop in between costs the old line a fetch, and enrolling again goes on from there. */
static gboolean
leave_old_line (CzHome *home, CzClock *clock, const char *text, gsize size, GError **error)
{
  CzRoot root;
  gsize root_size;
  g_autoptr (CzTicket) before = cz_home_ticket (home, NULL);
  g_autoptr (CzTicket) ticket = cz_ticket_parse (text, size, NULL);
  const guint8 *data = ticket ? g_bytes_get_data (ticket->root, &root_size) : NULL;
  if (!before || !data || !cz_root_open (data, root_size, NULL, &root, NULL))
    return TRUE; /* enrolling says what is wrong */
  gboolean same_root = g_bytes_equal (before->root, ticket->root);
  if (same_root && follows_all_of (ticket, before))
    return TRUE;
  return reopen_envelopes (home, clock, error) && begin_content (home, error) && (same_root || forget_trust (home, error));
}

/* Names for the kiosk, which reads no ticket; and the first thing that will be sent. */
static gboolean
write_names (CzHome *home, CzClock *clock, const CzTicket *ticket, GError **error)
{
  g_autofree char *village = cz_region_to_string (ticket->village);
  g_autoptr (CzOutbox) outbox = cz_outbox_open (home->station, TRUE, error);
  return outbox && cz_outbox_set (outbox, CZ_SETTING_VILLAGE, village, error)
         && cz_outbox_set (outbox, CZ_SETTING_VILLAGE_NAME, ticket->village_name, error)
         && cz_outbox_set (outbox, CZ_SETTING_STATION_NAME, ticket->station_name, error)
         && cz_send_ask_admission (home, ticket, clock, outbox, error);
}

gboolean
cz_enrol (CzHome *home, CzClock *clock, const char *text, gsize size, gboolean replace, CzEnrolment *out, GError **error)
{
  *out = (CzEnrolment){ 0 };
  if (replace && !leave_old_line (home, clock, text, size, error))
    return FALSE;
  g_autoptr (CzTicket) ticket = cz_home_enrol (home, text, size, replace, out, error) ? cz_home_ticket (home, error) : NULL;
  if (ticket && write_names (home, clock, ticket, error))
    return TRUE;
  g_clear_pointer (&out->fingerprint, g_free);
  return FALSE;
}
