/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/depot/cz-bucket-listing.h"

#include <string.h>

#include "sync/depot/cz-depot.h"

#define KEY_MAX 1024 /* of an S3 key, in bytes; three times that while it is encoded */
#define PAGE_MAX 1000 /* objects of one page */

typedef struct {
  CzBucketListing *listing;
  GString *text; /* of the element that is open */
  char *key; /* of the object that is open; (nullable) */
  guint64 size;
  gboolean is_encoded;
} Reader;

static void
free_object (gpointer data)
{
  CzListedObject *object = data;
  g_free (object->key);
  g_free (object);
}

void
cz_bucket_listing_free (CzBucketListing *listing)
{
  if (listing == NULL)
    return;
  g_ptr_array_unref (listing->objects);
  g_free (listing);
}

static void
refuse (GError **error, const char *why)
{
  g_set_error (error, G_MARKUP_ERROR, G_MARKUP_ERROR_INVALID_CONTENT, "%s", why);
}

static const char *
parent_of (GMarkupParseContext *context)
{
  const GSList *stack = g_markup_parse_context_get_element_stack (context);
  return stack != NULL && stack->next != NULL ? stack->next->data : "";
}

/* A page is decoded as a whole, at its end: the element that says how stands anywhere. */
static void
end_object (Reader *self, GError **error)
{
  if (self->key == NULL || self->key[0] == '\0' || self->listing->objects->len >= PAGE_MAX) {
    refuse (error, "an object without a key, or too many");
    return;
  }
  CzListedObject *object = g_new0 (CzListedObject, 1);
  object->key = g_steal_pointer (&self->key);
  object->size = self->size;
  self->size = 0;
  g_ptr_array_add (self->listing->objects, object);
}

static void
on_start (GMarkupParseContext *context, const char *name, const char **names, const char **values, gpointer data, GError **error)
{
  Reader *self = data;
  g_string_truncate (self->text, 0);
  if (g_str_equal (parent_of (context), "") && !g_str_equal (name, "ListBucketResult"))
    refuse (error, "not a listing");
}

static void
on_end (GMarkupParseContext *context, const char *name, gpointer data, GError **error)
{
  Reader *self = data;
  gboolean in_object = g_str_equal (parent_of (context), "Contents");
  gboolean on_top = g_str_equal (parent_of (context), "ListBucketResult");
  if (in_object && g_str_equal (name, "Key")) {
    g_free (self->key);
    self->key = g_strdup (self->text->str);
  } else if (in_object && g_str_equal (name, "Size")) {
    if (!g_ascii_string_to_unsigned (self->text->str, 10, 0, G_MAXUINT64, &self->size, NULL))
      refuse (error, "an object without a size");
  } else if (on_top && g_str_equal (name, "Contents")) {
    end_object (self, error);
  } else if (on_top && g_str_equal (name, "IsTruncated")) {
    self->listing->is_truncated = g_str_equal (self->text->str, "true");
  } else if (on_top && g_str_equal (name, "EncodingType")) {
    self->is_encoded = g_str_equal (self->text->str, "url");
  }
  g_string_truncate (self->text, 0);
}

static void
on_text (GMarkupParseContext *context, const char *text, gsize len, gpointer data, GError **error)
{
  Reader *self = data;
  if (len > 3 * KEY_MAX - MIN (self->text->len, 3 * KEY_MAX))
    refuse (error, "a word without end");
  else
    g_string_append_len (self->text, text, (gssize) len);
}

static char *
decode (const char *key)
{
  g_autofree char *plain = g_strdup (key);
  g_strdelimit (plain, "+", ' '); /* as forms have it: a true '+' is encoded */
  return g_uri_unescape_string (plain, NULL);
}

static gboolean
finish (Reader *self, GError **error)
{
  const char *last = "";
  for (guint i = 0; i < self->listing->objects->len; i++) {
    CzListedObject *object = g_ptr_array_index (self->listing->objects, i);
    char *key = self->is_encoded ? decode (object->key) : g_strdup (object->key);
    g_free (object->key);
    object->key = key;
    if (key == NULL || strlen (key) > KEY_MAX || !g_utf8_validate (key, -1, NULL) || strcmp (key, last) <= 0) {
      refuse (error, "a key that cannot be, or out of order");
      return FALSE;
    }
    last = key;
  }
  if (self->listing->is_truncated && self->listing->objects->len == 0) {
    refuse (error, "more follows, but behind nothing");
    return FALSE;
  }
  return TRUE;
}

CzBucketListing *
cz_bucket_listing_parse (const char *data, gsize size, GError **error)
{
  static const GMarkupParser parser = { on_start, on_end, on_text, NULL, NULL };
  g_autoptr (CzBucketListing) listing = g_new0 (CzBucketListing, 1);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) local = NULL;
  listing->objects = g_ptr_array_new_with_free_func (free_object);
  Reader reader = { .listing = listing, .text = text };
  if (!g_utf8_validate_len (data, size, NULL)) { /* GMarkup of GLib 2.74 goes on behind a NUL and sets a second error over the first */
    g_set_error_literal (error, CZ_DEPOT_ERROR, CZ_DEPOT_ERROR_FAILED, "the store's listing: not text");
    return NULL;
  }
  g_autoptr (GMarkupParseContext) context = g_markup_parse_context_new (&parser, G_MARKUP_TREAT_CDATA_AS_TEXT, &reader, NULL);
  gboolean ok = g_markup_parse_context_parse (context, data, (gssize) size, &local) && g_markup_parse_context_end_parse (context, &local)
                && finish (&reader, &local);
  g_free (reader.key);
  if (ok)
    return g_steal_pointer (&listing);
  g_set_error (error, CZ_DEPOT_ERROR, CZ_DEPOT_ERROR_FAILED, "the store's listing: %s", local->message);
  return NULL;
}
