/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/speech/cz-voice.h"
#include <stdio.h>
#include <string.h>
#include "app/speech/cz-voice-worker.h"

#define TICK_US (40 * G_TIME_SPAN_MILLISECOND) /* how late a highlight may be for want of a look */

struct _CzVoice {
  GObject parent_instance;
  CzSink *sink;
  CzSynth *synth;
  CzVoiceWorker *worker;
  gpointer chunker_data;
  GDestroyNotify chunker_destroy;
  GSource *pump; /* runs when the worker has news, and by the clock while something is heard */
  GQueue pending; /* of CzUtterance: said, "finished" not yet sent */
  CzUtterance *current; /* not owned: the newest in pending unless it was stopped, or NULL */
  guint last_number;
  gboolean has_sound;
  char *log_path;
};

G_DEFINE_FINAL_TYPE (CzVoice, cz_voice, G_TYPE_OBJECT)

enum { PROP_0, PROP_SPEAKING, PROP_HAS_SOUND, PROP_LOG_PATH, N_PROPS };
static GParamSpec *props[N_PROPS];

enum { SIGNAL_CHUNK, SIGNAL_SPOKEN, SIGNAL_LANGUAGE_MISSING, SIGNAL_FINISHED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
set_current (CzVoice *self, CzUtterance *utterance)
{
  gboolean was_speaking = self->current != NULL;

  self->current = utterance;
  if (was_speaking != (utterance != NULL))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SPEAKING]);
}

static void
set_has_sound (CzVoice *self, gboolean has_sound)
{
  if (self->has_sound == has_sound)
    return;
  self->has_sound = has_sound;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_HAS_SOUND]);
}

static void
write_log (CzVoice *self, CzUtterance *utterance, const CzMark *mark)
{
  g_autofree char *line = NULL;
  FILE *file;

  if (self->log_path == NULL)
    return;
  file = fopen (self->log_path, "ae");
  if (file == NULL) {
    g_warning ("%s: the speech log cannot be written", self->log_path);
    return;
  }
  line = cz_utterance_mark_to_json (utterance, mark);
  fprintf (file, "%s\n", line);
  fclose (file);
}

static void
emit_said (CzVoice *self, CzUtterance *utterance)
{
  const CzMark *mark;

  while ((mark = cz_utterance_take_said (utterance)) != NULL) {
    write_log (self, utterance, mark);
    g_signal_emit (self, signals[SIGNAL_SPOKEN], 0, utterance->number, mark->spoken, mark->phonemes);
  }
}

/* A handler may stop the voice or say something else; what it stopped is silent from then on. */
static guint64
emit_marks (CzVoice *self, CzUtterance *utterance)
{
  const CzMark *mark;
  guint64 wait_frames = 0;

  while (!cz_utterance_is_cancelled (utterance)
         && (mark = cz_utterance_take_mark (utterance, &wait_frames)) != NULL) {
    g_signal_emit (self, signals[SIGNAL_CHUNK], 0, utterance->number, (guint64) mark->start,
                   (guint64) mark->end);
    emit_said (self, utterance);
  }
  emit_said (self, utterance);
  return wait_frames;
}

static void
finish (CzVoice *self, CzUtterance *utterance)
{
  gboolean completed = !cz_utterance_is_cancelled (utterance) && !utterance->language_missing;

  if (utterance == self->current)
    set_current (self, NULL);
  if (utterance->language_missing)
    g_signal_emit (self, signals[SIGNAL_LANGUAGE_MISSING], 0, utterance->number, (gint) utterance->options.lang);
  g_signal_emit (self, signals[SIGNAL_FINISHED], 0, utterance->number, completed);
}

static gboolean
on_pump (gpointer data)
{
  g_autoptr (CzVoice) self = g_object_ref (data);
  CzUtterance *head;
  guint64 wait_frames = 0;
  gint64 wait_us;

  g_source_set_ready_time (self->pump, -1);
  while ((head = g_queue_peek_head (&self->pending)) != NULL) {
    g_autoptr (CzUtterance) utterance = cz_utterance_ref (head);
    /* Read before the marks: what came in between is taken with them. */
    gboolean done = cz_utterance_is_done (utterance);
    set_has_sound (self, cz_utterance_has_sound (utterance, self->has_sound));
    wait_frames = emit_marks (self, utterance);
    if (!done || !g_queue_remove (&self->pending, utterance))
      break;
    finish (self, utterance);
    cz_utterance_unref (utterance);
  }
  if (self->pump == NULL || g_queue_is_empty (&self->pending))
    return G_SOURCE_CONTINUE;
  wait_us = (gint64) (wait_frames * G_USEC_PER_SEC / cz_synth_rate_hz (self->synth));
  g_source_set_ready_time (self->pump, g_get_monotonic_time () + CLAMP (wait_us, 1000, TICK_US));
  return G_SOURCE_CONTINUE;
}

static gboolean
pump_dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  return callback (data);
}

static GSourceFuncs pump_funcs = { .dispatch = pump_dispatch };

/* In the worker's thread. */
static void
on_worker_news (gpointer data)
{
  g_source_set_ready_time (data, 0);
}

static void
cz_voice_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CzVoice *self = CZ_VOICE (object);

  switch (id) {
  case PROP_SPEAKING:
    g_value_set_boolean (value, self->current != NULL);
    break;
  case PROP_HAS_SOUND:
    g_value_set_boolean (value, self->has_sound);
    break;
  case PROP_LOG_PATH:
    g_value_set_string (value, self->log_path);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
cz_voice_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_LOG_PATH)
    cz_voice_set_log_path (CZ_VOICE (object), g_value_get_string (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cz_voice_dispose (GObject *object)
{
  CzVoice *self = CZ_VOICE (object);
  CzUtterance *utterance;

  for (GList *item = self->pending.head; item != NULL; item = item->next)
    cz_utterance_cancel (item->data);
  g_clear_pointer (&self->worker, cz_voice_worker_free);
  if (self->pump != NULL)
    g_source_destroy (self->pump);
  g_clear_pointer (&self->pump, g_source_unref);
  self->current = NULL;
  while ((utterance = g_queue_pop_head (&self->pending)) != NULL)
    cz_utterance_unref (utterance);
  if (self->chunker_destroy != NULL)
    self->chunker_destroy (self->chunker_data);
  self->chunker_destroy = NULL;
  g_clear_object (&self->sink);
  G_OBJECT_CLASS (cz_voice_parent_class)->dispose (object);
}

static void
cz_voice_finalize (GObject *object)
{
  CzVoice *self = CZ_VOICE (object);

  cz_synth_free (self->synth);
  g_free (self->log_path);
  G_OBJECT_CLASS (cz_voice_parent_class)->finalize (object);
}

static void
cz_voice_class_init (CzVoiceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->get_property = cz_voice_get_property;
  object_class->set_property = cz_voice_set_property;
  object_class->dispose = cz_voice_dispose;
  object_class->finalize = cz_voice_finalize;
  props[PROP_SPEAKING] = g_param_spec_boolean ("speaking", NULL, NULL, FALSE,
                                               G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  props[PROP_HAS_SOUND] = g_param_spec_boolean ("has-sound", NULL, NULL, TRUE,
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  props[PROP_LOG_PATH]
    = g_param_spec_string ("log-path", NULL, NULL, NULL,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[SIGNAL_CHUNK] = g_signal_new ("chunk", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3,
                                        G_TYPE_UINT, G_TYPE_UINT64, G_TYPE_UINT64);
  signals[SIGNAL_SPOKEN] = g_signal_new ("spoken", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                         3, G_TYPE_UINT, G_TYPE_STRING, G_TYPE_STRING);
  signals[SIGNAL_LANGUAGE_MISSING]
    = g_signal_new ("language-missing", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                    G_TYPE_UINT, G_TYPE_INT);
  signals[SIGNAL_FINISHED] = g_signal_new ("finished", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                           G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_BOOLEAN);
}

static void
cz_voice_init (CzVoice *self)
{
  self->has_sound = TRUE;
  g_queue_init (&self->pending);
}

static void
start_pump (CzVoice *self)
{
  self->pump = g_source_new (&pump_funcs, sizeof (GSource));
  g_source_set_static_name (self->pump, "cz-voice");
  g_source_set_callback (self->pump, on_pump, self, NULL);
  g_source_set_ready_time (self->pump, -1);
  g_source_attach (self->pump, g_main_context_get_thread_default ());
}

CzVoice *
cz_voice_new_with_chunker (CzVoiceChunker chunker, gpointer data, GDestroyNotify destroy, CzSink *sink,
                           GError **error)
{
  CzVoice *self;
  CzSynth *synth;
  CzVoiceWorkerSetup setup;

  g_return_val_if_fail (chunker != NULL && CZ_IS_SINK (sink), NULL);
  synth = cz_synth_new (error);
  if (synth == NULL) {
    if (destroy != NULL)
      destroy (data);
    return NULL;
  }
  self = g_object_new (CZ_TYPE_VOICE, NULL);
  self->synth = synth;
  self->sink = g_object_ref (sink);
  self->chunker_data = data;
  self->chunker_destroy = destroy;
  start_pump (self);
  setup = (CzVoiceWorkerSetup){ chunker, data, synth, sink, on_worker_news, self->pump };
  self->worker = cz_voice_worker_new (&setup);
  return self;
}

guint
cz_voice_say (CzVoice *self, const char *text, const CzSayOptions *options)
{
  CzUtterance *utterance;

  g_return_val_if_fail (CZ_IS_VOICE (self) && self->worker != NULL, 0);
  g_return_val_if_fail (text != NULL, 0);
  if (self->current != NULL) {
    cz_utterance_cancel (self->current);
    cz_voice_worker_interrupt (self->worker);
  }
  /* 0 is no utterance, also after four thousand million of them. */
  self->last_number = self->last_number == G_MAXUINT ? 1 : self->last_number + 1;
  utterance = cz_utterance_new (self->last_number, text, options);
  utterance->language_missing = !cz_voice_has_language (self, utterance->options.lang);
  g_queue_push_tail (&self->pending, utterance);
  set_current (self, utterance);
  cz_voice_worker_push (self->worker, utterance);
  return self->last_number;
}

void
cz_voice_stop (CzVoice *self)
{
  g_return_if_fail (CZ_IS_VOICE (self));
  if (self->current == NULL)
    return;
  cz_utterance_cancel (self->current);
  cz_voice_worker_interrupt (self->worker);
  set_current (self, NULL);
}

gboolean
cz_voice_is_speaking (CzVoice *self)
{
  g_return_val_if_fail (CZ_IS_VOICE (self), FALSE);
  return self->current != NULL;
}

gboolean
cz_voice_has_language (CzVoice *self, CzLang lang)
{
  g_return_val_if_fail (CZ_IS_VOICE (self), FALSE);
  return cz_synth_has_lang (self->synth, lang);
}

gboolean
cz_voice_find_language (CzVoice *self, const char *code, CzLang *lang)
{
  static const struct {
    const char *code;
    CzLang lang;
  } known[] = {
    { "zh", CZ_LANG_ZH }, { "cmn", CZ_LANG_ZH }, { "yue", CZ_LANG_YUE }, { "en", CZ_LANG_EN },
  };
  gsize len;

  g_return_val_if_fail (CZ_IS_VOICE (self) && code != NULL && lang != NULL, FALSE);
  /* "zh-yue" is the older name of yue; other regions and scripts change nothing for a voice. */
  if (g_ascii_strncasecmp (code, "zh-yue", 6) == 0)
    code += 3;
  len = strcspn (code, "-_");
  for (gsize i = 0; i < G_N_ELEMENTS (known); i++) {
    if (len == strlen (known[i].code) && g_ascii_strncasecmp (code, known[i].code, len) == 0) {
      *lang = known[i].lang;
      return cz_voice_has_language (self, *lang);
    }
  }
  return FALSE;
}

void
cz_voice_set_speed (CzVoice *self, CzVoiceSpeed speed)
{
  g_return_if_fail (CZ_IS_VOICE (self));
  cz_voice_worker_set_speed (self->worker, speed);
}

CzVoiceSpeed
cz_voice_get_speed (CzVoice *self)
{
  g_return_val_if_fail (CZ_IS_VOICE (self), CZ_VOICE_SPEED_NORMAL);
  return cz_voice_worker_get_speed (self->worker);
}

void
cz_voice_set_volume (CzVoice *self, guint percent)
{
  g_return_if_fail (CZ_IS_VOICE (self));
  cz_voice_worker_set_volume (self->worker, percent);
}

guint
cz_voice_get_volume (CzVoice *self)
{
  g_return_val_if_fail (CZ_IS_VOICE (self), 0);
  return cz_voice_worker_get_volume (self->worker);
}

void
cz_voice_set_variant (CzVoice *self, const char *variant)
{
  g_return_if_fail (CZ_IS_VOICE (self));
  cz_voice_worker_set_variant (self->worker, variant);
}

gboolean
cz_voice_set_bank (CzVoice *self, const char *dir, GError **error)
{
  g_autoptr (CzPhraseBank) bank = NULL;

  g_return_val_if_fail (CZ_IS_VOICE (self), FALSE);
  if (dir != NULL && (bank = cz_phrase_bank_open (dir, error)) == NULL)
    return FALSE;
  cz_voice_worker_set_bank (self->worker, bank);
  return TRUE;
}

void
cz_voice_set_log_path (CzVoice *self, const char *path)
{
  g_return_if_fail (CZ_IS_VOICE (self));
  if (g_strcmp0 (self->log_path, path) == 0)
    return;
  g_free (self->log_path);
  self->log_path = g_strdup (path);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LOG_PATH]);
}
