/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ALSA sink in time, on the clock card. */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "tests/app/speech/cz-voice-fixture.h"

#define RATE_HZ 22050

typedef struct {
  char *dir;
  char *heard;
  CzSink *sink;
  gint16 sound[RATE_HZ];
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  /* ALSA reads its settings once; the path in them is the same for all cases. */
  f->dir = g_path_get_dirname (g_getenv ("ALSA_CONFIG_PATH"));
  f->heard = g_build_filename (f->dir, "heard.raw", NULL);
  g_unlink (f->heard);
  f->sink = cz_sink_alsa_new ("clock");
  for (guint i = 0; i < RATE_HZ; i++)
    f->sound[i] = (gint16) (i % 1000 + 1);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_object_unref (f->sink);
  g_unlink (f->heard);
  g_free (f->heard);
  g_free (f->dir);
}

static void
open_sink (Fixture *f)
{
  g_autoptr (GError) error = NULL;

  cz_sink_open (f->sink, RATE_HZ, "", &error);
  g_assert_no_error (error);
}

static double
ms_since (gint64 start_us)
{
  return (double) (g_get_monotonic_time () - start_us) / 1000;
}

/* A second takes a second, the position follows the clock, and all of it arrives, with silence behind it. */
static void
test_plays_in_time (Fixture *f, gconstpointer data)
{
  gint64 start_us = g_get_monotonic_time ();
  g_autofree char *contents = NULL;
  gsize size = 0;
  guint64 before = 0;

  open_sink (f);
  for (guint i = 0; i < 10; i++) {
    guint64 played;
    g_assert_true (cz_sink_write (f->sink, f->sound + i * (RATE_HZ / 10), RATE_HZ / 10, NULL));
    played = cz_sink_played_frames (f->sink);
    g_assert_cmpuint (played, >=, before);
    g_assert_cmpuint (played, <=, (i + 1) * (RATE_HZ / 10));
    if (i >= 4)
      g_assert_cmpfloat (fabs ((double) played * 1000 / RATE_HZ - ms_since (start_us)), <, 60);
    before = played;
  }
  g_assert_cmpfloat (ms_since (start_us), >, 700);
  cz_sink_close (f->sink, FALSE);
  g_assert_cmpfloat (ms_since (start_us), >=, 995);
  g_assert_cmpfloat (ms_since (start_us), <, 1300);
  g_assert_cmpuint (cz_sink_played_frames (f->sink), ==, RATE_HZ);
  cz_sink_release (f->sink);
  g_assert_true (g_file_get_contents (f->heard, &contents, &size, NULL));
  g_assert_cmpuint (size, >, sizeof f->sound);
  g_assert_cmpmem (contents, sizeof f->sound, f->sound, sizeof f->sound);
  for (gsize i = sizeof f->sound; i < size; i++)
    g_assert_cmpint (contents[i], ==, 0);
}

/* Shorter than the card's buffer: it is heard all the same, and to its end. */
static void
test_short_sound (Fixture *f, gconstpointer data)
{
  gint64 start_us = g_get_monotonic_time ();

  open_sink (f);
  g_assert_true (cz_sink_write (f->sink, f->sound, RATE_HZ / 20, NULL));
  cz_sink_close (f->sink, FALSE);
  g_assert_cmpuint (cz_sink_played_frames (f->sink), ==, RATE_HZ / 20);
  g_assert_cmpfloat (ms_since (start_us), >=, 49);
  g_assert_cmpfloat (ms_since (start_us), <, 300);
}

static gpointer
interrupt_after_a_while (gpointer sink)
{
  while (cz_sink_played_frames (sink) < RATE_HZ / 4)
    g_usleep (1000);
  cz_sink_interrupt (sink);
  return NULL;
}

static void
test_interrupt (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gint64 start_us = g_get_monotonic_time ();
  GThread *thread;

  open_sink (f);
  thread = g_thread_new ("interrupt", interrupt_after_a_while, f->sink);
  g_assert_false (cz_sink_write (f->sink, f->sound, RATE_HZ, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpfloat (ms_since (start_us), <, 400);
  g_assert_cmpuint (cz_sink_played_frames (f->sink), >=, RATE_HZ / 4);
  g_assert_cmpuint (cz_sink_played_frames (f->sink), <, RATE_HZ / 2);
  g_assert_false (cz_sink_write (f->sink, f->sound, 1, NULL));
  cz_sink_close (f->sink, TRUE);
  g_thread_join (thread);

  /* The next utterance is not touched by it. */
  open_sink (f);
  g_assert_cmpuint (cz_sink_played_frames (f->sink), ==, 0);
  g_assert_true (cz_sink_write (f->sink, f->sound, RATE_HZ / 2, NULL));
  cz_sink_close (f->sink, FALSE);
  g_assert_cmpuint (cz_sink_played_frames (f->sink), ==, RATE_HZ / 2);
}

/* A board too busy to feed its card: sound goes on, and so does the count. */
static void
test_runs_dry (Fixture *f, gconstpointer data)
{
  guint64 half = RATE_HZ / 2;

  open_sink (f);
  g_assert_true (cz_sink_write (f->sink, f->sound, half, NULL));
  while (cz_sink_played_frames (f->sink) < half - RATE_HZ / 50)
    g_usleep (1000);
  g_usleep (60000); /* nothing tells of the card's end but time */
  g_assert_true (cz_sink_write (f->sink, f->sound, half, NULL));
  cz_sink_close (f->sink, FALSE);
  g_assert_cmpuint (cz_sink_played_frames (f->sink), ==, 2 * half);
}

typedef struct {
  gboolean heard, finished;
} Said;

static void
on_chunk (CzVoice *voice, guint utterance, guint64 start, guint64 end, Said *said)
{
  said->heard = TRUE;
}

static void
on_finished (CzVoice *voice, guint utterance, gboolean completed, Said *said)
{
  said->finished = TRUE;
}

static void
test_voice_stops (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzVoice) voice = cz_voice_new_with_chunker (cz_fixture_chunks, NULL, NULL, f->sink, &error);
  Said said = { 0 };
  gint64 start_us;
  gboolean has_sound = FALSE;

  g_assert_no_error (error);
  g_signal_connect (voice, "chunk", G_CALLBACK (on_chunk), &said);
  g_signal_connect (voice, "finished", G_CALLBACK (on_finished), &said);
  cz_voice_say (voice, "jin1tian1 bai2cai4 mei3 jin1 san1kuai4 wu3，jin1tian1 bai2cai4|ni3hao3", NULL);
  cz_fixture_run_until (&said.heard);
  g_object_get (voice, "has-sound", &has_sound, NULL);
  g_assert_true (has_sound);
  while (cz_sink_played_frames (f->sink) < RATE_HZ / 2)
    g_usleep (1000);
  start_us = g_get_monotonic_time ();
  cz_voice_stop (voice);
  cz_fixture_run_until (&said.finished);
  g_test_message ("silent and finished after %.1f ms", ms_since (start_us));
  g_assert_cmpfloat (ms_since (start_us), <, 150);
}

static char *
write_config (const char *card)
{
  char *dir = g_dir_make_tmp ("cz-alsa-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "asoundrc", NULL);
  g_autofree char *config = g_strdup_printf ("pcm_type.czclock { lib \"%s\" }\n"
                                             "pcm.clock { type czclock file \"%s/heard.raw\" }\n",
                                             card, dir);

  g_assert_true (g_file_set_contents (path, config, -1, NULL));
  g_setenv ("ALSA_CONFIG_PATH", path, TRUE);
  return dir;
}

#define ADD(name, function) g_test_add ("/speech/alsa/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_autofree char *dir = NULL;
  g_autofree char *config = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  dir = write_config (g_getenv ("CZ_TEST_CLOCK_CARD"));
  ADD ("plays-in-time", test_plays_in_time);
  ADD ("short-sound", test_short_sound);
  ADD ("interrupt", test_interrupt);
  ADD ("runs-dry", test_runs_dry);
  ADD ("voice-stops", test_voice_stops);
  status = g_test_run ();
  config = g_build_filename (dir, "asoundrc", NULL);
  g_unlink (config);
  g_rmdir (dir);
  return status;
}
