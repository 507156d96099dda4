/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/sheet/cz-sheet.h"
#include "cz-config.h"

#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>

#include "tests/app/sheet/cz-test-zip.h"

static char *
path_in (const char *folder, const char *name)
{
  return g_build_filename (folder, name, NULL);
}

static char *
write_file (const char *folder, const char *name, const char *bytes, gssize n)
{
  g_autoptr (GError) error = NULL;
  char *path = path_in (folder, name);
  (void) g_unlink (path);
  g_assert_true (g_file_set_contents_full (path, bytes, n, G_FILE_SET_CONTENTS_NONE, 0600, &error));
  g_assert_no_error (error);
  return path;
}

/* All rows as "line:a|b|c" lines, or the error's code. */
static char *
read_all (const char *path, const CzSheetOptions *options, GError **error)
{
  g_autoptr (CzSheet) sheet = cz_sheet_open (path, options, error);
  g_autoptr (GString) text = g_string_new (NULL);
  CzSheetRow row;
  gboolean end = FALSE;
  guint64 blank = 0;
  if (sheet == NULL)
    return NULL;
  for (;;) {
    if (!cz_sheet_next (sheet, &row, &end, &blank, error))
      return NULL;
    if (end)
      return g_string_free (g_steal_pointer (&text), FALSE);
    g_string_append_printf (text, "%d:", (int) row.line);
    for (guint i = 0; i < row.n_cells; i++) {
      g_assert_cmpuint (strlen (row.cells[i].text), ==, row.cells[i].len);
      g_assert_true (g_utf8_validate (row.cells[i].text, -1, NULL));
      g_string_append_printf (text, "%s%s", i > 0 ? "|" : "", row.cells[i].text);
    }
    g_string_append_printf (text, "%s\n", row.problem != NULL ? "!" : "");
  }
}

typedef struct {
  char *folder;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->folder = g_dir_make_tmp ("cz-sheet-XXXXXX", NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (f->folder, 0, NULL);
  const char *name;
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = path_in (f->folder, name);
    g_assert_cmpint (g_unlink (path), ==, 0);
  }
  g_assert_cmpint (g_rmdir (f->folder), ==, 0);
  g_free (f->folder);
}

static void
check_rows (Fixture *f, const char *name, const char *bytes, gssize n, const char *wanted)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = write_file (f->folder, name, bytes, n);
  g_autofree char *rows = read_all (path, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (rows, ==, wanted);
}

static void
test_csv_shapes (Fixture *f, gconstpointer data)
{
  static const struct {
    const char *bytes, *wanted;
  } cases[] = {
    { "a,b\n1,2\n", "1:a|b\n2:1|2\n" },
    { "\xef\xbb\xbf" "a,b\r\n1,2\r\n", "1:a|b\n2:1|2\n" },
    { "a,b\n1,2", "1:a|b\n2:1|2\n" },
    { "a,\"x,y\"\n\"he said \"\"no\"\"\",2\n", "1:a|x,y\n2:he said \"no\"|2\n" },
    { "a,b\n\"two\nlines\",2\n3,4\n", "1:a|b\n2:two\nlines|2\n4:3|4\n" },
    { "a,b\n\n,\n \t,\xe3\x80\x80\n1,2\n", "1:a|b\n5:1|2\n" },
    { "a,,\n,b,\n", "1:a||\n2:|b|\n" },
    { "a\"b,5\" pipe\n", "1:a\"b|5\" pipe\n" },
    { "\"a\"x,b\nc,d\n", "1:ax|b!\n2:c|d\n" },
    { "\"\",\"\"\nx,\"\"\n", "2:x|\n" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    check_rows (f, "a.csv", cases[i].bytes, -1, cases[i].wanted);
}

static void
test_csv_gb18030 (Fixture *f, gconstpointer data)
{
  gsize n = 0;
  /* 镕 is in GB18030 and GBK; the last one, U+20000, needs four bytes there. */
  const char *text = "日期,品名\n2026-11-22,白菜\n2026-11-22,朱镕\n2026-11-22,\xf0\xa0\x80\x80\n";
  g_autofree char *gb = g_convert (text, -1, "GB18030", "UTF-8", NULL, &n, NULL);
  g_assert_nonnull (gb);
  check_rows (f, "gb.csv", gb, (gssize) n, "1:日期|品名\n2:2026-11-22|白菜\n3:2026-11-22|朱镕\n4:2026-11-22|\xf0\xa0\x80\x80\n");
}

/* Rows whose ends fall on every side of the reader's buffer, in both encodings. */
static void
test_csv_long (Fixture *f, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new ("号,名\n");
  const guint n_rows = 120000;
  for (guint i = 0; i < n_rows; i++)
    g_string_append_printf (text, i % 7 == 0 ? "%u,\"大白菜,%u\n号\"\n" : "%u,大白菜%u\n", i, i);
  gsize n = 0;
  g_autofree char *gb = g_convert (text->str, (gssize) text->len, "GB18030", "UTF-8", NULL, &n, NULL);
  for (guint round = 0; round < 2; round++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *path = write_file (f->folder, "long.csv", round ? gb : text->str, (gssize) (round ? n : text->len));
    g_autoptr (CzSheet) sheet = cz_sheet_open (path, NULL, &error);
    g_assert_no_error (error);
    CzSheetRow row;
    gboolean end = FALSE;
    guint64 lines = 0;
    for (guint i = 0;; i++) {
      g_assert_true (cz_sheet_next (sheet, &row, &end, NULL, &error));
      if (end) {
        g_assert_cmpuint (i, ==, n_rows + 1);
        break;
      }
      g_assert_cmpuint (row.n_cells, ==, 2);
      g_assert_cmpuint (row.line, ==, lines + 1);
      lines += row.n_lines;
      g_autofree char *number = g_strdup_printf ("%u", i - 1);
      if (i > 0)
        g_assert_cmpstr (row.cells[0].text, ==, number);
    }
  }
}

typedef struct {
  const char *name, *bytes;
  gssize n;
  int code;
  const char *says; /* must stand in the message */
} Refusal;

static void
test_refusals (Fixture *f, gconstpointer data)
{
  static const Refusal cases[] = {
    { "a.csv", "PK\003\004xxxx", 8, CZ_SHEET_ERROR_MISLABELLED, ".xlsx" },
    { "a.csv", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1xxxx", 12, CZ_SHEET_ERROR_MISLABELLED, "Excel 97-2003" },
    { "a.csv", "\x09\x08\x10\x00xxxx", 8, CZ_SHEET_ERROR_MISLABELLED, "Excel 4" },
    { "a.xls", "<html><table><tr><td>1</td></tr></table>", -1, CZ_SHEET_ERROR_MISLABELLED, "HTML" },
    { "a.xls", "\xef\xbb\xbf \n<!DOCTYPE html>", -1, CZ_SHEET_ERROR_MISLABELLED, "HTML" },
    { "a.xls", "day,market\n1,2\n", -1, CZ_SHEET_ERROR_MISLABELLED, "plain text" },
    { "a.xls", "<?xml version=\"1.0\"?><Workbook/>", -1, CZ_SHEET_ERROR_MISLABELLED, "XML" },
    { "a.xlsx", "day,market\n1,2\n", -1, CZ_SHEET_ERROR_MISLABELLED, "plain text" },
    { "a.xlsx", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1xxxx", 12, CZ_SHEET_ERROR_MISLABELLED, "Excel 97-2003" },
    { "a.csv", "%PDF-1.7", -1, CZ_SHEET_ERROR_MISLABELLED, "PDF" },
    { "a.csv", "\x89PNG\r\n", -1, CZ_SHEET_ERROR_MISLABELLED, "picture" },
    { "a.csv", "\xff\xfe" "d\0a\0", 6, CZ_SHEET_ERROR_MISLABELLED, "UTF-16" },
    { "a.csv", "", 0, CZ_SHEET_ERROR_MISLABELLED, "empty" },
    { "a.csv", "{\"a\": [1]}", -1, CZ_SHEET_ERROR_MISLABELLED, "JSON" },
    { "a.doc", "\x00\x01\x02", 3, CZ_SHEET_ERROR_MISLABELLED, "binary" },
    { "a.csv", "a,b\n1,\xff\xff\n", -1, CZ_SHEET_ERROR_ENCODING, "line 2" },
    { "a.csv", "日期,市场,品名,等级,类型,最低,平均\n1,2\n3,\xff\n", -1, CZ_SHEET_ERROR_ENCODING, "line 3" },
    { "a.csv", "a,b\n1,\"open\n2,3\n", -1, CZ_SHEET_ERROR_SYNTAX, "line 2" },
    { "a.csv", "a,b\r1,2\r", -1, CZ_SHEET_ERROR_SYNTAX, "CR" },
    { "a.json", "{\"Data\": [{\"a\": 1},]}", -1, CZ_SHEET_ERROR_SYNTAX, "line 1" },
    { "a.json", "[{\"a\": 1},\n{\"a\": \"x]", -1, CZ_SHEET_ERROR_SYNTAX, "line 2" },
    { "a.json", "[[[1]]]", -1, CZ_SHEET_ERROR_SYNTAX, "line 1" },
    { "a.xlsx", "PK\003\004xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", -1, CZ_SHEET_ERROR_DAMAGED, "damaged" },
    { "a.xls", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1xxxx", 12, CZ_SHEET_ERROR_DAMAGED, "damaged" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *path = write_file (f->folder, cases[i].name, cases[i].bytes, cases[i].n);
    g_autofree char *rows = read_all (path, NULL, &error);
    g_test_message ("case %d: %s", (int) i, error != NULL ? error->message : rows);
    g_assert_error (error, CZ_SHEET_ERROR, cases[i].code);
    g_assert_nonnull (strstr (error->message, cases[i].says));
    g_assert_nonnull (strstr (error->message, path));
  }
  g_autoptr (GError) error = NULL;
  g_assert_null (cz_sheet_open ("/nonexistent/a.csv", NULL, &error));
  g_assert_error (error, CZ_SHEET_ERROR, CZ_SHEET_ERROR_ABSENT);
}

static void
test_xlsx (Fixture *f, gconstpointer data)
{
  g_autofree char *path = path_in (f->folder, "a.xlsx");
  g_autoptr (GError) error = NULL;
  cz_test_xlsx_write (path,
                      "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"C1\" t=\"inlineStr\"><is><t>市场</t></is></c></row>"
                      "<row r=\"3\"><c r=\"A3\" s=\"1\"><v>46348</v></c><c r=\"B3\" s=\"2\"><v>46348</v></c>"
                      "<c r=\"C3\"><v>64.099999999999994</v></c><c r=\"D3\" t=\"str\"><f>A1</f><v>公式</v></c>"
                      "<c r=\"E3\"><v>1E-3</v></c><c r=\"F3\" t=\"b\"><v>1</v></c><c r=\"G3\" t=\"e\"><v>#N/A</v></c></row>"
                      "<row r=\"4\"><c r=\"A4\"/></row>"
                      "<row r=\"9\"><c r=\"A9\" t=\"s\"><v>1</v></c><c r=\"B9\" t=\"s\"><v>99</v></c></row>",
                      "<si><t>日</t><rPh sb=\"0\" eb=\"1\"><t>读音</t></rPh></si><si><r><t>白</t></r><r><t xml:space=\"preserve\">菜 &amp;</t></r></si>");
  g_autofree char *rows = read_all (path, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (rows, ==, "1:日||市场\n3:2026-11-22|2026-11-22|64.1|公式|0.001|1|#N/A\n9:白菜 &|!\n");
  CzSheetRow row = { .sheet = "价格", .line = 7 };
  g_autofree char *cell = cz_sheet_cell_name (&row, 2);
  g_autofree char *far = cz_sheet_cell_name (&row, 702);
  g_assert_cmpstr (cell, ==, "价格!C7");
  g_assert_cmpstr (far, ==, "价格!AAA7");
  CzSheetOptions options = { .only_sheet = "别的" };
  g_autofree char *none = read_all (path, &options, &error);
  g_assert_error (error, CZ_SHEET_ERROR, CZ_SHEET_ERROR_SYNTAX);
}

static void
test_zip_refusals (Fixture *f, gconstpointer data)
{
  static const char *const word[] = { "word/document.xml", "<w/>", NULL };
  static const char *const dtd[] = { "xl/workbook.xml", "<?xml version=\"1.0\"?><!DOCTYPE b [<!ENTITY a \"aaaa\">]><workbook>&a;</workbook>", NULL };
  g_autofree char *path = path_in (f->folder, "a.xlsx");
  g_autoptr (GError) error = NULL;
  cz_test_zip_write (path, word);
  g_assert_null (cz_sheet_open (path, NULL, &error));
  g_assert_error (error, CZ_SHEET_ERROR, CZ_SHEET_ERROR_MISLABELLED);
  g_assert_nonnull (strstr (error->message, "Word"));
  g_clear_error (&error);
  cz_test_zip_write (path, dtd);
  g_assert_null (cz_sheet_open (path, NULL, &error));
  g_assert_error (error, CZ_SHEET_ERROR, CZ_SHEET_ERROR_DAMAGED);
  g_clear_error (&error);
  /* 40 MiB of blanks in 40 KiB. */
  g_autofree char *blanks = g_strnfill (40 * 1024 * 1024, ' ');
  cz_test_xlsx_write (path, blanks, "");
  g_autofree char *rows = read_all (path, NULL, &error);
  g_assert_error (error, CZ_SHEET_ERROR, CZ_SHEET_ERROR_TOO_LARGE);
}

static void
test_json (Fixture *f, gconstpointer data)
{
  check_rows (f, "a.json",
              "{\"RS\": \"OK\", \"n\": {\"deep\": [1, {\"x\": \"]\"}]}, \"Data\": [\n{\"a\": \"\\u767d\\u83dc \\ud840\\udc00\", \"b\": 12.50},\n"
              "{\"b\": null, \"a\": \"x\\\"y\"},\n{\"a\": [1], \"b\": true}]}",
              -1, "2:a|b\n2:白菜 \xf0\xa0\x80\x80|12.5\n3:x\"y|\n4:|true!\n");
  g_autoptr (GError) error = NULL;
  g_autofree char *path = path_in (f->folder, "a.json");
  CzSheetOptions options = { .records = "Rows" };
  g_autofree char *rows = read_all (path, &options, &error);
  g_assert_error (error, CZ_SHEET_ERROR, CZ_SHEET_ERROR_SYNTAX);
  g_assert_null (rows);
}

static char *
real_file (const char *name)
{
  char *path = g_build_filename (CZ_SOURCE_DIR, "..", "shared", "data", name, NULL);
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return path;
  g_test_skip ("../shared is not there");
  g_free (path);
  return NULL;
}

/* A workbook cut short or with bits turned never does more than fail. */
static void
hurt (Fixture *f, const char *name, const char *bytes, gsize n, guint rounds)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20261122);
  guint sound = 0;
  for (guint round = 0; round < rounds; round++) {
    g_autofree char *copy = g_memdup2 (bytes, n);
    gsize length = round % 3 == 0 ? (gsize) g_rand_int_range (rand, 0, (gint32) n) : n;
    for (guint flips = round % 3 == 0 ? 0 : 1 + round % 5; flips > 0; flips--)
      copy[g_rand_int_range (rand, 0, (gint32) (flips == 1 ? MIN (n, 4096) : n))] ^= (char) (1 << g_rand_int_range (rand, 0, 8));
    g_autoptr (GError) error = NULL;
    g_autofree char *path = write_file (f->folder, name, copy, (gssize) length);
    g_autofree char *rows = read_all (path, NULL, &error);
    g_assert_true ((rows == NULL) == (error != NULL));
    g_assert_true (error == NULL || error->domain == CZ_SHEET_ERROR);
    sound += rows != NULL;
  }
  g_test_message ("%s: %u of %u hurt files still read", name, sound, rounds);
}

static void
test_xlsx_hurt (Fixture *f, gconstpointer data)
{
  g_autofree char *path = path_in (f->folder, "whole.xlsx");
  g_autofree char *bytes = NULL;
  gsize n;
  g_autoptr (GString) rows = g_string_new (NULL);
  for (int i = 1; i < 60; i++)
    g_string_append_printf (rows, "<row r=\"%d\"><c r=\"A%d\" t=\"s\"><v>%d</v></c><c r=\"B%d\"><v>%d.5</v></c></row>", i, i, i % 3, i, i);
  cz_test_xlsx_write (path, rows->str, "<si><t>白菜</t></si><si><t>土豆</t></si><si><t>大葱</t></si>");
  g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
  hurt (f, "a.xlsx", bytes, n, 1500);
}

static void
test_xls_real (Fixture *f, gconstpointer data)
{
  g_autofree char *xls = real_file ("tw_amis_daily/112_LA.xls");
  g_autofree char *csv = real_file ("tw_amis_daily/112_LA.converted.csv");
  g_autoptr (GError) error = NULL;
  if (xls == NULL || csv == NULL)
    return;
  g_autofree char *from_xls = read_all (xls, NULL, &error);
  g_assert_no_error (error);
  g_autofree char *from_csv = read_all (csv, NULL, &error);
  g_assert_no_error (error);
  g_auto (GStrv) a = g_strsplit (from_xls, "\n", -1);
  g_auto (GStrv) b = g_strsplit (from_csv, "\n", -1);
  g_assert_cmpuint (g_strv_length (a), ==, g_strv_length (b));
  for (guint i = 0; a[i] != NULL; i++) {
    /* The converted file pads short rows with empty cells. */
    for (gsize n = strlen (b[i]); n > 0 && b[i][n - 1] == '|'; n--)
      b[i][n - 1] = 0;
    g_assert_cmpstr (a[i], ==, b[i]);
  }
}

/* Every kind of cell record, a string over two records, a formula's text: small.xls of make-sheet-corpus.py. */
static void
test_xls_small (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (CZ_SOURCE_DIR, "tests", "fuzz", "corpus", "sheet", "small.xls", NULL);
  g_autofree char *bytes = NULL;
  gsize n;
  g_autoptr (GError) error = NULL;
  g_autofree char *rows = read_all (path, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (rows, ==, "1:day|白菜\n2:2026-11-22|1.25|7|1.5\n3:ok|1|x\n");
  g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
  hurt (f, "a.xls", bytes, n, 2000);
}

static void
test_xls_hurt (Fixture *f, gconstpointer data)
{
  g_autofree char *xls = real_file ("tw_amis_daily/112_LA.xls");
  g_autofree char *bytes = NULL;
  gsize n;
  if (xls == NULL)
    return;
  g_assert_true (g_file_get_contents (xls, &bytes, &n, NULL));
  hurt (f, "a.xls", bytes, n, 150);
}

/* CSV made of the characters that matter, any order: every byte of it is in some row. */
static void
test_csv_random (Fixture *f, gconstpointer data)
{
  static const char letters[] = ",,\"\"\n\r a1";
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  for (guint round = 0; round < 3000; round++) {
    char text[64];
    gsize n = (gsize) g_rand_int_range (rand, 1, sizeof text);
    for (gsize i = 0; i < n; i++)
      text[i] = letters[g_rand_int_range (rand, 0, sizeof letters - 1)];
    g_autoptr (GError) error = NULL;
    g_autofree char *path = write_file (f->folder, "r.csv", text, (gssize) n);
    g_autofree char *rows = read_all (path, NULL, &error);
    g_assert_true (rows != NULL || error->domain == CZ_SHEET_ERROR);
  }
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add ("/sheet/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("csv/shapes", test_csv_shapes);
  ADD ("csv/gb18030", test_csv_gb18030);
  ADD ("csv/long", test_csv_long);
  ADD ("csv/random", test_csv_random);
  ADD ("refusals", test_refusals);
  ADD ("xlsx", test_xlsx);
  ADD ("xlsx/refusals", test_zip_refusals);
  ADD ("xlsx/hurt", test_xlsx_hurt);
  ADD ("xls/real", test_xls_real);
  ADD ("xls/small", test_xls_small);
  ADD ("xls/hurt", test_xls_hurt);
  ADD ("json", test_json);
  return g_test_run ();
}
