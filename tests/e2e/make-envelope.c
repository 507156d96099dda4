/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "sync/depot/cz-depot.h"
#include "sync/wire/cz-envelope.h"

/* make-envelope STATION-KEY BOX-KEY CHANNEL DEPOT COUNTER KIND PAYLOAD TYPE: what a station of another version, or a broken one, would lay into the depot:
 * sealed and signed as it should be, with any kind, any payload (in hexadecimal), and one object of any type ("" none). */

static GBytes *
from_hex (const char *text)
{
  GByteArray *out = g_byte_array_new ();
  for (; text[0] != '\0' && text[1] != '\0'; text += 2) {
    guint8 byte = (guint8) (g_ascii_xdigit_value (text[0]) << 4 | g_ascii_xdigit_value (text[1]));
    g_byte_array_append (out, &byte, 1);
  }
  return g_byte_array_free_to_bytes (out);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  CzPublicKey public_key;
  guint8 box_key[32];
  if (argc != 9)
    return 2;
  g_autoptr (CzSecretKey) station = cz_secret_key_load (argv[1], NULL, &error);
  g_autoptr (CzSecretKey) box = station ? cz_secret_key_load (argv[2], NULL, &error) : NULL;
  g_autoptr (CzDepot) depot = box ? cz_depot_new_folder (argv[4], &error) : NULL;
  if (!depot || !cz_secret_key_box_public (box, box_key)) {
    fprintf (stderr, "%s\n", error ? error->message : "no sealing key");
    return 1;
  }
  g_auto (CzUpload) upload = { .channel = (CzChannel) g_ascii_strtoull (argv[3], NULL, 10), .counter = g_ascii_strtoull (argv[5], NULL, 10),
                               .created_s = 1790000000, .clock_ok = TRUE, .kind = (guint16) g_ascii_strtoull (argv[6], NULL, 10),
                               .payload = from_hex (argv[7]) };
  if (argv[8][0] != '\0') {
    upload.objects[0].type = g_strdup (argv[8]);
    upload.objects[0].data = g_bytes_new_static ("object", 6);
    upload.n_objects = 1;
  }
  cz_secret_key_public (station, &public_key);
  g_autoptr (GBytes) sealed = cz_envelope_seal (&upload, station, box_key, &error);
  g_autofree char *path = sealed ? cz_envelope_path (upload.channel, &public_key, upload.counter, sealed) : NULL;
  if (!path || !cz_depot_put (depot, path, sealed, &error)) {
    fprintf (stderr, "%s\n", error->message);
    return 1;
  }
  printf ("%s\n", path);
  return 0;
}
