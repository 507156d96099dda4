/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/station/cz-round-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sync/wire/cz-paths.h"

/* Pictures and sounds that rows name by hash, most urgent first, as far as they fit into what media/ may hold. What no row
 * names any more goes first when room is needed, least recently used first; what is wanted always fits. */

typedef struct {
  guint8 hash[32];
  guint64 bytes;
} Wanted;

/* ---- what is wanted ---- */

static GArray *
list_wanted (CzStation *station, guint64 keep_bytes, GError **error)
{
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (Wanted));
  g_autoptr (sqlite3_stmt) stmt
      = cz_db_prepare (cz_content_db (station->content), "SELECT hash, max(bytes), min(priority) FROM media GROUP BY hash ORDER BY 3, 2, 1", error);
  guint64 sum = 0;
  int code = SQLITE_DONE;
  while (stmt && (code = sqlite3_step (stmt)) == SQLITE_ROW) {
    Wanted one = { .bytes = (guint64) sqlite3_column_int64 (stmt, 1) };
    if (sqlite3_column_bytes (stmt, 0) != 32 || one.bytes == 0 || sum + one.bytes > keep_bytes)
      continue;
    memcpy (one.hash, sqlite3_column_blob (stmt, 0), 32);
    sum += one.bytes;
    g_array_append_val (list, one);
  }
  if (stmt && code != SQLITE_DONE)
    cz_db_set_error (cz_content_db (station->content), code, "reading media", error);
  return stmt && code == SQLITE_DONE ? g_steal_pointer (&list) : NULL;
}

static char *
object_path (const char *folder, const guint8 hash[32], const char *ending)
{
  g_autofree char *hex = cz_hash_to_hex (hash);
  return g_strconcat (folder, "/", hex, ending, NULL);
}

/* ---- room ---- */

typedef struct {
  char *path;
  guint64 bytes;
  gint64 used_s;
} Kept;

static void
kept_clear (gpointer data)
{
  g_free (((Kept *) data)->path);
}

static int
by_use (gconstpointer a, gconstpointer b)
{
  gint64 left = ((const Kept *) a)->used_s, right = ((const Kept *) b)->used_s;
  return (left > right) - (left < right);
}

/* Removes unwanted objects until media/ holds no more than it may. */
static void
make_room (const char *folder, GHashTable *wanted_names, guint64 keep_bytes)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GArray) spare = g_array_new (FALSE, FALSE, sizeof (Kept));
  guint64 sum = 0;
  const char *name;
  g_array_set_clear_func (spare, kept_clear);
  while (dir && (name = g_dir_read_name (dir)) != NULL) {
    struct stat st;
    g_autofree char *path = g_build_filename (folder, name, NULL);
    if (lstat (path, &st) != 0 || !S_ISREG (st.st_mode))
      continue;
    sum += (guint64) st.st_size;
    if (g_hash_table_contains (wanted_names, name))
      continue;
    Kept one = { g_steal_pointer (&path), (guint64) st.st_size, MAX (st.st_atim.tv_sec, st.st_mtim.tv_sec) };
    g_array_append_val (spare, one);
  }
  g_array_sort (spare, by_use);
  for (guint i = 0; i < spare->len && sum > keep_bytes; i++) {
    const Kept *one = &g_array_index (spare, Kept, i);
    if (g_unlink (one->path) == 0)
      sum -= one->bytes;
  }
}

/* ---- fetching one ---- */

static gboolean
storage_error (const char *path, GError **error)
{
  g_set_error (error, CZ_HOME_ERROR, CZ_HOME_ERROR_STORAGE, "%s: %s", path, g_strerror (errno));
  return FALSE;
}

static gboolean
on_bytes (const guint8 *data, gsize n, gpointer user_data, GError **error)
{
  int fd = *(int *) user_data;
  gsize done = 0;
  while (done < n) {
    ssize_t wrote = write (fd, data + done, n - done);
    if (wrote < 0 && errno == EINTR)
      continue;
    if (wrote < 0)
      return storage_error ("media", error);
    done += (gsize) wrote;
  }
  return TRUE;
}

static gboolean
hash_of_file (int fd, guint8 out[32])
{
  crypto_generichash_state state;
  guint8 chunk[16384];
  ssize_t got;
  if (lseek (fd, 0, SEEK_SET) < 0)
    return FALSE;
  crypto_generichash_init (&state, NULL, 0, 32);
  while ((got = read (fd, chunk, sizeof chunk)) > 0)
    crypto_generichash_update (&state, chunk, (unsigned long long) got);
  crypto_generichash_final (&state, out, 32);
  return got == 0;
}

/* The file was made in part/, which is the agent's alone: the group of media/, the kiosk's, does not come by itself. */
static gboolean
hand_to_readers (int fd, const char *folder)
{
  struct stat dir, st;
  if (stat (folder, &dir) != 0 || fstat (fd, &st) != 0)
    return FALSE;
  return (dir.st_gid == st.st_gid || fchown (fd, (uid_t) -1, dir.st_gid) == 0) && fchmod (fd, 0640) == 0;
}

/* The .part file is whole: into media/ with it, if it is what the row named. */
static gboolean
settle (CzRound *round, int fd, const Wanted *one, const char *part, GError **error)
{
  g_autofree char *path = object_path (round->station->home->media, one->hash, "");
  guint8 found[32];
  if (!hash_of_file (fd, found))
    return storage_error (part, error);
  if (memcmp (found, one->hash, 32) != 0) {
    g_unlink (part);
    g_set_error (error, CZ_ROAD_ERROR, CZ_ROAD_ERROR_DENIED, "%s: not the object its name says", path);
    return FALSE;
  }
  if (!hand_to_readers (fd, round->station->home->media) || fsync (fd) != 0 || g_rename (part, path) != 0)
    return storage_error (path, error);
  round->report->media_fetched++;
  return TRUE;
}

/* *resumed: bytes of an earlier attempt were there. */
static gboolean
fetch_rest (CzRound *round, const Wanted *one, const char *part, guint64 *budget, gboolean *resumed, GError **error)
{
  g_autofree char *path = cz_path_media (one->hash);
  struct stat st;
  int fd = open (part, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0 || fstat (fd, &st) != 0)
    return storage_error (part, error);
  guint64 have = (guint64) st.st_size;
  gboolean ok = TRUE;
  if (have > one->bytes) {
    ok = ftruncate (fd, 0) == 0 || storage_error (part, error);
    have = 0;
  }
  *resumed = have > 0;
  CzRange range = { .path = path, .offset = have, .length = MIN (one->bytes - have, *budget) };
  if (ok && range.length > 0) {
    ok = cz_road_get_range (round->road, &range, on_bytes, &fd, NULL, round->options->cancellable, error);
    cz_round_count (round);
    *budget -= range.length;
  }
  if (ok && have + range.length == one->bytes)
    ok = settle (round, fd, one, part, error);
  close (fd);
  return ok;
}

/* What lay in part/ may be what a power cut left of bytes that were never synced. Then the object is wrong, settle has thrown it away, and
 * nobody is to blame: once more, from its first byte. */
static gboolean
fetch_one (CzRound *round, const Wanted *one, guint64 *budget, GError **error)
{
  g_autofree char *part = object_path (round->station->home->part, one->hash, ".media");
  g_autoptr (GError) problem = NULL;
  gboolean resumed = FALSE;
  if (fetch_rest (round, one, part, budget, &resumed, &problem))
    return TRUE;
  if (resumed && !g_file_test (part, G_FILE_TEST_EXISTS))
    return fetch_rest (round, one, part, budget, &resumed, error);
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/* TRUE: go on with the next object. */
static gboolean
judge_failure (CzRound *round, const GError *failure, gboolean *storage_failed)
{
  *storage_failed = FALSE;
  if (failure->domain == CZ_ROAD_ERROR) {
    g_info ("%s", failure->message);
    return failure->code != CZ_ROAD_ERROR_UNREACHABLE && failure->code != CZ_ROAD_ERROR_CANCELLED
           && failure->code != CZ_ROAD_ERROR_CERTIFICATE;
  }
  *storage_failed = TRUE;
  return FALSE;
}

gboolean
cz_round_media (CzRound *round, GError **error)
{
  CzStation *station = round->station;
  guint64 budget = MIN (round->options->media_budget_bytes, cz_round_budget_left (round));
  g_autoptr (GArray) wanted = list_wanted (station, round->options->media_keep_bytes, error);
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gboolean go_on = TRUE;
  if (!wanted)
    return FALSE;
  round->report->media_missing = 0;
  for (guint i = 0; i < wanted->len; i++)
    g_hash_table_add (names, cz_hash_to_hex (g_array_index (wanted, Wanted, i).hash));
  for (guint i = 0; i < wanted->len; i++) {
    const Wanted *one = &g_array_index (wanted, Wanted, i);
    g_autofree char *path = object_path (station->home->media, one->hash, "");
    g_autoptr (GError) local = NULL;
    gboolean storage_failed = FALSE;
    if (g_file_test (path, G_FILE_TEST_EXISTS))
      continue;
    if (go_on && budget > 0 && !fetch_one (round, one, &budget, &local))
      go_on = judge_failure (round, local, &storage_failed);
    if (storage_failed) {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
    round->report->media_missing += !g_file_test (path, G_FILE_TEST_EXISTS);
  }
  make_room (station->home->media, names, round->options->media_keep_bytes);
  return TRUE;
}
