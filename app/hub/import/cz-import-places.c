/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/import/cz-importer.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/hub/cz-hub-office.h"
#include "sync/model/cz-vocab.h"

/* --- regions: code,name,parent,level --- */

enum { REGION_CODE, REGION_NAME, REGION_PARENT, REGION_LEVEL, REGION_NAME_EN, REGION_SPOKEN, REGION_ALIASES, N_REGION };

static const CzFieldSpec region_specs[N_REGION] = {
  [REGION_CODE] = { "code", "代码 行政区划代码 区划代码 地区代码", TRUE },  [REGION_NAME] = { "name", "名称 地区名称 地名", TRUE },
  [REGION_PARENT] = { "parent", "上级 上级代码 上级区划代码", FALSE }, [REGION_LEVEL] = { "level", "级别 层级", FALSE },
  [REGION_NAME_EN] = { "name_en", "英文名 英文名称", FALSE },      [REGION_SPOKEN] = { "spoken", "读音", FALSE },
  [REGION_ALIASES] = { "aliases", "别名", FALSE },
};

static const char *const level_words[][2] = {
  { "中央", "centre" }, { "省", "province" }, { "市", "city" }, { "县", "county" }, { "乡镇", "town" }, { "村", "village" },
};

/* GB/T 2260 writes provinces and cities with 2 and 4 digits as well. */
static gboolean
parse_code (const char *text, gint64 *code)
{
  gsize n = strlen (text);
  if (n != 2 && n != 4)
    return cz_region_parse (text, code);
  g_autofree char *six = g_strconcat (text, n == 2 ? "0000" : "00", NULL);
  return cz_region_parse (six, code);
}

static int
level_of_code (gint64 code)
{
  if (code % 1000 != 0)
    return 5;
  if (code % 1000000 != 0)
    return 4;
  return (int) cz_channel_tier (cz_region_channel (code));
}

static gboolean
parse_level (CzImporter *imp, gint64 code, gint64 *level)
{
  const char *text = cz_importer_get (imp, REGION_LEVEL);
  *level = level_of_code (code);
  if (text[0] == 0)
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (level_words); i++) {
    if (!g_str_equal (text, level_words[i][0]) && g_ascii_strcasecmp (text, level_words[i][1]) != 0)
      continue;
    *level = (gint64) i;
    return TRUE;
  }
  cz_importer_refuse_f (imp, REGION_LEVEL, "level", _("write 中央, 省, 市, 县, 乡镇 or 村"), _("“%s” is no level"), text);
  return FALSE;
}

static gboolean
region_in_area (CzImporter *imp, gint64 code)
{
  CzChannel mine = cz_hub_channel (imp->hub);
  CzChannel its = cz_region_channel (code);
  if (cz_channel_covers (mine, its))
    return TRUE;
  if (cz_channel_covers (its, mine)) {
    imp->result->rows--;
    cz_importer_pass (imp, REGION_CODE, "above", _("a region above this office; its own office publishes it"));
  } else {
    cz_importer_refuse (imp, REGION_CODE, "scope", _("the region lies outside the area of this office"), _("leave it to the office in charge"));
  }
  return FALSE;
}

static gboolean
region_row (CzImporter *imp, GError **error)
{
  const CzTable *table = cz_table_by_number (CZ_TABLE_REGION);
  const char *name = cz_importer_get (imp, REGION_NAME);
  const char *parent_text = cz_importer_get (imp, REGION_PARENT);
  gint64 code;
  gint64 parent = 0;
  gint64 level;
  gboolean taken;
  imp->result->rows++;
  if (!parse_code (cz_importer_get (imp, REGION_CODE), &code)) {
    cz_importer_refuse (imp, REGION_CODE, "code", _("is not a code of 6, 9 or 12 digits"), _("write the code of GB/T 2260"));
    return TRUE;
  }
  if (name[0] == 0) {
    cz_importer_refuse (imp, REGION_NAME, "name", _("the name is missing"), _("write the name"));
    return TRUE;
  }
  if (parent_text[0] != 0 && !parse_code (parent_text, &parent)) {
    cz_importer_refuse (imp, REGION_PARENT, "code", _("is not a code of 6, 9 or 12 digits"), _("write the code of GB/T 2260"));
    return TRUE;
  }
  if (parent == code) {
    cz_importer_refuse (imp, REGION_PARENT, "parent", _("names the region as its own parent"), _("name the region above it, or leave the line out"));
    return TRUE;
  }
  if (!parse_level (imp, code, &level) || !region_in_area (imp, code))
    return TRUE;
  g_autofree char *aliases = cz_aliases_from_cell (cz_importer_get (imp, REGION_ALIASES));
  CzRow row = { 0 };
  cz_row_set_int (&row, table, "code", code);
  cz_row_set_text (&row, table, "name", name);
  cz_row_set_int (&row, table, "parent", parent);
  cz_row_set_int (&row, table, "level", level);
  cz_row_set_text (&row, table, "spoken", cz_importer_get (imp, REGION_SPOKEN));
  cz_row_set_text (&row, table, "aliases", aliases);
  if (!cz_importer_put (imp, table, &row, &taken, error))
    return FALSE;
  return !taken || cz_importer_translate (imp, table, code, "name", "en", cz_importer_get (imp, REGION_NAME_EN), error);
}

static gboolean
regions_finish (CzImporter *imp, GError **error)
{
  return cz_hub_place_from_regions (imp->hub, error);
}

const CzImportKind cz_import_regions = { .kind = "regions", .specs = region_specs, .n_specs = N_REGION, .row = region_row, .finish = regions_finish };

/* --- markets: market,region,name,kind[,open_days,fee_permille] --- */

enum {
  MARKET_MARKET, MARKET_REGION, MARKET_NAME, MARKET_KIND, MARKET_OPEN, MARKET_FEE, MARKET_NAME_EN, MARKET_PHONE, MARKET_SPOKEN,
  MARKET_ALIASES, MARKET_LON, MARKET_LAT, N_MARKET
};

static const CzFieldSpec market_specs[N_MARKET] = {
  [MARKET_MARKET] = { "market", "市场编号 编号 市场代码", TRUE }, [MARKET_REGION] = { "region", "地区 地区代码 行政区划代码 区划代码 所在地", TRUE },
  [MARKET_NAME] = { "name", "名称 市场名称 市场", TRUE },      [MARKET_KIND] = { "kind", "类型 市场类型", TRUE },
  [MARKET_OPEN] = { "open_days", "开市日 集日 交易日", FALSE },       [MARKET_FEE] = { "fee_permille", "费率千分之", FALSE },
  [MARKET_NAME_EN] = { "name_en", "英文名 英文名称", FALSE },      [MARKET_PHONE] = { "phone", "电话 联系电话", FALSE },
  [MARKET_SPOKEN] = { "spoken", "读音", FALSE },          [MARKET_ALIASES] = { "aliases", "别名", FALSE },
  [MARKET_LON] = { "lon_udeg", NULL, FALSE },             [MARKET_LAT] = { "lat_udeg", NULL, FALSE },
};

typedef struct {
  gint64 region, fee, open_mask, lon, lat;
  int kind;
} MarketCells;

static gboolean
read_market (CzImporter *imp, MarketCells *cells)
{
  if (cz_importer_get (imp, MARKET_MARKET)[0] == 0 || cz_importer_get (imp, MARKET_NAME)[0] == 0) {
    cz_importer_refuse (imp, cz_importer_get (imp, MARKET_NAME)[0] == 0 ? MARKET_NAME : MARKET_MARKET, "name",
                        _("number or name of the market is missing"), _("write both"));
    return FALSE;
  }
  if (!parse_code (cz_importer_get (imp, MARKET_REGION), &cells->region)) {
    cz_importer_refuse (imp, MARKET_REGION, "code", _("is not a code of 6, 9 or 12 digits"), _("write the code of GB/T 2260"));
    return FALSE;
  }
  if (!cz_vocab_parse (CZ_VOCAB_MARKET_KIND, cz_importer_get (imp, MARKET_KIND), &cells->kind)) {
    cz_importer_refuse (imp, MARKET_KIND, "kind", _("is no kind of market"), _("write 批发, 集市, 收购点, 超市 or 地区均价"));
    return FALSE;
  }
  if (!cz_open_days_parse (cz_importer_get (imp, MARKET_OPEN), &cells->open_mask)) {
    cz_importer_refuse (imp, MARKET_OPEN, "open-days", _("these open days are not understood"), _("write 每天, 周1,2,3, 逢2、7 or 农历逢2、7"));
    return FALSE;
  }
  return cz_importer_number (imp, MARKET_FEE, 0, 1000, &cells->fee)
         && cz_importer_number (imp, MARKET_LON, -180000000, 180000000, &cells->lon)
         && cz_importer_number (imp, MARKET_LAT, -90000000, 90000000, &cells->lat);
}

static gboolean
market_row (CzImporter *imp, GError **error)
{
  const CzTable *table = cz_table_by_number (CZ_TABLE_MARKET);
  MarketCells cells = { 0 };
  CzRow row = { 0 };
  gint64 id;
  gboolean taken;
  imp->result->rows++;
  if (!read_market (imp, &cells))
    return TRUE;
  if (!cz_hub_id (imp->hub, table, cz_importer_get (imp, MARKET_MARKET), &id, NULL, error))
    return FALSE;
  g_autofree char *aliases = cz_aliases_from_cell (cz_importer_get (imp, MARKET_ALIASES));
  cz_row_set_int (&row, table, "id", id);
  cz_row_set_text (&row, table, "name", cz_importer_get (imp, MARKET_NAME));
  cz_row_set_int (&row, table, "region", cells.region);
  cz_row_set_int (&row, table, "kind", cells.kind);
  cz_row_set_text (&row, table, "open_days", cz_importer_get (imp, MARKET_OPEN));
  cz_row_set_int (&row, table, "open_mask", cells.open_mask);
  cz_row_set_int (&row, table, "fee_permille", cells.fee);
  cz_row_set_int (&row, table, "lon_udeg", cells.lon);
  cz_row_set_int (&row, table, "lat_udeg", cells.lat);
  cz_row_set_text (&row, table, "phone", cz_importer_get (imp, MARKET_PHONE));
  cz_row_set_text (&row, table, "spoken", cz_importer_get (imp, MARKET_SPOKEN));
  cz_row_set_text (&row, table, "aliases", aliases);
  cz_row_set_text (&row, table, "source_code", cz_importer_get (imp, MARKET_MARKET));
  if (!cz_importer_put (imp, table, &row, &taken, error))
    return FALSE;
  return !taken || cz_importer_translate (imp, table, id, "name", "en", cz_importer_get (imp, MARKET_NAME_EN), error);
}

const CzImportKind cz_import_markets = { .kind = "markets", .specs = market_specs, .n_specs = N_MARKET, .row = market_row };

/* --- distances: village,market,metres[,minutes] --- */

enum { DISTANCE_VILLAGE, DISTANCE_MARKET, DISTANCE_METRES, DISTANCE_MINUTES, N_DISTANCE };

static const CzFieldSpec distance_specs[N_DISTANCE] = {
  [DISTANCE_VILLAGE] = { "village", "村 村代码 村名 村庄", TRUE },
  [DISTANCE_MARKET] = { "market", "市场 市场名称 市场编号", TRUE },
  [DISTANCE_METRES] = { "metres", "米 距离(米)", TRUE },
  [DISTANCE_MINUTES] = { "minutes", "分钟 路程(分钟)", FALSE },
};

static gboolean
find_distance_ends (CzImporter *imp, gint64 *village, gint64 *market)
{
  const char *text = cz_importer_get (imp, DISTANCE_VILLAGE);
  CzHubFound found = cz_hub_find_region (imp->hub, text, village);
  if (found == CZ_HUB_NONE && cz_region_parse (text, village) && cz_hub_has_region (imp->hub, *village))
    found = CZ_HUB_FOUND;
  if (found != CZ_HUB_FOUND) {
    cz_importer_refuse (imp, DISTANCE_VILLAGE, "unknown-region", found == CZ_HUB_NONE ? _("is not a known village") : _("several regions bear this name"),
                        _("import regions first, or write the 12-digit code"));
    return FALSE;
  }
  found = cz_hub_find_market (imp->hub, cz_importer_get (imp, DISTANCE_MARKET), market);
  if (found != CZ_HUB_FOUND) {
    cz_importer_refuse (imp, DISTANCE_MARKET, "unknown-market", found == CZ_HUB_NONE ? _("is not a known market") : _("several markets bear this name"),
                        _("import markets first, or write the market's number"));
    return FALSE;
  }
  return TRUE;
}

static gboolean
distance_row (CzImporter *imp, GError **error)
{
  const CzTable *table = cz_table_by_number (CZ_TABLE_DISTANCE);
  gint64 village;
  gint64 market;
  gint64 metres;
  gint64 minutes;
  gboolean taken;
  CzRow row = { 0 };
  imp->result->rows++;
  if (!find_distance_ends (imp, &village, &market) || !cz_importer_number (imp, DISTANCE_METRES, 0, 5000000, &metres)
      || !cz_importer_number (imp, DISTANCE_MINUTES, 0, 10000, &minutes))
    return TRUE;
  if (cz_importer_get (imp, DISTANCE_METRES)[0] == 0) {
    cz_importer_refuse (imp, DISTANCE_METRES, "number", _("the distance is missing"), _("write metres along the road"));
    return TRUE;
  }
  cz_row_set_int (&row, table, "village", village);
  cz_row_set_int (&row, table, "market", market);
  cz_row_set_int (&row, table, "metres", metres);
  cz_row_set_int (&row, table, "minutes", minutes);
  return cz_importer_put (imp, table, &row, &taken, error);
}

const CzImportKind cz_import_distances = { .kind = "distances", .specs = distance_specs, .n_specs = N_DISTANCE, .row = distance_row };
