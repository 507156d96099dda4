/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/cz-hub-revoke.h"

#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>

#include "app/hub/cz-hub-private.h"
#include "app/hub/cz-hub-tiers.h"

typedef struct {
  CzRevocation list[CZ_REVOCATIONS_MAX];
  guint n;
} Withdrawn;

static int
by_serial (const void *a, const void *b)
{
  guint64 left = ((const CzRevocation *) a)->below, right = ((const CzRevocation *) b)->below;
  return (left > right) - (left < right);
}

static void
put (Withdrawn *self, CzChannel channel, guint64 below)
{
  guint i = 0;
  while (i < self->n && self->list[i].channel != channel)
    i++;
  if (i == CZ_REVOCATIONS_MAX) {
    /* The oldest gives way, and does not come back from hub.db. */
    if (below <= self->list[0].below)
      return;
    memmove (self->list, self->list + 1, (CZ_REVOCATIONS_MAX - 1) * sizeof *self->list);
    self->list[--i].below = 0;
  }
  self->list[i] = (CzRevocation) { .channel = channel, .below = MAX (below, i < self->n ? self->list[i].below : 0) };
  self->n = MAX (self->n, i + 1);
  qsort (self->list, self->n, sizeof *self->list, by_serial);
}

/* From hub.db and from the chain in force: what one of the two has lost, the other holds. */
static gboolean
load (CzHub *hub, const CzHubTrust *trust, Withdrawn *out, GError **error)
{
  for (guint i = 0; i < trust->links.n_revoked; i++)
    if (trust->links.revoked[i].issuer == hub->channel)
      put (out, trust->links.revoked[i].channel, trust->links.revoked[i].below);
  g_autoptr (sqlite3_stmt) stmt = cz_db_prepare (hub->db, "SELECT substr(key, 11), value FROM hub WHERE key LIKE 'withdrawn %' ORDER BY CAST(value AS INTEGER)", error);
  if (stmt == NULL)
    return FALSE;
  while (sqlite3_step (stmt) == SQLITE_ROW) {
    CzChannel channel;
    if (cz_channel_parse ((const char *) sqlite3_column_text (stmt, 0), &channel))
      put (out, channel, (guint64) sqlite3_column_int64 (stmt, 1));
  }
  return TRUE;
}

static gboolean
save (CzHub *hub, const CzHubTrust *trust, const Withdrawn *withdrawn, const char *passphrase, GError **error)
{
  g_autoptr (GPtrArray) links = NULL;
  g_autoptr (GPtrArray) lists = NULL;
  g_autofree CzChain *opened = g_new0 (CzChain, 1);
  gsize size = 0;
  g_autoptr (CzSecretKey) key = cz_hub_key_load (hub, "delegate", passphrase, error);
  if (key == NULL || !cz_chain_split (trust->chain, &links, &lists, error))
    return FALSE;
  for (guint i = lists->len; i > 0; i--)
    if (cz_revocations_issuer (g_ptr_array_index (lists, i - 1)) == hub->channel)
      g_ptr_array_remove_index (lists, i - 1);
  GBytes *list = cz_revocations_build (hub->channel, withdrawn->list, withdrawn->n, key, error);
  if (list == NULL)
    return FALSE;
  g_ptr_array_add (lists, list);
  g_autoptr (GBytes) chain = cz_chain_build_with (links, lists, error);
  if (chain == NULL)
    return FALSE;
  const guint8 *data = g_bytes_get_data (chain, &size);
  return cz_chain_open_links (data, size, &trust->root, hub->channel, opened, error)
         && cz_hub_save_public (hub->home, "chain", chain, error);
}

gboolean
cz_hub_revoke_again (CzHub *hub, const char *passphrase, GError **error)
{
  g_autoptr (CzHubTrust) trust = cz_hub_trust_load (hub, error);
  Withdrawn withdrawn = { 0 };
  return trust != NULL && load (hub, trust, &withdrawn, error)
         && (withdrawn.n == 0 || save (hub, trust, &withdrawn, passphrase, error));
}

static gboolean
remember (CzHub *hub, CzChannel channel, guint64 below, GError **error)
{
  g_autofree char *code = cz_channel_to_string (channel);
  g_autofree char *name = g_strconcat ("withdrawn ", code, NULL);
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, below);
  GError *low = NULL;
  return cz_hub_set_value (hub->db, name, text, &low) || cz_hub_take_storage_error (low, error);
}

gboolean
cz_hub_revoke (CzHub *hub, CzChannel channel, const char *reason, const char *passphrase, GError **error)
{
  g_autoptr (CzHubTrust) trust = cz_hub_trust_load (hub, error);
  Withdrawn withdrawn = { 0 };
  if (trust == NULL)
    return FALSE;
  if (!cz_channel_covers (hub->channel, channel) || channel == hub->channel) {
    g_autofree char *own = cz_channel_to_string (hub->channel);
    g_autofree char *theirs = cz_channel_to_string (channel);
    g_set_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED, _ ("Channel %s does not lie below this office, channel %s."), theirs, own);
    return FALSE;
  }
  /* A serial of its own, above all that were given: a delegation given later is above this one. */
  guint64 below = cz_hub_next_serial (hub, channel);
  if (!load (hub, trust, &withdrawn, error))
    return FALSE;
  put (&withdrawn, channel, below);
  return cz_hub_note_serial (hub, channel, below, "revoke", reason, error) && remember (hub, channel, below, error)
         && save (hub, trust, &withdrawn, passphrase, error);
}
