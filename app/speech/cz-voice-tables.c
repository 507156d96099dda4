/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/speech/cz-voice.h"

/* The voice over the station's own front end; apart, so that the rest can be tried without tables. */

static GPtrArray *
cut (const char *text, gsize len, const CzSayOptions *options, gpointer data)
{
  return cz_speech_text_chunks (data, text, len, options->lang, options->style);
}

static void
free_tables (gpointer data)
{
  cz_speech_tables_free (data);
}

CzVoice *
cz_voice_new (const char *tables_dir, CzSink *sink, GError **error)
{
  CzSpeechTables *tables = cz_speech_tables_open (tables_dir, error);

  if (tables == NULL)
    return NULL;
  return cz_voice_new_with_chunker (cut, tables, free_tables, sink, error);
}
