/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/speech/cz-readings.h"

#include "app/speech/cz-polyphone.h"
#include "app/speech/cz-reading-rules.h"
#include "app/speech/cz-speech-tables.h"

void
cz_readings_clear (CzReadings *self)
{
  g_clear_pointer (&self->words, g_array_unref);
  g_clear_pointer (&self->syllables, g_free);
  g_clear_pointer (&self->text, g_free);
  g_clear_pointer (&self->word_of, g_free);
  g_clear_pointer (&self->dictionary, g_free);
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

/* The model has learned from texts with figures in digits: a number put into words looks to it as it did before. */
static gunichar
as_written (const CzSpokenChar *said)
{
  if ((said->flags & (CZ_SPOKEN_NUMBER | CZ_SPOKEN_DIGIT)) == 0
      || g_utf8_strchr ("零一二三四五六七八九十百千两幺", -1, said->c) == NULL)
    return said->c;
  return '0';
}

static void
number_words (const GArray *words, guint *word_of)
{
  for (guint w = 0; w < words->len; w++) {
    const CzHanziWord *word = &g_array_index (words, CzHanziWord, w);
    for (guint k = 0; k < word->length; k++)
      word_of[word->start + k] = w;
  }
}

void
cz_readings_by_dictionary (CzReadings *self, const CzHanzi *hanzi, const CzSpokenChar *chars, guint n, CzReadingContext *context)
{
  gunichar *text = g_new (gunichar, (gsize) n + 1);
  g_autofree guint8 *joined = g_new (guint8, (gsize) n + 1);

  self->text = text;
  for (guint i = 0; i < n; i++) {
    text[i] = as_written (&chars[i]);
    joined[i] = (chars[i].flags & CZ_SPOKEN_FIRST) == 0;
  }
  self->words = cz_hanzi_segment (hanzi, text, n, joined);
  self->word_of = g_new0 (guint, (gsize) n + 1);
  self->dictionary = g_new (guint16, (gsize) n + 1);
  number_words (self->words, self->word_of);
  for (guint i = 0; i < n; i++) {
    const CzHanziWord *word = &g_array_index (self->words, CzHanziWord, self->word_of[i]);
    self->dictionary[i] = by_dictionary (hanzi, word, i - word->start, chars[i].c);
  }
  *context = (CzReadingContext){ .hanzi = hanzi,
                                 .text = text,
                                 .n = n,
                                 .words = (const CzHanziWord *) (const void *) self->words->data,
                                 .n_words = self->words->len,
                                 .word_of = self->word_of,
                                 .dictionary = self->dictionary };
}

static gboolean
is_gap (const CzSpokenChar *chars, guint n, gint64 i)
{
  return i < 0 || i >= n || g_unichar_isspace (chars[i].c);
}

/* In a list or on a line of its own; in brackets or quotes it belongs to the sentence around it. */
static gboolean
stands_alone (const CzSpokenChar *chars, guint n, guint i)
{
  return is_gap (chars, n, (gint64) i - 1) && is_gap (chars, n, (gint64) i + 1) && cz_hanzi_is_hanzi (chars[i].c);
}

void
cz_readings_assign (CzReadings *self, const CzSpeechTables *tables, const CzSpokenChar *chars, guint n)
{
  CzReadingContext context;

  cz_readings_by_dictionary (self, tables->hanzi, chars, n, &context);
  self->syllables = g_new (guint16, (gsize) n + 1);
  for (guint i = 0; i < n; i++) {
    const char *rule = cz_reading_rule (&context, chars, i);
    guint16 ruled = rule != NULL ? cz_hanzi_find_syllable (tables->hanzi, rule) : CZ_HANZI_NO_SYLLABLE;

    if (ruled != CZ_HANZI_NO_SYLLABLE)
      self->syllables[i] = ruled;
    else if (stands_alone (chars, n, i))
      self->syllables[i] = cz_hanzi_reading_alone (tables->hanzi, chars[i].c);
    else if (cz_hanzi_is_hanzi (context.text[i]) && !cz_reading_stands (&context, i))
      self->syllables[i] = cz_polyphone_choose (tables->polyphone, &context, i);
    else
      self->syllables[i] = self->dictionary[i];
  }
}
