/* SPDX-License-Identifier: GPL-3.0-or-later */
/* speech-front TABLES MODE: what the front end makes of each line of standard input, for the scorers.
 * MODE: normalise, formal, readings, pinyin, chunks. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/speech/cz-speech-text.h"

static void
print_chunks (CzSpeechTables *tables, const char *line, gsize len)
{
  g_autoptr (GPtrArray) chunks = cz_speech_text_chunks (tables, line, len, CZ_LANG_ZH, CZ_SPEECH_STYLE_PLAIN);

  for (guint i = 0; i < chunks->len; i++) {
    const CzChunk *c = g_ptr_array_index (chunks, i);
    printf ("%" G_GSIZE_FORMAT "-%" G_GSIZE_FORMAT "\t%s\t%u%s\t%s\t%s\n", c->start, c->end,
            c->lang == CZ_LANG_ZH ? "zh" : "en", c->pause_ms, c->slow ? " slow" : "", c->spoken, c->input);
  }
  printf ("\n");
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzSpeechTables) tables = argc == 3 ? cz_speech_tables_open (argv[1], &error) : NULL;
  g_autofree char *line = NULL;
  size_t size = 0;
  ssize_t got;

  if (tables == NULL) {
    fprintf (stderr, "speech-front: %s\n", error != NULL ? error->message : "TABLES MODE expected");
    return EXIT_FAILURE;
  }
  while ((got = getline (&line, &size, stdin)) >= 0) {
    gsize len = (gsize) got - (got > 0 && line[got - 1] == '\n' ? 1 : 0);
    g_autofree char *out = NULL;

    if (strcmp (argv[2], "chunks") == 0)
      print_chunks (tables, line, len);
    else if (strcmp (argv[2], "readings") == 0)
      out = cz_speech_text_readings (tables, line, len);
    else if (strcmp (argv[2], "pinyin") == 0)
      out = cz_speech_text_pinyin (tables, line, len, CZ_SPEECH_STYLE_PLAIN);
    else
      out = cz_speech_text_normalise (line, len, strcmp (argv[2], "formal") == 0 ? CZ_SPEECH_STYLE_FORMAL : CZ_SPEECH_STYLE_PLAIN);
    if (out != NULL)
      puts (out);
  }
  free (g_steal_pointer (&line));
  return EXIT_SUCCESS;
}
