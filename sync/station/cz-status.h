/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/model/cz-clock.h"
#include "sync/station/cz-home.h"

/* What a station holds, read beside an agent at work; nothing is written. The fields of the JSON form are documented in the
 * man page. Newly allocated, ending in a newline. A station that is not enrolled, or has no content yet, has no channels
 * or zeros; that is no error. Errors: CZ_HOME_ERROR, CZ_STORE_ERROR, CZ_WIRE_ERROR (a damaged ticket). */
char *cz_status_json (CzHome *home, GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *cz_status_text (CzHome *home, GError **error) G_GNUC_WARN_UNUSED_RESULT;
