/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/hub/cz-hub.h"

/* What collecting does not take, kept for a while with the reason: HOME/aside for what is wrong, HOME/strangers, a tree as in a depot, for
 * what somebody sent whom this office has not heard of, to be looked at again. Both are bounded: beyond that only a line in hub.db remains. */

#define CZ_HUB_ASIDE_MAX_BYTES (256u * 1024u * 1024u)
#define CZ_HUB_STRANGERS_MAX_BYTES (64u * 1024u * 1024u)

typedef struct {
  CzHub *hub;
  guint64 aside_bytes;
  guint64 strangers_bytes;
} CzHubAside;

/* Looks at what is kept already. */
void cz_hub_aside_init (CzHubAside *self, CzHub *hub);
char *cz_hub_strangers_folder (CzHub *hub); /* newly allocated */
/* path: uploads/<channel>/<fingerprint>/<name>. bytes: (nullable) too large to be kept. Inside a transaction; the file is there before the line.
 * CZ_HUB_ERROR_STORAGE. */
gboolean cz_hub_aside_put (CzHubAside *self, const char *path, GBytes *bytes, const char *reason, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean cz_hub_strangers_put (CzHubAside *self, const char *path, GBytes *bytes, const char *reason, GError **error) G_GNUC_WARN_UNUSED_RESULT;
