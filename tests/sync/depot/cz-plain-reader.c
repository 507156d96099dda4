/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/sync/depot/cz-plain-reader.h"
#include "sync/depot/cz-file.h"
#include "sync/wire/cz-limits.h"
#include "sync/wire/cz-paths.h"
#include "sync/wire/cz-wire-error.h"

#include <string.h>

static gboolean
refuse (const CzManifest *m, CzWireError code, const char *why, GError **error)
{
  g_set_error (error, CZ_WIRE_ERROR, (gint) code, "bundle %" G_GUINT64_FORMAT " → %" G_GUINT64_FORMAT ": %s", m->from_seq, m->to_seq, why);
  return FALSE;
}

static gboolean
knows_codecs (const CzManifest *m)
{
  gboolean known = m->min_codec <= CZ_CODEC_ZSTD && m->dict_kind == 0;
  for (guint i = 0; i < m->n_sections; i++)
    known = known && m->sections[i].codec <= CZ_CODEC_ZSTD;
  return known;
}

static gboolean
is_zero (const guint8 bytes[32])
{
  static const guint8 zeros[32];
  return memcmp (bytes, zeros, sizeof zeros) == 0;
}

static gboolean
follows (const CzPlainReader *self, const CzManifest *m, GError **error)
{
  if ((m->kind != CZ_BUNDLE_DAILY && m->kind != CZ_BUNDLE_FIRST) || m->from_seq != self->seq || m->to_seq != self->seq + 1)
    return refuse (m, CZ_WIRE_ERROR_ORDER, "does not begin where the reader stands", error);
  if (memcmp (m->from_state, self->state, 32) != 0)
    return refuse (m, CZ_WIRE_ERROR_STATE, "begins in another state", error);
  if (self->knows_tip && memcmp (m->prev_bundle, self->tip, 32) != 0)
    return refuse (m, CZ_WIRE_ERROR_ORDER, "follows another bundle", error);
  return TRUE;
}

static gboolean
fits_place (const CzPlainReader *self, const CzManifest *m, const CzPlainPlace *place, GError **error)
{
  if (m->to_seq != place->seq || m->segment != (place->kind == CZ_PLAIN_FORM ? 0 : place->segment)
      || m->seg_offset != (place->kind == CZ_PLAIN_FORM ? 0 : place->offset))
    return refuse (m, CZ_WIRE_ERROR_ORDER, "stands in another place", error);
  if (place->kind != CZ_PLAIN_SNAPSHOT)
    return follows (self, m, error);
  if (m->kind != CZ_BUNDLE_SNAPSHOT || m->from_seq != 0 || !is_zero (m->from_state) || m->to_seq <= self->seq)
    return refuse (m, CZ_WIRE_ERROR_ORDER, "no snapshot that leads further", error);
  return TRUE;
}

/* At the head's number: its state, and its tip where this bundle names one. */
static gboolean
agrees (const CzBundle *bundle, const CzHead *head, GError **error)
{
  const CzManifest *m = &bundle->manifest;
  if (m->to_seq > head->seq)
    return refuse (m, CZ_WIRE_ERROR_ORDER, "leads beyond the head", error);
  if (m->to_seq < head->seq)
    return TRUE;
  if (memcmp (m->to_state, head->state, 32) != 0)
    return refuse (m, CZ_WIRE_ERROR_STATE, "does not lead to the state of the head", error);
  if (!cz_manifest_is_plain (m) && memcmp (cz_bundle_tip (bundle), head->tip, 32) != 0)
    return refuse (m, CZ_WIRE_ERROR_HASH, "not the bundle that the head names", error);
  return TRUE;
}

gboolean
cz_plain_reader_take (CzPlainReader *self, const guint8 *data, gsize size, const CzPlainPlace *place, const CzHead *head, GError **error)
{
  g_autofree CzBundle *bundle = g_new0 (CzBundle, 1);
  const CzManifest *m = &bundle->manifest;
  CzApplyScope scope = { .table_mask = self->delegation->table_mask, .rows_per_day = self->delegation->rows_per_day,
                         .bytes_per_day = self->delegation->bytes_per_day, .head_issued_s = (gint64) head->issued_s,
                         .now_s = (gint64) head->issued_s, .trusted_s = (gint64) head->issued_s };
  if (!cz_bundle_open (data, size, &self->delegation->content_key, bundle, error))
    return FALSE;
  if (bundle->total_len > size || (place->kind != CZ_PLAIN_IN_SEGMENT && bundle->total_len != size))
    return refuse (m, CZ_WIRE_ERROR_TRUNCATED, "not its own length", error);
  if (m->channel != self->delegation->channel || m->epoch != self->delegation->epoch)
    return refuse (m, CZ_WIRE_ERROR_SCOPE, "of another channel or epoch", error);
  if (!knows_codecs (m))
    return refuse (m, CZ_WIRE_ERROR_NEWER, "in codecs that this reader does not know", error);
  if (!fits_place (self, m, place, error) || !agrees (bundle, head, error)
      || !cz_content_apply (self->content, bundle, data, bundle->total_len, &scope, error))
    return FALSE;
  self->epoch = m->epoch;
  self->seq = m->to_seq;
  memcpy (self->state, m->to_state, 32);
  self->knows_tip = place->kind != CZ_PLAIN_FORM;
  memcpy (self->tip, cz_bundle_tip (bundle), 32);
  self->segment = m->segment;
  self->offset = m->seg_offset + (place->kind == CZ_PLAIN_IN_SEGMENT ? bundle->total_len : 0);
  self->n_plain += place->kind == CZ_PLAIN_FORM;
  self->n_of_segments += place->kind == CZ_PLAIN_IN_SEGMENT;
  self->n_snapshots += place->kind == CZ_PLAIN_SNAPSHOT;
  return TRUE;
}

/* ---- the depot ---- */

static GBytes *
read_file (const CzPlainReader *self, char *owned_path, gsize max)
{
  g_autofree char *path = owned_path;
  g_autofree char *full = g_build_filename (self->depot, path, NULL);
  return cz_file_read (full, 0, max, NULL);
}

/* Where bundle seq begins in its segment, from header to header from the known place or byte 0. */
static gboolean
find_in_segment (const CzPlainReader *self, const CzIndexSegment *line, GBytes *segment, CzPlainPlace *place, GError **error)
{
  g_autofree CzBundle *bundle = g_new0 (CzBundle, 1);
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (segment, &size);
  guint64 at = line->month == self->segment ? self->offset : 0;
  while (at < MIN (size, line->bytes)) {
    if (!cz_bundle_open (data + at, size - at, &self->delegation->content_key, bundle, error))
      return FALSE;
    if (bundle->manifest.to_seq == place->seq) {
      place->segment = line->month;
      place->offset = at;
      return TRUE;
    }
    at += bundle->total_len;
  }
  g_set_error_literal (error, CZ_WIRE_ERROR, CZ_WIRE_ERROR_ORDER, "not in the segment that should hold it");
  return FALSE;
}

static gboolean
take_from_segment (CzPlainReader *self, const CzIndex *index, const CzHead *head, GError **error)
{
  CzPlainPlace place = { .kind = CZ_PLAIN_IN_SEGMENT, .seq = self->seq + 1 };
  for (guint i = 0; i < index->segments->len; i++) {
    const CzIndexSegment *line = &g_array_index (index->segments, CzIndexSegment, i);
    if (place.seq < line->first_seq || place.seq > line->last_seq)
      continue;
    g_autoptr (GBytes) bytes = read_file (self, cz_path_segment (index->channel, line->month), (gsize) line->bytes);
    gsize size = 0;
    const guint8 *data = bytes ? g_bytes_get_data (bytes, &size) : NULL;
    return bytes && find_in_segment (self, line, bytes, &place, error)
           && cz_plain_reader_take (self, data + place.offset, size - place.offset, &place, head, error);
  }
  g_set_error_literal (error, CZ_WIRE_ERROR, CZ_WIRE_ERROR_ORDER, "no segment holds it");
  return FALSE;
}

static gboolean
take_next (CzPlainReader *self, const CzIndex *index, const CzHead *head, GError **error)
{
  const CzPlainPlace place = { .kind = CZ_PLAIN_FORM, .seq = self->seq + 1 };
  g_autoptr (GBytes) plain = read_file (self, cz_path_plain (index->channel, place.seq), CZ_BUNDLE_MAX + CZ_MANIFEST_MAX);
  return plain ? cz_plain_reader_take (self, g_bytes_get_data (plain, NULL), g_bytes_get_size (plain), &place, head, error)
               : take_from_segment (self, index, head, error);
}

/* The newest that can be read; none: the reader begins at the first bundle. */
static void
try_snapshots (CzPlainReader *self, const CzIndex *index, const CzHead *head)
{
  for (guint i = index->jumps->len; i > 0 && self->seq == 0; i--) {
    const CzIndexJump *line = &g_array_index (index->jumps, CzIndexJump, i - 1);
    const CzPlainPlace place = { CZ_PLAIN_SNAPSHOT, line->next_month, line->next_offset, line->to_seq };
    if (line->from_seq != 0)
      continue;
    g_autoptr (GBytes) bytes = read_file (self, cz_path_plain_snapshot (index->channel, line->to_seq), CZ_SNAPSHOT_MAX + CZ_MANIFEST_MAX);
    if (!bytes)
      bytes = read_file (self, cz_path_snapshot (index->channel, line->to_seq), CZ_SNAPSHOT_MAX + CZ_MANIFEST_MAX);
    g_autoptr (GError) why = NULL;
    if (bytes && !cz_plain_reader_take (self, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &place, head, &why))
      g_test_message ("snapshot %" G_GUINT64_FORMAT ": %s", line->to_seq, why->message);
  }
}

gboolean
cz_plain_reader_follow (CzPlainReader *self, gboolean snapshots, GError **error)
{
  CzChannel channel = self->delegation->channel;
  g_autoptr (GBytes) head_bytes = read_file (self, cz_path_head (channel), CZ_HEAD_MAX);
  g_autoptr (GBytes) index_bytes = read_file (self, cz_path_index (channel), CZ_INDEX_MAX);
  CzHead head;
  g_assert_nonnull (head_bytes);
  g_assert_nonnull (index_bytes);
  if (!cz_head_open (g_bytes_get_data (head_bytes, NULL), g_bytes_get_size (head_bytes), &self->delegation->head_key, &head, error))
    return FALSE;
  g_autoptr (CzIndex) index
      = cz_index_open (g_bytes_get_data (index_bytes, NULL), g_bytes_get_size (index_bytes), &self->delegation->head_key, error);
  if (!index)
    return FALSE;
  if (snapshots && self->seq == 0)
    try_snapshots (self, index, &head);
  while (self->seq < head.seq)
    if (!take_next (self, index, &head, error))
      return FALSE;
  /* The head says what the plain form could not. */
  if (self->seq == head.seq && memcmp (self->state, head.state, 32) == 0) {
    memcpy (self->tip, head.tip, 32);
    self->knows_tip = TRUE;
  }
  return TRUE;
}
