/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/station/cz-watch.h"

/* What several witnesses say of one channel, in whatever order it is heard. */

#define NOON_S G_GINT64_CONSTANT (1795305600)

static CzWatch
heard (guint n, const CzWatch *words)
{
  CzWatch watch = { 0 };
  for (guint i = 0; i < n; i++)
    cz_watch_merge (&watch, &words[i]);
  return watch;
}

/* One reads a mirror that lags by a publication, the other the depot itself; each speaks every hour. */
static void
test_a_mirror_that_lags (void)
{
  CzWatch watch = { 0 };
  for (gint64 hour = 0; hour < 72; hour++) {
    const CzWatch said[] = { { .witness_seq = 6, .witness_s = NOON_S + hour * 3600 }, { .witness_seq = 5, .witness_s = NOON_S + hour * 3600 + 1800 } };
    cz_watch_merge (&watch, &said[0]);
    cz_watch_merge (&watch, &said[1]);
    g_assert_cmpuint (watch.witness_seq, ==, 6);
  }
}

static void
test_order_is_the_same (void)
{
  const CzWatch words[] = { { .witness_seq = 5, .witness_s = NOON_S + 1800 }, { .witness_seq = 6, .witness_s = NOON_S } };
  const CzWatch turned[] = { words[1], words[0] };
  g_assert_cmpuint (heard (2, words).witness_seq, ==, 6);
  g_assert_cmpuint (heard (2, turned).witness_seq, ==, 6);
}

static void
test_a_new_epoch (void)
{
  const CzWatch words[] = { { .witness_seq = 200, .witness_s = NOON_S }, { .witness_seq = 1, .witness_s = NOON_S + CZ_WITNESS_HOLD_S } };
  CzWatch watch = heard (2, words);
  g_assert_cmpuint (watch.witness_seq, ==, 200);
  const CzWatch later = { .witness_seq = 2, .witness_s = NOON_S + CZ_WITNESS_HOLD_S + 1 };
  g_assert_true (cz_watch_merge (&watch, &later));
  g_assert_cmpuint (watch.witness_seq, ==, 2);
  /* Somebody who has not looked since says the old number: his word is a day old. */
  g_assert_false (cz_watch_merge (&watch, &words[0]));
  g_assert_cmpuint (watch.witness_seq, ==, 2);
}

/* The hour alone is no reason to write to the card. */
static void
test_the_same_again (void)
{
  const CzWatch word = { .witness_seq = 6, .witness_s = NOON_S }, again = { .witness_seq = 6, .witness_s = NOON_S + 3600 };
  CzWatch watch = heard (1, &word);
  g_assert_false (cz_watch_merge (&watch, &again));
  g_assert_cmpint (watch.witness_s, ==, NOON_S + 3600);
  g_assert_false (cz_watch_merge (&watch, &word));
  g_assert_cmpint (watch.witness_s, ==, NOON_S + 3600);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/watch/a-mirror-that-lags", test_a_mirror_that_lags);
  g_test_add_func ("/watch/order-is-the-same", test_order_is_the_same);
  g_test_add_func ("/watch/a-new-epoch", test_a_new_epoch);
  g_test_add_func ("/watch/the-same-again", test_the_same_again);
  return g_test_run ();
}
