/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

/* Bounded reading of hostile bytes. A reader that failed once stays failed and gives zeros, so that a parser may
 * read a group of fields and ask once. Little endian. Pure, any thread. */
typedef struct {
  const guint8 *data;
  gsize size;
  gsize pos;
  gboolean failed;
} CzReader;

void cz_reader_init (CzReader *reader, const guint8 *data, gsize size);
void cz_reader_init_bytes (CzReader *reader, GBytes *bytes);
guint8 cz_reader_u8 (CzReader *reader);
guint16 cz_reader_u16 (CzReader *reader);
guint32 cz_reader_u32 (CzReader *reader);
guint64 cz_reader_u64 (CzReader *reader);
/* LEB128, at most 10 bytes, shortest form only. */
guint64 cz_reader_varint (CzReader *reader);
gint64 cz_reader_zigzag (CzReader *reader);
/* A view of n bytes; NULL (and failed) when there are fewer. */
const guint8 *cz_reader_view (CzReader *reader, gsize n);
void cz_reader_copy (CzReader *reader, guint8 *out, gsize n); /* zeros when failed */
gsize cz_reader_left (const CzReader *reader);
/* Sets CZ_WIRE_ERROR_TRUNCATED naming `what` when failed, CZ_WIRE_ERROR_FORMAT when bytes are left over. */
gboolean cz_reader_finish (const CzReader *reader, const char *what, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* As above without the leftover rule. */
gboolean cz_reader_ok (const CzReader *reader, const char *what, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#define CZ_VARINT_MAX 10
/* Encodes into out, returns how many bytes. */
guint cz_varint_encode (guint64 value, guint8 out[CZ_VARINT_MAX]);
/* 0, -1, 1, -2 … → 0, 1, 2, 3 … */
guint64 cz_zigzag (gint64 value);

/* The writer's counterparts append to a GByteArray. */
void cz_write_u8 (GByteArray *out, guint8 value);
void cz_write_u16 (GByteArray *out, guint16 value);
void cz_write_u32 (GByteArray *out, guint32 value);
void cz_write_u64 (GByteArray *out, guint64 value);
void cz_write_varint (GByteArray *out, guint64 value);
void cz_write_zigzag (GByteArray *out, gint64 value);
void cz_write_bytes (GByteArray *out, gconstpointer data, gsize n);
