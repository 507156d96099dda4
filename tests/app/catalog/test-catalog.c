/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/catalog/cz-catalog.h"
#include "sync/store/cz-content-private.h"
#include "sync/store/cz-content.h"
#include "sync/wire/cz-bundle.h"

#include <glib/gstdio.h>
#include <string.h>

#define COUNTY 990101
#define PROVINCE 990000
#define VILLAGE G_GINT64_CONSTANT (990101001201)

/* A content folder written through the applier, one call a committed change, as bundles do it. */
typedef struct {
  char *dir;
  CzContent *content;
  CzApply *apply;
  CzChannel channel;
  guint64 seq[2];
  CzClock *clock;
  CzDay today;
  CzCatalog *catalog;
} Fixture;

static void
begin (Fixture *f, CzChannel channel)
{
  CzApplyScope scope = { .table_mask = G_MAXUINT64, .now_s = cz_day_to_unix (f->today) };
  g_autoptr (GError) error = NULL;

  f->channel = channel;
  f->apply = cz_apply_begin (f->content, channel, &scope, &error);
  g_assert_no_error (error);
}

static void
commit (Fixture *f)
{
  CzChannelMark mark = { .channel = f->channel, .epoch = 1, .seq = ++f->seq[f->channel == COUNTY], .schema = CZ_SCHEMA_VERSION };
  g_autoptr (GError) error = NULL;

  g_assert_true (cz_apply_commit (f->apply, &mark, &error));
  g_assert_no_error (error);
}

static void
set_int (const CzTable *table, CzRow *row, const char *field, gint64 value)
{
  row->v[cz_table_field_index (table, field)].i = value;
}

static void
set_text (const CzTable *table, CzRow *row, const char *field, const char *text)
{
  CzValue *value = &row->v[cz_table_field_index (table, field)];

  value->p = text;
  value->len = (guint32) strlen (text);
}

static void
insert (Fixture *f, const CzTable *table, const CzRow *row)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = cz_apply_insert (f->apply, table, row, &error);

  g_assert_no_error (error);
  g_assert_true (ok);
}

static void
add_market (Fixture *f, guint serial, const char *name)
{
  const CzTable *table = cz_table_by_number (CZ_TABLE_MARKET);
  CzRow row = { 0 };

  set_int (table, &row, "id", cz_id_make (f->channel, serial));
  set_text (table, &row, "name", name);
  insert (f, table, &row);
}

static void
add_product (Fixture *f, guint serial, const char *name, guint season, gint64 rank)
{
  const CzTable *table = cz_table_by_number (CZ_TABLE_PRODUCT);
  CzRow row = { 0 };

  set_int (table, &row, "id", cz_id_make (f->channel, serial));
  set_text (table, &row, "name", name);
  set_int (table, &row, "class", CZ_CLASS_VEGETABLE);
  set_int (table, &row, "season_mask", season);
  set_int (table, &row, "rank", rank);
  insert (f, table, &row);
}

typedef struct {
  guint market;
  guint product;
  CzDay day;
  gint64 mid;
  CzQuoteKind kind;
  const char *currency;
  CzPeriod period;
  CzGrade grade;
} Quote;

static void
add_quote (Fixture *f, Quote quote)
{
  const CzTable *table = cz_table_by_number (CZ_TABLE_QUOTE);
  CzRow row = { 0 };

  set_int (table, &row, "day", quote.day);
  set_int (table, &row, "market", cz_id_make (COUNTY, quote.market));
  set_int (table, &row, "product", cz_id_make (COUNTY, quote.product));
  set_int (table, &row, "grade", quote.grade);
  set_int (table, &row, "kind", quote.kind != 0 ? quote.kind : CZ_KIND_WHOLESALE);
  set_int (table, &row, "mid", quote.mid);
  set_int (table, &row, "period", quote.period);
  if (quote.currency != NULL)
    set_text (table, &row, "currency", quote.currency);
  insert (f, table, &row);
}

static void
add_policy (Fixture *f, guint serial, const char *title, CzDay issued, CzDay deadline, gint64 replaces)
{
  const CzTable *table = cz_table_by_number (CZ_TABLE_POLICY);
  CzRow row = { 0 };

  set_int (table, &row, "id", cz_id_make (f->channel, serial));
  set_int (table, &row, "kind", CZ_POLICY_CARD);
  set_text (table, &row, "title", title);
  set_int (table, &row, "issued_day", issued);
  set_int (table, &row, "deadline_day", deadline);
  set_int (table, &row, "replaces", replaces);
  insert (f, table, &row);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  const CzTable *distance = cz_table_by_number (CZ_TABLE_DISTANCE);
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = NULL;

  f->dir = g_dir_make_tmp ("cz-catalog-XXXXXX", &error);
  g_assert_no_error (error);
  folder = g_build_filename (f->dir, "content", NULL);
  g_assert_cmpint (g_mkdir (folder, 0750), ==, 0);
  g_assert_true (cz_day_from_ymd (2026, 11, 22, &f->today));
  f->clock = cz_clock_new_fixed (cz_day_to_unix (f->today) + 3600, 0);
  f->content = cz_content_open (folder, &error);
  g_assert_no_error (error);
  begin (f, COUNTY);
  add_market (f, 1, "东关市场");
  add_market (f, 2, "城南市场");
  add_product (f, 1, "大白菜", 0, 2);
  add_product (f, 2, "土豆", 0, 1);
  add_product (f, 3, "西瓜", 1 << 6, 1);
  for (guint market = 1; market <= 2; market++) {
    CzRow row = { 0 };
    set_int (distance, &row, "village", VILLAGE);
    set_int (distance, &row, "market", cz_id_make (COUNTY, market));
    set_int (distance, &row, "metres", market == 1 ? 21000 : 5000);
    insert (f, distance, &row);
  }
  commit (f);
  f->catalog = cz_catalog_new (folder, f->clock, VILLAGE);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);
    remove_tree (child);
  }
  g_remove (path);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  /* A worker that has just answered lets go of its task, and with it of the catalog, a moment later. */
  while (g_atomic_int_get (&G_OBJECT (f->catalog)->ref_count) > 1)
    g_thread_yield ();
  g_assert_finalize_object (f->catalog);
  cz_content_free (f->content);
  g_object_unref (f->clock);
  remove_tree (f->dir);
  g_free (f->dir);
}

static const CzQuoteInfo *
nth (GListModel *quotes, guint position)
{
  g_autoptr (CzQuote) quote = g_list_model_get_item (quotes, position);

  g_assert_nonnull (quote);
  return cz_quote_info (quote);
}

static GListModel *
cabbage (Fixture *f)
{
  return cz_catalog_quotes (f->catalog, cz_id_make (COUNTY, 1));
}

static void
test_nearest_tier_wins (Fixture *f, gconstpointer data)
{
  g_autoptr (GListModel) quotes = NULL;
  g_autoptr (CzQuote) first = NULL;

  begin (f, PROVINCE);
  add_quote (f, (Quote){ .market = 1, .product = 1, .day = f->today, .mid = 920 });
  commit (f);
  begin (f, COUNTY);
  add_quote (f, (Quote){ .market = 1, .product = 1, .day = f->today, .mid = 900 });
  commit (f);
  cz_catalog_refresh (f->catalog);
  quotes = cabbage (f);
  g_assert_cmpuint (g_list_model_get_n_items (quotes), ==, 1);
  first = g_list_model_get_item (quotes, 0);
  g_assert_cmpint (cz_quote_info (first)->channel, ==, COUNTY);
  g_assert_cmpint (cz_quote_info (first)->mid, ==, 900);
  g_assert_cmpuint (g_list_model_get_n_items (cz_quote_others (first)), ==, 1);
  g_assert_cmpint (nth (cz_quote_others (first), 0)->mid, ==, 920);
  g_assert_cmpint (nth (cz_quote_others (first), 0)->channel, ==, PROVINCE);
}

static void
test_newer_day_of_farther_tier_wins (Fixture *f, gconstpointer data)
{
  g_autoptr (GListModel) quotes = NULL;
  g_autoptr (CzQuote) first = NULL;

  begin (f, COUNTY);
  add_quote (f, (Quote){ .market = 1, .product = 1, .day = f->today - 2, .mid = 900 });
  commit (f);
  begin (f, PROVINCE);
  add_quote (f, (Quote){ .market = 1, .product = 1, .day = f->today, .mid = 920 });
  commit (f);
  cz_catalog_refresh (f->catalog);
  quotes = cabbage (f);
  first = g_list_model_get_item (quotes, 0);
  g_assert_cmpint (cz_quote_info (first)->mid, ==, 920);
  g_assert_null (cz_quote_others (first));
}

/* The nearer market is the headline; another kind, currency or period is never its rival nor its yesterday. */
static void
test_headline_and_comparisons (Fixture *f, gconstpointer data)
{
  g_autoptr (GListModel) quotes = NULL;
  g_autoptr (CzProductItem) item = NULL;
  const CzQuoteInfo *headline;

  begin (f, COUNTY);
  add_quote (f, (Quote){ .market = 1, .product = 1, .day = f->today, .mid = 960 });
  add_quote (f, (Quote){ .market = 2, .product = 1, .day = f->today, .mid = 900 });
  add_quote (f, (Quote){ .market = 2, .product = 1, .day = f->today - 7, .mid = 500, .currency = "TWD" });
  add_quote (f, (Quote){ .market = 2, .product = 1, .day = f->today - 6, .mid = 700, .period = CZ_PERIOD_WEEK });
  add_quote (f, (Quote){ .market = 2, .product = 1, .day = f->today - 8, .mid = 840 });
  add_quote (f, (Quote){ .market = 2, .product = 1, .day = f->today, .mid = 1300, .kind = CZ_KIND_RETAIL });
  commit (f);
  cz_catalog_refresh (f->catalog);
  item = cz_catalog_product (f->catalog, cz_id_make (COUNTY, 1));
  headline = cz_quote_info (cz_product_item_headline (item));
  g_assert_cmpstr (headline->market_name, ==, "城南市场");
  g_assert_cmpint (headline->metres, ==, 5000);
  g_assert_cmpint (headline->mid, ==, 900);
  g_assert_cmpint (headline->change.sense, ==, CZ_CHANGE_UP);
  g_assert_cmpint (headline->change.against, ==, f->today - 8);
  g_assert_cmpint (headline->change.li, ==, 30);

  quotes = cabbage (f);
  g_assert_cmpint (nth (quotes, 0)->mid, ==, 900);
  g_assert_true (cz_quote_is_comparable (nth (quotes, 0), nth (quotes, 1)));
  g_assert_cmpint (nth (quotes, 1)->mid, ==, 960);
  for (guint i = 2; i < g_list_model_get_n_items (quotes); i++)
    g_assert_false (cz_quote_is_comparable (nth (quotes, 0), nth (quotes, i)));
}

static void
test_gone_price_keeps_its_date (Fixture *f, gconstpointer data)
{
  g_autoptr (CzProductItem) item = NULL;
  const CzQuoteInfo *info;

  begin (f, COUNTY);
  add_quote (f, (Quote){ .market = 1, .product = 1, .day = f->today - 3000, .mid = 12500, .currency = "TWD" });
  commit (f);
  cz_catalog_refresh (f->catalog);
  item = cz_catalog_product (f->catalog, cz_id_make (COUNTY, 1));
  info = cz_quote_info (cz_product_item_headline (item));
  g_assert_cmpint (info->freshness, ==, CZ_FRESH_GONE);
  g_assert_cmpint (info->day, ==, f->today - 3000);
  g_assert_cmpstr (info->currency, ==, "TWD");
  g_assert_false (cz_quote_is_yuan (info));
}

static void
test_order_of_products (Fixture *f, gconstpointer data)
{
  static const char *const expected[] = { "土豆", "大白菜", "西瓜" };
  g_autoptr (GListModel) products = NULL;

  begin (f, COUNTY);
  for (guint product = 1; product <= 3; product++)
    add_quote (f, (Quote){ .market = 1, .product = product, .day = f->today, .mid = 1000 });
  commit (f);
  cz_catalog_refresh (f->catalog);
  products = cz_catalog_products (f->catalog, CZ_CLASS_VEGETABLE);
  g_assert_cmpuint (g_list_model_get_n_items (products), ==, 3);
  for (guint i = 0; i < 3; i++) {
    g_autoptr (CzProductItem) item = g_list_model_get_item (products, i);
    /* Water melon has the best rank but November is not its season. */
    g_assert_cmpstr (cz_product_item_info (item)->name, ==, expected[i]);
  }
  g_assert_cmpuint (cz_catalog_classes (f->catalog), ==, 1u << CZ_CLASS_VEGETABLE);
}

static void
on_history (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  *(GArray **) data = cz_catalog_history_finish (CZ_CATALOG (source), result, &error);
  g_assert_no_error (error);
}

static void
test_history_merges_by_day (Fixture *f, gconstpointer data)
{
  g_autoptr (GListModel) quotes = NULL;
  g_autoptr (GArray) points = NULL;

  begin (f, PROVINCE);
  add_quote (f, (Quote){ .market = 1, .product = 1, .day = f->today - 1, .mid = 700 });
  add_quote (f, (Quote){ .market = 1, .product = 1, .day = f->today - 2, .mid = 710 });
  commit (f);
  begin (f, COUNTY);
  add_quote (f, (Quote){ .market = 1, .product = 1, .day = f->today - 2, .mid = 500 });
  add_quote (f, (Quote){ .market = 1, .product = 1, .day = f->today - 3, .mid = 999, .currency = "TWD" });
  add_quote (f, (Quote){ .market = 1, .product = 1, .day = f->today, .mid = 900 });
  commit (f);
  cz_catalog_refresh (f->catalog);
  quotes = cabbage (f);
  cz_catalog_history_async (f->catalog, nth (quotes, 0), f->today - 30, f->today, NULL, on_history, &points);
  while (points == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (points->len, ==, 3);
  g_assert_cmpint (g_array_index (points, CzPricePoint, 0).li, ==, 500);
  g_assert_cmpint (g_array_index (points, CzPricePoint, 1).li, ==, 700);
  g_assert_cmpint (g_array_index (points, CzPricePoint, 2).li, ==, 900);
}

static const CzPolicyInfo *
policy_at (GListModel *policies, guint position)
{
  g_autoptr (CzPolicy) policy = g_list_model_get_item (policies, position);

  return cz_policy_info (policy);
}

static void
test_policies_in_order (Fixture *f, gconstpointer data)
{
  g_autoptr (GListModel) policies = NULL;

  begin (f, PROVINCE);
  add_policy (f, 1, "省里的", f->today - 1, 0, 0);
  add_policy (f, 2, "省里的新办法", f->today - 2, 0, cz_id_make (COUNTY, 4));
  commit (f);
  begin (f, COUNTY);
  add_policy (f, 1, "已过期", f->today - 30, f->today - 1, 0);
  add_policy (f, 2, "县里的", f->today - 30, f->today, 0);
  add_policy (f, 4, "旧办法", f->today - 3, 0, 0);
  commit (f);
  cz_catalog_refresh (f->catalog);
  policies = cz_catalog_policies (f->catalog);
  g_assert_cmpuint (g_list_model_get_n_items (policies), ==, 5);
  g_assert_cmpstr (policy_at (policies, 0)->title, ==, "县里的");
  g_assert_false (policy_at (policies, 0)->is_passed);
  g_assert_cmpstr (policy_at (policies, 1)->title, ==, "省里的");
  g_assert_cmpstr (policy_at (policies, 3)->title, ==, "已过期");
  g_assert_true (policy_at (policies, 3)->is_passed);
  /* The newer text says it replaces the old one, whose own row does not know. */
  g_assert_cmpstr (policy_at (policies, 4)->title, ==, "旧办法");
  g_assert_cmpint (policy_at (policies, 4)->state, ==, CZ_POLICY_SUPERSEDED);
  g_assert_cmpint (policy_at (policies, 4)->replaced_by, ==, cz_id_make (PROVINCE, 2));
}

static void
test_translation (Fixture *f, gconstpointer data)
{
  const CzTable *table = cz_table_by_number (CZ_TABLE_TRANSLATION);
  CzRow row = { 0 };
  g_autoptr (CzProductItem) english = NULL;
  g_autoptr (CzProductItem) plain = NULL;
  g_autoptr (CzProductItem) other = NULL;

  begin (f, COUNTY);
  set_int (table, &row, "table_no", CZ_TABLE_PRODUCT);
  set_int (table, &row, "row", cz_id_make (COUNTY, 1));
  set_int (table, &row, "field_no", 2);
  set_text (table, &row, "lang", "en");
  set_text (table, &row, "text", "Napa cabbage");
  insert (f, table, &row);
  commit (f);
  cz_catalog_refresh (f->catalog);
  plain = cz_catalog_product (f->catalog, cz_id_make (COUNTY, 1));
  g_assert_cmpstr (cz_product_item_info (plain)->name, ==, "大白菜");
  cz_catalog_set_language (f->catalog, "en");
  english = cz_catalog_product (f->catalog, cz_id_make (COUNTY, 1));
  g_assert_cmpstr (cz_product_item_info (english)->name, ==, "Napa cabbage");
  other = cz_catalog_product (f->catalog, cz_id_make (COUNTY, 2));
  g_assert_cmpstr (cz_product_item_info (other)->name, ==, "土豆");
}

static void
count_change (CzCatalog *catalog, gpointer data)
{
  (*(guint *) data)++;
}

/* A year slipped in one quote: what lies ahead of its own publication says nothing about today. */
static void
test_a_day_ahead_is_passed_over (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint changes = 0;
  const CzApplyNote note = { .kind = CZ_BUNDLE_DAILY, .created_s = (guint64) cz_day_to_unix (f->today) + 3600 };

  g_signal_connect (f->catalog, "changed", G_CALLBACK (count_change), &changes);
  begin (f, COUNTY);
  add_quote (f, (Quote){ .market = 1, .product = 1, .day = f->today, .mid = 900 });
  add_quote (f, (Quote){ .market = 1, .product = 1, .day = f->today + 365, .mid = 900 });
  cz_apply_note (f->apply, &note);
  commit (f);
  while (changes == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (cz_catalog_data_day (f->catalog), ==, f->today);
  g_assert_cmpint (cz_catalog_today (f->catalog), ==, f->today);
}

/* A plain apply and another generation are both noticed without being told. */
static void
test_changes_are_noticed (Fixture *f, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (f->dir, "content", NULL);
  g_autoptr (GError) error = NULL;
  CzContent *next;
  guint changes = 0;

  g_signal_connect (f->catalog, "changed", G_CALLBACK (count_change), &changes);
  begin (f, COUNTY);
  add_quote (f, (Quote){ .market = 1, .product = 1, .day = f->today, .mid = 900 });
  commit (f);
  while (changes == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (cz_catalog_data_day (f->catalog), ==, f->today);

  changes = 0;
  next = cz_content_new_generation (folder, &error);
  g_assert_no_error (error);
  g_assert_true (cz_content_make_current (next, &error));
  while (changes == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (cz_catalog_is_ready (f->catalog));
  g_assert_cmpuint (cz_catalog_classes (f->catalog), ==, 0);
  g_signal_handlers_disconnect_by_data (f->catalog, &changes);
  cz_content_free (next);
}

static void
test_before_the_first_sync (void)
{
  g_autofree char *dir = g_dir_make_tmp ("cz-catalog-XXXXXX", NULL);
  g_autoptr (CzClock) clock = cz_clock_new_fixed (1000000000, 0);
  CzCatalog *catalog = cz_catalog_new (dir, clock, 0);
  g_autoptr (GListModel) policies = cz_catalog_policies (catalog);
  g_autoptr (GListModel) products = cz_catalog_products (catalog, CZ_CLASS_GRAIN);

  g_assert_false (cz_catalog_is_ready (catalog));
  g_assert_cmpuint (g_list_model_get_n_items (policies), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (products), ==, 0);
  g_assert_null (cz_catalog_publisher (catalog, -1));
  g_assert_null (cz_catalog_product (catalog, 1));
  g_clear_object (&products);
  g_assert_finalize_object (catalog);
  remove_tree (dir);
}

static void
test_paragraphs (void)
{
  g_autoptr (GListModel) paragraphs = cz_paragraphs_new ("## 第一章\r\n\n第一条  话。\n   \n# 二\n");
  g_autoptr (CzParagraph) first = g_list_model_get_item (paragraphs, 0);
  g_autoptr (CzParagraph) second = g_list_model_get_item (paragraphs, 1);

  g_assert_cmpuint (g_list_model_get_n_items (paragraphs), ==, 3);
  g_assert_true (cz_paragraph_is_heading (first));
  g_assert_cmpstr (cz_paragraph_text (first), ==, "第一章");
  g_assert_false (cz_paragraph_is_heading (second));
  g_assert_cmpstr (cz_paragraph_text (second), ==, "第一条  话。");
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/app/catalog/merge/nearest-tier-wins", test_nearest_tier_wins);
  ADD ("/app/catalog/merge/newer-day-of-farther-tier-wins", test_newer_day_of_farther_tier_wins);
  ADD ("/app/catalog/quotes/headline-and-comparisons", test_headline_and_comparisons);
  ADD ("/app/catalog/quotes/gone-price-keeps-its-date", test_gone_price_keeps_its_date);
  ADD ("/app/catalog/products/order", test_order_of_products);
  ADD ("/app/catalog/history/merges-by-day", test_history_merges_by_day);
  ADD ("/app/catalog/policies/order", test_policies_in_order);
  ADD ("/app/catalog/translation", test_translation);
  ADD ("/app/catalog/changes-are-noticed", test_changes_are_noticed);
  ADD ("/app/catalog/a-day-ahead", test_a_day_ahead_is_passed_over);
  g_test_add_func ("/app/catalog/before-the-first-sync", test_before_the_first_sync);
  g_test_add_func ("/app/catalog/paragraphs", test_paragraphs);
  return g_test_run ();
}
