/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/import/cz-import-table.h"

#include <glib/gi18n.h>
#include <string.h>

/* A header may have title lines above it; further down it is not looked for. */
#define HEADER_WITHIN 30

typedef struct {
  CzImporter *imp;
  gboolean have_header;
  guint tried;
  guint sheet_no;
  char *sheet;
  char *missing; /* of the line that came nearest to a header */
} Table;

static gboolean
refuse_no_header (Table *table, GError **error)
{
  g_set_error (error, CZ_IMPORT_ERROR, CZ_IMPORT_ERROR_REFUSED,
               _("%s: line %lu: no line names the columns of %s; missing: %s. Name them in one line above the rows, or give a --map"),
               table->imp->path, table->imp->row != NULL ? (gulong) table->imp->row->line : 1ul, table->imp->kind->kind,
               table->missing != NULL ? table->missing : "-");
  return FALSE;
}

/* A further sheet without a header is reported, not refused: workbooks often carry notes. */
static gboolean
end_sheet (Table *table, gboolean is_first, GError **error)
{
  if (table->have_header || table->tried == 0)
    return TRUE;
  if (is_first)
    return refuse_no_header (table, error);
  g_autofree char *reason = g_strdup_printf (_("sheet %s has no line that names the columns; nothing of it was read"), table->sheet);
  table->imp->row = NULL;
  table->imp->result->rows++;
  cz_importer_refuse (table->imp, -1, "no-header", reason, _("name the columns in one line above the rows"));
  return TRUE;
}

static void
keep_nearest (Table *table, char *missing)
{
  if (table->missing == NULL || strlen (missing) < strlen (table->missing)) {
    g_free (table->missing);
    table->missing = missing;
  } else {
    g_free (missing);
  }
}

static gboolean
is_header_line (Table *table, const CzSheetRow *row, gboolean *is_it)
{
  const CzMap *map = table->imp->map;
  char *missing = NULL;
  *is_it = FALSE;
  if (map->header_line > 0 && row->line != map->header_line)
    return row->line < map->header_line;
  if (map->header_has != NULL) {
    gboolean has = FALSE;
    for (guint i = 0; i < row->n_cells && !has; i++)
      has = strstr (row->cells[i].text, map->header_has) != NULL;
    if (!has)
      return TRUE;
  }
  *is_it = cz_columns_match (table->imp->columns, map, row, &missing);
  if (!*is_it)
    keep_nearest (table, missing);
  return *is_it || map->header_line == 0;
}

static gboolean
is_named (const char *names, const char *name)
{
  g_auto (GStrv) all = g_strsplit (names, ", ", -1);
  return g_strv_contains ((const char *const *) all, name);
}

/* Each once, as many as there is room for. */
static void
name_unread (CzImportResult *result, const char *header)
{
  gsize used = strlen (result->not_read);
  gsize room = sizeof result->not_read - used;
  if (is_named (result->not_read, header) || is_named (result->not_read, "…"))
    return;
  const char *shown = strlen (header) + strlen (", , …") < room ? header : "…";
  g_snprintf (result->not_read + used, room, "%s%s", used > 0 ? ", " : "", shown);
}

/* A column whose header says nothing to us is left out of every row; said once a sheet, so that 最低 for 最低价 is seen. */
static void
report_unread_columns (CzImporter *imp, const CzSheetRow *row)
{
  g_autoptr (GString) scratch = g_string_new (NULL);
  for (guint i = 0; i < row->n_cells; i++) {
    const char *header = cz_columns_trim (&row->cells[i], scratch);
    if (*header == '\0' || cz_columns_uses (imp->columns, (int) i))
      continue;
    CzReportItem item = { .status = CZ_REPORT_PASSED,
                          .code = "unread-column",
                          .file = imp->path,
                          .row = row,
                          .column = (int) i,
                          .value = header,
                          .reason = _("no column of this kind has this name; its cells are not read"),
                          .todo = _("if it is meant, give it the name from the documentation or name it in the map") };
    cz_report_add (imp->report, &item);
    imp->result->unread_columns++;
    name_unread (imp->result, header);
  }
}

/* FALSE when the file is refused. *data = TRUE when the row is to be taken as data as well. */
static gboolean
try_header (Table *table, const CzSheetRow *row, gboolean *data, GError **error)
{
  CzImporter *imp = table->imp;
  gboolean is_it;
  table->tried++;
  *data = FALSE;
  if (!is_header_line (table, row, &is_it) || (!is_it && table->tried > HEADER_WITHIN && table->sheet_no == 0))
    return refuse_no_header (table, error);
  if (!is_it) {
    cz_importer_pass (imp, -1, "above-header", _("stands above the line that names the columns"));
    return TRUE;
  }
  table->have_header = TRUE;
  *data = imp->map->no_header;
  if (imp->kind->matched != NULL)
    imp->kind->matched (imp->columns);
  if (!imp->map->no_header)
    report_unread_columns (imp, row);
  imp->result->headers += imp->map->no_header ? 0 : row->n_lines;
  return TRUE;
}

static gboolean
take_row (Table *table, const CzSheetRow *row, GError **error)
{
  CzImporter *imp = table->imp;
  gboolean data = table->have_header;
  if (!data && !try_header (table, row, &data, error))
    return FALSE;
  if (!data)
    return TRUE;
  if (cz_map_passes_over (imp->map, row)) {
    cz_importer_pass (imp, -1, "map", _("the map says to pass over this line"));
    return TRUE;
  }
  if (row->problem != NULL) {
    imp->result->rows++;
    cz_importer_refuse (imp, -1, "malformed", row->problem, _("mend this line"));
    return TRUE;
  }
  return imp->kind->row (imp, error);
}

static gboolean
read_rows (Table *table, CzSheet *sheet, GError **error)
{
  CzImporter *imp = table->imp;
  CzSheetRow row;
  gboolean end;
  gboolean first = TRUE;
  for (;;) {
    guint64 blank = 0;
    if (!cz_sheet_next (sheet, &row, &end, &blank, error))
      return FALSE;
    imp->result->blank += blank;
    imp->result->lines += blank;
    if (end)
      return end_sheet (table, first, error);
    if (row.sheet_no != table->sheet_no) {
      if (!end_sheet (table, first, error))
        return FALSE;
      first = first && table->tried == 0;
      table->have_header = FALSE;
      table->tried = 0;
      table->sheet_no = row.sheet_no;
    }
    if (g_strcmp0 (table->sheet, row.sheet) != 0) {
      g_free (table->sheet);
      table->sheet = g_strdup (row.sheet);
    }
    imp->row = &row;
    imp->result->lines += row.n_lines;
    gboolean ok = take_row (table, &row, error);
    imp->row = NULL;
    if (!ok)
      return FALSE;
  }
}

gboolean
cz_import_table (CzImporter *imp, const char *path, GError **error)
{
  CzSheetOptions options = { imp->map->separator, imp->map->records, imp->map->sheet };
  g_autoptr (CzSheet) sheet = cz_sheet_open (path, &options, error);
  if (sheet == NULL)
    return FALSE;
  Table table = { .imp = imp };
  imp->columns = cz_columns_new (imp->kind->specs, imp->kind->n_specs, imp->map);
  gboolean ok = read_rows (&table, sheet, error);
  g_clear_pointer (&imp->columns, cz_columns_free);
  g_free (table.sheet);
  g_free (table.missing);
  return ok;
}
