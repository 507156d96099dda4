/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "sync/wire/cz-delegation.h"
#include "tests/fuzz/cz-fuzz.h"

/* Root documents: as they come, and signed by a key that is put in the first place of the list. */

#define FIRST_KEY_AT 6

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  CzPublicKey key;
  CzRoot root, next;
  gsize n;
  cz_fuzz_either (cz_root_open (data, size, NULL, &root, NULL));
  if (size < FIRST_KEY_AT + CZ_PUBLIC_KEY_BYTES)
    return 0;
  g_autofree guint8 *body = g_memdup2 (data, size);
  cz_secret_key_public (cz_fuzz_key (0), &key);
  memcpy (body + FIRST_KEY_AT, key.bytes, sizeof key.bytes);
  g_autoptr (GBytes) all = cz_fuzz_sign ("CZROOT1\n", CZ_SIGN_ROOT, body, size, cz_fuzz_key (0));
  const guint8 *bytes = g_bytes_get_data (all, &n);
  if (!cz_root_open (bytes, n, NULL, &root, NULL))
    return 0;
  cz_fuzz_must (root.threshold == 1 && root.n_keys >= 1, "one signature reaches one");
  cz_fuzz_must (!cz_root_open (bytes, n, &root, &next, NULL), "a root does not follow itself");
  return 0;
}
