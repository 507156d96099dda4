/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/depot/cz-depot.h"
#include "sync/depot/cz-file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

G_DEFINE_QUARK (cz_depot_error, cz_depot_error)

#define FILE_MODE 0644
#define FOLDER_MODE 0755
#define DEPTH_MAX 8 /* v1/c/<channel>/skip/<n>/<n> is the deepest there is */

struct _CzDepot {
  const CzDepotBackend *backend;
  gpointer self;
};

CzDepot *
cz_depot_new (const CzDepotBackend *backend, gpointer self)
{
  CzDepot *depot = g_new0 (CzDepot, 1);
  depot->backend = backend;
  depot->self = self;
  return depot;
}

void
cz_depot_free (CzDepot *depot)
{
  if (depot == NULL)
    return;
  depot->backend->free (depot->self);
  g_free (depot);
}

gboolean
cz_depot_put (CzDepot *depot, const char *path, GBytes *bytes, GError **error)
{
  return depot->backend->put (depot->self, path, bytes, error);
}

gboolean
cz_depot_put_new (CzDepot *depot, const char *path, GBytes *bytes, GError **error)
{
  g_autoptr (GError) absent = NULL;
  guint64 size = 0;
  if (!depot->backend->size (depot->self, path, &size, &absent)) {
    if (g_error_matches (absent, CZ_DEPOT_ERROR, CZ_DEPOT_ERROR_ABSENT))
      return depot->backend->put (depot->self, path, bytes, error);
    g_propagate_error (error, g_steal_pointer (&absent));
    return FALSE;
  }
  g_autoptr (GBytes) there = NULL;
  if (size == g_bytes_get_size (bytes)) {
    there = depot->backend->get (depot->self, path, 0, size, error);
    if (there == NULL)
      return FALSE;
  }
  if (there != NULL && g_bytes_equal (there, bytes))
    return TRUE;
  g_set_error (error, CZ_DEPOT_ERROR, CZ_DEPOT_ERROR_CONFLICT,
               "%s is in the depot with other bytes and is never overwritten", path);
  return FALSE;
}

gboolean
cz_depot_append (CzDepot *depot, const char *path, guint64 offset, GBytes *bytes, GError **error)
{
  return depot->backend->append (depot->self, path, offset, bytes, error);
}

GBytes *
cz_depot_get (CzDepot *depot, const char *path, guint64 offset, gsize max_bytes, GError **error)
{
  return depot->backend->get (depot->self, path, offset, max_bytes, error);
}

gboolean
cz_depot_size (CzDepot *depot, const char *path, guint64 *out, GError **error)
{
  return depot->backend->size (depot->self, path, out, error);
}

gboolean
cz_depot_remove (CzDepot *depot, const char *path, GError **error)
{
  return depot->backend->remove (depot->self, path, error);
}

void
cz_depot_get_ahead (CzDepot *depot, const char *const *paths, guint n, gsize max_bytes, GBytes **out)
{
  for (guint i = 0; i < n; i++)
    out[i] = NULL;
  if (depot->backend->get_ahead != NULL && n > 1)
    depot->backend->get_ahead (depot->self, paths, MIN (n, CZ_DEPOT_AHEAD), max_bytes, out);
}

gboolean
cz_depot_remove_all (CzDepot *depot, const char *const *paths, guint n, GError **error)
{
  if (depot->backend->remove_all != NULL)
    return depot->backend->remove_all (depot->self, paths, n, error);
  for (guint i = 0; i < n; i++)
    if (!depot->backend->remove (depot->self, paths[i], error))
      return FALSE;
  return TRUE;
}

gboolean
cz_depot_each (CzDepot *depot, const char *below, CzDepotObjectFunc func, gpointer data, GError **error)
{
  return depot->backend->each (depot->self, below, func, data, error);
}

gboolean
cz_depot_has (CzDepot *depot, const char *path)
{
  guint64 size = 0;
  return depot->backend->size (depot->self, path, &size, NULL);
}

/* --- a folder --- */

static CzDepotError
depot_code (gint file_code)
{
  static const struct {
    GFileError file;
    CzDepotError depot;
  } map[] = {
    { G_FILE_ERROR_NOENT, CZ_DEPOT_ERROR_ABSENT }, { G_FILE_ERROR_INVAL, CZ_DEPOT_ERROR_CONFLICT },
    { G_FILE_ERROR_NOSPC, CZ_DEPOT_ERROR_FULL },   { G_FILE_ERROR_ACCES, CZ_DEPOT_ERROR_DENIED },
    { G_FILE_ERROR_PERM, CZ_DEPOT_ERROR_DENIED },  { G_FILE_ERROR_ROFS, CZ_DEPOT_ERROR_DENIED },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (map); i++)
    if ((gint) map[i].file == file_code)
      return map[i].depot;
  return CZ_DEPOT_ERROR_FAILED;
}

static gboolean
take_file_error (GError *file, GError **error)
{
  g_set_error (error, CZ_DEPOT_ERROR, (gint) depot_code (file->code), "the depot: %s", file->message);
  g_error_free (file);
  return FALSE;
}

/* Makes the folder above the object too. NULL on failure. */
static char *
folder_path (gpointer self, const char *path, GError **error)
{
  g_autofree char *full = g_build_filename (self, path, NULL);
  g_autofree char *folder = g_path_get_dirname (full);
  GError *file = NULL;
  if (!cz_file_make_folder (folder, FOLDER_MODE, &file)) {
    take_file_error (file, error);
    return NULL;
  }
  return g_steal_pointer (&full);
}

static gboolean
folder_put (gpointer self, const char *path, GBytes *bytes, GError **error)
{
  g_autofree char *full = folder_path (self, path, error);
  GError *file = NULL;
  if (full == NULL)
    return FALSE;
  return cz_file_replace (full, bytes, FILE_MODE, &file) || take_file_error (file, error);
}

static gboolean
folder_append (gpointer self, const char *path, guint64 offset, GBytes *bytes, GError **error)
{
  g_autofree char *full = folder_path (self, path, error);
  GError *file = NULL;
  if (full == NULL)
    return FALSE;
  return cz_file_append_at (full, offset, bytes, FILE_MODE, &file) || take_file_error (file, error);
}

static gboolean
folder_size (gpointer self, const char *path, guint64 *out, GError **error)
{
  g_autofree char *full = g_build_filename (self, path, NULL);
  struct stat st;
  if (stat (full, &st) == 0 && S_ISREG (st.st_mode)) {
    *out = (guint64) st.st_size;
    return TRUE;
  }
  int err = errno;
  if (err == ENOTDIR || err == ENOENT)
    g_set_error (error, CZ_DEPOT_ERROR, CZ_DEPOT_ERROR_ABSENT, "the depot has no %s", path);
  else
    g_set_error (error, CZ_DEPOT_ERROR, (gint) depot_code ((gint) g_file_error_from_errno (err)),
                 "the depot: %s: %s", full, g_strerror (err));
  return FALSE;
}

static GBytes *
folder_get (gpointer self, const char *path, guint64 offset, gsize max_bytes, GError **error)
{
  guint64 size = 0;
  if (!folder_size (self, path, &size, error))
    return NULL;
  if (size > offset && size - offset > max_bytes) {
    g_set_error (error, CZ_DEPOT_ERROR, CZ_DEPOT_ERROR_LIMIT, "the depot's %s is larger than %" G_GSIZE_FORMAT " bytes",
                 path, max_bytes);
    return NULL;
  }
  g_autofree char *full = g_build_filename (self, path, NULL);
  GError *file = NULL;
  GBytes *bytes = cz_file_read (full, offset, max_bytes, &file);
  if (bytes == NULL)
    take_file_error (file, error);
  return bytes;
}

static gboolean
folder_remove (gpointer self, const char *path, GError **error)
{
  g_autofree char *full = g_build_filename (self, path, NULL);
  GError *file = NULL;
  return cz_file_remove (full, &file) || take_file_error (file, error);
}

static int
by_name (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Read to its end before anything is done with it: what is removed meanwhile does not confuse the walk. */
static GPtrArray *
names_in (const char *folder)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (name[0] != '.')
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, by_name);
  return names;
}

typedef struct {
  const char *folder;
  CzDepotObjectFunc func;
  gpointer data;
} Walk;

static gboolean
walk (const Walk *self, const char *below, guint depth, GError **error)
{
  g_autofree char *folder = g_build_filename (self->folder, below, NULL);
  g_autoptr (GPtrArray) names = names_in (folder);
  for (guint i = 0; i < names->len; i++) {
    g_autofree char *path = g_strconcat (below, "/", (const char *) g_ptr_array_index (names, i), NULL);
    g_autofree char *full = g_build_filename (self->folder, path, NULL);
    struct stat st;
    if (lstat (full, &st) != 0)
      continue;
    if (S_ISDIR (st.st_mode) && depth < DEPTH_MAX && !walk (self, path, depth + 1, error))
      return FALSE;
    if (S_ISREG (st.st_mode) && !self->func (path, (guint64) st.st_size, self->data, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
folder_each (gpointer self, const char *below, CzDepotObjectFunc func, gpointer data, GError **error)
{
  const Walk whole = { self, func, data };
  g_auto (GStrv) parts = g_strsplit (below, "/", -1);
  g_autofree char *path = g_strdup (self);
  struct stat st;
  for (guint i = 0; parts[i] != NULL; i++) {
    char *next = g_build_filename (path, parts[i], NULL);
    g_free (path);
    path = next;
    if (lstat (path, &st) != 0 || !S_ISDIR (st.st_mode))
      return TRUE;
  }
  return walk (&whole, below, 0, error);
}

static const CzDepotBackend folder_backend = {
  .put = folder_put,
  .append = folder_append,
  .get = folder_get,
  .size = folder_size,
  .remove = folder_remove,
  .each = folder_each,
  .free = g_free,
};

CzDepot *
cz_depot_new_folder (const char *folder, GError **error)
{
  GError *file = NULL;
  if (!cz_file_make_folder (folder, FOLDER_MODE, &file)) {
    take_file_error (file, error);
    return NULL;
  }
  return cz_depot_new (&folder_backend, g_strdup (folder));
}
