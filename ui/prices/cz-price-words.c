/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/prices/cz-price-words.h"

#include <glib/gi18n.h>

char *
cz_price_words_where (const CzQuoteInfo *info, CzDay today)
{
  g_autofree char *kind = cz_words_kind_grade (info);
  g_autofree char *when = cz_words_period (info, today);
  g_autofree char *asked = NULL;
  const char *corrected = info->corrected ? _("corrected") : NULL;
  GString *line = g_string_new (info->market_name);

  g_string_append_printf (line, " · %s · %s", kind, when);
  if (info->sources > 0) {
    asked = g_strdup_printf (ngettext ("asked %u seller", "asked %u sellers", info->sources), info->sources);
    g_string_append_printf (line, " · %s", asked);
  }
  if (corrected != NULL)
    g_string_append_printf (line, " · %s", corrected);
  return g_string_free (line, FALSE);
}

char *
cz_price_words_last (const CzQuoteInfo *info)
{
  g_autofree char *price = cz_words_price (info);
  g_autofree char *unit = cz_words_unit (info);

  /* Translators: price, unit. */
  return g_strdup_printf (_("last time %1$s %2$s"), price, unit);
}

char *
cz_price_words_row (const CzQuoteInfo *info, CzDay today)
{
  g_autofree char *distance = cz_words_distance (info->metres);
  g_autofree char *when = cz_words_period (info, today);

  return distance[0] != '\0' ? g_strdup_printf ("%s · %s", distance, when) : g_steal_pointer (&when);
}

const char *
cz_price_words_tag (CzFreshness freshness)
{
  switch (freshness) {
  case CZ_FRESH_AMBER:
    return _("a few days old");
  case CZ_FRESH_OLD:
    return _("old price");
  case CZ_FRESH_GONE:
    return _("no new price");
  case CZ_FRESH:
  default:
    return "";
  }
}

char *
cz_price_words_say_when (const CzQuoteInfo *info, CzDay today)
{
  g_autofree char *kind = cz_words_kind_grade (info);
  g_autofree char *when = cz_words_period (info, today);

  if (info->freshness == CZ_FRESH_GONE)
    /* Translators: full date, market, kind of price. */
    return g_strdup_printf (_("no new price. The last was on %1$s, %2$s, %3$s, "), when, info->market_name, kind);
  if (info->freshness == CZ_FRESH_OLD)
    return g_strdup_printf (_("an old price of %1$s, %2$s, %3$s, "), when, info->market_name, kind);
  return g_strdup_printf (_("%1$s, %2$s, %3$s, "), when, info->market_name, kind);
}

char *
cz_price_words_say_price (const CzQuoteInfo *info)
{
  g_autofree char *price = cz_words_price (info);
  g_autofree char *unit = cz_words_unit (info);
  gboolean goes_on = info->freshness != CZ_FRESH_GONE && info->change.sense != CZ_CHANGE_UNKNOWN;

  /* Translators: price, unit; a change follows the first, nothing the second. */
  return g_strdup_printf (goes_on ? _("%1$s %2$s, ") : _("%1$s %2$s."), price, unit);
}

char *
cz_price_words_say_change (const CzQuoteInfo *info)
{
  g_autofree char *change = cz_words_change (info, FALSE);

  if (info->freshness == CZ_FRESH_GONE || info->change.sense == CZ_CHANGE_UNKNOWN)
    return g_strdup ("");
  if (info->change.sense == CZ_CHANGE_FLAT)
    /* Translators: "on last week" or "on last month". */
    return g_strdup_printf (_("no change %s."), cz_words_against (info));
  /* Translators: up or down by an amount; "on last week" or "on last month". */
  return g_strdup_printf (C_("change of a price", "%1$s %2$s."), change, cz_words_against (info));
}
