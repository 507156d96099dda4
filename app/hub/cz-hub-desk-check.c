/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/cz-hub-desk-check.h"

#include <glib/gi18n.h>

#include "app/hub/cz-hub-private.h"
#include "sync/model/cz-plausibility.h"

#define SIDES 4 /* for sale, wanted, for rent, help */

static gint64
number (const CzTable *table, const CzRow *row, const char *field)
{
  return row->v[cz_table_field_index (table, field)].i;
}

static gboolean
is_here (CzHub *hub, guint16 table_no, gint64 id, gboolean *found, GError **error)
{
  CzRow key = { 0 }, row;
  key.v[0].i = id;
  return cz_hub_get (hub, cz_table_by_number (table_no), &key, &row, found, error);
}

static gboolean
check_product (CzHub *hub, gint64 id, GError **error)
{
  gboolean found = FALSE;
  return is_here (hub, CZ_TABLE_PRODUCT, id, &found, error) && (found || cz_hub_refuse (error, _ ("It names a product that is not here. Return it.")));
}

static gboolean
check_quote (CzHub *hub, const CzTable *table, const CzRow *row, GError **error)
{
  gboolean found = FALSE;
  const CzPriceTriple price = { number (table, row, "low"), number (table, row, "mid"), number (table, row, "high") };
  if (!is_here (hub, CZ_TABLE_MARKET, number (table, row, "market"), &found, error))
    return FALSE;
  if (!found)
    return cz_hub_refuse (error, _ ("It names a market that is not here. Return it."));
  if (number (table, row, "day") > (gint64) cz_clock_today (hub->clock))
    return cz_hub_refuse (error, _ ("Its day lies ahead. Return it."));
  if (price.low + price.mid + price.high == 0)
    return cz_hub_refuse (error, _ ("It has no price. Return it."));
  if (cz_plausibility_triple (&price) != CZ_DOUBT_NONE)
    return cz_hub_refuse (error, _ ("Its lowest, middle and highest price are not in order. Return it."));
  return check_product (hub, number (table, row, "product"), error);
}

static gboolean
check_listing (CzHub *hub, const CzTable *table, const CzRow *row, GError **error)
{
  gint64 side = number (table, row, "side"), product = number (table, row, "product"), village = number (table, row, "village");
  gint64 from_day = number (table, row, "from_day"), to_day = number (table, row, "to_day");
  if (side < 1 || side > SIDES)
    return cz_hub_refuse (error, _ ("It does not say whether something is for sale, wanted, for rent or help. Return it."));
  if (to_day != 0 && to_day < from_day)
    return cz_hub_refuse (error, _ ("It ends before it begins. Return it."));
  if (village != 0 && !cz_channel_covers (hub->channel, cz_region_channel (village)))
    return cz_hub_refuse (error, _ ("Its village does not lie in the area of this office. Return it."));
  return product == 0 || check_product (hub, product, error);
}

gboolean
cz_hub_desk_check (CzHub *hub, const CzTable *table, const CzRow *row, GError **error)
{
  if (table->number == CZ_TABLE_QUOTE)
    return check_quote (hub, table, row, error);
  return table->number != CZ_TABLE_LISTING || check_listing (hub, table, row, error);
}
