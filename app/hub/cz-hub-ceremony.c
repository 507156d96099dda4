/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/cz-hub-ceremony.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/hub/cz-hub-private.h"
#include "app/hub/cz-hub-revoke.h"
#include "app/hub/cz-hub-rotate.h"
#include "app/hub/cz-hub-tiers.h"
#include "sync/wire/cz-limits.h"

#define FIRST_LINE "cunzhan ceremony 1"
#define PUBLIC_KEY_LINE "cunzhan public key 1"
#define LINES 4
#define NOTHING "-"
#define SIGNED_HEADER 12 /* magic and length of what is signed */

void
cz_hub_ceremony_clear (CzHubCeremony *ceremony)
{
  g_clear_pointer (&ceremony->present, g_bytes_unref);
  g_clear_pointer (&ceremony->root, g_bytes_unref);
  g_clear_pointer (&ceremony->link, g_bytes_unref);
}

/* --- the file --- */

static char *
to_line (GBytes *bytes)
{
  gsize size = 0;
  const guint8 *data = bytes == NULL ? NULL : g_bytes_get_data (bytes, &size);
  return data == NULL ? g_strdup (NOTHING) : g_base64_encode (data, size);
}

static GBytes *
from_line (char *line)
{
  gsize size = 0;
  if (g_str_equal (g_strstrip (line), NOTHING))
    return NULL;
  guchar *data = g_base64_decode (line, &size);
  return g_bytes_new_take (data, size);
}

/* Mail programs end lines in their own way. NULL: not so many lines under that first one. */
static GStrv
split_text (GBytes *file, gsize max, const char *first, guint n_lines)
{
  gsize size = 0;
  const char *data = g_bytes_get_data (file, &size);
  if (size == 0 || size > max || memchr (data, '\0', size) != NULL)
    return NULL;
  g_autofree char *text = g_strndup (data, size);
  g_auto (GStrv) lines = g_strsplit_set (g_strdelimit (g_strstrip (text), "\r", ' '), "\n", -1);
  if (g_strv_length (lines) != n_lines || !g_str_has_prefix (lines[0], first))
    return NULL;
  return g_steal_pointer (&lines);
}

static GBytes *
write_file (const CzHubCeremony *c)
{
  g_autofree char *present = to_line (c->present);
  g_autofree char *root = to_line (c->root);
  g_autofree char *link = to_line (c->link);
  char *text = g_strdup_printf ("%s\n%s\n%s\n%s\n", FIRST_LINE, present, root, link);
  return g_bytes_new_take (text, strlen (text));
}

gboolean
cz_hub_ceremony_parse (GBytes *file, CzHubCeremony *out, GError **error)
{
  g_auto (GStrv) lines = split_text (file, CZ_HUB_CEREMONY_MAX, FIRST_LINE, LINES);
  CzHubCeremonyState state;
  if (lines == NULL)
    return cz_hub_refuse (error, _ ("This file is nothing for keyholders to sign."));
  out->present = from_line (lines[1]);
  out->root = from_line (lines[2]);
  out->link = from_line (lines[3]);
  if (out->present == NULL || (out->root == NULL && out->link == NULL))
    return cz_hub_refuse (error, _ ("This file is nothing for keyholders to sign."));
  return cz_hub_ceremony_state (out, &state, error);
}

gboolean
cz_hub_ceremony_state (const CzHubCeremony *c, CzHubCeremonyState *out, GError **error)
{
  gsize size = 0;
  CzRoot again;
  const guint8 *data = g_bytes_get_data (c->present, &size);
  *out = (CzHubCeremonyState) { 0 };
  if (!cz_root_open (data, size, NULL, &out->present, error))
    return FALSE;
  out->next = out->present;
  if (c->root != NULL
      && (!cz_root_read_draft (c->root, &out->present, &out->next, &out->n_present, error)
          || !cz_root_read_draft (c->root, &out->next, &again, &out->n_next, error)))
    return FALSE;
  if (c->root != NULL && out->next.version != out->present.version + 1)
    return cz_hub_refuse (error, _ ("The new root in this file does not follow the one it stands beside."));
  return c->link == NULL || cz_delegation_read_draft (c->link, &out->next, &out->delegation, &out->n_link, error);
}

gboolean
cz_hub_ceremony_is_complete (const CzHubCeremony *c, const CzHubCeremonyState *state)
{
  return (c->root == NULL || (state->n_present >= state->present.threshold && state->n_next >= state->next.threshold))
         && (c->link == NULL || state->n_link >= state->next.threshold);
}

/* Without the signatures: what is signed ends where its length says. */
static void
add_signed_part (GByteArray *out, GBytes *object)
{
  gsize size = 0;
  const guint8 *data = object == NULL ? NULL : g_bytes_get_data (object, &size);
  guint32 body_len = 0;
  if (size < SIGNED_HEADER)
    return;
  memcpy (&body_len, data + 8, sizeof body_len);
  g_byte_array_append (out, data, (guint) MIN (size, SIGNED_HEADER + (gsize) GUINT32_FROM_LE (body_len)));
}

char *
cz_hub_ceremony_code (const CzHubCeremony *c)
{
  GByteArray *all = g_byte_array_new ();
  add_signed_part (all, c->present);
  add_signed_part (all, c->root);
  add_signed_part (all, c->link);
  g_autoptr (GBytes) bytes = g_byte_array_free_to_bytes (all);
  return cz_hub_spoken_code (bytes);
}

/* --- signing --- */

static gboolean
is_key_of (const CzRoot *root, const CzPublicKey *key)
{
  for (guint i = 0; i < root->n_keys; i++)
    if (memcmp (&root->keys[i], key, sizeof *key) == 0)
      return TRUE;
  return FALSE;
}

GBytes *
cz_hub_ceremony_sign (const CzHubCeremony *c, const CzSecretKey *key, GError **error)
{
  CzHubCeremonyState state;
  CzPublicKey public_key;
  g_auto (CzHubCeremony) out = { .present = g_bytes_ref (c->present) };
  cz_secret_key_public (key, &public_key);
  if (!cz_hub_ceremony_state (c, &state, error))
    return NULL;
  gboolean of_next = is_key_of (&state.next, &public_key);
  if (!of_next && !(c->root != NULL && is_key_of (&state.present, &public_key))) {
    cz_hub_refuse (error, _ ("This key is none of the root's, so it has nothing to sign here."));
    return NULL;
  }
  if (c->root != NULL && (out.root = cz_root_sign (c->root, key, error)) == NULL)
    return NULL;
  if (c->link != NULL && (out.link = of_next ? cz_delegation_sign (c->link, key, error) : g_bytes_ref (c->link)) == NULL)
    return NULL;
  return write_file (&out);
}

/* --- at the hub --- */

GBytes *
cz_hub_ceremony_draft (CzHub *hub, const CzRoot *next, const char *passphrase, GError **error)
{
  g_autoptr (CzHubTrust) trust = cz_hub_trust_load (hub, error);
  g_autoptr (GPtrArray) nobody = g_ptr_array_new ();
  g_auto (CzHubCeremony) c = { 0 };
  CzDelegation own;
  if (trust == NULL)
    return NULL;
  if (trust->links.n > 1) {
    cz_hub_refuse (error, _ ("The keys of the root are not this office's affair: it stands below another office."));
    return NULL;
  }
  if (!cz_hub_next_delegation (hub, trust, passphrase, &own, error))
    return NULL;
  c.present = g_bytes_ref (trust->root_bytes);
  if ((next != NULL && (c.root = cz_root_build (next, nobody, error)) == NULL)
      || (c.link = cz_delegation_build (&own, nobody, error)) == NULL)
    return NULL;
  return write_file (&c);
}

static GBytes *
chain_with (const CzHubTrust *trust, GBytes *link, gboolean with_lists, GError **error)
{
  g_autoptr (GPtrArray) links = NULL;
  g_autoptr (GPtrArray) lists = NULL;
  g_autoptr (GPtrArray) fresh = g_ptr_array_new ();
  if (!cz_chain_split (trust->chain, &links, &lists, error))
    return NULL;
  g_ptr_array_add (fresh, link);
  return cz_chain_build_with (fresh, with_lists ? lists : NULL, error);
}

static gboolean
take_link (CzHub *hub, const CzHubTrust *trust, const CzHubCeremony *c, const CzHubCeremonyState *state, const char *passphrase, GError **error)
{
  CzHubKeys waiting;
  gboolean ours;
  CzDelegation opened;
  gsize size = 0;
  if (!cz_hub_named_keys (hub, &state->delegation, passphrase, &waiting, &ours, error))
    return FALSE;
  if (!ours || state->delegation.channel != hub->channel)
    return cz_hub_refuse (error, _ ("The delegation in this file speaks of other keys than this hub's."));
  if (state->delegation.serial < trust->delegation.serial)
    return cz_hub_refuse (error, _ ("The delegation in this file is older than the one in force."));
  gboolean same_delegate = memcmp (&state->delegation.delegate_key, &trust->delegation.delegate_key, CZ_PUBLIC_KEY_BYTES) == 0;
  g_autoptr (GBytes) chain = chain_with (trust, c->link, same_delegate, error);
  const guint8 *data = chain == NULL ? NULL : g_bytes_get_data (chain, &size);
  if (data == NULL || !cz_chain_open (data, size, &state->next, hub->channel, &opened, error))
    return FALSE;
  /* Root first: a stop in between is mended by taking the same file again. */
  if (c->root != NULL && !cz_hub_trust_add_root (hub, &state->next, c->root, error))
    return FALSE;
  return cz_hub_rotate_install (hub, chain, &state->delegation, waiting, error)
         && (same_delegate || cz_hub_revoke_again (hub, passphrase, error));
}

gboolean
cz_hub_ceremony_take (CzHub *hub, const CzHubCeremony *c, const char *passphrase, GError **error)
{
  CzHubCeremonyState state;
  g_autofree char *what = cz_hub_ceremony_code (c);
  g_autoptr (CzHubTrust) trust = cz_hub_trust_load_upto (hub, c->present, error);
  if (trust == NULL || !cz_hub_ceremony_state (c, &state, error))
    return FALSE;
  if (!g_bytes_equal (c->present, trust->root_bytes))
    return cz_hub_refuse (error, _ ("This file follows another root than the one in force here."));
  if (!cz_hub_ceremony_is_complete (c, &state))
    return cz_hub_refuse (error, _ ("Too few keyholders have signed this file yet."));
  if (c->link == NULL)
    return cz_hub_refuse (error, _ ("This file is nothing for keyholders to sign."));
  return take_link (hub, trust, c, &state, passphrase, error) && cz_hub_audit (hub, "keys take", "", what, NULL, error);
}

/* --- public halves --- */

GBytes *
cz_hub_public_key_text (const CzPublicKey *key, const char *name)
{
  g_autofree char *clean = g_strdelimit (g_strdup (name), "\r\n", ' ');
  g_autofree char *text = g_base64_encode (key->bytes, sizeof key->bytes);
  char *all = g_strdup_printf ("%s %s\n%s\n", PUBLIC_KEY_LINE, clean, text);
  return g_bytes_new_take (all, strlen (all));
}

gboolean
cz_hub_public_key_parse (GBytes *file, CzPublicKey *out, GError **error)
{
  gsize size = 0;
  g_auto (GStrv) lines = split_text (file, CZ_HUB_PUBLIC_KEY_FILE_MAX, PUBLIC_KEY_LINE, 2);
  g_autofree guchar *bytes = lines == NULL ? NULL : g_base64_decode (g_strstrip (lines[1]), &size);
  if (bytes == NULL || size != sizeof out->bytes)
    return cz_hub_refuse (error, _ ("This file is no public key of a keyholder."));
  memcpy (out->bytes, bytes, sizeof out->bytes);
  return TRUE;
}
