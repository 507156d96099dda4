/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/speech/cz-speech-text.h"

/* Written form to spoken form: digits, units, signs and abbreviations become words, everything else goes
 * through. Every character said knows the bytes it stands for. Pure; any thread; any bytes. */

enum {
  CZ_SPOKEN_FIRST = 1 << 0, /* no word reaches across from the character before */
  CZ_SPOKEN_NUMBER = 1 << 1, /* part of a number read as a quantity */
  CZ_SPOKEN_DIGIT = 1 << 2, /* digit by digit, or an ordinal: 一 keeps its tone */
  CZ_SPOKEN_SLOW = 1 << 3, /* a telephone number: slowly */
  CZ_SPOKEN_TWICE = 1 << 4, /* and a second time */
  CZ_SPOKEN_GROUP = 1 << 5, /* a breath before this one */
  CZ_SPOKEN_LATIN = 1 << 6, /* a foreign word, said by an English voice */
};

typedef struct {
  gunichar c; /* a Hanzi, a mark, a blank, or a letter when CZ_SPOKEN_LATIN is set */
  guint flags;
  gsize start; /* bytes in the source, [start, end); the same for all characters of one rule's answer */
  gsize end;
} CzSpokenChar;

/* Returns: (transfer full) (element-type CzSpokenChar): starts and ends never decrease. */
GArray *cz_normalise (const char *text, gsize len, CzSpeechStyle style);

/* The same; n_looks: how many characters the rules looked at. Work is told by it on any machine, where time is not. */
GArray *cz_normalise_counted (const char *text, gsize len, CzSpeechStyle style, guint64 *n_looks);

/* The source as it is, invalid bytes as U+FFFD, wide forms of ASCII folded; for readings without normalisation. */
GArray *cz_normalise_nothing (const char *text, gsize len);
