/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The normaliser: pairs of tests/data/normalise, and how its work grows. */
#include <stdio.h>
#include <string.h>

#include "app/speech/cz-normalise.h"
#include "app/speech/cz-speech-text.h"

/* Each line of the file that is no remark: written, tab, spoken. Every one that differs is printed. */
static void
test_pairs (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  guint n_pairs = 0, n_wrong = 0;

  g_assert_true (g_file_get_contents (g_getenv ("CZ_TEST_PAIRS"), &text, NULL, &error));
  g_assert_no_error (error);
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    g_auto (GStrv) pair = g_strsplit (lines[i], "\t", 2);
    g_autofree char *spoken = NULL;

    if (lines[i][0] == '\0' || g_str_has_prefix (lines[i], "# "))
      continue;
    g_assert_cmpuint (g_strv_length (pair), ==, 2);
    n_pairs++;
    spoken = cz_speech_text_normalise (pair[0], strlen (pair[0]), CZ_SPEECH_STYLE_PLAIN);
    if (strcmp (spoken, pair[1]) == 0)
      continue;
    n_wrong++;
    printf ("# %s → %s, not %s\n", pair[0], spoken, pair[1]);
  }
  g_assert_cmpuint (n_pairs, >=, 100);
  g_assert_cmpuint (n_wrong, ==, 0);
}

/* Work for unit repeated as often as it takes to fill about n bytes. */
static guint64
looks_at (const char *unit, gsize n, CzSpeechStyle style)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint64 n_looks;

  while (text->len < n)
    g_string_append (text, unit);
  g_array_unref (cz_normalise_counted (text->str, text->len, style, &n_looks));
  return n_looks;
}

static void
check_is_linear (const char *unit, CzSpeechStyle style)
{
  guint64 once = looks_at (unit, 2000, style), twice = looks_at (unit, 4000, style);

  if (twice > once * 9 / 4 + 4000)
    g_test_message ("%s: %" G_GUINT64_FORMAT ", twice as long %" G_GUINT64_FORMAT, unit, once, twice);
  g_assert_cmpuint (twice, <=, once * 9 / 4 + 4000);
}

/* A line twice as long is looked at about twice as often, whatever is repeated in it. */
static void
test_work_grows_with_the_line (void)
{
  static const char *const UNITS[] = { "3-", "-3", "3", "3.", "3,", "3,333,", "3/", "3:", ":3", "3 ", " ", "  -", "- ", "a", "a ", "a:", "a.", "0", "0-", "1月1-",
                                       "1日-", "1年-", "2024-", "(", "3~", "3至", "3个-", "1/2-", "8:00-", "8:00/", "(0371)", "400-", "138-", "3821234、", "/", "元/", "3元-",
                                       "3kg-", "3%-", "%", "+", "+3", "3+", ">", "3>", "·3", "3·", "I、", "①", "²", "10²", "*", "138*", "¥", "¥3-", "又1/", "1又", "-1又",
                                       "A1-", "A1", "〔2024〕", "∶", "1∶", "1 : ", "比", "比1:50", "电话", "电话3", "拨", "℃", "3/8℃", "8.30-", "1)", "√", "↑3" };
  static const char *const PIECES[] = { "3", "-", ":", "/", ".", ",", " ", "元", "kg", "年", "月", "日", "%", "比", "电话", "a", "A", "(", ")", "+", "至", "0371", "2024", "℃", "·", "个", "号", "第" };
  guint32 seed = (guint32) g_test_rand_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);

  g_test_message ("seed %u", seed);
  for (gsize i = 0; i < G_N_ELEMENTS (UNITS); i++)
    check_is_linear (UNITS[i], i % 2 ? CZ_SPEECH_STYLE_PLAIN : CZ_SPEECH_STYLE_FORMAL);
  for (int round = 0; round < 200; round++) {
    g_autoptr (GString) unit = g_string_new (NULL);
    int n = g_rand_int_range (rand, 1, 6);

    for (int i = 0; i < n; i++)
      g_string_append (unit, PIECES[g_rand_int_range (rand, 0, G_N_ELEMENTS (PIECES))]);
    check_is_linear (unit->str, round % 2 ? CZ_SPEECH_STYLE_PLAIN : CZ_SPEECH_STYLE_FORMAL);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/speech/normalise/pairs", test_pairs);
  g_test_add_func ("/speech/normalise/work-grows-with-the-line", test_work_grows_with_the_line);
  return g_test_run ();
}
