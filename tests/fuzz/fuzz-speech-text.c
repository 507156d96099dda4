/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as text. The tables are named by CZ_TEST_TABLES. What must hold is asserted: spans in order and inside. */
#include <glib.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "app/speech/cz-speech-text.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static CzSpeechTables *
tables (void)
{
  static CzSpeechTables *opened; /* a fuzzer has no place to hand it down from */
  g_autoptr (GError) error = NULL;

  if (opened == NULL)
    opened = cz_speech_tables_open (g_getenv ("CZ_TEST_TABLES"), &error);
  if (opened == NULL)
    abort ();
  return opened;
}

static void
speak (const char *text, gsize size, CzLang lang, CzSpeechStyle style)
{
  g_autoptr (GPtrArray) chunks = cz_speech_text_chunks (tables (), text, size, lang, style);
  gsize last = 0;

  for (guint i = 0; i < chunks->len; i++) {
    const CzChunk *chunk = g_ptr_array_index (chunks, i);
    if (chunk->start < last || chunk->end <= chunk->start || chunk->end > size || chunk->input[0] == '\0')
      abort ();
    last = chunk->end;
  }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_malloc (size); /* no byte more: an overrun must show */
  g_autofree char *readings = NULL;

  if (size == 0 || size > 4096)
    return 0;
  memcpy (text, data, size);
  speak (text, size, data[0] % 8 == 0 ? CZ_LANG_YUE : data[0] % 8 == 1 ? CZ_LANG_EN : CZ_LANG_ZH,
         size % 2 ? CZ_SPEECH_STYLE_PLAIN : CZ_SPEECH_STYLE_FORMAL);
  readings = cz_speech_text_readings (tables (), text, size);
  return 0;
}
