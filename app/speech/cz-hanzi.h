/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

/* The table of characters, words and readings (assets/speech/hanzi.tbl), mapped read-only, and the
 * segmentation that rests on it. The layout stands in README.md; tables/make-hanzi.py writes it.
 * Everything here may be called from any thread once the table is open. */

typedef struct _CzHanzi CzHanzi;

/* A character has at most this many readings in the table (three bits of a word's pattern). */
#define CZ_HANZI_MAX_READINGS 8
#define CZ_HANZI_NO_SYLLABLE G_MAXUINT16

/* Classes of words, from the counts file of the table and, from CZ_WORD_LATIN on, from the character. */
typedef enum {
  CZ_WORD_UNKNOWN = 0,
  CZ_WORD_NOUN = 1,
  CZ_WORD_NAME = 2,
  CZ_WORD_PLACE = 3,
  CZ_WORD_VERB = 5,
  CZ_WORD_ADJECTIVE = 7,
  CZ_WORD_NUMERAL = 10,
  CZ_WORD_MEASURE = 11,
  CZ_WORD_COLLOCATION = 23, /* no word: it only bears witness to a reading; segmentation passes over it */
  CZ_WORD_LATIN = 24,
  CZ_WORD_MARK = 25,
  CZ_WORD_EDGE = 26,
  CZ_WORD_FARM = 27, /* from the overlay list: its reading was set by hand and stands */
} CzWordClass;

typedef struct {
  guint start; /* characters, not bytes */
  guint length;
  guint32 pattern; /* three bits a character: which of its readings, 0 = the default one */
  guint8 klass; /* CzWordClass */
  guint8 cost; /* tenths of a nat: 60 and less is common, 170 and more hardly ever seen */
  gboolean known; /* in the table as a word of two characters or more */
} CzHanziWord;

/* Returns NULL and sets CZ_SPEECH_TEXT_ERROR_MISSING or _DAMAGED. */
CzHanzi *cz_hanzi_open (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cz_hanzi_free (CzHanzi *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzHanzi, cz_hanzi_free)

/* Fills readings with syllable numbers, the default one first. Returns how many; 0 for a character without. */
guint cz_hanzi_readings (const CzHanzi *self, gunichar c, guint16 readings[CZ_HANZI_MAX_READINGS]);

/* The reading of a character that stands alone: always one of the standard's (通用规范汉字字典), which the one mostly
 * met in texts need not be (晟). CZ_HANZI_NO_SYLLABLE for a character without. */
guint16 cz_hanzi_reading_alone (const CzHanzi *self, gunichar c);

/* "zhong4": at most seven letters, v for ü, tone digit 1..5. "" for a number that is none. */
const char *cz_hanzi_syllable (const CzHanzi *self, guint16 number);
/* The number of a syllable, or CZ_HANZI_NO_SYLLABLE. */
guint16 cz_hanzi_find_syllable (const CzHanzi *self, const char *syllable);
guint cz_hanzi_n_syllables (const CzHanzi *self);

/* Cuts text, n characters, into words along the likeliest path; every character is in one word.
 * joined: (nullable) n bytes; where joined[i] is 0 a word may not reach across from i - 1 to i.
 * Returns: (transfer full) (element-type CzHanziWord). */
GArray *cz_hanzi_segment (const CzHanzi *self, const gunichar *text, guint n, const guint8 *joined);

/* The word of exactly these characters, two or more, if the table has it; its start is left 0. */
gboolean cz_hanzi_look_up (const CzHanzi *self, const gunichar *text, guint length, CzHanziWord *word);

/* TRUE for ideographs, those without a reading in the table included. */
gboolean cz_hanzi_is_hanzi (gunichar c);
