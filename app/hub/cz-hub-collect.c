/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/cz-hub-collect.h"

#include <glib/gi18n.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/hub/cz-hub-desk.h"
#include "app/hub/cz-hub-office.h"
#include "app/hub/cz-hub-private.h"
#include "sync/depot/cz-file.h"
#include "sync/wire/cz-limits.h"
#include "sync/wire/cz-said.h"
#include "sync/wire/cz-wire-error.h"

#define BATCH 500u /* envelopes a transaction: one wait for the disk */
#define ASIDE_MAX_BYTES (256u * 1024u * 1024u)

typedef struct {
  CzHub *hub;
  const CzHubCollectOptions *options;
  CzHubCollected *out;
  char *folder; /* uploads/<channel> below what was given */
  GPtrArray *boxes; /* CzSecretKey: in force first, then former ones */
  GPtrArray *done; /* files of this batch, removed when it is committed */
  guint64 aside_bytes;
  gboolean is_second_look; /* at this station's folder */
  guint unheard; /* envelopes of a station that has not asked: its admission may stand behind them */
} Collector;

/* --- keys --- */

static gboolean
load_boxes (Collector *self, GError **error)
{
  g_autofree char *keys = g_build_filename (self->hub->home, "keys", NULL);
  g_autoptr (GDir) dir = g_dir_open (keys, 0, NULL);
  const char *name;
  CzSecretKey *box = cz_hub_key_load (self->hub, "box", self->options->passphrase, error);
  if (box == NULL)
    return FALSE;
  g_ptr_array_add (self->boxes, box);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autoptr (GError) local = NULL;
    CzSecretKey *other = g_str_has_prefix (name, "box.") ? cz_hub_key_load (self->hub, name, self->options->passphrase, &local) : NULL;
    if (other != NULL)
      g_ptr_array_add (self->boxes, other);
    else if (local != NULL)
      g_warning ("%s: %s", name, local->message);
  }
  return TRUE;
}

/* --- setting aside --- */

static gboolean
note_aside (Collector *self, const char *name, const char *reason, gsize bytes, GError **error)
{
  GError *low = NULL;
  g_autoptr (sqlite3_stmt) stmt = cz_db_prepare (self->hub->db, "INSERT INTO set_aside (at_s, name, reason, bytes) VALUES (?, ?, ?, ?)", &low);
  if (stmt == NULL)
    return cz_hub_take_storage_error (low, error);
  (void) sqlite3_bind_int64 (stmt, 1, cz_clock_wall_s (self->hub->clock));
  (void) sqlite3_bind_text (stmt, 2, name, -1, SQLITE_STATIC);
  (void) sqlite3_bind_text (stmt, 3, reason, -1, SQLITE_STATIC);
  (void) sqlite3_bind_int64 (stmt, 4, (gint64) bytes);
  int code = sqlite3_step (stmt);
  return code == SQLITE_DONE || cz_hub_storage_error (self->hub, code, "set_aside", error);
}

/* bytes: (nullable) too large to be kept. Beyond what the folder may hold only the line in hub.db remains. */
static gboolean
set_aside (Collector *self, const char *path, GBytes *bytes, const char *reason, GError **error)
{
  GError *low = NULL;
  g_autofree char *relative = g_strdup (path + strlen (self->folder) + 1);
  g_autofree char *name = g_strdelimit (g_strdup (relative), "/", '-');
  g_autofree char *kept = g_build_filename (self->hub->home, "aside", name, NULL);
  g_autofree char *dir = g_path_get_dirname (kept);
  gsize size = bytes != NULL ? g_bytes_get_size (bytes) : 0;
  if (self->options->on_aside != NULL)
    self->options->on_aside (relative, reason, self->options->data);
  self->out->set_aside++;
  if (bytes != NULL && self->aside_bytes + size <= ASIDE_MAX_BYTES) {
    self->aside_bytes += size;
    if (!cz_file_make_folder (dir, CZ_HUB_FOLDER_MODE, &low) || !cz_file_replace (kept, bytes, CZ_HUB_FILE_MODE, &low))
      return cz_hub_take_storage_error (low, error);
  }
  g_ptr_array_add (self->done, g_strdup (path));
  return note_aside (self, relative, reason, size, error);
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
      sum += (guint64) st.st_size;
  }
  return sum;
}

/* --- one envelope --- */

static gboolean
open_envelope (Collector *self, GBytes *bytes, CzUpload *said, GError **error)
{
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  for (guint i = 0; i < self->boxes->len; i++) {
    g_autoptr (GError) local = NULL;
    if (cz_envelope_open (data, size, g_ptr_array_index (self->boxes, i), self->hub->channel, said, &local))
      return TRUE;
    if (!g_error_matches (local, CZ_WIRE_ERROR, CZ_WIRE_ERROR_KEY) || i + 1 == self->boxes->len) {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  }
  return FALSE;
}

static gboolean
take_admission (Collector *self, const CzUpload *said, GError **error)
{
  CzRow row;
  gsize size = 0;
  const CzTable *kind = cz_said_kind (CZ_SAID_ADMISSION);
  const guint8 *data = g_bytes_get_data (said->payload, &size);
  if (!cz_said_unpack (kind, data, size, &row, error))
    return FALSE;
  g_autofree char *name = g_strndup (row.v[1].p != NULL ? row.v[1].p : "", row.v[1].len);
  return cz_hub_station_ask (self->hub, &said->station, row.v[0].i, name, error);
}

/* A savepoint: what is refused half-way leaves nothing behind, and the batch goes on. */
static gboolean
file_one (Collector *self, const CzHubStation *station, const CzUpload *said, const guint8 hash[32], gboolean *was_there, GError **error)
{
  GError *low = NULL;
  if (!cz_db_exec (self->hub->db, "SAVEPOINT envelope", &low))
    return cz_hub_take_storage_error (low, error);
  gboolean ok = cz_hub_desk_file (self->hub, station, said, hash, was_there, error);
  const char *end = ok ? "RELEASE envelope" : "ROLLBACK TO envelope; RELEASE envelope";
  if (!cz_db_exec (self->hub->db, end, &low)) {
    if (ok)
      return cz_hub_take_storage_error (low, error);
    g_error_free (low);
  }
  return ok;
}

static gboolean
is_ours (const GError *error)
{
  return g_error_matches (error, CZ_HUB_ERROR, CZ_HUB_ERROR_STORAGE) || error->domain == CZ_STORE_ERROR;
}

/* What is known of the station decides: FALSE with an error that says why it is set aside, or is our own. *leave: not yet;
 * *put_off: until the rest of the folder has been looked at. */
static gboolean
judge_and_file (Collector *self, const char *folder_name, const CzUpload *said, const guint8 hash[32], gboolean *leave, gboolean *put_off,
                GError **error)
{
  g_autofree char *fingerprint = cz_public_key_fingerprint (&said->station);
  g_autoptr (GError) local = NULL;
  gboolean was_there = FALSE;
  if (g_ascii_strcasecmp (folder_name, fingerprint) != 0) {
    g_set_error_literal (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED, _ ("lies in the folder of another station"));
    return FALSE;
  }
  g_autoptr (CzHubStation) station = cz_hub_station_get (self->hub, fingerprint, &local);
  if (station == NULL && local == NULL && said->kind == CZ_SAID_ADMISSION) {
    if (!take_admission (self, said, error))
      return FALSE;
    self->out->asked++;
    station = cz_hub_station_get (self->hub, fingerprint, &local);
  }
  if (local != NULL) {
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  if (station == NULL && !self->is_second_look) {
    self->unheard++;
    *put_off = TRUE;
    return TRUE;
  }
  const char *why = station == NULL                                                     ? _ ("from a station that has not asked")
                    : memcmp (&station->key, &said->station, sizeof said->station) != 0 ? _ ("another station has this fingerprint")
                    : station->state == CZ_HUB_STATION_SUSPENDED                        ? _ ("its station is suspended")
                    : station->state == CZ_HUB_STATION_REPLACED                         ? _ ("its station was replaced by another board")
                                                                                        : NULL;
  if (why != NULL) {
    g_set_error_literal (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED, why);
    return FALSE;
  }
  *leave = station->state == CZ_HUB_STATION_ASKS && said->kind != CZ_SAID_ADMISSION;
  if (*leave)
    return TRUE;
  if (!file_one (self, station, said, hash, &was_there, error))
    return FALSE;
  *(was_there ? &self->out->repeated : &self->out->filed) += 1;
  return TRUE;
}

static gboolean
collect_file (Collector *self, const char *folder_name, const char *name, GError **error)
{
  g_autofree char *path = g_build_filename (self->folder, folder_name, name, NULL);
  g_auto (CzUpload) said = { 0 };
  g_autoptr (GError) local = NULL;
  struct stat st;
  guint64 counter = 0;
  guint8 named[32], hash[32];
  gsize size = 0;
  gboolean leave = FALSE;
  gboolean put_off = FALSE;
  if (!cz_envelope_name_parse (name, &counter, named) || lstat (path, &st) != 0 || !S_ISREG (st.st_mode))
    return TRUE; /* odd names and links are nobody's */
  if ((guint64) st.st_size > CZ_ENVELOPE_MAX)
    return set_aside (self, path, NULL, _ ("larger than any may be"), error);
  g_autoptr (GBytes) bytes = cz_file_read (path, 0, CZ_ENVELOPE_MAX, NULL);
  if (bytes == NULL)
    return TRUE; /* gone meanwhile, or being written: the next time */
  const guint8 *data = g_bytes_get_data (bytes, &size);
  cz_hash (data, size, hash);
  self->out->bytes += size;
  gboolean ok = FALSE;
  if (memcmp (hash, named, sizeof hash) != 0)
    g_set_error_literal (&local, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED, _ ("its name does not fit what is in it"));
  else if (open_envelope (self, bytes, &said, &local) && said.counter != counter)
    g_set_error_literal (&local, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED, _ ("its name does not fit what is in it"));
  else if (local == NULL)
    ok = judge_and_file (self, folder_name, &said, hash, &leave, &put_off, &local);
  if (put_off)
    return TRUE;
  if (leave) {
    self->out->waiting++;
    return TRUE;
  }
  if (ok) {
    g_ptr_array_add (self->done, g_strdup (path));
    return TRUE;
  }
  if (is_ours (local)) {
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  return set_aside (self, path, bytes, local->message, error);
}

/* --- the walk --- */

static gboolean
begin (Collector *self, GError **error)
{
  return self->hub->in_transaction || cz_hub_begin (self->hub, error);
}

static gboolean
finish_batch (Collector *self, GError **error)
{
  if (self->hub->in_transaction && !cz_hub_commit (self->hub, error))
    return FALSE;
  for (guint i = 0; i < self->done->len; i++)
    (void) unlink (g_ptr_array_index (self->done, i)); /* one that stays is a repeat the next time */
  g_ptr_array_set_size (self->done, 0);
  return TRUE;
}

static int
by_counter (gconstpointer a, gconstpointer b)
{
  guint64 left = g_ascii_strtoull (*(const char *const *) a, NULL, 10);
  guint64 right = g_ascii_strtoull (*(const char *const *) b, NULL, 10);
  return left < right ? -1 : left > right;
}

static GPtrArray *
names_in (const char *folder, gboolean of_stations)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (!of_stations || cz_envelope_is_fingerprint (name))
      g_ptr_array_add (names, g_strdup (name));
  if (!of_stations)
    g_ptr_array_sort (names, by_counter); /* the admission comes first */
  return names;
}

static gboolean
look_at_station (Collector *self, const char *name, GError **error)
{
  struct stat st;
  g_autofree char *folder = g_build_filename (self->folder, name, NULL);
  if (lstat (folder, &st) != 0 || !S_ISDIR (st.st_mode))
    return TRUE;
  g_autoptr (GPtrArray) files = names_in (folder, FALSE);
  for (guint i = 0; i < files->len; i++) {
    if (!begin (self, error) || !collect_file (self, name, g_ptr_array_index (files, i), error))
      return FALSE;
    if (self->done->len >= BATCH && !finish_batch (self, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
collect_station (Collector *self, const char *name, GError **error)
{
  self->is_second_look = FALSE;
  self->unheard = 0;
  if (!look_at_station (self, name, error))
    return FALSE;
  if (self->unheard == 0)
    return TRUE;
  self->is_second_look = TRUE;
  return finish_batch (self, error) && look_at_station (self, name, error);
}

static gboolean
collect_all (Collector *self, GError **error)
{
  g_autoptr (GPtrArray) stations = names_in (self->folder, TRUE);
  for (guint i = 0; i < stations->len; i++)
    if (!collect_station (self, g_ptr_array_index (stations, i), error))
      return FALSE;
  return finish_batch (self, error);
}

/* A stick may hold links to anywhere, and what is collected is removed. */
static gboolean
is_link (const char *folder, const char *below)
{
  g_autofree char *path = g_build_filename (folder, below, NULL);
  struct stat st;
  return lstat (path, &st) == 0 && S_ISLNK (st.st_mode);
}

gboolean
cz_hub_collect (CzHub *hub, const CzHubCollectOptions *options, CzHubCollected *out, GError **error)
{
  g_autofree char *own = options->folder == NULL ? cz_hub_depot_folder (hub) : NULL;
  g_autofree char *code = cz_channel_to_string (hub->channel);
  const char *given = own != NULL ? own : options->folder;
  g_autofree char *below = g_build_filename ("uploads", code, NULL);
  g_autofree char *folder = g_build_filename (given, below, NULL);
  g_autofree char *aside = g_build_filename (hub->home, "aside", NULL);
  g_autoptr (GPtrArray) boxes = g_ptr_array_new_with_free_func ((GDestroyNotify) cz_secret_key_free);
  g_autoptr (GPtrArray) done = g_ptr_array_new_with_free_func (g_free);
  Collector self = { .hub = hub, .options = options, .out = out, .folder = folder, .boxes = boxes, .done = done };
  *out = (CzHubCollected) { 0 };
  if (is_link (given, "uploads") || is_link (given, below)) {
    g_set_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED, _ ("%s is a link. Nothing is collected through links."), folder);
    return FALSE;
  }
  self.aside_bytes = folder_bytes (aside);
  if (!load_boxes (&self, error))
    return FALSE;
  if (collect_all (&self, error))
    return TRUE;
  if (hub->in_transaction)
    cz_hub_roll_back (hub);
  return FALSE;
}
