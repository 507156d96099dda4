/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/hub/cz-hub-stations.h"
#include "sync/wire/cz-said.h"

/* What a station is told, as rows of the county's channel (table `receipt`): under counter 0 up to which counter everything has arrived, under a
 * counter what became of that one. Inside a transaction. */

/* reason: (nullable) needed for CZ_SAID_RETURNED. */
gboolean cz_hub_receipt_put (CzHub *hub, const char *station, guint64 counter, CzSaidState state, const char *reason, gint64 became, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same for what a person decided about the message filed under this counter. Nothing when the counter was answered as used twice: the station holds
 * other words under it since, and must not take the decision for theirs. */
gboolean cz_hub_receipt_decided (CzHub *hub, const char *station, guint64 counter, CzSaidState state, const char *reason, gint64 became, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A hub that came back from a backup: what it had acknowledged since and does not hold is returned to its station with a sentence that asks for it
 * again. *n: how many. CZ_HUB_ERROR_STORAGE. */
gboolean cz_hub_receipts_ask_again (CzHub *hub, guint64 *n, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The station's `upto` goes as far as there is no gap; what arrived behind a gap is told one by one. Called for each new counter. */
gboolean cz_hub_receipt_arrived (CzHub *hub, const char *station, guint64 counter, GError **error) G_GNUC_WARN_UNUSED_RESULT;
