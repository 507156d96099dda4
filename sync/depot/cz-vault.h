/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

/* One file under a passphrase: Argon2id, then XChaCha20-Poly1305 in pieces (libsodium's secretstream), so that nothing of it is
 * believed that was changed, cut off, swapped or left out.
 *
 *   "CZVLT01\n" | u64 passes | u64 memory | salt (16) | header (24) | pieces: u32 length | so many bytes; the last is marked final */

#define CZ_VAULT_ERROR (cz_vault_error_quark ())
GQuark cz_vault_error_quark (void);
typedef enum {
  CZ_VAULT_ERROR_FORMAT, /* no such file, or cut off */
  CZ_VAULT_ERROR_PASSPHRASE, /* another passphrase, or changed bytes: the two cannot be told apart */
  CZ_VAULT_ERROR_MEMORY, /* not enough of it for Argon2id */
  CZ_VAULT_ERROR_FILE, /* reading or writing fails */
} CzVaultError;

typedef struct _CzVaultWriter CzVaultWriter;
/* Mode 0600, under a temporary name until finished. */
CzVaultWriter *cz_vault_writer_new (const char *path, const char *passphrase, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean cz_vault_write (CzVaultWriter *writer, const guint8 *data, gsize size, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Durable on return. */
gboolean cz_vault_finish (CzVaultWriter *writer, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cz_vault_writer_free (CzVaultWriter *writer); /* what was not finished goes */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzVaultWriter, cz_vault_writer_free)

typedef struct _CzVaultReader CzVaultReader;
CzVaultReader *cz_vault_reader_new (const char *path, const char *passphrase, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The next piece (borrowed until the next call); *size 0: the end, and it is the true one. */
gboolean cz_vault_read (CzVaultReader *reader, const guint8 **data, gsize *size, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cz_vault_reader_free (CzVaultReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzVaultReader, cz_vault_reader_free)
