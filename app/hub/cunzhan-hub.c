/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "app/hub/cz-hub-cli.h"
#include "cz-config.h"
#include "sync/model/cz-locale.h"

typedef struct {
  const char *name;
  int (*run) (const CzHubCli *cli, int argc, char **argv);
  const char *summary;
} Verb;

static const Verb verbs[] = {
  { "init", cz_hub_cli_init, N_ ("make a hub") },
  { "import", cz_hub_cli_import, N_ ("take in prices, products, policies … from files") },
  { "held", cz_hub_cli_held, N_ ("list the rows held back as doubtful") },
  { "accept", cz_hub_cli_accept, N_ ("take rows that were held back, or what stations have said") },
  { "drop", cz_hub_cli_drop, N_ ("drop rows that were held back") },
  { "correct", cz_hub_cli_correct, N_ ("correct a row, with a reason") },
  { "withdraw", cz_hub_cli_withdraw, N_ ("withdraw rows, with a reason") },
  { "collect", cz_hub_cli_collect, N_ ("take in what stations have sent") },
  { "stations", cz_hub_cli_stations, N_ ("list, approve, suspend and replace stations") },
  { "queue", cz_hub_cli_queue, N_ ("list what stations have said and a person must decide") },
  { "return", cz_hub_cli_return, N_ ("send back what a station has said, with the reason") },
  { "answer", cz_hub_cli_answer, N_ ("answer a question") },
  { "publish", cz_hub_cli_publish, N_ ("sign what has changed and write it into the depot") },
  { "beat", cz_hub_cli_beat, N_ ("sign the head anew, for a timer") },
  { "ticket", cz_hub_cli_ticket, N_ ("write an enrolment ticket for a station") },
  { "enrol-station", cz_hub_cli_enrol_station, N_ ("write the papers a technician carries to a new station") },
  { "keys", cz_hub_cli_keys, N_ ("show the public keys as a page to print; keys of the root") },
  { "request", cz_hub_cli_request, N_ ("ask the office above to sign for this one") },
  { "delegate", cz_hub_cli_delegate, N_ ("sign for an office below that has asked") },
  { "adopt", cz_hub_cli_adopt, N_ ("take in the answer of the office above") },
  { "rotate", cz_hub_cli_rotate, N_ ("put new keys in place of old ones") },
  { "revoke", cz_hub_cli_revoke, N_ ("withdraw what was signed for an office below") },
  { "backup", cz_hub_cli_backup, N_ ("write the hub into one file under a passphrase") },
  { "restore", cz_hub_cli_restore, N_ ("make the hub anew from a backup") },
  { "recover", cz_hub_cli_recover, N_ ("learn from the depot what was published, after a loss") },
  { "status", cz_hub_cli_status, N_ ("show what the hub holds") },
  { "log", cz_hub_cli_log, N_ ("show who did what") },
};

static char *
list_of_verbs (void)
{
  GString *text = g_string_new (_ ("Verbs:"));
  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    g_string_append_printf (text, "\n  %-14s %s", verbs[i].name, _ (verbs[i].summary));
  g_string_append_printf (text, "\n\n%s\n%s", _ ("cunzhan-hub VERB --help explains a verb."),
                          _ ("Exit status: 0 done, 1 input refused, 2 usage, 3 somebody else is at work or no road, 4 own storage fails, 5 done but rows not taken or held back."));
  return g_string_free (text, FALSE);
}

static int
run_verb (const CzHubCli *cli, int argc, char **argv)
{
  if (argc < 1)
    return cz_hub_cli_usage (_ ("A verb is needed, such as import, publish or status."));
  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (g_str_equal (verbs[i].name, argv[0]))
      return verbs[i].run (cli, argc, argv);
  g_autofree char *sentence = g_strdup_printf (_ ("%s is not a verb of cunzhan-hub."), argv[0]);
  return cz_hub_cli_usage (sentence);
}

static CzClock *
make_clock (const char *clock_file)
{
  return clock_file != NULL ? cz_clock_new_file (clock_file) : cz_clock_new_system ();
}

int
main (int argc, char **argv)
{
  g_autofree char *home = NULL, *who = NULL, *clock_file = NULL;
  gboolean version = FALSE;
  const GOptionEntry entries[] = {
    { "home", 0, 0, G_OPTION_ARG_FILENAME, &home, N_ ("Folder of the hub; default: cunzhan-hub in the user's data folder"), N_ ("DIR") },
    { "as", 0, 0, G_OPTION_ARG_STRING, &who, N_ ("Name in corrections and in the log; default: the login name"), N_ ("NAME") },
    { "version", 0, 0, G_OPTION_ARG_NONE, &version, N_ ("Show the version"), NULL },
#if CZ_TEST_HOOKS
    { "clock", 0, 0, G_OPTION_ARG_FILENAME, &clock_file, "Read the time from this file", "FILE" },
#endif
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GError) error = NULL;
  cz_locale_init ();
  g_set_prgname ("cunzhan-hub");

  g_autoptr (GOptionContext) context = g_option_context_new (_ ("VERB …"));
  g_autofree char *description = list_of_verbs ();
  g_option_context_set_summary (context, _ ("The publishing office of a county, city, province or the centre: takes content in, signs it, publishes it."));
  g_option_context_set_description (context, description);
  g_option_context_set_strict_posix (context, TRUE);
  g_option_context_add_main_entries (context, entries, CZ_GETTEXT_DOMAIN);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    return cz_hub_cli_usage (error->message);
  if (version) {
    g_print ("cunzhan-hub %s\n", CZ_VERSION);
    return CZ_EXIT_DONE;
  }
  if (home == NULL)
    home = g_build_filename (g_get_user_data_dir (), "cunzhan-hub", NULL);
  g_autoptr (CzClock) clock = make_clock (clock_file);
  const CzHubCli cli = { home, who, clock };
  return run_verb (&cli, argc - 1, argv + 1);
}
