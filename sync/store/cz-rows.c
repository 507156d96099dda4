/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/store/cz-rows.h"

#include <string.h>

#include "sync/store/cz-db.h"

/* Above this a row is not "narrow": whole rows in the inner pages of a WITHOUT ROWID table make it slow. */
#define NARROW_TEXT_BYTES 60

/* With defaults, so that an older program can still insert into a file that has newer columns. */
static const char *
type_name (CzFieldType type)
{
  return type == CZ_FIELD_INT    ? "INTEGER NOT NULL DEFAULT 0"
         : type == CZ_FIELD_TEXT ? "TEXT NOT NULL DEFAULT ''"
                                 : "BLOB NOT NULL DEFAULT x''";
}

static gboolean
is_narrow (const CzTable *table)
{
  for (guint i = 0; i < table->n_fields; i++) {
    const CzField *field = &table->fields[i];
    if (field->type != CZ_FIELD_INT && (i < table->n_keys || field->max_bytes > NARROW_TEXT_BYTES))
      return FALSE;
  }
  return table->n_keys >= 2;
}

/* Listings come, change and go one by one all over their table. A tree of keys beside the rows would be written as widely as the
 * rows themselves: a sixth of what a day writes. Their texts are short, whatever the longest may be. */
static gboolean
is_scattered (const CzTable *table)
{
  return table->number == CZ_TABLE_LISTING;
}

static void
append_names (GString *sql, const CzTable *table, guint first, guint n, const char *format, const char *separator)
{
  for (guint i = first; i < first + n; i++) {
    if (i > first)
      g_string_append (sql, separator);
    for (const char *c = format; *c != '\0'; c++)
      if (*c == '$')
        g_string_append (sql, table->fields[i].name);
      else
        g_string_append_c (sql, *c);
  }
}

char *
cz_rows_create_sql (const CzTable *table, const char *local_columns)
{
  GString *sql = g_string_new (NULL);

  g_string_append_printf (sql, "CREATE TABLE %s (channel INTEGER NOT NULL", table->name);
  for (guint i = 0; i < table->n_fields; i++)
    g_string_append_printf (sql, ", %s %s", table->fields[i].name, type_name (table->fields[i].type));
  if (local_columns != NULL)
    g_string_append (sql, local_columns);
  g_string_append (sql, ", PRIMARY KEY (channel, ");
  append_names (sql, table, 0, table->n_keys, "$", ", ");
  g_string_append (sql, is_narrow (table) || is_scattered (table) ? ")) WITHOUT ROWID" : "))");
  return g_string_free (sql, FALSE);
}

char *
cz_rows_upgrade_sql (sqlite3 *db, const CzTable *table, const char *local_columns)
{
  GString *sql = g_string_new (NULL);

  if (sqlite3_table_column_metadata (db, "main", table->name, NULL, NULL, NULL, NULL, NULL, NULL) != SQLITE_OK) {
    g_autofree char *create = cz_rows_create_sql (table, local_columns);
    g_string_append_printf (sql, "%s;", create);
    return g_string_free (sql, FALSE);
  }
  for (guint i = 0; i < table->n_fields; i++) {
    const CzField *field = &table->fields[i];
    if (sqlite3_table_column_metadata (db, "main", table->name, field->name, NULL, NULL, NULL, NULL, NULL) != SQLITE_OK)
      g_string_append_printf (sql, "ALTER TABLE %s ADD COLUMN %s %s;", table->name, field->name,
                              type_name (field->type));
  }
  return g_string_free (sql, FALSE);
}

const char *
cz_rows_columns (const CzTable *table)
{
  g_autoptr (GString) list = g_string_new ("channel, ");

  append_names (list, table, 0, table->n_fields, "$", ", ");
  return g_intern_string (list->str);
}

void
cz_rows_bind (sqlite3_stmt *stmt, int index, const CzTable *table, const CzRow *row, guint first, guint n)
{
  for (guint i = first; i < first + n; i++, index++) {
    const CzValue *value = &row->v[i];
    const char *bytes = value->len > 0 ? value->p : "";

    /* The result is SQLITE_OK or out of memory, which the step that follows reports as a missing value. */
    if (table->fields[i].type == CZ_FIELD_INT)
      (void) sqlite3_bind_int64 (stmt, index, value->i);
    else if (table->fields[i].type == CZ_FIELD_TEXT)
      (void) sqlite3_bind_text (stmt, index, bytes, (int) value->len, SQLITE_STATIC);
    else
      (void) sqlite3_bind_blob (stmt, index, bytes, (int) value->len, SQLITE_STATIC);
  }
}

void
cz_rows_read (sqlite3_stmt *stmt, int column, const CzTable *table, CzRow *row)
{
  for (guint i = 0; i < table->n_fields; i++, column++) {
    CzValue *value = &row->v[i];

    *value = (CzValue) { 0 };
    if (table->fields[i].type == CZ_FIELD_INT) {
      value->i = sqlite3_column_int64 (stmt, column);
      continue;
    }
    const char *bytes = table->fields[i].type == CZ_FIELD_TEXT ? (const char *) sqlite3_column_text (stmt, column)
                                                               : sqlite3_column_blob (stmt, column);
    value->len = (guint32) sqlite3_column_bytes (stmt, column);
    value->p = value->len > 0 ? bytes : NULL;
  }
}

/* --- statements of one table --- */

struct _CzRowStore {
  sqlite3 *db; /* borrowed */
  const CzTable *table;
  char *extra;
  sqlite3_stmt *insert;
  sqlite3_stmt *replace;
  sqlite3_stmt *get;
  sqlite3_stmt *remove;
  GByteArray *kept; /* text and blobs of the last row got */
};

CzRowStore *
cz_row_store_new (sqlite3 *db, const CzTable *table, const char *extra_columns)
{
  CzRowStore *self = g_new0 (CzRowStore, 1);

  self->db = db;
  self->table = table;
  self->extra = g_strdup (extra_columns);
  self->kept = g_byte_array_new ();
  return self;
}

void
cz_row_store_free (CzRowStore *self)
{
  if (self == NULL)
    return;
  cz_stmt_free (self->insert);
  cz_stmt_free (self->replace);
  cz_stmt_free (self->get);
  cz_stmt_free (self->remove);
  g_byte_array_unref (self->kept);
  g_free (self->extra);
  g_free (self);
}

static char *
insert_sql (const CzTable *table)
{
  GString *sql = g_string_new (NULL);

  g_string_append_printf (sql, "INSERT INTO %s (%s) VALUES (?, ", table->name, cz_rows_columns (table));
  append_names (sql, table, 0, table->n_fields, "?", ", ");
  g_string_append_c (sql, ')');
  return g_string_free (sql, FALSE);
}

static char *
replace_sql (const CzTable *table, const char *extra)
{
  g_autofree char *insert = insert_sql (table);
  GString *sql = g_string_new (insert);

  g_string_append (sql, " ON CONFLICT (channel, ");
  append_names (sql, table, 0, table->n_keys, "$", ", ");
  g_string_append (sql, ") DO UPDATE SET ");
  append_names (sql, table, table->n_keys, table->n_fields - table->n_keys, "$ = excluded.$", ", ");
  if (extra != NULL)
    g_string_append_printf (sql, ", %s", extra);
  return g_string_free (sql, FALSE);
}

static char *
key_sql (const CzTable *table, const char *verb)
{
  GString *sql = g_string_new (verb);

  g_string_append_printf (sql, " FROM %s WHERE channel = ? AND ", table->name);
  append_names (sql, table, 0, table->n_keys, "$ = ?", " AND ");
  return g_string_free (sql, FALSE);
}

/* Takes sql. */
static gboolean
prepare_once (CzRowStore *self, sqlite3_stmt **stmt, char *sql, GError **error)
{
  g_autofree char *owned = sql;

  *stmt = cz_db_prepare (self->db, owned, error);
  return *stmt != NULL;
}

static gboolean
write_row (CzRowStore *self, sqlite3_stmt *stmt, CzChannel channel, const CzRow *row, guint n_fields, const char *doing,
           GError **error)
{
  (void) sqlite3_bind_int (stmt, 1, channel);
  cz_rows_bind (stmt, 2, self->table, row, 0, n_fields);
  int code = sqlite3_step (stmt);
  gboolean ok = code == SQLITE_DONE;
  if (!ok) {
    g_autofree char *words = g_strdup_printf ("%s %s", doing, self->table->name);
    cz_db_set_error (self->db, code, words, error);
  }
  (void) sqlite3_reset (stmt);
  return ok;
}

gboolean
cz_row_store_insert (CzRowStore *self, CzChannel channel, const CzRow *row, GError **error)
{
  if (self->insert == NULL && !prepare_once (self, &self->insert, insert_sql (self->table), error))
    return FALSE;
  return write_row (self, self->insert, channel, row, self->table->n_fields, "inserting into", error);
}

gboolean
cz_row_store_replace (CzRowStore *self, CzChannel channel, const CzRow *row, GError **error)
{
  if (self->replace == NULL
      && !prepare_once (self, &self->replace, replace_sql (self->table, self->extra), error))
    return FALSE;
  return write_row (self, self->replace, channel, row, self->table->n_fields, "changing", error);
}

gboolean
cz_row_store_delete (CzRowStore *self, CzChannel channel, const CzRow *key, GError **error)
{
  if (self->remove == NULL && !prepare_once (self, &self->remove, key_sql (self->table, "DELETE"), error))
    return FALSE;
  if (!write_row (self, self->remove, channel, key, self->table->n_keys, "deleting from", error))
    return FALSE;
  if (sqlite3_changes (self->db) == 1)
    return TRUE;
  g_set_error (error, CZ_STORE_ERROR, CZ_STORE_ERROR_CONSTRAINT, "%s: no row with that key", self->table->name);
  return FALSE;
}

/* Copies what SQLite lends, so that no statement stays open and holds a snapshot. */
static void
keep_values (CzRowStore *self, CzRow *row)
{
  gsize at = 0;

  g_byte_array_set_size (self->kept, 0);
  for (guint i = 0; i < self->table->n_fields; i++)
    if (row->v[i].len > 0)
      g_byte_array_append (self->kept, (const guint8 *) row->v[i].p, row->v[i].len);
  for (guint i = 0; i < self->table->n_fields; i++)
    if (row->v[i].len > 0) {
      row->v[i].p = (const char *) self->kept->data + at;
      at += row->v[i].len;
    }
}

gboolean
cz_row_store_get (CzRowStore *self, CzChannel channel, const CzRow *key, CzRow *row, gboolean *found, GError **error)
{
  g_autofree char *verb = NULL;

  *found = FALSE;
  if (self->get == NULL) {
    verb = g_strdup_printf ("SELECT %s", cz_rows_columns (self->table));
    if (!prepare_once (self, &self->get, key_sql (self->table, verb), error))
      return FALSE;
  }
  (void) sqlite3_bind_int (self->get, 1, channel);
  cz_rows_bind (self->get, 2, self->table, key, 0, self->table->n_keys);
  int code = sqlite3_step (self->get);
  if (code == SQLITE_ROW) {
    cz_rows_read (self->get, 1, self->table, row);
    keep_values (self, row);
    *found = TRUE;
  } else if (code != SQLITE_DONE)
    cz_db_set_error (self->db, code, self->table->name, error);
  (void) sqlite3_reset (self->get);
  return code == SQLITE_ROW || code == SQLITE_DONE;
}
