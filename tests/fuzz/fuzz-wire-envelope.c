/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/wire/cz-envelope.h"
#include "sync/wire/cz-limits.h"
#include "sync/wire/cz-said.h"
#include "tests/fuzz/cz-fuzz.h"

#include <sodium.h>
#include <string.h>

/* What a hub finds below uploads/: once as it lies there, once signed by a station and sealed, so that what stands behind the seal is
 * reached, and once as the payload of each kind. */

#define CHANNEL 990101
#define SEAL_HEADER 16

static void
read_payload (guint16 number, const guint8 *data, gsize size)
{
  const CzTable *kind = cz_said_kind (number);
  g_autoptr (GError) error = NULL;
  CzRow row;
  if (!kind || !cz_said_unpack (kind, data, size, &row, &error))
    return;
  gsize again;
  g_autoptr (GBytes) packed = cz_said_pack (kind, &row);
  const guint8 *bytes = g_bytes_get_data (packed, &again);
  cz_fuzz_must (again == size && (size == 0 || memcmp (bytes, data, size) == 0), "the same row has the same bytes");
}

static void
open_it (const guint8 *data, gsize size, const CzSecretKey *box)
{
  g_autoptr (GError) error = NULL;
  g_auto (CzUpload) upload = { 0 };
  gboolean ok = cz_envelope_open (data, size, box, CHANNEL, &upload, &error);
  cz_fuzz_must (ok == (error == NULL), "refused with a reason");
  if (!ok)
    return;
  gsize n;
  const guint8 *payload = g_bytes_get_data (upload.payload, &n);
  read_payload (upload.kind, payload, n);
}

/* body: what the station signs behind the box key. */
static void
seal_and_open (const guint8 *body, gsize size, const CzSecretKey *box)
{
  guint8 box_key[32], signature[CZ_SIGNATURE_BYTES];
  CzPublicKey office;
  if (size > 65536 || !cz_secret_key_box_public (box, box_key))
    return;
  g_autoptr (GByteArray) plain = g_byte_array_new ();
  g_byte_array_append (plain, box_key, sizeof box_key);
  g_byte_array_append (plain, body, (guint) size);
  cz_sign (cz_fuzz_key (0), CZ_SIGN_UPLOAD, plain->data, plain->len, signature);
  g_byte_array_append (plain, signature, sizeof signature);
  gsize used = plain->len - 32, padded = cz_envelope_padded (used);
  g_byte_array_set_size (plain, (guint) (32 + padded));
  memset (plain->data + 32 + used, 0, padded - used);
  g_autofree guint8 *out = g_malloc (SEAL_HEADER + padded + crypto_box_SEALBYTES);
  memcpy (out, "CZSEAL1\n", 8);
  memcpy (office.bytes, box_key, 32);
  guint64 id = GUINT64_TO_LE (cz_public_key_id (&office));
  memcpy (out + 8, &id, 8);
  cz_fuzz_must (crypto_box_seal (out + SEAL_HEADER, plain->data + 32, padded, box_key) == 0, "it is sealed");
  open_it (out, SEAL_HEADER + padded + crypto_box_SEALBYTES, box);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const CzSecretKey *box = cz_fuzz_key (1);
  open_it (data, size, box);
  seal_and_open (data, size, box);
  if (size > 0)
    read_payload (data[0] % (CZ_SAID_KINDS + 1), data + 1, size - 1);
  return 0;
}
