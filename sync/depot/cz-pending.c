/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/depot/cz-file.h"
#include "sync/depot/cz-publisher-private.h"
#include "sync/wire/cz-limits.h"
#include "sync/wire/cz-paths.h"
#include "sync/wire/cz-wire-error.h"

#include <string.h>

#define PENDING_MODE 0600

/* The plain form is written first: whoever finds a pending bundle finds what belongs to it. */
gboolean
cz_pending_save (CzPublisher *self, GBytes *bundle, GError **error)
{
  g_autofree char *path = cz_publisher_state_path (self, "pending");
  g_autofree char *plain_path = cz_publisher_state_path (self, "pending-plain");
  gboolean ok = self->plain != NULL ? cz_file_replace (plain_path, self->plain, PENDING_MODE, error) : cz_file_remove (plain_path, error);
  if (!ok)
    return FALSE;
  if (!cz_file_replace (path, bundle, PENDING_MODE, error))
    return FALSE;
  cz_publisher_step (self, CZ_PUBLISH_STEP_PENDING, g_bytes_get_size (bundle));
  return TRUE;
}

GBytes *
cz_pending_load (CzPublisher *self, GError **error)
{
  g_autofree char *path = cz_publisher_state_path (self, "pending");
  g_autoptr (GError) absent = NULL;
  GBytes *bytes = cz_file_read (path, 0, CZ_SNAPSHOT_MAX, &absent);
  if (bytes == NULL && !g_error_matches (absent, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    g_propagate_error (error, g_steal_pointer (&absent));
  return bytes;
}

gboolean
cz_pending_remove (CzPublisher *self, GError **error)
{
  g_autofree char *path = cz_publisher_state_path (self, "pending");
  g_autofree char *plain_path = cz_publisher_state_path (self, "pending-plain");
  return cz_file_remove (path, error) && cz_file_remove (plain_path, error);
}

static gboolean
open_own (CzPublisher *self, GBytes *bundle, CzBundle *out, GError **error)
{
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (bundle, &size);
  if (!cz_bundle_open (data, size, &self->config.delegation->content_key, out, error)) {
    g_prefix_error (error, "the bundle made here: ");
    return FALSE;
  }
  if (out->manifest.channel != self->channel || out->total_len != size) {
    g_set_error_literal (error, CZ_PUBLISH_ERROR, CZ_PUBLISH_ERROR_DAMAGED,
                         "the pending bundle is damaged or of another channel");
    return FALSE;
  }
  return TRUE;
}

/* Every station would refuse what is above the limits of the delegation, and with it all that follows: the replica says first. */
static gboolean
is_over_limit (const GError *refused, const CzDelegation *allowed)
{
  return g_error_matches (refused, CZ_WIRE_ERROR, CZ_WIRE_ERROR_SCOPE) && (allowed->rows_per_day != 0 || allowed->bytes_per_day != 0);
}

/* The first table that the delegation does not give; NULL when all are given. */
static const char *
table_not_given (const CzManifest *manifest, const CzDelegation *allowed)
{
  for (guint i = 0; i < manifest->n_sections; i++) {
    const CzTable *table = cz_table_by_number (manifest->sections[i].table);
    if (table != NULL && (allowed->table_mask >> table->number & 1) == 0)
      return table->name;
  }
  return NULL;
}

static gboolean
over_limit (CzPublisher *self, const GError *refused, GError **error)
{
  const CzDelegation *allowed = self->config.delegation;
  g_set_error (error, CZ_PUBLISH_ERROR, CZ_PUBLISH_ERROR_LIMIT, "%s; allowed are %u rows and %u bytes a day, 0 = no limit",
               refused->message, allowed->rows_per_day, allowed->bytes_per_day);
  (void) cz_pending_remove (self, NULL);
  return FALSE;
}

/* Applies it as a station would. A failure here means that the bytes do not decode to what was meant; nobody has
 * seen them yet, so the sequence number is free again. */
static gboolean
apply (CzPublisher *self, const CzBundle *bundle, GBytes *bytes, GError **error)
{
  const CzManifest *manifest = &bundle->manifest;
  gboolean done = self->mark.seq == manifest->to_seq && memcmp (self->mark.tip, bundle->hash, sizeof bundle->hash) == 0;
  if (done)
    return TRUE;
  CzApplyScope scope = { .table_mask = self->config.delegation->table_mask, .rows_per_day = self->config.delegation->rows_per_day,
                         .bytes_per_day = self->config.delegation->bytes_per_day, .now_s = self->now_s, .trusted_s = self->now_s };
  g_autoptr (GError) refused = NULL;
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  if (!cz_content_apply (self->config.replica, bundle, data, size, &scope, &refused)) {
    if (refused->domain == CZ_STORE_ERROR) { /* the disk, not the bytes: pending stays for the next try */
      g_propagate_error (error, g_steal_pointer (&refused));
      return FALSE;
    }
    const char *not_given = table_not_given (manifest, self->config.delegation);
    if (not_given != NULL) {
      g_set_error_literal (error, CZ_PUBLISH_ERROR, CZ_PUBLISH_ERROR_TABLE, not_given);
      (void) cz_pending_remove (self, NULL);
      return FALSE;
    }
    if (is_over_limit (refused, self->config.delegation))
      return over_limit (self, refused, error);
    g_set_error (error, CZ_PUBLISH_ERROR, CZ_PUBLISH_ERROR_SELF_CHECK,
                 "bundle %" G_GUINT64_FORMAT " does not decode to what was meant (%s); nothing was published",
                 manifest->to_seq, refused->message);
    (void) cz_pending_remove (self, NULL);
    return FALSE;
  }
  return cz_content_mark (self->config.replica, self->channel, &self->mark, error);
}

static gboolean
is_same_step (const CzManifest *a, const CzManifest *b)
{
  return a->epoch == b->epoch && a->from_seq == b->from_seq && a->to_seq == b->to_seq
         && memcmp (a->from_state, b->from_state, sizeof a->from_state) == 0
         && memcmp (a->to_state, b->to_state, sizeof a->to_state) == 0;
}

/* z/<seq>: the same step for readers that know codecs 0 and 1 alone. A file left by another bundle is not of this step. */
static gboolean
put_plain (CzPublisher *self, const CzManifest *manifest, GError **error)
{
  g_autofree char *state_path = cz_publisher_state_path (self, "pending-plain");
  g_autofree char *path = cz_path_plain (self->channel, manifest->to_seq);
  g_autofree CzBundle *plain = g_new0 (CzBundle, 1);
  g_autoptr (GError) absent = NULL;
  if (manifest->min_codec <= CZ_CODEC_ZSTD)
    return TRUE;
  g_autoptr (GBytes) bytes = cz_file_read (state_path, 0, CZ_SNAPSHOT_MAX, &absent);
  if (bytes == NULL) {
    if (g_error_matches (absent, G_FILE_ERROR, G_FILE_ERROR_NOENT))
      return TRUE;
    g_propagate_error (error, g_steal_pointer (&absent));
    return FALSE;
  }
  if (!open_own (self, bytes, plain, error))
    return FALSE;
  /* Replaced: the same number of an epoch that is past may stand there. */
  return !is_same_step (manifest, &plain->manifest) || cz_depot_put (self->config.depot, path, bytes, error);
}

gboolean
cz_pending_carry_out (CzPublisher *self, GBytes *bytes, GError **error)
{
  g_autofree CzBundle *bundle = g_new0 (CzBundle, 1);
  if (!open_own (self, bytes, bundle, error) || !apply (self, bundle, bytes, error))
    return FALSE;
  cz_publisher_step (self, CZ_PUBLISH_STEP_APPLIED, bundle->manifest.to_seq);
  g_autofree char *segment = cz_path_segment (self->channel, bundle->manifest.segment);
  if (!put_plain (self, &bundle->manifest, error)
      || !cz_depot_append (self->config.depot, segment, bundle->manifest.seg_offset, bytes, error))
    return FALSE;
  cz_publisher_step (self, CZ_PUBLISH_STEP_APPENDED, bundle->manifest.to_seq);
  if (!cz_announce_note (self, bundle, error))
    return FALSE;
  self->wrote = TRUE;
  self->report.seq = bundle->manifest.to_seq;
  self->report.bytes += g_bytes_get_size (bytes);
  self->draft.state = self->mark.state;
  cz_publisher_step (self, CZ_PUBLISH_STEP_NOTED, bundle->manifest.to_seq);
  return TRUE;
}
