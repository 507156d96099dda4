/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <unistd.h>
#include "app/speech/cz-sink-null.h"
#include "tests/app/speech/cz-voice-fixture.h"

#define N_CHUNKS 10000
#define CHUNKS_A_TEXT 20

static gsize
resident_bytes (void)
{
  g_autofree char *contents = NULL;
  unsigned long pages = 0;

  g_assert_true (g_file_get_contents ("/proc/self/statm", &contents, NULL, NULL));
  g_assert_cmpint (sscanf (contents, "%*u %lu", &pages), ==, 1);
  return pages * (gsize) sysconf (_SC_PAGESIZE);
}

static void
on_finished (CzVoice *voice, guint utterance, gboolean completed, gpointer data)
{
  g_assert_true (completed);
  *(gboolean *) data = TRUE;
}

static void
say_chunks (CzVoice *voice, gboolean *done, guint n_chunks, gboolean mixed)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < CHUNKS_A_TEXT; i++)
    g_string_append (text, mixed && i % 5 == 4 ? "=price|" : "cai4|");
  for (guint i = 0; i < n_chunks / CHUNKS_A_TEXT; i++) {
    *done = FALSE;
    cz_voice_say (voice, text->str, NULL);
    cz_fixture_run_until (done);
  }
}

static gint64
growth (gboolean mixed, guint n_chunks)
{
  g_autoptr (CzSink) sink = cz_sink_null_new (FALSE);
  g_autoptr (GError) error = NULL;
  g_autoptr (CzVoice) voice = cz_voice_new_with_chunker (cz_fixture_chunks, NULL, NULL, sink, &error);
  gboolean done = FALSE;
  gsize before, after;

  g_assert_no_error (error);
  g_signal_connect (voice, "finished", G_CALLBACK (on_finished), &done);
  cz_voice_set_speed (voice, CZ_VOICE_SPEED_FAST);
  say_chunks (voice, &done, n_chunks / 2, mixed);
  before = resident_bytes ();
  say_chunks (voice, &done, n_chunks, mixed);
  after = resident_bytes ();
  g_test_message ("resident memory %.1f MB, growth over %u chunks: %" G_GINT64_FORMAT " bytes",
                  (double) after / 1e6, n_chunks, (gint64) after - (gint64) before);
#if defined(__SANITIZE_ADDRESS__)
  g_test_message ("under AddressSanitizer the growth is its quarantine; not judged");
  return 0;
#else
  return (gint64) after - (gint64) before;
#endif
}

/* Nothing is kept of a chunk. One block lost with each, 32 bytes at least, would be 320 kB; a few dozen pages come and
 * go with the allocator's bins. */
static void
test_no_growth (void)
{
  g_assert_cmpint (growth (FALSE, N_CHUNKS), <=, 128 * 1024);
}

/* espeak-ng reads a dictionary of 1.6 MB at every change of voice, which scatters the heap before it settles. */
static void
test_no_growth_mixed (void)
{
  g_assert_cmpint (growth (TRUE, N_CHUNKS / 5), <=, 512 * 1024);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/speech/voice/no-growth-over-ten-thousand-chunks", test_no_growth);
  g_test_add_func ("/speech/voice/no-growth-with-english-words", test_no_growth_mixed);
  return g_test_run ();
}
