/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The voice over the station's own front end: what a villager hears. */
#include <glib/gstdio.h>
#include <string.h>
#include "app/speech/bank/cz-phrase-bank.h"
#include "app/speech/cz-sink-null.h"
#include "tests/app/speech/cz-voice-fixture.h"

typedef struct {
  CzSink *sink;
  CzVoice *voice;
  GString *words;
  GString *phonemes;
  guint64 last_end;
  guint n_chunks;
  gint64 first_us; /* when the first chunk came */
  gsize len; /* of the text */
  gboolean finished;
} Fixture;

static void
on_chunk (CzVoice *voice, guint utterance, guint64 start, guint64 end, Fixture *f)
{
  g_assert_cmpuint (start, <, end);
  g_assert_cmpuint (start, >=, f->last_end);
  g_assert_cmpuint (end, <=, f->len);
  f->last_end = end;
  if (f->n_chunks++ == 0)
    f->first_us = g_get_monotonic_time ();
}

static void
on_spoken (CzVoice *voice, guint utterance, const char *words, const char *phonemes, Fixture *f)
{
  g_string_append_printf (f->words, "%s|", words);
  g_string_append_printf (f->phonemes, "%s|", phonemes);
}

static void
on_finished (CzVoice *voice, guint utterance, gboolean completed, Fixture *f)
{
  g_assert_true (completed);
  f->finished = TRUE;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  f->sink = cz_sink_null_new (FALSE);
  f->voice = cz_voice_new (g_getenv ("CZ_TEST_TABLES"), f->sink, &error);
  g_assert_no_error (error);
  f->words = g_string_new (NULL);
  f->phonemes = g_string_new (NULL);
  g_signal_connect (f->voice, "chunk", G_CALLBACK (on_chunk), f);
  g_signal_connect (f->voice, "spoken", G_CALLBACK (on_spoken), f);
  g_signal_connect (f->voice, "finished", G_CALLBACK (on_finished), f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->voice);
  g_assert_finalize_object (f->sink);
  g_string_free (f->words, TRUE);
  g_string_free (f->phonemes, TRUE);
}

static void
say (Fixture *f, const char *text, const CzSayOptions *options)
{
  g_string_truncate (f->words, 0);
  g_string_truncate (f->phonemes, 0);
  f->last_end = 0;
  f->n_chunks = 0;
  f->len = strlen (text);
  f->finished = FALSE;
  cz_voice_say (f->voice, text, options);
  cz_fixture_run_until (&f->finished);
}

static void
test_no_tables (void)
{
  g_autoptr (CzSink) sink = cz_sink_null_new (FALSE);
  g_autoptr (GError) error = NULL;

  g_assert_null (cz_voice_new ("/nonexistent", sink, &error));
  g_assert_error (error, CZ_SPEECH_TEXT_ERROR, CZ_SPEECH_TEXT_ERROR_MISSING);
}

/* What stands on the station's pages: nothing of it is spelled, read digit by digit by mistake, or read as English. */
static void
test_nothing_is_left_unread (Fixture *f, gconstpointer data)
{
  static const char *const texts[] = {
    "大白菜今天批发价 0.85元/斤，比上周跌了 0.1元。",
    "生猪 16.8元/公斤，▲涨 0.4元",
    "数据日期 2024-05-20，来源：示例县农贸市场",
    "38-42元/公斤，1200元/亩，￥13.5",
    "气温-5~12℃，降水 20mm",
    "补贴标准：每亩 150元，最高 3000元（含税）。",
    "咨询电话 12316，手机 13800001234",
    "1:1000 稀释，每亩 30kg，有效成分 5%–8%",
    "第36次更新：8:30—17:00 办理",
    "①身份证 ②银行卡 ③户口本",
    "购 2m³ 有机肥，送 500ml 叶面肥",
    "长势好，重量足；种子种得早，还得看行情。",
    "下一页 上一页 回到首页 再说一遍",
    "《中华人民共和国种子法》第二条第1款",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    say (f, texts[i], NULL);
    g_test_message ("%s → %s", texts[i], f->words->str);
    g_assert_cmpuint (f->n_chunks, >, 0);
    for (const char *p = f->words->str; *p != '\0'; p++)
      g_assert_false (g_ascii_isalnum (*p));
    g_assert_null (strstr (f->phonemes->str, "(en)"));
    g_assert_null (strstr (f->phonemes->str, "(cmn)"));
    g_assert_null (strchr (f->words->str, '/'));
  }
}

static void
test_english_is_marked (Fixture *f, gconstpointer data)
{
  say (f, "打开 Android 手机", NULL);
  g_assert_nonnull (strstr (f->words->str, "Android"));
  g_assert_nonnull (strstr (f->phonemes->str, "andr"));
}

/* Content marked as Cantonese goes to its own voice, prices in its words; nothing of it is spelled. */
static void
test_cantonese (Fixture *f, gconstpointer data)
{
  CzSayOptions options = { .lang = CZ_LANG_YUE };

  say (f, "今日白菜3.5元/斤，行情好。", &options);
  for (const char *p = f->words->str; *p != '\0'; p++)
    g_assert_false (g_ascii_isalnum (*p));
  g_assert_nonnull (strstr (f->phonemes->str, "b'aa6k_|"));
  g_assert_nonnull (strstr (f->phonemes->str, "hong4c'ing4"));
  g_assert_null (strchr (f->phonemes->str, '('));
}

static void
test_english_content (Fixture *f, gconstpointer data)
{
  CzSayOptions options = { .lang = CZ_LANG_EN };

  say (f, "Cabbage market price", &options);
  g_assert_nonnull (strstr (f->phonemes->str, "m'A@kIt"));
  g_assert_null (strchr (f->phonemes->str, '('));
}

/* A law begins to sound as soon as a notice: its first line, not all of it, is read before. */
static void
test_long_text_begins_at_once (Fixture *f, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) short_text = g_string_new ("第一条　为了保护农民的利益，制定本法。\n");
  CzSayOptions options = { .style = CZ_SPEECH_STYLE_FORMAL };
  gint64 start_us, short_us, long_us;

  for (guint i = 0; i < 200; i++)
    g_string_append (text, short_text->str);
  say (f, short_text->str, &options);
  start_us = g_get_monotonic_time ();
  say (f, short_text->str, &options);
  short_us = f->first_us - start_us;
  start_us = g_get_monotonic_time ();
  say (f, text->str, &options);
  long_us = f->first_us - start_us;
  g_test_message ("first chunk after %.1f ms of %u lines, %.1f ms of one", (double) long_us / 1000, f->n_chunks,
                  (double) short_us / 1000);
  g_assert_cmpuint (f->n_chunks, >=, 200);
  g_assert_cmpint (long_us, <, 50000);
}

static void
test_replay_from_every_chunk (Fixture *f, gconstpointer data)
{
  const char *text = "大白菜，八毛五一斤。\n生猪，十六块八一公斤。\n今天没有别的消息。";
  CzSayOptions options = { 0 };
  guint n_all;

  say (f, text, NULL);
  n_all = f->n_chunks;
  g_assert_cmpuint (n_all, ==, 3);
  options.from = (gsize) (strstr (text, "生猪") - text);
  say (f, text, &options);
  g_assert_cmpuint (f->n_chunks, ==, 2);
  g_assert_true (g_str_has_prefix (f->words->str, "生猪"));
  options.from = (gsize) (strstr (text, "没有") - text);
  say (f, text, &options);
  g_assert_true (g_str_has_prefix (f->words->str, "今天"));
}

static void
test_bank (Fixture *f, gconstpointer data)
{
  g_autofree char *dir = cz_fixture_make_dir ();
  g_autofree char *phrases = g_build_filename (g_getenv ("CZ_TEST_TABLES"), "phrases.txt", NULL);
  const char *argv[] = { g_getenv ("CZ_TEST_MAKE_BANK"), phrases, dir, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) entries = NULL;
  const char *name;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (cz_voice_set_bank (f->voice, dir, &error));
  say (f, "大白菜3.5元/斤", NULL);
  g_assert_cmpstr (f->phonemes->str, ==, "<大白菜> <三块> <五> <一斤>|");
  g_assert_false (cz_voice_set_bank (f->voice, "/nonexistent", &error));
  g_assert_error (error, CZ_PHRASE_BANK_ERROR, CZ_PHRASE_BANK_ERROR_MISSING);
  say (f, "3.5元", NULL);
  g_assert_nonnull (strchr (f->phonemes->str, '<'));
  g_assert_true (cz_voice_set_bank (f->voice, NULL, NULL));
  say (f, "3.5元", NULL);
  g_assert_null (strchr (f->phonemes->str, '<'));

  entries = g_dir_open (dir, 0, NULL);
  while ((name = g_dir_read_name (entries)) != NULL) {
    g_autofree char *path = g_build_filename (dir, name, NULL);
    g_unlink (path);
  }
  g_rmdir (dir);
}

#define ADD(name, function) g_test_add ("/speech/station/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/speech/station/no-tables", test_no_tables);
  ADD ("nothing-is-left-unread", test_nothing_is_left_unread);
  ADD ("english-is-marked", test_english_is_marked);
  ADD ("cantonese", test_cantonese);
  ADD ("english-content", test_english_content);
  ADD ("long-text-begins-at-once", test_long_text_begins_at_once);
  ADD ("replay-from-every-chunk", test_replay_from_every_chunk);
  ADD ("bank", test_bank);
  return g_test_run ();
}
