/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/wire/cz-columns-private.h"
#include "sync/wire/cz-reader.h"

#include <string.h>

#define GROUP_BITS 15
#define LIMIT 120
/* Below this many rows nothing is said about a column. */
#define ROWS_TO_JUDGE 16

void
cz_columns_init (CzColumns *self, const CzTable *table, CzOp op)
{
  *self = (CzColumns){ .table = table, .op = op };
  cz_coder_init (&self->coder, GROUP_BITS);
  self->text = cz_text_model_new (&self->coder);
  self->columns = g_new0 (CzColumn, table->n_fields);
  self->arena = g_byte_array_new ();
  for (guint i = 0; i < table->n_fields; i++) {
    self->columns[i].unit = 1;
    self->columns[i].listed = (table->fields[i].flags & (CZ_FIELD_REF | CZ_FIELD_REGION)) != 0;
  }
}

void
cz_columns_clear (CzColumns *self)
{
  for (guint i = 0; self->columns && i < self->table->n_fields; i++)
    g_free (self->columns[i].known);
  g_clear_pointer (&self->columns, g_free);
  g_clear_pointer (&self->text, cz_text_model_free);
  g_clear_pointer (&self->arena, g_byte_array_unref);
  cz_coder_clear (&self->coder);
}

static guint32
fold (gint64 value)
{
  return (guint32) value ^ (guint32) ((guint64) value >> 32) * 31;
}

static guint32
mix3 (guint32 kind, guint32 a, guint32 b)
{
  return cz_coder_hash (cz_coder_hash (kind * 0x01000193u + 0x811c9dc5u, a), b);
}

static gint64
plus (gint64 a, gint64 b)
{
  return (gint64) ((guint64) a + (guint64) b);
}

static gint64
minus (gint64 a, gint64 b)
{
  return (gint64) ((guint64) a - (guint64) b);
}

static gboolean
is_decoding (const CzColumns *self)
{
  return self->coder.mode == CZ_CODER_DECODE;
}

/* ---- what a column looks like, judged from the rows held ---- */

static guint64
divisor (guint64 a, guint64 b)
{
  while (b != 0) {
    guint64 rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

static guint64
size_of (gint64 value)
{
  return value < 0 ? 0 - (guint64) value : (guint64) value;
}

static guint
bits_of (gint64 value)
{
  guint bits = 0;
  for (guint64 size = size_of (value); size > 0; size >>= 1)
    bits++;
  return bits;
}

static void
note_known (CzColumn *column, gint64 value)
{
  if (column->n_known >= CZ_COLUMNS_KNOWN_MAX)
    return;
  if (column->n_known == column->n_room) {
    column->n_room = MAX (2 * column->n_room, 64);
    column->known = g_renew (gint64, column->known, column->n_room);
  }
  column->known[column->n_known++] = value;
}

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;
  return (x > y) - (x < y);
}

static void
list_values (CzColumn *column, const GArray *values)
{
  g_autoptr (GArray) sorted = g_array_copy ((GArray *) values);
  g_array_sort (sorted, compare_numbers);
  for (guint i = 0; i < sorted->len; i++)
    if (i == 0 || g_array_index (sorted, gint64, i) != g_array_index (sorted, gint64, i - 1))
      note_known (column, g_array_index (sorted, gint64, i));
}

/* values: as they stand in time, without defaults. */
static void
judge_values (CzColumn *column, const GArray *values)
{
  guint64 whole = 0, steps = 0, whole_bits = 0, step_bits = 0;
  gint64 last = 0;
  for (guint i = 0; i < values->len; i++) {
    gint64 value = g_array_index (values, gint64, i);
    whole = divisor (whole, size_of (value));
    whole_bits += bits_of (value);
    if (i > 0) {
      steps = divisor (steps, size_of (minus (value, last)));
      step_bits += bits_of (minus (value, last));
    }
    last = value;
  }
  column->by_step = step_bits < whole_bits;
  guint64 unit = column->by_step ? steps : whole;
  column->unit = unit >= 1 && unit <= G_MAXINT32 ? (gint64) unit : 1;
}

static gboolean
is_later_day (const CzTable *table, guint field)
{
  if ((table->fields[field].flags & CZ_FIELD_DAY) == 0)
    return FALSE;
  for (guint i = table->n_keys; i < field; i++)
    if ((table->fields[i].flags & CZ_FIELD_DAY) != 0)
      return TRUE;
  return FALSE;
}

static void
judge (CzColumns *self, const CzHoldings *holdings, guint field)
{
  CzColumn *column = &self->columns[field];
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (guint i = holdings->n_rows; i > 0; i--) {
    gint64 value = g_array_index (holdings->ints, gint64, (i - 1) * self->table->n_fields + field);
    if (value != 0 || field < self->table->n_keys)
      g_array_append_val (values, value);
  }
  if (column->listed)
    list_values (column, values);
  else if (values->len >= ROWS_TO_JUDGE && !is_later_day (self->table, field))
    judge_values (column, values);
}

/* ---- numbers ---- */

static gint64
code_listed (CzColumns *self, guint field, gint64 value)
{
  CzColumn *column = &self->columns[field];
  guint bits = 0, place = 0;
  while (column->n_known > 1u << bits)
    bits++;
  if (!is_decoding (self))
    while (place < column->n_known && column->known[place] != value)
      place++;
  guint32 contexts[] = { mix3 (201, field, 0), mix3 (202, field, column->last_code), mix3 (203, field, self->row_code) };
  gboolean strange = column->n_known == 0 || cz_coder_bit (&self->coder, contexts, 2, &column->flags[0], LIMIT, place >= column->n_known);
  if (strange) {
    contexts[0] = mix3 (204, field, 0);
    value = plus (column->last, cz_coder_number (&self->coder, contexts, 1, column->number, LIMIT, minus (value, column->last)));
    note_known (column, value);
    return value;
  }
  contexts[0] = mix3 (205, field, bits);
  guint32 found = cz_coder_tree (&self->coder, contexts, 3, &column->tree, LIMIT, bits, place) & ((1u << bits) - 1);
  if (found >= column->n_known) {
    self->failed = TRUE;
    found = 0;
  }
  return column->known[found];
}

/* value as reference + step × unit, or without the unit where it does not divide. */
static gint64
code_step (CzColumns *self, guint field, gint64 reference, gint64 value)
{
  CzColumn *column = &self->columns[field];
  gint64 unit = column->unit, step = minus (value, reference);
  guint32 contexts[] = { mix3 (211, field, 0), mix3 (212, field, column->last_code), mix3 (213, field, self->row_code) };
  if (unit > 1 && cz_coder_bit (&self->coder, contexts, 1, &column->flags[1], LIMIT, step % unit != 0))
    unit = 1;
  contexts[0] = mix3 (214, field, unit > 1);
  step = cz_coder_number (&self->coder, contexts, 3, column->number, LIMIT, step / unit);
  column->last_code = fold (step);
  return plus (reference, (gint64) ((guint64) step * (guint64) unit));
}

static gint64
code_number (CzColumns *self, guint field, gint64 reference, gint64 value)
{
  CzColumn *column = &self->columns[field];
  if (column->listed) {
    value = code_listed (self, field, value);
    column->last_code = fold (value);
  } else
    value = code_step (self, field, reference, value);
  column->last = value;
  self->row_code = fold (value);
  return value;
}

/* ---- texts and blobs ---- */

static void
code_hash (CzColumns *self, guint field, CzValue *value)
{
  CzColumn *column = &self->columns[field];
  guint32 contexts[] = { mix3 (221, field, 0) };
  guint32 length = (guint32) cz_coder_number (&self->coder, contexts, 1, column->number, LIMIT, value->len);
  gsize at = self->arena->len;
  if (length > 64) {
    self->failed = TRUE;
    return;
  }
  for (guint i = 0; i < length; i++) {
    guint8 byte = (guint8) cz_coder_plain (&self->coder, 8, is_decoding (self) ? 0 : (guint8) value->p[i]);
    g_byte_array_append (self->arena, &byte, 1);
  }
  if (is_decoding (self))
    *value = (CzValue){ .i = (gint64) at, .len = length };
}

static void
code_blob_text (CzColumns *self, guint field, CzValue *value)
{
  guint32 contexts[] = { mix3 (231, field, 0) };
  gint64 length = cz_coder_number (&self->coder, contexts, 1, self->columns[field].number, LIMIT, value->len);
  if (self->coder.mode == CZ_CODER_TRAIN)
    cz_text_model_hold (self->text, value->p, value->len, FALSE);
  if (self->coder.mode == CZ_CODER_ENCODE)
    cz_write_bytes (self->blob, value->p, value->len);
  if (!is_decoding (self))
    return;
  if (length < 0 || (guint64) length > self->blob->len - self->blob_at) {
    self->failed = TRUE;
    return;
  }
  *value = (CzValue){ .i = (gint64) self->arena->len, .len = (guint32) length };
  g_byte_array_append (self->arena, self->blob->data + self->blob_at, value->len);
  self->blob_at += value->len;
}

/* While decoding, .i is the place in the arena until the row is whole. */
static void
code_text (CzColumns *self, guint field, CzValue *value)
{
  guint32 kind = field * 0x1000u;
  if ((self->table->fields[field].flags & CZ_FIELD_HASH) != 0) {
    code_hash (self, field, value);
    return;
  }
  if (self->holds_only) {
    cz_text_model_hold (self->text, value->p, value->len, FALSE);
    return;
  }
  if (self->blob) {
    code_blob_text (self, field, value);
    return;
  }
  if (!is_decoding (self)) {
    gboolean codable = value->len == 0 || !memchr (value->p, 0, value->len);
    self->failed = self->failed || !codable;
    if (codable)
      cz_text_model_put (self->text, kind, value->p, value->len);
    self->text_bytes += self->coder.mode == CZ_CODER_ENCODE ? value->len : 0;
    self->failed = self->failed || self->text_bytes > CZ_COLUMNS_TEXT_MAX;
    return;
  }
  gsize at = self->arena->len;
  if (!cz_text_model_get (self->text, kind, CZ_COLUMNS_TEXT_MAX - self->text_bytes, self->arena)) {
    self->failed = TRUE;
    return;
  }
  *value = (CzValue){ .i = (gint64) at, .len = (guint32) (self->arena->len - at) };
  self->text_bytes += value->len;
}

/* ---- keys ---- */

static void
code_rank (CzColumns *self, CzRow *row)
{
  gint64 rank = 0;
  if (!is_decoding (self)) {
    guint low = 0, high = self->keys->len;
    while (low < high) {
      guint middle = low + (high - low) / 2;
      if (g_array_index (self->keys, gint64, middle) < row->v[0].i)
        low = middle + 1;
      else
        high = middle;
    }
    self->failed = self->failed || low >= self->keys->len || g_array_index (self->keys, gint64, low) != row->v[0].i;
    rank = low;
  }
  guint32 contexts[] = { mix3 (241, 0, 0) };
  gint64 step = cz_coder_number (&self->coder, contexts, 1, self->columns[0].number, LIMIT, rank - self->last_rank);
  rank = plus (self->last_rank, step);
  if (rank < 0 || rank >= self->keys->len) {
    self->failed = TRUE;
    return;
  }
  self->last_rank = rank;
  row->v[0].i = g_array_index (self->keys, gint64, rank);
}

void
cz_columns_key (CzColumns *self, CzRow *row)
{
  gboolean same = TRUE;
  self->row_code = 0;
  g_byte_array_set_size (self->arena, 0);
  if (self->keys) {
    code_rank (self, row);
    return;
  }
  for (guint i = 0; i < self->table->n_keys && !self->failed; i++) {
    CzColumn *column = &self->columns[i];
    if (self->table->fields[i].type != CZ_FIELD_INT) {
      code_text (self, i, &row->v[i]);
      continue;
    }
    /* Keys ascend: after an equal beginning the next part goes on from the last, else it starts over. */
    gint64 last = column->last;
    guint32 contexts[] = { mix3 (251, i, same), mix3 (252, i, column->last_code) };
    if (column->listed && !(same && i == self->table->n_keys - 1)) {
      row->v[i].i = code_number (self, i, 0, row->v[i].i);
    } else {
      gint64 step = cz_coder_number (&self->coder, contexts, 2, column->number, LIMIT, minus (row->v[i].i, last));
      row->v[i].i = plus (last, step);
      column->last_code = fold (step);
      column->last = row->v[i].i;
    }
    same = same && row->v[i].i == last;
    self->row_code = cz_coder_hash (self->row_code, fold (row->v[i].i));
  }
}

/* ---- fields ---- */

static gint64
reference_of (const CzColumns *self, guint field, const CzRow *row)
{
  if ((self->table->fields[field].flags & CZ_FIELD_DAY) != 0)
    for (guint i = field; i > self->table->n_keys; i--)
      if ((self->table->fields[i - 1].flags & CZ_FIELD_DAY) != 0 && row->v[i - 1].i != 0)
        return row->v[i - 1].i;
  gboolean by_step = self->columns[field].by_step || (self->table->fields[field].flags & CZ_FIELD_DAY) != 0;
  return by_step ? self->columns[field].last : 0;
}

static gboolean
code_given (CzColumns *self, guint field, guint64 mask, gboolean given)
{
  CzColumn *column = &self->columns[field];
  guint32 contexts[] = { mix3 (261, field, column->last_given), mix3 (262, field, fold ((gint64) mask)),
                         mix3 (263, field, fold ((gint64) self->last_mask)) };
  given = cz_coder_bit (&self->coder, contexts, 3, &column->flags[2], LIMIT, given);
  column->last_given = given;
  return given;
}

/* An update's number: what the row before got, or so far from what was there. */
static void
code_change (CzColumns *self, guint field, CzValue *value, gint64 old)
{
  CzColumn *column = &self->columns[field];
  guint32 contexts[] = { mix3 (271, field, 0), mix3 (272, field, column->last_code & 1) };
  gboolean again = cz_coder_bit (&self->coder, contexts, 2, &column->flags[3], LIMIT, value->i == column->last);
  if (again)
    value->i = column->last;
  else if (column->listed)
    value->i = code_number (self, field, 0, value->i);
  else
    value->i = code_step (self, field, old, value->i);
  column->last = value->i;
  column->last_code = again;
}

static void
code_field (CzColumns *self, guint field, CzRow *row, const CzRow *old)
{
  const CzField *described = &self->table->fields[field];
  if (described->type == CZ_FIELD_INT) {
    if (old)
      code_change (self, field, &row->v[field], old->v[field].i);
    else
      row->v[field].i = code_number (self, field, reference_of (self, field, row), row->v[field].i);
    return;
  }
  if (old && (described->flags & CZ_FIELD_HASH) == 0)
    cz_text_model_hold (self->text, old->v[field].p, old->v[field].len, TRUE);
  code_text (self, field, &row->v[field]);
}

static void
note_old (CzColumns *self, const CzRow *old)
{
  for (guint i = 0; i < self->table->n_fields; i++) {
    if (self->table->fields[i].type == CZ_FIELD_INT) {
      self->old_check = cz_packed_check (self->old_check, (guint64) old->v[i].i);
      continue;
    }
    self->old_check = cz_packed_check (self->old_check, old->v[i].len);
    self->old_check = cz_packed_check_bytes (self->old_check, old->v[i].p, old->v[i].len);
  }
}

void
cz_columns_fields (CzColumns *self, CzRow *row, guint64 *mask, const CzRow *old)
{
  const CzTable *table = self->table;
  guint64 given = 0;
  if (old)
    note_old (self, old);
  for (guint i = table->n_keys; i < table->n_fields && !self->failed; i++) {
    if (!code_given (self, i, given, (*mask >> i & 1) != 0))
      continue;
    given |= G_GUINT64_CONSTANT (1) << i;
    code_field (self, i, row, old);
  }
  self->last_mask = given;
  *mask = given;
}

void
cz_columns_settle (const CzColumns *self, CzRow *row)
{
  for (guint i = 0; i < self->table->n_fields; i++) {
    CzValue *value = &row->v[i];
    if (self->table->fields[i].type == CZ_FIELD_INT)
      continue;
    *value = value->len > 0 ? (CzValue){ .p = (const char *) self->arena->data + value->i, .len = value->len } : (CzValue){ 0 };
  }
}

/* ---- training ---- */

void
cz_columns_train (CzColumns *self, const CzHoldings *holdings, guint train_rows)
{
  const CzTable *table = self->table;
  for (guint i = 0; i < table->n_fields; i++)
    if (table->fields[i].type == CZ_FIELD_INT)
      judge (self, holdings, i);
  for (guint i = holdings->n_rows; i > 0; i--) {
    CzRow row;
    guint64 mask = 0;
    cz_holdings_row (holdings, table, i - 1, &row);
    self->holds_only = i > train_rows;
    for (guint k = table->n_keys; k < table->n_fields; k++)
      if (!cz_value_is_default (&table->fields[k], &row.v[k]))
        mask |= G_GUINT64_CONSTANT (1) << k;
    cz_columns_key (self, &row);
    cz_columns_fields (self, &row, &mask, NULL);
  }
  self->holds_only = FALSE;
  g_byte_array_set_size (self->arena, 0);
}
