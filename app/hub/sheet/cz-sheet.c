/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/sheet/cz-sheet-private.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>

#define HEAD_BYTES 4096

G_DEFINE_QUARK (cz_sheet_error, cz_sheet_error)

typedef struct {
  const char *suffix;
  CzSheetContent content;
} NameRule;

static const NameRule name_rules[] = {
  { ".csv", CZ_SHEET_CONTENT_TEXT }, { ".txt", CZ_SHEET_CONTENT_TEXT }, { ".tsv", CZ_SHEET_CONTENT_TEXT }, { ".xlsx", CZ_SHEET_CONTENT_ZIP },
  { ".xlsm", CZ_SHEET_CONTENT_ZIP }, { ".xls", CZ_SHEET_CONTENT_OLE },  { ".json", CZ_SHEET_CONTENT_JSON },
};

/* CZ_SHEET_CONTENT_EMPTY when the name promises nothing. */
static CzSheetContent
promised_by_name (const char *path)
{
  g_autofree char *lower = g_ascii_strdown (path, -1);
  for (gsize i = 0; i < G_N_ELEMENTS (name_rules); i++)
    if (g_str_has_suffix (lower, name_rules[i].suffix))
      return name_rules[i].content;
  return CZ_SHEET_CONTENT_EMPTY;
}

static gboolean
read_head (const char *path, guint8 *head, gsize *n, guint64 *total, GError **error)
{
  struct stat st;
  FILE *file = g_fopen (path, "rbe");
  if (file == NULL || fstat (fileno (file), &st) != 0) {
    g_set_error (error, CZ_SHEET_ERROR, CZ_SHEET_ERROR_ABSENT, _("%s: cannot be opened: %s"), path, g_strerror (errno));
    g_clear_pointer (&file, fclose);
    return FALSE;
  }
  if (!S_ISREG (st.st_mode)) {
    g_set_error (error, CZ_SHEET_ERROR, CZ_SHEET_ERROR_ABSENT, _("%s: is not a file"), path);
    fclose (file);
    return FALSE;
  }
  *n = fread (head, 1, HEAD_BYTES, file);
  *total = (guint64) st.st_size;
  fclose (file);
  return TRUE;
}

static gboolean
is_mac_text (const guint8 *head, gsize n)
{
  return memchr (head, '\r', n) != NULL && memchr (head, '\n', n) == NULL;
}

static gboolean
refuse (const char *path, CzSheetContent promised, CzSheetContent found, GError **error)
{
  if (promised == CZ_SHEET_CONTENT_EMPTY)
    g_set_error (error, CZ_SHEET_ERROR, CZ_SHEET_ERROR_MISLABELLED,
                 _("%s: is %s; tables are taken as .csv, .xlsx, .xls or .json"), path, cz_sheet_content_name (found));
  else
    g_set_error (error, CZ_SHEET_ERROR, CZ_SHEET_ERROR_MISLABELLED,
                 _("%s: the name says otherwise, but this is %s. Open it and save it anew as .csv or .xlsx"), path,
                 cz_sheet_content_name (found));
  return FALSE;
}

/* The format to read it in; FALSE with an error when name and content do not agree. */
static gboolean
choose_format (const char *path, const guint8 *head, gsize n, CzSheetContent *format, GError **error)
{
  CzSheetContent promised = promised_by_name (path);
  CzSheetContent found = cz_sheet_content_sniff (head, n);
  if (found == CZ_SHEET_CONTENT_EMPTY) {
    g_set_error (error, CZ_SHEET_ERROR, CZ_SHEET_ERROR_MISLABELLED, _("%s: is an empty file"), path);
    return FALSE;
  }
  /* A CSV may well begin with a bracket. */
  if (promised == CZ_SHEET_CONTENT_TEXT && found == CZ_SHEET_CONTENT_JSON && memchr (head, ':', n) == NULL)
    found = CZ_SHEET_CONTENT_TEXT;
  *format = found;
  gboolean readable = found == CZ_SHEET_CONTENT_TEXT || found == CZ_SHEET_CONTENT_JSON || found == CZ_SHEET_CONTENT_ZIP || found == CZ_SHEET_CONTENT_OLE;
  if (!readable || (promised != CZ_SHEET_CONTENT_EMPTY && promised != found))
    return refuse (path, promised, found, error);
  if (found == CZ_SHEET_CONTENT_TEXT && is_mac_text (head, n)) {
    g_set_error (error, CZ_SHEET_ERROR, CZ_SHEET_ERROR_SYNTAX,
                 _("%s: line 1: the lines end in CR only. Save the table as CSV UTF-8"), path);
    return FALSE;
  }
  return TRUE;
}

CzSheet *
cz_sheet_open (const char *path, const CzSheetOptions *options, GError **error)
{
  static const CzSheetOptions none = { 0 };
  guint8 head[HEAD_BYTES];
  gsize n = 0;
  CzSheetContent format;
  g_autofree CzSheet *sheet = g_new0 (CzSheet, 1);
  if (options == NULL)
    options = &none;
  if (!read_head (path, head, &n, &sheet->total, error) || !choose_format (path, head, n, &format, error))
    return NULL;
  if (format == CZ_SHEET_CONTENT_ZIP) {
    sheet->klass = &cz_xlsx_class;
    sheet->reader = cz_xlsx_new (path, options->only_sheet, error);
  } else if (format == CZ_SHEET_CONTENT_OLE) {
    sheet->klass = &cz_xls_class;
    sheet->reader = cz_xls_new (path, options->only_sheet, error);
  } else if (format == CZ_SHEET_CONTENT_JSON) {
    sheet->klass = &cz_json_rows_class;
    sheet->reader = cz_json_rows_new (path, options->records, error);
  } else {
    sheet->klass = &cz_csv_class;
    sheet->reader = cz_csv_new (path, options->separator, error);
  }
  return sheet->reader != NULL ? g_steal_pointer (&sheet) : NULL;
}

void
cz_sheet_free (CzSheet *sheet)
{
  if (sheet == NULL)
    return;
  sheet->klass->free (sheet->reader);
  g_free (sheet);
}

/* Blanks, ideographic blanks, byte order marks and no-break blanks are nothing to read. */
static gboolean
is_blank_cell (const CzCell *cell)
{
  const char *at = cell->text;
  const char *end = at + cell->len;
  while (at < end) {
    if (g_ascii_isspace (*at))
      at++;
    else if (end - at >= 3 && (memcmp (at, "\xe3\x80\x80", 3) == 0 || memcmp (at, "\xef\xbb\xbf", 3) == 0))
      at += 3;
    else if (end - at >= 2 && memcmp (at, "\xc2\xa0", 2) == 0)
      at += 2;
    else
      return FALSE;
  }
  return TRUE;
}

static gboolean
is_blank_row (const CzSheetRow *row)
{
  for (guint i = 0; i < row->n_cells; i++)
    if (!is_blank_cell (&row->cells[i]))
      return FALSE;
  return row->problem == NULL;
}

gboolean
cz_sheet_next (CzSheet *sheet, CzSheetRow *row, gboolean *end, guint64 *n_blank, GError **error)
{
  for (;;) {
    if (!sheet->klass->next (sheet->reader, row, end, error))
      return FALSE;
    if (*end || !is_blank_row (row))
      return TRUE;
    if (n_blank != NULL)
      *n_blank += row->n_lines;
  }
}

void
cz_sheet_progress (CzSheet *sheet, guint64 *done, guint64 *total)
{
  *done = MIN (sheet->klass->position (sheet->reader), sheet->total);
  *total = sheet->total;
}

char *
cz_sheet_cell_name (const CzSheetRow *row, guint column)
{
  char letters[8];
  gsize at = sizeof letters;
  guint left = column + 1;
  letters[--at] = 0;
  while (left > 0 && at > 0) {
    letters[--at] = (char) ('A' + (left - 1) % 26);
    left = (left - 1) / 26;
  }
  const char *name = row->sheet != NULL ? row->sheet : "";
  return g_strdup_printf ("%s%s%s%" G_GUINT64_FORMAT, name, row->sheet != NULL ? "!" : "", letters + at, row->line);
}

int
cz_sheet_column_parse (const char *text, const char **end)
{
  int column = 0;
  int n = 0;
  while (text[n] >= 'A' && text[n] <= 'Z' && n < 4) {
    column = column * 26 + (text[n] - 'A' + 1);
    n++;
  }
  if (end != NULL)
    *end = text + n;
  return n == 0 || n > 3 || column > 16384 ? -1 : column - 1;
}

char *
cz_sheet_number (double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  if (!isfinite (value) || fabs (value) >= 1e15)
    return g_strdup (g_ascii_dtostr (text, sizeof text, value));
  /* 15 digits are what a double always keeps; more show how it is stored, not what was typed. */
  g_ascii_formatd (text, sizeof text, "%.15g", value);
  if (strchr (text, 'e') == NULL)
    return g_strdup (text);
  g_ascii_formatd (text, sizeof text, "%.15f", value);
  gsize n = strlen (text);
  while (n > 0 && text[n - 1] == '0')
    text[--n] = 0;
  if (n > 0 && text[n - 1] == '.')
    text[--n] = 0;
  return g_strdup (text);
}

char *
cz_sheet_date (double serial, gboolean since_1904)
{
  if (!(serial >= 1) || serial >= 2958466)
    return g_strdup ("");
  gint64 day = (gint64) serial + (since_1904 ? 1462 : 0);
  int seconds = (int) ((serial - floor (serial)) * 86400 + 0.5);
  if (seconds >= 86400) {
    seconds -= 86400;
    day++;
  }
  /* Excel counts a 29 February 1900 that never was. */
  if (day < 60)
    day++;
  g_autoptr (GDate) date = g_date_new_julian ((guint32) (day + 693594));
  g_autoptr (GString) text = g_string_new (NULL);
  g_string_printf (text, "%04d-%02d-%02d", g_date_get_year (date), (int) g_date_get_month (date), g_date_get_day (date));
  if (seconds > 0)
    g_string_append_printf (text, " %02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  return g_string_free (g_steal_pointer (&text), FALSE);
}
