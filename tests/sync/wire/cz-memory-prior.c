/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/sync/wire/cz-memory-prior.h"

#include <string.h>

#include "sync/model/cz-code.h"

#define CHANNEL 990101

struct _MemoryPrior {
  GPtrArray *tables[64]; /* of CzRow */
  CzPrior wire;
};

static void
free_row (gpointer data)
{
  CzRow *row = data;
  for (guint i = 0; i < CZ_MAX_FIELDS; i++)
    g_free ((char *) row->v[i].p);
  g_free (row);
}

int
memory_prior_compare (const CzTable *table, const CzRow *a, const CzRow *b)
{
  for (guint i = 0; i < table->n_keys; i++) {
    const CzValue *x = &a->v[i], *y = &b->v[i];
    if (table->fields[i].type == CZ_FIELD_INT) {
      if (x->i != y->i)
        return x->i < y->i ? -1 : 1;
      continue;
    }
    guint32 common = MIN (x->len, y->len);
    int order = common > 0 ? memcmp (x->p, y->p, common) : 0;
    if (order != 0 || x->len != y->len)
      return order != 0 ? order : x->len < y->len ? -1 : 1;
  }
  return 0;
}

static GPtrArray *
rows_of (MemoryPrior *self, const CzTable *table)
{
  if (!self->tables[table->number])
    self->tables[table->number] = g_ptr_array_new_with_free_func (free_row);
  return self->tables[table->number];
}

const GPtrArray *
memory_prior_rows (MemoryPrior *self, const CzTable *table)
{
  return rows_of (self, table);
}

/* The first that is not below key. */
static guint
place_of (GPtrArray *rows, const CzTable *table, const CzRow *key)
{
  guint low = 0, high = rows->len;
  while (low < high) {
    guint middle = low + (high - low) / 2;
    if (memory_prior_compare (table, g_ptr_array_index (rows, middle), key) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static gboolean
holds (GPtrArray *rows, const CzTable *table, const CzRow *key, guint *at)
{
  *at = place_of (rows, table, key);
  return *at < rows->len && memory_prior_compare (table, g_ptr_array_index (rows, *at), key) == 0;
}

void
memory_prior_remove (MemoryPrior *self, const CzTable *table, const CzRow *key)
{
  guint at;
  if (holds (rows_of (self, table), table, key, &at))
    g_ptr_array_remove_index (rows_of (self, table), at);
}

void
memory_prior_put (MemoryPrior *self, const CzTable *table, const CzRow *row)
{
  CzRow *copy = g_new0 (CzRow, 1);
  guint at;
  for (guint i = 0; i < table->n_fields; i++) {
    copy->v[i] = row->v[i];
    copy->v[i].p = row->v[i].len > 0 ? g_memdup2 (row->v[i].p, row->v[i].len) : NULL;
  }
  memory_prior_remove (self, table, row);
  holds (rows_of (self, table), table, row, &at);
  g_ptr_array_insert (rows_of (self, table), (gint) at, copy);
}

static gboolean
get (gpointer data, const CzTable *table, const CzRow *key, CzRow *row, gboolean *found, GError **error)
{
  guint at;
  *found = holds (rows_of (data, table), table, key, &at);
  if (*found)
    *row = *(CzRow *) g_ptr_array_index (rows_of (data, table), at);
  return TRUE;
}

static gboolean
newest (gpointer data, const CzTable *table, CzPriorVisit visit, gpointer visit_data, GError **error)
{
  GPtrArray *rows = rows_of (data, table);
  for (guint i = rows->len; i > 0; i--)
    if (!visit (g_ptr_array_index (rows, i - 1), visit_data))
      break;
  return TRUE;
}

static gboolean
range (gpointer data, const CzTable *table, gint64 from, gint64 to, CzPriorVisit visit, gpointer visit_data, GError **error)
{
  GPtrArray *rows = rows_of (data, table);
  CzRow first = { 0 };
  first.v[0].i = from;
  for (guint i = place_of (rows, table, &first); i < rows->len; i++) {
    const CzRow *row = g_ptr_array_index (rows, i);
    if (row->v[0].i > to || !visit (row, visit_data))
      break;
  }
  return TRUE;
}

static gboolean
keys (gpointer data, const CzTable *table, CzPriorVisit visit, gpointer visit_data, GError **error)
{
  GPtrArray *rows = rows_of (data, table);
  for (guint i = 0; i < rows->len; i++) {
    CzRow key = { 0 };
    memcpy (key.v, ((CzRow *) g_ptr_array_index (rows, i))->v, table->n_keys * sizeof key.v[0]);
    if (!visit (&key, visit_data))
      break;
  }
  return TRUE;
}

MemoryPrior *
memory_prior_new (void)
{
  MemoryPrior *self = g_new0 (MemoryPrior, 1);
  self->wire = (CzPrior){ self, get, newest, range, keys };
  return self;
}

void
memory_prior_free (MemoryPrior *self)
{
  if (!self)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (self->tables); i++)
    g_clear_pointer (&self->tables[i], g_ptr_array_unref);
  g_free (self);
}

const CzPrior *
memory_prior_wire (MemoryPrior *self)
{
  return &self->wire;
}

/* ---- invented rows ---- */

static void
say (GRand *rand, GStringChunk *words, guint n, CzValue *value)
{
  static const char *const parts[] = { "出售", "白菜", "萝卜", "红薯", "自家种植", "无农药", "货源充足", "可送货", "价格面议",
                                       "欢迎来电", "，", "。", "100斤", "明天", "集市", "村口", "good", " ", "\n", "🐖" };
  g_autoptr (GString) text = g_string_new (NULL);
  while (n-- > 0)
    g_string_append (text, parts[g_rand_int_range (rand, 0, G_N_ELEMENTS (parts))]);
  *value = (CzValue){ .p = text->len > 0 ? g_string_chunk_insert_len (words, text->str, (gssize) text->len) : NULL, .len = (guint32) text->len };
}

static void
bytes (GRand *rand, GStringChunk *words, guint n, CzValue *value)
{
  char data[64];
  for (guint i = 0; i < n; i++)
    data[i] = (char) g_rand_int_range (rand, 0, 256);
  *value = (CzValue){ .p = g_string_chunk_insert_len (words, data, n), .len = n };
}

static gint64
newest_key (MemoryPrior *self, const CzTable *table)
{
  const GPtrArray *rows = rows_of (self, table);
  return rows->len > 0 ? ((CzRow *) g_ptr_array_index (rows, rows->len - 1))->v[0].i : cz_id_make (CHANNEL, 1);
}

/* A quote of a series, walking from its last; some change nothing, some give less than three prices. */
static void
invent_quote (MemoryPrior *self, GRand *rand, GStringChunk *words, const CzTable *table, gint64 day, CzRow *row)
{
  guint market = (guint) g_rand_int_range (rand, 1, 6), product = (guint) g_rand_int_range (rand, 1, 30), at;
  const GPtrArray *rows = rows_of (self, table);
  gint64 low = 1000 + 170 * product + market;
  *row = (CzRow){ 0 };
  row->v[0].i = day;
  row->v[1].i = cz_id_make (CHANNEL, market);
  row->v[2].i = cz_id_make (CHANNEL, product);
  row->v[3].i = g_rand_int_range (rand, 0, 10) == 0;
  row->v[4].i = product % 3;
  for (at = rows->len; at > 0; at--) {
    const CzRow *last = g_ptr_array_index (rows, at - 1);
    if (last->v[1].i == row->v[1].i && last->v[2].i == row->v[2].i && last->v[3].i == row->v[3].i) {
      memcpy (&row->v[5], &last->v[5], 8 * sizeof row->v[0]);
      low = last->v[5].i > 0 ? last->v[5].i : last->v[6].i;
      break;
    }
  }
  if (at > 0 && g_rand_int_range (rand, 0, 3) > 0)
    return;
  gint64 unit = market % 2 ? 20 : 1;
  low = MAX (low + g_rand_int_range (rand, -100, 100), 10) / unit * unit;
  guint shape = (guint) g_rand_int_range (rand, 0, 12);
  row->v[5].i = shape == 1 || shape == 2 ? 0 : low;
  row->v[7].i = shape == 2 ? 0 : low + unit * g_rand_int_range (rand, 0, 20);
  row->v[6].i = shape == 3 ? 0 : product % 2 ? (low + row->v[7].i) / 2 : low + g_rand_int_range (rand, 0, 50);
  row->v[8].i = g_rand_int_range (rand, 0, 20) == 0 ? g_rand_int_range (rand, 0, 9) : row->v[8].i;
  if (g_rand_int_range (rand, 0, 60) == 0)
    row->v[9] = (CzValue){ .p = g_string_chunk_insert_const (words, "TWD"), .len = 3 };
  if (g_rand_int_range (rand, 0, 80) == 0)
    row->v[12].i = cz_id_make (CHANNEL, (guint) g_rand_int_range (rand, 1, 4));
}

static void
invent_number (GRand *rand, const CzField *field, gint64 day, CzValue *value)
{
  gint64 high = field->max > 0 ? MIN (field->max, 100000) : 100000;
  if ((field->flags & CZ_FIELD_DAY) != 0)
    value->i = day + g_rand_int_range (rand, 0, 30);
  else if ((field->flags & CZ_FIELD_REF) != 0)
    value->i = cz_id_make (CHANNEL, (guint) g_rand_int_range (rand, 1, 40));
  else if ((field->flags & CZ_FIELD_REGION) != 0)
    value->i = (gint64) CHANNEL * 1000000 + g_rand_int_range (rand, 1, 60) * 1000;
  else
    value->i = g_rand_int_range (rand, (gint32) MAX (field->min, -5000), (gint32) high + 1);
  if (field->max > 255 && g_rand_int_range (rand, 0, 3) > 0)
    value->i = value->i / 10 * 10;
}

static void
invent_field (GRand *rand, GStringChunk *words, const CzField *field, gint64 day, CzValue *value)
{
  *value = (CzValue){ 0 };
  if (g_rand_int_range (rand, 0, 3) == 0)
    return;
  if (field->type == CZ_FIELD_INT)
    invent_number (rand, field, day, value);
  else if ((field->flags & CZ_FIELD_HASH) != 0)
    bytes (rand, words, CZ_HASH_BYTES, value);
  else
    say (rand, words, (guint) g_rand_int_range (rand, 0, (gint32) MIN (field->max_bytes / 12, 60) + 1), value);
}

void
memory_prior_invent (MemoryPrior *self, GRand *rand, GStringChunk *words, const CzTable *table, gint64 day, CzRow *row)
{
  guint at;
  do {
    *row = (CzRow){ 0 };
    if (table->number == CZ_TABLE_QUOTE) {
      invent_quote (self, rand, words, table, day, row);
      continue;
    }
    for (guint i = 0; i < table->n_fields; i++)
      invent_field (rand, words, &table->fields[i], day, &row->v[i]);
    if ((table->fields[0].flags & CZ_FIELD_ISSUED) != 0)
      row->v[0].i = newest_key (self, table) + g_rand_int_range (rand, 1, 9);
  } while (holds (rows_of (self, table), table, row, &at));
}

void
memory_prior_fill (MemoryPrior *self, guint32 seed, guint days)
{
  static const guint16 tables[] = { CZ_TABLE_QUOTE, CZ_TABLE_LISTING, CZ_TABLE_ARTICLE, CZ_TABLE_DISTANCE, CZ_TABLE_RECEIPT, CZ_TABLE_MEDIA };
  static const guint each[] = { 40, 12, 2, 2, 3, 2 };
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  g_autoptr (GStringChunk) words = g_string_chunk_new (4096);
  for (guint day = 0; day < days; day++)
    for (guint t = 0; t < G_N_ELEMENTS (tables); t++) {
      const CzTable *table = cz_table_by_number (tables[t]);
      for (guint i = 0; i < each[t]; i++) {
        CzRow row;
        memory_prior_invent (self, rand, words, table, 20000 + day, &row);
        memory_prior_put (self, table, &row);
      }
    }
}
