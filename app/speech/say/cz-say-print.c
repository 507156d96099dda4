/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <stdio.h>
#include "app/speech/say/cz-say.h"

static const char *
lang_name (CzLang lang)
{
  static const char *const names[] = { "zh", "en", "yue" };

  return names[lang];
}

static void
add_string (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

static void
add_int (JsonBuilder *builder, const char *name, gsize value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, (gint64) value);
}

static void
add_chunk (JsonBuilder *builder, const CzChunk *chunk)
{
  json_builder_begin_object (builder);
  add_int (builder, "start", chunk->start);
  add_int (builder, "end", chunk->end);
  add_string (builder, "lang", lang_name (chunk->lang));
  add_int (builder, "pause_ms", chunk->pause_ms);
  json_builder_set_member_name (builder, "slow");
  json_builder_add_boolean_value (builder, chunk->slow);
  add_string (builder, "spoken", chunk->spoken);
  add_string (builder, "input", chunk->input);
  json_builder_set_member_name (builder, "tokens");
  json_builder_begin_array (builder);
  for (guint i = 0; i < chunk->tokens->len; i++) {
    const CzToken *token = g_ptr_array_index (chunk->tokens, i);
    json_builder_begin_object (builder);
    add_int (builder, "start", token->start);
    add_int (builder, "end", token->end);
    add_string (builder, "spoken", token->spoken);
    add_string (builder, "input", token->input);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

static char *
chunks_as_json (GPtrArray *chunks, guint number)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  add_int (builder, "line", number);
  json_builder_set_member_name (builder, "chunks");
  json_builder_begin_array (builder);
  for (guint i = 0; i < chunks->len; i++)
    add_chunk (builder, g_ptr_array_index (chunks, i));
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}

/* "LINE:START-END<TAB>LANGUAGE<TAB>PAUSE[ slow]<TAB>WORDS<TAB>INPUT", a line a chunk. */
static char *
chunks_as_text (GPtrArray *chunks, guint number)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < chunks->len; i++) {
    const CzChunk *chunk = g_ptr_array_index (chunks, i);
    g_string_append_printf (out, "%s%u:%" G_GSIZE_FORMAT "-%" G_GSIZE_FORMAT "\t%s\t%u ms%s\t%s\t%s",
                            i > 0 ? "\n" : "", number, chunk->start, chunk->end, lang_name (chunk->lang),
                            chunk->pause_ms, chunk->slow ? " slow" : "", chunk->spoken, chunk->input);
  }
  return g_string_free (out, FALSE);
}

static GPtrArray *
chunks_of (const CzSayJob *job, const char *text, gsize len)
{
  return cz_speech_text_chunks (job->tables, text, len, job->lang, job->style);
}

static char *
print_chunks (const CzSayJob *job, const char *text, gsize len, guint number)
{
  g_autoptr (GPtrArray) chunks = chunks_of (job, text, len);

  return job->json ? chunks_as_json (chunks, number) : chunks_as_text (chunks, number);
}

/* One line for one line: what goes to the synthesiser, chunks side by side. */
static char *
print_pinyin (const CzSayJob *job, const char *text, gsize len)
{
  g_autoptr (GPtrArray) chunks = chunks_of (job, text, len);
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < chunks->len; i++)
    g_string_append_printf (out, "%s%s", i > 0 ? " | " : "", ((CzChunk *) g_ptr_array_index (chunks, i))->input);
  return g_string_free (out, FALSE);
}

gboolean
cz_say_print_line (const char *text, gsize len, guint number, gpointer data, GError **error)
{
  const CzSayJob *job = data;
  g_autofree char *out = NULL;

  switch (job->mode) {
  case CZ_SAY_NORMALISE:
    out = cz_speech_text_normalise (text, len, job->style);
    break;
  case CZ_SAY_READINGS:
    out = cz_speech_text_readings (job->tables, text, len);
    break;
  case CZ_SAY_PINYIN:
    out = print_pinyin (job, text, len);
    break;
  case CZ_SAY_CHUNKS:
  case CZ_SAY_SPEAK:
  default:
    out = print_chunks (job, text, len, number);
    if (out[0] == '\0')
      return TRUE;
  }
  if (puts (out) == EOF || fflush (stdout) == EOF) {
    g_set_error (error, CZ_SAY_ERROR, CZ_SAY_TROUBLE, _ ("standard output: %s"), g_strerror (errno));
    return FALSE;
  }
  return TRUE;
}
