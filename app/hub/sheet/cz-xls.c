/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/sheet/cz-sheet-private.h"

#include <errno.h>
#include <fcntl.h>
#include <freexl.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* libfreexl reads the whole workbook into memory and has had faults with crafted files. It therefore works in a child
 * process with limits on memory and time; the rows come through a pipe, and whatever happens to the child is an error
 * about the file. Frames, numbers in machine order:
 *   'S' u32 bytes, name          a sheet begins
 *   'R' u32 row, u32 n, n × (u32 bytes, text)
 *   'E' u32 FreeXL's code        (0 with a code of ours below)
 *   'Z'                          the end */

#define CHILD_MEMORY ((rlim_t) 1024 * 1024 * 1024)
#define CHILD_SECONDS 120
#define MAX_SHEET_ROWS 65536
#define MAX_SHEETS 256
#define FAULT_PROTECTED 1000
#define FAULT_MANY_SHEETS 1001

typedef struct {
  FILE *pipe;
  pid_t child;
  char *path;
  char *only_sheet;
  char *sheet;
  guint sheet_no;
  guint n_sheets;
  guint n_wanted;
  GString *text;
  CzCell cells[CZ_SHEET_MAX_CELLS];
  guint64 n_rows;
} Xls;

/* --- in the child --- */

static void
put (FILE *out, const void *bytes, gsize n)
{
  if (fwrite (bytes, 1, n, out) != n)
    _exit (2);
}

static void
put_u32 (FILE *out, guint32 value)
{
  put (out, &value, sizeof value);
}

static void
put_text (FILE *out, const char *text)
{
  gsize n = text != NULL ? strlen (text) : 0;
  put_u32 (out, (guint32) n);
  put (out, text != NULL ? text : "", n);
}

static void
child_fails (FILE *out, int code)
{
  put (out, "E", 1);
  put_u32 (out, (guint32) ABS (code));
  fflush (out);
  _exit (1);
}

static void
put_cell (FILE *out, const FreeXL_CellValue *cell)
{
  g_autofree char *text = NULL;
  switch (cell->type) {
  case FREEXL_CELL_INT:
    text = g_strdup_printf ("%d", cell->value.int_value);
    break;
  case FREEXL_CELL_DOUBLE:
    text = cz_sheet_number (cell->value.double_value);
    break;
  case FREEXL_CELL_TEXT:
  case FREEXL_CELL_SST_TEXT:
  case FREEXL_CELL_DATE:
  case FREEXL_CELL_DATETIME:
  case FREEXL_CELL_TIME:
    put_text (out, cell->value.text_value);
    return;
  default:
    break;
  }
  put_text (out, text);
}

static void
put_row (FILE *out, const void *book, guint32 row, guint16 columns)
{
  put (out, "R", 1);
  put_u32 (out, row + 1);
  put_u32 (out, columns);
  for (guint16 column = 0; column < columns; column++) {
    FreeXL_CellValue cell = { .type = FREEXL_CELL_NULL };
    if (freexl_get_cell_value (book, row, column, &cell) != FREEXL_OK)
      cell.type = FREEXL_CELL_NULL;
    put_cell (out, &cell);
  }
}

static void
put_sheet (FILE *out, const void *book, guint16 index)
{
  const char *name = NULL;
  unsigned int rows = 0;
  unsigned short columns = 0;
  int code = freexl_get_worksheet_name (book, index, &name);
  if (code == FREEXL_OK)
    code = freexl_select_active_worksheet (book, index);
  if (code == FREEXL_OK)
    code = freexl_worksheet_dimensions (book, &rows, &columns);
  if (code != FREEXL_OK)
    child_fails (out, code);
  put (out, "S", 1);
  put_text (out, name);
  for (guint32 row = 0; row < MIN (rows, MAX_SHEET_ROWS); row++)
    put_row (out, book, row, MIN (columns, CZ_SHEET_MAX_CELLS));
}

static void
limit_child (void)
{
  struct rlimit seconds = { CHILD_SECONDS, CHILD_SECONDS };
  struct rlimit none = { 0, 0 };
  setrlimit (RLIMIT_CPU, &seconds);
  setrlimit (RLIMIT_CORE, &none);
#ifndef __SANITIZE_ADDRESS__
  struct rlimit memory = { CHILD_MEMORY, CHILD_MEMORY };
  setrlimit (RLIMIT_AS, &memory);
#endif
}

static void
run_child (const char *path, int fd)
{
  const void *book = NULL;
  unsigned int value = 0;
  FILE *out = fdopen (fd, "wb");
  if (out == NULL)
    _exit (2);
  /* The library complains on the error stream; the parent says it in its own words. */
  int null = open ("/dev/null", O_RDWR | O_CLOEXEC);
  if (null >= 0)
    dup2 (null, STDERR_FILENO);
  limit_child ();
  int code = freexl_open (path, &book);
  if (code != FREEXL_OK)
    child_fails (out, code);
  if (freexl_get_info (book, FREEXL_BIFF_PASSWORD, &value) == FREEXL_OK && value == FREEXL_BIFF_OBFUSCATED)
    child_fails (out, FAULT_PROTECTED);
  code = freexl_get_info (book, FREEXL_BIFF_SHEET_COUNT, &value);
  if (code != FREEXL_OK)
    child_fails (out, code);
  if (value > MAX_SHEETS)
    child_fails (out, FAULT_MANY_SHEETS);
  for (unsigned int sheet = 0; sheet < value; sheet++)
    put_sheet (out, book, (guint16) sheet);
  put (out, "Z", 1);
  fflush (out);
  _exit (0);
}

/* --- in the parent --- */

static void
xls_free (gpointer reader)
{
  Xls *xls = reader;
  if (xls->pipe != NULL)
    fclose (xls->pipe);
  if (xls->child > 0) {
    /* Without a reader it ends by itself at its next write; one that computes is not waited for. */
    kill (xls->child, SIGKILL);
    waitpid (xls->child, NULL, 0);
  }
  g_free (xls->path);
  g_free (xls->only_sheet);
  g_free (xls->sheet);
  if (xls->text != NULL)
    g_string_free (xls->text, TRUE);
  g_free (xls);
}

gpointer
cz_xls_new (const char *path, const char *only_sheet, GError **error)
{
  int fds[2];
  struct stat st;
  if (stat (path, &st) == 0 && st.st_size > CZ_SHEET_MAX_XLS_BYTES) {
    g_set_error (error, CZ_SHEET_ERROR, CZ_SHEET_ERROR_TOO_LARGE,
                 _("%s: an .xls of more than %d MiB is not read. Save it as .xlsx or .csv"), path,
                 CZ_SHEET_MAX_XLS_BYTES / 1024 / 1024);
    return NULL;
  }
  if (pipe2 (fds, O_CLOEXEC) != 0) {
    g_set_error (error, CZ_SHEET_ERROR, CZ_SHEET_ERROR_ABSENT, "%s: %s", path, g_strerror (errno));
    return NULL;
  }
  pid_t child = fork ();
  if (child == 0) {
    close (fds[0]);
    run_child (path, fds[1]);
  }
  close (fds[1]);
  Xls *xls = g_new0 (Xls, 1);
  xls->child = child;
  xls->pipe = fdopen (fds[0], "rb");
  xls->path = g_strdup (path);
  xls->only_sheet = g_strdup (only_sheet);
  xls->text = g_string_new (NULL);
  if (child < 0 || xls->pipe == NULL) {
    g_set_error (error, CZ_SHEET_ERROR, CZ_SHEET_ERROR_ABSENT, "%s: %s", path, g_strerror (errno));
    xls_free (xls);
    return NULL;
  }
  return xls;
}

static gboolean
damaged (Xls *xls, GError **error)
{
  g_set_error (error, CZ_SHEET_ERROR, CZ_SHEET_ERROR_DAMAGED,
               _("%s: the workbook is damaged or cut off behind row %" G_GUINT64_FORMAT ". Open it and save it anew as .xlsx or .csv"),
               xls->path, xls->n_rows);
  return FALSE;
}

static gboolean
get_u32 (Xls *xls, guint32 *value, guint32 max)
{
  return fread (value, sizeof *value, 1, xls->pipe) == 1 && *value <= max;
}

/* Appends a text of the pipe and its NUL. */
static gboolean
get_text (Xls *xls, GString *into, gsize *len)
{
  guint32 n;
  if (!get_u32 (xls, &n, CZ_SHEET_MAX_ROW_BYTES) || into->len + n > CZ_SHEET_MAX_ROW_BYTES)
    return FALSE;
  gsize from = into->len;
  g_string_set_size (into, from + n + 1);
  into->str[from + n] = 0;
  *len = n;
  return fread (into->str + from, 1, n, xls->pipe) == n && g_utf8_validate (into->str + from, n, NULL);
}

static gboolean
get_row (Xls *xls, CzSheetRow *row, GError **error)
{
  guint32 number;
  guint32 n;
  if (!get_u32 (xls, &number, MAX_SHEET_ROWS) || !get_u32 (xls, &n, CZ_SHEET_MAX_CELLS))
    return damaged (xls, error);
  g_string_truncate (xls->text, 0);
  for (guint32 i = 0; i < n; i++)
    if (!get_text (xls, xls->text, &xls->cells[i].len))
      return damaged (xls, error);
  const char *at = xls->text->str;
  for (guint32 i = 0; i < n; i++) {
    xls->cells[i].text = at;
    at += xls->cells[i].len + 1;
  }
  xls->n_rows = number;
  *row = (CzSheetRow){ .cells = xls->cells, .n_cells = n, .line = number, .n_lines = 1, .sheet = xls->sheet, .sheet_no = xls->sheet_no };
  return TRUE;
}

static gboolean
get_sheet (Xls *xls, GError **error)
{
  g_autoptr (GString) name = g_string_new (NULL);
  gsize len;
  if (!get_text (xls, name, &len))
    return damaged (xls, error);
  g_free (xls->sheet);
  xls->sheet = g_strdup (name->str);
  xls->sheet_no = xls->n_sheets++;
  xls->n_wanted += xls->only_sheet != NULL && g_str_equal (xls->only_sheet, xls->sheet);
  return TRUE;
}

static gboolean
get_fault (Xls *xls, GError **error)
{
  guint32 code;
  if (!get_u32 (xls, &code, G_MAXUINT32))
    return damaged (xls, error);
  if (code == FAULT_PROTECTED)
    g_set_error (error, CZ_SHEET_ERROR, CZ_SHEET_ERROR_PROTECTED,
                 _("%s: the workbook is under a password. Save it without one"), xls->path);
  else if (code == ABS (FREEXL_BIFF_WORKBOOK_NOT_FOUND))
    g_set_error (error, CZ_SHEET_ERROR, CZ_SHEET_ERROR_MISLABELLED,
                 _("%s: holds no workbook: a Word document, or a workbook under a password. Save the table as .xlsx or .csv"),
                 xls->path);
  else
    return damaged (xls, error);
  return FALSE;
}

static gboolean
xls_next (gpointer reader, CzSheetRow *row, gboolean *end, GError **error)
{
  Xls *xls = reader;
  *end = FALSE;
  for (;;) {
    int c = getc (xls->pipe);
    if (c == 'R') {
      if (xls->sheet == NULL)
        return damaged (xls, error);
      if (!get_row (xls, row, error))
        return FALSE;
      if (xls->only_sheet == NULL || g_str_equal (xls->only_sheet, xls->sheet))
        return TRUE;
    } else if (c == 'S') {
      if (!get_sheet (xls, error))
        return FALSE;
    } else if (c == 'E') {
      return get_fault (xls, error);
    } else {
      *end = c == 'Z';
      if (!*end)
        return damaged (xls, error);
      if (xls->only_sheet == NULL || xls->n_wanted > 0)
        return TRUE;
      g_set_error (error, CZ_SHEET_ERROR, CZ_SHEET_ERROR_SYNTAX, _("%s: has no sheet named %s"), xls->path, xls->only_sheet);
      return FALSE;
    }
  }
}

static guint64
xls_position (gpointer reader)
{
  return ((Xls *) reader)->n_rows;
}

const CzSheetClass cz_xls_class = { xls_next, xls_free, xls_position };
