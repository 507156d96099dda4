/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/import/cz-quote-take.h"

#include <glib/gi18n.h>
#include <string.h>

#include "sync/model/cz-vocab.h"

/* quotes: day,market,product,grade,kind,low,mid,high,unit[,sources,currency,period]. The cells of one row become a
 * CzQuote; cz-quote-take.c judges and stores it. Cells that repeat from row to row are not read twice. */

static const CzFieldSpec quote_specs[CZ_N_QUOTE_FIELDS] = {
  [CZ_QF_DAY] = { "day", "日期 date 报价日期 采价日期 采集日期 交易日期 发布日期", TRUE },
  [CZ_QF_MARKET] = { "market", "市场 市场名称 批发市场 采价点", TRUE },
  [CZ_QF_PRODUCT] = { "product", "产品 品名 品种 产品名称 品种名称 商品名称 农产品", TRUE },
  [CZ_QF_GRADE] = { "grade", "等级 质量等级", FALSE },
  [CZ_QF_KIND] = { "kind", "类型 价格类型 类别", TRUE },
  [CZ_QF_LOW] = { "low", "最低价 最低 最低价格 minprice", FALSE, NULL, TRUE },
  [CZ_QF_MID] = { "mid", "平均价 中间价 均价 价格 平均价格 大宗价 报价 price averageprice", TRUE, NULL, TRUE },
  [CZ_QF_HIGH] = { "high", "最高价 最高 最高价格 maxprice", FALSE, NULL, TRUE },
  [CZ_QF_UNIT] = { "unit", "单位 计量单位 价格单位", TRUE },
  [CZ_QF_SOURCES] = { "sources", "采价点数", FALSE },
  [CZ_QF_CURRENCY] = { "currency", "币种", FALSE },
  [CZ_QF_PERIOD] = { "period", "周期", FALSE },
  [CZ_QF_MARKET_CODE] = { "market_code", NULL, FALSE },
  [CZ_QF_PRODUCT_CODE] = { "product_code", NULL, FALSE },
  /* A price whose header says of which kind it is. */
  [CZ_QF_PURCHASE] = { "purchase", "收购价 purchaseprice", FALSE, "kind mid", TRUE },
  [CZ_QF_WHOLESALE] = { "wholesale", "批发价 wholesaleprice", FALSE, "kind mid", TRUE },
  [CZ_QF_RETAIL] = { "retail", "零售价 retailprice", FALSE, "kind mid", TRUE },
};

static const struct {
  guint field;
  CzQuoteKind kind;
} kind_prices[] = { { CZ_QF_PURCHASE, CZ_KIND_PURCHASE }, { CZ_QF_WHOLESALE, CZ_KIND_WHOLESALE }, { CZ_QF_RETAIL, CZ_KIND_RETAIL } };

#define CACHED_BYTES 64

/* The text read last in a column and what it meant. */
typedef struct {
  char text[CACHED_BYTES];
  gint64 value;
  gboolean ok;
  gboolean filled;
} Cached;

typedef struct {
  CzQuoteTaker *taker;
  Cached day, grade, kind, currency, period, unit;
  CzPriceUnit price_unit;
  char unit_currency[4];
  char list_currency[4];
} QuoteState;

static gboolean
cache_hit (const Cached *cached, const char *text)
{
  return cached->filled && strcmp (cached->text, text) == 0;
}

static void
cache_fill (Cached *cached, const char *text, gboolean ok, gint64 value)
{
  cached->filled = g_strlcpy (cached->text, text, CACHED_BYTES) < CACHED_BYTES;
  cached->ok = ok;
  cached->value = value;
}

static gboolean
read_vocab (CzImporter *imp, Cached *cached, CzVocab vocab, guint field, int *out)
{
  const char *text = cz_importer_get (imp, field);
  if (!cache_hit (cached, text)) {
    int value = 0;
    gboolean ok = cz_vocab_parse (vocab, text, &value);
    cache_fill (cached, text, ok, value);
  }
  *out = (int) cached->value;
  return cached->ok;
}

static gboolean
read_vocabs (CzImporter *imp, QuoteState *state, CzQuote *quote)
{
  if (quote->kind == 0 && !read_vocab (imp, &state->kind, CZ_VOCAB_QUOTE_KIND, CZ_QF_KIND, &quote->kind)) {
    cz_importer_refuse (imp, CZ_QF_KIND, "kind", _("is no kind of price"), _("write 收购, 批发, 零售 or 农资"));
    return FALSE;
  }
  if (!read_vocab (imp, &state->grade, CZ_VOCAB_GRADE, CZ_QF_GRADE, &quote->grade)) {
    cz_importer_refuse (imp, CZ_QF_GRADE, "grade", _("is no grade"), _("leave it empty or write 特级, 一级, 二级, 三级, 等外, 大, 中, 小"));
    return FALSE;
  }
  if (!read_vocab (imp, &state->period, CZ_VOCAB_PERIOD, CZ_QF_PERIOD, &quote->period)) {
    cz_importer_refuse (imp, CZ_QF_PERIOD, "period", _("is no period"), _("leave it empty or write day, week or month"));
    return FALSE;
  }
  return TRUE;
}

static gboolean
read_day (CzImporter *imp, QuoteState *state, CzQuote *quote)
{
  const char *text = cz_importer_get (imp, CZ_QF_DAY);
  if (!cache_hit (&state->day, text)) {
    CzDay day = 0;
    gboolean ok = cz_day_parse (text, imp->map->calendar, &day);
    cache_fill (&state->day, text, ok, day);
  }
  quote->day = (CzDay) state->day.value;
  if (!state->day.ok) {
    cz_importer_refuse (imp, CZ_QF_DAY, "day", text[0] == 0 ? _("the day is missing") : _("is not a day"), _("write it as 2026-11-22"));
    return FALSE;
  }
  CzDay first = cz_quote_period_first (quote->day, quote->period);
  if (first != quote->day && !imp->map->snap_to_period) {
    cz_importer_refuse (imp, CZ_QF_DAY, "period-day",
                        quote->period == CZ_PERIOD_WEEK ? _("a week is named by its Monday, this is another day") : _("a month is named by its first day, this is another day"),
                        _("write the first day, or say first=snap in the map"));
    return FALSE;
  }
  quote->day = first;
  return TRUE;
}

static gboolean
refuse_unit (CzImporter *imp, const char *text)
{
  const char *todo = _("spell it out: 元/斤, 元/公斤, 元/个 …");
  if (text[0] == 0)
    cz_importer_refuse (imp, CZ_QF_UNIT, "unit", _("the unit is missing"), todo);
  else
    cz_importer_refuse_f (imp, CZ_QF_UNIT, "unit", todo, _("“%s” is not a known unit"), text);
  return FALSE;
}

/* Is what the cell says (already parsed) what the header says? A header that names none says nothing against it. */
static gboolean
agrees_with_header (const CzImporter *imp, const QuoteState *state)
{
  CzPriceUnit unit;
  char currency[4];
  const char *header = imp->columns->unit->str;
  return header[0] == 0 || !cz_quote_unit_parse (header, &unit, currency)
         || (unit.unit == state->price_unit.unit && unit.multiply == state->price_unit.multiply && unit.divide == state->price_unit.divide
             && (currency[0] == 0 || state->unit_currency[0] == 0 || g_str_equal (currency, state->unit_currency)));
}

static gboolean
read_unit (CzImporter *imp, QuoteState *state, const char *text, CzQuote *quote)
{
  const char *currency = cz_importer_get (imp, CZ_QF_CURRENCY);
  if (text[0] == 0)
    text = imp->columns->unit->str;
  if (!cache_hit (&state->unit, text)) {
    gboolean ok = cz_quote_unit_parse (text, &state->price_unit, state->unit_currency);
    cache_fill (&state->unit, text, ok, 0);
  }
  if (!state->unit.ok)
    return refuse_unit (imp, text);
  if (!agrees_with_header (imp, state)) {
    cz_importer_refuse_f (imp, CZ_QF_UNIT, "unit", _("make them agree"), _("the unit is %s, the header of the price says %s"), text, imp->columns->unit->str);
    return FALSE;
  }
  if (!cache_hit (&state->currency, currency))
    cache_fill (&state->currency, currency, cz_quote_currency_parse (currency, state->list_currency), 0);
  if (!state->currency.ok) {
    cz_importer_refuse (imp, CZ_QF_CURRENCY, "currency", _("is not a known currency"), _("write its three letters: CNY, TWD, USD …"));
    return FALSE;
  }
  if (currency[0] != 0 && state->unit_currency[0] != 0 && !g_str_equal (state->unit_currency, state->list_currency)) {
    cz_importer_refuse (imp, CZ_QF_UNIT, "currency", _("the unit names another currency than the currency column"), _("make them agree"));
    return FALSE;
  }
  quote->unit = state->price_unit;
  g_strlcpy (quote->currency, state->unit_currency[0] != 0 ? state->unit_currency : state->list_currency, sizeof quote->currency);
  return TRUE;
}

static gboolean
take_cells (CzImporter *imp, QuoteState *state, CzQuote *quote, GError **error)
{
  const char *product = quote->product_text;
  imp->result->rows++;
  if (cz_map_is_closed (imp->map, product) || cz_map_is_closed (imp->map, cz_importer_get (imp, CZ_QF_MARKET))) {
    imp->result->rows--;
    cz_importer_pass (imp, CZ_QF_PRODUCT, "closed", _("the market was closed that day"));
    return TRUE;
  }
  gint64 sources;
  if (!read_vocabs (imp, state, quote) || !read_day (imp, state, quote) || !read_unit (imp, state, quote->unit_text, quote)
      || !cz_importer_number (imp, CZ_QF_SOURCES, 0, 100000, &sources))
    return TRUE;
  quote->sources = (int) sources;
  return cz_quote_take (state->taker, quote, error);
}

static gboolean
take_wide (CzImporter *imp, QuoteState *state, GError **error)
{
  g_autoptr (GString) scratch = g_string_new (NULL);
  for (guint i = 0; i < imp->map->wide->len; i++) {
    const CzMapWide *wide = &g_array_index (imp->map->wide, CzMapWide, i);
    int at = g_array_index (imp->columns->wide_at, int, i);
    CzQuote quote = { .product_text = wide->product, .product_code = wide->column, .unit_text = wide->unit, .price_column = at, .price_field = wide->column };
    quote.price_text[1] = (guint) at < imp->row->n_cells ? cz_columns_trim (&imp->row->cells[at], scratch) : "";
    quote.price_text[0] = quote.price_text[2] = "";
    if (!take_cells (imp, state, &quote, error))
      return FALSE;
  }
  return TRUE;
}

static guint
n_kind_prices (const CzColumns *columns)
{
  guint n = 0;
  for (gsize i = 0; i < G_N_ELEMENTS (kind_prices); i++)
    n += columns->at[kind_prices[i].field] >= 0;
  return n;
}

/* One such column: the list is of that kind. Several: lowest and highest cannot be told apart, so they are not read. */
static void
quote_columns_matched (CzColumns *columns)
{
  guint n = n_kind_prices (columns);
  for (gsize i = 0; n == 1 && i < G_N_ELEMENTS (kind_prices); i++) {
    int *at = &columns->at[kind_prices[i].field];
    if (*at < 0)
      continue;
    columns->at[CZ_QF_MID] = *at;
    columns->fixed[CZ_QF_KIND] = cz_vocab_name_zh (CZ_VOCAB_QUOTE_KIND, kind_prices[i].kind);
    *at = -1;
  }
  if (n > 1)
    columns->at[CZ_QF_LOW] = columns->at[CZ_QF_HIGH] = -1;
}

static void
pass_empty_price (CzImporter *imp, guint field)
{
  CzReportItem item = { .status = CZ_REPORT_PASSED, .code = "no-price", .file = imp->path, .row = imp->row, .column = imp->columns->at[field],
                        .field = imp->columns->specs[field].name, .reason = _("no price was given") };
  imp->result->passed++;
  cz_report_add (imp->report, &item);
}

/* Each kind's price in its own column: a quote each. Not every kind has a price every day; a row with none at all is not taken. */
static gboolean
take_kind_prices (CzImporter *imp, QuoteState *state, GError **error)
{
  guint n_given = 0;
  for (gsize i = 0; i < G_N_ELEMENTS (kind_prices); i++)
    n_given += cz_importer_get (imp, kind_prices[i].field)[0] != '\0';
  for (gsize i = 0; i < G_N_ELEMENTS (kind_prices); i++) {
    guint field = kind_prices[i].field;
    int at = imp->columns->at[field];
    CzQuote quote = { .product_text = cz_importer_get (imp, CZ_QF_PRODUCT), .product_code = cz_importer_get (imp, CZ_QF_PRODUCT_CODE),
                      .unit_text = cz_importer_get (imp, CZ_QF_UNIT), .price_text = { "", at >= 0 ? cz_importer_get (imp, field) : "", "" },
                      .price_column = at, .price_field = imp->columns->specs[field].name, .kind = (int) kind_prices[i].kind };
    if (at < 0)
      continue;
    if (quote.price_text[1][0] == '\0' && n_given > 0)
      pass_empty_price (imp, field);
    else if (!take_cells (imp, state, &quote, error))
      return FALSE;
    if (n_given == 0)
      return TRUE;
  }
  return TRUE;
}

static gboolean
quote_row (CzImporter *imp, GError **error)
{
  QuoteState *state = imp->state;
  if (imp->map->wide->len > 0)
    return take_wide (imp, state, error);
  if (n_kind_prices (imp->columns) > 0)
    return take_kind_prices (imp, state, error);
  CzQuote quote = { .product_text = cz_importer_get (imp, CZ_QF_PRODUCT),
                    .product_code = cz_importer_get (imp, CZ_QF_PRODUCT_CODE),
                    .unit_text = cz_importer_get (imp, CZ_QF_UNIT),
                    .price_text = { cz_importer_get (imp, CZ_QF_LOW), cz_importer_get (imp, CZ_QF_MID), cz_importer_get (imp, CZ_QF_HIGH) },
                    .price_column = -1 };
  return take_cells (imp, state, &quote, error);
}

static gpointer
state_new (CzImporter *imp)
{
  QuoteState *state = g_new0 (QuoteState, 1);
  state->taker = cz_quote_taker_new (imp);
  return state;
}

static void
state_free (gpointer data)
{
  QuoteState *state = data;
  cz_quote_taker_free (state->taker);
  g_free (state);
}

const CzImportKind cz_import_quotes = {
  .kind = "quotes", .specs = quote_specs, .n_specs = CZ_N_QUOTE_FIELDS, .matched = quote_columns_matched, .row = quote_row, .state_new = state_new, .state_free = state_free
};
