/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/wire/cz-section.h"
#include "sync/wire/cz-key.h"
#include "sync/wire/cz-limits.h"
#include "sync/wire/cz-packed-private.h"
#include "sync/wire/cz-reader.h"
#include "sync/wire/cz-wire-error.h"

#include <string.h>
#include <zstd.h>

/* A row may bring this much more; the section is called full before it could pass the limit. */
#define ROW_HEADROOM (1024u * 1024u)

struct _CzSectionWriter {
  const CzTable *table;
  CzOp op;
  CzCodec codec;
  int zstd_level;
  GByteArray *raw;
  guint32 rows;
  gint64 last_int[CZ_MAX_KEYS];
};

CzSectionWriter *
cz_section_writer_new (const CzTable *table, CzOp op, CzCodec codec, int zstd_level)
{
  g_return_val_if_fail (codec == CZ_CODEC_RAW || codec == CZ_CODEC_ZSTD, NULL);
  CzSectionWriter *self = g_new0 (CzSectionWriter, 1);
  self->table = table;
  self->op = op;
  self->codec = codec;
  self->zstd_level = zstd_level;
  self->raw = g_byte_array_new ();
  return self;
}

void
cz_section_writer_free (CzSectionWriter *self)
{
  if (!self)
    return;
  g_byte_array_unref (self->raw);
  g_free (self);
}

static void
write_value (GByteArray *out, const CzField *field, const CzValue *value)
{
  if (field->type == CZ_FIELD_INT) {
    cz_write_zigzag (out, value->i);
    return;
  }
  cz_write_varint (out, value->len);
  cz_write_bytes (out, value->p, value->len);
}

static void
write_keys (CzSectionWriter *self, const CzRow *row)
{
  for (guint i = 0; i < self->table->n_keys; i++) {
    const CzField *field = &self->table->fields[i];
    CzValue value = row->v[i];
    if (field->type == CZ_FIELD_INT) {
      value.i = (gint64) ((guint64) row->v[i].i - (guint64) self->last_int[i]);
      self->last_int[i] = row->v[i].i;
    }
    write_value (self->raw, field, &value);
  }
}

static void
write_fields (CzSectionWriter *self, const CzRow *row, guint64 mask)
{
  const CzTable *table = self->table;
  guint64 bits = 0;
  for (guint i = table->n_keys; i < table->n_fields; i++) {
    gboolean given = self->op == CZ_OP_INSERT ? !cz_value_is_default (&table->fields[i], &row->v[i]) : (mask >> i & 1) != 0;
    if (given)
      bits |= G_GUINT64_CONSTANT (1) << (i - table->n_keys);
  }
  cz_write_varint (self->raw, bits);
  for (guint i = table->n_keys; i < table->n_fields; i++)
    if (bits >> (i - table->n_keys) & 1)
      write_value (self->raw, &table->fields[i], &row->v[i]);
}

gboolean
cz_section_writer_add (CzSectionWriter *self, const CzRow *row, guint64 mask, GError **error)
{
  if (self->rows >= CZ_SECTION_ROWS_MAX || self->raw->len > CZ_SECTION_RAW_MAX - ROW_HEADROOM) {
    g_set_error (error, CZ_WIRE_ERROR, CZ_WIRE_ERROR_LIMIT, "section of table %s is full", self->table->name);
    return FALSE;
  }
  switch (self->op) {
  case CZ_OP_INSERT:
  case CZ_OP_UPDATE:
    write_keys (self, row);
    write_fields (self, row, mask);
    break;
  case CZ_OP_DELETE:
    write_keys (self, row);
    break;
  case CZ_OP_RETENTION:
    cz_write_varint (self->raw, (guint64) row->v[0].i);
    cz_write_zigzag (self->raw, row->v[1].i);
    break;
  case CZ_OP_SCHEMA:
    cz_write_varint (self->raw, (guint64) row->v[0].i);
    break;
  default:
    g_return_val_if_reached (FALSE);
  }
  self->rows++;
  return TRUE;
}

guint32
cz_section_writer_rows (CzSectionWriter *self)
{
  return self->rows;
}

gsize
cz_section_writer_raw_len (CzSectionWriter *self)
{
  return self->raw->len;
}

const GByteArray *
cz_section_writer_raw (CzSectionWriter *self)
{
  return self->raw;
}

GBytes *
cz_section_writer_copy_raw (CzSectionWriter *self)
{
  return g_bytes_new (self->raw->data, self->raw->len);
}

static GBytes *
compress (CzSectionWriter *self, GError **error)
{
  gsize bound = ZSTD_compressBound (self->raw->len);
  g_autofree guint8 *out = g_malloc (bound);
  ZSTD_CCtx *context = ZSTD_createCCtx ();
  ZSTD_CCtx_setParameter (context, ZSTD_c_compressionLevel, self->zstd_level);
  ZSTD_CCtx_setParameter (context, ZSTD_c_windowLog, CZ_ZSTD_WINDOW_LOG_MAX);
  ZSTD_CCtx_setParameter (context, ZSTD_c_checksumFlag, 0);
  size_t n = ZSTD_compress2 (context, out, bound, self->raw->data, self->raw->len);
  ZSTD_freeCCtx (context);
  if (ZSTD_isError (n)) {
    g_set_error (error, CZ_WIRE_ERROR, CZ_WIRE_ERROR_LIMIT, "section of table %s: %s", self->table->name, ZSTD_getErrorName (n));
    return NULL;
  }
  out = g_realloc (out, n);
  return g_bytes_new_take (g_steal_pointer (&out), n);
}

GBytes *
cz_section_writer_finish (CzSectionWriter *self, CzSection *out, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  CzCodec codec = self->codec;
  gsize size;
  if (codec == CZ_CODEC_ZSTD) {
    bytes = compress (self, error);
    if (!bytes)
      return NULL;
    /* Tiny sections grow under zstd; and a reader takes no expansion beyond the limit. */
    gsize packed = g_bytes_get_size (bytes);
    if (packed >= self->raw->len || self->raw->len > (guint64) CZ_EXPANSION_MAX * packed + 4096) {
      g_clear_pointer (&bytes, g_bytes_unref);
      codec = CZ_CODEC_RAW;
    }
  }
  guint32 raw_len = self->raw->len;
  if (!bytes) {
    bytes = g_byte_array_free_to_bytes (self->raw);
    self->raw = g_byte_array_new ();
  }
  const guint8 *data = g_bytes_get_data (bytes, &size);
  *out = (CzSection){
    .table = self->table->number,
    .op = (guint8) self->op,
    .codec = (guint8) codec,
    .rows = self->rows,
    .comp_len = (guint32) size,
    .raw_len = raw_len,
  };
  cz_hash (data, size, out->hash);
  return g_steal_pointer (&bytes);
}
