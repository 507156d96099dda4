/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "sync/wire/cz-head.h"
#include "tests/fuzz/cz-fuzz.h"

/* Heads: as they come, and with a signature. What is taken must be the only way to write it. */

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  CzPublicKey key;
  CzHead head;
  CzChannel channel;
  guint8 delegation[32];
  guint32 root_version;
  gsize n;
  cz_secret_key_public (cz_fuzz_key (0), &key);
  cz_fuzz_either (cz_head_peek (data, size, &channel, delegation, &root_version, NULL));
  cz_fuzz_either (cz_head_open (data, size, &key, &head, NULL));
  g_autoptr (GBytes) all = cz_fuzz_sign ("CZHEAD1\n", CZ_SIGN_HEAD, data, size, cz_fuzz_key (0));
  const guint8 *bytes = g_bytes_get_data (all, &n);
  if (!cz_head_open (bytes, n, &key, &head, NULL))
    return 0;
  cz_fuzz_must (cz_head_peek (bytes, n, &channel, delegation, &root_version, NULL) && channel == head.channel, "peek agrees");
  g_autoptr (GBytes) again = cz_head_build (&head, cz_fuzz_key (0), NULL);
  cz_fuzz_must (again && g_bytes_equal (all, again), "one spelling only");
  return 0;
}
