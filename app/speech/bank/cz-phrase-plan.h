/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/speech/bank/cz-phrase-bank.h"
#include "app/speech/cz-chunk.h"

/* Which parts of a chunk come from the bank and which from the synthesiser. */

typedef struct {
  CzPhrase *phrase; /* owned by the bank; NULL: synthesise input */
  char *input; /* NULL for a phrase; "" for a pause that stands beside a phrase */
} CzPiece;

/* Returns: (transfer full) (nullable) (element-type CzPiece): NULL when no phrase is worth using; the chunk is then
 * spoken whole. Phrases cover as much as they can with as few recordings as they can; a change of voice has its
 * price, so that no single recorded syllable stands between synthetic ones. */
GPtrArray *cz_phrase_plan (CzPhraseBank *bank, const CzChunk *chunk);
