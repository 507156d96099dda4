/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/wire/cz-key.h"
#include "sync/wire/cz-reader.h"

/* What small signed objects have in common: 8 bytes of magic, a body, then a count of signatures and each as
 * u64 key_id and 64 bytes. Signed: magic and body, as received. Internal to sync/wire. */

#define CZ_SIGNED_MAX_SIGNATURES 32

typedef struct {
  const char *magic; /* 8 bytes */
  CzSignKind kind;
  gsize max_size;
  const char *what; /* for messages */
} CzSignedForm;

/* body is consumed; signers: element-type CzSecretKey. */
GBytes *cz_signed_build (const CzSignedForm *form, GByteArray *body, GPtrArray *signers, GError **error);

/* One signature more; a key that has signed validly already changes nothing. */
GBytes *cz_signed_add (const CzSignedForm *form, GBytes *object, const CzSecretKey *key, GError **error);

typedef struct {
  const guint8 *signed_data; /* magic and body */
  gsize signed_len;
  CzReader body;
  guint n_signatures;
  const guint8 *signatures; /* n × (8 + 64) bytes */
} CzSigned;

/* Splits without verifying. body_len is stored as u32 behind the magic. */
gboolean cz_signed_split (const CzSignedForm *form, const guint8 *data, gsize size, CzSigned *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* How many different keys of the list have signed validly. */
guint cz_signed_count_valid (const CzSignedForm *form, const CzSigned *object, const CzPublicKey *keys, guint n_keys);
/* cz_signed_split, then one valid signature of key or CZ_WIRE_ERROR_KEY / _SIGNATURE. */
gboolean cz_signed_open (const CzSignedForm *form, const guint8 *data, gsize size, const CzPublicKey *key, CzSigned *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
