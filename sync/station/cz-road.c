/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/station/cz-road-private.h"

#include <string.h>

G_DEFINE_QUARK (cz_road_error, cz_road_error)

CzRoad *
cz_road_new (const char *address, const CzRoadOptions *options, GError **error)
{
  if (g_str_has_prefix (address, "http://") || g_str_has_prefix (address, "https://"))
    return cz_road_http_new (address, options, error);
  if (g_str_has_prefix (address, "file:")) {
    g_autofree char *folder = g_filename_from_uri (address, NULL, NULL);
    if (folder)
      return cz_road_folder_new (folder, error);
  } else if (*address != '\0' && strstr (address, "://") == NULL) {
    return cz_road_folder_new (address, error);
  }
  g_set_error (error, CZ_ROAD_ERROR, CZ_ROAD_ERROR_ADDRESS, "'%s' is no address this program can use: http, https, file or a folder", address);
  return NULL;
}

void
cz_road_free (CzRoad *road)
{
  if (!road)
    return;
  g_free (road->address);
  road->kind->free (road);
}

const char *
cz_road_address (CzRoad *road)
{
  return road->address;
}

guint64
cz_road_bytes_in (CzRoad *road)
{
  return road->bytes_in;
}

guint
cz_road_requests (CzRoad *road)
{
  return road->requests;
}

gboolean
cz_road_certificate_time_ignored (CzRoad *road)
{
  return road->certificate_time_ignored;
}

gboolean
cz_road_is_folder (CzRoad *road)
{
  return road->kind->has != NULL;
}

gboolean
cz_road_may_have (CzRoad *road, const char *path)
{
  return road->kind->has == NULL || road->kind->has (road, path);
}

static gboolean
is_cancelled (GCancellable *cancellable, GError **error)
{
  if (!cancellable || !g_cancellable_is_cancelled (cancellable))
    return FALSE;
  g_set_error (error, CZ_ROAD_ERROR, CZ_ROAD_ERROR_CANCELLED, "stopped");
  return TRUE;
}

void
cz_road_expect_last (CzRoad *road)
{
  road->expects_last = TRUE;
}

GBytes *
cz_road_get (CzRoad *road, const char *path, gsize max_bytes, char **tag, GCancellable *cancellable, GError **error)
{
  if (is_cancelled (cancellable, error))
    return NULL;
  return road->kind->get (road, path, max_bytes, tag, cancellable, error);
}

gboolean
cz_road_get_range (CzRoad *road, const CzRange *range, CzRoadSink sink, gpointer user_data, char **tag_out,
                   GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (range->length > 0 && range->offset <= G_MAXINT64 - range->length, FALSE);
  if (is_cancelled (cancellable, error))
    return FALSE;
  return road->kind->get_range (road, range, sink, user_data, tag_out, cancellable, error);
}

gboolean
cz_road_put (CzRoad *road, const char *path, GBytes *bytes, gboolean *was_there, GCancellable *cancellable, GError **error)
{
  gboolean unused = FALSE;
  if (is_cancelled (cancellable, error))
    return FALSE;
  return road->kind->put (road, path, bytes, was_there ? was_there : &unused, cancellable, error);
}

guint64
cz_road_bytes_out (CzRoad *road)
{
  return road->bytes_out;
}
