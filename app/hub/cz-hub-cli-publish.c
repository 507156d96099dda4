/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <unistd.h>

#include "app/hub/cz-hub-cli.h"
#include "app/hub/cz-hub-publish.h"
#include "app/hub/cz-hub-recover.h"

#define HOUR_S 3600

static void
on_progress (CzPublishStep step, guint64 done, gpointer data)
{
  if (step == CZ_PUBLISH_STEP_ROWS || step == CZ_PUBLISH_STEP_BUILT)
    g_printerr ("\r");
  if (step == CZ_PUBLISH_STEP_ROWS)
    g_printerr (_ ("compared %llu rows"), (unsigned long long) done);
  else if (step == CZ_PUBLISH_STEP_BUILT)
    g_printerr (_ ("signed a bundle of %llu bytes, checking and writing it\n"), (unsigned long long) done);
}

static void
print_text (const CzHubPublished *published)
{
  const CzPublishReport *report = &published->report;
  guint n = 0;
  const CzTable *const *tables = cz_table_all (&n);
  if (published->recovered)
    g_print (_ ("Finished the publication that was interrupted.\n"));
  if (report->seq == report->from_seq) {
    g_print (_ ("Nothing new to publish; the head was signed anew (sequence %llu).\n"), (unsigned long long) report->seq);
    return;
  }
  for (guint i = 0; i < n; i++) {
    const CzPublishTable *line = &report->tables[tables[i]->number];
    if (line->bytes == 0)
      continue;
    g_autofree char *size = cz_hub_cli_size (line->bytes);
    g_print (_ ("%-18s %llu new, %llu changed, %llu removed, %s\n"), tables[i]->name, (unsigned long long) line->inserted,
             (unsigned long long) line->updated, (unsigned long long) line->deleted, size);
  }
  if (report->media_objects > 0) {
    g_autofree char *size = cz_hub_cli_size (report->media_bytes);
    g_print (_ ("Pictures and sounds: %llu, %s\n"), (unsigned long long) report->media_objects, size);
  }
  g_print (_ ("Published sequence %llu, %llu bytes.\n"), (unsigned long long) report->seq, (unsigned long long) report->bytes);
}

static void
print_json (const CzHubPublished *published)
{
  const CzPublishReport *report = &published->report;
  g_autoptr (JsonBuilder) json = json_builder_new ();
  guint n = 0;
  const CzTable *const *tables = cz_table_all (&n);
  json_builder_begin_object (json);
  cz_hub_cli_json_int (json, "from_sequence", report->from_seq);
  cz_hub_cli_json_int (json, "sequence", report->seq);
  cz_hub_cli_json_int (json, "bytes", report->bytes);
  cz_hub_cli_json_int (json, "media_objects", report->media_objects);
  cz_hub_cli_json_int (json, "media_bytes", report->media_bytes);
  json_builder_set_member_name (json, "recovered");
  json_builder_add_boolean_value (json, published->recovered);
  json_builder_set_member_name (json, "tables");
  json_builder_begin_object (json);
  for (guint i = 0; i < n; i++) {
    const CzPublishTable *line = &report->tables[tables[i]->number];
    if (line->bytes == 0)
      continue;
    json_builder_set_member_name (json, tables[i]->name);
    json_builder_begin_object (json);
    cz_hub_cli_json_int (json, "new", line->inserted);
    cz_hub_cli_json_int (json, "changed", line->updated);
    cz_hub_cli_json_int (json, "removed", line->deleted);
    cz_hub_cli_json_int (json, "bytes", line->bytes);
    json_builder_end_object (json);
  }
  json_builder_end_object (json);
  json_builder_end_object (json);
  cz_hub_cli_print_json (json);
}

/* --dry-run: nothing is signed, no key is needed. */
static int
preview (CzHub *hub)
{
  GError *error = NULL;
  guint n = 0;
  gint64 sum = 0;
  const CzTable *const *tables = cz_table_all (&n);
  for (guint i = 0; i < n; i++) {
    CzHubWaiting waiting = { 0 };
    if (!cz_hub_waiting (hub, tables[i], &waiting, &error))
      return cz_hub_cli_fail (error);
    gint64 rows = waiting.added + waiting.changed + waiting.removed;
    sum += rows;
    if (rows > 0)
      g_print (_ ("%-18s %lld new, %lld changed, %lld removed\n"), tables[i]->name, (long long) waiting.added,
               (long long) waiting.changed, (long long) waiting.removed);
  }
  g_print (_ ("%lld rows would be published, %lld are held back.\n"), (long long) sum, (long long) cz_hub_held_count (hub, NULL));
  return CZ_EXIT_DONE;
}

int
cz_hub_cli_publish (const CzHubCli *cli, int argc, char **argv)
{
  gboolean as_json = FALSE, dry_run = FALSE;
  int next_hours = 0;
  g_autofree char *passphrase_file = NULL;
  const GOptionEntry entries[] = {
    { "next", 0, 0, G_OPTION_ARG_INT, &next_hours, N_ ("Announce the next publication in this many hours; default 24"), N_ ("HOURS") },
    { "passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &passphrase_file, N_ ("The keys' passphrase is the first line of this file"), N_ ("FILE") },
    { "dry-run", 0, 0, G_OPTION_ARG_NONE, &dry_run, N_ ("Only say how many rows would go out"), NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, N_ ("For programs"), NULL },
    G_OPTION_ENTRY_NULL,
  };
  const CzHubVerbHelp help
      = { "", _ ("Signs what has changed and writes it into the depot. Rows held back stay behind."),
          _ ("JSON fields: from_sequence, sequence (equal: there was nothing new), bytes (of the bundles), media_objects,"
             " media_bytes, recovered (an interrupted publication was finished first), tables: for each table new, changed,"
             " removed (rows) and bytes (compressed)."),
          0, 0 };
  GError *error = NULL;
  int status = 0;
  char *passphrase = NULL;
  if (!cz_hub_cli_parse (&help, entries, &argc, &argv))
    return CZ_EXIT_USAGE;
  if (next_hours < 0 || next_hours > 24 * 366)
    return cz_hub_cli_usage (_ ("--next takes a number of hours up to a year."));
  g_autoptr (CzHub) hub = cz_hub_cli_open (cli, dry_run ? CZ_HUB_READ : CZ_HUB_WRITE, &status);
  if (hub != NULL && dry_run)
    return preview (hub);
  if (hub == NULL || !cz_hub_cli_passphrase (passphrase_file, &passphrase, &status))
    return status;
  CzHubPublished published = { 0 };
  CzHubPublishOptions options = { .passphrase = passphrase };
  if (next_hours > 0)
    options.next_publish_s = cz_clock_wall_s (cli->clock) + (gint64) next_hours * HOUR_S;
  if (isatty (STDERR_FILENO))
    options.progress = on_progress;
  gboolean ok = cz_hub_publish (hub, &options, &published, &error);
  cz_hub_cli_forget (passphrase);
  if (!ok)
    return cz_hub_cli_fail (error);
  cz_hub_cli_warn_of_term (hub);
  if (as_json)
    print_json (&published);
  else
    print_text (&published);
  return CZ_EXIT_DONE;
}

int
cz_hub_cli_beat (const CzHubCli *cli, int argc, char **argv)
{
  int next_hours = 0;
  const GOptionEntry entries[] = {
    { "next", 0, 0, G_OPTION_ARG_INT, &next_hours, N_ ("Announce the next publication in this many hours; default: as announced"), N_ ("HOURS") },
    G_OPTION_ENTRY_NULL,
  };
  const CzHubVerbHelp help = { "", _ ("Signs the head anew with the head key alone, for a timer: stations see that the office is alive."), NULL, 0, 0 };
  GError *error = NULL;
  int status = 0;
  CzHead head = { 0 };
  if (!cz_hub_cli_parse (&help, entries, &argc, &argv))
    return CZ_EXIT_USAGE;
  if (next_hours < 0 || next_hours > 24 * 366)
    return cz_hub_cli_usage (_ ("--next takes a number of hours up to a year."));
  g_autoptr (CzHub) hub = cz_hub_cli_open (cli, CZ_HUB_WRITE, &status);
  if (hub == NULL)
    return status;
  gint64 next_s = next_hours > 0 ? cz_clock_wall_s (cli->clock) + (gint64) next_hours * HOUR_S : 0;
  if (!cz_hub_beat (hub, next_s, &head, &error))
    return cz_hub_cli_fail (error);
  cz_hub_cli_warn_of_term (hub);
  g_print (_ ("Signed the head anew: sequence %llu.\n"), (unsigned long long) head.seq);
  return CZ_EXIT_DONE;
}

const char *
cz_hub_cli_also_words (void)
{
  return N_ ("A folder that may know of later publications, such as a stick that a station has written; may be given several times");
}

int
cz_hub_cli_recover (const CzHubCli *cli, int argc, char **argv)
{
  g_auto (GStrv) also = NULL;
  const GOptionEntry entries[] = { { "also", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &also, cz_hub_cli_also_words (), N_ ("DIR") }, G_OPTION_ENTRY_NULL };
  const CzHubVerbHelp help
      = { "", _ ("For a hub that came back from an old copy, or whose replica is lost: learns from its own depot what it has published"
                 " since, so that no number is ever signed twice. Changes nothing in the depot."),
          NULL, 0, 0 };
  GError *error = NULL;
  int status = 0;
  CzHubRecovered recovered = { 0 };
  if (!cz_hub_cli_parse (&help, entries, &argc, &argv))
    return CZ_EXIT_USAGE;
  g_autoptr (CzHub) hub = cz_hub_cli_open (cli, CZ_HUB_WRITE, &status);
  if (hub == NULL)
    return status;
  if (!cz_hub_recover (hub, (const char *const *) also, &recovered, &error))
    return cz_hub_cli_fail (error);
  g_print (_ ("The hub knows sequence %llu now (before: %llu); %llu rows taken over, %llu withdrawn since.\n"),
           (unsigned long long) recovered.seq, (unsigned long long) recovered.from_seq, (unsigned long long) recovered.taken,
           (unsigned long long) recovered.dropped);
  if (recovered.asked_again > 0)
    g_print (_ ("%llu messages of villages that had been acknowledged are lost; with the next publication their stations are asked to send them again.\n"),
             (unsigned long long) recovered.asked_again);
  return CZ_EXIT_DONE;
}
