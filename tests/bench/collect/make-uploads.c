/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "sync/depot/cz-depot.h"
#include "sync/wire/cz-envelope.h"
#include "sync/wire/cz-said.h"

/* make-uploads BOX-KEY CHANNEL ASKING SAYING STATIONS EACH: envelopes of that many new stations; the ones that ask admission go into the folder
 * ASKING, EACH counters of a day a station into SAYING. Prints the fingerprints, one a line. */

#define CREATED_S G_GINT64_CONSTANT (1795305600)
#define VILLAGE G_GINT64_CONSTANT (990101001001)
#define DAY 20779

typedef struct {
  CzChannel channel;
  guint8 box_key[32];
} Office;

static void
put (const Office *office, CzDepot *depot, const CzSecretKey *station, guint64 counter, CzSaidKind kind, const CzRow *row)
{
  g_autoptr (GError) error = NULL;
  CzPublicKey public_key;
  CzUpload upload = { .channel = office->channel, .counter = counter, .created_s = CREATED_S, .clock_ok = TRUE, .kind = kind };
  cz_secret_key_public (station, &public_key);
  upload.payload = cz_said_pack (cz_said_kind (kind), row);
  g_autoptr (GBytes) sealed = cz_envelope_seal (&upload, station, office->box_key, &error);
  g_assert_no_error (error);
  g_autofree char *path = cz_envelope_path (office->channel, &public_key, counter, sealed);
  g_assert_true (cz_depot_put (depot, path, sealed, &error));
  cz_upload_clear (&upload);
}

static void
speak (const Office *office, CzDepot *asking, CzDepot *saying, guint each)
{
  g_autoptr (CzSecretKey) station = cz_secret_key_new ();
  CzPublicKey public_key;
  CzRow row = { 0 };
  row.v[0].i = VILLAGE;
  put (office, asking, station, 1, CZ_SAID_ADMISSION, &row);
  for (guint i = 0; i < each; i++) {
    g_autofree char *lines = g_strdup_printf ("open.price=%u\nopen.policy=%u\nmissing.生姜=%u\n", 17 + i, i % 5, i % 3);
    row = (CzRow){ 0 };
    row.v[0].i = DAY - (gint64) i;
    row.v[1].p = lines;
    row.v[1].len = (guint32) strlen (lines);
    put (office, saying, station, 2 + i, CZ_SAID_COUNTERS, &row);
  }
  cz_secret_key_public (station, &public_key);
  g_autofree char *fingerprint = cz_public_key_fingerprint (&public_key);
  printf ("%s\n", fingerprint);
}

static guint
number (const char *text)
{
  return (guint) g_ascii_strtoull (text, NULL, 10);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  if (argc != 7)
    return 2;
  g_autoptr (CzSecretKey) box = cz_secret_key_load (argv[1], NULL, &error);
  g_autoptr (CzDepot) asking = cz_depot_new_folder (argv[3], NULL);
  g_autoptr (CzDepot) saying = cz_depot_new_folder (argv[4], NULL);
  Office office = { .channel = (CzChannel) number (argv[2]) };
  if (!box || !asking || !saying || !cz_secret_key_box_public (box, office.box_key))
    return 1;
  for (guint i = 0; i < number (argv[5]); i++)
    speak (&office, asking, saying, number (argv[6]));
  return 0;
}
