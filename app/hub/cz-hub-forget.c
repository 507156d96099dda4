/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/cz-hub-forget.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/hub/cz-hub-aside.h"
#include "app/hub/cz-hub-media.h"
#include "app/hub/cz-hub-office.h"
#include "app/hub/cz-hub-private.h"
#include "sync/wire/cz-paths.h"
#include "sync/wire/cz-said.h"

G_STATIC_ASSERT (CZ_SAID_LISTING == 2 && CZ_SAID_CONSENT == 6); /* as the SQL here has them */

#define DAY_S 86400
#define AT_ONCE 10000 /* rows of a kind in one go: the rest the next time */
#define LISTING_DAYS 30 /* a listing that names no last day */

/* When it was decided; before that was noted, when it arrived. */
#define DECIDED "max (u.decided_s, u.collected_s)"

typedef struct {
  CzHub *hub;
  CzDepot *depot;
  CzHubForgotten *out;
  gint64 now_s;
  CzDay today;
} Forgetting;

/* One integer bound; *changed (nullable): rows. */
static gboolean
change (Forgetting *self, const char *sql, gint64 value, guint *changed, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = cz_hub_prepare (self->hub, sql, error);
  if (stmt == NULL)
    return FALSE;
  if (sqlite3_bind_parameter_count (stmt) > 0)
    (void) sqlite3_bind_int64 (stmt, 1, value);
  int code = sqlite3_step (stmt);
  if (code != SQLITE_DONE)
    return cz_hub_storage_error (self->hub, code, "forgetting", error);
  if (changed != NULL)
    *changed = (guint) sqlite3_changes (self->hub->db);
  return TRUE;
}

/* --- objects --- */

/* Does any row that stands name it? */
static gboolean
is_named (CzHub *hub, const guint8 *hash, gboolean *out, GError **error)
{
  guint n = 0;
  const CzTable *const *tables = cz_table_all (&n);
  *out = FALSE;
  for (guint t = 0; t < n && !*out; t++) {
    for (guint i = 0; i < tables[t]->n_fields && !*out; i++) {
      if ((tables[t]->fields[i].flags & CZ_FIELD_HASH) == 0 || tables[t]->number == CZ_TABLE_MEDIA)
        continue;
      g_autofree char *sql = g_strdup_printf ("SELECT 1 FROM %s WHERE gone = 0 AND \"%s\" = ? LIMIT 1", tables[t]->name, tables[t]->fields[i].name);
      g_autoptr (sqlite3_stmt) stmt = cz_hub_prepare (hub, sql, error);
      if (stmt == NULL)
        return FALSE;
      (void) sqlite3_bind_blob (stmt, 1, hash, CZ_HASH_BYTES, SQLITE_STATIC);
      *out = sqlite3_step (stmt) == SQLITE_ROW;
    }
  }
  return TRUE;
}

static gboolean
forget_object (Forgetting *self, const guint8 *hash, GError **error)
{
  CzRow key = { 0 };
  gboolean named = FALSE, found = FALSE;
  CzRow row;
  const CzTable *table = cz_table_by_number (CZ_TABLE_MEDIA);
  if (!is_named (self->hub, hash, &named, error))
    return FALSE;
  if (named)
    return TRUE;
  key.v[0] = (CzValue){ .p = (const char *) hash, .len = CZ_HASH_BYTES };
  g_autofree char *path = cz_path_media (hash);
  g_autofree char *file = cz_hub_media_path (self->hub, hash);
  if (!cz_hub_get (self->hub, table, &key, &row, &found, error) || (found && !cz_hub_mark_gone (self->hub, table, &key, error))
      || !cz_depot_remove (self->depot, path, error))
    return FALSE;
  (void) unlink (file); /* in the depot it was before, or nobody will have it */
  return TRUE;
}

/* --- rows --- */

/* Ids or keys first, then the changes: a walk over a table that changes under it is none. */
static GArray *
ids_of (Forgetting *self, const char *sql, gint64 value, GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (sqlite3_stmt) stmt = cz_hub_prepare (self->hub, sql, error);
  int code = SQLITE_ERROR;
  if (stmt == NULL)
    return NULL;
  (void) sqlite3_bind_int64 (stmt, 1, value);
  (void) sqlite3_bind_int (stmt, 2, AT_ONCE);
  while ((code = sqlite3_step (stmt)) == SQLITE_ROW) {
    gint64 id = sqlite3_column_int64 (stmt, 0);
    g_array_append_val (ids, id);
  }
  if (code == SQLITE_DONE)
    return g_steal_pointer (&ids);
  cz_hub_storage_error (self->hub, code, "forgetting", error);
  return NULL;
}

/* Empties the named text and hash fields of a row and withdraws it. */
static gboolean
empty_row (Forgetting *self, const CzTable *table, gint64 id, const char *const *fields, GError **error)
{
  CzRow key = { 0 }, row;
  gboolean found = FALSE;
  guint8 hashes[4][CZ_HASH_BYTES];
  guint n = 0;
  key.v[0].i = id;
  if (!cz_hub_get (self->hub, table, &key, &row, &found, error))
    return FALSE;
  if (!found)
    return TRUE;
  for (guint i = 0; fields[i] != NULL; i++) {
    int at = cz_table_field_index (table, fields[i]);
    if ((table->fields[at].flags & CZ_FIELD_HASH) != 0 && row.v[at].len == CZ_HASH_BYTES && n < G_N_ELEMENTS (hashes))
      memcpy (hashes[n++], row.v[at].p, CZ_HASH_BYTES);
    row.v[at] = (CzValue){ 0 };
  }
  if (!cz_hub_put (self->hub, table, &row, NULL, error) || !cz_hub_mark_gone (self->hub, table, &key, error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (!forget_object (self, hashes[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
empty_rows (Forgetting *self, const CzTable *table, GArray *ids, const char *const *fields, GError **error)
{
  for (guint i = 0; i < ids->len; i++)
    if (!empty_row (self, table, g_array_index (ids, gint64, i), fields, error))
      return FALSE;
  return TRUE;
}

/* Over since the day ?1. */
static gboolean
forget_listings (Forgetting *self, GError **error)
{
  static const char *const personal[] = { "phone", "text", "photo", "voice", NULL };
  g_autoptr (GArray) ids = ids_of (self,
                                   "SELECT id FROM listing WHERE gone = 0 AND to_day > 0 AND to_day < ?1 UNION"
                                   " SELECT l.id FROM upload u JOIN listing l ON l.id = u.became WHERE u.kind = 2 AND u.state = 2 AND l.gone = 0"
                                   " AND l.to_day = 0 AND " DECIDED " / 86400 + " G_STRINGIFY (LISTING_DAYS) " < ?1 LIMIT ?2",
                                   self->today - CZ_HUB_PERSONAL_DAYS, error);
  if (ids == NULL)
    return FALSE;
  self->out->listings = ids->len;
  return empty_rows (self, cz_table_by_number (CZ_TABLE_LISTING), ids, personal, error);
}

static gboolean
forget_answers (Forgetting *self, GError **error)
{
  static const char *const personal[] = { "question", "answer", "question_audio", "picture", NULL };
  g_autoptr (GArray) ids = ids_of (self,
                                   "SELECT id FROM question WHERE gone = 0 AND is_public = 0 AND station <> '' AND answered_day > 0"
                                   " AND answered_day < ?1 LIMIT ?2",
                                   self->today - CZ_HUB_RECEIPT_DAYS, error);
  if (ids == NULL)
    return FALSE;
  self->out->answers = ids->len;
  return empty_rows (self, cz_table_by_number (CZ_TABLE_QUESTION), ids, personal, error);
}

/* What remains of a number taken back: of which listing. That one may wait still, or not have come yet, and must not go out with its number. NULL: nothing. */
static GBytes *
what_remains (const void *payload, gsize size)
{
  const CzTable *kind = cz_said_kind (CZ_SAID_CONSENT);
  int release = cz_table_field_index (kind, "is_release"), of = cz_table_field_index (kind, "of_counter");
  CzRow row, left = { 0 };
  if (!cz_said_unpack (kind, payload, size, &row, NULL) || row.v[release].i != 0 || row.v[of].i == 0)
    return NULL;
  left.v[of] = row.v[of];
  return cz_said_pack (kind, &left);
}

static gboolean
forget_consent (Forgetting *self, gint64 id, GError **error)
{
  g_autoptr (sqlite3_stmt) get = cz_hub_prepare (self->hub, "SELECT payload FROM upload WHERE id = ?", error);
  g_autoptr (sqlite3_stmt) set = get != NULL ? cz_hub_prepare (self->hub, "UPDATE upload SET payload = ?, reason = '' WHERE id = ?", error) : NULL;
  if (set == NULL)
    return FALSE;
  (void) sqlite3_bind_int64 (get, 1, id);
  if (sqlite3_step (get) != SQLITE_ROW)
    return cz_hub_storage_error (self->hub, sqlite3_errcode (self->hub->db), "upload", error);
  g_autoptr (GBytes) before = g_bytes_new (sqlite3_column_blob (get, 0), (gsize) sqlite3_column_bytes (get, 0));
  gsize size = 0;
  const void *payload = g_bytes_get_data (before, &size);
  g_autoptr (GBytes) after = what_remains (payload, size);
  (void) sqlite3_reset (get);
  gboolean is_new = after == NULL || !g_bytes_equal (before, after);
  payload = after != NULL ? g_bytes_get_data (after, &size) : "";
  (void) sqlite3_bind_blob (set, 1, payload, after != NULL ? (int) size : 0, SQLITE_STATIC);
  (void) sqlite3_bind_int64 (set, 2, id);
  int code = sqlite3_step (set);
  if (code != SQLITE_DONE)
    return cz_hub_storage_error (self->hub, code, "upload", error);
  self->out->said += is_new;
  return change (self, "DELETE FROM upload_object WHERE upload = ?", id, NULL, error);
}

static gboolean
forget_consents (Forgetting *self, gint64 before_s, GError **error)
{
  /* What remains of one stays among those looked at: all of them, a batch at a time. */
  for (gint64 last = 0;;) {
    g_autofree char *sql = g_strdup_printf ("SELECT u.id FROM upload u WHERE u.id > %" G_GINT64_FORMAT " AND u.kind = 6 AND u.state > 0"
                                            " AND length (u.payload) > 0 AND " DECIDED " < ?1 ORDER BY u.id LIMIT ?2",
                                            last);
    g_autoptr (GArray) ids = ids_of (self, sql, before_s, error);
    if (ids == NULL || ids->len == 0)
      return ids != NULL;
    for (guint i = 0; i < ids->len; i++)
      if (!forget_consent (self, g_array_index (ids, gint64, i), error))
        return FALSE;
    last = g_array_index (ids, gint64, ids->len - 1);
  }
}

/* Counter, hash and what became of it stay: the same envelope is known again. A listing's words go when the listing itself is gone. */
static gboolean
forget_said (Forgetting *self, GError **error)
{
  gint64 before_s = self->now_s - (gint64) CZ_HUB_PERSONAL_DAYS * DAY_S;
  return change (self,
                 "UPDATE upload SET payload = x'', reason = '' WHERE id IN (SELECT u.id FROM upload u LEFT JOIN listing l ON l.id = u.became AND u.kind = 2"
                 " WHERE u.state > 0 AND u.kind <> 6 AND length (u.payload) > 0 AND " DECIDED " < ?1 AND coalesce (l.gone, 1) = 1)",
                 before_s, &self->out->said, error)
         && change (self, "DELETE FROM upload_object WHERE upload IN (SELECT id FROM upload WHERE state > 0 AND length (payload) = 0)", 0, NULL, error)
         && forget_consents (self, before_s, error);
}

/* By station and counter; what says "up to here everything has arrived" (counter 0) stays. */
static gboolean
forget_receipts (Forgetting *self, GError **error)
{
  const CzTable *table = cz_table_by_number (CZ_TABLE_RECEIPT);
  g_autoptr (GArray) rows = ids_of (self, "SELECT rowid FROM receipt WHERE gone = 0 AND counter > 0 AND at_s < ?1 LIMIT ?2",
                                    self->now_s - (gint64) CZ_HUB_RECEIPT_DAYS * DAY_S, error);
  g_autoptr (sqlite3_stmt) stmt = rows != NULL ? cz_hub_prepare (self->hub, "SELECT station, counter FROM receipt WHERE rowid = ?", error) : NULL;
  for (guint i = 0; stmt != NULL && i < rows->len; i++) {
    CzRow key = { 0 }, row;
    gboolean found = FALSE;
    (void) sqlite3_bind_int64 (stmt, 1, g_array_index (rows, gint64, i));
    if (sqlite3_step (stmt) != SQLITE_ROW)
      return cz_hub_storage_error (self->hub, sqlite3_errcode (self->hub->db), "receipt", error);
    g_autofree char *station = g_strdup ((const char *) sqlite3_column_text (stmt, 0));
    cz_hub_row_set_text (table, &key, "station", station);
    cz_hub_row_set_int (table, &key, "counter", sqlite3_column_int64 (stmt, 1));
    (void) sqlite3_reset (stmt);
    if (!cz_hub_get (self->hub, table, &key, &row, &found, error))
      return FALSE;
    cz_hub_row_set_text (table, &row, "reason", "");
    if (!found || !cz_hub_put (self->hub, table, &row, NULL, error) || !cz_hub_mark_gone (self->hub, table, &key, error))
      return FALSE;
    self->out->receipts++;
  }
  return stmt != NULL;
}

/* --- files --- */

static void
forget_file (Forgetting *self, const char *path, const struct stat *st)
{
  self->out->files += st->st_mtime < self->now_s - (gint64) CZ_HUB_ASIDE_DAYS * DAY_S && unlink (path) == 0;
}

/* What hub.db was before its last migration. */
static void
forget_old_copy (Forgetting *self)
{
  g_autofree char *path = g_build_filename (self->hub->home, "hub.db.before-update", NULL);
  struct stat st;
  if (lstat (path, &st) == 0)
    forget_file (self, path, &st);
}

static void
forget_files (Forgetting *self, const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  struct stat st;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);
    if (lstat (path, &st) != 0)
      continue;
    if (S_ISDIR (st.st_mode)) {
      forget_files (self, path);
      (void) rmdir (path);
    } else {
      forget_file (self, path, &st);
    }
  }
}

static gboolean
forget_rows (Forgetting *self, GError **error)
{
  return forget_listings (self, error) && forget_answers (self, error) && forget_said (self, error) && forget_receipts (self, error)
         && change (self, "DELETE FROM set_aside WHERE at_s < ?", self->now_s - (gint64) CZ_HUB_RECEIPT_DAYS * DAY_S, NULL, error);
}

static gboolean
write_down (Forgetting *self, GError **error)
{
  const CzHubForgotten *out = self->out;
  g_autofree char *what = g_strdup_printf ("listings %u, said %u, receipts %u, answers %u", out->listings, out->said, out->receipts, out->answers);
  return out->listings + out->said + out->receipts + out->answers == 0 || cz_hub_audit (self->hub, "forget", "", what, NULL, error);
}

gboolean
cz_hub_forget (CzHub *hub, CzHubForgotten *out, GError **error)
{
  g_autofree char *aside = g_build_filename (hub->home, "aside", NULL);
  g_autofree char *strangers = cz_hub_strangers_folder (hub);
  *out = (CzHubForgotten) { 0 };
  g_autoptr (CzDepot) depot = cz_hub_depot_open (hub, error);
  Forgetting self = { hub, depot, out, cz_clock_wall_s (hub->clock), cz_clock_today (hub->clock) };
  if (depot == NULL || !cz_hub_begin (hub, error))
    return FALSE;
  if (!forget_rows (&self, error) || !write_down (&self, error) || !cz_hub_commit (hub, error)) {
    if (hub->in_transaction)
      cz_hub_roll_back (hub);
    return FALSE;
  }
  forget_old_copy (&self);
  forget_files (&self, aside);
  forget_files (&self, strangers);
  return TRUE;
}
