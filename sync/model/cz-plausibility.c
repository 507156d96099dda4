/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/model/cz-plausibility.h"

#include <string.h>

CzDoubt
cz_plausibility_triple (const CzPriceTriple *price)
{
  CzDoubt doubts = CZ_DOUBT_NONE;
  if (price->low > 0 && price->high > 0 && price->low > price->high)
    doubts |= CZ_DOUBT_ORDER;
  /* With the ends swapped "inside" has no meaning; the order alone is said. */
  if (doubts == CZ_DOUBT_NONE && price->mid > 0
      && ((price->low > 0 && price->mid < price->low) || (price->high > 0 && price->mid > price->high)))
    doubts |= CZ_DOUBT_MID;
  return doubts;
}

gint64
cz_price_middle (const CzPriceTriple *price)
{
  if (price->mid > 0)
    return price->mid;
  if (price->low > 0 && price->high > 0)
    return price->low + (price->high - price->low) / 2;
  return MAX (price->low, price->high);
}

CzDoubt
cz_plausibility_step (const CzPriceTriple *price, const CzPriceTriple *last, gint64 *permille)
{
  gint64 now = cz_price_middle (price);
  gint64 then = cz_price_middle (last);
  if (permille != NULL)
    *permille = 0;
  if (now <= 0 || then <= 0 || now > CZ_PRICE_MAX_LI || then > CZ_PRICE_MAX_LI)
    return CZ_DOUBT_NONE;
  if (permille != NULL)
    *permille = (now - then) * 1000 / then;
  gint64 step = now > then ? now - then : then - now;
  return step * 1000 > then * CZ_STEP_MAX_PERMILLE ? CZ_DOUBT_STEP : CZ_DOUBT_NONE;
}

/* Counted units as they stand behind a name. 斤 and the like are no counted units. */
static const struct {
  const char *word;
  CzUnit unit;
} counted[] = {
  { "个", CZ_UNIT_PIECE }, { "只", CZ_UNIT_PIECE }, { "根", CZ_UNIT_PIECE },  { "棵", CZ_UNIT_PIECE },
  { "枚", CZ_UNIT_PIECE }, { "件", CZ_UNIT_PIECE }, { "头", CZ_UNIT_HEAD },   { "袋", CZ_UNIT_BAG },
  { "包", CZ_UNIT_BAG },   { "瓶", CZ_UNIT_BOTTLE }, { "桶", CZ_UNIT_BOTTLE }, { "箱", CZ_UNIT_BOX },
  { "盒", CZ_UNIT_BOX },   { "盘", CZ_UNIT_BOX },   { "把", CZ_UNIT_BUNDLE }, { "捆", CZ_UNIT_BUNDLE },
  { "扎", CZ_UNIT_BUNDLE }, { "张", CZ_UNIT_SHEET }, { "卷", CZ_UNIT_SHEET },  { "升", CZ_UNIT_LITRE },
};

static const char *const openers[] = { "/", "／", "(", "（", "[", "【" };
static const char *const closers[] = { "", "", ")", "）", "]", "】" };

/* TRUE if word stands in text behind a stroke or inside brackets. A bracket left open counts: such names exist. */
static gboolean
marked (const char *text, const char *word)
{
  gsize n = strlen (word);
  for (const char *at = strstr (text, word); at != NULL; at = strstr (at + n, word)) {
    for (gsize i = 0; i < G_N_ELEMENTS (openers); i++) {
      gsize opener = strlen (openers[i]);
      if ((gsize) (at - text) < opener || memcmp (at - opener, openers[i], opener) != 0)
        continue;
      const char *behind = at + n;
      if (*behind == 0 || *behind == ' ' || (closers[i][0] != 0 && g_str_has_prefix (behind, closers[i])))
        return TRUE;
    }
  }
  return FALSE;
}

CzDoubt
cz_plausibility_unit (const char *product_name, CzUnit price_unit, const char **word)
{
  if (strpbrk (product_name, "/([") == NULL && strstr (product_name, "／") == NULL && strstr (product_name, "（") == NULL
      && strstr (product_name, "【") == NULL)
    return CZ_DOUBT_NONE;
  for (gsize i = 0; i < G_N_ELEMENTS (counted); i++) {
    if (counted[i].unit == price_unit || !marked (product_name, counted[i].word))
      continue;
    if (word != NULL)
      *word = counted[i].word;
    return CZ_DOUBT_UNIT;
  }
  return CZ_DOUBT_NONE;
}

char *
cz_doubt_words (CzDoubt doubts)
{
  static const char *const words[] = { "order", "mid", "step", "unit", "duplicate", "withdrawn", "future" };
  GString *text = g_string_new (NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (doubts & (1 << i))
      g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", words[i]);
  return g_string_free (text, FALSE);
}
