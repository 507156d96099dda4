/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "ui/common/cz-kiosk.h"

/* Hears from the agent over D-Bus that content changed and what time can be trusted. Without a bus or an agent nothing
 * happens: the catalog notices changes by itself. Main thread, connects in a worker. */
#define CZ_TYPE_AGENT_LINK (cz_agent_link_get_type ())
G_DECLARE_FINAL_TYPE (CzAgentLink, cz_agent_link, CZ, AGENT_LINK, GObject)

/* address: as cz_bus_connect. */
CzAgentLink *cz_agent_link_new (const char *address, CzCatalog *catalog);
/* The agent holds its name on the bus. */
gboolean cz_agent_link_is_there (CzAgentLink *self);
/* Properties of org.cunzhan.Sync1 as last told; NULL and 0 while it is not there. (transfer none), until the main loop runs again */
const char *cz_agent_link_state (CzAgentLink *self);
const char *cz_agent_link_trouble (CzAgentLink *self);
gint64 cz_agent_link_last_contact_s (CzAgentLink *self);
