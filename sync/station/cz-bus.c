/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/station/cz-bus.h"

GDBusConnection *
cz_bus_connect (const char *address, GError **error)
{
  g_autofree char *found = NULL;
  if (address == NULL || g_str_equal (address, "system"))
    found = g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SYSTEM, NULL, error);
  else if (g_str_equal (address, "session"))
    found = g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SESSION, NULL, error);
  else
    found = g_strdup (address);
  if (found == NULL)
    return NULL;
  GDBusConnectionFlags flags = G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
                               | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION;
  return g_dbus_connection_new_for_address_sync (found, flags, NULL, NULL, error);
}
