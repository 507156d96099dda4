/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/sheet/cz-biff.h"

#include <glib/gi18n.h>
#include <string.h>

/* Sheets of an .xls: cell records come row by row; a row is given when the next one begins. */

typedef struct {
  CzBiffBook *book;
  char *only_sheet;
  guint sheet; /* the next one to open */
  guint n_read;
  gboolean open;
  guint depth; /* of BOFs: charts lie inside sheets */
  gboolean have_record; /* the record at hand belongs to the next row */
  gint64 row; /* of the cells collected; -1 = none */
  GString *text; /* "\0" first: the empty cell */
  gsize at[CZ_SHEET_MAX_CELLS];
  CzCell cells[CZ_SHEET_MAX_CELLS];
  guint n_cells;
  const char *problem;
  guint formula_column; /* waits for its STRING record; G_MAXUINT = none */
  gboolean given; /* the row collected was given */
} Xls;

static void
xls_free (gpointer reader)
{
  Xls *xls = reader;
  g_clear_pointer (&xls->book, cz_biff_book_free);
  g_free (xls->only_sheet);
  g_string_free (xls->text, TRUE);
  g_free (xls);
}

gpointer
cz_xls_new (const char *path, const char *only_sheet, GError **error)
{
  CzBiffBook *book = cz_biff_book_open (path, error);
  if (book == NULL)
    return NULL;
  Xls *xls = g_new0 (Xls, 1);
  xls->book = book;
  xls->only_sheet = g_strdup (only_sheet);
  xls->text = g_string_new_len ("\0", 1);
  xls->row = -1;
  return xls;
}

static void
clear_row (Xls *xls, gint64 row)
{
  xls->row = row;
  xls->n_cells = 0;
  xls->problem = NULL;
  xls->formula_column = G_MAXUINT;
  g_string_truncate (xls->text, 1);
  memset (xls->at, 0, sizeof xls->at);
}

static void
put_text (Xls *xls, guint column, const char *text, gsize n)
{
  if (n == 0)
    return;
  if (column >= CZ_SHEET_MAX_CELLS || xls->text->len + n > CZ_SHEET_MAX_ROW_BYTES) {
    xls->problem = column >= CZ_SHEET_MAX_CELLS ? _("the line has more columns than are read") : _("the line is too long");
    return;
  }
  xls->at[column] = xls->text->len;
  g_string_append_len (xls->text, text, (gssize) n);
  g_string_append_c (xls->text, '\0');
  xls->n_cells = MAX (xls->n_cells, column + 1);
}

static void
put_number (Xls *xls, guint column, guint format, double value)
{
  const GArray *dates = xls->book->format_is_date;
  g_autofree char *text = NULL;
  if (format < dates->len && g_array_index (dates, gboolean, format))
    text = cz_sheet_date (value, xls->book->since_1904);
  if (text == NULL || text[0] == 0) {
    g_free (text);
    text = cz_sheet_number (value);
  }
  put_text (xls, column, text, strlen (text));
}

/* [MS-XLS] 2.5.217: 30 bits of a double or of an integer, perhaps of a hundredth. */
static double
rk_value (guint32 rk)
{
  double value;
  if (rk & 2) {
    value = (double) ((gint32) rk >> 2);
  } else {
    guint64 bits = (guint64) (rk & 0xfffffffcu) << 32;
    memcpy (&value, &bits, sizeof value);
  }
  return rk & 1 ? value / 100 : value;
}

static void
take_shared (Xls *xls, guint column)
{
  guint32 index = cz_biff_u32 (xls->book, 6);
  if (index >= xls->book->string_at->len) {
    xls->problem = _("a cell names a text that the workbook does not hold");
    return;
  }
  const char *text = xls->book->string_bytes->str + g_array_index (xls->book->string_at, gsize, index);
  put_text (xls, column, text, strlen (text));
}

static gboolean
take_string (Xls *xls, guint column, guint at)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint n = cz_biff_u16 (xls->book, at);
  at += 2;
  if (n > 0 && !cz_biff_string (xls->book, &at, n, text))
    return FALSE;
  put_text (xls, column, text->str, text->len);
  return TRUE;
}

static void
take_formula (Xls *xls, guint column)
{
  const CzBiffBook *book = xls->book;
  if (cz_biff_u16 (book, 12) != 0xffff) {
    put_number (xls, column, cz_biff_u16 (book, 4), cz_biff_double (book, 6));
    return;
  }
  guint kind = cz_biff_u16 (book, 6) & 0xff;
  if (kind == 0)
    xls->formula_column = column;
  else if (kind == 1)
    put_text (xls, column, cz_biff_u16 (book, 8) & 0xff ? "1" : "0", 1);
  else if (kind == 2)
    put_text (xls, column, "#N/A", 4);
}

static void
take_many_rk (Xls *xls)
{
  const CzBiffBook *book = xls->book;
  guint first = cz_biff_u16 (book, 2);
  for (guint at = 4, i = 0; at + 6 + 2 <= book->length; at += 6, i++)
    put_number (xls, first + i, cz_biff_u16 (book, at), rk_value (cz_biff_u32 (book, at + 2)));
}

static gboolean
take_cell (Xls *xls)
{
  const CzBiffBook *book = xls->book;
  guint column = cz_biff_u16 (book, 2);
  switch (book->type) {
  case CZ_BIFF_LABELSST:
    take_shared (xls, column);
    return TRUE;
  case CZ_BIFF_NUMBER:
    put_number (xls, column, cz_biff_u16 (book, 4), cz_biff_double (book, 6));
    return TRUE;
  case CZ_BIFF_RK:
    put_number (xls, column, cz_biff_u16 (book, 4), rk_value (cz_biff_u32 (book, 6)));
    return TRUE;
  case CZ_BIFF_MULRK:
    take_many_rk (xls);
    return TRUE;
  case CZ_BIFF_FORMULA:
    take_formula (xls, column);
    return TRUE;
  case CZ_BIFF_BOOLERR:
    put_text (xls, column, cz_biff_u16 (book, 6) >> 8 ? "#N/A" : cz_biff_u16 (book, 6) ? "1" : "0", cz_biff_u16 (book, 6) >> 8 ? 4 : 1);
    return TRUE;
  default: /* LABEL, RSTRING */
    return take_string (xls, column, 6);
  }
}

static gboolean
is_cell (guint type)
{
  return type == CZ_BIFF_LABELSST || type == CZ_BIFF_NUMBER || type == CZ_BIFF_RK || type == CZ_BIFF_MULRK || type == CZ_BIFF_FORMULA
         || type == CZ_BIFF_BOOLERR || type == CZ_BIFF_LABEL || type == CZ_BIFF_RSTRING;
}

static gboolean
open_next_sheet (Xls *xls, gboolean *end, GError **error)
{
  for (; xls->sheet < xls->book->sheets->len; xls->sheet++) {
    const CzBiffSheet *sheet = &g_array_index (xls->book->sheets, CzBiffSheet, xls->sheet);
    if (xls->only_sheet != NULL && !g_str_equal (xls->only_sheet, sheet->name))
      continue;
    xls->book->at = sheet->offset;
    if (!cz_biff_next (xls->book) || xls->book->type != CZ_BIFF_BOF)
      return cz_biff_damaged (xls->book, error);
    xls->open = TRUE;
    xls->depth = 1;
    xls->n_read++;
    xls->sheet++;
    clear_row (xls, -1);
    return TRUE;
  }
  *end = TRUE;
  if (xls->n_read > 0)
    return TRUE;
  g_set_error (error, CZ_SHEET_ERROR, CZ_SHEET_ERROR_SYNTAX, _("%s: has no sheet named %s"), xls->book->path,
               xls->only_sheet != NULL ? xls->only_sheet : "*");
  return FALSE;
}

static void
give_row (Xls *xls, CzSheetRow *row)
{
  const CzBiffSheet *sheet = &g_array_index (xls->book->sheets, CzBiffSheet, xls->sheet - 1);
  for (guint i = 0; i < xls->n_cells; i++) {
    const char *text = xls->text->str + xls->at[i];
    xls->cells[i] = (CzCell){ text, strlen (text) };
  }
  *row = (CzSheetRow){ .cells = xls->cells, .n_cells = xls->n_cells, .line = (guint64) xls->row + 1, .n_lines = 1,
                       .sheet = sheet->name, .sheet_no = xls->sheet - 1, .problem = xls->problem };
  xls->given = TRUE;
}

/* *ready = TRUE when a row is complete; the record that ended it stays at hand. */
static gboolean
take_record (Xls *xls, gboolean *ready, GError **error)
{
  CzBiffBook *book = xls->book;
  if (!xls->have_record && !cz_biff_next (book))
    return cz_biff_damaged (book, error);
  xls->have_record = FALSE;
  gboolean ends = book->type == CZ_BIFF_EOF && xls->depth == 1;
  gboolean cell = xls->depth == 1 && is_cell (book->type);
  if (xls->row >= 0 && (ends || (cell && cz_biff_u16 (book, 0) != xls->row))) {
    *ready = TRUE;
    xls->have_record = TRUE;
    return TRUE;
  }
  if (book->type == CZ_BIFF_BOF)
    xls->depth++;
  else if (book->type == CZ_BIFF_EOF)
    xls->depth--;
  if (ends)
    xls->open = FALSE;
  if (cell && xls->row < 0)
    clear_row (xls, cz_biff_u16 (book, 0));
  if (cell && !take_cell (xls))
    return cz_biff_damaged (book, error);
  if (book->type == CZ_BIFF_STRING && xls->formula_column != G_MAXUINT) {
    guint column = xls->formula_column;
    xls->formula_column = G_MAXUINT;
    if (!take_string (xls, column, 0))
      return cz_biff_damaged (book, error);
  }
  return TRUE;
}

static gboolean
xls_next (gpointer reader, CzSheetRow *row, gboolean *end, GError **error)
{
  Xls *xls = reader;
  gboolean ready = FALSE;
  *end = FALSE;
  if (xls->given)
    clear_row (xls, -1);
  xls->given = FALSE;
  while (!ready) {
    if (!xls->open && !open_next_sheet (xls, end, error))
      return FALSE;
    if (*end)
      return TRUE;
    if (!take_record (xls, &ready, error))
      return FALSE;
  }
  give_row (xls, row);
  return TRUE;
}

static guint64
xls_position (gpointer reader)
{
  return ((Xls *) reader)->book->at;
}

const CzSheetClass cz_xls_class = { xls_next, xls_free, xls_position };
