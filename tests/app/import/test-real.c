/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <locale.h>
#include <string.h>

#include "tests/app/import/cz-import-fixture.h"

/* The real files of ../shared/data, through the maps of tests/data/maps. Counts are those of the files, counted by other
 * means; a table of what came in is printed. */

static void
say (const CzImportFixture *f, const char *name)
{
  const CzImportResult *r = &f->result;
  g_test_message ("%-44s rows %6d  in %6d  held %5d  not taken %3d  passed over %5d  made %3d", name, (int) r->rows,
                  (int) (r->added + r->changed + r->same), (int) (r->held + r->held_before), (int) r->not_taken, (int) r->passed, (int) r->created);
}

static gboolean
run (CzImportFixture *f, const char *kind, const char *map, const char *name)
{
  g_autofree char *path = cz_import_fixture_shared (name);
  g_autofree char *map_path = map != NULL ? cz_import_fixture_map (map) : NULL;
  if (path == NULL)
    return FALSE;
  f->options.map = map_path;
  f->options.create_products = TRUE;
  cz_import_fixture_run (f, kind, path);
  g_assert_no_error (f->error);
  f->options.map = NULL;
  say (f, name);
  return TRUE;
}

typedef struct {
  const char *map, *name;
  guint rows, not_taken, passed;
} List;

static const List lists[] = {
  { "tw-amis.map", "tw_amis_daily/112_LA.converted.csv", 4263, 2, 5 },
  { "tw-amis.map", "tw_amis_daily/113_LA.converted.csv", 4377, 1, 5 },
  { "tw-amis.map", "tw_amis_daily/水果產品日交易行情-草莓.converted.csv", 5643, 0, 5 },
  { "tw-amis.map", "tw_amis_daily/蔬菜產品日交易行情-茼蒿.converted.csv", 11399, 2, 5 },
  { "tw-api.map", "tw_api_json/history.json", 999, 0, 1 },
  { "tz-weekly.map", "tz_weekly/prices.csv", 9478, 0, 2387 },
  { "wb-pinksheet.map", "wb_pinksheet_monthly/CMO-Historical-Data-Monthly.csv", 15855, 0, 84 },
};

static void
test_lists (CzImportFixture *f, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++) {
    if (!run (f, "quotes", lists[i].map, lists[i].name))
      return;
    g_assert_cmpuint (f->result.rows, ==, lists[i].rows);
    g_assert_cmpuint (f->result.not_taken, ==, lists[i].not_taken);
    g_assert_cmpuint (f->result.passed, ==, lists[i].passed);
    /* Real markets jump; most of a list still goes in at once. */
    g_assert_cmpuint (f->result.held * 10, <, f->result.rows);
    guint64 held = f->result.held;
    g_assert_true (run (f, "quotes", lists[i].map, lists[i].name));
    g_assert_cmpuint (f->result.added + f->result.changed + f->result.held + f->result.created, ==, 0);
    g_assert_cmpuint (f->result.held_before, ==, held);
  }
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT count(*) FROM quote WHERE low = 0 AND mid = 0 AND high = 0"), ==, 0);
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT count(*) FROM quote WHERE currency NOT IN ('TWD', 'TZS', 'USD')"), ==, 0);
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT count(*) FROM quote WHERE currency = 'TZS' AND (period <> 1 OR (day + 3) % 7 <> 0)"), ==, 0);
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT count(*) FROM market WHERE name = '桃 農' AND source_code = 'tw-amis:338'"), ==, 1);
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT count(*) FROM product WHERE name = '甘藍 初秋' AND source_code = 'tw-amis:LA1'"), ==, 1);
  /* 112/11/01, 104 台北二, LA1: 27.5, 39.3, 64.1 TWD a kilogram. */
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT q.low * 1000000000000 + q.mid * 1000000 + q.high FROM quote q JOIN market m ON m.id = q.market JOIN product p ON p.id = q.product"
                                               " WHERE m.source_code = 'tw-amis:104' AND p.source_code = 'tw-amis:LA1' AND q.day = 19662"), ==, G_GINT64_CONSTANT (27500039300064100));
  /* 1960M01 maize: 44.99 … USD a tonne become 厘 a kilogram. */
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT min(day) FROM quote WHERE currency = 'USD'"), ==, -3653);
}

static void
test_xls_like_csv (CzImportFixture *f, gconstpointer data)
{
  if (!run (f, "quotes", "tw-amis.map", "tw_amis_daily/112_LA.xls"))
    return;
  CzImportResult xls = f->result;
  const CzReportLine *held = NULL;
  for (guint i = 0; i < f->report->len && held == NULL; i++)
    if (g_str_equal (((CzReportLine *) g_ptr_array_index (f->report, i))->status, "held"))
      held = g_ptr_array_index (f->report, i);
  g_assert_nonnull (held);
  g_assert_nonnull (strstr (held->cell, "!E"));
  g_assert_true (run (f, "quotes", "tw-amis.map", "tw_amis_daily/112_LA.converted.csv"));
  g_assert_cmpuint (f->result.rows, ==, xls.rows);
  g_assert_cmpuint (f->result.same, ==, xls.added);
  g_assert_cmpuint (f->result.held_before, ==, xls.held);
  g_assert_cmpuint (f->result.not_taken, ==, xls.not_taken);
  g_assert_cmpuint (f->result.added + f->result.held, ==, 0);
}

static void
test_laws (CzImportFixture *f, gconstpointer data)
{
  static const char *const pairs[][3] = {
    { "中华人民共和国农产品质量安全法", "2018-10-26", "2022-09-02" },
    { "中华人民共和国畜牧法", "2015-04-24", "2022-10-30" },
    { "农药管理条例", "2017-03-16", "2022-03-29" },
    { "中华人民共和国农业技术推广法", "2012-08-31", "2024-04-26" },
  };
  if (!run (f, "policies", NULL, "cn_policy_laws"))
    return;
  g_assert_cmpuint (f->result.rows, ==, 67);
  g_assert_cmpuint (f->result.added, ==, 67);
  g_assert_cmpuint (f->result.superseded, ==, G_N_ELEMENTS (pairs));
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT count(*) FROM policy WHERE state = 1"), ==, G_N_ELEMENTS (pairs));
  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i++) {
    g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM policy o, policy n WHERE o.title = '%s' AND n.title = o.title AND o.state = 1 AND n.state = 0"
                                            " AND o.replaced_by = n.id AND n.replaces = o.id AND date(o.issued_day * 86400, 'unixepoch') = '%s'"
                                            " AND date(n.issued_day * 86400, 'unixepoch') = '%s'", pairs[i][0], pairs[i][1], pairs[i][2]);
    g_assert_cmpint (cz_import_fixture_count (f, sql), ==, 1);
  }
  g_assert_true (run (f, "policies", NULL, "cn_policy_laws"));
  g_assert_cmpuint (f->result.same, ==, 67);
  g_assert_cmpuint (f->result.superseded, ==, 0);
}

static void
test_divisions (CzImportFixture *f, gconstpointer data)
{
  /* The county's hub takes only what lies in it: of these nothing. */
  if (!run (f, "regions", "cn-areas.map", "cn_divisions/areas.csv"))
    return;
  g_assert_cmpuint (f->result.rows, ==, 2978);
  g_assert_cmpuint (f->result.added, ==, 0);
  g_assert_cmpuint (cz_import_fixture_reported (f, "not_taken", "scope"), ==, 2975);
  g_assert_cmpuint (cz_import_fixture_reported (f, "not_taken", "parent"), ==, 3);
}

static void
test_divisions_of_all (CzImportFixture *f, gconstpointer data)
{
  CzHubInit init = { .region = "000000", .name = "中央示例", .place = "中央" };
  g_autofree char *home = g_build_filename (f->base.folder, "centre", NULL);
  g_assert_true (cz_hub_init (home, &init, f->base.clock, &f->error));
  g_clear_pointer (&f->base.hub, cz_hub_free);
  f->base.hub = cz_hub_open (home, CZ_HUB_WRITE, f->base.clock, &f->error);
  g_assert_no_error (f->error);
  static const struct {
    const char *map, *name;
    guint added;
  } files[] = { { NULL, "cn_divisions/provinces.csv", 31 }, { "cn-cities.map", "cn_divisions/cities.csv", 342 },
                { "cn-areas.map", "cn_divisions/areas.csv", 2975 }, { "cn-streets.map", "cn_divisions/streets.csv", 41351 } };
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++) {
    if (!run (f, "regions", files[i].map, files[i].name))
      return;
    g_assert_cmpuint (f->result.added, ==, files[i].added);
    g_assert_cmpuint (f->result.added + f->result.not_taken + f->result.changed, ==, f->result.rows);
  }
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT level * 1000000000000 + parent FROM region WHERE code = 110101001000"), ==, G_GINT64_CONSTANT (4110101000000));
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT count(*) FROM region r WHERE parent <> 0 AND NOT EXISTS (SELECT 1 FROM region p WHERE p.code = r.parent)"), ==, 0);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add ("/import/real/" path, CzImportFixture, NULL, cz_import_fixture_set_up, func, cz_import_fixture_tear_down)
  ADD ("lists", test_lists);
  ADD ("xls-like-csv", test_xls_like_csv);
  ADD ("laws", test_laws);
  ADD ("divisions", test_divisions);
  ADD ("divisions-of-all", test_divisions_of_all);
  return g_test_run ();
}
