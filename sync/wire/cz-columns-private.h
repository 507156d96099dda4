/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/wire/cz-coder.h"
#include "sync/wire/cz-packed-private.h"
#include "sync/wire/cz-text-model.h"

/* The model of codec 2: rows field by field, each field under its own past. FORMAT-codecs.md §2. Internal to the wire. */

#define CZ_COLUMNS_DICT_ROWS_MAX 4096u
#define CZ_COLUMNS_DICT_BYTES_MAX (512u * 1024u)
#define CZ_COLUMNS_TRAIN_BYTES_MAX (64u * 1024u) /* text the models learn from: a twentieth of a second on a PC */
#define CZ_COLUMNS_TEXT_MAX (256u * 1024u) /* text coded byte by byte in one section; more goes by zstd */
#define CZ_COLUMNS_KEYS_MAX 65536u
#define CZ_COLUMNS_KNOWN_MAX 2048u

/* What the station holds that matters to one section. */
typedef struct {
  guint n_rows;
  GArray *ints; /* gint64: n_rows × n_fields, newest row first */
  GByteArray *texts; /* of the same rows, in the same order, as varint length and bytes */
  GArray *text_at; /* guint32: where a row's texts begin */
  GArray *keys; /* gint64: all keys, ascending; NULL unless asked for */
  guint64 check;
} CzHoldings;

/* The newest rows, at most that many and no more than the limits allow: n_rows says how many. */
gboolean cz_holdings_collect (CzHoldings *self, const CzTable *table, const CzPrior *prior, guint rows,
                              gboolean with_keys, GError **error);
void cz_holdings_drop_rows (CzHoldings *self); /* once learnt from; keys stay */
void cz_holdings_clear (CzHoldings *self);
/* The row-th, newest first; texts are borrowed. */
void cz_holdings_row (const CzHoldings *self, const CzTable *table, guint row, CzRow *out);

typedef struct {
  gint64 *known; /* values met, ascending as held, then as they came */
  guint n_known;
  guint n_room;
  gboolean listed; /* coded as a place in known */
  gboolean by_step; /* coded as the difference to the row before */
  gint64 unit; /* what all held values (or steps) are multiples of, ≥ 1 */
  gint64 last;
  guint32 last_code; /* of the value before, hashed */
  gboolean last_given;
  CzMixer flags[4];
  CzMixer tree;
  CzMixer number[CZ_NUMBER_MIXERS];
} CzColumn;

typedef struct {
  const CzTable *table;
  CzOp op;
  CzCoder coder;
  CzTextModel *text;
  CzColumn *columns; /* n_fields */
  const GArray *keys; /* (nullable) ranks: borrowed */
  gint64 last_rank;
  guint64 last_mask;
  guint32 row_code; /* hash of the number before, in this row */
  gsize text_bytes; /* coded byte by byte */
  GByteArray *blob; /* (nullable) zstd form: the texts themselves; written or read */
  gsize blob_at;
  guint64 old_check; /* over the rows an update starts from */
  gboolean holds_only; /* training: texts are held, not learnt from */
  gboolean failed; /* hostile, or not to be coded */
  GByteArray *arena; /* decoded texts of one row */
} CzColumns;

void cz_columns_init (CzColumns *self, const CzTable *table, CzOp op);
void cz_columns_clear (CzColumns *self);
/* Learns from holdings; the last train_rows rows also byte by byte. */
void cz_columns_train (CzColumns *self, const CzHoldings *holdings, guint train_rows);
/* Key, then fields. old: (nullable) the row an update starts from. Decoding: texts of row live in arena until the next row. */
void cz_columns_key (CzColumns *self, CzRow *row);
/* After decoding a row: its texts point into the arena. */
void cz_columns_settle (const CzColumns *self, CzRow *row);
void cz_columns_fields (CzColumns *self, CzRow *row, guint64 *mask, const CzRow *old);
