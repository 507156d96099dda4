/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

/* The adaptive binary range coder of codecs 2 and 3: integers only, so that both sides agree bit for bit on every machine.
 * Specification: FORMAT-codecs.md §1. The same calls encode, decode, or only train the models on what both sides hold;
 * a decoder that ran past its data gives arbitrary bits and `overrun`, never a fault. Any thread, one at a time. */

#define CZ_CODER_INPUTS 10

typedef enum { CZ_CODER_TRAIN, CZ_CODER_ENCODE, CZ_CODER_DECODE } CzCoderMode;

/* What one context expects of one bit. */
typedef struct {
  guint16 p; /* that it is 1, of 65536 */
  guint8 n; /* how often seen, up to a limit */
  guint8 check; /* whose slot this is; in a group only in its first */
} CzBit;

/* Sixteen bits of one context side by side, one line of cache: slot 0 is the group's own, 1 … 15 are its nodes. */
#define CZ_GROUP 16

/* How far each context is to be believed: 16.16. All zero means new: the first use fills it in. */
typedef struct {
  gint32 w[CZ_CODER_INPUTS];
} CzMixer;

typedef struct {
  CzCoderMode mode;
  guint64 low, high, code;
  const guint8 *data; /* borrowed, decoding */
  gsize size;
  gsize pos;
  gboolean overrun;
  GByteArray *out; /* encoding */
  CzBit *slots; /* single ones */
  CzBit *groups;
  guint32 group_mask;
  gint16 *stretch; /* 4096 entries */
  guint16 rates[256];
} CzCoder;

/* 2^group_bits groups of 64 bytes. */
void cz_coder_init (CzCoder *coder, guint group_bits);
void cz_coder_clear (CzCoder *coder);
/* Until one of these is called the coder trains. data is borrowed. */
void cz_coder_start_encoding (CzCoder *coder);
void cz_coder_start_decoding (CzCoder *coder, const guint8 *data, gsize size);
/* The bytes, as few as tell it from any other; the coder trains again. */
GByteArray *cz_coder_finish_encoding (CzCoder *coder);
/* TRUE if all bytes were used and none beyond them were needed. */
gboolean cz_coder_finish_decoding (CzCoder *coder);

static inline guint32
cz_coder_hash (guint32 a, guint32 b)
{
  guint32 h = (a ^ b * 0x9e3779b1u) * 0x85ebca6bu + 0x27d4eb2fu;
  return h ^ h >> 15;
}

/* One bit under n contexts (hashes over all that matters, at most CZ_CODER_INPUTS - 1). Returns it. limit: observations after which
 * a context stops slowing down, 1 … 250. bit is not looked at when decoding. */
int cz_coder_bit (CzCoder *coder, const guint32 *contexts, guint n, CzMixer *mixer, guint limit, int bit);
/* The groups of n contexts, each combined with `which`; emptied where they were another's. A later call may empty one that is
 * still in use: then it codes worse, alike on both sides. */
void cz_coder_groups (CzCoder *coder, const guint32 *contexts, guint n, guint32 which, CzBit **groups);
/* The same over given slots. */
int cz_coder_slots (CzCoder *coder, CzBit *const *slots, guint n, CzMixer *mixer, guint limit, int bit);
/* One bit nothing is known about. */
int cz_coder_plain_bit (CzCoder *coder, int bit);
guint64 cz_coder_plain (CzCoder *coder, guint bits, guint64 value);

/* A whole number, small ones cheap. mixers: CZ_NUMBER_MIXERS of them. contexts as above. */
#define CZ_NUMBER_MIXERS 48
gint64 cz_coder_number (CzCoder *coder, const guint32 *contexts, guint n, CzMixer *mixers, guint limit, gint64 value);
/* The lowest `bits` bits of value, highest first, each under what came before; bits ≤ 24. mixers: one. */
guint32 cz_coder_tree (CzCoder *coder, const guint32 *contexts, guint n, CzMixer *mixer, guint limit, guint bits, guint32 value);
