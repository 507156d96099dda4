/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/depot/cz-depot.h"
#include "app/hub/cz-hub.h"
#include "app/hub/cz-hub-trust.h"

/* Making an office, and the keys it signs with.
 *
 * HOME/keys: root, content, head, delegate, box, each a file of mode 0600 (cz-key.h). With a passphrase all but `head` are
 * wrapped: the head is re-signed by a timer (`beat`) with nobody there, and a stolen head key publishes nothing.
 * HOME/public: root-1 (the root document, 1 of 1 keys) and chain (root → this channel), as stations get them; see cz-hub-trust.h. */

/* Long enough that no county must come back for a new one within a planning period, short enough to end. */
#define CZ_HUB_DELEGATION_LIFE_S (3 * G_GINT64_CONSTANT (31557600))

typedef struct {
  const char *region; /* six digits */
  const char *name; /* the office: "示例县农业农村局" */
  const char *place; /* (nullable) "示例县" */
  const char *hotline; /* (nullable) */
  const char *remark; /* (nullable) shown with the office's name */
  const char *depot; /* (nullable) folder, or http(s)://HOST/BUCKET; default HOME/depot */
  const char *passphrase; /* (nullable) */
} CzHubInit;

/* Publishes nothing yet. A stop on the way leaves a folder that init takes up again. Errors: CZ_HUB_ERROR_EXISTS,
 * _REFUSED (no such region code, name missing or too long), _STORAGE; CZ_KEY_ERROR. */
gboolean cz_hub_init (const char *home, const CzHubInit *init, CzClock *clock, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Where init was given no place: what the office's own region is called here, once it is here. Inside a transaction. CZ_HUB_ERROR_STORAGE. */
gboolean cz_hub_place_from_regions (CzHub *hub, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* name: "content", "head" … CZ_KEY_ERROR. */
CzSecretKey *cz_hub_key_load (CzHub *hub, const char *name, const char *passphrase, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The public halves into out; its other fields stay. CZ_HUB_ERROR_STORAGE. */
gboolean cz_hub_name_keys (const CzSecretKey *content, const CzSecretKey *head, const CzSecretKey *delegate, const CzSecretKey *box,
                           CzDelegation *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* HOME/public/name, durable. CZ_HUB_ERROR_STORAGE. */
gboolean cz_hub_save_public (const char *home, const char *name, GBytes *bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* First line of the file, without its end; it must not be empty. CZ_HUB_ERROR_REFUSED. */
char *cz_hub_passphrase_read (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Absolute path of the depot folder, or the address of the bucket; newly allocated. */
char *cz_hub_depot_folder (CzHub *hub);
gboolean cz_hub_place_is_bucket (const char *place); /* not a folder */
/* What this office publishes into. The access of a bucket stands in HOME/bucket (cz_depot_new_bucket). CZ_DEPOT_ERROR. */
CzDepot *cz_hub_depot_open (CzHub *hub, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Another folder, or another bucket by its address; its access stands in the same file. CZ_DEPOT_ERROR. */
CzDepot *cz_hub_place_open (CzHub *hub, const char *place, GError **error) G_GNUC_WARN_UNUSED_RESULT;
