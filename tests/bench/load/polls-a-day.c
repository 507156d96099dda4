/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "sync/station/cz-poll.h"

/* How often a station asks in a day, by the rules it asks by: 200 stations over 28 days, against an office that publishes at seven, late by up to
 * so much, and announces the next time as 24 hours behind the hour it meant; alone, and below three others that publish at noon, at four and once a
 * week. Prints polls and heads asked for in a day, and the most polls of a station in any day. */

#define HOUR_S 3600
#define DAY_S (24 * HOUR_S)
#define DAYS 28u
#define STATIONS 200u
#define OFFICES_MAX 4u

typedef struct {
  const char *words;
  gboolean is_announced;
  guint days_a_week; /* on which it publishes */
  gint64 hour;
  gint64 late_s;
} Office;

typedef struct {
  gint64 at_s;
  gint64 next_s; /* as announced */
} Publication;

/* What a station knows of one office. */
typedef struct {
  GArray *published;
  guint seen;
  gint64 announced_s;
  gint64 asked_s; /* -1 = never */
} Known;

typedef struct {
  guint64 polls;
  guint64 heads;
  guint most;
} Count;

static GArray *
days_of (const Office *office, GRand *random)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (Publication));
  for (guint day = 0; day < DAYS; day++) {
    gint64 meant_s = (gint64) day * DAY_S + office->hour * HOUR_S;
    gint64 late_s = office->late_s > 0 ? g_rand_int_range (random, 0, (gint32) office->late_s) : 0;
    gint64 next_s = meant_s + (office->days_a_week == 1 ? 7 : 1) * DAY_S;
    const Publication publication = { meant_s + late_s, office->is_announced ? next_s : 0 };
    if (day % 7 < office->days_a_week)
      g_array_append_val (list, publication);
  }
  return list;
}

static void
ask (Known *known, gint64 now_s, Count *count)
{
  for (; known->seen < known->published->len && g_array_index (known->published, Publication, known->seen).at_s <= now_s; known->seen++)
    known->announced_s = g_array_index (known->published, Publication, known->seen).next_s;
  known->asked_s = now_s;
  count->heads++;
}

/* The first of known is the own office. */
static gint64
ask_all (Known *known, guint n, gint64 now_s, GRand *random, Count *count)
{
  CzPollFacts facts = { .now_s = now_s, .chance = g_rand_double (random) };
  ask (&known[0], now_s, count);
  facts.next_publish_s = known[0].announced_s;
  for (guint i = 1; i < n; i++) {
    const CzPollAbove above = { .now_s = now_s, .asked_ago_s = known[i].asked_s < 0 ? -1 : now_s - known[i].asked_s, .next_publish_s = known[i].announced_s };
    if (cz_poll_is_due (&above))
      ask (&known[i], now_s, count);
    if (known[i].announced_s > now_s && (facts.above_s == 0 || known[i].announced_s < facts.above_s))
      facts.above_s = known[i].announced_s;
  }
  return cz_poll_delay_s (&facts);
}

static void
play (GArray *const *published, guint n, GRand *random, Count *count)
{
  Known known[OFFICES_MAX];
  gint64 now_s = g_rand_int_range (random, 0, DAY_S);
  guint today = 0, last_day = 0;
  for (guint i = 0; i < n; i++)
    known[i] = (Known){ .published = published[i], .asked_s = -1 };
  while (now_s < (gint64) DAYS * DAY_S) {
    guint day = (guint) (now_s / DAY_S);
    today = day == last_day ? today + 1 : 1;
    last_day = day;
    count->polls++;
    count->most = MAX (count->most, today);
    now_s += ask_all (known, n, now_s, random, count);
  }
}

static void
measure (const Office *own, guint n_above, guint32 seed)
{
  static const Office above[] = { { "", TRUE, 5, 12, HOUR_S }, { "", TRUE, 5, 16, 12 * HOUR_S }, { "", TRUE, 1, 10, HOUR_S } };
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  GArray *published[OFFICES_MAX];
  Count count = { 0 };
  published[0] = days_of (own, random);
  for (guint i = 0; i < n_above; i++)
    published[i + 1] = days_of (&above[i], random);
  for (guint i = 0; i < STATIONS; i++)
    play (published, n_above + 1, random, &count);
  printf ("%-34s %u above: %4.1f polls a day, %2u on the worst (must: 8), %4.1f heads\n", own->words, n_above,
          (double) count.polls / STATIONS / DAYS, count.most, (double) count.heads / STATIONS / DAYS);
  for (guint i = 0; i <= n_above; i++)
    g_array_unref (published[i]);
}

int
main (void)
{
  static const Office offices[] = {
    { "never announced", FALSE, 7, 7, 0 },
    { "on time", TRUE, 7, 7, 0 },
    { "up to 15 minutes late", TRUE, 7, 7, HOUR_S / 4 },
    { "up to an hour late", TRUE, 7, 7, HOUR_S },
    { "up to 4 hours late", TRUE, 7, 7, 4 * HOUR_S },
    { "up to 12 hours late", TRUE, 7, 7, 12 * HOUR_S },
    { "an hour late, nothing at weekends", TRUE, 5, 7, HOUR_S },
  };
  for (guint i = 0; i < G_N_ELEMENTS (offices); i++) {
    measure (&offices[i], 0, i + 1);
    measure (&offices[i], OFFICES_MAX - 1, i + 1);
  }
  return 0;
}
