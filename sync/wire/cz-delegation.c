/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/wire/cz-delegation.h"
#include "sync/wire/cz-limits.h"
#include "sync/wire/cz-signed.h"
#include "sync/wire/cz-wire-error.h"

#include <string.h>

#define CHAIN_MAGIC "CZCHN01\n"
#define DELEGATION_MAX 4096u
G_STATIC_ASSERT (CZ_CHAIN_DEPTH == CZ_CHAIN_LINKS_MAX);

static const CzSignedForm root_form = { "CZROOT1\n", CZ_SIGN_ROOT, CZ_ROOT_MAX, "root document" };
static const CzSignedForm delegation_form = { "CZDELG1\n", CZ_SIGN_DELEGATION, DELEGATION_MAX, "delegation" };
static const CzSignedForm request_form = { "CZASKD1\n", CZ_SIGN_DELEGATION, DELEGATION_MAX, "request" };
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

gboolean
cz_root_open (const guint8 *data, gsize size, const CzRoot *previous, CzRoot *out, GError **error)
{
  CzSigned object;
  CzRoot root = { 0 };
  if (!cz_signed_split (&root_form, data, size, &object, error))
    return FALSE;
  root.version = cz_reader_u32 (&object.body);
  root.threshold = cz_reader_u8 (&object.body);
  root.n_keys = cz_reader_u8 (&object.body);
  if (root.n_keys > CZ_ROOT_KEYS_MAX || root.threshold < 1 || root.threshold > root.n_keys || root.version == 0)
    return refuse (error, CZ_WIRE_ERROR_FORMAT, "root document", "keys or threshold out of range");
  for (guint i = 0; i < root.n_keys; i++)
    cz_reader_copy (&object.body, root.keys[i].bytes, CZ_PUBLIC_KEY_BYTES);
  root.issued_s = cz_reader_u64 (&object.body);
  if (!cz_reader_finish (&object.body, "root document", error))
    return FALSE;
  if (previous && root.version != previous->version + 1)
    return refuse (error, CZ_WIRE_ERROR_ORDER, "root document", "does not follow the one in force");
  if (cz_signed_count_valid (&root_form, &object, root.keys, root.n_keys) < root.threshold
      || (previous && cz_signed_count_valid (&root_form, &object, previous->keys, previous->n_keys) < previous->threshold))
    return refuse (error, CZ_WIRE_ERROR_SIGNATURE, "root document", "too few of its keys have signed it");
  *out = root;
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
  return cz_signed_build (&delegation_form, delegation_body (delegation), signers, error);
}

GBytes *
cz_request_build (const CzDelegation *asked, GPtrArray *signers, GError **error)
{
  return cz_signed_build (&request_form, delegation_body (asked), signers, error);
}

static gboolean
read_delegation (CzReader *reader, CzDelegation *d, GError **error)
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
  if (!cz_signed_split (&request_form, data, size, &object, error) || !read_delegation (&object.body, &asked, error))
    return FALSE;
  const CzPublicKey keys[REQUEST_SIGNERS] = { asked.content_key, asked.head_key, asked.delegate_key };
  if (cz_signed_count_valid (&request_form, &object, keys, REQUEST_SIGNERS) != REQUEST_SIGNERS)
    return refuse (error, CZ_WIRE_ERROR_SIGNATURE, "request", "not signed by all the keys it names");
  *out = asked;
  return TRUE;
}

/* ---- chain ---- */

GBytes *
cz_chain_build (GPtrArray *links, GError **error)
{
  g_return_val_if_fail (links->len >= 1 && links->len <= CZ_CHAIN_LINKS_MAX, NULL);
  g_autoptr (GByteArray) out = g_byte_array_new ();
  cz_write_bytes (out, CHAIN_MAGIC, 8);
  cz_write_u8 (out, (guint8) links->len);
  for (guint i = 0; i < links->len; i++) {
    gsize size;
    const guint8 *data = g_bytes_get_data (g_ptr_array_index (links, i), &size);
    cz_write_u32 (out, (guint32) size);
    cz_write_bytes (out, data, size);
  }
  if (out->len > CZ_CHAIN_MAX) {
    refuse (error, CZ_WIRE_ERROR_LIMIT, "chain", "larger than any may be");
    return NULL;
  }
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

GBytes *
cz_chain_append (GBytes *chain, GBytes *link, GError **error)
{
  gsize chain_len, link_len;
  const guint8 *data = g_bytes_get_data (chain, &chain_len);
  const guint8 *last = g_bytes_get_data (link, &link_len);
  if (chain_len < 9 || chain_len + 4 + link_len > CZ_CHAIN_MAX || data[8] >= CZ_CHAIN_LINKS_MAX) {
    refuse (error, chain_len < 9 ? CZ_WIRE_ERROR_FORMAT : CZ_WIRE_ERROR_LIMIT, "chain", "no room for one link more");
    return NULL;
  }
  GByteArray *out = g_byte_array_sized_new ((guint) (chain_len + 4 + link_len));
  cz_write_bytes (out, data, chain_len);
  out->data[8]++; /* how many links */
  cz_write_u32 (out, (guint32) link_len);
  cz_write_bytes (out, last, link_len);
  return g_byte_array_free_to_bytes (out);
}

/* The link must be signed by who stands above it: root's threshold, or the parent's delegating key. */
static gboolean
verify_link (const CzSigned *object, const CzRoot *root, const CzDelegation *parent, GError **error)
{
  guint valid;
  if (!parent) {
    valid = cz_signed_count_valid (&delegation_form, object, root->keys, root->n_keys);
    return valid >= root->threshold || refuse (error, CZ_WIRE_ERROR_SIGNATURE, "delegation", "too few root keys have signed it");
  }
  if (cz_public_key_is_zero (&parent->delegate_key))
    return refuse (error, CZ_WIRE_ERROR_KEY, "delegation", "the channel above may not delegate");
  valid = cz_signed_count_valid (&delegation_form, object, &parent->delegate_key, 1);
  return valid == 1 || refuse (error, CZ_WIRE_ERROR_SIGNATURE, "delegation", "not signed by the channel above");
}

/* Areas nest strictly, and nobody gives away what was not given to him. */
static gboolean
check_nesting (const CzDelegation *parent, const CzDelegation *child, GError **error)
{
  if (!parent)
    return TRUE;
  gboolean nested = cz_channel_covers (parent->channel, child->channel) && parent->channel != child->channel;
  if (!nested || (child->table_mask & ~parent->table_mask) != 0)
    return refuse (error, CZ_WIRE_ERROR_SCOPE, "delegation", "reaches outside the area or tables of the channel above");
  return TRUE;
}

gboolean
cz_chain_open_links (const guint8 *data, gsize size, const CzRoot *root, CzChannel channel, CzChain *out, GError **error)
{
  CzReader reader;
  CzChain chain = { 0 };
  if (size > CZ_CHAIN_MAX)
    return refuse (error, CZ_WIRE_ERROR_LIMIT, "chain", "larger than this program takes");
  cz_reader_init (&reader, data, size);
  const guint8 *magic = cz_reader_view (&reader, 8);
  if (magic && memcmp (magic, CHAIN_MAGIC, 8) != 0)
    return refuse (error, CZ_WIRE_ERROR_FORMAT, "chain", "not such an object");
  chain.n = cz_reader_u8 (&reader);
  if (!reader.failed && (chain.n < 1 || chain.n > CZ_CHAIN_LINKS_MAX))
    return refuse (error, CZ_WIRE_ERROR_FORMAT, "chain", "no links, or too many");
  for (guint i = 0; i < chain.n; i++) {
    CzSigned object;
    const CzDelegation *parent = i > 0 ? &chain.links[i - 1] : NULL;
    guint32 link_len = cz_reader_u32 (&reader);
    const guint8 *link = cz_reader_view (&reader, link_len);
    if (!cz_reader_ok (&reader, "chain", error) || !cz_signed_split (&delegation_form, link, link_len, &object, error)
        || !verify_link (&object, root, parent, error) || !read_delegation (&object.body, &chain.links[i], error)
        || !check_nesting (parent, &chain.links[i], error))
      return FALSE;
  }
  if (!cz_reader_finish (&reader, "chain", error))
    return FALSE;
  if (chain.links[chain.n - 1].channel != channel)
    return refuse (error, CZ_WIRE_ERROR_SCOPE, "chain", "leads to another channel");
  *out = chain;
  return TRUE;
}

gboolean
cz_chain_open (const guint8 *data, gsize size, const CzRoot *root, CzChannel channel, CzDelegation *out, GError **error)
{
  CzChain chain;
  if (!cz_chain_open_links (data, size, root, channel, &chain, error))
    return FALSE;
  *out = chain.links[chain.n - 1];
  return TRUE;
}
