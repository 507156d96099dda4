/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "app/speech/cz-sink-null.h"
#include "tests/app/speech/cz-voice-fixture.h"

#define RATE_HZ 22050

typedef struct {
  CzSink *sink;
  CzVoice *voice;
  GString *events; /* "c1:0-6 f1:1 " */
  gboolean finished; /* the last utterance said */
  gboolean heard; /* some chunk was */
  guint awaited;
  GArray *positions; /* guint64: what the sink had played at each chunk */
  GPtrArray *phonemes;
} Fixture;

static void
on_chunk (CzVoice *voice, guint utterance, guint64 start, guint64 end, Fixture *f)
{
  guint64 played = cz_sink_played_frames (f->sink);

  g_string_append_printf (f->events, "c%u:%u-%u ", utterance, (guint) start, (guint) end);
  g_array_append_val (f->positions, played);
  f->heard = TRUE;
}

static void
on_spoken (CzVoice *voice, guint utterance, const char *words, const char *phonemes, Fixture *f)
{
  g_ptr_array_add (f->phonemes, g_strdup (phonemes));
}

static void
on_finished (CzVoice *voice, guint utterance, gboolean completed, Fixture *f)
{
  g_string_append_printf (f->events, "f%u:%d ", utterance, completed);
  if (utterance == f->awaited)
    f->finished = TRUE;
}

static void
on_language_missing (CzVoice *voice, guint utterance, gint lang, Fixture *f)
{
  g_string_append_printf (f->events, "m%u:%d ", utterance, lang);
}

static void
fixture_start (Fixture *f, CzSink *sink)
{
  g_autoptr (GError) error = NULL;

  *f = (Fixture){ .sink = sink };
  f->events = g_string_new (NULL);
  f->positions = g_array_new (FALSE, FALSE, sizeof (guint64));
  f->phonemes = g_ptr_array_new_with_free_func (g_free);
  cz_sink_null_set_recording (CZ_SINK_NULL (sink), TRUE);
  f->voice = cz_voice_new_with_chunker (cz_fixture_chunks, NULL, NULL, sink, &error);
  g_assert_no_error (error);
  g_signal_connect (f->voice, "chunk", G_CALLBACK (on_chunk), f);
  g_signal_connect (f->voice, "spoken", G_CALLBACK (on_spoken), f);
  g_signal_connect (f->voice, "finished", G_CALLBACK (on_finished), f);
  g_signal_connect (f->voice, "language-missing", G_CALLBACK (on_language_missing), f);
}

static void
fixture_end (Fixture *f)
{
  g_assert_finalize_object (f->voice);
  g_assert_finalize_object (f->sink);
  g_string_free (f->events, TRUE);
  g_array_unref (f->positions);
  g_ptr_array_unref (f->phonemes);
}

static void
say (Fixture *f, const char *text, const CzSayOptions *options)
{
  f->finished = FALSE;
  f->heard = FALSE;
  f->awaited = cz_voice_say (f->voice, text, options);
  g_assert_cmpuint (f->awaited, >, 0);
}

static void
say_all (Fixture *f, const char *text)
{
  say (f, text, NULL);
  cz_fixture_run_until (&f->finished);
}

/* Frames the voice needs for text, apart from other cases. */
static guint
n_frames_of (Fixture *f, const char *text)
{
  g_autoptr (GArray) samples = NULL;

  say_all (f, text);
  samples = cz_sink_null_dup_samples (CZ_SINK_NULL (f->sink),
                                      cz_sink_null_n_utterances (CZ_SINK_NULL (f->sink)) - 1);
  return samples->len;
}

static void
test_order (void)
{
  Fixture f;
  g_autoptr (GArray) samples = NULL;
  g_autofree char *label = NULL;

  fixture_start (&f, cz_sink_null_new (FALSE));
  say (&f, "ni3hao3|jin1tian1\nbai2cai4", NULL);
  g_assert_true (cz_voice_is_speaking (f.voice));
  g_assert_cmpstr (f.events->str, ==, "");
  cz_fixture_run_until (&f.finished);
  g_assert_cmpstr (f.events->str, ==, "c1:0-7 c1:8-17 c1:18-26 f1:1 ");
  g_assert_false (cz_voice_is_speaking (f.voice));
  g_assert_cmpuint (f.phonemes->len, ==, 3);
  samples = cz_sink_null_dup_samples (CZ_SINK_NULL (f.sink), 0);
  label = cz_sink_null_dup_label (CZ_SINK_NULL (f.sink), 0);
  g_assert_cmpuint (samples->len, >, RATE_HZ);
  g_assert_cmpfloat (cz_fixture_rms (samples), >, 500);
  g_assert_cmpstr (label, ==, "ni3hao3|jin1tian1\nbai2cai4");
  fixture_end (&f);
}

static void
test_nothing_to_say (void)
{
  Fixture f;

  fixture_start (&f, cz_sink_null_new (FALSE));
  say_all (&f, "");
  say_all (&f, "|\n\n|");
  g_assert_cmpstr (f.events->str, ==, "f1:1 f2:1 ");
  g_assert_cmpuint (cz_sink_null_n_utterances (CZ_SINK_NULL (f.sink)), ==, 0);
  fixture_end (&f);
}

static void
test_say_ends_what_is_spoken (void)
{
  Fixture f;

  fixture_start (&f, cz_sink_null_new_held ());
  say (&f, "ni3hao3|jin1tian1", NULL);
  cz_fixture_run_until (&f.heard);
  say (&f, "bai2cai4", NULL);
  cz_sink_null_advance (CZ_SINK_NULL (f.sink), 0);
  cz_fixture_run_until (&f.heard);
  g_assert_true (cz_voice_is_speaking (f.voice));
  cz_sink_null_advance (CZ_SINK_NULL (f.sink), 10 * RATE_HZ);
  cz_fixture_run_until (&f.finished);
  g_assert_cmpstr (f.events->str, ==, "c1:0-7 f1:0 c2:0-8 f2:1 ");
  fixture_end (&f);
}

static void
test_many_says_at_once (void)
{
  Fixture f;

  fixture_start (&f, cz_sink_null_new (TRUE));
  for (int i = 0; i < 20; i++)
    say (&f, "ni3hao3|jin1tian1", NULL);
  cz_fixture_run_until (&f.finished);
  g_assert_true (g_str_has_suffix (f.events->str, "f19:0 c20:0-7 c20:8-17 f20:1 "));
  for (guint i = 1; i < 20; i++) {
    g_autofree char *once = g_strdup_printf ("f%u:0 ", i);
    const char *first = strstr (f.events->str, once);
    g_assert_nonnull (first);
    g_assert_null (strstr (first + 1, once));
  }
  fixture_end (&f);
}

static void
test_stop (void)
{
  Fixture f;

  fixture_start (&f, cz_sink_null_new_held ());
  say (&f, "ni3hao3|jin1tian1|bai2cai4", NULL);
  cz_fixture_run_until (&f.heard);
  cz_voice_stop (f.voice);
  g_assert_false (cz_voice_is_speaking (f.voice));
  cz_voice_stop (f.voice);
  cz_fixture_run_until (&f.finished);
  cz_sink_null_advance (CZ_SINK_NULL (f.sink), 10 * RATE_HZ);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpstr (f.events->str, ==, "c1:0-7 f1:0 ");
  fixture_end (&f);
}

static void
stop_at_chunk (CzVoice *voice, guint utterance, guint64 start, guint64 end, gpointer data)
{
  cz_voice_stop (voice);
}

static void
test_stop_from_handler (void)
{
  Fixture f;

  fixture_start (&f, cz_sink_null_new (FALSE));
  g_signal_connect (f.voice, "chunk", G_CALLBACK (stop_at_chunk), NULL);
  say_all (&f, "ni3hao3|jin1tian1|bai2cai4");
  g_assert_cmpstr (f.events->str, ==, "c1:0-7 f1:0 ");
  fixture_end (&f);
}

/* From the call to the sink's silence, in the middle of a long chunk, five times. */
static void
test_stop_latency (void)
{
  Fixture f;
  gint64 worst_us = 0;

  fixture_start (&f, cz_sink_null_new (TRUE));
  for (guint i = 0; i < 5; i++) {
    g_autoptr (GArray) samples = NULL;
    gint64 start_us;
    guint64 heard;
    say (&f, "jin1tian1 bai2cai4 mei3 jin1 san1kuai4 wu3，jin1tian1 bai2cai4 mei3 jin1 san1kuai4 wu3", NULL);
    cz_fixture_run_until (&f.heard);
    start_us = g_get_monotonic_time ();
    heard = cz_sink_played_frames (f.sink);
    cz_voice_stop (f.voice);
    cz_fixture_run_until (&f.finished);
    worst_us = MAX (worst_us, g_get_monotonic_time () - start_us);
    samples = cz_sink_null_dup_samples (CZ_SINK_NULL (f.sink), i);
    g_assert_cmpuint (samples->len, <=, heard + RATE_HZ * 150 / 1000);
  }
  g_test_message ("stop took %.1f ms at worst", (double) worst_us / 1000);
  g_assert_cmpint (worst_us, <=, 150000);
  fixture_end (&f);
}

static void
test_highlight_follows_the_sink (void)
{
  const char *parts[] = { "jin1tian1 bai2cai4 mei3 jin1", "san1kuai4 wu3", "ming2tian1" };
  guint64 expected = 0;
  Fixture f;
  Fixture fast;

  fixture_start (&fast, cz_sink_null_new (FALSE));
  fixture_start (&f, cz_sink_null_new (TRUE));
  say_all (&f, "jin1tian1 bai2cai4 mei3 jin1|san1kuai4 wu3|ming2tian1");
  g_assert_cmpuint (f.positions->len, ==, 3);
  for (guint i = 0; i < 3; i++) {
    gint64 off = (gint64) g_array_index (f.positions, guint64, i) - (gint64) expected;
    g_test_message ("chunk %u at %+.0f ms", i, (double) off * 1000 / RATE_HZ);
    g_assert_cmpint (ABS (off), <=, RATE_HZ / 5);
    expected += n_frames_of (&fast, parts[i]) + RATE_HZ * FIXTURE_PAUSE_MS / 1000;
  }
  fixture_end (&f);
  fixture_end (&fast);
}

static void
test_no_card (void)
{
  Fixture f;
  gboolean has_sound;
  gint64 start_us;

  fixture_start (&f, cz_sink_null_new (FALSE));
  cz_sink_null_set_broken (CZ_SINK_NULL (f.sink), TRUE);
  start_us = g_get_monotonic_time ();
  say_all (&f, "ni3hao3|jin1tian1");
  g_assert_cmpstr (f.events->str, ==, "c1:0-7 c1:8-17 f1:1 ");
  g_assert_cmpint (g_get_monotonic_time () - start_us, >, 1000000);
  g_object_get (f.voice, "has-sound", &has_sound, NULL);
  g_assert_false (has_sound);

  cz_sink_null_set_broken (CZ_SINK_NULL (f.sink), FALSE);
  say_all (&f, "ni3hao3");
  g_object_get (f.voice, "has-sound", &has_sound, NULL);
  g_assert_true (has_sound);
  fixture_end (&f);
}

static void
break_sink (CzVoice *voice, guint utterance, guint64 start, guint64 end, gpointer sink)
{
  cz_sink_null_set_broken (sink, TRUE);
}

/* In mid-sentence: the rest is counted by the clock, and every chunk is still shown. */
static void
test_card_pulled_out (void)
{
  Fixture f;
  gboolean has_sound = TRUE;
  gint64 start_us;

  fixture_start (&f, cz_sink_null_new (TRUE));
  g_signal_connect (f.voice, "chunk", G_CALLBACK (break_sink), f.sink);
  start_us = g_get_monotonic_time ();
  say_all (&f, "ni3hao3|jin1tian1|bai2cai4");
  g_assert_cmpstr (f.events->str, ==, "c1:0-7 c1:8-17 c1:18-26 f1:1 ");
  g_assert_cmpint (g_get_monotonic_time () - start_us, >, 1800000);
  g_object_get (f.voice, "has-sound", &has_sound, NULL);
  g_assert_false (has_sound);
  fixture_end (&f);
}

static void
test_replay_from_offset (void)
{
  const char *text = "ni3hao3|jin1tian1\nbai2cai4|luo2bo5";
  Fixture f;

  fixture_start (&f, cz_sink_null_new (FALSE));
  for (gsize from = 8; from <= strlen (text); from++) {
    CzSayOptions options = { .from = from };
    g_string_truncate (f.events, 0);
    say (&f, text, &options);
    cz_fixture_run_until (&f.finished);
    g_assert_cmpint (strstr (f.events->str, ":0-7 ") != NULL, ==, FALSE);
    g_assert_cmpint (strstr (f.events->str, ":8-17 ") != NULL, ==, from < 17);
    g_assert_cmpint (strstr (f.events->str, ":18-26 ") != NULL, ==, from < 26);
    g_assert_cmpint (strstr (f.events->str, ":27-34 ") != NULL, ==, from < 34);
  }
  fixture_end (&f);
}

static void
test_volume (void)
{
  Fixture f;
  double rms[3];
  const guint percents[] = { 100, 50, 0 };

  fixture_start (&f, cz_sink_null_new (FALSE));
  for (guint i = 0; i < 3; i++) {
    g_autoptr (GArray) samples = NULL;
    cz_voice_set_volume (f.voice, percents[i]);
    say_all (&f, "ni3hao3 bai2cai4");
    samples = cz_sink_null_dup_samples (CZ_SINK_NULL (f.sink), i);
    rms[i] = cz_fixture_rms (samples);
  }
  /* 50 percent less are 20 dB. */
  g_assert_cmpfloat_with_epsilon (rms[0] / rms[1], 10.0, 0.3);
  g_assert_cmpfloat (rms[2], ==, 0);
  cz_voice_set_volume (f.voice, 1000);
  g_assert_cmpuint (cz_voice_get_volume (f.voice), ==, 100);
  fixture_end (&f);
}

static void
test_speeds (void)
{
  const char *text = "jin1tian1 bai2cai4 mei3 jin1 san1kuai4 wu3";
  guint frames[4];
  Fixture f;

  fixture_start (&f, cz_sink_null_new (FALSE));
  g_assert_cmpint (cz_voice_get_speed (f.voice), ==, CZ_VOICE_SPEED_NORMAL);
  for (int speed = CZ_VOICE_SPEED_SLOW; speed <= CZ_VOICE_SPEED_FAST; speed++) {
    cz_voice_set_speed (f.voice, (CzVoiceSpeed) speed);
    frames[speed] = n_frames_of (&f, text);
  }
  frames[3] = n_frames_of (&f, "~jin1tian1 bai2cai4 mei3 jin1 san1kuai4 wu3");
  g_assert_cmpuint (frames[0], >, frames[1] * 11 / 10);
  g_assert_cmpuint (frames[1], >, frames[2] * 105 / 100);
  /* A slow chunk at the fast speed is spoken at the normal one. */
  g_assert_cmpuint (frames[3], >, frames[1] * 99 / 100);
  g_assert_cmpuint (frames[3], <, frames[1] * 101 / 100);
  fixture_end (&f);
}

static void
test_variant (void)
{
  Fixture f;
  g_autoptr (GArray) plain = NULL;
  g_autoptr (GArray) varied = NULL;
  g_autoptr (GArray) unknown = NULL;

  fixture_start (&f, cz_sink_null_new (FALSE));
  say_all (&f, "ni3hao3");
  cz_voice_set_variant (f.voice, "f3");
  say_all (&f, "ni3hao3");
  cz_voice_set_variant (f.voice, "nosuch");
  say_all (&f, "ni3hao3");
  plain = cz_sink_null_dup_samples (CZ_SINK_NULL (f.sink), 0);
  varied = cz_sink_null_dup_samples (CZ_SINK_NULL (f.sink), 1);
  unknown = cz_sink_null_dup_samples (CZ_SINK_NULL (f.sink), 2);
  g_assert_true (plain->len != varied->len || memcmp (plain->data, varied->data, plain->len * 2) != 0);
  g_assert_cmpfloat (cz_fixture_rms (unknown), >, 500);
  g_assert_cmpstr (f.phonemes->pdata[2], ==, f.phonemes->pdata[0]);
  fixture_end (&f);
}

static void
test_languages (void)
{
  Fixture f;
  CzLang lang = CZ_LANG_ZH;
  CzSayOptions cantonese = { .lang = CZ_LANG_YUE };

  fixture_start (&f, cz_sink_null_new (FALSE));
  say_all (&f, "bai2cai4|=Android");
  g_assert_cmpstr (f.phonemes->pdata[0], ==, "pai35tsh'ai51_|");
  g_assert_cmpstr (f.phonemes->pdata[1], ==, "'andrOId");
  say (&f, "行情", &cantonese);
  cz_fixture_run_until (&f.finished);
  g_assert_cmpstr (f.phonemes->pdata[2], ==, "hong4c'ing4_|");
  g_assert_true (cz_voice_find_language (f.voice, "zh-HK", &lang) && lang == CZ_LANG_ZH);
  g_assert_true (cz_voice_find_language (f.voice, "zh-yue", &lang) && lang == CZ_LANG_YUE);
  g_assert_true (cz_voice_find_language (f.voice, "EN_gb", &lang) && lang == CZ_LANG_EN);
  g_assert_false (cz_voice_find_language (f.voice, "bo", &lang));
  g_assert_false (cz_voice_find_language (f.voice, "zha", &lang));
  g_assert_false (cz_voice_find_language (f.voice, "", &lang));
  fixture_end (&f);
}

/* espeak-ng's data without Cantonese, in a folder of links. */
static char *
data_without_cantonese (void)
{
  g_autofree char *voice_data = NULL;
  char *dir = g_dir_make_tmp ("cz-voice-XXXXXX", NULL);
  g_autofree char *sub = g_build_filename (dir, "espeak-ng-data", NULL);
  g_autoptr (GDir) entries = NULL;
  const char *name;

  voice_data = g_strdup (g_getenv ("CZ_TEST_ESPEAK_DATA"));
  entries = voice_data != NULL ? g_dir_open (voice_data, 0, NULL) : NULL;
  if (entries == NULL) {
    g_rmdir (dir);
    g_free (dir);
    return NULL;
  }
  g_mkdir (sub, 0755);
  while ((name = g_dir_read_name (entries)) != NULL) {
    g_autofree char *from = g_build_filename (voice_data, name, NULL);
    g_autofree char *to = g_build_filename (sub, name, NULL);
    if (strcmp (name, "yue_dict") != 0)
      g_assert_cmpint (symlink (from, to), ==, 0);
  }
  return dir;
}

static void
remove_links (const char *dir)
{
  g_autofree char *sub = g_build_filename (dir, "espeak-ng-data", NULL);
  g_autoptr (GDir) entries = g_dir_open (sub, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (entries)) != NULL) {
    g_autofree char *path = g_build_filename (sub, name, NULL);
    g_unlink (path);
  }
  g_rmdir (sub);
  g_rmdir (dir);
}

static void
test_language_missing_here (void)
{
  Fixture f;
  CzSayOptions cantonese = { .lang = CZ_LANG_YUE };
  CzLang lang;

  fixture_start (&f, cz_sink_null_new (FALSE));
  g_assert_false (cz_voice_find_language (f.voice, "yue", &lang));
  say (&f, "行情", &cantonese);
  cz_fixture_run_until (&f.finished);
  g_assert_cmpstr (f.events->str, ==, "m1:2 f1:0 ");
  say_all (&f, "ni3hao3");
  g_assert_cmpstr (f.events->str, ==, "m1:2 f1:0 c2:0-7 f2:1 ");
  fixture_end (&f);
}

/* In a process of its own: espeak-ng chooses its data once. */
static void
test_language_missing (void)
{
  g_autofree char *dir = data_without_cantonese ();

  if (dir == NULL) {
    g_test_skip ("espeak-ng's data folder is not known here");
    return;
  }
  g_setenv ("ESPEAK_DATA_PATH", dir, TRUE);
  g_test_trap_subprocess ("/speech/voice/subprocess/language-missing", 0, 0);
  g_test_trap_assert_passed ();
  g_unsetenv ("ESPEAK_DATA_PATH");
  remove_links (dir);
}

static void
test_log (void)
{
  Fixture f;
  g_autofree char *dir = g_dir_make_tmp ("cz-voice-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "spoken.jsonl", NULL);
  g_autofree char *contents = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (JsonNode) root = NULL;
  JsonObject *object;

  fixture_start (&f, cz_sink_null_new (FALSE));
  g_object_set (f.voice, "log-path", path, NULL);
  say_all (&f, "ni3hao3|bai2cai4");
  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  lines = g_strsplit (contents, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 3);
  root = json_from_string (lines[1], NULL);
  g_assert_nonnull (root);
  object = json_node_get_object (root);
  g_assert_cmpint (json_object_get_int_member (object, "start"), ==, 8);
  g_assert_cmpint (json_object_get_int_member (object, "end"), ==, 16);
  g_assert_cmpstr (json_object_get_string_member (object, "lang"), ==, "zh");
  g_assert_cmpstr (json_object_get_string_member (object, "spoken"), ==, "bai2cai4");
  g_assert_cmpstr (json_object_get_string_member (object, "phonemes"), ==, "pai35tsh'ai51_|");
  fixture_end (&f);
  g_unlink (path);
  g_rmdir (dir);
}

typedef struct {
  guint last_finished;
  guint stopped; /* no chunk may come of utterances up to this one */
} Order;

static void
check_chunk_order (CzVoice *voice, guint utterance, guint64 start, guint64 end, Order *order)
{
  g_assert_cmpuint (utterance, ==, order->last_finished + 1);
  g_assert_cmpuint (utterance, >, order->stopped);
}

static void
check_finish_order (CzVoice *voice, guint utterance, gboolean completed, Order *order)
{
  g_assert_cmpuint (utterance, ==, order->last_finished + 1);
  if (utterance <= order->stopped)
    g_assert_false (completed);
  order->last_finished = utterance;
}

/* Any order of say, stop, turns of the main loop, lost and found cards: every utterance finishes once, in order, and
 * nothing is heard of it afterwards. */
static void
test_any_order_of_calls (void)
{
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  Order order = { 0 };
  Fixture f;

  g_test_message ("seed %u", seed);
  fixture_start (&f, cz_sink_null_new (TRUE));
  g_signal_connect (f.voice, "chunk", G_CALLBACK (check_chunk_order), &order);
  g_signal_connect (f.voice, "finished", G_CALLBACK (check_finish_order), &order);
  for (guint i = 0; i < 400; i++) {
    switch (g_rand_int_range (rand, 0, 6)) {
    case 0:
    case 1:
      order.stopped = f.awaited;
      say (&f, "ni3hao3|=price|jin1tian1", NULL);
      break;
    case 2:
      if (cz_voice_is_speaking (f.voice))
        order.stopped = f.awaited;
      cz_voice_stop (f.voice);
      break;
    case 3:
      cz_sink_null_set_broken (CZ_SINK_NULL (f.sink), g_rand_boolean (rand));
      break;
    default:
      for (int turns = g_rand_int_range (rand, 0, 40); turns > 0; turns--)
        g_main_context_iteration (NULL, FALSE);
      g_thread_yield ();
    }
  }
  cz_sink_null_set_broken (CZ_SINK_NULL (f.sink), FALSE);
  order.stopped = f.awaited;
  say_all (&f, "ni3hao3");
  g_assert_cmpuint (order.last_finished, ==, f.awaited);
  g_assert_true (g_str_has_suffix (f.events->str, ":1 "));
  fixture_end (&f);
}

static void
test_dispose_while_speaking (void)
{
  Fixture f;
  gint64 start_us;

  fixture_start (&f, cz_sink_null_new (TRUE));
  say (&f, "jin1tian1 bai2cai4 mei3 jin1 san1kuai4 wu3|ni3hao3", NULL);
  cz_fixture_run_until (&f.heard);
  start_us = g_get_monotonic_time ();
  g_assert_finalize_object (f.voice);
  g_assert_cmpint (g_get_monotonic_time () - start_us, <, 150000);
  f.voice = NULL;
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_false (f.finished);
  g_assert_finalize_object (f.sink);
  g_string_free (f.events, TRUE);
  g_array_unref (f.positions);
  g_ptr_array_unref (f.phonemes);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/speech/voice/signals-in-order", test_order);
  g_test_add_func ("/speech/voice/nothing-to-say-finishes", test_nothing_to_say);
  g_test_add_func ("/speech/voice/say-ends-what-is-spoken", test_say_ends_what_is_spoken);
  g_test_add_func ("/speech/voice/many-says-at-once", test_many_says_at_once);
  g_test_add_func ("/speech/voice/stop", test_stop);
  g_test_add_func ("/speech/voice/stop-from-handler", test_stop_from_handler);
  g_test_add_func ("/speech/voice/stop-within-150-ms", test_stop_latency);
  g_test_add_func ("/speech/voice/highlight-within-200-ms", test_highlight_follows_the_sink);
  g_test_add_func ("/speech/voice/no-card", test_no_card);
  g_test_add_func ("/speech/voice/card-pulled-out", test_card_pulled_out);
  g_test_add_func ("/speech/voice/replay-from-offset", test_replay_from_offset);
  g_test_add_func ("/speech/voice/volume", test_volume);
  g_test_add_func ("/speech/voice/speeds", test_speeds);
  g_test_add_func ("/speech/voice/variant", test_variant);
  g_test_add_func ("/speech/voice/languages", test_languages);
  g_test_add_func ("/speech/voice/language-missing", test_language_missing);
  g_test_add_func ("/speech/voice/subprocess/language-missing", test_language_missing_here);
  g_test_add_func ("/speech/voice/log", test_log);
  g_test_add_func ("/speech/voice/any-order-of-calls", test_any_order_of_calls);
  g_test_add_func ("/speech/voice/dispose-while-speaking", test_dispose_while_speaking);
  return g_test_run ();
}
