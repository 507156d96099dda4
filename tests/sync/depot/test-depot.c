/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sync/depot/cz-box.h"
#include "sync/depot/cz-bucket-listing.h"
#include "sync/depot/cz-depot.h"
#include "sync/depot/cz-file.h"

typedef struct {
  char *folder;
  CzDepot *depot;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  f->folder = g_dir_make_tmp ("cz-depot-XXXXXX", &error);
  g_autofree char *inner = g_build_filename (f->folder, "a", "depot", NULL);
  mode_t mask = umask (077);
  f->depot = cz_depot_new_folder (inner, &error);
  umask (mask);
  g_assert_no_error (error);
}

static void
remove_tree (const char *path)
{
  GDir *dir = g_dir_open (path, 0, NULL);
  const char *name;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *inner = g_build_filename (path, name, NULL);
    if (g_file_test (inner, G_FILE_TEST_IS_DIR))
      remove_tree (inner);
    else
      (void) g_unlink (inner);
  }
  g_clear_pointer (&dir, g_dir_close);
  (void) g_rmdir (path);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  cz_depot_free (f->depot);
  remove_tree (f->folder);
  g_free (f->folder);
}

static GBytes *
bytes (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

static char *
full (Fixture *f, const char *path)
{
  return g_build_filename (f->folder, "a", "depot", path, NULL);
}

static void
assert_holds (Fixture *f, const char *path, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) there = cz_depot_get (f->depot, path, 0, 1000, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (there, NULL), g_bytes_get_size (there), text, strlen (text));
}

static void
test_never_overwrites (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) one = bytes ("one");
  g_autoptr (GBytes) two = bytes ("two");
  g_autoptr (GBytes) longer = bytes ("one and more");
  g_assert_true (cz_depot_put_new (f->depot, "v1/root/1", one, &error));
  g_assert_true (cz_depot_put_new (f->depot, "v1/root/1", one, &error));
  g_assert_no_error (error);
  g_assert_false (cz_depot_put_new (f->depot, "v1/root/1", two, &error));
  g_assert_error (error, CZ_DEPOT_ERROR, CZ_DEPOT_ERROR_CONFLICT);
  g_clear_error (&error);
  g_assert_false (cz_depot_put_new (f->depot, "v1/root/1", longer, &error));
  g_assert_error (error, CZ_DEPOT_ERROR, CZ_DEPOT_ERROR_CONFLICT);
  assert_holds (f, "v1/root/1", "one");
}

static void
test_replaces (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) one = bytes ("a long old head");
  g_autoptr (GBytes) two = bytes ("new head");
  g_assert_true (cz_depot_put (f->depot, "v1/c/990101/head", one, &error));
  /* What a power cut left of an earlier try does not stand in the way. */
  g_autofree char *left = full (f, "v1/c/990101/head.tmp");
  g_assert_true (g_file_set_contents (left, "half of a longer head than the new one", -1, NULL));
  g_assert_true (cz_depot_put (f->depot, "v1/c/990101/head", two, &error));
  g_assert_no_error (error);
  assert_holds (f, "v1/c/990101/head", "new head");
  g_assert_false (g_file_test (left, G_FILE_TEST_EXISTS));
}

static void
test_appends_over_a_torn_tail (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) one = bytes ("first ");
  g_autoptr (GBytes) two = bytes ("second");
  const char *path = "v1/c/990101/seg/202611";
  g_assert_true (cz_depot_append (f->depot, path, 0, one, &error));
  g_assert_true (cz_depot_append (f->depot, path, 6, two, &error));
  assert_holds (f, path, "first second");
  g_assert_true (cz_depot_append (f->depot, path, 6, two, &error));
  assert_holds (f, path, "first second");
  g_autofree char *name = full (f, path);
  g_assert_true (g_file_set_contents (name, "first secoXXXXXXXXXXXXX", -1, NULL));
  g_assert_true (cz_depot_append (f->depot, path, 6, two, &error));
  assert_holds (f, path, "first second");
  g_assert_true (g_file_set_contents (name, "fir", -1, NULL));
  g_assert_false (cz_depot_append (f->depot, path, 6, two, &error));
  g_assert_error (error, CZ_DEPOT_ERROR, CZ_DEPOT_ERROR_CONFLICT);
}

static void
test_get (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) one = bytes ("0123456789");
  guint64 size = 0;
  g_assert_null (cz_depot_get (f->depot, "v1/nothing", 0, 10, &error));
  g_assert_error (error, CZ_DEPOT_ERROR, CZ_DEPOT_ERROR_ABSENT);
  g_clear_error (&error);
  g_assert_true (cz_depot_put_new (f->depot, "v1/m/x", one, &error));
  g_assert_null (cz_depot_get (f->depot, "v1/m/x", 0, 9, &error));
  g_assert_error (error, CZ_DEPOT_ERROR, CZ_DEPOT_ERROR_LIMIT);
  g_clear_error (&error);
  g_autoptr (GBytes) tail = cz_depot_get (f->depot, "v1/m/x", 7, 3, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (tail, NULL), g_bytes_get_size (tail), "789", 3);
  g_assert_true (cz_depot_size (f->depot, "v1/m/x", &size, &error));
  g_assert_cmpuint (size, ==, 10);
  g_assert_true (cz_depot_has (f->depot, "v1/m/x"));
  g_assert_false (cz_depot_has (f->depot, "v1/m"));
  g_assert_false (cz_depot_size (f->depot, "v1/m/x/below", &size, &error));
  g_assert_error (error, CZ_DEPOT_ERROR, CZ_DEPOT_ERROR_ABSENT);
}

static guint
mode_of (Fixture *f, const char *path)
{
  g_autofree char *name = full (f, path);
  GStatBuf st;
  g_assert_cmpint (g_stat (name, &st), ==, 0);
  return st.st_mode & 0777;
}

static void
test_modes (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) one = bytes ("x");
  mode_t mask = umask (077);
  g_assert_true (cz_depot_put (f->depot, "v1/c/990101/head", one, &error));
  g_assert_true (cz_depot_append (f->depot, "v1/c/990101/seg/202611", 0, one, &error));
  umask (mask);
  g_assert_cmpuint (mode_of (f, "."), ==, 0755);
  g_assert_cmpuint (mode_of (f, "v1/c"), ==, 0755);
  g_assert_cmpuint (mode_of (f, "v1/c/990101/head"), ==, 0644);
  g_assert_cmpuint (mode_of (f, "v1/c/990101/seg/202611"), ==, 0644);
}

static void
test_denied (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) one = bytes ("x");
  if (geteuid () == 0) {
    g_test_skip ("root may write everywhere");
    return;
  }
  g_autofree char *folder = full (f, ".");
  g_assert_cmpint (g_chmod (folder, 0500), ==, 0);
  g_assert_false (cz_depot_put (f->depot, "v1/head", one, &error));
  g_assert_error (error, CZ_DEPOT_ERROR, CZ_DEPOT_ERROR_DENIED);
  g_assert_cmpint (g_chmod (folder, 0700), ==, 0);
}

static void
test_file_in_the_way (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) one = bytes ("x");
  g_autofree char *name = full (f, "v1");
  g_assert_true (g_file_set_contents (name, "", 0, NULL));
  g_assert_false (cz_depot_put (f->depot, "v1/head", one, &error));
  g_assert_error (error, CZ_DEPOT_ERROR, CZ_DEPOT_ERROR_FAILED);
}

static void
test_link_in_the_way (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) one = bytes ("x");
  g_autofree char *name = full (f, "segment");
  /* Writers follow no link: it could lead out of the depot. */
  g_assert_cmpint (symlink ("/dev/full", name), ==, 0);
  g_assert_false (cz_depot_append (f->depot, "segment", 0, one, &error));
  g_assert_error (error, CZ_DEPOT_ERROR, CZ_DEPOT_ERROR_FAILED);
}

static void
test_refuses_what_is_no_file (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name = full (f, "pipe");
  g_assert_cmpint (mkfifo (name, 0600), ==, 0);
  g_assert_null (cz_file_read (name, 0, 10, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL);
  g_clear_error (&error);
  g_assert_null (cz_depot_get (f->depot, "pipe", 0, 10, &error));
  g_assert_error (error, CZ_DEPOT_ERROR, CZ_DEPOT_ERROR_ABSENT);
}

static void
test_box_key (void)
{
  g_autoptr (CzSecretKey) key = cz_secret_key_new ();
  CzPublicKey public;
  guint8 box[32], again[32];
  static const guint8 zero[32] = { 0 };
  cz_secret_key_public (key, &public);
  g_assert_true (cz_box_public (&public, box));
  g_assert_true (cz_box_public (&public, again));
  g_assert_cmpmem (box, 32, again, 32);
  g_assert_true (memcmp (box, zero, 32) != 0);
  g_assert_true (memcmp (box, public.bytes, 32) != 0);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

static gboolean
note_name (const char *path, guint64 size, gpointer data, GError **error)
{
  g_string_append_printf (data, "%s:%" G_GUINT64_FORMAT " ", path, size);
  return TRUE;
}

static void
test_walk (Fixture *f, gconstpointer data)
{
  static const char *const names[] = { "uploads/9/bb/2-x", "uploads/9/aa/1-x", "uploads/9/aa/.part", "uploads/8/aa/1-x", "uploads/9/aa/10-x" };
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) seen = g_string_new (NULL);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autoptr (GBytes) one = bytes ("abc");
    g_assert_true (cz_depot_put (f->depot, names[i], one, &error));
  }
  g_autofree char *link = full (f, "uploads/9/cc");
  g_autofree char *file_link = full (f, "uploads/9/aa/3-x");
  g_autofree char *whole_link = full (f, "others");
  g_assert_cmpint (symlink ("aa", link), ==, 0);
  g_assert_cmpint (symlink ("1-x", file_link), ==, 0);
  g_assert_cmpint (symlink ("uploads", whole_link), ==, 0);
  g_assert_true (cz_depot_each (f->depot, "uploads/9", note_name, seen, &error));
  g_assert_cmpstr (seen->str, ==, "uploads/9/aa/1-x:3 uploads/9/aa/10-x:3 uploads/9/bb/2-x:3 ");
  g_string_truncate (seen, 0);
  g_assert_true (cz_depot_each (f->depot, "others", note_name, seen, &error));
  g_assert_true (cz_depot_each (f->depot, "nothing/here", note_name, seen, &error));
  g_assert_cmpstr (seen->str, ==, "");
}

static void
test_listing (void)
{
#define LISTING(inner) "<ListBucketResult xmlns='x'>" inner "</ListBucketResult>"
#define OBJECT(key, size) "<Contents><Key>" key "</Key><Size>" size "</Size></Contents>"
  static const char *const bad[] = {
    "", "<Error/>", LISTING (OBJECT ("b", "1") OBJECT ("a", "1")), LISTING (OBJECT ("a", "1") OBJECT ("a", "1")),
    LISTING (OBJECT ("", "1")), LISTING ("<Contents><Size>1</Size></Contents>"), LISTING (OBJECT ("a", "-1")), LISTING (OBJECT ("a", "")),
    LISTING ("<IsTruncated>true</IsTruncated>"), LISTING ("<EncodingType>url</EncodingType>" OBJECT ("%00", "1")), "<ListBucketResult>",
  };
  g_autoptr (GError) error = NULL;
  const char *good = "<?xml version='1.0'?>" LISTING (OBJECT ("a%2Fb+c", "7") OBJECT ("d", "9") "<EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>");
  g_autoptr (CzBucketListing) listing = cz_bucket_listing_parse (good, strlen (good), &error);
  g_assert_no_error (error);
  g_assert_true (listing->is_truncated);
  g_assert_cmpuint (listing->objects->len, ==, 2);
  const CzListedObject *first = g_ptr_array_index (listing->objects, 0);
  g_assert_cmpstr (first->key, ==, "a/b c");
  g_assert_cmpuint (first->size, ==, 7);
  g_autoptr (CzBucketListing) empty = cz_bucket_listing_parse (LISTING (""), strlen (LISTING ("")), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (empty->objects->len, ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) why = NULL;
    g_autoptr (CzBucketListing) none = cz_bucket_listing_parse (bad[i], strlen (bad[i]), &why);
    g_assert_null (none);
    g_assert_error (why, CZ_DEPOT_ERROR, CZ_DEPOT_ERROR_FAILED);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/depot/never-overwrites", test_never_overwrites);
  ADD ("/depot/replaces-in-one-step", test_replaces);
  ADD ("/depot/appends-over-a-torn-tail", test_appends_over_a_torn_tail);
  ADD ("/depot/get", test_get);
  ADD ("/depot/modes-whatever-the-umask", test_modes);
  ADD ("/depot/denied", test_denied);
  ADD ("/depot/file-in-the-way", test_file_in_the_way);
  ADD ("/depot/link-in-the-way", test_link_in_the_way);
  ADD ("/depot/refuses-what-is-no-file", test_refuses_what_is_no_file);
  ADD ("/depot/walk", test_walk);
  g_test_add_func ("/depot/listing", test_listing);
  g_test_add_func ("/depot/box-key", test_box_key);
  return g_test_run ();
}
