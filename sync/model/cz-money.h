/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

/* Prices are integers: 厘 (1 元 = 1000 厘; for other currencies a thousandth of the main unit) per kilogram, or per
 * counted unit for products sold by the piece. 元/斤 = 厘/kg ÷ 2000. Never a float. Pure, any thread. */

typedef enum {
  CZ_UNIT_KG = 0, /* weighed: quotes are per kg */
  CZ_UNIT_PIECE = 1, /* 个 只 根 棵 */
  CZ_UNIT_HEAD = 2, /* 头 匹 */
  CZ_UNIT_BAG = 3, /* 袋 包 */
  CZ_UNIT_LITRE = 4, /* 升 */
  CZ_UNIT_BOTTLE = 5, /* 瓶 桶 */
  CZ_UNIT_BOX = 6, /* 箱 盒 盘 */
  CZ_UNIT_BUNDLE = 7, /* 把 捆 扎 */
  CZ_UNIT_MU = 8, /* 亩 (services) */
  CZ_UNIT_SHEET = 9, /* 张 卷 */
  CZ_N_UNITS
} CzUnit;

/* A price unit as spelled by a clerk: which counted unit, and how a price in it becomes 厘 per CzUnit:
 * per_unit = price_milli × multiply / divide, exact or refused. */
typedef struct {
  CzUnit unit;
  guint32 multiply;
  guint32 divide;
} CzPriceUnit;

/* "元/斤", "元/公斤", "元/千克", "元/kg", "元/500g", "元/吨", "元/个" …; also without the 元/ part. FALSE if unknown. */
gboolean cz_price_unit_parse (const char *text, CzPriceUnit *out) G_GNUC_WARN_UNUSED_RESULT;
gboolean cz_unit_parse (const char *text, CzUnit *out) G_GNUC_WARN_UNUSED_RESULT;
/* "公斤", "个" …; static. A villager's unit for kg prices is 斤, see cz_price_format_jin. */
const char *cz_unit_name_zh (CzUnit unit);

typedef enum { CZ_PRICE_OK, CZ_PRICE_EMPTY, CZ_PRICE_NOT_A_NUMBER, CZ_PRICE_NEGATIVE, CZ_PRICE_TOO_FINE, CZ_PRICE_TOO_LARGE } CzPriceResult;

#define CZ_PRICE_MAX_LI G_GINT64_CONSTANT (1000000000000) /* 1 G元: beyond it a typing error */

/* A decimal ("0.45", "1,234.5", full-width digits too; nothing else) → thousandths of the main unit.
 * TOO_FINE: digits beyond the third decimal that are not zero. */
CzPriceResult cz_money_parse_milli (const char *text, gint64 *out_milli);
/* The same with the unit's factor applied; rounds half away from zero where 厘/kg cannot hold it exactly
 * (e.g. 元/吨), sets *exact accordingly (nullable). */
CzPriceResult cz_price_parse (const char *text, const CzPriceUnit *unit, gint64 *out_li, gboolean *exact);
/* 厘/kg → "0.45" 元/斤 (2 decimals, 3 when needed), half away from zero at the third; newly allocated. */
char *cz_price_format_jin (gint64 li_per_kg);
/* 厘 → "3.50" 元, same rule. */
char *cz_price_format (gint64 li);
