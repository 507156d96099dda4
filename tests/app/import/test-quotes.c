/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <locale.h>
#include <string.h>

#include "sync/model/cz-exit.h"
#include "tests/app/import/cz-import-fixture.h"

#define HEADER "day,market,product,grade,kind,low,mid,high,unit,sources,currency,period\n"
#define GOOD "2026-11-20,东关市场,白菜,一级,批发,0.9,1,1.1,元/斤,3,,\n"

/* One line below a good one, what the report says of it. */
typedef struct {
  const char *line;
  const char *status, *code;
  guint column; /* from 1; 0 = the line as a whole */
  const char *says; /* in value or reason */
} Mistake;

static const Mistake mistakes[] = {
  { "2026-13-01,东关市场,白菜,,批发,,1,,元/斤,,,", "not_taken", "day", 1, "2026-13-01" },
  { ",东关市场,白菜,,批发,,1,,元/斤,,,", "not_taken", "day", 1, "missing" },
  { "昨天,东关市场,白菜,,批发,,1,,元/斤,,,", "not_taken", "day", 1, "昨天" },
  { "2026-11-21,西关市场,白菜,,批发,,1,,元/斤,,,", "not_taken", "unknown-market", 2, "西关市场" },
  { "2026-11-21,,白菜,,批发,,1,,元/斤,,,", "not_taken", "unknown-market", 2, "missing" },
  { "2026-11-21,同名市场,白菜,,批发,,1,,元/斤,,,", "not_taken", "ambiguous-market", 2, "several" },
  { "2026-11-21,东关市场,龙须菜,,批发,,1,,元/斤,,,", "not_taken", "unknown-product", 3, "龙须菜" },
  { "2026-11-21,东关市场,白菜,九级,批发,,1,,元/斤,,,", "not_taken", "grade", 4, "九级" },
  { "2026-11-21,东关市场,白菜,,团购,,1,,元/斤,,,", "not_taken", "kind", 5, "团购" },
  { "2026-11-21,东关市场,白菜,,批发,,1,,,,,", "not_taken", "unit", 9, "missing" },
  { "2026-11-21,东关市场,白菜,,批发,,1,,元/筐,,,", "not_taken", "unit", 9, "元/筐" },
  { "2026-11-21,东关市场,白菜,,批发,,1,,角/斤,,,", "not_taken", "unit", 9, "角/斤" },
  { "2026-11-21,东关市场,白菜,,批发,,1,,元/个,,,", "not_taken", "unit", 9, "公斤" },
  { "2026-11-21,东关市场,鸡蛋,,批发,,1,,元/斤,,,", "not_taken", "unit", 9, "个" },
  { "2026-11-21,东关市场,白菜,,批发,,一块,,元/斤,,,", "not_taken", "price", 7, "一块" },
  { "2026-11-21,东关市场,白菜,,批发,,2.7（个）,,元/斤,,,", "not_taken", "price", 7, "2.7（个）" },
  { "2026-11-21,东关市场,白菜,,批发,,-1,,元/斤,,,", "not_taken", "price", 7, "below zero" },
  { "2026-11-21,东关市场,白菜,,批发,,1.23456,,元/斤,,,", "not_taken", "price", 7, "decimals" },
  { "2026-11-21,东关市场,白菜,,批发,,99999999999999,,元/斤,,,", "not_taken", "price", 7, "large" },
  { "2026-11-21,东关市场,白菜,,批发,0,1,1.1,元/斤,,,", "not_taken", "price", 6, "0" },
  { "2026-11-21,东关市场,白菜,,批发,0,0,0,元/斤,,,", "not_taken", "no-trade", 7, "no trade" },
  { "2026-11-21,东关市场,白菜,,批发,,,,元/斤,,,", "not_taken", "no-price", 7, "no price" },
  { "2026-11-21,东关市场,白菜,,批发,1,,2,元/斤,,,", "not_taken", "price", 7, "missing" },
  { "2026-11-21,东关市场,白菜,,批发,,1,,元/斤,三,,", "not_taken", "number", 10, "三" },
  { "2026-11-21,东关市场,白菜,,批发,,1,,元/斤,,元宝,", "not_taken", "currency", 11, "元宝" },
  { "2026-11-21,东关市场,白菜,,批发,,1,,USD/公斤,,TWD,", "not_taken", "currency", 9, "another currency" },
  { "2026-11-21,东关市场,白菜,,批发,,1,,元/斤,,,年", "not_taken", "period", 12, "年" },
  { "2026-11-21,东关市场,白菜,,批发,,1,,元/斤,,,week", "not_taken", "period-day", 1, "Monday" },
  { "2026-11-21,东关市场,白菜,,批发,,1,,元/斤,,,month", "not_taken", "period-day", 1, "first day" },
  { "2026-11-20,东关市场,白菜,一级,批发,0.9,1,1.1,元/斤,3,,", "not_taken", "duplicate", 0, "above" },
  { "2026-11-21,\"东关市场\"x,白菜,,批发,,1,,元/斤,,,", "not_taken", "malformed", 0, "quotation" },
  { "2026-11-21,东关市场,白菜,一级,批发,1.2,1,0.9,元/斤,,,", "held", "order", 6, "highest" },
  { "2026-11-21,东关市场,白菜,一级,批发,1.1,1,1.2,元/斤,,,", "held", "mid", 7, "outside" },
  { "2026-11-21,东关市场,白菜,一级,批发,,1.41,,元/斤,,,", "held", "step", 7, "+41 %" },
  { "2026-11-21,东关市场,白菜,一级,批发,,0.59,,元/斤,,,", "held", "step", 7, "-41 %" },
  { "2026-11-21,东关市场,白菜,一级,批发,,1,,元/公斤,,,", "held", "step", 7, "-50 %" },
  { "2026-11-21,东关市场,白菜,一级,批发,3,2,1,元/斤,,,", "held", "order step", 6, "highest" },
  { "2026-11-20,东关市场,白菜,一级,批发,0.9,1.05,1.1,元/斤,3,,", "held", "duplicate", 7, "stands in the hub" },
  { "2026-11-21,东关市场,秦冠（箱）,,批发,,5,,元/斤,,,", "held", "unit", 3, "箱" },
  { "2027-11-21,东关市场,白菜,,零售,,5,,元/斤,,,", "held", "future", 1, "future" },
};

static void
test_mistakes (CzImportFixture *f, gconstpointer data)
{
  const Mistake *mistake = data;
  g_autofree char *text = g_strconcat (HEADER, GOOD, "\n", mistake->line, "\n", NULL);
  cz_import_fixture_text (f, "quotes", "list.csv", text);
  g_assert_no_error (f->error);
  g_assert_cmpuint (f->result.rows, ==, 2);
  g_assert_cmpuint (f->result.added, ==, 1);
  g_assert_cmpuint (f->result.lines, ==, 4);
  g_assert_cmpuint (f->result.blank, ==, 1);
  g_assert_cmpint (cz_import_exit_status (&f->result, NULL), ==, CZ_EXIT_PARTLY);
  g_assert_cmpuint (f->report->len, ==, 1);
  const CzReportLine *line = g_ptr_array_index (f->report, 0);
  g_test_message ("%s", line->reason);
  g_assert_cmpuint (line->line, ==, 4);
  g_assert_cmpuint (line->column, ==, mistake->column);
  g_assert_cmpstr (line->status, ==, mistake->status);
  g_assert_cmpstr (line->code, ==, mistake->code);
  g_assert_true (strstr (line->value, mistake->says) != NULL || strstr (line->reason, mistake->says) != NULL);
  g_assert_cmpstr (line->todo, !=, "");
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT count(*) FROM quote"), ==, 1);
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT mid FROM quote"), ==, 2000);
}

static void
test_good (CzImportFixture *f, gconstpointer data)
{
  cz_import_fixture_text (f, "quotes", "list.csv",
                          "产品,市场,日期,类型,最低价,平均价,最高价,单位,采价点数,备注\n"
                          "白菜, 东关市场　,2026/11/20,批发,0.9,1,1.1,元/斤,3,好\n"
                          "LA1,1,2026年11月21日,wholesale,,１．２,,元/公斤,,\n"
                          "鸡蛋,城南市场,2026-11-21,零售,,0.75,,元/个,,\n"
                          "苹果,城南市场,2026-11-21,收购,,2850,,元/吨,,\n");
  g_assert_no_error (f->error);
  g_assert_cmpuint (f->result.added, ==, 4);
  g_assert_cmpint (cz_import_exit_status (&f->result, NULL), ==, CZ_EXIT_DONE);
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT low * 1000000 + mid FROM quote WHERE sources = 3"), ==, G_GINT64_CONSTANT (1800002000));
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT mid FROM quote WHERE grade = 0 AND kind = 2 AND sources = 0"), ==, 1200);
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT mid FROM quote WHERE kind = 3"), ==, 750);
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT mid FROM quote WHERE kind = 1"), ==, 2850);
}

static void
test_twice (CzImportFixture *f, gconstpointer data)
{
  static const char *list = HEADER GOOD "2026-11-21,东关市场,白菜,一级,批发,,2,,元/斤,,,\n2026-11-22,东关市场,白菜,一级,批发,,1,,元/斤,,,\n";
  cz_import_fixture_text (f, "quotes", "list.csv", list);
  g_assert_cmpuint (f->result.added, ==, 2);
  g_assert_cmpuint (f->result.held, ==, 1);
  gint64 dirty = cz_hub_count_dirty (f->base.hub, cz_table_by_number (CZ_TABLE_QUOTE));
  cz_hub_fixture_reopen (&f->base);
  cz_import_fixture_text (f, "quotes", "list.csv", list);
  g_assert_cmpuint (f->result.same, ==, 2);
  g_assert_cmpuint (f->result.held_before, ==, 1);
  g_assert_cmpuint (f->result.added + f->result.changed + f->result.held + f->result.not_taken, ==, 0);
  g_assert_cmpint (cz_import_exit_status (&f->result, NULL), ==, CZ_EXIT_DONE);
  g_autofree char *summary = cz_import_summary (f->base.hub, &f->result, &f->options);
  g_assert_nonnull (strstr (summary, "Nothing new"));
  g_assert_cmpint (cz_hub_count_dirty (f->base.hub, cz_table_by_number (CZ_TABLE_QUOTE)), ==, dirty);
  g_assert_cmpint (cz_hub_held_count (f->base.hub, NULL), ==, 1);
}

/* What was held back and accepted is the same row the next time. */
static void
test_accepted (CzImportFixture *f, gconstpointer data)
{
  static const char *list = HEADER GOOD "2026-11-21,东关市场,白菜,一级,批发,,2,,元/斤,,,\n";
  guint n = 0;
  cz_import_fixture_text (f, "quotes", "list.csv", list);
  g_assert_true (cz_hub_begin (f->base.hub, NULL));
  g_assert_true (cz_hub_held_accept (f->base.hub, cz_table_by_number (CZ_TABLE_QUOTE), NULL, 0, &n, NULL));
  g_assert_true (cz_hub_commit (f->base.hub, NULL));
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT count(*) FROM quote"), ==, 2);
  cz_import_fixture_text (f, "quotes", "list.csv", list);
  g_assert_cmpuint (f->result.same, ==, 2);
  g_assert_cmpint (cz_import_exit_status (&f->result, NULL), ==, CZ_EXIT_DONE);
}

static void
test_dry_run (CzImportFixture *f, gconstpointer data)
{
  static const char *list = HEADER GOOD "2026-11-21,东关市场,白菜,一级,批发,,2,,元/斤,,,\n2026-11-21,东关市场,新菜,,批发,,2,,元/斤,,,\n";
  f->options.dry_run = TRUE;
  f->options.create_products = TRUE;
  cz_import_fixture_text (f, "quotes", "list.csv", list);
  CzImportResult tried = f->result;
  guint said = f->report->len;
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT count(*) FROM quote"), ==, 0);
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT count(*) FROM product WHERE name = '新菜'"), ==, 0);
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT count(*) FROM held"), ==, 0);
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT count(*) FROM import_log WHERE kind = 'quotes'"), ==, 0);
  f->options.dry_run = FALSE;
  cz_import_fixture_text (f, "quotes", "list.csv", list);
  g_assert_cmpmem (&tried, sizeof tried, &f->result, sizeof f->result);
  g_assert_cmpuint (f->report->len, ==, said);
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT count(*) FROM quote"), ==, 2);
}

static void
test_create (CzImportFixture *f, gconstpointer data)
{
  f->options.create_products = TRUE;
  cz_import_fixture_text (f, "quotes", "list.csv", HEADER "2026-11-21,北关市场,香椿,,批发,,2,,元/把,,,\n2026-11-21,北关市场,香椿,,零售,,2,,元/把,,,\n");
  g_assert_no_error (f->error);
  g_assert_cmpuint (f->result.created, ==, 2);
  g_assert_cmpuint (f->result.added, ==, 2);
  g_assert_cmpuint (cz_import_fixture_reported (f, "created", "unknown-product"), ==, 1);
  g_assert_cmpuint (cz_import_fixture_reported (f, "created", "unknown-market"), ==, 1);
  g_assert_cmpint (cz_import_exit_status (&f->result, NULL), ==, CZ_EXIT_DONE);
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT unit FROM product WHERE name = '香椿'"), ==, 7);
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT kind FROM market WHERE name = '北关市场'"), ==, 1);
}

/* The first row of a new level is held, its followers confirm it; a spike alone is not followed. */
static void
test_new_level (CzImportFixture *f, gconstpointer data)
{
  cz_import_fixture_text (f, "quotes", "list.csv",
                          HEADER "2026-11-01,东关市场,白菜,,批发,,1,,元/斤,,,\n2026-11-02,东关市场,白菜,,批发,,3,,元/斤,,,\n"
                                 "2026-11-03,东关市场,白菜,,批发,,1,,元/斤,,,\n2026-11-04,东关市场,白菜,,批发,,1.5,,元/斤,,,\n"
                                 "2026-11-05,东关市场,白菜,,批发,,1.6,,元/斤,,,\n2026-11-06,东关市场,白菜,,批发,,1.5,,元/斤,,,\n");
  g_assert_cmpuint (f->result.added, ==, 4);
  g_assert_cmpuint (f->result.held, ==, 2);
  const CzReportLine *first = g_ptr_array_index (f->report, 0);
  const CzReportLine *second = g_ptr_array_index (f->report, 1);
  g_assert_cmpuint (first->line, ==, 3);
  g_assert_cmpuint (second->line, ==, 5);
}

/* A list of several days in 斤 that says 公斤: nothing of it confirms itself. */
static void
test_wrong_unit (CzImportFixture *f, gconstpointer data)
{
  cz_import_fixture_text (f, "quotes", "a.csv",
                          HEADER "2026-11-01,东关市场,白菜,,批发,,1,,元/斤,,,\n2026-11-01,城南市场,白菜,,批发,,1.1,,元/斤,,,\n2026-11-01,东关市场,苹果,,批发,,3,,元/斤,,,\n");
  g_assert_cmpuint (f->result.added, ==, 3);
  cz_import_fixture_text (f, "quotes", "b.csv",
                          HEADER "2026-11-02,东关市场,白菜,,批发,,1,,元/公斤,,,\n2026-11-02,城南市场,白菜,,批发,,1.1,,元/公斤,,,\n2026-11-02,东关市场,苹果,,批发,,3,,元/公斤,,,\n"
                                 "2026-11-03,东关市场,白菜,,批发,,1,,元/公斤,,,\n2026-11-03,城南市场,白菜,,批发,,1.1,,元/公斤,,,\n2026-11-03,东关市场,苹果,,批发,,3,,元/公斤,,,\n");
  g_assert_cmpuint (f->result.held, ==, 6);
  g_assert_cmpuint (f->result.added, ==, 0);
}

/* Other grade, kind, currency or period: no comparison. */
static void
test_series_apart (CzImportFixture *f, gconstpointer data)
{
  cz_import_fixture_text (f, "quotes", "list.csv",
                          HEADER "2026-11-16,东关市场,白菜,一级,批发,,1,,元/斤,,,\n2026-11-17,东关市场,白菜,二级,批发,,2,,元/斤,,,\n"
                                 "2026-11-17,东关市场,白菜,一级,零售,,3,,元/斤,,,\n2026-11-18,东关市场,白菜,一级,批发,,9,,元/斤,,TWD,\n"
                                 "2026-11-09,东关市场,白菜,一级,批发,,5,,元/斤,,,week\n");
  g_assert_cmpuint (f->result.added, ==, 5);
  g_assert_cmpuint (f->result.held, ==, 0);
}

/* A list from new to old: the neighbour above is the later day. */
static void
test_backwards (CzImportFixture *f, gconstpointer data)
{
  cz_import_fixture_text (f, "quotes", "list.csv",
                          HEADER "2026-11-20,东关市场,白菜,,批发,,1,,元/斤,,,\n2026-11-19,东关市场,白菜,,批发,,2.5,,元/斤,,,\n2026-11-18,东关市场,白菜,,批发,,1.1,,元/斤,,,\n");
  g_assert_cmpuint (f->result.added, ==, 2);
  g_assert_cmpuint (f->result.held, ==, 1);
  g_assert_cmpuint (((const CzReportLine *) g_ptr_array_index (f->report, 0))->line, ==, 3);
}

static void
test_refused_files (CzImportFixture *f, gconstpointer data)
{
  static const struct {
    const char *name, *bytes, *says;
    gboolean sheet_error;
  } cases[] = {
    { "a.csv", "day,market,product,kind,mid\n2026-11-20,东关市场,白菜,批发,1\n", "unit", FALSE },
    { "a.csv", "day,market,product,kind,mid,mid,unit\n2026-11-20,东关市场,白菜,批发,1,2,元/斤\n", "mid (×2)", FALSE },
    { "a.csv", "1,2,3\n4,5,6\n", "day", FALSE },
    { "a.xls", HEADER, "plain text", TRUE },
    { "a.csv", HEADER GOOD "\"2026-11-21,东关\n", "line 3", TRUE },
  };
  cz_import_fixture_text (f, "quotes", "good.csv", HEADER GOOD);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_assert_false (cz_import_fixture_text (f, "quotes", cases[i].name, cases[i].bytes));
    g_test_message ("%s", f->error->message);
    g_assert_nonnull (strstr (f->error->message, cases[i].says));
    g_assert_nonnull (strstr (f->error->message, cases[i].name));
    if (!cases[i].sheet_error)
      g_assert_error (f->error, CZ_IMPORT_ERROR, CZ_IMPORT_ERROR_REFUSED);
    g_assert_cmpint (cz_import_exit_status (&f->result, f->error), ==, CZ_EXIT_REFUSED);
    g_assert_cmpint (cz_import_fixture_count (f, "SELECT count(*) FROM quote"), ==, 1);
  }
  g_assert_false (cz_import_fixture_text (f, "cabbages", "a.csv", HEADER));
  g_assert_error (f->error, CZ_IMPORT_ERROR, CZ_IMPORT_ERROR_USAGE);
  g_assert_cmpint (cz_import_exit_status (&f->result, f->error), ==, CZ_EXIT_USAGE);
}

/* Several files are one transaction. */
static void
test_all_or_nothing (CzImportFixture *f, gconstpointer data)
{
  g_autofree char *good = cz_import_fixture_write (f, "1.csv", HEADER GOOD);
  g_autofree char *bad = cz_import_fixture_write (f, "2.csv", "nothing here\n");
  const char *files[] = { good, bad, NULL };
  CzImportOptions options = { .kind = "quotes", .files = files };
  g_assert_false (cz_import_run (f->base.hub, &options, &f->result, &f->error));
  g_assert_error (f->error, CZ_IMPORT_ERROR, CZ_IMPORT_ERROR_REFUSED);
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT count(*) FROM quote"), ==, 0);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
#define ADD(path, data, func) g_test_add ("/import/quotes/" path, CzImportFixture, data, cz_import_fixture_set_up, func, cz_import_fixture_tear_down)
  for (gsize i = 0; i < G_N_ELEMENTS (mistakes); i++) {
    g_autofree char *path = g_strdup_printf ("/import/quotes/mistake/%02d-%s", (int) i, mistakes[i].code);
    g_strdelimit (path, " ", '-');
    g_test_add (path, CzImportFixture, &mistakes[i], cz_import_fixture_set_up, test_mistakes, cz_import_fixture_tear_down);
  }
  ADD ("good", NULL, test_good);
  ADD ("twice", NULL, test_twice);
  ADD ("accepted", NULL, test_accepted);
  ADD ("dry-run", NULL, test_dry_run);
  ADD ("create", NULL, test_create);
  ADD ("new-level", NULL, test_new_level);
  ADD ("wrong-unit", NULL, test_wrong_unit);
  ADD ("series-apart", NULL, test_series_apart);
  ADD ("backwards", NULL, test_backwards);
  ADD ("refused-files", NULL, test_refused_files);
  ADD ("all-or-nothing", NULL, test_all_or_nothing);
  return g_test_run ();
}
