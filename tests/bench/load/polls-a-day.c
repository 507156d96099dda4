/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "sync/station/cz-poll.h"

/* How often a station asks in a day, by the rule it asks by: 200 stations over 28 days, against an office that publishes at seven, late by up to
 * so much, and announces the next time as 24 hours behind the hour it meant. Prints the mean and the most a station asked in any day. */

#define HOUR_S 3600
#define DAY_S (24 * HOUR_S)
#define DAYS 28u
#define STATIONS 200u

typedef struct {
  const char *words;
  gboolean is_announced;
  gboolean has_weekends; /* on which nothing is published */
  gint64 late_s;
} Office;

typedef struct {
  gint64 at_s;
  gint64 next_s; /* as announced */
} Publication;

typedef struct {
  guint64 asked;
  guint most;
} Count;

static GArray *
days_of (const Office *office, GRand *random)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (Publication));
  for (guint day = 0; day < DAYS; day++) {
    gint64 meant_s = (gint64) day * DAY_S + 7 * HOUR_S;
    gint64 late_s = office->late_s > 0 ? g_rand_int_range (random, 0, (gint32) office->late_s) : 0;
    const Publication publication = { meant_s + late_s, office->is_announced ? meant_s + DAY_S : 0 };
    if (!office->has_weekends || day % 7 < 5)
      g_array_append_val (list, publication);
  }
  return list;
}

static void
play (GArray *published, GRand *random, Count *count)
{
  gint64 now_s = g_rand_int_range (random, 0, DAY_S);
  gint64 announced_s = 0;
  guint today = 0, last_day = 0, seen = 0;
  while (now_s < (gint64) DAYS * DAY_S) {
    guint day = (guint) (now_s / DAY_S);
    today = day == last_day ? today + 1 : 1;
    last_day = day;
    count->asked++;
    count->most = MAX (count->most, today);
    for (; seen < published->len && g_array_index (published, Publication, seen).at_s <= now_s; seen++)
      announced_s = g_array_index (published, Publication, seen).next_s;
    const CzPollFacts facts = { .now_s = now_s, .next_publish_s = announced_s, .chance = g_rand_double (random) };
    now_s += cz_poll_delay_s (&facts);
  }
}

int
main (void)
{
  static const Office offices[] = {
    { "never announced", FALSE, FALSE, 0 },
    { "on time", TRUE, FALSE, 0 },
    { "up to 15 minutes late", TRUE, FALSE, HOUR_S / 4 },
    { "up to an hour late", TRUE, FALSE, HOUR_S },
    { "up to 4 hours late", TRUE, FALSE, 4 * HOUR_S },
    { "up to 12 hours late", TRUE, FALSE, 12 * HOUR_S },
    { "an hour late, nothing at weekends", TRUE, TRUE, HOUR_S },
  };
  for (guint i = 0; i < G_N_ELEMENTS (offices); i++) {
    Count count = { 0 };
    g_autoptr (GRand) random = g_rand_new_with_seed (i + 1);
    g_autoptr (GArray) published = days_of (&offices[i], random);
    for (guint n = 0; n < STATIONS; n++)
      play (published, random, &count);
    printf ("%-34s %4.1f polls a day, %2u on the worst (must: 8)\n", offices[i].words, (double) count.asked / STATIONS / DAYS, count.most);
  }
  return 0;
}
