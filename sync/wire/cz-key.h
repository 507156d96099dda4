/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

/* Ed25519 keys and signatures (libsodium). Each kind of object is signed under its own prefix so that a signature
 * for one can never be shown for another: signed bytes = prefix, NUL, the object as received. Any thread. */

#define CZ_PUBLIC_KEY_BYTES 32
#define CZ_SECRET_KEY_BYTES 64
#define CZ_SIGNATURE_BYTES 64
#define CZ_HASH_LEN 32

typedef struct {
  guint8 bytes[CZ_PUBLIC_KEY_BYTES];
} CzPublicKey;

/* A secret key in guarded memory (sodium_malloc): not swapped, wiped when freed. */
typedef struct _CzSecretKey CzSecretKey;

typedef enum { CZ_SIGN_ROOT, CZ_SIGN_DELEGATION, CZ_SIGN_HEAD, CZ_SIGN_INDEX, CZ_SIGN_BUNDLE, CZ_SIGN_UPLOAD, CZ_SIGN_SLIP } CzSignKind;

#define CZ_KEY_ERROR (cz_key_error_quark ())
GQuark cz_key_error_quark (void);
typedef enum {
  CZ_KEY_ERROR_UNREADABLE, /* file absent or not readable */
  CZ_KEY_ERROR_FORMAT, /* not a key file, or damaged */
  CZ_KEY_ERROR_MODE, /* others may read the file: refuse to use it */
  CZ_KEY_ERROR_PASSPHRASE, /* wrapped and no passphrase, or the wrong one */
  CZ_KEY_ERROR_WRITE, /* cannot be saved */
} CzKeyError;

CzSecretKey *cz_secret_key_new (void); /* random */
void cz_secret_key_free (CzSecretKey *key);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzSecretKey, cz_secret_key_free)
void cz_secret_key_public (const CzSecretKey *key, CzPublicKey *out);

/* Key files: text, two lines ("cunzhan secret key 1" + name, base64url), mode 0600, written to a temporary name,
 * fsynced and renamed. With a passphrase the key is wrapped: Argon2id (libsodium's MODERATE limits, stored in the file)
 * and XSalsa20-Poly1305. load refuses a file others can read (CZ_KEY_ERROR_MODE). */
gboolean cz_secret_key_save (const CzSecretKey *key, const char *path, const char *name, const char *passphrase,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
CzSecretKey *cz_secret_key_load (const char *path, const char *passphrase, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* First 8 bytes of BLAKE2b-256 of the public key, little endian. */
guint64 cz_public_key_id (const CzPublicKey *key);
/* Eight characters of an alphabet without look-alikes, to be read over the telephone; newly allocated. */
char *cz_public_key_fingerprint (const CzPublicKey *key);
gboolean cz_public_key_is_zero (const CzPublicKey *key);

void cz_sign (const CzSecretKey *key, CzSignKind kind, const guint8 *data, gsize size, guint8 out[CZ_SIGNATURE_BYTES]);
gboolean cz_verify (const CzPublicKey *key, CzSignKind kind, const guint8 *data, gsize size,
                    const guint8 signature[CZ_SIGNATURE_BYTES]) G_GNUC_WARN_UNUSED_RESULT;

/* Sealing (libsodium, crypto_box_seal) uses the X25519 form of a key kept for nothing else. FALSE: not a usable point. */
gboolean cz_secret_key_box_public (const CzSecretKey *key, guint8 out[32]) G_GNUC_WARN_UNUSED_RESULT;
/* out: size − 48 bytes. FALSE when the box is damaged or sealed to another key; size < 48 is FALSE. */
gboolean cz_secret_key_unseal (const CzSecretKey *key, const guint8 *data, gsize size, guint8 *out) G_GNUC_WARN_UNUSED_RESULT;

/* BLAKE2b-256. */
void cz_hash (const guint8 *data, gsize size, guint8 out[CZ_HASH_LEN]);
char *cz_hash_to_hex (const guint8 hash[CZ_HASH_LEN]);
gboolean cz_hash_from_hex (const char *hex, guint8 out[CZ_HASH_LEN]) G_GNUC_WARN_UNUSED_RESULT;
