/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/station/cz-home.h"
#include "sync/station/cz-road.h"

/* Sealed envelopes of other stations that a stick brought, on their way to the county: kept/uploads, bounded. Nobody here can read
 * them; only that a name's hash is that of the bytes is looked at. */

#define CZ_MAIL_MAX_BYTES (16u * 1024u * 1024u)

/* Takes in what lies below folder/uploads/<channel>, up to the bound; own: (nullable) fingerprint folder to pass over. How many came. */
guint cz_mail_take (CzHome *home, CzChannel channel, const char *folder, const char *own);
/* Puts all of it over the road; forget: what the road has taken is removed here (a network; a stick may be lost). How many went. */
guint cz_mail_give (CzHome *home, CzChannel channel, CzRoad *road, gboolean forget, GCancellable *cancellable);
