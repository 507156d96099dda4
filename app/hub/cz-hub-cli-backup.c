/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "app/hub/cz-hub-backup.h"
#include "app/hub/cz-hub-cli.h"
#include "app/hub/cz-hub-private.h"

static const char passphrase_words[] = N_ ("The backup's passphrase is the first line of this file");

int
cz_hub_cli_backup (const CzHubCli *cli, int argc, char **argv)
{
  g_autofree char *passphrase_file = NULL;
  const GOptionEntry entries[] = {
    { "passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &passphrase_file, passphrase_words, N_ ("FILE") },
    G_OPTION_ENTRY_NULL,
  };
  const CzHubVerbHelp help = { _ ("FILE --passphrase-file FILE"), _ ("Writes the whole hub but its depot into one file under a passphrase."),
                               _ ("Keep it away from this computer, and the passphrase away from the file."), 1, 1 };
  GError *error = NULL;
  int status = 0;
  char *passphrase = NULL;
  guint n_files = 0;
  guint64 bytes = 0;
  if (!cz_hub_cli_parse (&help, entries, &argc, &argv))
    return CZ_EXIT_USAGE;
  if (passphrase_file == NULL)
    return cz_hub_cli_usage (_ ("backup needs --passphrase-file FILE: it holds the keys of this office."));
  g_autoptr (CzHub) hub = cz_hub_cli_open (cli, CZ_HUB_WRITE, &status);
  if (hub == NULL || !cz_hub_cli_passphrase (passphrase_file, &passphrase, &status))
    return status;
  gboolean ok = cz_hub_backup (hub, argv[1], passphrase, &n_files, &bytes, &error);
  cz_hub_cli_forget (passphrase);
  if (!ok)
    return cz_hub_cli_fail (error);
  g_autofree char *size = cz_hub_cli_size (bytes);
  g_print (_ ("Backed up %u files (%s) into %s.\n"), n_files, size, argv[1]);
  return CZ_EXIT_DONE;
}

/* What it signed since the backup it learns now, or before it signs again. */
static int
learn (const CzHubCli *cli, const char *const *also)
{
  GError *error = NULL;
  int status = 0;
  CzHubRecovered recovered = { 0 };
  g_autoptr (CzHub) hub = cz_hub_cli_open (cli, CZ_HUB_WRITE, &status);
  if (hub == NULL)
    return status;
  if (!cz_hub_recover (hub, also, &recovered, &error)) {
    (void) cz_hub_cli_fail (error);
    g_printerr ("%s\n", _ ("The hub is back, but signs nothing until cunzhan-hub recover has learned from the depot what was published since the backup."));
    return CZ_EXIT_PARTLY;
  }
  g_print (_ ("The hub knows sequence %llu now (before: %llu); %llu rows taken over, %llu withdrawn since.\n"), (unsigned long long) recovered.seq,
           (unsigned long long) recovered.from_seq, (unsigned long long) recovered.taken, (unsigned long long) recovered.dropped);
  if (recovered.asked_again > 0)
    g_print (_ ("%llu messages of villages that had been acknowledged are lost; with the next publication their stations are asked to send them again.\n"),
             (unsigned long long) recovered.asked_again);
  return CZ_EXIT_DONE;
}

int
cz_hub_cli_restore (const CzHubCli *cli, int argc, char **argv)
{
  g_autofree char *passphrase_file = NULL, *depot = NULL;
  g_auto (GStrv) also = NULL;
  const GOptionEntry entries[] = {
    { "depot", 0, 0, G_OPTION_ARG_FILENAME, &depot, N_ ("Its depot's folder, when it is another than it was"), N_ ("DIR") },
    { "also", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &also, cz_hub_cli_also_words (), N_ ("DIR") },
    { "passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &passphrase_file, passphrase_words, N_ ("FILE") },
    G_OPTION_ENTRY_NULL,
  };
  const CzHubVerbHelp help = { _ ("FILE --passphrase-file FILE"), _ ("Makes the hub's folder anew from a backup and learns from the depot what was published since."),
                               _ ("The hub it came from must never sign again: each would sign the same numbers."), 1, 1 };
  GError *error = NULL;
  int status = 0;
  char *passphrase = NULL;
  if (!cz_hub_cli_parse (&help, entries, &argc, &argv))
    return CZ_EXIT_USAGE;
  if (passphrase_file == NULL)
    return cz_hub_cli_usage (_ ("restore needs --passphrase-file FILE, the one that backup was given."));
  if (!cz_hub_cli_passphrase (passphrase_file, &passphrase, &status))
    return status;
  gboolean ok = cz_hub_restore (argv[1], passphrase, cli->home, depot, &error);
  cz_hub_cli_forget (passphrase);
  if (!ok)
    return cz_hub_cli_fail (error);
  g_print (_ ("Restored the hub into %s.\n"), cli->home);
  return learn (cli, (const char *const *) also);
}
