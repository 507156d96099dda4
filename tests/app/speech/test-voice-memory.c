/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <malloc.h>
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

/* In bytes. A lost block shows in every part of a run, a step of the allocator in one: the least growth of the parts counts. */
typedef struct {
  gint64 resident;
  gint64 in_use; /* what was asked of malloc and not given back: knows no pages and no fragments */
} Growth;

static Growth
measure (void)
{
  return (Growth){ (gint64) resident_bytes (), (gint64) mallinfo2 ().uordblks };
}

/* Returns the least, prints the whole. */
static Growth
least_growth (gboolean mixed, guint n_parts, guint n_chunks)
{
  g_autoptr (CzSink) sink = cz_sink_null_new (FALSE);
  g_autoptr (GError) error = NULL;
  g_autoptr (CzVoice) voice = cz_voice_new_with_chunker (cz_fixture_chunks, NULL, NULL, sink, &error);
  gboolean done = FALSE;
  Growth least = { G_MAXINT64, G_MAXINT64 };
  Growth first, before;

  g_assert_no_error (error);
  g_signal_connect (voice, "finished", G_CALLBACK (on_finished), &done);
  cz_voice_set_speed (voice, CZ_VOICE_SPEED_FAST);
  say_chunks (voice, &done, n_chunks, mixed);
  first = before = measure ();
  for (guint i = 0; i < n_parts; i++) {
    Growth after;
    say_chunks (voice, &done, n_chunks, mixed);
    after = measure ();
    least.resident = MIN (least.resident, after.resident - before.resident);
    least.in_use = MIN (least.in_use, after.in_use - before.in_use);
    before = after;
  }
  g_test_message ("resident memory %.1f MB, growth over %u chunks: %" G_GINT64_FORMAT " bytes, least over %u: %" G_GINT64_FORMAT
                  "; in use %" G_GINT64_FORMAT ", least %" G_GINT64_FORMAT,
                  (double) before.resident / 1e6, n_parts * n_chunks, before.resident - first.resident, n_chunks, least.resident,
                  before.in_use - first.in_use, least.in_use);
#if defined(__SANITIZE_ADDRESS__)
  g_test_message ("under AddressSanitizer the growth is its quarantine; not judged");
  return (Growth){ 0, 0 };
#else
  return least;
#endif
}

/* One block lost with each chunk, 32 bytes at least, would be 80 kB. Bytes in use say so within 4 kB; pages come later, while the
 * allocator spreads what is free. */
static void
test_no_growth (void)
{
  Growth growth = least_growth (FALSE, 4, N_CHUNKS / 4);

  g_assert_cmpint (growth.in_use, <=, 4 * 1024);
  g_assert_cmpint (growth.resident, <=, 32 * 1024);
}

/* espeak-ng reads a dictionary of 1.6 MB at every change of voice: one of them lost would be seen at once. Bytes in
 * use go on rising a little, until some 10,000 chunks: 6 kB in this part. */
static void
test_no_growth_mixed (void)
{
  Growth growth = least_growth (TRUE, 4, N_CHUNKS / 20);

  g_assert_cmpint (growth.in_use, <=, 12 * 1024);
  g_assert_cmpint (growth.resident, <=, 16 * 1024);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/speech/voice/no-growth-over-ten-thousand-chunks", test_no_growth);
  g_test_add_func ("/speech/voice/no-growth-with-english-words", test_no_growth_mixed);
  return g_test_run ();
}
