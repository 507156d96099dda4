/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "sync/wire/cz-delegation.h"
#include "sync/wire/cz-reader.h"
#include "tests/fuzz/cz-fuzz.h"

/* Requests as they come, and a body under a signature that is good but not by all its keys. Chains: as they come, and with links that are signed as they should be: the first by the root, each other by the delegating
 * key, which is put into the link before. Input: u8 links, u32 channel asked for, then 176 bytes a link, and
 * what is left is the body of a list of revocations signed by the delegating key. */

#define LINK_LEN 176
#define DELEGATE_AT 112
#define LINKS_MAX 6

static GBytes *
make_link (const guint8 *data, gboolean is_first, gboolean is_last)
{
  guint8 body[LINK_LEN];
  CzPublicKey key;
  memcpy (body, data, LINK_LEN);
  cz_secret_key_public (cz_fuzz_key (1), &key);
  if (!is_last)
    memcpy (body + DELEGATE_AT, key.bytes, sizeof key.bytes);
  return cz_fuzz_sign ("CZDELG1\n", CZ_SIGN_DELEGATION, body, sizeof body, cz_fuzz_key (is_first ? 0 : 1));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  CzRoot root = { .version = 1, .threshold = 1, .n_keys = 1 };
  CzDelegation out;
  CzReader reader;
  g_autoptr (GByteArray) chain = g_byte_array_new ();
  cz_secret_key_public (cz_fuzz_key (0), &root.keys[0]);
  cz_reader_init (&reader, data, size);
  guint n = cz_reader_u8 (&reader) % LINKS_MAX;
  CzChannel wanted = (CzChannel) cz_reader_u32 (&reader);
  cz_fuzz_either (cz_request_open (data, size, &out, NULL));
  if (size >= LINK_LEN) {
    g_autoptr (GBytes) request = cz_fuzz_sign ("CZASKD1\n", CZ_SIGN_DELEGATION, data, LINK_LEN, cz_fuzz_key (1));
    cz_fuzz_must (!cz_request_open (g_bytes_get_data (request, NULL), g_bytes_get_size (request), &out, NULL), "one key asks for no other");
  }
  cz_fuzz_either (cz_chain_open (data, size, &root, wanted, &out, NULL));
  cz_write_bytes (chain, "CZCHN01\n", 8);
  cz_write_u8 (chain, (guint8) n);
  guint64 first_mask = 0;
  CzChannel first_channel = 0;
  for (guint i = 0; i < n; i++) {
    const guint8 *body = cz_reader_view (&reader, LINK_LEN);
    CzReader fields;
    if (!body)
      return 0;
    g_autoptr (GBytes) link = make_link (body, i == 0, i + 1 == n);
    cz_write_u32 (chain, (guint32) g_bytes_get_size (link));
    cz_write_bytes (chain, g_bytes_get_data (link, NULL), g_bytes_get_size (link));
    cz_reader_init (&fields, body, LINK_LEN);
    if (i > 0)
      continue;
    first_channel = (CzChannel) cz_reader_u32 (&fields);
    cz_reader_view (&fields, 12);
    first_mask = cz_reader_u64 (&fields);
  }
  if (cz_reader_left (&reader) > 0) {
    gsize left = cz_reader_left (&reader);
    g_autoptr (GBytes) list = cz_fuzz_sign ("CZREVK1\n", CZ_SIGN_DELEGATION, cz_reader_view (&reader, left), left, cz_fuzz_key (1));
    cz_write_u32 (chain, (guint32) g_bytes_get_size (list));
    cz_write_bytes (chain, g_bytes_get_data (list, NULL), g_bytes_get_size (list));
  }
  g_autofree CzChain *links = g_new0 (CzChain, 1);
  if (cz_chain_open_links (chain->data, chain->len, &root, wanted, links, NULL))
    for (guint i = 0; i < links->n_revoked; i++)
      cz_fuzz_must (cz_channel_covers (links->revoked[i].issuer, links->revoked[i].channel) && links->revoked[i].issuer != links->revoked[i].channel,
                    "nobody withdraws what is not below him");
  if (!cz_chain_open (chain->data, chain->len, &root, wanted, &out, NULL))
    return 0;
  cz_fuzz_must (out.channel == wanted && cz_channel_covers (first_channel, wanted), "nobody leaves the first one's area");
  cz_fuzz_must ((out.table_mask & ~first_mask) == 0, "nobody gains a table");
  return 0;
}
