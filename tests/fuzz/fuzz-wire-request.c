/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "sync/wire/cz-delegation.h"
#include "tests/fuzz/cz-fuzz.h"

/* What an office below asks the one above for: as it comes, and as the body of a delegation that is then asked for under keys of ours. */

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  CzDelegation draft, asked, opened;
  CzRoot keys = { .threshold = 1, .n_keys = 1 };
  guint n_valid = 0;
  gsize n;
  cz_fuzz_either (cz_request_open (data, size, &asked, NULL));
  cz_secret_key_public (cz_fuzz_key (0), &keys.keys[0]);
  g_autoptr (GBytes) link = cz_fuzz_sign ("CZDELG1\n", CZ_SIGN_DELEGATION, data, size, cz_fuzz_key (0));
  if (!cz_delegation_read_draft (link, &keys, &draft, &n_valid, NULL))
    return 0;
  cz_fuzz_must (n_valid == 1, "our signature counts once");
  g_autoptr (GPtrArray) signers = g_ptr_array_new ();
  CzPublicKey *const places[] = { &draft.content_key, &draft.head_key, &draft.delegate_key };
  for (guint i = 0; i < G_N_ELEMENTS (places); i++) {
    cz_secret_key_public (cz_fuzz_key (i), places[i]);
    g_ptr_array_add (signers, (gpointer) cz_fuzz_key (i));
  }
  g_autoptr (GBytes) request = cz_request_build (&draft, signers, NULL);
  cz_fuzz_must (request != NULL, "what was read can be asked for");
  const guint8 *bytes = g_bytes_get_data (request, &n);
  cz_fuzz_must (cz_request_open (bytes, n, &opened, NULL), "it is opened");
  cz_fuzz_must (opened.channel == draft.channel && opened.table_mask == draft.table_mask && opened.serial == draft.serial
                    && opened.not_after_s == draft.not_after_s && memcmp (opened.content_key.bytes, draft.content_key.bytes, CZ_PUBLIC_KEY_BYTES) == 0,
                "it reads the same");
  return 0;
}
