/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/cz-hub-private.h"

#include <string.h>

#define LOCAL_NAMES "dirty, gone, published, import_no"

void
cz_hub_value_set_text (CzValue *value, const char *text)
{
  *value = (CzValue) { 0 };
  value->len = text == NULL ? 0 : (guint32) strlen (text);
  value->p = value->len == 0 ? NULL : text;
}

void
cz_hub_row_set_text (const CzTable *table, CzRow *row, const char *field, const char *text)
{
  int i = cz_table_field_index (table, field);
  g_return_if_fail (i >= 0);
  cz_hub_value_set_text (&row->v[i], text);
}

void
cz_hub_row_set_int (const CzTable *table, CzRow *row, const char *field, gint64 value)
{
  int i = cz_table_field_index (table, field);
  g_return_if_fail (i >= 0);
  row->v[i].i = value;
}

gint64
cz_hub_row_int (const CzTable *table, const CzRow *row, const char *field)
{
  int i = cz_table_field_index (table, field);
  g_return_val_if_fail (i >= 0, 0);
  return row->v[i].i;
}

void
cz_hub_statements_clear (CzHub *hub)
{
  for (gsize i = 0; i < G_N_ELEMENTS (hub->statements); i++) {
    CzHubStatements *s = &hub->statements[i];
    g_clear_pointer (&s->insert, cz_stmt_free);
    g_clear_pointer (&s->get, cz_stmt_free);
    g_clear_pointer (&s->replace, cz_stmt_free);
    g_clear_pointer (&s->gone, cz_stmt_free);
    g_clear_pointer (&s->kept, g_byte_array_unref);
  }
}

static char *
key_condition (const CzTable *table)
{
  GString *sql = g_string_new (" WHERE channel = ?");
  for (guint i = 0; i < table->n_keys; i++)
    g_string_append_printf (sql, " AND %s = ?", table->fields[i].name);
  return g_string_free (sql, FALSE);
}

static char *
insert_sql (const CzTable *table)
{
  GString *sql = g_string_new (NULL);
  g_string_append_printf (sql, "INSERT INTO %s (%s, import_no) VALUES (?", table->name, cz_rows_columns (table));
  for (guint i = 0; i < table->n_fields + 1; i++)
    g_string_append (sql, ", ?");
  g_string_append (sql, ") ON CONFLICT DO NOTHING");
  return g_string_free (sql, FALSE);
}

static char *
replace_sql (const CzTable *table)
{
  GString *sql = g_string_new (NULL);
  g_string_append_printf (sql, "UPDATE %s SET dirty = 1, gone = 0, import_no = ?", table->name);
  for (guint i = table->n_keys; i < table->n_fields; i++)
    g_string_append_printf (sql, ", %s = ?", table->fields[i].name);
  g_autofree char *condition = key_condition (table);
  g_string_append (sql, condition);
  return g_string_free (sql, FALSE);
}

static gboolean
prepare (CzHub *hub, const CzTable *table, GError **error)
{
  CzHubStatements *s = &hub->statements[table->number];
  if (s->insert != NULL)
    return TRUE;
  GError *low = NULL;
  g_autofree char *condition = key_condition (table);
  g_autofree char *get = g_strdup_printf ("SELECT %s, " LOCAL_NAMES " FROM %s%s", cz_rows_columns (table), table->name, condition);
  g_autofree char *gone = g_strdup_printf ("UPDATE %s SET dirty = 1, gone = 1, import_no = ?%s", table->name, condition);
  g_autofree char *insert = insert_sql (table);
  g_autofree char *replace = replace_sql (table);
  g_clear_pointer (&s->kept, g_byte_array_unref);
  s->kept = g_byte_array_new ();
  g_clear_pointer (&s->get, cz_stmt_free);
  g_clear_pointer (&s->replace, cz_stmt_free);
  g_clear_pointer (&s->gone, cz_stmt_free);
  if ((s->get = cz_db_prepare (hub->db, get, &low)) == NULL
      || (s->replace = cz_db_prepare (hub->db, replace, &low)) == NULL
      || (s->gone = cz_db_prepare (hub->db, gone, &low)) == NULL
      || (s->insert = cz_db_prepare (hub->db, insert, &low)) == NULL)
    return cz_hub_take_storage_error (low, error);
  return TRUE;
}

static gboolean
run (CzHub *hub, sqlite3_stmt *stmt, const CzTable *table, GError **error)
{
  int code = sqlite3_step (stmt);
  (void) sqlite3_reset (stmt);
  return code == SQLITE_DONE || cz_hub_storage_error (hub, code, table->name, error);
}

/* A value is borrowed from the statement; copies keep the statement from staying open. */
static void
keep (GByteArray *kept, const CzTable *table, CzRow *row)
{
  g_byte_array_set_size (kept, 0);
  for (guint i = 0; i < table->n_fields; i++)
    if (row->v[i].len > 0)
      g_byte_array_append (kept, (const guint8 *) row->v[i].p, row->v[i].len);
  gsize at = 0;
  for (guint i = 0; i < table->n_fields; i++)
    if (row->v[i].len > 0) {
      row->v[i].p = (const char *) kept->data + at;
      at += row->v[i].len;
    }
}

gboolean
cz_hub_get_local (CzHub *hub, const CzTable *table, const CzRow *key, CzRow *row, CzHubLocal *local, gboolean *found,
                  GError **error)
{
  *found = FALSE;
  if (!prepare (hub, table, error))
    return FALSE;
  CzHubStatements *s = &hub->statements[table->number];
  (void) sqlite3_bind_int (s->get, 1, hub->channel);
  cz_rows_bind (s->get, 2, table, key, 0, table->n_keys);
  int code = sqlite3_step (s->get);
  if (code == SQLITE_ROW) {
    int at = (int) table->n_fields + 1;
    cz_rows_read (s->get, 1, table, row);
    keep (s->kept, table, row);
    local->dirty = sqlite3_column_int (s->get, at) != 0;
    local->gone = sqlite3_column_int (s->get, at + 1) != 0;
    local->published = sqlite3_column_int (s->get, at + 2) != 0;
    local->import_no = sqlite3_column_int64 (s->get, at + 3);
    *found = TRUE;
  }
  (void) sqlite3_reset (s->get);
  return code == SQLITE_ROW || code == SQLITE_DONE || cz_hub_storage_error (hub, code, table->name, error);
}

void
cz_hub_keep (CzHub *hub, const CzTable *table, CzRow *row)
{
  if (hub->got == NULL)
    hub->got = g_byte_array_new ();
  keep (hub->got, table, row);
}

gboolean
cz_hub_get (CzHub *hub, const CzTable *table, const CzRow *key, CzRow *row, gboolean *found, GError **error)
{
  CzHubLocal local = { 0 };
  if (!cz_hub_get_local (hub, table, key, row, &local, found, error))
    return FALSE;
  if (*found && local.gone)
    *found = FALSE;
  if (*found)
    cz_hub_keep (hub, table, row);
  return TRUE;
}

static gboolean
is_equal (const CzTable *table, const CzRow *a, const CzRow *b)
{
  for (guint i = table->n_keys; i < table->n_fields; i++) {
    gboolean own = table->number == CZ_TABLE_QUOTE && i == CZ_Q_STATUS;
    if (!own && !cz_value_equal (&table->fields[i], &a->v[i], &b->v[i]))
      return FALSE;
  }
  return TRUE;
}

static gboolean
judge (CzHub *hub, const CzTable *table, const CzRow *row, const CzRow *stored, const CzHubLocal *local, CzHubChange *out,
       GError **error)
{
  gboolean superseded = FALSE;
  if (is_equal (table, row, stored))
    *out = local->gone ? CZ_HUB_WITHDRAWN : CZ_HUB_SAME;
  else if (table->number == CZ_TABLE_QUOTE && stored->v[CZ_Q_STATUS].i != 0 && !local->gone) {
    if (!cz_hub_was_corrected_from (hub, row, &superseded, error))
      return FALSE;
    *out = superseded ? CZ_HUB_SAME : CZ_HUB_CHANGED;
  } else if (table->number != CZ_TABLE_QUOTE && !local->gone) {
    if (!cz_hub_was_changed_from (hub, table, row, stored, &superseded, error))
      return FALSE;
    *out = superseded ? CZ_HUB_SAME : CZ_HUB_CHANGED;
  } else
    *out = local->gone ? CZ_HUB_WITHDRAWN : CZ_HUB_CHANGED;
  return TRUE;
}

gboolean
cz_hub_compare (CzHub *hub, const CzTable *table, const CzRow *row, CzHubChange *out, gboolean *this_import,
                GError **error)
{
  CzRow stored;
  CzHubLocal local = { 0 };
  gboolean found = FALSE;
  *out = CZ_HUB_NEW;
  if (!cz_hub_get_local (hub, table, row, &stored, &local, &found, error))
    return FALSE;
  if (this_import != NULL)
    *this_import = found && hub->in_transaction && local.import_no == hub->import_no;
  return !found || judge (hub, table, row, &stored, &local, out, error);
}

static void
note_dirty (CzHub *hub, const CzTable *table, const CzRow *row)
{
  if (table->number == CZ_TABLE_QUOTE && row->v[CZ_Q_DAY].i < hub->quote_dirty_from) {
    hub->quote_dirty_from = row->v[CZ_Q_DAY].i;
    hub->quote_dirty_moved = TRUE;
  }
}

gboolean
cz_hub_replace (CzHub *hub, const CzTable *table, const CzRow *row, GError **error)
{
  if (!prepare (hub, table, error))
    return FALSE;
  sqlite3_stmt *stmt = hub->statements[table->number].replace;
  int values = (int) (table->n_fields - table->n_keys);
  (void) sqlite3_bind_int64 (stmt, 1, hub->import_no);
  cz_rows_bind (stmt, 2, table, row, table->n_keys, (guint) values);
  (void) sqlite3_bind_int (stmt, 2 + values, hub->channel);
  cz_rows_bind (stmt, 3 + values, table, row, 0, table->n_keys);
  note_dirty (hub, table, row);
  cz_hub_names_put (hub, table, row, FALSE);
  return run (hub, stmt, table, error);
}

gboolean
cz_hub_mark_gone (CzHub *hub, const CzTable *table, const CzRow *key, GError **error)
{
  if (!prepare (hub, table, error))
    return FALSE;
  sqlite3_stmt *stmt = hub->statements[table->number].gone;
  (void) sqlite3_bind_int64 (stmt, 1, hub->import_no);
  (void) sqlite3_bind_int (stmt, 2, hub->channel);
  cz_rows_bind (stmt, 3, table, key, 0, table->n_keys);
  note_dirty (hub, table, key);
  cz_hub_names_put (hub, table, key, FALSE);
  return run (hub, stmt, table, error);
}

/* The key is there already. */
static gboolean
put_over (CzHub *hub, const CzTable *table, const CzRow *row, CzHubChange *change, GError **error)
{
  CzRow stored;
  CzHubLocal local = { 0 };
  gboolean found = FALSE;
  if (!cz_hub_get_local (hub, table, row, &stored, &local, &found, error))
    return FALSE;
  if (!found)
    return cz_hub_storage_error (hub, SQLITE_CORRUPT, table->name, error);
  if (!judge (hub, table, row, &stored, &local, change, error))
    return FALSE;
  if (*change == CZ_HUB_SAME)
    return TRUE;
  if (table->number != CZ_TABLE_QUOTE)
    return cz_hub_replace (hub, table, row, error);
  CzRow fresh = *row;
  fresh.v[CZ_Q_STATUS].i = MAX (row->v[CZ_Q_STATUS].i, stored.v[CZ_Q_STATUS].i);
  gboolean prices_differ = row->v[CZ_Q_LOW].i != stored.v[CZ_Q_LOW].i || row->v[CZ_Q_MID].i != stored.v[CZ_Q_MID].i
                           || row->v[CZ_Q_HIGH].i != stored.v[CZ_Q_HIGH].i;
  if (local.published && !local.gone && prices_differ) {
    fresh.v[CZ_Q_STATUS].i = 1;
    if (!cz_hub_note_correction (hub, &stored, &fresh, error))
      return FALSE;
  }
  return cz_hub_replace (hub, table, &fresh, error) && cz_hub_series_put (hub, &fresh, error);
}

gboolean
cz_hub_put (CzHub *hub, const CzTable *table, const CzRow *row, CzHubChange *change, GError **error)
{
  g_return_val_if_fail (hub->in_transaction, FALSE);
  CzHubChange unused = CZ_HUB_NEW;
  CzHubChange *out = change != NULL ? change : &unused;
  *out = CZ_HUB_NEW;
  if (!cz_row_check (table, row, hub->channel, error) || !prepare (hub, table, error))
    return FALSE;
  sqlite3_stmt *stmt = hub->statements[table->number].insert;
  (void) sqlite3_bind_int (stmt, 1, hub->channel);
  cz_rows_bind (stmt, 2, table, row, 0, table->n_fields);
  (void) sqlite3_bind_int64 (stmt, 2 + (int) table->n_fields, hub->import_no);
  if (!run (hub, stmt, table, error))
    return FALSE;
  if (sqlite3_changes (hub->db) == 0)
    return put_over (hub, table, row, out, error);
  note_dirty (hub, table, row);
  if (table->number == CZ_TABLE_QUOTE)
    return cz_hub_series_put (hub, row, error);
  cz_hub_names_put (hub, table, row, TRUE);
  return TRUE;
}
