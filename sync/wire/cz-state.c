/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/wire/cz-state.h"
#include "sync/wire/cz-key.h"
#include "sync/wire/cz-reader.h"

#include <string.h>

void
cz_state_clear (CzState *state)
{
  *state = (CzState){ 0 };
}

/* A row of quotes has 40 bytes; texts go to the heap. */
#define SMALL_ROW 512

typedef struct {
  guint8 small[SMALL_ROW];
  guint small_len;
  GByteArray *large; /* NULL while small is enough */
} Canonical;

static void
put (Canonical *c, const void *data, gsize n)
{
  if (!c->large && c->small_len + n <= SMALL_ROW) {
    memcpy (c->small + c->small_len, data, n);
    c->small_len += (guint) n;
    return;
  }
  if (!c->large) {
    c->large = g_byte_array_sized_new ((guint) (c->small_len + n));
    g_byte_array_append (c->large, c->small, c->small_len);
  }
  g_byte_array_append (c->large, data, (guint) n);
}

static void
put_varint (Canonical *c, guint64 value)
{
  guint8 bytes[CZ_VARINT_MAX];
  put (c, bytes, cz_varint_encode (value, bytes));
}

static void
put_value (Canonical *c, const CzField *field, const CzValue *value)
{
  if (field->type == CZ_FIELD_INT) {
    put_varint (c, cz_zigzag (value->i));
    return;
  }
  put_varint (c, value->len);
  if (value->len > 0)
    put (c, value->p, value->len);
}

/* Fields are declared in ascending number, which the descriptor test checks, so the loop is in canonical order. */
static void
row_hash (const CzTable *table, const CzRow *row, guint64 lanes[4])
{
  Canonical c;
  guint8 hash[CZ_HASH_LEN];
  CzReader reader;
  guint8 number[2] = { (guint8) table->number, (guint8) (table->number >> 8) };
  c.small_len = 0;
  c.large = NULL;
  put (&c, number, 2);
  for (guint i = 0; i < table->n_fields; i++) {
    const CzField *field = &table->fields[i];
    if (i >= table->n_keys) {
      if (cz_value_is_default (field, &row->v[i]))
        continue;
      put (&c, &field->number, 1);
    }
    put_value (&c, field, &row->v[i]);
  }
  if (c.large)
    cz_hash (c.large->data, c.large->len, hash);
  else
    cz_hash (c.small, c.small_len, hash);
  g_clear_pointer (&c.large, g_byte_array_unref);
  cz_reader_init (&reader, hash, sizeof hash);
  for (int i = 0; i < 4; i++)
    lanes[i] = cz_reader_u64 (&reader);
}

void
cz_state_add_row (CzState *state, const CzTable *table, const CzRow *row)
{
  guint64 lanes[4];
  row_hash (table, row, lanes);
  for (int i = 0; i < 4; i++)
    state->lane[i] += lanes[i];
}

void
cz_state_remove_row (CzState *state, const CzTable *table, const CzRow *row)
{
  guint64 lanes[4];
  row_hash (table, row, lanes);
  for (int i = 0; i < 4; i++)
    state->lane[i] -= lanes[i];
}

void
cz_state_to_bytes (const CzState *state, guint8 out[32])
{
  for (int i = 0; i < 32; i++)
    out[i] = (guint8) (state->lane[i / 8] >> (8 * (i % 8)));
}

void
cz_state_from_bytes (CzState *state, const guint8 in[32])
{
  CzReader reader;
  cz_reader_init (&reader, in, 32);
  for (int i = 0; i < 4; i++)
    state->lane[i] = cz_reader_u64 (&reader);
}

gboolean
cz_state_equal (const CzState *a, const CzState *b)
{
  return memcmp (a->lane, b->lane, sizeof a->lane) == 0;
}
