/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/cz-hub-media.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/hub/cz-hub-private.h"
#include "sync/depot/cz-file.h"
#include "sync/wire/cz-key.h"

#define MEDIA_MAX_BYTES (8u * 1024u * 1024u)

static gboolean
has_at (const guint8 *data, gsize size, gsize at, const char *bytes)
{
  gsize n = strlen (bytes);
  return size >= at + n && memcmp (data + at, bytes, n) == 0;
}

static gboolean
is_svg (const guint8 *data, gsize size)
{
  g_autofree char *start = g_strndup ((const char *) data, MIN (size, 1024));
  return size > 0 && strstr (start, "<svg") != NULL;
}

/* The name says nothing: what stands in the file does. */
static const char *
type_of (const guint8 *data, gsize size)
{
  if (has_at (data, size, 0, "\x89PNG\r\n\x1a\n"))
    return "image/png";
  if (has_at (data, size, 0, "\xff\xd8\xff"))
    return "image/jpeg";
  if (has_at (data, size, 0, "RIFF") && has_at (data, size, 8, "WEBP"))
    return "image/webp";
  if (has_at (data, size, 0, "RIFF") && has_at (data, size, 8, "WAVE"))
    return "audio/wav";
  if (has_at (data, size, 0, "OggS"))
    return "audio/ogg";
  if (has_at (data, size, 0, "%PDF-"))
    return "application/pdf";
  return is_svg (data, size) ? "image/svg+xml" : NULL;
}

char *
cz_hub_media_path (CzHub *hub, const guint8 hash[CZ_HASH_BYTES])
{
  g_autofree char *name = cz_hash_to_hex (hash);
  return g_build_filename (hub->home, "media", name, NULL);
}

static GBytes *
read_media (const char *path, const char **type, GError **error)
{
  g_autoptr (GError) low = NULL;
  g_autoptr (GBytes) bytes = cz_file_read (path, 0, MEDIA_MAX_BYTES, &low);
  if (bytes == NULL) {
    if (g_error_matches (low, G_FILE_ERROR, G_FILE_ERROR_NOSPC))
      g_set_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED, _ ("%s is larger than 8 MB: make it smaller."), path);
    else
      g_set_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED, _ ("%s cannot be read."), path);
    return NULL;
  }
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  *type = type_of (data, size);
  if (*type == NULL) {
    g_set_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED,
                 _ ("%s is not a picture or sound that stations can show (PNG, JPEG, WebP, SVG, Ogg, WAV, PDF)."), path);
    return NULL;
  }
  return g_steal_pointer (&bytes);
}

static gboolean
copy_in (CzHub *hub, const guint8 *hash, GBytes *bytes, GError **error)
{
  g_autofree char *copy = cz_hub_media_path (hub, hash);
  g_autofree char *folder = g_path_get_dirname (copy);
  GError *low = NULL;
  if (g_file_test (copy, G_FILE_TEST_IS_REGULAR))
    return TRUE;
  return (cz_file_make_folder (folder, CZ_HUB_FOLDER_MODE, &low) && cz_file_replace (copy, bytes, CZ_HUB_FILE_MODE, &low))
         || cz_hub_take_storage_error (low, error);
}

typedef struct {
  const char *type, *title, *licence;
  int priority;
} Label;

static gboolean
add_bytes (CzHub *hub, GBytes *bytes, const Label *label, guint8 hash[CZ_HASH_BYTES], GError **error)
{
  const CzTable *table = cz_table_by_number (CZ_TABLE_MEDIA);
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  cz_hash (data, size, hash);
  if (!copy_in (hub, hash, bytes, error))
    return FALSE;
  CzRow row = { 0 };
  CzRow stored;
  gboolean found = FALSE;
  row.v[0].p = (const char *) hash;
  row.v[0].len = CZ_HASH_BYTES;
  /* The same picture under two names keeps its first title. */
  if (!cz_hub_get (hub, table, &row, &stored, &found, error) || found)
    return found;
  cz_hub_row_set_text (table, &row, "type", label->type);
  cz_hub_row_set_int (table, &row, "bytes", (gint64) size);
  cz_hub_row_set_int (table, &row, "priority", label->priority);
  cz_hub_row_set_text (table, &row, "title", label->title);
  cz_hub_row_set_text (table, &row, "licence", label->licence);
  return cz_hub_put (hub, table, &row, NULL, error);
}

gboolean
cz_hub_add_media (CzHub *hub, const char *path, int priority, const char *title, const char *licence,
                  guint8 hash[CZ_HASH_BYTES], GError **error)
{
  Label label = { NULL, title, licence, priority };
  g_autoptr (GBytes) bytes = read_media (path, &label.type, error);
  return bytes != NULL && add_bytes (hub, bytes, &label, hash, error);
}

gboolean
cz_hub_add_media_bytes (CzHub *hub, GBytes *bytes, guint8 hash[CZ_HASH_BYTES], GError **error)
{
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  const Label label = { type_of (data, size), "", "", 5 };
  if (label.type != NULL && size <= MEDIA_MAX_BYTES)
    return add_bytes (hub, bytes, &label, hash, error);
  g_set_error_literal (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED, _ ("What came with it is no picture or sound that stations can show."));
  return FALSE;
}
