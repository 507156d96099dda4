/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/station/cz-send.h"

#include <string.h>

#include "cz-config.h"
#include "sync/station/cz-mail.h"
#include "sync/wire/cz-envelope.h"
#include "sync/wire/cz-said.h"
#include "sync/wire/cz-wire-error.h"

#define RESENT_DAY "send.resent-day"
#define RESENT_UPTO "send.resent-upto" /* counter up to which that day's repeats have gone */
#define ADMISSION_ASKED "send.admission"
#define COUNTER_TOLD_MAX ((guint64) 1 << 40) /* beyond it the county is wrong: no station speaks so often */
#define REFUSED_MAX 8u /* names that one road refuses before it is left alone */
#define TROUBLE_MAX 2u /* in a row that it cannot take now */

/* Kinds are one list, written down twice because outbox and wire do not know each other's. */
G_STATIC_ASSERT ((int) CZ_ITEM_ADMISSION == CZ_SAID_ADMISSION && (int) CZ_ITEM_CONSENT == CZ_SAID_CONSENT
                 && (int) CZ_ITEM_UNSOLD == CZ_SAID_UNSOLD && (int) CZ_ITEM_DELIVERY == CZ_SAID_DELIVERY);
G_STATIC_ASSERT ((int) CZ_OUTBOX_RECEIVED == CZ_SAID_RECEIVED && (int) CZ_OUTBOX_PUBLISHED == CZ_SAID_PUBLISHED
                 && (int) CZ_OUTBOX_RETURNED == CZ_SAID_RETURNED);

static CzChannel
county (CzStation *station)
{
  CzChannel nearest = station->ticket->line[0];
  for (guint i = 1; i < station->ticket->n_line; i++)
    if (cz_channel_tier (station->ticket->line[i]) > cz_channel_tier (nearest))
      nearest = station->ticket->line[i];
  return nearest;
}

/* ---- receipts ---- */

typedef struct {
  guint64 counter;
  guint64 upto;
  CzOutboxState state;
  char *reason;
  gint64 became;
} Receipt;

static void
receipt_free (gpointer data)
{
  Receipt *receipt = data;
  g_free (receipt->reason);
  g_free (receipt);
}

static GPtrArray *
read_receipts (CzStation *station, const char *fingerprint, GError **error)
{
  sqlite3 *db = cz_content_db (station->content);
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (receipt_free);
  g_autoptr (sqlite3_stmt) stmt = cz_db_prepare (
      db, "SELECT counter, upto, state, reason, became FROM receipt WHERE channel = ? AND station = ? ORDER BY counter", error);
  int code = SQLITE_DONE;
  if (!stmt)
    return NULL;
  sqlite3_bind_int (stmt, 1, county (station));
  sqlite3_bind_text (stmt, 2, fingerprint, -1, SQLITE_STATIC);
  while ((code = sqlite3_step (stmt)) == SQLITE_ROW) {
    Receipt *receipt = g_new0 (Receipt, 1);
    receipt->counter = (guint64) sqlite3_column_int64 (stmt, 0);
    receipt->upto = (guint64) sqlite3_column_int64 (stmt, 1);
    receipt->state = (CzOutboxState) sqlite3_column_int (stmt, 2);
    receipt->reason = g_strdup ((const char *) sqlite3_column_text (stmt, 3));
    receipt->became = sqlite3_column_int64 (stmt, 4);
    g_ptr_array_add (list, receipt);
  }
  if (code == SQLITE_DONE)
    return g_steal_pointer (&list);
  cz_db_set_error (db, code, "reading receipts", error);
  return NULL;
}

static gboolean
apply_receipt (CzOutbox *outbox, const Receipt *receipt, gint64 now_s, GError **error)
{
  const char *reason = receipt->reason && receipt->reason[0] != '\0' ? receipt->reason : "—";
  const CzMove move = { receipt->state, CZ_WORD_RECEIPT, receipt->state == CZ_OUTBOX_RETURNED ? reason : NULL, receipt->became, now_s };
  if (receipt->upto > 0 && !cz_outbox_envelopes_received (outbox, receipt->upto, now_s, error))
    return FALSE;
  if (receipt->counter == 0 || receipt->state < CZ_OUTBOX_RECEIVED || receipt->state > CZ_OUTBOX_RETURNED)
    return TRUE;
  return cz_outbox_envelope_move (outbox, receipt->counter, &move, error);
}

gboolean
cz_send_receipts (CzStation *station, CzOutbox *outbox, CzSendReport *report, GError **error)
{
  CzPublicKey public_key;
  gint64 now_s = cz_clock_wall_s (station->clock);
  g_autoptr (CzSecretKey) key = cz_home_station_key (station->home, error);
  if (!key)
    return FALSE;
  cz_secret_key_public (key, &public_key);
  g_autofree char *fingerprint = cz_public_key_fingerprint (&public_key);
  g_autoptr (GPtrArray) receipts = read_receipts (station, fingerprint, error);
  int before = sqlite3_total_changes (cz_outbox_db (outbox));
  for (guint i = 0; receipts && i < receipts->len; i++) {
    g_autoptr (GError) local = NULL;
    if (apply_receipt (outbox, g_ptr_array_index (receipts, i), now_s, &local))
      continue;
    /* One that does not fit what is here must not keep the others away. */
    if (local->domain != CZ_OUTBOX_ERROR) {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
    g_info ("receipt: %s", local->message);
  }
  report->receipts += sqlite3_total_changes (cz_outbox_db (outbox)) != before;
  return receipts != NULL && cz_mail_sweep (station->home, county (station), station->content, station->clock, error);
}

/* ---- sealing ---- */

/* The highest counter that the county has heard from this key. A board whose card was put back to an old image counts from there; what it says under a
 * number used before is returned. */
static guint64
highest_told (CzStation *station, const CzSecretKey *key)
{
  CzPublicKey public_key;
  cz_secret_key_public (key, &public_key);
  g_autofree char *fingerprint = cz_public_key_fingerprint (&public_key);
  g_autoptr (sqlite3_stmt) stmt = cz_db_prepare (cz_content_db (station->content), "SELECT max (counter), max (upto) FROM receipt WHERE channel = ? AND station = ?", NULL);
  if (!stmt)
    return 0;
  sqlite3_bind_int (stmt, 1, county (station));
  sqlite3_bind_text (stmt, 2, fingerprint, -1, SQLITE_STATIC);
  guint64 told = sqlite3_step (stmt) == SQLITE_ROW ? (guint64) MAX (sqlite3_column_int64 (stmt, 0), sqlite3_column_int64 (stmt, 1)) : 0;
  return told <= COUNTER_TOLD_MAX ? told : 0;
}

/* Whoever holds a key that was withdrawn must not be able to read what the village says. */
static gboolean
is_withdrawn (CzStation *station, const CzChain *chain)
{
  for (guint i = 0; i < chain->n; i++) {
    CzWatch watch;
    cz_trust_watch (station->trust, chain->links[i].channel, &watch);
    if (chain->links[i].serial < watch.revoked_below)
      return TRUE;
  }
  return FALSE;
}

/* The county's key as its newest verified papers name it. */
static gboolean
box_key (CzStation *station, guint8 out[32])
{
  CzRoot root;
  CzPublicKey as_key;
  g_autofree CzChain *links = g_new0 (CzChain, 1);
  gsize size = 0;
  GBytes *held = cz_trust_root (station->trust);
  const guint8 *data = g_bytes_get_data (held ? held : station->ticket->root, &size);
  g_autoptr (GBytes) chain = cz_trust_newest_chain (station->trust, county (station));
  if (!chain || !cz_root_open (data, size, NULL, &root, NULL))
    return FALSE;
  data = g_bytes_get_data (chain, &size);
  if (!cz_chain_open_links (data, size, &root, county (station), links, NULL) || links->n == 0 || is_withdrawn (station, links))
    return FALSE;
  memcpy (out, links->links[links->n - 1].box_key, 32);
  memcpy (as_key.bytes, out, 32);
  return !cz_public_key_is_zero (&as_key);
}

/* The pictures and recordings that the payload names. An object that is gone is left out: its name stays, the county sees that it lacks. */
static gboolean
gather (CzOutbox *outbox, const CzItem *item, CzUpload *upload, GError **error)
{
  CzRow row;
  gsize size = 0;
  const CzTable *kind = cz_said_kind ((guint16) item->kind);
  const guint8 *data = g_bytes_get_data (item->payload, &size);
  if (!kind) {
    g_set_error (error, CZ_WIRE_ERROR, CZ_WIRE_ERROR_FORMAT, "item %" G_GINT64_FORMAT ": unknown kind", item->id);
    return FALSE;
  }
  if (!cz_said_unpack (kind, data, size, &row, error))
    return FALSE;
  for (guint i = 0; i < kind->n_fields && upload->n_objects < CZ_UPLOAD_OBJECTS_MAX; i++) {
    CzUploadObject *object = &upload->objects[upload->n_objects];
    if ((kind->fields[i].flags & CZ_FIELD_HASH) == 0 || row.v[i].len != CZ_HASH_LEN)
      continue;
    g_autoptr (GError) local = NULL;
    object->data = cz_outbox_kept (outbox, (const guint8 *) row.v[i].p, &object->type, &local);
    if (!object->data && !g_error_matches (local, CZ_OUTBOX_ERROR, CZ_OUTBOX_ERROR_UNKNOWN)) {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
    upload->n_objects += object->data != NULL;
  }
  return cz_upload_fits (upload, error);
}

static gboolean
seal_item (CzStation *station, CzOutbox *outbox, const CzItem *item, const CzSecretKey *key, const guint8 box[32], guint64 told, GError **error)
{
  CzPublicKey public_key;
  CzEnvelope envelope = { .created_s = cz_clock_wall_s (station->clock) };
  g_auto (CzUpload) upload = { .channel = county (station), .created_s = item->created_s, .clock_ok = item->clock_ok,
                               .kind = (guint16) item->kind, .payload = g_bytes_ref (item->payload) };
  if (!gather (outbox, item, &upload, error)
      || !cz_trust_take_counter (station->trust, MAX (cz_outbox_highest_counter (outbox), told), &upload.counter, error))
    return FALSE;
  g_autoptr (GBytes) sealed = cz_envelope_seal (&upload, key, box, error);
  if (!sealed)
    return FALSE;
  cz_secret_key_public (key, &public_key);
  g_autofree char *path = cz_envelope_path (upload.channel, &public_key, upload.counter, sealed);
  envelope.counter = upload.counter;
  envelope.name = path;
  envelope.sealed = sealed;
  return cz_outbox_seal (outbox, &envelope, &item, 1, error);
}

gboolean
cz_send_seal (CzStation *station, CzOutbox *outbox, CzSendReport *report, GError **error)
{
  guint8 box[32];
  g_autoptr (GPtrArray) items = cz_outbox_items (outbox, CZ_OUTBOX_WAITING, error);
  g_autoptr (CzSecretKey) key = items ? cz_home_station_key (station->home, error) : NULL;
  if (!key)
    return FALSE;
  gboolean has_key = box_key (station, box);
  guint64 told = highest_told (station, key);
  report->has_no_key = !has_key;
  for (guint i = 0; i < items->len; i++) {
    const CzItem *item = g_ptr_array_index (items, i);
    g_autoptr (GError) local = NULL;
    if (item->counter != 0)
      continue;
    if (!has_key) {
      report->unsealed++;
    } else if (seal_item (station, outbox, item, key, box, told, &local)) {
      report->sealed++;
    } else if (local->domain == CZ_STORE_ERROR) {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    } else {
      g_warning ("item %" G_GINT64_FORMAT " cannot be sent: %s", item->id, local->message);
      report->unsealed++;
    }
  }
  return TRUE;
}

/* ---- carrying ---- */

typedef struct {
  CzStation *station;
  CzOutbox *outbox;
  CzRoad *road;
  GCancellable *cancellable;
  CzSendReport *report;
  GHashTable *taken; /* counters as gsize: by any road of this run */
  GHashTable *unwanted; /* and what one that stayed open for others did not take */
  guint64 day_budget_bytes; /* beyond it nothing is repeated; 0 = none */
  gboolean is_closed; /* another road is of more use */
  guint refused; /* names that it did not take */
  guint in_trouble; /* of them the last ones, in a row, not for a reason of their own as far as is known */
} Carrier;

/* One name may be too large for a depot, or taken by something else, or choke a filter on the way: that keeps none of the others here. */
static void
note_refusal (Carrier *self, guint64 counter, const GError *error)
{
  g_info ("%s", error->message);
  gboolean is_of_this = g_error_matches (error, CZ_ROAD_ERROR, CZ_ROAD_ERROR_DENIED) || g_error_matches (error, CZ_ROAD_ERROR, CZ_ROAD_ERROR_LIMIT);
  gboolean is_trouble = g_error_matches (error, CZ_ROAD_ERROR, CZ_ROAD_ERROR_TROUBLE);
  self->in_trouble = is_trouble ? self->in_trouble + 1 : 0;
  self->is_closed = !(is_of_this || is_trouble) || ++self->refused >= REFUSED_MAX || self->in_trouble >= TROUBLE_MAX;
  if (!self->is_closed)
    g_hash_table_add (self->unwanted, GSIZE_TO_POINTER (counter));
}

/* FALSE only when our storage fails. */
static gboolean
carry_one (Carrier *self, const CzEnvelope *envelope, gboolean *taken, GError **error)
{
  g_autoptr (GError) local = NULL;
  gboolean was_there = envelope->is_carried;
  *taken = cz_road_put (self->road, envelope->name, envelope->sealed, &was_there, self->cancellable, &local);
  if (!*taken) {
    note_refusal (self, envelope->counter, local);
    return TRUE;
  }
  self->in_trouble = 0;
  self->report->carried++;
  g_hash_table_add (self->taken, GSIZE_TO_POINTER (envelope->counter));
  gint64 now_s = cz_clock_wall_s (self->station->clock);
  return envelope->is_carried || cz_outbox_envelope_carried (self->outbox, envelope->counter, TRUE, now_s, error);
}

static gboolean
may_spend (const Carrier *self)
{
  guint64 spent = cz_trust_bytes_on (self->station->trust, cz_clock_today (self->station->clock)) + cz_road_bytes_out (self->road);
  return self->day_budget_bytes == 0 || cz_road_is_folder (self->road) || spent < self->day_budget_bytes;
}

/* Puts those of envelopes that were carried already, with counters above `after`, or those that were not. *left: how many were not taken. */
static gboolean
carry (Carrier *self, const GPtrArray *envelopes, gboolean carried, guint64 after, guint *left, GError **error)
{
  *left = 0;
  for (guint i = 0; i < envelopes->len; i++) {
    const CzEnvelope *envelope = g_ptr_array_index (envelopes, i);
    gboolean taken = FALSE;
    if (envelope->is_carried != carried || envelope->counter <= after
        || (carried && g_hash_table_contains (self->taken, GSIZE_TO_POINTER (envelope->counter))))
      continue;
    if (carried && !may_spend (self))
      continue;
    if (!self->is_closed && !carry_one (self, envelope, &taken, error))
      return FALSE;
    *left += !taken;
  }
  return TRUE;
}

/* Once a day what has no receipt yet is put again: a depot may have lost it, a stick too. The same bytes under the same name; where a link broke the
 * next round goes on behind the last one, and what a depot does not want is not tried again today. */
static gint64
repeated_upto (const GPtrArray *envelopes, guint64 after, GHashTable *taken, GHashTable *unwanted)
{
  for (guint i = 0; i < envelopes->len; i++) {
    const CzEnvelope *envelope = g_ptr_array_index (envelopes, i);
    if (!envelope->is_carried || envelope->counter <= after)
      continue;
    gconstpointer counter = GSIZE_TO_POINTER (envelope->counter);
    if (!g_hash_table_contains (taken, counter) && !g_hash_table_contains (unwanted, counter))
      return (gint64) after;
    after = envelope->counter;
  }
  /* Those that are carried from now on have today behind them. */
  return G_MAXINT64;
}

static gboolean
note_repeated (CzOutbox *outbox, CzDay today, gint64 upto, GError **error)
{
  return cz_outbox_set_int (outbox, RESENT_UPTO, upto, error) && cz_outbox_set_int (outbox, RESENT_DAY, today, error);
}

/* What is new goes first. */
gboolean
cz_send_put (CzStation *station, CzOutbox *outbox, const CzRoundOptions *options, CzSendReport *report, GError **error)
{
  const char *const *depots = options->depots ? options->depots : (const char *const *) station->ticket->depots;
  CzDay today = cz_clock_today (station->clock);
  gboolean is_begun = cz_outbox_get_int (outbox, RESENT_DAY, 0) == today;
  gint64 after = is_begun ? cz_outbox_get_int (outbox, RESENT_UPTO, 0) : 0;
  g_autoptr (GHashTable) taken = g_hash_table_new (NULL, NULL);
  g_autoptr (GHashTable) unwanted = g_hash_table_new (NULL, NULL);
  guint left = 1, repeats = 1;
  for (guint i = 0; depots[i] && left + repeats > 0; i++) {
    g_autoptr (CzRoad) road = cz_round_road (station, options, depots[i], NULL);
    if (!road)
      continue;
    Carrier carrier = { station, outbox, road, options->cancellable, report, taken, unwanted, options->day_budget_bytes, FALSE, 0, 0 };
    g_autoptr (GPtrArray) envelopes = cz_outbox_envelopes (outbox, error);
    if (!envelopes || !carry (&carrier, envelopes, FALSE, 0, &left, error) || !carry (&carrier, envelopes, TRUE, (guint64) after, &repeats, error))
      return FALSE;
    if (!carrier.is_closed)
      report->others += cz_mail_give (station->home, county (station), road, TRUE, options->cancellable);
    report->bytes_out += cz_road_bytes_out (road);
    if (!cz_road_is_folder (road))
      cz_trust_count_bytes (station->trust, today, cz_road_bytes_out (road));
  }
  report->unsent = left + repeats;
  g_autoptr (GPtrArray) envelopes = cz_outbox_envelopes (outbox, error);
  if (!envelopes)
    return FALSE;
  gint64 upto = repeated_upto (envelopes, (guint64) after, taken, unwanted);
  return (is_begun && upto == after) || note_repeated (outbox, today, upto, error);
}

gboolean
cz_send_export (CzStation *station, CzOutbox *outbox, const char *folder, CzSendReport *report, GError **error)
{
  CzPublicKey public_key;
  guint left = 0, repeats = 0;
  if (!cz_send_ask_admission (station->home, station->ticket, station->clock, outbox, error) || !cz_send_receipts (station, outbox, report, error)
      || !cz_send_seal (station, outbox, report, error))
    return FALSE;
  g_autoptr (CzSecretKey) key = cz_home_station_key (station->home, error);
  g_autoptr (CzRoad) road = key ? cz_road_new (folder, NULL, error) : NULL;
  g_autoptr (GHashTable) taken = g_hash_table_new (NULL, NULL);
  g_autoptr (GHashTable) unwanted = g_hash_table_new (NULL, NULL);
  Carrier carrier = { station, outbox, road, NULL, report, taken, unwanted, 0, FALSE, 0, 0 };
  g_autoptr (GPtrArray) envelopes = road ? cz_outbox_envelopes (outbox, error) : NULL;
  if (!envelopes || !carry (&carrier, envelopes, FALSE, 0, &left, error) || !carry (&carrier, envelopes, TRUE, 0, &repeats, error))
    return FALSE;
  report->unsent = left + repeats;
  cz_secret_key_public (key, &public_key);
  g_autofree char *spoken = cz_public_key_fingerprint (&public_key);
  g_autofree char *own = g_ascii_strdown (spoken, -1);
  /* Both ways: what others gave along stays on the stick and comes along here too, should another road open first. */
  report->others += cz_mail_take (station->home, county (station), folder, own);
  report->others += cz_mail_give (station->home, county (station), road, FALSE, NULL);
  return TRUE;
}

gboolean
cz_send_run (CzStation *station, CzOutbox *outbox, const CzRoundOptions *options, CzSendReport *report, GError **error)
{
  return cz_send_ask_admission (station->home, station->ticket, station->clock, outbox, error)
         && cz_send_receipts (station, outbox, report, error) && cz_send_seal (station, outbox, report, error)
         && cz_send_put (station, outbox, options, report, error);
}

guint
cz_send_others (CzStation *station)
{
  return cz_mail_count (station->home, county (station));
}

/* ---- admission ---- */

/* Under what a station was introduced: to which office, of which root, as which village and with which key. */
static char *
introduction (CzHome *home, const CzTicket *ticket, GError **error)
{
  CzPublicKey public_key;
  guint8 hash[CZ_HASH_LEN];
  gsize size = 0;
  g_autoptr (CzSecretKey) key = cz_home_station_key (home, error);
  if (!key)
    return NULL;
  const guint8 *root = g_bytes_get_data (ticket->root, &size);
  cz_hash (root, size, hash);
  cz_secret_key_public (key, &public_key);
  g_autofree char *fingerprint = cz_public_key_fingerprint (&public_key);
  g_autofree char *village = cz_region_to_string (ticket->village);
  return g_strdup_printf ("%s %06d %02x%02x%02x%02x %s", village, ticket->line[0], hash[0], hash[1], hash[2], hash[3], fingerprint);
}

gboolean
cz_send_ask_admission (CzHome *home, const CzTicket *ticket, CzClock *clock, CzOutbox *outbox, GError **error)
{
  const CzTable *kind = cz_said_kind (CZ_SAID_ADMISSION);
  CzRow row = { 0 };
  gint64 id = 0, now_s = cz_clock_wall_s (clock);
  g_autofree char *wanted = introduction (home, ticket, error);
  g_autofree char *asked = NULL;
  if (!wanted || !cz_outbox_read (outbox, ADMISSION_ASKED, &asked, error))
    return FALSE;
  if (g_strcmp0 (asked, wanted) == 0)
    return TRUE;
  row.v[0].i = ticket->village;
  row.v[1] = (CzValue){ .p = ticket->station_name, .len = (guint32) MIN (strlen (ticket->station_name), 120) };
  row.v[2] = (CzValue){ .p = CZ_VERSION, .len = (guint32) strlen (CZ_VERSION) };
  g_autoptr (GBytes) payload = cz_said_pack (kind, &row);
  const CzItem item = { .kind = CZ_ITEM_ADMISSION, .title = ticket->station_name, .payload = payload, .created_s = now_s,
                        .clock_ok = cz_clock_is_plausible (clock) };
  const CzMove move = { CZ_OUTBOX_WAITING, CZ_WORD_OPERATOR, NULL, 0, now_s };
  return cz_outbox_add (outbox, &item, &id, error) && cz_outbox_move (outbox, id, &move, error)
         && cz_outbox_set (outbox, ADMISSION_ASKED, wanted, error);
}
