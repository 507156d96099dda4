/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/speech/cz-sink.h"
#include <alsa/asoundlib.h>
#include <gio/gio.h>
#include <glib/gi18n.h>

#define BUFFER_US 200000 /* a stop drops it, so its length costs no silence; it bridges a busy board */
#define POLL_MS 20
#define STUCK_US (3 * G_USEC_PER_SEC) /* a card that takes nothing for so long has gone */

#define CZ_TYPE_SINK_ALSA (cz_sink_alsa_get_type ())
G_DECLARE_FINAL_TYPE (CzSinkAlsa, cz_sink_alsa, CZ, SINK_ALSA, GObject)

/* The card is driven without blocking and every ALSA call is made under the lock, so that interrupt and
 * played_frames, which come from the main thread, wait for a system call at most. */
struct _CzSinkAlsa {
  GObject parent_instance;
  char *device;
  GMutex lock;
  GCond changed;
  snd_pcm_t *pcm; /* kept between utterances until release */
  guint rate_hz;
  gboolean interrupted;
  guint64 written; /* frames of this utterance, silence at its end included */
  guint64 played; /* last figure, never going back */
  guint64 end; /* frames of real sound; 0 while it is not known */
};

static void cz_sink_alsa_iface_init (CzSinkInterface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE (CzSinkAlsa, cz_sink_alsa, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (CZ_TYPE_SINK, cz_sink_alsa_iface_init))

/* ALSA's own complaints name its source lines; ours name the device, once. */
static void
on_alsa_message (const char *file, int line, const char *function, int err, const char *format, va_list args)
{
}

static gboolean
fail_alsa (CzSinkAlsa *self, int code, GError **error)
{
  GIOErrorEnum io_code = G_IO_ERROR_FAILED;

  if (code == -EBUSY || code == -EAGAIN)
    io_code = G_IO_ERROR_BUSY;
  else if (code == -ENOENT || code == -ENODEV || code == -ENXIO)
    io_code = G_IO_ERROR_NOT_FOUND;
  g_set_error (error, G_IO_ERROR, (int) io_code, _("sound card \"%s\": %s"), self->device, snd_strerror (code));
  return FALSE;
}

static void
close_locked (CzSinkAlsa *self)
{
  if (self->pcm != NULL)
    snd_pcm_close (self->pcm);
  self->pcm = NULL;
}

static int
open_locked (CzSinkAlsa *self, guint rate_hz)
{
  int code;

  if (self->pcm != NULL && self->rate_hz == rate_hz) {
    snd_pcm_drop (self->pcm);
    code = snd_pcm_prepare (self->pcm);
    if (code >= 0)
      return code;
  }
  close_locked (self);
  code = snd_pcm_open (&self->pcm, self->device, SND_PCM_STREAM_PLAYBACK, SND_PCM_NONBLOCK);
  if (code < 0) {
    self->pcm = NULL;
    return code;
  }
  code = snd_pcm_set_params (self->pcm, SND_PCM_FORMAT_S16, SND_PCM_ACCESS_RW_INTERLEAVED, 1, rate_hz, 1,
                             BUFFER_US);
  if (code < 0)
    close_locked (self);
  self->rate_hz = rate_hz;
  return code;
}

static gboolean
cz_sink_alsa_open (CzSink *sink, guint rate_hz, const char *label, GError **error)
{
  CzSinkAlsa *self = CZ_SINK_ALSA (sink);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  int code;

  snd_lib_error_set_local (on_alsa_message);
  code = open_locked (self, rate_hz);
  self->interrupted = FALSE;
  self->written = 0;
  self->played = 0;
  self->end = 0;
  return code >= 0 || fail_alsa (self, code, error);
}

static void
wait_for_card (CzSinkAlsa *self)
{
  g_cond_wait_until (&self->changed, &self->lock,
                     g_get_monotonic_time () + POLL_MS * G_TIME_SPAN_MILLISECOND);
}

/* Gives the card what fits now. Returns the frames taken, 0 when it is full, or a negative ALSA code. */
static snd_pcm_sframes_t
push_locked (CzSinkAlsa *self, const gint16 *samples, gsize n)
{
  snd_pcm_sframes_t taken = snd_pcm_writei (self->pcm, samples, n);

  if (taken == -EAGAIN)
    return 0;
  if (taken < 0)
    taken = snd_pcm_recover (self->pcm, (int) taken, 1);
  else
    self->written += (guint64) taken;
  return taken;
}

static gboolean
write_locked (CzSinkAlsa *self, const gint16 *samples, gsize n, GError **error)
{
  gint64 last_us = g_get_monotonic_time ();

  while (n > 0) {
    snd_pcm_sframes_t taken;
    if (self->interrupted) {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "interrupted");
      return FALSE;
    }
    taken = push_locked (self, samples, n);
    if (taken < 0)
      return fail_alsa (self, (int) taken, error);
    samples += taken;
    n -= (gsize) taken;
    if (taken > 0)
      last_us = g_get_monotonic_time ();
    else if (g_get_monotonic_time () - last_us > STUCK_US)
      return fail_alsa (self, -ENODEV, error);
    if (n > 0 && taken == 0)
      wait_for_card (self);
  }
  return TRUE;
}

static gboolean
cz_sink_alsa_write (CzSink *sink, const gint16 *samples, gsize n_frames, GError **error)
{
  CzSinkAlsa *self = CZ_SINK_ALSA (sink);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_return_val_if_fail (self->pcm != NULL, FALSE);
  return write_locked (self, samples, n_frames, error);
}

static guint64
played_locked (CzSinkAlsa *self)
{
  snd_pcm_sframes_t delay = 0;
  guint64 waiting;

  if (self->pcm == NULL || snd_pcm_delay (self->pcm, &delay) < 0)
    return self->played;
  waiting = delay > 0 ? (guint64) delay : 0;
  if (waiting <= self->written)
    self->played = MAX (self->played, self->written - waiting);
  return self->played;
}

/* snd_pcm_drain blocks or, without blocking, differs between plugins. Silence behind the sound lets it play out
 * whatever the plugin: a card reads whole periods, and what follows the last sample must not be old sound. */
static void
play_out_locked (CzSinkAlsa *self)
{
  gint16 silence[512] = { 0 };
  guint64 pad = (guint64) self->rate_hz * BUFFER_US / G_USEC_PER_SEC;
  gint64 end_us = g_get_monotonic_time () + 2 * BUFFER_US + STUCK_US;

  self->end = self->written;
  while (!self->interrupted && played_locked (self) < self->end && g_get_monotonic_time () < end_us) {
    gsize left = (gsize) (self->end + pad - self->written);
    snd_pcm_sframes_t taken = left > 0 ? push_locked (self, silence, MIN (left, G_N_ELEMENTS (silence))) : 0;
    if (taken < 0)
      return;
    if (left == 0 && snd_pcm_state (self->pcm) == SND_PCM_STATE_PREPARED)
      snd_pcm_start (self->pcm);
    if (taken == 0)
      wait_for_card (self);
  }
}

static void
cz_sink_alsa_close (CzSink *sink, gboolean drop)
{
  CzSinkAlsa *self = CZ_SINK_ALSA (sink);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (self->pcm == NULL)
    return;
  if (!drop && self->written > 0)
    play_out_locked (self);
  played_locked (self);
  snd_pcm_drop (self->pcm);
  self->written = MIN (self->played, self->end > 0 ? self->end : self->played);
}

static void
cz_sink_alsa_interrupt (CzSink *sink)
{
  CzSinkAlsa *self = CZ_SINK_ALSA (sink);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->interrupted = TRUE;
  played_locked (self);
  if (self->pcm != NULL)
    snd_pcm_drop (self->pcm);
  g_cond_broadcast (&self->changed);
}

static guint64
cz_sink_alsa_played_frames (CzSink *sink)
{
  CzSinkAlsa *self = CZ_SINK_ALSA (sink);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  guint64 played = played_locked (self);

  return self->end > 0 ? MIN (played, self->end) : played;
}

static void
cz_sink_alsa_release (CzSink *sink)
{
  CzSinkAlsa *self = CZ_SINK_ALSA (sink);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  close_locked (self);
}

static void
cz_sink_alsa_iface_init (CzSinkInterface *iface)
{
  iface->open = cz_sink_alsa_open;
  iface->write = cz_sink_alsa_write;
  iface->close = cz_sink_alsa_close;
  iface->interrupt = cz_sink_alsa_interrupt;
  iface->played_frames = cz_sink_alsa_played_frames;
  iface->release = cz_sink_alsa_release;
}

static void
cz_sink_alsa_finalize (GObject *object)
{
  CzSinkAlsa *self = CZ_SINK_ALSA (object);

  close_locked (self);
  g_free (self->device);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  G_OBJECT_CLASS (cz_sink_alsa_parent_class)->finalize (object);
}

static void
cz_sink_alsa_class_init (CzSinkAlsaClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cz_sink_alsa_finalize;
}

static void
cz_sink_alsa_init (CzSinkAlsa *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
}

CzSink *
cz_sink_alsa_new (const char *device)
{
  CzSinkAlsa *self = g_object_new (CZ_TYPE_SINK_ALSA, NULL);

  self->device = g_strdup (device != NULL ? device : "default");
  return CZ_SINK (self);
}
