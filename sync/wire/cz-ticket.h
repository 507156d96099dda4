/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>
#include "sync/model/cz-code.h"

/* An enrolment ticket: what a hub hands to a village station, as a key file a person can read.
 * It is the station's anchor of trust and is brought by hand; it holds no secret. */
typedef struct {
  gint64 village; /* region code */
  char *village_name;
  char *station_name;
  CzChannel *line; /* the station's channels, county first */
  guint n_line;
  char **depots; /* URLs or folders, tried in order */
  GBytes *root; /* root document, as built */
} CzTicket;

void cz_ticket_free (CzTicket *ticket);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzTicket, cz_ticket_free)
/* Errors: CZ_WIRE_ERROR_FORMAT, CZ_WIRE_ERROR_LIMIT; the message names the key of the file. */
CzTicket *cz_ticket_parse (const char *text, gsize size, GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *cz_ticket_to_text (const CzTicket *ticket);
