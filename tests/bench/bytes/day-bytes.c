/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/store/cz-content-prior.h"
#include "sync/wire/cz-limits.h"
#include "sync/wire/cz-wire-error.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/resource.h>

/* day-bytes publish OLD.db NEW.db CONTENT OUT   what a bundle from one state to the next costs
 * day-bytes apply CONTENT KEY BUNDLE            applies it, saying how long it took and how much memory
 * day-bytes load OLD.db CONTENT                 a content folder in that state
 *
 * OLD.db and NEW.db: tables named as in the project with its columns, without channel; see bytes.py. */

#define CHANNEL 990101

static CzApplyScope
scope_of_all (void)
{
  return (CzApplyScope){ .table_mask = G_MAXUINT64, .now_s = 1700000000, .trusted_s = 1700000000 };
}

static gint64
now_us (void)
{
  return g_get_monotonic_time ();
}

/* What this process computed: other work on the machine does not count. */
static gint64
cpu_us (void)
{
  struct rusage used;
  getrusage (RUSAGE_SELF, &used);
  return (gint64) (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000 + used.ru_utime.tv_usec + used.ru_stime.tv_usec;
}

static sqlite3_stmt *
all_rows (sqlite3 *db, const CzTable *table)
{
  g_autoptr (GString) sql = g_string_new ("SELECT 0");
  for (guint i = 0; i < table->n_fields; i++)
    g_string_append_printf (sql, ", %s", table->fields[i].name);
  g_string_append_printf (sql, " FROM %s ORDER BY ", table->name);
  for (guint i = 0; i < table->n_keys; i++)
    g_string_append_printf (sql, "%s%s", i > 0 ? ", " : "", table->fields[i].name);
  sqlite3_stmt *stmt = NULL;
  if (sqlite3_prepare_v2 (db, sql->str, -1, &stmt, NULL) != SQLITE_OK)
    return NULL; /* the set has no such table */
  return stmt;
}

static gboolean
next (sqlite3_stmt *stmt, const CzTable *table, CzRow *row)
{
  memset (row, 0, sizeof *row);
  if (sqlite3_step (stmt) != SQLITE_ROW)
    return FALSE;
  cz_rows_read (stmt, 1, table, row);
  return TRUE;
}

static guint64
difference (const CzTable *table, const CzRow *a, const CzRow *b)
{
  guint64 mask = 0;
  for (guint i = table->n_keys; i < table->n_fields; i++)
    if (!cz_value_equal (&table->fields[i], &a->v[i], &b->v[i]))
      mask |= G_GUINT64_CONSTANT (1) << i;
  return mask ? mask | ((G_GUINT64_CONSTANT (1) << table->n_keys) - 1) : 0;
}

typedef struct {
  CzSectionWriter *writers[3]; /* delete, insert, update */
  CzManifest manifest;
  GPtrArray *bytes;
  CzState state;
  const CzPrior *prior;
  gboolean plain; /* codec ≤ 1 */
} Draft;

static const CzOp ops[] = { CZ_OP_DELETE, CZ_OP_INSERT, CZ_OP_UPDATE };

static void
write_row (Draft *draft, guint which, const CzTable *table, const CzRow *row, guint64 mask)
{
  g_autoptr (GError) error = NULL;
  if (!draft->writers[which])
    draft->writers[which] = cz_section_writer_new (table, ops[which], CZ_CODEC_ZSTD, 19);
  if (!cz_section_writer_add (draft->writers[which], row, mask, &error))
    g_printerr ("%s\n", error->message);
  g_assert_no_error (error);
}

static void
finish_table (Draft *draft, const CzTable *table)
{
  for (guint i = 0; i < 3; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (CzSectionWriter) writer = g_steal_pointer (&draft->writers[i]);
    CzSection plain, *line = &draft->manifest.sections[draft->manifest.n_sections];
    if (!writer)
      continue;
    g_autoptr (GBytes) raw = cz_section_writer_copy_raw (writer);
    g_autoptr (GBytes) bytes = cz_section_writer_finish (writer, &plain, &error);
    gint64 begin = cpu_us ();
    GBytes *packed = draft->plain ? NULL : cz_section_pack (&plain, raw, draft->prior, line, &error);
    g_assert_no_error (error);
    gint64 packing = cpu_us () - begin;
    if (!packed)
      *line = plain;
    begin = cpu_us ();
    if (packed)
      g_bytes_unref (cz_section_unpack (line, g_bytes_get_data (packed, NULL), g_bytes_get_size (packed), draft->prior, &error));
    g_print ("section %s op %u codec %u rows %u raw %u plain %u bytes %u pack_ms %.1f unpack_ms %.1f\n", table->name, ops[i], line->codec,
             line->rows, line->raw_len, plain.comp_len, line->comp_len, (double) packing / 1000, (double) (cpu_us () - begin) / 1000);
    g_ptr_array_add (draft->bytes, packed ? packed : g_bytes_ref (bytes));
    draft->manifest.min_codec = MAX (draft->manifest.min_codec, line->codec);
    draft->manifest.n_sections++;
  }
}

static void
compare_table (Draft *draft, sqlite3 *old_db, sqlite3 *new_db, const CzTable *table)
{
  g_autoptr (sqlite3_stmt) old_stmt = all_rows (old_db, table);
  g_autoptr (sqlite3_stmt) new_stmt = all_rows (new_db, table);
  CzRow a, b;
  if (!old_stmt || !new_stmt)
    return;
  gboolean has_a = next (old_stmt, table, &a), has_b = next (new_stmt, table, &b);
  while (has_a || has_b) {
    int order = !has_a ? 1 : !has_b ? -1 : cz_row_compare_keys (table, &a, &b);
    guint64 mask = order == 0 ? difference (table, &a, &b) : 0;
    if (order < 0 || mask)
      cz_state_remove_row (&draft->state, table, &a);
    if (order > 0 || mask)
      cz_state_add_row (&draft->state, table, &b);
    if (order < 0)
      write_row (draft, 0, table, &a, (G_GUINT64_CONSTANT (1) << table->n_keys) - 1);
    else if (order > 0)
      write_row (draft, 1, table, &b, 0);
    else if (mask)
      write_row (draft, 2, table, &b, mask);
    if (order <= 0)
      has_a = next (old_stmt, table, &a);
    if (order >= 0)
      has_b = next (new_stmt, table, &b);
  }
  finish_table (draft, table);
}

static int
publish (char **args)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (sqlite3) old_db = NULL;
  g_autoptr (sqlite3) new_db = NULL;
  g_autoptr (CzContent) content = cz_content_open (args[2], &error);
  g_assert_no_error (error);
  g_assert_cmpint (sqlite3_open_v2 (args[0], &old_db, SQLITE_OPEN_READONLY, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_open_v2 (args[1], &new_db, SQLITE_OPEN_READONLY, NULL), ==, SQLITE_OK);
  CzChannelMark mark;
  g_assert_true (cz_content_mark (content, CHANNEL, &mark, &error));
  g_autoptr (CzContentPrior) prior = cz_content_prior_new (content, CHANNEL, &error);
  g_assert_no_error (error);
  Draft draft = { .bytes = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref), .prior = cz_content_prior_wire (prior) };
  guint n;
  const CzTable *const *tables = cz_table_all (&n);
  draft.state = mark.state;
  draft.plain = args[4] && g_str_equal (args[4], "plain");
  for (guint i = 0; i < n; i++)
    compare_table (&draft, old_db, new_db, tables[i]);
  CzManifest *m = &draft.manifest;
  m->channel = CHANNEL;
  m->kind = CZ_BUNDLE_DAILY;
  m->from_seq = mark.seq;
  m->to_seq = mark.seq + 1;
  m->created_s = 1700000000;
  m->schema = CZ_SCHEMA_VERSION;
  m->dict_kind = m->min_codec > CZ_CODEC_ZSTD;
  cz_state_to_bytes (&mark.state, m->from_state);
  cz_state_to_bytes (&draft.state, m->to_state);
  memcpy (m->prev_bundle, mark.tip, 32);
  g_autoptr (CzSecretKey) key = cz_secret_key_load (g_getenv ("CZ_BENCH_KEY"), NULL, &error);
  g_assert_no_error (error);
  g_autoptr (GBytes) bundle = cz_bundle_build (m, draft.bytes, key, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_set_contents (args[3], g_bytes_get_data (bundle, NULL), (gssize) g_bytes_get_size (bundle), &error));
  g_print ("bundle %" G_GSIZE_FORMAT "\n", g_bytes_get_size (bundle));
  g_ptr_array_unref (draft.bytes);
  return 0;
}

/* Peak of this program; ru_maxrss would count the parent's before exec. */
static gint64
peak_kib (void)
{
  g_autofree char *status = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL) || (line = strstr (status, "VmHWM:")) == NULL)
    return -1;
  return g_ascii_strtoll (line + strlen ("VmHWM:"), NULL, 10);
}

static int
apply (char **args)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *data = NULL;
  gsize size;
  CzPublicKey public_key;
  g_autofree CzBundle *bundle = g_new0 (CzBundle, 1);
  CzApplyScope scope = scope_of_all ();
  struct rusage used;
  g_autoptr (CzSecretKey) key = cz_secret_key_load (g_getenv ("CZ_BENCH_KEY"), NULL, &error);
  g_assert_no_error (error);
  cz_secret_key_public (key, &public_key);
  gint64 begin = now_us ();
  g_autoptr (CzContent) content = cz_content_open (args[0], &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (args[1], &data, &size, &error));
  gint64 opened = now_us ();
  g_assert_true (cz_bundle_open ((const guint8 *) data, size, &public_key, bundle, &error));
  if (!cz_content_apply (content, bundle, (const guint8 *) data, size, &scope, &error))
    g_printerr ("%s\n", error->message);
  g_assert_no_error (error);
  gint64 done = now_us ();
  getrusage (RUSAGE_SELF, &used);
  g_print ("apply_ms %.1f open_ms %.1f cpu_ms %.1f rss_kb %" G_GINT64_FORMAT "\n", (double) (done - opened) / 1000, (double) (opened - begin) / 1000,
           (double) used.ru_utime.tv_sec * 1000 + (double) used.ru_utime.tv_usec / 1000 + (double) used.ru_stime.tv_sec * 1000
               + (double) used.ru_stime.tv_usec / 1000, peak_kib ());
  return 0;
}

static int
load (char **args)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (sqlite3) db = NULL;
  g_autoptr (CzContent) content = cz_content_open (args[1], &error);
  g_assert_no_error (error);
  g_assert_cmpint (sqlite3_open_v2 (args[0], &db, SQLITE_OPEN_READONLY, NULL), ==, SQLITE_OK);
  CzApplyScope scope = scope_of_all ();
  CzChannelMark mark = { .seq = 1, .schema = CZ_SCHEMA_VERSION };
  CzApply *into = cz_apply_begin (content, CHANNEL, &scope, &error);
  g_assert_no_error (error);
  guint n;
  const CzTable *const *tables = cz_table_all (&n);
  for (guint i = 0; i < n; i++) {
    g_autoptr (sqlite3_stmt) stmt = all_rows (db, tables[i]);
    CzRow row;
    while (stmt && next (stmt, tables[i], &row)) {
      gboolean ok = cz_apply_insert (into, tables[i], &row, &error);
      g_assert_no_error (error);
      g_assert_true (ok);
    }
  }
  g_assert_true (cz_apply_commit (into, &mark, &error));
  return 0;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  if (argc >= 3 && g_str_equal (argv[1], "key")) {
    g_autoptr (CzSecretKey) key = cz_secret_key_new ();
    g_assert_true (cz_secret_key_save (key, argv[2], "content", NULL, &error));
    return 0;
  }
  if (argc >= 6 && g_str_equal (argv[1], "publish"))
    return publish (argv + 2);
  if (argc >= 4 && g_str_equal (argv[1], "apply"))
    return apply (argv + 2);
  if (argc >= 4 && g_str_equal (argv[1], "load"))
    return load (argv + 2);
  g_printerr ("day-bytes key FILE | load SET.db FOLDER | publish OLD.db NEW.db FOLDER OUT [plain] | apply FOLDER BUNDLE\n");
  return 2;
}
