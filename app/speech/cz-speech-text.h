/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/speech/cz-chunk.h"

/* The front end: text → normalised words → readings → chunks. Pure but for the mapped tables; any thread,
 * a CzSpeechTables may be shared by threads once opened. */

typedef struct _CzSpeechTables CzSpeechTables;

typedef enum {
  CZ_SPEECH_STYLE_PLAIN, /* as villagers speak: 3.5元/斤 → 三块五一斤 */
  CZ_SPEECH_STYLE_FORMAL, /* laws, official dates and article numbers */
} CzSpeechStyle;

#define CZ_SPEECH_TEXT_ERROR (cz_speech_text_error_quark ())
GQuark cz_speech_text_error_quark (void);
typedef enum {
  CZ_SPEECH_TEXT_ERROR_MISSING, /* no table file there: reinstall or name another folder */
  CZ_SPEECH_TEXT_ERROR_DAMAGED, /* magic, version, size or checksum wrong */
} CzSpeechTextError;

/* Maps the tables under dir (assets/speech). Returns NULL and sets CZ_SPEECH_TEXT_ERROR. */
CzSpeechTables *cz_speech_tables_open (const char *dir, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cz_speech_tables_free (CzSpeechTables *tables);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzSpeechTables, cz_speech_tables_free)

/* text: any bytes; invalid UTF-8 is replaced for speaking, spans still refer to the bytes given.
 * lang: CZ_LANG_ZH unless the content is marked otherwise.
 * Returns: (transfer full) (element-type CzChunk): chunks in source order, spans monotone, non-overlapping
 * and inside the text; empty when there is nothing to say. Never NULL, never an error. */
GPtrArray *cz_speech_text_chunks (CzSpeechTables *tables, const char *text, gsize len, CzLang lang,
                                  CzSpeechStyle style);

/* The words said for text, in Hanzi, with the marks it had; for tests, logs and cunzhan-say. (transfer full) */
char *cz_speech_text_normalise (const char *text, gsize len, CzSpeechStyle style);

/* The readings of the Hanzi of text in order, separated by single blanks: tone digit 1..5, v for ü, before
 * sandhi, without normalisation. A Hanzi without a reading is given as itself. (transfer full) */
char *cz_speech_text_readings (CzSpeechTables *tables, const char *text, gsize len);

/* What goes to the synthesiser for text, its chunks one a line. (transfer full) */
char *cz_speech_text_pinyin (CzSpeechTables *tables, const char *text, gsize len, CzSpeechStyle style);
