/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/speech/cz-chunk.h"

void
cz_token_free (CzToken *token)
{
  if (token == NULL)
    return;
  g_free (token->spoken);
  g_free (token->input);
  g_free (token);
}

void
cz_chunk_free (CzChunk *chunk)
{
  if (chunk == NULL)
    return;
  g_free (chunk->spoken);
  g_free (chunk->input);
  g_clear_pointer (&chunk->tokens, g_ptr_array_unref);
  g_free (chunk);
}
