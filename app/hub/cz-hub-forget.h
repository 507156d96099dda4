/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/hub/cz-hub.h"

/* What an office keeps no longer than it must. Nothing that waits for a person is touched. */

/* After the matter is over: a listing's last day (its thirtieth where it names none), a decision about anything else. */
#define CZ_HUB_PERSONAL_DAYS 30
/* Receipts about one thing said, and answers meant for one station alone: a station that was away for longer hears no more than that it arrived. */
#define CZ_HUB_RECEIPT_DAYS 180
/* What lies in HOME/aside and HOME/strangers, and the copy of hub.db from before an update. */
#define CZ_HUB_ASIDE_DAYS 30

typedef struct {
  guint listings; /* withdrawn, with number, words, picture and voice */
  guint said; /* payloads, pictures and recordings as stations sent them */
  guint receipts; /* withdrawn */
  guint answers; /* withdrawn */
  guint files; /* set aside */
} CzHubForgotten;

/* In a transaction of its own; stations hear of it with the next publish. Pictures and recordings that nothing names any more are taken out of the
 * depot first. Errors: CZ_HUB_ERROR_STORAGE, CZ_DEPOT_ERROR; then nothing is forgotten in hub.db. */
gboolean cz_hub_forget (CzHub *hub, CzHubForgotten *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
