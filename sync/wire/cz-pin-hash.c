/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/wire/cz-pin-hash.h"

#include <sodium.h>
#include <string.h>

/* The kiosk has 256 MiB for everything; libsodium's own smallest setting asks for 64. */
#define MEMORY_BYTES (16u * 1024u * 1024u)
#define PASSES 3u

char *
cz_pin_hash (const char *pin)
{
  g_autofree char *text = g_malloc0 (crypto_pwhash_STRBYTES);
  if (sodium_init () < 0 || crypto_pwhash_str_alg (text, pin, strlen (pin), PASSES, MEMORY_BYTES, crypto_pwhash_ALG_ARGON2ID13) != 0)
    return NULL;
  return g_steal_pointer (&text);
}

gboolean
cz_pin_hash_matches (const char *hash, const char *pin)
{
  /* Reads past the NUL of a shorter text, so it gets a whole buffer; another's cost is refused before it is paid. */
  char text[crypto_pwhash_STRBYTES] = { 0 };
  if (sodium_init () < 0 || g_strlcpy (text, hash, sizeof text) >= sizeof text)
    return FALSE;
  if (crypto_pwhash_str_needs_rehash (text, PASSES, MEMORY_BYTES) != 0)
    return FALSE;
  return crypto_pwhash_str_verify (text, pin, strlen (pin)) == 0;
}
