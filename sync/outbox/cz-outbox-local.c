/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/outbox/cz-outbox-local.h"

#include <string.h>

#include "sync/outbox/cz-outbox-private.h"

typedef gpointer (*ReadRow) (sqlite3_stmt *stmt);

/* Takes stmt; NULL passes on the failure. */
static GPtrArray *
read_all (CzOutbox *self, sqlite3_stmt *stmt, ReadRow read_row, GDestroyNotify free_row, GError **error)
{
  g_autoptr (sqlite3_stmt) owned = stmt;
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (free_row);
  g_autoptr (GError) local = NULL;

  if (owned == NULL)
    return NULL;
  while (cz_outbox_step (self, owned, &local))
    g_ptr_array_add (list, read_row (owned));
  if (local == NULL)
    return g_steal_pointer (&list);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

static const char *
words (const char *text)
{
  return text != NULL ? text : "";
}

/* --- matches --- */

void
cz_match_free (CzMatch *match)
{
  g_free (match->parts);
  g_free (match->evidence);
  g_free (match);
}

gboolean
cz_outbox_put_match (CzOutbox *self, const CzMatch *m, GError **error)
{
  return cz_outbox_run (self,
                        cz_outbox_bind (self, error, "INSERT OR REPLACE INTO match VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", "iiitiiiti",
                                        MIN (m->listing_a, m->listing_b), MAX (m->listing_a, m->listing_b), (gint64) m->score,
                                        words (m->parts), (gint64) m->state, m->quantity_g, m->price_li, words (m->evidence),
                                        m->changed_s),
                        NULL, error);
}

static gpointer
read_match (sqlite3_stmt *stmt)
{
  CzMatch *m = g_new0 (CzMatch, 1);

  m->listing_a = sqlite3_column_int64 (stmt, 0);
  m->listing_b = sqlite3_column_int64 (stmt, 1);
  m->score = sqlite3_column_int (stmt, 2);
  m->parts = cz_outbox_column_text (stmt, 3);
  m->state = (CzMatchState) sqlite3_column_int (stmt, 4);
  m->quantity_g = sqlite3_column_int64 (stmt, 5);
  m->price_li = sqlite3_column_int64 (stmt, 6);
  m->evidence = cz_outbox_column_text (stmt, 7);
  m->changed_s = sqlite3_column_int64 (stmt, 8);
  return m;
}

GPtrArray *
cz_outbox_matches (CzOutbox *self, GError **error)
{
  return read_all (self,
                   cz_outbox_bind (self, error,
                                   "SELECT listing_a, listing_b, score, parts, state, quantity_g, price_li, evidence, changed_s"
                                   " FROM match ORDER BY score DESC, listing_a, listing_b",
                                   ""),
                   read_match, (GDestroyNotify) cz_match_free, error);
}

/* --- notices of the village --- */

void
cz_local_notice_free (CzLocalNotice *notice)
{
  g_free (notice->title);
  g_free (notice->text);
  g_free (notice);
}

static const guint8 *
hash_or_null (const guint8 hash[32])
{
  static const guint8 zeros[32];

  return memcmp (hash, zeros, sizeof zeros) == 0 ? NULL : hash;
}

gboolean
cz_outbox_put_notice (CzOutbox *self, const CzLocalNotice *n, gint64 *id, GError **error)
{
  sqlite3_stmt *stmt = n->id == 0
                           ? cz_outbox_bind (self, error,
                                             "INSERT INTO notice (title, text, from_day, to_day, voice, picture, changed_s)"
                                             " VALUES (?, ?, ?, ?, ?, ?, ?)",
                                             "ttiibbi", words (n->title), words (n->text), (gint64) n->from_day, (gint64) n->to_day,
                                             hash_or_null (n->voice), hash_or_null (n->picture), n->changed_s)
                           : cz_outbox_bind (self, error,
                                             "UPDATE notice SET title = ?, text = ?, from_day = ?, to_day = ?, voice = ?, picture = ?,"
                                             " changed_s = ? WHERE id = ?",
                                             "ttiibbii", words (n->title), words (n->text), (gint64) n->from_day, (gint64) n->to_day,
                                             hash_or_null (n->voice), hash_or_null (n->picture), n->changed_s, n->id);
  int changes = 0;

  if (!cz_outbox_run (self, stmt, &changes, error))
    return FALSE;
  if (id != NULL)
    *id = n->id != 0 ? n->id : sqlite3_last_insert_rowid (cz_outbox_db (self));
  if (changes == 1)
    return TRUE;
  g_set_error (error, CZ_OUTBOX_ERROR, CZ_OUTBOX_ERROR_UNKNOWN, "no notice %" G_GINT64_FORMAT, n->id);
  return FALSE;
}

gboolean
cz_outbox_drop_notice (CzOutbox *self, gint64 id, GError **error)
{
  int changes = 0;

  if (!cz_outbox_run (self, cz_outbox_bind (self, error, "DELETE FROM notice WHERE id = ?", "i", id), &changes, error))
    return FALSE;
  if (changes == 1)
    return TRUE;
  g_set_error (error, CZ_OUTBOX_ERROR, CZ_OUTBOX_ERROR_UNKNOWN, "no notice %" G_GINT64_FORMAT, id);
  return FALSE;
}

static void
read_hash (sqlite3_stmt *stmt, int column, guint8 hash[32])
{
  if (sqlite3_column_bytes (stmt, column) == 32)
    memcpy (hash, sqlite3_column_blob (stmt, column), 32);
}

static gpointer
read_notice (sqlite3_stmt *stmt)
{
  CzLocalNotice *n = g_new0 (CzLocalNotice, 1);

  n->id = sqlite3_column_int64 (stmt, 0);
  n->title = cz_outbox_column_text (stmt, 1);
  n->text = cz_outbox_column_text (stmt, 2);
  n->from_day = sqlite3_column_int (stmt, 3);
  n->to_day = sqlite3_column_int (stmt, 4);
  read_hash (stmt, 5, n->voice);
  read_hash (stmt, 6, n->picture);
  n->changed_s = sqlite3_column_int64 (stmt, 7);
  return n;
}

GPtrArray *
cz_outbox_notices (CzOutbox *self, CzDay day, GError **error)
{
  return read_all (self,
                   cz_outbox_bind (self, error,
                                   "SELECT id, title, text, from_day, to_day, voice, picture, changed_s FROM notice"
                                   " WHERE from_day <= ? AND to_day >= ? ORDER BY id DESC",
                                   "ii", (gint64) day, (gint64) day),
                   read_notice, (GDestroyNotify) cz_local_notice_free, error);
}

/* --- facts and answers --- */

void
cz_fact_free (CzFact *fact)
{
  g_free (fact->key);
  g_free (fact->value);
  g_free (fact);
}

static gpointer
read_fact (sqlite3_stmt *stmt)
{
  CzFact *fact = g_new0 (CzFact, 1);

  fact->key = cz_outbox_column_text (stmt, 0);
  fact->value = cz_outbox_column_text (stmt, 1);
  fact->at_s = sqlite3_column_int64 (stmt, 2);
  return fact;
}

gboolean
cz_outbox_put_fact (CzOutbox *self, const CzFact *fact, GError **error)
{
  return cz_outbox_run (self,
                        cz_outbox_bind (self, error, "INSERT OR REPLACE INTO fact VALUES (?, ?, ?)", "tti", fact->key,
                                        words (fact->value), fact->at_s),
                        NULL, error);
}

GPtrArray *
cz_outbox_facts (CzOutbox *self, GError **error)
{
  return read_all (self, cz_outbox_bind (self, error, "SELECT key, value, at_s FROM fact ORDER BY key", ""), read_fact,
                   (GDestroyNotify) cz_fact_free, error);
}

gboolean
cz_outbox_put_answer (CzOutbox *self, gint64 survey, const CzFact *answer, GError **error)
{
  return cz_outbox_run (self,
                        cz_outbox_bind (self, error, "INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?)", "itti", survey, answer->key,
                                        words (answer->value), answer->at_s),
                        NULL, error);
}

GPtrArray *
cz_outbox_answers (CzOutbox *self, gint64 survey, GError **error)
{
  return read_all (self, cz_outbox_bind (self, error, "SELECT key, value, at_s FROM answer WHERE survey = ? ORDER BY key", "i", survey),
                   read_fact, (GDestroyNotify) cz_fact_free, error);
}
