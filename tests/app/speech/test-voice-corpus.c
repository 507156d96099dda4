/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-voice-corpus TABLES FOLDER…: every line of every .md, .csv and .txt file below the folders through front end and
 * phonemes. No digit may be left, no Latin outside English chunks, nothing in Chinese read as English, no Hanzi without
 * a reading; spans stay in order and inside. Folders that are not there are named and passed over. */
#include <gio/gio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "app/speech/cz-speech-text.h"
#include "app/speech/cz-synth.h"

#define SHOWN_MOST 20
#define EXIT_SKIPPED 77

typedef struct {
  CzSpeechTables *tables;
  CzSynth *synth;
  guint n_files, n_lines, n_chunks, n_english;
  guint n_left, n_read_as_english, n_without_reading, n_spans;
  guint n_shown;
} Run;

static void
show (Run *run, const char *what, const char *path, guint line, const CzChunk *chunk)
{
  if (run->n_shown++ < SHOWN_MOST)
    printf ("%s: %s, line %u: \"%s\" ← \"%s\"\n", what, path, line, chunk->spoken, chunk->input);
}

static gboolean
has_alnum (const char *text)
{
  while (*text != '\0' && !g_ascii_isalnum (*text))
    text++;
  return *text != '\0';
}

static gboolean
has_hanzi (const char *text)
{
  for (; *text != '\0'; text = g_utf8_next_char (text)) {
    if (g_unichar_get_script (g_utf8_get_char (text)) == G_UNICODE_SCRIPT_HAN)
      return TRUE;
  }
  return FALSE;
}

static void
check_chunk (Run *run, const char *path, guint line, const CzChunk *chunk)
{
  g_autofree char *phonemes = NULL;

  run->n_chunks++;
  if (chunk->lang == CZ_LANG_EN) {
    run->n_english++;
    return;
  }
  if (has_alnum (chunk->spoken)) {
    run->n_left++;
    show (run, "left unread", path, line, chunk);
  }
  if (has_hanzi (chunk->input)) {
    run->n_without_reading++;
    show (run, "without a reading", path, line, chunk);
  }
  phonemes = cz_synth_phonemes (run->synth, chunk->input, CZ_LANG_ZH);
  if (strchr (phonemes, '(') != NULL) {
    run->n_read_as_english++;
    show (run, "read as another language", path, line, chunk);
  }
}

static void
check_line (Run *run, const char *path, guint number, const char *line)
{
  gsize len = strlen (line);
  g_autoptr (GPtrArray) chunks
    = cz_speech_text_chunks (run->tables, line, len, CZ_LANG_ZH, CZ_SPEECH_STYLE_FORMAL);
  gsize end = 0;

  run->n_lines++;
  for (guint i = 0; i < chunks->len; i++) {
    const CzChunk *chunk = g_ptr_array_index (chunks, i);
    if (chunk->start < end || chunk->end <= chunk->start || chunk->end > len) {
      run->n_spans++;
      show (run, "span out of order", path, number, chunk);
    }
    end = chunk->end;
    check_chunk (run, path, number, chunk);
  }
}

static void
check_file (Run *run, const char *path)
{
  g_autofree char *contents = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &contents, NULL, NULL) || !g_utf8_validate (contents, -1, NULL))
    return;
  run->n_files++;
  lines = g_strsplit (contents, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    check_line (run, path, i + 1, lines[i]);
}

static gboolean
is_text (const char *name)
{
  return g_str_has_suffix (name, ".md") || g_str_has_suffix (name, ".csv") || g_str_has_suffix (name, ".txt");
}

static void
check_folder (Run *run, const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  if (dir == NULL) {
    printf ("not here: %s\n", path);
    return;
  }
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);
    if (g_file_test (child, G_FILE_TEST_IS_DIR))
      check_folder (run, child);
    else if (is_text (name) && strcmp (name, "README.md") != 0)
      check_file (run, child);
  }
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzSpeechTables) tables = argc > 2 ? cz_speech_tables_open (argv[1], &error) : NULL;
  g_autoptr (CzSynth) synth = tables != NULL ? cz_synth_new (&error) : NULL;
  Run run = { .tables = tables, .synth = synth };

  if (synth == NULL) {
    fprintf (stderr, "test-voice-corpus: %s\n", error != NULL ? error->message : "TABLES FOLDER… expected");
    return EXIT_FAILURE;
  }
  for (int i = 2; i < argc; i++)
    check_folder (&run, argv[i]);
  printf ("%u files, %u lines, %u chunks, %u of them English; left unread %u, read as another language %u, "
          "without a reading %u, spans out of order %u\n",
          run.n_files, run.n_lines, run.n_chunks, run.n_english, run.n_left, run.n_read_as_english,
          run.n_without_reading, run.n_spans);
  if (run.n_files == 0)
    return EXIT_SKIPPED;
  return run.n_left + run.n_read_as_english + run.n_without_reading + run.n_spans > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
