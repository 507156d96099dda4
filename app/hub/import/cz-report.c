/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/import/cz-report.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#define VALUE_MAX_CHARS 200

struct _CzReport {
  FILE *file; /* NULL without a path */
  char *path;
  GString *line;
};

static const char *const status_words[] = {
  [CZ_REPORT_HELD] = "held",
  [CZ_REPORT_NOT_TAKEN] = "not_taken",
  [CZ_REPORT_PASSED] = "passed",
  [CZ_REPORT_CREATED] = "created",
};

CzReport *
cz_report_new (const char *path, GError **error)
{
  g_autoptr (CzReport) report = g_new0 (CzReport, 1);
  report->line = g_string_new (NULL);
  report->path = g_strdup (path);
  if (path == NULL)
    return g_steal_pointer (&report);
  report->file = g_fopen (path, "wbe");
  if (report->file == NULL) {
    g_set_error (error, CZ_IMPORT_ERROR, CZ_IMPORT_ERROR_REPORT, _("%s: the report cannot be written: %s"), path, g_strerror (errno));
    return NULL;
  }
  fputs ("\xef\xbb\xbf" "file,line,column,cell,field,value,status,code,reason,what_to_do\r\n", report->file);
  return g_steal_pointer (&report);
}

void
cz_report_free (CzReport *report)
{
  g_clear_pointer (&report->file, fclose);
  g_string_free (report->line, TRUE);
  g_free (report->path);
  g_free (report);
}

/* A value that a spreadsheet would take for a formula is shown as text. */
static gboolean
looks_like_formula (const char *text)
{
  if (*text == '=' || *text == '@')
    return TRUE;
  return (*text == '+' || *text == '-') && !g_ascii_isdigit (text[1]) && text[1] != ' ' && text[1] != '.' && text[1] != 0;
}

static void
add_cell (CzReport *report, const char *text)
{
  GString *line = report->line;
  if (line->len > 0)
    g_string_append_c (line, ',');
  if (text == NULL)
    text = "";
  gboolean formula = looks_like_formula (text);
  if (!formula && strpbrk (text, ",\"\r\n") == NULL) {
    g_string_append (line, text);
    return;
  }
  g_string_append_c (line, '"');
  if (formula)
    g_string_append_c (line, '\'');
  for (; *text != 0; text++) {
    if (*text == '"')
      g_string_append_c (line, '"');
    g_string_append_c (line, *text);
  }
  g_string_append_c (line, '"');
}

static void
add_number (CzReport *report, guint64 number)
{
  char text[24] = "";
  if (number > 0)
    g_snprintf (text, sizeof text, "%" G_GUINT64_FORMAT, number);
  add_cell (report, text);
}

/* A first empty cell must still count as one. */
static void
begin_line (CzReport *report, const char *first)
{
  g_string_truncate (report->line, 0);
  add_cell (report, first != NULL && first[0] != 0 ? first : "-");
}

static void
write_line (CzReport *report)
{
  g_string_append (report->line, "\r\n");
  fwrite (report->line->str, 1, report->line->len, report->file);
}

void
cz_report_add (CzReport *report, const CzReportItem *item)
{
  if (report->file == NULL)
    return;
  g_autofree char *cell = NULL;
  g_autofree char *value = NULL;
  guint column = item->column >= 0 ? (guint) item->column : 0;
  if (item->row != NULL && item->row->sheet != NULL)
    cell = cz_sheet_cell_name (item->row, column);
  if (item->value != NULL && g_utf8_strlen (item->value, -1) > VALUE_MAX_CHARS) {
    g_autofree char *head = g_utf8_substring (item->value, 0, VALUE_MAX_CHARS);
    value = g_strconcat (head, "…", NULL);
  }
  begin_line (report, item->file);
  add_number (report, item->row != NULL ? item->row->line : item->line);
  add_number (report, item->column >= 0 ? (guint64) item->column + 1 : 0);
  add_cell (report, cell);
  add_cell (report, item->field);
  add_cell (report, value != NULL ? value : item->value);
  add_cell (report, status_words[item->status]);
  add_cell (report, item->code);
  add_cell (report, item->reason);
  add_cell (report, item->todo);
  write_line (report);
}

gboolean
cz_report_close (CzReport *report, const char *totals, GError **error)
{
  if (report->file == NULL)
    return TRUE;
  const char *const cells[] = { "", "", "", "", "", "total", "", totals, "" };
  begin_line (report, "");
  for (gsize i = 0; i < G_N_ELEMENTS (cells); i++)
    add_cell (report, cells[i]);
  write_line (report);
  gboolean failed = ferror (report->file) != 0;
  if (fclose (g_steal_pointer (&report->file)) == 0 && !failed)
    return TRUE;
  g_set_error (error, CZ_IMPORT_ERROR, CZ_IMPORT_ERROR_REPORT, _("%s: the report cannot be written: %s"), report->path, g_strerror (errno));
  return FALSE;
}
