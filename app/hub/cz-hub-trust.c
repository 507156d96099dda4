/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/cz-hub-trust.h"

#include <string.h>

#include "app/hub/cz-hub-office.h"
#include "app/hub/cz-hub-private.h"
#include "sync/depot/cz-file.h"
#include "sync/wire/cz-limits.h"
#include "sync/wire/cz-paths.h"
#include "sync/wire/cz-wire-error.h"

#define FORMER_HEADS_BYTES (CZ_HUB_FORMER_HEADS_MAX * CZ_PUBLIC_KEY_BYTES)
#define ROOT_STEPS_MAX 64

void
cz_hub_trust_free (CzHubTrust *trust)
{
  if (trust == NULL)
    return;
  g_clear_pointer (&trust->roots, g_ptr_array_unref);
  g_clear_pointer (&trust->chain, g_bytes_unref);
  g_free (trust);
}

static GBytes *
load_public (CzHub *hub, const char *name, gsize max, GError **error)
{
  g_autofree char *path = g_build_filename (hub->home, "public", name, NULL);
  GError *low = NULL;
  GBytes *bytes = cz_file_read (path, 0, max, &low);
  if (bytes == NULL)
    cz_hub_take_storage_error (low, error);
  return bytes;
}

static char *
root_name (guint32 version)
{
  return g_strdup_printf ("root-%u", version);
}

static void
take_root (CzHubTrust *trust, const CzRoot *root, GBytes *bytes)
{
  trust->root = *root;
  trust->root_bytes = bytes;
  g_ptr_array_add (trust->roots, bytes);
}

/* The first as it came, by telephone or from init; each other signed by the one before. */
static gboolean
load_roots (CzHub *hub, CzHubTrust *trust, GBytes *last, GError **error)
{
  CzRoot root;
  gsize size = 0;
  GBytes *bytes = load_public (hub, "root-1", CZ_ROOT_MAX, error);
  trust->roots = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  for (guint step = 0; bytes != NULL && step < ROOT_STEPS_MAX; step++) {
    const guint8 *data = g_bytes_get_data (bytes, &size);
    if (!cz_root_open (data, size, step == 0 ? NULL : &trust->root, &root, error)) {
      g_bytes_unref (bytes);
      return FALSE;
    }
    take_root (trust, &root, bytes);
    if (last != NULL && g_bytes_equal (bytes, last))
      return TRUE;
    g_autofree char *next = root_name (root.version + 1);
    bytes = load_public (hub, next, CZ_ROOT_MAX, NULL);
  }
  g_clear_pointer (&bytes, g_bytes_unref);
  return trust->root_bytes != NULL;
}

static void
load_former_heads (CzHub *hub, CzHubTrust *trust)
{
  gsize size = 0;
  g_autoptr (GBytes) bytes = load_public (hub, "former-heads", FORMER_HEADS_BYTES, NULL);
  const guint8 *data = bytes == NULL ? NULL : g_bytes_get_data (bytes, &size);
  trust->n_former_heads = (guint) (size / CZ_PUBLIC_KEY_BYTES);
  for (guint i = 0; i < trust->n_former_heads; i++)
    memcpy (trust->former_heads[i].bytes, data + (gsize) i * CZ_PUBLIC_KEY_BYTES, CZ_PUBLIC_KEY_BYTES);
}

static gboolean
open_chain (CzHub *hub, CzHubTrust *trust, GBytes *chain, CzChain *out, GError **error)
{
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (chain, &size);
  return cz_chain_open_links (data, size, &trust->root, hub->channel, out, error);
}

CzHubTrust *
cz_hub_trust_load (CzHub *hub, GError **error)
{
  return cz_hub_trust_load_upto (hub, NULL, error);
}

CzHubTrust *
cz_hub_trust_load_upto (CzHub *hub, GBytes *last, GError **error)
{
  g_autoptr (CzHubTrust) trust = g_new0 (CzHubTrust, 1);
  if (!load_roots (hub, trust, last, error) || (trust->chain = load_public (hub, "chain", CZ_CHAIN_MAX, error)) == NULL
      || !open_chain (hub, trust, trust->chain, &trust->links, error))
    return NULL;
  trust->delegation = trust->links.links[trust->links.n - 1];
  load_former_heads (hub, trust);
  return g_steal_pointer (&trust);
}

gboolean
cz_hub_trust_put_roots (const CzHubTrust *trust, CzDepot *depot, GError **error)
{
  guint32 version = trust->root.version - trust->roots->len + 1;
  for (guint i = 0; i < trust->roots->len; i++, version++) {
    g_autofree char *path = cz_path_root (version);
    if (!cz_depot_put_new (depot, path, g_ptr_array_index (trust->roots, i), error))
      return FALSE;
  }
  return TRUE;
}

gboolean
cz_hub_trust_keep_head_key (CzHub *hub, const CzHubTrust *trust, GError **error)
{
  const CzPublicKey *now = &trust->delegation.head_key;
  guint n = trust->n_former_heads;
  g_autoptr (GByteArray) all = g_byte_array_new ();
  if (n > 0 && memcmp (&trust->former_heads[n - 1], now, sizeof *now) == 0)
    return TRUE;
  for (guint i = n >= CZ_HUB_FORMER_HEADS_MAX ? 1 : 0; i < n; i++)
    g_byte_array_append (all, trust->former_heads[i].bytes, CZ_PUBLIC_KEY_BYTES);
  g_byte_array_append (all, now->bytes, CZ_PUBLIC_KEY_BYTES);
  g_autoptr (GBytes) bytes = g_byte_array_free_to_bytes (g_steal_pointer (&all));
  return cz_hub_save_public (hub->home, "former-heads", bytes, error);
}

gboolean
cz_hub_trust_add_root (CzHub *hub, const CzRoot *root, GBytes *document, GError **error)
{
  g_autofree char *name = root_name (root->version);
  return cz_hub_save_public (hub->home, name, document, error);
}

/* --- what the offices above have signed since --- */

static gboolean
refresh_roots (CzHub *hub, CzHubTrust *trust, CzDepot *depot, gboolean *changed, GError **error)
{
  for (guint step = 0; step < ROOT_STEPS_MAX; step++) {
    CzRoot next;
    gsize size = 0;
    g_autofree char *path = cz_path_root (trust->root.version + 1);
    g_autoptr (GBytes) document = cz_depot_get (depot, path, 0, CZ_ROOT_MAX, NULL);
    const guint8 *data = document == NULL ? NULL : g_bytes_get_data (document, &size);
    if (data == NULL || !cz_root_open (data, size, &trust->root, &next, NULL))
      return TRUE;
    if (!cz_hub_trust_add_root (hub, &next, document, error))
      return FALSE;
    take_root (trust, &next, g_steal_pointer (&document));
    *changed = TRUE;
  }
  return TRUE;
}

/* The chain that the head of the channel above names, as it stands in the depot; NULL: none. Only a pointer is taken from the
 * head, so it need not be verified here. */
static GBytes *
chain_above (const CzHubTrust *trust, CzDepot *depot)
{
  CzChannel above = trust->links.links[trust->links.n - 2].channel;
  CzChannel named;
  guint8 hash[CZ_HASH_LEN];
  guint32 root_version;
  gsize size = 0;
  g_autofree char *head_path = cz_path_head (above);
  g_autoptr (GBytes) head = cz_depot_get (depot, head_path, 0, CZ_HEAD_MAX, NULL);
  const guint8 *data = head == NULL ? NULL : g_bytes_get_data (head, &size);
  if (data == NULL || !cz_head_peek (data, size, &named, hash, &root_version, NULL) || named != above)
    return NULL;
  g_autofree char *path = cz_path_chain (above, hash);
  return cz_depot_get (depot, path, 0, CZ_CHAIN_MAX, NULL);
}

static guint64
revoked_below (const CzChain *chain, CzChannel channel)
{
  guint64 below = 0;
  for (guint i = 0; i < chain->n_revoked; i++)
    if (chain->revoked[i].channel == channel)
      below = MAX (below, chain->revoked[i].below);
  return below;
}

/* Nothing in it is older than what is in force here. */
static gboolean
is_newer (const CzChain *held, const CzChain *found)
{
  if (held->n != found->n)
    return FALSE;
  for (guint i = 0; i < held->n; i++)
    if (found->links[i].serial < held->links[i].serial)
      return FALSE;
  for (guint i = 0; i < held->n_revoked; i++)
    if (revoked_below (found, held->revoked[i].channel) < held->revoked[i].below)
      return FALSE;
  return TRUE;
}

/* The links above with this office's own behind them, and the lists of above with this office's own. */
static GBytes *
join (GBytes *above, GBytes *own, GError **error)
{
  g_autoptr (GPtrArray) links = NULL, lists = NULL, own_links = NULL, own_lists = NULL;
  if (!cz_chain_split (above, &links, &lists, error) || !cz_chain_split (own, &own_links, &own_lists, error))
    return NULL;
  g_ptr_array_add (links, g_bytes_ref (g_ptr_array_index (own_links, own_links->len - 1)));
  for (guint i = 0; i < own_lists->len; i++) {
    GBytes *list = g_ptr_array_index (own_lists, i);
    if (cz_revocations_issuer (list) != cz_chain_last_channel (own))
      continue;
    g_ptr_array_add (lists, g_bytes_ref (list));
  }
  return cz_chain_build_with (links, lists, error);
}

static gboolean
refresh_chain (CzHub *hub, CzHubTrust *trust, CzDepot *depot, gboolean *changed, GError **error)
{
  g_autoptr (GError) why = NULL;
  g_autofree CzChain *found = g_new0 (CzChain, 1);
  g_autoptr (GBytes) above = trust->links.n < 2 ? NULL : chain_above (trust, depot);
  g_autoptr (GBytes) chain = above == NULL ? NULL : join (above, trust->chain, NULL);
  if (chain == NULL || g_bytes_equal (chain, trust->chain))
    return TRUE;
  if (!open_chain (hub, trust, chain, found, &why)) {
    if (!g_error_matches (why, CZ_WIRE_ERROR, CZ_WIRE_ERROR_REVOKED))
      return TRUE;
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  if (!is_newer (&trust->links, found))
    return TRUE;
  *changed = TRUE;
  return cz_hub_save_public (hub->home, "chain", chain, error);
}

gboolean
cz_hub_trust_refresh (CzHub *hub, CzHubTrust **trust, CzDepot *depot, GError **error)
{
  gboolean changed = FALSE;
  if (!refresh_roots (hub, *trust, depot, &changed, error) || !refresh_chain (hub, *trust, depot, &changed, error))
    return FALSE;
  if (!changed)
    return TRUE;
  cz_hub_trust_free (*trust);
  *trust = cz_hub_trust_load (hub, error);
  return *trust != NULL;
}

gboolean
cz_hub_own_head (const CzHubTrust *trust, GBytes *bytes, CzHead *out, GError **error)
{
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  for (guint i = trust->n_former_heads; i > 0; i--)
    if (cz_head_open (data, size, &trust->former_heads[i - 1], out, NULL))
      return TRUE;
  return cz_head_open (data, size, &trust->delegation.head_key, out, error);
}
