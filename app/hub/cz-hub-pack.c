/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/cz-hub-private.h"
#include "sync/wire/cz-reader.h"

/* (field number u8, value) for every field not at its default, in descriptor order; integers as zigzag varints, text and
 * blobs as varint length and bytes. The same row always gives the same bytes: `held` finds it again by them. */

GBytes *
cz_hub_pack (const CzTable *table, const CzRow *row)
{
  GByteArray *out = g_byte_array_new ();
  for (guint i = 0; i < table->n_fields; i++) {
    const CzField *field = &table->fields[i];
    if (cz_value_is_default (field, &row->v[i]))
      continue;
    cz_write_u8 (out, field->number);
    if (field->type == CZ_FIELD_INT) {
      cz_write_zigzag (out, row->v[i].i);
      continue;
    }
    cz_write_varint (out, row->v[i].len);
    cz_write_bytes (out, row->v[i].p, row->v[i].len);
  }
  return g_byte_array_free_to_bytes (out);
}

static const CzField *
field_by_number (const CzTable *table, guint8 number, guint *index)
{
  for (guint i = 0; i < table->n_fields; i++)
    if (table->fields[i].number == number) {
      *index = i;
      return &table->fields[i];
    }
  return NULL;
}

gboolean
cz_hub_unpack (const CzTable *table, const guint8 *data, gsize size, CzRow *row)
{
  CzReader reader;
  *row = (CzRow) { 0 };
  cz_reader_init (&reader, data, size);
  while (cz_reader_left (&reader) > 0 && !reader.failed) {
    guint i = 0;
    const CzField *field = field_by_number (table, cz_reader_u8 (&reader), &i);
    if (field == NULL)
      return FALSE;
    if (field->type == CZ_FIELD_INT) {
      row->v[i].i = cz_reader_zigzag (&reader);
      continue;
    }
    guint64 len = cz_reader_varint (&reader);
    if (len > field->max_bytes)
      return FALSE;
    row->v[i].p = (const char *) cz_reader_view (&reader, (gsize) len);
    row->v[i].len = row->v[i].p == NULL ? 0 : (guint32) len;
  }
  return !reader.failed;
}
