/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

/* Recorded phrases of one speaker: a folder with index.txt and WAV files. The README of this folder defines the
 * format. Immutable once open but for cz_phrase_bank_disable; one thread at a time. */
typedef struct _CzPhraseBank CzPhraseBank;

#define CZ_PHRASE_BANK_ERROR (cz_phrase_bank_error_quark ())
GQuark cz_phrase_bank_error_quark (void);
typedef enum {
  CZ_PHRASE_BANK_ERROR_MISSING, /* no index.txt there: name another folder, or do without a bank */
  CZ_PHRASE_BANK_ERROR_DAMAGED, /* a line of the index is not as the format says; the message names it */
  CZ_PHRASE_BANK_ERROR_CLIP, /* a recording is missing, damaged or empty: record that phrase again */
} CzPhraseBankError;

#define CZ_PHRASE_BANK_INDEX "index.txt"
#define CZ_PHRASE_BANK_MAGIC "cunzhan-phrase-bank 1"
#define CZ_PHRASE_BANK_MAX_PHRASES 10000
#define CZ_PHRASE_BANK_MAX_INDEX_BYTES (2 * 1024 * 1024)
#define CZ_PHRASE_BANK_MAX_CLIP_BYTES (2 * 1024 * 1024) /* 21 s at 48,000 Hz */

typedef struct {
  char *file; /* name in the folder */
  char *text; /* Hanzi */
  char *pinyin; /* toned syllables separated by single blanks, after sandhi: as said in the recording */
  guint n_units;
  gboolean disabled;
} CzPhrase;

/* Reads the index, no recording. Returns NULL and sets CZ_PHRASE_BANK_ERROR. */
CzPhraseBank *cz_phrase_bank_open (const char *dir, GError **error) G_GNUC_WARN_UNUSED_RESULT;
CzPhraseBank *cz_phrase_bank_ref (CzPhraseBank *self);
void cz_phrase_bank_unref (CzPhraseBank *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzPhraseBank, cz_phrase_bank_unref)

const char *cz_phrase_bank_speaker (CzPhraseBank *self);
guint cz_phrase_bank_n_phrases (CzPhraseBank *self);
CzPhrase *cz_phrase_bank_get (CzPhraseBank *self, guint i);

/* The phrase with these words said this way, or NULL: the same characters with another reading are another phrase. */
CzPhrase *cz_phrase_bank_find (CzPhraseBank *self, const char *text, const char *pinyin);
/* Units (mostly syllables) of the longest phrase. */
guint cz_phrase_bank_max_units (CzPhraseBank *self);

/* The recording at rate_hz, without the silence around it. Returns: (transfer full) (element-type gint16); NULL with
 * CZ_PHRASE_BANK_ERROR_CLIP. */
GArray *cz_phrase_bank_load (CzPhraseBank *self, const CzPhrase *phrase, guint rate_hz, GError **error);
/* A phrase whose recording failed is not found again. */
void cz_phrase_bank_disable (CzPhraseBank *self, CzPhrase *phrase);

/* Characters and readings as the units that phrases are matched by: one a Hanzi where each has one syllable, else
 * (erhua, phoneme escapes, other scripts) the whole word as one. Returns: (transfer full) (element-type CzPhraseUnit). */
typedef struct {
  char *text;
  char *pinyin;
} CzPhraseUnit;
GPtrArray *cz_units_of (const char *text, const char *input);
