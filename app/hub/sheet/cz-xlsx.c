/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/sheet/cz-xlsx-parts.h"

#include <glib/gi18n.h>
#include <string.h>

/* Sheets of an .xlsx, one row at a time: the XML parser is suspended at the end of each row. */

#define MAX_ROW_NUMBER 1048576

typedef enum { CELL_NUMBER, CELL_SHARED, CELL_TEXT, CELL_BOOLEAN } CellType;

typedef struct {
  CzXlsxBook *book;
  char *only_sheet;
  guint sheet; /* the next one to open */
  guint n_read;
  CzXlsxPart part;
  gboolean open;
  gboolean suspended;
  /* the row being put together */
  gboolean row_ready;
  guint64 line;
  GString *text; /* "\0" first: the empty cell */
  gsize at[CZ_SHEET_MAX_CELLS];
  CzCell cells[CZ_SHEET_MAX_CELLS];
  guint n_cells;
  const char *problem;
  /* the cell being put together */
  guint column;
  CellType type;
  guint format;
  GString *value;
  gboolean in_value;
  int phonetic;
} Xlsx;

#define XLSX(data) ((Xlsx *) XML_GetUserData (data))

static void
begin_row (Xlsx *xlsx, const char **attributes)
{
  const char *number = cz_xlsx_attribute (attributes, "r");
  guint64 line = number != NULL ? g_ascii_strtoull (number, NULL, 10) : xlsx->line + 1;
  xlsx->line = CLAMP (line, 1, MAX_ROW_NUMBER);
  xlsx->n_cells = 0;
  xlsx->problem = NULL;
  xlsx->column = (guint) -1;
  g_string_truncate (xlsx->text, 1);
  memset (xlsx->at, 0, sizeof xlsx->at);
}

static void
begin_cell (Xlsx *xlsx, const char **attributes)
{
  const char *place = cz_xlsx_attribute (attributes, "r");
  const char *type = cz_xlsx_attribute (attributes, "t");
  const char *format = cz_xlsx_attribute (attributes, "s");
  int column = place != NULL ? cz_sheet_column_parse (place, NULL) : -1;
  xlsx->column = column >= 0 ? (guint) column : xlsx->column + 1;
  xlsx->format = format != NULL ? (guint) g_ascii_strtoull (format, NULL, 10) : 0;
  xlsx->type = CELL_NUMBER;
  if (type != NULL && g_str_equal (type, "s"))
    xlsx->type = CELL_SHARED;
  else if (type != NULL && g_str_equal (type, "b"))
    xlsx->type = CELL_BOOLEAN;
  else if (type != NULL && !g_str_equal (type, "n"))
    xlsx->type = CELL_TEXT;
  g_string_truncate (xlsx->value, 0);
}

static char *
number_text (Xlsx *xlsx)
{
  char *end;
  double value = g_ascii_strtod (xlsx->value->str, &end);
  if (*end != 0 || end == xlsx->value->str)
    return g_strdup (xlsx->value->str);
  const CzXlsxBook *book = xlsx->book;
  if (xlsx->format < book->format_is_date->len && g_array_index (book->format_is_date, gboolean, xlsx->format)) {
    g_autofree char *date = cz_sheet_date (value, book->since_1904);
    if (date[0] != 0)
      return g_steal_pointer (&date);
  }
  return cz_sheet_number (value);
}

static const char *
shared_text (Xlsx *xlsx)
{
  char *end;
  guint64 index = g_ascii_strtoull (xlsx->value->str, &end, 10);
  if (*end != 0 || end == xlsx->value->str || index >= xlsx->book->string_at->len) {
    xlsx->problem = _("a cell names a text that the workbook does not hold");
    return "";
  }
  return xlsx->book->string_bytes->str + g_array_index (xlsx->book->string_at, gsize, index);
}

static void
end_cell (Xlsx *xlsx)
{
  g_autofree char *number = NULL;
  const char *text = xlsx->value->str;
  if (xlsx->value->len == 0)
    return;
  if (xlsx->column >= CZ_SHEET_MAX_CELLS) {
    xlsx->problem = _("the line has more columns than are read");
    return;
  }
  if (xlsx->type == CELL_SHARED)
    text = shared_text (xlsx);
  else if (xlsx->type == CELL_NUMBER)
    number = number_text (xlsx);
  if (number != NULL)
    text = number;
  gsize n = strlen (text);
  if (xlsx->text->len + n > CZ_SHEET_MAX_ROW_BYTES) {
    xlsx->problem = _("the line is too long");
    return;
  }
  xlsx->at[xlsx->column] = xlsx->text->len;
  g_string_append_len (xlsx->text, text, (gssize) n + 1);
  xlsx->n_cells = MAX (xlsx->n_cells, xlsx->column + 1);
}

static void XMLCALL
on_start (void *data, const XML_Char *name, const XML_Char **attributes)
{
  Xlsx *xlsx = XLSX (data);
  const char *local = cz_xlsx_local (name);
  if (g_str_equal (local, "row"))
    begin_row (xlsx, attributes);
  else if (g_str_equal (local, "c"))
    begin_cell (xlsx, attributes);
  xlsx->phonetic += g_str_equal (local, "rPh");
  xlsx->in_value = (g_str_equal (local, "v") || g_str_equal (local, "t")) && xlsx->phonetic == 0;
}

static void XMLCALL
on_end (void *data, const XML_Char *name)
{
  Xlsx *xlsx = XLSX (data);
  const char *local = cz_xlsx_local (name);
  xlsx->in_value = FALSE;
  xlsx->phonetic -= g_str_equal (local, "rPh");
  if (g_str_equal (local, "c")) {
    end_cell (xlsx);
  } else if (g_str_equal (local, "row")) {
    xlsx->row_ready = TRUE;
    XML_StopParser (data, XML_TRUE);
  }
}

static void XMLCALL
on_text (void *data, const XML_Char *text, int len)
{
  Xlsx *xlsx = XLSX (data);
  if (!xlsx->in_value)
    return;
  if (xlsx->value->len + (gsize) len > CZ_SHEET_MAX_ROW_BYTES)
    xlsx->problem = _("the line is too long");
  else
    g_string_append_len (xlsx->value, text, len);
}

static void
close_sheet (Xlsx *xlsx)
{
  if (xlsx->open)
    cz_xlsx_part_close (&xlsx->part);
  xlsx->open = FALSE;
}

static void
xlsx_free (gpointer reader)
{
  Xlsx *xlsx = reader;
  close_sheet (xlsx);
  g_clear_pointer (&xlsx->book, cz_xlsx_book_free);
  g_free (xlsx->only_sheet);
  g_string_free (xlsx->text, TRUE);
  g_string_free (xlsx->value, TRUE);
  g_free (xlsx);
}

gpointer
cz_xlsx_new (const char *path, const char *only_sheet, GError **error)
{
  CzXlsxBook *book = cz_xlsx_book_read (path, error);
  if (book == NULL)
    return NULL;
  Xlsx *xlsx = g_new0 (Xlsx, 1);
  xlsx->book = book;
  xlsx->only_sheet = g_strdup (only_sheet);
  xlsx->text = g_string_new_len ("\0", 1);
  xlsx->value = g_string_new (NULL);
  return xlsx;
}

/* *end = TRUE when no sheet is left. */
static gboolean
open_next_sheet (Xlsx *xlsx, gboolean *end, GError **error)
{
  for (; xlsx->sheet < xlsx->book->sheets->len; xlsx->sheet++) {
    const CzXlsxSheet *sheet = g_ptr_array_index (xlsx->book->sheets, xlsx->sheet);
    gboolean found = FALSE;
    if (sheet->part == NULL || (xlsx->only_sheet != NULL && !g_str_equal (xlsx->only_sheet, sheet->name)))
      continue;
    if (!cz_xlsx_part_open (&xlsx->part, xlsx->book, sheet->part, &found, error))
      return FALSE;
    if (!found) {
      g_set_error (error, CZ_SHEET_ERROR, CZ_SHEET_ERROR_DAMAGED, _("%s: sheet %s is missing from the workbook. Save it anew"),
                   xlsx->book->path, sheet->name);
      return FALSE;
    }
    XML_SetUserData (xlsx->part.parser, xlsx);
    XML_UseParserAsHandlerArg (xlsx->part.parser);
    XML_SetElementHandler (xlsx->part.parser, on_start, on_end);
    XML_SetCharacterDataHandler (xlsx->part.parser, on_text);
    xlsx->open = TRUE;
    xlsx->suspended = FALSE;
    xlsx->line = 0;
    xlsx->phonetic = 0;
    xlsx->n_read++;
    xlsx->sheet++;
    return TRUE;
  }
  *end = TRUE;
  if (xlsx->n_read > 0)
    return TRUE;
  g_set_error (error, CZ_SHEET_ERROR, CZ_SHEET_ERROR_SYNTAX, _("%s: has no sheet named %s"), xlsx->book->path,
               xlsx->only_sheet != NULL ? xlsx->only_sheet : "*");
  return FALSE;
}

static void
give_row (Xlsx *xlsx, CzSheetRow *row)
{
  const CzXlsxSheet *sheet = g_ptr_array_index (xlsx->book->sheets, xlsx->sheet - 1);
  for (guint i = 0; i < xlsx->n_cells; i++) {
    const char *text = xlsx->text->str + xlsx->at[i];
    xlsx->cells[i] = (CzCell){ text, strlen (text) };
  }
  *row = (CzSheetRow){ .cells = xlsx->cells, .n_cells = xlsx->n_cells, .line = xlsx->line, .n_lines = 1,
                       .sheet = sheet->name, .sheet_no = xlsx->sheet - 1, .problem = xlsx->problem };
}

static gboolean
xlsx_next (gpointer reader, CzSheetRow *row, gboolean *end, GError **error)
{
  Xlsx *xlsx = reader;
  *end = FALSE;
  for (;;) {
    if (!xlsx->open && (!open_next_sheet (xlsx, end, error) || *end))
      return *end && xlsx->n_read > 0;
    if (xlsx->open && xlsx->part.at_end && !xlsx->suspended) {
      close_sheet (xlsx);
      continue;
    }
    xlsx->row_ready = FALSE;
    gboolean ok = xlsx->suspended ? cz_xlsx_part_resume (&xlsx->part, error) : cz_xlsx_part_feed (&xlsx->part, error);
    if (!ok)
      return FALSE;
    xlsx->suspended = xlsx->row_ready;
    if (xlsx->row_ready) {
      give_row (xlsx, row);
      return TRUE;
    }
  }
}

static guint64
xlsx_position (gpointer reader)
{
  Xlsx *xlsx = reader;
  return xlsx->open ? (guint64) MAX (archive_filter_bytes (xlsx->part.archive, -1), 0) : 0;
}

const CzSheetClass cz_xlsx_class = { xlsx_next, xlsx_free, xlsx_position };
