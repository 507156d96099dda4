/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cz-config.h"
#include "sync/model/cz-locale.h"
#include "sync/provision/cz-paper.h"
#include "sync/station/cz-enrol.h"
#include "sync/station/cz-offer.h"
#include "sync/station/cz-post.h"
#include "sync/station/cz-provision.h"
#include "sync/station/cz-send.h"
#include "sync/station/cz-service.h"
#include "sync/station/cz-status.h"
#include "sync/station/cz-stick.h"
#include "sync/wire/cz-key.h"
#include "sync/wire/cz-limits.h"
#include "sync/wire/cz-wire-error.h"

#define DEFAULT_STICK "/run/cunzhan-stick"
#define DEFAULT_SET_UP "/run/cunzhan-set-up"
#define DEFAULT_MEDIA_KIB 2048
#define DEFAULT_MEDIA_KEEP_MIB 256
#define DEFAULT_KEPT_MIB 16 /* two years of days, or a snapshot and a year */

typedef struct {
  char *home;
  char *from;
  char *bus;
  char *stick;
  char *set_up;
  char *clock_file;
  char *ca_file;
  gboolean json;
  gboolean replace;
  gboolean on_demand;
  gboolean version;
  gboolean full;
  gboolean no_send;
  int round_kib;
  int kept_mib;
  int day_budget_kib;
  int media_kib;
  int media_keep_mib;
  char **rest;
  CzClock *clock;
} Arguments;

/* What the person at the station can do about errors of lower rooms, whose own words are for engineers; NULL: the message
 * says it. */
static const char *
advice (const GError *error)
{
  if (error->domain == CZ_WIRE_ERROR && error->code == CZ_WIRE_ERROR_NEWER)
    return _("This comes from a newer program. Bring the program of this station up to date.");
  if (error->domain == CZ_WIRE_ERROR)
    return _("This was not accepted: it is damaged or was changed on the way. Ask the county office for it anew.");
  if (error->domain == CZ_HOME_ERROR && error->code == CZ_HOME_ERROR_STORAGE)
    return _("A file or folder of this station cannot be read or written. Look at its owner and at the space left on the disk.");
  if (error->domain == CZ_KEY_ERROR)
    return _("The key of this station cannot be used. Tell the county office; do not remove it.");
  return NULL;
}

static CzExit
fail (CzExit status, const GError *error)
{
  const char *sentence = advice (error);
  if (sentence)
    g_printerr ("cunzhan-sync: %s\n(%s)\n", sentence, error->message);
  else
    g_printerr ("cunzhan-sync: %s\n", error->message);
  return status;
}

/* Which exit status an error of ours means. */
static CzExit
exit_of (const GError *error)
{
  if (error->domain == CZ_WIRE_ERROR)
    return CZ_EXIT_REFUSED;
  if (error->domain == CZ_HOME_ERROR)
    return error->code == CZ_HOME_ERROR_STORAGE ? CZ_EXIT_STORAGE : CZ_EXIT_REFUSED;
  return CZ_EXIT_STORAGE;
}

/* ---- enrol ---- */

static CzExit
verb_enrol (Arguments *arguments, CzHome *home)
{
  g_autoptr (GError) error = NULL;
  CzEnrolment enrolment;
  gsize size = 0;
  g_autofree char *text = cz_paper_read (arguments->rest[1], CZ_TICKET_MAX, &size, &error);
  if (!text)
    return fail (CZ_EXIT_REFUSED, error);
  if (!cz_enrol (home, arguments->clock, text, size, arguments->replace, &enrolment, &error))
    return fail (exit_of (error), error);
  g_autofree char *fingerprint = enrolment.fingerprint;
  g_autoptr (CzTicket) ticket = cz_home_ticket (home, &error);
  if (!ticket)
    return fail (exit_of (error), error);
  if (enrolment.was_enrolled)
    g_print (_("%s was enrolled already.\n"), ticket->station_name);
  else
    g_print (_("%s is enrolled.\n"), ticket->station_name);
  g_print (_("Station key: %s (read it to the county office)\n"), fingerprint);
  return CZ_EXIT_DONE;
}

/* ---- first-boot ---- */

static CzExit
verb_first_boot (Arguments *arguments, CzHome *home)
{
  g_autoptr (GError) error = NULL;
  CzProvision provision = { home, arguments->clock, arguments->rest[1], arguments->set_up ? arguments->set_up : DEFAULT_SET_UP };
  g_autoptr (CzFirstBoot) boot = cz_provision_run (&provision, &error);
  if (!boot)
    return fail (CZ_EXIT_STORAGE, error);
  for (guint i = 0; i < CZ_FIRST_BOOT_N_STEPS; i++)
    g_print ("%-8s %-8s %s\n", cz_first_boot_step_name (i), cz_first_boot_state_name (boot->ticks[i].state),
             boot->ticks[i].detail ? boot->ticks[i].detail : "");
  return cz_first_boot_is_complete (boot) ? CZ_EXIT_DONE : CZ_EXIT_PARTLY;
}

/* ---- once ---- */

static void
print_progress (CzChannel channel, guint64 done, guint64 total, gpointer user_data)
{
  if (isatty (STDERR_FILENO))
    g_printerr ("\r%06d  %" G_GUINT64_FORMAT " / %" G_GUINT64_FORMAT " KiB ", channel, done / 1024, total / 1024);
}

static void
print_refusal (CzChannel channel, const char *rule, const char *message, gpointer user_data)
{
  g_printerr (_("%06d: refused (%s): %s\n"), channel, rule, message);
}

/* Apart, because a message that is to be translated holds no macro. */
static char *
number (guint64 value)
{
  return g_strdup_printf ("%" G_GUINT64_FORMAT, value);
}

static void
print_channel (const CzRoundChannel *channel)
{
  g_autofree char *code = cz_channel_to_string (channel->channel);
  g_autofree char *before = number (channel->seq_before);
  g_autofree char *after = number (channel->seq_after);
  g_autofree char *offered = number (channel->seq_offered);
  g_autofree char *bytes = number (channel->bytes);
  if (channel->is_absent)
    g_print (_("%s: not published here\n"), code);
  else
    g_print (_("%s: %s → %s of %s, %u bundles, %s verified bytes\n"), code, before, after, offered, channel->bundles, bytes);
}

static void
print_report (const CzRoundReport *report)
{
  g_autofree char *bytes_in = number (report->bytes_in);
  if (isatty (STDERR_FILENO))
    g_printerr ("\r");
  for (guint i = 0; i < report->channels->len; i++)
    print_channel (&g_array_index (report->channels, CzRoundChannel, i));
  if (report->media_fetched > 0 || report->media_missing > 0)
    g_print (_("pictures and sounds: %u fetched, %u still missing\n"), report->media_fetched, report->media_missing);
  g_print (_("received: %s bytes in %u requests\n"), bytes_in, report->requests);
  if (report->certificate_time_ignored)
    g_print (_("a certificate's date was passed over because this clock is not known to be right\n"));
  if (report->is_over_budget)
    g_print (_("the byte budget is used up; the rest comes later\n"));
  if (report->full_bytes > 0) {
    g_autofree char *kib = number ((report->full_bytes + 1023) / 1024);
    g_print (_("only fetching everything anew would help, %s KiB: use --full when the link is cheap\n"), kib);
  }
  if (report->depots_reached == 0)
    g_printerr (_("no depot can be reached; try again later\n"));
}

static CzRoundOptions
round_options (Arguments *arguments, CzRoadOptions *road, const char **depots)
{
  depots[0] = arguments->from;
  *road = (CzRoadOptions){ .user_agent = "cunzhan-sync/" CZ_VERSION, .ca_file = arguments->ca_file };
  return (CzRoundOptions){ .depots = arguments->from ? depots : NULL, .road = road,
                           .day_budget_bytes = (guint64) arguments->day_budget_kib * 1024,
                           .round_budget_bytes = (guint64) arguments->round_kib * 1024,
                           .kept_bytes = (guint64) arguments->kept_mib * 1024 * 1024,
                           .media_budget_bytes = (guint64) arguments->media_kib * 1024,
                           .media_keep_bytes = (guint64) arguments->media_keep_mib * 1024 * 1024 };
}

/* ---- what the village says ---- */

static void
print_sent (const CzSendReport *sent)
{
  g_autofree char *bytes = number (sent->bytes_out);
  if (sent->carried > 0 || sent->others > 0)
    g_print (_("sent: %u messages, %u of other stations, %s bytes\n"), sent->carried, sent->others, bytes);
  if (sent->receipts > 0)
    g_print (_("receipts of the county came\n"));
  if (sent->unsent > 0)
    g_print (_("not sent yet: %u messages\n"), sent->unsent);
  if (sent->unsealed > 0 && sent->has_no_key)
    g_print (_("%u messages wait until the papers of the county have come\n"), sent->unsealed);
}

/* stick: (nullable) write everything there instead. Nothing of it makes a round fail but our own storage. */
static CzExit
send_what_waits (CzStation *station, const CzRoundOptions *options, const char *stick)
{
  g_autoptr (GError) error = NULL;
  CzSendReport sent = { 0 };
  g_autoptr (CzOutbox) outbox = cz_outbox_open (station->home->station, FALSE, &error);
  gboolean ok = outbox && (stick ? cz_send_export (station, outbox, stick, &sent, &error) : cz_send_run (station, outbox, options, &sent, &error));
  print_sent (&sent);
  return ok && cz_outbox_backup (outbox, &error) ? CZ_EXIT_DONE : fail (CZ_EXIT_STORAGE, error);
}

/* What a stick brought for us: receipts, and envelopes of other stations for the next road. */
static CzExit
take_receipts (CzStation *station)
{
  g_autoptr (GError) error = NULL;
  CzSendReport sent = { 0 };
  g_autoptr (CzOutbox) outbox = cz_outbox_open (station->home->station, FALSE, &error);
  if (!outbox || !cz_send_receipts (station, outbox, &sent, &error))
    return fail (CZ_EXIT_STORAGE, error);
  print_sent (&sent);
  return CZ_EXIT_DONE;
}

/* One argument that is no FIELD=VALUE: a file of JSON. */
static gboolean
post_words (Arguments *arguments, const CzPostDesk *desk, gint64 *id, GError **error)
{
  const char *kind = arguments->rest[1], *first = arguments->rest[2];
  gsize size = 0;
  g_autofree char *json = NULL;
  if (arguments->rest[3] || strchr (first, '='))
    return cz_post_fields (desk, kind, (const char *const *) arguments->rest + 2, id, error);
  return g_file_get_contents (g_str_equal (first, "-") ? "/dev/stdin" : first, &json, &size, error) && cz_post (desk, kind, json, size, id, error);
}

static CzExit
verb_post (Arguments *arguments, CzHome *home)
{
  g_autoptr (GError) error = NULL;
  gint64 id = 0;
  g_autoptr (CzOutbox) outbox = cz_outbox_open (home->station, FALSE, &error);
  if (!outbox)
    return fail (CZ_EXIT_STORAGE, error);
  CzPostDesk desk = { outbox, arguments->clock, cz_content_open_reader (home->content, NULL, NULL) };
  gboolean ok = post_words (arguments, &desk, &id, &error);
  if (desk.content)
    cz_db_close (desk.content);
  if (!ok)
    return fail (error->domain == CZ_STORE_ERROR ? CZ_EXIT_STORAGE : CZ_EXIT_REFUSED, error);
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, id);
  g_print (_("message %s waits to be sent\n"), text);
  return CZ_EXIT_DONE;
}

static CzExit
verb_outbox (Arguments *arguments, CzHome *home)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzOutbox) outbox = cz_outbox_open (home->station, FALSE, &error);
  g_autofree char *text = !outbox ? NULL : arguments->json ? cz_post_list_json (outbox, &error) : cz_post_list_text (outbox, &error);
  if (!text)
    return fail (CZ_EXIT_STORAGE, error);
  fputs (text, stdout);
  return CZ_EXIT_DONE;
}

/* One round with these options, told on the terminal. stick: (nullable) the folder to read instead of depots. */
static CzExit
run_round (Arguments *arguments, CzHome *home, const char *stick)
{
  g_autoptr (GError) error = NULL;
  g_auto (CzRoundReport) report = { 0 };
  const char *depots[] = { NULL, NULL }, *sticks[] = { stick, NULL };
  CzRoadOptions road;
  g_autoptr (CzTicket) ticket = cz_home_ticket (home, &error);
  g_autoptr (CzStation) station = ticket ? cz_station_open (home, ticket, arguments->clock, TRUE, &error) : NULL;
  if (!station)
    return fail (exit_of (error), error);
  CzRoundOptions options = round_options (arguments, &road, depots);
  options.full_is_asked = arguments->full;
  if (stick)
    cz_round_options_for_stick (&options, sticks);
  options.events.on_progress = print_progress;
  options.events.on_refused = print_refusal;
  if (!cz_round_run (station, &options, &report, &error))
    return fail (CZ_EXIT_STORAGE, error);
  print_report (&report);
  /* A stick is only read here; export-stick writes on it. */
  CzExit sent = arguments->no_send || stick ? take_receipts (station) : send_what_waits (station, &options, NULL);
  return sent != CZ_EXIT_DONE ? sent : cz_round_exit (&report);
}

static CzExit
verb_once (Arguments *arguments, CzHome *home)
{
  return run_round (arguments, home, NULL);
}

/* ---- stick ---- */

static gboolean
is_folder (const char *path)
{
  gboolean is = g_file_test (path, G_FILE_TEST_IS_DIR);
  if (!is)
    g_printerr (_("cunzhan-sync: %s is no folder; is the stick in?\n"), path);
  return is;
}

static CzExit
verb_import_stick (Arguments *arguments, CzHome *home)
{
  return !is_folder (arguments->rest[1]) ? CZ_EXIT_NO_ROAD : run_round (arguments, home, arguments->rest[1]);
}

static const char *
why_left (CzStickWhy why)
{
  switch (why) {
  case CZ_STICK_AHEAD:
    return _("nothing is written, because the stick holds newer news that could not be taken over here");
  case CZ_STICK_UNREADABLE:
    return _("nothing is written, because what the stick holds of it cannot be read");
  case CZ_STICK_NOT_GOOD:
    return _("nothing is written, because what is kept here of it is not good any more");
  case CZ_STICK_FULL:
  default:
    return _("not written to its end, because the stick is full");
  }
}

static CzExit
print_written (const CzStickReport *written)
{
  g_autofree char *bytes = number (written->bytes);
  g_print (_("on the stick: %u channels, %u files written, %s bytes\n"), written->channels, written->files, bytes);
  for (guint i = 0; i < written->n_left; i++) {
    g_autofree char *code = cz_channel_to_string (written->left[i].channel);
    g_printerr ("cunzhan-sync: %s: %s\n", code, why_left (written->left[i].why));
  }
  if (written->is_full)
    g_printerr (_("cunzhan-sync: the stick has no room for all pictures and sounds\n"));
  return written->n_left > 0 || written->is_full ? CZ_EXIT_PARTLY : CZ_EXIT_DONE;
}

/* What is newer on the stick is taken first; where that did not lead to the end, cz_stick_write leaves the stick as it is. What the village says goes first: a
 * stick may be pulled out early. */
static CzExit
verb_export_stick (Arguments *arguments, CzHome *home)
{
  const char *folder = arguments->rest[1];
  const CzStickOptions options = { .folder = folder, .media_bytes = G_MAXUINT64 };
  g_autoptr (GError) error = NULL;
  CzStickReport written;
  if (!is_folder (folder))
    return CZ_EXIT_NO_ROAD;
  CzExit taken = run_round (arguments, home, folder);
  if (taken == CZ_EXIT_STORAGE)
    return taken;
  g_autoptr (CzTicket) ticket = cz_home_ticket (home, &error);
  g_autoptr (CzStation) station = ticket ? cz_station_open (home, ticket, arguments->clock, FALSE, &error) : NULL;
  if (!station)
    return fail (exit_of (error), error);
  CzExit sent = send_what_waits (station, NULL, folder);
  if (!cz_stick_write (station, &options, &written, &error))
    return fail (exit_of (error), error);
  CzExit told = print_written (&written);
  return sent != CZ_EXIT_DONE ? sent : told;
}

/* ---- what the board asks for ---- */

static CzExit
verb_offer (Arguments *arguments, CzHome *home)
{
  g_autoptr (GError) error = NULL;
  const char *from[] = { NULL, NULL };
  CzRoadOptions road;
  round_options (arguments, &road, from);
  g_autoptr (CzTicket) ticket = arguments->from ? NULL : cz_home_ticket (home, &error);
  if (!arguments->from && !ticket)
    return fail (exit_of (error), error);
  g_autofree char *depot = cz_offer_fetch (ticket ? (const char *const *) ticket->depots : from, &road, arguments->rest[1], arguments->rest[2], &error);
  if (!depot && g_error_matches (error, CZ_ROAD_ERROR, CZ_ROAD_ERROR_ABSENT))
    return fail (CZ_EXIT_REFUSED, error);
  if (!depot)
    return fail (error->domain == CZ_ROAD_ERROR ? CZ_EXIT_NO_ROAD : CZ_EXIT_STORAGE, error);
  g_print ("%s\n", depot);
  return CZ_EXIT_DONE;
}

/* The stores as a new program finds them, after a start that was good so far. */
static CzExit
verb_confirm (Arguments *arguments, CzHome *home)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzOutbox) outbox = cz_outbox_open (home->station, TRUE, &error);
  g_autofree char *status = outbox ? cz_status_json (home, &error) : NULL;
  if (!status)
    return fail (exit_of (error), error);
  cz_outbox_confirm_version (outbox);
  return CZ_EXIT_DONE;
}

/* ---- run, status ---- */

static CzExit
verb_run (Arguments *arguments, CzHome *home)
{
  g_autoptr (GError) error = NULL;
  const char *depots[] = { NULL, NULL };
  CzRoadOptions road;
  CzRoundOptions round = round_options (arguments, &road, depots);
  CzServiceOptions options = { arguments->bus, arguments->stick ? arguments->stick : DEFAULT_STICK, !arguments->on_demand };
  if (!cz_service_run (home, arguments->clock, &options, &round, &error))
    return fail (CZ_EXIT_NO_ROAD, error);
  return CZ_EXIT_DONE;
}

static CzExit
verb_status (Arguments *arguments, CzHome *home)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = arguments->json ? cz_status_json (home, &error) : cz_status_text (home, &error);
  if (!text)
    return fail (exit_of (error), error);
  fputs (text, stdout);
  return CZ_EXIT_DONE;
}

/* ---- command line ---- */

typedef struct {
  const char *name;
  guint n_arguments; /* with the verb; post takes more */
  gboolean is_alone; /* one at a time in a home */
  CzExit (*run) (Arguments *arguments, CzHome *home);
} Verb;

static const Verb verbs[] = {
  { "enrol", 2, TRUE, verb_enrol },
  { "first-boot", 2, TRUE, verb_first_boot },
  { "once", 1, TRUE, verb_once },
  { "import-stick", 2, TRUE, verb_import_stick },
  { "export-stick", 2, TRUE, verb_export_stick },
  { "post", 3, FALSE, verb_post },
  { "outbox", 1, FALSE, verb_outbox },
  { "offer", 3, FALSE, verb_offer },
  { "confirm", 1, FALSE, verb_confirm },
  { "run", 1, FALSE, verb_run }, /* takes the lock itself, once it is enrolled */
  { "status", 1, FALSE, verb_status },
};

static const Verb *
find_verb (const Arguments *arguments)
{
  guint n = arguments->rest ? g_strv_length (arguments->rest) : 0;
  for (gsize i = 0; n > 0 && i < G_N_ELEMENTS (verbs); i++)
    if (g_str_equal (verbs[i].name, arguments->rest[0]) && (verbs[i].n_arguments == n || (verbs[i].run == verb_post && n > verbs[i].n_arguments)))
      return &verbs[i];
  return NULL;
}

static gboolean
parse (Arguments *a, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "home", 0, 0, G_OPTION_ARG_FILENAME, &a->home, N_("The station's folder"), N_("DIR") },
    { "from", 0, 0, G_OPTION_ARG_STRING, &a->from, N_("Read this depot instead of the ticket's"), N_("URL|DIR") },
    { "replace", 0, 0, G_OPTION_ARG_NONE, &a->replace, N_("enrol: put another ticket in place of the one held"), NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &a->json, N_("status, outbox: as JSON"), NULL },
    { "bus", 0, 0, G_OPTION_ARG_STRING, &a->bus, N_("run: D-Bus address, \"system\" or \"session\""), N_("ADDRESS") },
    { "stick-folder", 0, 0, G_OPTION_ARG_FILENAME, &a->stick, N_("run: where a stick is mounted"), N_("DIR") },
    { "set-up", 0, 0, G_OPTION_ARG_FILENAME, &a->set_up, N_("first-boot: where the root part says how network and screen went"), N_("DIR") },
    { "on-demand", 0, 0, G_OPTION_ARG_NONE, &a->on_demand, N_("run: no polling, only when asked"), NULL },
    { "ca-file", 0, 0, G_OPTION_ARG_FILENAME, &a->ca_file, N_("Certificates to trust instead of the system's"), N_("FILE") },
    { "day-budget-kib", 0, 0, G_OPTION_ARG_INT, &a->day_budget_kib, N_("At most this much in a day (0: no limit)"), N_("N") },
    { "round-kib", 0, 0, G_OPTION_ARG_INT, &a->round_kib, N_("At most this much in one round (0: no limit)"), N_("N") },
    { "full", 0, 0, G_OPTION_ARG_NONE, &a->full, N_("once: fetch everything anew where nothing else helps"), NULL },
    { "no-send", 0, 0, G_OPTION_ARG_NONE, &a->no_send, N_("once: fetch only, send nothing"), NULL },
    { "kept-mib", 0, 0, G_OPTION_ARG_INT, &a->kept_mib, N_("Kept of each channel for sticks and neighbours (16)"), N_("N") },
    { "media-kib", 0, 0, G_OPTION_ARG_INT, &a->media_kib, N_("Pictures and sounds in one round (2048)"), N_("N") },
    { "media-keep-mib", 0, 0, G_OPTION_ARG_INT, &a->media_keep_mib, N_("Pictures and sounds kept (256)"), N_("N") },
#if CZ_TEST_HOOKS
    { "clock", 0, 0, G_OPTION_ARG_FILENAME, &a->clock_file, N_("For tests: read the time from FILE"), "FILE" },
#endif
    { "version", 0, 0, G_OPTION_ARG_NONE, &a->version, N_("Print the version"), NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &a->rest, NULL, N_("VERB") },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_option_context_set_summary (context, _("Brings signed news to a village station.\n\nVerbs:\n"
                                           "  enrol TICKET   make this folder the station that the ticket names\n"
                                           "  first-boot DIR follow the papers a technician put there\n"
                                           "  once           one round of fetching and applying\n"
                                           "  import-stick DIR  the same from a stick\n"
                                           "  export-stick DIR  write news to a stick, for other stations\n"
                                           "  post KIND FIELD=VALUE…  say something to the county; or post KIND FILE, which is JSON, - for standard input\n"
                                           "  outbox         what was said and what became of it\n"
                                           "  offer PATH FILE   a depot's file, unchecked, for a program that checks it; prints the depot\n"
                                           "  confirm        the stores can be used by this program; give up what was kept for the one before\n"
                                           "  run            stay and serve on D-Bus\n"
                                           "  status         what is held"));
  g_option_context_set_description (context, _("Kinds: listing, quote, question, photo, consent, match-outcome, unsold, survey, counters, inventory, delivery.\n"
                                               "Products, markets and villages go by name, prices and quantities with their unit:\n\n"
                                               "  cunzhan-sync --home DIR post quote product=白菜 market=东关市场 day=2026-11-22 kind=收购 low=0.40元/斤 mid=0.45元/斤 high=0.50元/斤\n"
                                               "  cunzhan-sync --home DIR post listing side=出售 product=土豆 quantity=2000斤 price=0.80元/斤 village=柳河村 contact_level=同意后 text=黄心土豆 photo=potatoes.jpg\n"
                                               "  cunzhan-sync --home DIR post question slip=苹果公鸡 question=土豆烂心怎么办 asked_day=2026-11-22\n\n"
                                               "The fields of each kind stand in cunzhan-sync(1). The message goes with the next round (once, export-stick or the service)."));
  g_option_context_add_main_entries (context, entries, CZ_GETTEXT_DOMAIN);
  g_option_context_set_translation_domain (context, CZ_GETTEXT_DOMAIN);
  return g_option_context_parse (context, argc, argv, error);
}

static CzExit
run_verb (Arguments *arguments, const Verb *verb)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzHome) home = cz_home_open (arguments->home, &error);
  if (!home)
    return fail (CZ_EXIT_STORAGE, error);
  int lock = verb->is_alone ? cz_home_lock (home, &error) : -1;
  if (verb->is_alone && lock < 0)
    return fail (exit_of (error), error);
  CzExit status = verb->run (arguments, home);
  if (lock >= 0)
    close (lock);
  return status;
}

static void
arguments_clear (Arguments *a)
{
  g_free (a->home);
  g_free (a->from);
  g_free (a->bus);
  g_free (a->stick);
  g_free (a->set_up);
  g_free (a->clock_file);
  g_free (a->ca_file);
  g_strfreev (a->rest);
  g_clear_object (&a->clock);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Arguments, arguments_clear)

int
main (int argc, char **argv)
{
  g_auto (Arguments) arguments = { .media_kib = DEFAULT_MEDIA_KIB, .media_keep_mib = DEFAULT_MEDIA_KEEP_MIB, .kept_mib = DEFAULT_KEPT_MIB };
  g_autoptr (GError) error = NULL;
  cz_locale_init ();
  if (!parse (&arguments, &argc, &argv, &error))
    return fail (CZ_EXIT_USAGE, error);
  if (arguments.version) {
    g_print ("cunzhan-sync %s\n", CZ_VERSION);
    return CZ_EXIT_DONE;
  }
  const Verb *verb = find_verb (&arguments);
  gboolean sound = verb && arguments.home && arguments.day_budget_kib >= 0 && arguments.round_kib >= 0 && arguments.kept_mib >= 0 && arguments.media_kib >= 0 && arguments.media_keep_mib >= 0;
  if (!sound) {
    g_printerr (_("Usage: cunzhan-sync --home DIR enrol TICKET | first-boot DIR | once | import-stick DIR | export-stick DIR | post KIND FIELD=VALUE… | outbox | offer PATH FILE | confirm | run | status; more with --help\n"));
    return CZ_EXIT_USAGE;
  }
  arguments.clock = arguments.clock_file ? cz_clock_new_file (arguments.clock_file) : cz_clock_new_system ();
  return run_verb (&arguments, verb);
}
