/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/speech/cz-readings.h"

#include "app/speech/cz-speech-tables.h"

void
cz_readings_clear (CzReadings *self)
{
  g_clear_pointer (&self->words, g_array_unref);
  g_clear_pointer (&self->syllables, g_free);
}

static guint16
by_dictionary (const CzHanzi *hanzi, const CzHanziWord *word, guint k, gunichar c)
{
  guint16 readings[CZ_HANZI_MAX_READINGS];
  guint n = cz_hanzi_readings (hanzi, c, readings);
  guint choice = word->pattern >> (3 * k) & 7;

  if (n == 0)
    return CZ_HANZI_NO_SYLLABLE;
  return readings[choice < n ? choice : 0];
}

void
cz_readings_assign (CzReadings *self, const CzSpeechTables *tables, const CzSpokenChar *chars, guint n)
{
  g_autofree gunichar *text = g_new (gunichar, (gsize) n + 1);
  g_autofree guint8 *joined = g_new (guint8, (gsize) n + 1);

  for (guint i = 0; i < n; i++) {
    text[i] = chars[i].c;
    joined[i] = (chars[i].flags & CZ_SPOKEN_FIRST) == 0;
  }
  self->words = cz_hanzi_segment (tables->hanzi, text, n, joined);
  self->syllables = g_new (guint16, (gsize) n + 1);
  for (guint w = 0; w < self->words->len; w++) {
    const CzHanziWord *word = &g_array_index (self->words, CzHanziWord, w);
    for (guint k = 0; k < word->length; k++)
      self->syllables[word->start + k] = by_dictionary (tables->hanzi, word, k, text[word->start + k]);
  }
}
