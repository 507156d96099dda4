/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/outbox/cz-outbox-state.h"
#include "sync/outbox/cz-outbox.h"

/* Drafts and what becomes of them. An item is a draft until the operator sends it. */

/* On the wire in envelopes: never reuse. */
typedef enum {
  CZ_ITEM_ADMISSION = 1, /* a new station asks to be admitted */
  CZ_ITEM_LISTING = 2,
  CZ_ITEM_QUOTE = 3,
  CZ_ITEM_QUESTION = 4,
  CZ_ITEM_PHOTO = 5,
  CZ_ITEM_CONSENT = 6, /* release of a telephone number, or its revocation */
  CZ_ITEM_MATCH_OUTCOME = 7,
  CZ_ITEM_UNSOLD = 8, /* 滞销求助 */
  CZ_ITEM_SURVEY = 9,
  CZ_ITEM_COUNTERS = 10,
  CZ_ITEM_INVENTORY = 11,
  CZ_ITEM_DELIVERY = 12, /* when what arrived */
} CzItemKind;

#define CZ_ITEM_PAYLOAD_MAX (256u * 1024u)
#define CZ_OUTBOX_OBJECT_MAX (1024u * 1024u) /* a photo is 70 KB, 20 s of speech 40 KB */

typedef struct {
  gint64 id; /* of this station, never reused */
  CzItemKind kind;
  CzOutboxState state;
  char *title; /* one line for the list */
  char *slip; /* number on the printed slip, "" = none; unique */
  GBytes *payload; /* as app/desk writes it; the agent only carries it */
  char *reason; /* of the last return, "" otherwise */
  gint64 created_s;
  gint64 changed_s;
  gboolean clock_ok; /* the clock was to be believed when it was made */
  guint64 counter; /* of the envelope that holds it, 0 = none yet */
  gint64 became; /* published id, 0 = none */
} CzItem;
void cz_item_free (CzItem *item);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzItem, cz_item_free)

typedef struct {
  CzOutboxState state;
  CzOutboxWord word;
  gint64 at_s;
  char *reason;
} CzItemStep;
void cz_item_step_free (CzItemStep *step);

/* A new draft: kind, title, slip, payload, created_s and clock_ok are read, the rest is set; *id (nullable) its id. */
gboolean cz_outbox_add (CzOutbox *self, const CzItem *draft, gint64 *id, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Changes title, slip and payload of a draft; CZ_OUTBOX_ERROR_ILLEGAL when it is no draft any more. */
gboolean cz_outbox_edit (CzOutbox *self, const CzItem *draft, gint64 at_s, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Only drafts and returned items can be thrown away. */
gboolean cz_outbox_discard (CzOutbox *self, gint64 id, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Lets go of published items, their history and objects, that have not changed since: personal data is kept no longer
 * than it is of use. Returned ones stay until the operator has dealt with them. */
gboolean cz_outbox_forget_published (CzOutbox *self, gint64 before_s, GError **error) G_GNUC_WARN_UNUSED_RESULT;
CzItem *cz_outbox_item (CzOutbox *self, gint64 id, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* CZ_OUTBOX_ERROR_UNKNOWN when no item bears the slip. */
CzItem *cz_outbox_item_by_slip (CzOutbox *self, const char *slip, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* state 0: all. Element-type CzItem, oldest first; payloads included. */
GPtrArray *cz_outbox_items (CzOutbox *self, CzOutboxState state, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gint64 cz_outbox_item_count (CzOutbox *self, CzOutboxState state);
/* Every state it has been in, in order (element-type CzItemStep). */
GPtrArray *cz_outbox_history (CzOutbox *self, gint64 id, GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef struct {
  CzOutboxState to;
  CzOutboxWord word;
  const char *reason; /* needed for CZ_OUTBOX_RETURNED, (nullable) else */
  gint64 became; /* 0: leave */
  gint64 at_s;
} CzMove;
/* The same state on the same word again is no error and changes nothing (receipts repeat). A draft made from a returned item, or taken back before
 * it was sealed, has no envelope. CZ_OUTBOX_ERROR_ILLEGAL, _REASON, _UNKNOWN. */
gboolean cz_outbox_move (CzOutbox *self, gint64 id, const CzMove *move, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* --- envelopes: waiting items sealed under an upload counter (which trust.db keeps) --- */

typedef struct {
  guint64 counter;
  char *name; /* in the depot: "<counter>-<hash>" */
  GBytes *sealed;
  gint64 created_s;
  gboolean is_carried;
} CzEnvelope;
void cz_envelope_free (CzEnvelope *envelope);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzEnvelope, cz_envelope_free)

/* Keeps the sealed bytes and ties the items (all waiting, none sealed) to them, so that a repeat sends the same bytes. Of items id and payload are
 * read. CZ_OUTBOX_ERROR_ILLEGAL when the counter is not above every one before, or an item is not waiting or holds something else by now. */
gboolean cz_outbox_seal (CzOutbox *self, const CzEnvelope *envelope, const CzItem *const *items, guint n_items, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Those without receipt, ascending (element-type CzEnvelope): what a round or a stick has to carry. */
GPtrArray *cz_outbox_envelopes (CzOutbox *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Moves the envelope and its waiting items to CZ_OUTBOX_CARRIED, or back to waiting when the road was lost. */
gboolean cz_outbox_envelope_carried (CzOutbox *self, guint64 counter, gboolean carried, gint64 at_s, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A receipt "all up to `upto` arrived": the items of those that were carried become received, the sealed bytes are let go. What was not carried is put
 * once more. Repeats are harmless. */
gboolean cz_outbox_envelopes_received (CzOutbox *self, guint64 upto, gint64 at_s, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A receipt for one counter (move->to: received, published, returned): every item of that envelope. */
gboolean cz_outbox_envelope_move (CzOutbox *self, guint64 counter, const CzMove *move, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Another office from now on: what no receipt has come for waits again, to be sealed anew; the old envelopes are let go. */
gboolean cz_outbox_envelopes_reopen (CzOutbox *self, gint64 at_s, GError **error) G_GNUC_WARN_UNUSED_RESULT;
guint64 cz_outbox_highest_counter (CzOutbox *self);
/* How many messages no receipt has come for: sealed ones and such as wait to be. */
guint cz_outbox_unreceived_count (CzOutbox *self);

/* --- pictures and recordings kept here, by BLAKE2b-256 --- */

/* hash: receives the name. item 0: not tied to an item yet. CZ_OUTBOX_ERROR_LIMIT above CZ_OUTBOX_OBJECT_MAX. */
gboolean cz_outbox_keep (CzOutbox *self, GBytes *data, const char *type, gint64 item, guint8 hash[32], GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* type: (nullable) newly allocated. CZ_OUTBOX_ERROR_UNKNOWN. */
GBytes *cz_outbox_kept (CzOutbox *self, const guint8 hash[32], char **type, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Forgets those that no item and no notice of this village names any more. */
gboolean cz_outbox_sweep_kept (CzOutbox *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
