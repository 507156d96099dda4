/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/hub/cz-hub.h"

/* Taking in what stations have sent: the envelopes below uploads/<channel> of a depot, a bucket or a stick. Each is verified, opened and
 * filed in hub.db, then removed there; a stop anywhere takes nothing twice and loses nothing. */

typedef struct {
  guint filed; /* new */
  guint repeated; /* had arrived before */
  guint asked; /* new stations that ask */
  guint waiting; /* left where they are: their station is not approved yet */
  guint set_aside; /* with the reason, in HOME/aside or HOME/strangers */
  guint64 bytes;
} CzHubCollected;

/* Told of each envelope that is set aside. */
typedef void (*CzHubAsideFunc) (const char *path, const char *reason, gpointer data);

typedef struct {
  const char *source; /* (nullable) the hub's own depot; a folder, or the address of a bucket whose access stands in HOME/bucket */
  const char *passphrase; /* (nullable) of keys/box */
  const char *const *expected; /* (nullable) fingerprints that may ask though CZ_HUB_ASKING_MAX do */
  CzHubAsideFunc on_aside; /* (nullable) */
  gpointer data;
} CzHubCollectOptions;

/* Errors: CZ_HUB_ERROR, CZ_KEY_ERROR, CZ_DEPOT_ERROR. What was filed before an error stays filed. */
gboolean cz_hub_collect (CzHub *hub, const CzHubCollectOptions *options, CzHubCollected *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
