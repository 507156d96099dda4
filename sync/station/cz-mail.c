/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/station/cz-mail.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "sync/wire/cz-envelope.h"
#include "sync/wire/cz-limits.h"

#define LOOKED_AT_MAX 4096u /* names on one stick, whatever they are */
#define HELD_MAX 1000u /* a route of 50 stations gives some hundreds */
#define REFUSED_MAX 8u
#define TROUBLE_MAX 2u /* a store that has no room or is in trouble */
#define HELD_DAYS 60 /* its station gives it along again anyhow */

/* Called with the path below the folder. FALSE ends the walk. */
typedef gboolean (*PathFunc) (const char *path, gpointer data);

static gboolean
walk_station (const char *folder, const char *below, guint *looked_at, PathFunc func, gpointer data)
{
  g_autofree char *where = g_build_filename (folder, below, NULL);
  g_autoptr (GDir) dir = g_dir_open (where, 0, NULL);
  const char *name;
  guint64 counter;
  guint8 hash[CZ_HASH_LEN];
  while (dir && (name = g_dir_read_name (dir))) {
    g_autofree char *path = g_strdup_printf ("%s/%s", below, name);
    if (++*looked_at > LOOKED_AT_MAX)
      return FALSE;
    if (cz_envelope_name_parse (name, &counter, hash) && !func (path, data))
      return FALSE;
  }
  return TRUE;
}

static void
walk (const char *folder, CzChannel channel, const char *own, PathFunc func, gpointer data)
{
  g_autofree char *code = cz_channel_to_string (channel);
  g_autofree char *root = g_build_filename (folder, "uploads", code, NULL);
  g_autoptr (GDir) dir = g_dir_open (root, 0, NULL);
  guint looked_at = 0;
  const char *name;
  while (dir && (name = g_dir_read_name (dir)) && ++looked_at <= LOOKED_AT_MAX) {
    g_autofree char *below = g_strdup_printf ("uploads/%s/%s", code, name);
    if (cz_envelope_is_fingerprint (name) && g_strcmp0 (name, own) != 0 && !walk_station (folder, below, &looked_at, func, data))
      return;
  }
}

typedef struct {
  const char *folder;
  guint64 bytes;
  guint n;
} Held;

static gboolean
add_size (const char *path, gpointer data)
{
  Held *held = data;
  GStatBuf info;
  g_autofree char *full = g_build_filename (held->folder, path, NULL);
  if (g_lstat (full, &info) == 0) {
    held->bytes += (guint64) info.st_size;
    held->n++;
  }
  return TRUE;
}

static GBytes *
read_sound (CzRoad *road, const char *path)
{
  guint64 counter;
  guint8 named[CZ_HASH_LEN], hash[CZ_HASH_LEN];
  gsize size = 0;
  g_autoptr (GBytes) bytes = cz_road_get (road, path, CZ_ENVELOPE_MAX, NULL, NULL, NULL);
  const guint8 *data = bytes ? g_bytes_get_data (bytes, &size) : NULL;
  if (!data || !cz_envelope_looks_sealed (data, size) || !cz_envelope_name_parse (strrchr (path, '/') + 1, &counter, named))
    return NULL;
  cz_hash (data, size, hash);
  return memcmp (hash, named, sizeof hash) == 0 ? g_steal_pointer (&bytes) : NULL;
}

typedef struct {
  CzRoad *from;
  CzRoad *to;
  const char *forget_in; /* (nullable) folder */
  guint64 room;
  guint names_left;
  guint n;
  guint refused; /* by a depot, each for itself; a full disk is full for all */
  guint in_trouble;
  GCancellable *cancellable;
} Move;

static gboolean
move_one (const char *path, gpointer data)
{
  Move *move = data;
  gboolean was_there = FALSE;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = read_sound (move->from, path);
  if (!bytes)
    return TRUE;
  if (g_bytes_get_size (bytes) > move->room || move->names_left == 0)
    return FALSE;
  if (!cz_road_put (move->to, path, bytes, &was_there, move->cancellable, &error)) {
    g_info ("%s", error->message);
    gboolean is_denied = g_error_matches (error, CZ_ROAD_ERROR, CZ_ROAD_ERROR_DENIED);
    gboolean is_trouble = !cz_road_is_folder (move->to) && (g_error_matches (error, CZ_ROAD_ERROR, CZ_ROAD_ERROR_LIMIT)
                                                            || g_error_matches (error, CZ_ROAD_ERROR, CZ_ROAD_ERROR_TROUBLE));
    move->in_trouble += is_trouble;
    return (is_denied || is_trouble) && ++move->refused < REFUSED_MAX && move->in_trouble < TROUBLE_MAX;
  }
  move->room -= was_there ? 0 : g_bytes_get_size (bytes);
  move->names_left -= !was_there;
  move->n += !was_there || move->forget_in != NULL;
  if (move->forget_in) {
    g_autofree char *full = g_build_filename (move->forget_in, path, NULL);
    (void) unlink (full);
  }
  return TRUE;
}

guint
cz_mail_take (CzHome *home, CzChannel channel, const char *folder, const char *own)
{
  Held held = { .folder = home->kept };
  walk (home->kept, channel, NULL, add_size, &held);
  g_autoptr (CzRoad) from = cz_road_new (folder, NULL, NULL);
  g_autoptr (CzRoad) to = cz_road_new (home->kept, NULL, NULL);
  Move move = { .from = from, .to = to, .room = CZ_MAIL_MAX_BYTES - MIN (held.bytes, CZ_MAIL_MAX_BYTES),
                .names_left = HELD_MAX - MIN (held.n, HELD_MAX) };
  if (from && to)
    walk (folder, channel, own, move_one, &move);
  return move.n;
}

guint
cz_mail_give (CzHome *home, CzChannel channel, CzRoad *road, gboolean forget, GCancellable *cancellable)
{
  g_autoptr (CzRoad) from = cz_road_new (home->kept, NULL, NULL);
  Move move = { .from = from, .to = road, .room = CZ_MAIL_MAX_BYTES, .names_left = G_MAXUINT, .forget_in = forget ? home->kept : NULL, .cancellable = cancellable };
  if (from)
    walk (home->kept, channel, NULL, move_one, &move);
  return move.n;
}

guint
cz_mail_count (CzHome *home, CzChannel channel)
{
  Held held = { .folder = home->kept };
  walk (home->kept, channel, NULL, add_size, &held);
  return held.n;
}

typedef struct {
  const char *folder;
  sqlite3_stmt *receipts;
  gint64 oldest_s; /* 0: the clock is not known to be right */
} Sweep;

static gboolean
has_receipt (Sweep *sweep, const char *path)
{
  guint64 counter = 0;
  guint8 hash[CZ_HASH_LEN];
  g_auto (GStrv) parts = g_strsplit (path, "/", 4);
  if (g_strv_length (parts) != 4 || !cz_envelope_name_parse (parts[3], &counter, hash))
    return FALSE;
  g_autofree char *fingerprint = g_ascii_strup (parts[2], -1);
  sqlite3_bind_text (sweep->receipts, 2, fingerprint, -1, SQLITE_STATIC);
  sqlite3_bind_int64 (sweep->receipts, 3, (gint64) counter);
  gboolean found = sqlite3_step (sweep->receipts) == SQLITE_ROW;
  sqlite3_reset (sweep->receipts);
  sqlite3_bind_null (sweep->receipts, 2); /* fingerprint goes */
  return found;
}

static gboolean
drop_one (const char *path, gpointer data)
{
  Sweep *sweep = data;
  GStatBuf info;
  g_autofree char *full = g_build_filename (sweep->folder, path, NULL);
  gboolean is_old = sweep->oldest_s > 0 && g_lstat (full, &info) == 0 && (gint64) info.st_mtime < sweep->oldest_s;
  if (is_old || has_receipt (sweep, path))
    (void) unlink (full);
  return TRUE;
}

gboolean
cz_mail_sweep (CzHome *home, CzChannel channel, CzContent *content, CzClock *clock, GError **error)
{
  static const char sql[] = "SELECT 1 FROM receipt WHERE channel = ? AND station = ? AND (counter = ?3 OR upto >= ?3) LIMIT 1";
  g_autoptr (sqlite3_stmt) stmt = cz_db_prepare (cz_content_db (content), sql, error);
  Sweep sweep = { home->kept, stmt, cz_clock_is_plausible (clock) ? cz_clock_wall_s (clock) - (gint64) HELD_DAYS * 86400 : 0 };
  if (!stmt)
    return FALSE;
  sqlite3_bind_int (stmt, 1, channel);
  walk (home->kept, channel, NULL, drop_one, &sweep);
  return TRUE;
}
