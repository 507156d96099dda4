/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-cpp TABLES SENT LB [CASES]: polyphones read right, tone included, by this project's front end and by espeak-ng on the
 * same Hanzi. SENT marks one character a line with U+2581 on both sides, LB has its reading a line.
 *
 * espeak-ng says phonemes, not pinyin: its phoneme for the character is compared with the one it has for the right
 * reading alone. Of a sentence it gets the run of Hanzi around the character, one phoneme group a Hanzi; where the groups do not
 * match the Hanzi in number, it counts as wrong. The model was trained on the development part: ours is a
 * fair figure only on another part; the trainer prints cross-validated ones. CASES: a file written for bench-dispatcher.py, a line each:
 * the run of Hanzi, which of them, the phonemes wanted. */
#include <espeak-ng/speak_lib.h>
#include <gio/gio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "app/speech/cz-speech-text.h"

#define MARK "\xe2\x96\x81"

static gboolean
is_hanzi (const char *p)
{
  gunichar c = g_utf8_get_char (p);

  return (c >= 0x4e00 && c <= 0x9fff) || (c >= 0x3400 && c <= 0x4dbf);
}

/* The groups of espeak-ng's answer without stress and pauses. */
static GPtrArray *
groups_of (const char *voice, const char *text)
{
  GPtrArray *groups = g_ptr_array_new_with_free_func (g_free);

  espeak_SetVoiceByName (voice);
  for (const void *rest = text; rest != NULL;) {
    const char *phonemes = espeak_TextToPhonemes (&rest, espeakCHARS_UTF8, 0);
    g_auto (GStrv) parts = g_strsplit (phonemes != NULL ? phonemes : "", " ", -1);
    for (guint i = 0; parts[i] != NULL; i++) {
      GString *group = g_string_new (NULL);
      for (const char *p = parts[i]; *p != '\0'; p++) {
        if (strchr ("',_|%=-", *p) == NULL)
          g_string_append_c (group, *p);
      }
      if (group->len > 0)
        g_ptr_array_add (groups, g_strdup (group->str));
      g_string_free (group, TRUE);
    }
  }
  return groups;
}

/* The run of Hanzi around the character at, and which of them it is. */
static char *
run_around (const char *line, const char *at, guint *index)
{
  const char *start = at;
  const char *end = at;

  *index = 0;
  while (start > line && is_hanzi (g_utf8_prev_char (start))) {
    start = g_utf8_prev_char (start);
    (*index)++;
  }
  while (*end != '\0' && is_hanzi (end))
    end = g_utf8_next_char (end);
  return g_strndup (start, (gsize) (end - start));
}

static gboolean
espeak_is_right (const char *voice, const char *run, guint index, const char *wanted)
{
  g_autoptr (GPtrArray) said = groups_of (voice, run);

  return (glong) said->len == g_utf8_strlen (run, -1) && strcmp (g_ptr_array_index (said, index), wanted) == 0;
}

static gboolean
ours_is_right (CzSpeechTables *tables, const char *line, const char *at, const char *label)
{
  g_autofree char *readings = cz_speech_text_readings (tables, line, strlen (line));
  g_auto (GStrv) all = g_strsplit (readings, " ", -1);
  guint index = 0;

  for (const char *p = line; p < at; p = g_utf8_next_char (p))
    index += is_hanzi (p);
  return index < g_strv_length (all) && strcmp (all[index], label) == 0;
}

typedef struct {
  guint n, ours, pinyin, cmn;
  FILE *cases; /* or NULL */
} Score;

static void
score_line (CzSpeechTables *tables, const char *marked, const char *reading, Score *score)
{
  g_auto (GStrv) parts = g_strsplit (marked, MARK, 3);
  g_auto (GStrv) label_parts = g_strsplit (reading, "u:", -1);
  g_autofree char *label = g_strjoinv ("v", label_parts);
  g_autofree char *line = NULL;
  g_autofree char *run = NULL;
  const char *at;
  g_autoptr (GPtrArray) right = groups_of ("cmn-latn-pinyin", label);
  const char *wanted = right->len == 1 ? g_ptr_array_index (right, 0) : "";
  guint index;

  if (g_strv_length (parts) != 3)
    return;
  line = g_strconcat (parts[0], parts[1], parts[2], NULL);
  at = line + strlen (parts[0]);
  run = run_around (line, at, &index);
  score->n++;
  score->ours += ours_is_right (tables, line, at, label);
  score->pinyin += espeak_is_right ("cmn-latn-pinyin", run, index, wanted);
  score->cmn += espeak_is_right ("cmn", run, index, wanted);
  if (score->cases != NULL)
    fprintf (score->cases, "%s\t%u\t%s\n", run, index, wanted);
}

static GStrv
read_lines (const char *path)
{
  g_autofree char *contents = NULL;

  if (!g_file_get_contents (path, &contents, NULL, NULL))
    return NULL;
  return g_strsplit (contents, "\n", -1);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzSpeechTables) tables = argc >= 4 ? cz_speech_tables_open (argv[1], &error) : NULL;
  g_auto (GStrv) sentences = argc >= 4 ? read_lines (argv[2]) : NULL;
  g_auto (GStrv) labels = argc >= 4 ? read_lines (argv[3]) : NULL;
  Score score = { 0 };

  if (tables == NULL) {
    fprintf (stderr, "bench-cpp: %s\n", error != NULL ? error->message : "TABLES SENT LB [CASES] expected");
    return 2;
  }
  if (sentences == NULL || labels == NULL) {
    printf ("skipped: %s is not there\n", argv[2]);
    return 77;
  }
  score.cases = argc > 4 ? fopen (argv[4], "we") : NULL;
  espeak_Initialize (AUDIO_OUTPUT_SYNCHRONOUS, 0, NULL, espeakINITIALIZE_DONT_EXIT);
  for (guint i = 0; sentences[i] != NULL && labels[i] != NULL && labels[i][0] != '\0'; i++)
    score_line (tables, sentences[i], labels[i], &score);
  if (score.cases != NULL)
    fclose (score.cases);
  printf ("polyphones read right, of %u: cunzhan %.2f %% (in-sample on the development part), espeak-ng cmn-latn-pinyin %.2f %%, espeak-ng cmn %.2f %%\n",
          score.n, 100.0 * score.ours / score.n, 100.0 * score.pinyin / score.n, 100.0 * score.cmn / score.n);
  return EXIT_SUCCESS;
}
