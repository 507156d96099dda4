/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/cz-hub-cli.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "app/hub/cz-hub-office.h"
#include "app/hub/cz-hub-private.h"
#include "sync/depot/cz-file.h"
#include "sync/depot/cz-publisher.h"
#include "sync/depot/cz-vault.h"
#include "sync/wire/cz-wire-error.h"
#include "sync/wire/cz-key.h"
#include "cz-config.h"

#define OUTPUT_MODE 0644
#define TERM_WARNING_S (60 * 86400)

gboolean
cz_hub_cli_parse (const CzHubVerbHelp *help, const GOptionEntry *entries, int *argc, char ***argv)
{
  g_autofree char *name = g_strdup_printf (_ ("cunzhan-hub [--home DIR] %s"), (*argv)[0]);
  g_autofree char *shown = g_strdup (help->arguments);
  g_autoptr (GOptionContext) context = g_option_context_new (shown);
  g_autoptr (GError) error = NULL;
  g_set_prgname (name);
  g_option_context_set_summary (context, help->summary);
  if (help->description != NULL)
    g_option_context_set_description (context, help->description);
  g_option_context_add_main_entries (context, entries, CZ_GETTEXT_DOMAIN);
  gboolean ok = g_option_context_parse (context, argc, argv, &error);
  g_set_prgname ("cunzhan-hub");
  if (!ok) {
    (void) cz_hub_cli_usage (error->message);
    return FALSE;
  }
  int n = *argc - 1;
  if (n >= help->min_arguments && (help->max_arguments < 0 || n <= help->max_arguments))
    return TRUE;
  g_autofree char *sentence = g_strdup_printf (_ ("Usage: %s %s"), name, help->arguments);
  (void) cz_hub_cli_usage (sentence);
  return FALSE;
}

int
cz_hub_cli_usage (const char *sentence)
{
  g_printerr ("%s\n", sentence);
  g_printerr ("%s\n", _ ("cunzhan-hub --help lists the verbs; cunzhan-hub VERB --help explains one."));
  return CZ_EXIT_USAGE;
}

/* What the clerk can do about errors of lower rooms, whose own words are for engineers; NULL: the message says it. */
static const char *
advice (const GError *error)
{
  static const struct {
    GQuark (*domain) (void);
    int code;
    const char *sentence;
  } known[] = {
    { cz_publish_error_quark, CZ_PUBLISH_ERROR_CLOCK, N_ ("The clock of this computer stands before the last publication. Set it, then try again.") },
    { cz_publish_error_quark, CZ_PUBLISH_ERROR_BEHIND, N_ ("The depot knows more than this hub: an old copy is in use, or part of it is lost. Run: cunzhan-hub recover") },
    { cz_publish_error_quark, CZ_PUBLISH_ERROR_DAMAGED, N_ ("A file of this hub is damaged. Take it from the backup, or remove it and run: cunzhan-hub recover") },
    { cz_publish_error_quark, CZ_PUBLISH_ERROR_SELF_CHECK, N_ ("Nothing was published: the bundle failed its own check. Please report this.") },
    { cz_publish_error_quark, CZ_PUBLISH_ERROR_TABLE, N_ ("Nothing was published: the office above has not given this office the table in brackets. Withdraw what waits in it, or ask them for a delegation that has it (request).") },
    { cz_publish_error_quark, CZ_PUBLISH_ERROR_LIMIT, N_ ("Nothing was published: more waits than the office above allows in a day. Ask them for a delegation with a higher limit (request).") },
    { cz_publish_error_quark, CZ_PUBLISH_ERROR_KEY, N_ ("The content key in this hub is not the one that stations trust.") },
    { cz_key_error_quark, CZ_KEY_ERROR_PASSPHRASE, N_ ("The keys are wrapped: give the right passphrase with --passphrase-file FILE.") },
    { cz_key_error_quark, CZ_KEY_ERROR_MODE, N_ ("Others may read a key file. Make it private (chmod 600), and think about who has seen it.") },
    { cz_key_error_quark, CZ_KEY_ERROR_UNREADABLE, N_ ("A key file is missing or cannot be read.") },
    { cz_key_error_quark, CZ_KEY_ERROR_FORMAT, N_ ("A key file is damaged. Take it from the backup.") },
    { cz_vault_error_quark, CZ_VAULT_ERROR_PASSPHRASE, N_ ("The passphrase does not open this backup, or the file was changed.") },
    { cz_vault_error_quark, CZ_VAULT_ERROR_FORMAT, N_ ("This file is no backup of a hub, or only part of one.") },
    { cz_vault_error_quark, CZ_VAULT_ERROR_MEMORY, N_ ("This computer has not enough memory free for the passphrase.") },
    { cz_vault_error_quark, CZ_VAULT_ERROR_FILE, N_ ("The backup cannot be read or written.") },
    { cz_wire_error_quark, CZ_WIRE_ERROR_REVOKED, N_ ("The office above has withdrawn this office's delegation. Call them; new keys come with rotate, delegate and adopt.") },
    { cz_depot_error_quark, CZ_DEPOT_ERROR_FULL, N_ ("The disk of the depot is full. Nothing is lost; make room and try again.") },
    { cz_depot_error_quark, CZ_DEPOT_ERROR_DENIED, N_ ("The depot may not be used by this user. Nothing is lost.") },
    { cz_depot_error_quark, CZ_DEPOT_ERROR_FAILED, N_ ("The depot cannot be used. Nothing is lost.") },
    { cz_depot_error_quark, CZ_DEPOT_ERROR_UNREACHABLE, N_ ("The depot cannot be used. Nothing is lost.") },
    { cz_depot_error_quark, CZ_DEPOT_ERROR_ABSENT, N_ ("The depot holds nothing of this office.") },
    { cz_depot_error_quark, CZ_DEPOT_ERROR_CONFLICT, N_ ("The depot is not as this hub left it: something in it is missing or was changed.") },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    if (error->domain == known[i].domain () && error->code == known[i].code)
      return _ (known[i].sentence);
  return NULL;
}

int
cz_hub_cli_fail (GError *error)
{
  int status = cz_hub_exit_status (error);
  const char *sentence = advice (error);
  if (sentence != NULL)
    g_printerr ("%s\n(%s)\n", sentence, error->message);
  else
    g_printerr ("%s\n", error->message);
  g_error_free (error);
  return status;
}

CzHub *
cz_hub_cli_open (const CzHubCli *cli, CzHubMode mode, int *status)
{
  GError *error = NULL;
  CzHub *hub = cz_hub_open (cli->home, mode, cli->clock, &error);
  if (hub == NULL)
    *status = cz_hub_cli_fail (error);
  else if (cli->who != NULL)
    cz_hub_set_who (hub, cli->who);
  return hub;
}

const CzTable *
cz_hub_cli_kind (const char *kind)
{
  const CzTable *table = cz_hub_table_of_kind (kind);
  if (table == NULL) {
    g_autofree char *sentence = g_strdup_printf (_ ("%s is not a kind of content. Kinds are quotes, products, markets, policies, notices …"), kind);
    (void) cz_hub_cli_usage (sentence);
  }
  return table;
}

gboolean
cz_hub_cli_passphrase (const char *file, char **passphrase, int *status)
{
  GError *error = NULL;
  *passphrase = NULL;
  if (file == NULL)
    return TRUE;
  *passphrase = cz_hub_passphrase_read (file, &error);
  if (*passphrase == NULL)
    *status = cz_hub_cli_fail (error);
  return *passphrase != NULL;
}

void
cz_hub_cli_forget (char *passphrase)
{
  if (passphrase != NULL)
    explicit_bzero (passphrase, strlen (passphrase));
  g_free (passphrase);
}

void
cz_hub_cli_json_int (JsonBuilder *json, const char *member, gint64 value)
{
  json_builder_set_member_name (json, member);
  json_builder_add_int_value (json, value);
}

void
cz_hub_cli_json_text (JsonBuilder *json, const char *member, const char *value)
{
  json_builder_set_member_name (json, member);
  json_builder_add_string_value (json, value != NULL ? value : "");
}

void
cz_hub_cli_print_json (JsonBuilder *builder)
{
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  json_generator_set_root (generator, root);
  g_autofree char *text = json_generator_to_data (generator, NULL);
  /* Not g_print: JSON is UTF-8 in every locale. */
  (void) puts (text);
}

char *
cz_hub_cli_size (guint64 bytes)
{
  return g_format_size_full (bytes, G_FORMAT_SIZE_DEFAULT);
}

char *
cz_hub_cli_date (guint64 at_s)
{
  return cz_day_to_iso (cz_day_from_unix ((gint64) at_s));
}

GBytes *
cz_hub_cli_read (const char *path, gsize max, int *status)
{
  GError *low = NULL;
  GBytes *bytes = cz_file_read (path, 0, max, &low);
  if (bytes != NULL)
    return bytes;
  *status = cz_hub_cli_fail (g_error_new (CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED, _ ("%s cannot be read."), path));
  g_error_free (low);
  return NULL;
}

gboolean
cz_hub_cli_write (const char *path, GBytes *bytes, GError **error)
{
  GError *low = NULL;
  return cz_file_replace (path, bytes, OUTPUT_MODE, &low) || cz_hub_take_storage_error (low, error);
}

gboolean
cz_hub_cli_same_code (const char *a, const char *b)
{
  for (;; a++, b++) {
    a += strspn (a, "- ");
    b += strspn (b, "- ");
    if (g_ascii_toupper (*a) != g_ascii_toupper (*b))
      return FALSE;
    if (*a == '\0')
      return TRUE;
  }
}

void
cz_hub_cli_warn_of_term (CzHub *hub)
{
  g_autoptr (CzHubTrust) trust = cz_hub_trust_load (hub, NULL);
  guint64 now_s = (guint64) cz_clock_wall_s (cz_hub_clock (hub));
  guint64 end_s = trust == NULL ? 0 : trust->delegation.not_after_s;
  if (end_s == 0 || now_s + TERM_WARNING_S < end_s)
    return;
  g_autofree char *day = cz_hub_cli_date (end_s);
  if (now_s <= end_s)
    g_printerr (_ ("The term of this office ends on %s. Renew it before: rotate, or request and adopt.\n"), day);
  else
    g_printerr (_ ("The term of this office ended on %s: stations take its news and show it as unconfirmed. Renew it: rotate, or request and adopt.\n"), day);
}

void
cz_hub_cli_warn_of_folders (const char *const *depots)
{
  for (guint i = 0; depots[i] != NULL; i++) {
    g_autofree char *path = strstr (depots[i], "://") == NULL ? g_canonicalize_filename (depots[i], NULL) : NULL;
    if (path != NULL)
      g_printerr (_ ("Careful: %s is a folder of this computer. A station elsewhere cannot reach it; give the address at which a web server"
                     " shows it (https://…). If it is meant, write file://%s\n"), depots[i], path);
  }
}
