/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/wire/cz-wire-error.h"
#include "tests/sync/store/cz-store-fixture.h"

#include <string.h>

/* Bundles that must not be taken: each leaves marks, state, rows and index as they were. */

/* A station with one bundle, and the second made but not yet applied. */
static Fixture *
fixture_with_two (GBytes **first, GBytes **second)
{
  Fixture *f = fixture_new (11);

  f->currency = "";
  fixture_market (f, 1, "示例市场");
  fixture_quote (f, f->today, 1, 7, 0);
  *first = fixture_bundle (f, CZ_BUNDLE_FIRST);
  fixture_apply_ok (f, *first);
  fixture_quote (f, f->today + 1, 1, 7, 0);
  fixture_market (f, 2, "另一市场");
  *second = fixture_bundle (f, CZ_BUNDLE_DAILY);
  return f;
}

static void
refuse_altered (Fixture *f, const guint8 *data, gsize size, const char *before)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GError) error = NULL;

  g_assert_false (fixture_apply (f, bytes, &error));
  g_assert_true (error->domain == CZ_WIRE_ERROR);
  g_autofree char *after = fixture_summary (cz_content_db (f->agent));
  g_assert_cmpstr (before, ==, after);
}

static void
test_every_flipped_byte (void)
{
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) second = NULL;
  g_autoptr (Fixture) f = fixture_with_two (&first, &second);
  g_autofree char *before = fixture_summary (cz_content_db (f->agent));
  gsize size;
  const guint8 *data = g_bytes_get_data (second, &size);
  g_autofree guint8 *copy = g_memdup2 (data, size);

  for (gsize i = 0; i < size; i++) {
    copy[i] ^= (guint8) (1u << (i % 8));
    refuse_altered (f, copy, size, before);
    copy[i] = data[i];
  }
  fixture_apply_ok (f, second);
}

static void
test_every_truncation (void)
{
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) second = NULL;
  g_autoptr (Fixture) f = fixture_with_two (&first, &second);
  g_autofree char *before = fixture_summary (cz_content_db (f->agent));
  gsize size;
  const guint8 *data = g_bytes_get_data (second, &size);

  for (gsize i = 0; i < size; i++)
    refuse_altered (f, data, i, before);
  fixture_apply_ok (f, second);
}

static void
test_replay_and_gap (void)
{
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) second = NULL;
  g_autoptr (Fixture) f = fixture_with_two (&first, &second);

  fixture_quote (f, f->today + 2, 1, 7, 0);
  g_autoptr (GBytes) third = fixture_bundle (f, CZ_BUNDLE_DAILY);
  fixture_refused (f, first, CZ_WIRE_ERROR, CZ_WIRE_ERROR_ORDER);
  fixture_refused (f, third, CZ_WIRE_ERROR, CZ_WIRE_ERROR_ORDER);
  fixture_apply_ok (f, second);
  fixture_refused (f, second, CZ_WIRE_ERROR, CZ_WIRE_ERROR_ORDER);
  fixture_apply_ok (f, third);
}

static void
break_from_state (CzManifest *manifest)
{
  manifest->from_state[5] ^= 1;
}

static void
break_to_state (CzManifest *manifest)
{
  manifest->to_state[5] ^= 1;
}

static void
raise_schema (CzManifest *manifest)
{
  manifest->schema = CZ_SCHEMA_VERSION + 1;
}

static void
unknown_table (CzManifest *manifest)
{
  manifest->sections[0].table = 60;
}

static void
unknown_op (CzManifest *manifest)
{
  manifest->sections[0].op = 9;
}

static void
unknown_codec (CzManifest *manifest)
{
  manifest->sections[0].codec = CZ_CODEC_RESIDUAL + 1;
}

static void
raise_codec (CzManifest *manifest)
{
  manifest->min_codec = CZ_CODEC_RESIDUAL + 1;
}

static void
next_epoch (CzManifest *manifest)
{
  manifest->epoch++;
}

static const struct {
  FixtureTweak tweak;
  CzWireError code;
} tweaks[] = {
  { break_from_state, CZ_WIRE_ERROR_STATE }, { break_to_state, CZ_WIRE_ERROR_STATE },  { raise_schema, CZ_WIRE_ERROR_NEWER },
  { unknown_table, CZ_WIRE_ERROR_NEWER },    { unknown_op, CZ_WIRE_ERROR_NEWER },      { unknown_codec, CZ_WIRE_ERROR_NEWER },
  { raise_codec, CZ_WIRE_ERROR_NEWER },      { next_epoch, CZ_WIRE_ERROR_ORDER },
};

/* Signed, but wrong: what a publisher's own fault or a newer program would send. */
static void
test_signed_manifests (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (tweaks); i++) {
    g_autoptr (GBytes) first = NULL;
    g_autoptr (GBytes) second = NULL;
    g_autoptr (Fixture) f = fixture_with_two (&first, &second);

    fixture_apply_ok (f, second);
    f->tweak = tweaks[i].tweak;
    fixture_quote (f, f->today + 3, 1, 7, 0);
    g_autoptr (GBytes) third = fixture_bundle (f, CZ_BUNDLE_DAILY);
    fixture_refused (f, third, CZ_WIRE_ERROR, (gint) tweaks[i].code);
  }
}

static void
test_scope (void)
{
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) second = NULL;
  g_autoptr (Fixture) f = fixture_with_two (&first, &second);

  f->scope.table_mask = G_GUINT64_CONSTANT (1) << CZ_TABLE_QUOTE;
  fixture_refused (f, second, CZ_WIRE_ERROR, CZ_WIRE_ERROR_SCOPE);
  f->scope.table_mask = G_MAXUINT64;
  f->scope.rows_per_day = 1;
  fixture_refused (f, second, CZ_WIRE_ERROR, CZ_WIRE_ERROR_SCOPE);
  f->scope.rows_per_day = 2;
  fixture_apply_ok (f, second);
}

/* "First publication" again and again would be a way round the quota. */
static void
test_quota_of_late_first (void)
{
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) second = NULL;
  g_autoptr (Fixture) f = fixture_with_two (&first, &second);

  fixture_apply_ok (f, second);
  fixture_quote (f, f->today + 2, 1, 7, 0);
  fixture_quote (f, f->today + 3, 1, 7, 0);
  g_autoptr (GBytes) late = fixture_bundle (f, CZ_BUNDLE_FIRST);
  f->scope.rows_per_day = 1;
  fixture_refused (f, late, CZ_WIRE_ERROR, CZ_WIRE_ERROR_SCOPE);
}

typedef struct {
  CzOp op;
  guint16 table;
  gint64 key; /* first field */
  const char *name; /* second field of a market */
  guint64 mask;
  gboolean is_store; /* CZ_STORE_ERROR, else CZ_ROW_ERROR or CZ_WIRE_ERROR */
  gint code;
} Bad;

#define OWN G_GINT64_CONSTANT (990101000000000)
#define FOREIGN G_GINT64_CONSTANT (990102000000000)

static const Bad bad_rows[] = {
  { CZ_OP_INSERT, CZ_TABLE_MARKET, FOREIGN + 5, "外县", 0, FALSE, CZ_ROW_ERROR_SCOPE },
  { CZ_OP_INSERT, CZ_TABLE_MARKET, OWN, "零号", 0, FALSE, CZ_ROW_ERROR_SCOPE },
  { CZ_OP_INSERT, CZ_TABLE_REGION, G_GINT64_CONSTANT (990102001000), "外乡", 0, FALSE, CZ_ROW_ERROR_SCOPE },
  { CZ_OP_INSERT, CZ_TABLE_MARKET, OWN + 5, "\xff\xfe", 0, FALSE, CZ_ROW_ERROR_TEXT },
  { CZ_OP_INSERT, CZ_TABLE_PRODUCT, OWN + 5, "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二", 0, FALSE, CZ_ROW_ERROR_RANGE },
  { CZ_OP_INSERT, CZ_TABLE_MARKET, OWN + 1, "又来一次", 0, TRUE, CZ_STORE_ERROR_CONSTRAINT },
  { CZ_OP_UPDATE, CZ_TABLE_MARKET, OWN + 77, "没有的", 3, TRUE, CZ_STORE_ERROR_CONSTRAINT },
  { CZ_OP_DELETE, CZ_TABLE_MARKET, OWN + 77, "", 1, TRUE, CZ_STORE_ERROR_CONSTRAINT },
  { CZ_OP_UPDATE, CZ_TABLE_MARKET, OWN + 1, "\xc3(", 3, FALSE, CZ_ROW_ERROR_TEXT },
};

static void
test_bad_rows (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad_rows); i++) {
    const Bad *bad = &bad_rows[i];
    g_autoptr (GBytes) first = NULL;
    g_autoptr (GBytes) second = NULL;
    g_autoptr (Fixture) f = fixture_with_two (&first, &second);
    CzRow row = { 0 };

    fixture_apply_ok (f, second);
    f->is_forged = TRUE;
    row.v[0].i = bad->key;
    fixture_text (f, &row.v[1], bad->name);
    fixture_quote (f, f->today + 4, 1, 7, 0); /* a good row before the bad one must go with it */
    fixture_change (f, bad->op, cz_table_by_number (bad->table), &row, bad->mask);
    g_autoptr (GBytes) third = fixture_bundle (f, CZ_BUNDLE_DAILY);
    fixture_refused (f, third, bad->is_store ? CZ_STORE_ERROR : CZ_ROW_ERROR, bad->code);
  }
}

static void
test_retention_of_no_day (void)
{
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) second = NULL;
  g_autoptr (Fixture) f = fixture_with_two (&first, &second);
  CzRow rule = { 0 };

  fixture_apply_ok (f, second);
  f->is_forged = TRUE;
  rule.v[0].i = 7; /* quote.mid */
  rule.v[1].i = f->today;
  fixture_change (f, CZ_OP_RETENTION, cz_table_by_number (CZ_TABLE_QUOTE), &rule, 0);
  g_autoptr (GBytes) third = fixture_bundle (f, CZ_BUNDLE_DAILY);
  fixture_refused (f, third, CZ_WIRE_ERROR, CZ_WIRE_ERROR_FORMAT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/refusals/every-flipped-byte", test_every_flipped_byte);
  g_test_add_func ("/store/refusals/every-truncation", test_every_truncation);
  g_test_add_func ("/store/refusals/replay-and-gap", test_replay_and_gap);
  g_test_add_func ("/store/refusals/signed-manifests", test_signed_manifests);
  g_test_add_func ("/store/refusals/scope", test_scope);
  g_test_add_func ("/store/refusals/quota-of-late-first", test_quota_of_late_first);
  g_test_add_func ("/store/refusals/bad-rows", test_bad_rows);
  g_test_add_func ("/store/refusals/retention-of-no-day", test_retention_of_no_day);
  return g_test_run ();
}
