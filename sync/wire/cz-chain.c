/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/wire/cz-delegation-private.h"
#include "sync/wire/cz-limits.h"
#include "sync/wire/cz-wire-error.h"

#include <string.h>

#define CHAIN_MAGIC "CZCHN01\n"
G_STATIC_ASSERT (CZ_CHAIN_DEPTH == CZ_CHAIN_LINKS_MAX);

static const CzSignedForm revocations_form = { "CZREVK1\n", CZ_SIGN_DELEGATION, CZ_DELEGATION_MAX, "revocations" };

static gboolean
refuse (GError **error, CzWireError code, const char *what, const char *why)
{
  g_set_error (error, CZ_WIRE_ERROR, code, "%s: %s", what, why);
  return FALSE;
}

/* ---- building ---- */

GBytes *
cz_revocations_build (CzChannel issuer, const CzRevocation *list, guint n, const CzSecretKey *key, GError **error)
{
  g_return_val_if_fail (n <= CZ_REVOCATIONS_MAX, NULL);
  GByteArray *body = g_byte_array_new ();
  g_autoptr (GPtrArray) signers = g_ptr_array_new ();
  cz_write_u32 (body, (guint32) issuer);
  cz_write_u16 (body, (guint16) n);
  for (guint i = 0; i < n; i++) {
    cz_write_u32 (body, (guint32) list[i].channel);
    cz_write_u64 (body, list[i].below);
  }
  g_ptr_array_add (signers, (gpointer) key);
  return cz_signed_build (&revocations_form, body, signers, error);
}

static void
write_part (GByteArray *out, GBytes *part)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (part, &size);
  cz_write_u32 (out, (guint32) size);
  cz_write_bytes (out, data, size);
}

GBytes *
cz_chain_build_with (GPtrArray *links, GPtrArray *lists, GError **error)
{
  g_return_val_if_fail (links->len >= 1 && links->len <= CZ_CHAIN_LINKS_MAX, NULL);
  g_autoptr (GByteArray) out = g_byte_array_new ();
  cz_write_bytes (out, CHAIN_MAGIC, 8);
  cz_write_u8 (out, (guint8) links->len);
  for (guint i = 0; i < links->len; i++)
    write_part (out, g_ptr_array_index (links, i));
  for (guint i = 0; lists != NULL && i < lists->len; i++)
    write_part (out, g_ptr_array_index (lists, i));
  if (out->len <= CZ_CHAIN_MAX)
    return g_byte_array_free_to_bytes (g_steal_pointer (&out));
  refuse (error, CZ_WIRE_ERROR_LIMIT, "chain", "larger than any may be");
  return NULL;
}

GBytes *
cz_chain_build (GPtrArray *links, GError **error)
{
  return cz_chain_build_with (links, NULL, error);
}

/* ---- taking apart ---- */

typedef struct {
  CzReader reader;
  guint n_links;
} Parts;

static gboolean
begin_parts (const guint8 *data, gsize size, Parts *out, GError **error)
{
  if (size > CZ_CHAIN_MAX)
    return refuse (error, CZ_WIRE_ERROR_LIMIT, "chain", "larger than this program takes");
  cz_reader_init (&out->reader, data, size);
  const guint8 *magic = cz_reader_view (&out->reader, 8);
  if (magic && memcmp (magic, CHAIN_MAGIC, 8) != 0)
    return refuse (error, CZ_WIRE_ERROR_FORMAT, "chain", "not such an object");
  out->n_links = cz_reader_u8 (&out->reader);
  if (!out->reader.failed && (out->n_links < 1 || out->n_links > CZ_CHAIN_LINKS_MAX))
    return refuse (error, CZ_WIRE_ERROR_FORMAT, "chain", "no links, or too many");
  return cz_reader_ok (&out->reader, "chain", error);
}

static gboolean
next_part (Parts *parts, const guint8 **data, gsize *size, GError **error)
{
  *size = cz_reader_u32 (&parts->reader);
  *data = cz_reader_view (&parts->reader, *size);
  return cz_reader_ok (&parts->reader, "chain", error);
}

gboolean
cz_chain_split (GBytes *chain, GPtrArray **links, GPtrArray **lists, GError **error)
{
  Parts parts;
  gsize size;
  const guint8 *data = g_bytes_get_data (chain, &size);
  g_autoptr (GPtrArray) first = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (GPtrArray) second = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  if (!begin_parts (data, size, &parts, error))
    return FALSE;
  while (first->len < parts.n_links || cz_reader_left (&parts.reader) > 0) {
    const guint8 *part;
    gsize len;
    if (!next_part (&parts, &part, &len, error))
      return FALSE;
    g_ptr_array_add (first->len < parts.n_links ? first : second, g_bytes_new (part, len));
  }
  *links = g_steal_pointer (&first);
  *lists = g_steal_pointer (&second);
  return TRUE;
}

CzChannel
cz_revocations_issuer (GBytes *list)
{
  CzSigned object;
  gsize size;
  const guint8 *data = g_bytes_get_data (list, &size);
  if (!cz_signed_split (&revocations_form, data, size, &object, NULL))
    return -1;
  guint32 issuer = cz_reader_u32 (&object.body);
  return object.body.failed || issuer > 999999 ? -1 : (CzChannel) issuer;
}

CzChannel
cz_chain_last_channel (GBytes *chain)
{
  g_autoptr (GPtrArray) links = NULL;
  g_autoptr (GPtrArray) lists = NULL;
  CzSigned object;
  CzDelegation last;
  gsize size;
  if (!cz_chain_split (chain, &links, &lists, NULL))
    return -1;
  const guint8 *data = g_bytes_get_data (g_ptr_array_index (links, links->len - 1), &size);
  if (!cz_signed_split (&cz_delegation_form, data, size, &object, NULL) || !cz_delegation_read (&object.body, &last, NULL))
    return -1;
  return last.channel;
}

GBytes *
cz_chain_append (GBytes *chain, GBytes *link, GError **error)
{
  g_autoptr (GPtrArray) links = NULL;
  g_autoptr (GPtrArray) lists = NULL;
  if (!cz_chain_split (chain, &links, &lists, error))
    return NULL;
  if (links->len >= CZ_CHAIN_LINKS_MAX) {
    refuse (error, CZ_WIRE_ERROR_LIMIT, "chain", "no room for one link more");
    return NULL;
  }
  g_ptr_array_add (links, g_bytes_ref (link));
  return cz_chain_build_with (links, lists, error);
}

/* ---- verifying ---- */

/* The link must be signed by who stands above it: root's threshold, or the parent's delegating key. */
static gboolean
verify_link (const CzSigned *object, const CzRoot *root, const CzDelegation *parent, GError **error)
{
  guint valid;
  if (!parent) {
    valid = cz_signed_count_valid (&cz_delegation_form, object, root->keys, root->n_keys);
    return valid >= root->threshold || refuse (error, CZ_WIRE_ERROR_SIGNATURE, "delegation", "too few root keys have signed it");
  }
  if (cz_public_key_is_zero (&parent->delegate_key))
    return refuse (error, CZ_WIRE_ERROR_KEY, "delegation", "the channel above may not delegate");
  valid = cz_signed_count_valid (&cz_delegation_form, object, &parent->delegate_key, 1);
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

/* Which link issued the list, behind those that have spoken already; it must have signed it. */
static gboolean
verify_list (const CzChain *chain, CzSigned *object, guint *next_link, CzDelegation *issuer, GError **error)
{
  CzChannel channel = (CzChannel) cz_reader_u32 (&object->body);
  while (*next_link < chain->n && chain->links[*next_link].channel != channel)
    (*next_link)++;
  if (*next_link >= chain->n)
    return refuse (error, CZ_WIRE_ERROR_SCOPE, "revocations", "of no channel of this chain, or in a wrong order");
  *issuer = chain->links[(*next_link)++];
  if (cz_public_key_is_zero (&issuer->delegate_key))
    return refuse (error, CZ_WIRE_ERROR_KEY, "revocations", "the channel may not delegate");
  return cz_signed_count_valid (&revocations_form, object, &issuer->delegate_key, 1) == 1
         || refuse (error, CZ_WIRE_ERROR_SIGNATURE, "revocations", "not signed by the channel that they are of");
}

static gboolean
read_list (CzChain *chain, const guint8 *data, gsize size, guint *next_link, GError **error)
{
  CzSigned object;
  CzDelegation issuer;
  if (!cz_signed_split (&revocations_form, data, size, &object, error) || !verify_list (chain, &object, next_link, &issuer, error))
    return FALSE;
  guint n = cz_reader_u16 (&object.body);
  if (n > CZ_REVOCATIONS_MAX)
    return refuse (error, CZ_WIRE_ERROR_LIMIT, "revocations", "more than any may hold");
  for (guint i = 0; i < n; i++) {
    CzRevocation one = { .issuer = issuer.channel };
    one.channel = (CzChannel) cz_reader_u32 (&object.body);
    one.below = cz_reader_u64 (&object.body);
    if (!cz_reader_ok (&object.body, "revocations", error))
      return FALSE;
    if (one.channel < 0 || one.channel > 999999 || one.channel == issuer.channel || !cz_channel_covers (issuer.channel, one.channel))
      return refuse (error, CZ_WIRE_ERROR_SCOPE, "revocations", "of a channel that does not lie below");
    chain->revoked[chain->n_revoked++] = one;
  }
  return cz_reader_finish (&object.body, "revocations", error);
}

static gboolean
read_lists (CzChain *chain, Parts *parts, GError **error)
{
  guint next_link = 0;
  while (cz_reader_left (&parts->reader) > 0) {
    const guint8 *data;
    gsize size;
    if (!next_part (parts, &data, &size, error) || !read_list (chain, data, size, &next_link, error))
      return FALSE;
  }
  for (guint i = 0; i < chain->n_revoked; i++)
    for (guint k = 0; k < chain->n; k++)
      if (chain->links[k].channel == chain->revoked[i].channel && chain->links[k].serial < chain->revoked[i].below)
        return refuse (error, CZ_WIRE_ERROR_REVOKED, "delegation", "withdrawn by the channel above");
  return TRUE;
}

gboolean
cz_chain_open_links (const guint8 *data, gsize size, const CzRoot *root, CzChannel channel, CzChain *out, GError **error)
{
  Parts parts;
  CzChain chain = { 0 };
  if (!begin_parts (data, size, &parts, error))
    return FALSE;
  for (; chain.n < parts.n_links; chain.n++) {
    CzSigned object;
    const guint8 *link;
    gsize len;
    CzDelegation *next = &chain.links[chain.n];
    const CzDelegation *parent = chain.n > 0 ? next - 1 : NULL;
    if (!next_part (&parts, &link, &len, error) || !cz_signed_split (&cz_delegation_form, link, len, &object, error)
        || !verify_link (&object, root, parent, error) || !cz_delegation_read (&object.body, next, error)
        || !check_nesting (parent, next, error))
      return FALSE;
  }
  if (!read_lists (&chain, &parts, error))
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
