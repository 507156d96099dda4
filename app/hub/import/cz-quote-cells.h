/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/hub/import/cz-map.h"
#include "sync/model/cz-money.h"

/* Cells of price lists into numbers. Pure. */

/* "元/斤", "公斤", "USD/吨", "元/个" …: the unit, and the currency if the spelling names one ("" = it does not, or it says
 * 元, which is the yuan of whatever currency the list is in). */
gboolean cz_quote_unit_parse (const char *text, CzPriceUnit *unit, char currency[4]);

/* "CNY", "TWD", "人民币", "新台币" …; "" gives "CNY". */
gboolean cz_quote_currency_parse (const char *text, char currency[4]);

typedef enum {
  CZ_QUOTE_PRICE_OK,
  CZ_QUOTE_PRICE_EMPTY,
  CZ_QUOTE_PRICE_ZERO,
  CZ_QUOTE_PRICE_NOT_A_NUMBER,
  CZ_QUOTE_PRICE_NEGATIVE,
  CZ_QUOTE_PRICE_TOO_FINE, /* decimals beyond 厘 */
  CZ_QUOTE_PRICE_TOO_LARGE,
} CzQuotePrice;

/* "￥3.50", "¥ 3.50". */
gboolean cz_quote_price_has_yuan (const char *text);

/* Into 厘 per CzUnit; a sign of the yuan before the number is passed over. round: digits beyond 厘 are rounded, half away from zero; else they refuse, except where a price per
 * ton or the like falls between two 厘 and moves by less than 0.5 %. */
CzQuotePrice cz_quote_price_parse (const char *text, const CzPriceUnit *unit, gboolean round, gint64 *li);

/* First day of the week (Monday) or month in which day lies. */
CzDay cz_quote_period_first (CzDay day, int period);
