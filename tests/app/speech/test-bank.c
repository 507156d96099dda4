/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "app/speech/bank/cz-clip.h"
#include "app/speech/bank/cz-phrase-plan.h"
#include "app/speech/bank/cz-wav.h"
#include "app/speech/cz-bank-recorder.h"
#include "app/speech/cz-sink-null.h"
#include "app/speech/cz-speaker.h"
#include "app/speech/cz-speech-text.h"
#include "tests/app/speech/cz-voice-fixture.h"

#define RATE_HZ 22050

/* The demo bank, made once for all cases by the program that ships, and the front end's tables. */
typedef struct {
  char *dir;
  CzSpeechTables *tables;
} Shared;

static char *
path_in (const char *dir, const char *name)
{
  return g_build_filename (dir, name, NULL);
}

static void
remove_folder (const char *dir)
{
  g_autoptr (GDir) entries = g_dir_open (dir, 0, NULL);
  const char *name;

  while (entries != NULL && (name = g_dir_read_name (entries)) != NULL) {
    g_autofree char *path = path_in (dir, name);
    g_unlink (path);
  }
  g_rmdir (dir);
}

static void
shared_make (Shared *shared)
{
  g_autoptr (GError) error = NULL;
  const char *maker = g_getenv ("CZ_TEST_MAKE_BANK");
  const char *tables = g_getenv ("CZ_TEST_TABLES");
  g_autofree char *phrases = g_build_filename (tables, "phrases.txt", NULL);
  const char *argv[] = { maker, phrases, NULL, NULL };
  int status = 0;

  shared->dir = cz_fixture_make_dir ();
  argv[2] = shared->dir;
  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_true (g_spawn_check_wait_status (status, NULL));
  shared->tables = cz_speech_tables_open (tables, &error);
  g_assert_no_error (error);
}

static CzPhraseBank *
open_bank (const char *dir)
{
  g_autoptr (GError) error = NULL;
  CzPhraseBank *bank = cz_phrase_bank_open (dir, &error);

  g_assert_no_error (error);
  return bank;
}

static CzChunk *
first_chunk (const Shared *shared, const char *text, GPtrArray **chunks)
{
  *chunks = cz_speech_text_chunks (shared->tables, text, strlen (text), CZ_LANG_ZH, CZ_SPEECH_STYLE_PLAIN);
  g_assert_cmpuint ((*chunks)->len, >, 0);
  return g_ptr_array_index (*chunks, 0);
}

/* "<白菜> <三块> ~ |" for a plan; "-" when there is none. ~ is synthetic, a pause beside a phrase is "|". */
static char *
describe (const Shared *shared, CzPhraseBank *bank, const char *text)
{
  g_autoptr (GPtrArray) chunks = NULL;
  const CzChunk *chunk = first_chunk (shared, text, &chunks);
  g_autoptr (GPtrArray) pieces = cz_phrase_plan (bank, chunk);
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; pieces != NULL && i < pieces->len; i++) {
    const CzPiece *piece = g_ptr_array_index (pieces, i);
    if (piece->phrase != NULL)
      g_string_append_printf (out, "<%s> ", piece->phrase->text);
    else
      g_string_append_printf (out, "%s ", piece->input[0] != '\0' ? "~" : "|");
  }
  return g_strdup (pieces != NULL ? g_strchomp (out->str) : "-");
}

static void
assert_plan (const Shared *shared, CzPhraseBank *bank, const char *text, const char *expected)
{
  g_autofree char *found = describe (shared, bank, text);

  g_assert_cmpstr (found, ==, expected);
}

static void
test_units (void)
{
  static const struct {
    const char *text, *input;
    guint n;
  } cases[] = {
    { "三块五", "san1kuai4 wu3", 3 }, { "猪肉", "zhu1rou4", 2 },   { "花儿", "hua1r", 1 },
    { "我", "[[w'o21]]", 1 },         { "白菜", "bai2cai", 1 },    { "白菜", "bai2 cai4 a1", 1 },
    { "ABC", "ABC", 1 },              { "女儿", "nv3er2", 2 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GPtrArray) units = cz_units_of (cases[i].text, cases[i].input);
    g_assert_cmpuint (units->len, ==, cases[i].n);
  }
}

static void
test_plan (gconstpointer data)
{
  const Shared *shared = data;
  g_autoptr (CzPhraseBank) bank = open_bank (shared->dir);

  /* Everything recorded, the longest phrases first, across tokens and inside them. */
  assert_plan (shared, bank, "白菜3.5元/斤", "<白菜> <三块> <五> <一斤>");
  assert_plan (shared, bank, "今天的价格是三块五", "<今天的价格是> <三块> <五>");
  assert_plan (shared, bank, "比上个星期涨了两毛", "<比上个星期涨了> <两毛>");
  /* What is missing is synthesised in the same breath. */
  assert_plan (shared, bank, "藜麦今天的价格是三块五", "~ <今天的价格是> <三块> <五>");
  assert_plan (shared, bank, "白菜，三块五", "<白菜> | <三块> <五>");
  /* A single recorded word between synthetic ones is left to the synthesiser, and so is a text without any. */
  assert_plan (shared, bank, "藜麦或梨与莜麦", "-");
  assert_plan (shared, bank, "村民代表大会", "-");
}

/* The same characters said otherwise are not that recording. */
static void
test_plan_minds_the_reading (gconstpointer data)
{
  CzToken token = { 0, 6, (char *) "种子", (char *) "zhong4zi5" };
  g_autoptr (GPtrArray) tokens = g_ptr_array_new ();
  CzChunk chunk = { .spoken = token.spoken, .input = token.input, .tokens = tokens };
  g_autoptr (CzPhraseBank) bank = open_bank (((const Shared *) data)->dir);
  g_autoptr (GPtrArray) right = NULL;

  g_ptr_array_add (tokens, &token);
  g_assert_null (cz_phrase_plan (bank, &chunk));
  token.input = (char *) "zhong3zi5";
  right = cz_phrase_plan (bank, &chunk);
  g_assert_nonnull (right);
  chunk.lang = CZ_LANG_YUE;
  g_assert_null (cz_phrase_plan (bank, &chunk));
}

/* A recording is of use only when the front end reads its phrase that way. */
static void
test_list_agrees_with_the_front_end (gconstpointer data)
{
  const Shared *shared = data;
  g_autoptr (CzPhraseBank) bank = open_bank (shared->dir);
  guint n_used = 0, n = cz_phrase_bank_n_phrases (bank);

  g_assert_cmpuint (n, >=, 400);
  for (guint i = 0; i < n; i++) {
    const CzPhrase *phrase = cz_phrase_bank_get (bank, i);
    g_autofree char *expected = g_strdup_printf ("<%s>", phrase->text);
    g_autofree char *found = describe (shared, bank, phrase->text);
    if (strcmp (found, expected) == 0)
      n_used++;
    else
      g_test_message ("%s (%s) is not used as one recording: %s", phrase->text, phrase->pinyin, found);
  }
  g_test_message ("%u of %u phrases are said as recorded", n_used, n);
  g_assert_cmpuint (n_used * 100, >=, n * 97);
}

static gboolean
collect (const gint16 *samples, gsize n, gpointer data)
{
  g_array_append_vals (data, samples, (guint) n);
  return TRUE;
}

static GArray *
speak (const Shared *shared, CzPhraseBank *bank, const char *text, char **phonemes)
{
  g_autoptr (CzSynth) synth = cz_synth_new (NULL);
  g_autoptr (CzSpeaker) speaker = cz_speaker_new (synth);
  g_autoptr (GPtrArray) chunks = NULL;
  const CzChunk *chunk = first_chunk (shared, text, &chunks);
  CzSpeakerStyle style = { CZ_VOICE_SPEED_NORMAL, NULL };
  GArray *out = g_array_new (FALSE, FALSE, sizeof (gint16));

  cz_speaker_set_bank (speaker, bank);
  cz_speaker_chunk (speaker, chunk, &style, collect, out, phonemes);
  return out;
}

static double
level_of (const GArray *sound, guint from, guint to)
{
  return cz_clip_level ((const gint16 *) (const void *) sound->data + from, to - from, RATE_HZ);
}

static guint
max_step (const GArray *sound, guint from, guint to)
{
  guint most = 0;

  for (guint i = MAX (from, 1); i < MIN (to, sound->len); i++)
    most = MAX (most, (guint) ABS ((gint) g_array_index (sound, gint16, i) - g_array_index (sound, gint16, i - 1)));
  return most;
}

static void
test_speaks_recordings (gconstpointer data)
{
  const Shared *shared = data;
  g_autoptr (CzPhraseBank) bank = open_bank (shared->dir);
  g_autofree char *phonemes = NULL;
  g_autofree char *plain = NULL;
  g_autoptr (GArray) mixed = speak (shared, bank, "藜麦今天的价格是三块五", &phonemes);
  g_autoptr (GArray) synthetic = speak (shared, NULL, "藜麦今天的价格是三块五", &plain);

  g_assert_true (g_str_has_prefix (phonemes, "l"));
  g_assert_true (g_str_has_suffix (phonemes, "| <今天的价格是> <三块> <五>"));
  g_assert_null (strchr (plain, '<'));
  g_assert_cmpuint (mixed->len, >, synthetic->len / 2);
  g_assert_cmpuint (mixed->len, <, synthetic->len * 2);
  /* The synthetic beginning and the recorded end are as loud: within 2 dB. */
  g_assert_cmpfloat (fabs (20 * log10 (level_of (mixed, 0, mixed->len / 5)
                                       / level_of (mixed, mixed->len / 3, mixed->len))), <, 2.0);
}

/* A recording that is gone or damaged: the words are said all the same. */
static void
test_falls_back (gconstpointer data)
{
  const Shared *shared = data;
  g_autoptr (CzPhraseBank) bank = open_bank (shared->dir);
  const CzPhrase *gone = cz_phrase_bank_find (bank, "三块", "san1 kuai4");
  g_autofree char *path = path_in (shared->dir, gone->file);
  g_autofree char *kept = NULL;
  g_autofree char *phonemes = NULL;
  g_autofree char *again = NULL;
  g_autoptr (GArray) sound = NULL;
  g_autoptr (GArray) later = NULL;
  GLogLevelFlags fatal = g_log_set_always_fatal (G_LOG_FATAL_MASK);
  gsize size;

  g_assert_true (g_file_get_contents (path, &kept, &size, NULL));
  g_unlink (path);
  sound = speak (shared, bank, "今天的价格是三块五", &phonemes);
  g_assert_cmpstr (phonemes, ==, "<今天的价格是> sa55nkh'uai51_| w'u214_|");
  g_assert_cmpuint (sound->len, >, RATE_HZ);
  g_assert_true (g_file_set_contents (path, kept, (gssize) size, NULL));
  later = speak (shared, bank, "今天的价格是三块五", &again);
  g_assert_cmpstr (again, ==, phonemes);
  g_log_set_always_fatal (fatal);
}

static GArray *
sine (double hz, double amplitude, double phase, guint n, guint rate_hz)
{
  GArray *out = g_array_sized_new (FALSE, FALSE, sizeof (gint16), n);

  for (guint i = 0; i < n; i++) {
    gint16 sample = (gint16) lround (amplitude * sin (phase + 2 * G_PI * hz * i / rate_hz));
    g_array_append_val (out, sample);
  }
  return out;
}

static void
join (GArray *out, const GArray *piece, guint gap_ms)
{
  cz_clip_join (out, (const gint16 *) (const void *) piece->data, piece->len, gap_ms, RATE_HZ);
}

/* The worst case: one wave ends at its crest, the next begins in its trough. */
static void
test_join_without_clicks (void)
{
  for (guint gap_ms = 0; gap_ms <= 200; gap_ms += 100) {
    g_autoptr (GArray) first = sine (200, 10000, 0, RATE_HZ / 200 * 20 + RATE_HZ / 800, RATE_HZ);
    g_autoptr (GArray) second = sine (200, 10000, -G_PI / 2, RATE_HZ / 10, RATE_HZ);
    g_autoptr (GArray) out = g_array_new (FALSE, FALSE, sizeof (gint16));
    guint natural = max_step (first, 0, first->len);
    join (out, first, 0);
    join (out, second, gap_ms);
    g_assert_cmpuint (max_step (out, 0, out->len), <=, natural * 2);
    g_assert_cmpuint (out->len, ==,
                      first->len + second->len + (gap_ms > 0 ? RATE_HZ / 1000 * gap_ms : 0)
                        - (gap_ms > 0 ? 0 : RATE_HZ * 8 / 1000));
  }
}

/* Every phrase behind the one before it: no step at a join is larger than the voices' own. */
static void
test_join_of_recordings (gconstpointer data)
{
  g_autoptr (CzPhraseBank) bank = open_bank (((const Shared *) data)->dir);
  g_autoptr (GArray) before = NULL;
  guint worst = 0;

  for (guint i = 0; i < cz_phrase_bank_n_phrases (bank); i++) {
    g_autoptr (GArray) clip = cz_phrase_bank_load (bank, cz_phrase_bank_get (bank, i), RATE_HZ, NULL);
    g_assert_nonnull (clip);
    cz_clip_set_level (clip, RATE_HZ, 5000);
    g_assert_cmpuint (cz_clip_peak ((gint16 *) (void *) clip->data, clip->len), <=, 30000);
    if (before != NULL) {
      g_autoptr (GArray) out = g_array_new (FALSE, FALSE, sizeof (gint16));
      guint natural = MAX (max_step (before, 0, before->len), max_step (clip, 0, clip->len));
      guint at, step;
      join (out, before, 0);
      at = out->len;
      join (out, clip, 0);
      step = max_step (out, at - RATE_HZ / 50, at + RATE_HZ / 50);
      g_assert_cmpuint (step, <=, natural + natural / 10);
      worst = MAX (worst, max_step (out, at - RATE_HZ * 8 / 1000, at + 2));
    }
    g_clear_pointer (&before, g_array_unref);
    before = g_steal_pointer (&clip);
  }
  g_test_message ("largest step inside a crossfade: %u of 32,767", worst);
}

static void
test_resample (void)
{
  g_autoptr (GArray) low = sine (1000, 10000, 0, 44100, 44100);
  g_autoptr (GArray) high = sine (15000, 10000, 0, 44100, 44100);
  g_autoptr (GArray) low_out = cz_clip_resample (low, 44100, RATE_HZ);
  g_autoptr (GArray) high_out = cz_clip_resample (high, 44100, RATE_HZ);
  g_autoptr (GArray) up = cz_clip_resample (low_out, RATE_HZ, 48000);

  g_assert_cmpuint (low_out->len, ==, RATE_HZ);
  g_assert_cmpuint (up->len, ==, 48000);
  g_assert_cmpfloat_with_epsilon (level_of (low_out, 100, low_out->len - 100), 10000 / sqrt (2), 50);
  g_assert_cmpfloat_with_epsilon (cz_clip_level ((gint16 *) (void *) up->data, up->len, 48000), 10000 / sqrt (2), 60);
  g_assert_cmpfloat (level_of (high_out, 100, high_out->len - 100), <, 30);
}

static void
assert_index_refused (const char *dir, const char *index, CzPhraseBankError code, const char *names)
{
  g_autofree char *path = path_in (dir, CZ_PHRASE_BANK_INDEX);
  g_autoptr (GError) error = NULL;

  if (index != NULL)
    g_assert_true (g_file_set_contents (path, index, -1, NULL));
  g_assert_null (cz_phrase_bank_open (dir, &error));
  g_assert_error (error, CZ_PHRASE_BANK_ERROR, (int) code);
  g_assert_nonnull (strstr (error->message, names));
}

static void
test_index_refused (void)
{
  g_autofree char *dir = cz_fixture_make_dir ();
  const char *head = CZ_PHRASE_BANK_MAGIC "\nspeaker: a\n\n";
  static const char *const bad[] = {
    "a.wav\t一\n",           "../a.wav\t一\tyi1\n",      "a.mp3\t一\tyi1\n", "a.wav\t\tyi1\n",
    "a.wav\t一\tyi1\tmore\n", "/etc/a.wav\t一\tyi1\n", "a.wav 一 yi1\n",   ".wav\t一\tyi1\n",
  };

  assert_index_refused (dir, NULL, CZ_PHRASE_BANK_ERROR_MISSING, CZ_PHRASE_BANK_INDEX);
  assert_index_refused (dir, "", CZ_PHRASE_BANK_ERROR_DAMAGED, "line 1");
  assert_index_refused (dir, "cunzhan-phrase-bank 2\n\n", CZ_PHRASE_BANK_ERROR_DAMAGED, "line 1");
  assert_index_refused (dir, CZ_PHRASE_BANK_MAGIC "\nspeaker\n", CZ_PHRASE_BANK_ERROR_DAMAGED, "line 2");
  assert_index_refused (dir, "\xff\xfe", CZ_PHRASE_BANK_ERROR_DAMAGED, "UTF-8");
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autofree char *index = g_strconcat (head, "b.wav\t二\ter4\n", bad[i], NULL);
    assert_index_refused (dir, index, CZ_PHRASE_BANK_ERROR_DAMAGED, "line 5");
  }
  {
    g_autofree char *twice = g_strconcat (head, "b.wav\t二\ter4\nc.wav\t二\ter4\n", NULL);
    assert_index_refused (dir, twice, CZ_PHRASE_BANK_ERROR_DAMAGED, "line 5");
  }
  remove_folder (dir);
}

/* An index with random bytes in it: a bank or an error, never a crash, and no name that leads out of the folder. */
static void
test_index_any_bytes (void)
{
  g_autofree char *dir = cz_fixture_make_dir ();
  g_autofree char *path = path_in (dir, CZ_PHRASE_BANK_INDEX);
  const char *good = CZ_PHRASE_BANK_MAGIC "\nspeaker: a\n\nb.wav\t二\ter4\nc.wav\t三块\tsan1 kuai4\n";
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  guint n_open = 0;

  g_test_message ("seed %u", seed);
  for (int run = 0; run < 3000; run++) {
    g_autofree char *index = g_strdup (good);
    g_autoptr (GError) error = NULL;
    g_autoptr (CzPhraseBank) bank = NULL;
    for (int i = 0; i < 2; i++)
      index[g_rand_int_range (rand, 0, (gint32) strlen (good))] = (char) g_rand_int_range (rand, 0, 256);
    g_assert_true (g_file_set_contents_full (path, index, (gssize) strlen (good), G_FILE_SET_CONTENTS_NONE, 0644, NULL));
    bank = cz_phrase_bank_open (dir, &error);
    g_assert_true ((bank != NULL) == (error == NULL));
    n_open += bank != NULL;
    for (guint i = 0; bank != NULL && i < cz_phrase_bank_n_phrases (bank); i++)
      g_assert_null (strchr (cz_phrase_bank_get (bank, i)->file, '/'));
  }
  g_assert_cmpuint (n_open, >, 0);
  remove_folder (dir);
}

typedef struct {
  char *dir;
  char *list;
  CzBankRecorder *recorder;
} Session;

static void
session_start (Session *s)
{
  g_autoptr (GError) error = NULL;

  s->recorder = cz_bank_recorder_new (s->list, s->dir, "甲", &error);
  g_assert_no_error (error);
}

static void
session_set_up (Session *s, gconstpointer data)
{
  s->dir = cz_fixture_make_dir ();
  s->list = g_strconcat (s->dir, "-list.txt", NULL);
  g_assert_true (g_file_set_contents (s->list, "# list\n一\tyi1\tdigit\n白菜\tbai2 cai4\tvegetable\n三块\tsan1 kuai4\tmoney\n",
                                      -1, NULL));
  session_start (s);
}

static void
session_tear_down (Session *s, gconstpointer data)
{
  cz_bank_recorder_free (s->recorder);
  remove_folder (s->dir);
  g_unlink (s->list);
  g_free (s->dir);
  g_free (s->list);
}

/* A word of len_ms at the given amplitude with quiet_ms of noise around it. */
static GArray *
take_of (double amplitude, guint len_ms, guint quiet_ms, double noise)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  g_autoptr (GArray) word = sine (220, amplitude, 0, RATE_HZ / 1000 * len_ms, RATE_HZ);
  GArray *take = g_array_new (FALSE, TRUE, sizeof (gint16));
  guint quiet = RATE_HZ / 1000 * quiet_ms;

  g_array_set_size (take, quiet);
  g_array_append_vals (take, word->data, word->len);
  g_array_set_size (take, take->len + quiet);
  for (guint i = 0; i < take->len; i++) {
    gint16 *sample = &g_array_index (take, gint16, i);
    *sample = (gint16) CLAMP (*sample + g_rand_double_range (rand, -noise, noise), -32768, 32767);
  }
  return take;
}

static void
test_recorder_checks (Session *s, gconstpointer data)
{
  static const struct {
    double amplitude;
    guint len_ms, quiet_ms;
    double noise;
    guint flags;
  } cases[] = {
    { 10000, 500, 200, 20, CZ_TAKE_GOOD },
    { 60000, 500, 200, 20, CZ_TAKE_CLIPPED },
    { 0, 500, 200, 20, CZ_TAKE_SILENT },
    { 600, 500, 200, 3, CZ_TAKE_FAINT },
    { 10000, 4000, 200, 20, CZ_TAKE_TOO_LONG },
    { 10000, 60, 200, 20, CZ_TAKE_TOO_SHORT },
    { 10000, 500, 5, 20, CZ_TAKE_CUT },
    { 10000, 500, 200, 2000, CZ_TAKE_NOISY },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GArray) take
      = take_of (MIN (cases[i].amplitude, 32767 * 2), cases[i].len_ms, cases[i].quiet_ms, cases[i].noise);
    const gint16 *samples = (const gint16 *) (const void *) take->data;
    g_autoptr (GError) error = NULL;
    gboolean kept;
    if (cases[i].flags == CZ_TAKE_CLIPPED)
      for (guint k = 0; k < take->len; k++)
        if (k / 50 % 2 == 0 && k > 5000 && k < 12000)
          g_array_index (take, gint16, k) = 32767;
    g_assert_cmpuint (cz_bank_recorder_check (s->recorder, 1, samples, take->len, RATE_HZ), ==, cases[i].flags);
    kept = cz_bank_recorder_keep (s->recorder, 1, samples, take->len, RATE_HZ, &error);
    g_assert_cmpint (kept, ==, cases[i].flags == CZ_TAKE_GOOD || cases[i].flags == CZ_TAKE_NOISY);
    if (!kept)
      g_assert_error (error, CZ_BANK_RECORDER_ERROR, CZ_BANK_RECORDER_ERROR_TAKE);
  }
}

static void
test_recorder_resumes (Session *s, gconstpointer data)
{
  g_autoptr (GArray) take = take_of (10000, 500, 200, 20);
  const gint16 *samples = (const gint16 *) (const void *) take->data;
  g_autoptr (CzPhraseBank) bank = NULL;
  g_autofree char *index = path_in (s->dir, CZ_PHRASE_BANK_INDEX);
  g_autofree char *contents = NULL;

  g_assert_cmpint (cz_bank_recorder_next (s->recorder, 0), ==, 0);
  g_assert_true (cz_bank_recorder_keep (s->recorder, 1, samples, take->len, RATE_HZ, NULL));
  g_assert_true (cz_bank_recorder_keep (s->recorder, 1, samples, take->len, RATE_HZ, NULL));
  g_clear_pointer (&s->recorder, cz_bank_recorder_free);

  session_start (s);
  g_assert_cmpuint (cz_bank_recorder_n_done (s->recorder), ==, 1);
  g_assert_true (cz_bank_recorder_is_done (s->recorder, 1));
  g_assert_cmpint (cz_bank_recorder_next (s->recorder, 1), ==, 2);
  g_assert_true (cz_bank_recorder_keep (s->recorder, 2, samples, take->len, RATE_HZ, NULL));
  g_assert_cmpint (cz_bank_recorder_next (s->recorder, 1), ==, 0);
  g_assert_true (cz_bank_recorder_keep (s->recorder, 0, samples, take->len, RATE_HZ, NULL));
  g_assert_cmpint (cz_bank_recorder_next (s->recorder, 0), ==, -1);

  /* A shorter list later: what it leaves out stays in the bank. */
  g_clear_pointer (&s->recorder, cz_bank_recorder_free);
  g_assert_true (g_file_set_contents (s->list, "一\tyi1\tdigit\n二\ter4\tdigit\n", -1, NULL));
  session_start (s);
  g_assert_true (cz_bank_recorder_keep (s->recorder, 1, samples, take->len, RATE_HZ, NULL));
  bank = open_bank (s->dir);
  g_assert_cmpuint (cz_phrase_bank_n_phrases (bank), ==, 4);
  g_assert_cmpstr (cz_phrase_bank_speaker (bank), ==, "甲");
}

static void
test_recorder_plays_back (Session *s, gconstpointer data)
{
  g_autoptr (GArray) take = take_of (10000, 500, 200, 20);
  g_autoptr (CzSink) sink = cz_sink_null_new (FALSE);
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) heard = NULL;

  cz_sink_null_set_recording (CZ_SINK_NULL (sink), TRUE);
  g_assert_false (cz_bank_recorder_play (s->recorder, 0, sink, &error));
  g_assert_error (error, CZ_BANK_RECORDER_ERROR, CZ_BANK_RECORDER_ERROR_ABSENT);
  g_clear_error (&error);
  g_assert_true (cz_bank_recorder_keep (s->recorder, 0, (const gint16 *) (const void *) take->data, take->len,
                                        RATE_HZ, NULL));
  g_assert_true (cz_bank_recorder_play (s->recorder, 0, sink, &error));
  heard = cz_sink_null_dup_samples (CZ_SINK_NULL (sink), 0);
  /* The word and 10 ms to each side. */
  g_assert_cmpuint (heard->len, >, RATE_HZ / 2);
  g_assert_cmpuint (heard->len, <, RATE_HZ / 2 + RATE_HZ / 40);
}

static void
test_recorder_list_refused (Session *s, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (s->list, "一\tyi1\tdigit\n二 er4\n", -1, NULL));
  g_assert_null (cz_bank_recorder_new (s->list, s->dir, "甲", &error));
  g_assert_error (error, CZ_BANK_RECORDER_ERROR, CZ_BANK_RECORDER_ERROR_LIST);
  g_assert_nonnull (strstr (error->message, "line 2"));
  g_clear_error (&error);
  g_assert_null (cz_bank_recorder_new ("/nonexistent", s->dir, "甲", &error));
  g_assert_error (error, CZ_BANK_RECORDER_ERROR, CZ_BANK_RECORDER_ERROR_LIST);
}

#define SESSION(name, function) g_test_add ("/speech/bank/" name, Session, NULL, session_set_up, function, session_tear_down)

int
main (int argc, char **argv)
{
  Shared shared;
  int status;

  g_test_init (&argc, &argv, NULL);
  shared_make (&shared);
  g_test_add_func ("/speech/bank/units", test_units);
  g_test_add_data_func ("/speech/bank/plan", &shared, test_plan);
  g_test_add_data_func ("/speech/bank/plan-minds-the-reading", &shared, test_plan_minds_the_reading);
  g_test_add_data_func ("/speech/bank/list-agrees-with-front-end", &shared, test_list_agrees_with_the_front_end);
  g_test_add_data_func ("/speech/bank/speaks-recordings", &shared, test_speaks_recordings);
  g_test_add_data_func ("/speech/bank/falls-back", &shared, test_falls_back);
  g_test_add_func ("/speech/bank/join-without-clicks", test_join_without_clicks);
  g_test_add_data_func ("/speech/bank/join-of-recordings", &shared, test_join_of_recordings);
  g_test_add_func ("/speech/bank/resample", test_resample);
  g_test_add_func ("/speech/bank/index-refused", test_index_refused);
  g_test_add_func ("/speech/bank/index-any-bytes", test_index_any_bytes);
  SESSION ("recorder-checks", test_recorder_checks);
  SESSION ("recorder-resumes", test_recorder_resumes);
  SESSION ("recorder-plays-back", test_recorder_plays_back);
  SESSION ("recorder-list-refused", test_recorder_list_refused);
  status = g_test_run ();
  remove_folder (shared.dir);
  g_free (shared.dir);
  cz_speech_tables_free (shared.tables);
  return status;
}
