/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

/* The states of what a station sends (DESIGN §10) and who may move it on. A state is never ahead of the truth: each
 * step needs the word of the one who can know it. Numbers are in station.db and in receipts: never reuse. Pure. */
typedef enum {
  CZ_OUTBOX_DRAFT = 1, /* 草稿 */
  CZ_OUTBOX_WAITING = 2, /* 待送 */
  CZ_OUTBOX_CARRIED = 3, /* 已带走: lies in the depot or on a stick, durably */
  CZ_OUTBOX_RECEIVED = 4, /* 县里收到: says a receipt signed by the county */
  CZ_OUTBOX_PUBLISHED = 5, /* 已发布 */
  CZ_OUTBOX_RETURNED = 6, /* 退回, with the reason */
} CzOutboxState;

typedef enum {
  CZ_WORD_OPERATOR, /* the person at the station */
  CZ_WORD_ROAD, /* the transport: a stored upload, an fsynced stick; or one that was lost */
  CZ_WORD_RECEIPT, /* a receipt row in content.db */
} CzOutboxWord;

gboolean cz_outbox_may_move (CzOutboxState from, CzOutboxState to, CzOutboxWord word);
/* "draft", "waiting", "carried", "received", "published", "returned"; "?" if unknown. Static. */
const char *cz_outbox_state_name (CzOutboxState state);
