/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/outbox/cz-outbox-items.h"
#include "sync/outbox/cz-outbox-private.h"
#include "sync/wire/cz-key.h"

void
cz_envelope_free (CzEnvelope *envelope)
{
  if (envelope == NULL)
    return;
  g_free (envelope->name);
  g_clear_pointer (&envelope->sealed, g_bytes_unref);
  g_free (envelope);
}

guint64
cz_outbox_highest_counter (CzOutbox *self)
{
  return (guint64) cz_db_int (cz_outbox_db (self), "SELECT max(counter) FROM envelope", 0);
}

guint
cz_outbox_unreceived_count (CzOutbox *self)
{
  static const char sql[] = "SELECT (SELECT count(*) FROM envelope WHERE received_s = 0)"
                            " + (SELECT count(*) FROM item WHERE counter = 0 AND state = %d)";
  g_autofree char *full = g_strdup_printf (sql, CZ_OUTBOX_WAITING);

  return (guint) cz_db_int (cz_outbox_db (self), full, 0);
}

static gboolean
illegal (guint64 counter, const char *why, GError **error)
{
  g_set_error (error, CZ_OUTBOX_ERROR, CZ_OUTBOX_ERROR_ILLEGAL, "envelope %" G_GUINT64_FORMAT ": %s", counter, why);
  return FALSE;
}

static gboolean
tie (CzOutbox *self, guint64 counter, const CzItem *item, GError **error)
{
  int changes = 0;
  sqlite3_stmt *stmt = cz_outbox_bind (self, error, "UPDATE item SET counter = ? WHERE id = ? AND state = ? AND counter = 0 AND payload = ?", "iiiy",
                                       (gint64) counter, item->id, (gint64) CZ_OUTBOX_WAITING, item->payload);

  if (!cz_outbox_run (self, stmt, &changes, error))
    return FALSE;
  return changes == 1 || illegal (counter, "an item in it is not waiting, was changed, or is sealed already", error);
}

static gboolean
seal_rows (CzOutbox *self, const CzEnvelope *envelope, const CzItem *const *items, guint n_items, GError **error)
{
  if (envelope->counter == 0 || envelope->counter > G_MAXINT64 || envelope->counter <= cz_outbox_highest_counter (self))
    return illegal (envelope->counter, "its number was used before", error);
  for (guint i = 0; i < n_items; i++)
    if (!tie (self, envelope->counter, items[i], error))
      return FALSE;
  return cz_outbox_run (self,
                        cz_outbox_bind (self, error, "INSERT INTO envelope (counter, name, sealed, created_s) VALUES (?, ?, ?, ?)",
                                        "ityi", (gint64) envelope->counter, envelope->name, envelope->sealed, envelope->created_s),
                        NULL, error);
}

gboolean
cz_outbox_seal (CzOutbox *self, const CzEnvelope *envelope, const CzItem *const *items, guint n_items, GError **error)
{
  return cz_outbox_begin (self, error) && cz_outbox_end (self, seal_rows (self, envelope, items, n_items, error), error);
}

GPtrArray *
cz_outbox_envelopes (CzOutbox *self, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) cz_envelope_free);
  g_autoptr (GError) local = NULL;
  g_autoptr (sqlite3_stmt) stmt = cz_outbox_bind (
      self, error, "SELECT counter, name, sealed, created_s, is_carried FROM envelope WHERE received_s = 0 ORDER BY counter", "");

  if (stmt == NULL)
    return NULL;
  while (cz_outbox_step (self, stmt, &local)) {
    CzEnvelope *envelope = g_new0 (CzEnvelope, 1);
    envelope->counter = (guint64) sqlite3_column_int64 (stmt, 0);
    envelope->name = cz_outbox_column_text (stmt, 1);
    envelope->sealed = cz_outbox_column_bytes (stmt, 2);
    envelope->created_s = sqlite3_column_int64 (stmt, 3);
    envelope->is_carried = sqlite3_column_int (stmt, 4) != 0;
    g_ptr_array_add (list, envelope);
  }
  if (local == NULL)
    return g_steal_pointer (&list);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/* Items of envelopes from … to that are in one of two states (element-type gint64). */
static GArray *
items_of (CzOutbox *self, guint64 from, guint64 to, CzOutboxState a, CzOutboxState b, GError **error)
{
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GError) local = NULL;
  g_autoptr (sqlite3_stmt) stmt = cz_outbox_bind (
      self, error, "SELECT id FROM item WHERE counter > 0 AND counter BETWEEN ? AND ? AND (state IN (?, ?) OR ? = 0) ORDER BY id",
      "iiiii", (gint64) from, (gint64) to, (gint64) a, (gint64) b, (gint64) a);

  if (stmt == NULL)
    return NULL;
  while (cz_outbox_step (self, stmt, &local)) {
    gint64 id = sqlite3_column_int64 (stmt, 0);
    g_array_append_val (list, id);
  }
  if (local == NULL)
    return g_steal_pointer (&list);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/* Takes ids; NULL passes on the failure. */
static gboolean
move_all (CzOutbox *self, GArray *ids, const CzMove *move, GError **error)
{
  g_autoptr (GArray) owned = ids;

  for (guint i = 0; owned != NULL && i < owned->len; i++)
    if (!cz_outbox_move_in (self, g_array_index (owned, gint64, i), move, error))
      return FALSE;
  return owned != NULL;
}

static gboolean
carried_rows (CzOutbox *self, guint64 counter, gboolean carried, gint64 at_s, GError **error)
{
  const CzMove move = { carried ? CZ_OUTBOX_CARRIED : CZ_OUTBOX_WAITING, CZ_WORD_ROAD, NULL, 0, at_s };
  CzOutboxState from = carried ? CZ_OUTBOX_WAITING : CZ_OUTBOX_CARRIED;
  int changes = 0;

  if (!cz_outbox_run (self,
                      cz_outbox_bind (self, error, "UPDATE envelope SET is_carried = ? WHERE counter = ?", "ii", (gint64) carried,
                                      (gint64) counter),
                      &changes, error))
    return FALSE;
  if (changes == 1)
    return move_all (self, items_of (self, counter, counter, from, from, error), &move, error);
  g_set_error (error, CZ_OUTBOX_ERROR, CZ_OUTBOX_ERROR_UNKNOWN, "no envelope %" G_GUINT64_FORMAT, counter);
  return FALSE;
}

gboolean
cz_outbox_envelope_carried (CzOutbox *self, guint64 counter, gboolean carried, gint64 at_s, GError **error)
{
  return cz_outbox_begin (self, error) && cz_outbox_end (self, carried_rows (self, counter, carried, at_s, error), error);
}

static gboolean
let_go (CzOutbox *self, guint64 from, guint64 to, gint64 at_s, GError **error)
{
  return cz_outbox_run (self,
                        cz_outbox_bind (self, error,
                                        "UPDATE envelope SET received_s = max(?, 1), sealed = NULL"
                                        " WHERE counter BETWEEN ? AND ? AND received_s = 0",
                                        "iii", at_s, (gint64) from, (gint64) to),
                        NULL, error);
}

static gboolean
let_go_carried (CzOutbox *self, guint64 to, gint64 at_s, GError **error)
{
  return cz_outbox_run (self,
                        cz_outbox_bind (self, error,
                                        "UPDATE envelope SET received_s = max(?, 1), sealed = NULL"
                                        " WHERE counter <= ? AND received_s = 0 AND is_carried = 1",
                                        "ii", at_s, (gint64) to),
                        NULL, error);
}

/* One that never left stays: on a card put back to an old image its number may have been heard under other words. If it did leave and the power went
 * before that was written down, it is put once more under the same name, which is nothing new to anybody. */
gboolean
cz_outbox_envelopes_received (CzOutbox *self, guint64 upto, gint64 at_s, GError **error)
{
  const CzMove move = { CZ_OUTBOX_RECEIVED, CZ_WORD_RECEIPT, NULL, 0, at_s };

  upto = MIN (upto, G_MAXINT64);
  if (!cz_outbox_begin (self, error))
    return FALSE;
  gboolean ok = let_go_carried (self, upto, at_s, error)
                && move_all (self, items_of (self, 1, upto, CZ_OUTBOX_CARRIED, CZ_OUTBOX_CARRIED, error), &move, error);
  return cz_outbox_end (self, ok, error);
}

gboolean
cz_outbox_envelope_move (CzOutbox *self, guint64 counter, const CzMove *move, GError **error)
{
  if (!cz_outbox_begin (self, error))
    return FALSE;
  gboolean ok = (move->word != CZ_WORD_RECEIPT || let_go (self, counter, counter, move->at_s, error))
                && move_all (self, items_of (self, counter, counter, (CzOutboxState) 0, (CzOutboxState) 0, error), move, error);
  return cz_outbox_end (self, ok, error);
}

/* The counters stay used: the rows keep them. */
static gboolean
reopen_rows (CzOutbox *self, gint64 at_s, GError **error)
{
  const CzMove move = { CZ_OUTBOX_WAITING, CZ_WORD_ROAD, NULL, 0, at_s };
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GError) local = NULL;
  g_autoptr (sqlite3_stmt) stmt
      = cz_outbox_bind (self, error, "SELECT id FROM item WHERE state IN (?, ?) AND counter IN (SELECT counter FROM envelope WHERE received_s = 0)",
                        "ii", (gint64) CZ_OUTBOX_WAITING, (gint64) CZ_OUTBOX_CARRIED);

  if (stmt == NULL)
    return FALSE;
  while (cz_outbox_step (self, stmt, &local)) {
    gint64 id = sqlite3_column_int64 (stmt, 0);
    g_array_append_val (ids, id);
  }
  if (local != NULL) {
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  if (!move_all (self, g_array_ref (ids), &move, error))
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    if (!cz_outbox_run (self, cz_outbox_bind (self, error, "UPDATE item SET counter = 0 WHERE id = ?", "i", g_array_index (ids, gint64, i)), NULL, error))
      return FALSE;
  return let_go (self, 1, G_MAXINT64, at_s, error);
}

gboolean
cz_outbox_envelopes_reopen (CzOutbox *self, gint64 at_s, GError **error)
{
  return cz_outbox_begin (self, error) && cz_outbox_end (self, reopen_rows (self, at_s, error), error);
}

/* --- pictures and recordings --- */

static gboolean
keep_rows (CzOutbox *self, GBytes *data, const char *type, gint64 item, const guint8 hash[32], GError **error)
{
  if (!cz_outbox_run (self, cz_outbox_bind (self, error, "INSERT OR IGNORE INTO kept VALUES (?, ?, ?)", "bty", hash, type, data), NULL,
                      error))
    return FALSE;
  return item == 0
         || cz_outbox_run (self, cz_outbox_bind (self, error, "INSERT OR IGNORE INTO kept_of_item VALUES (?, ?)", "ib", item, hash),
                           NULL, error);
}

gboolean
cz_outbox_keep (CzOutbox *self, GBytes *data, const char *type, gint64 item, guint8 hash[32], GError **error)
{
  gsize size = 0;
  const guint8 *bytes = g_bytes_get_data (data, &size);

  if (size == 0 || size > CZ_OUTBOX_OBJECT_MAX) {
    g_set_error (error, CZ_OUTBOX_ERROR, CZ_OUTBOX_ERROR_LIMIT, "an object of %" G_GSIZE_FORMAT " bytes, 1 … %u are taken", size,
                 CZ_OUTBOX_OBJECT_MAX);
    return FALSE;
  }
  cz_hash (bytes, size, hash);
  return cz_outbox_begin (self, error) && cz_outbox_end (self, keep_rows (self, data, type, item, hash, error), error);
}

GBytes *
cz_outbox_kept (CzOutbox *self, const guint8 hash[32], char **type, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (sqlite3_stmt) stmt = cz_outbox_bind (self, error, "SELECT type, data FROM kept WHERE hash = ?", "b", hash);

  if (stmt == NULL)
    return NULL;
  if (cz_outbox_step (self, stmt, &local)) {
    if (type != NULL)
      *type = cz_outbox_column_text (stmt, 0);
    return cz_outbox_column_bytes (stmt, 1);
  }
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  else
    g_set_error (error, CZ_OUTBOX_ERROR, CZ_OUTBOX_ERROR_UNKNOWN, "no such object is kept");
  return NULL;
}

gboolean
cz_outbox_sweep_kept (CzOutbox *self, GError **error)
{
  return cz_db_exec (cz_outbox_db (self),
                     "DELETE FROM kept WHERE hash NOT IN (SELECT hash FROM kept_of_item)"
                     " AND NOT EXISTS (SELECT 1 FROM notice WHERE notice.voice = kept.hash OR notice.picture = kept.hash)",
                     error);
}
