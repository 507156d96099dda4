/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/model/cz-money.h"

#include <string.h>

typedef struct {
  const char *word;
  CzUnit unit;
  guint32 multiply;
  guint32 divide;
} UnitWord;

/* 厘 per kg = thousandths of the price × multiply / divide. */
static const UnitWord unit_words[] = {
  { "公斤", CZ_UNIT_KG, 1, 1 },   { "千克", CZ_UNIT_KG, 1, 1 },    { "kg", CZ_UNIT_KG, 1, 1 },
  { "斤", CZ_UNIT_KG, 2, 1 },     { "市斤", CZ_UNIT_KG, 2, 1 },    { "500g", CZ_UNIT_KG, 2, 1 },
  { "500克", CZ_UNIT_KG, 2, 1 },  { "两", CZ_UNIT_KG, 20, 1 },     { "克", CZ_UNIT_KG, 1000, 1 },
  { "g", CZ_UNIT_KG, 1000, 1 },   { "吨", CZ_UNIT_KG, 1, 1000 },   { "t", CZ_UNIT_KG, 1, 1000 },
  { "担", CZ_UNIT_KG, 1, 50 },    { "百斤", CZ_UNIT_KG, 1, 50 },   { "个", CZ_UNIT_PIECE, 1, 1 },
  { "只", CZ_UNIT_PIECE, 1, 1 },  { "根", CZ_UNIT_PIECE, 1, 1 },   { "棵", CZ_UNIT_PIECE, 1, 1 },
  { "件", CZ_UNIT_PIECE, 1, 1 },  { "枚", CZ_UNIT_PIECE, 1, 1 },   { "株", CZ_UNIT_PIECE, 1, 1 },
  { "头", CZ_UNIT_HEAD, 1, 1 },   { "匹", CZ_UNIT_HEAD, 1, 1 },    { "袋", CZ_UNIT_BAG, 1, 1 },
  { "包", CZ_UNIT_BAG, 1, 1 },    { "升", CZ_UNIT_LITRE, 1, 1 },   { "L", CZ_UNIT_LITRE, 1, 1 },
  { "公升", CZ_UNIT_LITRE, 1, 1 }, { "瓶", CZ_UNIT_BOTTLE, 1, 1 },  { "桶", CZ_UNIT_BOTTLE, 1, 1 },
  { "箱", CZ_UNIT_BOX, 1, 1 },    { "盒", CZ_UNIT_BOX, 1, 1 },     { "盘", CZ_UNIT_BOX, 1, 1 },
  { "把", CZ_UNIT_BUNDLE, 1, 1 }, { "捆", CZ_UNIT_BUNDLE, 1, 1 },  { "扎", CZ_UNIT_BUNDLE, 1, 1 },
  { "亩", CZ_UNIT_MU, 1, 1 },     { "张", CZ_UNIT_SHEET, 1, 1 },   { "卷", CZ_UNIT_SHEET, 1, 1 },
};

static const char *const unit_names[CZ_N_UNITS] = {
  [CZ_UNIT_KG] = "公斤", [CZ_UNIT_PIECE] = "个",   [CZ_UNIT_HEAD] = "头",   [CZ_UNIT_BAG] = "袋",
  [CZ_UNIT_LITRE] = "升", [CZ_UNIT_BOTTLE] = "瓶", [CZ_UNIT_BOX] = "箱",    [CZ_UNIT_BUNDLE] = "把",
  [CZ_UNIT_MU] = "亩",   [CZ_UNIT_SHEET] = "张",
};

static const UnitWord *
find_unit (const char *word)
{
  for (gsize i = 0; i < G_N_ELEMENTS (unit_words); i++)
    if (g_ascii_strcasecmp (unit_words[i].word, word) == 0)
      return &unit_words[i];
  return NULL;
}

gboolean
cz_price_unit_parse (const char *text, CzPriceUnit *out)
{
  const char *slash = strchr (text, '/');
  const UnitWord *word = find_unit (slash ? slash + 1 : text);
  if (!word)
    return FALSE;
  /* What stands before the stroke is money; 角/斤 and the like would be read ten times too high. */
  if (slash && !g_str_has_prefix (text, "元/") && !g_str_has_prefix (text, "CNY/") && !g_str_has_prefix (text, "TWD/")
      && !g_str_has_prefix (text, "TZS/") && !g_str_has_prefix (text, "USD/"))
    return FALSE;
  *out = (CzPriceUnit){ word->unit, word->multiply, word->divide };
  return TRUE;
}

gboolean
cz_unit_parse (const char *text, CzUnit *out)
{
  const UnitWord *word = find_unit (text);
  if (word)
    *out = word->unit;
  return word != NULL;
}

const char *
cz_unit_name_zh (CzUnit unit)
{
  return (guint) unit < CZ_N_UNITS ? unit_names[unit] : "?";
}

/* One digit or sign, ASCII or full-width; returns its ASCII form and moves *p, 0 for anything else. */
static char
take_char (const char **p)
{
  gunichar c = g_utf8_get_char_validated (*p, -1);
  if (c == (gunichar) -1 || c == (gunichar) -2)
    return 0;
  if (c >= 0xff01 && c <= 0xff5e)
    c -= 0xfee0;
  *p = g_utf8_next_char (*p);
  return c > 0 && c < 0x80 ? (char) c : 0;
}

typedef struct {
  gint64 milli;
  int decimals; /* -1 before the point */
  gboolean any_digit;
  gboolean too_fine;
} Decimal;

static CzPriceResult
add_digit (Decimal *d, int digit)
{
  d->any_digit = TRUE;
  if (d->decimals >= 3) {
    d->too_fine |= digit != 0;
    return CZ_PRICE_OK;
  }
  /* Headroom for the unit's factor of up to 1000 stays below 2⁶³. */
  if (d->milli > CZ_PRICE_MAX_LI / 10)
    return CZ_PRICE_TOO_LARGE;
  d->milli = d->milli * 10 + digit;
  if (d->decimals >= 0)
    d->decimals++;
  return CZ_PRICE_OK;
}

/* "1,234" and "1,234,567.8": groups of three behind the first comma. */
static gboolean
commas_are_groups (const char *text)
{
  const char *comma = strchr (text, ',');
  if (!comma)
    return TRUE;
  gsize lead = (gsize) (comma - text);
  if (lead < 1 || lead > 3)
    return FALSE;
  while (*comma == ',') {
    if (strspn (comma + 1, "0123456789") != 3)
      return FALSE;
    comma += 4;
  }
  return strchr (comma, ',') == NULL;
}

CzPriceResult
cz_money_parse_milli (const char *text, gint64 *out_milli)
{
  g_autofree char *cell = g_strdup (text);
  const char *p = g_strstrip (cell);
  Decimal d = { .decimals = -1 };
  gboolean negative = FALSE;
  if (*p == '\0')
    return CZ_PRICE_EMPTY;
  if (!commas_are_groups (p))
    return CZ_PRICE_NOT_A_NUMBER;
  if (*p == '-') {
    negative = TRUE;
    p++;
  }
  while (*p) {
    char c = take_char (&p);
    if (c == ',' && d.decimals < 0)
      continue;
    if (c == '.' && d.decimals < 0) {
      d.decimals = 0;
      continue;
    }
    if (!g_ascii_isdigit (c))
      return CZ_PRICE_NOT_A_NUMBER;
    CzPriceResult result = add_digit (&d, c - '0');
    if (result != CZ_PRICE_OK)
      return result;
  }
  if (!d.any_digit)
    return CZ_PRICE_NOT_A_NUMBER;
  for (int n = MAX (d.decimals, 0); n < 3; n++)
    d.milli *= 10;
  if (negative && (d.milli != 0 || d.too_fine))
    return CZ_PRICE_NEGATIVE;
  if (d.too_fine)
    return CZ_PRICE_TOO_FINE;
  if (d.milli > CZ_PRICE_MAX_LI)
    return CZ_PRICE_TOO_LARGE;
  *out_milli = d.milli;
  return CZ_PRICE_OK;
}

CzPriceResult
cz_price_parse (const char *text, const CzPriceUnit *unit, gint64 *out_li, gboolean *exact)
{
  gint64 milli;
  CzPriceResult result = cz_money_parse_milli (text, &milli);
  if (result != CZ_PRICE_OK)
    return result;
  gint64 product = milli * unit->multiply;
  gint64 li = (product + unit->divide / 2) / unit->divide;
  if (li > CZ_PRICE_MAX_LI)
    return CZ_PRICE_TOO_LARGE;
  if (exact)
    *exact = product % unit->divide == 0;
  *out_li = li;
  return CZ_PRICE_OK;
}

/* value/denominator 元 with two decimals, or three when the third is not zero. */
static char *
format_fraction (gint64 value, gint64 denominator)
{
  gboolean negative = value < 0;
  guint64 magnitude = negative ? (guint64) -value : (guint64) value;
  guint64 d = (guint64) denominator;
  guint64 milli = (magnitude * 1000 + d / 2) / d;
  const char *sign = negative && milli > 0 ? "-" : "";
  if (milli % 10 != 0)
    return g_strdup_printf ("%s%" G_GUINT64_FORMAT ".%03u", sign, milli / 1000, (guint) (milli % 1000));
  return g_strdup_printf ("%s%" G_GUINT64_FORMAT ".%02u", sign, milli / 1000, (guint) (milli % 1000 / 10));
}

char *
cz_price_format_jin (gint64 li_per_kg)
{
  return format_fraction (li_per_kg, 2000);
}

char *
cz_price_format (gint64 li)
{
  return format_fraction (li, 1000);
}
