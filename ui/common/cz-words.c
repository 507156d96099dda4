/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/common/cz-words.h"

#include "sync/model/cz-money.h"

#include <glib/gi18n.h>

gboolean
cz_words_are_chinese (void)
{
  /* Translators: the code of the language you translate into, e.g. "zh". */
  return g_str_equal (C_("language of this catalogue", "en"), "zh");
}

static const char *
month_name (int month)
{
  static const char *const names[] = { N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June"),
                                       N_("July"), N_("August"), N_("September"), N_("October"), N_("November"),
                                       N_("December") };

  return _(names[month - 1]);
}

char *
cz_words_day (CzDay day)
{
  int year, month, mday;

  cz_day_to_ymd (day, &year, &month, &mday);
  /* Translators: day of the month, name of the month. In Chinese "%2$s%1$d日". */
  return g_strdup_printf (_("%1$d %2$s"), mday, month_name (month));
}

char *
cz_words_full_day (CzDay day)
{
  int year, month, mday;

  cz_day_to_ymd (day, &year, &month, &mday);
  /* Translators: day of the month, name of the month, year. */
  return g_strdup_printf (_("%1$d %2$s %3$d"), mday, month_name (month), year);
}

char *
cz_words_short_day (CzDay day)
{
  static const char *const names[]
      = { NC_("short month", "Jan"), NC_("short month", "Feb"), NC_("short month", "Mar"), NC_("short month", "Apr"),
          NC_("short month", "May"), NC_("short month", "Jun"), NC_("short month", "Jul"), NC_("short month", "Aug"),
          NC_("short month", "Sep"), NC_("short month", "Oct"), NC_("short month", "Nov"), NC_("short month", "Dec") };
  int year, month, mday;

  cz_day_to_ymd (day, &year, &month, &mday);
  return g_strdup_printf (_("%1$d %2$s %3$d"), mday, g_dpgettext2 (NULL, "short month", names[month - 1]), year);
}

char *
cz_words_day_near (CzDay day, CzDay today)
{
  int year, this_year, month, mday;

  cz_day_to_ymd (day, &year, &month, &mday);
  cz_day_to_ymd (today, &this_year, &month, &mday);
  return year == this_year ? cz_words_day (day) : cz_words_full_day (day);
}

char *
cz_words_period (const CzQuoteInfo *info, CzDay today)
{
  g_autofree char *day = info->freshness == CZ_FRESH_GONE ? cz_words_full_day (info->day) : cz_words_day_near (info->day, today);
  int year, month, mday;

  if (info->period == CZ_PERIOD_WEEK)
    return g_strdup_printf (_("week of %s"), day);
  if (info->period != CZ_PERIOD_MONTH)
    return g_steal_pointer (&day);
  cz_day_to_ymd (info->day, &year, &month, &mday);
  /* Translators: name of the month, year. */
  return g_strdup_printf (_("%1$s %2$d"), month_name (month), year);
}

char *
cz_words_price_li (const CzQuoteInfo *like, gint64 li)
{
  return like->unit == CZ_UNIT_KG && cz_quote_is_yuan (like) ? cz_price_format_jin (li) : cz_price_format (li);
}

char *
cz_words_price (const CzQuoteInfo *info)
{
  return cz_words_price_li (info, info->mid);
}

char *
cz_words_currency (const CzQuoteInfo *info)
{
  static const struct {
    const char *code, *name;
  } names[] = {
    { "CNY", NC_("currency", "yuan") },
    { "TWD", NC_("currency", "New Taiwan dollars") },
    { "TZS", NC_("currency", "Tanzanian shillings") },
    { "USD", NC_("currency", "US dollars") },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (names[i].code, info->currency))
      return g_strdup (g_dpgettext2 (NULL, "currency", names[i].name));
  return g_strdup (info->currency);
}

static const char *
unit_name (CzUnit unit)
{
  static const char *const names[CZ_N_UNITS]
      = { NC_("unit", "kg"), NC_("unit", "piece"), NC_("unit", "head"), NC_("unit", "bag"), NC_("unit", "litre"),
          NC_("unit", "bottle"), NC_("unit", "box"), NC_("unit", "bundle"), NC_("unit", "mu"), NC_("unit", "sheet") };

  return (guint) unit < CZ_N_UNITS ? g_dpgettext2 (NULL, "unit", names[unit]) : "?";
}

char *
cz_words_unit (const CzQuoteInfo *info)
{
  g_autofree char *currency = cz_words_currency (info);
  const char *unit = info->unit == CZ_UNIT_KG && cz_quote_is_yuan (info) ? C_("unit", "jin") : unit_name (info->unit);

  return g_strdup_printf ("%s/%s", currency, unit);
}

const char *
cz_words_kind (CzQuoteKind kind)
{
  static const char *const names[] = { "?", NC_("price kind", "purchase"), NC_("price kind", "wholesale"),
                                       NC_("price kind", "retail"), NC_("price kind", "inputs") };

  return (guint) kind < G_N_ELEMENTS (names) && kind != 0 ? g_dpgettext2 (NULL, "price kind", names[kind]) : "?";
}

char *
cz_words_kind_grade (const CzQuoteInfo *info)
{
  static const char *const grades[]
      = { "", NC_("grade", "select"), NC_("grade", "grade 1"), NC_("grade", "grade 2"), NC_("grade", "grade 3"),
          NC_("grade", "below grade"), NC_("grade", "large"), NC_("grade", "medium"), NC_("grade", "small") };
  const char *kind = cz_words_kind (info->key.kind);

  if (info->key.grade == CZ_GRADE_ANY || (guint) info->key.grade >= G_N_ELEMENTS (grades))
    return g_strdup (kind);
  /* Translators: kind of price, grade. */
  return g_strdup_printf (_("%1$s, %2$s"), kind, g_dpgettext2 (NULL, "grade", grades[info->key.grade]));
}

const char *
cz_words_class (CzProductClass product_class)
{
  static const char *const names[] = { "?", NC_("class", "Vegetables"), NC_("class", "Grain"), NC_("class", "Fruit"),
                                       NC_("class", "Meat, eggs"), NC_("class", "Supplies"), NC_("class", "Other") };

  return (guint) product_class < G_N_ELEMENTS (names) ? g_dpgettext2 (NULL, "class", names[product_class]) : "?";
}

const char *
cz_words_class_icon (CzProductClass product_class)
{
  static const char *const names[] = { "class-veg", "class-veg", "class-grain", "class-fruit", "class-meat", "class-input", "class-veg" };

  return (guint) product_class < G_N_ELEMENTS (names) ? names[product_class] : names[0];
}

static char *
chinese_amount (CzAmount amount, gboolean is_short)
{
  GString *words = g_string_new (NULL);

  if (amount.yuan > 0)
    /* 两元, but 两块三毛: what is said with 毛 behind it is said with 块. */
    g_string_append_printf (words, "%" G_GINT64_FORMAT "%s", amount.yuan, amount.jiao > 0 || amount.fen > 0 ? "块" : "元");
  if (amount.jiao > 0)
    g_string_append_printf (words, "%d毛", amount.jiao);
  else if (amount.yuan > 0 && amount.fen > 0)
    g_string_append (words, "0");
  if (amount.fen > 0)
    g_string_append_printf (words, is_short && amount.jiao > 0 ? "%d" : "%d分", amount.fen);
  if (amount.li > 0)
    g_string_append_printf (words, "%d厘", amount.li);
  return g_string_free (words, FALSE);
}

char *
cz_words_amount (const CzQuoteInfo *info, gboolean is_short)
{
  CzAmount amount = cz_amount_split (info->change.li);
  g_autofree char *currency = NULL;
  g_autofree char *figure = NULL;

  if (cz_quote_is_yuan (info) && cz_words_are_chinese ())
    return chinese_amount (amount, is_short);
  figure = cz_price_format (info->change.li);
  /* .01 for 0.01: a cell of the grid is narrow. */
  if (is_short)
    return g_strdup (figure + (g_str_has_prefix (figure, "0.") ? 1 : 0));
  currency = cz_words_currency (info);
  return g_strdup_printf ("%s %s", figure, currency);
}

char *
cz_words_change (const CzQuoteInfo *info, gboolean is_short)
{
  g_autofree char *amount = NULL;

  switch (info->change.sense) {
  case CZ_CHANGE_UP:
    amount = cz_words_amount (info, is_short);
    return g_strdup_printf (_("up %s"), amount);
  case CZ_CHANGE_DOWN:
    amount = cz_words_amount (info, is_short);
    return g_strdup_printf (_("down %s"), amount);
  case CZ_CHANGE_FLAT:
    return g_strdup (_("same"));
  case CZ_CHANGE_UNKNOWN:
  default:
    return g_strdup ("");
  }
}

const char *
cz_words_change_mark (CzChangeSense sense)
{
  return sense == CZ_CHANGE_UP ? "▲" : sense == CZ_CHANGE_DOWN ? "▼" : sense == CZ_CHANGE_FLAT ? "—" : "";
}

const char *
cz_words_change_class (CzChangeSense sense)
{
  return sense == CZ_CHANGE_UP ? "rise" : sense == CZ_CHANGE_DOWN ? "fall" : "flat";
}

const char *
cz_words_against (const CzQuoteInfo *info)
{
  return info->period == CZ_PERIOD_MONTH ? _("on last month") : _("on last week");
}

char *
cz_words_distance (int metres)
{
  if (metres < 0)
    return g_strdup ("");
  return g_strdup_printf (_("%d km"), MAX (1, (metres + 500) / 1000));
}
