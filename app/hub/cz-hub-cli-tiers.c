/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "app/hub/cz-hub-cli.h"
#include "app/hub/cz-hub-private.h"
#include "app/hub/cz-hub-tiers.h"

#define DAYS_MAX 36525 /* a century */

/* --- request --- */

int
cz_hub_cli_request (const CzHubCli *cli, int argc, char **argv)
{
  g_autofree char *passphrase_file = NULL;
  const GOptionEntry entries[] = {
    { "passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &passphrase_file, N_ ("The keys' passphrase is the first line of this file"), N_ ("FILE") },
    G_OPTION_ENTRY_NULL,
  };
  const CzHubVerbHelp help = { _ ("FILE"), _ ("Writes a request to the office above: this hub's public keys. It holds no secret."), NULL, 1, 1 };
  GError *error = NULL;
  int status = 0;
  char *passphrase = NULL;
  if (!cz_hub_cli_parse (&help, entries, &argc, &argv))
    return CZ_EXIT_USAGE;
  g_autoptr (CzHub) hub = cz_hub_cli_open (cli, CZ_HUB_WRITE, &status);
  if (hub == NULL || !cz_hub_cli_passphrase (passphrase_file, &passphrase, &status))
    return status;
  g_autoptr (GBytes) request = cz_hub_request_build (hub, passphrase, &error);
  cz_hub_cli_forget (passphrase);
  if (request == NULL || !cz_hub_cli_write (argv[1], request, &error) || !cz_hub_audit (hub, "request", "", argv[1], NULL, &error))
    return cz_hub_cli_fail (error);
  g_autofree char *code = cz_hub_spoken_code (request);
  g_print (_ ("Wrote the request to %s. Send it to the office above and tell them this code by telephone:\n%s\n"), argv[1], code);
  return CZ_EXIT_DONE;
}

/* --- delegate --- */

static gboolean
parse_grant (int rows, int bytes, int days, CzHubGrant *out)
{
  if (rows < 0 || bytes < 0 || days < 0 || days > DAYS_MAX)
    return FALSE;
  *out = (CzHubGrant) { .rows_per_day = (guint32) rows, .bytes_per_day = (guint32) bytes, .days = (guint) days };
  return TRUE;
}

/* "product,quote": FALSE when one is no table. names: (nullable), then all. */
static gboolean
parse_tables (const char *names, guint64 *out)
{
  g_auto (GStrv) parts = g_strsplit (names != NULL ? names : "", ",", -1);
  *out = 0;
  for (gsize i = 0; parts[i] != NULL; i++) {
    const CzTable *table = cz_table_by_name (g_strstrip (parts[i]));
    if (table == NULL)
      return FALSE;
    *out |= G_GUINT64_CONSTANT (1) << table->number;
  }
  return TRUE;
}

static int
answer_request (CzHub *hub, GBytes *request, const char *confirm, const char *out, const CzHubGrant *grant, const char *passphrase)
{
  GError *error = NULL;
  CzDelegation asked;
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (request, &size);
  if (!cz_request_open (data, size, &asked, &error))
    return cz_hub_cli_fail (error);
  g_autofree char *channel = cz_channel_to_string (asked.channel);
  if (confirm == NULL) {
    g_print (_ ("Channel %s asks to publish below this office. Call them on a number you know and have them read their code to you;\n"
                "then run this again with --confirm CODE and --out FILE. Nothing has been signed.\n"), channel);
    return CZ_EXIT_DONE;
  }
  g_autofree char *code = cz_hub_spoken_code (request);
  if (!cz_hub_cli_same_code (confirm, code))
    return cz_hub_cli_fail (g_error_new_literal (CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED, _ ("The code does not fit this request: it is another file than theirs. Nothing has been signed.")));
  g_autoptr (GBytes) answer = cz_hub_delegate (hub, &asked, grant, passphrase, &error);
  if (answer == NULL || !cz_hub_cli_write (out, answer, &error))
    return cz_hub_cli_fail (error);
  g_autoptr (CzHubTrust) trust = cz_hub_trust_load (hub, &error);
  if (trust == NULL)
    return cz_hub_cli_fail (error);
  g_autofree char *root = cz_hub_spoken_code (trust->root_bytes);
  g_print (_ ("Signed for channel %s; the answer is in %s. Send it back and tell them the code of the root by telephone:\n%s\n"), channel, out, root);
  return CZ_EXIT_DONE;
}

int
cz_hub_cli_delegate (const CzHubCli *cli, int argc, char **argv)
{
  g_autofree char *passphrase_file = NULL, *confirm = NULL, *out = NULL, *tables = NULL;
  int rows = 0;
  int bytes = 0;
  int days = 0;
  gboolean begin_anew = FALSE;
  const GOptionEntry entries[] = {
    { "confirm", 0, 0, G_OPTION_ARG_STRING, &confirm, N_ ("The code the office below has read out"), N_ ("CODE") },
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &out, N_ ("Where to write the answer"), N_ ("FILE") },
    { "rows-per-day", 0, 0, G_OPTION_ARG_INT, &rows, N_ ("Rows they may publish a day; default: as this office"), N_ ("N") },
    { "bytes-per-day", 0, 0, G_OPTION_ARG_INT, &bytes, N_ ("Bytes they may publish a day; default: as this office"), N_ ("N") },
    { "tables", 0, 0, G_OPTION_ARG_STRING, &tables, N_ ("The only tables they may publish, such as market,product,quote; default: as this office"), N_ ("NAMES") },
    { "days", 0, 0, G_OPTION_ARG_INT, &days, N_ ("Days from now it is good for; default three years, never longer than this office's own"), N_ ("N") },
    { "new-epoch", 0, 0, G_OPTION_ARG_NONE, &begin_anew, N_ ("Let them publish everything anew from number 1: their depot is lost, or a thief has used up numbers"), NULL },
    { "passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &passphrase_file, N_ ("The keys' passphrase is the first line of this file"), N_ ("FILE") },
    G_OPTION_ENTRY_NULL,
  };
  const CzHubVerbHelp help = { _ ("REQUEST"), _ ("Answers the request of an office below: signs that its keys may publish for its own area."),
                               _ ("Without --confirm it only says who asks. A later answer for the same channel replaces the earlier one."), 1, 1 };
  CzHubGrant grant;
  int status = 0;
  char *passphrase = NULL;
  if (!cz_hub_cli_parse (&help, entries, &argc, &argv))
    return CZ_EXIT_USAGE;
  if ((confirm == NULL) != (out == NULL))
    return cz_hub_cli_usage (_ ("--confirm CODE and --out FILE belong together."));
  if (!parse_grant (rows, bytes, days, &grant))
    return cz_hub_cli_usage (_ ("--rows-per-day, --bytes-per-day and --days take a number from 0; days at most 36525."));
  if (!parse_tables (tables, &grant.tables))
    return cz_hub_cli_usage (_ ("--tables takes names of tables with commas between, as sync/model/cz-table.c has them: market, product, quote, policy, notice, region …"));
  grant.begin_anew = begin_anew;
  g_autoptr (GBytes) request = cz_hub_cli_read (argv[1], CZ_HUB_REQUEST_MAX, &status);
  g_autoptr (CzHub) hub = request == NULL ? NULL : cz_hub_cli_open (cli, CZ_HUB_WRITE, &status);
  if (hub == NULL || !cz_hub_cli_passphrase (passphrase_file, &passphrase, &status))
    return status;
  status = answer_request (hub, request, confirm, out, &grant, passphrase);
  cz_hub_cli_forget (passphrase);
  return status;
}

/* --- adopt --- */

static int
adopt_answer (CzHub *hub, GBytes *file, const char *confirm, const char *passphrase)
{
  g_auto (CzHubAnswer) answer = { 0 };
  GError *error = NULL;
  if (!cz_hub_answer_open (hub, file, passphrase, &answer, &error))
    return cz_hub_cli_fail (error);
  g_autofree char *code = cz_hub_spoken_code (answer.root_bytes);
  if (answer.is_new_root && confirm == NULL) {
    g_print (_ ("This answer places the hub under another root. Call the office above on a number you know and have them read the code\n"
                "of the root to you; then run this again with --confirm CODE. Nothing has changed.\n"));
    return CZ_EXIT_DONE;
  }
  if (confirm != NULL && !cz_hub_cli_same_code (confirm, code))
    return cz_hub_cli_fail (g_error_new_literal (CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED, _ ("The code does not fit the root in this answer: it is not from the office above. Nothing has changed.")));
  if (!cz_hub_adopt (hub, &answer, &error))
    return cz_hub_cli_fail (error);
  g_autofree char *to = cz_hub_cli_date (answer.delegation.not_after_s);
  g_print (_ ("Adopted: this office may publish until %s. Stations get it with the next publish or beat.\n"), to);
  if (answer.is_new_root)
    g_print (_ ("Tickets and station papers written before are void: write them anew.\n"));
  return CZ_EXIT_DONE;
}

int
cz_hub_cli_adopt (const CzHubCli *cli, int argc, char **argv)
{
  g_autofree char *passphrase_file = NULL, *confirm = NULL;
  const GOptionEntry entries[] = {
    { "confirm", 0, 0, G_OPTION_ARG_STRING, &confirm, N_ ("The code of the root, as the office above has read it out"), N_ ("CODE") },
    { "passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &passphrase_file, N_ ("The keys' passphrase is the first line of this file"), N_ ("FILE") },
    G_OPTION_ENTRY_NULL,
  };
  const CzHubVerbHelp help = { _ ("ANSWER"), _ ("Takes in the answer of the office above to this hub's request."),
                               _ ("The first time it asks for the code of the root; a renewal needs none."), 1, 1 };
  int status = 0;
  char *passphrase = NULL;
  if (!cz_hub_cli_parse (&help, entries, &argc, &argv))
    return CZ_EXIT_USAGE;
  g_autoptr (GBytes) file = cz_hub_cli_read (argv[1], CZ_HUB_ANSWER_MAX, &status);
  g_autoptr (CzHub) hub = file == NULL ? NULL : cz_hub_cli_open (cli, CZ_HUB_WRITE, &status);
  if (hub == NULL || !cz_hub_cli_passphrase (passphrase_file, &passphrase, &status))
    return status;
  status = adopt_answer (hub, file, confirm, passphrase);
  cz_hub_cli_forget (passphrase);
  return status;
}
