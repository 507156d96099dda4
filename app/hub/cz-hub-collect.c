/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/cz-hub-collect.h"

#include <glib/gi18n.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/hub/cz-hub-aside.h"
#include "app/hub/cz-hub-desk.h"
#include "app/hub/cz-hub-office.h"
#include "app/hub/cz-hub-private.h"
#include "sync/depot/cz-file.h"
#include "sync/wire/cz-limits.h"
#include "sync/wire/cz-said.h"
#include "sync/wire/cz-wire-error.h"

#define BATCH 500u /* envelopes a transaction: one wait for the disk */
#define STATION_MAX 10000u /* envelopes of one station looked at in one go: what lies behind them comes the next time */

typedef struct {
  CzHub *hub;
  const CzHubCollectOptions *options;
  CzHubCollected *out;
  CzDepot *depot;
  const char *folder; /* (nullable) where the depot is one */
  const char *below; /* uploads/<channel> */
  GPtrArray *boxes; /* CzSecretKey: in force first, then former ones */
  GPtrArray *done; /* paths of this batch, removed when it is committed */
  char *station; /* (nullable) whose envelopes are being gathered: the name of their folder */
  GPtrArray *found; /* Found, of that station */
  CzHubAside aside;
  gboolean is_strangers; /* looking at HOME/strangers */
  gboolean is_full; /* an admission found too many asking */
  gboolean is_second_look; /* at this station's folder */
  guint unheard; /* envelopes of a station that has not asked: its admission may stand behind them */
} Collector;

typedef struct {
  char *name;
  guint64 size;
} Found;

static void
found_free (gpointer data)
{
  Found *found = data;
  g_free (found->name);
  g_free (found);
}

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

/* bytes: (nullable) too large to be kept. */
static gboolean
set_aside (Collector *self, const char *path, GBytes *bytes, const char *reason, GError **error)
{
  if (self->options->on_aside != NULL)
    self->options->on_aside (path + strlen (self->below) + 1, reason, self->options->data);
  self->out->set_aside++;
  g_ptr_array_add (self->done, g_strdup (path));
  return cz_hub_aside_put (&self->aside, path, bytes, reason, error);
}

/* What lies among the strangers' already stays there. */
static gboolean
keep_stranger (Collector *self, const char *path, GBytes *bytes, const char *reason, GError **error)
{
  if (self->is_strangers)
    return TRUE;
  if (self->options->on_aside != NULL)
    self->options->on_aside (path + strlen (self->below) + 1, reason, self->options->data);
  self->out->set_aside++;
  g_ptr_array_add (self->done, g_strdup (path));
  return cz_hub_strangers_put (&self->aside, path, bytes, reason, error);
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

typedef enum {
  FILED, /* now or before */
  LEFT, /* where it lies: its station is not approved yet */
  TOMORROW, /* where it lies: enough was answered today */
  PUT_OFF, /* until the rest of the folder has been looked at */
  STRANGER, /* with an error that says so */
  REFUSED, /* with an error that says why, or is our own */
} Verdict;

static Verdict
refuse (GError **error, const char *why)
{
  g_set_error_literal (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED, why);
  return REFUSED;
}

/* Whoever asks is let in while there is room; whom the clerk waits for, always. */
static gboolean
may_ask (Collector *self, const char *fingerprint, GError **error)
{
  for (guint i = 0; self->options->expected != NULL && self->options->expected[i] != NULL; i++)
    if (cz_hub_station_is_named (fingerprint, self->options->expected[i]))
      return TRUE;
  gint64 asking = cz_hub_stations_asking (self->hub, error);
  self->is_full |= asking >= CZ_HUB_ASKING_MAX;
  return asking >= 0 && asking < CZ_HUB_ASKING_MAX;
}

/* The station that speaks, taken in when it asks. NULL without error: nobody this office has heard of. */
static CzHubStation *
who_speaks (Collector *self, const CzUpload *said, const char *fingerprint, GError **error)
{
  GError *local = NULL;
  CzHubStation *station = cz_hub_station_get (self->hub, fingerprint, &local);
  gboolean asks = station == NULL && local == NULL && said->kind == CZ_SAID_ADMISSION && may_ask (self, fingerprint, &local);
  if (asks && take_admission (self, said, &local)) {
    self->out->asked++;
    station = cz_hub_station_get (self->hub, fingerprint, &local);
  }
  if (local != NULL)
    g_propagate_error (error, local);
  return station;
}

/* What is known of the station decides. */
static Verdict
judge_and_file (Collector *self, const CzUpload *said, const guint8 hash[32], GError **error)
{
  g_autofree char *fingerprint = cz_public_key_fingerprint (&said->station);
  g_autoptr (GError) local = NULL;
  gboolean was_there = FALSE;
  if (g_ascii_strcasecmp (self->station, fingerprint) != 0)
    return refuse (error, _ ("lies in the folder of another station"));
  g_autoptr (CzHubStation) station = who_speaks (self, said, fingerprint, &local);
  if (local != NULL) {
    g_propagate_error (error, g_steal_pointer (&local));
    return REFUSED;
  }
  if (station == NULL && !self->is_second_look) {
    self->unheard++;
    return PUT_OFF;
  }
  if (station == NULL) {
    (void) refuse (error, self->is_full ? _ ("too many stations ask already: decide about them, or collect with --expect CODE")
                                        : _ ("from a station that has not asked"));
    return STRANGER;
  }
  if (memcmp (&station->key, &said->station, sizeof said->station) != 0)
    return refuse (error, _ ("another station has this fingerprint"));
  if (station->state == CZ_HUB_STATION_SUSPENDED)
    return refuse (error, _ ("its station is suspended"));
  if (station->state == CZ_HUB_STATION_REPLACED)
    return refuse (error, _ ("its station was replaced by another board"));
  if (station->state == CZ_HUB_STATION_ASKS && said->kind != CZ_SAID_ADMISSION)
    return LEFT;
  if (!file_one (self, station, said, hash, &was_there, error))
    return REFUSED;
  /* Enrolled anew before anybody decided: what it says last counts. */
  if (!was_there && said->kind == CZ_SAID_ADMISSION && station->state == CZ_HUB_STATION_ASKS && !take_admission (self, said, error))
    return REFUSED;
  *(was_there ? &self->out->repeated : &self->out->filed) += 1;
  return FILED;
}

/* An approved station hears why what it has signed was not filed. *why: (inout) the refusal. */
static Verdict
tell_why (Collector *self, const CzUpload *said, const guint8 hash[32], GError **why)
{
  CzHubTold answer = CZ_HUB_TOLD_NOT;
  GError *local = NULL;
  g_autofree char *fingerprint = cz_public_key_fingerprint (&said->station);
  if (!said->is_signed || said->channel != self->hub->channel || g_ascii_strcasecmp (self->station, fingerprint) != 0)
    return REFUSED;
  g_autoptr (CzHubStation) station = cz_hub_station_get (self->hub, fingerprint, &local);
  gboolean may_hear = station != NULL && station->state == CZ_HUB_STATION_APPROVED && memcmp (&station->key, &said->station, sizeof said->station) == 0;
  gboolean is_answered = may_hear && cz_hub_desk_refuse (self->hub, station, said, hash, &answer, &local);
  if (is_answered && (answer == CZ_HUB_TOLD_BEFORE || answer == CZ_HUB_TOLD_TOMORROW)) {
    g_clear_error (why);
    self->out->repeated += answer == CZ_HUB_TOLD_BEFORE;
    return answer == CZ_HUB_TOLD_BEFORE ? FILED : TOMORROW;
  }
  if (local != NULL) {
    g_clear_error (why);
    g_propagate_error (why, local);
  }
  return REFUSED;
}

static Verdict
judge_bytes (Collector *self, const char *name, GBytes *bytes, GError **error)
{
  g_auto (CzUpload) said = { 0 };
  guint64 counter = 0;
  guint8 named[32], hash[32];
  gsize size = 0;
  GError *why = NULL;
  Verdict verdict = REFUSED;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  cz_hash (data, size, hash);
  self->out->bytes += size;
  if (!cz_envelope_name_parse (name, &counter, named) || memcmp (hash, named, sizeof hash) != 0)
    return refuse (error, _ ("its name does not fit what is in it"));
  if (open_envelope (self, bytes, &said, &why))
    verdict = said.counter == counter ? judge_and_file (self, &said, hash, &why) : refuse (&why, _ ("its name does not fit what is in it"));
  if (verdict == REFUSED && !is_ours (why) && said.counter == counter)
    verdict = tell_why (self, &said, hash, &why);
  if (why != NULL)
    g_propagate_error (error, why);
  return verdict;
}

static gboolean
is_wanted (const Found *found)
{
  return found->size <= CZ_ENVELOPE_MAX;
}

static char *
path_of (const Collector *self, const Found *found)
{
  return g_strconcat (self->below, "/", self->station, "/", found->name, NULL);
}

/* *out: (inout). NULL afterwards: gone meanwhile, being written, or not to be read on a stick: the next time. FALSE: the store cannot be reached. */
static gboolean
fetch (Collector *self, const char *path, GBytes **out, GError **error)
{
  g_autoptr (GError) local = NULL;
  if (*out != NULL) /* come ahead */
    return TRUE;
  *out = cz_depot_get (self->depot, path, 0, CZ_ENVELOPE_MAX, &local);
  if (*out != NULL || self->folder != NULL || local->code == CZ_DEPOT_ERROR_ABSENT || local->code == CZ_DEPOT_ERROR_LIMIT)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
collect_one (Collector *self, const Found *found, GBytes *ahead, GError **error)
{
  g_autofree char *path = path_of (self, found);
  g_autoptr (GBytes) bytes = ahead != NULL ? g_bytes_ref (ahead) : NULL;
  g_autoptr (GError) local = NULL;
  if (!is_wanted (found))
    return set_aside (self, path, NULL, _ ("larger than any may be"), error);
  if (!fetch (self, path, &bytes, error))
    return FALSE;
  if (bytes == NULL)
    return TRUE;
  switch (judge_bytes (self, found->name, bytes, &local)) {
  case FILED:
    g_ptr_array_add (self->done, g_steal_pointer (&path));
    return TRUE;
  case LEFT:
    self->out->waiting++;
    return TRUE;
  case TOMORROW:
  case PUT_OFF:
    return TRUE;
  case STRANGER:
    return keep_stranger (self, path, bytes, local->message, error);
  case REFUSED:
  default:
    if (!is_ours (local))
      return set_aside (self, path, bytes, local->message, error);
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
}

/* --- the walk --- */

static gboolean
begin (Collector *self, GError **error)
{
  return self->hub->in_transaction || cz_hub_begin (self->hub, error);
}

/* One that stays is a repeat the next time. In a folder a removal need not be durable, and each would cost a wait for the disk; a store
 * that takes nothing away would be read from its beginning each time, so that is said. */
static gboolean
remove_done (Collector *self, GError **error)
{
  gboolean ok = self->folder != NULL || cz_depot_remove_all (self->depot, (const char *const *) self->done->pdata, self->done->len, error);
  for (guint i = 0; self->folder != NULL && i < self->done->len; i++) {
    g_autofree char *full = g_build_filename (self->folder, g_ptr_array_index (self->done, i), NULL);
    (void) unlink (full);
  }
  g_ptr_array_set_size (self->done, 0);
  return ok;
}

static gboolean
finish_batch (Collector *self, GError **error)
{
  return (!self->hub->in_transaction || cz_hub_commit (self->hub, error)) && remove_done (self, error);
}

static int
by_counter (gconstpointer a, gconstpointer b)
{
  guint64 left = g_ascii_strtoull ((*(const Found *const *) a)->name, NULL, 10);
  guint64 right = g_ascii_strtoull ((*(const Found *const *) b)->name, NULL, 10);
  return left < right ? -1 : left > right;
}

/* n of those found, beginning with `from`. */
static gboolean
look_at_some (Collector *self, guint from, guint n, GError **error)
{
  char *paths[CZ_DEPOT_AHEAD];
  GBytes *ahead[CZ_DEPOT_AHEAD];
  gboolean ok = TRUE;
  guint wanted = 0, next = 0;
  for (guint i = 0; i < n; i++)
    if (is_wanted (g_ptr_array_index (self->found, from + i)))
      paths[wanted++] = path_of (self, g_ptr_array_index (self->found, from + i));
  cz_depot_get_ahead (self->depot, (const char *const *) paths, wanted, CZ_ENVELOPE_MAX, ahead);
  for (guint i = 0; i < n; i++) {
    const Found *found = g_ptr_array_index (self->found, from + i);
    GBytes *bytes = is_wanted (found) ? ahead[next++] : NULL;
    ok = ok && begin (self, error) && collect_one (self, found, bytes, error);
    g_clear_pointer (&bytes, g_bytes_unref);
  }
  for (guint i = 0; i < wanted; i++)
    g_free (paths[i]);
  return ok && (self->done->len < BATCH || finish_batch (self, error));
}

static gboolean
look_at_station (Collector *self, GError **error)
{
  for (guint i = 0; i < self->found->len; i += CZ_DEPOT_AHEAD)
    if (!look_at_some (self, i, MIN (self->found->len - i, CZ_DEPOT_AHEAD), error))
      return FALSE;
  return TRUE;
}

/* All that was gathered of one station. */
static gboolean
collect_station (Collector *self, GError **error)
{
  self->is_second_look = FALSE;
  self->is_full = FALSE;
  self->unheard = 0;
  g_ptr_array_sort (self->found, by_counter); /* the admission comes first */
  if (!look_at_station (self, error))
    return FALSE;
  self->is_second_look = TRUE;
  if (self->unheard > 0 && (!finish_batch (self, error) || !look_at_station (self, error)))
    return FALSE;
  g_ptr_array_set_size (self->found, 0);
  return TRUE;
}

/* uploads/<channel>/<fingerprint>/<counter>-<hash>: odd names are nobody's. */
static gboolean
on_object (const char *path, guint64 size, gpointer data, GError **error)
{
  Collector *self = data;
  g_auto (GStrv) parts = g_strsplit (path + strlen (self->below) + 1, "/", 3);
  guint64 counter = 0;
  guint8 hash[32];
  if (g_strv_length (parts) != 2 || !cz_envelope_is_fingerprint (parts[0]) || !cz_envelope_name_parse (parts[1], &counter, hash))
    return TRUE;
  if (g_strcmp0 (self->station, parts[0]) != 0) {
    if (self->station != NULL && !collect_station (self, error))
      return FALSE;
    g_free (self->station);
    self->station = g_strdup (parts[0]);
  }
  if (self->found->len >= STATION_MAX)
    return TRUE;
  Found *found = g_new0 (Found, 1);
  found->name = g_strdup (parts[1]);
  found->size = size;
  g_ptr_array_add (self->found, found);
  return TRUE;
}

static gboolean
collect_all (Collector *self, GError **error)
{
  return cz_depot_each (self->depot, self->below, on_object, self, error) && (self->station == NULL || collect_station (self, error))
         && finish_batch (self, error);
}

/* --- opening --- */

/* A stick may hold links to anywhere, and what is collected is removed. */
static gboolean
is_link (const char *folder, const char *below)
{
  g_autofree char *path = g_build_filename (folder, below, NULL);
  struct stat st;
  return lstat (path, &st) == 0 && S_ISLNK (st.st_mode);
}

static gboolean
check_folder (const char *folder, const char *below, GError **error)
{
  if (!g_file_test (folder, G_FILE_TEST_IS_DIR))
    g_set_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED, _ ("%s is no folder."), folder);
  else if (is_link (folder, "uploads") || is_link (folder, below))
    g_set_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED, _ ("%s/%s is a link. Nothing is collected through links."), folder, below);
  else
    return TRUE;
  return FALSE;
}

static gboolean
collect_from (Collector *self, const char *place, GError **error)
{
  gboolean is_bucket = cz_hub_place_is_bucket (place);
  if (!is_bucket && self->options->source != NULL && !check_folder (place, self->below, error))
    return FALSE;
  g_autoptr (CzDepot) depot = cz_hub_place_open (self->hub, place, error);
  self->folder = is_bucket ? NULL : place;
  self->depot = depot;
  gboolean ok = depot != NULL && (is_bucket || check_folder (place, self->below, error)) && collect_all (self, error);
  self->depot = NULL;
  g_clear_pointer (&self->station, g_free);
  return ok;
}

/* Some of them may have been heard of since. */
static gboolean
collect_strangers (Collector *self, GError **error)
{
  g_autofree char *folder = cz_hub_strangers_folder (self->hub);
  self->is_strangers = TRUE;
  return !g_file_test (folder, G_FILE_TEST_IS_DIR) || collect_from (self, folder, error);
}

gboolean
cz_hub_collect (CzHub *hub, const CzHubCollectOptions *options, CzHubCollected *out, GError **error)
{
  g_autofree char *place = options->source != NULL ? g_strdup (options->source) : cz_hub_depot_folder (hub);
  g_autofree char *code = cz_channel_to_string (hub->channel);
  g_autofree char *below = g_strconcat ("uploads/", code, NULL);
  g_autoptr (GPtrArray) boxes = g_ptr_array_new_with_free_func ((GDestroyNotify) cz_secret_key_free);
  g_autoptr (GPtrArray) done = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (found_free);
  Collector self = { .hub = hub, .options = options, .out = out, .below = below, .boxes = boxes, .done = done, .found = found };
  *out = (CzHubCollected) { 0 };
  cz_hub_aside_init (&self.aside, hub);
  if (load_boxes (&self, error) && collect_from (&self, place, error) && collect_strangers (&self, error))
    return TRUE;
  if (hub->in_transaction)
    cz_hub_roll_back (hub);
  return FALSE;
}
