/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/wire/cz-head.h"
#include "tests/fuzz/cz-fuzz.h"

/* Indexes: as they come, and with a signature. What is taken must be the only way to write it. */

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  CzPublicKey key;
  gsize n;
  cz_secret_key_public (cz_fuzz_key (0), &key);
  g_autoptr (CzIndex) plain = cz_index_open (data, size, &key, NULL);
  g_autoptr (GBytes) all = cz_fuzz_sign ("CZINDX1\n", CZ_SIGN_INDEX, data, size, cz_fuzz_key (0));
  const guint8 *bytes = g_bytes_get_data (all, &n);
  g_autoptr (CzIndex) index = cz_index_open (bytes, n, &key, NULL);
  if (!index)
    return 0;
  g_autoptr (GBytes) again = cz_index_build (index, cz_fuzz_key (0), NULL);
  cz_fuzz_must (again && g_bytes_equal (all, again), "one spelling only");
  return 0;
}
