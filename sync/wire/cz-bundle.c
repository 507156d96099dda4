/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/wire/cz-bundle.h"
#include "sync/wire/cz-limits.h"
#include "sync/wire/cz-reader.h"
#include "sync/wire/cz-wire-error.h"

#include <string.h>

#define MAGIC "CZBNDL1\n"
#define MAGIC_LEN 8
#define FIXED_LEN (MAGIC_LEN + 4)
#define TRAILER_LEN (8 + CZ_SIGNATURE_BYTES)
G_STATIC_ASSERT (G_N_ELEMENTS (((CzManifest *) NULL)->sections) == CZ_SECTIONS_MAX);

static gboolean
refuse (GError **error, CzWireError code, const char *why)
{
  g_set_error (error, CZ_WIRE_ERROR, code, "bundle: %s", why);
  return FALSE;
}

static guint
piece_count (guint32 comp_len)
{
  return comp_len > CZ_PIECED_FROM_BYTES ? (comp_len + CZ_PIECE_BYTES - 1) / CZ_PIECE_BYTES : 0;
}

gboolean
cz_manifest_is_jump (const CzManifest *manifest)
{
  return manifest->kind == CZ_BUNDLE_SKIP || manifest->kind == CZ_BUNDLE_SNAPSHOT;
}

gboolean
cz_manifest_is_plain (const CzManifest *manifest)
{
  return !cz_manifest_is_jump (manifest) && manifest->segment == 0;
}

const guint8 *
cz_bundle_tip (const CzBundle *bundle)
{
  static const guint8 not_known[CZ_HASH_LEN];
  if (cz_manifest_is_plain (&bundle->manifest))
    return not_known;
  return cz_manifest_is_jump (&bundle->manifest) ? bundle->manifest.prev_bundle : bundle->hash;
}

/* ---- writing ---- */

static void
write_section_line (GByteArray *out, const CzSection *section, GBytes *bytes)
{
  const guint8 *data = g_bytes_get_data (bytes, NULL);
  cz_write_u16 (out, section->table);
  cz_write_u8 (out, section->op);
  cz_write_u8 (out, section->codec);
  cz_write_u32 (out, section->rows);
  cz_write_u32 (out, section->comp_len);
  cz_write_u32 (out, section->raw_len);
  cz_write_bytes (out, section->hash, CZ_HASH_LEN);
  for (guint i = 0; i < piece_count (section->comp_len); i++) {
    guint8 hash[CZ_HASH_LEN];
    gsize begin = (gsize) i * CZ_PIECE_BYTES;
    cz_hash (data + begin, MIN (CZ_PIECE_BYTES, section->comp_len - begin), hash);
    cz_write_bytes (out, hash, CZ_HASH_LEN);
  }
}

static GByteArray *
manifest_bytes (const CzManifest *m, GPtrArray *sections)
{
  GByteArray *out = g_byte_array_new ();
  cz_write_u32 (out, (guint32) m->channel);
  cz_write_u8 (out, m->kind);
  cz_write_u32 (out, m->epoch);
  cz_write_u64 (out, m->from_seq);
  cz_write_u64 (out, m->to_seq);
  cz_write_u64 (out, m->created_s);
  cz_write_u64 (out, m->effective_s);
  cz_write_u32 (out, m->schema);
  cz_write_u16 (out, m->min_codec);
  cz_write_u32 (out, m->segment);
  cz_write_u64 (out, m->seg_offset);
  cz_write_bytes (out, m->from_state, 32);
  cz_write_bytes (out, m->to_state, 32);
  cz_write_bytes (out, m->prev_bundle, 32);
  cz_write_u8 (out, m->dict_kind);
  cz_write_u32 (out, m->dict_len);
  cz_write_bytes (out, m->dict_hash, 32);
  cz_write_u8 (out, (guint8) m->n_sections);
  for (guint i = 0; i < m->n_sections; i++)
    write_section_line (out, &m->sections[i], g_ptr_array_index (sections, i));
  return out;
}

GBytes *
cz_bundle_build (const CzManifest *manifest, GPtrArray *sections, const CzSecretKey *key, GError **error)
{
  g_return_val_if_fail (manifest->n_sections == sections->len && sections->len <= CZ_SECTIONS_MAX, NULL);
  g_autoptr (GByteArray) body = manifest_bytes (manifest, sections);
  g_autoptr (GByteArray) out = g_byte_array_new ();
  CzPublicKey public_key;
  guint8 signature[CZ_SIGNATURE_BYTES];
  if (body->len > CZ_MANIFEST_MAX) {
    refuse (error, CZ_WIRE_ERROR_LIMIT, "manifest too large");
    return NULL;
  }
  cz_write_bytes (out, MAGIC, MAGIC_LEN);
  cz_write_u32 (out, body->len);
  cz_write_bytes (out, body->data, body->len);
  cz_sign (key, CZ_SIGN_BUNDLE, out->data, out->len, signature);
  cz_secret_key_public (key, &public_key);
  cz_write_u64 (out, cz_public_key_id (&public_key));
  cz_write_bytes (out, signature, sizeof signature);
  for (guint i = 0; i < sections->len; i++) {
    gsize size;
    const guint8 *data = g_bytes_get_data (g_ptr_array_index (sections, i), &size);
    cz_write_bytes (out, data, size);
  }
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

/* ---- reading ---- */

gboolean
cz_bundle_peek_header_len (const guint8 *data, gsize size, gsize *header_len, GError **error)
{
  CzReader reader;
  cz_reader_init (&reader, data, size);
  if (size < FIXED_LEN)
    return refuse (error, CZ_WIRE_ERROR_TRUNCATED, "shorter than its first twelve bytes");
  if (memcmp (cz_reader_view (&reader, MAGIC_LEN), MAGIC, MAGIC_LEN) != 0)
    return refuse (error, CZ_WIRE_ERROR_FORMAT, "not a bundle");
  guint32 manifest_len = cz_reader_u32 (&reader);
  if (manifest_len > CZ_MANIFEST_MAX)
    return refuse (error, CZ_WIRE_ERROR_LIMIT, "manifest larger than this program takes");
  *header_len = FIXED_LEN + manifest_len + TRAILER_LEN;
  return TRUE;
}

static void
read_section_line (CzReader *reader, CzSection *section)
{
  section->table = cz_reader_u16 (reader);
  section->op = cz_reader_u8 (reader);
  section->codec = cz_reader_u8 (reader);
  section->rows = cz_reader_u32 (reader);
  section->comp_len = cz_reader_u32 (reader);
  section->raw_len = cz_reader_u32 (reader);
  cz_reader_copy (reader, section->hash, CZ_HASH_LEN);
  section->pieces_at = piece_count (section->comp_len) > 0 ? (guint32) (FIXED_LEN + reader->pos) : 0;
  cz_reader_view (reader, (gsize) piece_count (section->comp_len) * CZ_HASH_LEN);
}

static void
read_manifest (CzReader *reader, CzManifest *m)
{
  m->channel = (CzChannel) cz_reader_u32 (reader);
  m->kind = cz_reader_u8 (reader);
  m->epoch = cz_reader_u32 (reader);
  m->from_seq = cz_reader_u64 (reader);
  m->to_seq = cz_reader_u64 (reader);
  m->created_s = cz_reader_u64 (reader);
  m->effective_s = cz_reader_u64 (reader);
  m->schema = cz_reader_u32 (reader);
  m->min_codec = cz_reader_u16 (reader);
  m->segment = cz_reader_u32 (reader);
  m->seg_offset = cz_reader_u64 (reader);
  cz_reader_copy (reader, m->from_state, 32);
  cz_reader_copy (reader, m->to_state, 32);
  cz_reader_copy (reader, m->prev_bundle, 32);
  m->dict_kind = cz_reader_u8 (reader);
  m->dict_len = cz_reader_u32 (reader);
  cz_reader_copy (reader, m->dict_hash, 32);
  m->n_sections = cz_reader_u8 (reader);
  for (guint i = 0; i < MIN (m->n_sections, CZ_SECTIONS_MAX); i++)
    read_section_line (reader, &m->sections[i]);
}

static gboolean
steps_are_sound (const CzManifest *m)
{
  switch (m->kind) {
  case CZ_BUNDLE_DAILY:
  case CZ_BUNDLE_FIRST:
    return m->to_seq == m->from_seq + 1;
  case CZ_BUNDLE_SKIP:
    return m->to_seq > m->from_seq;
  case CZ_BUNDLE_SNAPSHOT:
    return m->from_seq == 0 && m->to_seq > 0;
  default:
    return FALSE;
  }
}

/* Sums stay far below 2⁶⁴: 64 sections of 2³² bytes. */
static gboolean
check_manifest (const CzManifest *m, guint64 *sections_len, GError **error)
{
  guint64 comp_len = 0, raw_len = 0;
  gboolean large = m->kind == CZ_BUNDLE_FIRST || m->kind == CZ_BUNDLE_SNAPSHOT;
  if (m->kind > CZ_BUNDLE_SNAPSHOT)
    return refuse (error, CZ_WIRE_ERROR_NEWER, "a kind of a newer program");
  if (m->channel < 0 || m->channel > 999999 || m->from_seq == G_MAXUINT64 || !steps_are_sound (m))
    return refuse (error, CZ_WIRE_ERROR_FORMAT, "channel or sequence out of range");
  if (m->n_sections > CZ_SECTIONS_MAX)
    return refuse (error, CZ_WIRE_ERROR_LIMIT, "too many sections");
  for (guint i = 0; i < m->n_sections; i++) {
    comp_len += m->sections[i].comp_len;
    raw_len += m->sections[i].raw_len;
  }
  if (comp_len > (large ? CZ_SNAPSHOT_MAX : CZ_BUNDLE_MAX) || raw_len > (large ? CZ_SNAPSHOT_RAW_MAX : CZ_SECTION_RAW_MAX))
    return refuse (error, CZ_WIRE_ERROR_LIMIT, "larger than this program takes");
  *sections_len = comp_len;
  return TRUE;
}

gboolean
cz_bundle_open (const guint8 *data, gsize size, const CzPublicKey *key, CzBundle *out, GError **error)
{
  CzReader reader;
  guint64 sections_len;
  CzBundle bundle = { 0 };
  if (!cz_bundle_peek_header_len (data, size, &bundle.header_len, error))
    return FALSE;
  if (size < bundle.header_len)
    return refuse (error, CZ_WIRE_ERROR_TRUNCATED, "ends within its header");
  gsize signed_len = bundle.header_len - TRAILER_LEN;
  cz_reader_init (&reader, data + signed_len, TRAILER_LEN);
  bundle.key_id = cz_reader_u64 (&reader);
  if (bundle.key_id != cz_public_key_id (key))
    return refuse (error, CZ_WIRE_ERROR_KEY, "signed by a key that may not speak for this channel");
  if (!cz_verify (key, CZ_SIGN_BUNDLE, data, signed_len, cz_reader_view (&reader, CZ_SIGNATURE_BYTES)))
    return refuse (error, CZ_WIRE_ERROR_SIGNATURE, "the signature does not fit");
  cz_reader_init (&reader, data + FIXED_LEN, signed_len - FIXED_LEN);
  read_manifest (&reader, &bundle.manifest);
  /* A newer program may append to the manifest; only then are bytes left over allowed. */
  if (bundle.manifest.schema <= CZ_SCHEMA_VERSION ? !cz_reader_finish (&reader, "bundle manifest", error)
                                                  : !cz_reader_ok (&reader, "bundle manifest", error))
    return FALSE;
  if (!check_manifest (&bundle.manifest, &sections_len, error))
    return FALSE;
  bundle.total_len = bundle.header_len + (gsize) sections_len;
  cz_hash (data, bundle.header_len, bundle.hash);
  *out = bundle;
  return TRUE;
}

gsize
cz_section_piece_len (const CzSection *section, gsize offset)
{
  gsize left = section->comp_len - offset;
  return section->pieces_at > 0 ? MIN (left, CZ_PIECE_BYTES) : left;
}

gboolean
cz_bundle_check_piece (const CzBundle *bundle, guint i, gsize offset, const guint8 *header, const guint8 *piece, GError **error)
{
  g_return_val_if_fail (i < bundle->manifest.n_sections, FALSE);
  const CzSection *section = &bundle->manifest.sections[i];
  guint8 hash[CZ_HASH_LEN];
  g_return_val_if_fail (offset <= section->comp_len, FALSE);
  const guint8 *expected = section->pieces_at > 0 ? header + section->pieces_at + offset / CZ_PIECE_BYTES * CZ_HASH_LEN : section->hash;
  cz_hash (piece, cz_section_piece_len (section, offset), hash);
  return memcmp (hash, expected, CZ_HASH_LEN) == 0 || refuse (error, CZ_WIRE_ERROR_HASH, "a piece is not the one that was signed");
}

gboolean
cz_bundle_section (const CzBundle *bundle, guint i, const guint8 *data, gsize size, const guint8 **out, gsize *out_size, GError **error)
{
  g_return_val_if_fail (i < bundle->manifest.n_sections, FALSE);
  const CzSection *section = &bundle->manifest.sections[i];
  guint8 hash[CZ_HASH_LEN];
  gsize begin = bundle->header_len;
  for (guint k = 0; k < i; k++)
    begin += bundle->manifest.sections[k].comp_len;
  if (size < begin || size - begin < section->comp_len)
    return refuse (error, CZ_WIRE_ERROR_TRUNCATED, "ends within a section");
  cz_hash (data + begin, section->comp_len, hash);
  if (memcmp (hash, section->hash, CZ_HASH_LEN) != 0)
    return refuse (error, CZ_WIRE_ERROR_HASH, "a section is not the one that was signed");
  *out = data + begin;
  *out_size = section->comp_len;
  return TRUE;
}

CzSectionReader *
cz_bundle_read_section (const CzBundle *bundle, guint i, const guint8 *data, gsize size, const CzPrior *prior, GError **error)
{
  const guint8 *bytes = NULL;
  gsize n_bytes = 0;

  if (!cz_bundle_section (bundle, i, data, size, &bytes, &n_bytes, error))
    return NULL;
  return cz_section_reader_new_with_prior (&bundle->manifest.sections[i], bytes, n_bytes, prior, error);
}
