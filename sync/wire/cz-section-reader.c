/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/wire/cz-section.h"
#include "sync/wire/cz-limits.h"
#include "sync/wire/cz-reader.h"
#include "sync/wire/cz-wire-error.h"

#include <string.h>
#include <zstd.h>

/* The arena holds at least one whole row. It begins small and grows to the largest row there may be, never with
 * what a section claims. */
#define ARENA_FIRST (64u * 1024u)
#define ARENA_MAX (1024u * 1024u)

struct _CzSectionReader {
  CzSection section;
  const CzTable *table;
  const guint8 *data; /* compressed, borrowed; or those of unpacked */
  GBytes *unpacked; /* codecs 2 and 3: the rows as codec 0 has them */
  gsize size;
  gsize used; /* compressed bytes eaten */
  ZSTD_DStream *stream; /* NULL for CZ_CODEC_RAW */
  gboolean frame_done;
  guint8 *arena;
  gsize arena_size;
  gsize begin; /* unread bytes are arena[begin, end) */
  gsize end;
  gsize produced; /* raw bytes so far, ≤ raw_len */
  guint32 rows_read;
  gint64 last_int[CZ_MAX_KEYS];
  GByteArray *last_text[CZ_MAX_KEYS]; /* NULL for integer keys */
};

static gboolean
refuse (GError **error, CzWireError code, const CzSection *section, const char *why)
{
  g_set_error (error, CZ_WIRE_ERROR, code, "section of table %u: %s", section->table, why);
  return FALSE;
}

static gboolean
check_line (const CzSection *s, const CzTable *table, gsize size, GError **error)
{
  if (!table || s->op < CZ_OP_INSERT || s->op > CZ_OP_SCHEMA)
    return refuse (error, CZ_WIRE_ERROR_NEWER, s, "table or operation of a newer program");
  if (s->codec > CZ_CODEC_RESIDUAL)
    return refuse (error, CZ_WIRE_ERROR_NEWER, s, "codec of a newer program");
  if (s->rows > CZ_SECTION_ROWS_MAX || s->raw_len > CZ_SECTION_RAW_MAX
      || s->raw_len > (guint64) CZ_EXPANSION_MAX * s->comp_len + 4096)
    return refuse (error, CZ_WIRE_ERROR_LIMIT, s, "larger than this program takes");
  if (s->comp_len != size || s->rows == 0 || (s->codec == CZ_CODEC_RAW && s->comp_len != s->raw_len))
    return refuse (error, CZ_WIRE_ERROR_FORMAT, s, "sizes do not agree");
  return TRUE;
}

static gboolean
open_stream (CzSectionReader *self, GError **error)
{
  if (self->section.codec == CZ_CODEC_RAW)
    return TRUE;
  self->stream = ZSTD_createDStream ();
  if (self->stream && !ZSTD_isError (ZSTD_DCtx_setParameter (self->stream, ZSTD_d_windowLogMax, CZ_ZSTD_WINDOW_LOG_MAX)))
    return TRUE;
  return refuse (error, CZ_WIRE_ERROR_LIMIT, &self->section, "no memory to decompress");
}

/* Codecs 2 and 3 become codec 0 here, so that whatever they hold is judged as rows by the code that judges all. */
static gboolean
unpack (CzSectionReader *self, const CzPrior *prior, GError **error)
{
  if (self->section.codec <= CZ_CODEC_ZSTD)
    return TRUE;
  self->unpacked = cz_section_unpack (&self->section, self->data, self->size, prior, error);
  if (!self->unpacked)
    return FALSE;
  self->section.codec = CZ_CODEC_RAW;
  self->data = g_bytes_get_data (self->unpacked, &self->size);
  return TRUE;
}

CzSectionReader *
cz_section_reader_new (const CzSection *section, const guint8 *data, gsize size, GError **error)
{
  return cz_section_reader_new_with_prior (section, data, size, NULL, error);
}

gsize
cz_section_reader_raw_len (const CzSectionReader *self)
{
  return self->section.raw_len;
}

CzSectionReader *
cz_section_reader_new_with_prior (const CzSection *section, const guint8 *data, gsize size, const CzPrior *prior, GError **error)
{
  const CzTable *table = cz_table_by_number (section->table);
  if (!check_line (section, table, size, error))
    return NULL;
  g_autoptr (CzSectionReader) self = g_new0 (CzSectionReader, 1);
  self->section = *section;
  self->table = table;
  self->data = data;
  self->size = size;
  self->arena_size = ARENA_FIRST;
  self->arena = g_malloc (ARENA_FIRST);
  for (guint i = 0; i < table->n_keys; i++)
    if (table->fields[i].type != CZ_FIELD_INT)
      self->last_text[i] = g_byte_array_new ();
  if (!unpack (self, prior, error) || !open_stream (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
cz_section_reader_free (CzSectionReader *self)
{
  if (!self)
    return;
  if (self->stream)
    ZSTD_freeDStream (self->stream);
  for (guint i = 0; i < CZ_MAX_KEYS; i++)
    g_clear_pointer (&self->last_text[i], g_byte_array_unref);
  g_clear_pointer (&self->unpacked, g_bytes_unref);
  g_free (self->arena);
  g_free (self);
}

/* ---- filling the arena ---- */

static gboolean
make_room (CzSectionReader *self, GError **error)
{
  if (self->begin > 0) {
    memmove (self->arena, self->arena + self->begin, self->end - self->begin);
    self->end -= self->begin;
    self->begin = 0;
  }
  if (self->end < self->arena_size)
    return TRUE;
  if (self->arena_size >= ARENA_MAX)
    return refuse (error, CZ_WIRE_ERROR_LIMIT, &self->section, "a row is longer than any row may be");
  self->arena_size *= 2;
  self->arena = g_realloc (self->arena, self->arena_size);
  return TRUE;
}

static gboolean
inflate_some (CzSectionReader *self, gsize room, gsize *got, GError **error)
{
  ZSTD_inBuffer in = { self->data, self->size, self->used };
  ZSTD_outBuffer out = { self->arena + self->end, room, 0 };
  size_t result = ZSTD_decompressStream (self->stream, &out, &in);
  if (ZSTD_isError (result))
    return refuse (error, CZ_WIRE_ERROR_FORMAT, &self->section, ZSTD_getErrorName (result));
  /* No progress with input eaten and the frame still open: the frame was cut. */
  if (out.pos == 0 && in.pos == self->used && result != 0)
    return refuse (error, CZ_WIRE_ERROR_FORMAT, &self->section, "compressed data ends early");
  self->used = in.pos;
  self->frame_done = result == 0;
  *got = out.pos;
  return TRUE;
}

/* Brings more raw bytes; *more is FALSE when there are none left. */
static gboolean
fill (CzSectionReader *self, gboolean *more, GError **error)
{
  gsize left = self->section.raw_len - self->produced;
  gsize got = 0;
  *more = left > 0;
  if (left == 0)
    return TRUE;
  if (!make_room (self, error))
    return FALSE;
  gsize room = MIN (self->arena_size - self->end, left);
  if (!self->stream) {
    memcpy (self->arena + self->end, self->data + self->used, room);
    self->used += room;
    got = room;
  } else {
    if (self->frame_done)
      return refuse (error, CZ_WIRE_ERROR_FORMAT, &self->section, "fewer bytes than signed");
    if (!inflate_some (self, room, &got, error))
      return FALSE;
  }
  self->end += got;
  self->produced += got;
  return TRUE;
}

/* After the last row: everything signed was there, and nothing besides. */
static gboolean
check_end (CzSectionReader *self, GError **error)
{
  guint8 byte;
  ZSTD_inBuffer in = { self->data, self->size, self->used };
  ZSTD_outBuffer out = { &byte, 1, 0 };
  if (self->begin != self->end || self->produced != self->section.raw_len)
    return refuse (error, CZ_WIRE_ERROR_FORMAT, &self->section, "bytes left over behind the last row");
  if (!self->stream || self->frame_done)
    return self->used == self->size || refuse (error, CZ_WIRE_ERROR_FORMAT, &self->section, "bytes left over behind the data");
  size_t result = ZSTD_decompressStream (self->stream, &out, &in);
  if (result != 0 || out.pos != 0 || in.pos != self->size)
    return refuse (error, CZ_WIRE_ERROR_FORMAT, &self->section, "more bytes than signed");
  self->frame_done = TRUE;
  self->used = in.pos;
  return TRUE;
}

/* ---- rows ---- */

static void
read_text (CzReader *reader, CzValue *value)
{
  guint64 len = cz_reader_varint (reader);
  /* Longer than the arena can ever hold is not "more to come" but wrong; the field's own limit is checked by
   * cz_row_check when the row is applied. */
  if (len > ARENA_MAX) {
    value->len = G_MAXUINT32;
    return;
  }
  value->p = (const char *) cz_reader_view (reader, (gsize) len);
  value->len = value->p ? (guint32) len : 0;
}

static void
read_value (CzReader *reader, const CzField *field, CzValue *value)
{
  if (field->type == CZ_FIELD_INT)
    value->i = cz_reader_zigzag (reader);
  else
    read_text (reader, value);
}

static void
read_keys (CzSectionReader *self, CzReader *reader, CzRow *row, guint64 *mask)
{
  for (guint i = 0; i < self->table->n_keys; i++) {
    const CzField *field = &self->table->fields[i];
    read_value (reader, field, &row->v[i]);
    if (field->type == CZ_FIELD_INT)
      row->v[i].i = (gint64) ((guint64) row->v[i].i + (guint64) self->last_int[i]);
    *mask |= G_GUINT64_CONSTANT (1) << i;
  }
}

/* The values behind the keys. FALSE: a field this program does not know, or a mask that says nothing. */
static gboolean
read_fields (CzSectionReader *self, CzReader *reader, CzRow *row, guint64 *mask, GError **error)
{
  const CzTable *table = self->table;
  guint64 bits = cz_reader_varint (reader);
  if (reader->failed)
    return TRUE;
  guint n_values = table->n_fields - table->n_keys;
  if (n_values < 64 && bits >> n_values != 0)
    return refuse (error, CZ_WIRE_ERROR_NEWER, &self->section, "field of a newer program");
  if (bits == 0 && self->section.op == CZ_OP_UPDATE)
    return refuse (error, CZ_WIRE_ERROR_FORMAT, &self->section, "an update that changes nothing");
  for (guint i = table->n_keys; i < table->n_fields; i++) {
    if (!(bits >> (i - table->n_keys) & 1))
      continue;
    read_value (reader, &table->fields[i], &row->v[i]);
    *mask |= G_GUINT64_CONSTANT (1) << i;
    if (!reader->failed && self->section.op == CZ_OP_INSERT && cz_value_is_default (&table->fields[i], &row->v[i]))
      return refuse (error, CZ_WIRE_ERROR_FORMAT, &self->section, "a default written out");
  }
  return TRUE;
}

static int
compare_key (CzSectionReader *self, const CzRow *row, guint i)
{
  const GByteArray *last = self->last_text[i];
  if (!last)
    return row->v[i].i < self->last_int[i] ? -1 : row->v[i].i > self->last_int[i];
  gsize common = MIN (last->len, row->v[i].len);
  int order = common > 0 ? memcmp (row->v[i].p, last->data, common) : 0;
  return order != 0 ? order : (row->v[i].len > last->len) - (row->v[i].len < last->len);
}

static gboolean
check_order (CzSectionReader *self, const CzRow *row, GError **error)
{
  int order = self->rows_read == 0 ? 1 : 0;
  for (guint i = 0; order == 0 && i < self->table->n_keys; i++)
    order = compare_key (self, row, i);
  if (order <= 0)
    return refuse (error, CZ_WIRE_ERROR_FORMAT, &self->section, "keys are not in ascending order");
  for (guint i = 0; i < self->table->n_keys; i++) {
    self->last_int[i] = row->v[i].i;
    if (!self->last_text[i])
      continue;
    g_byte_array_set_size (self->last_text[i], 0);
    cz_write_bytes (self->last_text[i], row->v[i].p, row->v[i].len);
  }
  return TRUE;
}

static gboolean
has_oversized_text (const CzTable *table, const CzRow *row)
{
  for (guint i = 0; i < table->n_fields; i++)
    if (table->fields[i].type != CZ_FIELD_INT && row->v[i].len == G_MAXUINT32)
      return TRUE;
  return FALSE;
}

static gboolean
parse_row (CzSectionReader *self, CzReader *reader, CzRow *row, guint64 *mask, GError **error)
{
  memset (row, 0, sizeof *row);
  *mask = 0;
  if (self->section.op == CZ_OP_RETENTION) {
    row->v[0].i = (gint64) cz_reader_varint (reader);
    row->v[1].i = cz_reader_zigzag (reader);
    return TRUE;
  }
  if (self->section.op == CZ_OP_SCHEMA) {
    row->v[0].i = (gint64) cz_reader_varint (reader);
    return TRUE;
  }
  read_keys (self, reader, row, mask);
  if (self->section.op != CZ_OP_DELETE && !read_fields (self, reader, row, mask, error))
    return FALSE;
  if (has_oversized_text (self->table, row))
    return refuse (error, CZ_WIRE_ERROR_LIMIT, &self->section, "a text is longer than any may be");
  return TRUE;
}

CzReadResult
cz_section_reader_next (CzSectionReader *self, CzRow *row, guint64 *mask, GError **error)
{
  if (self->rows_read == self->section.rows)
    return check_end (self, error) ? CZ_READ_END : CZ_READ_ERROR;
  for (;;) {
    CzReader reader;
    gboolean more;
    cz_reader_init (&reader, self->arena + self->begin, self->end - self->begin);
    if (!parse_row (self, &reader, row, mask, error))
      return CZ_READ_ERROR;
    if (!reader.failed) {
      gboolean keyed = self->section.op <= CZ_OP_DELETE;
      if (keyed && !check_order (self, row, error))
        return CZ_READ_ERROR;
      self->begin += reader.pos;
      self->rows_read++;
      return CZ_READ_ROW;
    }
    if (!fill (self, &more, error))
      return CZ_READ_ERROR;
    if (!more) {
      refuse (error, CZ_WIRE_ERROR_FORMAT, &self->section, "fewer rows than signed");
      return CZ_READ_ERROR;
    }
  }
}
