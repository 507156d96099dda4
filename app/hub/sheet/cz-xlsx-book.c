/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/sheet/cz-xlsx-parts.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_SHEETS 256
#define MAX_FORMATS 65536

typedef struct {
  XML_Parser parser;
  CzXlsxBook *book;
  gboolean in_text;
  gboolean in_cell_formats;
  int phonetic; /* depth inside rPh: reading aids, not text */
  gboolean full;
} BookReader;

static void
sheet_free (gpointer data)
{
  CzXlsxSheet *sheet = data;
  g_free (sheet->name);
  g_free (sheet->relation);
  g_free (sheet->part);
  g_free (sheet);
}

void
cz_xlsx_book_free (CzXlsxBook *book)
{
  g_free (book->path);
  g_ptr_array_unref (book->sheets);
  g_string_free (book->string_bytes, TRUE);
  g_array_unref (book->string_at);
  g_array_unref (book->format_is_date);
  g_hash_table_unref (book->custom_dates);
  g_free (book);
}

/* Handlers get the parser; what they work on hangs on it. */
#define READER(data) ((BookReader *) XML_GetUserData (data))

static void XMLCALL
workbook_start (void *data, const XML_Char *name, const XML_Char **attributes)
{
  BookReader *reader = READER (data);
  const char *local = cz_xlsx_local (name);
  if (g_str_equal (local, "workbookPr")) {
    const char *since = cz_xlsx_attribute (attributes, "date1904");
    reader->book->since_1904 = since != NULL && (g_str_equal (since, "1") || g_str_equal (since, "true"));
  }
  if (!g_str_equal (local, "sheet") || reader->book->sheets->len == MAX_SHEETS)
    return;
  CzXlsxSheet *sheet = g_new0 (CzXlsxSheet, 1);
  sheet->name = g_strdup (cz_xlsx_attribute (attributes, "name"));
  sheet->relation = g_strdup (cz_xlsx_attribute (attributes, "id"));
  if (sheet->name == NULL)
    sheet->name = g_strdup ("");
  g_ptr_array_add (reader->book->sheets, sheet);
}

static void XMLCALL
relations_start (void *data, const XML_Char *name, const XML_Char **attributes)
{
  BookReader *reader = READER (data);
  const char *id = cz_xlsx_attribute (attributes, "Id");
  const char *target = cz_xlsx_attribute (attributes, "Target");
  const char *type = cz_xlsx_attribute (attributes, "Type");
  if (id == NULL || target == NULL || type == NULL || !g_str_has_suffix (type, "/worksheet"))
    return;
  for (guint i = 0; i < reader->book->sheets->len; i++) {
    CzXlsxSheet *sheet = g_ptr_array_index (reader->book->sheets, i);
    if (g_strcmp0 (sheet->relation, id) == 0 && sheet->part == NULL)
      sheet->part = target[0] == '/' ? g_strdup (target + 1) : g_strconcat ("xl/", target, NULL);
  }
}

static guint64
attribute_number (const XML_Char **attributes, const char *local)
{
  const char *text = cz_xlsx_attribute (attributes, local);
  return text != NULL ? g_ascii_strtoull (text, NULL, 10) : 0;
}

static void XMLCALL
styles_start (void *data, const XML_Char *name, const XML_Char **attributes)
{
  BookReader *reader = READER (data);
  const char *local = cz_xlsx_local (name);
  if (g_str_equal (local, "cellXfs")) {
    reader->in_cell_formats = TRUE;
  } else if (g_str_equal (local, "numFmt")) {
    const char *code = cz_xlsx_attribute (attributes, "formatCode");
    guint id = (guint) attribute_number (attributes, "numFmtId");
    if (code != NULL && cz_sheet_format_is_date (code) && g_hash_table_size (reader->book->custom_dates) < MAX_FORMATS)
      g_hash_table_add (reader->book->custom_dates, GUINT_TO_POINTER (id));
  } else if (reader->in_cell_formats && g_str_equal (local, "xf") && reader->book->format_is_date->len < MAX_FORMATS) {
    guint64 id = attribute_number (attributes, "numFmtId");
    gboolean date = cz_sheet_format_id_is_date (id) || g_hash_table_contains (reader->book->custom_dates, GUINT_TO_POINTER ((guint) id));
    g_array_append_val (reader->book->format_is_date, date);
  }
}

static void XMLCALL
styles_end (void *data, const XML_Char *name)
{
  if (g_str_equal (cz_xlsx_local (name), "cellXfs"))
    READER (data)->in_cell_formats = FALSE;
}

static void XMLCALL
strings_start (void *data, const XML_Char *name, const XML_Char **attributes)
{
  BookReader *reader = READER (data);
  const char *local = cz_xlsx_local (name);
  if (g_str_equal (local, "si")) {
    gsize at = reader->book->string_bytes->len;
    g_array_append_val (reader->book->string_at, at);
    reader->full = reader->full || reader->book->string_at->len > CZ_SHEET_MAX_STRINGS;
  }
  reader->phonetic += g_str_equal (local, "rPh");
  reader->in_text = g_str_equal (local, "t") && reader->phonetic == 0 && reader->book->string_at->len > 0;
  if (reader->full)
    XML_StopParser (data, XML_FALSE);
}

static void XMLCALL
strings_end (void *data, const XML_Char *name)
{
  BookReader *reader = READER (data);
  const char *local = cz_xlsx_local (name);
  if (g_str_equal (local, "si"))
    g_string_append_c (reader->book->string_bytes, '\0');
  reader->phonetic -= g_str_equal (local, "rPh");
  reader->in_text = FALSE;
}

static void XMLCALL
strings_text (void *data, const XML_Char *text, int len)
{
  BookReader *reader = READER (data);
  if (!reader->in_text)
    return;
  g_string_append_len (reader->book->string_bytes, text, len);
  if (reader->book->string_bytes->len > CZ_SHEET_MAX_STRING_BYTES) {
    reader->full = TRUE;
    XML_StopParser (data, XML_FALSE);
  }
}

typedef struct {
  const char *part;
  XML_StartElementHandler start;
  XML_EndElementHandler end;
  XML_CharacterDataHandler text;
  gboolean must;
} BookPart;

static const BookPart book_parts[] = {
  { "xl/workbook.xml", workbook_start, NULL, NULL, TRUE },
  { "xl/_rels/workbook.xml.rels", relations_start, NULL, NULL, TRUE },
  { "xl/styles.xml", styles_start, styles_end, NULL, FALSE },
  { "xl/sharedStrings.xml", strings_start, strings_end, strings_text, FALSE },
};

static gboolean
no_workbook (CzXlsxBook *book, GError **error)
{
  static const char *const others[][2] = {
    { "word/document.xml", N_ ("a Word document") },
    { "ppt/presentation.xml", N_ ("a presentation") },
    { "content.xml", N_ ("an OpenDocument file") },
    { "xl/workbook.bin", N_ ("a binary workbook (.xlsb)") },
  };
  const char *what = N_ ("a zip archive without a workbook");
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++) {
    CzXlsxPart part;
    gboolean found = FALSE;
    if (cz_xlsx_part_open (&part, book, others[i][0], &found, NULL) && found) {
      what = others[i][1];
      cz_xlsx_part_close (&part);
      break;
    }
  }
  g_set_error (error, CZ_SHEET_ERROR, CZ_SHEET_ERROR_MISLABELLED, _("%s: is %s. Save the table as .xlsx or .csv"), book->path, _(what));
  return FALSE;
}

static gboolean
read_part (CzXlsxBook *book, const BookPart *wanted, GError **error)
{
  CzXlsxPart part;
  gboolean found;
  if (!cz_xlsx_part_open (&part, book, wanted->part, &found, error))
    return FALSE;
  if (!found)
    return !wanted->must || no_workbook (book, error);
  BookReader reader = { .parser = part.parser, .book = book };
  XML_SetUserData (part.parser, &reader);
  XML_UseParserAsHandlerArg (part.parser);
  XML_SetElementHandler (part.parser, wanted->start, wanted->end);
  XML_SetCharacterDataHandler (part.parser, wanted->text);
  gboolean ok = TRUE;
  while (ok && !part.at_end)
    ok = cz_xlsx_part_feed (&part, error);
  if (reader.full) {
    g_clear_error (error);
    g_set_error (error, CZ_SHEET_ERROR, CZ_SHEET_ERROR_TOO_LARGE, _("%s: holds more text than is read. Save the table as .csv"), book->path);
    ok = FALSE;
  }
  cz_xlsx_part_close (&part);
  return ok;
}

CzXlsxBook *
cz_xlsx_book_read (const char *path, GError **error)
{
  g_autoptr (CzXlsxBook) book = g_new0 (CzXlsxBook, 1);
  struct stat st = { 0 };
  book->path = g_strdup (path);
  book->sheets = g_ptr_array_new_with_free_func (sheet_free);
  book->string_bytes = g_string_new (NULL);
  book->string_at = g_array_new (FALSE, FALSE, sizeof (gsize));
  book->format_is_date = g_array_new (FALSE, FALSE, sizeof (gboolean));
  book->custom_dates = g_hash_table_new (NULL, NULL);
  if (stat (path, &st) == 0)
    book->file_bytes = (guint64) st.st_size;
  for (gsize i = 0; i < G_N_ELEMENTS (book_parts); i++)
    if (!read_part (book, &book_parts[i], error))
      return NULL;
  return g_steal_pointer (&book);
}
