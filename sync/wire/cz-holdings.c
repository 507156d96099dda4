/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/wire/cz-columns-private.h"
#include "sync/wire/cz-reader.h"

#include <string.h>

typedef struct {
  CzHoldings *holdings;
  const CzTable *table;
  guint rows;
  gsize bytes;
} Collecting;

static gsize
text_bytes (const CzTable *table, const CzRow *row)
{
  gsize sum = 0;
  for (guint i = 0; i < table->n_fields; i++)
    if (table->fields[i].type != CZ_FIELD_INT)
      sum += row->v[i].len + 1;
  return sum;
}

static gboolean
on_row (const CzRow *row, gpointer data)
{
  Collecting *self = data;
  CzHoldings *holdings = self->holdings;
  gsize more = text_bytes (self->table, row);
  if (holdings->n_rows >= self->rows || self->bytes + more > CZ_COLUMNS_DICT_BYTES_MAX)
    return FALSE;
  guint32 at = holdings->texts->len;
  g_array_append_val (holdings->text_at, at);
  for (guint i = 0; i < self->table->n_fields; i++) {
    const CzValue *value = &row->v[i];
    g_array_append_val (holdings->ints, value->i);
    if (self->table->fields[i].type == CZ_FIELD_INT) {
      holdings->check = cz_packed_check (holdings->check, (guint64) value->i);
      continue;
    }
    cz_write_varint (holdings->texts, value->len);
    cz_write_bytes (holdings->texts, value->p, value->len);
    holdings->check = cz_packed_check (holdings->check, value->len);
    holdings->check = cz_packed_check_bytes (holdings->check, value->p, value->len);
  }
  self->bytes += more;
  holdings->n_rows++;
  return holdings->n_rows < self->rows;
}

static gboolean
on_key (const CzRow *row, gpointer data)
{
  CzHoldings *self = data;
  gint64 key = row->v[0].i;
  g_array_append_val (self->keys, key);
  self->check = cz_packed_check (self->check, (guint64) key);
  return self->keys->len <= CZ_COLUMNS_KEYS_MAX;
}

gboolean
cz_holdings_collect (CzHoldings *self, const CzTable *table, const CzPrior *prior, guint rows,
                     gboolean with_keys, GError **error)
{
  Collecting collecting = { self, table, MIN (rows, CZ_COLUMNS_DICT_ROWS_MAX), 0 };
  *self = (CzHoldings){ .ints = g_array_new (FALSE, FALSE, sizeof (gint64)),
                        .texts = g_byte_array_new (),
                        .text_at = g_array_new (FALSE, FALSE, sizeof (guint32)) };
  if (with_keys)
    self->keys = g_array_new (FALSE, FALSE, sizeof (gint64));
  if (!prior)
    return TRUE;
  if (rows > 0 && !prior->newest (prior->self, table, on_row, &collecting, error))
    return FALSE;
  return !with_keys || prior->keys (prior->self, table, on_key, self, error);
}

void
cz_holdings_drop_rows (CzHoldings *self)
{
  g_clear_pointer (&self->ints, g_array_unref);
  g_clear_pointer (&self->texts, g_byte_array_unref);
  g_clear_pointer (&self->text_at, g_array_unref);
}

void
cz_holdings_clear (CzHoldings *self)
{
  cz_holdings_drop_rows (self);
  g_clear_pointer (&self->keys, g_array_unref);
}

void
cz_holdings_row (const CzHoldings *self, const CzTable *table, guint row, CzRow *out)
{
  guint32 at = g_array_index (self->text_at, guint32, row);
  CzReader reader;
  memset (out, 0, sizeof *out);
  cz_reader_init (&reader, self->texts->data + at, self->texts->len - at);
  for (guint i = 0; i < table->n_fields; i++) {
    if (table->fields[i].type == CZ_FIELD_INT) {
      out->v[i].i = g_array_index (self->ints, gint64, row * table->n_fields + i);
      continue;
    }
    out->v[i].len = (guint32) cz_reader_varint (&reader);
    out->v[i].p = (const char *) cz_reader_view (&reader, out->v[i].len);
  }
}
