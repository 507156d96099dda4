/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

/* What the front end hands to the engine: a text cut into pieces that are spoken with one synthesiser
 * call each (a sentence or clause of at most about 40 syllables), every piece knowing where it came from. */

typedef enum {
  CZ_LANG_ZH, /* Mandarin, as toned pinyin for voice cmn-latn-pinyin */
  CZ_LANG_EN, /* English words, in a call of their own */
  CZ_LANG_YUE, /* Cantonese, Hanzi handed to voice yue */
} CzLang;

/* One word of a chunk. A recorded phrase may stand in for one or several tokens. */
typedef struct {
  gsize start; /* byte span in the source text, [start, end) */
  gsize end;
  char *spoken; /* the words said, UTF-8, after normalisation ("三块五") */
  char *input; /* what the synthesiser gets for it ("san1kuai4 wu3"), may be empty for a pause */
} CzToken;

typedef struct {
  gsize start; /* byte span in the source text, [start, end) */
  gsize end;
  CzLang lang;
  guint pause_ms; /* silence after it, not contained in input */
  gboolean slow; /* phone numbers and the like: one speed step slower */
  char *spoken; /* all tokens' words joined */
  char *input; /* the synthesiser's text for the whole chunk, sandhi applied, never empty */
  GPtrArray *tokens; /* element-type CzToken, in source order, owned */
} CzChunk;

void cz_token_free (CzToken *token);
void cz_chunk_free (CzChunk *chunk);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzToken, cz_token_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzChunk, cz_chunk_free)
