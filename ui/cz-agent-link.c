/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "cz-ui"
#include "ui/cz-agent-link.h"

#include "cz-sync-dbus.h"
#include "sync/station/cz-bus.h"

struct _CzAgentLink {
  GObject parent_instance;
  CzCatalog *catalog;
  char *address;
  GCancellable *cancellable;
  CzDbusSync1 *proxy;
};

G_DEFINE_FINAL_TYPE (CzAgentLink, cz_agent_link, G_TYPE_OBJECT)

static void
on_content_changed (CzDbusSync1 *proxy, const char *channel, guint64 seq, gboolean rebuilt, gpointer data)
{
  cz_catalog_refresh (CZ_AGENT_LINK (data)->catalog);
}

static void
on_trusted_time (CzDbusSync1 *proxy, GParamSpec *pspec, gpointer data)
{
  CzAgentLink *self = data;
  gint64 trusted_s = cz_dbus_sync1_get_trusted_time (proxy);

  if (trusted_s > 0)
    cz_clock_raise_trusted (cz_catalog_clock (self->catalog), trusted_s);
}

/* Pages say whether what they show can be relied on. */
static void
on_trouble (CzDbusSync1 *proxy, GParamSpec *pspec, gpointer data)
{
  cz_catalog_refresh (CZ_AGENT_LINK (data)->catalog);
}

static void
on_proxy (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  CzDbusSync1 *proxy = cz_dbus_sync1_proxy_new_finish (result, &error);
  CzAgentLink *self;

  if (proxy == NULL) {
    if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      g_message ("no word from the agent: %s", error->message);
    return;
  }
  self = data;
  self->proxy = proxy;
  g_signal_connect_object (proxy, "content-changed", G_CALLBACK (on_content_changed), self, 0);
  g_signal_connect_object (proxy, "notify::trusted-time", G_CALLBACK (on_trusted_time), self, 0);
  g_signal_connect_object (proxy, "notify::trouble", G_CALLBACK (on_trouble), self, 0);
  on_trusted_time (proxy, NULL, self);
  cz_catalog_refresh (self->catalog);
}

static void
run_connect (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  GDBusConnection *connection = cz_bus_connect (data, &error);

  if (connection == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, connection, g_object_unref);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer data)
{
  CzAgentLink *self = CZ_AGENT_LINK (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) connection = g_task_propagate_pointer (G_TASK (result), &error);

  if (connection == NULL) {
    if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      g_message ("no message bus: %s", error->message);
    return;
  }
  cz_dbus_sync1_proxy_new (connection, G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START, CZ_BUS_NAME, CZ_BUS_PATH, self->cancellable,
                           on_proxy, self);
}

static void
cz_agent_link_dispose (GObject *object)
{
  CzAgentLink *self = CZ_AGENT_LINK (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->proxy);
  g_clear_object (&self->catalog);
  G_OBJECT_CLASS (cz_agent_link_parent_class)->dispose (object);
}

static void
cz_agent_link_finalize (GObject *object)
{
  CzAgentLink *self = CZ_AGENT_LINK (object);

  g_clear_object (&self->cancellable);
  g_free (self->address);
  G_OBJECT_CLASS (cz_agent_link_parent_class)->finalize (object);
}

static void
cz_agent_link_class_init (CzAgentLinkClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cz_agent_link_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_agent_link_finalize;
}

static void
cz_agent_link_init (CzAgentLink *self)
{
  self->cancellable = g_cancellable_new ();
}

CzAgentLink *
cz_agent_link_new (const char *address, CzCatalog *catalog)
{
  CzAgentLink *self = g_object_new (CZ_TYPE_AGENT_LINK, NULL);
  g_autoptr (GTask) task = g_task_new (self, self->cancellable, on_connected, NULL);

  self->address = g_strdup (address);
  self->catalog = g_object_ref (catalog);
  g_task_set_task_data (task, g_strdup (address), g_free);
  g_task_run_in_thread (task, run_connect);
  return self;
}

gboolean
cz_agent_link_is_there (CzAgentLink *self)
{
  g_autofree char *owner = self->proxy != NULL ? g_dbus_proxy_get_name_owner (G_DBUS_PROXY (self->proxy)) : NULL;

  return owner != NULL;
}

const char *
cz_agent_link_state (CzAgentLink *self)
{
  return cz_agent_link_is_there (self) ? cz_dbus_sync1_get_state (self->proxy) : NULL;
}

const char *
cz_agent_link_trouble (CzAgentLink *self)
{
  return cz_agent_link_is_there (self) ? cz_dbus_sync1_get_trouble (self->proxy) : NULL;
}

gint64
cz_agent_link_last_contact_s (CzAgentLink *self)
{
  return cz_agent_link_is_there (self) ? cz_dbus_sync1_get_last_contact (self->proxy) : 0;
}
