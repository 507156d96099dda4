/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/station/cz-kept.h"

#include <string.h>

#include "sync/depot/cz-depot.h"
#include "sync/wire/cz-limits.h"
#include "sync/wire/cz-paths.h"

struct _CzKept {
  CzDepot *depot;
  char *dir;
};

CzKept *
cz_kept_open (CzHome *home, GError **error)
{
  CzDepot *depot = cz_depot_new_folder (home->kept, error);
  if (!depot)
    return NULL;
  CzKept *self = g_new0 (CzKept, 1);
  self->depot = depot;
  self->dir = g_strdup (home->kept);
  return self;
}

void
cz_kept_free (CzKept *self)
{
  if (!self)
    return;
  cz_depot_free (self->depot);
  g_free (self->dir);
  g_free (self);
}

/* ---- keeping ---- */

void
cz_kept_bundle (CzKept *self, const CzBundle *bundle, const guint8 *data)
{
  const CzManifest *m = &bundle->manifest;
  g_autoptr (GError) error = NULL;
  gboolean is_jump = cz_manifest_is_jump (m);
  if (!self || m->kind == CZ_BUNDLE_SKIP)
    return;
  g_autofree char *path = is_jump ? cz_path_snapshot (m->channel, m->to_seq) : cz_path_segment (m->channel, m->segment);
  guint64 offset = is_jump ? 0 : m->seg_offset, size = 0;
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, bundle->total_len);
  gboolean follows = offset == 0 || (cz_depot_size (self->depot, path, &size, NULL) && size >= offset);
  if (follows && !cz_depot_append (self->depot, path, offset, bytes, &error))
    g_info ("not kept for others: %s", error->message);
}

void
cz_kept_paper (CzKept *self, const char *path, GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  if (self && !cz_depot_put_new (self->depot, path, bytes, &error))
    g_info ("not kept for others: %s", error->message);
}

/* ---- files of a channel ---- */

typedef struct {
  char *path;
  guint64 number; /* month, or sequence */
  guint64 bytes;
} File;

static void
file_clear (gpointer data)
{
  g_free (((File *) data)->path);
}

static int
by_number (gconstpointer a, gconstpointer b)
{
  guint64 left = ((const File *) a)->number, right = ((const File *) b)->number;
  return (left > right) - (left < right);
}

/* Ascending; names that are no numbers are none of ours. */
static GArray *
list_files (CzKept *self, CzChannel channel, const char *folder)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (File));
  g_autofree char *below = g_strdup_printf ("v1/c/%06d/%s", channel, folder);
  g_autofree char *full = g_build_filename (self->dir, below, NULL);
  g_autoptr (GDir) dir = g_dir_open (full, 0, NULL);
  const char *name;
  g_array_set_clear_func (list, file_clear);
  while (dir && (name = g_dir_read_name (dir)) != NULL) {
    File file = { 0 };
    if (!g_ascii_string_to_unsigned (name, 10, 0, G_MAXUINT64, &file.number, NULL))
      continue;
    file.path = g_strconcat (below, "/", name, NULL);
    if (cz_depot_size (self->depot, file.path, &file.bytes, NULL))
      g_array_append_val (list, file);
    else
      g_free (file.path);
  }
  g_array_sort (list, by_number);
  return list;
}

static File *
file_at (GArray *list, guint i)
{
  return &g_array_index (list, File, i);
}

static void
drop (CzKept *self, const File *file)
{
  g_autoptr (GError) error = NULL;
  if (!cz_depot_remove (self->depot, file->path, &error))
    g_info ("%s", error->message);
}

/* ---- how much ---- */

static const CzIndexJump *
snapshot_line (const CzIndex *index, guint64 seq)
{
  for (guint i = 0; i < index->jumps->len; i++) {
    const CzIndexJump *jump = &g_array_index (index->jumps, CzIndexJump, i);
    if (jump->from_seq == 0 && jump->to_seq == seq)
      return jump;
  }
  return NULL;
}

/* A snapshot serves while it is named and what follows it is kept. */
static gboolean
serves (const CzIndex *index, const File *snapshot, guint64 first_month)
{
  const CzIndexJump *line = snapshot_line (index, snapshot->number);
  guint64 wanted = 0;
  for (guint i = 0; line && wanted == 0 && i < index->segments->len; i++) {
    const CzIndexSegment *segment = &g_array_index (index->segments, CzIndexSegment, i);
    wanted = segment->last_seq > line->to_seq ? segment->month : 0;
  }
  return line && (wanted == 0 || wanted >= first_month);
}

/* Where in list the months begin that lead from one to the next up to the head. A month that was passed by a snapshot or a skip
 * ends before its end here, and whoever is led into it stands there for good. */
static guint
first_that_leads_on (const CzIndex *index, guint64 head_seq, GArray *list)
{
  guint first = list->len;
  gboolean is_last = TRUE;
  for (guint i = index->segments->len; i-- > 0;) {
    const CzIndexSegment *line = &g_array_index (index->segments, CzIndexSegment, i);
    if (line->first_seq > head_seq)
      continue;
    while (is_last && first > 0 && file_at (list, first - 1)->number > line->month)
      first--;
    const File *file = first > 0 ? file_at (list, first - 1) : NULL;
    if (!file || file->number != line->month || (!is_last && file->bytes != line->bytes))
      break;
    first--;
    is_last = FALSE;
  }
  return is_last ? list->len : first;
}

static void
trim (CzKept *self, const CzKeptNews *news, guint64 max_bytes)
{
  const CzIndex *index = news->index;
  g_autoptr (GArray) segments = list_files (self, index->channel, "seg");
  g_autoptr (GArray) snapshots = list_files (self, index->channel, "snap");
  guint64 sum = 0;
  guint leads = first_that_leads_on (index, news->head_seq, segments);
  guint first = segments->len;
  while (first > leads && sum + file_at (segments, first - 1)->bytes <= max_bytes)
    sum += file_at (segments, --first)->bytes;
  for (guint i = 0; i < first; i++)
    drop (self, file_at (segments, i));
  guint64 first_month = first < segments->len ? file_at (segments, first)->number : 0;
  for (guint i = 0; i < snapshots->len; i++) {
    const File *one = file_at (snapshots, i);
    gboolean is_newest = i + 1 == snapshots->len;
    gboolean is_head = one->number == news->head_seq;
    if (!is_newest || (first_month == 0 && !is_head) || sum + one->bytes > max_bytes || !serves (index, one, first_month))
      drop (self, one);
  }
}

void
cz_kept_announce (CzKept *self, const CzKeptNews *news, guint64 max_bytes)
{
  if (!self)
    return;
  g_autofree char *head_path = cz_path_head (news->index->channel);
  g_autofree char *index_path = cz_path_index (news->index->channel);
  g_autoptr (GError) error = NULL;
  if (!cz_depot_put (self->depot, index_path, news->index_bytes, &error) || !cz_depot_put (self->depot, head_path, news->head_bytes, &error))
    g_info ("not kept for others: %s", error->message);
  trim (self, news, max_bytes);
}

/* FALSE: absent, or not under this key. */
static gboolean
kept_head_open (CzKept *self, CzChannel channel, const CzPublicKey *key, CzHead *out)
{
  g_autofree char *path = cz_path_head (channel);
  gsize size = 0;
  g_autoptr (GBytes) bytes = cz_depot_get (self->depot, path, 0, CZ_HEAD_MAX, NULL);
  const guint8 *data = bytes ? g_bytes_get_data (bytes, &size) : NULL;
  return data && cz_head_open (data, size, key, out, NULL);
}

static gboolean
kept_index_holds (CzKept *self, const CzHead *head, const CzPublicKey *key)
{
  g_autofree char *path = cz_path_index (head->channel);
  gsize size = 0;
  g_autoptr (GBytes) bytes = cz_depot_get (self->depot, path, 0, CZ_INDEX_MAX, NULL);
  const guint8 *data = bytes ? g_bytes_get_data (bytes, &size) : NULL;
  g_autoptr (CzIndex) index = data ? cz_index_open (data, size, key, NULL) : NULL;
  return index && index->channel == head->channel && index->epoch == head->epoch && index->seq >= head->seq;
}

/* Also in the same second under another delegation: the round has seen that it is no older one. */
static gboolean
is_newer (const CzHead *kept, const CzHead *head)
{
  gboolean is_other = memcmp (kept->delegation, head->delegation, sizeof kept->delegation) != 0;
  return head->issued_s > kept->issued_s || (head->issued_s == kept->issued_s && is_other);
}

void
cz_kept_head (CzKept *self, const CzHead *head, const CzPublicKey *head_key, GBytes *head_bytes, GBytes *chain_bytes)
{
  CzHead kept;
  g_autoptr (GError) error = NULL;
  if (!self || !kept_head_open (self, head->channel, head_key, &kept) || kept.channel != head->channel || kept.epoch != head->epoch
      || kept.seq != head->seq || !is_newer (&kept, head) || !kept_index_holds (self, head, head_key))
    return;
  g_autofree char *path = cz_path_head (head->channel);
  g_autofree char *chain = cz_path_chain (head->channel, head->delegation);
  if (!cz_depot_put_new (self->depot, chain, chain_bytes, &error) || !cz_depot_put (self->depot, path, head_bytes, &error))
    g_info ("not kept for others: %s", error->message);
}
