/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/outbox/cz-outbox-items.h"
#include "sync/station/cz-round.h"

/* The station's way up: what waits in station.db is sealed to the county, carried over a road, and moved on by the county's receipts.
 * The county is the nearest channel of the ticket's line. In the calling thread, which owns station and outbox. */

typedef struct {
  guint sealed; /* items put into envelopes now */
  guint carried; /* envelopes that now lie in the depot or on the stick */
  guint others; /* of other stations, passed on */
  guint unsent; /* envelopes that wait for a road */
  guint unsealed; /* items that wait for the county's key */
  guint receipts; /* that moved something on */
  guint64 bytes_out;
  gboolean has_no_key; /* the county's papers have not come yet or are withdrawn, or it takes no uploads */
} CzSendReport;

/* Applies the receipts in content.db. FALSE only when our own storage fails; so for all below. CZ_STORE_ERROR, CZ_OUTBOX_ERROR. */
gboolean cz_send_receipts (CzStation *station, CzOutbox *outbox, CzSendReport *report, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Seals every waiting item under a counter of its own. An item that cannot be sealed is told and left as it is. */
gboolean cz_send_seal (CzStation *station, CzOutbox *outbox, CzSendReport *report, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Puts what is not carried yet, and then, once a day, everything without a receipt, into the first depot that takes it; passes on what was brought
 * from other stations. */
gboolean cz_send_put (CzStation *station, CzOutbox *outbox, const CzRoundOptions *options, CzSendReport *report, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Receipts and sealing, then writes everything without a receipt on to a stick, and what others gave along. */
gboolean cz_send_export (CzStation *station, CzOutbox *outbox, const char *folder, CzSendReport *report, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A new station's first word, receipts, sealing, putting: what follows a round over a network. */
gboolean cz_send_run (CzStation *station, CzOutbox *outbox, const CzRoundOptions *options, CzSendReport *report, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* How many messages of other stations lie here. */
guint cz_send_others (CzStation *station);
/* A new station's first word: asks admission under the ticket's village and name, once for each village, office, root and station key. CZ_KEY_ERROR. */
gboolean cz_send_ask_admission (CzHome *home, const CzTicket *ticket, CzClock *clock, CzOutbox *outbox, GError **error) G_GNUC_WARN_UNUSED_RESULT;
