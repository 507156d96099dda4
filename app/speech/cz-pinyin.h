/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

/* From readings to what the synthesiser's pinyin voice must be given: 一 and 不, third tones in feet, erhua,
 * and the few syllables the voice cannot say. Works on one clause; a pause stops all sandhi. Pure. */

typedef struct {
  gunichar c;
  char text[10]; /* reading with tone digit, "zhong4"; "" for a character without one */
  guint word; /* syllables of one word have one number, and are joined */
  gboolean is_number; /* part of a quantity */
  gboolean is_name; /* digit by digit, an ordinal, a date: 一 keeps its tone */
  gboolean is_erhua; /* a 儿 that is only the end of the syllable before */
} CzSyllable;

/* Changes the tones of n syllables to the ones heard. */
void cz_pinyin_apply_sandhi (CzSyllable *syllables, guint n);

/* TRUE behind what 儿 is a child, a syllable of its own: 女儿, 婴儿; elsewhere at the end of a word it is not. */
gboolean cz_pinyin_is_child (gunichar before);

/* Marks 儿 at the end of a word of n syllables where it colours the one before. */
void cz_pinyin_mark_erhua (CzSyllable *word, guint n);

/* Appends one word, joined: "bai2cai4", "hua1r"; a character without reading goes through as it is. */
void cz_pinyin_append_word (GString *out, const CzSyllable *word, guint n);
