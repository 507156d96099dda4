/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/cz-hub-papers.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/hub/cz-hub-office.h"
#include "app/hub/cz-hub-private.h"
#include "sync/depot/cz-file.h"

#define DEPOT_TREE "v1"
#define DEPOT_FILE_MAX (256u * 1024u * 1024u) /* a month's segment: some thirty bundles of at most 8 MiB */
#define DEPTH_MAX 8 /* v1/c/<channel>/skip/<n>/<n> is the deepest there is */

typedef struct {
  const CzHubPapers *papers;
  CzParcel *parcel;
  gsize bytes;
  guint files;
} Packing;

static gboolean
add (Packing *packing, const char *name, GBytes *bytes, GError **error)
{
  GError *low = NULL;
  packing->bytes += g_bytes_get_size (bytes);
  packing->files++;
  if (packing->papers->max_bytes > 0 && packing->bytes > packing->papers->max_bytes) {
    g_set_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED, _ ("The content is larger than BOOT can take. Leave out --content, or use --stick."));
    return FALSE;
  }
  return cz_parcel_add (packing->parcel, name, bytes, &low) || cz_hub_take_storage_error (low, error);
}

static gboolean
add_text (Packing *packing, const char *name, const char *text, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  return add (packing, name, bytes, error);
}

static gboolean
add_file (Packing *packing, const char *path, const char *name, GError **error)
{
  GError *low = NULL;
  g_autoptr (GBytes) bytes = cz_file_read (path, 0, DEPOT_FILE_MAX, &low);
  return bytes != NULL ? add (packing, name, bytes, error) : cz_hub_take_storage_error (low, error);
}

/* Names that begin with a dot are files under way. */
static gboolean
add_tree (Packing *packing, const char *folder, const char *name, guint depth, GError **error)
{
  GError *low = NULL;
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, &low);
  const char *entry;
  if (dir == NULL)
    return cz_hub_take_storage_error (low, error);
  while ((entry = g_dir_read_name (dir)) != NULL) {
    g_autofree char *below = g_strconcat (name, "/", entry, NULL);
    g_autofree char *full = g_build_filename (folder, below, NULL);
    gboolean is_folder = g_file_test (full, G_FILE_TEST_IS_DIR);
    if (entry[0] == '.' || (is_folder && depth >= DEPTH_MAX))
      continue;
    if (!(is_folder ? add_tree (packing, folder, below, depth + 1, error) : add_file (packing, full, below, error)))
      return FALSE;
  }
  return TRUE;
}

static gboolean
refuse_unpublished (GError **error)
{
  g_set_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED, _ ("Nothing has been published yet. Publish first, or leave out --content."));
  return FALSE;
}

typedef struct {
  Packing *packing;
  CzDepot *depot;
} Fetching;

static gboolean
add_object (const char *path, guint64 size, gpointer data, GError **error)
{
  Fetching *fetching = data;
  g_autoptr (GBytes) bytes = cz_depot_get (fetching->depot, path, 0, DEPOT_FILE_MAX, error);
  return bytes != NULL && add (fetching->packing, path, bytes, error);
}

static gboolean
add_bucket (Packing *packing, CzHub *hub, GError **error)
{
  guint before = packing->files;
  g_autoptr (CzDepot) depot = cz_hub_depot_open (hub, error);
  Fetching fetching = { packing, depot };
  if (depot == NULL || !cz_depot_each (depot, DEPOT_TREE, add_object, &fetching, error))
    return FALSE;
  return packing->files > before || refuse_unpublished (error);
}

static gboolean
add_content (Packing *packing, CzHub *hub, GError **error)
{
  g_autofree char *depot = cz_hub_depot_folder (hub);
  g_autofree char *tree = g_build_filename (depot, DEPOT_TREE, NULL);
  if (cz_hub_place_is_bucket (depot))
    return add_bucket (packing, hub, error);
  return g_file_test (tree, G_FILE_TEST_IS_DIR) ? add_tree (packing, depot, DEPOT_TREE, 0, error) : refuse_unpublished (error);
}

gboolean
cz_hub_papers_put (CzHub *hub, const CzHubPapers *papers, CzParcel *parcel, guint *n_files, GError **error)
{
  Packing packing = { papers, parcel, 0, 0 };
  g_autofree char *ticket = cz_hub_ticket_text (hub, &papers->ticket, error);
  g_autofree char *conf = cz_station_conf_to_text (papers->conf);
  if (ticket == NULL || !add_text (&packing, CZ_STATION_TICKET_NAME, ticket, error)
      || (papers->with_content && !add_content (&packing, hub, error)) || !add_text (&packing, CZ_STATION_CONF_NAME, conf, error))
    return FALSE;
  if (n_files != NULL)
    *n_files = packing.files;
  return TRUE;
}
