/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "sync/store/cz-content.h"
#include "sync/store/cz-schema.h"
#include "tests/sync/store/cz-store-fixture.h"

/* The open helper: modes, errors, numbered migrations forward and back. */

#define APPLICATION 0x43540001u

static const CzMigration steps[] = {
  { "CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT NOT NULL)", 1 },
  { "ALTER TABLE thing ADD COLUMN weight INTEGER NOT NULL DEFAULT 0", 1 }, /* program 1 still reads it */
  { "CREATE TABLE other (id INTEGER PRIMARY KEY)", 3 },                    /* only program 3 does */
};
static const CzDbOptions options = { CZ_DB_CREATE, 0660, TRUE, TRUE, 256 };

typedef struct {
  char *dir;
  char *path;
  char *backup;
} Place;

static Place
place_new (void)
{
  Place place = { .dir = g_dir_make_tmp ("cz-db-XXXXXX", NULL) };

  place.path = g_build_filename (place.dir, "a.db", NULL);
  place.backup = g_build_filename (place.dir, "a.db.before", NULL);
  return place;
}

static void
place_clear (Place *place)
{
  fixture_remove_tree (place->dir);
  g_free (place->dir);
  g_free (place->path);
  g_free (place->backup);
}

static sqlite3 *
open_ok (const char *path)
{
  g_autoptr (GError) error = NULL;
  sqlite3 *db = cz_db_open (path, &options, &error);

  g_assert_no_error (error);
  return db;
}

static void
test_makes_with_mode (void)
{
  Place place = place_new ();
  g_autoptr (sqlite3) db = open_ok (place.path);
  struct stat st;

  g_assert_cmpint (stat (place.path, &st), ==, 0);
  g_assert_cmpuint (st.st_mode & 0777, ==, 0660);
  g_assert_cmpint (cz_db_int (db, "PRAGMA secure_delete", -1), ==, 1);
  g_assert_cmpint (cz_db_int (db, "PRAGMA synchronous", -1), ==, 2);
  g_assert_cmpint (cz_db_int (db, "PRAGMA trusted_schema", -1), ==, 0);
  place_clear (&place);
}

static void
test_opening_errors (void)
{
  Place place = place_new ();
  const CzDbOptions must_exist = { CZ_DB_WRITE, 0, FALSE, FALSE, 256 };
  g_autoptr (GError) absent = NULL;
  g_autoptr (GError) damaged = NULL;
  g_autoptr (GError) folder = NULL;

  g_assert_null (cz_db_open (place.path, &must_exist, &absent));
  g_assert_error (absent, CZ_STORE_ERROR, CZ_STORE_ERROR_ABSENT);
  g_assert_false (g_file_test (place.path, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_set_contents (place.path, "this is no database, only some words that fill a page", -1, NULL));
  g_assert_null (cz_db_open (place.path, &must_exist, &damaged));
  g_assert_error (damaged, CZ_STORE_ERROR, CZ_STORE_ERROR_DAMAGED);
  g_autofree char *nowhere = g_build_filename (place.dir, "no", "such", "a.db", NULL);
  g_assert_null (cz_db_open (nowhere, &options, &folder));
  g_assert_error (folder, CZ_STORE_ERROR, CZ_STORE_ERROR_ABSENT);
  place_clear (&place);
}

static void
test_busy (void)
{
  Place place = place_new ();
  g_autoptr (sqlite3) a = open_ok (place.path);
  g_autoptr (sqlite3) b = open_ok (place.path);
  g_autoptr (GError) error = NULL;

  (void) sqlite3_busy_timeout (b, 0);
  g_assert_true (cz_db_begin (a, NULL));
  g_assert_false (cz_db_begin (b, &error));
  g_assert_error (error, CZ_STORE_ERROR, CZ_STORE_ERROR_BUSY);
  cz_db_roll_back (a);
  g_assert_true (cz_db_begin (b, NULL));
  cz_db_roll_back (b);
  cz_db_roll_back (b); /* twice is harmless */
  place_clear (&place);
}

static gboolean
migrate (const char *path, guint program, const char *backup, GError **error)
{
  g_autoptr (sqlite3) db = open_ok (path);

  return cz_db_migrate (db, APPLICATION, steps, program, backup, error);
}

/* A file goes forward with the programs; an older one reads and writes on as long as min_reader lets it. */
static void
test_forward_and_back (void)
{
  Place place = place_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (migrate (place.path, 1, place.backup, &error));
  g_assert_false (g_file_test (place.backup, G_FILE_TEST_EXISTS)); /* nothing was there to keep */
  g_autoptr (sqlite3) db = open_ok (place.path);
  g_assert_true (cz_db_exec (db, "INSERT INTO thing (id, name) VALUES (1, 'of version 1')", &error));
  g_assert_true (migrate (place.path, 2, place.backup, &error));
  g_assert_true (migrate (place.path, 1, NULL, &error)); /* program 1 after a roll-back */
  g_assert_true (cz_db_exec (db, "INSERT INTO thing (id, name) VALUES (2, 'program 1 again')", &error));
  g_assert_cmpint (cz_db_int (db, "SELECT sum(id) FROM thing", 0), ==, 3);
  g_assert_cmpint (cz_db_int (db, "PRAGMA user_version", 0), ==, 2);
  g_assert_true (migrate (place.path, 3, NULL, &error));
  g_assert_false (migrate (place.path, 2, NULL, &error));
  g_assert_error (error, CZ_STORE_ERROR, CZ_STORE_ERROR_NEWER);
  g_assert_cmpint (cz_db_int (db, "SELECT count(*) FROM thing", 0), ==, 2);
  place_clear (&place);
}

static void
test_keeps_copy (void)
{
  Place place = place_new ();
  g_autoptr (GError) error = NULL;
  struct stat st;

  g_assert_true (migrate (place.path, 1, NULL, &error));
  g_autoptr (sqlite3) db = open_ok (place.path);
  g_assert_true (cz_db_exec (db, "INSERT INTO thing (id, name) VALUES (7, 'kept')", &error));
  g_assert_true (cz_db_migrate (db, APPLICATION, steps, 2, place.backup, &error));
  g_autoptr (sqlite3) copy = open_ok (place.backup);
  g_assert_cmpint (cz_db_int (copy, "PRAGMA user_version", 0), ==, 1);
  g_assert_cmpint (cz_db_int (copy, "SELECT id FROM thing", 0), ==, 7);
  g_assert_cmpint (stat (place.backup, &st), ==, 0);
  g_assert_cmpuint (st.st_mode & 0777, ==, 0660);
  place_clear (&place);
}

static void
test_failing_step (void)
{
  static const CzMigration broken[] = { { "CREATE TABLE thing (id INTEGER PRIMARY KEY)", 1 },
                                        { "CREATE TABLE more (id INTEGER); INSERT INTO nowhere VALUES (1)", 1 } };
  Place place = place_new ();
  g_autoptr (sqlite3) db = open_ok (place.path);
  g_autoptr (GError) error = NULL;

  g_assert_true (cz_db_migrate (db, APPLICATION, broken, 1, NULL, &error));
  g_assert_false (cz_db_migrate (db, APPLICATION, broken, 2, NULL, &error));
  g_assert_error (error, CZ_STORE_ERROR, CZ_STORE_ERROR_FAILED);
  g_assert_cmpint (cz_db_int (db, "PRAGMA user_version", 0), ==, 1);
  g_assert_cmpint (cz_db_int (db, "SELECT count(*) FROM sqlite_master WHERE name = 'more'", -1), ==, 0);
  place_clear (&place);
}

static void
test_foreign_file (void)
{
  Place place = place_new ();
  g_autoptr (sqlite3) db = open_ok (place.path);
  g_autoptr (GError) error = NULL;

  g_assert_true (cz_db_migrate (db, APPLICATION + 1, steps, 1, NULL, &error));
  g_assert_false (cz_db_migrate (db, APPLICATION, steps, 1, NULL, &error));
  g_assert_error (error, CZ_STORE_ERROR, CZ_STORE_ERROR_DAMAGED);
  place_clear (&place);
}

/* content.db of a future program: with a compatible min_reader both reader and writer go on, else both say so. */
static void
test_future_content (void)
{
  for (guint min_reader = CZ_CONTENT_VERSION; min_reader <= CZ_CONTENT_VERSION + 1; min_reader++) {
    g_autoptr (Fixture) f = fixture_new (41);
    g_autoptr (GError) reading = NULL;
    g_autoptr (GError) writing = NULL;
    g_autofree char *sql = g_strdup_printf ("ALTER TABLE quote ADD COLUMN mood INTEGER NOT NULL DEFAULT 0; CREATE TABLE extra (x);"
                                            "PRAGMA user_version = %d; UPDATE meta SET value = %u WHERE key = 'min_reader'",
                                            CZ_CONTENT_VERSION + 1, min_reader);
    fixture_quote (f, f->today, 1, 7, 0);
    g_autoptr (GBytes) first = fixture_bundle (f, CZ_BUNDLE_FIRST);
    fixture_apply_ok (f, first);
    g_assert_true (cz_db_exec (cz_content_db (f->agent), sql, NULL));
    g_clear_pointer (&f->agent, cz_content_free);
    g_autoptr (sqlite3) reader = cz_content_open_reader (f->agent_dir, NULL, &reading);
    f->agent = cz_content_open (f->agent_dir, &writing);
    if (min_reader > CZ_CONTENT_VERSION) {
      g_assert_error (reading, CZ_STORE_ERROR, CZ_STORE_ERROR_NEWER);
      g_assert_error (writing, CZ_STORE_ERROR, CZ_STORE_ERROR_NEWER);
      continue;
    }
    g_assert_no_error (reading);
    g_assert_no_error (writing);
    fixture_quote (f, f->today + 1, 1, 7, 0);
    g_autoptr (GBytes) second = fixture_bundle (f, CZ_BUNDLE_DAILY);
    fixture_apply_ok (f, second);
    g_assert_cmpint (cz_content_count (reader, f->channel, cz_table_by_name ("quote")), ==, 2);
    g_assert_true (cz_content_check (f->agent, TRUE, NULL));
  }
}

/* Every descriptor makes a table that takes a row with every field filled and gives it back the same. */
static void
test_every_table (void)
{
  g_autoptr (Fixture) f = fixture_new (42);
  guint n = 0;
  const CzTable *const *tables = cz_table_all (&n);

  for (guint i = 0; i < n; i++) {
    g_autoptr (CzRowStore) store = cz_row_store_new (cz_content_db (f->agent), tables[i], NULL);
    g_autoptr (GError) error = NULL;
    gboolean found = FALSE;
    CzRow row = { 0 };
    CzRow back;
    for (guint k = 0; k < tables[i]->n_fields; k++)
      if (tables[i]->fields[k].type == CZ_FIELD_INT)
        row.v[k].i = 1000 * (gint64) i + k + 1;
      else
        row.v[k] = (CzValue) { .p = "0123456789abcdef0123456789abcdef", .len = k % 2 == 0 ? 32 : 31 };
    g_assert_true (cz_row_store_insert (store, 7, &row, &error));
    g_assert_true (cz_row_store_get (store, 7, &row, &back, &found, &error));
    g_assert_true (found);
    for (guint k = 0; k < tables[i]->n_fields; k++)
      g_assert_true (cz_value_equal (&tables[i]->fields[k], &row.v[k], &back.v[k]));
    g_assert_false (cz_row_store_insert (store, 7, &row, &error));
    g_assert_error (error, CZ_STORE_ERROR, CZ_STORE_ERROR_CONSTRAINT);
    g_clear_error (&error);
    g_assert_true (cz_row_store_get (store, 8, &row, &back, &found, &error));
    g_assert_false (found);
    g_assert_true (cz_row_store_delete (store, 7, &row, &error));
    g_assert_false (cz_row_store_delete (store, 7, &row, &error));
    g_assert_error (error, CZ_STORE_ERROR, CZ_STORE_ERROR_CONSTRAINT);
  }
}

/* A file from before a field was described gets the column; rows read as its default. */
static void
test_upgrade_adds_fields (void)
{
  g_autoptr (Fixture) f = fixture_new (43);
  sqlite3 *db = cz_content_db (f->agent);
  const CzTable *market = cz_table_by_name ("market");

  g_autofree char *nothing = cz_rows_upgrade_sql (db, market, NULL);
  g_assert_cmpstr (nothing, ==, "");
  g_assert_true (cz_db_exec (db, "ALTER TABLE market DROP COLUMN source_code; DROP TABLE paper", NULL));
  g_autofree char *column = cz_rows_upgrade_sql (db, market, NULL);
  g_assert_cmpstr (column, ==, "ALTER TABLE market ADD COLUMN source_code TEXT NOT NULL DEFAULT '';");
  g_autofree char *table = cz_rows_upgrade_sql (db, cz_table_by_name ("paper"), NULL);
  g_assert_true (g_str_has_prefix (table, "CREATE TABLE paper (channel INTEGER NOT NULL, id INTEGER"));
  g_assert_true (cz_db_exec (db, column, NULL) && cz_db_exec (db, table, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/db/makes-with-mode", test_makes_with_mode);
  g_test_add_func ("/store/db/opening-errors", test_opening_errors);
  g_test_add_func ("/store/db/busy", test_busy);
  g_test_add_func ("/store/db/forward-and-back", test_forward_and_back);
  g_test_add_func ("/store/db/keeps-copy", test_keeps_copy);
  g_test_add_func ("/store/db/failing-step", test_failing_step);
  g_test_add_func ("/store/db/foreign-file", test_foreign_file);
  g_test_add_func ("/store/db/future-content", test_future_content);
  g_test_add_func ("/store/db/every-table", test_every_table);
  g_test_add_func ("/store/db/upgrade-adds-fields", test_upgrade_adds_fields);
  return g_test_run ();
}
