/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/hub/cz-hub-trust.h"

/* What this office has seen of others in its depot, verified: the channels above it and those it has signed for. It goes into this
 * office's heads, so that who holds back one channel's news must hold back the others' too. */

typedef struct {
  CzHeadLink parents[CZ_HEAD_LINKS_MAX];
  guint n_parents;
  CzHeadLink children[CZ_HEAD_LINKS_MAX]; /* of more than there is room for, others every hour */
  guint n_children;
} CzHubWitness;

/* The highest number of this office's own channel that those name in the heads that lie in depot, verified, and that they saw or said from since_s on (seconds
 * since 1970); 0 = none. CZ_HUB_ERROR_STORAGE, CZ_STORE_ERROR. */
gboolean cz_hub_witnessed (CzHub *hub, const CzHubTrust *trust, CzDepot *depot, guint64 since_s, guint64 *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The newest that was ever seen of each; a depot that shows less now is not believed. What is not there or does not verify is left out.
 * CZ_HUB_ERROR_STORAGE, CZ_STORE_ERROR. */
gboolean cz_hub_witness (CzHub *hub, const CzHubTrust *trust, CzDepot *depot, CzHubWitness *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
