/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "sync/station/cz-plan.h"
#include "sync/store/cz-content.h"
#include "tests/sync/station/cz-files.h"
#include "tests/sync/station/cz-office.h"

/* catch-up [DAYS [MARKETS PRODUCTS]]: a county publishes quotes day by day; then, for every gap up to a year, what the plan costs
 * beside the chain of bundles. Prices walk: a quarter stays as it was the day before, the rest moves by a step or a few. */

#define COUNTY 990101
#define FIRST_DAY 20779
#define DAY_S 86400
#define YEAR 365
#define SEED 20261127

typedef struct {
  CzOffice *office;
  CzClock *clock;
  guint markets;
  guint products;
  gint64 *price;
  GRand *random;
  GArray *held; /* CzPlanHeld, by sequence */
} Bench;

static void
publish_day (Bench *self, guint day)
{
  const CzTable *table = cz_table_by_number (CZ_TABLE_QUOTE);
  g_autoptr (GError) error = NULL;
  CzChannelMark mark;
  cz_clock_fixed_set (self->clock, OFFICE_NOW + (gint64) day * DAY_S, 0);
  g_assert_true (cz_publisher_begin (self->office->publisher, 0, self->markets * self->products, &error));
  for (guint i = 0; i < self->markets * self->products; i++) {
    CzRow row = { 0 };
    if (g_rand_int_range (self->random, 0, 4) > 0)
      self->price[i] = MAX (200, self->price[i] + 20 * g_rand_int_range (self->random, -4, 5));
    row.v[0].i = FIRST_DAY + (gint64) day;
    row.v[1].i = cz_id_make (COUNTY, 1 + i / self->products);
    row.v[2].i = cz_id_make (0, 1 + i % self->products);
    row.v[6].i = self->price[i];
    row.v[5].i = self->price[i] - 100;
    row.v[7].i = self->price[i] + 100;
    g_assert_true (cz_publisher_row (self->office->publisher, table, &row, &error));
  }
  g_assert_true (cz_publisher_finish (self->office->publisher, 0, NULL, &error));
  g_assert_true (cz_content_mark (self->office->replica, COUNTY, &mark, &error));
  g_assert_no_error (error);
  const CzPlanHeld held = { mark.seq, mark.segment, mark.seg_offset };
  g_array_append_val (self->held, held);
}

static CzIndex *
read_index (Bench *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_strdup_printf ("%s/v1/c/%06d/idx", self->office->depot, COUNTY);
  g_autofree char *data = NULL;
  CzPublicKey key;
  gsize size;
  cz_test_take (path, &data, &size);
  cz_secret_key_public (self->office->head_key, &key);
  CzIndex *index = cz_index_open ((const guint8 *) data, size, &key, &error);
  g_assert_no_error (error);
  return index;
}

static CzPlan
plan (const CzIndex *index, const CzPlanHeld *held, gboolean without_jumps)
{
  const CzPlanLimits limits = { .without_jumps = without_jumps };
  CzPlan out;
  g_assert_cmpint (cz_plan_find (index, held, index->seq, &limits, &out), ==, CZ_PLAN_FOUND);
  return out;
}

static void
print_gap (const CzIndex *index, const CzPlanHeld *held)
{
  CzPlan ours = plan (index, held, FALSE), chain = plan (index, held, TRUE);
  printf ("%9" G_GUINT64_FORMAT "  %10" G_GUINT64_FORMAT " / %2u  %10" G_GUINT64_FORMAT " / %2u  %5.2f\n", index->seq - held->seq, chain.bytes,
          chain.requests, ours.bytes, ours.requests, (double) ours.bytes / (double) chain.bytes);
}

static gboolean
print_all (Bench *self)
{
  static const guint gaps[] = { 1, 3, 7, 30, 60, 90, 180, 270, YEAR };
  g_autoptr (CzIndex) index = read_index (self);
  guint worst_requests = 0;
  double worst_ratio = 0;
  printf ("days away  chain bytes / requests  plan bytes / requests  ratio\n");
  for (gsize i = 0; i < G_N_ELEMENTS (gaps) && gaps[i] < self->held->len; i++)
    print_gap (index, &g_array_index (self->held, CzPlanHeld, self->held->len - 1 - gaps[i]));
  for (guint gap = 1; gap <= YEAR && gap < self->held->len; gap++) {
    const CzPlanHeld *held = &g_array_index (self->held, CzPlanHeld, self->held->len - 1 - gap);
    CzPlan ours = plan (index, held, FALSE), chain = plan (index, held, TRUE);
    worst_requests = MAX (worst_requests, ours.requests);
    worst_ratio = MAX (worst_ratio, (double) ours.bytes / (double) chain.bytes);
  }
  const CzPlanHeld nothing = { 0 };
  printf ("from nothing:\n");
  print_gap (index, &nothing);
  printf ("every gap up to a year: at most %u requests (limit 3), at most %.2f of the chain's bytes (limit 1.00)\n", worst_requests, worst_ratio);
  return worst_requests <= CZ_PLAN_REQUESTS && worst_ratio <= 1;
}

static guint
argument (int argc, char **argv, int at, guint otherwise)
{
  guint64 value = otherwise;
  g_assert_true (at >= argc || g_ascii_string_to_unsigned (argv[at], 10, 1, 100000, &value, NULL));
  return (guint) value;
}

int
main (int argc, char **argv)
{
  g_autofree char *dir = cz_test_make_folder ();
  g_autofree char *depot = g_build_filename (dir, "depot", NULL);
  g_autofree char *office = g_build_filename (dir, "office", NULL);
  guint days = argument (argc, argv, 1, 400);
  g_autoptr (CzClock) clock = cz_clock_new_fixed (OFFICE_NOW, 0);
  Bench self = { .clock = clock, .markets = argument (argc, argv, 2, 10), .products = argument (argc, argv, 3, 40),
                 .random = g_rand_new_with_seed (SEED), .held = g_array_new (FALSE, FALSE, sizeof (CzPlanHeld)) };
  self.office = cz_office_new (office, depot, COUNTY, clock, NULL);
  self.price = g_new (gint64, self.markets * self.products);
  for (guint i = 0; i < self.markets * self.products; i++)
    self.price[i] = g_rand_int_range (self.random, 1000, 20000) / 20 * 20;
  gint64 longest_us = 0, began_us = g_get_monotonic_time ();
  for (guint day = 0; day < days; day++) {
    gint64 before_us = g_get_monotonic_time ();
    publish_day (&self, day);
    longest_us = MAX (longest_us, g_get_monotonic_time () - before_us);
  }
  printf ("%u days of %u quotes, seed %d: %.1f s, the longest publication %.1f s\n", days, self.markets * self.products, SEED,
          (double) (g_get_monotonic_time () - began_us) / 1e6, (double) longest_us / 1e6);
  gboolean good = print_all (&self);
  cz_office_free (self.office);
  cz_test_remove_tree (dir);
  g_array_unref (self.held);
  g_rand_free (self.random);
  g_free (self.price);
  return good ? 0 : 1;
}
