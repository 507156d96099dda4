/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/hub/cz-hub.h"
#include "sync/depot/cz-depot.h"
#include "sync/wire/cz-delegation.h"
#include "sync/wire/cz-head.h"

/* What this office stands on, in HOME/public: root-1 (the root document it began with), root-<version> for each that followed,
 * chain (root → this channel), former-heads (public head keys of before, 32 bytes each). */

#define CZ_HUB_FORMER_HEADS_MAX 64

typedef struct {
  CzRoot root; /* the newest */
  GPtrArray *roots; /* GBytes, from the first known to the newest */
  GBytes *root_bytes; /* the newest (borrowed from roots) */
  GBytes *chain;
  CzChain links;
  CzDelegation delegation; /* of this channel */
  CzPublicKey former_heads[CZ_HUB_FORMER_HEADS_MAX];
  guint n_former_heads;
} CzHubTrust;

/* Verifies what stands in HOME/public. CZ_HUB_ERROR_STORAGE, CZ_WIRE_ERROR. */
CzHubTrust *cz_hub_trust_load (CzHub *hub, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* As if `last` were the newest root document, when it is among them: a stop may have left a newer one whose chain never came. */
CzHubTrust *cz_hub_trust_load_upto (CzHub *hub, GBytes *last, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cz_hub_trust_free (CzHubTrust *trust);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzHubTrust, cz_hub_trust_free)

/* Takes from the depot what the offices above have signed since: root documents, their own delegations, revocations. *trust is
 * replaced when anything changed. What does not verify, or is older, is passed over. CZ_WIRE_ERROR_REVOKED: the office above has
 * withdrawn this office's delegation. CZ_HUB_ERROR_STORAGE. */
gboolean cz_hub_trust_refresh (CzHub *hub, CzHubTrust **trust, CzDepot *depot, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Every root document known here stands in the depot, so that a station that was dark can follow them. CZ_DEPOT_ERROR. */
gboolean cz_hub_trust_put_roots (const CzHubTrust *trust, CzDepot *depot, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Remembers the head key in force, before another takes its place. CZ_HUB_ERROR_STORAGE. */
gboolean cz_hub_trust_keep_head_key (CzHub *hub, const CzHubTrust *trust, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A root document that follows the newest one known, verified. CZ_HUB_ERROR_STORAGE. */
gboolean cz_hub_trust_add_root (CzHub *hub, const CzRoot *root, GBytes *document, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A head that this office has signed, with the key in force or one of before. CZ_WIRE_ERROR. */
gboolean cz_hub_own_head (const CzHubTrust *trust, GBytes *bytes, CzHead *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
