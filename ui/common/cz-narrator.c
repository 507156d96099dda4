/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "cz-ui"
#include "ui/common/cz-narrator.h"

struct _CzNarrator {
  GObject parent_instance;
  CzLog *log;
  CzVoice *voice;
  CzScript *script; /* being read, or NULL */
  guint utterance;
  CzMarkFunc mark;
  GObject *page; /* weak: handed to mark */
  guint64 heard_start; /* bytes of the script marked now; start == end: none */
  guint64 heard_end;
};

G_DEFINE_FINAL_TYPE (CzNarrator, cz_narrator, G_TYPE_OBJECT)

static gboolean
overlaps (const CzScriptPart *part, guint64 start, guint64 end)
{
  return part->start < end && start < part->end;
}

static void
mark_span (CzNarrator *self, guint64 start, guint64 end)
{
  guint n = self->script != NULL ? cz_script_n_parts (self->script) : 0;

  for (guint i = 0; i < n && self->page != NULL; i++) {
    const CzScriptPart *part = cz_script_part (self->script, i);
    gboolean was = overlaps (part, self->heard_start, self->heard_end);
    gboolean is = overlaps (part, start, end);

    if (was && !is)
      self->mark (self->page, part, FALSE);
  }
  for (guint i = 0; i < n && self->page != NULL; i++) {
    const CzScriptPart *part = cz_script_part (self->script, i);
    if (overlaps (part, start, end) && !overlaps (part, self->heard_start, self->heard_end))
      self->mark (self->page, part, TRUE);
  }
  self->heard_start = start;
  self->heard_end = end;
}

static void
drop_script (CzNarrator *self)
{
  mark_span (self, 0, 0);
  g_clear_pointer (&self->script, cz_script_free);
  self->mark = NULL;
  g_clear_weak_pointer (&self->page);
  self->utterance = 0;
}

static void
on_chunk (CzVoice *voice, guint utterance, guint64 start, guint64 end, gpointer data)
{
  CzNarrator *self = data;
  g_autofree char *heard = NULL;
  gsize length;

  if (utterance != self->utterance || self->script == NULL)
    return;
  length = strlen (cz_script_text (self->script));
  if (start >= end || end > length)
    return;
  heard = g_strndup (cz_script_text (self->script) + start, end - start);
  cz_log_event (self->log, "chunk", "text", heard, NULL);
  mark_span (self, start, end);
}

static void
on_finished (CzVoice *voice, guint utterance, gboolean completed, gpointer data)
{
  CzNarrator *self = data;

  if (utterance != self->utterance)
    return;
  cz_log_event (self->log, "said", "completed", completed ? "yes" : "no", NULL);
  drop_script (self);
}

static void
cz_narrator_dispose (GObject *object)
{
  CzNarrator *self = CZ_NARRATOR (object);

  drop_script (self);
  if (self->voice != NULL)
    g_signal_handlers_disconnect_by_data (self->voice, self);
  g_clear_object (&self->voice);
  G_OBJECT_CLASS (cz_narrator_parent_class)->dispose (object);
}

static void
cz_narrator_class_init (CzNarratorClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cz_narrator_dispose;
}

static void
cz_narrator_init (CzNarrator *self)
{
}

CzNarrator *
cz_narrator_new (CzLog *log)
{
  CzNarrator *self = g_object_new (CZ_TYPE_NARRATOR, NULL);

  self->log = log;
  return self;
}

void
cz_narrator_set_voice (CzNarrator *self, CzVoice *voice)
{
  if (!g_set_object (&self->voice, voice) || voice == NULL)
    return;
  g_signal_connect (voice, "chunk", G_CALLBACK (on_chunk), self);
  g_signal_connect (voice, "finished", G_CALLBACK (on_finished), self);
}

CzVoice *
cz_narrator_voice (CzNarrator *self)
{
  return self->voice;
}

/* A text without one Han character is read as English. */
static CzLang
language_of (const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (g_unichar_get_script (g_utf8_get_char (p)) == G_UNICODE_SCRIPT_HAN)
      return CZ_LANG_ZH;
  return CZ_LANG_EN;
}

void
cz_narrator_say (CzNarrator *self, CzScript *script, CzMarkFunc mark, gpointer page)
{
  CzSayOptions options = { CZ_LANG_ZH, CZ_SPEECH_STYLE_PLAIN, 0 };
  const char *text = cz_script_text (script);

  drop_script (self);
  if (text[0] == '\0') {
    cz_script_free (script);
    return;
  }
  self->script = script;
  self->mark = mark;
  g_set_weak_pointer (&self->page, page);
  if (!cz_script_language (script, &options.lang))
    options.lang = language_of (text);
  options.style = cz_script_is_formal (script) ? CZ_SPEECH_STYLE_FORMAL : CZ_SPEECH_STYLE_PLAIN;
  cz_log_event (self->log, "say", "text", text, NULL);
  if (self->voice != NULL)
    self->utterance = cz_voice_say (self->voice, text, &options);
}

void
cz_narrator_say_text (CzNarrator *self, const char *text)
{
  CzScript *script = cz_script_new ();

  cz_script_add (script, NULL, 0, text);
  cz_narrator_say (self, script, NULL, NULL);
}

void
cz_narrator_stop (CzNarrator *self)
{
  drop_script (self);
  if (self->voice != NULL)
    cz_voice_stop (self->voice);
}
