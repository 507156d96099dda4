/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/station/cz-watch.h"

#include "sync/store/cz-db.h"

CzLate
cz_watch_late (const CzWatch *watch, guint64 seq, gint64 now_s)
{
  CzLate late = 0;
  /* Subtracted: the sum of two signed instants could overflow. */
  if (watch->next_publish_s > 0 && now_s > CZ_LATE_SLACK_S && now_s - CZ_LATE_SLACK_S > watch->next_publish_s)
    late |= CZ_LATE_OVERDUE;
  if (watch->witness_seq > seq)
    late |= CZ_LATE_WITNESS;
  return late;
}

gboolean
cz_watch_is_revoked (const CzWatch *watch)
{
  return watch->serial > 0 && watch->serial < watch->revoked_below;
}

/* The bound never lies above the time, so one that has passed not_after is proof; one that lies before not_before is none. */
gboolean
cz_watch_is_confirmed (const CzWatch *watch, gint64 now_s)
{
  return !cz_watch_is_revoked (watch) && (watch->not_after_s == 0 || now_s <= watch->not_after_s);
}

char *
cz_late_words (CzLate late)
{
  const char *words[4] = { NULL };
  guint n = 0;
  if ((late & CZ_LATE_OVERDUE) != 0)
    words[n++] = "overdue";
  if ((late & CZ_LATE_WITNESS) != 0)
    words[n++] = "witness";
  if ((late & CZ_LATE_MIRROR) != 0)
    words[n++] = "mirror";
  return g_strjoinv ("+", (char **) words);
}

static gboolean
take_newest (gint64 *held, gint64 found)
{
  gboolean differs = found != 0 && found != *held;
  if (differs)
    *held = found;
  return differs;
}

/* Two witnesses with depots of their own differ by what a mirror lags: the higher number counts. A lower one does when nobody has said the higher
 * for a day: a new epoch counts from one. */
static gboolean
outweighs (const CzWatch *watch, const CzWatch *from)
{
  if (from->witness_seq == watch->witness_seq)
    return from->witness_s > watch->witness_s;
  if (from->witness_seq > watch->witness_seq)
    return from->witness_s >= watch->witness_s - CZ_WITNESS_HOLD_S;
  return from->witness_s - CZ_WITNESS_HOLD_S > watch->witness_s;
}

gboolean
cz_watch_merge (CzWatch *watch, const CzWatch *from)
{
  gboolean changed = from->revoked_below > watch->revoked_below || from->serial > watch->serial;
  watch->revoked_below = MAX (watch->revoked_below, from->revoked_below);
  if (from->serial >= watch->serial && from->serial > 0) {
    watch->serial = from->serial;
    changed |= take_newest (&watch->not_before_s, from->not_before_s);
    changed |= take_newest (&watch->not_after_s, from->not_after_s);
  }
  /* A head that is signed anew every hour is no reason to write; it is written with the next that is. */
  if (from->expires_s > watch->expires_s || from->next_publish_s > watch->next_publish_s) {
    watch->expires_s = MAX (watch->expires_s, from->expires_s);
    changed |= take_newest (&watch->next_publish_s, from->next_publish_s);
  }
  if (outweighs (watch, from)) {
    changed |= from->witness_seq != watch->witness_seq;
    watch->witness_seq = from->witness_seq;
    watch->witness_s = from->witness_s;
  }
  return changed;
}

gboolean
cz_watch_write (sqlite3 *db, CzChannel channel, const CzWatch *watch, GError **error)
{
  const gint64 values[] = { channel, (gint64) watch->serial, (gint64) watch->revoked_below, watch->not_before_s, watch->not_after_s,
                            watch->expires_s, watch->next_publish_s, (gint64) watch->witness_seq, watch->witness_s };
  g_autoptr (sqlite3_stmt) stmt = cz_db_prepare (db, "INSERT OR REPLACE INTO watch VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", error);
  if (!stmt)
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    sqlite3_bind_int64 (stmt, (int) i + 1, values[i]);
  int code = sqlite3_step (stmt);
  if (code != SQLITE_DONE)
    cz_db_set_error (db, code, "writing what is known of a channel", error);
  return code == SQLITE_DONE;
}

gboolean
cz_watch_read_all (sqlite3 *db, CzWatchFunc func, gpointer user_data, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = cz_db_prepare (
      db, "SELECT channel, serial, revoked_below, not_before_s, not_after_s, expires_s, next_publish_s, witness_seq, witness_s FROM watch", error);
  int code = SQLITE_DONE;
  while (stmt && (code = sqlite3_step (stmt)) == SQLITE_ROW) {
    const CzWatch watch = { (guint64) sqlite3_column_int64 (stmt, 1), (guint64) sqlite3_column_int64 (stmt, 2), sqlite3_column_int64 (stmt, 3),
                            sqlite3_column_int64 (stmt, 4), sqlite3_column_int64 (stmt, 5), sqlite3_column_int64 (stmt, 6),
                            (guint64) sqlite3_column_int64 (stmt, 7), sqlite3_column_int64 (stmt, 8) };
    func (sqlite3_column_int (stmt, 0), &watch, user_data);
  }
  if (stmt && code != SQLITE_DONE)
    cz_db_set_error (db, code, "reading what is known of a channel", error);
  return stmt && code == SQLITE_DONE;
}
