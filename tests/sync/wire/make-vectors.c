/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "sync/model/cz-day.h"
#include "sync/wire/cz-bundle.h"
#include "sync/wire/cz-delegation.h"
#include "sync/wire/cz-head.h"
#include "sync/wire/cz-ticket.h"

/* make-vectors DIR: the test vectors of sync/wire/FORMAT.md, the same bytes at every run (keys come from fixed seeds).
 * make-vectors --tables: the appendix of FORMAT.md. */

#define COUNTY 990101
#define PROVINCE 990000
#define ISSUED G_GINT64_CONSTANT (1795305600)
#define DAY 20779
#define CITY_TABLES G_GUINT64_CONSTANT (0x1ffffff)

typedef struct {
  const char *dir;
  GString *json;
  CzSecretKey *root[3], *new_root, *province, *content, *head;
} Maker;

static CzSecretKey *
seeded_key (Maker *m, const char *name, guint8 fill)
{
  g_autoptr (GError) error = NULL;
  guint8 seed[32];
  CzPublicKey public_key;
  memset (seed, fill, sizeof seed);
  g_autofree char *base64 = g_base64_encode (seed, sizeof seed);
  g_autofree char *text = g_strdup_printf ("cunzhan secret key 1 plain %s\n%s\n", name, base64);
  g_autofree char *path = g_build_filename (m->dir, "seed.key", NULL);
  g_assert_true (g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error));
  CzSecretKey *key = cz_secret_key_load (path, NULL, &error);
  g_assert_no_error (error);
  g_unlink (path);
  cz_secret_key_public (key, &public_key);
  g_autofree char *hex = cz_hash_to_hex (public_key.bytes);
  g_autofree char *print = cz_public_key_fingerprint (&public_key);
  g_string_append_printf (m->json, "    \"%s\": {\"seed\": \"%02x repeated\", \"public\": \"%s\", \"id\": \"%016" G_GINT64_MODIFIER "x\", \"fingerprint\": \"%s\"}",
                          name, fill, hex, cz_public_key_id (&public_key), print);
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

static GPtrArray *
signers (CzSecretKey *a, CzSecretKey *b, CzSecretKey *c)
{
  GPtrArray *list = g_ptr_array_new ();
  CzSecretKey *keys[] = { a, b, c };
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    if (keys[i])
      g_ptr_array_add (list, keys[i]);
  return list;
}

static GBytes *
make_root (Maker *m, guint32 version, GPtrArray *owned_signers)
{
  g_autoptr (GPtrArray) list = owned_signers;
  g_autoptr (GError) error = NULL;
  CzRoot root = { .version = version, .threshold = 2, .n_keys = 3, .issued_s = ISSUED + version };
  for (guint i = 0; i < 3; i++)
    cz_secret_key_public (version == 2 && i == 2 ? m->new_root : m->root[i], &root.keys[i]);
  GBytes *bytes = cz_root_build (&root, list, &error);
  g_assert_no_error (error);
  return bytes;
}

static GBytes *
make_chain (Maker *m)
{
  g_autoptr (GPtrArray) links = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (GPtrArray) above = signers (m->root[0], m->root[1], NULL);
  g_autoptr (GPtrArray) province = signers (m->province, NULL, NULL);
  g_autoptr (GError) error = NULL;
  CzDelegation first = { .channel = PROVINCE, .serial = 3, .epoch = 1, .table_mask = CITY_TABLES, .not_before_s = ISSUED,
                         .not_after_s = ISSUED + 3 * 366 * 86400 };
  CzDelegation second = { .channel = COUNTY, .serial = 7, .epoch = 1, .table_mask = CITY_TABLES & ~G_GUINT64_CONSTANT (4),
                          .rows_per_day = 200000, .bytes_per_day = 4000000, .not_before_s = ISSUED, .not_after_s = ISSUED + 366 * 86400 };
  cz_secret_key_public (m->head, &first.content_key);
  cz_secret_key_public (m->head, &first.head_key);
  cz_secret_key_public (m->province, &first.delegate_key);
  cz_secret_key_public (m->content, &second.content_key);
  cz_secret_key_public (m->head, &second.head_key);
  memset (second.box_key, 0x42, sizeof second.box_key);
  g_ptr_array_add (links, cz_delegation_build (&first, above, &error));
  g_ptr_array_add (links, cz_delegation_build (&second, province, &error));
  GBytes *bytes = cz_chain_build (links, &error);
  g_assert_no_error (error);
  return bytes;
}

/* The same chain, when the province has withdrawn what the neighbour county and this one had before. */
static GBytes *
make_revoking_chain (GBytes *chain, Maker *m)
{
  g_autoptr (GPtrArray) links = NULL;
  g_autoptr (GPtrArray) lists = NULL;
  g_autoptr (GError) error = NULL;
  const CzRevocation withdrawn[] = { { .channel = COUNTY, .below = 7 }, { .channel = COUNTY + 1, .below = 12 } };
  g_assert_true (cz_chain_split (chain, &links, &lists, &error));
  g_ptr_array_add (lists, cz_revocations_build (PROVINCE, withdrawn, G_N_ELEMENTS (withdrawn), m->province, &error));
  GBytes *bytes = cz_chain_build_with (links, lists, &error);
  g_assert_no_error (error);
  return bytes;
}

/* ---- bundles ---- */

static void
set_text (CzRow *row, guint field, const char *text)
{
  row->v[field] = (CzValue){ .p = text, .len = (guint32) strlen (text) };
}

static void
quote (CzRow *row, CzDay day, guint32 product, gint64 mid)
{
  memset (row, 0, sizeof *row);
  row->v[0].i = day;
  row->v[1].i = cz_id_make (COUNTY, 1);
  row->v[2].i = cz_id_make (0, product);
  row->v[3].i = 0;
  row->v[4].i = 1;
  row->v[6].i = mid;
}

static void
notice (CzRow *row, const char *title, const char *text)
{
  memset (row, 0, sizeof *row);
  row->v[0].i = cz_id_make (COUNTY, 5);
  set_text (row, 1, title);
  set_text (row, 2, text);
  row->v[3].i = G_GINT64_CONSTANT (990101000000);
}

static void
add_section (CzManifest *m, GPtrArray *sections, CzSectionWriter *owned_writer)
{
  g_autoptr (CzSectionWriter) writer = owned_writer;
  g_autoptr (GError) error = NULL;
  g_ptr_array_add (sections, cz_section_writer_finish (writer, &m->sections[m->n_sections++], &error));
  g_assert_no_error (error);
}

static void
add_row (CzSectionWriter *writer, const CzRow *row, guint64 mask)
{
  g_autoptr (GError) error = NULL;
  g_assert_true (cz_section_writer_add (writer, row, mask, &error));
}

/* The first publication: 40 quotes and a notice, everything uncompressed. */
static GBytes *
make_first (Maker *m, CzState *state)
{
  const CzTable *quotes = cz_table_by_number (CZ_TABLE_QUOTE), *notices = cz_table_by_number (CZ_TABLE_NOTICE);
  g_autoptr (GPtrArray) sections = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (GError) error = NULL;
  CzManifest manifest = { .channel = COUNTY, .kind = CZ_BUNDLE_FIRST, .epoch = 1, .from_seq = 0, .to_seq = 1,
                          .created_s = ISSUED, .schema = 1, .segment = 202611 };
  CzSectionWriter *writer = cz_section_writer_new (quotes, CZ_OP_INSERT, CZ_CODEC_RAW, 0);
  CzRow row;
  for (guint i = 0; i < 40; i++) {
    quote (&row, DAY + (CzDay) (i / 20), 1 + i % 20, 1000 + 37 * i);
    add_row (writer, &row, 0);
    cz_state_add_row (state, quotes, &row);
  }
  add_section (&manifest, sections, writer);
  writer = cz_section_writer_new (notices, CZ_OP_INSERT, CZ_CODEC_RAW, 0);
  notice (&row, "寒潮", "明天降温,请盖好大棚。");
  add_row (writer, &row, 0);
  cz_state_add_row (state, notices, &row);
  add_section (&manifest, sections, writer);
  cz_state_to_bytes (state, manifest.to_state);
  GBytes *bytes = cz_bundle_build (&manifest, sections, m->content, &error);
  g_assert_no_error (error);
  return bytes;
}

/* A day: one quote corrected, the notice's title taken back to its default, one quote deleted, old days dropped, new quotes under zstd. */
static GBytes *
make_daily (Maker *m, const CzBundle *before, CzState *state)
{
  const CzTable *quotes = cz_table_by_number (CZ_TABLE_QUOTE), *notices = cz_table_by_number (CZ_TABLE_NOTICE);
  g_autoptr (GPtrArray) sections = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (GError) error = NULL;
  CzManifest manifest = { .channel = COUNTY, .kind = CZ_BUNDLE_DAILY, .epoch = 1, .from_seq = 1, .to_seq = 2, .created_s = ISSUED + 86400,
                          .effective_s = ISSUED + 90000, .schema = 1, .min_codec = 1, .segment = 202611, .seg_offset = before->total_len };
  CzRow row;
  memcpy (manifest.prev_bundle, before->hash, 32);
  cz_state_to_bytes (state, manifest.from_state);
  CzSectionWriter *writer = cz_section_writer_new (quotes, CZ_OP_RETENTION, CZ_CODEC_RAW, 0);
  memset (&row, 0, sizeof row);
  row.v[0].i = 1;
  row.v[1].i = DAY + 1;
  add_row (writer, &row, 0);
  add_section (&manifest, sections, writer);
  for (guint i = 0; i < 20; i++) {
    quote (&row, DAY, 1 + i, 1000 + 37 * i);
    cz_state_remove_row (state, quotes, &row);
  }
  writer = cz_section_writer_new (quotes, CZ_OP_DELETE, CZ_CODEC_RAW, 0);
  quote (&row, DAY + 1, 20, 1000 + 37 * 39);
  add_row (writer, &row, 0);
  cz_state_remove_row (state, quotes, &row);
  add_section (&manifest, sections, writer);
  writer = cz_section_writer_new (quotes, CZ_OP_UPDATE, CZ_CODEC_RAW, 0);
  quote (&row, DAY + 1, 3, 1000 + 37 * 22);
  cz_state_remove_row (state, quotes, &row);
  row.v[6].i = 2222;
  row.v[11].i = 1;
  add_row (writer, &row, 1u << 6 | 1u << 11);
  cz_state_add_row (state, quotes, &row);
  add_section (&manifest, sections, writer);
  writer = cz_section_writer_new (notices, CZ_OP_UPDATE, CZ_CODEC_RAW, 0);
  notice (&row, "寒潮", "明天降温,请盖好大棚。");
  cz_state_remove_row (state, notices, &row);
  row.v[1] = (CzValue){ 0 };
  add_row (writer, &row, 1u << 1);
  cz_state_add_row (state, notices, &row);
  add_section (&manifest, sections, writer);
  writer = cz_section_writer_new (quotes, CZ_OP_INSERT, CZ_CODEC_ZSTD, 9);
  for (guint i = 0; i < 60; i++) {
    quote (&row, DAY + 2, 1 + i, 1500 + i);
    add_row (writer, &row, 0);
    cz_state_add_row (state, quotes, &row);
  }
  add_section (&manifest, sections, writer);
  cz_state_to_bytes (state, manifest.to_state);
  GBytes *bytes = cz_bundle_build (&manifest, sections, m->content, &error);
  g_assert_no_error (error);
  return bytes;
}

/* The day once more, as a skip: the same sections. */
static GBytes *
make_skip (Maker *m, GBytes *daily, const CzBundle *bundle)
{
  g_autoptr (GPtrArray) sections = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (GError) error = NULL;
  CzManifest manifest = bundle->manifest;
  gsize at = bundle->header_len;
  for (guint i = 0; i < manifest.n_sections; i++) {
    g_ptr_array_add (sections, g_bytes_new_from_bytes (daily, at, manifest.sections[i].comp_len));
    at += manifest.sections[i].comp_len;
  }
  manifest.kind = CZ_BUNDLE_SKIP;
  manifest.effective_s = 0;
  manifest.seg_offset += bundle->total_len;
  memcpy (manifest.prev_bundle, bundle->hash, 32);
  GBytes *bytes = cz_bundle_build (&manifest, sections, m->content, &error);
  g_assert_no_error (error);
  return bytes;
}

/* What stands after the day, from nothing. */
static GBytes *
make_snapshot (Maker *m, const CzBundle *daily)
{
  const CzTable *quotes = cz_table_by_number (CZ_TABLE_QUOTE), *notices = cz_table_by_number (CZ_TABLE_NOTICE);
  g_autoptr (GPtrArray) sections = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (GError) error = NULL;
  CzManifest manifest = { .channel = COUNTY, .kind = CZ_BUNDLE_SNAPSHOT, .epoch = 1, .to_seq = 2, .created_s = ISSUED + 86400, .schema = 1,
                          .segment = 202611, .seg_offset = daily->manifest.seg_offset + daily->total_len };
  CzSectionWriter *writer = cz_section_writer_new (quotes, CZ_OP_INSERT, CZ_CODEC_RAW, 0);
  CzRow row;
  memcpy (manifest.prev_bundle, daily->hash, 32);
  memcpy (manifest.to_state, daily->manifest.to_state, 32);
  for (guint i = 20; i < 39; i++) {
    quote (&row, DAY + 1, 1 + i % 20, 1000 + 37 * i);
    row.v[6].i = i == 22 ? 2222 : row.v[6].i;
    row.v[11].i = i == 22;
    add_row (writer, &row, 0);
  }
  for (guint i = 0; i < 60; i++) {
    quote (&row, DAY + 2, 1 + i, 1500 + i);
    add_row (writer, &row, 0);
  }
  add_section (&manifest, sections, writer);
  writer = cz_section_writer_new (notices, CZ_OP_INSERT, CZ_CODEC_RAW, 0);
  notice (&row, "", "明天降温,请盖好大棚。");
  add_row (writer, &row, 0);
  add_section (&manifest, sections, writer);
  GBytes *bytes = cz_bundle_build (&manifest, sections, m->content, &error);
  g_assert_no_error (error);
  return bytes;
}

/* ---- the small objects ---- */

static void
add_jump (CzIndex *index, const CzBundle *bundle)
{
  const CzManifest *manifest = &bundle->manifest;
  CzIndexJump jump = { .from_seq = manifest->from_seq, .to_seq = manifest->to_seq, .bytes = bundle->total_len,
                       .next_month = manifest->segment, .next_offset = manifest->seg_offset };
  memcpy (jump.hash, bundle->hash, 32);
  g_array_append_val (index->jumps, jump);
}

static void
make_head_and_index (Maker *m, GBytes *chain, const CzBundle *tip, const CzBundle *skip, const CzBundle *snapshot)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzIndex) index = cz_index_new ();
  CzIndexSegment segment = { 202611, 1, 2, tip->manifest.seg_offset + tip->total_len };
  CzHead head = { .channel = COUNTY, .epoch = 1, .seq = 2, .root_version = 1, .issued_s = ISSUED + 86500, .expires_s = ISSUED + 3 * 86400,
                  .next_publish_s = ISSUED + 2 * 86400, .poll_hint_s = 10800, .n_parents = 1, .parents = { { PROVINCE, 12, 0 } },
                  .n_children = 1, .children = { { 990102, 40, ISSUED } } };
  memcpy (head.tip, tip->hash, 32);
  memcpy (head.state, tip->manifest.to_state, 32);
  cz_hash (g_bytes_get_data (chain, NULL), g_bytes_get_size (chain), head.delegation);
  g_autoptr (GBytes) head_bytes = cz_head_build (&head, m->head, &error);
  index->channel = COUNTY;
  index->epoch = 1;
  index->seq = 2;
  g_array_append_val (index->segments, segment);
  add_jump (index, skip);
  add_jump (index, snapshot);
  g_autoptr (GBytes) index_bytes = cz_index_build (index, m->head, &error);
  g_assert_no_error (error);
  save (m, "head", head_bytes);
  save (m, "idx", index_bytes);
}

static void
make_ticket (Maker *m, GBytes *root)
{
  CzChannel line[] = { COUNTY, PROVINCE, 0 };
  char *depots[] = { (char *) "https://depot.example/", (char *) "file:///media/stick", NULL };
  CzTicket ticket = { .village = G_GINT64_CONSTANT (990101001201), .village_name = (char *) "柳河村", .station_name = (char *) "柳河村站",
                      .line = line, .n_line = G_N_ELEMENTS (line), .depots = depots, .root = root };
  g_autofree char *text = cz_ticket_to_text (&ticket);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  save (m, "ticket", bytes);
}

static void
note_bundle (Maker *m, const char *name, const CzBundle *bundle)
{
  g_autofree char *hash = cz_hash_to_hex (bundle->hash);
  g_autofree char *state = cz_hash_to_hex (bundle->manifest.to_state);
  g_string_append_printf (m->json, ",\n  \"%s\": {\"hash\": \"%s\", \"to_state\": \"%s\", \"header_len\": %" G_GSIZE_FORMAT ", \"total_len\": %" G_GSIZE_FORMAT "}",
                          name, hash, state, bundle->header_len, bundle->total_len);
}

static CzBundle
open_bundle (Maker *m, GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  CzPublicKey key;
  CzBundle bundle;
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  cz_secret_key_public (m->content, &key);
  g_assert_true (cz_bundle_open (data, size, &key, &bundle, &error));
  g_assert_no_error (error);
  return bundle;
}

static void
make_all (Maker *m)
{
  CzState state = { 0 };
  g_autoptr (GBytes) root_1 = make_root (m, 1, signers (m->root[0], m->root[1], NULL));
  g_autoptr (GBytes) root_2 = make_root (m, 2, signers (m->root[0], m->root[1], m->new_root));
  g_autoptr (GBytes) chain = make_chain (m);
  g_autoptr (GBytes) first = make_first (m, &state);
  CzBundle first_bundle = open_bundle (m, first);
  g_autoptr (GBytes) daily = make_daily (m, &first_bundle, &state);
  CzBundle daily_bundle = open_bundle (m, daily);
  save (m, "root-1", root_1);
  save (m, "root-2", root_2);
  save (m, "chain", chain);
  g_autoptr (GBytes) revoking = make_revoking_chain (chain, m);
  save (m, "chain-revoking", revoking);
  save (m, "bundle-1", first);
  save (m, "bundle-2", daily);
  g_autoptr (GBytes) skip = make_skip (m, daily, &daily_bundle);
  g_autoptr (GBytes) snapshot = make_snapshot (m, &daily_bundle);
  CzBundle skip_bundle = open_bundle (m, skip);
  CzBundle snapshot_bundle = open_bundle (m, snapshot);
  save (m, "skip-1-2-1", skip);
  save (m, "snap-2", snapshot);
  make_head_and_index (m, chain, &daily_bundle, &skip_bundle, &snapshot_bundle);
  make_ticket (m, root_1);
  note_bundle (m, "bundle-1", &first_bundle);
  note_bundle (m, "bundle-2", &daily_bundle);
  note_bundle (m, "skip-1-2-1", &skip_bundle);
  note_bundle (m, "snap-2", &snapshot_bundle);
}

/* ---- the appendix ---- */

static const char *
kind_of (const CzField *field)
{
  return field->type == CZ_FIELD_INT ? "integer" : field->type == CZ_FIELD_TEXT ? "text" : "blob";
}

static void
print_field (const CzTable *table, guint i)
{
  const CzField *field = &table->fields[i];
  g_autoptr (GString) notes = g_string_new (NULL);
  if (field->type != CZ_FIELD_INT)
    g_string_append_printf (notes, "at most %u bytes", field->max_bytes);
  else if (field->min != field->max)
    g_string_append_printf (notes, "%" G_GINT64_FORMAT " … %" G_GINT64_FORMAT, field->min, field->max);
  static const struct { CzFieldFlags flag; const char *word; } words[] = {
    { CZ_FIELD_ISSUED, "own id" }, { CZ_FIELD_REF, "reference" }, { CZ_FIELD_REGION, "region" }, { CZ_FIELD_OWN_REGION, "own region" },
    { CZ_FIELD_DAY, "day" }, { CZ_FIELD_HASH, "media hash" },
  };
  for (gsize k = 0; k < G_N_ELEMENTS (words); k++)
    if (field->flags & words[k].flag)
      g_string_append_printf (notes, "%s%s", notes->len > 0 ? ", " : "", words[k].word);
  printf ("| %u | `%s`%s | %s | %s |\n", field->number, field->name, i < table->n_keys ? " (key)" : "", kind_of (field), notes->str);
}

static void
print_tables (void)
{
  guint n = 0;
  const CzTable *const *tables = cz_table_all (&n);
  for (guint t = 0; t < n; t++) {
    printf ("### %u `%s`\n\n| number | field | type | range |\n|--:|---|---|---|\n", tables[t]->number, tables[t]->name);
    for (guint i = 0; i < tables[t]->n_fields; i++)
      print_field (tables[t], i);
    printf ("\n");
  }
}

int
main (int argc, char **argv)
{
  g_assert_cmpint (argc, ==, 2);
  if (g_str_equal (argv[1], "--tables")) {
    print_tables ();
    return 0;
  }
  Maker m = { .dir = argv[1], .json = g_string_new ("{\n  \"keys\": {\n") };
  g_assert_cmpint (g_mkdir_with_parents (m.dir, 0755), ==, 0);
  struct {
    const char *name;
    guint8 fill;
    CzSecretKey **key;
  } keys[] = { { "root-a", 0x11, &m.root[0] }, { "root-b", 0x12, &m.root[1] }, { "root-c", 0x13, &m.root[2] }, { "root-d", 0x14, &m.new_root },
               { "province", 0x21, &m.province }, { "content", 0x31, &m.content }, { "head", 0x32, &m.head } };
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++) {
    *keys[i].key = seeded_key (&m, keys[i].name, keys[i].fill);
    g_string_append (m.json, i + 1 < G_N_ELEMENTS (keys) ? ",\n" : "\n  }");
  }
  make_all (&m);
  g_string_append (m.json, "\n}\n");
  g_autofree char *path = g_build_filename (m.dir, "vectors.json", NULL);
  g_assert_true (g_file_set_contents_full (path, m.json->str, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0644, NULL));
  g_string_free (m.json, TRUE);
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    cz_secret_key_free (*keys[i].key);
  return 0;
}
