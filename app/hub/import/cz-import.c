/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/import/cz-import.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/hub/import/cz-import-files.h"
#include "app/hub/import/cz-import-table.h"
#include "app/hub/import/cz-importer.h"
#include "sync/model/cz-exit.h"

#define DEFAULT_REPORT "import-report.csv"

G_DEFINE_QUARK (cz_import_error, cz_import_error)

static const CzImportKind *const kinds[] = {
  &cz_import_regions, &cz_import_markets, &cz_import_distances, &cz_import_products, &cz_import_quotes, &cz_import_policies, &cz_import_notices,
};

static const CzImportKind *
find_kind (const char *name, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_strcmp0 (kinds[i]->kind, name) == 0)
      return kinds[i];
  g_set_error (error, CZ_IMPORT_ERROR, CZ_IMPORT_ERROR_USAGE,
               _("“%s” is nothing that can be imported: regions, distances, products, markets, quotes, policies, notices"), name);
  return NULL;
}

static gboolean
load_map (CzImporter *imp, GError **error)
{
  imp->map = cz_map_load (imp->options->map, error);
  if (imp->map == NULL)
    return FALSE;
  if (imp->options->map != NULL && imp->kind->file != NULL) {
    g_set_error (error, CZ_IMPORT_ERROR, CZ_IMPORT_ERROR_USAGE, _("%s are texts and need no map"), imp->kind->kind);
    return FALSE;
  }
  if (imp->map->kind == NULL || g_str_equal (imp->map->kind, imp->kind->kind))
    return TRUE;
  g_set_error (error, CZ_IMPORT_ERROR, CZ_IMPORT_ERROR_MAP, _("%s: is a map for %s, not for %s"), imp->map->path, imp->map->kind, imp->kind->kind);
  return FALSE;
}

static gboolean
log_file (CzImporter *imp, const CzImportResult *before, GError **error)
{
  const CzImportResult *now = imp->result;
  CzHubImportLog log = { .kind = imp->kind->kind, .file = imp->path, .rows = (gint64) (now->rows - before->rows),
                         .added = (gint64) (now->added - before->added), .changed = (gint64) (now->changed - before->changed),
                         .same = (gint64) (now->same - before->same), .held = (gint64) (now->held - before->held),
                         .refused = (gint64) (now->not_taken - before->not_taken) };
  return cz_import_file_hash (imp->path, log.file_hash, error) && cz_hub_log_import (imp->hub, &log, error);
}

static gboolean
take_file (CzImporter *imp, const char *path, GError **error)
{
  CzImportResult before = *imp->result;
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *reason = g_strdup_printf (_("import of %s"), name);
  imp->path = path;
  imp->line = 0;
  cz_hub_set_reason (imp->hub, reason);
  gboolean ok = imp->kind->file != NULL ? imp->kind->file (imp, path, error) : cz_import_table (imp, path, error);
  imp->result->n_files++;
  return ok && log_file (imp, &before, error);
}

static gboolean
take_files (CzImporter *imp, GPtrArray *files, GError **error)
{
  imp->state = imp->kind->state_new != NULL ? imp->kind->state_new (imp) : NULL;
  gboolean ok = TRUE;
  for (guint i = 0; ok && i < files->len; i++)
    ok = take_file (imp, g_ptr_array_index (files, i), error);
  if (ok && imp->kind->finish != NULL)
    ok = imp->kind->finish (imp, error);
  if (imp->state != NULL)
    imp->kind->state_free (imp->state);
  return ok;
}

static char *
totals_text (const CzImportResult *r)
{
  return g_strdup_printf (_("%lu rows: %lu new, %lu changed, %lu unchanged, %lu held back, %lu held back before, %lu not taken; besides %lu lines"
                            " passed over, %lu products and markets made"),
                          (gulong) r->rows, (gulong) r->added, (gulong) r->changed, (gulong) r->same, (gulong) r->held, (gulong) r->held_before,
                          (gulong) r->not_taken, (gulong) r->passed, (gulong) r->created);
}

static gboolean
run_in_transaction (CzImporter *imp, GPtrArray *files, GError **error)
{
  if (!cz_hub_begin (imp->hub, error))
    return FALSE;
  gboolean ok = take_files (imp, files, error);
  if (ok) {
    g_autofree char *totals = totals_text (imp->result);
    ok = cz_report_close (imp->report, totals, error);
  }
  if (ok && !imp->options->dry_run)
    return cz_hub_commit (imp->hub, error);
  cz_hub_roll_back (imp->hub);
  return ok;
}

static char *
report_path (CzHub *hub, const CzImportOptions *options)
{
  return options->report != NULL ? g_strdup (options->report) : g_build_filename (cz_hub_home (hub), DEFAULT_REPORT, NULL);
}

gboolean
cz_import_run (CzHub *hub, const CzImportOptions *options, CzImportResult *result, GError **error)
{
  CzImporter imp = { .hub = hub, .options = options, .result = result };
  *result = (CzImportResult){ 0 };
  imp.kind = find_kind (options->kind, error);
  if (imp.kind == NULL)
    return FALSE;
  g_autoptr (GPtrArray) files = cz_import_files (options->files, imp.kind->file != NULL, error);
  if (files == NULL)
    return FALSE;
  g_autofree char *report = report_path (hub, options);
  gboolean ok = load_map (&imp, error);
  if (ok) {
    imp.report = cz_report_new (report, error);
    ok = imp.report != NULL && run_in_transaction (&imp, files, error);
  }
  g_clear_pointer (&imp.map, cz_map_free);
  g_clear_pointer (&imp.report, cz_report_free);
  return ok;
}

int
cz_import_exit_status (const CzImportResult *result, const GError *error)
{
  if (error == NULL)
    return result->held > 0 || result->not_taken > 0 || result->faults > 0 ? CZ_EXIT_PARTLY : CZ_EXIT_DONE;
  if (error->domain == CZ_SHEET_ERROR)
    return CZ_EXIT_REFUSED;
  if (error->domain != CZ_IMPORT_ERROR)
    return cz_hub_exit_status (error);
  if (error->code == CZ_IMPORT_ERROR_USAGE)
    return CZ_EXIT_USAGE;
  return error->code == CZ_IMPORT_ERROR_REPORT ? CZ_EXIT_STORAGE : CZ_EXIT_REFUSED;
}

char *
cz_import_summary (CzHub *hub, const CzImportResult *result, const CzImportOptions *options)
{
  g_autofree char *report = report_path (hub, options);
  g_autofree char *totals = totals_text (result);
  GString *text = g_string_new (NULL);
  if (result->added + result->changed + result->held + result->created + result->translations + result->superseded + result->not_taken + result->faults == 0)
    g_string_append (text, _("Nothing new. "));
  else if (options->dry_run)
    g_string_append (text, _("Tried, nothing was kept. "));
  g_string_append_printf (text, "%s: %s.", options->kind, totals);
  if (result->held + result->held_before + result->not_taken + result->faults > 0)
    g_string_append_printf (text, _(" Each is in the report %s."), report);
  if (result->not_read[0] != '\0')
    g_string_append_printf (text, _(" Columns not read: %s."), result->not_read);
  return g_string_free (text, FALSE);
}
