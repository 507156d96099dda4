/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/model/cz-table.h"

/* What a station can say to its county: a described set of fields for each kind, as tables are for what the county says. A payload is
 * (field number u8, value) for each field not at its default, ascending by number; integers zigzag, texts and blobs length and bytes. The
 * same row always gives the same bytes. Kind and field numbers are on the wire: never reuse. Pure, any thread. FORMAT.md §10. */

typedef enum {
  CZ_SAID_ADMISSION = 1,
  CZ_SAID_LISTING = 2,
  CZ_SAID_QUOTE = 3,
  CZ_SAID_QUESTION = 4,
  CZ_SAID_PHOTO = 5,
  CZ_SAID_CONSENT = 6,
  CZ_SAID_MATCH_OUTCOME = 7,
  CZ_SAID_UNSOLD = 8,
  CZ_SAID_SURVEY = 9,
  CZ_SAID_COUNTERS = 10,
  CZ_SAID_INVENTORY = 11,
  CZ_SAID_DELIVERY = 12,
} CzSaidKind;

/* receipt.state: what the county says became of it. */
typedef enum {
  CZ_SAID_RECEIVED = 4,
  CZ_SAID_PUBLISHED = 5,
  CZ_SAID_RETURNED = 6,
} CzSaidState;

#define CZ_SAID_KINDS 12
#define CZ_SAID_PAYLOAD_MAX (64u * 1024u)

const CzTable *cz_said_kind (guint16 kind); /* NULL if unknown; number = kind, no keys */
const CzTable *cz_said_kind_by_name (const char *name); /* "listing", "match-outcome" or "match_outcome" … */
GBytes *cz_said_pack (const CzTable *kind, const CzRow *row);
/* Values borrow from data. Checks what cz_row_check checks. CZ_WIRE_ERROR_FORMAT, _TRUNCATED, _LIMIT, _NEWER (unknown field); CZ_ROW_ERROR. */
gboolean cz_said_unpack (const CzTable *kind, const guint8 *data, gsize size, CzRow *row, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Lines "key=value" of a `lines` field: calls func for each; FALSE when a line has no key, no '=', or is longer than 400 bytes. */
typedef gboolean (*CzSaidLineFunc) (const char *key, const char *value, gpointer data);
gboolean cz_said_lines (const char *text, gsize len, CzSaidLineFunc func, gpointer data);
