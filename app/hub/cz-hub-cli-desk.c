/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "app/hub/cz-hub-cli-objects.h"
#include "app/hub/cz-hub-cli-words.h"
#include "app/hub/cz-hub-collect.h"
#include "app/hub/cz-hub-desk.h"
#include "app/hub/cz-hub-forget.h"
#include "app/hub/cz-hub-office.h"

/* --- collect --- */

static void
print_aside (const char *path, const char *reason, gpointer data)
{
  g_printerr (_ ("set aside: %s: %s\n"), path, reason);
}

static void
print_collected (const CzHubCollected *all, gboolean as_json)
{
  if (as_json) {
    g_autoptr (JsonBuilder) json = json_builder_new ();
    json_builder_begin_object (json);
    cz_hub_cli_json_int (json, "filed", all->filed);
    cz_hub_cli_json_int (json, "repeated", all->repeated);
    cz_hub_cli_json_int (json, "asked", all->asked);
    cz_hub_cli_json_int (json, "waiting", all->waiting);
    cz_hub_cli_json_int (json, "set_aside", all->set_aside);
    json_builder_end_object (json);
    cz_hub_cli_print_json (json);
    return;
  }
  g_print (_ ("Collected: %u new, %u repeated, %u set aside.\n"), all->filed, all->repeated, all->set_aside);
  if (all->asked > 0)
    g_print (_ ("New stations that ask: %u. Show them with: stations list\n"), all->asked);
  if (all->waiting > 0)
    g_print (_ ("Left until their station is approved: %u.\n"), all->waiting);
}

/* Adds to *all what this source brought; exit status. */
static int
collect_one (CzHub *hub, const CzHubCollectOptions *options, CzHubCollected *all)
{
  CzHubCollected one;
  GError *error = NULL;
  gboolean ok = cz_hub_collect (hub, options, &one, &error);
  all->filed += one.filed;
  all->repeated += one.repeated;
  all->asked += one.asked;
  all->waiting += one.waiting;
  all->set_aside += one.set_aside;
  return ok ? CZ_EXIT_DONE : cz_hub_cli_fail (error);
}

/* Each time something comes in, what has had its time goes. Exit status. */
static int
forget (CzHub *hub, gboolean is_quiet)
{
  CzHubForgotten gone;
  GError *error = NULL;
  if (!cz_hub_forget (hub, &gone, &error))
    return cz_hub_cli_fail (error);
  if (!is_quiet && gone.listings + gone.said + gone.receipts + gone.answers + gone.files > 0)
    g_print (_ ("Forgotten after their time: %u listings, %u messages, %u receipts, %u answers, %u files set aside.\n"), gone.listings, gone.said,
             gone.receipts, gone.answers, gone.files);
  return CZ_EXIT_DONE;
}

int
cz_hub_cli_collect (const CzHubCli *cli, int argc, char **argv)
{
  g_autofree char *passphrase_file = NULL;
  gboolean as_json = FALSE;
  g_auto (GStrv) expected = NULL;
  const GOptionEntry entries[] = {
    { "expect", 0, 0, G_OPTION_ARG_STRING_ARRAY, &expected, N_ ("This station may ask though too many do; may be given several times"), N_ ("CODE") },
    { "passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &passphrase_file, N_ ("The keys' passphrase is the first line of this file"), N_ ("FILE") },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, N_ ("For programs"), NULL },
    G_OPTION_ENTRY_NULL,
  };
  const CzHubVerbHelp help = { _ ("[DIR|URL]…"), _ ("Takes in what stations have sent: from the depot, or from sticks, folders and S3-compatible buckets."),
                               _ ("JSON: {filed, repeated, asked, waiting, set_aside}. A source that fails does not keep the others from being collected."), 0, -1 };
  CzHubCollected all = { 0 };
  int status = 0;
  char *passphrase = NULL;
  if (!cz_hub_cli_parse (&help, entries, &argc, &argv))
    return CZ_EXIT_USAGE;
  g_autoptr (CzHub) hub = cz_hub_cli_open (cli, CZ_HUB_WRITE, &status);
  if (hub == NULL || !cz_hub_cli_passphrase (passphrase_file, &passphrase, &status))
    return status;
  CzHubCollectOptions options = { NULL, passphrase, (const char *const *) expected, print_aside, NULL };
  status = argc > 1 ? CZ_EXIT_DONE : collect_one (hub, &options, &all);
  for (int i = 1; i < argc; i++) {
    options.source = argv[i];
    status = MAX (status, collect_one (hub, &options, &all));
  }
  cz_hub_cli_forget (passphrase);
  status = MAX (status, forget (hub, as_json));
  if (status == CZ_EXIT_DONE || all.filed + all.asked + all.repeated > 0)
    print_collected (&all, as_json);
  return status == CZ_EXIT_DONE && all.set_aside > 0 ? CZ_EXIT_PARTLY : status;
}

/* --- stations --- */

static void
print_station (CzHub *hub, const CzHubStation *station)
{
  g_autofree char *code = cz_region_to_string (station->village);
  g_autofree char *village = cz_hub_cli_name_of (hub, CZ_TABLE_REGION, station->village);
  g_autofree char *name = cz_hub_cli_harmless (station->name != NULL ? station->name : "", station->name != NULL ? strlen (station->name) : 0);
  g_print ("%s  %-9s  %s %s  %s\n", station->fingerprint, cz_hub_station_state_name (station->state), code, g_str_equal (village, "?") ? "" : village, name);
}

static void
add_station (JsonBuilder *json, const CzHubStation *station)
{
  g_autofree char *village = cz_region_to_string (station->village);
  json_builder_begin_object (json);
  cz_hub_cli_json_text (json, "fingerprint", station->fingerprint);
  cz_hub_cli_json_text (json, "state", cz_hub_station_state_name (station->state));
  cz_hub_cli_json_text (json, "village", village);
  cz_hub_cli_json_text (json, "name", station->name);
  cz_hub_cli_json_int (json, "upto", station->upto);
  cz_hub_cli_json_int (json, "asked_s", station->asked_s);
  cz_hub_cli_json_int (json, "seen_s", station->seen_s);
  cz_hub_cli_json_text (json, "replaced_by", station->replaced_by);
  json_builder_end_object (json);
}

static int
list_stations (CzHub *hub, gboolean as_json)
{
  GError *error = NULL;
  g_autoptr (JsonBuilder) json = json_builder_new ();
  g_autoptr (GPtrArray) all = cz_hub_stations (hub, &error);
  if (all == NULL)
    return cz_hub_cli_fail (error);
  json_builder_begin_object (json);
  json_builder_set_member_name (json, "stations");
  json_builder_begin_array (json);
  for (guint i = 0; i < all->len; i++)
    if (as_json)
      add_station (json, g_ptr_array_index (all, i));
    else
      print_station (hub, g_ptr_array_index (all, i));
  json_builder_end_array (json);
  json_builder_end_object (json);
  if (as_json)
    cz_hub_cli_print_json (json);
  return CZ_EXIT_DONE;
}

/* The verb's own words: approve FP…, suspend FP…, forget FP…, replace OLD NEW. */
static gboolean
change_stations (CzHub *hub, int n, char **words, GError **error)
{
  gboolean replace = g_str_equal (words[0], "replace");
  gboolean forget = g_str_equal (words[0], "forget");
  CzHubStationState state = g_str_equal (words[0], "approve") ? CZ_HUB_STATION_APPROVED : CZ_HUB_STATION_SUSPENDED;
  if (!cz_hub_begin (hub, error))
    return FALSE;
  gboolean ok = !replace || cz_hub_station_replace (hub, words[1], words[2], error);
  for (int i = 1; ok && !replace && i < n; i++)
    ok = forget ? cz_hub_station_forget (hub, words[i], error) : cz_hub_station_set_state (hub, words[i], state, error);
  for (int i = 1; ok && i < n; i++)
    ok = cz_hub_audit (hub, "stations", words[0], words[i], NULL, error);
  if (ok)
    return cz_hub_commit (hub, error);
  cz_hub_roll_back (hub);
  return FALSE;
}

int
cz_hub_cli_stations (const CzHubCli *cli, int argc, char **argv)
{
  gboolean as_json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, N_ ("list: for programs"), NULL },
    G_OPTION_ENTRY_NULL,
  };
  const CzHubVerbHelp help = { "list | approve CODE… | suspend CODE… | forget CODE… | replace OLD NEW",
                               _ ("Shows the stations and decides whose word counts. CODE is the station key the operator reads out."),
                               _ ("Approve only after the operator has read the same code to you by telephone."), 1, -1 };
  GError *error = NULL;
  int status = 0;
  if (!cz_hub_cli_parse (&help, entries, &argc, &argv))
    return CZ_EXIT_USAGE;
  gboolean list = g_str_equal (argv[1], "list") && argc == 2;
  gboolean change = (g_str_equal (argv[1], "approve") || g_str_equal (argv[1], "suspend") || g_str_equal (argv[1], "forget")) && argc > 2;
  change |= g_str_equal (argv[1], "replace") && argc == 4;
  if (!list && !change)
    return cz_hub_cli_usage (_ ("Say: stations list, stations approve CODE, stations suspend CODE, stations forget CODE, or stations replace OLD NEW."));
  g_autoptr (CzHub) hub = cz_hub_cli_open (cli, list ? CZ_HUB_READ : CZ_HUB_WRITE, &status);
  if (hub == NULL)
    return status;
  if (list)
    return list_stations (hub, as_json);
  if (!change_stations (hub, argc - 1, argv + 1, &error))
    return cz_hub_cli_fail (error);
  g_print (_ ("Done. What those stations send from now on is judged by it.\n"));
  return CZ_EXIT_DONE;
}

/* --- deciding --- */

typedef struct {
  const char *verb; /* for the log */
  const char *reason;
  const char *answer;
  const char *by;
  gboolean is_public;
  gboolean is_sure;
} Decision;

static gboolean
decide_one (CzHub *hub, gint64 id, const Decision *decision, GError **error)
{
  if (decision->answer != NULL)
    return cz_hub_desk_answer (hub, id, decision->answer, decision->by, decision->is_public, error);
  return decision->reason != NULL ? cz_hub_desk_return (hub, id, decision->reason, error) : cz_hub_desk_accept (hub, id, decision->is_sure, error);
}

static gboolean
parse_id (const char *text, gint64 *id, GError **error)
{
  if (g_ascii_string_to_signed (text, 10, 1, G_MAXINT64, id, NULL))
    return TRUE;
  g_set_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED, _ ("%s is not the number of a message. List what waits with: queue"), text);
  return FALSE;
}

/* All or none. */
static gboolean
decide_all (CzHub *hub, int n, char **ids, const Decision *decision, GError **error)
{
  gboolean ok = cz_hub_begin (hub, error);
  for (int i = 0; ok && i < n; i++) {
    gint64 id = 0;
    ok = parse_id (ids[i], &id, error) && decide_one (hub, id, decision, error)
         && cz_hub_audit (hub, decision->verb, "uploads", ids[i], decision->is_sure ? "--sure" : decision->reason, error);
  }
  if (ok)
    return cz_hub_commit (hub, error);
  cz_hub_roll_back (hub);
  return FALSE;
}

static int
run_decision (const CzHubCli *cli, int n, char **ids, const Decision *decision)
{
  GError *error = NULL;
  int status = 0;
  g_autoptr (CzHub) hub = cz_hub_cli_open (cli, CZ_HUB_WRITE, &status);
  if (hub == NULL)
    return status;
  Decision full = *decision;
  if (full.by == NULL)
    full.by = cz_hub_who (hub);
  if (!decide_all (hub, n, ids, &full, &error))
    return cz_hub_cli_fail (error);
  g_print (_ ("Done: %d. The stations hear of it with the next publish.\n"), n);
  return CZ_EXIT_DONE;
}

int
cz_hub_cli_accept_uploads (const CzHubCli *cli, int n, char **ids, gboolean is_sure)
{
  const Decision decision = { .verb = "accept", .is_sure = is_sure };
  return run_decision (cli, n, ids, &decision);
}

int
cz_hub_cli_return (const CzHubCli *cli, int argc, char **argv)
{
  g_autofree char *reason = NULL;
  const GOptionEntry entries[] = {
    { "reason", 0, 0, G_OPTION_ARG_STRING, &reason, N_ ("Why, in one short sentence that is read aloud at the station"), N_ ("TEXT") },
    G_OPTION_ENTRY_NULL,
  };
  const CzHubVerbHelp help = { _ ("ID…"), _ ("Sends back what a station has said, with the reason."), NULL, 1, -1 };
  if (!cz_hub_cli_parse (&help, entries, &argc, &argv))
    return CZ_EXIT_USAGE;
  if (reason == NULL || reason[0] == '\0')
    return cz_hub_cli_usage (_ ("A reason is needed, in one short sentence that can be read aloud: --reason TEXT."));
  const Decision decision = { .verb = "return", .reason = reason };
  return run_decision (cli, argc - 1, argv + 1, &decision);
}

int
cz_hub_cli_answer (const CzHubCli *cli, int argc, char **argv)
{
  g_autofree char *by = NULL;
  gboolean is_public = FALSE;
  const GOptionEntry entries[] = {
    { "by", 0, 0, G_OPTION_ARG_STRING, &by, N_ ("Who answers; default: the clerk's name"), N_ ("NAME") },
    { "public", 0, 0, G_OPTION_ARG_NONE, &is_public, N_ ("Every station shows question and answer"), NULL },
    G_OPTION_ENTRY_NULL,
  };
  const CzHubVerbHelp help = { _ ("ID TEXT"), _ ("Answers a question."), NULL, 2, 2 };
  if (!cz_hub_cli_parse (&help, entries, &argc, &argv))
    return CZ_EXIT_USAGE;
  const Decision decision = { .verb = "answer", .answer = argv[2], .by = by, .is_public = is_public };
  return run_decision (cli, 1, argv + 1, &decision);
}
