/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/app/speech/cz-voice-fixture.h"
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

static void
free_chunk (gpointer data)
{
  CzChunk *chunk = data;

  g_free (chunk->spoken);
  g_free (chunk->input);
  g_ptr_array_unref (chunk->tokens);
  g_free (chunk);
}

static CzChunk *
make_chunk (const char *text, gsize start, gsize end, const CzSayOptions *options)
{
  CzChunk *chunk = g_new0 (CzChunk, 1);
  gsize skip = text[start] == '=' || text[start] == '~';

  chunk->start = start;
  chunk->end = end;
  chunk->lang = text[start] == '=' ? CZ_LANG_EN : options->lang;
  chunk->slow = text[start] == '~';
  chunk->pause_ms = FIXTURE_PAUSE_MS;
  chunk->spoken = g_strndup (text + start, end - start);
  chunk->input = g_strndup (text + start + skip, end - start - skip);
  chunk->tokens = g_ptr_array_new ();
  return chunk;
}

GPtrArray *
cz_fixture_chunks (const char *text, gsize len, const CzSayOptions *options, gpointer data)
{
  GPtrArray *chunks = g_ptr_array_new_with_free_func (free_chunk);
  gsize start = 0;

  for (gsize i = 0; i <= len; i++) {
    if (i < len && text[i] != '|' && text[i] != '\n')
      continue;
    if (i > start)
      g_ptr_array_add (chunks, make_chunk (text, start, i, options));
    start = i + 1;
  }
  return chunks;
}

static gboolean
on_too_long (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_CONTINUE;
}

void
cz_fixture_run_until (const gboolean *done)
{
  gboolean too_long = FALSE;
  guint timeout = g_timeout_add_seconds (20, on_too_long, &too_long);

  while (!*done && !too_long)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timeout);
  g_assert_true (*done);
}

double
cz_fixture_rms (const GArray *samples)
{
  double sum = 0;

  for (guint i = 0; i < samples->len; i++) {
    double sample = g_array_index (samples, gint16, i);
    sum += sample * sample;
  }
  return samples->len > 0 ? sqrt (sum / samples->len) : 0;
}

char *
cz_fixture_make_dir (void)
{
  const char *parent = g_file_test ("/dev/shm", G_FILE_TEST_IS_DIR) ? "/dev/shm" : g_get_tmp_dir ();
  char *dir = g_build_filename (parent, "cz-bank-XXXXXX", NULL);

  g_assert_nonnull (g_mkdtemp (dir));
  return dir;
}
