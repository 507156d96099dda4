/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/outbox/cz-outbox-items.h"

#include <string.h>

#include "sync/outbox/cz-outbox-private.h"

#define TITLE_MAX 1000u

void
cz_item_free (CzItem *item)
{
  if (item == NULL)
    return;
  g_free (item->title);
  g_free (item->slip);
  g_free (item->reason);
  g_clear_pointer (&item->payload, g_bytes_unref);
  g_free (item);
}

void
cz_item_step_free (CzItemStep *step)
{
  g_free (step->reason);
  g_free (step);
}

static gboolean
check_size (const CzItem *item, GError **error)
{
  gsize size = item->payload != NULL ? g_bytes_get_size (item->payload) : 0;

  if (size <= CZ_ITEM_PAYLOAD_MAX && (item->title == NULL || strlen (item->title) <= TITLE_MAX))
    return TRUE;
  g_set_error (error, CZ_OUTBOX_ERROR, CZ_OUTBOX_ERROR_LIMIT, "an item of %" G_GSIZE_FORMAT " bytes, at most %u are taken", size,
               CZ_ITEM_PAYLOAD_MAX);
  return FALSE;
}

static const char *
slip_or_null (const CzItem *item)
{
  return item->slip != NULL && item->slip[0] != '\0' ? item->slip : NULL;
}

static gboolean
add_step (CzOutbox *self, gint64 id, CzOutboxState state, CzOutboxWord word, gint64 at_s, const char *reason, GError **error)
{
  return cz_outbox_run (self,
                        cz_outbox_bind (self, error,
                                        "INSERT INTO item_step (item, state, word, at_s, reason) VALUES (?, ?, ?, ?, ?)",
                                        "iiiit", id, (gint64) state, (gint64) word, at_s, reason != NULL ? reason : ""),
                        NULL, error);
}

gboolean
cz_outbox_add (CzOutbox *self, const CzItem *draft, gint64 *id, GError **error)
{
  if (!check_size (draft, error) || !cz_outbox_begin (self, error))
    return FALSE;
  sqlite3_stmt *stmt = cz_outbox_bind (self, error,
                                       "INSERT INTO item (kind, state, title, slip, payload, created_s, changed_s, clock_ok)"
                                       " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                                       "iittyiii", (gint64) draft->kind, (gint64) CZ_OUTBOX_DRAFT,
                                       draft->title != NULL ? draft->title : "", slip_or_null (draft), draft->payload,
                                       draft->created_s, draft->created_s, (gint64) draft->clock_ok);
  gboolean ok = cz_outbox_run (self, stmt, NULL, error);
  gint64 new_id = sqlite3_last_insert_rowid (cz_outbox_db (self));
  ok = ok && add_step (self, new_id, CZ_OUTBOX_DRAFT, CZ_WORD_OPERATOR, draft->created_s, NULL, error);
  if (!cz_outbox_end (self, ok, error))
    return FALSE;
  if (id != NULL)
    *id = new_id;
  return TRUE;
}

static gboolean
refuse (gint64 id, CzOutboxState from, const char *what, GError **error)
{
  g_set_error (error, CZ_OUTBOX_ERROR, CZ_OUTBOX_ERROR_ILLEGAL, "item %" G_GINT64_FORMAT ", %s: %s", id,
               cz_outbox_state_name (from), what);
  return FALSE;
}

static gboolean
unknown (const char *what, GError **error)
{
  g_set_error (error, CZ_OUTBOX_ERROR, CZ_OUTBOX_ERROR_UNKNOWN, "no such %s", what);
  return FALSE;
}

/* Says why a change that asked for a state found no row. */
static gboolean
explain_state (CzOutbox *self, gint64 id, const char *what, GError **error)
{
  g_autoptr (CzItem) item = cz_outbox_item (self, id, error);

  return item != NULL && refuse (id, item->state, what, error);
}

gboolean
cz_outbox_edit (CzOutbox *self, const CzItem *draft, gint64 at_s, GError **error)
{
  int changes = 0;

  if (!check_size (draft, error))
    return FALSE;
  sqlite3_stmt *stmt = cz_outbox_bind (self, error,
                                       "UPDATE item SET title = ?, slip = ?, payload = ?, changed_s = ? WHERE id = ? AND state = ?",
                                       "ttyiii", draft->title != NULL ? draft->title : "", slip_or_null (draft), draft->payload,
                                       at_s, draft->id, (gint64) CZ_OUTBOX_DRAFT);
  if (!cz_outbox_run (self, stmt, &changes, error))
    return FALSE;
  return changes == 1 || explain_state (self, draft->id, "only a draft can be edited", error);
}

static gboolean
discard_rows (CzOutbox *self, gint64 id, GError **error)
{
  int changes = 0;

  if (!cz_outbox_run (self,
                      cz_outbox_bind (self, error, "DELETE FROM item WHERE id = ? AND state IN (?, ?)", "iii", id,
                                      (gint64) CZ_OUTBOX_DRAFT, (gint64) CZ_OUTBOX_RETURNED),
                      &changes, error))
    return FALSE;
  if (changes != 1)
    return explain_state (self, id, "only drafts and returned items can be thrown away", error);
  return cz_outbox_run (self, cz_outbox_bind (self, error, "DELETE FROM item_step WHERE item = ?", "i", id), NULL, error)
         && cz_outbox_run (self, cz_outbox_bind (self, error, "DELETE FROM kept_of_item WHERE item = ?", "i", id), NULL, error);
}

gboolean
cz_outbox_discard (CzOutbox *self, gint64 id, GError **error)
{
  return cz_outbox_begin (self, error) && cz_outbox_end (self, discard_rows (self, id, error), error);
}

/* Objects go with the last item that had them. One that is tied to no item yet is being worked on. */
static gboolean
forget_rows (CzOutbox *self, gint64 before_s, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("DELETE FROM item WHERE state = %d AND changed_s < %" G_GINT64_FORMAT ";"
                                          "DELETE FROM item_step WHERE item NOT IN (SELECT id FROM item);"
                                          "DELETE FROM kept WHERE hash IN (SELECT hash FROM kept_of_item WHERE item NOT IN (SELECT id FROM item))"
                                          " AND hash NOT IN (SELECT hash FROM kept_of_item WHERE item IN (SELECT id FROM item))"
                                          " AND NOT EXISTS (SELECT 1 FROM notice WHERE notice.voice = kept.hash OR notice.picture = kept.hash);"
                                          "DELETE FROM kept_of_item WHERE item NOT IN (SELECT id FROM item)",
                                          (int) CZ_OUTBOX_PUBLISHED, before_s);

  return cz_db_exec (cz_outbox_db (self), sql, error);
}

gboolean
cz_outbox_forget_published (CzOutbox *self, gint64 before_s, GError **error)
{
  return cz_outbox_begin (self, error) && cz_outbox_end (self, forget_rows (self, before_s, error), error);
}

/* --- reading --- */

#define ITEM_COLUMNS                                                                                                   \
  "SELECT id, kind, state, title, slip, payload, reason, created_s, changed_s, clock_ok, counter, became FROM item "

static CzItem *
read_item (sqlite3_stmt *stmt)
{
  CzItem *item = g_new0 (CzItem, 1);

  item->id = sqlite3_column_int64 (stmt, 0);
  item->kind = (CzItemKind) sqlite3_column_int (stmt, 1);
  item->state = (CzOutboxState) sqlite3_column_int (stmt, 2);
  item->title = cz_outbox_column_text (stmt, 3);
  item->slip = cz_outbox_column_text (stmt, 4);
  item->payload = cz_outbox_column_bytes (stmt, 5);
  item->reason = cz_outbox_column_text (stmt, 6);
  item->created_s = sqlite3_column_int64 (stmt, 7);
  item->changed_s = sqlite3_column_int64 (stmt, 8);
  item->clock_ok = sqlite3_column_int (stmt, 9) != 0;
  item->counter = (guint64) sqlite3_column_int64 (stmt, 10);
  item->became = sqlite3_column_int64 (stmt, 11);
  return item;
}

/* Takes stmt. */
static CzItem *
one_item (CzOutbox *self, sqlite3_stmt *stmt, GError **error)
{
  g_autoptr (sqlite3_stmt) owned = stmt;
  g_autoptr (GError) local = NULL;

  if (owned == NULL)
    return NULL;
  if (cz_outbox_step (self, owned, &local))
    return read_item (owned);
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  else
    (void) unknown ("item", error);
  return NULL;
}

CzItem *
cz_outbox_item (CzOutbox *self, gint64 id, GError **error)
{
  return one_item (self, cz_outbox_bind (self, error, ITEM_COLUMNS "WHERE id = ?", "i", id), error);
}

CzItem *
cz_outbox_item_by_slip (CzOutbox *self, const char *slip, GError **error)
{
  return one_item (self, cz_outbox_bind (self, error, ITEM_COLUMNS "WHERE slip = ?", "t", slip), error);
}

GPtrArray *
cz_outbox_items (CzOutbox *self, CzOutboxState state, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) cz_item_free);
  g_autoptr (GError) local = NULL;
  g_autoptr (sqlite3_stmt) stmt
      = (gint) state == 0
            ? cz_outbox_bind (self, error, ITEM_COLUMNS "ORDER BY id", "")
            : cz_outbox_bind (self, error, ITEM_COLUMNS "WHERE state = ? ORDER BY id", "i", (gint64) state);

  if (stmt == NULL)
    return NULL;
  while (cz_outbox_step (self, stmt, &local))
    g_ptr_array_add (list, read_item (stmt));
  if (local == NULL)
    return g_steal_pointer (&list);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

gint64
cz_outbox_item_count (CzOutbox *self, CzOutboxState state)
{
  g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM item WHERE state = %d", (int) state);

  return cz_db_int (cz_outbox_db (self), sql, 0);
}

GPtrArray *
cz_outbox_history (CzOutbox *self, gint64 id, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) cz_item_step_free);
  g_autoptr (GError) local = NULL;
  g_autoptr (sqlite3_stmt) stmt
      = cz_outbox_bind (self, error, "SELECT state, word, at_s, reason FROM item_step WHERE item = ? ORDER BY id", "i", id);

  if (stmt == NULL)
    return NULL;
  while (cz_outbox_step (self, stmt, &local)) {
    CzItemStep *step = g_new0 (CzItemStep, 1);
    step->state = (CzOutboxState) sqlite3_column_int (stmt, 0);
    step->word = (CzOutboxWord) sqlite3_column_int (stmt, 1);
    step->at_s = sqlite3_column_int64 (stmt, 2);
    step->reason = cz_outbox_column_text (stmt, 3);
    g_ptr_array_add (list, step);
  }
  if (local == NULL)
    return g_steal_pointer (&list);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/* --- moving --- */

static gboolean
check_move (const CzItem *item, const CzMove *move, GError **error)
{
  if (!cz_outbox_may_move (item->state, move->to, move->word)) {
    g_autofree char *words = g_strdup_printf ("cannot become %s on that word", cz_outbox_state_name (move->to));
    return refuse (item->id, item->state, words, error);
  }
  if (move->to == CZ_OUTBOX_DRAFT && item->state == CZ_OUTBOX_WAITING && item->counter > 0)
    return refuse (item->id, item->state, "it is sealed and may be on its way", error);
  if (move->to != CZ_OUTBOX_RETURNED || (move->reason != NULL && move->reason[0] != '\0'))
    return TRUE;
  g_set_error (error, CZ_OUTBOX_ERROR, CZ_OUTBOX_ERROR_REASON, "item %" G_GINT64_FORMAT ": returned without a reason", item->id);
  return FALSE;
}

gboolean
cz_outbox_move_in (CzOutbox *self, gint64 id, const CzMove *move, GError **error)
{
  g_autoptr (CzItem) item = cz_outbox_item (self, id, error);

  if (item == NULL)
    return FALSE;
  gboolean is_repeat = item->state == move->to && (move->became == 0 || move->became == item->became)
                       && (move->to != CZ_OUTBOX_RETURNED || g_strcmp0 (move->reason, item->reason) == 0);
  if (is_repeat)
    return TRUE;
  if (item->state != move->to && !check_move (item, move, error))
    return FALSE;
  if (item->state == move->to && move->word != CZ_WORD_RECEIPT)
    return refuse (id, item->state, "only a receipt changes reason or number", error);
  const char *reason = move->to == CZ_OUTBOX_RETURNED ? move->reason : "";
  sqlite3_stmt *stmt
      = cz_outbox_bind (self, error,
                        "UPDATE item SET state = ?, reason = ?, changed_s = ?, became = ?, counter = ? WHERE id = ?", "itiiii",
                        (gint64) move->to, reason, move->at_s, move->became != 0 ? move->became : item->became,
                        move->to == CZ_OUTBOX_DRAFT ? (gint64) 0 : (gint64) item->counter, id);
  return cz_outbox_run (self, stmt, NULL, error) && add_step (self, id, move->to, move->word, move->at_s, reason, error);
}

gboolean
cz_outbox_move (CzOutbox *self, gint64 id, const CzMove *move, GError **error)
{
  return cz_outbox_begin (self, error) && cz_outbox_end (self, cz_outbox_move_in (self, id, move, error), error);
}
