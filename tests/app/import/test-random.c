/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <locale.h>
#include <string.h>

#include "tests/app/import/cz-import-fixture.h"

/* Ten thousand lines, each hurt in some way: nothing crashes, every line has a fate, and what was in the hub stays. */

#define N_LINES 10000

static const char *const cells[] = {
  "2026-11-20", "2026-11-2", "115.05.15", "1960M01", "东关市场", "城南市场", "同名市场", "白菜", "鸡蛋", "秦冠（箱）", "一级", "批发",
  "零售", "1.00", "0", "-1", "1,234.5", "", "元/斤", "元/个", "公斤", "=1+1", "休市", "0.0000001", "99999999999999999999", "\t", "　", "é",
};

static char *
random_line (GRand *rand)
{
  GString *line = g_string_new (NULL);
  if (g_rand_int_range (rand, 0, 4) == 0) {
    guint n = (guint) g_rand_int_range (rand, 1, 14);
    for (guint i = 0; i < n; i++)
      g_string_append_printf (line, "%s%s", i > 0 ? "," : "", cells[g_rand_int_range (rand, 0, G_N_ELEMENTS (cells))]);
  } else {
    g_string_printf (line, "2026-%02d-%02d,%s,白菜,%s,批发,%d,%d,%d,元/斤", g_rand_int_range (rand, 1, 13), g_rand_int_range (rand, 1, 32),
                     g_rand_boolean (rand) ? "东关市场" : "城南市场", g_rand_boolean (rand) ? "一级" : "", g_rand_int_range (rand, 0, 5), g_rand_int_range (rand, 0, 5),
                     g_rand_int_range (rand, 0, 5));
    for (int hits = g_rand_int_range (rand, 0, 3); hits > 0; hits--)
      line->str[g_rand_int_range (rand, 0, (gint32) line->len)] = "abz019.,-/ "[g_rand_int_range (rand, 0, 11)];
  }
  /* A byte hit in the middle of a character would refuse the whole file, rightly; here the lines are meant. */
  char *sound = g_utf8_make_valid (line->str, (gssize) line->len);
  g_string_free (line, TRUE);
  return sound;
}

static void
test_lines (CzImportFixture *f, gconstpointer data)
{
  guint32 seed = (guint32) g_test_rand_int_range (1, G_MAXINT32);
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  g_autoptr (GString) list = g_string_new ("day,market,product,grade,kind,low,mid,high,unit\n");
  guint blank = 0;
  g_test_message ("seed %u", seed);
  for (guint i = 0; i < N_LINES; i++) {
    g_autofree char *line = random_line (rand);
    g_string_append_printf (list, "%s\n", line);
  }
  cz_import_fixture_text (f, "quotes", "list.csv", list->str);
  g_assert_no_error (f->error);
  const CzImportResult *r = &f->result;
  blank = (guint) r->blank;
  g_test_message ("taken %d, held %d, not taken %d, blank %u", (int) (r->added + r->same), (int) (r->held + r->held_before), (int) r->not_taken, blank);
  g_assert_cmpuint (r->lines, ==, N_LINES + 1);
  g_assert_cmpuint (r->rows + r->blank + r->headers + r->passed, ==, N_LINES + 1);
  g_assert_cmpuint (r->added + r->held + r->held_before + r->not_taken, ==, r->rows);
  g_assert_cmpuint (r->added, >, 100);
  g_assert_cmpuint (r->not_taken, >, 100);
  g_assert_cmpuint (r->held, >, 100);
  g_assert_cmpint (cz_import_fixture_count (f, "SELECT count(*) FROM quote"), ==, (gint64) r->added);
  for (guint i = 0; i < f->report->len; i++) {
    const CzReportLine *line = g_ptr_array_index (f->report, i);
    g_assert_cmpuint (line->line, >, 1);
    g_assert_cmpuint (line->line, <=, N_LINES + 1);
    g_assert_cmpstr (line->code, !=, "");
    g_assert_cmpstr (line->reason, !=, "");
  }
}

/* With quotation marks too: rows may swallow lines, still every line is in one of them, or the file is refused whole. */
static void
test_quoted (CzImportFixture *f, gconstpointer data)
{
  guint32 seed = (guint32) g_test_rand_int_range (1, G_MAXINT32);
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  g_test_message ("seed %u", seed);
  for (guint round = 0; round < 40; round++) {
    g_autoptr (GString) list = g_string_new ("day,market,product,grade,kind,low,mid,high,unit\n");
    gint64 before = cz_import_fixture_count (f, "SELECT count(*) FROM quote");
    for (guint i = 0; i < 100; i++) {
      g_autofree char *line = random_line (rand);
      gsize at = strcspn (line, ",");
      if (g_rand_int_range (rand, 0, 20) == 0 && line[at] == ',')
        line[g_rand_boolean (rand) ? 0 : at] = '"';
      g_string_append_printf (list, "%s\n", line);
    }
    if (!cz_import_fixture_text (f, "quotes", "list.csv", list->str)) {
      g_assert_cmpint (cz_import_fixture_count (f, "SELECT count(*) FROM quote"), ==, before);
      continue;
    }
    g_assert_cmpuint (f->result.lines, ==, 101);
    g_assert_cmpint (cz_import_fixture_count (f, "SELECT count(*) FROM quote"), ==, before + (gint64) f->result.added);
  }
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/import/random/lines", CzImportFixture, NULL, cz_import_fixture_set_up, test_lines, cz_import_fixture_tear_down);
  g_test_add ("/import/random/quoted", CzImportFixture, NULL, cz_import_fixture_set_up, test_quoted, cz_import_fixture_tear_down);
  return g_test_run ();
}
