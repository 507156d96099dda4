/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/sheet/cz-sheet-private.h"

#include <glib/gi18n.h>
#include <string.h>

/* RFC 4180 with the liberties that real files take: LF or CRLF, a quotation mark inside an unquoted cell is a
 * plain character. Cells are cut in place: separators become NUL, doubled quotation marks are closed up. */

#define CHUNK (256 * 1024)
#define CAPACITY (CZ_SHEET_MAX_ROW_BYTES + CHUNK)

typedef struct {
  CzTextStream *stream;
  char *path;
  char separator;
  char *buffer; /* CAPACITY + 1 */
  gsize start;
  gsize end;
  gboolean at_end;
  guint64 line;
  CzCell cells[CZ_SHEET_MAX_CELLS];
} Csv;

typedef enum { SCAN_FOUND, SCAN_MORE, SCAN_OPEN_QUOTE } ScanResult;

static void
csv_free (gpointer reader)
{
  Csv *csv = reader;
  cz_text_stream_free (csv->stream);
  g_free (csv->path);
  g_free (csv->buffer);
  g_free (csv);
}

gpointer
cz_csv_new (const char *path, char separator, GError **error)
{
  CzTextStream *stream = cz_text_stream_new (path, error);
  if (stream == NULL)
    return NULL;
  Csv *csv = g_new0 (Csv, 1);
  csv->stream = stream;
  csv->path = g_strdup (path);
  csv->separator = separator != 0 ? separator : ',';
  csv->buffer = g_malloc (CAPACITY + 1);
  csv->line = 1;
  return csv;
}

/* Where the record that begins at `from` ends; inside quotes a line end does not end it. */
static ScanResult
scan_quoted (const Csv *csv, gsize *record_end, guint64 *n_lines)
{
  const char *buffer = csv->buffer;
  gboolean cell_begins = TRUE;
  gboolean quoted = FALSE;
  *n_lines = 1;
  for (gsize i = csv->start; i < csv->end; i++) {
    char c = buffer[i];
    if (quoted) {
      *n_lines += c == '\n';
      if (c == '"' && i + 1 < csv->end && buffer[i + 1] == '"')
        i++;
      else if (c == '"')
        quoted = FALSE;
      continue;
    }
    if (c == '\n') {
      *record_end = i;
      return SCAN_FOUND;
    }
    quoted = c == '"' && cell_begins;
    cell_begins = c == csv->separator;
  }
  *record_end = csv->end;
  if (quoted)
    return SCAN_OPEN_QUOTE;
  return csv->at_end ? SCAN_FOUND : SCAN_MORE;
}

static ScanResult
scan_record (const Csv *csv, gsize *record_end, guint64 *n_lines)
{
  const char *from = csv->buffer + csv->start;
  const char *line_end = memchr (from, '\n', csv->end - csv->start);
  gsize length = line_end != NULL ? (gsize) (line_end - from) : csv->end - csv->start;
  if (memchr (from, '"', length) != NULL)
    return scan_quoted (csv, record_end, n_lines);
  *n_lines = 1;
  *record_end = csv->start + length;
  return line_end != NULL || csv->at_end ? SCAN_FOUND : SCAN_MORE;
}

static gboolean
refill (Csv *csv, GError **error)
{
  gsize got = 0;
  memmove (csv->buffer, csv->buffer + csv->start, csv->end - csv->start);
  csv->end -= csv->start;
  csv->start = 0;
  if (!cz_text_stream_read (csv->stream, csv->buffer + csv->end, CAPACITY - csv->end, &got, error))
    return FALSE;
  csv->end += got;
  csv->at_end = got == 0;
  return TRUE;
}

static gboolean
find_record (Csv *csv, gsize *record_end, guint64 *n_lines, GError **error)
{
  for (;;) {
    ScanResult result = scan_record (csv, record_end, n_lines);
    if (result == SCAN_FOUND && *record_end - csv->start <= CZ_SHEET_MAX_ROW_BYTES)
      return TRUE;
    gboolean too_long = csv->end - csv->start > CZ_SHEET_MAX_ROW_BYTES;
    if (result == SCAN_OPEN_QUOTE && (csv->at_end || too_long)) {
      g_set_error (error, CZ_SHEET_ERROR, CZ_SHEET_ERROR_SYNTAX,
                   _("%s: line %lu: a quotation mark is opened here and never closed. Close or remove it"),
                   csv->path, (gulong) csv->line);
      return FALSE;
    }
    if (too_long) {
      g_set_error (error, CZ_SHEET_ERROR, CZ_SHEET_ERROR_TOO_LARGE,
                   _("%s: line %lu is longer than %d bytes: this is not a table"), csv->path, (gulong) csv->line,
                   CZ_SHEET_MAX_ROW_BYTES);
      return FALSE;
    }
    if (!refill (csv, error))
      return FALSE;
  }
}

/* Closes up the quoted cell at *at; leaves *at behind it, at a separator or the end. */
static CzCell
take_quoted (const Csv *csv, char **at, char *end, const char **problem)
{
  char *from = *at + 1;
  char *first = from;
  char *to = from;
  while (from < end && (*from != '"' || (from + 1 < end && from[1] == '"'))) {
    from += *from == '"';
    *to++ = *from++;
  }
  from += from < end;
  if (from < end && *from != csv->separator)
    *problem = _("there is text behind a closing quotation mark");
  while (from < end && *from != csv->separator)
    *to++ = *from++;
  *at = from;
  gsize len = (gsize) (to - first);
  if (to < from)
    *to = 0;
  return (CzCell){ first, len };
}

static guint
cut_cells (Csv *csv, char *at, char *end, const char **problem)
{
  guint n = 0;
  *end = 0;
  for (;;) {
    if (n == CZ_SHEET_MAX_CELLS) {
      *problem = _("the line has more columns than are read");
      return n;
    }
    char *next;
    if (at < end && *at == '"') {
      next = at;
      csv->cells[n++] = take_quoted (csv, &next, end, problem);
    } else {
      next = memchr (at, csv->separator, (gsize) (end - at));
      if (next == NULL)
        next = end;
      csv->cells[n++] = (CzCell){ at, (gsize) (next - at) };
    }
    if (next == end)
      return n;
    *next = 0;
    at = next + 1;
  }
}

static gboolean
csv_next (gpointer reader, CzSheetRow *row, gboolean *end, GError **error)
{
  Csv *csv = reader;
  gsize record_end;
  if (csv->start == csv->end && !csv->at_end && !refill (csv, error))
    return FALSE;
  *end = csv->start == csv->end && csv->at_end;
  if (*end)
    return TRUE;
  *row = (CzSheetRow){ .line = csv->line, .cells = csv->cells };
  if (!find_record (csv, &record_end, &row->n_lines, error))
    return FALSE;
  char *first = csv->buffer + csv->start;
  char *last = csv->buffer + record_end;
  csv->start = MIN (record_end + 1, csv->end);
  csv->line += row->n_lines;
  if (last > first && last[-1] == '\r')
    last--;
  row->n_cells = cut_cells (csv, first, last, &row->problem);
  return TRUE;
}

static guint64
csv_position (gpointer reader)
{
  return cz_text_stream_position (((Csv *) reader)->stream);
}

const CzSheetClass cz_csv_class = { csv_next, csv_free, csv_position };
