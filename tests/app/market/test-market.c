/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/market/cz-change.h"
#include "app/market/cz-freshness.h"
#include "app/market/cz-history.h"

static CzDay
day_of (int year, int month, int mday)
{
  CzDay day = 0;

  g_assert_true (cz_day_from_ymd (year, month, mday, &day));
  return day;
}

static void
test_change_between_shown_figures (void)
{
  CzDay today = day_of (2026, 11, 22);
  const CzPricePoint week[] = { { today - 7, 840 }, { today - 6, 999999 } };
  CzChange change = cz_change_make ((CzPricePoint){ today, 900 }, week, 2, CZ_PERIOD_DAY, CZ_UNIT_KG);

  /* 0.42 → 0.45 元/斤: 3 分. */
  g_assert_cmpint (change.sense, ==, CZ_CHANGE_UP);
  g_assert_cmpint (change.li, ==, 30);
  g_assert_cmpint (change.against, ==, today - 7);

  change = cz_change_make ((CzPricePoint){ today, 3500 }, (CzPricePoint[]){ { today - 7, 3600 } }, 1, CZ_PERIOD_DAY, CZ_UNIT_PIECE);
  g_assert_cmpint (change.sense, ==, CZ_CHANGE_DOWN);
  g_assert_cmpint (change.li, ==, 100);
}

static void
test_change_takes_the_nearest (void)
{
  CzDay today = day_of (2026, 3, 9);
  const CzPricePoint points[] = { { today - 10, 100 }, { today - 9, 200 }, { today - 5, 300 }, { today - 3, 400 }, { today, 500 } };
  CzChange change = cz_change_make ((CzPricePoint){ today, 500 }, points, G_N_ELEMENTS (points), CZ_PERIOD_DAY, CZ_UNIT_PIECE);

  /* Nine and five days ago are equally near to seven: the earlier one. */
  g_assert_cmpint (change.against, ==, today - 9);
  change = cz_change_make ((CzPricePoint){ today, 500 }, points + 3, 2, CZ_PERIOD_DAY, CZ_UNIT_PIECE);
  g_assert_cmpint (change.sense, ==, CZ_CHANGE_UNKNOWN);
  change = cz_change_make ((CzPricePoint){ today, 300 }, points + 2, 1, CZ_PERIOD_DAY, CZ_UNIT_PIECE);
  g_assert_cmpint (change.sense, ==, CZ_CHANGE_FLAT);
}

static void
test_change_of_a_month (void)
{
  int tolerance;

  g_assert_cmpint (cz_change_target (day_of (2026, 3, 31), CZ_PERIOD_MONTH, &tolerance), ==, day_of (2026, 2, 28));
  g_assert_cmpint (cz_change_target (day_of (2026, 1, 1), CZ_PERIOD_MONTH, &tolerance), ==, day_of (2025, 12, 1));
  g_assert_cmpint (tolerance, ==, 3);
}

/* Up and down by the same step are the same size, whatever the figures. */
static void
test_change_is_symmetric (void)
{
  CzDay today = day_of (2026, 6, 1);
  guint32 seed = g_random_int ();
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);

  g_test_message ("seed %u", seed);
  for (int i = 0; i < 2000; i++) {
    gint64 a = g_rand_int_range (random, 1, 5000000), b = g_rand_int_range (random, 1, 5000000);
    CzUnit unit = g_rand_boolean (random) ? CZ_UNIT_KG : CZ_UNIT_BAG;
    CzChange up = cz_change_make ((CzPricePoint){ today, a }, &(CzPricePoint){ today - 7, b }, 1, CZ_PERIOD_DAY, unit);
    CzChange down = cz_change_make ((CzPricePoint){ today, b }, &(CzPricePoint){ today - 7, a }, 1, CZ_PERIOD_DAY, unit);

    g_assert_cmpint (up.li, ==, down.li);
    g_assert_true ((up.sense == CZ_CHANGE_UP) == (down.sense == CZ_CHANGE_DOWN));
    g_assert_cmpint (up.li, ==, ABS (cz_price_shown_li (a, unit) - cz_price_shown_li (b, unit)));
  }
}

static void
test_amounts (void)
{
  const struct {
    gint64 li, yuan;
    int jiao, fen, rest;
  } cases[] = { { 30, 0, 0, 3, 0 },   { 120, 0, 1, 2, 0 },    { 5, 0, 0, 0, 5 },       { 2300, 2, 3, 0, 0 },
                { 1005, 1, 0, 1, 0 }, { 99994, 99, 9, 9, 0 }, { 100400, 100, 0, 0, 0 }, { 100500, 101, 0, 0, 0 } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    CzAmount amount = cz_amount_split (cases[i].li);

    g_assert_cmpint (amount.yuan, ==, cases[i].yuan);
    g_assert_cmpint (amount.jiao, ==, cases[i].jiao);
    g_assert_cmpint (amount.fen, ==, cases[i].fen);
    g_assert_cmpint (amount.li, ==, cases[i].rest);
  }
}

static void
test_freshness_limits (void)
{
  const guint64 fair = (G_GUINT64_CONSTANT (1) << (18 + 2)) | (G_GUINT64_CONSTANT (1) << (18 + 7)); /* 逢2、7 */
  const struct {
    int age;
    CzPeriod period;
    guint64 mask;
    CzFreshness expected;
  } cases[] = {
    { -2, CZ_PERIOD_DAY, 0, CZ_FRESH },       { 3, CZ_PERIOD_DAY, 0, CZ_FRESH },        { 4, CZ_PERIOD_DAY, 0, CZ_FRESH_AMBER },
    { 14, CZ_PERIOD_DAY, 0, CZ_FRESH_AMBER }, { 15, CZ_PERIOD_DAY, 0, CZ_FRESH_OLD },   { 60, CZ_PERIOD_DAY, 0, CZ_FRESH_OLD },
    { 61, CZ_PERIOD_DAY, 0, CZ_FRESH_GONE },  { 14, CZ_PERIOD_DAY, fair, CZ_FRESH },    { 15, CZ_PERIOD_DAY, fair, CZ_FRESH_AMBER },
    { 25, CZ_PERIOD_DAY, fair, CZ_FRESH_OLD }, { 50, CZ_PERIOD_DAY, fair, CZ_FRESH_GONE }, { 6 + 21, CZ_PERIOD_WEEK, 0, CZ_FRESH_AMBER },
    { 6 + 20, CZ_PERIOD_WEEK, 0, CZ_FRESH },  { 6 + 70, CZ_PERIOD_WEEK, 0, CZ_FRESH_GONE }, { 5, CZ_PERIOD_DAY, 0x3f, CZ_FRESH_AMBER },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_test_message ("age %d, period %d", cases[i].age, cases[i].period);
    g_assert_cmpint (cz_freshness_of (20000 - cases[i].age, 20000, cases[i].period, cases[i].mask), ==, cases[i].expected);
  }
}

/* What was thinned still holds the lowest and the highest figure, stays in order and within its size. */
static void
test_decimation_keeps_extremes (void)
{
  guint32 seed = g_random_int ();
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);

  g_test_message ("seed %u", seed);
  for (int round = 0; round < 200; round++) {
    g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (CzPricePoint));
    guint columns = (guint) g_rand_int_range (random, 1, 80);
    g_autoptr (GArray) thin = NULL;
    CzRange before, after;

    for (CzDay day = 100; day < 500; day++) {
      CzPricePoint p = { day, g_rand_int_range (random, 1, 1000) };
      if (g_rand_int_range (random, 0, 3) > 0)
        g_array_append_val (points, p);
    }
    thin = cz_history_decimate ((const CzPricePoint *) (gpointer) points->data, points->len, 100, 499, columns);
    before = cz_history_range ((const CzPricePoint *) (gpointer) points->data, points->len, 100, 499);
    after = cz_history_range ((const CzPricePoint *) (gpointer) thin->data, thin->len, 100, 499);
    g_assert_cmpint (before.low.li, ==, after.low.li);
    g_assert_cmpint (before.high.li, ==, after.high.li);
    g_assert_cmpuint (thin->len, <=, 2 * columns);
    for (guint i = 1; i < thin->len; i++)
      g_assert_cmpint (g_array_index (thin, CzPricePoint, i - 1).day, <, g_array_index (thin, CzPricePoint, i).day);
  }
}

static void
test_ticks_enclose (void)
{
  guint32 seed = g_random_int ();
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);

  g_test_message ("seed %u", seed);
  for (int i = 0; i < 3000; i++) {
    gint64 low = g_rand_int_range (random, 0, 100000), high = low + g_rand_int_range (random, 0, 1000000);
    int most = g_rand_int_range (random, 2, 8);
    CzTicks ticks = cz_ticks_make (low, high, most);
    gint64 lead = ticks.step;

    while (lead % 10 == 0)
      lead /= 10;
    g_assert_cmpint (ticks.first, <=, low);
    g_assert_cmpint (ticks.first + ticks.step * (ticks.count - 1), >=, high);
    g_assert_cmpint (ticks.count, >=, 2);
    g_assert_cmpint (ticks.count, <=, most);
    g_assert_true (lead == 1 || lead == 2 || lead == 5);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/market/change/between-shown-figures", test_change_between_shown_figures);
  g_test_add_func ("/app/market/change/takes-the-nearest", test_change_takes_the_nearest);
  g_test_add_func ("/app/market/change/of-a-month", test_change_of_a_month);
  g_test_add_func ("/app/market/change/is-symmetric", test_change_is_symmetric);
  g_test_add_func ("/app/market/amount/split", test_amounts);
  g_test_add_func ("/app/market/freshness/limits", test_freshness_limits);
  g_test_add_func ("/app/market/history/decimation-keeps-extremes", test_decimation_keeps_extremes);
  g_test_add_func ("/app/market/history/ticks-enclose", test_ticks_enclose);
  return g_test_run ();
}
