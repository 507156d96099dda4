/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "app/hub/cz-hub-cli.h"
#include "app/hub/import/cz-import.h"

static void
print_json (const CzImportResult *result)
{
  const struct {
    const char *name;
    guint64 value;
  } fields[] = {
    { "files", result->n_files }, { "lines", result->lines }, { "blank", result->blank }, { "headers", result->headers }, { "passed", result->passed },
    { "rows", result->rows }, { "added", result->added }, { "changed", result->changed }, { "same", result->same }, { "held", result->held },
    { "held_before", result->held_before }, { "not_taken", result->not_taken }, { "created", result->created },
    { "translations", result->translations }, { "superseded", result->superseded }, { "faults", result->faults },
    { "unread_columns", result->unread_columns },
  };
  g_autoptr (JsonBuilder) json = json_builder_new ();
  json_builder_begin_object (json);
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++) {
    json_builder_set_member_name (json, fields[i].name);
    json_builder_add_int_value (json, (gint64) fields[i].value);
  }
  json_builder_set_member_name (json, "not_read");
  json_builder_add_string_value (json, result->not_read);
  json_builder_end_object (json);
  cz_hub_cli_print_json (json);
}

static int
run (const CzHubCli *cli, const CzImportOptions *options, gboolean as_json)
{
  g_autoptr (GError) error = NULL;
  int status = 0;
  CzImportResult result = { 0 };
  g_autoptr (CzHub) hub = cz_hub_cli_open (cli, CZ_HUB_WRITE, &status);
  if (hub == NULL)
    return status;
  if (!cz_import_run (hub, options, &result, &error)) {
    g_printerr ("%s\n", error->message);
    return cz_import_exit_status (&result, error);
  }
  g_autofree char *files = g_strjoinv (" ", (char **) options->files);
  if (!options->dry_run && !cz_hub_audit (hub, "import", options->kind, files, NULL, &error))
    return cz_hub_cli_fail (g_steal_pointer (&error));
  g_autofree char *summary = cz_import_summary (hub, &result, options);
  if (as_json)
    print_json (&result);
  else
    g_print ("%s\n", summary);
  return cz_import_exit_status (&result, NULL);
}

int
cz_hub_cli_import (const CzHubCli *cli, int argc, char **argv)
{
  CzImportOptions options = { 0 };
  gboolean as_json = FALSE;
  g_autofree char *map = NULL, *report = NULL, *pictures = NULL;
  const GOptionEntry entries[] = {
    { "map", 0, 0, G_OPTION_ARG_FILENAME, &map, N_ ("How to read files of another office"), N_ ("FILE") },
    { "report", 0, 0, G_OPTION_ARG_FILENAME, &report, N_ ("Write every row not taken or held back, with its reason, to this CSV file"), N_ ("FILE") },
    { "dry-run", 0, 0, G_OPTION_ARG_NONE, &options.dry_run, N_ ("Only look: nothing is kept"), NULL },
    { "create-products", 0, 0, G_OPTION_ARG_NONE, &options.create_products, N_ ("Make products and markets that are not known yet"), NULL },
    { "pictures", 0, 0, G_OPTION_ARG_FILENAME, &pictures, N_ ("Folder of the pictures that products name"), N_ ("DIR") },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, N_ ("For programs"), NULL },
    G_OPTION_ENTRY_NULL,
  };
  const CzHubVerbHelp help
      = { _ ("KIND FILE…"), _ ("Takes in files as clerks have them: CSV, Excel, Markdown. Kinds: regions, distances, products, markets, quotes, policies, notices."),
          _ ("JSON fields: files, lines, blank, headers, passed (over, as the map says), rows = added + changed + same + held +"
             " held_before + not_taken, created (products and markets), translations, superseded (policies), faults (translations not taken),"
             " unread_columns and not_read (their headers, joined by a comma).\n"
             "Exit status 5: done, but rows were not taken or are held back; see the report."),
          2, -1 };
  if (!cz_hub_cli_parse (&help, entries, &argc, &argv))
    return CZ_EXIT_USAGE;
  options.kind = argv[1];
  options.files = (const char *const *) argv + 2;
  options.map = map;
  options.report = report;
  options.picture_dir = pictures;
  return run (cli, &options, as_json);
}
