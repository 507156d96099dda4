/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/wire/cz-delegation.h"
#include "sync/wire/cz-head.h"
#include "sync/wire/cz-wire-error.h"

#include <string.h>

/* Every flipped bit and every cut of small signed objects, given to their own reader with nothing in front of it that could
 * notice. Twice: as the damage leaves them, which the signatures must notice; and with the damaged body signed anew by the right
 * keys, which leaves it to the parser. What is taken must be read as written: built again from what was read, it is the same
 * bytes as the undamaged object, or as the newly signed one. */

#define MAGIC_LEN 8
#define BODY_AT 12
#define SIGNATURE_LINE (8 + CZ_SIGNATURE_BYTES)
#define ISSUED_S 1795305600u

typedef struct _Object Object;
struct _Object {
  const char *what;
  CzSignKind kind;
  GPtrArray *signers; /* CzSecretKey, borrowed */
  guint needed; /* of the signatures */
  CzRoot root; /* in force: the object's own first one, or the one above a delegation */
  GBytes *above; /* (nullable) the delegation above */
  GBytes *good;
  /* What was read, built and signed again; NULL with error when it is refused. */
  GBytes *(*read) (const Object *self, const guint8 *data, gsize size, GError **error);
};

typedef struct {
  guint taken, truncated, by_parser, by_signature;
} Count;

static void
note (Count *count, const Object *object, GBytes *built, GBytes *wanted, GError *owned_error)
{
  g_autoptr (GError) error = owned_error;
  if (built) {
    g_assert_no_error (error);
    g_assert_true (g_bytes_equal (built, wanted));
    count->taken++;
    return;
  }
  g_assert_nonnull (error);
  g_assert_true (error->domain == CZ_WIRE_ERROR);
  gboolean is_signature = error->code == CZ_WIRE_ERROR_SIGNATURE || error->code == CZ_WIRE_ERROR_KEY;
  if (error->code == CZ_WIRE_ERROR_TRUNCATED)
    count->truncated++;
  else if (is_signature)
    count->by_signature++;
  else
    count->by_parser++;
}

static void
try_one (const Object *object, const guint8 *data, gsize size, GBytes *wanted, Count *count)
{
  GError *error = NULL;
  /* Its own allocation, so that a byte read behind the end is seen by the sanitizers. */
  g_autofree guint8 *copy = g_memdup2 (data, size);
  g_autoptr (GBytes) built = object->read (object, copy, size, &error);
  note (count, object, built, wanted, error);
}

/* Magic, length and body, signed by all of the object's keys. */
static GBytes *
sign_anew (const Object *object, const guint8 *body, gsize body_len)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  const guint8 *good = g_bytes_get_data (object->good, NULL);
  guint32 length = GUINT32_TO_LE ((guint32) body_len);
  guint8 n = (guint8) object->signers->len;
  g_byte_array_append (out, good, MAGIC_LEN);
  g_byte_array_append (out, (const guint8 *) &length, sizeof length);
  g_byte_array_append (out, body, (guint) body_len);
  guint signed_len = out->len;
  g_byte_array_append (out, &n, 1);
  for (guint i = 0; i < n; i++) {
    const CzSecretKey *key = object->signers->pdata[i];
    guint8 signature[CZ_SIGNATURE_BYTES];
    CzPublicKey public_key;
    cz_secret_key_public (key, &public_key);
    guint64 id = GUINT64_TO_LE (cz_public_key_id (&public_key));
    cz_sign (key, object->kind, out->data, signed_len, signature);
    g_byte_array_append (out, (const guint8 *) &id, sizeof id);
    g_byte_array_append (out, signature, sizeof signature);
  }
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

static gsize
body_len_of (GBytes *object)
{
  guint32 length;
  memcpy (&length, (const guint8 *) g_bytes_get_data (object, NULL) + MAGIC_LEN, sizeof length);
  return GUINT32_FROM_LE (length);
}

static void
damage_as_it_is (const Object *object)
{
  Count flips = { 0 }, cuts = { 0 };
  gsize size;
  const guint8 *good = g_bytes_get_data (object->good, &size);
  g_autofree guint8 *copy = g_memdup2 (good, size);
  for (gsize bit = 0; bit < size * 8; bit++) {
    copy[bit / 8] ^= (guint8) (1u << (bit % 8));
    try_one (object, copy, size, object->good, &flips);
    copy[bit / 8] ^= (guint8) (1u << (bit % 8));
  }
  for (gsize cut = 0; cut < size; cut++)
    try_one (object, good, cut, object->good, &cuts);
  g_test_message ("%s, %" G_GSIZE_FORMAT " bytes: of its flips %u are read as before, %u refused as cut off, %u by the parser, %u by a signature",
                  object->what, size, flips.taken, flips.truncated, flips.by_parser, flips.by_signature);
  /* A flip may spoil any one signature that is not needed, and nothing else. */
  guint spare = object->signers->len - object->needed;
  g_assert_cmpuint (flips.taken, ==, spare > 0 ? object->signers->len * SIGNATURE_LINE * 8 : 0);
  g_assert_cmpuint (flips.by_signature, >=, body_len_of (object->good) * 4);
  g_assert_cmpuint (flips.by_parser, >=, MAGIC_LEN * 8);
  g_assert_cmpuint (cuts.taken, ==, 0);
  g_assert_cmpuint (cuts.truncated, ==, size);
}

static void
damage_signed_anew (const Object *object)
{
  Count flips = { 0 }, cuts = { 0 }, longer = { 0 };
  gsize body_len = body_len_of (object->good);
  g_autofree guint8 *body = g_malloc0 (body_len + 1);
  memcpy (body, (const guint8 *) g_bytes_get_data (object->good, NULL) + BODY_AT, body_len);
  for (gsize bit = 0; bit < body_len * 8; bit++) {
    body[bit / 8] ^= (guint8) (1u << (bit % 8));
    g_autoptr (GBytes) made = sign_anew (object, body, body_len);
    try_one (object, g_bytes_get_data (made, NULL), g_bytes_get_size (made), made, &flips);
    body[bit / 8] ^= (guint8) (1u << (bit % 8));
  }
  for (gsize cut = 0; cut < body_len; cut++) {
    g_autoptr (GBytes) made = sign_anew (object, body, cut);
    try_one (object, g_bytes_get_data (made, NULL), g_bytes_get_size (made), made, &cuts);
  }
  g_autoptr (GBytes) made = sign_anew (object, body, body_len + 1);
  try_one (object, g_bytes_get_data (made, NULL), g_bytes_get_size (made), made, &longer);
  g_test_message ("%s signed anew: of its flips %u are read as written, %u refused as cut off, %u by the parser, %u by a signature", object->what,
                  flips.taken, flips.truncated, flips.by_parser, flips.by_signature);
  g_assert_cmpuint (flips.taken, >, 0);
  g_assert_cmpuint (flips.taken + flips.truncated + flips.by_parser + flips.by_signature, ==, body_len * 8);
  g_assert_cmpuint (cuts.taken, ==, 0);
  g_assert_cmpuint (cuts.truncated + cuts.by_parser, ==, body_len);
  g_assert_cmpuint (longer.by_parser, ==, 1);
}

/* ---- the objects ---- */

static GBytes *
read_first_root (const Object *self, const guint8 *data, gsize size, GError **error)
{
  CzRoot root;
  return cz_root_open (data, size, NULL, &root, error) ? cz_root_build (&root, self->signers, error) : NULL;
}

static GBytes *
read_next_root (const Object *self, const guint8 *data, gsize size, GError **error)
{
  CzRoot root;
  return cz_root_open (data, size, &self->root, &root, error) ? cz_root_build (&root, self->signers, error) : NULL;
}

static GBytes *
read_index (const Object *self, const guint8 *data, gsize size, GError **error)
{
  CzPublicKey key;
  cz_secret_key_public (self->signers->pdata[0], &key);
  g_autoptr (CzIndex) index = cz_index_open (data, size, &key, error);
  return index ? cz_index_build (index, self->signers->pdata[0], error) : NULL;
}

/* A chain has no hash over its links: the delegation's bytes meet its parser as they are. */
static GBytes *
read_delegation (const Object *self, const guint8 *data, gsize size, GError **error)
{
  g_autoptr (GPtrArray) links = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autofree CzChain *chain = g_new0 (CzChain, 1);
  if (self->above)
    g_ptr_array_add (links, g_bytes_ref (self->above));
  g_ptr_array_add (links, g_bytes_new (data, size));
  g_autoptr (GBytes) whole = cz_chain_build (links, error);
  g_assert_nonnull (whole);
  gsize chain_size;
  const guint8 *bytes = g_bytes_get_data (whole, &chain_size);
  /* Whatever channel it says of itself is asked for: only so are all its fields left to its own reader. */
  CzChannel says = MAX (cz_chain_last_channel (whole), 0);
  if (!cz_chain_open_links (bytes, chain_size, &self->root, says, chain, error))
    return NULL;
  return cz_delegation_build (&chain->links[chain->n - 1], self->signers, error);
}

typedef struct {
  CzSecretKey *keys[4]; /* three of the root, one of the province */
  CzRoot first, second;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (f->keys); i++)
    f->keys[i] = cz_secret_key_new ();
  f->first = (CzRoot){ .version = 1, .threshold = 2, .n_keys = 3, .issued_s = ISSUED_S };
  f->second = (CzRoot){ .version = 2, .threshold = 2, .n_keys = 2, .issued_s = ISSUED_S + 7 };
  for (guint i = 0; i < 3; i++)
    cz_secret_key_public (f->keys[i], &f->first.keys[i]);
  for (guint i = 0; i < 2; i++)
    cz_secret_key_public (f->keys[i], &f->second.keys[i]);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (f->keys); i++)
    cz_secret_key_free (f->keys[i]);
}

static GPtrArray *
first_keys (Fixture *f, guint n)
{
  GPtrArray *list = g_ptr_array_new ();
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (list, f->keys[i]);
  return list;
}

static void
damage (Object *object, GBytes *owned_good)
{
  g_autoptr (GBytes) good = owned_good;
  g_autoptr (GPtrArray) signers = object->signers;
  g_autoptr (GError) error = NULL;
  object->good = good;
  g_autoptr (GBytes) same = object->read (object, g_bytes_get_data (good, NULL), g_bytes_get_size (good), &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (same, good));
  damage_as_it_is (object);
  damage_signed_anew (object);
}

static void
test_first_root (Fixture *f, gconstpointer data)
{
  Object object = { .what = "first root document", .kind = CZ_SIGN_ROOT, .signers = first_keys (f, 3), .needed = 2, .read = read_first_root };
  damage (&object, cz_root_build (&f->first, object.signers, NULL));
}

static void
test_next_root (Fixture *f, gconstpointer data)
{
  Object object = { .what = "second root document", .kind = CZ_SIGN_ROOT, .signers = first_keys (f, 2), .needed = 2, .root = f->first,
                    .read = read_next_root };
  damage (&object, cz_root_build (&f->second, object.signers, NULL));
}

static void
test_index (Fixture *f, gconstpointer data)
{
  g_autoptr (CzIndex) index = cz_index_new ();
  const CzIndexSegment segments[] = { { 202610, 1, 30, 500000 }, { 202611, 31, 52, 400000 } };
  const CzIndexJump jumps[] = { { 1, 30, 20000, 202610, 500000, { 1 } }, { 0, 30, 90000, 202610, 500000, { 2 } } };
  index->channel = 990101;
  index->epoch = 1;
  index->seq = 52;
  g_array_append_vals (index->segments, segments, G_N_ELEMENTS (segments));
  g_array_append_vals (index->jumps, jumps, G_N_ELEMENTS (jumps));
  Object object = { .what = "index", .kind = CZ_SIGN_INDEX, .signers = first_keys (f, 1), .needed = 1, .read = read_index };
  damage (&object, cz_index_build (index, f->keys[0], NULL));
}

static CzDelegation
delegation_of (const Fixture *f, CzChannel channel)
{
  CzDelegation d = { .channel = channel, .serial = 7, .epoch = 1, .table_mask = 0x1ff, .rows_per_day = 200000, .bytes_per_day = 4000000,
                     .not_before_s = ISSUED_S, .not_after_s = ISSUED_S + 366 * 86400 };
  cz_secret_key_public (f->keys[2], &d.content_key);
  cz_secret_key_public (f->keys[2], &d.head_key);
  cz_secret_key_public (f->keys[3], &d.delegate_key);
  memset (d.box_key, 0x42, sizeof d.box_key);
  return d;
}

static void
test_delegation_of_root (Fixture *f, gconstpointer data)
{
  CzDelegation province = delegation_of (f, 990000);
  Object object = { .what = "delegation by the root", .kind = CZ_SIGN_DELEGATION, .signers = first_keys (f, 3), .needed = 2, .root = f->first,
                    .read = read_delegation };
  damage (&object, cz_delegation_build (&province, object.signers, NULL));
}

static void
test_delegation_of_province (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) root_keys = first_keys (f, 3);
  CzDelegation province = delegation_of (f, 990000), county = delegation_of (f, 990101);
  g_autoptr (GBytes) above = cz_delegation_build (&province, root_keys, NULL);
  Object object = { .what = "delegation by a province", .kind = CZ_SIGN_DELEGATION, .signers = g_ptr_array_new (), .needed = 1, .root = f->first,
                    .above = above, .read = read_delegation };
  county.table_mask = 0xff;
  g_ptr_array_add (object.signers, f->keys[3]);
  damage (&object, cz_delegation_build (&county, object.signers, NULL));
}

/* What a keyholder is shown before he signs it: what was never signed is told by the number of good signatures alone. */
static void
test_drafts (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) signers = first_keys (f, 1);
  CzDelegation province = delegation_of (f, 990000);
  g_autoptr (GBytes) good = cz_delegation_build (&province, signers, NULL);
  gsize size;
  const guint8 *bytes = g_bytes_get_data (good, &size);
  gsize signed_bits = (BODY_AT + body_len_of (good)) * 8;
  g_autofree guint8 *copy = g_memdup2 (bytes, size);
  guint n_read = 0;
  for (gsize bit = 0; bit < size * 8; bit++) {
    CzDelegation back = { 0 };
    guint n_valid = 0;
    copy[bit / 8] ^= (guint8) (1u << (bit % 8));
    g_autoptr (GBytes) draft = g_bytes_new (copy, size);
    if (cz_delegation_read_draft (draft, &f->first, &back, &n_valid, NULL)) {
      g_autoptr (GBytes) wanted = sign_anew (&(Object){ .kind = CZ_SIGN_DELEGATION, .signers = signers, .good = good }, copy + BODY_AT, body_len_of (good));
      g_autoptr (GBytes) built = cz_delegation_build (&back, signers, NULL);
      g_assert_cmpuint (n_valid, ==, 0);
      g_assert_true (g_bytes_equal (built, wanted));
      n_read += bit < signed_bits;
    }
    copy[bit / 8] ^= (guint8) (1u << (bit % 8));
  }
  g_assert_cmpuint (n_read, >, signed_bits / 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add ("/damage/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("root/first", test_first_root);
  ADD ("root/next", test_next_root);
  ADD ("index", test_index);
  ADD ("delegation/by-root", test_delegation_of_root);
  ADD ("delegation/by-province", test_delegation_of_province);
  ADD ("delegation/draft", test_drafts);
#undef ADD
  return g_test_run ();
}
