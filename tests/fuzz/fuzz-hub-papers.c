/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "app/hub/cz-hub-ceremony.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
must (gboolean holds, const char *what)
{
  if (!holds)
    g_abort ();
  (void) what;
}

/* What keyholders send each other, as it comes: refused with a reason, or counted without ever counting more signatures than keys. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) file = g_bytes_new (data, size);
  g_auto (CzHubCeremony) ceremony = { 0 };
  CzHubCeremonyState state;
  CzPublicKey key;
  gboolean taken = cz_hub_ceremony_parse (file, &ceremony, &error);
  must (taken == (error == NULL), "a refusal says why");
  if (taken) {
    must (cz_hub_ceremony_state (&ceremony, &state, NULL), "what was taken is taken again");
    must (state.n_present <= state.present.n_keys && state.n_next <= state.next.n_keys && state.n_link <= state.next.n_keys, "a key counts once");
    g_autofree char *code = cz_hub_ceremony_code (&ceremony);
    must (strlen (code) == 19, "four groups of four");
  }
  g_clear_error (&error);
  taken = cz_hub_public_key_parse (file, &key, &error);
  must (taken == (error == NULL), "a refusal says why");
  return 0;
}
