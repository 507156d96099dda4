/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/wire/cz-envelope.h"

#include <sodium.h>
#include <string.h>

#include "sync/wire/cz-limits.h"
#include "sync/wire/cz-reader.h"
#include "sync/wire/cz-said.h"
#include "sync/wire/cz-wire-error.h"

#define SEAL_MAGIC "CZSEAL1\n"
#define MAGIC "CZUPLD1\n"
#define MAGIC_LEN 8u
#define HEADER (MAGIC_LEN + 8u)
#define PADDED_MIN 512u
#define FINGERPRINT_LEN 8u

static gboolean
refuse (GError **error, CzWireError code, const char *why)
{
  g_set_error (error, CZ_WIRE_ERROR, code, "envelope: %s", why);
  return FALSE;
}

void
cz_upload_clear (CzUpload *upload)
{
  g_clear_pointer (&upload->payload, g_bytes_unref);
  for (guint i = 0; i < upload->n_objects; i++) {
    g_clear_pointer (&upload->objects[i].type, g_free);
    g_clear_pointer (&upload->objects[i].data, g_bytes_unref);
  }
  upload->n_objects = 0;
}

/* Steps of an eighth of the power of two below: at most 12.5 % more, and few lengths that tell things apart. */
gsize
cz_envelope_padded (gsize size)
{
  if (size <= PADDED_MIN)
    return PADDED_MIN;
  gsize step = ((gsize) 1 << (g_bit_storage (size - 1) - 1)) / 8;
  return (size + step - 1) / step * step;
}

static guint64
key_id (const guint8 box_key[32])
{
  CzPublicKey key;
  memcpy (key.bytes, box_key, sizeof key.bytes);
  return cz_public_key_id (&key);
}

/* ---- sealing ---- */

static void
write_upload (GByteArray *out, const CzUpload *upload, const CzPublicKey *station)
{
  gsize size = 0;
  const guint8 *payload = g_bytes_get_data (upload->payload, &size);
  cz_write_bytes (out, MAGIC, MAGIC_LEN);
  cz_write_u32 (out, (guint32) upload->channel);
  cz_write_bytes (out, station->bytes, sizeof station->bytes);
  cz_write_u64 (out, upload->counter);
  cz_write_u64 (out, (guint64) MAX (upload->created_s, 0));
  cz_write_u8 (out, upload->clock_ok ? 1 : 0);
  cz_write_u16 (out, upload->kind);
  cz_write_u32 (out, (guint32) size);
  cz_write_bytes (out, payload, size);
  cz_write_u8 (out, (guint8) upload->n_objects);
  for (guint i = 0; i < upload->n_objects; i++) {
    const CzUploadObject *object = &upload->objects[i];
    const guint8 *data = g_bytes_get_data (object->data, &size);
    gsize type_len = MIN (strlen (object->type), CZ_UPLOAD_TYPE_MAX);
    cz_write_u8 (out, (guint8) type_len);
    cz_write_bytes (out, object->type, type_len);
    cz_write_u32 (out, (guint32) size);
    cz_write_bytes (out, data, size);
  }
}

gboolean
cz_upload_fits (const CzUpload *upload, GError **error)
{
  gsize size = g_bytes_get_size (upload->payload);
  for (guint i = 0; i < upload->n_objects; i++)
    size += g_bytes_get_size (upload->objects[i].data);
  return (g_bytes_get_size (upload->payload) <= CZ_SAID_PAYLOAD_MAX && size <= CZ_ENVELOPE_RAW_MAX)
         || refuse (error, CZ_WIRE_ERROR_LIMIT, "more than may be sent at once");
}

gboolean
cz_envelope_looks_sealed (const guint8 *data, gsize size)
{
  return size >= HEADER + crypto_box_SEALBYTES && size <= CZ_ENVELOPE_MAX && memcmp (data, SEAL_MAGIC, MAGIC_LEN) == 0;
}

GBytes *
cz_envelope_seal (const CzUpload *upload, const CzSecretKey *station, const guint8 box_key[32], GError **error)
{
  g_autoptr (GByteArray) plain = g_byte_array_new ();
  CzPublicKey public_key;
  guint8 signature[CZ_SIGNATURE_BYTES];
  g_return_val_if_fail (upload->counter > 0 && upload->n_objects <= CZ_UPLOAD_OBJECTS_MAX, NULL);
  if (!cz_upload_fits (upload, error))
    return NULL;
  cz_secret_key_public (station, &public_key);
  cz_write_bytes (plain, box_key, 32); /* signed with it: nobody can seal it anew to another office */
  write_upload (plain, upload, &public_key);
  cz_sign (station, CZ_SIGN_UPLOAD, plain->data, plain->len, signature);
  cz_write_bytes (plain, signature, sizeof signature);
  gsize used = plain->len - 32;
  gsize padded = cz_envelope_padded (used);
  g_byte_array_set_size (plain, (guint) (32 + padded));
  memset (plain->data + 32 + used, 0, padded - used);

  g_autoptr (GByteArray) out = g_byte_array_new ();
  cz_write_bytes (out, SEAL_MAGIC, MAGIC_LEN);
  cz_write_u64 (out, key_id (box_key));
  g_byte_array_set_size (out, (guint) (HEADER + padded + crypto_box_SEALBYTES));
  int sealed = crypto_box_seal (out->data + HEADER, plain->data + 32, padded, box_key);
  sodium_memzero (plain->data, plain->len);
  if (sealed != 0) {
    refuse (error, CZ_WIRE_ERROR_KEY, "the county's sealing key is no key");
    return NULL;
  }
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

/* ---- opening ---- */

static gboolean
read_objects (CzReader *reader, CzUpload *out)
{
  guint n = cz_reader_u8 (reader);
  if (n > CZ_UPLOAD_OBJECTS_MAX)
    return FALSE;
  for (guint i = 0; i < n && !reader->failed; i++) {
    guint type_len = cz_reader_u8 (reader);
    const guint8 *type = cz_reader_view (reader, type_len);
    guint32 size = cz_reader_u32 (reader);
    const guint8 *data = cz_reader_view (reader, size);
    if (!type || !data || type_len > CZ_UPLOAD_TYPE_MAX)
      return FALSE;
    for (guint k = 0; k < type_len; k++)
      if (type[k] < 0x21 || type[k] > 0x7e)
        return FALSE;
    out->objects[i].type = g_strndup ((const char *) type, type_len);
    out->objects[i].data = g_bytes_new (data, size);
    out->n_objects = i + 1;
  }
  return TRUE;
}

static gboolean
ends_in_zeros (const CzReader *reader)
{
  guint8 all = 0;
  for (gsize i = reader->pos; i < reader->size; i++)
    all |= reader->data[i];
  return all == 0;
}

/* signed_bytes: the box key and behind it what was sealed. Where the signature stands is known only by reading the lengths before it: they are
 * read as numbers, nothing is made of them until it holds. */
static gboolean
find_signature (const guint8 *signed_bytes, gsize size, CzUpload *head, CzReader *body, GError **error)
{
  CzReader reader;
  cz_reader_init (&reader, signed_bytes, size);
  (void) cz_reader_view (&reader, 32);
  const guint8 *magic = cz_reader_view (&reader, MAGIC_LEN);
  if (!magic || memcmp (magic, MAGIC, MAGIC_LEN) != 0)
    return refuse (error, CZ_WIRE_ERROR_FORMAT, "not such an object inside");
  head->channel = (CzChannel) cz_reader_u32 (&reader);
  cz_reader_copy (&reader, head->station.bytes, sizeof head->station.bytes);
  head->counter = cz_reader_u64 (&reader);
  head->created_s = (gint64) cz_reader_u64 (&reader);
  head->clock_ok = cz_reader_u8 (&reader) != 0;
  head->kind = cz_reader_u16 (&reader);
  *body = reader;
  (void) cz_reader_view (&reader, cz_reader_u32 (&reader));
  guint n = cz_reader_u8 (&reader);
  for (guint i = 0; i < n && !reader.failed; i++) {
    (void) cz_reader_view (&reader, cz_reader_u8 (&reader));
    (void) cz_reader_view (&reader, cz_reader_u32 (&reader));
  }
  gsize signed_len = reader.pos;
  const guint8 *signature = cz_reader_view (&reader, CZ_SIGNATURE_BYTES);
  if (!cz_reader_ok (&reader, "envelope", error))
    return FALSE;
  if (!cz_verify (&head->station, CZ_SIGN_UPLOAD, signed_bytes, signed_len, signature))
    return refuse (error, CZ_WIRE_ERROR_SIGNATURE, "not signed by the station that it names");
  head->is_signed = TRUE;
  if (!ends_in_zeros (&reader) || cz_envelope_padded (reader.pos - 32) != size - 32)
    return refuse (error, CZ_WIRE_ERROR_FORMAT, "its padding is wrong");
  return TRUE;
}

static gboolean
read_upload (const guint8 *signed_bytes, gsize size, CzChannel channel, CzUpload *out, GError **error)
{
  CzReader body;
  if (!find_signature (signed_bytes, size, out, &body, error))
    return FALSE;
  if (out->channel != channel)
    return refuse (error, CZ_WIRE_ERROR_SCOPE, "for another office");
  guint32 len = cz_reader_u32 (&body);
  const guint8 *payload = cz_reader_view (&body, len);
  if (out->counter == 0 || out->counter > G_MAXINT64 || out->created_s < 0 || len > CZ_SAID_PAYLOAD_MAX)
    return refuse (error, CZ_WIRE_ERROR_FORMAT, "a number in it is out of range");
  out->payload = g_bytes_new (payload, len);
  return read_objects (&body, out) || refuse (error, CZ_WIRE_ERROR_FORMAT, "its pictures and recordings cannot be read");
}

gboolean
cz_envelope_open (const guint8 *data, gsize size, const CzSecretKey *box, CzChannel channel, CzUpload *out, GError **error)
{
  guint8 box_key[32];
  *out = (CzUpload){ 0 };
  if (size > CZ_ENVELOPE_MAX)
    return refuse (error, CZ_WIRE_ERROR_LIMIT, "larger than any may be");
  if (size < HEADER + crypto_box_SEALBYTES + PADDED_MIN)
    return refuse (error, CZ_WIRE_ERROR_TRUNCATED, "ends too soon");
  if (memcmp (data, SEAL_MAGIC, MAGIC_LEN) != 0)
    return refuse (error, CZ_WIRE_ERROR_FORMAT, "not such an object");
  CzReader id;
  cz_reader_init (&id, data + MAGIC_LEN, 8);
  if (!cz_secret_key_box_public (box, box_key) || cz_reader_u64 (&id) != key_id (box_key))
    return refuse (error, CZ_WIRE_ERROR_KEY, "sealed to another key");
  gsize padded = size - HEADER - crypto_box_SEALBYTES;
  g_autofree guint8 *plain = g_malloc (32 + padded);
  memcpy (plain, box_key, 32);
  gboolean ok = cz_secret_key_unseal (box, data + HEADER, size - HEADER, plain + 32)
                    ? read_upload (plain, 32 + padded, channel, out, error)
                    : refuse (error, CZ_WIRE_ERROR_HASH, "damaged on the way");
  sodium_memzero (plain, 32 + padded);
  if (!ok)
    cz_upload_clear (out);
  return ok;
}

/* ---- names ---- */

char *
cz_envelope_path (CzChannel channel, const CzPublicKey *station, guint64 counter, GBytes *sealed)
{
  guint8 hash[CZ_HASH_LEN];
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (sealed, &size);
  cz_hash (data, size, hash);
  g_autofree char *hex = cz_hash_to_hex (hash);
  g_autofree char *code = cz_channel_to_string (channel);
  g_autofree char *spoken = cz_public_key_fingerprint (station);
  g_autofree char *fingerprint = g_ascii_strdown (spoken, -1);
  return g_strdup_printf ("uploads/%s/%s/%" G_GUINT64_FORMAT "-%s", code, fingerprint, counter, hex);
}

gboolean
cz_envelope_name_parse (const char *name, guint64 *counter, guint8 hash[CZ_HASH_LEN])
{
  const char *dash = strchr (name, '-');
  g_autofree char *digits = dash ? g_strndup (name, (gsize) (dash - name)) : NULL;
  return digits && digits[0] != '0' && g_ascii_string_to_unsigned (digits, 10, 1, G_MAXINT64, counter, NULL)
         && strlen (dash + 1) == 2 * (gsize) CZ_HASH_LEN && cz_hash_from_hex (dash + 1, hash);
}

gboolean
cz_envelope_is_fingerprint (const char *name)
{
  gsize n = 0;
  while (n < FINGERPRINT_LEN && (g_ascii_isdigit (name[n]) || g_ascii_islower (name[n])))
    n++;
  return n == FINGERPRINT_LEN && name[n] == '\0';
}
