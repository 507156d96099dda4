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

typedef struct {
  gint64 now_s; /* best guess; may be wrong by years: every result stays within the limits above */
  gint64 next_publish_s; /* 0 = not announced */
  guint32 poll_hint_s; /* 0 = none */
  guint failures; /* rounds in a row that reached nothing or were refused */
  double chance; /* 0 ≤ chance < 1, drawn by the caller */
} CzPollFacts;

/* Seconds from now, CZ_POLL_MIN_S … CZ_POLL_MAX_S. */
guint cz_poll_delay_s (const CzPollFacts *facts);
