/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "sync/wire/cz-bundle.h"
#include "sync/wire/cz-reader.h"
#include "tests/fuzz/cz-fuzz.h"

/* Input: u16 manifest_len, manifest, sections. Opened as it is, and again signed. The hashes of sections are set right where
 * the manifest has room for them, so that what stands behind is reached. */

#define HASH_AT_FIRST 209 /* of the first section line in the manifest: it begins at 193 */

static void
read_sections (const CzBundle *bundle, const guint8 *data, gsize size)
{
  CzRow row;
  guint64 mask;
  for (guint i = 0; i < bundle->manifest.n_sections; i++) {
    g_autoptr (GError) error = NULL;
    const guint8 *bytes;
    gsize n;
    if (!cz_bundle_section (bundle, i, data, size, &bytes, &n, &error))
      continue;
    cz_fuzz_must (bytes >= data && bytes + n <= data + size, "a section lies within the bundle");
    g_autoptr (CzSectionReader) reader = cz_section_reader_new (&bundle->manifest.sections[i], bytes, n, &error);
    while (reader && cz_section_reader_next (reader, &row, &mask, &error) == CZ_READ_ROW)
      continue;
  }
}

static void
open_it (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  CzPublicKey key;
  CzBundle bundle;
  gsize header_len = 0;
  cz_secret_key_public (cz_fuzz_key (0), &key);
  cz_fuzz_either (cz_bundle_peek_header_len (data, size, &header_len, NULL));
  if (!cz_bundle_open (data, size, &key, &bundle, &error)) {
    cz_fuzz_must (error != NULL, "an error says why");
    return;
  }
  cz_fuzz_must (bundle.header_len == header_len && bundle.header_len <= size, "the header is within");
  read_sections (&bundle, data, size);
}

static void
mend_hash (GByteArray *manifest, const guint8 *sections, gsize size)
{
  CzReader reader;
  guint8 hash[CZ_HASH_LEN];
  if (manifest->len < HASH_AT_FIRST + CZ_HASH_LEN)
    return;
  cz_reader_init (&reader, manifest->data + HASH_AT_FIRST - 8, 4);
  gsize comp_len = cz_reader_u32 (&reader);
  cz_hash (sections, MIN (comp_len, size), hash);
  memcpy (manifest->data + HASH_AT_FIRST, hash, sizeof hash);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  CzReader reader;
  CzPublicKey key;
  guint8 signature[CZ_SIGNATURE_BYTES];
  open_it (data, size);
  cz_reader_init (&reader, data, size);
  gsize manifest_len = cz_reader_u16 (&reader);
  const guint8 *body = cz_reader_view (&reader, manifest_len);
  if (!body)
    return 0;
  gsize left = cz_reader_left (&reader);
  const guint8 *sections = cz_reader_view (&reader, left);
  g_autoptr (GByteArray) manifest = g_byte_array_new ();
  g_autoptr (GByteArray) all = g_byte_array_new ();
  cz_write_bytes (manifest, body, manifest_len);
  mend_hash (manifest, sections, left);
  cz_write_bytes (all, "CZBNDL1\n", 8);
  cz_write_u32 (all, manifest->len);
  cz_write_bytes (all, manifest->data, manifest->len);
  cz_sign (cz_fuzz_key (0), CZ_SIGN_BUNDLE, all->data, all->len, signature);
  cz_secret_key_public (cz_fuzz_key (0), &key);
  cz_write_u64 (all, cz_public_key_id (&key));
  cz_write_bytes (all, signature, sizeof signature);
  cz_write_bytes (all, sections, left);
  open_it (all->data, all->len);
  return 0;
}
