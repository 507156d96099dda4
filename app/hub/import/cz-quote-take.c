/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/import/cz-quote-take.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/hub/cz-hub-doubt.h"
#include "app/hub/import/cz-quote-series.h"
#include "app/hub/import/cz-quote-things.h"
#include "sync/model/cz-vocab.h"

struct _CzQuoteTaker {
  CzImporter *imp;
  CzThings *products;
  CzThings *markets;
  CzQuoteSeries *series;
  const CzTable *table;
  gboolean any_held_before; /* rows of an earlier run wait or were turned down */
  CzRow row; /* cells not of the quote stay zero */
  int i_day, i_market, i_product, i_grade, i_kind, i_low, i_mid, i_high, i_sources, i_currency, i_period;
};

CzQuoteTaker *
cz_quote_taker_new (CzImporter *imp)
{
  CzQuoteTaker *taker = g_new0 (CzQuoteTaker, 1);
  const CzTable *table = cz_table_by_number (CZ_TABLE_QUOTE);
  taker->imp = imp;
  taker->table = table;
  taker->products = cz_things_new (imp, CZ_THINGS_PRODUCTS);
  taker->markets = cz_things_new (imp, CZ_THINGS_MARKETS);
  taker->series = cz_quote_series_new ();
  taker->any_held_before = cz_hub_held_any (imp->hub, table);
  taker->i_day = cz_table_field_index (table, "day");
  taker->i_market = cz_table_field_index (table, "market");
  taker->i_product = cz_table_field_index (table, "product");
  taker->i_grade = cz_table_field_index (table, "grade");
  taker->i_kind = cz_table_field_index (table, "kind");
  taker->i_low = cz_table_field_index (table, "low");
  taker->i_mid = cz_table_field_index (table, "mid");
  taker->i_high = cz_table_field_index (table, "high");
  taker->i_sources = cz_table_field_index (table, "sources");
  taker->i_currency = cz_table_field_index (table, "currency");
  taker->i_period = cz_table_field_index (table, "period");
  return taker;
}

void
cz_quote_taker_free (CzQuoteTaker *taker)
{
  cz_things_free (taker->products);
  cz_things_free (taker->markets);
  cz_quote_series_free (taker->series);
  g_free (taker);
}

/* --- prices --- */

static const char *
price_fault (CzQuotePrice fault)
{
  switch (fault) {
  case CZ_QUOTE_PRICE_NOT_A_NUMBER:
    return _("is not a price");
  case CZ_QUOTE_PRICE_NEGATIVE:
    return _("is below zero");
  case CZ_QUOTE_PRICE_TOO_FINE:
    return _("has more decimals than are kept");
  case CZ_QUOTE_PRICE_TOO_LARGE:
    return _("is too large to be a price");
  case CZ_QUOTE_PRICE_ZERO:
    return _("a price of 0 is no price");
  case CZ_QUOTE_PRICE_OK:
  case CZ_QUOTE_PRICE_EMPTY:
    break;
  }
  return _("the price is missing");
}

/* A cell beside others of its row has no field of its own; its column and text are said directly. */
static void
refuse_price (CzImporter *imp, const CzQuote *quote, guint which, const char *code, const char *reason, const char *todo)
{
  int field = CZ_QF_LOW + (int) which;
  if (quote->price_column < 0) {
    cz_importer_refuse (imp, field, code, reason, todo);
    return;
  }
  CzReportItem item = { .status = CZ_REPORT_NOT_TAKEN, .code = code, .file = imp->path, .row = imp->row, .column = quote->price_column,
                        .field = quote->price_field, .value = quote->price_text[which], .reason = reason, .todo = todo };
  imp->result->not_taken++;
  cz_report_add (imp->report, &item);
}

static void
refuse_no_price (CzImporter *imp, const CzQuote *quote, gboolean zero)
{
  if (zero) {
    refuse_price (imp, quote, 1, "no-trade", _("all prices are 0: no trade that day"), _("nothing to do; a word for closed days can stand in the map"));
  } else if (imp->map->pass_empty) {
    imp->result->rows--;
    imp->result->passed++;
    CzReportItem item = { .status = CZ_REPORT_PASSED, .code = "no-price", .file = imp->path, .row = imp->row, .field = "mid", .reason = _("no price was given"),
                          .column = quote->price_column >= 0 ? quote->price_column : imp->columns->at[CZ_QF_MID] };
    cz_report_add (imp->report, &item);
  } else {
    refuse_price (imp, quote, 1, "no-price", _("no price was given"), _("write the price, or remove the line"));
  }
}

static gboolean
read_prices (CzImporter *imp, const CzQuote *quote, CzPriceTriple *prices)
{
  gint64 *into[] = { &prices->low, &prices->mid, &prices->high };
  CzQuotePrice state[3];
  guint n_zero = 0;
  guint n_empty = 0;
  for (guint i = 0; i < 3; i++) {
    state[i] = cz_quote_price_parse (quote->price_text[i], &quote->unit, imp->map->round_decimals, into[i]);
    n_zero += state[i] == CZ_QUOTE_PRICE_ZERO;
    n_empty += state[i] == CZ_QUOTE_PRICE_EMPTY;
  }
  if (n_zero + n_empty == 3) {
    refuse_no_price (imp, quote, n_zero > 0);
    return FALSE;
  }
  for (guint i = 0; i < 3; i++) {
    if (cz_quote_price_has_yuan (quote->price_text[i]) && !g_str_equal (quote->currency, "CNY")) {
      refuse_price (imp, quote, i, "currency", _("the price is written in yuan, the list is in another currency"), _("make them agree"));
      return FALSE;
    }
    if (state[i] == CZ_QUOTE_PRICE_OK || (state[i] == CZ_QUOTE_PRICE_EMPTY && i != 1))
      continue;
    refuse_price (imp, quote, i, "price", price_fault (state[i]), _("write a price like 2.35, in the unit of its column"));
    return FALSE;
  }
  return TRUE;
}

/* --- what it names --- */

typedef struct {
  CzThings *things;
  guint field;
  const char *code_unknown, *code_ambiguous;
} Named;

/* *thing = NULL when the row was refused. */
static gboolean
find_named (CzQuoteTaker *taker, const Named *named, const char *code, const char *text, const CzThingHint *hint, const CzThing **thing,
            GError **error)
{
  CzImporter *imp = taker->imp;
  if (!cz_things_find (named->things, code, text, thing, error))
    return FALSE;
  if ((*thing)->state == CZ_THING_UNKNOWN && imp->options->create_products && (*thing)->name[0] != 0) {
    if (!cz_things_create (named->things, *thing, hint, error))
      return FALSE;
    if ((*thing)->state == CZ_THING_KNOWN)
      cz_importer_report (imp, CZ_REPORT_CREATED, (int) named->field, named->code_unknown, _("was not known and has been made"), _("look at its class, unit and place"));
  }
  if ((*thing)->state == CZ_THING_KNOWN)
    return TRUE;
  if ((*thing)->state == CZ_THING_AMBIGUOUS)
    cz_importer_refuse (imp, (int) named->field, named->code_ambiguous, _("several bear this name"), _("write its number instead"));
  else if ((*thing)->state == CZ_THING_BAD)
    cz_importer_refuse (imp, (int) named->field, "name", _("this name cannot be taken"), _("shorten it"));
  else
    cz_importer_refuse (imp, (int) named->field, named->code_unknown, text[0] == 0 ? _("the name is missing") : _("is not known here"),
                        _("import it first, mend the name, or give --create-products"));
  *thing = NULL;
  return TRUE;
}

/* --- the verdict --- */

static gboolean
judge (CzQuoteTaker *taker, const CzHubDoubtful *about, const CzQuote *quote, CzHubVerdict *verdict, GError **error)
{
  const CzValue *v = taker->row.v;
  const CzPriceTriple prices = { v[taker->i_low].i, v[taker->i_mid].i, v[taker->i_high].i };
  CzSeriesKey key = { .market = v[taker->i_market].i, .product = v[taker->i_product].i, .grade = quote->grade, .kind = quote->kind, .period = quote->period };
  memcpy (key.currency, quote->currency, sizeof key.currency);
  if (!cz_hub_doubt_judge (taker->imp->hub, about, verdict, error))
    return FALSE;
  verdict->doubts |= cz_quote_series_judge (taker->series, &key, quote->day, &prices, &verdict->last, &verdict->step_permille);
  return TRUE;
}

static int
field_of (CzDoubt doubts)
{
  if (doubts & CZ_DOUBT_ORDER)
    return CZ_QF_LOW;
  if (doubts & (CZ_DOUBT_MID | CZ_DOUBT_STEP | CZ_DOUBT_DUPLICATE))
    return CZ_QF_MID;
  if (doubts & CZ_DOUBT_UNIT)
    return CZ_QF_PRODUCT;
  return CZ_QF_DAY;
}

static void
report_held (CzQuoteTaker *taker, const CzQuote *quote, const CzHubVerdict *verdict, const char *codes, const char *said, CzHubHeld held)
{
  CzImporter *imp = taker->imp;
  const char *todo = held == CZ_HUB_HELD_DROPPED ? _("was turned down before; nothing to do") : _("look again: accept quotes takes it, drop quotes leaves it out");
  int field = field_of (verdict->doubts);
  if (quote->price_column < 0 || field == CZ_QF_DAY) {
    cz_importer_report (imp, CZ_REPORT_HELD, field, codes, said, todo);
    return;
  }
  CzReportItem item = { .status = CZ_REPORT_HELD, .code = codes, .file = imp->path, .row = imp->row, .column = quote->price_column,
                        .field = quote->price_field, .value = quote->price_text[1], .reason = said, .todo = todo };
  cz_report_add (imp->report, &item);
}

static gboolean
hold (CzQuoteTaker *taker, const CzHubDoubtful *about, const CzQuote *quote, const CzHubVerdict *verdict, GError **error)
{
  CzImporter *imp = taker->imp;
  CzHubHeld held;
  g_autoptr (GError) why = NULL;
  g_autofree char *codes = cz_doubt_words (verdict->doubts);
  g_autofree char *said = cz_hub_doubt_describe (about, verdict);
  int field = field_of (verdict->doubts);
  const CzHubDoubt doubt = { imp->path, imp->row->sheet, (gint64) imp->row->line, quote->price_column >= 0 ? quote->price_field : imp->columns->specs[field].name, codes, said };
  if (!cz_hub_hold (imp->hub, taker->table, &taker->row, &doubt, &held, &why)) {
    if (why->domain != CZ_ROW_ERROR) {
      g_propagate_error (error, g_steal_pointer (&why));
      return FALSE;
    }
    cz_importer_refuse (imp, -1, "range", why->message, _("mend the value"));
    return TRUE;
  }
  imp->result->held += held == CZ_HUB_HELD_NEW;
  imp->result->held_before += held != CZ_HUB_HELD_NEW;
  report_held (taker, quote, verdict, codes, said, held);
  return TRUE;
}

static gboolean
store (CzQuoteTaker *taker, GError **error)
{
  CzImporter *imp = taker->imp;
  CzHubChange change;
  g_autoptr (GError) why = NULL;
  if (cz_hub_put (imp->hub, taker->table, &taker->row, &change, &why)) {
    imp->result->added += change == CZ_HUB_NEW;
    imp->result->changed += change == CZ_HUB_CHANGED;
    imp->result->same += change == CZ_HUB_SAME;
    return TRUE;
  }
  if (why->domain != CZ_ROW_ERROR) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  cz_importer_refuse (imp, -1, "range", why->message, _("mend the value"));
  return TRUE;
}

static void
fill_row (CzQuoteTaker *taker, const CzQuote *quote, gint64 market, gint64 product, const CzPriceTriple *prices)
{
  CzValue *v = taker->row.v;
  gboolean yuan = g_str_equal (quote->currency, "CNY");
  v[taker->i_day].i = quote->day;
  v[taker->i_market].i = market;
  v[taker->i_product].i = product;
  v[taker->i_grade].i = quote->grade;
  v[taker->i_kind].i = quote->kind;
  v[taker->i_low].i = prices->low;
  v[taker->i_mid].i = prices->mid;
  v[taker->i_high].i = prices->high;
  v[taker->i_sources].i = quote->sources;
  v[taker->i_currency].p = yuan ? NULL : quote->currency;
  v[taker->i_currency].len = yuan ? 0 : 3;
  v[taker->i_period].i = quote->period;
}

/* Known, new or doubtful: the row is filled. */
static gboolean
settle (CzQuoteTaker *taker, const CzQuote *quote, const CzThing *product, GError **error)
{
  CzImporter *imp = taker->imp;
  const CzHubDoubtful about = { &taker->row, product->name, quote->unit.unit, quote->unit.multiply == 2 && quote->unit.divide == 1 };
  CzHubVerdict verdict = { 0 };
  gboolean twice = FALSE;
  gboolean held = FALSE;
  if (!cz_hub_compare (imp->hub, taker->table, &taker->row, &verdict.change, &twice, error))
    return FALSE;
  if (verdict.change == CZ_HUB_SAME && twice) {
    cz_importer_refuse (imp, -1, "duplicate", _("the same row stands above in this import"), _("nothing to do; remove one of the two"));
    return TRUE;
  }
  if (verdict.change == CZ_HUB_SAME) {
    imp->result->same++;
    return TRUE;
  }
  if (!judge (taker, &about, quote, &verdict, error))
    return FALSE;
  /* What was held back once stays so until somebody decides, even when its neighbours have changed since. */
  if (verdict.doubts == CZ_DOUBT_NONE && taker->any_held_before && !cz_hub_held_has (imp->hub, taker->table, &taker->row, &held, error))
    return FALSE;
  if (verdict.doubts == CZ_DOUBT_NONE && !held)
    return store (taker, error);
  return hold (taker, &about, quote, &verdict, error);
}

gboolean
cz_quote_take (CzQuoteTaker *taker, const CzQuote *quote, GError **error)
{
  CzImporter *imp = taker->imp;
  CzPriceTriple prices;
  CzThingHint hint = { quote->kind, quote->unit.unit };
  Named markets = { taker->markets, CZ_QF_MARKET, "unknown-market", "ambiguous-market" };
  Named products = { taker->products, CZ_QF_PRODUCT, "unknown-product", "ambiguous-product" };
  const CzThing *market;
  const CzThing *product;
  if (!read_prices (imp, quote, &prices))
    return TRUE;
  if (!find_named (taker, &markets, cz_importer_get (imp, CZ_QF_MARKET_CODE), cz_importer_get (imp, CZ_QF_MARKET), &hint, &market, error))
    return FALSE;
  if (market == NULL)
    return TRUE;
  if (!find_named (taker, &products, quote->product_code, quote->product_text, &hint, &product, error))
    return FALSE;
  if (product == NULL)
    return TRUE;
  if (product->unit >= 0 && product->unit != (int) quote->unit.unit) {
    cz_importer_refuse_f (imp, CZ_QF_UNIT, "unit", _("write the price in the product's own unit"), _("the product is counted in %s, the price is per %s"),
                          cz_unit_name_zh ((CzUnit) product->unit), cz_unit_name_zh (quote->unit.unit));
    return TRUE;
  }
  fill_row (taker, quote, market->id, product->id, &prices);
  return settle (taker, quote, product, error);
}
