/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "sync/wire/cz-bundle.h"
#include "sync/wire/cz-head.h"
#include "tests/sync/wire/cz-memory-prior.h"

/* make-packed-vectors CHAIN DIR: vectors of codecs 2 and 3 and of plain forms, four bundles of one channel in tests/data/wire/packed; CHAIN is
 * that of tests/data/wire, whose keys sign. The same bytes at every run, but for what zstd packs. */

#define COUNTY 990101
#define ISSUED G_GINT64_CONSTANT (1796083200) /* 2026-12-01 00:00 UTC */
#define DAY_S 86400
#define DAY 20788
#define N_BUNDLES 4
#define SEGMENT 202612
#define KEYS(table) ((G_GUINT64_CONSTANT (1) << (table)->n_keys) - 1)

typedef struct {
  const CzTable *table;
  CzOp op;
  GPtrArray *rows; /* CzRow */
  GArray *masks; /* guint64 */
} Change;

typedef struct {
  const char *dir;
  CzSecretKey *content, *head;
  GRand *rand;
  GStringChunk *words;
  MemoryPrior *held; /* before the bundle */
  MemoryPrior *next; /* and with it */
  CzState state;
  GPtrArray *changes;
  guint8 tip[32];
  guint64 offset;
} Maker;

static CzSecretKey *
seeded_key (const char *dir, guint8 fill)
{
  g_autoptr (GError) error = NULL;
  guint8 seed[32];
  memset (seed, fill, sizeof seed);
  g_autofree char *base64 = g_base64_encode (seed, sizeof seed);
  g_autofree char *text = g_strdup_printf ("cunzhan secret key 1 plain vector\n%s\n", base64);
  g_autofree char *path = g_build_filename (dir, "seed.key", NULL);
  g_assert_true (g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error));
  CzSecretKey *key = cz_secret_key_load (path, NULL, &error);
  g_assert_no_error (error);
  g_unlink (path);
  return key;
}

static void
save (Maker *m, const char *name, GBytes *bytes)
{
  g_autofree char *path = g_build_filename (m->dir, name, NULL);
  gsize size;
  const void *data = g_bytes_get_data (bytes, &size);
  g_assert_true (g_file_set_contents_full (path, data, (gssize) size, G_FILE_SET_CONTENTS_CONSISTENT, 0644, NULL));
}

/* ---- what changes ---- */

static void
change_free (gpointer data)
{
  Change *change = data;
  g_ptr_array_unref (change->rows);
  g_array_unref (change->masks);
  g_free (change);
}

static Change *
change_new (Maker *m, const CzTable *table, CzOp op)
{
  Change *change = g_new0 (Change, 1);
  *change = (Change){ table, op, g_ptr_array_new_with_free_func (g_free), g_array_new (FALSE, FALSE, sizeof (guint64)) };
  g_ptr_array_add (m->changes, change);
  return change;
}

static void
change_add (Maker *m, Change *change, const CzRow *row, guint64 mask)
{
  g_autoptr (GError) error = NULL;
  g_assert_true (change->op == CZ_OP_DELETE || cz_row_check (change->table, row, COUNTY, &error));
  g_assert_no_error (error);
  g_ptr_array_add (change->rows, g_memdup2 (row, sizeof *row));
  g_array_append_val (change->masks, mask);
  if (change->op == CZ_OP_DELETE)
    memory_prior_remove (m->next, change->table, row);
  else
    memory_prior_put (m->next, change->table, row);
}

static gint
compare_rows (gconstpointer a, gconstpointer b, gpointer table)
{
  return memory_prior_compare (table, *(CzRow *const *) a, *(CzRow *const *) b);
}

static void
insert (Maker *m, guint16 number, guint n, gint64 day)
{
  Change *change = change_new (m, cz_table_by_number (number), CZ_OP_INSERT);
  for (guint i = 0; i < n; i++) {
    CzRow row;
    do
      memory_prior_invent (m->next, m->rand, m->words, change->table, day, &row);
    while (!cz_row_check (change->table, &row, COUNTY, NULL));
    change_add (m, change, &row, 0);
  }
  g_ptr_array_sort_with_data (change->rows, compare_rows, (gpointer) change->table);
}

static void
insert_days (Maker *m, gint64 first, guint days, guint each)
{
  Change *change = change_new (m, cz_table_by_number (CZ_TABLE_QUOTE), CZ_OP_INSERT);
  for (guint i = 0; i < days * each; i++) {
    CzRow row;
    memory_prior_invent (m->next, m->rand, m->words, change->table, first + i / each, &row);
    change_add (m, change, &row, 0);
  }
  g_ptr_array_sort_with_data (change->rows, compare_rows, (gpointer) change->table);
}

/* Every step-th held row from `first` on goes. */
static void
delete (Maker *m, guint16 number, guint first, guint step)
{
  Change *change = change_new (m, cz_table_by_number (number), CZ_OP_DELETE);
  const GPtrArray *rows = memory_prior_rows (m->held, change->table);
  for (guint i = first; i < rows->len; i += step)
    change_add (m, change, rows->pdata[i], KEYS (change->table));
}

static void
alter (Maker *m, const CzField *field, const CzRow *other, guint i, CzValue *value)
{
  if (field->type == CZ_FIELD_INT && (field->flags & (CZ_FIELD_REF | CZ_FIELD_REGION)) != 0)
    *value = other->v[i];
  else if (field->type == CZ_FIELD_INT)
    value->i = value->i + 10 <= field->max ? value->i + 10 : field->min;
  else if ((field->flags & CZ_FIELD_HASH) != 0)
    *value = value->len > 0 ? (CzValue){ 0 } : other->v[i];
  else if (value->len > 40)
    *value = (CzValue){ .p = value->p, .len = value->len / 2 - value->len / 2 % 3 };
  else
    *value = (CzValue){ .p = "改为面议", .len = 12 };
  if (field->type == CZ_FIELD_TEXT && !g_utf8_validate (value->p ? value->p : "", value->len, NULL))
    *value = (CzValue){ .p = "欢迎来电", .len = 12 };
}

static void
update (Maker *m, guint16 number, guint first, guint step, guint first_field)
{
  Change *change = change_new (m, cz_table_by_number (number), CZ_OP_UPDATE);
  const CzTable *table = change->table;
  const GPtrArray *rows = memory_prior_rows (m->held, table);
  const CzPrior *next = memory_prior_wire (m->next);
  for (guint i = first; i < rows->len; i += step) {
    CzRow row = *(const CzRow *) rows->pdata[i], there;
    gboolean stays = FALSE;
    g_assert_true (next->get (next->self, table, &row, &there, &stays, NULL));
    if (!stays)
      continue;
    const CzRow *old = rows->pdata[i], *other = rows->pdata[(i + 1) % rows->len];
    guint64 mask = KEYS (table);
    for (guint f = MAX (table->n_keys, first_field); f < table->n_fields; f += 1 + i % 3) {
      alter (m, &table->fields[f], other, f, &row.v[f]);
      if (!cz_value_equal (&table->fields[f], &row.v[f], &old->v[f]))
        mask |= G_GUINT64_CONSTANT (1) << f;
    }
    if (mask != KEYS (table))
      change_add (m, change, &row, mask);
  }
}

/* Notices whose text is so long that it goes by zstd. */
static void
insert_long_notices (Maker *m, guint first, guint n, guint repeats)
{
  Change *change = change_new (m, cz_table_by_number (CZ_TABLE_NOTICE), CZ_OP_INSERT);
  for (guint i = first; i < first + n; i++) {
    CzRow row = { 0 };
    g_autoptr (GString) text = g_string_new (NULL);
    for (guint k = 0; k < repeats; k++)
      g_string_append_printf (text, "第%u条：各村请于明日上午到乡农技站领取种子。", k % 4 == 0 ? (guint) g_rand_int_range (m->rand, 0, 10000) : k);
    row.v[0].i = cz_id_make (COUNTY, 1 + i);
    row.v[1] = (CzValue){ .p = "领种通知", .len = strlen ("领种通知") };
    row.v[2] = (CzValue){ .p = g_string_chunk_insert_len (m->words, text->str, (gssize) text->len), .len = (guint32) text->len };
    row.v[3].i = G_GINT64_CONSTANT (990101000000);
    row.v[4].i = DAY + i;
    change_add (m, change, &row, 0);
  }
}

/* Ids far apart, so that to be told by rank is worth it. */
static void
insert_outcomes (Maker *m, guint n)
{
  Change *change = change_new (m, cz_table_by_number (CZ_TABLE_MATCH_OUTCOME), CZ_OP_INSERT);
  for (guint i = 0; i < n; i++) {
    CzRow row = { 0 };
    row.v[0].i = cz_id_make (COUNTY, 1 + i * 500 + (guint) g_rand_int_range (m->rand, 0, 400));
    row.v[1].i = cz_id_make (COUNTY, (guint) g_rand_int_range (m->rand, 1, 30));
    row.v[3].i = 1 + i % 3;
    row.v[7].i = DAY - (gint64) (n - i) / 4;
    change_add (m, change, &row, 0);
  }
}

/* ---- bundles ---- */

/* The rows as codec 1 or 0 has them, and as codec 2 or 3 has them where that is less. */
static void
write_change (const Change *change, CzCodec plain_codec, const CzPrior *prior, CzSection lines[2], GBytes *bytes[2])
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzSectionWriter) writer = cz_section_writer_new (change->table, change->op, plain_codec, 9);
  for (guint i = 0; i < change->rows->len; i++)
    g_assert_true (cz_section_writer_add (writer, change->rows->pdata[i], g_array_index (change->masks, guint64, i), &error));
  g_autoptr (GBytes) raw = cz_section_writer_copy_raw (writer);
  bytes[0] = cz_section_writer_finish (writer, &lines[0], &error);
  bytes[1] = cz_section_pack (&lines[0], raw, prior, &lines[1], &error);
  g_assert_no_error (error);
  g_printerr ("  table %2u op %u: %5u rows, %6u raw, %6u in codec %u, %6u in codec %u\n", lines[0].table, lines[0].op, lines[0].rows, lines[0].raw_len,
              lines[0].comp_len, lines[0].codec, lines[1].comp_len, lines[1].codec);
  if (!bytes[1])
    bytes[1] = g_bytes_ref (bytes[0]);
}

static GBytes *
sign (Maker *m, CzManifest *manifest, GPtrArray *sections)
{
  g_autoptr (GError) error = NULL;
  manifest->min_codec = 0;
  for (guint i = 0; i < manifest->n_sections; i++)
    manifest->min_codec = MAX (manifest->min_codec, manifest->sections[i].codec);
  manifest->dict_kind = manifest->min_codec > CZ_CODEC_ZSTD;
  GBytes *bytes = cz_bundle_build (manifest, sections, m->content, &error);
  g_assert_no_error (error);
  return bytes;
}

/* names: the form in codecs 2 and 3, and (nullable) the plain one. */
static GBytes *
write_bundle (Maker *m, CzManifest *manifest, CzCodec plain_codec, const CzPrior *prior, const char *const names[2])
{
  g_autoptr (GPtrArray) plain = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (GPtrArray) packed = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  CzManifest simple = *manifest;
  g_printerr ("%s\n", names[0]);
  for (guint i = 0; i < m->changes->len; i++) {
    CzSection lines[2];
    GBytes *bytes[2];
    write_change (m->changes->pdata[i], plain_codec, prior, lines, bytes);
    if (!names[1]) { /* as it is */
      g_bytes_unref (bytes[1]);
      bytes[1] = g_bytes_ref (bytes[0]);
      lines[1] = lines[0];
    }
    simple.sections[i] = lines[0];
    manifest->sections[i] = lines[1];
    g_ptr_array_add (plain, bytes[0]);
    g_ptr_array_add (packed, bytes[1]);
  }
  simple.n_sections = manifest->n_sections = m->changes->len;
  if (manifest->kind != CZ_BUNDLE_SNAPSHOT)
    simple.segment = simple.seg_offset = 0;
  GBytes *bytes = sign (m, manifest, packed);
  save (m, names[0], bytes);
  if (names[1]) {
    g_autoptr (GBytes) other = sign (m, &simple, plain);
    save (m, names[1], other);
  }
  return bytes;
}

/* What the changes make of the state and of what is held. */
static void
take_changes (Maker *m)
{
  guint n = 0;
  const CzTable *const *tables = cz_table_all (&n);
  cz_state_clear (&m->state);
  for (guint t = 0; t < n; t++) {
    const GPtrArray *rows = memory_prior_rows (m->next, tables[t]);
    while (memory_prior_rows (m->held, tables[t])->len > 0)
      memory_prior_remove (m->held, tables[t], memory_prior_rows (m->held, tables[t])->pdata[0]);
    for (guint i = 0; i < rows->len; i++) {
      cz_state_add_row (&m->state, tables[t], rows->pdata[i]);
      memory_prior_put (m->held, tables[t], rows->pdata[i]);
    }
  }
}

static void
drop_empty_changes (Maker *m)
{
  for (guint i = m->changes->len; i > 0; i--)
    if (((Change *) m->changes->pdata[i - 1])->rows->len == 0)
      g_ptr_array_remove_index (m->changes, i - 1);
}

static CzBundle
finish_bundle (Maker *m, guint seq, CzCodec plain_codec)
{
  g_autofree char *name = g_strdup_printf ("bundle-%u", seq);
  g_autofree char *plain_name = seq > 1 ? g_strdup_printf ("z-%u", seq) : NULL;
  const char *const names[2] = { name, plain_name };
  CzManifest manifest = { .channel = COUNTY, .kind = seq == 1 ? CZ_BUNDLE_FIRST : CZ_BUNDLE_DAILY, .epoch = 1, .from_seq = seq - 1, .to_seq = seq,
                          .created_s = (guint64) (ISSUED + (gint64) seq * DAY_S), .schema = 1, .segment = SEGMENT, .seg_offset = m->offset };
  CzState after = { 0 };
  CzBundle bundle;
  CzPublicKey key;
  g_autoptr (GError) error = NULL;
  guint n = 0;
  const CzTable *const *tables = cz_table_all (&n);
  for (guint t = 0; t < n; t++)
    for (guint i = 0; i < memory_prior_rows (m->next, tables[t])->len; i++)
      cz_state_add_row (&after, tables[t], memory_prior_rows (m->next, tables[t])->pdata[i]);
  cz_state_to_bytes (&m->state, manifest.from_state);
  cz_state_to_bytes (&after, manifest.to_state);
  memcpy (manifest.prev_bundle, m->tip, sizeof m->tip);
  drop_empty_changes (m);
  g_autoptr (GBytes) bytes = write_bundle (m, &manifest, plain_codec, memory_prior_wire (m->held), names);
  cz_secret_key_public (m->content, &key);
  g_assert_true (cz_bundle_open (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &key, &bundle, &error));
  g_assert_cmpuint (bundle.manifest.min_codec > CZ_CODEC_ZSTD, ==, seq > 1);
  memcpy (m->tip, bundle.hash, sizeof m->tip);
  m->offset += bundle.total_len;
  take_changes (m);
  g_ptr_array_set_size (m->changes, 0);
  return bundle;
}

static CzBundle
make_snapshot (Maker *m)
{
  const char *const names[2] = { "snap-4", "z-snap-4" };
  CzManifest manifest = { .channel = COUNTY, .kind = CZ_BUNDLE_SNAPSHOT, .epoch = 1, .to_seq = N_BUNDLES,
                          .created_s = (guint64) (ISSUED + 5 * DAY_S), .schema = 1, .segment = SEGMENT, .seg_offset = m->offset };
  CzPublicKey key;
  CzBundle bundle;
  guint n = 0;
  const CzTable *const *tables = cz_table_all (&n);
  for (guint t = 0; t < n; t++) {
    Change *change = change_new (m, tables[t], CZ_OP_INSERT);
    const GPtrArray *rows = memory_prior_rows (m->held, tables[t]);
    for (guint i = 0; i < rows->len; i++) {
      guint64 none = 0;
      g_ptr_array_add (change->rows, g_memdup2 (rows->pdata[i], sizeof (CzRow)));
      g_array_append_val (change->masks, none);
    }
  }
  drop_empty_changes (m);
  cz_state_to_bytes (&m->state, manifest.to_state);
  memcpy (manifest.prev_bundle, m->tip, sizeof m->tip);
  g_autoptr (GBytes) bytes = write_bundle (m, &manifest, CZ_CODEC_ZSTD, NULL, names);
  cz_secret_key_public (m->content, &key);
  g_assert_true (cz_bundle_open (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &key, &bundle, NULL));
  return bundle;
}

static void
make_head_and_index (Maker *m, const char *chain_path, const CzBundle *snapshot)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzIndex) index = cz_index_new ();
  g_autofree char *chain = NULL;
  gsize size = 0;
  const CzIndexSegment segment = { SEGMENT, 1, N_BUNDLES, m->offset };
  CzIndexJump jump = { .to_seq = N_BUNDLES, .bytes = snapshot->total_len, .next_month = SEGMENT, .next_offset = m->offset };
  CzHead head = { .channel = COUNTY, .epoch = 1, .seq = N_BUNDLES, .root_version = 1, .issued_s = ISSUED + 6 * DAY_S, .expires_s = ISSUED + 13 * DAY_S };
  g_assert_true (g_file_get_contents (chain_path, &chain, &size, &error));
  cz_hash ((const guint8 *) chain, size, head.delegation);
  memcpy (head.tip, m->tip, sizeof head.tip);
  cz_state_to_bytes (&m->state, head.state);
  memcpy (jump.hash, snapshot->hash, sizeof jump.hash);
  index->channel = COUNTY;
  index->epoch = 1;
  index->seq = N_BUNDLES;
  g_array_append_val (index->segments, segment);
  g_array_append_val (index->jumps, jump);
  g_autoptr (GBytes) head_bytes = cz_head_build (&head, m->head, &error);
  g_autoptr (GBytes) index_bytes = cz_index_build (index, m->head, &error);
  g_assert_no_error (error);
  save (m, "head", head_bytes);
  save (m, "idx", index_bytes);
}

/* First everything as it is; then a day with every operation; then one more, so that what was learnt meets what came; then long text. */
static void
make_all (Maker *m, const char *chain_path)
{
  insert_days (m, DAY - 15, 16, 12);
  insert (m, CZ_TABLE_LISTING, 24, DAY);
  insert (m, CZ_TABLE_DISTANCE, 20, DAY);
  insert (m, CZ_TABLE_RECEIPT, 20, DAY);
  insert (m, CZ_TABLE_MEDIA, 6, DAY);
  insert_long_notices (m, 0, 2, 12);
  insert_outcomes (m, 60);
  (void) finish_bundle (m, 1, CZ_CODEC_RAW);
  insert_days (m, DAY + 1, 1, 30);
  delete (m, CZ_TABLE_LISTING, 0, 5);
  insert (m, CZ_TABLE_LISTING, 8, DAY + 1);
  update (m, CZ_TABLE_LISTING, 1, 3, 0);
  delete (m, CZ_TABLE_DISTANCE, 1, 2);
  insert (m, CZ_TABLE_DISTANCE, 8, DAY + 1);
  insert (m, CZ_TABLE_RECEIPT, 8, DAY + 1);
  update (m, CZ_TABLE_RECEIPT, 0, 2, 0);
  insert (m, CZ_TABLE_MEDIA, 4, DAY + 1);
  delete (m, CZ_TABLE_MATCH_OUTCOME, 3, 1);
  (void) finish_bundle (m, 2, CZ_CODEC_ZSTD);
  insert_days (m, DAY + 2, 3, 20);
  insert (m, CZ_TABLE_LISTING, 6, DAY + 2);
  update (m, CZ_TABLE_LISTING, 2, 2, 4);
  update (m, CZ_TABLE_DISTANCE, 0, 1, 0);
  delete (m, CZ_TABLE_RECEIPT, 0, 2);
  (void) finish_bundle (m, 3, CZ_CODEC_RAW);
  insert_days (m, DAY + 4, 1, 10);
  insert_long_notices (m, 2, 12, 290);
  (void) finish_bundle (m, N_BUNDLES, CZ_CODEC_ZSTD);
  CzBundle snapshot = make_snapshot (m);
  make_head_and_index (m, chain_path, &snapshot);
}

int
main (int argc, char **argv)
{
  g_assert_cmpint (argc, ==, 3);
  Maker m = { .dir = argv[2], .rand = g_rand_new_with_seed (20788), .words = g_string_chunk_new (4096), .held = memory_prior_new (),
              .next = memory_prior_new (), .changes = g_ptr_array_new_with_free_func (change_free) };
  g_assert_cmpint (g_mkdir_with_parents (m.dir, 0755), ==, 0);
  m.content = seeded_key (m.dir, 0x31);
  m.head = seeded_key (m.dir, 0x32);
  make_all (&m, argv[1]);
  cz_secret_key_free (m.content);
  cz_secret_key_free (m.head);
  memory_prior_free (m.held);
  memory_prior_free (m.next);
  g_ptr_array_unref (m.changes);
  g_string_chunk_free (m.words);
  g_rand_free (m.rand);
  return 0;
}
