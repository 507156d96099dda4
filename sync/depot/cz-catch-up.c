/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "sync/depot/cz-file.h"
#include "sync/depot/cz-publisher-private.h"
#include "sync/wire/cz-limits.h"
#include "sync/wire/cz-paths.h"
#include "sync/wire/cz-wire-error.h"

/* A month of an office: more than a year of ordinary days, or a first publication and its corrections. */
#define SEGMENT_MAX (1024u * 1024u * 1024u)

typedef struct {
  const CzPublisherConfig *config;
  CzChannel channel;
  CzChannelMark mark;
  CzHead head;
  GBytes *head_bytes;
  CzIndex *index;
} CatchUp;

static void
catch_up_clear (CatchUp *self)
{
  g_clear_pointer (&self->head_bytes, g_bytes_unref);
  g_clear_pointer (&self->index, cz_index_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CatchUp, catch_up_clear)

static gboolean
read_announcements (CatchUp *self, GError **error)
{
  g_autofree char *head_path = cz_path_head (self->channel);
  g_autofree char *index_path = cz_path_index (self->channel);
  self->head_bytes = cz_depot_get (self->config->depot, head_path, 0, CZ_HEAD_MAX, error);
  if (self->head_bytes == NULL)
    return FALSE;
  if (!cz_own_head_open (self->config, self->head_bytes, &self->head, NULL, error))
    return FALSE;
  g_autoptr (GBytes) index_bytes = cz_depot_get (self->config->depot, index_path, 0, CZ_INDEX_MAX, error);
  if (index_bytes == NULL)
    return FALSE;
  self->index = cz_own_index_open (self->config, index_bytes, error);
  return self->index != NULL;
}

static gboolean
apply_one (CatchUp *self, CzBundle *bundle, const guint8 *data, gsize size, GError **error)
{
  const CzDelegation *delegation = self->config->delegation;
  gint64 now_s = cz_clock_wall_s (self->config->clock);
  CzApplyScope scope = { .table_mask = delegation->table_mask, .now_s = now_s, .trusted_s = now_s };
  if (!cz_bundle_open (data, size, &delegation->content_key, bundle, error))
    return FALSE;
  if (bundle->total_len > size) {
    g_set_error (error, CZ_WIRE_ERROR, CZ_WIRE_ERROR_TRUNCATED, "bundle %" G_GUINT64_FORMAT " is cut off", bundle->manifest.to_seq);
    return FALSE;
  }
  return cz_content_apply (self->config->replica, bundle, data, bundle->total_len, &scope, error)
         && cz_content_mark (self->config->replica, self->channel, &self->mark, error);
}

/* Goes on behind what the index says: a bundle that was appended and not announced has its number all the same. What
 * does not open there is the tail that a power cut tore. */
static gboolean
apply_segment (CatchUp *self, CzIndexSegment *line, GError **error)
{
  g_autofree char *path = cz_path_segment (self->channel, line->month);
  g_autofree CzBundle *bundle = g_new0 (CzBundle, 1);
  guint64 from = line->month == self->mark.segment ? self->mark.seg_offset : 0;
  g_autoptr (GBytes) bytes = cz_depot_get (self->config->depot, path, from, SEGMENT_MAX, error);
  if (bytes == NULL)
    return FALSE;
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  for (gsize at = 0; at < size; at += bundle->total_len) {
    g_autoptr (GError) why = NULL;
    if (apply_one (self, bundle, data + at, size - at, &why))
      continue;
    if (self->mark.seq >= line->last_seq && why->domain == CZ_WIRE_ERROR)
      break;
    g_propagate_prefixed_error (error, g_steal_pointer (&why), "the depot's %s: ", path);
    return FALSE;
  }
  line->last_seq = MAX (line->last_seq, self->mark.seq);
  line->bytes = MAX (line->bytes, self->mark.seg_offset);
  self->index->seq = MAX (self->index->seq, self->mark.seq);
  return TRUE;
}

static gboolean
reached_the_head (CatchUp *self, GError **error)
{
  guint8 state[32];
  cz_state_to_bytes (&self->mark.state, state);
  gboolean agrees = memcmp (state, self->head.state, sizeof state) == 0
                    && memcmp (self->mark.tip, self->head.tip, sizeof self->head.tip) == 0;
  if (self->mark.seq > self->head.seq || (self->mark.seq == self->head.seq && agrees))
    return TRUE;
  g_set_error (error, CZ_WIRE_ERROR, CZ_WIRE_ERROR_STATE,
               "the depot's bundles end at sequence %" G_GUINT64_FORMAT ", its head says %" G_GUINT64_FORMAT " or another state",
               self->mark.seq, self->head.seq);
  return FALSE;
}

/* A bundle signed on the way to a number that others bytes have taken since: its rows still wait in the office. */
static gboolean
drop_stale_pending (CatchUp *self, GError **error)
{
  g_autofree char *path = g_build_filename (self->config->state_dir, "pending", NULL);
  g_autofree CzBundle *bundle = g_new0 (CzBundle, 1);
  g_autoptr (GBytes) bytes = cz_file_read (path, 0, CZ_SNAPSHOT_MAX, NULL);
  if (bytes == NULL)
    return TRUE;
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  gboolean follows = cz_bundle_open (data, size, &self->config->delegation->content_key, bundle, NULL)
                     && bundle->manifest.from_seq == self->mark.seq
                     && memcmp (bundle->manifest.prev_bundle, self->mark.tip, sizeof self->mark.tip) == 0;
  return follows || cz_file_remove (path, error);
}

static gboolean
save_announcements (CatchUp *self, GError **error)
{
  g_autofree char *index = g_build_filename (self->config->state_dir, "index", NULL);
  g_autofree char *head = g_build_filename (self->config->state_dir, "head", NULL);
  g_autoptr (GBytes) index_bytes = cz_index_build (self->index, self->config->head_key, error);
  return index_bytes != NULL && cz_file_make_folder (self->config->state_dir, 0700, error)
         && drop_stale_pending (self, error) && cz_file_replace (index, index_bytes, 0644, error)
         && cz_file_replace (head, self->head_bytes, 0644, error);
}

gboolean
cz_publisher_catch_up (const CzPublisherConfig *config, guint64 *from, guint64 *to, GError **error)
{
  g_auto (CatchUp) self = { .config = config, .channel = config->delegation->channel };
  if (!read_announcements (&self, error) || !cz_content_mark (config->replica, self.channel, &self.mark, error))
    return FALSE;
  *from = *to = self.mark.seq;
  /* Of an epoch that is past, under keys that are past: there is nothing to learn. */
  if (self.head.epoch < config->delegation->epoch || (self.head.epoch == self.mark.epoch && self.head.seq < self.mark.seq))
    return TRUE;
  if (self.mark.epoch < self.head.epoch)
    self.mark = (CzChannelMark) { .channel = self.channel };
  for (guint i = 0; i < self.index->segments->len; i++) {
    CzIndexSegment *line = &g_array_index (self.index->segments, CzIndexSegment, i);
    gboolean is_last = i + 1 == self.index->segments->len;
    if ((line->last_seq > self.mark.seq || is_last) && !apply_segment (&self, line, error))
      return FALSE;
  }
  *to = self.mark.seq;
  return reached_the_head (&self, error) && save_announcements (&self, error);
}
