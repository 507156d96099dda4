/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <locale.h>
#include <string.h>

#include "app/hub/import/cz-columns.h"
#include "app/hub/import/cz-map.h"
#include "app/hub/import/cz-quote-cells.h"
#include "sync/model/cz-exit.h"
#include "sync/model/cz-vocab.h"
#include "tests/app/import/cz-import-fixture.h"
#include "tests/app/sheet/cz-test-zip.h"

static const struct {
  const char *map, *says;
} bad_maps[] = {
  { "kind=quotes\n", "map" },
  { "[file]\nkind=policies\n", "[file] kind" },
  { "[file]\nheaderline=3\n", "[file] headerline" },
  { "[file]\nheader=three\n", "[file] header" },
  { "[file]\nskip=(\n", "[file] skip" },
  { "[file]\nseparator=;\n", "[file] separator" },
  { "[day]\ncalendar=lunar\n", "[day] calendar" },
  { "[wide]\nRICE=大米\n", "[wide] RICE" },
  { "[prices]\nempty=pass\n", "[prices] empty" },
  { "[file]\nkind=regions\n", "regions" },
};

static gboolean
run_with_map (CzImportFixture *f, const char *map, const char *name, const char *list)
{
  g_autofree char *path = cz_import_fixture_write (f, "list.map", map);
  f->options.map = path;
  gboolean ok = list != NULL ? cz_import_fixture_text (f, "quotes", name, list) : cz_import_fixture_run (f, "quotes", name);
  f->options.map = NULL;
  return ok;
}

static void
test_bad_maps (CzImportFixture *f, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bad_maps); i++) {
    g_assert_false (run_with_map (f, bad_maps[i].map, "a.csv", "day\n"));
    g_test_message ("%s", f->error->message);
    g_assert_error (f->error, CZ_IMPORT_ERROR, CZ_IMPORT_ERROR_MAP);
    g_assert_nonnull (strstr (f->error->message, bad_maps[i].says));
    g_assert_nonnull (strstr (f->error->message, "list.map"));
    g_assert_cmpint (cz_import_exit_status (&f->result, f->error), ==, CZ_EXIT_REFUSED);
  }
}

#define FIXED "[fixed]\nkind=批发\nunit=元/斤\nmarket=东关市场\n"

/* Titles, a sum, closed days, columns by number, a table without a header. */
static void
test_shapes (CzImportFixture *f, gconstpointer data)
{
  run_with_map (f, "[file]\nheader=3\nskip=^合计;^备注\nclosed=休市;停业\n[columns]\nday=时间\nproduct=#3\nmid=价\n" FIXED, "a.csv",
                "某某市场价格表\n制表：某人\n时间,序,名,价\n2026/11/20,1,白菜,1.00\n2026/11/20,2,休市,0\n合计,2,,1.00\n");
  g_assert_no_error (f->error);
  g_assert_cmpuint (f->result.added, ==, 1);
  g_assert_cmpuint (f->result.passed, ==, 4);
  g_assert_cmpuint (cz_import_fixture_reported (f, "passed", "closed"), ==, 1);
  g_assert_cmpuint (cz_import_fixture_reported (f, "passed", "map"), ==, 1);
  g_assert_cmpint (cz_import_exit_status (&f->result, NULL), ==, CZ_EXIT_DONE);
  run_with_map (f, "[file]\nheader=none\nseparator=semicolon\n[columns]\nday=#1\nproduct=#2\nmid=#3\n" FIXED, "b.csv", "2026-11-21;白菜;1,100.5\n2026-11-21;苹果;3\n");
  g_assert_no_error (f->error);
  g_assert_cmpuint (f->result.rows, ==, 2);
  g_assert_cmpuint (f->result.headers, ==, 0);
  g_assert_cmpuint (f->result.added, ==, 1);
  g_assert_cmpuint (f->result.held, ==, 1);
  g_assert_false (run_with_map (f, "[file]\nheader=2\n[columns]\nday=时间\nproduct=名\nmid=价\n" FIXED, "c.csv", "表\n时间,名,钱\n1,2,3\n"));
  g_assert_nonnull (strstr (f->error->message, "mid"));
  g_assert_nonnull (strstr (f->error->message, "line 2"));
}

static void
test_days_and_prices (CzImportFixture *f, gconstpointer data)
{
  run_with_map (f, "[day]\ncalendar=roc\nfirst=snap\n[price]\ndecimals=round\nempty=pass\n[fixed]\nkind=批发\nunit=USD/吨\nmarket=东关市场\nperiod=week\n", "a.csv",
                "day,product,mid\n115.11.18,白菜,1234.56789\n115/11/11,白菜,\n115/11/4,白菜,0.4\n");
  g_assert_no_error (f->error);
  g_assert_cmpuint (f->result.added, ==, 1);
  g_assert_cmpuint (f->result.passed, ==, 1);
  g_assert_cmpuint (cz_import_fixture_reported (f, "not_taken", "price"), ==, 1);
  /* Wednesday the 18th stands for Monday the 16th. */
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT count(*) FROM quote WHERE day = 20773 AND mid = 1235 AND currency = 'USD' AND period = 1"), ==, 1);
}

static void
test_codes_and_creation (CzImportFixture *f, gconstpointer data)
{
  static const char *map = "[fixed]\nkind=批发\nunit=公斤\ncurrency=TWD\n[product]\nsplit=code\nclass=菜\nunit=公斤\n[market]\nsplit=code\nkind=批发\nregion=990100\n[source]\nprefix=tw\n";
  f->options.create_products = TRUE;
  run_with_map (f, map, "a.csv", "day,market,product,mid\n2026-11-20,104 台北二  ,LA1 甘藍 初秋 ,27\n2026-11-20,338 桃　農,LA1 甘藍　初秋,26\n2026-11-21,104 台北二,LA1 甘藍 换了名,28\n");
  g_assert_no_error (f->error);
  g_assert_cmpuint (f->result.created, ==, 3);
  g_assert_cmpuint (f->result.added, ==, 3);
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT count(*) FROM product WHERE name = '甘藍 初秋' AND source_code = 'tw:LA1' AND class = 1 AND unit = 0"), ==, 1);
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT count(*) FROM market WHERE name IN ('桃 農', '台北二') AND kind = 1 AND region = 990100000000"), ==, 2);
  /* Our own LA1 is another thing than theirs. */
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT count(*) FROM quote q JOIN product p ON p.id = q.product WHERE p.name = '白菜'"), ==, 0);
}

static void
test_wide (CzImportFixture *f, gconstpointer data)
{
  static const char *map = "[fixed]\nkind=批发\nmarket=东关市场\nperiod=month\n[price]\nempty=pass\n[wide]\nCABBAGE=白菜;元/吨\nAPPLE=苹果;元/公斤\n";
  run_with_map (f, map, "a.csv", "day,CABBAGE,OIL,APPLE\n1960M01,2000,1,6\n1960M02,,2,x\n1960M03,9000,3,6.1\n");
  g_assert_no_error (f->error);
  g_assert_cmpuint (f->result.rows, ==, 5);
  g_assert_cmpuint (f->result.added, ==, 3);
  g_assert_cmpuint (f->result.passed, ==, 1);
  g_assert_cmpuint (f->result.held, ==, 1);
  g_assert_cmpuint (f->result.not_taken, ==, 1);
  for (guint i = 0; i < f->report->len; i++) {
    const CzReportLine *line = g_ptr_array_index (f->report, i);
    if (g_str_equal (line->status, "not_taken")) {
      g_assert_cmpuint (line->line, ==, 3);
      g_assert_cmpuint (line->column, ==, 4);
      g_assert_cmpstr (line->field, ==, "APPLE");
      g_assert_cmpstr (line->value, ==, "x");
    }
  }
  g_assert_false (run_with_map (f, map, "b.csv", "day,CABBAGE\n1960M01,2000\n"));
  g_assert_nonnull (strstr (f->error->message, "APPLE"));
}

/* The report names sheet and cell of a workbook. */
static void
test_workbook (CzImportFixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->base.folder, "a.xlsx", NULL);
  cz_test_xlsx_write (path,
                      "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>day</v></c><c r=\"B1\" t=\"str\"><v>product</v></c><c r=\"C1\" t=\"str\"><v>mid</v></c></row>"
                      "<row r=\"2\"><c r=\"A2\" s=\"1\"><v>46346</v></c><c r=\"B2\" t=\"s\"><v>0</v></c><c r=\"C2\"><v>1.1000000000000001</v></c></row>"
                      "<row r=\"7\"><c r=\"A7\" s=\"1\"><v>46347</v></c><c r=\"B7\" t=\"s\"><v>0</v></c><c r=\"C7\"><v>5</v></c></row>",
                      "<si><t>白菜</t></si>");
  g_assert_true (run_with_map (f, FIXED, path, NULL));
  g_assert_cmpuint (f->result.added, ==, 1);
  g_assert_cmpuint (f->result.held, ==, 1);
  const CzReportLine *line = g_ptr_array_index (f->report, 0);
  g_assert_cmpstr (line->cell, ==, "价格!C7");
  g_assert_cmpstr (line->value, ==, "5");
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT mid FROM quote WHERE day = 20777"), ==, 2200);
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT count(*) FROM held WHERE sheet = '价格' AND line = 7 AND column_name = 'mid'"), ==, 1);
}

static void
test_cells (void)
{
  CzPriceUnit unit;
  char currency[4];
  gint64 li;
  g_assert_true (cz_quote_unit_parse ("￥/斤", &unit, currency));
  g_assert_cmpstr (currency, ==, "");
  g_assert_cmpuint (unit.multiply, ==, 2);
  g_assert_true (cz_quote_unit_parse ("TWD/公斤", &unit, currency));
  g_assert_cmpstr (currency, ==, "TWD");
  g_assert_false (cz_quote_unit_parse ("/公斤", &unit, currency));
  g_assert_false (cz_quote_unit_parse ("元/", &unit, currency));
  g_assert_false (cz_quote_currency_parse ("twd", currency));
  g_assert_true (cz_price_unit_parse ("公斤", &unit));
  static const struct {
    const char *text;
    gboolean round;
    CzQuotePrice result;
    gint64 li;
  } prices[] = {
    { "1.9995", TRUE, CZ_QUOTE_PRICE_OK, 2000 }, { "9.9999", TRUE, CZ_QUOTE_PRICE_OK, 10000 }, { "1.0004", TRUE, CZ_QUOTE_PRICE_OK, 1000 },
    { "1.9995", FALSE, CZ_QUOTE_PRICE_TOO_FINE, 0 }, { "0.0", FALSE, CZ_QUOTE_PRICE_ZERO, 0 }, { "", FALSE, CZ_QUOTE_PRICE_EMPTY, 0 },
    { "1.5x", TRUE, CZ_QUOTE_PRICE_NOT_A_NUMBER, 0 }, { "1e3", FALSE, CZ_QUOTE_PRICE_NOT_A_NUMBER, 0 },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (prices); i++) {
    g_assert_cmpint (cz_quote_price_parse (prices[i].text, &unit, prices[i].round, &li), ==, prices[i].result);
    if (prices[i].result == CZ_QUOTE_PRICE_OK)
      g_assert_cmpint (li, ==, prices[i].li);
  }
  CzDay day;
  g_assert_true (cz_day_from_ymd (2026, 11, 22, &day));
  g_assert_cmpint (cz_quote_period_first (day, CZ_PERIOD_WEEK), ==, day - 6);
  g_assert_cmpint (cz_quote_period_first (day, CZ_PERIOD_MONTH), ==, day - 21);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add ("/import/maps/" path, CzImportFixture, NULL, cz_import_fixture_set_up, func, cz_import_fixture_tear_down)
  ADD ("bad", test_bad_maps);
  ADD ("shapes", test_shapes);
  ADD ("days-and-prices", test_days_and_prices);
  ADD ("codes-and-creation", test_codes_and_creation);
  ADD ("wide", test_wide);
  ADD ("workbook", test_workbook);
  g_test_add_func ("/import/maps/cells", test_cells);
  return g_test_run ();
}
