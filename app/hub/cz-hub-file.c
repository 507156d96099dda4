/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "app/hub/cz-hub-desk.h"
#include "app/hub/cz-hub-private.h"
#include "app/hub/cz-hub-receipt.h"
#include "sync/wire/cz-said.h"
#include "sync/wire/cz-wire-error.h"

/* Filing what arrived, and saying so. */

#define LOST_MAX 100000
/* Read aloud at the station, in the language of all its content. */
#define ASK_AGAIN "县里的电脑坏过，这一条没有了。请再发一次。"
#define NUMBER_USED "村站的编号和以前的重了，这一条县里没有收下。请再发一次。"
#define KIND_UNKNOWN "县里的程序还不认识这一类，没有收下。请告诉县里更新程序，再发一次。"
#define UNREADABLE "这一条读不出来，县里没有收下。请再发一次。"

/* --- receipts --- */

typedef struct {
  const char *station, *reason;
  guint64 counter;
  gint64 upto, became;
  CzSaidState state;
} Receipt;

static gboolean
put_receipt (CzHub *hub, const Receipt *receipt, GError **error)
{
  const CzTable *table = cz_table_by_number (CZ_TABLE_RECEIPT);
  CzRow row = { 0 };
  cz_hub_row_set_text (table, &row, "station", receipt->station);
  cz_hub_row_set_int (table, &row, "counter", (gint64) receipt->counter);
  cz_hub_row_set_int (table, &row, "upto", receipt->upto);
  cz_hub_row_set_int (table, &row, "state", (gint64) receipt->state);
  cz_hub_row_set_text (table, &row, "reason", receipt->reason);
  cz_hub_row_set_int (table, &row, "became", receipt->became);
  cz_hub_row_set_int (table, &row, "at_s", cz_clock_wall_s (hub->clock));
  return cz_hub_put (hub, table, &row, NULL, error);
}

gboolean
cz_hub_receipt_put (CzHub *hub, const char *station, guint64 counter, CzSaidState state, const char *reason, gint64 became, GError **error)
{
  const Receipt receipt = { .station = station, .reason = reason, .counter = counter, .became = became, .state = state };
  return put_receipt (hub, &receipt, error);
}

/* *is: the station heard that what it said under this counter is returned; *is_other: because the counter was used before for something else. */
static gboolean
was_returned (CzHub *hub, const char *station, guint64 counter, gboolean *is, gboolean *is_other, GError **error)
{
  const CzTable *table = cz_table_by_number (CZ_TABLE_RECEIPT);
  CzRow key = { 0 }, row;
  gboolean found = FALSE;
  cz_hub_row_set_text (table, &key, "station", station);
  cz_hub_row_set_int (table, &key, "counter", (gint64) counter);
  if (!cz_hub_get (hub, table, &key, &row, &found, error))
    return FALSE;
  const CzValue *reason = &row.v[cz_table_field_index (table, "reason")];
  *is = found && cz_hub_row_int (table, &row, "state") == CZ_SAID_RETURNED;
  *is_other = *is && reason->len == strlen (NUMBER_USED) && memcmp (reason->p, NUMBER_USED, reason->len) == 0;
  return TRUE;
}

gboolean
cz_hub_receipt_decided (CzHub *hub, const char *station, guint64 counter, CzSaidState state, const char *reason, gint64 became, GError **error)
{
  gboolean is_returned = FALSE, is_other = FALSE;
  return was_returned (hub, station, counter, &is_returned, &is_other, error)
         && (is_other || cz_hub_receipt_put (hub, station, counter, state, reason, became, error));
}

/* The last counter before the first gap behind `from`. */
static gint64
reach (CzHub *hub, const char *station, gint64 from, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = cz_hub_prepare (hub, "SELECT counter FROM upload WHERE station = ? AND counter > ? ORDER BY counter", error);
  gint64 upto = from;
  if (stmt == NULL)
    return -1;
  (void) sqlite3_bind_text (stmt, 1, station, -1, SQLITE_STATIC);
  (void) sqlite3_bind_int64 (stmt, 2, from);
  while (sqlite3_step (stmt) == SQLITE_ROW && sqlite3_column_int64 (stmt, 0) == upto + 1)
    upto++;
  return upto;
}

gboolean
cz_hub_receipt_arrived (CzHub *hub, const char *station, guint64 counter, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (CzHubStation) known = cz_hub_station_get (hub, station, &local);
  if (known == NULL) {
    if (local != NULL)
      g_propagate_error (error, g_steal_pointer (&local));
    else
      g_set_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_STORAGE, "station %s", station);
    return FALSE;
  }
  gint64 upto = (gint64) counter == known->upto + 1 ? reach (hub, station, known->upto, error) : known->upto;
  if (upto < 0)
    return FALSE;
  g_autoptr (sqlite3_stmt) stmt = cz_hub_prepare (hub, "UPDATE station SET upto = ?, seen_s = ? WHERE fingerprint = ?", error);
  if (stmt == NULL)
    return FALSE;
  (void) sqlite3_bind_int64 (stmt, 1, upto);
  (void) sqlite3_bind_int64 (stmt, 2, cz_clock_wall_s (hub->clock));
  (void) sqlite3_bind_text (stmt, 3, known->fingerprint, -1, SQLITE_STATIC);
  if (!cz_hub_finish (hub, stmt, "station", error))
    return FALSE;
  const Receipt receipt = { .station = known->fingerprint, .upto = upto, .state = CZ_SAID_RECEIVED };
  return upto > known->upto ? put_receipt (hub, &receipt, error)
                            : cz_hub_receipt_put (hub, known->fingerprint, counter, CZ_SAID_RECEIVED, NULL, 0, error);
}

typedef struct {
  char *station;
  gint64 counter;
} Lost;

static void
lost_free (gpointer data)
{
  g_free (((Lost *) data)->station);
  g_free (data);
}

/* What was acknowledged and is not here: counters up to `upto`, and single ones that were only received. */
static GPtrArray *
acknowledged_and_lost (CzHub *hub, GError **error)
{
  static const char sql[]
      = "WITH RECURSIVE told (station, counter, upto) AS (SELECT station, 1, upto FROM receipt WHERE counter = 0 AND gone = 0 AND upto > 0"
        " UNION ALL SELECT station, counter + 1, upto FROM told WHERE counter < upto)"
        " SELECT t.station, t.counter FROM (SELECT station, counter FROM told UNION SELECT station, counter FROM receipt"
        " WHERE counter > 0 AND gone = 0 AND state = ?) AS t JOIN station AS s ON s.fingerprint = t.station"
        " WHERE NOT EXISTS (SELECT 1 FROM upload AS u WHERE u.station = t.station AND u.counter = t.counter)"
        " AND NOT EXISTS (SELECT 1 FROM receipt AS r WHERE r.station = t.station AND r.counter = t.counter AND r.gone = 0 AND r.state > ?)"
        " ORDER BY 1, 2 LIMIT ?";
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (lost_free);
  g_autoptr (sqlite3_stmt) stmt = cz_hub_prepare (hub, sql, error);
  int code = SQLITE_DONE;
  if (stmt == NULL)
    return NULL;
  (void) sqlite3_bind_int (stmt, 1, CZ_SAID_RECEIVED);
  (void) sqlite3_bind_int (stmt, 2, CZ_SAID_RECEIVED);
  (void) sqlite3_bind_int (stmt, 3, LOST_MAX);
  while ((code = sqlite3_step (stmt)) == SQLITE_ROW) {
    Lost *lost = g_new0 (Lost, 1);
    lost->station = g_strdup ((const char *) sqlite3_column_text (stmt, 0));
    lost->counter = sqlite3_column_int64 (stmt, 1);
    g_ptr_array_add (list, lost);
  }
  if (code == SQLITE_DONE)
    return g_steal_pointer (&list);
  cz_hub_storage_error (hub, code, "receipt", error);
  return NULL;
}

gboolean
cz_hub_receipts_ask_again (CzHub *hub, guint64 *n, GError **error)
{
  g_autoptr (GPtrArray) list = acknowledged_and_lost (hub, error);
  GError *low = NULL;
  if (list == NULL)
    return FALSE;
  for (guint i = 0; i < list->len; i++) {
    const Lost *lost = g_ptr_array_index (list, i);
    if (!cz_hub_receipt_put (hub, lost->station, (guint64) lost->counter, CZ_SAID_RETURNED, ASK_AGAIN, 0, error))
      return FALSE;
  }
  *n = list->len;
  return cz_db_exec (hub->db, "UPDATE station SET upto = max(upto, ifnull((SELECT r.upto FROM receipt AS r WHERE r.station = fingerprint"
                              " AND r.counter = 0 AND r.gone = 0), 0))", &low)
         || cz_hub_take_storage_error (low, error);
}

/* --- filing --- */

static gboolean
needs_a_person (guint16 kind)
{
  return kind != CZ_SAID_SURVEY && kind != CZ_SAID_COUNTERS && kind != CZ_SAID_INVENTORY && kind != CZ_SAID_DELIVERY && kind != CZ_SAID_ADMISSION;
}

/* Has this counter arrived before? -1 failure, 0 no, 1 the very same, 2 something else. */
static int
look_up (CzHub *hub, const char *station, guint64 counter, const guint8 hash[32], GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = cz_hub_prepare (hub, "SELECT hash FROM upload WHERE station = ? AND counter = ?", error);
  if (stmt == NULL)
    return -1;
  (void) sqlite3_bind_text (stmt, 1, station, -1, SQLITE_STATIC);
  (void) sqlite3_bind_int64 (stmt, 2, (gint64) counter);
  int code = sqlite3_step (stmt);
  if (code == SQLITE_DONE)
    return 0;
  if (code != SQLITE_ROW) {
    cz_hub_storage_error (hub, code, "upload", error);
    return -1;
  }
  return sqlite3_column_bytes (stmt, 0) == 32 && memcmp (sqlite3_column_blob (stmt, 0), hash, 32) == 0 ? 1 : 2;
}

/* Of what is returned at once nothing is kept but that it came. */
static gboolean
insert_upload (CzHub *hub, const char *station, const CzUpload *said, const guint8 hash[32], CzHubUploadState state, gint64 *id, GError **error)
{
  gsize size = 0;
  const void *payload = state != CZ_HUB_UPLOAD_RETURNED ? g_bytes_get_data (said->payload, &size) : NULL;
  g_autoptr (sqlite3_stmt) stmt = cz_hub_prepare (hub,
                                           "INSERT INTO upload (station, counter, hash, kind, payload, created_s, clock_ok, collected_s, state)"
                                           " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                                           error);
  if (stmt == NULL)
    return FALSE;
  (void) sqlite3_bind_text (stmt, 1, station, -1, SQLITE_STATIC);
  (void) sqlite3_bind_int64 (stmt, 2, (gint64) said->counter);
  (void) sqlite3_bind_blob (stmt, 3, hash, 32, SQLITE_STATIC);
  (void) sqlite3_bind_int (stmt, 4, said->kind);
  (void) sqlite3_bind_blob (stmt, 5, size > 0 ? payload : "", (int) size, SQLITE_STATIC);
  (void) sqlite3_bind_int64 (stmt, 6, said->created_s);
  (void) sqlite3_bind_int (stmt, 7, said->clock_ok);
  (void) sqlite3_bind_int64 (stmt, 8, cz_clock_wall_s (hub->clock));
  (void) sqlite3_bind_int (stmt, 9, (int) state);
  gboolean ok = cz_hub_finish (hub, stmt, "upload", error);
  *id = sqlite3_last_insert_rowid (hub->db);
  return ok;
}

static gboolean
insert_objects (CzHub *hub, gint64 id, const CzUpload *said, GError **error)
{
  for (guint i = 0; i < said->n_objects; i++) {
    guint8 hash[CZ_HASH_LEN];
    gsize size = 0;
    const guint8 *data = g_bytes_get_data (said->objects[i].data, &size);
    g_autoptr (sqlite3_stmt) stmt = cz_hub_prepare (hub, "INSERT OR IGNORE INTO upload_object VALUES (?, ?, ?, ?)", error);
    if (stmt == NULL)
      return FALSE;
    cz_hash (data, size, hash);
    (void) sqlite3_bind_int64 (stmt, 1, id);
    (void) sqlite3_bind_blob (stmt, 2, hash, sizeof hash, SQLITE_STATIC);
    (void) sqlite3_bind_text (stmt, 3, said->objects[i].type, -1, SQLITE_STATIC);
    (void) sqlite3_bind_blob (stmt, 4, size > 0 ? (const void *) data : "", (int) size, SQLITE_STATIC);
    if (!cz_hub_finish (hub, stmt, "upload_object", error))
      return FALSE;
  }
  return TRUE;
}

/* Survey answers, counters, inventory, delivery times: a value by key; what was said later counts. */
typedef struct {
  sqlite3_stmt *stmt;
  gboolean failed;
} Lines;

static gboolean
add_line (const char *key, const char *value, gpointer data)
{
  Lines *lines = data;
  (void) sqlite3_bind_text (lines->stmt, 4, key, -1, SQLITE_STATIC);
  (void) sqlite3_bind_text (lines->stmt, 5, value, -1, SQLITE_STATIC);
  lines->failed |= sqlite3_step (lines->stmt) != SQLITE_DONE;
  (void) sqlite3_reset (lines->stmt);
  return !lines->failed;
}

static gboolean
insert_lines (CzHub *hub, const char *station, const CzUpload *said, const CzTable *kind, const CzRow *row, GError **error)
{
  int lines = cz_table_field_index (kind, "lines");
  if (lines < 0)
    return TRUE;
  g_autoptr (sqlite3_stmt) stmt = cz_hub_prepare (hub,
                                           "INSERT INTO station_line VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
                                           " value = excluded.value, counter = excluded.counter WHERE excluded.counter > counter",
                                           error);
  Lines state = { stmt, FALSE };
  if (stmt == NULL)
    return FALSE;
  (void) sqlite3_bind_text (stmt, 1, station, -1, SQLITE_STATIC);
  (void) sqlite3_bind_int (stmt, 2, kind->number);
  (void) sqlite3_bind_int64 (stmt, 3, row->v[0].i); /* the day, or the survey */
  (void) sqlite3_bind_int64 (stmt, 6, (gint64) said->counter);
  if (cz_said_lines (row->v[lines].p, row->v[lines].len, add_line, &state))
    return TRUE;
  if (state.failed)
    return cz_hub_storage_error (hub, sqlite3_errcode (hub->db), "station_line", error);
  g_set_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED, "%s: a line that is not key=value", kind->name);
  return FALSE;
}

gboolean
cz_hub_desk_file (CzHub *hub, const CzHubStation *station, const CzUpload *said, const guint8 hash[32], gboolean *was_there, GError **error)
{
  CzRow row;
  gint64 id = 0;
  gsize size = 0;
  GError *wrong = NULL;
  const CzTable *kind = cz_said_kind (said->kind);
  const guint8 *data = g_bytes_get_data (said->payload, &size);
  int before = look_up (hub, station->fingerprint, said->counter, hash, error);
  *was_there = before == 1;
  if (before == 1 || before < 0)
    return before == 1;
  if (before == 2 || kind == NULL) {
    g_set_error_literal (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED,
                         before == 2 ? _ ("its number was used before for something else") : _ ("of a kind that this program does not know; bring it up to date, its station is asked to send it again"));
    return FALSE;
  }
  if (!cz_said_unpack (kind, data, size, &row, &wrong)) {
    g_set_error_literal (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED, wrong->message);
    g_error_free (wrong);
    return FALSE;
  }
  CzHubUploadState state = needs_a_person (said->kind) ? CZ_HUB_UPLOAD_WAITS : CZ_HUB_UPLOAD_FILED;
  return insert_upload (hub, station->fingerprint, said, hash, state, &id, error) && insert_objects (hub, id, said, error)
         && insert_lines (hub, station->fingerprint, said, kind, &row, error)
         && cz_hub_receipt_arrived (hub, station->fingerprint, said->counter, error);
}

/* --- refusing --- */

/* *may: there is room left for this station today; then it is counted. */
static gboolean
count_refusal (CzHub *hub, const char *station, gboolean *may, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = cz_hub_prepare (hub,
                                           "UPDATE station SET refused_n = CASE WHEN refused_day = ?1 THEN refused_n + 1 ELSE 1 END, refused_day = ?1"
                                           " WHERE fingerprint = ?2 AND (refused_day <> ?1 OR refused_n < ?3)",
                                           error);
  if (stmt == NULL)
    return FALSE;
  (void) sqlite3_bind_int (stmt, 1, cz_clock_today (hub->clock));
  (void) sqlite3_bind_text (stmt, 2, station, -1, SQLITE_STATIC);
  (void) sqlite3_bind_int (stmt, 3, CZ_HUB_REFUSALS_A_DAY);
  if (!cz_hub_finish (hub, stmt, "station", error))
    return FALSE;
  *may = sqlite3_changes (hub->db) > 0;
  return TRUE;
}

/* Written by a program newer than this one. Of what does not hold behind its signature there may be no payload. */
static gboolean
is_newer (const CzUpload *said)
{
  gsize size = 0;
  CzRow row;
  const CzTable *kind = cz_said_kind (said->kind);
  const guint8 *data = said->payload != NULL ? g_bytes_get_data (said->payload, &size) : NULL;
  g_autoptr (GError) wrong = NULL;
  return kind == NULL || (data != NULL && !cz_said_unpack (kind, data, size, &row, &wrong) && g_error_matches (wrong, CZ_WIRE_ERROR, CZ_WIRE_ERROR_NEWER));
}

gboolean
cz_hub_desk_refuse (CzHub *hub, const CzHubStation *station, const CzUpload *said, const guint8 hash[32], CzHubTold *answer, GError **error)
{
  gint64 id = 0;
  gboolean may = FALSE, told = FALSE, is_other = FALSE;
  int before = look_up (hub, station->fingerprint, said->counter, hash, error);
  *answer = before == 1 ? CZ_HUB_TOLD_BEFORE : CZ_HUB_TOLD_NOW;
  if (before == 1 || before < 0)
    return before == 1;
  if (before == 2 && !was_returned (hub, station->fingerprint, said->counter, &told, &is_other, error))
    return FALSE;
  if (!told && !count_refusal (hub, station->fingerprint, &may, error))
    return FALSE;
  if (!told && !may)
    *answer = before == 2 ? CZ_HUB_TOLD_TOMORROW : CZ_HUB_TOLD_NOT;
  if (!may)
    return TRUE;
  /* A number used twice has its row: the receipt then speaks of what the station holds under it now. */
  if (before == 0 && (!insert_upload (hub, station->fingerprint, said, hash, CZ_HUB_UPLOAD_RETURNED, &id, error)
                      || !cz_hub_receipt_arrived (hub, station->fingerprint, said->counter, error)))
    return FALSE;
  const char *reason = before == 2 ? NUMBER_USED : is_newer (said) ? KIND_UNKNOWN : UNREADABLE;
  return cz_hub_receipt_put (hub, station->fingerprint, said->counter, CZ_SAID_RETURNED, reason, 0, error);
}
