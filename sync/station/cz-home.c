/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/station/cz-home.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sync/wire/cz-limits.h"

G_DEFINE_QUARK (cz_home_error, cz_home_error)

static gboolean
storage_error (const char *path, int saved_errno, GError **error)
{
  g_set_error (error, CZ_HOME_ERROR, CZ_HOME_ERROR_STORAGE, "%s: %s", path, g_strerror (saved_errno));
  return FALSE;
}

void
cz_home_free (CzHome *home)
{
  if (!home)
    return;
  g_free (home->root);
  g_free (home->content);
  g_free (home->station);
  g_free (home->agent);
  g_free (home->media);
  g_free (home->part);
  g_free (home->kept);
  g_free (home->first_boot);
  g_free (home);
}

/* A name is on the disk once the folder it stands in is: what is saved below it is else lost with it. Where that cannot be had
 * (the folder above may be another's to read) it is left to the file system. */
static void
sync_folder (const char *path)
{
  int fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return;
  (void) fsync (fd);
  (void) close (fd);
}

static char *
make_folder (CzHome *home, const char *name, mode_t mode, GError **error)
{
  g_autofree char *path = g_build_filename (home->root, name, NULL);
  if (mkdir (path, 0700) == 0) {
    /* Apart from mkdir, because of the umask and the set-group-id bit. */
    if (chmod (path, mode) != 0) {
      storage_error (path, errno, error);
      return NULL;
    }
    sync_folder (home->root);
  } else if (errno != EEXIST || !g_file_test (path, G_FILE_TEST_IS_DIR)) {
    storage_error (path, errno, error);
    return NULL;
  }
  return g_steal_pointer (&path);
}

CzHome *
cz_home_open (const char *root, GError **error)
{
  g_autoptr (CzHome) home = g_new0 (CzHome, 1);
  home->root = g_canonicalize_filename (root, NULL);
  gboolean is_new = !g_file_test (home->root, G_FILE_TEST_IS_DIR);
  if (g_mkdir_with_parents (home->root, 0755) != 0) {
    storage_error (home->root, errno, error);
    return NULL;
  }
  if (is_new) {
    g_autofree char *above = g_path_get_dirname (home->root);
    sync_folder (above);
  }
  gboolean ok = (home->content = make_folder (home, "content", 02750, error)) != NULL
                && (home->station = make_folder (home, "station", 02770, error)) != NULL
                && (home->agent = make_folder (home, "agent", 0700, error)) != NULL
                && (home->media = make_folder (home, "media", 02750, error)) != NULL
                && (home->part = make_folder (home, "part", 0700, error)) != NULL
                && (home->kept = make_folder (home, "kept", 0700, error)) != NULL
                && (home->first_boot = make_folder (home, "first-boot", 02750, error)) != NULL;
  return ok ? g_steal_pointer (&home) : NULL;
}

int
cz_home_lock (CzHome *home, GError **error)
{
  g_autofree char *path = g_build_filename (home->agent, "lock", NULL);
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) {
    storage_error (path, errno, error);
    return -1;
  }
  if (flock (fd, LOCK_EX | LOCK_NB) == 0)
    return fd;
  close (fd);
  g_set_error (error, CZ_HOME_ERROR, CZ_HOME_ERROR_BUSY, _("another cunzhan-sync is at work in %s"), home->root);
  return -1;
}

gboolean
cz_home_write (const char *path, gconstpointer data, gsize size, int mode, GError **error)
{
  g_autoptr (GError) local = NULL;
  GFileSetContentsFlags flags = G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE;
  if (g_file_set_contents_full (path, data, (gssize) size, flags, mode, &local))
    return TRUE;
  g_set_error (error, CZ_HOME_ERROR, CZ_HOME_ERROR_STORAGE, "%s", local->message);
  return FALSE;
}

/* ---- ticket and key ---- */

static char *
ticket_path (CzHome *home)
{
  return g_build_filename (home->agent, "ticket", NULL);
}

static gboolean
read_ticket (CzHome *home, char **text, gsize *size, GError **error)
{
  g_autofree char *path = ticket_path (home);
  g_autoptr (GError) local = NULL;
  if (g_file_get_contents (path, text, size, &local))
    return TRUE;
  if (g_error_matches (local, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    g_set_error (error, CZ_HOME_ERROR, CZ_HOME_ERROR_NOT_ENROLLED, _("this station is not enrolled yet: cunzhan-sync --home %s enrol TICKET"), home->root);
  else
    g_set_error (error, CZ_HOME_ERROR, CZ_HOME_ERROR_STORAGE, "%s", local->message);
  return FALSE;
}

CzTicket *
cz_home_ticket (CzHome *home, GError **error)
{
  g_autofree char *text = NULL;
  gsize size = 0;
  if (!read_ticket (home, &text, &size, error))
    return NULL;
  return cz_ticket_parse (text, size, error);
}

CzSecretKey *
cz_home_station_key (CzHome *home, GError **error)
{
  g_autofree char *path = g_build_filename (home->agent, "station.key", NULL);
  return cz_secret_key_load (path, NULL, error);
}

static CzSecretKey *
ensure_key (CzHome *home, const char *name, GError **error)
{
  g_autofree char *path = g_build_filename (home->agent, "station.key", NULL);
  g_autoptr (GError) local = NULL;
  g_autoptr (CzSecretKey) key = cz_secret_key_load (path, NULL, &local);
  if (key)
    return g_steal_pointer (&key);
  if (!g_error_matches (local, CZ_KEY_ERROR, CZ_KEY_ERROR_UNREADABLE) || g_file_test (path, G_FILE_TEST_EXISTS)) {
    g_propagate_error (error, g_steal_pointer (&local));
    return NULL;
  }
  key = cz_secret_key_new ();
  if (!cz_secret_key_save (key, path, name, NULL, error))
    return NULL;
  return g_steal_pointer (&key);
}

char *
cz_home_make_key (CzHome *home, const char *name, GError **error)
{
  g_autoptr (CzSecretKey) key = ensure_key (home, name, error);
  CzPublicKey public_key;
  if (!key)
    return NULL;
  cz_secret_key_public (key, &public_key);
  return cz_public_key_fingerprint (&public_key);
}

static gboolean
check_root (const CzTicket *ticket, GError **error)
{
  CzRoot root;
  gsize size;
  const guint8 *data = g_bytes_get_data (ticket->root, &size);
  if (cz_root_open (data, size, NULL, &root, error))
    return TRUE;
  g_prefix_error (error, "ticket, key 'root': ");
  return FALSE;
}

gboolean
cz_home_enrol (CzHome *home, const char *text, gsize size, gboolean replace, CzEnrolment *out, GError **error)
{
  g_autoptr (CzTicket) ticket = cz_ticket_parse (text, size, error);
  g_autofree char *held = NULL;
  g_autofree char *path = ticket_path (home);
  g_autoptr (GError) local = NULL;
  gsize held_size = 0;
  *out = (CzEnrolment){ 0 };
  if (!ticket || !check_root (ticket, error))
    return FALSE;
  if (read_ticket (home, &held, &held_size, &local)) {
    out->was_enrolled = held_size == size && memcmp (held, text, size) == 0;
    if (!out->was_enrolled && !replace) {
      g_set_error (error, CZ_HOME_ERROR, CZ_HOME_ERROR_ENROLLED,
                   _("this station is already enrolled with another ticket; use --replace if it is to change"));
      return FALSE;
    }
  } else if (!g_error_matches (local, CZ_HOME_ERROR, CZ_HOME_ERROR_NOT_ENROLLED)) {
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  g_autofree char *fingerprint = cz_home_make_key (home, ticket->station_name, error);
  if (!fingerprint)
    return FALSE;
  if (!out->was_enrolled && !cz_home_write (path, text, size, 0600, error))
    return FALSE;
  out->fingerprint = g_steal_pointer (&fingerprint);
  return TRUE;
}
