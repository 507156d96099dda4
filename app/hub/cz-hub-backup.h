/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/hub/cz-hub-recover.h"

/* All of a hub but its depot, in one file under a passphrase (sync/depot/cz-vault.h): a tar under zstd with hub.db, keys, public, media,
 * publish and the replica. The keys inside keep their own passphrase as well. */

/* The hub is open for writing, so nothing changes meanwhile. n_files, bytes: (out) what went in.
 * CZ_HUB_ERROR_STORAGE, CZ_STORE_ERROR, CZ_VAULT_ERROR. */
gboolean cz_hub_backup (CzHub *hub, const char *path, const char *passphrase, guint *n_files, guint64 *bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Into home, which must not be there or be empty. depot: (nullable) folder in place of the one it had. A restored hub signs nothing until it has
 * learned from its depot what it signed since (cz_hub_recover), so that no number is signed twice. Nothing stands in home when it fails.
 * CZ_HUB_ERROR_EXISTS, _REFUSED, _STORAGE, CZ_VAULT_ERROR. */
gboolean cz_hub_restore (const char *path, const char *passphrase, const char *home, const char *depot, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* It came back and has not learned yet. */
gboolean cz_hub_is_restored (CzHub *hub);
/* What the clerk is told then; static. */
const char *cz_hub_restored_sentence (void);
/* CZ_HUB_ERROR_STORAGE. */
gboolean cz_hub_restored_forget (CzHub *hub, GError **error) G_GNUC_WARN_UNUSED_RESULT;
