/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/wire/cz-limits.h"
#include "sync/wire/cz-packed-private.h"
#include "sync/wire/cz-reader.h"
#include "sync/wire/cz-section.h"
#include "sync/wire/cz-wire-error.h"
#include "tests/sync/wire/cz-memory-prior.h"

#include <glib/gstdio.h>
#include <string.h>

/* Codecs 2 and 3: the same rows come back; against another past they are refused; damage is refused or gives rows. */

typedef struct {
  const CzTable *table;
  CzOp op;
  CzSection plain, line;
  GBytes *raw; /* the rows as codec 0 has them */
  GBytes *packed; /* NULL: codec ≤ 1 was smaller */
} Packed;

static void
packed_clear (Packed *self)
{
  g_clear_pointer (&self->raw, g_bytes_unref);
  g_clear_pointer (&self->packed, g_bytes_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Packed, packed_clear)

static guint32
test_seed (void)
{
  const char *given = g_getenv ("CZ_TEST_SEED");
  guint32 seed = given ? (guint32) g_ascii_strtoull (given, NULL, 10) : g_random_int ();
  g_test_message ("CZ_TEST_SEED=%u", seed);
  return seed;
}

static gint
compare_rows (gconstpointer a, gconstpointer b, gpointer table)
{
  return memory_prior_compare (table, *(CzRow *const *) a, *(CzRow *const *) b);
}

/* rows: element-type CzRow; masks only for updates. */
static void
pack_rows (Packed *self, GPtrArray *rows, const guint64 *masks, const CzPrior *prior)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzSectionWriter) writer = cz_section_writer_new (self->table, self->op, CZ_CODEC_ZSTD, 3);
  for (guint i = 0; i < rows->len; i++)
    g_assert_true (cz_section_writer_add (writer, g_ptr_array_index (rows, i), masks ? masks[i] : 0, &error));
  self->raw = cz_section_writer_copy_raw (writer);
  g_autoptr (GBytes) bytes = cz_section_writer_finish (writer, &self->plain, &error);
  g_assert_no_error (error);
  self->packed = cz_section_pack (&self->plain, self->raw, prior, &self->line, &error);
  g_assert_no_error (error);
  if (!self->packed)
    g_assert_cmpint (self->line.codec, <=, CZ_CODEC_ZSTD);
  else
    g_assert_cmpuint (self->line.comp_len, <, self->plain.comp_len);
}

static void
invent_inserts (Packed *self, MemoryPrior *held, GRand *rand, guint n, gint64 day)
{
  g_autoptr (GStringChunk) words = g_string_chunk_new (4096);
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (g_free);
  MemoryPrior *after = memory_prior_new ();
  const GPtrArray *before = memory_prior_rows (held, self->table);
  for (guint i = 0; i < before->len; i++)
    memory_prior_put (after, self->table, g_ptr_array_index (before, i));
  for (guint i = 0; i < n; i++) {
    CzRow row;
    memory_prior_invent (after, rand, words, self->table, day + i * 2 / MAX (n, 1), &row);
    memory_prior_put (after, self->table, &row);
    g_ptr_array_add (rows, g_memdup2 (&row, sizeof row));
  }
  g_ptr_array_sort_with_data (rows, compare_rows, (gpointer) self->table);
  pack_rows (self, rows, NULL, memory_prior_wire (held));
  memory_prior_free (after);
}

/* Every third held row changes in a few fields, or goes. */
static void
invent_changes (Packed *self, MemoryPrior *held, GRand *rand)
{
  const GPtrArray *before = memory_prior_rows (held, self->table);
  const CzTable *table = self->table;
  g_autoptr (GStringChunk) words = g_string_chunk_new (4096);
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (g_free);
  g_autofree guint64 *masks = g_new0 (guint64, before->len + 1);
  for (guint i = 0; i < before->len; i += 1 + (guint) g_rand_int_range (rand, 0, 5)) {
    CzRow row = *(CzRow *) g_ptr_array_index (before, i), other;
    guint64 mask = (G_GUINT64_CONSTANT (1) << table->n_keys) - 1;
    memory_prior_invent (held, rand, words, table, 20100, &other);
    for (guint k = table->n_keys; k < table->n_fields; k++)
      if (g_rand_int_range (rand, 0, 4) == 0 || k + 1 == table->n_fields) {
        row.v[k] = other.v[k];
        mask |= G_GUINT64_CONSTANT (1) << k;
      }
    masks[rows->len] = mask;
    g_ptr_array_add (rows, g_memdup2 (&row, sizeof row));
  }
  pack_rows (self, rows, self->op == CZ_OP_UPDATE ? masks : NULL, memory_prior_wire (held));
}

static GError *
read_packed (const CzSection *line, const guint8 *data, gsize size, const CzPrior *prior)
{
  GError *error = NULL;
  g_autoptr (CzSectionReader) reader = cz_section_reader_new_with_prior (line, data, size, prior, &error);
  CzReadResult result = reader ? CZ_READ_ROW : CZ_READ_ERROR;
  while (result == CZ_READ_ROW) {
    CzRow row;
    guint64 mask;
    result = cz_section_reader_next (reader, &row, &mask, &error);
  }
  g_assert_true ((result == CZ_READ_ERROR) == (error != NULL));
  return error;
}

/* Rows out of the packed form, written again as codec 0, are the bytes that went in. */
static void
assert_comes_back (const Packed *self, const CzPrior *prior)
{
  g_autoptr (GError) error = NULL;
  gsize size;
  const guint8 *data = g_bytes_get_data (self->packed, &size);
  g_autoptr (CzSectionReader) reader = cz_section_reader_new_with_prior (&self->line, data, size, prior, &error);
  g_assert_no_error (error);
  g_autoptr (CzSectionWriter) again = cz_section_writer_new (self->table, self->op, CZ_CODEC_RAW, 0);
  CzReadResult result;
  CzRow row;
  guint64 mask;
  while ((result = cz_section_reader_next (reader, &row, &mask, &error)) == CZ_READ_ROW)
    g_assert_true (cz_section_writer_add (again, &row, mask, &error));
  g_assert_no_error (error);
  g_assert_cmpint (result, ==, CZ_READ_END);
  g_autoptr (GBytes) raw = cz_section_writer_copy_raw (again);
  g_assert_true (g_bytes_equal (raw, self->raw));
}

static const guint16 tables[] = { CZ_TABLE_QUOTE, CZ_TABLE_LISTING, CZ_TABLE_ARTICLE, CZ_TABLE_DISTANCE, CZ_TABLE_RECEIPT, CZ_TABLE_MEDIA };

static void
test_round_trip (void)
{
  guint32 seed = test_seed ();
  guint n_packed[4] = { 0 };
  for (guint round = 0; round < 12; round++) {
    g_autoptr (MemoryPrior) held = memory_prior_new ();
    g_autoptr (GRand) rand = g_rand_new_with_seed (seed + round);
    memory_prior_fill (held, seed + round, round % 4 * 9);
    for (guint t = 0; t < G_N_ELEMENTS (tables); t++)
      for (CzOp op = CZ_OP_INSERT; op <= CZ_OP_DELETE; op++) {
        g_auto (Packed) packed = { .table = cz_table_by_number (tables[t]), .op = op };
        if (op == CZ_OP_INSERT)
          invent_inserts (&packed, held, rand, 1 + (guint) g_rand_int_range (rand, 0, 80), 20000 + round % 4 * 9);
        else if (memory_prior_rows (held, packed.table)->len > 0)
          invent_changes (&packed, held, rand);
        if (!packed.packed)
          continue;
        n_packed[packed.line.codec]++;
        assert_comes_back (&packed, memory_prior_wire (held));
      }
  }
  g_test_message ("codec 2: %u sections, codec 3: %u", n_packed[CZ_CODEC_DICT], n_packed[CZ_CODEC_RESIDUAL]);
  g_assert_cmpuint (n_packed[CZ_CODEC_DICT], >, 60);
  g_assert_cmpuint (n_packed[CZ_CODEC_RESIDUAL], >, 8);
}

/* More text than is coded byte by byte goes as a zstd block behind the same dictionary. */
static void
test_much_text (void)
{
  g_autoptr (MemoryPrior) held = memory_prior_new ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  g_auto (Packed) packed = { .table = cz_table_by_number (CZ_TABLE_ARTICLE), .op = CZ_OP_INSERT };
  memory_prior_fill (held, 7, 20);
  invent_inserts (&packed, held, rand, 500, 20100);
  g_assert_cmpuint (packed.plain.raw_len, >, 192 * 1024);
  g_assert_nonnull (packed.packed);
  g_assert_cmpint (packed.line.codec, ==, CZ_CODEC_DICT);
  g_assert_cmpint (((const guint8 *) g_bytes_get_data (packed.packed, NULL))[1] & 2, ==, 2);
  assert_comes_back (&packed, memory_prior_wire (held));
}

/* Another past, or none, is noticed before a row comes out. */
static void
test_other_prior (void)
{
  static const CzOp ops[] = { CZ_OP_INSERT, CZ_OP_INSERT, CZ_OP_UPDATE, CZ_OP_DELETE };
  static const guint16 numbers[] = { CZ_TABLE_QUOTE, CZ_TABLE_LISTING, CZ_TABLE_LISTING, CZ_TABLE_LISTING };
  for (guint i = 0; i < G_N_ELEMENTS (ops); i++) {
    g_autoptr (MemoryPrior) held = memory_prior_new ();
    g_autoptr (GRand) rand = g_rand_new_with_seed (i);
    g_auto (Packed) packed = { .table = cz_table_by_number (numbers[i]), .op = ops[i] };
    memory_prior_fill (held, 11, 20);
    if (ops[i] == CZ_OP_INSERT)
      invent_inserts (&packed, held, rand, 60, 20020);
    else
      invent_changes (&packed, held, rand);
    g_assert_nonnull (packed.packed);
    gsize size;
    const guint8 *data = g_bytes_get_data (packed.packed, &size);
    g_autoptr (GError) none = read_packed (&packed.line, data, size, NULL);
    g_assert_error (none, CZ_WIRE_ERROR, CZ_WIRE_ERROR_STATE);
    g_autoptr (GError) same = read_packed (&packed.line, data, size, memory_prior_wire (held));
    g_assert_no_error (same);
    const GPtrArray *rows = memory_prior_rows (held, packed.table);
    CzRow changed = *(CzRow *) g_ptr_array_index (rows, rows->len - 1);
    if (ops[i] == CZ_OP_DELETE) {
      memory_prior_remove (held, packed.table, &changed);
    } else {
      changed.v[5].i += 1;
      memory_prior_put (held, packed.table, &changed);
    }
    g_autoptr (GError) other = read_packed (&packed.line, data, size, memory_prior_wire (held));
    g_assert_error (other, CZ_WIRE_ERROR, CZ_WIRE_ERROR_STATE);
  }
}

/* The row an update starts from may stand outside the rows learnt from: its own check sees it. */
static void
test_other_old_row (void)
{
  g_autoptr (MemoryPrior) held = memory_prior_new ();
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (g_free);
  g_auto (Packed) packed = { .table = cz_table_by_number (CZ_TABLE_LISTING), .op = CZ_OP_UPDATE };
  guint64 masks[400];
  memory_prior_fill (held, 5, 60);
  const GPtrArray *before = memory_prior_rows (held, packed.table);
  for (guint i = 0; i < 20; i++) {
    CzRow *row = g_memdup2 (g_ptr_array_index (before, i), sizeof *row);
    row->v[5].i += 100;
    masks[i] = 1 | 1 << 5;
    g_ptr_array_add (rows, row);
  }
  pack_rows (&packed, rows, masks, memory_prior_wire (held));
  g_assert_nonnull (packed.packed);
  CzRow changed = *(CzRow *) g_ptr_array_index (before, 3);
  changed.v[6].i += 1; /* not a field that the update touches */
  memory_prior_put (held, packed.table, &changed);
  gsize size;
  const guint8 *data = g_bytes_get_data (packed.packed, &size);
  g_autoptr (GError) error = read_packed (&packed.line, data, size, memory_prior_wire (held));
  g_assert_error (error, CZ_WIRE_ERROR, CZ_WIRE_ERROR_STATE);
}

/* ---- damage ---- */

static void
damage (const Packed *packed, const CzPrior *prior, guint step, guint *n_read)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (packed->packed, &size);
  g_autofree guint8 *copy = g_memdup2 (data, size);
  CzSection line = packed->line;
  for (gsize cut = 0; cut < size; cut += step) {
    line.comp_len = (guint32) cut;
    g_autoptr (GError) error = read_packed (&line, data, cut, prior);
    g_assert_true (!error || error->domain == CZ_WIRE_ERROR);
    *n_read += !error;
  }
  for (gsize bit = 0; bit < size * 8; bit += step) {
    copy[bit / 8] ^= (guint8) (1u << (bit % 8));
    g_autoptr (GError) error = read_packed (&packed->line, copy, size, prior);
    g_assert_true (!error || error->domain == CZ_WIRE_ERROR);
    *n_read += !error;
    copy[bit / 8] ^= (guint8) (1u << (bit % 8));
  }
}

/* The hash of a section keeps damage away from the codecs; should it come to them all the same, they stop with a rule or give
 * other rows, which the state hash then refuses. Row and byte counts stand in the way of nearly all. */
static void
test_damage (void)
{
  guint32 seed = test_seed ();
  guint n_read = 0, n_tried = 0;
  for (guint t = 0; t < 3; t++)
    for (CzOp op = CZ_OP_INSERT; op <= CZ_OP_DELETE; op++) {
      g_autoptr (MemoryPrior) held = memory_prior_new ();
      g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
      g_auto (Packed) packed = { .table = cz_table_by_number (tables[t]), .op = op };
      memory_prior_fill (held, seed, 5);
      if (op == CZ_OP_INSERT)
        invent_inserts (&packed, held, rand, 24, 20005);
      else
        invent_changes (&packed, held, rand);
      if (!packed.packed)
        continue;
      damage (&packed, memory_prior_wire (held), 83, &n_read);
      n_tried += packed.line.comp_len * 9 / 83 + 1;
    }
  g_test_message ("%u of about %u damaged sections still gave rows", n_read, n_tried);
  g_assert_cmpuint (n_tried, >, 200);
  g_assert_cmpuint (n_read, <, n_tried / 2);
}

static void
put_header (GByteArray *out, guint8 form, guint8 second, guint64 third, guint64 fourth)
{
  g_byte_array_set_size (out, 0);
  cz_write_u8 (out, form);
  cz_write_u8 (out, second);
  cz_write_varint (out, third);
  cz_write_varint (out, fourth);
  cz_write_u64 (out, 0);
  cz_write_u64 (out, 0);
}

static void
test_refusals (void)
{
  static const struct {
    const char *what;
    guint16 table;
    CzOp op;
    CzCodec codec;
    guint8 form, second;
    guint64 third, fourth;
    guint32 raw_len;
    gint code;
  } cases[] = {
    { "columns of a newer form", CZ_TABLE_LISTING, CZ_OP_INSERT, CZ_CODEC_DICT, 2, 0, 0, 0, 100, CZ_WIRE_ERROR_NEWER },
    { "an unknown flag", CZ_TABLE_LISTING, CZ_OP_INSERT, CZ_CODEC_DICT, 1, 4, 0, 0, 100, CZ_WIRE_ERROR_NEWER },
    { "ranks of new rows", CZ_TABLE_LISTING, CZ_OP_INSERT, CZ_CODEC_DICT, 1, 1, 0, 0, 100, CZ_WIRE_ERROR_FORMAT },
    { "ranks of several keys", CZ_TABLE_DISTANCE, CZ_OP_DELETE, CZ_CODEC_DICT, 1, 1, 0, 0, 100, CZ_WIRE_ERROR_FORMAT },
    { "a text block in an update", CZ_TABLE_LISTING, CZ_OP_UPDATE, CZ_CODEC_DICT, 1, 2, 0, 0, 100, CZ_WIRE_ERROR_FORMAT },
    { "too large a dictionary", CZ_TABLE_LISTING, CZ_OP_INSERT, CZ_CODEC_DICT, 1, 0, 5000, 0, 100, CZ_WIRE_ERROR_LIMIT },
    { "more learnt than held", CZ_TABLE_LISTING, CZ_OP_INSERT, CZ_CODEC_DICT, 1, 0, 3, 4, 100, CZ_WIRE_ERROR_LIMIT },
    { "columns of a retention", CZ_TABLE_QUOTE, CZ_OP_RETENTION, CZ_CODEC_DICT, 1, 0, 0, 0, 100, CZ_WIRE_ERROR_FORMAT },
    { "residuals of listings", CZ_TABLE_LISTING, CZ_OP_INSERT, CZ_CODEC_RESIDUAL, 1, 0, 0, 0, 100, CZ_WIRE_ERROR_FORMAT },
    { "residuals of corrections", CZ_TABLE_QUOTE, CZ_OP_UPDATE, CZ_CODEC_RESIDUAL, 1, 0, 0, 0, 100, CZ_WIRE_ERROR_FORMAT },
    { "residuals of a newer form", CZ_TABLE_QUOTE, CZ_OP_INSERT, CZ_CODEC_RESIDUAL, 9, 0, 0, 0, 100, CZ_WIRE_ERROR_NEWER },
    { "years to learn from", CZ_TABLE_QUOTE, CZ_OP_INSERT, CZ_CODEC_RESIDUAL, 1, 0, 4000, 0, 100, CZ_WIRE_ERROR_LIMIT },
    { "a million to learn from", CZ_TABLE_QUOTE, CZ_OP_INSERT, CZ_CODEC_RESIDUAL, 1, 0, 30, 1000000, 100, CZ_WIRE_ERROR_LIMIT },
    { "too much to unpack", CZ_TABLE_QUOTE, CZ_OP_INSERT, CZ_CODEC_RESIDUAL, 1, 0, 0, 0, CZ_PACKED_RAW_MAX + 1, CZ_WIRE_ERROR_LIMIT },
    { "rows out of nothing", CZ_TABLE_QUOTE, CZ_OP_INSERT, CZ_CODEC_RESIDUAL, 1, 0, 0, 0, 100, CZ_WIRE_ERROR_FORMAT },
    { "rows out of nothing", CZ_TABLE_LISTING, CZ_OP_INSERT, CZ_CODEC_DICT, 1, 0, 0, 0, 100, CZ_WIRE_ERROR_FORMAT },
  };
  g_autoptr (GByteArray) data = g_byte_array_new ();
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    put_header (data, cases[i].form, cases[i].second, cases[i].third, cases[i].fourth);
    if (cases[i].raw_len > CZ_PACKED_RAW_MAX)
      g_byte_array_set_size (data, cases[i].raw_len / 100);
    CzSection line = { .table = cases[i].table, .op = (guint8) cases[i].op, .codec = (guint8) cases[i].codec, .rows = 3,
                       .comp_len = data->len, .raw_len = cases[i].raw_len };
    g_autoptr (GError) error = read_packed (&line, data->data, data->len, NULL);
    g_test_message ("%s: %s", cases[i].what, error ? error->message : "read");
    g_assert_error (error, CZ_WIRE_ERROR, cases[i].code);
  }
}

/* The same bytes on every machine: a change here is a change of the format. */
static void
test_vectors (void)
{
  static const struct {
    guint16 table;
    CzOp op;
    const char *sum;
  } cases[] = {
    { CZ_TABLE_QUOTE, CZ_OP_INSERT, "4cf59f69275f53629fc5422d95675a57a8a0ced8ca5d756b82dc95634f6b3bce" },
    { CZ_TABLE_LISTING, CZ_OP_INSERT, "59b0d38138357d3128c970c7dd152f47e8273a6e35e331c7ec5403235b69c18d" },
    { CZ_TABLE_LISTING, CZ_OP_UPDATE, "34ca40626f83ebfe69d1d618a4c8a316ad9a354e7cec8b63013cf4a4ee5ebdb4" },
    { CZ_TABLE_LISTING, CZ_OP_DELETE, "5c3cee4c71852e77d703c17c4a24c1c9aa1d0c93a813303a256e6387854c86ea" },
    { CZ_TABLE_ARTICLE, CZ_OP_UPDATE, "c8a0e3458aedd3b58ae52de4052b153b23205ee8fea2da6b9bf1f8bdbc1b77ad" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (MemoryPrior) held = memory_prior_new ();
    g_autoptr (GRand) rand = g_rand_new_with_seed (1949);
    g_auto (Packed) packed = { .table = cz_table_by_number (cases[i].table), .op = cases[i].op };
    memory_prior_fill (held, 1949, 12);
    if (cases[i].op == CZ_OP_INSERT)
      invent_inserts (&packed, held, rand, 70, 20012);
    else
      invent_changes (&packed, held, rand);
    g_assert_nonnull (packed.packed);
    g_autofree char *sum = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, packed.packed);
    g_test_message ("%s %u: %u rows, %u bytes, %s", packed.table->name, packed.op, packed.line.rows, packed.line.comp_len, sum);
    g_assert_cmpstr (sum, ==, cases[i].sum);
  }
}

/* CZ_WRITE_CORPUS=FOLDER: writes sections as the fuzzer takes them. */
static void
write_corpus (const char *dir)
{
  for (guint t = 0; t < G_N_ELEMENTS (tables); t++)
    for (CzOp op = CZ_OP_INSERT; op <= CZ_OP_DELETE; op++) {
      g_autoptr (MemoryPrior) held = memory_prior_new ();
      g_autoptr (GRand) rand = g_rand_new_with_seed (t);
      g_auto (Packed) packed = { .table = cz_table_by_number (tables[t]), .op = op };
      g_autoptr (GByteArray) out = g_byte_array_new ();
      memory_prior_fill (held, 1, 4);
      if (op == CZ_OP_INSERT)
        invent_inserts (&packed, held, rand, 20, 20004);
      else
        invent_changes (&packed, held, rand);
      if (!packed.packed)
        continue;
      cz_write_u8 (out, (guint8) packed.line.table);
      cz_write_u8 (out, packed.line.op);
      cz_write_u8 (out, packed.line.codec);
      cz_write_u16 (out, (guint16) packed.line.rows);
      cz_write_u16 (out, (guint16) packed.line.raw_len);
      cz_write_bytes (out, g_bytes_get_data (packed.packed, NULL), g_bytes_get_size (packed.packed));
      g_autofree char *name = g_strdup_printf ("%s-%d", packed.table->name, op);
      g_autofree char *path = g_build_filename (dir, name, NULL);
      g_assert_true (g_file_set_contents (path, (const char *) out->data, out->len, NULL));
    }
}

int
main (int argc, char **argv)
{
  if (g_getenv ("CZ_WRITE_CORPUS")) {
    write_corpus (g_getenv ("CZ_WRITE_CORPUS"));
    return 0;
  }
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync/wire/packed/round-trip", test_round_trip);
  g_test_add_func ("/sync/wire/packed/much-text", test_much_text);
  g_test_add_func ("/sync/wire/packed/other-prior", test_other_prior);
  g_test_add_func ("/sync/wire/packed/other-old-row", test_other_old_row);
  g_test_add_func ("/sync/wire/packed/damage", test_damage);
  g_test_add_func ("/sync/wire/packed/refusals", test_refusals);
  g_test_add_func ("/sync/wire/packed/vectors", test_vectors);
  return g_test_run ();
}
