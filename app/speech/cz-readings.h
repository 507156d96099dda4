/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/speech/cz-hanzi.h"
#include "app/speech/cz-normalise.h"

/* Which reading each character has where it stands: the dictionary's words, the polyphone model, then a few
 * rules for measure words and farm usage. Private to the front end. */

typedef struct {
  GArray *words; /* CzHanziWord over all characters */
  guint16 *syllables; /* one a character, CZ_HANZI_NO_SYLLABLE where there is none */
} CzReadings;

void cz_readings_clear (CzReadings *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CzReadings, cz_readings_clear)

void cz_readings_assign (CzReadings *self, const CzSpeechTables *tables, const CzSpokenChar *chars, guint n);
