/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/station/cz-stick.h"

#include <string.h>
#include <sys/stat.h>

#include "sync/station/cz-round-private.h"
#include "sync/station/cz-stick-file.h"
#include "sync/wire/cz-limits.h"
#include "sync/wire/cz-paths.h"

#define HASH_NAME_LEN 64

typedef struct {
  CzStation *station;
  const CzStickOptions *options;
  CzStickReport *report;
  CzStickFiles files;
} Stick;

static void
leave_out (Stick *self, CzChannel channel, CzStickWhy why)
{
  CzStickReport *report = self->report;
  if (report->n_left < CZ_STICK_LEFT_MAX)
    report->left[report->n_left++] = (CzStickLeft){ channel, why };
}

/* Only looking, and something is missing. */
static gboolean
is_seen (const Stick *self)
{
  return self->options->only_look && self->files.files > 0;
}

/* ---- links ---- */

/* A folder of a stick may be a link to anywhere. */
static gboolean
is_no_link (const char *folder, const char *below, GError **error)
{
  g_autofree char *path = g_build_filename (folder, below, NULL);
  struct stat st;
  if (lstat (path, &st) != 0 || S_ISDIR (st.st_mode))
    return TRUE;
  g_set_error (error, CZ_ROAD_ERROR, CZ_ROAD_ERROR_DENIED, "%s is not a folder", path);
  return FALSE;
}

/* Looked at before anything is written; each file is opened without following links all the same. */
static gboolean
folders_are_plain (const char *folder, CzChannel channel, GError **error)
{
  static const char *const below[] = { "", "/seg", "/snap", "/key" };
  gboolean ok = is_no_link (folder, "v1", error) && is_no_link (folder, "v1/root", error) && is_no_link (folder, "v1/m", error)
                && is_no_link (folder, "v1/c", error);
  for (gsize i = 0; ok && i < G_N_ELEMENTS (below); i++) {
    g_autofree char *path = g_strdup_printf ("v1/c/%06d%s", channel, below[i]);
    ok = is_no_link (folder, path, error);
  }
  return ok;
}

/* ---- who is ahead ---- */

/* FALSE only when our storage fails. *fault: CZ_FAULT_ROAD, _ABSENT or _REFUSED; meaningless when *is_good. */
static gboolean
read_head (Stick *self, const char *folder, CzChannel channel, CzVerified *out, gboolean *is_good, CzFault *fault, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (CzRoad) road = cz_road_new (folder, NULL, &local);
  const CzRoundOptions options = { .cancellable = self->options->cancellable };
  CzRoundReport report = { 0 };
  CzRound round = { self->station, &options, &report, road };
  *is_good = road && cz_round_read_head (&round, channel, out, &local);
  if (*is_good)
    return TRUE;
  *fault = cz_round_fault (local);
  if (*fault != CZ_FAULT_STORAGE)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* Whoever comes with nothing can use the head that lies there: its chain and its index lie there too. */
static gboolean
is_usable (Stick *self, const CzVerified *theirs)
{
  const CzHead *head = &theirs->head;
  gsize size = 0;
  g_autofree char *chain = cz_path_chain (head->channel, head->delegation);
  g_autofree char *path = cz_path_index (head->channel);
  g_autoptr (CzRoad) road = cz_road_new (self->options->folder, NULL, NULL);
  g_autoptr (GBytes) bytes = road && cz_road_may_have (road, chain) ? cz_road_get (road, path, CZ_INDEX_MAX, NULL, NULL, NULL) : NULL;
  const guint8 *data = bytes ? g_bytes_get_data (bytes, &size) : NULL;
  g_autoptr (CzIndex) index = data ? cz_index_open (data, size, &theirs->delegation.head_key, NULL) : NULL;
  return index && index->channel == head->channel && index->epoch == head->epoch && index->seq >= head->seq;
}

typedef struct {
  gboolean is_kept; /* something is kept here that leads others on */
  gboolean is_left_out; /* and told */
  gboolean is_current; /* the head there is as good as ours, and stays */
  gboolean is_of_old; /* its segments are those of an epoch that is past */
} Standing;

static gboolean
is_ahead (const CzHead *a, const CzHead *b)
{
  return a->epoch != b->epoch ? a->epoch > b->epoch : a->seq > b->seq;
}

static gboolean
compare (Stick *self, CzChannel channel, Standing *out, GError **error)
{
  g_auto (CzVerified) ours = { 0 }, theirs = { 0 };
  CzFault fault = CZ_FAULT_ABSENT, fault_there = CZ_FAULT_ABSENT;
  gboolean is_good = FALSE, is_good_there = FALSE;
  if (!read_head (self, self->station->home->kept, channel, &ours, &is_good, &fault, error)
      || !read_head (self, self->options->folder, channel, &theirs, &is_good_there, &fault_there, error))
    return FALSE;
  out->is_kept &= is_good || fault != CZ_FAULT_ABSENT;
  out->is_left_out = TRUE;
  if (!out->is_kept)
    return TRUE;
  if (is_good_there && (!is_good || is_ahead (&theirs.head, &ours.head)))
    leave_out (self, channel, CZ_STICK_AHEAD);
  else if (!is_good)
    leave_out (self, channel, CZ_STICK_NOT_GOOD);
  else if (!is_good_there && fault_there == CZ_FAULT_ROAD)
    leave_out (self, channel, CZ_STICK_UNREADABLE);
  else
    out->is_left_out = FALSE;
  gboolean is_same = is_good_there && !is_ahead (&ours.head, &theirs.head) && memcmp (ours.head.tip, theirs.head.tip, sizeof ours.head.tip) == 0;
  out->is_current = is_same && theirs.head.issued_s >= ours.head.issued_s && is_usable (self, &theirs);
  out->is_of_old = is_good_there && theirs.head.epoch < ours.head.epoch;
  return TRUE;
}

/* ---- writing ---- */

static int
by_name (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static GPtrArray *
names_in (const char *folder)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  while (dir && (name = g_dir_read_name (dir)) != NULL)
    if (strchr (name, '.') == NULL) /* what a power cut left of a write has one */
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, by_name);
  return names;
}

static gboolean
give (Stick *self, const char *path, CzStickManner manner, GError **error)
{
  g_autofree char *from = g_build_filename (self->station->home->kept, path, NULL);
  return is_seen (self) || cz_stick_give (&self->files, from, path, manner, error);
}

static gboolean
give_all (Stick *self, const char *below, CzStickManner manner, GError **error)
{
  g_autofree char *full = g_build_filename (self->station->home->kept, below, NULL);
  g_autoptr (GPtrArray) names = names_in (full);
  for (guint i = 0; i < names->len; i++) {
    g_autofree char *path = g_strconcat (below, "/", (const char *) g_ptr_array_index (names, i), NULL);
    if (!give (self, path, manner, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
write_files (Stick *self, CzChannel channel, const Standing *standing, GError **error)
{
  g_autofree char *keys = g_strdup_printf ("v1/c/%06d/key", channel);
  g_autofree char *segments = g_strdup_printf ("v1/c/%06d/seg", channel);
  g_autofree char *snapshots = g_strdup_printf ("v1/c/%06d/snap", channel);
  g_autofree char *index = cz_path_index (channel);
  g_autofree char *head = cz_path_head (channel);
  return give_all (self, "v1/root", CZ_STICK_REPLACED, error) && give_all (self, keys, CZ_STICK_REPLACED, error)
         && give_all (self, segments, standing->is_of_old ? CZ_STICK_REPLACED : CZ_STICK_GROWS, error)
         && give_all (self, snapshots, CZ_STICK_REPLACED, error)
         && (standing->is_current || (give (self, index, CZ_STICK_REPLACED, error) && give (self, head, CZ_STICK_REPLACED, error)));
}

/* A head without anything that leads to it would only shut out those who have more. */
static gboolean
leads_on (Stick *self, CzChannel channel)
{
  guint n = 0;
  static const char *const folders[] = { "seg", "snap" };
  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++) {
    g_autofree char *full = g_strdup_printf ("%s/v1/c/%06d/%s", self->station->home->kept, channel, folders[i]);
    g_autoptr (GPtrArray) names = names_in (full);
    n += names->len;
  }
  return n > 0;
}

static gboolean
write_channel (Stick *self, CzChannel channel, GError **error)
{
  g_autoptr (GError) local = NULL;
  Standing standing = { .is_kept = leads_on (self, channel) };
  if (!compare (self, channel, &standing, error))
    return FALSE;
  if (!standing.is_kept || standing.is_left_out)
    return TRUE;
  if (write_files (self, channel, &standing, &local)) {
    self->report->channels++;
  } else if (g_error_matches (local, CZ_ROAD_ERROR, CZ_ROAD_ERROR_LIMIT)) {
    leave_out (self, channel, CZ_STICK_FULL);
  } else {
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  return TRUE;
}

static gboolean
write_media (Stick *self, GError **error)
{
  const char *media = self->station->home->media;
  guint64 before = self->files.bytes;
  g_autoptr (GPtrArray) names = names_in (media);
  for (guint i = 0; i < names->len && !is_seen (self) && self->files.bytes - before < self->options->media_bytes; i++) {
    const char *name = g_ptr_array_index (names, i);
    g_autoptr (GError) local = NULL;
    g_autofree char *from = g_build_filename (media, name, NULL);
    g_autofree char *path = g_strconcat ("v1/m/", name, NULL);
    if (strlen (name) != HASH_NAME_LEN || cz_stick_give (&self->files, from, path, CZ_STICK_NAMED, &local))
      continue;
    self->report->is_full = g_error_matches (local, CZ_ROAD_ERROR, CZ_ROAD_ERROR_LIMIT);
    if (self->report->is_full)
      return TRUE;
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  return TRUE;
}

gboolean
cz_stick_write (CzStation *station, const CzStickOptions *options, CzStickReport *report, GError **error)
{
  const CzTicket *ticket = station->ticket;
  Stick self = { station, options, report, { .folder = options->folder, .only_look = options->only_look, .cancellable = options->cancellable } };
  *report = (CzStickReport){ 0 };
  for (guint i = 0; i < ticket->n_line; i++)
    if (!folders_are_plain (options->folder, ticket->line[i], error))
      return FALSE;
  gboolean ok = cz_stick_files_begin (&self.files, error);
  for (guint i = 0; ok && i < ticket->n_line && !is_seen (&self); i++)
    ok = write_channel (&self, ticket->line[i], error);
  ok = ok && write_media (&self, error);
  report->files = self.files.files;
  report->bytes = self.files.bytes;
  return ok;
}
