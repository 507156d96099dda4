/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/cz-hub-doubt.h"

#include <glib/gi18n.h>

#include "app/hub/cz-hub-private.h"

static CzPriceTriple
prices_of (const CzRow *quote)
{
  return (CzPriceTriple) { quote->v[CZ_Q_LOW].i, quote->v[CZ_Q_MID].i, quote->v[CZ_Q_HIGH].i };
}

gboolean
cz_hub_doubt_judge (CzHub *hub, const CzHubDoubtful *about, CzHubVerdict *verdict, GError **error)
{
  const CzPriceTriple prices = prices_of (about->quote);
  verdict->doubts = cz_plausibility_triple (&prices);
  verdict->doubts |= cz_plausibility_unit (about->product_name, about->unit, &verdict->unit_word);
  if (about->quote->v[CZ_Q_DAY].i > (gint64) cz_clock_today (hub->clock) + 1)
    verdict->doubts |= CZ_DOUBT_FUTURE;
  if (verdict->change == CZ_HUB_CHANGED)
    verdict->doubts |= CZ_DOUBT_DUPLICATE;
  if (verdict->change == CZ_HUB_WITHDRAWN)
    verdict->doubts |= CZ_DOUBT_WITHDRAWN;
  return cz_hub_last_quote (hub, about->quote, &verdict->last, error);
}

void
cz_hub_doubt_judge_step (const CzHubDoubtful *about, CzHubVerdict *verdict)
{
  const CzPriceTriple prices = prices_of (about->quote);
  const CzPriceTriple then = { verdict->last.low, verdict->last.mid, verdict->last.high };
  if (verdict->last.found)
    verdict->doubts |= cz_plausibility_step (&prices, &then, &verdict->step_permille);
}

static void
say (GString *text, const char *sentence)
{
  g_string_append_printf (text, "%s%s", text->len > 0 ? _ ("; ") : "", sentence);
}

static char *
price (const CzHubDoubtful *about, gint64 li)
{
  return about->is_per_jin ? cz_price_format_jin (li) : cz_price_format (li);
}

static void
say_step (GString *text, const CzHubDoubtful *about, const CzHubVerdict *verdict)
{
  const CzPriceTriple prices = prices_of (about->quote);
  const CzPriceTriple before = { verdict->last.low, verdict->last.mid, verdict->last.high };
  g_autofree char *now = price (about, cz_price_middle (&prices));
  g_autofree char *then = price (about, cz_price_middle (&before));
  g_autofree char *day = cz_day_to_iso (verdict->last.day);
  gint64 percent = verdict->step_permille / 10;
  g_autofree char *sentence = g_strdup_printf (_ ("%s against %s on %s per %s: a step of %+d %%"), now, then, day, about->is_per_jin ? "斤" : cz_unit_name_zh (about->unit),
                                               (int) percent);
  say (text, sentence);
}

char *
cz_hub_doubt_describe (const CzHubDoubtful *about, const CzHubVerdict *verdict)
{
  GString *text = g_string_new (NULL);
  if (verdict->doubts & CZ_DOUBT_ORDER)
    say (text, _ ("the lowest price is above the highest"));
  if (verdict->doubts & CZ_DOUBT_MID)
    say (text, _ ("the middle price lies outside lowest and highest"));
  if (verdict->doubts & CZ_DOUBT_STEP)
    say_step (text, about, verdict);
  if (verdict->doubts & CZ_DOUBT_UNIT) {
    g_autofree char *sentence = g_strdup_printf (_ ("the name says “%s” but the price is per %s"), verdict->unit_word, cz_unit_name_zh (about->unit));
    say (text, sentence);
  }
  if (verdict->doubts & CZ_DOUBT_DUPLICATE)
    say (text, _ ("another price for the same day stands in the hub already"));
  if (verdict->doubts & CZ_DOUBT_WITHDRAWN)
    say (text, _ ("this quote was withdrawn before"));
  if (verdict->doubts & CZ_DOUBT_FUTURE)
    say (text, _ ("the day lies in the future"));
  return g_string_free (text, FALSE);
}
