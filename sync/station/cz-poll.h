/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

/* When to ask again. Polling costs more than the news (study/sync.md §3.7): after a good round the publisher's own
 * announcement decides, spread so that 600,000 stations do not come in one second. Pure, any thread. */

#define CZ_POLL_MIN_S 60
#define CZ_POLL_DEFAULT_S (3 * 3600) /* eight a day */
#define CZ_POLL_MAX_S (6 * 3600)
#define CZ_POLL_SPREAD_S 600 /* after an announced publication */
#define CZ_POLL_LATE_S 900 /* the announced publication is overdue; twice as long as it has been so far … */
#define CZ_POLL_LATE_MAX_S (4 * 3600) /* … up to this: eight a day with all that comes before (tests/bench/load) */
#define CZ_POLL_RETRY_S 60 /* after the first failure; doubles … */
#define CZ_POLL_RETRY_MAX_S 3600 /* … up to this */

#define CZ_POLL_ABOVE_S (12 * 3600) /* an office above is asked at least so often */

typedef struct {
  gint64 now_s; /* best guess; may be wrong by years: every result stays within the limits above */
  gint64 next_publish_s; /* of the station's own office; 0 = not announced */
  gint64 above_s; /* the first publication that an office above announces for later than now; 0 = none */
  guint32 poll_hint_s; /* seconds that should lie between two polls where nothing is announced; 0 = none. Nobody is asked more often for it. */
  guint failures; /* rounds in a row that reached nothing or were refused */
  double chance; /* 0 ≤ chance < 1, drawn by the caller */
} CzPollFacts;

/* Seconds from now, CZ_POLL_MIN_S … CZ_POLL_MAX_S. */
guint cz_poll_delay_s (const CzPollFacts *facts);

/* One poll for the offices above too would ask each of them eight times a day for what comes once a week. They are asked along with the own
 * office when something may be there: never asked since the start, its news broke off on the way, spoken of by another head, the announced hour has passed since, then ever more
 * seldom while it is late, and at least every CZ_POLL_ABOVE_S. */
typedef struct {
  gint64 now_s;
  gint64 asked_ago_s; /* powered-on time since all that its head named was held; -1 = not yet, or its news broke off */
  gint64 next_publish_s; /* as that head announced it, 0 = not */
  gboolean is_spoken_of; /* another channel's head has seen newer news than are held */
} CzPollAbove;
gboolean cz_poll_is_due (const CzPollAbove *facts);
