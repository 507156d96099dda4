/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/model/cz-table.h"

/* The state hash of a channel: the sum, in four lanes of 64 bits modulo 2⁶⁴, of BLAKE2b-256 over the canonical
 * form of every row (study/sync.md §4). Order does not matter, so it is kept up row by row. It shows divergence; that
 * nobody forged anything is the signature's business. The empty channel is 32 zero bytes. Any thread.
 *
 * Canonical row: u16 table number | key values in key order | for each further field that is not at its default,
 * ascending by field number: u8 number, value. Integers as zigzag varint, text and blobs as varint length and bytes. */
typedef struct {
  guint64 lane[4];
} CzState;

void cz_state_clear (CzState *state);
void cz_state_add_row (CzState *state, const CzTable *table, const CzRow *row);
void cz_state_remove_row (CzState *state, const CzTable *table, const CzRow *row);
void cz_state_to_bytes (const CzState *state, guint8 out[32]); /* lanes in order, little endian */
void cz_state_from_bytes (CzState *state, const guint8 in[32]);
gboolean cz_state_equal (const CzState *a, const CzState *b);
