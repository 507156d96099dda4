/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/speech/cz-normalise.h"
#include "app/speech/cz-polyphone.h"

/* Which reading each character has where it stands: the dictionary's words, then the polyphone model, then a few
 * rules for measure words. Private to the front end and its trainer. */

typedef struct {
  GArray *words; /* CzHanziWord over all characters */
  guint16 *syllables; /* one a character, CZ_HANZI_NO_SYLLABLE where there is none */
  gunichar *text; /* what the context points to */
  guint *word_of;
  guint16 *dictionary;
} CzReadings;

void cz_readings_clear (CzReadings *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CzReadings, cz_readings_clear)

/* self: cleared; owns what context points to. */
void cz_readings_by_dictionary (CzReadings *self, const CzHanzi *hanzi, const CzSpokenChar *chars, guint n,
                                CzReadingContext *context);
void cz_readings_assign (CzReadings *self, const CzSpeechTables *tables, const CzSpokenChar *chars, guint n);
