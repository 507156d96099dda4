/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/depot/cz-box.h"

#include <sodium.h>

gboolean
cz_box_public (const CzPublicKey *key, guint8 out[32])
{
  return crypto_sign_ed25519_pk_to_curve25519 (out, key->bytes) == 0;
}
