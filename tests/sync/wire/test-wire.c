/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/wire/cz-bundle.h"
#include "sync/wire/cz-delegation.h"
#include "sync/wire/cz-head.h"
#include "sync/wire/cz-limits.h"
#include "sync/wire/cz-paths.h"
#include "sync/wire/cz-reader.h"
#include "sync/wire/cz-ticket.h"
#include "sync/wire/cz-wire-error.h"

#include <glib/gstdio.h>
#include <string.h>

static void
test_reader (void)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  static const gint64 numbers[] = { 0, 1, -1, 63, -64, 64, 1 << 20, G_MAXINT64, G_MININT64 };
  CzReader reader;
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++) {
    cz_write_zigzag (out, numbers[i]);
    cz_write_varint (out, (guint64) numbers[i]);
  }
  cz_reader_init (&reader, out->data, out->len);
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++) {
    g_assert_cmpint (cz_reader_zigzag (&reader), ==, numbers[i]);
    g_assert_cmpuint (cz_reader_varint (&reader), ==, (guint64) numbers[i]);
  }
  g_autoptr (GError) error = NULL;
  g_assert_true (cz_reader_finish (&reader, "numbers", &error));
  cz_reader_u8 (&reader);
  g_assert_false (cz_reader_finish (&reader, "numbers", &error));
  g_assert_error (error, CZ_WIRE_ERROR, CZ_WIRE_ERROR_TRUNCATED);
}

static void
test_reader_refuses_long_varints (void)
{
  static const guint8 longer_zero[] = { 0x80, 0x00 };
  static const guint8 eleven[] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02 };
  CzReader reader;
  cz_reader_init (&reader, longer_zero, sizeof longer_zero);
  cz_reader_varint (&reader);
  g_assert_true (reader.failed);
  cz_reader_init (&reader, eleven, sizeof eleven);
  cz_reader_varint (&reader);
  g_assert_true (reader.failed);
}

static char *
make_folder (void)
{
  g_autoptr (GError) error = NULL;
  char *dir = g_dir_make_tmp ("cz-wire-XXXXXX", &error);
  g_assert_no_error (error);
  return dir;
}

static void
test_key_files (void)
{
  g_autofree char *dir = make_folder ();
  g_autofree char *path = g_build_filename (dir, "content.key", NULL);
  g_autoptr (CzSecretKey) key = cz_secret_key_new ();
  g_autoptr (GError) error = NULL;
  CzPublicKey a, b;
  cz_secret_key_public (key, &a);
  for (int wrapped = 0; wrapped < 2; wrapped++) {
    GStatBuf st;
    g_assert_true (cz_secret_key_save (key, path, "content", wrapped ? "芝麻开门" : NULL, &error));
    g_assert_no_error (error);
    g_assert_cmpint (g_stat (path, &st), ==, 0);
    g_assert_cmpint (st.st_mode & 0777, ==, 0600);
    g_autoptr (CzSecretKey) back = cz_secret_key_load (path, wrapped ? "芝麻开门" : NULL, &error);
    g_assert_no_error (error);
    cz_secret_key_public (back, &b);
    g_assert_cmpmem (&a, sizeof a, &b, sizeof b);
  }
  g_assert_null (cz_secret_key_load (path, "wrong", &error));
  g_assert_error (error, CZ_KEY_ERROR, CZ_KEY_ERROR_PASSPHRASE);
  g_clear_error (&error);
  g_assert_null (cz_secret_key_load (path, NULL, &error));
  g_assert_error (error, CZ_KEY_ERROR, CZ_KEY_ERROR_PASSPHRASE);
  g_clear_error (&error);
  g_chmod (path, 0640);
  g_assert_null (cz_secret_key_load (path, "芝麻开门", &error));
  g_assert_error (error, CZ_KEY_ERROR, CZ_KEY_ERROR_MODE);
  g_clear_error (&error);
  g_chmod (path, 0600);
  g_assert_true (g_file_set_contents_full (path, "hello\n", -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  g_assert_null (cz_secret_key_load (path, NULL, &error));
  g_assert_error (error, CZ_KEY_ERROR, CZ_KEY_ERROR_FORMAT);
  g_clear_error (&error);
  g_unlink (path);
  g_assert_null (cz_secret_key_load (path, NULL, &error));
  g_assert_error (error, CZ_KEY_ERROR, CZ_KEY_ERROR_UNREADABLE);
  g_rmdir (dir);
}

/* ---- sections ---- */

static void
quote_row (CzRow *row, gint64 i)
{
  *row = (CzRow){ 0 };
  row->v[0].i = 20000 + i / 100;
  row->v[1].i = cz_id_make (990101, 1 + (guint32) (i % 100) / 10);
  row->v[2].i = cz_id_make (990101, 1 + (guint32) (i % 10));
  row->v[4].i = 2;
  row->v[5].i = i % 3 == 0 ? 0 : 700 + i % 50;
  row->v[6].i = 800 + i % 90;
  row->v[9] = i % 7 == 0 ? (CzValue){ .p = "TWD", .len = 3 } : (CzValue){ 0 };
}

static GBytes *
write_quotes (guint n, CzCodec codec, CzSection *line)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzSectionWriter) writer = cz_section_writer_new (cz_table_by_number (CZ_TABLE_QUOTE), CZ_OP_INSERT, codec, 3);
  for (guint i = 0; i < n; i++) {
    CzRow row;
    quote_row (&row, i);
    g_assert_true (cz_section_writer_add (writer, &row, 0, &error));
  }
  GBytes *bytes = cz_section_writer_finish (writer, line, &error);
  g_assert_no_error (error);
  return bytes;
}

static void
test_section_round_trip (void)
{
  const CzTable *table = cz_table_by_number (CZ_TABLE_QUOTE);
  for (CzCodec codec = CZ_CODEC_RAW; codec <= CZ_CODEC_ZSTD; codec++) {
    CzSection line;
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) bytes = write_quotes (30000, codec, &line);
    gsize size;
    const guint8 *data = g_bytes_get_data (bytes, &size);
    g_assert_cmpint (line.codec, ==, codec);
    g_autoptr (CzSectionReader) reader = cz_section_reader_new (&line, data, size, &error);
    g_assert_no_error (error);
    for (guint i = 0; i < 30000; i++) {
      CzRow row, wanted;
      guint64 mask;
      quote_row (&wanted, i);
      g_assert_cmpint (cz_section_reader_next (reader, &row, &mask, &error), ==, CZ_READ_ROW);
      for (guint f = 0; f < table->n_fields; f++) {
        g_assert_true (cz_value_equal (&table->fields[f], &row.v[f], &wanted.v[f]));
        g_assert_cmpint (mask >> f & 1, ==, f < table->n_keys || !cz_value_is_default (&table->fields[f], &wanted.v[f]));
      }
    }
    CzRow row;
    guint64 mask;
    g_assert_cmpint (cz_section_reader_next (reader, &row, &mask, &error), ==, CZ_READ_END);
    g_assert_no_error (error);
  }
}

/* Reads to the end; the error of a refusal or NULL. */
static GError *
read_all (const CzSection *line, const guint8 *data, gsize size)
{
  GError *error = NULL;
  g_autoptr (CzSectionReader) reader = cz_section_reader_new (line, data, size, &error);
  CzReadResult result = reader ? CZ_READ_ROW : CZ_READ_ERROR;
  while (result == CZ_READ_ROW) {
    CzRow row;
    guint64 mask;
    result = cz_section_reader_next (reader, &row, &mask, &error);
  }
  g_assert_true ((result == CZ_READ_ERROR) == (error != NULL));
  return error;
}

static void
test_section_refusals (void)
{
  CzSection line, bad;
  g_autoptr (GBytes) bytes = write_quotes (500, CZ_CODEC_ZSTD, &line);
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  static const struct {
    const char *what;
    gint rows, raw, table, op, codec;
    gint code;
  } cases[] = {
    { "fewer rows than signed", 1, 0, 0, 0, 0, CZ_WIRE_ERROR_FORMAT },
    { "more rows than signed", -1, 0, 0, 0, 0, CZ_WIRE_ERROR_FORMAT },
    { "raw too short", 0, 1, 0, 0, 0, CZ_WIRE_ERROR_FORMAT },
    { "raw too long", 0, -1, 0, 0, 0, CZ_WIRE_ERROR_FORMAT },
    { "a bomb", 0, 60000000, 0, 0, 0, CZ_WIRE_ERROR_LIMIT },
    { "unknown table", 0, 0, 50, 0, 0, CZ_WIRE_ERROR_NEWER },
    { "unknown operation", 0, 0, 0, 9, 0, CZ_WIRE_ERROR_NEWER },
    { "unknown codec", 0, 0, 0, 0, 2, CZ_WIRE_ERROR_NEWER },
    { "too many rows", 2000000, 0, 0, 0, 0, CZ_WIRE_ERROR_LIMIT },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    bad = line;
    bad.rows += (guint) cases[i].rows;
    bad.raw_len += (guint) cases[i].raw;
    bad.table += (guint16) cases[i].table;
    bad.op += (guint8) cases[i].op;
    bad.codec += (guint8) cases[i].codec;
    g_autoptr (GError) error = read_all (&bad, data, size);
    g_test_message ("%s", cases[i].what);
    g_assert_error (error, CZ_WIRE_ERROR, cases[i].code);
  }
  for (gsize cut = 0; cut < size; cut++) {
    bad = line;
    bad.comp_len = (guint32) cut;
    g_autoptr (GError) error = read_all (&bad, data, cut);
    g_assert_nonnull (error);
  }
}

/* ---- bundles ---- */

static GBytes *
small_bundle (const CzSecretKey *key)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) sections = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  CzManifest manifest = { .channel = 990101, .epoch = 1, .from_seq = 4, .to_seq = 5, .schema = CZ_SCHEMA_VERSION,
                          .segment = 202611, .created_s = 1795276800 };
  g_ptr_array_add (sections, write_quotes (40, CZ_CODEC_ZSTD, &manifest.sections[0]));
  g_ptr_array_add (sections, write_quotes (3, CZ_CODEC_RAW, &manifest.sections[1]));
  manifest.n_sections = 2;
  GBytes *bytes = cz_bundle_build (&manifest, sections, key, &error);
  g_assert_no_error (error);
  return bytes;
}

static gboolean
open_whole (const guint8 *data, gsize size, const CzPublicKey *key, CzBundle *bundle, GError **error)
{
  if (!cz_bundle_open (data, size, key, bundle, error))
    return FALSE;
  for (guint i = 0; i < bundle->manifest.n_sections; i++) {
    const guint8 *section;
    gsize len;
    if (!cz_bundle_section (bundle, i, data, size, &section, &len, error))
      return FALSE;
  }
  return TRUE;
}

static void
test_bundle (void)
{
  g_autoptr (CzSecretKey) key = cz_secret_key_new ();
  g_autoptr (CzSecretKey) other = cz_secret_key_new ();
  g_autoptr (GBytes) bytes = small_bundle (key);
  g_autoptr (GError) error = NULL;
  CzPublicKey public_key, wrong_key;
  CzBundle bundle;
  gsize size, header_len;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  cz_secret_key_public (key, &public_key);
  cz_secret_key_public (other, &wrong_key);
  g_assert_true (cz_bundle_peek_header_len (data, 12, &header_len, &error));
  g_assert_true (open_whole (data, size, &public_key, &bundle, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (bundle.header_len, ==, header_len);
  g_assert_cmpuint (bundle.total_len, ==, size);
  g_assert_cmpuint (bundle.manifest.to_seq, ==, 5);
  g_assert_cmpuint (bundle.manifest.segment, ==, 202611);
  g_assert_false (cz_bundle_open (data, size, &wrong_key, &bundle, &error));
  g_assert_error (error, CZ_WIRE_ERROR, CZ_WIRE_ERROR_KEY);
}

/* Every cut and every flipped bit of a small bundle is refused. */
static void
test_bundle_damage (void)
{
  g_autoptr (CzSecretKey) key = cz_secret_key_new ();
  g_autoptr (GBytes) bytes = small_bundle (key);
  CzPublicKey public_key;
  CzBundle bundle;
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  cz_secret_key_public (key, &public_key);
  for (gsize cut = 0; cut < size; cut++) {
    g_autoptr (GError) error = NULL;
    g_assert_false (open_whole (data, cut, &public_key, &bundle, &error));
    g_assert_error (error, CZ_WIRE_ERROR, CZ_WIRE_ERROR_TRUNCATED);
  }
  g_autofree guint8 *copy = g_memdup2 (data, size);
  for (gsize bit = 0; bit < size * 8; bit++) {
    g_autoptr (GError) error = NULL;
    copy[bit / 8] ^= (guint8) (1u << (bit % 8));
    g_assert_false (open_whole (copy, size, &public_key, &bundle, &error));
    g_assert_nonnull (error);
    g_assert_true (error->domain == CZ_WIRE_ERROR);
    copy[bit / 8] ^= (guint8) (1u << (bit % 8));
  }
}

/* ---- head, index, chain, ticket ---- */

static void
test_head (void)
{
  g_autoptr (CzSecretKey) key = cz_secret_key_new ();
  g_autoptr (GError) error = NULL;
  CzHead head = { .channel = 990101, .epoch = 2, .seq = 77, .root_version = 1, .issued_s = 10, .expires_s = 20, .next_publish_s = 15,
                  .poll_hint_s = 900, .n_parents = 3 };
  CzHead back;
  CzPublicKey public_key;
  gsize size;
  head.parents[2] = (CzHeadLink){ .channel = 990000, .seq = 812 };
  cz_secret_key_public (key, &public_key);
  g_autoptr (GBytes) bytes = cz_head_build (&head, key, &error);
  g_assert_no_error (error);
  const guint8 *data = g_bytes_get_data (bytes, &size);
  g_test_message ("a head with three parents has %" G_GSIZE_FORMAT " bytes", size);
  g_assert_cmpuint (size, <=, 320);
  g_assert_true (cz_head_open (data, size, &public_key, &back, &error));
  g_assert_cmpmem (&head, sizeof head, &back, sizeof back);
  for (gsize cut = 0; cut < size; cut++) {
    g_autoptr (GError) refused = NULL;
    g_assert_false (cz_head_open (data, cut, &public_key, &back, &refused));
    g_assert_error (refused, CZ_WIRE_ERROR, CZ_WIRE_ERROR_TRUNCATED);
  }
  g_autofree guint8 *copy = g_memdup2 (data, size);
  for (gsize bit = 0; bit < size * 8; bit++) {
    copy[bit / 8] ^= (guint8) (1u << (bit % 8));
    g_assert_false (cz_head_open (copy, size, &public_key, &back, NULL));
    copy[bit / 8] ^= (guint8) (1u << (bit % 8));
  }
}

static void
test_index (void)
{
  g_autoptr (CzSecretKey) key = cz_secret_key_new ();
  g_autoptr (CzIndex) index = cz_index_new ();
  g_autoptr (GError) error = NULL;
  CzIndexSegment a = { 202610, 1, 30, 500000 }, b = { 202611, 31, 52, 400000 }, gap = { 202612, 60, 61, 1 };
  CzPublicKey public_key;
  gsize size;
  cz_secret_key_public (key, &public_key);
  index->channel = 990101;
  index->seq = 61;
  g_array_append_val (index->segments, a);
  g_array_append_val (index->segments, b);
  g_autoptr (GBytes) bytes = cz_index_build (index, key, &error);
  const guint8 *data = g_bytes_get_data (bytes, &size);
  g_autoptr (CzIndex) back = cz_index_open (data, size, &public_key, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (back->segments->len, ==, 2);
  g_assert_cmpuint (g_array_index (back->segments, CzIndexSegment, 1).bytes, ==, 400000);
  g_array_append_val (index->segments, gap);
  g_autoptr (GBytes) holed = cz_index_build (index, key, &error);
  data = g_bytes_get_data (holed, &size);
  g_assert_null (cz_index_open (data, size, &public_key, &error));
  g_assert_error (error, CZ_WIRE_ERROR, CZ_WIRE_ERROR_FORMAT);
}

typedef struct {
  CzSecretKey *root, *province, *county;
  CzRoot document;
} Keys;

static void
keys_setup (Keys *keys, gconstpointer data)
{
  keys->root = cz_secret_key_new ();
  keys->province = cz_secret_key_new ();
  keys->county = cz_secret_key_new ();
  keys->document = (CzRoot){ .version = 1, .threshold = 1, .n_keys = 1 };
  cz_secret_key_public (keys->root, &keys->document.keys[0]);
}

static void
keys_teardown (Keys *keys, gconstpointer data)
{
  cz_secret_key_free (keys->root);
  cz_secret_key_free (keys->province);
  cz_secret_key_free (keys->county);
}

static GBytes *
make_link (CzChannel channel, guint64 mask, const CzSecretKey *delegate, CzSecretKey *signer)
{
  g_autoptr (GPtrArray) signers = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  CzDelegation delegation = { .channel = channel, .serial = 1, .epoch = 1, .table_mask = mask };
  if (delegate)
    cz_secret_key_public (delegate, &delegation.delegate_key);
  g_ptr_array_add (signers, signer);
  GBytes *bytes = cz_delegation_build (&delegation, signers, &error);
  g_assert_no_error (error);
  return bytes;
}

/* TRUE when the chain of one or two links leads to `wanted`; else error. */
static gboolean
try_chain (Keys *keys, GBytes *first, GBytes *second, CzChannel wanted, GError **error)
{
  g_autoptr (GPtrArray) links = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  CzDelegation out;
  gsize size;
  g_ptr_array_add (links, first);
  if (second)
    g_ptr_array_add (links, second);
  g_autoptr (GBytes) chain = cz_chain_build (links, NULL);
  const guint8 *data = g_bytes_get_data (chain, &size);
  gboolean ok = cz_chain_open (data, size, &keys->document, wanted, &out, error);
  g_assert_true (!ok || out.channel == wanted);
  return ok;
}

static void
test_chain (Keys *keys, gconstpointer data)
{
  static const struct {
    const char *what;
    CzChannel child;
    guint64 child_mask;
    gboolean parent_may, right_signer;
    CzChannel wanted;
    gint code; /* -1: accepted */
  } cases[] = {
    { "county of the province", 990101, 0xff, TRUE, TRUE, 990101, -1 },
    { "county of another province", 980101, 0xff, TRUE, TRUE, 980101, CZ_WIRE_ERROR_SCOPE },
    { "more tables than the province has", 990101, 0x1ff, TRUE, TRUE, 990101, CZ_WIRE_ERROR_SCOPE },
    { "province may not delegate", 990101, 0xff, FALSE, TRUE, 990101, CZ_WIRE_ERROR_KEY },
    { "signed by somebody else", 990101, 0xff, TRUE, FALSE, 990101, CZ_WIRE_ERROR_SIGNATURE },
    { "for a neighbour", 990101, 0xff, TRUE, TRUE, 990102, CZ_WIRE_ERROR_SCOPE },
    { "the province itself once more", 990000, 0xff, TRUE, TRUE, 990000, CZ_WIRE_ERROR_SCOPE },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    GBytes *first = make_link (990000, 0xff, cases[i].parent_may ? keys->province : NULL, keys->root);
    GBytes *second = make_link (cases[i].child, cases[i].child_mask, NULL, cases[i].right_signer ? keys->province : keys->county);
    gboolean ok = try_chain (keys, first, second, cases[i].wanted, &error);
    g_test_message ("%s", cases[i].what);
    g_assert_cmpint (ok, ==, cases[i].code < 0);
    if (!ok)
      g_assert_error (error, CZ_WIRE_ERROR, cases[i].code);
  }
  g_assert_true (try_chain (keys, make_link (990101, 1, NULL, keys->root), NULL, 990101, NULL));
  g_autoptr (GError) error = NULL;
  g_assert_false (try_chain (keys, make_link (990101, 1, NULL, keys->county), NULL, 990101, &error));
  g_assert_error (error, CZ_WIRE_ERROR, CZ_WIRE_ERROR_SIGNATURE);
}

static GBytes *
make_request (Keys *keys, guint n_signers)
{
  g_autoptr (GPtrArray) signers = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  CzSecretKey *const all[] = { keys->root, keys->province, keys->county };
  CzDelegation asked = { .channel = 990101 };
  cz_secret_key_public (keys->root, &asked.content_key);
  cz_secret_key_public (keys->province, &asked.head_key);
  cz_secret_key_public (keys->county, &asked.delegate_key);
  for (guint i = 0; i < n_signers; i++)
    g_ptr_array_add (signers, all[i]);
  GBytes *bytes = cz_request_build (&asked, signers, &error);
  g_assert_no_error (error);
  return bytes;
}

static void
test_request (Keys *keys, gconstpointer data)
{
  CzDelegation out;
  gsize size;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) refused = NULL;
  g_autoptr (GBytes) whole = make_request (keys, 3);
  g_autoptr (GBytes) partly = make_request (keys, 2);
  const guint8 *bytes = g_bytes_get_data (whole, &size);
  g_assert_true (cz_request_open (bytes, size, &out, &error));
  g_assert_no_error (error);
  g_assert_cmpint (out.channel, ==, 990101);
  g_assert_false (cz_request_open (g_bytes_get_data (partly, NULL), g_bytes_get_size (partly), &out, &refused));
  g_assert_error (refused, CZ_WIRE_ERROR, CZ_WIRE_ERROR_SIGNATURE);
  for (gsize cut = 0; cut < size; cut++)
    g_assert_false (cz_request_open (bytes, cut, &out, NULL));
  g_autofree guint8 *copy = g_memdup2 (bytes, size);
  for (gsize bit = 0; bit < size * 8; bit++) {
    copy[bit / 8] ^= (guint8) (1u << (bit % 8));
    g_assert_false (cz_request_open (copy, size, &out, NULL));
    copy[bit / 8] ^= (guint8) (1u << (bit % 8));
  }
  /* Signed by the root key it names, and still no link. */
  g_clear_error (&refused);
  g_assert_false (try_chain (keys, g_bytes_ref (whole), NULL, 990101, &refused));
  g_assert_error (refused, CZ_WIRE_ERROR, CZ_WIRE_ERROR_FORMAT);
}

static void
test_append (Keys *keys, gconstpointer data)
{
  g_autoptr (GPtrArray) links = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (GBytes) county = make_link (990101, 0xff, NULL, keys->province);
  g_autoptr (GError) error = NULL;
  CzChain chain;
  gsize size;
  g_ptr_array_add (links, make_link (990000, 0xff, keys->province, keys->root));
  g_autoptr (GBytes) upper = cz_chain_build (links, &error);
  g_autoptr (GBytes) whole = cz_chain_append (upper, county, &error);
  g_assert_no_error (error);
  const guint8 *bytes = g_bytes_get_data (whole, &size);
  g_assert_true (cz_chain_open_links (bytes, size, &keys->document, 990101, &chain, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (chain.n, ==, 2);
  for (guint n = 2; n < CZ_CHAIN_DEPTH; n++) {
    GBytes *longer = cz_chain_append (whole, county, &error);
    g_assert_no_error (error);
    g_bytes_unref (whole);
    whole = longer;
  }
  g_assert_null (cz_chain_append (whole, county, &error));
  g_assert_error (error, CZ_WIRE_ERROR, CZ_WIRE_ERROR_LIMIT);
}

static void
test_root_rotation (void)
{
  g_autoptr (GPtrArray) old_keys = g_ptr_array_new_with_free_func ((GDestroyNotify) cz_secret_key_free);
  g_autoptr (GPtrArray) new_keys = g_ptr_array_new_with_free_func ((GDestroyNotify) cz_secret_key_free);
  CzRoot v1 = { .version = 1, .threshold = 3, .n_keys = 5 }, v2 = { .version = 2, .threshold = 3, .n_keys = 5 }, out;
  for (guint i = 0; i < 5; i++) {
    g_ptr_array_add (old_keys, cz_secret_key_new ());
    g_ptr_array_add (new_keys, cz_secret_key_new ());
    cz_secret_key_public (old_keys->pdata[i], &v1.keys[i]);
    cz_secret_key_public (new_keys->pdata[i], &v2.keys[i]);
  }
  for (guint n_old = 0; n_old <= 5; n_old++) {
    g_autoptr (GPtrArray) signers = g_ptr_array_new ();
    g_autoptr (GError) error = NULL;
    gsize size;
    for (guint i = 0; i < n_old; i++)
      g_ptr_array_add (signers, old_keys->pdata[i]);
    for (guint i = 0; i < 3; i++)
      g_ptr_array_add (signers, new_keys->pdata[i]);
    g_autoptr (GBytes) bytes = cz_root_build (&v2, signers, &error);
    const guint8 *data = g_bytes_get_data (bytes, &size);
    gboolean ok = cz_root_open (data, size, &v1, &out, &error);
    g_assert_cmpint (ok, ==, n_old >= 3);
    if (!ok)
      g_assert_error (error, CZ_WIRE_ERROR, CZ_WIRE_ERROR_SIGNATURE);
  }
  /* The same key three times is one key. */
  g_autoptr (GPtrArray) same = g_ptr_array_new ();
  CzRoot trick = { .version = 1, .threshold = 3, .n_keys = 3 };
  gsize size;
  for (guint i = 0; i < 3; i++) {
    trick.keys[i] = v1.keys[0];
    g_ptr_array_add (same, old_keys->pdata[0]);
  }
  g_autoptr (GBytes) bytes = cz_root_build (&trick, same, NULL);
  const guint8 *data = g_bytes_get_data (bytes, &size);
  g_autoptr (GError) error = NULL;
  g_assert_false (cz_root_open (data, size, NULL, &out, &error));
  g_assert_error (error, CZ_WIRE_ERROR, CZ_WIRE_ERROR_SIGNATURE);
}

static void
test_ticket (void)
{
  CzChannel line[] = { 990101, 990000 };
  char *depots[] = { (char *) "http://127.0.0.1:8080/", (char *) "/media/stick", NULL };
  g_autoptr (GBytes) root = g_bytes_new_static ("root", 4);
  CzTicket ticket = { 990101001201, (char *) "柳河村", (char *) "柳河村站", line, 2, depots, root };
  g_autofree char *text = cz_ticket_to_text (&ticket);
  g_autoptr (GError) error = NULL;
  g_autoptr (CzTicket) back = cz_ticket_parse (text, strlen (text), &error);
  g_assert_no_error (error);
  g_assert_cmpint (back->village, ==, 990101001201);
  g_assert_cmpstr (back->station_name, ==, "柳河村站");
  g_assert_cmpuint (back->n_line, ==, 2);
  g_assert_cmpint (back->line[1], ==, 990000);
  g_assert_cmpstr (back->depots[1], ==, "/media/stick");
  g_assert_true (g_bytes_equal (back->root, root));
  g_assert_null (cz_ticket_parse ("[other]\n", 8, &error));
  g_assert_error (error, CZ_WIRE_ERROR, CZ_WIRE_ERROR_FORMAT);
}

static void
test_ticket_addresses (void)
{
  static const char *const addresses[] = { "http://127.0.0.1:9/x\n[keyring]", "/media/\tstick", "/media/\x7f", "\r" };
  CzChannel line[] = { 990101 };
  g_autoptr (GBytes) root = g_bytes_new_static ("root", 4);
  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++) {
    char *depots[] = { (char *) "http://127.0.0.1:8080/", (char *) addresses[i], NULL };
    CzTicket ticket = { 990101001201, (char *) "柳河村", (char *) "柳河村站", line, 1, depots, root };
    g_autofree char *text = cz_ticket_to_text (&ticket);
    g_autoptr (GError) error = NULL;
    g_assert_null (cz_ticket_parse (text, strlen (text), &error));
    g_assert_error (error, CZ_WIRE_ERROR, CZ_WIRE_ERROR_FORMAT);
    g_assert_nonnull (strstr (error->message, "depots"));
  }
}

static void
test_paths (void)
{
  guint8 hash[32] = { 0xab };
  g_autofree char *segment = cz_path_segment (990101, 202611);
  g_autofree char *media = cz_path_media (hash);
  g_assert_cmpstr (segment, ==, "v1/c/990101/seg/202611");
  g_assert_true (g_str_has_prefix (media, "v1/m/ab00"));
  guint8 back[32];
  g_assert_true (cz_hash_from_hex (media + 5, back));
  g_assert_cmpmem (hash, 32, back, 32);
  g_assert_false (cz_hash_from_hex ("ab", back));
}

static void
test_state (void)
{
  const CzTable *table = cz_table_by_number (CZ_TABLE_QUOTE);
  CzState forward = { 0 }, backward = { 0 }, empty = { 0 };
  CzRow row;
  guint8 bytes[32];
  for (gint64 i = 0; i < 1000; i++) {
    quote_row (&row, i);
    cz_state_add_row (&forward, table, &row);
    quote_row (&row, 999 - i);
    cz_state_add_row (&backward, table, &row);
  }
  g_assert_true (cz_state_equal (&forward, &backward));
  cz_state_to_bytes (&forward, bytes);
  cz_state_from_bytes (&backward, bytes);
  g_assert_true (cz_state_equal (&forward, &backward));
  for (gint64 i = 0; i < 1000; i++) {
    quote_row (&row, i);
    cz_state_remove_row (&forward, table, &row);
  }
  g_assert_true (cz_state_equal (&forward, &empty));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/reader/round-trip", test_reader);
  g_test_add_func ("/wire/reader/refuses-long-varints", test_reader_refuses_long_varints);
  g_test_add_func ("/wire/key/files", test_key_files);
  g_test_add_func ("/wire/section/round-trip", test_section_round_trip);
  g_test_add_func ("/wire/section/refusals", test_section_refusals);
  g_test_add_func ("/wire/bundle/opens", test_bundle);
  g_test_add_func ("/wire/bundle/every-cut-and-flip-refused", test_bundle_damage);
  g_test_add_func ("/wire/head/every-cut-and-flip-refused", test_head);
  g_test_add_func ("/wire/index/segments-in-order", test_index);
  g_test_add ("/wire/chain/scope", Keys, NULL, keys_setup, test_chain, keys_teardown);
  g_test_add ("/wire/chain/one-link-more", Keys, NULL, keys_setup, test_append, keys_teardown);
  g_test_add ("/wire/request/every-cut-and-flip-refused", Keys, NULL, keys_setup, test_request, keys_teardown);
  g_test_add_func ("/wire/root/three-of-five", test_root_rotation);
  g_test_add_func ("/wire/ticket/round-trip", test_ticket);
  g_test_add_func ("/wire/ticket/addresses", test_ticket_addresses);
  g_test_add_func ("/wire/paths/names", test_paths);
  g_test_add_func ("/wire/state/order-does-not-matter", test_state);
  return g_test_run ();
}
