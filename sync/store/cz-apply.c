/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/store/cz-content-private.h"

#include "sync/wire/cz-wire-error.h"

/* Lines of the bundle log that are kept for each channel: over a year of days. */
#define LOG_KEPT 400

struct _CzApply {
  CzContent *content; /* borrowed */
  CzChannelMark mark; /* as it stood; state as it stands */
  CzApplyScope scope;
  CzLatest *latest;
  CzApplyNote note;
  guint64 row_count;
  gboolean is_spoilt; /* an operation stopped half-way: only rolling back is left */
};

static void
free_apply (CzApply *self)
{
  cz_latest_free (self->latest);
  g_free (self);
}

CzApply *
cz_apply_begin (CzContent *content, CzChannel channel, const CzApplyScope *scope, GError **error)
{
  CzApply *self;

  g_return_val_if_fail (error == NULL || *error == NULL, NULL);
  if (!cz_db_begin (content->db, error))
    return NULL;
  self = g_new0 (CzApply, 1);
  self->content = content;
  self->scope = *scope;
  if (cz_mark_read (content->db, channel, &self->mark, error)) {
    self->latest = cz_latest_new (content->db, channel);
    return self;
  }
  cz_apply_roll_back (self);
  return NULL;
}

void
cz_apply_roll_back (CzApply *self)
{
  if (self == NULL)
    return;
  cz_db_roll_back (self->content->db);
  free_apply (self);
}

void
cz_apply_state (CzApply *self, CzState *out)
{
  *out = self->mark.state;
}

void
cz_apply_note (CzApply *self, const CzApplyNote *note)
{
  self->note = *note;
}

/* After some errors (no memory, a full disk) SQLite ends the transaction by itself, and what followed would stand alone. */
static gboolean
check_transaction (CzApply *self, GError **error)
{
  if (!self->is_spoilt && sqlite3_get_autocommit (self->content->db) == 0)
    return TRUE;
  g_set_error (error, CZ_STORE_ERROR, CZ_STORE_ERROR_FAILED, "channel %06d: an operation failed before", self->mark.channel);
  return FALSE;
}

static gboolean
check_scope (CzApply *self, const CzTable *table, GError **error)
{
  if (!check_transaction (self, error))
    return FALSE;
  if ((self->scope.table_mask >> table->number & 1) == 0) {
    g_set_error (error, CZ_WIRE_ERROR, CZ_WIRE_ERROR_SCOPE, "channel %06d may not write table %s", self->mark.channel,
                 table->name);
    return FALSE;
  }
  if (self->scope.rows_per_day > 0 && self->row_count >= self->scope.rows_per_day) {
    g_set_error (error, CZ_WIRE_ERROR, CZ_WIRE_ERROR_SCOPE, "channel %06d may write %u rows at once, this is more",
                 self->mark.channel, self->scope.rows_per_day);
    return FALSE;
  }
  self->row_count++;
  return TRUE;
}

/* After the row itself is written. */
static gboolean
count_row (CzApply *self, const CzTable *table, const CzRow *before, const CzRow *after, GError **error)
{
  gboolean ok = TRUE;

  if (before != NULL)
    cz_state_remove_row (&self->mark.state, table, before);
  if (after != NULL)
    cz_state_add_row (&self->mark.state, table, after);
  if (table->number != CZ_TABLE_QUOTE)
    return TRUE;
  if (before != NULL)
    ok = cz_latest_removed (self->latest, before, error);
  if (ok && after != NULL)
    ok = cz_latest_added (self->latest, after, error);
  self->is_spoilt = self->is_spoilt || !ok;
  return ok;
}

gboolean
cz_apply_insert (CzApply *self, const CzTable *table, const CzRow *row, GError **error)
{
  return check_scope (self, table, error) && cz_row_check (table, row, self->mark.channel, error)
         && cz_row_store_insert (cz_content_rows (self->content, table), self->mark.channel, row, error)
         && count_row (self, table, NULL, row, error);
}

/* The row of that key, which must be there. */
static gboolean
get_row (CzApply *self, const CzTable *table, const CzRow *key, CzRow *out, GError **error)
{
  gboolean found = FALSE;

  if (!cz_row_store_get (cz_content_rows (self->content, table), self->mark.channel, key, out, &found, error))
    return FALSE;
  if (!found)
    g_set_error (error, CZ_STORE_ERROR, CZ_STORE_ERROR_CONSTRAINT, "%s: no row with that key", table->name);
  return found;
}

gboolean
cz_apply_update (CzApply *self, const CzTable *table, const CzRow *row, guint64 mask, GError **error)
{
  CzRow before;
  CzRow after;

  if (!check_scope (self, table, error) || !get_row (self, table, row, &before, error))
    return FALSE;
  after = before;
  for (guint i = table->n_keys; i < table->n_fields; i++)
    if ((mask >> i & 1) != 0)
      after.v[i] = row->v[i];
  return cz_row_check (table, &after, self->mark.channel, error)
         && cz_row_store_replace (cz_content_rows (self->content, table), self->mark.channel, &after, error)
         && count_row (self, table, &before, &after, error);
}

gboolean
cz_apply_delete (CzApply *self, const CzTable *table, const CzRow *key, GError **error)
{
  CzRow before;

  return check_scope (self, table, error) && get_row (self, table, key, &before, error)
         && cz_row_store_delete (cz_content_rows (self->content, table), self->mark.channel, key, error)
         && count_row (self, table, &before, NULL, error);
}

/* --- retention --- */

static const CzField *
day_field (const CzTable *table, guint8 number)
{
  for (guint i = 0; i < table->n_fields; i++)
    if (table->fields[i].number == number)
      return (table->fields[i].flags & CZ_FIELD_DAY) != 0 ? &table->fields[i] : NULL;
  return NULL;
}

/* Rows that give no day (0 outside the key) stay. */
static char *
retention_sql (const CzTable *table, const CzField *field, const char *verb)
{
  g_autofree char *given = (field->flags & CZ_FIELD_KEY) != 0 ? g_strdup ("") : g_strdup_printf (" AND %s <> 0", field->name);

  return g_strdup_printf ("%s FROM %s WHERE channel = ? AND %s < ?%s", verb, table->name, field->name, given);
}

static gboolean
subtract_rows (CzApply *self, const CzTable *table, sqlite3_stmt *stmt, GError **error)
{
  CzRow row;
  int code;

  while ((code = sqlite3_step (stmt)) == SQLITE_ROW) {
    cz_rows_read (stmt, 1, table, &row);
    if (!count_row (self, table, &row, NULL, error))
      return FALSE;
  }
  if (code != SQLITE_DONE)
    cz_db_set_error (self->content->db, code, "dropping old rows", error);
  return code == SQLITE_DONE;
}

static sqlite3_stmt *
prepare_retention (CzApply *self, const char *sql, CzDay before, GError **error)
{
  sqlite3_stmt *stmt = cz_db_prepare (self->content->db, sql, error);

  if (stmt == NULL)
    return NULL;
  (void) sqlite3_bind_int (stmt, 1, self->mark.channel);
  (void) sqlite3_bind_int (stmt, 2, before);
  return stmt;
}

static gboolean
drop_rows (CzApply *self, const CzTable *table, const CzField *field, CzDay before, GError **error)
{
  g_autofree char *verb = g_strdup_printf ("SELECT %s", cz_rows_columns (table));
  g_autofree char *select_sql = retention_sql (table, field, verb);
  g_autofree char *delete_sql = retention_sql (table, field, "DELETE");
  g_autoptr (sqlite3_stmt) select = prepare_retention (self, select_sql, before, error);
  g_autoptr (sqlite3_stmt) remove = NULL;

  if (select == NULL || !subtract_rows (self, table, select, error))
    return FALSE;
  remove = prepare_retention (self, delete_sql, before, error);
  if (remove == NULL)
    return FALSE;
  int code = sqlite3_step (remove);
  if (code != SQLITE_DONE)
    cz_db_set_error (self->content->db, code, "dropping old rows", error);
  return code == SQLITE_DONE;
}

gboolean
cz_apply_retention (CzApply *self, const CzTable *table, guint8 field_number, CzDay before, GError **error)
{
  const CzField *field = day_field (table, field_number);

  if (field == NULL) {
    g_set_error (error, CZ_WIRE_ERROR, CZ_WIRE_ERROR_FORMAT, "table %s has no day in field %u", table->name, field_number);
    return FALSE;
  }
  if (!check_scope (self, table, error))
    return FALSE;
  if (drop_rows (self, table, field, before, error))
    return TRUE;
  self->is_spoilt = TRUE;
  return FALSE;
}

gboolean
cz_apply_clear (CzApply *self, GError **error)
{
  guint n = 0;
  const CzTable *const *tables = cz_table_all (&n);

  for (guint i = 0; i < n; i++) {
    g_autofree char *sql = g_strdup_printf ("DELETE FROM %s WHERE channel = %d", tables[i]->name, self->mark.channel);
    if (!cz_db_exec (self->content->db, sql, error)) {
      self->is_spoilt = TRUE;
      return FALSE;
    }
  }
  cz_state_clear (&self->mark.state);
  self->is_spoilt = !cz_latest_clear (self->latest, error) || self->is_spoilt;
  return !self->is_spoilt;
}

/* --- the end --- */

static gboolean
write_log (CzApply *self, const CzChannelMark *mark, GError **error)
{
  g_autofree char *prune = g_strdup_printf ("DELETE FROM bundle WHERE channel = %d AND (epoch, seq) NOT IN (SELECT epoch, seq"
                                            " FROM bundle WHERE channel = %d ORDER BY epoch DESC, seq DESC LIMIT %d)",
                                            mark->channel, mark->channel, LOG_KEPT);
  g_autoptr (sqlite3_stmt) stmt
      = cz_db_prepare (self->content->db, "INSERT OR REPLACE INTO bundle (channel, epoch, seq, kind, hash, row_count, created_s,"
                                                    " effective_s, applied_s, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", error);

  if (stmt == NULL)
    return FALSE;
  (void) sqlite3_bind_int (stmt, 1, mark->channel);
  (void) sqlite3_bind_int64 (stmt, 2, mark->epoch);
  (void) sqlite3_bind_int64 (stmt, 3, (gint64) mark->seq);
  (void) sqlite3_bind_int (stmt, 4, self->note.kind);
  (void) sqlite3_bind_blob (stmt, 5, mark->tip, sizeof mark->tip, SQLITE_STATIC);
  (void) sqlite3_bind_int64 (stmt, 6, (gint64) self->row_count);
  (void) sqlite3_bind_int64 (stmt, 7, (gint64) self->note.created_s);
  (void) sqlite3_bind_int64 (stmt, 8, (gint64) self->note.effective_s);
  (void) sqlite3_bind_int64 (stmt, 9, mark->applied_s);
  (void) sqlite3_bind_int64 (stmt, 10, (gint64) self->note.bytes);
  int code = sqlite3_step (stmt);
  if (code == SQLITE_DONE)
    return cz_db_exec (self->content->db, prune, error);
  cz_db_set_error (self->content->db, code, "writing the log of bundles", error);
  return FALSE;
}

gboolean
cz_apply_finish (CzApply *self, const CzChannelMark *mark, GError **error)
{
  CzChannelMark next = *mark;

  next.channel = self->mark.channel;
  next.state = self->mark.state;
  next.applied_s = self->scope.now_s;
  next.trusted_s = self->scope.trusted_s;
  if (!check_transaction (self, error) || !cz_latest_flush (self->latest, error) || !check_transaction (self, error)
      || !cz_mark_write (self->content->db, &next, error) || !write_log (self, &next, error) || !cz_db_exec (self->content->db, "COMMIT", error))
    return FALSE;
  cz_content_checkpoint (self->content);
  return TRUE;
}

gboolean
cz_apply_commit (CzApply *self, const CzChannelMark *mark, GError **error)
{
  gboolean ok = cz_apply_finish (self, mark, error);

  cz_apply_roll_back (self);
  return ok;
}
