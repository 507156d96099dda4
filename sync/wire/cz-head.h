/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/model/cz-code.h"
#include "sync/wire/cz-key.h"

/* Heads and indexes: small signed objects that say where a channel stands. Signed by the head key. FORMAT.md. */

#define CZ_HEAD_LINKS_MAX 16

typedef struct {
  CzChannel channel;
  guint64 seq;
  guint64 issued_s; /* children only */
} CzHeadLink;

typedef struct {
  CzChannel channel;
  guint32 epoch;
  guint64 seq;
  guint8 tip[32]; /* CzBundle.hash of bundle seq; zeros at seq 0 */
  guint8 state[32];
  guint8 delegation[32]; /* hash of the chain object key/<hash> */
  guint32 root_version;
  guint64 issued_s;
  guint64 expires_s;
  guint64 next_publish_s; /* 0 = not known */
  guint32 poll_hint_s;
  guint n_parents; /* least sequences of the parents that this one refers to */
  CzHeadLink parents[CZ_HEAD_LINKS_MAX];
  guint n_children; /* newest child heads this parent has seen */
  CzHeadLink children[CZ_HEAD_LINKS_MAX];
} CzHead;

GBytes *cz_head_build (const CzHead *head, const CzSecretKey *key, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean cz_head_open (const guint8 *data, gsize size, const CzPublicKey *key, CzHead *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Channel and delegation hash of a head that is NOT verified yet: only to find the chain that will verify it. */
gboolean cz_head_peek (const guint8 *data, gsize size, CzChannel *channel, guint8 delegation[32], guint32 *root_version, GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef struct {
  guint32 month; /* yyyymm */
  guint64 first_seq;
  guint64 last_seq;
  guint64 bytes;
} CzIndexSegment;

typedef struct { /* a skip or a snapshot */
  guint64 from_seq; /* 0: snapshot */
  guint64 to_seq;
  guint64 bytes;
  guint32 next_month; /* where bundle to_seq + 1 begins */
  guint64 next_offset;
  guint8 hash[32]; /* CzBundle.hash */
} CzIndexJump;

typedef struct {
  CzChannel channel;
  guint32 epoch;
  guint64 seq;
  GArray *segments; /* CzIndexSegment, ascending */
  GArray *jumps; /* CzIndexJump: runs of skips, each in one file, and snapshots (FORMAT.md §3.5) */
} CzIndex;

CzIndex *cz_index_new (void);
void cz_index_free (CzIndex *index);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzIndex, cz_index_free)
GBytes *cz_index_build (const CzIndex *index, const CzSecretKey *key, GError **error) G_GNUC_WARN_UNUSED_RESULT;
CzIndex *cz_index_open (const guint8 *data, gsize size, const CzPublicKey *key, GError **error) G_GNUC_WARN_UNUSED_RESULT;
