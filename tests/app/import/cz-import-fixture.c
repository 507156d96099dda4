/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/app/import/cz-import-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

#include "app/hub/sheet/cz-sheet.h"
#include "cz-config.h"
#include "sync/model/cz-vocab.h"
#include "sync/store/cz-db.h"

static void
line_free (gpointer data)
{
  CzReportLine *line = data;
  char *texts[] = { line->cell, line->field, line->value, line->status, line->code, line->reason, line->todo };
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (texts[i]);
  g_free (line);
}

static void
add_places_and_products (CzImportFixture *f)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = cz_import_fixture_text (f, "products", "products.csv", "product,class,name,unit\nLA1,菜,白菜,公斤\nE1,肉蛋,鸡蛋,个\nA1,果,苹果,斤\nA2,果,秦冠（箱）,斤\n");
  g_assert_no_error (f->error);
  g_assert_true (ok);
  ok = cz_import_fixture_text (f, "markets", "markets.csv", "market,region,name,kind\n1,990101,东关市场,批发\n2,990101,城南市场,集市\n3,990101,同名市场,集市\n4,990101,同名市场,集市\n");
  g_assert_no_error (f->error);
  g_assert_true (ok);
}

void
cz_import_fixture_set_up (CzImportFixture *f, gconstpointer data)
{
  cz_hub_fixture_set_up (&f->base, data);
  f->report = g_ptr_array_new_with_free_func (line_free);
  add_places_and_products (f);
}

void
cz_import_fixture_tear_down (CzImportFixture *f, gconstpointer data)
{
  g_clear_error (&f->error);
  g_ptr_array_unref (f->report);
  cz_hub_fixture_tear_down (&f->base, data);
}

char *
cz_import_fixture_write (CzImportFixture *f, const char *name, const char *bytes)
{
  g_autoptr (GError) error = NULL;
  char *path = g_build_filename (f->base.folder, name, NULL);
  (void) g_unlink (path);
  gboolean ok = g_file_set_contents_full (path, bytes, -1, G_FILE_SET_CONTENTS_NONE, 0600, &error);
  g_assert_no_error (error);
  g_assert_true (ok);
  return path;
}

static char *
cell (const CzSheetRow *row, guint i)
{
  return g_strdup (i < row->n_cells ? row->cells[i].text : "");
}

static void
read_report (CzImportFixture *f, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzSheet) sheet = cz_sheet_open (path, NULL, &error);
  CzSheetRow row;
  gboolean end = FALSE;
  g_ptr_array_set_size (f->report, 0);
  g_assert_no_error (error);
  while (cz_sheet_next (sheet, &row, &end, NULL, &error) && !end) {
    g_assert_null (row.problem);
    g_assert_cmpuint (row.n_cells, ==, 10);
    if (row.line == 1 || g_str_equal (row.cells[6].text, "total"))
      continue;
    CzReportLine *line = g_new0 (CzReportLine, 1);
    line->line = g_ascii_strtoull (row.cells[1].text, NULL, 10);
    line->column = g_ascii_strtoull (row.cells[2].text, NULL, 10);
    line->cell = cell (&row, 3);
    line->field = cell (&row, 4);
    line->value = cell (&row, 5);
    line->status = cell (&row, 6);
    line->code = cell (&row, 7);
    line->reason = cell (&row, 8);
    line->todo = cell (&row, 9);
    g_ptr_array_add (f->report, line);
  }
  g_assert_no_error (error);
}

void
cz_import_fixture_check_sums (const CzImportFixture *f)
{
  const CzImportResult *r = &f->result;
  g_assert_cmpuint (r->rows, ==, r->added + r->changed + r->same + r->held + r->held_before + r->not_taken);
}

gboolean
cz_import_fixture_run (CzImportFixture *f, const char *kind, const char *path)
{
  const char *files[] = { path, NULL };
  g_autofree char *report = g_build_filename (f->base.folder, "report.csv", NULL);
  g_clear_error (&f->error);
  f->options.kind = kind;
  f->options.files = files;
  f->options.report = report;
  gboolean ok = cz_import_run (f->base.hub, &f->options, &f->result, &f->error);
  f->options.files = NULL;
  f->options.report = NULL;
  g_assert_true (ok == (f->error == NULL));
  if (ok) {
    read_report (f, report);
    cz_import_fixture_check_sums (f);
    g_assert_cmpuint (cz_import_fixture_reported (f, "held", NULL), ==, f->result.held + f->result.held_before);
    g_assert_cmpuint (cz_import_fixture_reported (f, "not_taken", NULL), ==, f->result.not_taken + f->result.faults);
    g_assert_cmpuint (cz_import_fixture_reported (f, "passed", NULL), ==, f->result.passed + f->result.unread_columns);
  }
  return ok;
}

gboolean
cz_import_fixture_text (CzImportFixture *f, const char *kind, const char *name, const char *bytes)
{
  g_autofree char *path = cz_import_fixture_write (f, name, bytes);
  return cz_import_fixture_run (f, kind, path);
}

guint
cz_import_fixture_reported (CzImportFixture *f, const char *status, const char *code)
{
  guint n = 0;
  for (guint i = 0; i < f->report->len; i++) {
    const CzReportLine *line = g_ptr_array_index (f->report, i);
    n += g_str_equal (line->status, status) && (code == NULL || g_str_equal (line->code, code));
  }
  return n;
}

gint64
cz_import_fixture_count (CzImportFixture *f, const char *sql)
{
  return cz_db_int (cz_hub_db (f->base.hub), sql, -1);
}

char *
cz_import_fixture_shared (const char *name)
{
  char *path = g_build_filename (CZ_SOURCE_DIR, "..", "shared", "data", name, NULL);
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return path;
  g_test_skip ("../shared is not there");
  g_free (path);
  return NULL;
}

char *
cz_import_fixture_map (const char *name)
{
  return g_build_filename (CZ_SOURCE_DIR, "tests", "data", "maps", name, NULL);
}
