/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/app/sheet/cz-test-zip.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

void
cz_test_zip_write (const char *path, const char *const *parts)
{
  struct archive *zip = archive_write_new ();
  g_assert_cmpint (archive_write_set_format_zip (zip), ==, ARCHIVE_OK);
  g_assert_cmpint (archive_write_open_filename (zip, path), ==, ARCHIVE_OK);
  for (gsize i = 0; parts[i] != NULL; i += 2) {
    struct archive_entry *entry = archive_entry_new ();
    archive_entry_set_pathname (entry, parts[i]);
    archive_entry_set_size (entry, (la_int64_t) strlen (parts[i + 1]));
    archive_entry_set_filetype (entry, AE_IFREG);
    archive_entry_set_perm (entry, 0644);
    g_assert_cmpint (archive_write_header (zip, entry), ==, ARCHIVE_OK);
    g_assert_cmpint (archive_write_data (zip, parts[i + 1], strlen (parts[i + 1])), >=, 0);
    archive_entry_free (entry);
  }
  g_assert_cmpint (archive_write_close (zip), ==, ARCHIVE_OK);
  archive_write_free (zip);
}

void
cz_test_xlsx_write (const char *path, const char *rows, const char *strings)
{
  g_autofree char *sheet = g_strdup_printf ("<?xml version=\"1.0\"?><worksheet><sheetData>%s</sheetData></worksheet>", rows);
  g_autofree char *shared = g_strdup_printf ("<?xml version=\"1.0\"?><sst>%s</sst>", strings);
  const char *parts[] = {
    "xl/workbook.xml",
    "<workbook xmlns:r=\"r\"><sheets><sheet name=\"价格\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>",
    "xl/_rels/workbook.xml.rels",
    "<Relationships><Relationship Id=\"rId1\" Type=\"http://x/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>",
    "xl/styles.xml",
    "<styleSheet><numFmts><numFmt numFmtId=\"170\" formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;\"/></numFmts>"
    "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"170\"/></cellXfs></styleSheet>",
    "xl/worksheets/sheet1.xml",
    sheet,
    "xl/sharedStrings.xml",
    shared,
    NULL,
  };
  cz_test_zip_write (path, parts);
}
