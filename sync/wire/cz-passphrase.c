/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/wire/cz-passphrase.h"

#include <sodium.h>
#include <string.h>

#include "cz-config.h"

G_STATIC_ASSERT (CZ_PASSPHRASE_SALT_BYTES == crypto_pwhash_SALTBYTES);
G_STATIC_ASSERT (CZ_PASSPHRASE_KEY_BYTES == crypto_secretbox_KEYBYTES);

#define MEMORY_MIN 8192

CzPassphraseCost
cz_passphrase_cost (void)
{
#if CZ_TEST_HOOKS
  /* Tests make dozens of key files. Not in a program that anybody is given: the branch is not compiled there, and one of the
   * checks looks for the name in it. */
  if (g_getenv ("CZ_TEST_CHEAP_PASSPHRASES") != NULL)
    return (CzPassphraseCost){ 1, MEMORY_MIN };
#endif
  return (CzPassphraseCost){ crypto_pwhash_OPSLIMIT_MODERATE, crypto_pwhash_MEMLIMIT_MODERATE };
}

gboolean
cz_passphrase_cost_is_sane (const CzPassphraseCost *cost)
{
  return cost->passes >= 1 && cost->passes <= crypto_pwhash_OPSLIMIT_SENSITIVE && cost->memory_bytes >= MEMORY_MIN
         && cost->memory_bytes <= crypto_pwhash_MEMLIMIT_SENSITIVE;
}

gboolean
cz_passphrase_derive (const char *passphrase, const guint8 salt[CZ_PASSPHRASE_SALT_BYTES], const CzPassphraseCost *cost,
                      guint8 out[CZ_PASSPHRASE_KEY_BYTES])
{
  return crypto_pwhash (out, CZ_PASSPHRASE_KEY_BYTES, passphrase, strlen (passphrase), salt, cost->passes,
                        (size_t) cost->memory_bytes, crypto_pwhash_ALG_ARGON2ID13) == 0;
}
