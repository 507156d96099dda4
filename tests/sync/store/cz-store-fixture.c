/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/sync/store/cz-store-fixture.h"

#include "sync/store/cz-content-prior.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#define FIRST_DAY 20000

typedef struct {
  CzOp op;
  const CzTable *table;
  CzRow row;
  guint64 mask;
} Change;

guint32
fixture_seed (void)
{
  const char *given = g_getenv ("CZ_TEST_SEED");
  guint32 seed = given != NULL ? (guint32) g_ascii_strtoull (given, NULL, 10) : g_random_int ();

  g_test_message ("CZ_TEST_SEED=%u", seed);
  return seed;
}

void
fixture_remove_tree (const char *path)
{
  GDir *folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *inner = g_build_filename (path, name, NULL);
    if (g_file_test (inner, G_FILE_TEST_IS_DIR) && !g_file_test (inner, G_FILE_TEST_IS_SYMLINK))
      fixture_remove_tree (inner);
    else
      (void) g_unlink (inner);
  }
  g_clear_pointer (&folder, g_dir_close);
  (void) g_rmdir (path);
}

Fixture *
fixture_new (guint32 seed)
{
  Fixture *f = g_new0 (Fixture, 1);
  g_autoptr (GError) error = NULL;

  f->root = g_dir_make_tmp ("cz-store-XXXXXX", &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_chmod (f->root, 0755), ==, 0);
  f->agent_dir = g_build_filename (f->root, "content", NULL);
  g_autofree char *hub_dir = g_build_filename (f->root, "hub", NULL);
  f->hub = cz_content_open (hub_dir, &error);
  g_assert_no_error (error);
  f->agent = cz_content_open (f->agent_dir, &error);
  g_assert_no_error (error);
  f->key = cz_secret_key_new ();
  cz_secret_key_public (f->key, &f->public_key);
  f->channel = FIXTURE_CHANNEL;
  f->changes = g_array_new (FALSE, FALSE, sizeof (Change));
  f->words = g_string_chunk_new (4096);
  f->rand = g_rand_new_with_seed (seed);
  f->quotes = g_array_new (FALSE, FALSE, sizeof (CzRow));
  f->today = FIRST_DAY;
  f->scope = (CzApplyScope) { .table_mask = G_MAXUINT64, .now_s = 1700000000, .trusted_s = 1690000000 };
  return f;
}

void
fixture_free (Fixture *f)
{
  cz_content_free (f->hub);
  cz_content_free (f->agent);
  cz_secret_key_free (f->key);
  g_array_unref (f->changes);
  g_array_unref (f->quotes);
  g_string_chunk_free (f->words);
  g_rand_free (f->rand);
  fixture_remove_tree (f->root);
  g_free (f->root);
  g_free (f->agent_dir);
  g_free (f);
}

void
fixture_change (Fixture *f, CzOp op, const CzTable *table, const CzRow *row, guint64 mask)
{
  Change change = { op, table, *row, mask };

  g_array_append_val (f->changes, change);
}

void
fixture_text (Fixture *f, CzValue *value, const char *text)
{
  value->p = g_string_chunk_insert (f->words, text);
  value->len = (guint32) strlen (text);
}

void
fixture_quote (Fixture *f, CzDay day, guint market, guint product, guint grade)
{
  CzRow row = { 0 };

  row.v[0].i = day;
  row.v[1].i = cz_id_make (f->channel, market);
  row.v[2].i = cz_id_make (f->channel, product);
  row.v[3].i = grade;
  row.v[4].i = 2;
  row.v[5].i = g_rand_int_range (f->rand, 1000, 5000);
  row.v[6].i = row.v[5].i + 100;
  row.v[7].i = row.v[5].i + 200;
  gboolean is_foreign = g_rand_int_range (f->rand, 0, 4) == 0;
  if (f->currency != NULL || is_foreign)
    fixture_text (f, &row.v[9], f->currency != NULL ? f->currency : "TWD");
  fixture_change (f, CZ_OP_INSERT, cz_table_by_number (CZ_TABLE_QUOTE), &row, 0);
  g_array_append_val (f->quotes, row);
}

void
fixture_market (Fixture *f, guint serial, const char *name)
{
  CzRow row = { 0 };

  row.v[0].i = cz_id_make (f->channel, serial);
  fixture_text (f, &row.v[1], name);
  row.v[2].i = (gint64) f->channel * 1000000;
  row.v[3].i = 1;
  fixture_change (f, CZ_OP_INSERT, cz_table_by_number (CZ_TABLE_MARKET), &row, 0);
}

static void
random_delete (Fixture *f)
{
  guint at = (guint) g_rand_int_range (f->rand, 0, (gint32) f->quotes->len);

  fixture_change (f, CZ_OP_DELETE, cz_table_by_number (CZ_TABLE_QUOTE), &g_array_index (f->quotes, CzRow, at), 31);
  g_array_remove_index_fast (f->quotes, at);
}

static void
random_retention (Fixture *f)
{
  CzRow row = { 0 };
  CzDay before = f->today - g_rand_int_range (f->rand, 3, 10);

  row.v[0].i = 1;
  row.v[1].i = before;
  fixture_change (f, CZ_OP_RETENTION, cz_table_by_number (CZ_TABLE_QUOTE), &row, 0);
  for (guint i = f->quotes->len; i > 0; i--)
    if (g_array_index (f->quotes, CzRow, i - 1).v[0].i < before)
      g_array_remove_index_fast (f->quotes, i - 1);
}

/* A key is changed or deleted once in a bundle; quotes of today are never among the old ones. */
static void
random_old (Fixture *f, guint n)
{
  g_autoptr (GHashTable) met = g_hash_table_new (g_direct_hash, g_direct_equal);

  for (guint i = 0; i < n && f->quotes->len > 4; i++)
    random_delete (f);
  for (guint i = 0; i < n && f->quotes->len > 4; i++) {
    guint at = (guint) g_rand_int_range (f->rand, 0, (gint32) f->quotes->len);
    CzRow row = g_array_index (f->quotes, CzRow, at);
    if (!g_hash_table_add (met, GUINT_TO_POINTER (at)))
      continue;
    row.v[6].i += 7;
    row.v[10].i = g_rand_int_range (f->rand, 0, 3);
    fixture_change (f, CZ_OP_UPDATE, cz_table_by_number (CZ_TABLE_QUOTE), &row, 31 | 1 << 6 | 1 << 10);
    g_array_index (f->quotes, CzRow, at) = row;
  }
}

void
fixture_random_day (Fixture *f, guint n)
{
  random_old (f, n / 3);
  f->today += g_rand_int_range (f->rand, 1, 3);
  for (guint i = 0; i < n; i++)
    if (g_rand_int_range (f->rand, 0, 3) > 0)
      fixture_quote (f, f->today, 1 + i % 7, 100 + i / 7, i % 2);
  if (g_rand_int_range (f->rand, 0, 3) == 0)
    random_retention (f);
}

/* --- bundles --- */

static int
compare_changes (gconstpointer a, gconstpointer b)
{
  const Change *x = a;
  const Change *y = b;

  if (x->op != y->op)
    return x->op < y->op ? -1 : 1;
  if (x->table != y->table)
    return x->table->number < y->table->number ? -1 : 1;
  for (guint i = 0; i < x->table->n_keys; i++)
    if (x->row.v[i].i != y->row.v[i].i)
      return x->row.v[i].i < y->row.v[i].i ? -1 : 1;
  return 0;
}

static void
apply_change (CzApply *apply, const Change *change)
{
  g_autoptr (GError) error = NULL;
  gboolean ok;

  if (change->op == CZ_OP_INSERT)
    ok = cz_apply_insert (apply, change->table, &change->row, &error);
  else if (change->op == CZ_OP_UPDATE)
    ok = cz_apply_update (apply, change->table, &change->row, change->mask, &error);
  else if (change->op == CZ_OP_DELETE)
    ok = cz_apply_delete (apply, change->table, &change->row, &error);
  else
    ok = cz_apply_retention (apply, change->table, (guint8) change->row.v[0].i, (CzDay) change->row.v[1].i, &error);
  g_assert_no_error (error);
  g_assert_true (ok);
}

/* Takes bytes. */
static GBytes *
packed_or (Fixture *f, CzManifest *manifest, CzSection *line, GBytes *raw, GBytes *bytes, const CzPrior *prior)
{
  g_autoptr (GError) error = NULL;
  CzSection plain = *line;
  GBytes *packed = cz_section_pack (&plain, raw, prior, line, &error);

  g_assert_no_error (error);
  manifest->min_codec = MAX (manifest->min_codec, line->codec);
  if (packed == NULL)
    return bytes;
  g_bytes_unref (bytes);
  f->n_packed++;
  return packed;
}

static void
write_sections (Fixture *f, CzManifest *manifest, GPtrArray *sections, const CzPrior *prior)
{
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < f->changes->len;) {
    const Change *first = &g_array_index (f->changes, Change, i);
    g_autoptr (CzSectionWriter) writer = cz_section_writer_new (first->table, first->op, CZ_CODEC_ZSTD, 3);
    for (; i < f->changes->len; i++) {
      const Change *change = &g_array_index (f->changes, Change, i);
      if (change->op != first->op || change->table != first->table)
        break;
      g_assert_true (cz_section_writer_add (writer, &change->row, change->mask, &error));
    }
    g_autoptr (GBytes) raw = cz_section_writer_copy_raw (writer);
    CzSection *line = &manifest->sections[manifest->n_sections++];
    GBytes *bytes = cz_section_writer_finish (writer, line, &error);
    g_assert_no_error (error);
    g_ptr_array_add (sections, f->packs ? packed_or (f, manifest, line, raw, bytes, prior) : bytes);
  }
}

GBytes *
fixture_bundle (Fixture *f, CzBundleKind kind)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) sections = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  CzManifest manifest = { .channel = f->channel, .kind = (guint8) kind, .epoch = f->epoch, .from_seq = f->seq,
                          .to_seq = f->seq + 1, .created_s = 1700000000, .schema = CZ_SCHEMA_VERSION,
                          .min_codec = CZ_CODEC_ZSTD, .segment = 202401, .seg_offset = 4096 * f->seq };
  CzChannelMark mark = { .epoch = f->epoch, .seq = f->seq + 1, .schema = CZ_SCHEMA_VERSION };
  CzState state;

  g_array_sort (f->changes, compare_changes);
  CzApply *apply = cz_apply_begin (f->hub, f->channel, &f->scope, &error);
  g_assert_no_error (error);
  CzContentPrior *prior = f->packs ? cz_content_prior_new (f->hub, f->channel, &error) : NULL;
  g_assert_no_error (error);
  cz_apply_state (apply, &state);
  cz_state_to_bytes (&state, manifest.from_state);
  for (guint i = 0; i < f->changes->len && !f->is_forged; i++)
    apply_change (apply, &g_array_index (f->changes, Change, i));
  cz_apply_state (apply, &state);
  cz_state_to_bytes (&state, manifest.to_state);
  write_sections (f, &manifest, sections, cz_content_prior_wire (prior));
  cz_content_prior_free (prior);
  if (f->tweak != NULL)
    f->tweak (&manifest);
  GBytes *bundle = cz_bundle_build (&manifest, sections, f->key, &error);
  g_assert_no_error (error);
  g_array_set_size (f->changes, 0);
  if (f->is_forged) {
    cz_apply_roll_back (apply);
    return bundle;
  }
  g_assert_true (cz_apply_commit (apply, &mark, &error));
  f->seq++;
  return bundle;
}

gboolean
fixture_apply (Fixture *f, GBytes *bundle, GError **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bundle, &size);
  CzBundle parsed;

  return cz_bundle_open (data, size, &f->public_key, &parsed, error)
         && cz_content_apply (f->agent, &parsed, data, size, &f->scope, error);
}

void
fixture_apply_ok (Fixture *f, GBytes *bundle)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = fixture_apply (f, bundle, &error);

  g_assert_no_error (error);
  g_assert_true (ok);
}

void
fixture_refused (Fixture *f, GBytes *bundle, GQuark domain, gint code)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *before = fixture_summary (cz_content_db (f->agent));

  g_assert_false (fixture_apply (f, bundle, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, domain, code);
  g_assert_cmpint (sqlite3_get_autocommit (cz_content_db (f->agent)), ==, 1);
  g_autofree char *after = fixture_summary (cz_content_db (f->agent));
  g_assert_cmpstr (before, ==, after);
}

char *
fixture_summary (sqlite3 *db)
{
  g_autoptr (GError) error = NULL;
  GString *text = g_string_new (NULL);
  g_autoptr (GArray) channels = cz_content_channels (db, &error);
  guint n = 0;
  const CzTable *const *tables = cz_table_all (&n);

  g_assert_no_error (error);
  for (guint i = 0; i < channels->len; i++) {
    CzChannelMark mark;
    guint8 state[32];
    g_assert_true (cz_reader_mark (db, g_array_index (channels, CzChannel, i), &mark, &error));
    cz_state_to_bytes (&mark.state, state);
    g_autofree char *hex = cz_hash_to_hex (state);
    g_string_append_printf (text, "%06d epoch %u seq %" G_GUINT64_FORMAT " state %s\n", mark.channel, mark.epoch, mark.seq, hex);
    for (guint k = 0; k < n; k++)
      g_string_append_printf (text, " %s=%" G_GINT64_FORMAT, tables[k]->name, cz_content_count (db, mark.channel, tables[k]));
    g_string_append_c (text, '\n');
  }
  g_string_append_printf (text, "latest=%" G_GINT64_FORMAT " log=%" G_GINT64_FORMAT,
                          cz_db_int (db, "SELECT count(*) || '' || ifnull (sum (day * quotes), 0) FROM quote_latest", -1),
                          cz_db_int (db, "SELECT count(*) FROM bundle", -1));
  return g_string_free (text, FALSE);
}
