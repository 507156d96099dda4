/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/speech/cz-utterance.h"
#include <json-glib/json-glib.h>

static void
mark_free (gpointer data)
{
  CzMark *mark = data;

  g_free (mark->spoken);
  g_free (mark->input);
  g_free (mark->phonemes);
  g_free (mark);
}

CzUtterance *
cz_utterance_new (guint number, const char *text, const CzSayOptions *options)
{
  CzUtterance *self = g_atomic_rc_box_new0 (CzUtterance);

  self->number = number;
  self->text = g_strdup (text);
  if (options != NULL)
    self->options = *options;
  g_mutex_init (&self->lock);
  self->marks = g_ptr_array_new_with_free_func (mark_free);
  return self;
}

CzUtterance *
cz_utterance_ref (CzUtterance *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
utterance_clear (gpointer data)
{
  CzUtterance *self = data;

  g_free (self->text);
  g_ptr_array_unref (self->marks);
  g_mutex_clear (&self->lock);
}

void
cz_utterance_unref (CzUtterance *self)
{
  g_atomic_rc_box_release_full (self, utterance_clear);
}

void
cz_utterance_cancel (CzUtterance *self)
{
  g_atomic_int_set (&self->cancelled, 1);
}

gboolean
cz_utterance_is_cancelled (CzUtterance *self)
{
  return g_atomic_int_get (&self->cancelled) != 0;
}

void
cz_utterance_set_sink (CzUtterance *self, CzSink *sink, guint64 base_frame, gboolean silent)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->sink = sink;
  self->base_frame = base_frame;
  self->silent = silent;
  self->opened = TRUE;
}

void
cz_utterance_add_mark (CzUtterance *self, const CzChunk *chunk, gsize offset, guint64 frame)
{
  CzMark *mark = g_new0 (CzMark, 1);

  mark->frame = frame;
  mark->start = offset + chunk->start;
  mark->end = offset + chunk->end;
  mark->lang = chunk->lang;
  mark->spoken = g_strdup (chunk->spoken);
  mark->input = g_strdup (chunk->input);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_ptr_array_add (self->marks, mark);
}

void
cz_utterance_set_phonemes (CzUtterance *self, char *phonemes)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  CzMark *mark;

  g_return_if_fail (self->marks->len > 0);
  mark = g_ptr_array_index (self->marks, self->marks->len - 1);
  g_free (mark->phonemes);
  mark->phonemes = phonemes;
}

void
cz_utterance_set_done (CzUtterance *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->sink = NULL;
  self->done = TRUE;
}

const CzMark *
cz_utterance_take_mark (CzUtterance *self, guint64 *wait_frames)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  const CzMark *mark;
  guint64 heard = 0;

  *wait_frames = 0;
  if (self->n_fired >= self->marks->len || (self->sink == NULL && !self->done))
    return NULL;
  mark = g_ptr_array_index (self->marks, self->n_fired);
  if (!self->done)
    heard = self->base_frame + cz_sink_played_frames (self->sink);
  if (!self->done && heard < mark->frame) {
    *wait_frames = mark->frame - heard;
    return NULL;
  }
  self->n_fired++;
  return mark;
}

const CzMark *
cz_utterance_take_said (CzUtterance *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  const CzMark *mark;

  if (self->n_said >= self->n_fired)
    return NULL;
  mark = g_ptr_array_index (self->marks, self->n_said);
  if (mark->phonemes == NULL)
    return NULL;
  self->n_said++;
  return mark;
}

gboolean
cz_utterance_is_done (CzUtterance *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->done;
}

gboolean
cz_utterance_has_sound (CzUtterance *self, gboolean otherwise)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->opened ? !self->silent : otherwise;
}

static const char *
lang_name (CzLang lang)
{
  static const char *const names[] = { "zh", "en", "yue" };

  return names[lang];
}

char *
cz_utterance_mark_to_json (CzUtterance *utterance, const CzMark *mark)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "utterance");
  json_builder_add_int_value (builder, utterance->number);
  json_builder_set_member_name (builder, "start");
  json_builder_add_int_value (builder, (gint64) mark->start);
  json_builder_set_member_name (builder, "end");
  json_builder_add_int_value (builder, (gint64) mark->end);
  json_builder_set_member_name (builder, "lang");
  json_builder_add_string_value (builder, lang_name (mark->lang));
  json_builder_set_member_name (builder, "spoken");
  json_builder_add_string_value (builder, mark->spoken);
  json_builder_set_member_name (builder, "input");
  json_builder_add_string_value (builder, mark->input);
  json_builder_set_member_name (builder, "phonemes");
  json_builder_add_string_value (builder, mark->phonemes);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}
