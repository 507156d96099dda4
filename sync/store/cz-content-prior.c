/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/store/cz-content-prior.h"

#include <string.h>

#include "sync/store/cz-content-private.h"

/* Whole tables are walked through once: a small cache reads them as fast as a large one. */
#define CACHE_KIB 512

struct _CzContentPrior {
  sqlite3 *db;
  CzChannel channel;
  CzRowStore *rows[CZ_TABLES_MAX];
  CzPrior wire;
};

static gboolean
visit_rows (CzContentPrior *self, sqlite3_stmt *stmt, const CzTable *table, CzPriorVisit visit, gpointer data, GError **error)
{
  CzRow row;
  int code;

  memset (&row, 0, sizeof row);
  while ((code = sqlite3_step (stmt)) == SQLITE_ROW) {
    cz_rows_read (stmt, 1, table, &row);
    if (!visit (&row, data))
      return TRUE;
  }
  if (code != SQLITE_DONE)
    cz_db_set_error (self->db, code, "reading what is held", error);
  return code == SQLITE_DONE;
}

static char *
order_by (const CzTable *table, const char *direction)
{
  GString *list = g_string_new ("channel");

  g_string_append (list, direction);
  for (guint i = 0; i < table->n_keys; i++)
    g_string_append_printf (list, ", %s%s", table->fields[i].name, direction);
  return g_string_free (list, FALSE);
}

static gboolean
get (gpointer data, const CzTable *table, const CzRow *key, CzRow *row, gboolean *found, GError **error)
{
  CzContentPrior *self = data;

  g_return_val_if_fail (table->number < CZ_TABLES_MAX, FALSE);
  if (self->rows[table->number] == NULL)
    self->rows[table->number] = cz_row_store_new (self->db, table, NULL);
  memset (row, 0, sizeof *row);
  return cz_row_store_get (self->rows[table->number], self->channel, key, row, found, error);
}

static gboolean
newest (gpointer data, const CzTable *table, CzPriorVisit visit, gpointer visit_data, GError **error)
{
  CzContentPrior *self = data;
  g_autofree char *order = order_by (table, " DESC");
  g_autofree char *sql = g_strdup_printf ("SELECT %s FROM %s WHERE channel = ? ORDER BY %s", cz_rows_columns (table), table->name, order);
  g_autoptr (sqlite3_stmt) stmt = cz_db_prepare (self->db, sql, error);

  if (stmt == NULL)
    return FALSE;
  (void) sqlite3_bind_int (stmt, 1, self->channel);
  return visit_rows (self, stmt, table, visit, visit_data, error);
}

static gboolean
range (gpointer data, const CzTable *table, gint64 from, gint64 to, CzPriorVisit visit, gpointer visit_data, GError **error)
{
  CzContentPrior *self = data;
  const char *first = table->fields[0].name;
  g_autofree char *order = order_by (table, "");
  g_autofree char *sql = g_strdup_printf ("SELECT %s FROM %s WHERE channel = ? AND %s BETWEEN ? AND ? ORDER BY %s",
                                          cz_rows_columns (table), table->name, first, order);

  g_return_val_if_fail (table->fields[0].type == CZ_FIELD_INT, FALSE);
  g_autoptr (sqlite3_stmt) stmt = cz_db_prepare (self->db, sql, error);
  if (stmt == NULL)
    return FALSE;
  (void) sqlite3_bind_int (stmt, 1, self->channel);
  (void) sqlite3_bind_int64 (stmt, 2, from);
  (void) sqlite3_bind_int64 (stmt, 3, to);
  return visit_rows (self, stmt, table, visit, visit_data, error);
}

static gboolean
keys (gpointer data, const CzTable *table, CzPriorVisit visit, gpointer visit_data, GError **error)
{
  CzContentPrior *self = data;
  CzTable narrow = *table;
  g_autofree char *order = order_by (table, "");
  GString *list = g_string_new ("channel");

  narrow.n_fields = table->n_keys;
  for (guint i = 0; i < table->n_keys; i++)
    g_string_append_printf (list, ", %s", table->fields[i].name);
  g_autofree char *columns = g_string_free (list, FALSE);
  g_autofree char *sql = g_strdup_printf ("SELECT %s FROM %s WHERE channel = ? ORDER BY %s", columns, table->name, order);
  g_autoptr (sqlite3_stmt) stmt = cz_db_prepare (self->db, sql, error);
  if (stmt == NULL)
    return FALSE;
  (void) sqlite3_bind_int (stmt, 1, self->channel);
  return visit_rows (self, stmt, &narrow, visit, visit_data, error);
}

CzContentPrior *
cz_content_prior_new (CzContent *content, CzChannel channel, GError **error)
{
  const CzDbOptions options = { .mode = CZ_DB_READ, .persist_wal = TRUE, .cache_kib = CACHE_KIB };
  g_autoptr (CzContentPrior) self = g_new0 (CzContentPrior, 1);

  self->channel = channel;
  self->wire = (CzPrior) { self, get, newest, range, keys };
  self->db = cz_db_open (content->path, &options, error);
  /* The snapshot begins at the first read, not at BEGIN. */
  if (self->db == NULL || !cz_db_exec (self->db, "BEGIN; SELECT count (*) FROM sqlite_schema", error))
    return NULL;
  return g_steal_pointer (&self);
}

void
cz_content_prior_free (CzContentPrior *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < CZ_TABLES_MAX; i++)
    g_clear_pointer (&self->rows[i], cz_row_store_free);
  cz_db_close (self->db);
  g_free (self);
}

const CzPrior *
cz_content_prior_wire (CzContentPrior *self)
{
  return self != NULL ? &self->wire : NULL;
}
