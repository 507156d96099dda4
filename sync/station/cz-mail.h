/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/station/cz-home.h"
#include "sync/model/cz-clock.h"
#include "sync/station/cz-road.h"
#include "sync/store/cz-content.h"

/* Sealed envelopes of other stations that a stick brought, on their way to the county: kept/uploads, bounded. Nobody here can read
 * them; only that they begin as one does and that a name's hash is that of the bytes is looked at. */

#define CZ_MAIL_MAX_BYTES (16u * 1024u * 1024u)

/* Takes in what lies below folder/uploads/<channel>, up to the bound; own: (nullable) fingerprint folder to pass over. How many came. */
guint cz_mail_take (CzHome *home, CzChannel channel, const char *folder, const char *own);
/* Puts all of it over the road; forget: what the road has taken is removed here (a network; a stick may be lost). How many went. */
guint cz_mail_give (CzHome *home, CzChannel channel, CzRoad *road, gboolean forget, GCancellable *cancellable);
/* How many lie here. */
guint cz_mail_count (CzHome *home, CzChannel channel);
/* Drops those that the county has a receipt for, and those that have lain here for 60 days: their station gives them along again. CZ_STORE_ERROR. */
gboolean cz_mail_sweep (CzHome *home, CzChannel channel, CzContent *content, CzClock *clock, GError **error) G_GNUC_WARN_UNUSED_RESULT;
