/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/hub/cz-hub-office.h"
#include "app/hub/cz-hub-press.h"

/* New keys for old. The new one waits as HOME/keys/<name>.next until a delegation names it: of the office above (request, delegate,
 * adopt), of the root's keyholders (cz-hub-ceremony.h), or, where this hub holds the only root key, signed here and now. A new content
 * key begins a new epoch: the channel is published anew from sequence 1, and nothing under the old key counts any more. */

typedef enum {
  CZ_HUB_KEY_CONTENT = 1 << 0,
  CZ_HUB_KEY_HEAD = 1 << 1,
  CZ_HUB_KEY_DELEGATE = 1 << 2,
  CZ_HUB_KEY_BOX = 1 << 3,
} CzHubKeys; /* flags */

/* 0: no such key. */
CzHubKeys cz_hub_key_of_name (const char *name);
/* Makes the .next of each; one that waits already stays. CZ_KEY_ERROR. */
gboolean cz_hub_rotate_prepare (CzHub *hub, CzHubKeys which, const char *passphrase, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The key that waits for its turn, else the one in force. CZ_KEY_ERROR. */
CzSecretKey *cz_hub_key_load_next (CzHub *hub, const char *name, const char *passphrase, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The public halves, of the keys in force or of those that will be. */
gboolean cz_hub_public_keys (CzHub *hub, gboolean next, const char *passphrase, CzDelegation *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Which of the keys that wait `given` names; FALSE: it names a key that is neither in force here nor waiting. */
gboolean cz_hub_named_keys (CzHub *hub, const CzDelegation *given, const char *passphrase, CzHubKeys *waiting, gboolean *ours, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Saves the chain, then puts the waiting keys in their places; the sealing key of before stays as box.<serial>, for what was sealed to it
 * may still come. After a stop on the way the same call completes it. CZ_HUB_ERROR_STORAGE. */
gboolean cz_hub_rotate_install (CzHub *hub, GBytes *chain, const CzDelegation *given, CzHubKeys waiting, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* This office's delegation as it is to be: waiting keys, a higher serial, a higher epoch with a new content key, three years. */
gboolean cz_hub_next_delegation (CzHub *hub, const CzHubTrust *trust, const char *passphrase, CzDelegation *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The hub holds the one root key of its root. */
gboolean cz_hub_holds_root (CzHub *hub, const CzHubTrust *trust);
/* Signs it with that key and installs it. CZ_KEY_ERROR, CZ_WIRE_ERROR, CZ_HUB_ERROR_STORAGE. */
gboolean cz_hub_rotate_own (CzHub *hub, const CzHubTrust *trust, const char *passphrase, CzDelegation *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Before anything is signed under a higher epoch than the replica's: all rows are to be published anew into an empty replica. Doing it
 * twice changes nothing. CZ_HUB_ERROR_STORAGE, CZ_STORE_ERROR, G_FILE_ERROR. */
gboolean cz_hub_epoch_begin (CzHubPress *press, GError **error) G_GNUC_WARN_UNUSED_RESULT;
