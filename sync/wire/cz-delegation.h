/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/model/cz-code.h"
#include "sync/wire/cz-key.h"

/* Who may speak for whom. A root document names the root keys and how many of them must sign (init makes 1-of-1);
 * version n is signed by thresholds of n-1 and n. Root delegates to a channel, and a channel's delegating key to the
 * channels below it: the chain object key/<hash> holds the links from root to one channel. FORMAT.md. */

#define CZ_ROOT_KEYS_MAX 16

typedef struct {
  guint32 version;
  guint8 threshold;
  guint8 n_keys;
  CzPublicKey keys[CZ_ROOT_KEYS_MAX];
  guint64 issued_s;
} CzRoot;

/* signers: element-type CzSecretKey; none: a draft, to be signed by one keyholder after another. */
GBytes *cz_root_build (const CzRoot *root, GPtrArray *signers, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same document with one signature more; a key that has signed it already changes nothing. CZ_WIRE_ERROR_FORMAT, _LIMIT. */
GBytes *cz_root_sign (GBytes *document, const CzSecretKey *key, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A draft as it says of itself: for showing it to who is to sign it. n_valid: (out) how many of `keys`' keys have signed it so far. */
gboolean cz_root_read_draft (GBytes *document, const CzRoot *keys, CzRoot *out, guint *n_valid, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* previous: the root in force, NULL for the one a ticket brings (which must be signed by its own threshold). */
gboolean cz_root_open (const guint8 *data, gsize size, const CzRoot *previous, CzRoot *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef struct {
  CzChannel channel; /* who may speak; also the area: the code's significant prefix */
  guint64 serial; /* grows with each new delegation for the channel; a lower one than seen is CZ_WIRE_ERROR_ORDER */
  guint32 epoch; /* raised only by the parent; resets seq */
  guint64 table_mask; /* bit n = table n may be written */
  guint32 rows_per_day; /* 0 = no limit */
  guint32 bytes_per_day;
  guint64 not_before_s;
  guint64 not_after_s; /* past it the data is shown as unconfirmed and new bundles are still taken: DESIGN §6 */
  CzPublicKey content_key; /* signs bundles */
  CzPublicKey head_key; /* signs heads and indexes */
  CzPublicKey delegate_key; /* signs delegations below; zero = may not */
  guint8 box_key[32]; /* X25519, seals uploads; zero = takes none */
} CzDelegation;

/* Signed by root keys (first link) or by the parent's delegating key. signers: element-type CzSecretKey. */
GBytes *cz_delegation_build (const CzDelegation *delegation, GPtrArray *signers, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* As cz_root_sign and cz_root_read_draft. */
GBytes *cz_delegation_sign (GBytes *link, const CzSecretKey *key, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean cz_delegation_read_draft (GBytes *link, const CzRoot *keys, CzDelegation *out, guint *n_valid, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A delegation withdrawn by who stands above: none for the channel below this serial is good any more. */
typedef struct {
  CzChannel channel;
  guint64 below; /* serial */
  CzChannel issuer; /* filled when a chain is opened */
} CzRevocation;
#define CZ_REVOCATIONS_MAX 64 /* of one issuer */
/* The whole list of one issuer, signed by his delegating key. */
GBytes *cz_revocations_build (CzChannel issuer, const CzRevocation *list, guint n, const CzSecretKey *key, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* As the list says of itself, unverified; -1 when it is none. */
CzChannel cz_revocations_issuer (GBytes *list);
/* Of the last link, unverified; -1 when it is no chain. */
CzChannel cz_chain_last_channel (GBytes *chain);

/* links: element-type GBytes from root to channel. */
GBytes *cz_chain_build (GPtrArray *links, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* lists: (nullable) element-type GBytes, revocations of the links' channels, in their order. */
GBytes *cz_chain_build_with (GPtrArray *links, GPtrArray *lists, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Its parts, newly allocated (element-type GBytes); nothing is verified. */
gboolean cz_chain_split (GBytes *chain, GPtrArray **links, GPtrArray **lists, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* One link more at the end; the lists of revocations stay. Nothing is verified here: open the result. CZ_WIRE_ERROR_LIMIT, _FORMAT. */
GBytes *cz_chain_append (GBytes *chain, GBytes *link, GError **error) G_GNUC_WARN_UNUSED_RESULT;
#define CZ_CHAIN_DEPTH 5 /* root's delegation to the centre, and one a tier */
typedef struct {
  guint n;
  CzDelegation links[CZ_CHAIN_DEPTH]; /* from below the root to the channel itself */
  guint n_revoked;
  CzRevocation revoked[CZ_CHAIN_DEPTH * CZ_REVOCATIONS_MAX]; /* by any of the links' channels, of channels below them */
} CzChain;

/* As cz_chain_open, with every link: a delegation that was replaced is told by its serial alone, on every tier, and who
 * holds what was seen (the station's trust.db) must compare them all. */
gboolean cz_chain_open_links (const guint8 *data, gsize size, const CzRoot *root, CzChannel channel, CzChain *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Verifies every link against the one before (areas must nest, masks must not grow) and gives the last.
 * Errors: CZ_WIRE_ERROR_KEY, _SIGNATURE, _SCOPE, _FORMAT, _LIMIT, _REVOKED (a link is withdrawn by a list it comes with). */
gboolean cz_chain_open (const guint8 *data, gsize size, const CzRoot *root, CzChannel channel, CzDelegation *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What a channel hands to the one above: a delegation as it would like it, signed by its content, head and delegating keys, so
 * that nobody can ask for keys he does not hold. Its magic is another than a delegation's: it is never a link of a chain. */
GBytes *cz_request_build (const CzDelegation *asked, GPtrArray *signers, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Errors: CZ_WIRE_ERROR_FORMAT, _LIMIT, _TRUNCATED, _SIGNATURE (not signed by all three). */
gboolean cz_request_open (const guint8 *data, gsize size, CzDelegation *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
