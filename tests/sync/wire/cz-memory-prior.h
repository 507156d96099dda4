/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/wire/cz-prior.h"

/* A channel held in memory: what codecs 2 and 3 look at, without a database. */
typedef struct _MemoryPrior MemoryPrior;

MemoryPrior *memory_prior_new (void);
void memory_prior_free (MemoryPrior *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MemoryPrior, memory_prior_free)
/* Copies the row; a row of the same key is replaced. */
void memory_prior_put (MemoryPrior *self, const CzTable *table, const CzRow *row);
void memory_prior_remove (MemoryPrior *self, const CzTable *table, const CzRow *key);
/* Ascending by key; element-type CzRow, borrowed. */
const GPtrArray *memory_prior_rows (MemoryPrior *self, const CzTable *table);
const CzPrior *memory_prior_wire (MemoryPrior *self);
int memory_prior_compare (const CzTable *table, const CzRow *a, const CzRow *b);

/* An invented channel of the same rows for the same seed: quotes of `days` days, listings, articles, distances, receipts. */
void memory_prior_fill (MemoryPrior *self, guint32 seed, guint days);
/* Makes a row of the table that is not held, with a key above all that are where keys are numbers given in order.
 * Texts belong to words. */
void memory_prior_invent (MemoryPrior *self, GRand *rand, GStringChunk *words, const CzTable *table, gint64 day, CzRow *row);
