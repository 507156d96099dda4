/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/wire/cz-head.h"
#include "sync/wire/cz-limits.h"
#include "sync/wire/cz-signed.h"
#include "sync/wire/cz-wire-error.h"

#define SEGMENTS_MAX 1200u /* a hundred years */
#define JUMPS_MAX 200u

static const CzSignedForm head_form = { "CZHEAD1\n", CZ_SIGN_HEAD, CZ_HEAD_MAX, "head" };
static const CzSignedForm index_form = { "CZINDX1\n", CZ_SIGN_INDEX, CZ_INDEX_MAX, "index" };

static gboolean
check_channel (CzChannel channel, const char *what, GError **error)
{
  if (channel >= 0 && channel <= 999999)
    return TRUE;
  g_set_error (error, CZ_WIRE_ERROR, CZ_WIRE_ERROR_FORMAT, "%s: channel out of range", what);
  return FALSE;
}

static GBytes *
build_with_one (const CzSignedForm *form, GByteArray *body, const CzSecretKey *key, GError **error)
{
  g_autoptr (GPtrArray) signers = g_ptr_array_new ();
  g_ptr_array_add (signers, (gpointer) key);
  return cz_signed_build (form, body, signers, error);
}

/* ---- head ---- */

GBytes *
cz_head_build (const CzHead *head, const CzSecretKey *key, GError **error)
{
  g_return_val_if_fail (head->n_parents <= CZ_HEAD_LINKS_MAX && head->n_children <= CZ_HEAD_LINKS_MAX, NULL);
  GByteArray *body = g_byte_array_new ();
  cz_write_u32 (body, (guint32) head->channel);
  cz_write_bytes (body, head->delegation, 32);
  cz_write_u32 (body, head->root_version);
  cz_write_u32 (body, head->epoch);
  cz_write_u64 (body, head->seq);
  cz_write_bytes (body, head->tip, 32);
  cz_write_bytes (body, head->state, 32);
  cz_write_u64 (body, head->issued_s);
  cz_write_u64 (body, head->expires_s);
  cz_write_u64 (body, head->next_publish_s);
  cz_write_u32 (body, head->poll_hint_s);
  cz_write_u8 (body, (guint8) head->n_parents);
  for (guint i = 0; i < head->n_parents; i++) {
    cz_write_u32 (body, (guint32) head->parents[i].channel);
    cz_write_u64 (body, head->parents[i].seq);
  }
  cz_write_u8 (body, (guint8) head->n_children);
  for (guint i = 0; i < head->n_children; i++) {
    cz_write_u32 (body, (guint32) head->children[i].channel);
    cz_write_u64 (body, head->children[i].seq);
    cz_write_u64 (body, head->children[i].issued_s);
  }
  return build_with_one (&head_form, body, key, error);
}

static void
read_head_links (CzReader *reader, CzHead *head)
{
  head->n_parents = cz_reader_u8 (reader);
  for (guint i = 0; i < MIN (head->n_parents, CZ_HEAD_LINKS_MAX); i++) {
    head->parents[i].channel = (CzChannel) cz_reader_u32 (reader);
    head->parents[i].seq = cz_reader_u64 (reader);
  }
  head->n_children = cz_reader_u8 (reader);
  for (guint i = 0; i < MIN (head->n_children, CZ_HEAD_LINKS_MAX); i++) {
    head->children[i].channel = (CzChannel) cz_reader_u32 (reader);
    head->children[i].seq = cz_reader_u64 (reader);
    head->children[i].issued_s = cz_reader_u64 (reader);
  }
}

gboolean
cz_head_open (const guint8 *data, gsize size, const CzPublicKey *key, CzHead *out, GError **error)
{
  CzSigned object;
  CzHead head = { 0 };
  if (!cz_signed_open (&head_form, data, size, key, &object, error))
    return FALSE;
  CzReader *reader = &object.body;
  head.channel = (CzChannel) cz_reader_u32 (reader);
  cz_reader_copy (reader, head.delegation, 32);
  head.root_version = cz_reader_u32 (reader);
  head.epoch = cz_reader_u32 (reader);
  head.seq = cz_reader_u64 (reader);
  cz_reader_copy (reader, head.tip, 32);
  cz_reader_copy (reader, head.state, 32);
  head.issued_s = cz_reader_u64 (reader);
  head.expires_s = cz_reader_u64 (reader);
  head.next_publish_s = cz_reader_u64 (reader);
  head.poll_hint_s = cz_reader_u32 (reader);
  read_head_links (reader, &head);
  if (head.n_parents > CZ_HEAD_LINKS_MAX || head.n_children > CZ_HEAD_LINKS_MAX) {
    g_set_error (error, CZ_WIRE_ERROR, CZ_WIRE_ERROR_LIMIT, "head: names more channels than any may");
    return FALSE;
  }
  if (!cz_reader_finish (reader, "head", error) || !check_channel (head.channel, "head", error))
    return FALSE;
  *out = head;
  return TRUE;
}

gboolean
cz_head_peek (const guint8 *data, gsize size, CzChannel *channel, guint8 delegation[32], guint32 *root_version, GError **error)
{
  CzSigned object;
  if (!cz_signed_split (&head_form, data, size, &object, error))
    return FALSE;
  *channel = (CzChannel) cz_reader_u32 (&object.body);
  cz_reader_copy (&object.body, delegation, 32);
  *root_version = cz_reader_u32 (&object.body);
  return cz_reader_ok (&object.body, "head", error) && check_channel (*channel, "head", error);
}

/* ---- index ---- */

CzIndex *
cz_index_new (void)
{
  CzIndex *index = g_new0 (CzIndex, 1);
  index->segments = g_array_new (FALSE, TRUE, sizeof (CzIndexSegment));
  index->jumps = g_array_new (FALSE, TRUE, sizeof (CzIndexJump));
  return index;
}

void
cz_index_free (CzIndex *index)
{
  if (!index)
    return;
  g_array_unref (index->segments);
  g_array_unref (index->jumps);
  g_free (index);
}

GBytes *
cz_index_build (const CzIndex *index, const CzSecretKey *key, GError **error)
{
  g_return_val_if_fail (index->segments->len <= SEGMENTS_MAX && index->jumps->len <= JUMPS_MAX, NULL);
  GByteArray *body = g_byte_array_new ();
  cz_write_u32 (body, (guint32) index->channel);
  cz_write_u32 (body, index->epoch);
  cz_write_u64 (body, index->seq);
  cz_write_u16 (body, (guint16) index->segments->len);
  for (guint i = 0; i < index->segments->len; i++) {
    const CzIndexSegment *segment = &g_array_index (index->segments, CzIndexSegment, i);
    cz_write_u32 (body, segment->month);
    cz_write_u64 (body, segment->first_seq);
    cz_write_u64 (body, segment->last_seq);
    cz_write_u64 (body, segment->bytes);
  }
  cz_write_u16 (body, (guint16) index->jumps->len);
  for (guint i = 0; i < index->jumps->len; i++) {
    const CzIndexJump *jump = &g_array_index (index->jumps, CzIndexJump, i);
    cz_write_u64 (body, jump->from_seq);
    cz_write_u64 (body, jump->to_seq);
    cz_write_u64 (body, jump->bytes);
    cz_write_u32 (body, jump->next_month);
    cz_write_u64 (body, jump->next_offset);
    cz_write_bytes (body, jump->hash, 32);
  }
  return build_with_one (&index_form, body, key, error);
}

static void
read_segments (CzReader *reader, GArray *segments)
{
  guint n = cz_reader_u16 (reader);
  if (n > SEGMENTS_MAX)
    reader->failed = TRUE;
  for (guint i = 0; i < n && !reader->failed; i++) {
    CzIndexSegment segment;
    segment.month = cz_reader_u32 (reader);
    segment.first_seq = cz_reader_u64 (reader);
    segment.last_seq = cz_reader_u64 (reader);
    segment.bytes = cz_reader_u64 (reader);
    g_array_append_val (segments, segment);
  }
}

static void
read_jumps (CzReader *reader, GArray *jumps)
{
  guint n = cz_reader_u16 (reader);
  if (n > JUMPS_MAX)
    reader->failed = TRUE;
  for (guint i = 0; i < n && !reader->failed; i++) {
    CzIndexJump jump;
    jump.from_seq = cz_reader_u64 (reader);
    jump.to_seq = cz_reader_u64 (reader);
    jump.bytes = cz_reader_u64 (reader);
    jump.next_month = cz_reader_u32 (reader);
    jump.next_offset = cz_reader_u64 (reader);
    cz_reader_copy (reader, jump.hash, 32);
    g_array_append_val (jumps, jump);
  }
}

/* Months and sequences ascend without gaps; the client computes with them. */
static gboolean
check_segments (const CzIndex *index, GError **error)
{
  guint32 last_month = 0;
  guint64 next_seq = 0;
  for (guint i = 0; i < index->segments->len; i++) {
    const CzIndexSegment *s = &g_array_index (index->segments, CzIndexSegment, i);
    gboolean sound = s->month > last_month && s->month <= 999912 && s->first_seq <= s->last_seq && s->last_seq <= index->seq
                     && (i == 0 || s->first_seq == next_seq) && s->bytes <= G_MAXINT64;
    if (!sound) {
      g_set_error (error, CZ_WIRE_ERROR, CZ_WIRE_ERROR_FORMAT, "index: segments are not in order");
      return FALSE;
    }
    last_month = s->month;
    next_seq = s->last_seq + 1;
  }
  return TRUE;
}

static gboolean
check_jumps (const CzIndex *index, GError **error)
{
  for (guint i = 0; i < index->jumps->len; i++) {
    const CzIndexJump *jump = &g_array_index (index->jumps, CzIndexJump, i);
    gboolean sound = jump->from_seq < jump->to_seq && jump->to_seq <= index->seq && jump->bytes > 0
                     && jump->bytes <= CZ_SNAPSHOT_MAX + CZ_MANIFEST_MAX + 4096 && jump->next_offset <= G_MAXINT64;
    if (!sound) {
      g_set_error (error, CZ_WIRE_ERROR, CZ_WIRE_ERROR_FORMAT, "index: a jump that leads nowhere");
      return FALSE;
    }
  }
  return TRUE;
}

CzIndex *
cz_index_open (const guint8 *data, gsize size, const CzPublicKey *key, GError **error)
{
  CzSigned object;
  if (!cz_signed_open (&index_form, data, size, key, &object, error))
    return NULL;
  g_autoptr (CzIndex) index = cz_index_new ();
  index->channel = (CzChannel) cz_reader_u32 (&object.body);
  index->epoch = cz_reader_u32 (&object.body);
  index->seq = cz_reader_u64 (&object.body);
  read_segments (&object.body, index->segments);
  read_jumps (&object.body, index->jumps);
  if (!cz_reader_finish (&object.body, "index", error) || !check_channel (index->channel, "index", error)
      || !check_segments (index, error) || !check_jumps (index, error))
    return NULL;
  return g_steal_pointer (&index);
}
