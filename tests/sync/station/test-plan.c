/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "sync/station/cz-plan.h"

/* The plan over random indexes, made as the publisher makes them: months of bundles, skips of a month and of a quarter, two
 * snapshots. What a plan promises is walked and added up by other code. CZ_TEST_SEED repeats a run. */

#define ROUNDS 3000

typedef struct {
  CzIndex *index;
  GArray *at; /* guint64: where bundle seq + 1 begins in its segment; place 0: nothing held */
  GArray *month; /* guint32 of bundle seq */
  guint64 seq;
} World;

static guint32
seed (void)
{
  const char *given = g_getenv ("CZ_TEST_SEED");
  guint32 value = given ? (guint32) g_ascii_strtoull (given, NULL, 10) : g_random_int ();
  g_test_message ("CZ_TEST_SEED=%u", value);
  return value;
}

static void
add_month (World *world, GRand *random, guint32 month)
{
  CzIndexSegment segment = { .month = month, .first_seq = world->seq + 1 };
  guint days = (guint) g_rand_int_range (random, 1, 32);
  for (guint i = 0; i < days; i++) {
    segment.bytes += (guint64) g_rand_int_range (random, 2000, 40000);
    g_array_append_val (world->at, segment.bytes);
    g_array_append_val (world->month, month);
  }
  world->seq += days;
  segment.last_seq = world->seq;
  g_array_append_val (world->index->segments, segment);
}

static const CzIndexSegment *
segment_at (const World *world, guint i)
{
  return &g_array_index (world->index->segments, CzIndexSegment, i);
}

/* A skip over segments first … last, or a snapshot to the end of last. */
static void
add_jump (World *world, guint first, guint last, gboolean is_snapshot, guint64 bytes)
{
  CzIndexJump jump = { .from_seq = is_snapshot ? 0 : segment_at (world, first)->first_seq - 1, .to_seq = segment_at (world, last)->last_seq,
                       .bytes = bytes, .next_month = segment_at (world, last)->month, .next_offset = segment_at (world, last)->bytes };
  g_array_append_val (world->index->jumps, jump);
}

static guint64
some_of (GRand *random, const World *world, guint first, guint last)
{
  guint64 sum = 0;
  for (guint i = first; i <= last; i++)
    sum += segment_at (world, i)->bytes;
  return MAX (sum * (guint64) g_rand_int_range (random, 60, 100) / 100, 1);
}

static World
make_world (GRand *random)
{
  World world = { .index = cz_index_new (), .at = g_array_new (FALSE, TRUE, sizeof (guint64)), .month = g_array_new (FALSE, TRUE, sizeof (guint32)) };
  guint months = (guint) g_rand_int_range (random, 1, 30);
  g_array_set_size (world.at, 1);
  g_array_set_size (world.month, 1);
  for (guint i = 0; i < months; i++)
    add_month (&world, random, 202401 + i / 12 * 100 + i % 12);
  world.index->seq = world.seq;
  guint done = months - 1; /* the last month is not over */
  for (guint i = MAX (done, 12) - 12; i < done; i++)
    if (i > 0)
      add_jump (&world, i, i, FALSE, some_of (random, &world, i, i));
  for (guint quarter = 1; quarter * 3 + 2 < done; quarter++)
    add_jump (&world, quarter * 3, quarter * 3 + 2, FALSE, some_of (random, &world, quarter * 3, quarter * 3 + 2));
  for (guint i = MAX (done, 2) - 2; i < done; i++)
    add_jump (&world, 0, i, TRUE, (guint64) g_rand_int_range (random, 100000, 8000000));
  return world;
}

static void
world_clear (World *world)
{
  cz_index_free (world->index);
  g_array_unref (world->at);
  g_array_unref (world->month);
}

static CzPlanHeld
held_at (const World *world, guint64 seq)
{
  return (CzPlanHeld){ seq, g_array_index (world->month, guint32, seq), g_array_index (world->at, guint64, seq) };
}

static guint64
chain_cost (const World *world, guint64 seq)
{
  guint64 cost = 0;
  for (guint i = 0; i < world->index->segments->len; i++) {
    const CzIndexSegment *segment = segment_at (world, i);
    gboolean inside = seq >= segment->first_seq && seq < segment->last_seq;
    if (segment->last_seq > seq)
      cost += segment->bytes - (inside ? g_array_index (world->at, guint64, seq) : 0) + CZ_PLAN_REQUEST_BYTES;
  }
  return cost;
}

/* A segment's range begins behind what is held and ends behind to_seq. */
static void
assert_segment (const World *world, const CzPlanStep *step, guint64 seq)
{
  gboolean inside = g_array_index (world->month, guint32, seq) == step->month;
  g_assert_cmpuint (step->month, ==, g_array_index (world->month, guint32, step->to_seq));
  g_assert_cmpuint (step->end, ==, g_array_index (world->at, guint64, step->to_seq));
  g_assert_cmpuint (step->offset, ==, inside ? g_array_index (world->at, guint64, seq) : 0);
  g_assert_cmpuint (g_array_index (world->month, guint32, seq + 1), ==, step->month);
}

/* Its lines follow each other from what is held to to_seq, and are one file that holds the bytes before them. */
static void
assert_jumps (const World *world, const CzPlanStep *step, guint64 seq)
{
  guint64 bytes = 0;
  guint64 before = 0;
  guint first = step->first_jump;
  for (guint i = 0; i < step->n_jumps; i++) {
    const CzIndexJump *jump = &g_array_index (world->index->jumps, CzIndexJump, first + i);
    g_assert_cmpuint (jump->from_seq, ==, step->kind == CZ_PLAN_SNAPSHOT ? 0 : seq);
    seq = jump->to_seq;
    bytes += jump->bytes;
  }
  while (step->kind == CZ_PLAN_SKIPS && g_array_index (world->index->jumps, CzIndexJump, first).from_seq != step->file_from)
    before += g_array_index (world->index->jumps, CzIndexJump, --first).bytes;
  g_assert_cmpuint (seq, ==, step->to_seq);
  g_assert_cmpuint (step->offset, ==, before);
  g_assert_cmpuint (step->end - step->offset, ==, bytes);
}

/* Follows the plans to the head. */
static void
assert_way (const World *world, guint64 from, const CzPlanLimits *limits, const CzPlan *promised)
{
  CzPlanHeld held = held_at (world, from);
  guint64 bytes = 0;
  guint requests = 0;
  CzPlanLimits left = *limits;
  for (CzPlan plan = *promised; held.seq < world->seq; requests++) {
    const CzPlanStep *step = &plan.first;
    g_assert_cmpuint (step->to_seq, >, held.seq);
    if (step->kind == CZ_PLAN_SEGMENT)
      assert_segment (world, step, held.seq);
    else
      assert_jumps (world, step, held.seq);
    bytes += step->end - step->offset;
    held = held_at (world, step->to_seq);
    left.requests = plan.requests - 1;
    if (held.seq < world->seq)
      g_assert_cmpint (cz_plan_find (world->index, &held, world->seq, &left, &plan), ==, CZ_PLAN_FOUND);
  }
  g_assert_cmpuint (bytes, <=, promised->bytes);
  g_assert_cmpuint (requests, <=, promised->requests);
}

static void
test_any_gap (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed ());
  const CzPlanLimits limits = { 0 };
  guint by_kind[3] = { 0 };
  for (guint i = 0; i < ROUNDS; i++) {
    World world = make_world (random);
    guint64 seq = (guint64) g_rand_int_range (random, 0, (gint32) world.seq);
    CzPlanHeld held = held_at (&world, seq);
    CzPlan plan;
    g_assert_cmpint (cz_plan_find (world.index, &held, world.seq, &limits, &plan), ==, CZ_PLAN_FOUND);
    g_assert_cmpuint (plan.bytes + (guint64) plan.requests * CZ_PLAN_REQUEST_BYTES, <=, chain_cost (&world, seq));
    /* A gap that reaches no further back than the skips do. */
    guint segments = world.index->segments->len;
    if (seq > 0 && (segments <= 2 || seq >= segment_at (&world, MAX (segments, 13) - 13)->first_seq))
      g_assert_cmpuint (plan.requests, <=, CZ_PLAN_REQUESTS);
    assert_way (&world, seq, &limits, &plan);
    by_kind[plan.first.kind]++;
    world_clear (&world);
  }
  g_assert_cmpuint (by_kind[CZ_PLAN_SEGMENT], >, 0);
  g_assert_cmpuint (by_kind[CZ_PLAN_SKIPS], >, 0);
  g_assert_cmpuint (by_kind[CZ_PLAN_SNAPSHOT], >, 0);
}

static void
test_day_budget (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed ());
  for (guint i = 0; i < ROUNDS; i++) {
    World world = make_world (random);
    guint64 seq = (guint64) g_rand_int_range (random, 0, (gint32) world.seq);
    CzPlanHeld held = held_at (&world, seq);
    const CzPlanLimits limits = { .day_bytes = (guint64) g_rand_int_range (random, 1000, 1000000) };
    CzPlan plan;
    g_assert_cmpint (cz_plan_find (world.index, &held, world.seq, &limits, &plan), ==, CZ_PLAN_FOUND);
    /* Whatever jump is taken comes in one day: the chain is here to lead on otherwise. */
    for (guint k = 0; k < plan.first.n_jumps; k++)
      g_assert_cmpuint (g_array_index (world.index->jumps, CzIndexJump, plan.first.first_jump + k).bytes, <=, limits.day_bytes);
    assert_way (&world, seq, &limits, &plan);
    world_clear (&world);
  }
}

static void
test_without_jumps (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed ());
  const CzPlanLimits limits = { .without_jumps = TRUE };
  for (guint i = 0; i < ROUNDS / 10; i++) {
    World world = make_world (random);
    CzPlanHeld held = held_at (&world, 0);
    CzPlan plan;
    g_assert_cmpint (cz_plan_find (world.index, &held, world.seq, &limits, &plan), ==, CZ_PLAN_FOUND);
    g_assert_cmpuint (plan.bytes + (guint64) plan.requests * CZ_PLAN_REQUEST_BYTES, ==, chain_cost (&world, 0));
    world_clear (&world);
  }
}

/* A depot that keeps no old segments: a station that holds something must be asked before all is fetched anew. */
static void
test_full_is_asked_for (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed ());
  World world = make_world (random);
  while (world.index->segments->len < 4) {
    world_clear (&world);
    world = make_world (random);
  }
  const CzPlanHeld held = { 1, 202401, g_array_index (world.at, guint64, 1) };
  const CzPlanHeld nothing = { 0 };
  const CzPlanLimits unasked = { 0 }, asked = { .full_is_asked = TRUE };
  CzPlan plan;
  guint last = world.index->segments->len - 1;
  g_array_remove_range (world.index->segments, 0, last);
  g_array_set_size (world.index->jumps, 0);
  const CzIndexJump snapshot = { .to_seq = segment_at (&world, 0)->first_seq - 1, .bytes = 5000 };
  g_array_append_val (world.index->jumps, snapshot);
  g_assert_cmpint (cz_plan_find (world.index, &held, world.seq, &unasked, &plan), ==, CZ_PLAN_ONLY_FULL);
  g_assert_cmpint (cz_plan_find (world.index, &held, world.seq, &asked, &plan), ==, CZ_PLAN_FOUND);
  g_assert_cmpint (plan.first.kind, ==, CZ_PLAN_SNAPSHOT);
  g_assert_cmpint (cz_plan_find (world.index, &nothing, world.seq, &unasked, &plan), ==, CZ_PLAN_FOUND);
  g_array_set_size (world.index->jumps, 0);
  g_assert_cmpint (cz_plan_find (world.index, &held, world.seq, &asked, &plan), ==, CZ_PLAN_NONE);
  world_clear (&world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/station/plan/any-gap", test_any_gap);
  g_test_add_func ("/station/plan/day-budget", test_day_budget);
  g_test_add_func ("/station/plan/without-jumps", test_without_jumps);
  g_test_add_func ("/station/plan/full-is-asked-for", test_full_is_asked_for);
  return g_test_run ();
}
