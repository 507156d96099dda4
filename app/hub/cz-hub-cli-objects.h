/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/hub/cz-hub-cli.h"
#include "app/hub/cz-hub-desk.h"

/* Writes the pictures and recordings of one upload as FOLDER/<id>-<n>.<ending>, makes the folder (0700), prints each name.
 * CZ_HUB_ERROR_STORAGE. */
gboolean cz_hub_cli_save_objects (CzHub *hub, const CzHubUpload *upload, const char *folder, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Words from a station as a terminal may have them: control and direction marks become dots. Newly allocated. */
char *cz_hub_cli_harmless (const char *text, gsize len);
