/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/speech/cz-speech-text.h"

#include "app/speech/cz-normalise.h"
#include "app/speech/cz-readings.h"
#include "app/speech/cz-speech-tables.h"

CzSpeechTables *
cz_speech_tables_open (const char *dir, GError **error)
{
  g_autoptr (CzSpeechTables) self = g_new0 (CzSpeechTables, 1);
  g_autofree char *hanzi = g_build_filename (dir, "hanzi.tbl", NULL);
  g_autofree char *polyphone = g_build_filename (dir, "polyphone.tbl", NULL);

  self->hanzi = cz_hanzi_open (hanzi, error);
  if (self->hanzi == NULL)
    return NULL;
  self->polyphone = cz_polyphone_open (polyphone, error);
  if (self->polyphone == NULL)
    return NULL;
  return g_steal_pointer (&self);
}

void
cz_speech_tables_free (CzSpeechTables *tables)
{
  if (tables == NULL)
    return;
  cz_hanzi_free (tables->hanzi);
  cz_polyphone_free (tables->polyphone);
  g_free (tables);
}

/* Marks inside a group of a telephone number are breaths, not words; blanks stand only between foreign words. */
static gboolean
is_shown (const CzSpokenChar *chars, guint n, guint i)
{
  if (chars[i].c == '#')
    return FALSE;
  if (chars[i].c != ' ' && chars[i].c != 0x3000)
    return TRUE;
  return i > 0 && i + 1 < n && (chars[i - 1].flags & CZ_SPOKEN_LATIN) && (chars[i + 1].flags & CZ_SPOKEN_LATIN);
}

char *
cz_speech_text_normalise (const char *text, gsize len, CzSpeechStyle style)
{
  g_autoptr (GArray) said = cz_normalise (text, len, style);
  const CzSpokenChar *chars = (const CzSpokenChar *) (const void *) said->data;
  GString *out = g_string_sized_new (len);

  for (guint i = 0; i < said->len; i++)
    if (is_shown (chars, said->len, i))
      g_string_append_unichar (out, chars[i].c);
  return g_string_free (out, FALSE);
}

char *
cz_speech_text_readings (CzSpeechTables *tables, const char *text, gsize len)
{
  g_autoptr (GArray) chars = cz_normalise_nothing (text, len);
  g_auto (CzReadings) readings = { 0 };
  GString *out = g_string_new (NULL);

  cz_readings_assign (&readings, tables, (const CzSpokenChar *) (const void *) chars->data, chars->len);
  for (guint i = 0; i < chars->len; i++) {
    gunichar c = g_array_index (chars, CzSpokenChar, i).c;

    if (!cz_hanzi_is_hanzi (c))
      continue;
    if (out->len > 0)
      g_string_append_c (out, ' ');
    if (readings.syllables[i] != CZ_HANZI_NO_SYLLABLE)
      g_string_append (out, cz_hanzi_syllable (tables->hanzi, readings.syllables[i]));
    else
      g_string_append_unichar (out, c);
  }
  return g_string_free (out, FALSE);
}

char *
cz_speech_text_pinyin (CzSpeechTables *tables, const char *text, gsize len, CzSpeechStyle style)
{
  g_autoptr (GPtrArray) chunks = cz_speech_text_chunks (tables, text, len, CZ_LANG_ZH, style);
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < chunks->len; i++) {
    const CzChunk *chunk = g_ptr_array_index (chunks, i);
    g_string_append_printf (out, "%s%s", i > 0 ? "\n" : "", chunk->input);
  }
  return g_string_free (out, FALSE);
}
