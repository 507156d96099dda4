/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/hub/cz-hub-office.h"

/* Withdraws the delegation of a channel below: a list signed with the delegating key goes into this office's chain, whose hash is
 * in every head it signs, so that nobody can hand on its news and keep the list back. A later delegate for the channel, with a
 * higher serial, heals. A list holds CZ_REVOCATIONS_MAX channels; the oldest goes first, when its delegation has run out anyway. */

/* Errors: CZ_HUB_ERROR_REFUSED (not below this office), CZ_KEY_ERROR, CZ_WIRE_ERROR, CZ_HUB_ERROR_STORAGE. */
gboolean cz_hub_revoke (CzHub *hub, CzChannel channel, const char *reason, const char *passphrase, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same list once more, under the delegating key in force now: after that key was rotated. */
gboolean cz_hub_revoke_again (CzHub *hub, const char *passphrase, GError **error) G_GNUC_WARN_UNUSED_RESULT;
