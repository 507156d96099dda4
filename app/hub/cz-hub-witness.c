/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/cz-hub-witness.h"

#include <stdio.h>

#include "app/hub/cz-hub-private.h"
#include "sync/wire/cz-limits.h"
#include "sync/wire/cz-paths.h"

#define HOUR_S 3600

typedef struct {
  CzHub *hub;
  const CzHubTrust *trust;
  CzDepot *depot;
} Looking;

static GBytes *
get (const Looking *self, char *owned_path, gsize max)
{
  g_autofree char *path = owned_path;
  return cz_depot_get (self->depot, path, 0, max, NULL);
}

/* FALSE: none, or none that verifies. */
static gboolean
read_head (const Looking *self, CzChannel channel, CzHead *out)
{
  CzChannel named;
  guint8 hash[CZ_HASH_LEN];
  guint32 root_version;
  CzDelegation delegation;
  gsize size = 0;
  gsize chain_size = 0;
  g_autoptr (GBytes) head = get (self, cz_path_head (channel), CZ_HEAD_MAX);
  const guint8 *data = head == NULL ? NULL : g_bytes_get_data (head, &size);
  if (data == NULL || !cz_head_peek (data, size, &named, hash, &root_version, NULL) || named != channel)
    return FALSE;
  g_autoptr (GBytes) chain = get (self, cz_path_chain (channel, hash), CZ_CHAIN_MAX);
  const guint8 *links = chain == NULL ? NULL : g_bytes_get_data (chain, &chain_size);
  return links != NULL && cz_chain_open (links, chain_size, &self->trust->root, channel, &delegation, NULL)
         && cz_head_open (data, size, &delegation.head_key, out, NULL) && out->channel == channel && out->epoch == delegation.epoch;
}

/* "epoch seq issued" */
static gboolean
read_seen (const Looking *self, const char *name, CzHead *out)
{
  guint64 seq = 0, issued_s = 0;
  g_autofree char *text = cz_hub_get_value (self->hub->db, name);
  *out = (CzHead) { 0 };
  gboolean known = text != NULL
                   && sscanf (text, "%" G_GUINT32_FORMAT " %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT, &out->epoch, &seq, &issued_s) == 3;
  out->seq = seq;
  out->issued_s = issued_s;
  return known;
}

static gboolean
write_seen (const Looking *self, const char *name, const CzHead *head, GError **error)
{
  g_autofree char *text = g_strdup_printf ("%u %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT, head->epoch, head->seq, head->issued_s);
  GError *low = NULL;
  return cz_hub_set_value (self->hub->db, name, text, &low) || cz_hub_take_storage_error (low, error);
}

static gboolean
look (const Looking *self, CzChannel channel, CzHeadLink *list, guint *n, GError **error)
{
  g_autofree char *code = cz_channel_to_string (channel);
  g_autofree char *name = g_strconcat ("seen ", code, NULL);
  CzHead seen;
  CzHead head;
  gboolean known = read_seen (self, name, &seen);
  gboolean newer = read_head (self, channel, &head)
                   && (head.epoch > seen.epoch
                       || (head.epoch == seen.epoch && (head.seq > seen.seq || (head.seq == seen.seq && head.issued_s > seen.issued_s))));
  if (newer && !write_seen (self, name, &head, error))
    return FALSE;
  if (newer)
    seen = head;
  if (newer || known)
    list[(*n)++] = (CzHeadLink) { .channel = channel, .seq = seen.seq, .issued_s = seen.issued_s };
  return TRUE;
}

static GArray *
children_of (CzHub *hub, GError **error)
{
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (CzChannel));
  g_autoptr (sqlite3_stmt) stmt = cz_db_prepare (
      hub->db, "SELECT substr(key, 14) FROM hub AS given WHERE key LIKE 'serial given %' AND NOT EXISTS"
               " (SELECT 1 FROM hub WHERE key = 'withdrawn ' || substr(given.key, 14) AND value = given.value) ORDER BY key",
      error);
  if (stmt == NULL)
    return NULL;
  while (sqlite3_step (stmt) == SQLITE_ROW) {
    CzChannel channel;
    if (cz_channel_parse ((const char *) sqlite3_column_text (stmt, 0), &channel))
      g_array_append_val (list, channel);
  }
  return g_steal_pointer (&list);
}

gboolean
cz_hub_witness (CzHub *hub, const CzHubTrust *trust, CzDepot *depot, CzHubWitness *out, GError **error)
{
  const Looking looking = { hub, trust, depot };
  *out = (CzHubWitness) { 0 };
  for (guint i = 0; i + 1 < trust->links.n; i++)
    if (!look (&looking, trust->links.links[i].channel, out->parents, &out->n_parents, error))
      return FALSE;
  g_autoptr (GArray) children = children_of (hub, error);
  if (children == NULL)
    return FALSE;
  guint first = children->len <= CZ_HEAD_LINKS_MAX ? 0 : (guint) (cz_clock_wall_s (hub->clock) / HOUR_S % children->len);
  for (guint i = 0; i < MIN (children->len, CZ_HEAD_LINKS_MAX); i++)
    if (!look (&looking, g_array_index (children, CzChannel, (first + i) % children->len), out->children, &out->n_children, error))
      return FALSE;
  return TRUE;
}

/* A link bears no epoch: what was said before `since_s` may be of one that is past. */
static guint64
named_by (const Looking *self, const CzHead *head, const CzHeadLink *links, guint n, guint64 since_s)
{
  guint64 seq = 0;
  for (guint i = 0; i < n; i++) {
    guint64 said_s = links[i].issued_s > 0 ? links[i].issued_s : head->issued_s;
    if (links[i].channel == self->hub->channel && said_s >= since_s)
      seq = MAX (seq, links[i].seq);
  }
  return seq;
}

static guint64
named_in (const Looking *self, CzChannel other, guint64 since_s)
{
  CzHead head;
  if (!read_head (self, other, &head))
    return 0;
  return MAX (named_by (self, &head, head.parents, head.n_parents, since_s), named_by (self, &head, head.children, head.n_children, since_s));
}

gboolean
cz_hub_witnessed (CzHub *hub, const CzHubTrust *trust, CzDepot *depot, guint64 since_s, guint64 *out, GError **error)
{
  const Looking looking = { hub, trust, depot };
  g_autoptr (GArray) children = children_of (hub, error);
  *out = 0;
  if (children == NULL)
    return FALSE;
  for (guint i = 0; i + 1 < trust->links.n; i++)
    *out = MAX (*out, named_in (&looking, trust->links.links[i].channel, since_s));
  for (guint i = 0; i < children->len; i++)
    *out = MAX (*out, named_in (&looking, g_array_index (children, CzChannel, i), since_s));
  return TRUE;
}
