/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/hub/cz-hub.h"

/* HOME/media/<hash>: where cz_hub_add_media keeps an object until it is in the depot, and after. Newly allocated. */
char *cz_hub_media_path (CzHub *hub, const guint8 hash[CZ_HASH_BYTES]);
/* As cz_hub_add_media, for what a station sent. */
gboolean cz_hub_add_media_bytes (CzHub *hub, GBytes *bytes, guint8 hash[CZ_HASH_BYTES], GError **error) G_GNUC_WARN_UNUSED_RESULT;
