/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/fuzz/cz-fuzz.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sync/wire/cz-reader.h"

#define N_KEYS 4

static CzSecretKey *
make_key (guint number)
{
  guint8 seed[32];
  memset (seed, (int) number + 1, sizeof seed);
  g_autofree char *base64 = g_base64_encode (seed, sizeof seed);
  g_autofree char *text = g_strdup_printf ("cunzhan secret key 1 plain fuzz\n%s\n", base64);
  g_autofree char *dir = g_dir_make_tmp ("cz-fuzz-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "key", NULL);
  cz_fuzz_must (g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL), "a key file is written");
  CzSecretKey *key = cz_secret_key_load (path, NULL, NULL);
  g_unlink (path);
  g_rmdir (dir);
  cz_fuzz_must (key != NULL, "a key is made");
  return key;
}

const CzSecretKey *
cz_fuzz_key (guint number)
{
  static CzSecretKey *keys[N_KEYS];
  cz_fuzz_must (number < N_KEYS, "the key exists");
  if (!keys[number])
    keys[number] = make_key (number);
  return keys[number];
}

GBytes *
cz_fuzz_sign (const char *magic, CzSignKind kind, const uint8_t *body, size_t size, const CzSecretKey *key)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  CzPublicKey public_key;
  guint8 signature[CZ_SIGNATURE_BYTES];
  cz_write_bytes (out, magic, 8);
  cz_write_u32 (out, (guint32) size);
  cz_write_bytes (out, body, size);
  cz_sign (key, kind, out->data, out->len, signature);
  cz_secret_key_public (key, &public_key);
  cz_write_u8 (out, 1);
  cz_write_u64 (out, cz_public_key_id (&public_key));
  cz_write_bytes (out, signature, sizeof signature);
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

void
cz_fuzz_either (gboolean taken)
{
}

void
cz_fuzz_must (gboolean holds, const char *what)
{
  if (holds)
    return;
  fprintf (stderr, "broken: %s\n", what);
  abort ();
}
