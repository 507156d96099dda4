/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "app/hub/cz-hub-ceremony.h"
#include "app/hub/cz-hub-cli.h"
#include "app/hub/cz-hub-private.h"
#include "app/hub/cz-hub-tiers.h"

/* --- the page --- */

static void
print_key (const char *kind, const CzPublicKey *key, const char *what_for)
{
  g_autofree char *code = cz_public_key_fingerprint (key);
  g_print ("%-10s %.4s-%.4s  %s\n", kind, code, code + 4, what_for);
}

/* Nothing while all are given. */
static void
print_tables (guint64 mask)
{
  guint n = 0;
  const CzTable *const *tables = cz_table_all (&n);
  g_autoptr (GString) names = g_string_new (NULL);
  guint given = 0;
  for (guint i = 0; i < n; i++) {
    if ((mask >> tables[i]->number & 1) == 0)
      continue;
    given++;
    g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", tables[i]->name);
  }
  if (given < n)
    g_print (_ ("May publish only: %s\n"), names->str);
}

static void
print_page (CzHub *hub, const CzHubTrust *trust)
{
  const CzDelegation *own = &trust->delegation;
  g_autofree char *channel = cz_channel_to_string (cz_hub_channel (hub));
  g_autofree char *name = cz_hub_get_value (cz_hub_db (hub), "name");
  g_autofree char *root = cz_hub_spoken_code (trust->root_bytes);
  g_autofree char *today = cz_hub_cli_date ((guint64) cz_clock_wall_s (cz_hub_clock (hub)));
  g_autofree char *from = cz_hub_cli_date (own->not_before_s);
  g_autofree char *to = cz_hub_cli_date (own->not_after_s);
  g_print (_ ("Keys of %s, channel %s, as of %s\n\n"), name != NULL ? name : "", channel, today);
  print_key ("content", &own->content_key, _ ("signs what is published"));
  print_key ("head", &own->head_key, _ ("signs the daily sign of life"));
  print_key ("delegate", &own->delegate_key, _ ("signs for the offices below"));
  g_print (_ ("\nRoot document: version %u, %u of %u keys, code %s\n"), trust->root.version, trust->root.threshold, trust->root.n_keys, root);
  g_print (_ ("Delegation: serial %llu, from %s to %s\n"), (unsigned long long) own->serial, from, to);
  if (own->rows_per_day != 0 || own->bytes_per_day != 0)
    g_print (_ ("At most %u rows and %u bytes a day (0 = no limit)\n"), own->rows_per_day, own->bytes_per_day);
  print_tables (own->table_mask);
  g_print (_ ("\nKept by: ______________________   Copy kept at: ______________________   Date: ____________\n"));
}

static int
show_page (const CzHubCli *cli)
{
  GError *error = NULL;
  int status = 0;
  g_autoptr (CzHub) hub = cz_hub_cli_open (cli, CZ_HUB_READ, &status);
  if (hub == NULL)
    return status;
  g_autoptr (CzHubTrust) trust = cz_hub_trust_load (hub, &error);
  if (trust == NULL)
    return cz_hub_cli_fail (error);
  print_page (hub, trust);
  return CZ_EXIT_DONE;
}

typedef struct {
  char *name;
  char *key;
  char *confirm;
  char *passphrase_file;
  int threshold;
  char *passphrase;
} Options;

static void
options_clear (Options *o)
{
  g_free (o->name);
  g_free (o->key);
  g_free (o->confirm);
  g_free (o->passphrase_file);
  cz_hub_cli_forget (o->passphrase);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

/* --- new: one keyholder's key --- */

static int
new_key (const Options *o, const char *path)
{
  GError *error = NULL;
  CzPublicKey public_key;
  g_autoptr (CzSecretKey) key = cz_secret_key_new ();
  g_autofree char *public_path = g_strconcat (path, ".public", NULL);
  if (o->name == NULL || o->passphrase == NULL)
    return cz_hub_cli_usage (_ ("keys new needs FILE, --name NAME and --passphrase-file FILE: a key of the root is never without a passphrase."));
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return cz_hub_cli_fail (g_error_new (CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED, _ ("%s is there already; a key is never overwritten."), path));
  cz_secret_key_public (key, &public_key);
  g_autoptr (GBytes) text = cz_hub_public_key_text (&public_key, o->name);
  if (!cz_secret_key_save (key, path, o->name, o->passphrase, &error) || !cz_hub_cli_write (public_path, text, &error))
    return cz_hub_cli_fail (error);
  g_autofree char *code = cz_public_key_fingerprint (&public_key);
  g_print (_ ("Key of the root, kept by %s\n\nKey: %.4s-%.4s\nSecret half: %s (keep it on a medium of its own, locked away)\nPublic half: %s (goes to whoever drafts the root)\n\n"
              "Kept by: ______________________   Copy kept at: ______________________   Date: ____________\n"),
           o->name, code, code + 4, path, public_path);
  return CZ_EXIT_DONE;
}

/* --- root: a draft --- */

static gboolean
read_holders (char **files, CzRoot *root, int *status)
{
  for (guint i = 0; files[i] != NULL; i++) {
    GError *error = NULL;
    if (i == CZ_ROOT_KEYS_MAX) {
      *status = cz_hub_cli_usage (_ ("A root has at most 16 keys."));
      return FALSE;
    }
    g_autoptr (GBytes) file = cz_hub_cli_read (files[i], CZ_HUB_PUBLIC_KEY_FILE_MAX, status);
    if (file == NULL)
      return FALSE;
    if (!cz_hub_public_key_parse (file, &root->keys[i], &error)) {
      *status = cz_hub_cli_fail (error);
      return FALSE;
    }
    root->n_keys++;
  }
  return TRUE;
}

static void
print_holders (const CzRoot *root)
{
  for (guint i = 0; i < root->n_keys; i++) {
    g_autofree char *code = cz_public_key_fingerprint (&root->keys[i]);
    g_print ("  %.4s-%.4s\n", code, code + 4);
  }
}

static int
draft_root (const CzHubCli *cli, const Options *o, const char *out, char **files)
{
  GError *error = NULL;
  int status = 0;
  CzRoot root = { .threshold = (guint8) o->threshold };
  if (!read_holders (files, &root, &status))
    return status;
  if (o->threshold < 1 || o->threshold > (int) root.n_keys)
    return cz_hub_cli_usage (_ ("keys root needs --threshold N and the public halves of at least so many keys."));
  g_autoptr (CzHub) hub = cz_hub_cli_open (cli, CZ_HUB_WRITE, &status);
  if (hub == NULL)
    return status;
  g_autoptr (CzHubTrust) trust = cz_hub_trust_load (hub, &error);
  if (trust == NULL)
    return cz_hub_cli_fail (error);
  root.version = trust->root.version + 1;
  root.issued_s = (guint64) cz_clock_wall_s (cz_hub_clock (hub));
  g_autoptr (GBytes) file = cz_hub_ceremony_draft (hub, &root, o->passphrase, &error);
  if (file == NULL || !cz_hub_cli_write (out, file, &error) || !cz_hub_audit (hub, "keys root", "", out, NULL, &error))
    return cz_hub_cli_fail (error);
  g_auto (CzHubCeremony) ceremony = { 0 };
  if (!cz_hub_ceremony_parse (file, &ceremony, &error))
    return cz_hub_cli_fail (error);
  g_autofree char *code = cz_hub_ceremony_code (&ceremony);
  g_print (_ ("Drafted root %u into %s: %u of these %u keys\n"), root.version, out, root.threshold, root.n_keys);
  print_holders (&root);
  g_print (_ ("Code: %s\n%u of the keys in force until now and %u of the new ones must sign: cunzhan-hub keys sign %s --key KEY.\n"), code,
           trust->root.threshold, root.threshold, out);
  return CZ_EXIT_DONE;
}

/* --- sign --- */

static void
print_ceremony (const CzHubCeremony *c, const CzHubCeremonyState *state)
{
  g_autofree char *code = cz_hub_ceremony_code (c);
  if (c->root != NULL) {
    g_print (_ ("New root %u: %u of these %u keys\n"), state->next.version, state->next.threshold, state->next.n_keys);
    print_holders (&state->next);
    g_print (_ ("Signed by %u of the %u that are needed of the keys in force, and by %u of the %u of the new ones.\n"), state->n_present,
             state->present.threshold, state->n_next, state->next.threshold);
  }
  if (c->link != NULL) {
    g_autofree char *channel = cz_channel_to_string (state->delegation.channel);
    g_autofree char *to = cz_hub_cli_date (state->delegation.not_after_s);
    g_print (_ ("Delegation of channel %s until %s: signed by %u of the %u that are needed.\n"), channel, to, state->n_link, state->next.threshold);
  }
  g_print (_ ("Code: %s\n"), code);
}

static int
sign (const Options *o, const char *path)
{
  GError *error = NULL;
  int status = 0;
  g_auto (CzHubCeremony) c = { 0 };
  g_auto (CzHubCeremony) signed_c = { 0 };
  CzHubCeremonyState state;
  g_autoptr (GBytes) file = cz_hub_cli_read (path, CZ_HUB_CEREMONY_MAX, &status);
  if (file == NULL)
    return status;
  if (!cz_hub_ceremony_parse (file, &c, &error) || !cz_hub_ceremony_state (&c, &state, &error))
    return cz_hub_cli_fail (error);
  g_autofree char *code = cz_hub_ceremony_code (&c);
  if (o->key == NULL || o->confirm == NULL) {
    print_ceremony (&c, &state);
    g_print (_ ("Compare the code with whoever drafted this, then run it again with --key FILE and --confirm CODE. Nothing has been signed.\n"));
    return CZ_EXIT_DONE;
  }
  if (!cz_hub_cli_same_code (o->confirm, code))
    return cz_hub_cli_fail (g_error_new_literal (CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED, _ ("The code does not fit this file: it is another one than was drafted. Nothing has been signed.")));
  g_autoptr (CzSecretKey) key = cz_secret_key_load (o->key, o->passphrase, &error);
  g_autoptr (GBytes) out = key == NULL ? NULL : cz_hub_ceremony_sign (&c, key, &error);
  if (out == NULL || !cz_hub_ceremony_parse (out, &signed_c, &error) || !cz_hub_ceremony_state (&signed_c, &state, &error)
      || !cz_hub_cli_write (path, out, &error))
    return cz_hub_cli_fail (error);
  print_ceremony (&signed_c, &state);
  g_print ("%s\n", cz_hub_ceremony_is_complete (&signed_c, &state) ? _ ("Enough have signed: back at the hub, cunzhan-hub keys take puts it in force.")
                                                                  : _ ("Signed. It goes on to the next keyholder."));
  return CZ_EXIT_DONE;
}

/* --- take --- */

static int
take (const CzHubCli *cli, const Options *o, const char *path)
{
  GError *error = NULL;
  int status = 0;
  g_auto (CzHubCeremony) c = { 0 };
  g_autoptr (GBytes) file = cz_hub_cli_read (path, CZ_HUB_CEREMONY_MAX, &status);
  g_autoptr (CzHub) hub = file == NULL ? NULL : cz_hub_cli_open (cli, CZ_HUB_WRITE, &status);
  if (hub == NULL)
    return status;
  if (!cz_hub_ceremony_parse (file, &c, &error) || !cz_hub_ceremony_take (hub, &c, o->passphrase, &error))
    return cz_hub_cli_fail (error);
  g_print (_ ("In force here. Stations and the offices below get it with the next publish or beat; write tickets anew from now on.\n"));
  return CZ_EXIT_DONE;
}

int
cz_hub_cli_keys (const CzHubCli *cli, int argc, char **argv)
{
  g_auto (Options) o = { 0 };
  const GOptionEntry entries[] = {
    { "name", 0, 0, G_OPTION_ARG_STRING, &o.name, N_ ("new: who keeps it"), N_ ("NAME") },
    { "threshold", 0, 0, G_OPTION_ARG_INT, &o.threshold, N_ ("root: how many of the keys must sign"), N_ ("N") },
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &o.key, N_ ("sign: the keyholder's key"), N_ ("FILE") },
    { "confirm", 0, 0, G_OPTION_ARG_STRING, &o.confirm, N_ ("sign: the code, as whoever drafted it has read it out"), N_ ("CODE") },
    { "passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &o.passphrase_file, N_ ("The keys' passphrase is the first line of this file"), N_ ("FILE") },
    G_OPTION_ENTRY_NULL,
  };
  const CzHubVerbHelp help = { _ ("[new FILE | root FILE PUBLIC… | sign FILE | take FILE]"),
                               _ ("Shows the public halves of this hub's keys as a page to print and file; keeps the root's keys with several people."),
                               _ ("new makes one keyholder's key, root drafts a root of several, sign adds a keyholder's signature, take puts in force what enough have signed."), 0, -1 };
  int status = 0;
  if (!cz_hub_cli_parse (&help, entries, &argc, &argv))
    return CZ_EXIT_USAGE;
  if (!cz_hub_cli_passphrase (o.passphrase_file, &o.passphrase, &status))
    return status;
  if (argc == 1)
    return show_page (cli);
  if (argc == 3 && g_str_equal (argv[1], "new"))
    return new_key (&o, argv[2]);
  if (argc >= 4 && g_str_equal (argv[1], "root"))
    return draft_root (cli, &o, argv[2], argv + 3);
  if (argc == 3 && g_str_equal (argv[1], "sign"))
    return sign (&o, argv[2]);
  if (argc == 3 && g_str_equal (argv[1], "take"))
    return take (cli, &o, argv[2]);
  return cz_hub_cli_usage (_ ("keys alone shows the page; else: keys new FILE, keys root FILE PUBLIC…, keys sign FILE, keys take FILE."));
}
