/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/speech/cz-sink-null.h"
#include <gio/gio.h>
#include "app/speech/cz-pace.h"

typedef struct {
  char *label;
  GArray *samples;
} Take;

struct _CzSinkNull {
  GObject parent_instance;
  CzPace pace;
  GMutex lock; /* the fields below */
  gboolean recording;
  gboolean broken;
  GPtrArray *takes;
};

static void cz_sink_null_iface_init (CzSinkInterface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE (CzSinkNull, cz_sink_null, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (CZ_TYPE_SINK, cz_sink_null_iface_init))

static void
take_free (gpointer data)
{
  Take *take = data;

  g_free (take->label);
  g_array_unref (take->samples);
  g_free (take);
}

static Take *
current_take (CzSinkNull *self)
{
  if (!self->recording || self->takes->len == 0)
    return NULL;
  return g_ptr_array_index (self->takes, self->takes->len - 1);
}

static gboolean
cz_sink_null_open (CzSink *sink, guint rate_hz, const char *label, GError **error)
{
  CzSinkNull *self = CZ_SINK_NULL (sink);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (self->broken) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "no sound card");
    return FALSE;
  }
  if (self->recording) {
    Take *take = g_new0 (Take, 1);
    take->label = g_strdup (label);
    take->samples = g_array_new (FALSE, FALSE, sizeof (gint16));
    g_ptr_array_add (self->takes, take);
  }
  cz_pace_begin (&self->pace, rate_hz);
  return TRUE;
}

static gboolean
is_broken (CzSinkNull *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->broken;
}

static void
record (CzSinkNull *self, const gint16 *samples, gsize n)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  Take *take = current_take (self);

  if (take != NULL)
    g_array_append_vals (take->samples, samples, (guint) n);
}

static gboolean
cz_sink_null_write (CzSink *sink, const gint16 *samples, gsize n_frames, GError **error)
{
  CzSinkNull *self = CZ_SINK_NULL (sink);

  if (is_broken (self)) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "the sound card is gone");
    return FALSE;
  }
  while (n_frames > 0) {
    gsize n = cz_pace_take (&self->pace, n_frames);
    if (n == 0) {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "interrupted");
      return FALSE;
    }
    record (self, samples, n);
    samples += n;
    n_frames -= n;
  }
  return TRUE;
}

static void
cz_sink_null_close (CzSink *sink, gboolean drop)
{
  CzSinkNull *self = CZ_SINK_NULL (sink);
  guint64 heard;
  Take *take;

  if (!drop)
    cz_pace_drain (&self->pace);
  heard = cz_pace_drop (&self->pace);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  take = current_take (self);
  if (take != NULL && take->samples->len > heard)
    g_array_set_size (take->samples, (guint) heard);
}

static void
cz_sink_null_interrupt (CzSink *sink)
{
  cz_pace_interrupt (&CZ_SINK_NULL (sink)->pace);
}

static guint64
cz_sink_null_played_frames (CzSink *sink)
{
  return cz_pace_played (&CZ_SINK_NULL (sink)->pace);
}

static void
cz_sink_null_iface_init (CzSinkInterface *iface)
{
  iface->open = cz_sink_null_open;
  iface->write = cz_sink_null_write;
  iface->close = cz_sink_null_close;
  iface->interrupt = cz_sink_null_interrupt;
  iface->played_frames = cz_sink_null_played_frames;
}

static void
cz_sink_null_finalize (GObject *object)
{
  CzSinkNull *self = CZ_SINK_NULL (object);

  g_ptr_array_unref (self->takes);
  g_mutex_clear (&self->lock);
  cz_pace_clear (&self->pace);
  G_OBJECT_CLASS (cz_sink_null_parent_class)->finalize (object);
}

static void
cz_sink_null_class_init (CzSinkNullClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cz_sink_null_finalize;
}

static void
cz_sink_null_init (CzSinkNull *self)
{
  g_mutex_init (&self->lock);
  cz_pace_init (&self->pace, CZ_PACE_FAST);
  self->takes = g_ptr_array_new_with_free_func (take_free);
}

CzSink *
cz_sink_null_new (gboolean real_time)
{
  CzSinkNull *self = g_object_new (CZ_TYPE_SINK_NULL, NULL);

  self->pace.mode = real_time ? CZ_PACE_REAL : CZ_PACE_FAST;
  return CZ_SINK (self);
}

CzSink *
cz_sink_null_new_hurried (guint times)
{
  CzSinkNull *self = g_object_new (CZ_TYPE_SINK_NULL, NULL);

  self->pace.mode = CZ_PACE_REAL;
  self->pace.times = MAX (times, 1);
  return CZ_SINK (self);
}

CzSink *
cz_sink_null_new_held (void)
{
  CzSinkNull *self = g_object_new (CZ_TYPE_SINK_NULL, NULL);

  self->pace.mode = CZ_PACE_HELD;
  return CZ_SINK (self);
}

void
cz_sink_null_advance (CzSinkNull *self, guint64 n_frames)
{
  g_return_if_fail (CZ_IS_SINK_NULL (self));
  cz_pace_advance (&self->pace, n_frames);
}

void
cz_sink_null_set_recording (CzSinkNull *self, gboolean recording)
{
  g_return_if_fail (CZ_IS_SINK_NULL (self));
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  self->recording = recording;
  g_ptr_array_set_size (self->takes, 0);
}

guint
cz_sink_null_n_utterances (CzSinkNull *self)
{
  g_return_val_if_fail (CZ_IS_SINK_NULL (self), 0);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  return self->takes->len;
}

char *
cz_sink_null_dup_label (CzSinkNull *self, guint i)
{
  g_return_val_if_fail (CZ_IS_SINK_NULL (self), NULL);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  if (i >= self->takes->len)
    return NULL;
  return g_strdup (((Take *) g_ptr_array_index (self->takes, i))->label);
}

GArray *
cz_sink_null_dup_samples (CzSinkNull *self, guint i)
{
  g_return_val_if_fail (CZ_IS_SINK_NULL (self), NULL);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  if (i >= self->takes->len)
    return NULL;
  return g_array_copy (((Take *) g_ptr_array_index (self->takes, i))->samples);
}

void
cz_sink_null_set_broken (CzSinkNull *self, gboolean broken)
{
  g_return_if_fail (CZ_IS_SINK_NULL (self));
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  self->broken = broken;
}
