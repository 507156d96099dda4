/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "sync/wire/cz-envelope.h"
#include "sync/wire/cz-limits.h"
#include "sync/wire/cz-said.h"
#include "sync/wire/cz-wire-error.h"

/* Envelopes: what went in comes out; any damage, cut or other office is refused; names say what they must. `test-envelope --make FILE`
 * makes the vector anew: sealing draws a fresh key each time, so it is kept, not compared. */

#define COUNTY 990101
#define STATION_FILL 0x41
#define BOX_FILL 0x42
#define COUNTER 7
#define CREATED_S G_GINT64_CONSTANT (1795305600)

static CzSecretKey *
seeded_key (guint8 fill)
{
  g_autoptr (GError) error = NULL;
  guint8 seed[32];
  memset (seed, fill, sizeof seed);
  g_autofree char *base64 = g_base64_encode (seed, sizeof seed);
  g_autofree char *text = g_strdup_printf ("cunzhan secret key 1 plain test\n%s\n", base64);
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp ("cz-key-XXXXXX", &path, &error);
  g_assert_no_error (error);
  g_assert_true (g_close (fd, NULL));
  g_assert_true (g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  CzSecretKey *key = cz_secret_key_load (path, NULL, &error);
  g_assert_no_error (error);
  g_unlink (path);
  return key;
}

typedef struct {
  CzSecretKey *station, *box;
  guint8 box_key[32];
} Keys;

static Keys
keys_new (void)
{
  Keys keys = { .station = seeded_key (STATION_FILL), .box = seeded_key (BOX_FILL) };
  g_assert_true (cz_secret_key_box_public (keys.box, keys.box_key));
  return keys;
}

static void
keys_clear (Keys *keys)
{
  cz_secret_key_free (keys->station);
  cz_secret_key_free (keys->box);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Keys, keys_clear)

static GBytes *
listing_payload (void)
{
  CzRow row = { 0 };
  static const char text[] = "土豆两千斤";
  row.v[0].i = 1;
  row.v[3].i = 1000000;
  row.v[4].i = 1600;
  row.v[7].i = G_GINT64_CONSTANT (990101001001);
  row.v[11] = (CzValue){ .p = text, .len = sizeof text - 1 };
  return cz_said_pack (cz_said_kind (CZ_SAID_LISTING), &row);
}

static GBytes *
seal (const Keys *keys, gsize object_bytes)
{
  g_autoptr (GError) error = NULL;
  CzUpload upload = { .channel = COUNTY, .counter = COUNTER, .created_s = CREATED_S, .clock_ok = TRUE, .kind = CZ_SAID_LISTING, .n_objects = 1 };
  g_autofree guint8 *picture = g_malloc (object_bytes);
  for (gsize i = 0; i < object_bytes; i++)
    picture[i] = (guint8) (i * 31);
  upload.payload = listing_payload ();
  upload.objects[0].type = g_strdup ("image/png");
  upload.objects[0].data = g_bytes_new (picture, object_bytes);
  GBytes *sealed = cz_envelope_seal (&upload, keys->station, keys->box_key, &error);
  g_assert_no_error (error);
  cz_upload_clear (&upload);
  return sealed;
}

static void
assert_is_listing (const CzUpload *got, const Keys *keys)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) payload = listing_payload ();
  CzPublicKey station;
  CzRow row;
  gsize size;
  cz_secret_key_public (keys->station, &station);
  g_assert_cmpmem (got->station.bytes, 32, station.bytes, 32);
  g_assert_cmpint (got->channel, ==, COUNTY);
  g_assert_cmpuint (got->counter, ==, COUNTER);
  g_assert_cmpint (got->created_s, ==, CREATED_S);
  g_assert_true (got->clock_ok);
  g_assert_cmpuint (got->kind, ==, CZ_SAID_LISTING);
  g_assert_true (g_bytes_equal (got->payload, payload));
  const guint8 *data = g_bytes_get_data (got->payload, &size);
  g_assert_true (cz_said_unpack (cz_said_kind (got->kind), data, size, &row, &error));
  g_assert_cmpint (row.v[4].i, ==, 1600);
  g_assert_cmpuint (got->n_objects, ==, 1);
  g_assert_cmpstr (got->objects[0].type, ==, "image/png");
}

static void
test_round_trip (void)
{
  static const gsize sizes[] = { 0, 1, 300, 5000, 1000000 };
  g_auto (Keys) keys = keys_new ();
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) sealed = seal (&keys, sizes[i]);
    g_auto (CzUpload) got = { 0 };
    gsize size;
    const guint8 *data = g_bytes_get_data (sealed, &size);
    g_assert_true (cz_envelope_open (data, size, keys.box, COUNTY, &got, &error));
    g_assert_no_error (error);
    assert_is_listing (&got, &keys);
    g_assert_cmpuint (g_bytes_get_size (got.objects[0].data), ==, sizes[i]);
  }
}

static gboolean
opens (const Keys *keys, const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_auto (CzUpload) got = { 0 };
  gboolean ok = cz_envelope_open (data, size, keys->box, COUNTY, &got, &error);
  g_assert_true (ok || error->domain == CZ_WIRE_ERROR);
  return ok;
}

/* Every bit and every length: none is read as something else. */
static void
test_damage (void)
{
  g_auto (Keys) keys = keys_new ();
  g_autoptr (GBytes) sealed = seal (&keys, 300);
  gsize size;
  const guint8 *good = g_bytes_get_data (sealed, &size);
  g_autofree guint8 *data = g_memdup2 (good, size);
  g_assert_true (opens (&keys, data, size));
  for (gsize bit = 0; bit < size * 8; bit++) {
    data[bit / 8] ^= (guint8) (1u << bit % 8);
    g_assert_false (opens (&keys, data, size));
    data[bit / 8] ^= (guint8) (1u << bit % 8);
  }
  for (gsize len = 0; len < size; len++) {
    g_autofree guint8 *cut = g_memdup2 (good, MAX (len, 1));
    g_assert_false (opens (&keys, cut, len));
  }
  g_autofree guint8 *longer = g_malloc0 (size + 64);
  memcpy (longer, good, size);
  for (gsize more = 1; more <= 64; more++)
    g_assert_false (opens (&keys, longer, size + more));
}

static void
assert_refused (GBytes *sealed, const CzSecretKey *box, CzChannel channel, CzWireError code)
{
  g_autoptr (GError) error = NULL;
  g_auto (CzUpload) got = { 0 };
  gsize size;
  const guint8 *data = g_bytes_get_data (sealed, &size);
  g_assert_false (cz_envelope_open (data, size, box, channel, &got, &error));
  g_assert_error (error, CZ_WIRE_ERROR, (gint) code);
  g_assert_null (got.payload);
}

static void
test_other_office (void)
{
  g_auto (Keys) keys = keys_new ();
  g_autoptr (GBytes) sealed = seal (&keys, 10);
  g_autoptr (CzSecretKey) other = cz_secret_key_new ();
  assert_refused (sealed, keys.box, COUNTY + 1, CZ_WIRE_ERROR_SCOPE);
  assert_refused (sealed, other, COUNTY, CZ_WIRE_ERROR_KEY);
  g_autoptr (GBytes) huge = g_bytes_new_take (g_malloc0 (CZ_ENVELOPE_MAX + 1), CZ_ENVELOPE_MAX + 1);
  assert_refused (huge, keys.box, COUNTY, CZ_WIRE_ERROR_LIMIT);
}

static void
test_too_much (void)
{
  g_auto (Keys) keys = keys_new ();
  g_autoptr (GError) error = NULL;
  CzUpload upload = { .channel = COUNTY, .counter = 1, .kind = CZ_SAID_SURVEY };
  upload.payload = g_bytes_new_take (g_malloc0 (CZ_SAID_PAYLOAD_MAX + 1), CZ_SAID_PAYLOAD_MAX + 1);
  g_assert_null (cz_envelope_seal (&upload, keys.station, keys.box_key, &error));
  g_assert_error (error, CZ_WIRE_ERROR, CZ_WIRE_ERROR_LIMIT);
  cz_upload_clear (&upload);
}

/* Few lengths, never more than an eighth too many. */
static void
test_padding (void)
{
  gsize before = 0;
  guint lengths = 0;
  for (gsize size = 1; size <= 100000; size++) {
    gsize padded = cz_envelope_padded (size);
    g_assert_cmpuint (padded, >=, size);
    g_assert_cmpuint (padded, <=, MAX (512, size + size / 8 + 1));
    g_assert_cmpuint (padded, >=, before);
    lengths += padded != before;
    before = padded;
  }
  g_assert_cmpuint (lengths, <=, 70);
}

static void
test_names (void)
{
  static const char *const bad[] = { "", "7", "-", "7-", "07-00", "0-", "x-", "-7", "7-../../etc/passwd" };
  g_auto (Keys) keys = keys_new ();
  g_autoptr (GBytes) sealed = seal (&keys, 10);
  CzPublicKey station;
  guint64 counter = 0;
  guint8 hash[CZ_HASH_LEN], expected[CZ_HASH_LEN];
  gsize size;
  const guint8 *data = g_bytes_get_data (sealed, &size);
  cz_secret_key_public (keys.station, &station);
  cz_hash (data, size, expected);
  g_autofree char *path = cz_envelope_path (COUNTY, &station, COUNTER, sealed);
  g_auto (GStrv) parts = g_strsplit (path, "/", -1);
  g_assert_cmpuint (g_strv_length (parts), ==, 4);
  g_assert_cmpstr (parts[0], ==, "uploads");
  g_assert_cmpstr (parts[1], ==, "990101");
  g_assert_true (cz_envelope_is_fingerprint (parts[2]));
  g_assert_true (cz_envelope_name_parse (parts[3], &counter, hash));
  g_assert_cmpuint (counter, ==, COUNTER);
  g_assert_cmpmem (hash, sizeof hash, expected, sizeof expected);
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (cz_envelope_name_parse (bad[i], &counter, hash));
  g_assert_false (cz_envelope_is_fingerprint (".."));
  g_assert_false (cz_envelope_is_fingerprint ("ABCDEFGH"));
}

static void
test_vector (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "tests", "data", "wire", "envelope", NULL);
  g_auto (Keys) keys = keys_new ();
  g_auto (CzUpload) got = { 0 };
  g_autofree char *data = NULL;
  gsize size;
  g_assert_true (g_file_get_contents (path, &data, &size, &error));
  g_assert_true (cz_envelope_open ((const guint8 *) data, size, keys.box, COUNTY, &got, &error));
  g_assert_no_error (error);
  assert_is_listing (&got, &keys);
}

static int
make_vector (const char *path)
{
  g_auto (Keys) keys = keys_new ();
  g_autoptr (GBytes) sealed = seal (&keys, 40);
  gsize size;
  const char *data = g_bytes_get_data (sealed, &size);
  return g_file_set_contents (path, data, (gssize) size, NULL) ? 0 : 1;
}

int
main (int argc, char **argv)
{
  if (argc == 3 && g_str_equal (argv[1], "--make"))
    return make_vector (argv[2]);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/envelope/round-trip", test_round_trip);
  g_test_add_func ("/envelope/damage", test_damage);
  g_test_add_func ("/envelope/other-office", test_other_office);
  g_test_add_func ("/envelope/too-much", test_too_much);
  g_test_add_func ("/envelope/padding", test_padding);
  g_test_add_func ("/envelope/names", test_names);
  g_test_add_func ("/envelope/vector", test_vector);
  return g_test_run ();
}
