/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "cz-catalog"
#include "app/catalog/cz-shelf.h"

struct _CzShelf {
  sqlite3 *db;
  char *path;
  GHashTable *stmts; /* address of the SQL text → statement */
  GArray *channels; /* CzChannel; NULL until asked for */
};

CzShelf *
cz_shelf_open (const char *content_dir, GError **error)
{
  g_autofree char *path = NULL;
  sqlite3 *db = cz_content_open_reader (content_dir, &path, error);
  CzShelf *shelf;

  if (db == NULL)
    return NULL;
  shelf = g_new0 (CzShelf, 1);
  shelf->db = db;
  shelf->path = g_steal_pointer (&path);
  shelf->stmts = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) cz_stmt_free);
  return shelf;
}

void
cz_shelf_free (CzShelf *shelf)
{
  if (shelf == NULL)
    return;
  g_hash_table_unref (shelf->stmts);
  g_clear_pointer (&shelf->channels, g_array_unref);
  cz_db_close (shelf->db);
  g_free (shelf->path);
  g_free (shelf);
}

const char *
cz_shelf_path (CzShelf *shelf)
{
  return shelf->path;
}

gint64
cz_shelf_data_version (CzShelf *shelf)
{
  return cz_shelf_int (shelf, "PRAGMA data_version", 0, NULL, 0);
}

sqlite3_stmt *
cz_shelf_stmt (CzShelf *shelf, const char *sql)
{
  sqlite3_stmt *stmt = g_hash_table_lookup (shelf->stmts, sql);
  g_autoptr (GError) error = NULL;

  if (stmt != NULL) {
    sqlite3_reset (stmt);
    sqlite3_clear_bindings (stmt);
    return stmt;
  }
  stmt = cz_db_prepare (shelf->db, sql, &error);
  if (stmt == NULL) {
    g_warning ("%s: %s", shelf->path, error->message);
    return NULL;
  }
  g_hash_table_insert (shelf->stmts, (gpointer) sql, stmt);
  return stmt;
}

sqlite3_stmt *
cz_shelf_query (CzShelf *shelf, const char *sql, guint n, const gint64 *values)
{
  sqlite3_stmt *stmt = cz_shelf_stmt (shelf, sql);

  if (stmt == NULL)
    return NULL;
  for (guint i = 0; i < n; i++)
    sqlite3_bind_int64 (stmt, (int) i + 1, values[i]);
  return stmt;
}

gint64
cz_shelf_int (CzShelf *shelf, const char *sql, guint n, const gint64 *values, gint64 fallback)
{
  sqlite3_stmt *stmt = cz_shelf_query (shelf, sql, n, values);

  if (stmt == NULL)
    return fallback;
  if (sqlite3_step (stmt) == SQLITE_ROW && sqlite3_column_type (stmt, 0) != SQLITE_NULL)
    fallback = sqlite3_column_int64 (stmt, 0);
  sqlite3_reset (stmt);
  return fallback;
}

static int
compare_nearest (gconstpointer a, gconstpointer b)
{
  CzChannel left = *(const CzChannel *) a, right = *(const CzChannel *) b;
  int tiers = (int) cz_channel_tier (right) - (int) cz_channel_tier (left);

  return tiers != 0 ? tiers : (left > right) - (left < right);
}

const CzChannel *
cz_shelf_quote_channels (CzShelf *shelf, guint *n)
{
  if (shelf->channels == NULL) {
    gint64 channel = -1;

    shelf->channels = g_array_new (FALSE, FALSE, sizeof (CzChannel));
    /* The key begins with the channel: each step is one descent of the tree. */
    while ((channel = cz_shelf_int (shelf, "SELECT MIN(channel) FROM quote_latest WHERE channel > ?1", 1, &channel, -1)) >= 0) {
      CzChannel found = (CzChannel) channel;
      g_array_append_val (shelf->channels, found);
    }
    g_array_sort (shelf->channels, compare_nearest);
  }
  *n = shelf->channels->len;
  return (const CzChannel *) (gpointer) shelf->channels->data;
}

void
cz_shelf_reload (CzShelf *shelf)
{
  g_clear_pointer (&shelf->channels, g_array_unref);
}

const char *
cz_column_text (sqlite3_stmt *stmt, int column)
{
  const char *text = (const char *) sqlite3_column_text (stmt, column);

  return text != NULL ? text : "";
}

char *
cz_shelf_text (CzShelf *shelf, const char *lang, CzChannel channel, const CzTable *table, gint64 row,
               const char *field, const char *original)
{
  int index = cz_table_field_index (table, field);
  gint64 values[4] = { channel, table->number, row, 0 };
  sqlite3_stmt *stmt = NULL;
  char *text = NULL;

  if (lang[0] != '\0' && index >= 0) {
    values[3] = table->fields[index].number;
    stmt = cz_shelf_query (shelf,
                           "SELECT text FROM translation WHERE channel = ?1 AND table_no = ?2 AND row = ?3"
                           " AND field_no = ?4 AND lang = ?5",
                           4, values);
  }
  if (stmt != NULL) {
    sqlite3_bind_text (stmt, 5, lang, -1, SQLITE_STATIC);
    if (sqlite3_step (stmt) == SQLITE_ROW)
      text = g_strdup (cz_column_text (stmt, 0));
    sqlite3_reset (stmt);
  }
  return text != NULL ? text : g_strdup (original != NULL ? original : "");
}
