/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/station/cz-trust.h"

#include <glib/gstdio.h>
#include <string.h>

#include "sync/store/cz-db.h"

#define APPLICATION_ID 0x435a5431u /* "CZT1" */
#define N_COPIES 2
#define CACHE_KIB 64
#define SAVE_STEP_S 600 /* what a power cut may cost of the bound; writes wear the card */

static const char *const copy_names[N_COPIES] = { "trust.db", "trust-2.db" };

static const CzDbOptions write_options = { CZ_DB_CREATE, 0600, FALSE, FALSE, CACHE_KIB };
static const CzDbOptions read_options = { CZ_DB_READ, 0600, FALSE, FALSE, CACHE_KIB };

static const CzMigration steps[] = {
  { "CREATE TABLE channel (channel INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, tip BLOB NOT NULL,"
    " state BLOB NOT NULL, serial INTEGER NOT NULL, issued_s INTEGER NOT NULL);"
    "CREATE TABLE root (version INTEGER PRIMARY KEY, document BLOB NOT NULL);"
    "CREATE TABLE chain (channel INTEGER PRIMARY KEY, hash BLOB NOT NULL, chain BLOB NOT NULL);"
    "CREATE TABLE number (name TEXT PRIMARY KEY, value INTEGER NOT NULL);",
    1 },
  { CZ_WATCH_TABLE, 1 },
};

struct _CzTrust {
  sqlite3 *copies[N_COPIES];
  GHashTable *floors; /* channel → CzFloor */
  GHashTable *watches; /* channel → CzWatch */
  GBytes *root; /* (nullable) */
  gint64 root_version;
  CzTrustedTime time;
  gint64 bytes_day;
  gint64 bytes;
  gint64 counter; /* highest upload counter given out */
  gint64 saved_s; /* the bound as last written */
  gint64 saved_bytes;
  gint64 writes; /* counts transactions; equal in both copies unless one was cut off */
  gboolean is_read_only;
  gboolean is_behind; /* a write failed: memory is ahead of a copy, and the next write carries everything */
};

/* ---- SQL, the same for each copy ---- */

static gboolean
step_done (sqlite3 *db, sqlite3_stmt *stmt, const char *doing, GError **error)
{
  int code = sqlite3_step (stmt);
  if (code == SQLITE_DONE)
    return TRUE;
  cz_db_set_error (db, code, doing, error);
  return FALSE;
}

static gboolean
write_floor (sqlite3 *db, CzChannel channel, const CzFloor *floor, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt
      = cz_db_prepare (db, "INSERT OR REPLACE INTO channel (channel, epoch, seq, tip, state, serial, issued_s) VALUES (?, ?, ?, ?, ?, ?, ?)", error);
  if (!stmt)
    return FALSE;
  sqlite3_bind_int (stmt, 1, channel);
  sqlite3_bind_int64 (stmt, 2, floor->epoch);
  sqlite3_bind_int64 (stmt, 3, (gint64) floor->seq);
  sqlite3_bind_blob (stmt, 4, floor->tip, sizeof floor->tip, SQLITE_STATIC);
  sqlite3_bind_blob (stmt, 5, floor->state, sizeof floor->state, SQLITE_STATIC);
  sqlite3_bind_int64 (stmt, 6, (gint64) floor->serial);
  sqlite3_bind_int64 (stmt, 7, floor->issued_s);
  return step_done (db, stmt, "writing the trust floor", error);
}

static gboolean
write_root (sqlite3 *db, gint64 version, GBytes *document, GError **error)
{
  gsize size;
  const void *data = g_bytes_get_data (document, &size);
  g_autoptr (sqlite3_stmt) stmt = cz_db_prepare (db, "INSERT OR REPLACE INTO root (version, document) VALUES (?, ?)", error);
  if (!stmt)
    return FALSE;
  sqlite3_bind_int64 (stmt, 1, version);
  sqlite3_bind_blob (stmt, 2, data, (int) size, SQLITE_STATIC);
  return step_done (db, stmt, "writing the root document", error);
}

static gboolean
write_number (sqlite3 *db, const char *name, gint64 value, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = cz_db_prepare (db, "INSERT OR REPLACE INTO number (name, value) VALUES (?, ?)", error);
  if (!stmt)
    return FALSE;
  sqlite3_bind_text (stmt, 1, name, -1, SQLITE_STATIC);
  sqlite3_bind_int64 (stmt, 2, value);
  return step_done (db, stmt, "writing a number of trust", error);
}

static gboolean
write_time (sqlite3 *db, const CzTrustedTime *time, GError **error)
{
  if (!write_number (db, "trusted_s", time->trusted_s, error) || !write_number (db, "push_limit_s", time->push_limit_s, error)
      || !write_number (db, "push_renewed_s", time->push_renewed_s, error)
      || !write_number (db, "pushed_s", time->pushed_s, error))
    return FALSE;
  for (guint i = 0; i < time->n_witnesses; i++) {
    g_autofree char *name = g_strdup_printf ("witness:%06d", time->witnesses[i].channel);
    if (!write_number (db, name, time->witnesses[i].issued_s, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
write_all (CzTrust *self, sqlite3 *db, GError **error)
{
  GHashTableIter iter;
  gpointer channel, floor;
  g_hash_table_iter_init (&iter, self->floors);
  while (g_hash_table_iter_next (&iter, &channel, &floor))
    if (!write_floor (db, GPOINTER_TO_INT (channel), floor, error))
      return FALSE;
  g_hash_table_iter_init (&iter, self->watches);
  while (g_hash_table_iter_next (&iter, &channel, &floor))
    if (!cz_watch_write (db, GPOINTER_TO_INT (channel), floor, error))
      return FALSE;
  if (self->root && !write_root (db, self->root_version, self->root, error))
    return FALSE;
  return write_time (db, &self->time, error) && write_number (db, "bytes_day", self->bytes_day, error)
         && write_number (db, "bytes", self->bytes, error) && write_number (db, "upload_counter", self->counter, error);
}

/* ---- reading and merging ---- */

static gboolean
is_above (const CzFloor *a, const CzFloor *b)
{
  return a->epoch > b->epoch || (a->epoch == b->epoch && a->seq > b->seq);
}

/* TRUE when anything rose. */
static gboolean
merge_floor (CzTrust *self, CzChannel channel, const CzFloor *floor)
{
  CzFloor *held = g_hash_table_lookup (self->floors, GINT_TO_POINTER (channel));
  gboolean changed = FALSE;
  if (!held) {
    g_hash_table_insert (self->floors, GINT_TO_POINTER (channel), g_memdup2 (floor, sizeof *floor));
    return TRUE;
  }
  if (is_above (floor, held)) {
    held->epoch = floor->epoch;
    held->seq = floor->seq;
    memcpy (held->tip, floor->tip, sizeof held->tip);
    memcpy (held->state, floor->state, sizeof held->state);
    changed = TRUE;
  }
  /* A head signed anew with the same news is not worth a write to the card: its time is kept with the next one. */
  changed |= floor->serial > held->serial;
  held->serial = MAX (held->serial, floor->serial);
  held->issued_s = MAX (held->issued_s, floor->issued_s);
  return changed;
}

static gboolean
read_floors (CzTrust *self, sqlite3 *db, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = cz_db_prepare (db, "SELECT channel, epoch, seq, tip, state, serial, issued_s FROM channel", error);
  int code = SQLITE_DONE;
  while (stmt && (code = sqlite3_step (stmt)) == SQLITE_ROW) {
    CzFloor floor = { .epoch = (guint32) sqlite3_column_int64 (stmt, 1),
                      .seq = (guint64) sqlite3_column_int64 (stmt, 2),
                      .serial = (guint64) sqlite3_column_int64 (stmt, 5),
                      .issued_s = sqlite3_column_int64 (stmt, 6) };
    if (sqlite3_column_bytes (stmt, 3) == 32 && sqlite3_column_bytes (stmt, 4) == 32) {
      memcpy (floor.tip, sqlite3_column_blob (stmt, 3), 32);
      memcpy (floor.state, sqlite3_column_blob (stmt, 4), 32);
      merge_floor (self, sqlite3_column_int (stmt, 0), &floor);
    }
  }
  if (stmt && code != SQLITE_DONE)
    cz_db_set_error (db, code, "reading the trust floor", error);
  return stmt && code == SQLITE_DONE;
}

static gboolean
merge_watch (CzTrust *self, CzChannel channel, const CzWatch *watch)
{
  CzWatch *held = g_hash_table_lookup (self->watches, GINT_TO_POINTER (channel));
  if (held)
    return cz_watch_merge (held, watch);
  g_hash_table_insert (self->watches, GINT_TO_POINTER (channel), g_memdup2 (watch, sizeof *watch));
  return TRUE;
}

static void
on_watch (CzChannel channel, const CzWatch *watch, gpointer user_data)
{
  (void) merge_watch (user_data, channel, watch);
}

static gboolean
read_root (CzTrust *self, sqlite3 *db, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = cz_db_prepare (db, "SELECT version, document FROM root ORDER BY version DESC LIMIT 1", error);
  if (!stmt)
    return FALSE;
  int code = sqlite3_step (stmt);
  if (code == SQLITE_ROW && (!self->root || sqlite3_column_int64 (stmt, 0) > self->root_version)) {
    g_clear_pointer (&self->root, g_bytes_unref);
    self->root_version = sqlite3_column_int64 (stmt, 0);
    self->root = g_bytes_new (sqlite3_column_blob (stmt, 1), (gsize) sqlite3_column_bytes (stmt, 1));
  }
  if (code == SQLITE_ROW || code == SQLITE_DONE)
    return TRUE;
  cz_db_set_error (db, code, "reading the root document", error);
  return FALSE;
}

static gint64
read_number (sqlite3 *db, const char *name)
{
  g_autofree char *sql = g_strdup_printf ("SELECT value FROM number WHERE name = '%s'", name);
  return cz_db_int (db, sql, 0);
}

static gboolean
read_witnesses (CzTrust *self, sqlite3 *db, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = cz_db_prepare (db, "SELECT CAST(substr(name, 9) AS INTEGER), value FROM number WHERE name LIKE 'witness:%'", error);
  int code = SQLITE_DONE;
  CzTrustedTime *time = &self->time;
  while (stmt && (code = sqlite3_step (stmt)) == SQLITE_ROW) {
    CzTimeWitness found = { sqlite3_column_int (stmt, 0), sqlite3_column_int64 (stmt, 1) };
    guint i = 0;
    while (i < time->n_witnesses && time->witnesses[i].channel != found.channel)
      i++;
    if (i == CZ_TIME_WITNESSES_MAX)
      continue;
    if (i == time->n_witnesses)
      time->witnesses[time->n_witnesses++] = found;
    time->witnesses[i].issued_s = MAX (time->witnesses[i].issued_s, found.issued_s);
  }
  if (stmt && code != SQLITE_DONE)
    cz_db_set_error (db, code, "reading the trusted time", error);
  return stmt && code == SQLITE_DONE;
}

static gboolean
read_copy (CzTrust *self, sqlite3 *db, GError **error)
{
  if (!read_floors (self, db, error) || !read_root (self, db, error) || !read_witnesses (self, db, error))
    return FALSE;
  /* A copy that is only looked at may be one that an older program wrote last. */
  if (!cz_watch_read_all (db, on_watch, self, self->is_read_only ? NULL : error) && !self->is_read_only)
    return FALSE;
  self->time.trusted_s = MAX (self->time.trusted_s, read_number (db, "trusted_s"));
  self->time.push_limit_s = MAX (self->time.push_limit_s, read_number (db, "push_limit_s"));
  self->time.pushed_s = MAX (self->time.pushed_s, read_number (db, "pushed_s"));
  self->time.push_renewed_s = MAX (self->time.push_renewed_s, read_number (db, "push_renewed_s"));
  gint64 day = read_number (db, "bytes_day"), bytes = read_number (db, "bytes");
  if (day > self->bytes_day)
    self->bytes = bytes;
  else if (day == self->bytes_day)
    self->bytes = MAX (self->bytes, bytes);
  self->bytes_day = MAX (self->bytes_day, day);
  self->counter = MAX (self->counter, read_number (db, "upload_counter"));
  return TRUE;
}

/* ---- opening ---- */

static sqlite3 *
open_copy (CzTrust *self, const char *path, GError **error)
{
  g_autoptr (sqlite3) db = cz_db_open (path, self->is_read_only ? &read_options : &write_options, error);
  if (!db || (!self->is_read_only && !cz_db_migrate (db, APPLICATION_ID, steps, G_N_ELEMENTS (steps), NULL, error)))
    return NULL;
  g_autoptr (sqlite3_stmt) stmt = cz_db_prepare (db, "PRAGMA quick_check(1)", error);
  if (!stmt)
    return NULL;
  int code = sqlite3_step (stmt);
  if (code == SQLITE_ROW && g_strcmp0 ((const char *) sqlite3_column_text (stmt, 0), "ok") == 0)
    return g_steal_pointer (&db);
  g_set_error (error, CZ_STORE_ERROR, CZ_STORE_ERROR_DAMAGED, "%s: damaged", path);
  return NULL;
}

static void
set_aside (const char *path)
{
  static const char *const endings[] = { "", "-wal", "-shm" };
  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++) {
    g_autofree char *from = g_strconcat (path, endings[i], NULL);
    g_autofree char *to = g_strconcat (path, ".damaged", endings[i], NULL);
    (void) g_rename (from, to);
  }
}

/* Opens copy i and merges what it holds. A damaged one is set aside and begun anew; *damaged counts them. */
static gboolean
take_copy (CzTrust *self, const char *dir, guint i, guint *damaged, GError **error)
{
  g_autofree char *path = g_build_filename (dir, copy_names[i], NULL);
  for (guint attempt = 0; attempt < 2; attempt++) {
    g_autoptr (GError) local = NULL;
    g_autoptr (sqlite3) db = open_copy (self, path, &local);
    if (db && read_copy (self, db, &local)) {
      self->copies[i] = g_steal_pointer (&db);
      return TRUE;
    }
    if (attempt > 0 || !g_error_matches (local, CZ_STORE_ERROR, CZ_STORE_ERROR_DAMAGED)) {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
    g_warning ("%s; it is set aside", local->message);
    cz_db_close (g_steal_pointer (&db));
    set_aside (path);
    (*damaged)++;
  }
  return FALSE;
}

typedef gboolean (*Writer) (CzTrust *self, sqlite3 *db, gconstpointer data, GError **error);

static gboolean
write_copy (CzTrust *self, sqlite3 *db, Writer writer, gconstpointer data, GError **error)
{
  if (!cz_db_begin (db, error))
    return FALSE;
  if ((!self->is_behind || write_all (self, db, error)) && writer (self, db, data, error)
      && write_number (db, "writes", self->writes, error) && cz_db_exec (db, "COMMIT", error))
    return TRUE;
  cz_db_roll_back (db);
  return FALSE;
}

/* One transaction in each copy, one copy after the other: a power cut leaves at least one whole. */
static gboolean
write_copies (CzTrust *self, Writer writer, gconstpointer data, GError **error)
{
  g_return_val_if_fail (!self->is_read_only, FALSE);
  self->writes++;
  for (guint i = 0; i < N_COPIES; i++)
    if (!write_copy (self, self->copies[i], writer, data, error)) {
      self->is_behind = TRUE;
      return FALSE;
    }
  self->is_behind = FALSE;
  return TRUE;
}

static gboolean
writer_all (CzTrust *self, sqlite3 *db, gconstpointer data, GError **error)
{
  return write_all (self, db, error);
}

static CzTrust *
trust_new (gboolean is_read_only)
{
  CzTrust *self = g_new0 (CzTrust, 1);
  self->floors = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->watches = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->is_read_only = is_read_only;
  return self;
}

CzTrust *
cz_trust_open (const char *dir, gboolean *was_lost, GError **error)
{
  g_autoptr (CzTrust) self = trust_new (FALSE);
  guint damaged = 0;
  gint64 writes[N_COPIES];
  for (guint i = 0; i < N_COPIES; i++) {
    if (!take_copy (self, dir, i, &damaged, error))
      return NULL;
    writes[i] = read_number (self->copies[i], "writes");
    self->writes = MAX (self->writes, writes[i]);
  }
  if (was_lost)
    *was_lost = damaged == N_COPIES;
  /* Whatever one copy lacked it has now. */
  if (writes[0] != writes[1] && !write_copies (self, writer_all, NULL, error))
    return NULL;
  return g_steal_pointer (&self);
}

CzTrust *
cz_trust_open_read (const char *dir)
{
  g_autoptr (CzTrust) self = trust_new (TRUE);
  for (guint i = 0; i < N_COPIES; i++) {
    g_autofree char *path = g_build_filename (dir, copy_names[i], NULL);
    g_autoptr (GError) local = NULL;
    self->copies[i] = open_copy (self, path, &local);
    if (self->copies[i] && !read_copy (self, self->copies[i], &local))
      g_debug ("%s", local->message);
  }
  return g_steal_pointer (&self);
}

void
cz_trust_free (CzTrust *self)
{
  if (!self)
    return;
  for (guint i = 0; i < N_COPIES; i++)
    cz_db_close (self->copies[i]);
  g_hash_table_unref (self->floors);
  g_hash_table_unref (self->watches);
  g_clear_pointer (&self->root, g_bytes_unref);
  g_free (self);
}

/* ---- floors ---- */

void
cz_trust_floor (CzTrust *self, CzChannel channel, CzFloor *out)
{
  const CzFloor *held = g_hash_table_lookup (self->floors, GINT_TO_POINTER (channel));
  *out = held ? *held : (CzFloor){ 0 };
}

static gboolean
writer_floor (CzTrust *self, sqlite3 *db, gconstpointer data, GError **error)
{
  CzChannel channel = *(const CzChannel *) data;
  return write_floor (db, channel, g_hash_table_lookup (self->floors, GINT_TO_POINTER (channel)), error);
}

gboolean
cz_trust_raise (CzTrust *self, CzChannel channel, const CzFloor *floor, GError **error)
{
  gboolean rose = merge_floor (self, channel, floor);
  return (!rose && !self->is_behind) || write_copies (self, writer_floor, &channel, error);
}

/* ---- what is known beside ---- */

void
cz_trust_watch (CzTrust *self, CzChannel channel, CzWatch *out)
{
  const CzWatch *held = g_hash_table_lookup (self->watches, GINT_TO_POINTER (channel));
  *out = held ? *held : (CzWatch){ 0 };
}

static gboolean
writer_watch (CzTrust *self, sqlite3 *db, gconstpointer data, GError **error)
{
  CzChannel channel = *(const CzChannel *) data;
  return cz_watch_write (db, channel, g_hash_table_lookup (self->watches, GINT_TO_POINTER (channel)), error);
}

gboolean
cz_trust_note (CzTrust *self, CzChannel channel, const CzWatch *watch, GError **error)
{
  gboolean changed = merge_watch (self, channel, watch);
  return (!changed && !self->is_behind) || write_copies (self, writer_watch, &channel, error);
}

/* ---- root and chains ---- */

GBytes *
cz_trust_root (CzTrust *self)
{
  return self->root;
}

static gboolean
writer_root (CzTrust *self, sqlite3 *db, gconstpointer data, GError **error)
{
  return write_root (db, self->root_version, self->root, error);
}

gboolean
cz_trust_set_root (CzTrust *self, guint32 version, GBytes *document, GError **error)
{
  if (self->root && version <= self->root_version)
    return !self->is_behind || write_copies (self, writer_root, NULL, error);
  g_clear_pointer (&self->root, g_bytes_unref);
  self->root = g_bytes_ref (document);
  self->root_version = version;
  return write_copies (self, writer_root, NULL, error);
}

static gboolean
writer_forget (CzTrust *self, sqlite3 *db, gconstpointer data, GError **error)
{
  return cz_db_exec (db, "DELETE FROM channel", error) && cz_db_exec (db, "DELETE FROM root", error)
         && cz_db_exec (db, "DELETE FROM chain", error) && cz_db_exec (db, "DELETE FROM watch", error);
}

gboolean
cz_trust_forget (CzTrust *self, GError **error)
{
  g_hash_table_remove_all (self->floors);
  g_hash_table_remove_all (self->watches);
  g_clear_pointer (&self->root, g_bytes_unref);
  self->root_version = 0;
  return write_copies (self, writer_forget, NULL, error);
}

GBytes *
cz_trust_chain (CzTrust *self, CzChannel channel, const guint8 hash[32])
{
  g_autoptr (sqlite3_stmt) stmt = cz_db_prepare (self->copies[0], "SELECT chain FROM chain WHERE channel = ? AND hash = ?", NULL);
  if (!stmt)
    return NULL;
  sqlite3_bind_int (stmt, 1, channel);
  sqlite3_bind_blob (stmt, 2, hash, 32, SQLITE_STATIC);
  if (sqlite3_step (stmt) != SQLITE_ROW)
    return NULL;
  return g_bytes_new (sqlite3_column_blob (stmt, 0), (gsize) sqlite3_column_bytes (stmt, 0));
}

/* A convenience that can be fetched again: the first copy is enough. */
gboolean
cz_trust_set_chain (CzTrust *self, CzChannel channel, const guint8 hash[32], GBytes *chain, GError **error)
{
  gsize size;
  const void *data = g_bytes_get_data (chain, &size);
  g_autoptr (sqlite3_stmt) stmt
      = cz_db_prepare (self->copies[0], "INSERT OR REPLACE INTO chain (channel, hash, chain) VALUES (?, ?, ?)", error);
  if (!stmt)
    return FALSE;
  sqlite3_bind_int (stmt, 1, channel);
  sqlite3_bind_blob (stmt, 2, hash, 32, SQLITE_STATIC);
  sqlite3_bind_blob (stmt, 3, data, (int) size, SQLITE_STATIC);
  return step_done (self->copies[0], stmt, "keeping a chain", error);
}

/* ---- time and bytes ---- */

CzTrustedTime *
cz_trust_time (CzTrust *self)
{
  return &self->time;
}

static gboolean
writer_numbers (CzTrust *self, sqlite3 *db, gconstpointer data, GError **error)
{
  return write_time (db, data, error) && write_number (db, "bytes_day", self->bytes_day, error)
         && write_number (db, "bytes", self->bytes, error);
}

gboolean
cz_trust_save_time (CzTrust *self, CzClock *clock, GError **error)
{
  CzTrustedTime saved = self->time;
  saved.trusted_s = cz_trusted_time_now (&self->time, cz_clock_boot_us (clock));
  cz_clock_raise_trusted (clock, saved.trusted_s);
  if (saved.trusted_s < self->saved_s + SAVE_STEP_S && self->bytes == self->saved_bytes)
    return TRUE;
  if (!write_copies (self, writer_numbers, &saved, error))
    return FALSE;
  self->saved_s = saved.trusted_s;
  self->saved_bytes = self->bytes;
  return TRUE;
}

guint64
cz_trust_bytes_on (CzTrust *self, CzDay day)
{
  return self->bytes_day == day ? (guint64) self->bytes : 0;
}

void
cz_trust_count_bytes (CzTrust *self, CzDay day, guint64 bytes)
{
  /* A clock that jumped back does not open a new budget. */
  if (day > self->bytes_day) {
    self->bytes_day = day;
    self->bytes = 0;
  }
  self->bytes += (gint64) MIN (bytes, G_MAXINT32 * G_GUINT64_CONSTANT (1024));
}

/* ---- uploads ---- */

static gboolean
writer_counter (CzTrust *self, sqlite3 *db, gconstpointer data, GError **error)
{
  return write_number (db, "upload_counter", *(const gint64 *) data, error);
}

gboolean
cz_trust_take_counter (CzTrust *self, guint64 at_least, guint64 *out, GError **error)
{
  gint64 next = MAX (self->counter, (gint64) MIN (at_least, G_MAXINT64 - 1)) + 1;
  if (!write_copies (self, writer_counter, &next, error))
    return FALSE;
  self->counter = next;
  *out = (guint64) next;
  return TRUE;
}

GBytes *
cz_trust_newest_chain (CzTrust *self, CzChannel channel)
{
  g_autoptr (sqlite3_stmt) stmt = cz_db_prepare (self->copies[0], "SELECT chain FROM chain WHERE channel = ?", NULL);
  if (!stmt)
    return NULL;
  sqlite3_bind_int (stmt, 1, channel);
  if (sqlite3_step (stmt) != SQLITE_ROW)
    return NULL;
  return g_bytes_new (sqlite3_column_blob (stmt, 0), (gsize) sqlite3_column_bytes (stmt, 0));
}
