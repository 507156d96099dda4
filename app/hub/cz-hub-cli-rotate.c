/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "app/hub/cz-hub-ceremony.h"
#include "app/hub/cz-hub-cli.h"
#include "app/hub/cz-hub-private.h"
#include "app/hub/cz-hub-publish.h"
#include "app/hub/cz-hub-revoke.h"
#include "app/hub/cz-hub-rotate.h"
#include "app/hub/cz-hub-tiers.h"

/* --- rotate --- */

static int
rotate_here (CzHub *hub, const CzHubTrust *trust, CzHubKeys which, const char *passphrase)
{
  GError *error = NULL;
  CzDelegation given;
  if (!cz_hub_rotate_own (hub, trust, passphrase, &given, &error)
      || ((which & CZ_HUB_KEY_DELEGATE) != 0 && !cz_hub_revoke_again (hub, passphrase, &error)))
    return cz_hub_cli_fail (error);
  g_print (_ ("The new keys are in force here. Stations get them with the next publish or beat; print the page of cunzhan-hub keys anew.\n"));
  if (given.epoch != trust->delegation.epoch)
    g_print (_ ("With a new content key everything is published anew: the next publish is as large as the first one was.\n"));
  if ((which & CZ_HUB_KEY_DELEGATE) != 0)
    g_print (_ ("Offices below need a new answer each: request, delegate, adopt.\n"));
  return CZ_EXIT_DONE;
}

/* What goes to those who must sign: the office above, or the keyholders of the root. */
static int
rotate_by_others (CzHub *hub, const CzHubTrust *trust, const char *passphrase, const char *out)
{
  GError *error = NULL;
  gboolean is_top = trust->links.n == 1;
  g_autoptr (GBytes) file = is_top ? cz_hub_ceremony_draft (hub, NULL, passphrase, &error) : cz_hub_request_build (hub, passphrase, &error);
  if (file == NULL || !cz_hub_cli_write (out, file, &error))
    return cz_hub_cli_fail (error);
  if (is_top) {
    g_print (_ ("Wrote %s for the keyholders of the root: each runs cunzhan-hub keys sign, then cunzhan-hub keys take puts it in force here.\n"), out);
    return CZ_EXIT_DONE;
  }
  g_autofree char *code = cz_hub_spoken_code (file);
  g_print (_ ("The new keys wait. Wrote the request to %s. Send it to the office above and tell them this code by telephone:\n%s\n"
              "Until their answer is adopted this hub goes on with the keys it has.\n"), out, code);
  return CZ_EXIT_DONE;
}

static int
rotate (CzHub *hub, CzHubKeys which, const char *passphrase, const char *out)
{
  GError *error = NULL;
  g_autoptr (CzHubTrust) trust = cz_hub_trust_load (hub, &error);
  if (trust == NULL)
    return cz_hub_cli_fail (error);
  gboolean here = cz_hub_holds_root (hub, trust);
  if (!here && out == NULL)
    return cz_hub_cli_usage (_ ("Others must sign for the new keys: say with --out FILE where to write what goes to them."));
  if (!cz_hub_rotate_prepare (hub, which, passphrase, &error) || !cz_hub_audit (hub, "rotate", "", out != NULL ? out : "", NULL, &error))
    return cz_hub_cli_fail (error);
  return here ? rotate_here (hub, trust, which, passphrase) : rotate_by_others (hub, trust, passphrase, out);
}

int
cz_hub_cli_rotate (const CzHubCli *cli, int argc, char **argv)
{
  g_autofree char *passphrase_file = NULL, *out = NULL;
  const GOptionEntry entries[] = {
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &out, N_ ("Where to write what others must sign"), N_ ("FILE") },
    { "passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &passphrase_file, N_ ("The keys' passphrase is the first line of this file"), N_ ("FILE") },
    G_OPTION_ENTRY_NULL,
  };
  const CzHubVerbHelp help = { _ ("[content|head|delegate|box]…"), _ ("Makes new keys in place of these, or with none named renews the delegation."),
                               _ ("A new content key begins the channel anew: after a theft. A new head key costs stations nothing."), 0, 4 };
  int status = 0;
  char *passphrase = NULL;
  CzHubKeys which = 0;
  if (!cz_hub_cli_parse (&help, entries, &argc, &argv))
    return CZ_EXIT_USAGE;
  for (int i = 1; i < argc; i++) {
    CzHubKeys one = cz_hub_key_of_name (argv[i]);
    if (one == 0)
      return cz_hub_cli_usage (_ ("Keys are content, head, delegate and box."));
    which |= one;
  }
  g_autoptr (CzHub) hub = cz_hub_cli_open (cli, CZ_HUB_WRITE, &status);
  if (hub == NULL || !cz_hub_cli_passphrase (passphrase_file, &passphrase, &status))
    return status;
  status = rotate (hub, which, passphrase, out);
  cz_hub_cli_forget (passphrase);
  return status;
}

/* --- revoke --- */

int
cz_hub_cli_revoke (const CzHubCli *cli, int argc, char **argv)
{
  g_autofree char *passphrase_file = NULL, *reason = NULL;
  const GOptionEntry entries[] = {
    { "reason", 0, 0, G_OPTION_ARG_STRING, &reason, N_ ("Why; it stands in the log of this hub"), N_ ("TEXT") },
    { "passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &passphrase_file, N_ ("The keys' passphrase is the first line of this file"), N_ ("FILE") },
    G_OPTION_ENTRY_NULL,
  };
  const CzHubVerbHelp help = { _ ("CHANNEL --reason TEXT"), _ ("Withdraws what was signed for an office below: stations take no more news under its keys."),
                               _ ("What stations show stays, marked as withdrawn. A later delegate for the channel makes it good again, with new keys from its first bundle on."), 1, 1 };
  GError *error = NULL;
  int status = 0;
  char *passphrase = NULL;
  CzChannel channel;
  if (!cz_hub_cli_parse (&help, entries, &argc, &argv))
    return CZ_EXIT_USAGE;
  if (reason == NULL || !cz_channel_parse (argv[1], &channel))
    return cz_hub_cli_usage (_ ("revoke needs a channel of six digits and --reason TEXT."));
  g_autoptr (CzHub) hub = cz_hub_cli_open (cli, CZ_HUB_WRITE, &status);
  if (hub == NULL || !cz_hub_cli_passphrase (passphrase_file, &passphrase, &status))
    return status;
  gboolean ok = cz_hub_revoke (hub, channel, reason, passphrase, &error);
  cz_hub_cli_forget (passphrase);
  if (!ok || !cz_hub_beat (hub, 0, NULL, &error))
    return cz_hub_cli_fail (error);
  g_print (_ ("Withdrawn: stations that hear from this office take nothing more from channel %s. What they show from it stays, and is marked.\n"), argv[1]);
  return CZ_EXIT_DONE;
}
