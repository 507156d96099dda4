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
while_overdue (gint64 overdue_s, gint64 most_s)
{
  return CLAMP (2 * MIN (overdue_s, most_s), CZ_POLL_LATE_S, most_s);
}

/* A clock that lags makes a publication look far away: the usual poll is never put off for it beyond the maximum. */
static gint64
at_announced (gint64 until_s, double chance)
{
  return MIN (until_s, CZ_POLL_MAX_S) + (gint64) (chance * CZ_POLL_SPREAD_S);
}

static gint64
after_success (const CzPollFacts *facts)
{
  gint64 usual_s = MAX ((gint64) facts->poll_hint_s, CZ_POLL_DEFAULT_S);
  gint64 until_s = facts->next_publish_s - facts->now_s;
  gint64 delay_s;
  if (facts->next_publish_s <= 0)
    delay_s = spread (usual_s, facts->chance);
  else if (until_s <= 0)
    delay_s = spread (while_overdue (-until_s, CZ_POLL_LATE_MAX_S), facts->chance);
  else
    delay_s = at_announced (until_s, facts->chance);
  return facts->above_s > facts->now_s ? MIN (delay_s, at_announced (facts->above_s - facts->now_s, facts->chance)) : delay_s;
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

gboolean
cz_poll_is_due (const CzPollAbove *facts)
{
  gint64 asked_s = facts->now_s - facts->asked_ago_s;
  if (facts->asked_ago_s < 0 || facts->is_spoken_of || facts->asked_ago_s >= CZ_POLL_ABOVE_S)
    return TRUE;
  if (facts->next_publish_s <= 0 || facts->next_publish_s > facts->now_s)
    return FALSE;
  return facts->next_publish_s > asked_s || facts->asked_ago_s >= while_overdue (asked_s - facts->next_publish_s, CZ_POLL_ABOVE_S);
}
