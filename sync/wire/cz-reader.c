/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/wire/cz-reader.h"
#include "sync/wire/cz-wire-error.h"

#include <string.h>

void
cz_reader_init (CzReader *reader, const guint8 *data, gsize size)
{
  *reader = (CzReader){ .data = data, .size = size };
}

void
cz_reader_init_bytes (CzReader *reader, GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  cz_reader_init (reader, data, size);
}

gsize
cz_reader_left (const CzReader *reader)
{
  return reader->failed ? 0 : reader->size - reader->pos;
}

const guint8 *
cz_reader_view (CzReader *reader, gsize n)
{
  if (reader->failed || n > reader->size - reader->pos) {
    reader->failed = TRUE;
    return NULL;
  }
  const guint8 *view = reader->data + reader->pos;
  reader->pos += n;
  return view;
}

void
cz_reader_copy (CzReader *reader, guint8 *out, gsize n)
{
  const guint8 *view = cz_reader_view (reader, n);
  if (view)
    memcpy (out, view, n);
  else
    memset (out, 0, n);
}

static guint64
read_little_endian (CzReader *reader, gsize n)
{
  const guint8 *view = cz_reader_view (reader, n);
  guint64 value = 0;
  for (gsize i = n; view && i > 0; i--)
    value = value << 8 | view[i - 1];
  return value;
}

guint8
cz_reader_u8 (CzReader *reader)
{
  return (guint8) read_little_endian (reader, 1);
}

guint16
cz_reader_u16 (CzReader *reader)
{
  return (guint16) read_little_endian (reader, 2);
}

guint32
cz_reader_u32 (CzReader *reader)
{
  return (guint32) read_little_endian (reader, 4);
}

guint64
cz_reader_u64 (CzReader *reader)
{
  return read_little_endian (reader, 8);
}

guint64
cz_reader_varint (CzReader *reader)
{
  guint64 value = 0;
  for (guint shift = 0; shift < 64; shift += 7) {
    const guint8 *byte = cz_reader_view (reader, 1);
    if (!byte)
      return 0;
    guint64 bits = *byte & 0x7f;
    /* The tenth byte holds one bit; a last byte of zero behind others is a longer spelling of the same number. */
    if ((shift == 63 && bits > 1) || (shift > 0 && *byte == 0))
      break;
    value |= bits << shift;
    if (!(*byte & 0x80))
      return value;
  }
  reader->failed = TRUE;
  return 0;
}

gint64
cz_reader_zigzag (CzReader *reader)
{
  guint64 value = cz_reader_varint (reader);
  return (gint64) (value >> 1) ^ -(gint64) (value & 1);
}

gboolean
cz_reader_ok (const CzReader *reader, const char *what, GError **error)
{
  if (!reader->failed)
    return TRUE;
  g_set_error (error, CZ_WIRE_ERROR, CZ_WIRE_ERROR_TRUNCATED, "%s: ends before it should, at byte %" G_GSIZE_FORMAT, what, reader->pos);
  return FALSE;
}

gboolean
cz_reader_finish (const CzReader *reader, const char *what, GError **error)
{
  if (!cz_reader_ok (reader, what, error))
    return FALSE;
  if (reader->pos == reader->size)
    return TRUE;
  g_set_error (error, CZ_WIRE_ERROR, CZ_WIRE_ERROR_FORMAT, "%s: %" G_GSIZE_FORMAT " bytes too many", what, reader->size - reader->pos);
  return FALSE;
}

static void
write_little_endian (GByteArray *out, guint64 value, guint n)
{
  guint8 bytes[8];
  for (guint i = 0; i < n; i++)
    bytes[i] = (guint8) (value >> (8 * i));
  g_byte_array_append (out, bytes, n);
}

void
cz_write_u8 (GByteArray *out, guint8 value)
{
  write_little_endian (out, value, 1);
}

void
cz_write_u16 (GByteArray *out, guint16 value)
{
  write_little_endian (out, value, 2);
}

void
cz_write_u32 (GByteArray *out, guint32 value)
{
  write_little_endian (out, value, 4);
}

void
cz_write_u64 (GByteArray *out, guint64 value)
{
  write_little_endian (out, value, 8);
}

guint
cz_varint_encode (guint64 value, guint8 out[CZ_VARINT_MAX])
{
  guint n = 0;
  do {
    out[n] = (guint8) ((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
    value >>= 7;
    n++;
  } while (value > 0);
  return n;
}

guint64
cz_zigzag (gint64 value)
{
  return (guint64) value << 1 ^ (value < 0 ? G_MAXUINT64 : 0);
}

void
cz_write_varint (GByteArray *out, guint64 value)
{
  guint8 bytes[CZ_VARINT_MAX];
  g_byte_array_append (out, bytes, cz_varint_encode (value, bytes));
}

void
cz_write_zigzag (GByteArray *out, gint64 value)
{
  cz_write_varint (out, cz_zigzag (value));
}

void
cz_write_bytes (GByteArray *out, gconstpointer data, gsize n)
{
  g_return_if_fail (n <= G_MAXUINT);
  if (n > 0)
    g_byte_array_append (out, data, (guint) n);
}
