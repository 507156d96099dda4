/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/depot/cz-file.h"
#include "sync/depot/cz-publisher-private.h"
#include "sync/wire/cz-limits.h"
#include "sync/wire/cz-paths.h"

#include <string.h>

#define STATE_MODE 0644

/* NULL without error: there is none yet. */
static GBytes *
load_state (CzPublisher *self, const char *name, gsize max, GError **error)
{
  g_autofree char *path = cz_publisher_state_path (self, name);
  g_autoptr (GError) absent = NULL;
  GBytes *bytes = cz_file_read (path, 0, max, &absent);
  if (bytes == NULL && !g_error_matches (absent, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    g_propagate_error (error, g_steal_pointer (&absent));
  return bytes;
}

static gboolean
damaged (CzPublisher *self, const char *name, GError *why, GError **error)
{
  g_autofree char *path = cz_publisher_state_path (self, name);
  g_set_error (error, CZ_PUBLISH_ERROR, CZ_PUBLISH_ERROR_DAMAGED,
               "%s is damaged or signed by another key: %s", path, why->message);
  return FALSE;
}

/* ---- what this office has signed, also under head keys of before ---- */

static const CzPublicKey *
head_key_at (const CzPublisherConfig *config, guint i)
{
  return i == 0 ? &config->delegation->head_key : &config->former_head_keys[config->n_former_head_keys - i];
}

gboolean
cz_own_head_open (const CzPublisherConfig *config, GBytes *bytes, CzHead *out, gboolean *by_former, GError **error)
{
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  GError *first = NULL;
  for (guint i = 0; i <= config->n_former_head_keys; i++)
    if (cz_head_open (data, size, head_key_at (config, i), out, i == 0 ? &first : NULL)) {
      if (by_former != NULL)
        *by_former = i > 0;
      g_clear_error (&first);
      return TRUE;
    }
  g_propagate_error (error, first);
  return FALSE;
}

CzIndex *
cz_own_index_open (const CzPublisherConfig *config, GBytes *bytes, GError **error)
{
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  GError *first = NULL;
  for (guint i = 0; i <= config->n_former_head_keys; i++) {
    CzIndex *index = cz_index_open (data, size, head_key_at (config, i), i == 0 ? &first : NULL);
    if (index != NULL) {
      g_clear_error (&first);
      return index;
    }
  }
  g_propagate_error (error, first);
  return NULL;
}

gboolean
cz_announce_load (CzPublisher *self, GError **error)
{
  GError *problem = NULL;
  g_autoptr (GError) why = NULL;
  g_autoptr (GBytes) index = load_state (self, "index", CZ_INDEX_MAX, &problem);
  g_autoptr (GBytes) head = problem == NULL ? load_state (self, "head", CZ_HEAD_MAX, &problem) : NULL;
  if (problem != NULL) {
    g_propagate_error (error, problem);
    return FALSE;
  }
  if (index == NULL) {
    self->index = cz_index_new ();
    self->index->channel = self->channel;
  } else {
    self->index = cz_own_index_open (&self->config, index, &why);
    if (self->index == NULL)
      return damaged (self, "index", why, error);
  }
  if (head != NULL) {
    self->has_head = cz_own_head_open (&self->config, head, &self->head, &self->by_former_key, &why);
    if (!self->has_head)
      return damaged (self, "head", why, error);
  }
  return TRUE;
}

static GBytes *
save_index (CzPublisher *self, GError **error)
{
  g_autoptr (GBytes) bytes = cz_index_build (self->index, self->config.head_key, error);
  g_autofree char *path = cz_publisher_state_path (self, "index");
  if (bytes == NULL || !cz_file_replace (path, bytes, STATE_MODE, error))
    return NULL;
  return g_steal_pointer (&bytes);
}

/* Noting a bundle twice changes nothing: recovery may come here again. */
gboolean
cz_announce_note (CzPublisher *self, const CzBundle *bundle, GError **error)
{
  const CzManifest *manifest = &bundle->manifest;
  CzIndex *index = self->index;
  if (index->epoch != manifest->epoch) { /* what leads into an epoch that is past leads nowhere */
    g_array_set_size (index->jumps, 0);
    g_array_set_size (index->segments, 0);
  }
  index->epoch = manifest->epoch;
  index->seq = manifest->to_seq;
  CzIndexSegment *last = index->segments->len == 0
                             ? NULL
                             : &g_array_index (index->segments, CzIndexSegment, index->segments->len - 1);
  if (last == NULL || last->month != manifest->segment) {
    CzIndexSegment fresh = { .month = manifest->segment, .first_seq = manifest->to_seq };
    g_array_append_val (index->segments, fresh);
    last = &g_array_index (index->segments, CzIndexSegment, index->segments->len - 1);
  }
  last->last_seq = manifest->to_seq;
  last->bytes = manifest->seg_offset + bundle->total_len;
  g_autoptr (GBytes) bytes = save_index (self, error);
  return bytes != NULL;
}

static void
fill_head (CzPublisher *self, gint64 next_publish_s)
{
  CzHead *head = &self->head;
  gsize size = 0;
  const guint8 *chain = g_bytes_get_data (self->config.chain, &size);
  gint64 issued = MAX (self->now_s, self->has_head ? (gint64) head->issued_s : 0);
  head->channel = self->channel;
  head->epoch = self->config.delegation->epoch;
  head->seq = self->mark.seq;
  memcpy (head->tip, self->mark.tip, sizeof head->tip);
  cz_state_to_bytes (&self->mark.state, head->state);
  cz_hash (chain, size, head->delegation);
  head->root_version = self->config.root_version;
  head->issued_s = (guint64) issued;
  head->expires_s = (guint64) (issued + CZ_HEAD_LIFE_S);
  if (next_publish_s != 0)
    head->next_publish_s = (guint64) next_publish_s;
  head->poll_hint_s = CZ_HEAD_POLL_HINT_S;
  head->n_parents = MIN (self->config.n_parents, CZ_HEAD_LINKS_MAX);
  head->n_children = MIN (self->config.n_children, CZ_HEAD_LINKS_MAX);
  for (guint i = 0; i < head->n_parents; i++)
    head->parents[i] = self->config.parents[i];
  for (guint i = 0; i < head->n_children; i++)
    head->children[i] = self->config.children[i];
}

/* Before the head that names them: a station must find the chain a head speaks of. */
static gboolean
put_trust (CzPublisher *self, GError **error)
{
  guint8 chain_hash[CZ_HASH_LEN];
  gsize size = 0;
  const guint8 *chain = g_bytes_get_data (self->config.chain, &size);
  cz_hash (chain, size, chain_hash);
  if (self->has_head && memcmp (self->head.delegation, chain_hash, sizeof chain_hash) == 0)
    return TRUE;
  g_autofree char *root_path = cz_path_root (self->config.root_version);
  g_autofree char *chain_path = cz_path_chain (self->channel, chain_hash);
  return cz_depot_put_new (self->config.depot, root_path, self->config.root, error)
         && cz_depot_put_new (self->config.depot, chain_path, self->config.chain, error);
}

gboolean
cz_announce_head (CzPublisher *self, gint64 next_publish_s, GError **error)
{
  if (!put_trust (self, error))
    return FALSE;
  fill_head (self, next_publish_s);
  g_autoptr (GBytes) bytes = cz_head_build (&self->head, self->config.head_key, error);
  g_autofree char *local = cz_publisher_state_path (self, "head");
  g_autofree char *path = cz_path_head (self->channel);
  if (bytes == NULL || !cz_depot_put (self->config.depot, path, bytes, error)
      || !cz_file_replace (local, bytes, STATE_MODE, error))
    return FALSE;
  self->has_head = TRUE;
  self->by_former_key = FALSE;
  cz_publisher_step (self, CZ_PUBLISH_STEP_HEAD, self->head.seq);
  return TRUE;
}

gboolean
cz_announce_all (CzPublisher *self, gint64 next_publish_s, GError **error)
{
  g_autofree char *index_path = cz_path_index (self->channel);
  self->index->epoch = self->config.delegation->epoch;
  g_autoptr (GBytes) index = save_index (self, error);
  if (index == NULL || !cz_depot_put (self->config.depot, index_path, index, error))
    return FALSE;
  cz_publisher_step (self, CZ_PUBLISH_STEP_INDEX, self->index->seq);
  return cz_announce_head (self, next_publish_s, error);
}

gboolean
cz_announce_depot_is_not_ahead (CzPublisher *self, GError **error)
{
  g_autofree char *path = cz_path_head (self->channel);
  g_autoptr (GError) absent = NULL;
  g_autoptr (GBytes) bytes = cz_depot_get (self->config.depot, path, 0, CZ_HEAD_MAX, &absent);
  if (bytes == NULL) {
    if (g_error_matches (absent, CZ_DEPOT_ERROR, CZ_DEPOT_ERROR_ABSENT))
      return TRUE;
    g_propagate_error (error, g_steal_pointer (&absent));
    return FALSE;
  }
  CzHead head;
  gboolean by_former = FALSE;
  /* A head we did not sign says nothing of our own sequence; ours replaces it. A key of before says nothing any more once the
   * new one has signed: it may have been stolen. */
  if (!cz_own_head_open (&self->config, bytes, &head, &by_former, NULL)
      || (by_former && self->has_head && !self->by_former_key))
    return TRUE;
  if (head.seq <= self->mark.seq || head.epoch != self->config.delegation->epoch)
    return TRUE;
  g_set_error (error, CZ_PUBLISH_ERROR, CZ_PUBLISH_ERROR_BEHIND,
               "the depot already holds sequence %" G_GUINT64_FORMAT ", this hub knows only %" G_GUINT64_FORMAT
               ": its replica is lost or an old copy of the hub is in use; recover first, or a number would be signed twice",
               head.seq, self->mark.seq);
  return FALSE;
}
