/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/station/cz-poll.h"

/* seconds … 1.25 × seconds */
static gint64
spread (gint64 seconds, double chance)
{
  return seconds + (gint64) (chance * (double) seconds / 4);
}

/* Again soon, then ever later: an office that does not publish for a weekend must not be asked every quarter of an hour. */
static gint64
while_overdue (const CzPollFacts *facts, gint64 overdue_s)
{
  gint64 delay_s = CLAMP (2 * MIN (overdue_s, CZ_POLL_LATE_MAX_S), CZ_POLL_LATE_S, CZ_POLL_LATE_MAX_S);
  return facts->poll_hint_s > 0 ? MIN (delay_s, (gint64) facts->poll_hint_s) : delay_s;
}

static gint64
after_success (const CzPollFacts *facts)
{
  gint64 usual_s = facts->poll_hint_s > 0 ? (gint64) facts->poll_hint_s : CZ_POLL_DEFAULT_S;
  gint64 until_s = facts->next_publish_s - facts->now_s;
  if (facts->next_publish_s <= 0)
    return spread (usual_s, facts->chance);
  if (until_s <= 0)
    return spread (while_overdue (facts, -until_s), facts->chance);
  /* A clock that lags makes the publication look far away: the usual poll is never put off for it beyond the maximum. */
  return MIN (until_s, CZ_POLL_MAX_S) + (gint64) (facts->chance * CZ_POLL_SPREAD_S);
}

guint
cz_poll_delay_s (const CzPollFacts *facts)
{
  gint64 delay_s;
  if (facts->failures == 0)
    delay_s = after_success (facts);
  else
    delay_s = spread (MIN ((gint64) CZ_POLL_RETRY_S << MIN (facts->failures - 1, 20u), CZ_POLL_RETRY_MAX_S), facts->chance);
  return (guint) CLAMP (delay_s, CZ_POLL_MIN_S, CZ_POLL_MAX_S);
}
