/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <gio/gio.h>

/* Where the agent is found. On a board: the system bus, with the policy file of data/. Elsewhere: a private
 * dbus-daemon whose address is handed to both programs. Used by agent and kiosk alike; no network here. */
#define CZ_BUS_NAME "org.cunzhan.Sync1"
#define CZ_BUS_PATH "/org/cunzhan/Sync1"

/* address: (nullable) NULL and "system" = the system bus, "session" = the session bus, else a D-Bus address.
 * Blocks until connected. Does not end the process when the bus goes away. Errors: G_IO_ERROR, G_DBUS_ERROR. */
GDBusConnection *cz_bus_connect (const char *address, GError **error) G_GNUC_WARN_UNUSED_RESULT;
