/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "sync/depot/cz-bucket-listing.h"
#include "tests/fuzz/cz-fuzz.h"

/* What a store answers when it is asked for names: each key once, ascending, and a page that says more follow has a last one. */

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (CzBucketListing) listing = cz_bucket_listing_parse ((const char *) data, size, NULL);
  const char *last = "";
  if (!listing)
    return 0;
  cz_fuzz_must (!listing->is_truncated || listing->objects->len > 0, "more follows behind something");
  for (guint i = 0; i < listing->objects->len; i++) {
    const CzListedObject *object = g_ptr_array_index (listing->objects, i);
    cz_fuzz_must (strcmp (object->key, last) > 0 && g_utf8_validate (object->key, -1, NULL), "keys ascend");
    last = object->key;
  }
  return 0;
}
