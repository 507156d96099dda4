/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "cz-catalog"
#include "app/catalog/cz-catalog-private.h"

#include <string.h>

/* quote_latest names the newest day of every series in every channel; the figures themselves are one descent of the
 * quote table's key away. All keys begin with the channel: CROSS JOIN keeps SQLite from looping the other way round. */
#define SQL_LATEST                                                                                                  \
  "SELECT q.channel, q.day, q.market, q.grade, q.kind, q.low, q.mid, q.high, q.sources, q.currency, q.period,"      \
  " q.status FROM channel_mark AS c CROSS JOIN quote_latest AS l ON l.channel = c.channel AND l.product = ?1"       \
  " CROSS JOIN quote AS q ON q.channel = l.channel AND q.day = l.day AND q.market = l.market"                       \
  " AND q.product = l.product AND q.grade = l.grade AND q.kind = l.kind"
#define SQL_DISTANCE                                                                                                \
  "SELECT d.metres FROM channel_mark AS c CROSS JOIN distance AS d"                                                 \
  " ON d.channel = c.channel AND d.village = ?1 AND d.market = ?2 ORDER BY c.channel DESC LIMIT 1"
#define SQL_AT                                                                                                      \
  "SELECT mid, low, high, currency, period FROM quote"                                                              \
  " WHERE channel = ?1 AND day = ?2 AND market = ?3 AND product = ?4 AND grade = ?5 AND kind = ?6"

static gint64
shown_figure (gint64 low, gint64 mid, gint64 high)
{
  if (mid > 0)
    return mid;
  return low > 0 && high > 0 ? (low + high) / 2 : MAX (low, high);
}

static void
set_currency (CzQuoteInfo *info, const char *currency)
{
  g_strlcpy (info->currency, currency[0] != '\0' ? currency : "CNY", sizeof info->currency);
}

/* FALSE: the market is not known here (yet): the figure stays hidden. */
static gboolean
fill_market (CzCatalog *self, CzQuoteInfo *info)
{
  gint64 market = info->key.market;
  gint64 road[2] = { self->village, market };
  gint64 key[2] = { cz_id_issuer (market), market };
  sqlite3_stmt *stmt = cz_shelf_query (self->shelf, "SELECT channel, name, open_mask FROM market WHERE channel = ?1 AND id = ?2", 2, key);
  gboolean found = FALSE;

  if (stmt == NULL)
    return FALSE;
  if (sqlite3_step (stmt) == SQLITE_ROW) {
    info->market_name = cz_catalog_text (self, (CzChannel) sqlite3_column_int64 (stmt, 0), CZ_TABLE_MARKET, market, "name",
                                         cz_column_text (stmt, 1));
    info->open_mask = (guint64) sqlite3_column_int64 (stmt, 2);
    found = TRUE;
  }
  sqlite3_reset (stmt);
  info->metres = (int) cz_shelf_int (self->shelf, SQL_DISTANCE, 2, road, -1);
  return found;
}

static void
read_latest (sqlite3_stmt *stmt, gint64 product, CzQuoteInfo *info)
{
  info->channel = (CzChannel) sqlite3_column_int64 (stmt, 0);
  info->day = (CzDay) sqlite3_column_int64 (stmt, 1);
  info->key.product = product;
  info->key.market = sqlite3_column_int64 (stmt, 2);
  info->key.grade = (CzGrade) sqlite3_column_int64 (stmt, 3);
  info->key.kind = (CzQuoteKind) sqlite3_column_int64 (stmt, 4);
  info->low = sqlite3_column_int64 (stmt, 5);
  info->high = sqlite3_column_int64 (stmt, 7);
  info->mid = shown_figure (info->low, sqlite3_column_int64 (stmt, 6), info->high);
  info->sources = (guint) sqlite3_column_int64 (stmt, 8);
  set_currency (info, cz_column_text (stmt, 9));
  info->period = (CzPeriod) sqlite3_column_int64 (stmt, 10);
  info->corrected = sqlite3_column_int64 (stmt, 11) == 1;
}

gint64
cz_shelf_figure_at (CzShelf *shelf, CzChannel channel, CzDay day, const CzQuoteInfo *series)
{
  gint64 values[] = { channel, day, series->key.market, series->key.product, series->key.grade, series->key.kind };
  sqlite3_stmt *stmt = cz_shelf_query (shelf, SQL_AT, G_N_ELEMENTS (values), values);
  gint64 figure = 0;

  if (stmt == NULL)
    return 0;
  if (sqlite3_step (stmt) == SQLITE_ROW) {
    const char *currency = cz_column_text (stmt, 3);
    gboolean same = g_str_equal (currency[0] != '\0' ? currency : "CNY", series->currency)
                    && sqlite3_column_int64 (stmt, 4) == (gint64) series->period;
    if (same)
      figure = shown_figure (sqlite3_column_int64 (stmt, 1), sqlite3_column_int64 (stmt, 0), sqlite3_column_int64 (stmt, 2));
  }
  sqlite3_reset (stmt);
  return figure;
}

gint64
cz_shelf_merged_at (CzShelf *shelf, CzDay day, const CzQuoteInfo *series)
{
  guint n;
  const CzChannel *channels = cz_shelf_quote_channels (shelf, &n);

  for (guint i = 0; i < n; i++) {
    gint64 figure = cz_shelf_figure_at (shelf, channels[i], day, series);
    if (figure > 0)
      return figure;
  }
  return 0;
}

static void
fill_change (CzCatalog *self, CzQuoteInfo *info)
{
  CzPricePoint points[8];
  gsize n = 0;
  int tolerance;
  CzUnit unit;
  CzDay target = cz_change_target (info->day, info->period, &tolerance);

  for (int off = -tolerance; off <= tolerance && n < G_N_ELEMENTS (points); off++) {
    gint64 figure = cz_shelf_merged_at (self->shelf, target + off, info);
    if (figure > 0)
      points[n++] = (CzPricePoint) { target + off, figure };
  }
  /* Only 元 prices are shown per 斤; others stay per kg, and so do their steps. */
  unit = info->unit == CZ_UNIT_KG && !cz_quote_is_yuan (info) ? CZ_UNIT_PIECE : info->unit;
  info->change = cz_change_make ((CzPricePoint) { info->day, info->mid }, points, n, info->period, unit);
}

static gboolean
same_series (const CzQuoteInfo *a, const CzQuoteInfo *b)
{
  return a->key.market == b->key.market && a->key.grade == b->key.grade && a->key.kind == b->key.kind
         && a->period == b->period && g_str_equal (a->currency, b->currency);
}

/* Newer first; of one day the nearest tier first. */
static int
compare_in_series (const CzQuoteInfo *a, const CzQuoteInfo *b)
{
  if (a->day != b->day)
    return a->day > b->day ? -1 : 1;
  return (int) cz_channel_tier (b->channel) - (int) cz_channel_tier (a->channel);
}

static int
compare_series (gconstpointer left, gconstpointer right)
{
  const CzQuoteInfo *a = left, *b = right;

  if (a->key.market != b->key.market)
    return a->key.market < b->key.market ? -1 : 1;
  if (a->key.grade != b->key.grade)
    return (int) a->key.grade - (int) b->key.grade;
  if (a->key.kind != b->key.kind)
    return (int) a->key.kind - (int) b->key.kind;
  if (a->period != b->period)
    return (int) a->period - (int) b->period;
  if (!g_str_equal (a->currency, b->currency))
    return strcmp (a->currency, b->currency);
  return compare_in_series (a, b);
}

/* All latest figures of all channels, in groups of one series, the one that wins first. */
static GArray *
read_all_latest (CzCatalog *self, gint64 product, CzUnit unit)
{
  GArray *rows = g_array_new (FALSE, TRUE, sizeof (CzQuoteInfo));
  sqlite3_stmt *stmt = NULL;

  if (self->shelf != NULL)
    stmt = cz_shelf_query (self->shelf, SQL_LATEST, 1, &product);
  while (stmt != NULL && sqlite3_step (stmt) == SQLITE_ROW) {
    CzQuoteInfo info = { 0 };

    read_latest (stmt, product, &info);
    info.unit = unit;
    if (info.mid > 0)
      g_array_append_val (rows, info);
  }
  if (stmt != NULL)
    sqlite3_reset (stmt);
  g_array_sort (rows, compare_series);
  return rows;
}

static CzQuote *
finish_quote (CzCatalog *self, CzQuoteInfo *info, GListModel *others)
{
  g_autoptr (CzPublisher) publisher = cz_catalog_publisher (self, info->channel);

  info->publisher = g_strdup (publisher != NULL ? publisher->name : "");
  return cz_quote_new (info, others);
}

static GListModel *
collect_others (CzCatalog *self, const GArray *rows, guint winner)
{
  const CzQuoteInfo *first = &g_array_index (rows, CzQuoteInfo, winner);
  GListStore *others = NULL;

  for (guint i = winner + 1; i < rows->len; i++) {
    CzQuoteInfo info = g_array_index (rows, CzQuoteInfo, i);
    g_autoptr (CzQuote) quote = NULL;

    if (!same_series (first, &info) || info.day != first->day)
      break;
    info.market_name = g_strdup (first->market_name);
    info.metres = first->metres;
    info.freshness = first->freshness;
    quote = finish_quote (self, &info, NULL);
    if (others == NULL)
      others = g_list_store_new (CZ_TYPE_QUOTE);
    g_list_store_append (others, quote);
  }
  return G_LIST_MODEL (others);
}

/* Leaves in rows one figure a series, with market, distance and freshness; the rest of each group is dropped.
 * others: (nullable) one GListModel or NULL for each row left. */
static void
keep_winners (CzCatalog *self, GArray *rows, GPtrArray *others)
{
  CzDay today = cz_catalog_today (self);
  guint kept = 0;

  for (guint i = 0; i < rows->len; i++) {
    CzQuoteInfo *info = &g_array_index (rows, CzQuoteInfo, i);
    gboolean is_first = i == 0 || !same_series (info, &g_array_index (rows, CzQuoteInfo, i - 1));

    if (!is_first || !fill_market (self, info))
      continue;
    info->freshness = cz_freshness_of (info->day, today, info->period, info->open_mask);
    if (others != NULL)
      g_ptr_array_add (others, collect_others (self, rows, i));
    /* kept never runs ahead of i, so the row that the next turn compares with is still its own. */
    if (kept != i)
      g_array_index (rows, CzQuoteInfo, kept) = *info;
    kept++;
  }
  g_array_set_size (rows, kept);
}

CzQuote *
cz_catalog_headline (CzCatalog *self, gint64 product, CzUnit unit, CzProductClass product_class)
{
  g_autoptr (GArray) rows = read_all_latest (self, product, unit);
  CzQuote *quote = NULL;
  guint best = 0;

  keep_winners (self, rows, NULL);
  for (guint i = 1; i < rows->len; i++)
    if (cz_quote_compare_headline (&g_array_index (rows, CzQuoteInfo, i), &g_array_index (rows, CzQuoteInfo, best), product_class) < 0)
      best = i;
  if (rows->len > 0) {
    CzQuoteInfo *info = &g_array_index (rows, CzQuoteInfo, best);

    fill_change (self, info);
    quote = finish_quote (self, info, NULL);
  }
  for (guint i = 0; i < rows->len; i++)
    cz_quote_info_clear (&g_array_index (rows, CzQuoteInfo, i));
  return quote;
}

typedef struct {
  CzQuote *quote;
  const CzQuoteInfo *headline;
} Ranked;

/* What can be compared with the headline first, near before far; then the rest by kind and market. */
static int
compare_beside (gconstpointer left, gconstpointer right)
{
  const CzQuoteInfo *a = cz_quote_info (((const Ranked *) left)->quote), *b = cz_quote_info (((const Ranked *) right)->quote);
  const CzQuoteInfo *h = ((const Ranked *) left)->headline;
  int alike_a = cz_quote_is_comparable (a, h), alike_b = cz_quote_is_comparable (b, h);
  int near_a = a->metres < 0 ? G_MAXINT : a->metres, near_b = b->metres < 0 ? G_MAXINT : b->metres;

  if (a == h || b == h)
    return a == h ? -1 : 1;
  if (alike_a != alike_b)
    return alike_b - alike_a;
  if (!alike_a && a->key.kind != b->key.kind)
    return (int) a->key.kind - (int) b->key.kind;
  if (near_a != near_b)
    return near_a < near_b ? -1 : 1;
  return compare_series (a, b);
}

static GListModel *
rank_quotes (GPtrArray *quotes, CzProductClass product_class)
{
  GListStore *store = g_list_store_new (CZ_TYPE_QUOTE);
  g_autoptr (GArray) ranked = g_array_new (FALSE, FALSE, sizeof (Ranked));
  const CzQuoteInfo *best = NULL;

  for (guint i = 0; i < quotes->len; i++) {
    const CzQuoteInfo *info = cz_quote_info (g_ptr_array_index (quotes, i));
    if (best == NULL || cz_quote_compare_headline (info, best, product_class) < 0)
      best = info;
  }
  for (guint i = 0; i < quotes->len; i++) {
    Ranked item = { g_ptr_array_index (quotes, i), best };
    g_array_append_val (ranked, item);
  }
  g_array_sort (ranked, compare_beside);
  for (guint i = 0; i < ranked->len; i++)
    g_list_store_append (store, g_array_index (ranked, Ranked, i).quote);
  return G_LIST_MODEL (store);
}

GListModel *
cz_catalog_quotes (CzCatalog *self, gint64 product)
{
  g_autoptr (CzProductItem) item = cz_catalog_product (self, product);
  g_autoptr (GPtrArray) others = g_ptr_array_new ();
  g_autoptr (GPtrArray) quotes = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GArray) rows = NULL;

  if (item == NULL)
    return G_LIST_MODEL (g_list_store_new (CZ_TYPE_QUOTE));
  rows = read_all_latest (self, product, cz_product_item_info (item)->unit);
  keep_winners (self, rows, others);
  for (guint i = 0; i < rows->len; i++) {
    CzQuoteInfo *info = &g_array_index (rows, CzQuoteInfo, i);
    g_autoptr (GListModel) beside = g_ptr_array_index (others, i);

    fill_change (self, info);
    g_ptr_array_add (quotes, finish_quote (self, info, beside));
  }
  return rank_quotes (quotes, cz_product_item_info (item)->product_class);
}
