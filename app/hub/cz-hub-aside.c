/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/cz-hub-aside.h"

#include <string.h>
#include <sys/stat.h>

#include "app/hub/cz-hub-private.h"
#include "sync/depot/cz-depot.h"
#include "sync/depot/cz-file.h"

#define UPLOADS_PARTS 4 /* uploads, channel, fingerprint, name */

char *
cz_hub_strangers_folder (CzHub *hub)
{
  return g_build_filename (hub->home, "strangers", NULL);
}

static guint64
folder_bytes (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint64 sum = 0;
  struct stat st;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);
    if (lstat (path, &st) == 0)
      sum += S_ISDIR (st.st_mode) ? folder_bytes (path) : (guint64) st.st_size;
  }
  return sum;
}

void
cz_hub_aside_init (CzHubAside *self, CzHub *hub)
{
  g_autofree char *aside = g_build_filename (hub->home, "aside", NULL);
  g_autofree char *strangers = cz_hub_strangers_folder (hub);
  *self = (CzHubAside) { hub, folder_bytes (aside), folder_bytes (strangers) };
}

static gboolean
note (CzHub *hub, const char *name, const char *reason, gsize bytes, GError **error)
{
  GError *low = NULL;
  g_autoptr (sqlite3_stmt) stmt = cz_db_prepare (hub->db, "INSERT INTO set_aside (at_s, name, reason, bytes) VALUES (?, ?, ?, ?)", &low);
  if (stmt == NULL)
    return cz_hub_take_storage_error (low, error);
  (void) sqlite3_bind_int64 (stmt, 1, cz_clock_wall_s (hub->clock));
  (void) sqlite3_bind_text (stmt, 2, name, -1, SQLITE_STATIC);
  (void) sqlite3_bind_text (stmt, 3, reason, -1, SQLITE_STATIC);
  (void) sqlite3_bind_int64 (stmt, 4, (gint64) bytes);
  int code = sqlite3_step (stmt);
  return code == SQLITE_DONE || cz_hub_storage_error (hub, code, "set_aside", error);
}

static gboolean
keep (const char *file, GBytes *bytes, GError **error)
{
  GError *low = NULL;
  g_autofree char *dir = g_path_get_dirname (file);
  return (cz_file_make_folder (dir, CZ_HUB_FOLDER_MODE, &low) && cz_file_replace (file, bytes, CZ_HUB_FILE_MODE, &low))
         || cz_hub_take_storage_error (low, error);
}

/* "<fingerprint>/<name>": the last two parts. */
static char *
relative (const char *path)
{
  g_auto (GStrv) parts = g_strsplit (path, "/", UPLOADS_PARTS);
  return g_strv_length (parts) == UPLOADS_PARTS ? g_strconcat (parts[2], "/", parts[3], NULL) : g_strdup (path);
}

gboolean
cz_hub_aside_put (CzHubAside *self, const char *path, GBytes *bytes, const char *reason, GError **error)
{
  gsize size = bytes != NULL ? g_bytes_get_size (bytes) : 0;
  g_autofree char *shown = relative (path);
  g_autofree char *name = g_strdelimit (g_strdup (shown), "/", '-');
  g_autofree char *file = g_build_filename (self->hub->home, "aside", name, NULL);
  if (bytes != NULL && self->aside_bytes + size <= CZ_HUB_ASIDE_MAX_BYTES) {
    self->aside_bytes += size;
    if (!keep (file, bytes, error))
      return FALSE;
  }
  return note (self->hub, shown, reason, size, error);
}

gboolean
cz_hub_strangers_put (CzHubAside *self, const char *path, GBytes *bytes, const char *reason, GError **error)
{
  gsize size = g_bytes_get_size (bytes);
  g_autofree char *shown = relative (path);
  g_autofree char *file = g_build_filename (self->hub->home, "strangers", path, NULL);
  if (g_file_test (file, G_FILE_TEST_EXISTS)) /* sent again, as stations do each day */
    return TRUE;
  if (self->strangers_bytes + size <= CZ_HUB_STRANGERS_MAX_BYTES) {
    self->strangers_bytes += size;
    if (!keep (file, bytes, error))
      return FALSE;
  }
  return note (self->hub, shown, reason, size, error);
}
