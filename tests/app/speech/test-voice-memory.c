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

/* A lost block shows in every part of a run, a step of the allocator in one: the least growth of the parts counts.
 * Returns it in bytes; prints the whole. */
static gint64
least_growth (gboolean mixed, guint n_parts, guint n_chunks)
{
  g_autoptr (CzSink) sink = cz_sink_null_new (FALSE);
  g_autoptr (GError) error = NULL;
  g_autoptr (CzVoice) voice = cz_voice_new_with_chunker (cz_fixture_chunks, NULL, NULL, sink, &error);
  gboolean done = FALSE;
  gint64 least = G_MAXINT64;
  gint64 first, before;

  g_assert_no_error (error);
  g_signal_connect (voice, "finished", G_CALLBACK (on_finished), &done);
  cz_voice_set_speed (voice, CZ_VOICE_SPEED_FAST);
  say_chunks (voice, &done, n_chunks, mixed);
  first = before = (gint64) resident_bytes ();
  for (guint i = 0; i < n_parts; i++) {
    gint64 after;
    say_chunks (voice, &done, n_chunks, mixed);
    after = (gint64) resident_bytes ();
    least = MIN (least, after - before);
    before = after;
  }
  g_test_message ("resident memory %.1f MB, growth over %u chunks: %" G_GINT64_FORMAT " bytes, least over %u: %" G_GINT64_FORMAT,
                  (double) before / 1e6, n_parts * n_chunks, before - first, n_chunks, least);
#if defined(__SANITIZE_ADDRESS__)
  g_test_message ("under AddressSanitizer the growth is its quarantine; not judged");
  return 0;
#else
  return least;
#endif
}

/* One block lost with each chunk, 32 bytes at least, would be 80 kB; a few pages come and go on a busy machine. */
static void
test_no_growth (void)
{
  g_assert_cmpint (least_growth (FALSE, 4, N_CHUNKS / 4), <=, 48 * 1024);
}

/* espeak-ng reads a dictionary of 1.6 MB at every change of voice: one of them lost would be seen at once. */
static void
test_no_growth_mixed (void)
{
  g_assert_cmpint (least_growth (TRUE, 4, N_CHUNKS / 20), <=, 16 * 1024);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/speech/voice/no-growth-over-ten-thousand-chunks", test_no_growth);
  g_test_add_func ("/speech/voice/no-growth-with-english-words", test_no_growth_mixed);
  return g_test_run ();
}
