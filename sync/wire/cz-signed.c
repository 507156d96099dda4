/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/wire/cz-signed.h"
#include "sync/wire/cz-wire-error.h"

#include <string.h>

#define MAGIC_LEN 8
#define SIGNATURE_LINE (8 + CZ_SIGNATURE_BYTES)

GBytes *
cz_signed_build (const CzSignedForm *form, GByteArray *body, GPtrArray *signers, GError **error)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (GByteArray) owned = body;
  cz_write_bytes (out, form->magic, MAGIC_LEN);
  cz_write_u32 (out, owned->len);
  cz_write_bytes (out, owned->data, owned->len);
  guint signed_len = out->len;
  cz_write_u8 (out, (guint8) signers->len);
  for (guint i = 0; i < signers->len; i++) {
    const CzSecretKey *key = g_ptr_array_index (signers, i);
    CzPublicKey public_key;
    guint8 signature[CZ_SIGNATURE_BYTES];
    cz_secret_key_public (key, &public_key);
    cz_sign (key, form->kind, out->data, signed_len, signature);
    cz_write_u64 (out, cz_public_key_id (&public_key));
    cz_write_bytes (out, signature, sizeof signature);
  }
  if (out->len > form->max_size) {
    g_set_error (error, CZ_WIRE_ERROR, CZ_WIRE_ERROR_LIMIT, "%s: larger than any may be", form->what);
    return NULL;
  }
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

static gboolean
refuse (const CzSignedForm *form, CzWireError code, const char *why, GError **error)
{
  g_set_error (error, CZ_WIRE_ERROR, code, "%s: %s", form->what, why);
  return FALSE;
}

gboolean
cz_signed_split (const CzSignedForm *form, const guint8 *data, gsize size, CzSigned *out, GError **error)
{
  CzReader reader;
  if (size > form->max_size)
    return refuse (form, CZ_WIRE_ERROR_LIMIT, "larger than this program takes", error);
  cz_reader_init (&reader, data, size);
  const guint8 *magic = cz_reader_view (&reader, MAGIC_LEN);
  if (magic && memcmp (magic, form->magic, MAGIC_LEN) != 0)
    return refuse (form, CZ_WIRE_ERROR_FORMAT, "not such an object", error);
  guint32 body_len = cz_reader_u32 (&reader);
  const guint8 *body = cz_reader_view (&reader, body_len);
  out->signed_data = data;
  out->signed_len = reader.pos;
  out->n_signatures = cz_reader_u8 (&reader);
  out->signatures = cz_reader_view (&reader, (gsize) out->n_signatures * SIGNATURE_LINE);
  if (!cz_reader_finish (&reader, form->what, error))
    return FALSE;
  if (out->n_signatures > CZ_SIGNED_MAX_SIGNATURES)
    return refuse (form, CZ_WIRE_ERROR_LIMIT, "too many signatures", error);
  cz_reader_init (&out->body, body, body_len);
  return TRUE;
}

static gboolean
signed_by (const CzSignedForm *form, const CzSigned *object, const CzPublicKey *key, gboolean *named)
{
  guint64 wanted = cz_public_key_id (key);
  for (guint i = 0; i < object->n_signatures; i++) {
    CzReader line;
    cz_reader_init (&line, object->signatures + (gsize) i * SIGNATURE_LINE, SIGNATURE_LINE);
    if (cz_reader_u64 (&line) != wanted)
      continue;
    if (named)
      *named = TRUE;
    if (cz_verify (key, form->kind, object->signed_data, object->signed_len, cz_reader_view (&line, CZ_SIGNATURE_BYTES)))
      return TRUE;
  }
  return FALSE;
}

guint
cz_signed_count_valid (const CzSignedForm *form, const CzSigned *object, const CzPublicKey *keys, guint n_keys)
{
  guint n = 0;
  for (guint i = 0; i < n_keys; i++) {
    gboolean repeated = FALSE;
    for (guint k = 0; k < i; k++)
      repeated |= memcmp (keys[k].bytes, keys[i].bytes, CZ_PUBLIC_KEY_BYTES) == 0;
    n += !repeated && signed_by (form, object, &keys[i], NULL);
  }
  return n;
}

gboolean
cz_signed_open (const CzSignedForm *form, const guint8 *data, gsize size, const CzPublicKey *key, CzSigned *out, GError **error)
{
  gboolean named = FALSE;
  if (!cz_signed_split (form, data, size, out, error))
    return FALSE;
  if (signed_by (form, out, key, &named))
    return TRUE;
  if (!named)
    return refuse (form, CZ_WIRE_ERROR_KEY, "signed by a key that may not sign it", error);
  return refuse (form, CZ_WIRE_ERROR_SIGNATURE, "the signature does not fit", error);
}

GBytes *
cz_signed_add (const CzSignedForm *form, GBytes *object, const CzSecretKey *key, GError **error)
{
  CzSigned parts;
  CzPublicKey public_key;
  guint8 signature[CZ_SIGNATURE_BYTES];
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (object, &size);
  cz_secret_key_public (key, &public_key);
  if (!cz_signed_split (form, data, size, &parts, error))
    return NULL;
  if (signed_by (form, &parts, &public_key, NULL))
    return g_bytes_ref (object);
  g_autoptr (GByteArray) out = g_byte_array_new ();
  cz_write_bytes (out, data, size);
  out->data[parts.signed_len] = (guint8) (parts.n_signatures + 1);
  cz_sign (key, form->kind, parts.signed_data, parts.signed_len, signature);
  cz_write_u64 (out, cz_public_key_id (&public_key));
  cz_write_bytes (out, signature, sizeof signature);
  if (parts.n_signatures < CZ_SIGNED_MAX_SIGNATURES && out->len <= form->max_size)
    return g_byte_array_free_to_bytes (g_steal_pointer (&out));
  refuse (form, CZ_WIRE_ERROR_LIMIT, "too many signatures", error);
  return NULL;
}
