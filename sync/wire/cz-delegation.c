/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/wire/cz-delegation-private.h"
#include "sync/wire/cz-limits.h"
#include "sync/wire/cz-wire-error.h"

#include <string.h>


static const CzSignedForm root_form = { "CZROOT1\n", CZ_SIGN_ROOT, CZ_ROOT_MAX, "root document" };
const CzSignedForm cz_delegation_form = { "CZDELG1\n", CZ_SIGN_DELEGATION, CZ_DELEGATION_MAX, "delegation" };
static const CzSignedForm request_form = { "CZASKD1\n", CZ_SIGN_DELEGATION, CZ_DELEGATION_MAX, "request" };
#define REQUEST_SIGNERS 3

static gboolean
refuse (GError **error, CzWireError code, const char *what, const char *why)
{
  g_set_error (error, CZ_WIRE_ERROR, code, "%s: %s", what, why);
  return FALSE;
}

/* ---- root ---- */

GBytes *
cz_root_build (const CzRoot *root, GPtrArray *signers, GError **error)
{
  g_return_val_if_fail (root->n_keys <= CZ_ROOT_KEYS_MAX && root->threshold >= 1 && root->threshold <= root->n_keys, NULL);
  GByteArray *body = g_byte_array_new ();
  cz_write_u32 (body, root->version);
  cz_write_u8 (body, root->threshold);
  cz_write_u8 (body, root->n_keys);
  for (guint i = 0; i < root->n_keys; i++)
    cz_write_bytes (body, root->keys[i].bytes, CZ_PUBLIC_KEY_BYTES);
  cz_write_u64 (body, root->issued_s);
  return cz_signed_build (&root_form, body, signers, error);
}

static gboolean
read_root (CzReader *reader, CzRoot *out, GError **error)
{
  CzRoot root = { 0 };
  root.version = cz_reader_u32 (reader);
  root.threshold = cz_reader_u8 (reader);
  root.n_keys = cz_reader_u8 (reader);
  if (root.n_keys > CZ_ROOT_KEYS_MAX || root.threshold < 1 || root.threshold > root.n_keys || root.version == 0)
    return refuse (error, CZ_WIRE_ERROR_FORMAT, "root document", "keys or threshold out of range");
  for (guint i = 0; i < root.n_keys; i++)
    cz_reader_copy (reader, root.keys[i].bytes, CZ_PUBLIC_KEY_BYTES);
  root.issued_s = cz_reader_u64 (reader);
  *out = root;
  return cz_reader_finish (reader, "root document", error);
}

gboolean
cz_root_open (const guint8 *data, gsize size, const CzRoot *previous, CzRoot *out, GError **error)
{
  CzSigned object;
  CzRoot root;
  if (!cz_signed_split (&root_form, data, size, &object, error) || !read_root (&object.body, &root, error))
    return FALSE;
  if (previous && root.version != previous->version + 1)
    return refuse (error, CZ_WIRE_ERROR_ORDER, "root document", "does not follow the one in force");
  if (cz_signed_count_valid (&root_form, &object, root.keys, root.n_keys) < root.threshold
      || (previous && cz_signed_count_valid (&root_form, &object, previous->keys, previous->n_keys) < previous->threshold))
    return refuse (error, CZ_WIRE_ERROR_SIGNATURE, "root document", "too few of its keys have signed it");
  *out = root;
  return TRUE;
}

GBytes *
cz_root_sign (GBytes *document, const CzSecretKey *key, GError **error)
{
  return cz_signed_add (&root_form, document, key, error);
}

gboolean
cz_root_read_draft (GBytes *document, const CzRoot *keys, CzRoot *out, guint *n_valid, GError **error)
{
  CzSigned object;
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (document, &size);
  if (!cz_signed_split (&root_form, data, size, &object, error) || !read_root (&object.body, out, error))
    return FALSE;
  *n_valid = cz_signed_count_valid (&root_form, &object, keys->keys, keys->n_keys);
  return TRUE;
}

/* ---- delegations ---- */

static GByteArray *
delegation_body (const CzDelegation *d)
{
  GByteArray *body = g_byte_array_new ();
  cz_write_u32 (body, (guint32) d->channel);
  cz_write_u64 (body, d->serial);
  cz_write_u32 (body, d->epoch);
  cz_write_u64 (body, d->table_mask);
  cz_write_u32 (body, d->rows_per_day);
  cz_write_u32 (body, d->bytes_per_day);
  cz_write_u64 (body, d->not_before_s);
  cz_write_u64 (body, d->not_after_s);
  cz_write_bytes (body, d->content_key.bytes, CZ_PUBLIC_KEY_BYTES);
  cz_write_bytes (body, d->head_key.bytes, CZ_PUBLIC_KEY_BYTES);
  cz_write_bytes (body, d->delegate_key.bytes, CZ_PUBLIC_KEY_BYTES);
  cz_write_bytes (body, d->box_key, sizeof d->box_key);
  return body;
}

GBytes *
cz_delegation_build (const CzDelegation *delegation, GPtrArray *signers, GError **error)
{
  return cz_signed_build (&cz_delegation_form, delegation_body (delegation), signers, error);
}

GBytes *
cz_delegation_sign (GBytes *link, const CzSecretKey *key, GError **error)
{
  return cz_signed_add (&cz_delegation_form, link, key, error);
}

GBytes *
cz_request_build (const CzDelegation *asked, GPtrArray *signers, GError **error)
{
  return cz_signed_build (&request_form, delegation_body (asked), signers, error);
}

gboolean
cz_delegation_read (CzReader *reader, CzDelegation *d, GError **error)
{
  d->channel = (CzChannel) cz_reader_u32 (reader);
  d->serial = cz_reader_u64 (reader);
  d->epoch = cz_reader_u32 (reader);
  d->table_mask = cz_reader_u64 (reader);
  d->rows_per_day = cz_reader_u32 (reader);
  d->bytes_per_day = cz_reader_u32 (reader);
  d->not_before_s = cz_reader_u64 (reader);
  d->not_after_s = cz_reader_u64 (reader);
  cz_reader_copy (reader, d->content_key.bytes, CZ_PUBLIC_KEY_BYTES);
  cz_reader_copy (reader, d->head_key.bytes, CZ_PUBLIC_KEY_BYTES);
  cz_reader_copy (reader, d->delegate_key.bytes, CZ_PUBLIC_KEY_BYTES);
  cz_reader_copy (reader, d->box_key, sizeof d->box_key);
  if (!cz_reader_finish (reader, "delegation", error))
    return FALSE;
  if (d->channel < 0 || d->channel > 999999)
    return refuse (error, CZ_WIRE_ERROR_FORMAT, "delegation", "channel out of range");
  return TRUE;
}

/* Self-signed: the keys that must have signed stand in the body, as in the first root document. */
gboolean
cz_request_open (const guint8 *data, gsize size, CzDelegation *out, GError **error)
{
  CzSigned object;
  CzDelegation asked = { 0 };
  if (!cz_signed_split (&request_form, data, size, &object, error) || !cz_delegation_read (&object.body, &asked, error))
    return FALSE;
  const CzPublicKey keys[REQUEST_SIGNERS] = { asked.content_key, asked.head_key, asked.delegate_key };
  if (cz_signed_count_valid (&request_form, &object, keys, REQUEST_SIGNERS) != REQUEST_SIGNERS)
    return refuse (error, CZ_WIRE_ERROR_SIGNATURE, "request", "not signed by all the keys it names");
  *out = asked;
  return TRUE;
}

gboolean
cz_delegation_read_draft (GBytes *link, const CzRoot *keys, CzDelegation *out, guint *n_valid, GError **error)
{
  CzSigned object;
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (link, &size);
  if (!cz_signed_split (&cz_delegation_form, data, size, &object, error) || !cz_delegation_read (&object.body, out, error))
    return FALSE;
  *n_valid = cz_signed_count_valid (&cz_delegation_form, &object, keys->keys, keys->n_keys);
  return TRUE;
}
