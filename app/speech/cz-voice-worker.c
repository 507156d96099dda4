/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/speech/cz-voice-worker.h"
#include <math.h>
#include <string.h>

#define IDLE_US (2 * G_USEC_PER_SEC) /* then the card is given back: other programs, amplifier off */
#define SLICE_FRAMES 1024
#define GAIN_ONE 32768

struct _CzVoiceWorker {
  CzVoiceWorkerSetup setup;
  CzSink *fallback; /* silent, in real time, for a station whose card is missing */
  CzSpeaker *speaker;
  GThread *thread;
  GAsyncQueue *queue; /* of CzUtterance, or self: the order to end */
  gint speed; /* atomic */
  gint volume; /* atomic */
  GMutex lock;
  char *variant; /* under lock, as the next */
  CzPhraseBank *bank;
};

/* One utterance on its way through the thread. */
typedef struct {
  CzVoiceWorker *worker;
  CzUtterance *utterance;
  CzSink *sink; /* the one open, or NULL */
  guint64 frames; /* written, to whichever sink */
  guint pause_ms; /* owed before the next chunk; none follows the last one */
  gint gain; /* of the last sample, GAIN_ONE = 1 */
} Speech;

static gint
gain_of (gint percent)
{
  /* 10 percent are 4 dB. */
  return percent <= 0 ? 0 : (gint) lround (GAIN_ONE * pow (10.0, (percent - 100) * 0.4 / 20.0));
}

static gboolean
open_fallback (Speech *speech)
{
  CzVoiceWorker *worker = speech->worker;

  speech->sink = worker->fallback;
  if (!cz_sink_open (speech->sink, cz_synth_rate_hz (worker->setup.synth), "", NULL))
    return FALSE;
  cz_utterance_set_sink (speech->utterance, speech->sink, speech->frames, TRUE);
  return !cz_utterance_is_cancelled (speech->utterance);
}

/* FALSE when the utterance was cancelled meanwhile: an interrupt that came before the open is lost with it. */
static gboolean
open_sink (Speech *speech, const char *label)
{
  CzVoiceWorker *worker = speech->worker;
  g_autoptr (GError) error = NULL;

  if (!cz_sink_open (worker->setup.sink, cz_synth_rate_hz (worker->setup.synth), label, &error)) {
    g_info ("no sound: %s", error->message);
    return open_fallback (speech);
  }
  speech->sink = worker->setup.sink;
  cz_utterance_set_sink (speech->utterance, speech->sink, 0, FALSE);
  return !cz_utterance_is_cancelled (speech->utterance);
}

/* A card pulled out while it speaks: the rest is counted by the clock. */
static gboolean
write_frames (Speech *speech, const gint16 *samples, gsize n)
{
  g_autoptr (GError) error = NULL;

  if (cz_utterance_is_cancelled (speech->utterance))
    return FALSE;
  if (!cz_sink_write (speech->sink, samples, n, &error)) {
    if (speech->sink == speech->worker->fallback || cz_utterance_is_cancelled (speech->utterance)
        || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      return FALSE;
    g_info ("sound lost: %s", error->message);
    cz_sink_close (speech->sink, TRUE);
    if (!open_fallback (speech) || !cz_sink_write (speech->sink, samples, n, NULL))
      return FALSE;
  }
  speech->frames += n;
  return TRUE;
}

static gboolean
write_slice (Speech *speech, const gint16 *samples, gsize n)
{
  gint16 out[SLICE_FRAMES];
  gint from = speech->gain;
  gint to = gain_of (g_atomic_int_get (&speech->worker->volume));

  if (from == GAIN_ONE && to == GAIN_ONE)
    return write_frames (speech, samples, n);
  /* A gain that changes glides through the slice; a step would click. */
  for (gsize i = 0; i < n; i++) {
    gint64 gain = from + (gint64) (to - from) * (gint64) i / (gint64) n;
    out[i] = (gint16) (samples[i] * gain / GAIN_ONE);
  }
  speech->gain = to;
  return write_frames (speech, out, n);
}

static gboolean
on_samples (const gint16 *samples, gsize n, gpointer data)
{
  while (n > 0) {
    gsize part = MIN (n, SLICE_FRAMES);
    if (!write_slice (data, samples, part))
      return FALSE;
    samples += part;
    n -= part;
  }
  return TRUE;
}

static gboolean
write_pause (Speech *speech)
{
  static const gint16 silence[SLICE_FRAMES];
  gsize left = (gsize) ((guint64) speech->pause_ms * cz_synth_rate_hz (speech->worker->setup.synth) / 1000);

  speech->pause_ms = 0;
  while (left > 0) {
    gsize part = MIN (left, SLICE_FRAMES);
    if (!write_frames (speech, silence, part))
      return FALSE;
    left -= part;
  }
  return TRUE;
}

static gboolean
speak_chunk (Speech *speech, const CzChunk *chunk, gsize offset)
{
  CzVoiceWorker *worker = speech->worker;
  g_autofree char *variant = NULL;
  char *phonemes = NULL;
  CzSpeakerStyle style;

  if (cz_utterance_is_cancelled (speech->utterance))
    return FALSE;
  if (speech->sink == NULL && !open_sink (speech, speech->utterance->text + offset + chunk->start))
    return FALSE;
  if (!write_pause (speech))
    return FALSE;
  g_mutex_lock (&worker->lock);
  variant = g_strdup (worker->variant);
  cz_speaker_set_bank (worker->speaker, worker->bank);
  g_mutex_unlock (&worker->lock);
  style = (CzSpeakerStyle){ cz_voice_worker_get_speed (worker), variant };
  cz_utterance_add_mark (speech->utterance, chunk, offset, speech->frames);
  worker->setup.notify (worker->setup.notify_data);
  cz_speaker_chunk (worker->speaker, chunk, &style, on_samples, speech, &phonemes);
  cz_utterance_set_phonemes (speech->utterance, phonemes != NULL ? phonemes : g_strdup (""));
  worker->setup.notify (worker->setup.notify_data);
  speech->pause_ms = chunk->pause_ms;
  return !cz_utterance_is_cancelled (speech->utterance);
}

static gboolean
speak_part (Speech *speech, gsize offset, gsize len)
{
  CzUtterance *utterance = speech->utterance;
  CzVoiceWorkerSetup *setup = &speech->worker->setup;
  g_autoptr (GPtrArray) chunks
    = setup->chunker (utterance->text + offset, len, &utterance->options, setup->chunker_data);

  for (guint i = 0; i < chunks->len; i++) {
    const CzChunk *chunk = g_ptr_array_index (chunks, i);
    if (offset + chunk->end <= utterance->options.from)
      continue;
    if (!speak_chunk (speech, chunk, offset))
      return FALSE;
  }
  return TRUE;
}

/* A line at a time, its end included: a law of twenty thousand characters begins to sound as soon as a short notice. */
static void
speak_text (Speech *speech)
{
  const char *text = speech->utterance->text;
  gsize offset = 0;

  while (text[offset] != '\0' && !cz_utterance_is_cancelled (speech->utterance)) {
    gsize len = strcspn (text + offset, "\n");
    if (text[offset + len] == '\n')
      len++;
    if (offset + len > speech->utterance->options.from && !speak_part (speech, offset, len))
      return;
    offset += len;
  }
}

static void
speak (CzVoiceWorker *self, CzUtterance *utterance)
{
  Speech speech = { .worker = self, .utterance = utterance };

  speech.gain = gain_of (g_atomic_int_get (&self->volume));
  if (!utterance->language_missing)
    speak_text (&speech);
  if (speech.sink != NULL)
    cz_sink_close (speech.sink, cz_utterance_is_cancelled (utterance));
  cz_utterance_set_done (utterance);
  self->setup.notify (self->setup.notify_data);
}

static gpointer
run (gpointer data)
{
  CzVoiceWorker *self = data;
  gboolean warm = FALSE;

  for (;;) {
    gpointer item = warm ? g_async_queue_timeout_pop (self->queue, IDLE_US) : g_async_queue_pop (self->queue);
    if (item == self)
      break;
    if (item == NULL) {
      cz_sink_release (self->setup.sink);
      warm = FALSE;
      continue;
    }
    speak (self, item);
    cz_utterance_unref (item);
    warm = TRUE;
  }
  cz_sink_release (self->setup.sink);
  return NULL;
}

CzVoiceWorker *
cz_voice_worker_new (const CzVoiceWorkerSetup *setup)
{
  CzVoiceWorker *self = g_new0 (CzVoiceWorker, 1);

  self->setup = *setup;
  self->fallback = cz_sink_null_new (TRUE);
  self->speaker = cz_speaker_new (setup->synth);
  self->queue = g_async_queue_new ();
  self->speed = CZ_VOICE_SPEED_NORMAL;
  self->volume = 100;
  g_mutex_init (&self->lock);
  self->thread = g_thread_new ("cz-voice", run, self);
  return self;
}

void
cz_voice_worker_free (CzVoiceWorker *self)
{
  if (self == NULL)
    return;
  cz_voice_worker_interrupt (self);
  g_async_queue_push (self->queue, self);
  g_thread_join (self->thread);
  g_async_queue_unref (self->queue);
  cz_speaker_free (self->speaker);
  g_object_unref (self->fallback);
  g_mutex_clear (&self->lock);
  g_free (self->variant);
  g_clear_pointer (&self->bank, cz_phrase_bank_unref);
  g_free (self);
}

void
cz_voice_worker_push (CzVoiceWorker *self, CzUtterance *utterance)
{
  g_async_queue_push (self->queue, cz_utterance_ref (utterance));
}

void
cz_voice_worker_interrupt (CzVoiceWorker *self)
{
  cz_sink_interrupt (self->setup.sink);
  cz_sink_interrupt (self->fallback);
}

void
cz_voice_worker_set_speed (CzVoiceWorker *self, CzVoiceSpeed speed)
{
  g_atomic_int_set (&self->speed, (gint) speed);
}

CzVoiceSpeed
cz_voice_worker_get_speed (CzVoiceWorker *self)
{
  return (CzVoiceSpeed) g_atomic_int_get (&self->speed);
}

void
cz_voice_worker_set_volume (CzVoiceWorker *self, guint percent)
{
  g_atomic_int_set (&self->volume, (gint) MIN (percent, 100));
}

guint
cz_voice_worker_get_volume (CzVoiceWorker *self)
{
  return (guint) g_atomic_int_get (&self->volume);
}

void
cz_voice_worker_set_variant (CzVoiceWorker *self, const char *variant)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_free (self->variant);
  self->variant = g_strdup (variant);
}

void
cz_voice_worker_set_bank (CzVoiceWorker *self, CzPhraseBank *bank)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_clear_pointer (&self->bank, cz_phrase_bank_unref);
  self->bank = bank != NULL ? cz_phrase_bank_ref (bank) : NULL;
}
