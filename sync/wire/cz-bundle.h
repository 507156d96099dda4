/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/wire/cz-key.h"
#include "sync/wire/cz-section.h"
#include "sync/wire/cz-state.h"

/* A bundle: one step of a channel from one state to the next (or a whole state), signed.
 *
 *   "CZBNDL1\n" | u32 manifest_len | manifest | u64 key_id | Ed25519 signature (64) | sections one after another
 *
 * Signed: everything from the magic to the end of the manifest, as received. Sections are bound by hashes of their
 * compressed bytes, so nothing is decompressed before it is authenticated. Layout of the manifest: FORMAT.md. Any thread. */

typedef enum {
  CZ_BUNDLE_DAILY = 0, /* from_seq + 1 = to_seq */
  CZ_BUNDLE_FIRST = 1, /* first publication of a channel, in one or more steps: larger limits */
  CZ_BUNDLE_SKIP = 2, /* spans several steps */
  CZ_BUNDLE_SNAPSHOT = 3, /* from nothing: from_seq 0, empty from_state */
} CzBundleKind;

typedef struct {
  CzChannel channel;
  guint8 kind; /* CzBundleKind */
  guint32 epoch;
  guint64 from_seq;
  guint64 to_seq;
  guint64 created_s;
  guint64 effective_s; /* not shown before; 0 = at once */
  guint32 schema; /* CZ_SCHEMA_VERSION of the writer */
  guint16 min_codec; /* highest codec used */
  guint32 segment; /* yyyymm of the segment it stands in, 0 = none */
  guint64 seg_offset; /* its first byte there */
  guint8 from_state[32];
  guint8 to_state[32];
  /* Hash of the bundle before (its bytes up to and including the signature). Skips and snapshots: hash of bundle to_seq, in
   * whose place they bring the reader; segment and seg_offset then say where that one ends. */
  guint8 prev_bundle[32];
  guint8 dict_kind; /* 0 none */
  guint32 dict_len;
  guint8 dict_hash[32];
  guint n_sections;
  CzSection sections[64];
} CzManifest;

typedef struct {
  CzManifest manifest;
  guint64 key_id;
  guint8 hash[32]; /* BLAKE2b-256 of header: magic … signature; what heads and prev_bundle name */
  gsize header_len; /* where the first section begins */
  gsize total_len; /* header and all sections */
} CzBundle;

/* A skip or a snapshot: stands in no segment. */
gboolean cz_manifest_is_jump (const CzManifest *manifest);
/* z/<seq>: a bundle once more in codecs ≤ 1, standing in no segment. */
gboolean cz_manifest_is_plain (const CzManifest *manifest);
/* What heads name and the next bundle follows, once this one is applied (32 bytes, borrowed); zeros after a plain form, which does
 * not know it: FORMAT.md §6.1. */
const guint8 *cz_bundle_tip (const CzBundle *bundle);

/* How many bytes are needed to go on: gives header_len once 12 bytes are there, CZ_WIRE_ERROR_FORMAT/LIMIT if this
 * cannot become a bundle. For streams. */
gboolean cz_bundle_peek_header_len (const guint8 *data, gsize size, gsize *header_len, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Verifies the signature, then parses. data may go on after the header. Errors: any CZ_WIRE_ERROR. */
gboolean cz_bundle_open (const guint8 *data, gsize size, const CzPublicKey *key, CzBundle *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Checks the hash of section i in the whole bundle and gives its bytes (borrowed from data). */
gboolean cz_bundle_section (const CzBundle *bundle, guint i, const guint8 *data, gsize size, const guint8 **out,
                            gsize *out_size, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A reader of section i, its hash checked. prior: as for cz_section_reader_new_with_prior, whose errors come beside those above. */
CzSectionReader *cz_bundle_read_section (const CzBundle *bundle, guint i, const guint8 *data, gsize size, const CzPrior *prior,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* For streams: how long the piece of the section that begins at offset is; the whole section when it has no pieces. */
gsize cz_section_piece_len (const CzSection *section, gsize offset);
/* Compares that piece (cz_section_piece_len bytes) of section i with its hash. header: the bundle's first header_len bytes. Its
 * pieces being right says nothing of a section's own hash, which cz_bundle_section looks at. */
gboolean cz_bundle_check_piece (const CzBundle *bundle, guint i, gsize offset, const guint8 *header, const guint8 *piece, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Builds and signs. sections: the bytes of manifest->sections in order (element-type GBytes). */
GBytes *cz_bundle_build (const CzManifest *manifest, GPtrArray *sections, const CzSecretKey *key, GError **error) G_GNUC_WARN_UNUSED_RESULT;
