/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/cz-hub-desk.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/hub/cz-hub-desk-check.h"
#include "app/hub/cz-hub-doubt.h"
#include "app/hub/cz-hub-media.h"
#include "app/hub/cz-hub-private.h"
#include "app/hub/cz-hub-receipt.h"
#include "sync/wire/cz-said.h"

#define CONTACT_PUBLIC 2 /* listing.contact_level */
#define CONTACT_CONSENT 1

void
cz_hub_upload_free (CzHubUpload *upload)
{
  if (upload == NULL)
    return;
  g_free (upload->station);
  g_clear_pointer (&upload->payload, g_bytes_unref);
  g_free (upload);
}

/* --- the queue --- */

#define UPLOAD_COLUMNS "SELECT id, station, counter, kind, payload, created_s, clock_ok, collected_s, state FROM upload"

static CzHubUpload *
read_upload (sqlite3_stmt *stmt, GError **error)
{
  g_autoptr (CzHubUpload) upload = g_new0 (CzHubUpload, 1);
  gsize size = 0;
  upload->id = sqlite3_column_int64 (stmt, 0);
  upload->station = g_strdup ((const char *) sqlite3_column_text (stmt, 1));
  upload->counter = (guint64) sqlite3_column_int64 (stmt, 2);
  upload->kind = cz_said_kind ((guint16) sqlite3_column_int (stmt, 3));
  upload->payload = g_bytes_new (sqlite3_column_blob (stmt, 4), (gsize) sqlite3_column_bytes (stmt, 4));
  upload->created_s = sqlite3_column_int64 (stmt, 5);
  upload->clock_ok = sqlite3_column_int (stmt, 6) != 0;
  upload->collected_s = sqlite3_column_int64 (stmt, 7);
  upload->state = (CzHubUploadState) sqlite3_column_int (stmt, 8);
  const guint8 *data = g_bytes_get_data (upload->payload, &size);
  if (upload->kind != NULL && cz_said_unpack (upload->kind, data, size, &upload->row, NULL))
    return g_steal_pointer (&upload);
  g_set_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_STORAGE, "upload %" G_GINT64_FORMAT " is damaged", upload->id);
  return NULL;
}

GPtrArray *
cz_hub_desk_queue (CzHub *hub, const CzTable *kind, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) cz_hub_upload_free);
  g_autoptr (sqlite3_stmt) stmt = cz_hub_prepare (hub, UPLOAD_COLUMNS " WHERE state = 0 AND (kind = ?1 OR ?1 = 0) ORDER BY id", error);
  int code = SQLITE_DONE;
  if (stmt == NULL)
    return NULL;
  (void) sqlite3_bind_int (stmt, 1, kind != NULL ? kind->number : 0);
  while ((code = sqlite3_step (stmt)) == SQLITE_ROW) {
    CzHubUpload *upload = read_upload (stmt, error);
    if (upload == NULL)
      return NULL;
    g_ptr_array_add (list, upload);
  }
  if (code == SQLITE_DONE)
    return g_steal_pointer (&list);
  cz_hub_storage_error (hub, code, "upload", error);
  return NULL;
}

static CzHubUpload *
waiting (CzHub *hub, gint64 id, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = cz_hub_prepare (hub, UPLOAD_COLUMNS " WHERE id = ? AND state = 0", error);
  if (stmt == NULL)
    return NULL;
  (void) sqlite3_bind_int64 (stmt, 1, id);
  int code = sqlite3_step (stmt);
  if (code == SQLITE_ROW)
    return read_upload (stmt, error);
  if (code == SQLITE_DONE)
    g_set_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED, _ ("Nothing waits under number %lld. List what waits with: queue"), (long long) id);
  else
    cz_hub_storage_error (hub, code, "upload", error);
  return NULL;
}

static gboolean
decide (CzHub *hub, const CzHubUpload *upload, CzHubUploadState state, const char *reason, gint64 became, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = cz_hub_prepare (hub, "UPDATE upload SET state = ?, reason = ?, became = ?, decided_s = ? WHERE id = ?", error);
  if (stmt == NULL)
    return FALSE;
  (void) sqlite3_bind_int (stmt, 1, (int) state);
  (void) sqlite3_bind_text (stmt, 2, reason != NULL ? reason : "", -1, SQLITE_STATIC);
  (void) sqlite3_bind_int64 (stmt, 3, became);
  (void) sqlite3_bind_int64 (stmt, 4, cz_clock_wall_s (hub->clock));
  (void) sqlite3_bind_int64 (stmt, 5, upload->id);
  int code = sqlite3_step (stmt);
  return code == SQLITE_DONE || cz_hub_storage_error (hub, code, "upload", error);
}

/* --- what is said becomes a row --- */

static const CzValue *
said (const CzHubUpload *upload, const char *field)
{
  int i = cz_table_field_index (upload->kind, field);
  g_return_val_if_fail (i >= 0, NULL);
  return &upload->row.v[i];
}

static GBytes *
object (CzHub *hub, gint64 upload, const CzValue *hash, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = cz_hub_prepare (hub, "SELECT data FROM upload_object WHERE upload = ? AND hash = ?", error);
  if (stmt == NULL)
    return NULL;
  (void) sqlite3_bind_int64 (stmt, 1, upload);
  (void) sqlite3_bind_blob (stmt, 2, hash->p, (int) hash->len, SQLITE_STATIC);
  int code = sqlite3_step (stmt);
  if (code == SQLITE_ROW)
    return g_bytes_new (sqlite3_column_blob (stmt, 0), (gsize) sqlite3_column_bytes (stmt, 0));
  if (code != SQLITE_DONE)
    cz_hub_storage_error (hub, code, "upload_object", error);
  return NULL;
}

gboolean
cz_hub_desk_objects (CzHub *hub, gint64 id, CzHubObjectFunc func, gpointer user_data, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = cz_hub_prepare (hub, "SELECT type, data FROM upload_object WHERE upload = ? ORDER BY hash", error);
  gboolean goes_on = TRUE;
  int code = SQLITE_DONE;
  if (stmt == NULL)
    return FALSE;
  (void) sqlite3_bind_int64 (stmt, 1, id);
  while (goes_on && (code = sqlite3_step (stmt)) == SQLITE_ROW) {
    g_autoptr (GBytes) data = g_bytes_new (sqlite3_column_blob (stmt, 1), (gsize) sqlite3_column_bytes (stmt, 1));
    goes_on = func ((const char *) sqlite3_column_text (stmt, 0), data, user_data);
  }
  return !goes_on || code == SQLITE_DONE || cz_hub_storage_error (hub, code, "upload_object", error);
}

/* Takes the object into the hub's media; one that did not come along is left out of the row. */
static gboolean
take_object (CzHub *hub, const CzHubUpload *upload, CzValue *value, GError **error)
{
  guint8 hash[CZ_HASH_BYTES];
  g_autoptr (GError) local = NULL;
  g_autoptr (GBytes) bytes = object (hub, upload->id, value, &local);
  if (bytes != NULL)
    return cz_hub_add_media_bytes (hub, bytes, hash, error);
  *value = (CzValue) { 0 };
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* Fields that bear the same name in both. takes_objects: they become the hub's media, too. */
static gboolean
copy_fields (CzHub *hub, const CzHubUpload *upload, const CzTable *table, gboolean takes_objects, CzRow *row, GError **error)
{
  for (guint i = 0; i < upload->kind->n_fields; i++) {
    const CzField *field = &upload->kind->fields[i];
    int to = cz_table_field_index (table, field->name);
    if (to < 0 || g_str_equal (field->name, "phone"))
      continue;
    row->v[to] = upload->row.v[i];
    if (takes_objects && (field->flags & CZ_FIELD_HASH) != 0 && row->v[to].len > 0 && !take_object (hub, upload, &row->v[to], error))
      return FALSE;
  }
  return TRUE;
}

/* The yuan is not written out in quotes, so that a series is one whoever speaks of it. */
static void
leave_out_yuan (const CzTable *table, CzRow *row)
{
  CzValue *currency = &row->v[CZ_Q_CURRENCY];
  if (table->number == CZ_TABLE_QUOTE && currency->len == 3 && memcmp (currency->p, "CNY", 3) == 0)
    *currency = (CzValue) { 0 };
}

/* Puts it, under an id of its own where the table has one. */
static gboolean
put_row (CzHub *hub, const CzTable *table, CzRow *row, gint64 *became, GError **error)
{
  GError *wrong = NULL;
  if ((table->fields[0].flags & CZ_FIELD_ISSUED) != 0) {
    if (!cz_hub_id (hub, table, NULL, &row->v[0].i, NULL, error))
      return FALSE;
    *became = row->v[0].i;
  }
  if (cz_hub_put (hub, table, row, NULL, &wrong))
    return TRUE;
  if (wrong->domain != CZ_ROW_ERROR) {
    g_propagate_error (error, wrong);
    return FALSE;
  }
  g_set_error_literal (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED, wrong->message);
  g_error_free (wrong);
  return FALSE;
}

/* Whether the owner has taken the number of this listing back, whatever became of that message: it may have come first. */
static gboolean
is_number_taken_back (CzHub *hub, const CzHubUpload *listing, gboolean *taken_back, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = cz_hub_prepare (hub, UPLOAD_COLUMNS " WHERE station = ? AND kind = ? AND length (payload) > 0", error);
  int code = SQLITE_DONE;
  if (stmt == NULL)
    return FALSE;
  (void) sqlite3_bind_text (stmt, 1, listing->station, -1, SQLITE_STATIC);
  (void) sqlite3_bind_int (stmt, 2, CZ_SAID_CONSENT);
  *taken_back = FALSE;
  while (!*taken_back && (code = sqlite3_step (stmt)) == SQLITE_ROW) {
    g_autoptr (CzHubUpload) consent = read_upload (stmt, error);
    if (consent == NULL)
      return FALSE;
    *taken_back = said (consent, "is_release")->i == 0 && said (consent, "of_counter")->i == (gint64) listing->counter;
  }
  return code == SQLITE_ROW || code == SQLITE_DONE || cz_hub_storage_error (hub, code, "upload", error);
}

/* --- what is doubtful --- */

/* *sentences: NULL when nothing is. row: a quote that passed cz_hub_desk_check. */
static gboolean
look_for_doubts (CzHub *hub, const CzRow *row, CzDoubt *doubts, char **sentences, GError **error)
{
  const CzTable *products = cz_table_by_number (CZ_TABLE_PRODUCT);
  CzRow key = { 0 }, product;
  CzHubVerdict verdict = { 0 };
  gboolean found = FALSE;
  key.v[0].i = row->v[CZ_Q_PRODUCT].i;
  if (!cz_hub_get (hub, products, &key, &product, &found, error)
      || !cz_hub_compare (hub, cz_table_by_number (CZ_TABLE_QUOTE), row, &verdict.change, NULL, error))
    return FALSE;
  const CzValue *name = &product.v[cz_table_field_index (products, "name")];
  g_autofree char *called = found ? g_strndup (name->p, name->len) : g_strdup ("");
  CzUnit unit = found ? (CzUnit) cz_hub_row_int (products, &product, "unit") : CZ_UNIT_KG;
  const CzHubDoubtful about = { row, called, unit, unit == CZ_UNIT_KG };
  if (verdict.change == CZ_HUB_SAME) /* stands here already */
    return TRUE;
  if (!cz_hub_doubt_judge (hub, &about, &verdict, error))
    return FALSE;
  cz_hub_doubt_judge_step (&about, &verdict);
  *doubts = verdict.doubts;
  *sentences = verdict.doubts != CZ_DOUBT_NONE ? cz_hub_doubt_describe (&about, &verdict) : NULL;
  return TRUE;
}

gboolean
cz_hub_desk_doubts (CzHub *hub, const CzHubUpload *upload, char **codes, char **sentences, char **refusal, GError **error)
{
  guint16 table_no = upload->kind->number == CZ_SAID_QUOTE ? CZ_TABLE_QUOTE : upload->kind->number == CZ_SAID_LISTING ? CZ_TABLE_LISTING : 0;
  const CzTable *table = cz_table_by_number (table_no);
  CzRow row = { 0 };
  CzDoubt doubts = CZ_DOUBT_NONE;
  g_autoptr (GError) wrong = NULL;
  g_autofree char *said_of_it = NULL;
  if (table != NULL && !copy_fields (hub, upload, table, FALSE, &row, error))
    return FALSE;
  if (table != NULL)
    leave_out_yuan (table, &row);
  if (table != NULL && cz_hub_desk_check (hub, table, &row, &wrong) && table_no == CZ_TABLE_QUOTE
      && !look_for_doubts (hub, &row, &doubts, &said_of_it, error))
    return FALSE;
  if (wrong != NULL && !g_error_matches (wrong, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED)) {
    g_propagate_error (error, g_steal_pointer (&wrong));
    return FALSE;
  }
  *codes = cz_doubt_words (doubts);
  *sentences = said_of_it != NULL ? g_steal_pointer (&said_of_it) : g_strdup ("");
  *refusal = g_strdup (wrong != NULL ? wrong->message : "");
  return TRUE;
}

static gboolean
check_doubts (CzHub *hub, const CzHubUpload *upload, const CzRow *row, GError **error)
{
  CzDoubt doubts = CZ_DOUBT_NONE;
  g_autofree char *sentences = NULL;
  if (!look_for_doubts (hub, row, &doubts, &sentences, error))
    return FALSE;
  if (doubts == CZ_DOUBT_NONE)
    return TRUE;
  g_set_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED,
               _ ("Message %lld is doubtful: %s. Nothing was taken. Ask the village; if it is right all the same, say: accept uploads %lld --sure"),
               (long long) upload->id, sentences, (long long) upload->id);
  return FALSE;
}

typedef struct {
  gint64 became;
  gboolean is_done; /* stations see it, or what it asked is done: the receipt says so */
  gboolean is_sure;
} Taking;

static gboolean
publish (CzHub *hub, const CzHubUpload *upload, guint16 table_no, Taking *taking, GError **error)
{
  const CzTable *table = cz_table_by_number (table_no);
  CzRow row = { 0 };
  if (!copy_fields (hub, upload, table, TRUE, &row, error))
    return FALSE;
  leave_out_yuan (table, &row);
  if (table_no == CZ_TABLE_LISTING) {
    gboolean taken_back = FALSE;
    cz_hub_row_set_text (table, &row, "station", upload->station);
    if (!is_number_taken_back (hub, upload, &taken_back, error))
      return FALSE;
    /* A number leaves the county only when its owner said "public" (field study N11). */
    if (said (upload, "contact_level")->i == CONTACT_PUBLIC && !taken_back)
      row.v[cz_table_field_index (table, "phone")] = *said (upload, "phone");
    if (taken_back)
      cz_hub_row_set_int (table, &row, "contact_level", CONTACT_CONSENT);
  }
  return cz_hub_desk_check (hub, table, &row, error)
         && (table_no != CZ_TABLE_QUOTE || taking->is_sure || check_doubts (hub, upload, &row, error))
         && put_row (hub, table, &row, &taking->became, error);
}

/* --- changing a listing that is there --- */

static gboolean
get_listing (CzHub *hub, gint64 id, CzRow *row, GError **error)
{
  CzRow key = { 0 };
  gboolean found = FALSE;
  key.v[0].i = id;
  return cz_hub_get (hub, cz_table_by_number (CZ_TABLE_LISTING), &key, row, &found, error)
         && (found || cz_hub_refuse (error, _ ("The listing it speaks of is not here any more. Return it.")));
}

static gint64
became_of (CzHub *hub, const char *station, gint64 counter)
{
  g_autoptr (sqlite3_stmt) stmt = cz_hub_prepare (hub, "SELECT became FROM upload WHERE station = ? AND counter = ?", NULL);
  if (stmt == NULL)
    return 0;
  (void) sqlite3_bind_text (stmt, 1, station, -1, SQLITE_STATIC);
  (void) sqlite3_bind_int64 (stmt, 2, counter);
  return sqlite3_step (stmt) == SQLITE_ROW ? sqlite3_column_int64 (stmt, 0) : 0;
}

/* Only what came from the same station: no other may touch it. */
static gboolean
own_listing (CzHub *hub, const CzHubUpload *upload, gint64 id, CzRow *row, GError **error)
{
  const CzTable *table = cz_table_by_number (CZ_TABLE_LISTING);
  if (!get_listing (hub, id, row, error))
    return FALSE;
  const CzValue *station = &row->v[cz_table_field_index (table, "station")];
  return (station->len == strlen (upload->station) && memcmp (station->p, upload->station, station->len) == 0)
         || cz_hub_refuse (error, _ ("The listing it speaks of came from another station. Return it."));
}

static gboolean
is_waiting (CzHub *hub, const char *station, gint64 counter)
{
  g_autoptr (sqlite3_stmt) stmt = cz_hub_prepare (hub, "SELECT 1 FROM upload WHERE station = ? AND counter = ? AND state = 0", NULL);
  if (stmt == NULL)
    return FALSE;
  (void) sqlite3_bind_text (stmt, 1, station, -1, SQLITE_STATIC);
  (void) sqlite3_bind_int64 (stmt, 2, counter);
  return sqlite3_step (stmt) == SQLITE_ROW;
}

static gboolean
revoke_number (CzHub *hub, const CzHubUpload *upload, GError **error)
{
  const CzTable *table = cz_table_by_number (CZ_TABLE_LISTING);
  CzRow row;
  gint64 id = said (upload, "listing")->i;
  if (id == 0)
    id = became_of (hub, upload->station, said (upload, "of_counter")->i);
  /* Not published yet: whoever accepts the listing sees to it. */
  if (id == 0 && is_waiting (hub, upload->station, said (upload, "of_counter")->i))
    return TRUE;
  if (!own_listing (hub, upload, id, &row, error))
    return FALSE;
  cz_hub_row_set_text (table, &row, "phone", "");
  cz_hub_row_set_int (table, &row, "contact_level", CONTACT_CONSENT);
  return cz_hub_put (hub, table, &row, NULL, error);
}

static gboolean
add_photo (CzHub *hub, const CzHubUpload *upload, GError **error)
{
  const CzTable *table = cz_table_by_number (CZ_TABLE_LISTING);
  CzRow row;
  CzValue photo = *said (upload, "photo");
  if (!take_object (hub, upload, &photo, error)
      || !own_listing (hub, upload, became_of (hub, upload->station, said (upload, "of_counter")->i), &row, error))
    return FALSE;
  row.v[cz_table_field_index (table, "photo")] = photo;
  return cz_hub_put (hub, table, &row, NULL, error);
}

/* --- the clerk's verbs --- */

static gboolean
take (CzHub *hub, const CzHubUpload *upload, Taking *taking, GError **error)
{
  taking->is_done = TRUE;
  switch ((CzSaidKind) upload->kind->number) {
  case CZ_SAID_LISTING:
    return publish (hub, upload, CZ_TABLE_LISTING, taking, error);
  case CZ_SAID_QUOTE:
    return publish (hub, upload, CZ_TABLE_QUOTE, taking, error);
  case CZ_SAID_MATCH_OUTCOME:
    return publish (hub, upload, CZ_TABLE_MATCH_OUTCOME, taking, error);
  case CZ_SAID_PHOTO:
    return add_photo (hub, upload, error);
  case CZ_SAID_QUESTION:
    return cz_hub_refuse (error, _ ("A question is not accepted but answered: answer ID TEXT."));
  case CZ_SAID_CONSENT: /* a number that is released the clerk has told to who asks for it */
    return said (upload, "is_release")->i != 0 || revoke_number (hub, upload, error);
  case CZ_SAID_UNSOLD: /* the clerk has seen to it */
    return TRUE;
  case CZ_SAID_ADMISSION:
  case CZ_SAID_SURVEY:
  case CZ_SAID_COUNTERS:
  case CZ_SAID_INVENTORY:
  case CZ_SAID_DELIVERY:
  default:
    taking->is_done = FALSE;
    return TRUE;
  }
}

gboolean
cz_hub_desk_accept (CzHub *hub, gint64 id, gboolean is_sure, GError **error)
{
  Taking taking = { .is_sure = is_sure };
  g_autoptr (CzHubUpload) upload = waiting (hub, id, error);
  return upload != NULL && take (hub, upload, &taking, error)
         && decide (hub, upload, CZ_HUB_UPLOAD_ACCEPTED, NULL, taking.became, error)
         && (!taking.is_done || cz_hub_receipt_decided (hub, upload->station, upload->counter, CZ_SAID_PUBLISHED, NULL, taking.became, error));
}

gboolean
cz_hub_desk_return (CzHub *hub, gint64 id, const char *reason, GError **error)
{
  if (reason == NULL || reason[0] == '\0' || strlen (reason) > 400)
    return cz_hub_refuse (error, _ ("A reason is needed, in one short sentence that can be read aloud: --reason TEXT."));
  g_autoptr (CzHubUpload) upload = waiting (hub, id, error);
  return upload != NULL && decide (hub, upload, CZ_HUB_UPLOAD_RETURNED, reason, 0, error)
         && cz_hub_receipt_decided (hub, upload->station, upload->counter, CZ_SAID_RETURNED, reason, 0, error);
}

gboolean
cz_hub_desk_answer (CzHub *hub, gint64 id, const char *answer, const char *answered_by, gboolean is_public, GError **error)
{
  const CzTable *table = cz_table_by_number (CZ_TABLE_QUESTION);
  CzRow row = { 0 };
  gint64 became = 0;
  g_autoptr (CzHubUpload) upload = waiting (hub, id, error);
  if (upload == NULL)
    return FALSE;
  if (upload->kind->number != CZ_SAID_QUESTION)
    return cz_hub_refuse (error, _ ("Only a question can be answered. Use accept or return."));
  /* Every station can read what is published: who asked knows the question. */
  for (guint i = 0; !is_public && i < upload->kind->n_fields; i++)
    if (g_str_equal (upload->kind->fields[i].name, "question") || (upload->kind->fields[i].flags & CZ_FIELD_HASH) != 0)
      upload->row.v[i] = (CzValue) { 0 };
  if (!copy_fields (hub, upload, table, TRUE, &row, error))
    return FALSE;
  cz_hub_row_set_text (table, &row, "answer", answer);
  cz_hub_row_set_text (table, &row, "answered_by", answered_by);
  cz_hub_row_set_text (table, &row, "station", upload->station);
  cz_hub_row_set_int (table, &row, "answered_day", cz_clock_today (hub->clock));
  cz_hub_row_set_int (table, &row, "is_public", is_public ? 1 : 0);
  return put_row (hub, table, &row, &became, error) && decide (hub, upload, CZ_HUB_UPLOAD_ACCEPTED, NULL, became, error)
         && cz_hub_receipt_decided (hub, upload->station, upload->counter, CZ_SAID_PUBLISHED, NULL, became, error);
}
