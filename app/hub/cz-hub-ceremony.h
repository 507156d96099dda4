/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/hub/cz-hub-office.h"

/* Keys of the root are kept by several people, each with a key file of his own that never meets the others. What they are to sign
 * travels as one text file from one to the next: the root in force, the root that is to follow it (or none), this hub's delegation
 * under the root to be (or none). Each adds his signatures; the hub takes it when enough have signed. */

#define CZ_HUB_CEREMONY_MAX (64 * 1024)
#define CZ_HUB_PUBLIC_KEY_FILE_MAX 4096

typedef struct {
  GBytes *present; /* root document in force */
  GBytes *root; /* (nullable) draft of the next */
  GBytes *link; /* (nullable) draft of the delegation */
} CzHubCeremony;

void cz_hub_ceremony_clear (CzHubCeremony *ceremony);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CzHubCeremony, cz_hub_ceremony_clear)

/* What stands in it, and how many have signed. */
typedef struct {
  CzRoot present;
  CzRoot next; /* present where none is to follow */
  CzDelegation delegation;
  guint n_present; /* of the present root's keys, on the next root */
  guint n_next; /* of the next root's keys, on the next root */
  guint n_link; /* of the next root's keys, on the delegation */
} CzHubCeremonyState;

/* CZ_HUB_ERROR_REFUSED, CZ_WIRE_ERROR. */
gboolean cz_hub_ceremony_parse (GBytes *file, CzHubCeremony *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean cz_hub_ceremony_state (const CzHubCeremony *ceremony, CzHubCeremonyState *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean cz_hub_ceremony_is_complete (const CzHubCeremony *ceremony, const CzHubCeremonyState *state);
/* The code all keyholders compare; signatures do not change it. Newly allocated. */
char *cz_hub_ceremony_code (const CzHubCeremony *ceremony);
/* The file with this key's signatures; CZ_HUB_ERROR_REFUSED when the key has nothing to sign in it. */
GBytes *cz_hub_ceremony_sign (const CzHubCeremony *ceremony, const CzSecretKey *key, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A new file: next NULL, the root stays. The delegation names the keys that wait (cz-hub-rotate.h). CZ_HUB_ERROR_REFUSED (an office
 * below another), CZ_KEY_ERROR, CZ_WIRE_ERROR. */
GBytes *cz_hub_ceremony_draft (CzHub *hub, const CzRoot *next, const char *passphrase, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Puts it in force. CZ_HUB_ERROR_REFUSED (too few signatures, of another root, other keys), _STORAGE, CZ_WIRE_ERROR, CZ_KEY_ERROR. */
gboolean cz_hub_ceremony_take (CzHub *hub, const CzHubCeremony *ceremony, const char *passphrase, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A keyholder's public half as a text of two lines, for whoever drafts a root. */
GBytes *cz_hub_public_key_text (const CzPublicKey *key, const char *name);
gboolean cz_hub_public_key_parse (GBytes *file, CzPublicKey *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
