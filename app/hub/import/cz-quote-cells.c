/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/import/cz-quote-cells.h"

#include <string.h>

#include "sync/model/cz-vocab.h"

#define MAX_ROUNDING_PERMILLE 5

static const char *const yuan_words[] = { "元", "￥", "¥", "块" };

static const char *const currency_words[][2] = {
  { "人民币", "CNY" }, { "元", "CNY" }, { "新台币", "TWD" }, { "新臺幣", "TWD" }, { "美元", "USD" }, { "港元", "HKD" }, { "欧元", "EUR" },
};

static gboolean
is_iso_currency (const char *text)
{
  return strlen (text) == 3 && g_ascii_isupper (text[0]) && g_ascii_isupper (text[1]) && g_ascii_isupper (text[2]);
}

gboolean
cz_quote_currency_parse (const char *text, char currency[4])
{
  const char *code = text[0] == 0 ? "CNY" : NULL;
  if (is_iso_currency (text))
    code = text;
  for (gsize i = 0; code == NULL && i < G_N_ELEMENTS (currency_words); i++)
    if (g_str_equal (text, currency_words[i][0]))
      code = currency_words[i][1];
  if (code != NULL)
    g_strlcpy (currency, code, 4);
  return code != NULL;
}

gboolean
cz_quote_unit_parse (const char *cell, CzPriceUnit *unit, char currency[4])
{
  /* As a Chinese keyboard writes it. */
  g_autoptr (GString) folded = g_string_new (cell);
  (void) g_string_replace (folded, "／", "/", 0);
  const char *text = folded->str;
  const char *slash = strrchr (text, '/');
  currency[0] = 0;
  if (slash == NULL)
    return cz_price_unit_parse (text, unit);
  g_autofree char *left = g_strndup (text, (gsize) (slash - text));
  g_strstrip (left);
  gboolean yuan = FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (yuan_words); i++)
    yuan = yuan || g_str_equal (left, yuan_words[i]);
  if (!yuan && !cz_quote_currency_parse (left[0] != 0 ? left : "?", currency))
    return FALSE;
  return cz_price_unit_parse (slash + 1, unit);
}

/* "1234.5678" → "1234.568": the fourth decimal decides. */
static char *
round_decimals (const char *text)
{
  const char *point = strchr (text, '.');
  if (point == NULL || strlen (point) <= 4 || strspn (point + 1, "0123456789") != strlen (point + 1))
    return g_strdup (text);
  GString *rounded = g_string_new_len (text, point - text + 4);
  gboolean up = point[4] >= '5';
  for (gssize i = (gssize) rounded->len - 1; up && i >= 0; i--) {
    if (!g_ascii_isdigit (rounded->str[i]))
      continue;
    up = rounded->str[i] == '9';
    rounded->str[i] = up ? '0' : (char) (rounded->str[i] + 1);
  }
  if (up)
    g_string_prepend_c (rounded, '1');
  return g_string_free (rounded, FALSE);
}

static gsize
yuan_sign (const char *text)
{
  static const char *const signs[] = { "￥", "¥" };
  for (gsize i = 0; i < G_N_ELEMENTS (signs); i++)
    if (g_str_has_prefix (text, signs[i]))
      return strlen (signs[i]);
  return 0;
}

gboolean
cz_quote_price_has_yuan (const char *text)
{
  return yuan_sign (text) > 0;
}

CzQuotePrice
cz_quote_price_parse (const char *text, const CzPriceUnit *unit, gboolean round, gint64 *li)
{
  gboolean exact = TRUE;
  *li = 0;
  if (text[0] == 0)
    return CZ_QUOTE_PRICE_EMPTY;
  text += yuan_sign (text);
  CzPriceResult result = cz_price_parse (text, unit, li, &exact);
  if (result == CZ_PRICE_TOO_FINE && round) {
    g_autofree char *rounded = round_decimals (text);
    result = cz_price_parse (rounded, unit, li, &exact);
  }
  switch (result) {
  case CZ_PRICE_OK:
    break;
  case CZ_PRICE_EMPTY:
    return CZ_QUOTE_PRICE_EMPTY;
  case CZ_PRICE_NEGATIVE:
    return CZ_QUOTE_PRICE_NEGATIVE;
  case CZ_PRICE_TOO_FINE:
    return CZ_QUOTE_PRICE_TOO_FINE;
  case CZ_PRICE_TOO_LARGE:
    return CZ_QUOTE_PRICE_TOO_LARGE;
  case CZ_PRICE_NOT_A_NUMBER:
  default:
    return CZ_QUOTE_PRICE_NOT_A_NUMBER;
  }
  /* Rounding moves by half a 厘 at most. */
  if (!exact && !round && *li * MAX_ROUNDING_PERMILLE < 500)
    return CZ_QUOTE_PRICE_TOO_FINE;
  return *li == 0 ? (exact ? CZ_QUOTE_PRICE_ZERO : CZ_QUOTE_PRICE_TOO_FINE) : CZ_QUOTE_PRICE_OK;
}

CzDay
cz_quote_period_first (CzDay day, int period)
{
  int year;
  int month;
  int mday;
  if (period == CZ_PERIOD_WEEK)
    return day - (cz_day_weekday (day) - 1);
  if (period != CZ_PERIOD_MONTH)
    return day;
  cz_day_to_ymd (day, &year, &month, &mday);
  return day - (mday - 1);
}
