/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <locale.h>
#include <glib/gstdio.h>
#include <string.h>

#include "cz-config.h"

#include "sync/model/cz-exit.h"
#include "sync/model/cz-vocab.h"
#include "tests/app/import/cz-import-fixture.h"

typedef struct {
  const char *kind, *header, *line;
  const char *code;
  guint column;
} Mistake;

static const Mistake mistakes[] = {
  { "regions", "code,name,parent,level", "99010,坏码,,", "code", 1 },
  { "regions", "code,name,parent,level", "990101001000,,990101,乡镇", "name", 2 },
  { "regions", "code,name,parent,level", "990101001000,石桥镇,99x,乡镇", "code", 3 },
  { "regions", "code,name,parent,level", "990101001000,石桥镇,990101,大队", "level", 4 },
  { "regions", "code,name,parent,level", "110101001000,别处,110101,乡镇", "scope", 1 },
  { "regions", "code,name,parent,level", "990101001000,石桥镇,990101001000,乡镇", "parent", 3 },
  { "markets", "market,region,name,kind,open_days,fee_permille", "9,99010,市,批发,,", "code", 2 },
  { "markets", "market,region,name,kind,open_days,fee_permille", "9,990101,,批发,,", "name", 3 },
  { "markets", "market,region,name,kind,open_days,fee_permille", ",990101,市,批发,,", "name", 1 },
  { "markets", "market,region,name,kind,open_days,fee_permille", "9,990101,市,夜市,,", "kind", 4 },
  { "markets", "market,region,name,kind,open_days,fee_permille", "9,990101,市,批发,有时,", "open-days", 5 },
  { "markets", "market,region,name,kind,open_days,fee_permille", "9,990101,市,批发,每天,1001", "number", 6 },
  { "distances", "village,market,metres,minutes", "990101001201,1,100,", "unknown-region", 1 },
  { "distances", "village,market,metres,minutes", "990101,77,100,", "unknown-market", 2 },
  { "distances", "village,market,metres,minutes", "990101,1,,", "number", 3 },
  { "distances", "village,market,metres,minutes", "990101,1,5km,", "number", 3 },
  { "products", "product,class,name,unit,grams_per_unit,aliases,season,picture", ",菜,葱,斤,,,,", "name", 1 },
  { "products", "product,class,name,unit,grams_per_unit,aliases,season,picture", "9,菜,,斤,,,,", "name", 3 },
  { "products", "product,class,name,unit,grams_per_unit,aliases,season,picture", "9,蔬,葱,斤,,,,", "class", 2 },
  { "products", "product,class,name,unit,grams_per_unit,aliases,season,picture", "9,菜,葱,筐,,,,", "unit", 4 },
  { "products", "product,class,name,unit,grams_per_unit,aliases,season,picture", "9,菜,葱,斤,半,,,", "number", 5 },
  { "products", "product,class,name,unit,grams_per_unit,aliases,season,picture", "9,菜,葱,斤,,,0-13,", "season", 7 },
  { "products", "product,class,name,unit,grams_per_unit,aliases,season,picture", "9,菜,葱,斤,,,,../../etc/passwd", "picture", 8 },
  { "products", "product,class,name,unit,grams_per_unit,aliases,season,picture", "9,菜,葱,斤,,,,nothere.png", "picture", 8 },
};

static void
set_up (CzImportFixture *f, gconstpointer data)
{
  cz_import_fixture_set_up (f, NULL);
  cz_import_fixture_text (f, "regions", "regions.csv", "code,name,parent,level,name_en\n990101,示例县,990100,县,Example County\n990100,示例市,,市,\n");
  g_assert_no_error (f->error);
  g_assert_cmpuint (f->result.added, ==, 1);
  g_assert_cmpuint (cz_import_fixture_reported (f, "passed", "above"), ==, 1);
  g_assert_cmpuint (f->result.translations, ==, 1);
}

static void
test_mistake (CzImportFixture *f, gconstpointer data)
{
  const Mistake *mistake = data;
  g_autofree char *text = g_strdup_printf ("%s\n%s\n", mistake->header, mistake->line);
  cz_import_fixture_text (f, mistake->kind, "table.csv", text);
  g_assert_no_error (f->error);
  g_assert_cmpuint (f->result.not_taken, ==, 1);
  g_assert_cmpuint (f->result.rows, ==, 1);
  const CzReportLine *line = g_ptr_array_index (f->report, 0);
  g_test_message ("%s", line->reason);
  g_assert_cmpuint (line->line, ==, 2);
  g_assert_cmpuint (line->column, ==, mistake->column);
  g_assert_cmpstr (line->code, ==, mistake->code);
}

static void
test_places (CzImportFixture *f, gconstpointer data)
{
  cz_import_fixture_text (f, "regions", "r.csv", "代码,名称,上级,级别,别名\n990101001000,石桥镇,990101,乡镇,老石桥|桥头\n990101001201,东沟村,990101001000,村,\n990101001201,西沟村,990101001000,村,\n");
  g_assert_cmpuint (f->result.added, ==, 2);
  g_assert_cmpuint (cz_import_fixture_reported (f, "not_taken", "duplicate"), ==, 1);
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT level FROM region WHERE name = '东沟村'"), ==, 5);
  cz_import_fixture_text (f, "markets", "m.csv", "market,region,name,kind,open_days,fee_permille,name_en\n7,990101001000,石桥集,集市,逢2、7,5,Shiqiao Fair\n8,990101,早市,集市,周一至周五,,\n9,990101,年集,集市,农历逢五、十,,\n");
  g_assert_cmpuint (f->result.added, ==, 3);
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT open_mask FROM market WHERE name = '石桥集'"), ==, (1 << 20) | (1 << 25));
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT open_mask FROM market WHERE name = '早市'"), ==, 31);
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT open_mask FROM market WHERE name = '年集'"), ==, (1 << 13) | (1 << 8));
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT count(*) FROM translation WHERE table_no = 3 AND text = 'Shiqiao Fair'"), ==, 1);
  cz_import_fixture_text (f, "distances", "d.csv", "village,market,metres,minutes\n990101001201,石桥集,1200,5\n东沟村,8,9000,\n");
  g_assert_cmpuint (f->result.added, ==, 2);
  cz_import_fixture_text (f, "distances", "d.csv", "village,market,metres,minutes\n990101001201,石桥集,1300,5\n");
  g_assert_cmpuint (f->result.changed, ==, 1);
}

static void
test_products (CzImportFixture *f, gconstpointer data)
{
  static const char *table = "product,class,name,unit,grams_per_unit,aliases,season,name_en,loss_permille,rank\n101,菜,大白菜,斤,500,白菜|结球白菜,9-2,Napa cabbage,6,3\n";
  cz_import_fixture_text (f, "products", "p.csv", table);
  g_assert_cmpuint (f->result.added, ==, 1);
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT season_mask FROM product WHERE name = '大白菜'"), ==, 0xf03);
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT count(*) FROM product WHERE aliases = '白菜' || char(10) || '结球白菜' AND rank = 3 AND loss_permille = 6"), ==, 1);
  gint64 id = cz_import_fixture_count (f, "SELECT id FROM product WHERE name = '大白菜'");
  cz_import_fixture_text (f, "products", "p.csv", table);
  g_assert_cmpuint (f->result.same, ==, 1);
  g_assert_cmpuint (f->result.translations, ==, 0);
  cz_import_fixture_text (f, "products", "p.csv", "product,class,name,unit\n101,菜,黄心白菜,斤\n");
  g_assert_cmpuint (f->result.changed, ==, 1);
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT id FROM product WHERE name = '黄心白菜'"), ==, id);
}

#define CARD(front, blocks) "---\nid: 12\nlang: zh-CN\ntitle: 小额贷款\nsummary: 缺本钱能贷款。\npublisher: 示例县农业农村局\nregion: 990101\nissued: 2026-05-01\n" front "---\n" blocks
#define BLOCKS "\n## 谁能领\n\n农户。\n\n## 领多少\n\n五万元。\n\n## 带什么\n\n身份证。\n\n## 去哪办\n\n信用社。\n\n## 哪天截止\n\n长期能办。\n"

static const struct {
  const char *text, *code;
  guint line;
} card_mistakes[] = {
  { CARD ("", BLOCKS), "deadline", 1 },
  { CARD ("deadline: 明年\n", BLOCKS), "deadline", 9 },
  { CARD ("deadline: 长期\n", "\n## 谁能领\n\n农户。\n"), "block", 11 },
  { CARD ("deadline: 长期\n", "\n## 谁能领\n\n农户。\n\n## 领多少\n\n## 带什么\n\n身份证。\n\n## 去哪办\n\n信用社。\n\n## 哪天截止\n\n长期能办。\n"), "block", 15 },
  { CARD ("deadline: 长期\namount: 很多\n", BLOCKS), "amount", 10 },
  { CARD ("deadline: 长期\nseason: 13\n", BLOCKS), "season", 10 },
  { CARD ("deadline\n", BLOCKS), "front-matter", 9 },
  { "---\nid: 1\ntitle: 没有结尾\n", "front-matter", 1 },
  { "---\nlang: zh-CN\ntitle: 没有编号\n---\n" BLOCKS, "id", 1 },
  { "没有题目的一段话。\n", "title", 1 },
  { "# 某某条例\n\n第一条 没有日期。\n", "day", 1 },
  { "# 某某条例\n\n2020年1月1日 公布\n\n<!-- INFO END -->\n\n", "text", 1 },
};

static void
test_card_mistakes (CzImportFixture *f, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (card_mistakes); i++) {
    cz_import_fixture_text (f, "policies", "policy.md", card_mistakes[i].text);
    g_assert_no_error (f->error);
    g_assert_cmpuint (f->result.not_taken, ==, 1);
    const CzReportLine *line = g_ptr_array_index (f->report, 0);
    g_test_message ("%d: %s", (int) i, line->reason);
    g_assert_cmpstr (line->code, ==, card_mistakes[i].code);
    g_assert_cmpuint (line->line, ==, card_mistakes[i].line);
    g_assert_cmpint (cz_import_exit_status (&f->result, NULL), ==, CZ_EXIT_PARTLY);
  }
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT count(*) FROM policy"), ==, 0);
}

static void
test_card (CzImportFixture *f, gconstpointer data)
{
  g_autofree char *english = cz_import_fixture_write (f, "loan.en.md", "---\nid: 1012\nvariant_of: 12\nlang: en\ntitle: Small loan\nsummary: Loans.\npublisher: Office\n---\n"
                                                                       "\n## Who can get it\n\nFarmers.\n\n## How much\n\n50,000.\n\n## What to bring\n\nCard.\n\n## Where to go\n\nTown.\n\n## Until when\n\nNo end.\n");
  cz_import_fixture_text (f, "policies", "loan.md", CARD ("deadline: 长期\namount: 126 元/亩\naudience: 农户\n", BLOCKS));
  g_assert_no_error (f->error);
  g_assert_cmpuint (f->result.added, ==, 1);
  g_assert_cmpuint (f->result.translations, ==, 8);
  g_assert_cmpuint (f->result.faults, ==, 0);
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT amount_fen FROM policy WHERE amount_per = '亩' AND who = '农户。' AND deadline = '长期能办。' AND deadline_day = 0"), ==, 12600);
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT count(*) FROM translation WHERE lang = 'en' AND text = 'Small loan'"), ==, 1);
  cz_import_fixture_text (f, "policies", "loan.md", CARD ("deadline: 长期\namount: 126 元/亩\naudience: 农户\n", BLOCKS));
  g_assert_cmpuint (f->result.same, ==, 1);
  g_assert_cmpuint (f->result.translations, ==, 0);
  (void) g_remove (english);
}

/* The old one may come first or last; both know of each other afterwards, and nothing changes the second time. */
static void
test_replaced_card (CzImportFixture *f, gconstpointer data)
{
  static const char *new_card = "---\nid: 13\ntitle: 新贷款\nsummary: 新。\npublisher: 局\nissued: 2026-06-01\ndeadline: 长期\nreplaces: 12\n---\n" BLOCKS;
  static const char *old_card = CARD ("deadline: 长期\n", BLOCKS);
  for (int round = 0; round < 2; round++) {
    cz_import_fixture_text (f, "policies", round ? "b.md" : "a.md", round ? old_card : new_card);
    g_assert_no_error (f->error);
  }
  g_assert_cmpuint (f->result.superseded, ==, 1);
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT count(*) FROM policy o, policy n WHERE o.title = '小额贷款' AND n.title = '新贷款' AND o.state = 1"
                                               " AND n.state = 0 AND o.replaced_by = n.id AND n.replaces = o.id"), ==, 1);
  cz_import_fixture_text (f, "policies", "b.md", old_card);
  g_assert_cmpuint (f->result.same, ==, 1);
  g_assert_cmpuint (f->result.superseded, ==, 0);
}

static void
test_three_versions (CzImportFixture *f, gconstpointer data)
{
  static const char *const days[] = { "2015-01-01", "2022-01-01", "2012-01-01" };
  for (gsize i = 0; i < G_N_ELEMENTS (days); i++) {
    g_autofree char *name = g_strdup_printf ("条例(%s).md", days[i]);
    cz_import_fixture_text (f, "policies", name, "# 某某条例\n\n2010年3月1日 公布\n\n2012年5月1日 施行\n\n<!-- INFO END -->\n\n## 第一章\n\n第一条 正文。\n");
    g_assert_no_error (f->error);
  }
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT count(*) FROM policy WHERE kind = 2"), ==, 3);
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT count(*) FROM policy WHERE state = 1"), ==, 2);
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT count(*) FROM policy a, policy b, policy c WHERE a.issued_day < b.issued_day AND b.issued_day < c.issued_day"
                                               " AND a.replaced_by = b.id AND b.replaced_by = c.id AND c.replaced_by = 0 AND c.state = 0 AND c.replaces = b.id"
                                               " AND b.replaces = a.id AND a.replaces = 0"), ==, 1);
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT count(*) FROM policy WHERE effective_day = 15461"), ==, 3);
}

static void
test_notices (CzImportFixture *f, gconstpointer data)
{
  g_autofree char *english = cz_import_fixture_write (f, "cold.en.md", "---\nid: 3\nlang: en\ntitle: Cold\npublisher: Office\n---\nWarm up.\n");
  cz_import_fixture_text (f, "notices", "cold.md", "---\nid: 3\ntitle: 降温\npublisher: 局\nregion: 990101\nissued: 2026-11-23\nfrom: 2026-11-23\nto: 长期\n---\n\n请护好大棚。\n");
  g_assert_no_error (f->error);
  g_assert_cmpuint (f->result.added, ==, 1);
  g_assert_cmpuint (f->result.translations, ==, 3);
  cz_import_fixture_text (f, "notices", "b.md", "---\nid: 4\ntitle: 倒\npublisher: 局\nfrom: 2026-11-23\nto: 2026-11-22\n---\n\n字。\n");
  g_assert_cmpuint (cz_import_fixture_reported (f, "not_taken", "to"), ==, 1);
  cz_import_fixture_text (f, "notices", "b.md", "---\nid: 4\ntitle: 空\npublisher: 局\nfrom: 2026-11-23\nto: 2026-11-24\n---\n\n");
  g_assert_cmpuint (cz_import_fixture_reported (f, "not_taken", "text"), ==, 1);
  g_assert_false (cz_import_fixture_run (f, "notices", english) && FALSE);
  g_assert_error (f->error, CZ_IMPORT_ERROR, CZ_IMPORT_ERROR_REFUSED);
}

/* The whole demo county goes in without a word in the report. */
static void
test_demo (CzImportFixture *f, gconstpointer data)
{
  static const char *const kinds[] = { "regions", "markets", "distances", "products", "policies", "notices" };
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++) {
    gboolean table = i < 4;
    g_autofree char *name = g_strconcat (kinds[i], table ? ".csv" : "", NULL);
    g_autofree char *path = g_build_filename (CZ_SOURCE_DIR, "assets", "demo", name, NULL);
    cz_import_fixture_run (f, kinds[i], path);
    g_assert_no_error (f->error);
    g_assert_cmpuint (f->result.added + f->result.changed + f->result.same, ==, f->result.rows);
    g_assert_cmpuint (f->result.rows, >, 0);
    g_assert_cmpuint (f->result.faults, ==, 0);
    g_assert_cmpint (cz_import_exit_status (&f->result, NULL), ==, CZ_EXIT_DONE);
  }
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add ("/import/kinds/" path, CzImportFixture, NULL, set_up, func, cz_import_fixture_tear_down)
  for (gsize i = 0; i < G_N_ELEMENTS (mistakes); i++) {
    g_autofree char *path = g_strdup_printf ("/import/kinds/mistake/%02d-%s-%s", (int) i, mistakes[i].kind, mistakes[i].code);
    g_test_add (path, CzImportFixture, &mistakes[i], set_up, test_mistake, cz_import_fixture_tear_down);
  }
  ADD ("places", test_places);
  ADD ("products", test_products);
  ADD ("card-mistakes", test_card_mistakes);
  ADD ("card", test_card);
  ADD ("replaced-card", test_replaced_card);
  ADD ("three-versions", test_three_versions);
  ADD ("notices", test_notices);
  ADD ("demo", test_demo);
  return g_test_run ();
}
