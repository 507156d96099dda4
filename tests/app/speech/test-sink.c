/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include "app/speech/cz-sink-null.h"
#include "app/speech/bank/cz-wav.h"

#define RATE_HZ 22050

typedef struct {
  char *dir;
  gint16 tone[RATE_HZ / 10]; /* 100 ms */
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->dir = g_dir_make_tmp ("cz-sink-XXXXXX", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (f->tone); i++)
    f->tone[i] = (gint16) ((i % 50) * 400 - 10000);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autoptr (GDir) entries = g_dir_open (f->dir, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (entries)) != NULL) {
    g_autofree char *path = g_build_filename (f->dir, name, NULL);
    g_unlink (path);
  }
  g_rmdir (f->dir);
  g_free (f->dir);
}

static void
speak (CzSink *sink, const char *label, const gint16 *samples, gsize n)
{
  g_autoptr (GError) error = NULL;

  cz_sink_open (sink, RATE_HZ, label, &error);
  g_assert_no_error (error);
  cz_sink_write (sink, samples, n, &error);
  g_assert_no_error (error);
  cz_sink_close (sink, FALSE);
}

static void
assert_wav (const char *dir, const char *name, const gint16 *samples, gsize n)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);
  g_autoptr (GError) error = NULL;
  guint rate_hz = 0;
  g_autoptr (GArray) found = cz_wav_load (path, 1 << 20, &rate_hz, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (rate_hz, ==, RATE_HZ);
  g_assert_cmpmem (found->data, found->len * 2, samples, n * 2);
}

static void
test_wav_folder (Fixture *f, gconstpointer data)
{
  g_autofree char *index = g_build_filename (f->dir, "index.txt", NULL);
  g_autofree char *contents = NULL;

  for (int run = 0; run < 2; run++) {
    g_autoptr (CzSink) sink = cz_sink_wav_new (f->dir);
    speak (sink, "白菜\t三块五\n一斤", f->tone, G_N_ELEMENTS (f->tone));
    speak (sink, "", f->tone, 7);
    g_assert_cmpuint (cz_sink_played_frames (sink), ==, 7);
  }
  assert_wav (f->dir, "000001.wav", f->tone, G_N_ELEMENTS (f->tone));
  assert_wav (f->dir, "000004.wav", f->tone, 7);
  g_assert_true (g_file_get_contents (index, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==,
                   "000001.wav\t白菜 三块五 一斤\n000002.wav\t\n000003.wav\t白菜 三块五 一斤\n000004.wav\t\n");
}

static void
test_wav_append (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->dir, "all.wav", NULL);
  gint16 expected[20];

  for (int run = 0; run < 2; run++) {
    g_autoptr (CzSink) sink = cz_sink_wav_new (path);
    speak (sink, "a", f->tone, 5);
    speak (sink, "b", f->tone + 5, 5);
  }
  memcpy (expected, f->tone, 20);
  memcpy (expected + 10, f->tone, 20);
  assert_wav (f->dir, "all.wav", expected, 20);
}

static void
test_wav_foreign_file (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->dir, "letter.wav", NULL);
  g_autofree char *contents = NULL;
  g_autoptr (CzSink) sink = cz_sink_wav_new (path);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, "not sound", -1, NULL));
  g_assert_false (cz_sink_open (sink, RATE_HZ, "", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, "not sound");
}

static void
test_wav_anew (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->dir, "out", NULL);

  for (int run = 0; run < 2; run++) {
    g_autoptr (CzSink) sink = cz_sink_wav_new_file (path);
    speak (sink, "a", f->tone, 5);
    speak (sink, "b", f->tone + 5, 5);
  }
  assert_wav (f->dir, "out", f->tone, 10);
}

static void
test_wav_full_disk (Fixture *f, gconstpointer data)
{
  g_autoptr (CzSink) sink = cz_sink_wav_new_file ("/dev/full");
  g_autoptr (GError) error = NULL;

  g_assert_false (cz_sink_open (sink, RATE_HZ, "", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
}

static void
test_wav_no_folder (Fixture *f, gconstpointer data)
{
  g_autoptr (CzSink) sink = cz_sink_wav_new ("/proc/nothing/here");
  g_autoptr (GError) error = NULL;

  g_assert_false (cz_sink_open (sink, RATE_HZ, "", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

static gpointer
interrupt_soon (gpointer sink)
{
  while (cz_sink_played_frames (sink) == 0)
    g_thread_yield ();
  cz_sink_interrupt (sink);
  return NULL;
}

/* Ten seconds of sound in real time, cut off: the write comes back, and what is kept is what was heard. */
static guint64
write_and_interrupt (CzSink *sink)
{
  g_autofree gint16 *samples = g_new0 (gint16, 10 * RATE_HZ);
  g_autoptr (GError) error = NULL;
  GThread *thread;
  gint64 start_us = g_get_monotonic_time ();

  g_assert_true (cz_sink_open (sink, RATE_HZ, "long", NULL));
  thread = g_thread_new ("interrupt", interrupt_soon, sink);
  g_assert_false (cz_sink_write (sink, samples, 10 * RATE_HZ, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (thread);
  cz_sink_close (sink, TRUE);
  g_assert_cmpint (g_get_monotonic_time () - start_us, <, 2 * G_USEC_PER_SEC);
  return cz_sink_played_frames (sink);
}

static void
test_wav_interrupted (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->dir, "000001.wav", NULL);
  g_autoptr (CzSink) sink = cz_sink_wav_new_real_time (f->dir);
  guint64 heard = write_and_interrupt (sink);
  guint rate_hz;
  g_autoptr (GArray) samples = cz_wav_load (path, 1 << 20, &rate_hz, NULL);

  g_assert_nonnull (samples);
  g_assert_cmpuint (samples->len, ==, heard);
  g_assert_cmpuint (heard, >, 0);
  g_assert_cmpuint (heard, <, RATE_HZ);
}

static void
test_null_real_time (Fixture *f, gconstpointer data)
{
  g_autoptr (CzSink) sink = cz_sink_null_new (TRUE);
  g_autoptr (GArray) samples = NULL;
  gint64 start_us = g_get_monotonic_time ();
  gint64 took_us;
  guint64 heard;

  cz_sink_null_set_recording (CZ_SINK_NULL (sink), TRUE);
  speak (sink, "a", f->tone, G_N_ELEMENTS (f->tone));
  speak (sink, "b", f->tone, G_N_ELEMENTS (f->tone));
  took_us = g_get_monotonic_time () - start_us;
  g_assert_cmpint (took_us, >=, 200000 - 200);
  heard = write_and_interrupt (sink);
  samples = cz_sink_null_dup_samples (CZ_SINK_NULL (sink), 2);
  g_assert_cmpuint (samples->len, ==, heard);
  g_assert_cmpuint (cz_sink_null_n_utterances (CZ_SINK_NULL (sink)), ==, 3);
  g_assert_null (cz_sink_null_dup_samples (CZ_SINK_NULL (sink), 3));
}

static void
test_null_held (Fixture *f, gconstpointer data)
{
  g_autoptr (CzSink) sink = cz_sink_null_new_held ();

  g_assert_true (cz_sink_open (sink, RATE_HZ, "", NULL));
  g_assert_true (cz_sink_write (sink, f->tone, 1000, NULL));
  g_assert_cmpuint (cz_sink_played_frames (sink), ==, 0);
  cz_sink_null_advance (CZ_SINK_NULL (sink), 400);
  g_assert_cmpuint (cz_sink_played_frames (sink), ==, 400);
  cz_sink_null_advance (CZ_SINK_NULL (sink), 4000);
  g_assert_cmpuint (cz_sink_played_frames (sink), ==, 1000);
  cz_sink_close (sink, FALSE);
}

static void
test_alsa_no_card (Fixture *f, gconstpointer data)
{
  g_autoptr (CzSink) sink = cz_sink_alsa_new ("nosuchcard");
  g_autoptr (GError) error = NULL;
  gint64 start_us = g_get_monotonic_time ();

  g_assert_false (cz_sink_open (sink, RATE_HZ, "", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_cmpint (g_get_monotonic_time () - start_us, <, 100000);
  /* None of these may come to grief without a card. */
  cz_sink_interrupt (sink);
  cz_sink_close (sink, TRUE);
  cz_sink_release (sink);
  g_assert_cmpuint (cz_sink_played_frames (sink), ==, 0);
}

/* ALSA's file plugin is a card for a machine that has none. */
static void
test_alsa_file_plugin (Fixture *f, gconstpointer data)
{
  g_autofree char *raw = g_build_filename (f->dir, "card.raw", NULL);
  g_autofree char *device = g_strdup_printf ("file:'%s',raw", raw);
  g_autoptr (CzSink) sink = cz_sink_alsa_new (device);
  g_autoptr (GError) error = NULL;
  g_autofree char *contents = NULL;
  gsize size = 0;

  if (!cz_sink_open (sink, RATE_HZ, "", &error)) {
    g_test_skip (error->message);
    return;
  }
  g_assert_true (cz_sink_write (sink, f->tone, G_N_ELEMENTS (f->tone), &error));
  g_assert_no_error (error);
  cz_sink_close (sink, FALSE);
  g_assert_cmpuint (cz_sink_played_frames (sink), ==, G_N_ELEMENTS (f->tone));
  cz_sink_release (sink);
  g_assert_true (g_file_get_contents (raw, &contents, &size, NULL));
  g_assert_cmpuint (size, >=, sizeof f->tone);
  g_assert_cmpmem (contents, sizeof f->tone, f->tone, sizeof f->tone);
  for (gsize i = sizeof f->tone; i < size; i++)
    g_assert_cmpint (contents[i], ==, 0);
}

static void
assert_refused (const guint8 *bytes, gsize size, CzWavError code)
{
  g_autoptr (GError) error = NULL;
  CzWavInfo info;

  g_assert_false (cz_wav_parse (bytes, size, &info, &error));
  g_assert_error (error, CZ_WAV_ERROR, (int) code);
}

static void
test_wav_refuses (Fixture *f, gconstpointer data)
{
  guint8 wav[CZ_WAV_HEADER_BYTES + 20] = { 0 };
  CzWavInfo info;

  cz_wav_header (wav, RATE_HZ, 10);
  g_assert_true (cz_wav_parse (wav, sizeof wav, &info, NULL));
  g_assert_cmpuint (info.n_frames, ==, 10);
  for (gsize size = 0; size < sizeof wav; size++)
    assert_refused (wav, size, CZ_WAV_ERROR_DAMAGED);
  wav[22] = 2;
  assert_refused (wav, sizeof wav, CZ_WAV_ERROR_FORMAT);
  wav[22] = 1;
  wav[34] = 8;
  assert_refused (wav, sizeof wav, CZ_WAV_ERROR_FORMAT);
  wav[34] = 16;
  wav[19] = 0xff; /* the format part claims 4 GB */
  assert_refused (wav, sizeof wav, CZ_WAV_ERROR_DAMAGED);
}

static void
test_wav_any_bytes (Fixture *f, gconstpointer data)
{
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  guint8 bytes[200];

  g_test_message ("seed %u", seed);
  for (int run = 0; run < 20000; run++) {
    CzWavInfo info;
    gsize size = (gsize) g_rand_int_range (rand, 0, sizeof bytes);
    cz_wav_header (bytes, RATE_HZ, 70);
    for (int i = 0; i < 4; i++)
      bytes[g_rand_int_range (rand, 0, 60)] = (guint8) g_rand_int (rand);
    if (cz_wav_parse (bytes, size, &info, NULL))
      g_assert_cmpuint (info.offset + 2 * info.n_frames, <=, size);
  }
}

#define ADD(name, function) g_test_add ("/speech/sink/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("wav-folder", test_wav_folder);
  ADD ("wav-append", test_wav_append);
  ADD ("wav-foreign-file", test_wav_foreign_file);
  ADD ("wav-anew", test_wav_anew);
  ADD ("wav-full-disk", test_wav_full_disk);
  ADD ("wav-no-folder", test_wav_no_folder);
  ADD ("wav-interrupted", test_wav_interrupted);
  ADD ("null-real-time", test_null_real_time);
  ADD ("null-held", test_null_held);
  ADD ("alsa-no-card", test_alsa_no_card);
  ADD ("alsa-file-plugin", test_alsa_file_plugin);
  ADD ("wav-refuses", test_wav_refuses);
  ADD ("wav-any-bytes", test_wav_any_bytes);
  return g_test_run ();
}
