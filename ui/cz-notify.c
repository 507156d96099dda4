/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "cz-ui"
#include "ui/cz-notify.h"

#include <gio/gunixsocketaddress.h>
#include <string.h>

/* Of the time the manager gives: two pings may come late. */
#define PINGS_A_LIMIT 3
#define LEAST_LIMIT_US (G_USEC_PER_SEC / 10)

struct _CzNotify {
  GSocket *socket;
  GSocketAddress *manager;
  GdkFrameClock *frames;
  gulong frame_id;
  gboolean wants_screen; /* a frame alone is not enough */
  guint ping_id;
  guint interval_ms; /* 0: no watchdog */
};

/* A manager that does not read is its own fault: nothing here waits for it. */
static gboolean
tell (CzNotify *self, const char *word)
{
  g_autoptr (GError) error = NULL;

  if (g_socket_send_to (self->socket, self->manager, word, strlen (word), NULL, &error) >= 0)
    return TRUE;
  g_message ("NOTIFY_SOCKET: %s", error->message);
  return FALSE;
}

static gboolean
on_ping (gpointer data)
{
  tell (data, "WATCHDOG=1");
  return G_SOURCE_CONTINUE;
}

/* WATCHDOG_PID is not looked at: it names the compositor, for which this program speaks. */
static guint
watchdog_interval_ms (void)
{
  const char *text = g_getenv ("WATCHDOG_USEC");
  guint64 limit_us = 0;

  if (text == NULL)
    return 0;
  if (!g_ascii_string_to_unsigned (text, 10, LEAST_LIMIT_US, (guint64) G_MAXUINT * 1000, &limit_us, NULL)) {
    g_warning ("WATCHDOG_USEC=%s is not a time from 0.1 s on", text);
    return 0;
  }
  return (guint) (limit_us / 1000 / PINGS_A_LIMIT);
}

static void
stop_watching (CzNotify *self)
{
  if (self->frame_id != 0)
    g_signal_handler_disconnect (self->frames, self->frame_id);
  self->frame_id = 0;
}

/* The clock stands still from a frame until the compositor asks for the next one: only then is it known to have a screen that shows it. Where no
 * screen is connected that may never be, and is no fault of the system's. */
static void
on_frame (GdkFrameClock *clock, gpointer data)
{
  CzNotify *self = data;

  if (self->wants_screen) {
    self->wants_screen = FALSE;
    gdk_frame_clock_request_phase (clock, GDK_FRAME_CLOCK_PHASE_AFTER_PAINT);
    return;
  }
  /* Else with the next frame. */
  if (!tell (self, "READY=1"))
    return;
  stop_watching (self);
  if (self->interval_ms > 0)
    self->ping_id = g_timeout_add_full (G_PRIORITY_DEFAULT_IDLE, self->interval_ms, on_ping, self, NULL);
}

static GSocketAddress *
address_of (const char *path)
{
  if (path[0] == '@')
    return g_unix_socket_address_new_with_type (path + 1, -1, G_UNIX_SOCKET_ADDRESS_ABSTRACT);
  return path[0] == '/' ? g_unix_socket_address_new (path) : NULL;
}

CzNotify *
cz_notify_new (GtkWidget *window)
{
  const char *path = g_getenv ("NOTIFY_SOCKET");
  g_autoptr (GSocketAddress) manager = path != NULL ? address_of (path) : NULL;
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GError) error = NULL;
  CzNotify *self;

  if (path == NULL)
    return NULL;
  if (manager == NULL) {
    g_warning ("NOTIFY_SOCKET=%s is not a local socket", path);
    return NULL;
  }
  socket = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_DEFAULT, &error);
  if (socket == NULL) {
    g_warning ("NOTIFY_SOCKET: %s", error->message);
    return NULL;
  }
  g_socket_set_blocking (socket, FALSE);
  self = g_new0 (CzNotify, 1);
  self->socket = g_steal_pointer (&socket);
  self->manager = g_steal_pointer (&manager);
  self->interval_ms = watchdog_interval_ms ();
  self->wants_screen = g_strcmp0 (g_getenv ("CUNZHAN_SCREEN"), "connected") == 0;
  self->frames = g_object_ref (gtk_widget_get_frame_clock (window));
  self->frame_id = g_signal_connect_after (self->frames, "after-paint", G_CALLBACK (on_frame), self);
  return self;
}

void
cz_notify_free (CzNotify *self)
{
  if (self == NULL)
    return;
  stop_watching (self);
  g_clear_handle_id (&self->ping_id, g_source_remove);
  g_object_unref (self->frames);
  g_object_unref (self->manager);
  g_object_unref (self->socket);
  g_free (self);
}
