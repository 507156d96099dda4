/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/depot/cz-vault.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "sync/depot/cz-file.h"
#include "sync/wire/cz-passphrase.h"

G_DEFINE_QUARK (cz_vault_error, cz_vault_error)

#define MAGIC "CZVLT01\n"
#define MAGIC_BYTES 8
#define HEADER_BYTES crypto_secretstream_xchacha20poly1305_HEADERBYTES
#define COST_BYTES 16
#define FRONT_BYTES (MAGIC_BYTES + COST_BYTES + CZ_PASSPHRASE_SALT_BYTES + HEADER_BYTES)
#define PIECE_BYTES 65536u
#define SEALED_MAX (PIECE_BYTES + crypto_secretstream_xchacha20poly1305_ABYTES)
G_STATIC_ASSERT (CZ_PASSPHRASE_KEY_BYTES == crypto_secretstream_xchacha20poly1305_KEYBYTES);

static gboolean
fail (GError **error, CzVaultError code, const char *path, const char *why)
{
  g_set_error (error, CZ_VAULT_ERROR, (gint) code, "%s: %s", path, why);
  return FALSE;
}

/* Everything before the pieces, as it stands in the file. */
static void
put_u64 (guint8 *out, guint64 value)
{
  value = GUINT64_TO_LE (value);
  memcpy (out, &value, sizeof value);
}

static guint64
get_u64 (const guint8 *data)
{
  guint64 value;
  memcpy (&value, data, sizeof value);
  return GUINT64_FROM_LE (value);
}

/* ---- writing ---- */

struct _CzVaultWriter {
  char *path;
  char *temporary;
  int fd;
  crypto_secretstream_xchacha20poly1305_state stream;
  guint8 plain[PIECE_BYTES];
  gsize filled;
};

static gboolean
write_whole (CzVaultWriter *self, const guint8 *data, gsize size, GError **error)
{
  while (size > 0) {
    ssize_t n = write (self->fd, data, size);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return fail (error, CZ_VAULT_ERROR_FILE, self->path, g_strerror (errno));
    data += n;
    size -= (gsize) n;
  }
  return TRUE;
}

CzVaultWriter *
cz_vault_writer_new (const char *path, const char *passphrase, GError **error)
{
  guint8 front[FRONT_BYTES];
  guint8 key[CZ_PASSPHRASE_KEY_BYTES];
  guint8 *salt = front + MAGIC_BYTES + COST_BYTES;
  CzPassphraseCost cost = cz_passphrase_cost ();
  if (sodium_init () < 0) {
    fail (error, CZ_VAULT_ERROR_MEMORY, path, "libsodium cannot be used on this machine");
    return NULL;
  }
  g_autoptr (CzVaultWriter) self = g_new0 (CzVaultWriter, 1);
  self->path = g_strdup (path);
  self->temporary = g_strconcat (path, ".new", NULL);
  g_unlink (self->temporary);
  self->fd = open (self->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (self->fd < 0) {
    fail (error, CZ_VAULT_ERROR_FILE, path, g_strerror (errno));
    return NULL;
  }
  memcpy (front, MAGIC, MAGIC_BYTES);
  put_u64 (front + MAGIC_BYTES, cost.passes);
  put_u64 (front + MAGIC_BYTES + 8, cost.memory_bytes);
  randombytes_buf (salt, CZ_PASSPHRASE_SALT_BYTES);
  if (!cz_passphrase_derive (passphrase, salt, &cost, key)) {
    fail (error, CZ_VAULT_ERROR_MEMORY, path, "not enough memory to put it under a passphrase");
    return NULL;
  }
  crypto_secretstream_xchacha20poly1305_init_push (&self->stream, salt + CZ_PASSPHRASE_SALT_BYTES, key);
  sodium_memzero (key, sizeof key);
  return write_whole (self, front, sizeof front, error) ? g_steal_pointer (&self) : NULL;
}

static gboolean
seal_piece (CzVaultWriter *self, guint8 tag, GError **error)
{
  guint8 sealed[4 + SEALED_MAX];
  unsigned long long n = 0;
  crypto_secretstream_xchacha20poly1305_push (&self->stream, sealed + 4, &n, self->plain, self->filled, NULL, 0, tag);
  guint32 length = GUINT32_TO_LE ((guint32) n);
  memcpy (sealed, &length, sizeof length);
  self->filled = 0;
  return write_whole (self, sealed, 4 + (gsize) n, error);
}

gboolean
cz_vault_write (CzVaultWriter *self, const guint8 *data, gsize size, GError **error)
{
  while (size > 0) {
    gsize n = MIN (size, PIECE_BYTES - self->filled);
    memcpy (self->plain + self->filled, data, n);
    self->filled += n;
    data += n;
    size -= n;
    if (self->filled == PIECE_BYTES && !seal_piece (self, 0, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
cz_vault_finish (CzVaultWriter *self, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (self->path);
  if (!seal_piece (self, crypto_secretstream_xchacha20poly1305_TAG_FINAL, error))
    return FALSE;
  if (fsync (self->fd) != 0 || g_rename (self->temporary, self->path) != 0)
    return fail (error, CZ_VAULT_ERROR_FILE, self->path, g_strerror (errno));
  g_clear_pointer (&self->temporary, g_free);
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean ok = fd >= 0 && fsync (fd) == 0;
  int saved_errno = errno;
  if (fd >= 0)
    close (fd);
  return ok || fail (error, CZ_VAULT_ERROR_FILE, folder, g_strerror (saved_errno));
}

void
cz_vault_writer_free (CzVaultWriter *self)
{
  if (self == NULL)
    return;
  if (self->fd >= 0)
    close (self->fd);
  if (self->temporary != NULL)
    g_unlink (self->temporary);
  g_free (self->temporary);
  g_free (self->path);
  sodium_memzero (self, sizeof *self);
  g_free (self);
}

/* ---- reading ---- */

struct _CzVaultReader {
  char *path;
  int fd;
  crypto_secretstream_xchacha20poly1305_state stream;
  gboolean is_done;
  guint8 sealed[SEALED_MAX];
  guint8 plain[PIECE_BYTES];
};

/* FALSE with *n_read when the file ends before. */
static gboolean
read_whole (CzVaultReader *self, guint8 *out, gsize size, gsize *n_read, GError **error)
{
  *n_read = 0;
  while (*n_read < size) {
    ssize_t n = read (self->fd, out + *n_read, size - *n_read);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return fail (error, CZ_VAULT_ERROR_FILE, self->path, g_strerror (errno));
    if (n == 0)
      return fail (error, CZ_VAULT_ERROR_FORMAT, self->path, "cut off");
    *n_read += (gsize) n;
  }
  return TRUE;
}

CzVaultReader *
cz_vault_reader_new (const char *path, const char *passphrase, GError **error)
{
  guint8 front[FRONT_BYTES];
  guint8 key[CZ_PASSPHRASE_KEY_BYTES];
  gsize n = 0;
  const guint8 *salt = front + MAGIC_BYTES + COST_BYTES;
  if (sodium_init () < 0) {
    fail (error, CZ_VAULT_ERROR_MEMORY, path, "libsodium cannot be used on this machine");
    return NULL;
  }
  g_autoptr (CzVaultReader) self = g_new0 (CzVaultReader, 1);
  self->path = g_strdup (path);
  self->fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (self->fd < 0) {
    fail (error, CZ_VAULT_ERROR_FILE, path, g_strerror (errno));
    return NULL;
  }
  if (!read_whole (self, front, sizeof front, &n, error))
    return NULL;
  CzPassphraseCost cost = { get_u64 (front + MAGIC_BYTES), get_u64 (front + MAGIC_BYTES + 8) };
  if (memcmp (front, MAGIC, MAGIC_BYTES) != 0 || !cz_passphrase_cost_is_sane (&cost)) {
    fail (error, CZ_VAULT_ERROR_FORMAT, path, "not such a file");
    return NULL;
  }
  if (!cz_passphrase_derive (passphrase, salt, &cost, key)) {
    fail (error, CZ_VAULT_ERROR_MEMORY, path, "not enough memory to open it");
    return NULL;
  }
  int sound = crypto_secretstream_xchacha20poly1305_init_pull (&self->stream, salt + CZ_PASSPHRASE_SALT_BYTES, key);
  sodium_memzero (key, sizeof key);
  if (sound == 0)
    return g_steal_pointer (&self);
  fail (error, CZ_VAULT_ERROR_FORMAT, path, "not such a file");
  return NULL;
}

static gboolean
ends_here (CzVaultReader *self, GError **error)
{
  guint8 more;
  return read (self->fd, &more, 1) == 0 || fail (error, CZ_VAULT_ERROR_FORMAT, self->path, "goes on behind its end");
}

gboolean
cz_vault_read (CzVaultReader *self, const guint8 **data, gsize *size, GError **error)
{
  guint32 length = 0;
  guint8 tag = 0;
  gsize n_read = 0;
  unsigned long long n = 0;
  *data = self->plain;
  *size = 0;
  /* An empty piece that is not the last would look like the end to who reads. */
  while (*size == 0 && !self->is_done) {
    if (!read_whole (self, (guint8 *) &length, sizeof length, &n_read, error))
      return FALSE;
    length = GUINT32_FROM_LE (length);
    if (length < crypto_secretstream_xchacha20poly1305_ABYTES || length > SEALED_MAX)
      return fail (error, CZ_VAULT_ERROR_FORMAT, self->path, "damaged");
    if (!read_whole (self, self->sealed, length, &n_read, error))
      return FALSE;
    if (crypto_secretstream_xchacha20poly1305_pull (&self->stream, self->plain, &n, &tag, self->sealed, length, NULL, 0) != 0)
      return fail (error, CZ_VAULT_ERROR_PASSPHRASE, self->path, "the passphrase does not open it, or it was changed");
    *size = (gsize) n;
    self->is_done = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
    if (self->is_done && !ends_here (self, error))
      return FALSE;
  }
  return TRUE;
}

void
cz_vault_reader_free (CzVaultReader *self)
{
  if (self == NULL)
    return;
  if (self->fd >= 0)
    close (self->fd);
  g_free (self->path);
  sodium_memzero (self, sizeof *self);
  g_free (self);
}
