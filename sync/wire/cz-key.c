/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/wire/cz-key.h"
#include "sync/wire/cz-passphrase.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

G_DEFINE_QUARK (cz_key_error, cz_key_error)

G_STATIC_ASSERT (CZ_PUBLIC_KEY_BYTES == crypto_sign_PUBLICKEYBYTES);
G_STATIC_ASSERT (CZ_SECRET_KEY_BYTES == crypto_sign_SECRETKEYBYTES);
G_STATIC_ASSERT (CZ_SIGNATURE_BYTES == crypto_sign_BYTES);

#define KEY_FILE_MAGIC "cunzhan secret key 1"
#define KEY_FILE_MAX 4096
#define SEED_BYTES crypto_sign_SEEDBYTES
#define WRAPPED_BYTES (crypto_pwhash_SALTBYTES + crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + SEED_BYTES)

struct _CzSecretKey {
  guint8 bytes[CZ_SECRET_KEY_BYTES]; /* seed and public key, as libsodium keeps them */
};

static void
ensure_sodium (void)
{
  static gsize ready = 0;
  if (g_once_init_enter (&ready)) {
    /* -1 means the machine gives no random numbers: nothing that follows would be safe. */
    if (sodium_init () < 0)
      g_critical ("libsodium cannot be used on this machine");
    g_once_init_leave (&ready, 1);
  }
}

/* Without memory the program ends, as it does in g_malloc: no caller has to think of it. */
static CzSecretKey *
secret_key_alloc (void)
{
  ensure_sodium ();
  CzSecretKey *key = sodium_malloc (sizeof *key);
  if (!key) {
    g_critical ("no locked memory left for a key");
    abort ();
  }
  return key;
}

CzSecretKey *
cz_secret_key_new (void)
{
  CzSecretKey *key = secret_key_alloc ();
  guint8 public_key[CZ_PUBLIC_KEY_BYTES];
  crypto_sign_keypair (public_key, key->bytes);
  return key;
}

static CzSecretKey *
secret_key_from_seed (const guint8 seed[SEED_BYTES])
{
  CzSecretKey *key = secret_key_alloc ();
  guint8 public_key[CZ_PUBLIC_KEY_BYTES];
  crypto_sign_seed_keypair (public_key, key->bytes, seed);
  return key;
}

void
cz_secret_key_free (CzSecretKey *key)
{
  if (key)
    sodium_free (key);
}

void
cz_secret_key_public (const CzSecretKey *key, CzPublicKey *out)
{
  crypto_sign_ed25519_sk_to_pk (out->bytes, key->bytes);
}

/* ---- key files ---- */

/* salt | nonce | box(seed), as base64; NULL when memory for Argon2id is lacking. */
static char *
wrap_seed (const guint8 *seed, const char *passphrase, const CzPassphraseCost *cost)
{
  guint8 blob[WRAPPED_BYTES];
  guint8 key[crypto_secretbox_KEYBYTES];
  guint8 *nonce = blob + crypto_pwhash_SALTBYTES;
  randombytes_buf (blob, crypto_pwhash_SALTBYTES + crypto_secretbox_NONCEBYTES);
  if (!cz_passphrase_derive (passphrase, blob, cost, key))
    return NULL;
  crypto_secretbox_easy (nonce + crypto_secretbox_NONCEBYTES, seed, SEED_BYTES, nonce, key);
  sodium_memzero (key, sizeof key);
  return g_base64_encode (blob, sizeof blob);
}

static char *
key_file_text (const CzSecretKey *key, const char *name, const char *passphrase, GError **error)
{
  guint8 seed[SEED_BYTES];
  g_autofree char *clean = g_strdup (name);
  g_strdelimit (clean, "\r\n", ' ');
  crypto_sign_ed25519_sk_to_seed (seed, key->bytes);
  if (!passphrase) {
    g_autofree char *plain = g_base64_encode (seed, sizeof seed);
    sodium_memzero (seed, sizeof seed);
    return g_strdup_printf (KEY_FILE_MAGIC " plain %s\n%s\n", clean, plain);
  }
  CzPassphraseCost cost = cz_passphrase_cost ();
  g_autofree char *wrapped = wrap_seed (seed, passphrase, &cost);
  sodium_memzero (seed, sizeof seed);
  if (!wrapped) {
    g_set_error (error, CZ_KEY_ERROR, CZ_KEY_ERROR_WRITE, "not enough memory to wrap the key under a passphrase");
    return NULL;
  }
  return g_strdup_printf (KEY_FILE_MAGIC " argon2id:%llu:%llu %s\n%s\n", (unsigned long long) cost.passes,
                          (unsigned long long) cost.memory_bytes, clean, wrapped);
}

static gboolean
set_write_error (const char *path, int saved_errno, GError **error)
{
  g_set_error (error, CZ_KEY_ERROR, CZ_KEY_ERROR_WRITE, "%s cannot be written: %s", path, g_strerror (saved_errno));
  return FALSE;
}

/* The new name is in the folder only once the folder itself is on the disk. */
static gboolean
sync_folder_of (const char *path)
{
  g_autofree char *dir = g_path_get_dirname (path);
  int fd = open (dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return FALSE;
  gboolean ok = fsync (fd) == 0;
  close (fd);
  return ok;
}

gboolean
cz_secret_key_save (const CzSecretKey *key, const char *path, const char *name, const char *passphrase, GError **error)
{
  g_autofree char *text = key_file_text (key, name, passphrase, error);
  if (!text)
    return FALSE;
  g_autofree char *temporary = g_strconcat (path, ".new", NULL);
  g_unlink (temporary);
  int fd = open (temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0)
    return set_write_error (path, errno, error);
  gsize len = strlen (text);
  gboolean ok = write (fd, text, len) == (gssize) len && fsync (fd) == 0;
  int saved_errno = errno;
  ok = close (fd) == 0 && ok;
  sodium_memzero (text, len);
  ok = ok && g_rename (temporary, path) == 0 && sync_folder_of (path);
  if (ok)
    return TRUE;
  g_unlink (temporary);
  return set_write_error (path, saved_errno ? saved_errno : errno, error);
}

static char *
read_key_file (const char *path, GError **error)
{
  struct stat st;
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0 || fstat (fd, &st) != 0) {
    g_set_error (error, CZ_KEY_ERROR, CZ_KEY_ERROR_UNREADABLE, "key file %s cannot be read: %s", path, g_strerror (errno));
    if (fd >= 0)
      close (fd);
    return NULL;
  }
  gboolean private_mode = (st.st_mode & 077) == 0;
  g_autofree char *text = g_malloc0 (KEY_FILE_MAX);
  gssize n = read (fd, text, KEY_FILE_MAX - 1);
  close (fd);
  if (!private_mode) {
    g_set_error (error, CZ_KEY_ERROR, CZ_KEY_ERROR_MODE, "key file %s may be read by others: chmod 600 it, and think of the key as seen", path);
    return NULL;
  }
  if (n <= 0) {
    g_set_error (error, CZ_KEY_ERROR, CZ_KEY_ERROR_FORMAT, "key file %s is empty", path);
    return NULL;
  }
  return g_steal_pointer (&text);
}

static gboolean
unwrap_seed (const char *wrapping, const guint8 *blob, gsize n, const char *passphrase, const char *path,
             guint8 seed[SEED_BYTES], GError **error)
{
  CzPassphraseCost cost = { 0 };
  guint8 key[crypto_secretbox_KEYBYTES];
  g_auto (GStrv) parts = g_strsplit (wrapping, ":", 4);
  gboolean ok = g_strv_length (parts) == 3 && n == WRAPPED_BYTES
                && g_ascii_string_to_unsigned (parts[1], 10, 1, G_MAXUINT64, &cost.passes, NULL)
                && g_ascii_string_to_unsigned (parts[2], 10, 1, G_MAXUINT64, &cost.memory_bytes, NULL) && cz_passphrase_cost_is_sane (&cost);
  if (!ok) {
    g_set_error (error, CZ_KEY_ERROR, CZ_KEY_ERROR_FORMAT, "key file %s is damaged", path);
    return FALSE;
  }
  if (!passphrase || !cz_passphrase_derive (passphrase, blob, &cost, key)
      || crypto_secretbox_open_easy (seed, blob + crypto_pwhash_SALTBYTES + crypto_secretbox_NONCEBYTES,
                                     crypto_secretbox_MACBYTES + SEED_BYTES, blob + crypto_pwhash_SALTBYTES, key) != 0) {
    g_set_error (error, CZ_KEY_ERROR, CZ_KEY_ERROR_PASSPHRASE,
                 passphrase ? "the passphrase does not open key file %s" : "key file %s needs its passphrase", path);
    return FALSE;
  }
  sodium_memzero (key, sizeof key);
  return TRUE;
}

CzSecretKey *
cz_secret_key_load (const char *path, const char *passphrase, GError **error)
{
  ensure_sodium ();
  g_autofree char *text = read_key_file (path, error);
  if (!text)
    return NULL;
  g_auto (GStrv) lines = g_strsplit (text, "\n", 3);
  gboolean shaped = g_strv_length (lines) >= 2 && g_str_has_prefix (lines[0], KEY_FILE_MAGIC " ") && *g_strstrip (lines[1]);
  gsize n = 0;
  g_autofree guint8 *blob = shaped ? g_base64_decode (lines[1], &n) : NULL;
  g_auto (GStrv) words = g_strsplit (shaped ? lines[0] + strlen (KEY_FILE_MAGIC " ") : "", " ", 2);
  guint8 seed[SEED_BYTES];
  sodium_memzero (text, strlen (text));
  if (shaped && words[0] && g_str_has_prefix (words[0], "argon2id:")) {
    if (!unwrap_seed (words[0], blob, n, passphrase, path, seed, error))
      return NULL;
  } else if (shaped && g_strcmp0 (words[0], "plain") == 0 && n == SEED_BYTES) {
    memcpy (seed, blob, SEED_BYTES);
    sodium_memzero (blob, n);
  } else {
    g_set_error (error, CZ_KEY_ERROR, CZ_KEY_ERROR_FORMAT, "%s is not a key file of this program, or is damaged", path);
    return NULL;
  }
  CzSecretKey *key = secret_key_from_seed (seed);
  sodium_memzero (seed, sizeof seed);
  return key;
}

/* ---- public keys ---- */

guint64
cz_public_key_id (const CzPublicKey *key)
{
  guint8 hash[CZ_HASH_LEN];
  guint64 id = 0;
  cz_hash (key->bytes, sizeof key->bytes, hash);
  for (int i = 7; i >= 0; i--)
    id = id << 8 | hash[i];
  return id;
}

char *
cz_public_key_fingerprint (const CzPublicKey *key)
{
  /* Without 0 O 1 I L, so that nobody has to spell it. 31 letters; the bias of a modulus is 1 % and harmless here. */
  static const char alphabet[] = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
  guint64 id = cz_public_key_id (key);
  char *text = g_malloc (9);
  for (int i = 0; i < 8; i++) {
    text[i] = alphabet[id % (sizeof alphabet - 1)];
    id /= sizeof alphabet - 1;
  }
  text[8] = '\0';
  return text;
}

gboolean
cz_public_key_is_zero (const CzPublicKey *key)
{
  return sodium_is_zero (key->bytes, sizeof key->bytes) == 1;
}

/* ---- signatures ---- */

static const char *
prefix_of (CzSignKind kind)
{
  switch (kind) {
  case CZ_SIGN_ROOT:
    return "cunzhan/root/v1";
  case CZ_SIGN_DELEGATION:
    return "cunzhan/delegation/v1";
  case CZ_SIGN_HEAD:
    return "cunzhan/head/v1";
  case CZ_SIGN_INDEX:
    return "cunzhan/index/v1";
  case CZ_SIGN_BUNDLE:
    return "cunzhan/bundle/v1";
  case CZ_SIGN_UPLOAD:
    return "cunzhan/up/v1";
  case CZ_SIGN_SLIP:
    return "cunzhan/slip/v1";
  default:
    g_return_val_if_reached ("");
  }
}

static GByteArray *
signed_bytes (CzSignKind kind, const guint8 *data, gsize size)
{
  const char *prefix = prefix_of (kind);
  GByteArray *all = g_byte_array_sized_new ((guint) (size + 32));
  g_byte_array_append (all, (const guint8 *) prefix, (guint) strlen (prefix) + 1);
  g_byte_array_append (all, data, (guint) size);
  return all;
}

void
cz_sign (const CzSecretKey *key, CzSignKind kind, const guint8 *data, gsize size, guint8 out[CZ_SIGNATURE_BYTES])
{
  g_autoptr (GByteArray) all = signed_bytes (kind, data, size);
  crypto_sign_detached (out, NULL, all->data, all->len, key->bytes);
}

gboolean
cz_verify (const CzPublicKey *key, CzSignKind kind, const guint8 *data, gsize size, const guint8 signature[CZ_SIGNATURE_BYTES])
{
  ensure_sodium ();
  g_autoptr (GByteArray) all = signed_bytes (kind, data, size);
  return crypto_sign_verify_detached (signature, all->data, all->len, key->bytes) == 0;
}

void
cz_hash (const guint8 *data, gsize size, guint8 out[CZ_HASH_LEN])
{
  ensure_sodium ();
  crypto_generichash (out, CZ_HASH_LEN, data, size, NULL, 0);
}

char *
cz_hash_to_hex (const guint8 hash[CZ_HASH_LEN])
{
  char *hex = g_malloc (2 * CZ_HASH_LEN + 1);
  return sodium_bin2hex (hex, 2 * CZ_HASH_LEN + 1, hash, CZ_HASH_LEN);
}

gboolean
cz_hash_from_hex (const char *hex, guint8 out[CZ_HASH_LEN])
{
  gsize n = 0;
  return strlen (hex) == 2 * CZ_HASH_LEN && sodium_hex2bin (out, CZ_HASH_LEN, hex, 2 * CZ_HASH_LEN, NULL, &n, NULL) == 0
         && n == CZ_HASH_LEN;
}

/* ---- sealing ---- */

gboolean
cz_secret_key_box_public (const CzSecretKey *key, guint8 out[32])
{
  CzPublicKey public_key;
  cz_secret_key_public (key, &public_key);
  return crypto_sign_ed25519_pk_to_curve25519 (out, public_key.bytes) == 0;
}

gboolean
cz_secret_key_unseal (const CzSecretKey *key, const guint8 *data, gsize size, guint8 *out)
{
  guint8 public_half[crypto_box_PUBLICKEYBYTES], secret_half[crypto_box_SECRETKEYBYTES];
  gboolean ok = size >= crypto_box_SEALBYTES && cz_secret_key_box_public (key, public_half)
                && crypto_sign_ed25519_sk_to_curve25519 (secret_half, key->bytes) == 0
                && crypto_box_seal_open (out, data, size, public_half, secret_half) == 0;
  sodium_memzero (secret_half, sizeof secret_half);
  return ok;
}
