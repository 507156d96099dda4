/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "app/hub/cz-hub-cli.h"
#include "app/hub/cz-hub-office.h"
#include "app/hub/cz-hub-publish.h"
#include "app/hub/cz-hub-private.h"
#include "sync/wire/cz-key.h"

int
cz_hub_cli_init (const CzHubCli *cli, int argc, char **argv)
{
  g_autofree char *region = NULL, *name = NULL, *place = NULL, *hotline = NULL, *remark = NULL, *depot = NULL;
  g_autofree char *passphrase_file = NULL;
  const GOptionEntry entries[] = {
    { "region", 0, 0, G_OPTION_ARG_STRING, &region, N_ ("Region code of the office, six digits; 000000 is the centre"), N_ ("CODE") },
    { "name", 0, 0, G_OPTION_ARG_STRING, &name, N_ ("Name of the office, as stations show it"), N_ ("NAME") },
    { "place", 0, 0, G_OPTION_ARG_STRING, &place, N_ ("Name of the place it speaks for, shown beside each station's name; default: what its region is called once regions are imported"), N_ ("NAME") },
    { "hotline", 0, 0, G_OPTION_ARG_STRING, &hotline, N_ ("Telephone number for villagers"), N_ ("NUMBER") },
    { "remark", 0, 0, G_OPTION_ARG_STRING, &remark, N_ ("A sentence shown beside the name"), N_ ("TEXT") },
    { "depot", 0, 0, G_OPTION_ARG_FILENAME, &depot, N_ ("Folder or S3-compatible bucket (https://HOST/BUCKET) to publish into; default: depot inside the hub's folder"), N_ ("DIR|URL") },
    { "passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &passphrase_file, N_ ("Wrap the keys with the first line of this file"), N_ ("FILE") },
    G_OPTION_ENTRY_NULL,
  };
  const CzHubVerbHelp help = { _ ("--region CODE --name NAME"), _ ("Makes a hub: its folder, its keys, its working copy. Publishes nothing yet."),
                               _ ("The head key is never wrapped, so that a timer can run beat."), 0, 0 };
  GError *error = NULL;
  int status = 0;
  char *passphrase = NULL;
  if (!cz_hub_cli_parse (&help, entries, &argc, &argv))
    return CZ_EXIT_USAGE;
  if (region == NULL || name == NULL)
    return cz_hub_cli_usage (_ ("init needs --region CODE and --name NAME."));
  if (!cz_hub_cli_passphrase (passphrase_file, &passphrase, &status))
    return status;
  CzHubInit init = { region, name, place, hotline, remark, depot, passphrase };
  gboolean ok = cz_hub_init (cli->home, &init, cli->clock, &error);
  cz_hub_cli_forget (passphrase);
  if (!ok)
    return cz_hub_cli_fail (error);
  g_print (_ ("Made the hub of %s (channel %s) in %s.\n"), name, region, cli->home);
  g_print (_ ("Its keys are in %s/keys. Keep a copy in a safe place: whoever has them can publish in this office's name.\n"), cli->home);
  if (passphrase_file == NULL)
    g_print (_ ("They are under no passphrase. To have them wrapped, make the hub with init --passphrase-file FILE instead, before anything is published.\n"));
  if (place == NULL || place[0] == '\0')
    g_print (_ ("No --place was given: stations show no county beside their name until regions are imported that name %s.\n"), region);
  return CZ_EXIT_DONE;
}

int
cz_hub_cli_ticket (const CzHubCli *cli, int argc, char **argv)
{
  g_autofree char *village = NULL, *name = NULL, *line = NULL;
  g_auto (GStrv) depots = NULL;
  const GOptionEntry entries[] = {
    { "village", 0, 0, G_OPTION_ARG_STRING, &village, N_ ("Region code of the village, twelve digits"), N_ ("CODE") },
    { "name", 0, 0, G_OPTION_ARG_STRING, &name, N_ ("Name of the station"), N_ ("NAME") },
    { "depot", 0, 0, G_OPTION_ARG_STRING_ARRAY, &depots, N_ ("Address or folder to fetch from; may be given several times"), N_ ("URL") },
    { "line", 0, 0, G_OPTION_ARG_STRING, &line, N_ ("Channels of the station, county first, comma separated; default: this office and all above it"), N_ ("CODES") },
    G_OPTION_ENTRY_NULL,
  };
  const CzHubVerbHelp help = { _ ("FILE --village CODE --name NAME --depot URL…"),
                               _ ("Writes an enrolment ticket for one station. It holds no secret, but is to be brought by hand."), NULL, 1, 1 };
  GError *error = NULL;
  int status = 0;
  CzHubTicketOptions options = { 0 };
  if (!cz_hub_cli_parse (&help, entries, &argc, &argv))
    return CZ_EXIT_USAGE;
  if (village == NULL || name == NULL || depots == NULL)
    return cz_hub_cli_usage (_ ("ticket needs --village CODE, --name NAME and --depot URL."));
  if (!cz_region_parse (village, &options.village))
    return cz_hub_cli_usage (_ ("A village code has twelve digits."));
  g_autoptr (CzHub) hub = cz_hub_cli_open (cli, CZ_HUB_WRITE, &status);
  if (hub == NULL)
    return status;
  options.name = name;
  options.depots = (const char *const *) depots;
  options.line = line;
  if (!cz_hub_write_ticket (hub, argv[1], &options, &error) || !cz_hub_audit (hub, "ticket", name, village, NULL, &error))
    return cz_hub_cli_fail (error);
  cz_hub_cli_warn_of_folders (options.depots);
  g_print (_ ("Wrote the ticket of %s to %s. On the station: cunzhan-sync enrol %s\n"), name, argv[1], argv[1]);
  return CZ_EXIT_DONE;
}

/* --- status --- */

typedef struct {
  CzHead head;
  gboolean has_head;
  gboolean is_pending;
} Standing;

static void
add_counts (JsonBuilder *json, CzHub *hub, const char *member, gint64 (*count) (CzHub *, const CzTable *))
{
  guint n = 0;
  const CzTable *const *tables = cz_table_all (&n);
  json_builder_set_member_name (json, member);
  json_builder_begin_object (json);
  for (guint i = 0; i < n; i++) {
    gint64 rows = count (hub, tables[i]);
    if (rows == 0)
      continue;
    json_builder_set_member_name (json, tables[i]->name);
    json_builder_add_int_value (json, rows);
  }
  json_builder_end_object (json);
}

static void
status_json (CzHub *hub, const char *channel, const char *name, const Standing *at)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  g_autofree char *depot = cz_hub_depot_folder (hub);
  json_builder_begin_object (json);
  cz_hub_cli_json_text (json, "channel", channel);
  cz_hub_cli_json_text (json, "name", name);
  cz_hub_cli_json_text (json, "depot", depot);
  cz_hub_cli_json_int (json, "epoch", at->has_head ? at->head.epoch : 0);
  cz_hub_cli_json_int (json, "sequence", at->has_head ? (gint64) at->head.seq : 0);
  cz_hub_cli_json_int (json, "issued_s", (gint64) at->head.issued_s);
  cz_hub_cli_json_int (json, "expires_s", (gint64) at->head.expires_s);
  cz_hub_cli_json_int (json, "next_publish_s", (gint64) at->head.next_publish_s);
  json_builder_set_member_name (json, "interrupted");
  json_builder_add_boolean_value (json, at->is_pending);
  add_counts (json, hub, "rows", cz_hub_count);
  add_counts (json, hub, "waiting", cz_hub_count_dirty);
  add_counts (json, hub, "held", cz_hub_held_count);
  json_builder_end_object (json);
  cz_hub_cli_print_json (json);
}

static char *
local_time (gint64 unix_s)
{
  g_autoptr (GDateTime) when = g_date_time_new_from_unix_local (unix_s);
  return when == NULL ? g_strdup ("?") : g_date_time_format (when, "%Y-%m-%d %H:%M");
}

static void
status_text (CzHub *hub, const char *channel, const char *name, const Standing *at)
{
  guint n = 0;
  const CzTable *const *tables = cz_table_all (&n);
  g_print (_ ("%s, channel %s\n"), name, channel);
  if (at->has_head) {
    g_autofree char *issued = local_time ((gint64) at->head.issued_s);
    g_autofree char *next = local_time ((gint64) at->head.next_publish_s);
    g_print (_ ("Published: sequence %llu, signed %s, next announced for %s\n"), (unsigned long long) at->head.seq, issued, next);
  } else
    g_print (_ ("Nothing has been published yet.\n"));
  if (at->is_pending)
    g_print (_ ("A publication was interrupted; the next publish or beat finishes it.\n"));
  for (guint i = 0; i < n; i++) {
    gint64 rows = cz_hub_count (hub, tables[i]);
    gint64 waiting = cz_hub_count_dirty (hub, tables[i]);
    gint64 held = cz_hub_held_count (hub, tables[i]);
    if (rows + waiting + held > 0)
      g_print (_ ("%-18s %9lld rows, %lld to publish, %lld held back\n"), tables[i]->name, (long long) rows,
               (long long) waiting, (long long) held);
  }
}

int
cz_hub_cli_status (const CzHubCli *cli, int argc, char **argv)
{
  gboolean as_json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, N_ ("For programs"), NULL },
    G_OPTION_ENTRY_NULL,
  };
  const CzHubVerbHelp help
      = { "", _ ("Shows what the hub holds, what waits for publication and what is held back."),
          _ ("JSON fields: channel (six digits), name, depot (folder), epoch, sequence (of the newest publication, 0 = none),"
             " issued_s, expires_s and next_publish_s of the head (seconds since 1970), interrupted (a publication was cut off"
             " and will be finished), rows, waiting (to be published) and held: objects of table name and number of rows."),
          0, 0 };
  GError *error = NULL;
  int status = 0;
  Standing at = { 0 };
  if (!cz_hub_cli_parse (&help, entries, &argc, &argv))
    return CZ_EXIT_USAGE;
  g_autoptr (CzHub) hub = cz_hub_cli_open (cli, CZ_HUB_READ, &status);
  if (hub == NULL)
    return status;
  if (!cz_hub_newest_head (hub, &at.head, &at.has_head, &error))
    return cz_hub_cli_fail (error);
  g_autofree char *pending = g_build_filename (cli->home, "publish", "pending", NULL);
  g_autofree char *channel = cz_channel_to_string (cz_hub_channel (hub));
  g_autofree char *name = cz_hub_get_value (cz_hub_db (hub), "name");
  at.is_pending = g_file_test (pending, G_FILE_TEST_EXISTS);
  cz_hub_cli_warn_of_term (hub);
  if (as_json)
    status_json (hub, channel, name != NULL ? name : "", &at);
  else
    status_text (hub, channel, name != NULL ? name : "", &at);
  return CZ_EXIT_DONE;
}

/* --- log --- */

#define LOG_LINES 50

static void
print_line (const CzHubAuditLine *line, gpointer data)
{
  g_autofree char *when = local_time (line->at_s);
  g_print ("%s  %s  %s %s %s", when, line->who, line->verb, line->kind, line->what);
  if (line->reason[0] != '\0')
    g_print ("  (%s)", line->reason);
  g_print ("\n");
}

static void
add_line (const CzHubAuditLine *line, gpointer data)
{
  JsonBuilder *json = data;
  json_builder_begin_object (json);
  cz_hub_cli_json_int (json, "at_s", line->at_s);
  cz_hub_cli_json_text (json, "who", line->who);
  cz_hub_cli_json_text (json, "verb", line->verb);
  cz_hub_cli_json_text (json, "kind", line->kind);
  cz_hub_cli_json_text (json, "what", line->what);
  cz_hub_cli_json_text (json, "reason", line->reason);
  json_builder_end_object (json);
}

int
cz_hub_cli_log (const CzHubCli *cli, int argc, char **argv)
{
  gboolean as_json = FALSE;
  int lines = LOG_LINES;
  const GOptionEntry entries[] = {
    { "lines", 0, 0, G_OPTION_ARG_INT, &lines, N_ ("How many of the newest; default 50"), N_ ("N") },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, N_ ("For programs"), NULL },
    G_OPTION_ENTRY_NULL,
  };
  const CzHubVerbHelp help = { "", _ ("Shows who did what in this hub, the newest last."),
                               _ ("JSON: {\"log\": [{at_s (seconds since 1970), who, verb, kind, what, reason}]}."), 0, 0 };
  GError *error = NULL;
  int status = 0;
  if (!cz_hub_cli_parse (&help, entries, &argc, &argv))
    return CZ_EXIT_USAGE;
  if (lines < 1)
    return cz_hub_cli_usage (_ ("--lines takes a number from 1."));
  g_autoptr (CzHub) hub = cz_hub_cli_open (cli, CZ_HUB_READ, &status);
  if (hub == NULL)
    return status;
  g_autoptr (JsonBuilder) json = json_builder_new ();
  json_builder_begin_object (json);
  json_builder_set_member_name (json, "log");
  json_builder_begin_array (json);
  if (!cz_hub_audit_each (hub, (guint) lines, as_json ? add_line : print_line, json, &error))
    return cz_hub_cli_fail (error);
  json_builder_end_array (json);
  json_builder_end_object (json);
  if (as_json)
    cz_hub_cli_print_json (json);
  return CZ_EXIT_DONE;
}
