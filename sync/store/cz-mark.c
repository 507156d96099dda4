/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "sync/store/cz-content-private.h"
#include "sync/store/cz-schema.h"

static gboolean
copy_blob (sqlite3_stmt *stmt, int column, guint8 *out, gsize size)
{
  if ((gsize) sqlite3_column_bytes (stmt, column) != size)
    return FALSE;
  memcpy (out, sqlite3_column_blob (stmt, column), size);
  return TRUE;
}

#define SUM_BYTES 8u

/* Of all that a mark says: nothing else would show that one bit of it is wrong, and the next bundle would be looked for in the wrong place. */
static void
sum_of_mark (const CzChannelMark *mark, guint8 out[SUM_BYTES])
{
  guint8 state[32], whole[32];
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  const guint64 numbers[] = { (guint64) mark->channel, mark->epoch, mark->seq, mark->segment, mark->seg_offset, (guint64) mark->applied_s,
                              (guint64) mark->trusted_s, mark->schema };

  cz_state_to_bytes (&mark->state, state);
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++) {
    guint64 number = GUINT64_TO_LE (numbers[i]);
    g_byte_array_append (bytes, (const guint8 *) &number, sizeof number);
  }
  g_byte_array_append (bytes, state, sizeof state);
  g_byte_array_append (bytes, mark->tip, sizeof mark->tip);
  cz_hash (bytes->data, bytes->len, whole);
  memcpy (out, whole, SUM_BYTES);
}

/* A mark written by an older program has no sum. */
static gboolean
sum_agrees (sqlite3_stmt *stmt, int column, const CzChannelMark *mark)
{
  guint8 found[SUM_BYTES], wanted[SUM_BYTES];

  if (sqlite3_column_type (stmt, column) == SQLITE_NULL)
    return TRUE;
  sum_of_mark (mark, wanted);
  return copy_blob (stmt, column, found, sizeof found) && memcmp (found, wanted, sizeof found) == 0;
}

static gboolean
read_row (sqlite3_stmt *stmt, CzChannelMark *out)
{
  guint8 state[32];

  out->epoch = (guint32) sqlite3_column_int64 (stmt, 0);
  out->seq = (guint64) sqlite3_column_int64 (stmt, 1);
  out->segment = (guint32) sqlite3_column_int64 (stmt, 4);
  out->seg_offset = (guint64) sqlite3_column_int64 (stmt, 5);
  out->applied_s = sqlite3_column_int64 (stmt, 6);
  out->trusted_s = sqlite3_column_int64 (stmt, 7);
  out->schema = (guint32) sqlite3_column_int64 (stmt, 8);
  if (!copy_blob (stmt, 2, state, sizeof state) || !copy_blob (stmt, 3, out->tip, sizeof out->tip))
    return FALSE;
  cz_state_from_bytes (&out->state, state);
  return sum_agrees (stmt, 9, out);
}

gboolean
cz_mark_read (sqlite3 *db, CzChannel channel, CzChannelMark *out, GError **error)
{
  *out = (CzChannelMark) { .channel = channel };
  cz_state_clear (&out->state);
  g_autoptr (sqlite3_stmt) stmt
      = cz_db_prepare (db,
                       "SELECT epoch, seq, state, tip, segment, seg_offset, applied_s, trusted_s, schema, sum"
                       " FROM channel_mark WHERE channel = ?",
                       error);
  if (stmt == NULL)
    return FALSE;
  (void) sqlite3_bind_int (stmt, 1, channel);
  int code = sqlite3_step (stmt);
  if (code == SQLITE_DONE)
    return TRUE;
  if (code != SQLITE_ROW) {
    cz_db_set_error (db, code, "reading channel_mark", error);
    return FALSE;
  }
  if (read_row (stmt, out))
    return TRUE;
  g_set_error (error, CZ_STORE_ERROR, CZ_STORE_ERROR_DAMAGED, "channel %06d: its mark is damaged", channel);
  return FALSE;
}

gboolean
cz_mark_write (sqlite3 *db, const CzChannelMark *mark, GError **error)
{
  guint8 state[32], sum[SUM_BYTES];
  g_autoptr (sqlite3_stmt) stmt
      = cz_db_prepare (db,
                       "INSERT OR REPLACE INTO channel_mark (channel, epoch, seq, state, tip, segment, seg_offset,"
                       " applied_s, trusted_s, schema, sum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                       error);

  if (stmt == NULL)
    return FALSE;
  cz_state_to_bytes (&mark->state, state);
  (void) sqlite3_bind_int (stmt, 1, mark->channel);
  (void) sqlite3_bind_int64 (stmt, 2, mark->epoch);
  (void) sqlite3_bind_int64 (stmt, 3, (gint64) mark->seq);
  (void) sqlite3_bind_blob (stmt, 4, state, sizeof state, SQLITE_STATIC);
  (void) sqlite3_bind_blob (stmt, 5, mark->tip, sizeof mark->tip, SQLITE_STATIC);
  (void) sqlite3_bind_int64 (stmt, 6, mark->segment);
  (void) sqlite3_bind_int64 (stmt, 7, (gint64) mark->seg_offset);
  (void) sqlite3_bind_int64 (stmt, 8, mark->applied_s);
  (void) sqlite3_bind_int64 (stmt, 9, mark->trusted_s);
  (void) sqlite3_bind_int64 (stmt, 10, mark->schema);
  sum_of_mark (mark, sum);
  (void) sqlite3_bind_blob (stmt, 11, sum, sizeof sum, SQLITE_STATIC);
  int code = sqlite3_step (stmt);
  if (code != SQLITE_DONE)
    cz_db_set_error (db, code, "writing channel_mark", error);
  return code == SQLITE_DONE;
}

gboolean
cz_content_mark (CzContent *self, CzChannel channel, CzChannelMark *out, GError **error)
{
  return cz_mark_read (self->db, channel, out, error);
}

gboolean
cz_reader_mark (sqlite3 *db, CzChannel channel, CzChannelMark *out, GError **error)
{
  return cz_mark_read (db, channel, out, error);
}

gint64
cz_content_count (sqlite3 *db, CzChannel channel, const CzTable *table)
{
  g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM %s WHERE channel = %d", table->name, channel);

  return cz_db_int (db, sql, -1);
}

GArray *
cz_content_channels (sqlite3 *db, GError **error)
{
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (CzChannel));
  g_autoptr (sqlite3_stmt) stmt = cz_db_prepare (db, "SELECT channel FROM channel_mark ORDER BY channel", error);
  int code;

  if (stmt == NULL)
    return NULL;
  while ((code = sqlite3_step (stmt)) == SQLITE_ROW) {
    CzChannel channel = sqlite3_column_int (stmt, 0);
    g_array_append_val (list, channel);
  }
  if (code == SQLITE_DONE)
    return g_steal_pointer (&list);
  cz_db_set_error (db, code, "reading channel_mark", error);
  return NULL;
}

/* --- audit --- */

static gboolean
add_table (sqlite3 *db, CzChannel channel, const CzTable *table, CzState *state, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT %s FROM %s WHERE channel = %d", cz_rows_columns (table), table->name, channel);
  g_autoptr (sqlite3_stmt) stmt = cz_db_prepare (db, sql, error);
  CzRow row;
  int code;

  if (stmt == NULL)
    return FALSE;
  while ((code = sqlite3_step (stmt)) == SQLITE_ROW) {
    cz_rows_read (stmt, 1, table, &row);
    cz_state_add_row (state, table, &row);
  }
  if (code != SQLITE_DONE)
    cz_db_set_error (db, code, table->name, error);
  return code == SQLITE_DONE;
}

gboolean
cz_state_of_channel (sqlite3 *db, CzChannel channel, CzState *out, GError **error)
{
  guint n = 0;
  const CzTable *const *tables = cz_table_all (&n);

  cz_state_clear (out);
  for (guint i = 0; i < n; i++)
    if (!add_table (db, channel, tables[i], out, error))
      return FALSE;
  return TRUE;
}

static gboolean
check_channel (sqlite3 *db, CzChannel channel, GError **error)
{
  CzChannelMark mark;
  CzState sum;

  if (!cz_mark_read (db, channel, &mark, error) || !cz_state_of_channel (db, channel, &sum, error))
    return FALSE;
  if (cz_state_equal (&sum, &mark.state))
    return cz_latest_check (db, channel, error);
  g_set_error (error, CZ_STORE_ERROR, CZ_STORE_ERROR_DAMAGED, "channel %06d: its rows do not add up to its state", channel);
  return FALSE;
}

gboolean
cz_content_check (CzContent *self, gboolean full, GError **error)
{
  if (!cz_db_quick_check (self->db, error) || !cz_content_schema_check (self->db, error))
    return FALSE;
  if (!full)
    return TRUE;
  g_autoptr (GArray) channels = cz_content_channels (self->db, error);
  for (guint i = 0; channels != NULL && i < channels->len; i++)
    if (!check_channel (self->db, g_array_index (channels, CzChannel, i), error))
      return FALSE;
  return channels != NULL;
}
