/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/outbox/cz-outbox-state.h"

/* Every step there is; whatever is not here cannot happen. */
static const struct {
  CzOutboxState from;
  CzOutboxState to;
  CzOutboxWord word;
} steps[] = {
  { CZ_OUTBOX_DRAFT, CZ_OUTBOX_WAITING, CZ_WORD_OPERATOR },
  { CZ_OUTBOX_WAITING, CZ_OUTBOX_DRAFT, CZ_WORD_OPERATOR }, /* taken back; not once it is sealed (cz_outbox_move) */
  { CZ_OUTBOX_WAITING, CZ_OUTBOX_CARRIED, CZ_WORD_ROAD },
  { CZ_OUTBOX_CARRIED, CZ_OUTBOX_WAITING, CZ_WORD_ROAD }, /* the stick was lost */
  /* The power may have gone between storing an upload and writing it down, so a receipt can meet a waiting item. */
  { CZ_OUTBOX_WAITING, CZ_OUTBOX_RECEIVED, CZ_WORD_RECEIPT },
  { CZ_OUTBOX_WAITING, CZ_OUTBOX_PUBLISHED, CZ_WORD_RECEIPT },
  { CZ_OUTBOX_WAITING, CZ_OUTBOX_RETURNED, CZ_WORD_RECEIPT },
  { CZ_OUTBOX_CARRIED, CZ_OUTBOX_RECEIVED, CZ_WORD_RECEIPT },
  { CZ_OUTBOX_CARRIED, CZ_OUTBOX_PUBLISHED, CZ_WORD_RECEIPT },
  { CZ_OUTBOX_CARRIED, CZ_OUTBOX_RETURNED, CZ_WORD_RECEIPT },
  { CZ_OUTBOX_RECEIVED, CZ_OUTBOX_PUBLISHED, CZ_WORD_RECEIPT },
  { CZ_OUTBOX_RECEIVED, CZ_OUTBOX_RETURNED, CZ_WORD_RECEIPT },
  { CZ_OUTBOX_PUBLISHED, CZ_OUTBOX_RETURNED, CZ_WORD_RECEIPT }, /* withdrawn by the county */
  { CZ_OUTBOX_RETURNED, CZ_OUTBOX_PUBLISHED, CZ_WORD_RECEIPT }, /* the county thought better of it */
  { CZ_OUTBOX_RETURNED, CZ_OUTBOX_DRAFT, CZ_WORD_OPERATOR },
};

gboolean
cz_outbox_may_move (CzOutboxState from, CzOutboxState to, CzOutboxWord word)
{
  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    if (steps[i].from == from && steps[i].to == to && steps[i].word == word)
      return TRUE;
  return FALSE;
}

const char *
cz_outbox_state_name (CzOutboxState state)
{
  static const char *const names[] = { "?", "draft", "waiting", "carried", "received", "published", "returned" };

  return (guint) state < G_N_ELEMENTS (names) ? names[state] : names[0];
}
