/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/station/cz-offer.h"

static GBytes *
get_from (const char *depot, const CzRoadOptions *options, const char *path, GError **error)
{
  g_autoptr (CzRoad) road = cz_road_new (depot, options, error);
  return road ? cz_road_get (road, path, CZ_OFFER_MAX, NULL, NULL, error) : NULL;
}

static gboolean
is_silence (const GError *error)
{
  return g_error_matches (error, CZ_ROAD_ERROR, CZ_ROAD_ERROR_UNREACHABLE);
}

char *
cz_offer_fetch (const char *const *depots, const CzRoadOptions *options, const char *path, const char *file, GError **error)
{
  g_autoptr (GError) worst = NULL;
  for (gsize i = 0; depots[i] != NULL; i++) {
    g_autoptr (GError) local = NULL;
    g_autoptr (GBytes) bytes = get_from (depots[i], options, path, &local);
    if (bytes) {
      gsize size;
      const char *data = g_bytes_get_data (bytes, &size);
      GFileSetContentsFlags flags = G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE;
      return g_file_set_contents_full (file, data, (gssize) size, flags, 0644, error) ? g_strdup (depots[i]) : NULL;
    }
    if (!worst || is_silence (worst)) {
      g_clear_error (&worst);
      worst = g_steal_pointer (&local);
    }
  }
  if (worst)
    g_propagate_error (error, g_steal_pointer (&worst));
  else
    g_set_error_literal (error, CZ_ROAD_ERROR, CZ_ROAD_ERROR_ADDRESS, "no depot is known");
  return NULL;
}
