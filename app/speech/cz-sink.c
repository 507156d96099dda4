/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/speech/cz-sink.h"

G_DEFINE_INTERFACE (CzSink, cz_sink, G_TYPE_OBJECT)

static void
cz_sink_default_init (CzSinkInterface *iface)
{
}

gboolean
cz_sink_open (CzSink *self, guint rate_hz, const char *label, GError **error)
{
  g_return_val_if_fail (CZ_IS_SINK (self), FALSE);
  g_return_val_if_fail (rate_hz > 0, FALSE);
  return CZ_SINK_GET_IFACE (self)->open (self, rate_hz, label != NULL ? label : "", error);
}

gboolean
cz_sink_write (CzSink *self, const gint16 *samples, gsize n_frames, GError **error)
{
  g_return_val_if_fail (CZ_IS_SINK (self), FALSE);
  return CZ_SINK_GET_IFACE (self)->write (self, samples, n_frames, error);
}

void
cz_sink_close (CzSink *self, gboolean drop)
{
  g_return_if_fail (CZ_IS_SINK (self));
  CZ_SINK_GET_IFACE (self)->close (self, drop);
}

void
cz_sink_interrupt (CzSink *self)
{
  g_return_if_fail (CZ_IS_SINK (self));
  CZ_SINK_GET_IFACE (self)->interrupt (self);
}

guint64
cz_sink_played_frames (CzSink *self)
{
  g_return_val_if_fail (CZ_IS_SINK (self), 0);
  return CZ_SINK_GET_IFACE (self)->played_frames (self);
}

void
cz_sink_release (CzSink *self)
{
  g_return_if_fail (CZ_IS_SINK (self));
  if (CZ_SINK_GET_IFACE (self)->release != NULL)
    CZ_SINK_GET_IFACE (self)->release (self);
}
