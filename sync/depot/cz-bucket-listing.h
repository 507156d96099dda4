/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

/* What an S3-compatible store answers to ListObjectsV2: one page of names. Pure; the answer is anybody's bytes, its size is the caller's
 * to bound. */

typedef struct {
  char *key; /* decoded, not empty, UTF-8 */
  guint64 size; /* as the store says */
} CzListedObject;

typedef struct {
  GPtrArray *objects; /* CzListedObject, ascending by the bytes of their keys, each once */
  gboolean is_truncated; /* more names follow behind the last */
} CzBucketListing;

void cz_bucket_listing_free (CzBucketListing *listing);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzBucketListing, cz_bucket_listing_free)

/* NULL: CZ_DEPOT_ERROR_FAILED. No such document, a key without end or order, a page that says more follow and names nothing. */
CzBucketListing *cz_bucket_listing_parse (const char *data, gsize size, GError **error) G_GNUC_WARN_UNUSED_RESULT;
