/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/wire/cz-packed-private.h"
#include "sync/wire/cz-key.h"
#include "sync/wire/cz-limits.h"
#include "sync/wire/cz-wire-error.h"

#include <string.h>

gboolean
cz_packed_refuse (GError **error, gint code, const CzSection *section, const char *why)
{
  g_set_error (error, CZ_WIRE_ERROR, code, "section of table %u: %s", section->table, why);
  return FALSE;
}

guint64
cz_packed_check (guint64 check, guint64 value)
{
  check = (check ^ value) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15) + G_GUINT64_CONSTANT (0x632be59bd9b4e019);
  return check ^ check >> 29;
}

guint64
cz_packed_check_bytes (guint64 check, const void *data, gsize n)
{
  const guint8 *bytes = data;
  for (gsize i = 0; i < n; i += 8) {
    guint64 word = 0;
    for (gsize k = i; k < MIN (i + 8, n); k++)
      word |= (guint64) bytes[k] << (8 * (k - i));
    check = cz_packed_check (check, word);
  }
  return check;
}

GBytes *
cz_section_unpack (const CzSection *section, const guint8 *data, gsize size, const CzPrior *prior, GError **error)
{
  const CzTable *table = cz_table_by_number (section->table);
  if (section->raw_len > CZ_PACKED_RAW_MAX) {
    cz_packed_refuse (error, CZ_WIRE_ERROR_LIMIT, section, "larger than this program takes");
    return NULL;
  }
  g_autoptr (CzSectionWriter) rows = cz_section_writer_new (table, section->op, CZ_CODEC_RAW, 0);
  gboolean ok = section->codec == CZ_CODEC_RESIDUAL ? cz_residual_unpack (section, data, size, prior, rows, error)
                                                    : cz_columns_unpack (section, data, size, prior, rows, error);
  if (!ok)
    return NULL;
  const GByteArray *raw = cz_section_writer_raw (rows);
  if (raw->len != section->raw_len) {
    cz_packed_refuse (error, CZ_WIRE_ERROR_FORMAT, section, "fewer bytes than signed");
    return NULL;
  }
  return g_bytes_new (raw->data, raw->len);
}

/* ---- writing ---- */

static GByteArray *
pack (const CzSection *plain, GBytes *raw, CzCodec codec, const CzPrior *prior, GError **error)
{
  CzSection line = { .table = plain->table, .op = plain->op, .codec = CZ_CODEC_RAW, .rows = plain->rows, .comp_len = plain->raw_len, .raw_len = plain->raw_len };
  const CzTable *table = cz_table_by_number (plain->table);
  g_autoptr (CzSectionReader) reader = cz_section_reader_new (&line, g_bytes_get_data (raw, NULL), g_bytes_get_size (raw), error);
  if (!reader)
    return NULL;
  return codec == CZ_CODEC_RESIDUAL ? cz_residual_pack (table, plain->op, reader, prior, error)
                                    : cz_columns_pack (table, plain->op, reader, prior, error);
}

static gboolean
comes_back (const CzSection *line, const GByteArray *packed, GBytes *raw, const CzPrior *prior)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) back = cz_section_unpack (line, packed->data, packed->len, prior, &error);
  if (back && g_bytes_equal (back, raw))
    return TRUE;
  g_warning ("section of table %u: codec %u does not give back what it was given (%s); not used", line->table, line->codec,
             error ? error->message : "other bytes");
  return FALSE;
}

GBytes *
cz_section_pack (const CzSection *plain, GBytes *raw, const CzPrior *prior, CzSection *out, GError **error)
{
  static const CzCodec codecs[] = { CZ_CODEC_DICT, CZ_CODEC_RESIDUAL };
  g_autoptr (GByteArray) best = NULL;
  CzSection best_line = *plain;
  g_return_val_if_fail (g_bytes_get_size (raw) == plain->raw_len, NULL);
  if (plain->raw_len > CZ_PACKED_RAW_MAX || plain->op > CZ_OP_DELETE)
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (codecs); i++) {
    GError *problem = NULL;
    g_autoptr (GByteArray) packed = pack (plain, raw, codecs[i], prior, &problem);
    if (problem) {
      g_propagate_error (error, problem);
      return NULL;
    }
    if (!packed || packed->len >= best_line.comp_len || plain->raw_len > (guint64) CZ_EXPANSION_MAX * packed->len + 4096)
      continue;
    CzSection line = *plain;
    line.codec = (guint8) codecs[i];
    line.comp_len = packed->len;
    cz_hash (packed->data, packed->len, line.hash);
    if (!comes_back (&line, packed, raw, prior))
      continue;
    best_line = line;
    g_clear_pointer (&best, g_byte_array_unref);
    best = g_steal_pointer (&packed);
  }
  *out = best_line;
  return best ? g_byte_array_free_to_bytes (g_steal_pointer (&best)) : NULL;
}
