/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/hub/cz-hub.h"

/* What a village says becomes a row of the county's; these rules are the import's hard ones (cz-import-quotes): it names what is here, its day does not lie
 * ahead, its prices are in order. What is only doubtful, cz-hub-doubt.h says. */

/* row: of table quote, listing or any other (which passes). CZ_HUB_ERROR_REFUSED with a sentence that says what to do; _STORAGE. */
gboolean cz_hub_desk_check (CzHub *hub, const CzTable *table, const CzRow *row, GError **error) G_GNUC_WARN_UNUSED_RESULT;
