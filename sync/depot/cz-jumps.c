/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/depot/cz-file.h"
#include "sync/depot/cz-publisher-private.h"
#include "sync/wire/cz-paths.h"

#include <string.h>

/* Skips of a month and of a quarter, each kind one behind another in a file that holds the newest of them, and snapshots.
 * STATE/base-<months> holds the channel as it was where the next skip begins; STATE/skip-<months> the newest skip, so that
 * a stop between signing and announcing loses none: it is applied to the base, which is the self-check, and thereby the base
 * moves on. What the index no longer names is removed a month later (STATE/retired): a station may be reading it. */

#define N_LANES 2
#define SNAPSHOTS_KEPT 2
#define STATE_MODE 0600
#define RETIRED_MAX 65536

static const struct {
  guint months;
  guint kept; /* skips in the file */
} lanes[N_LANES] = { { 1, 12 }, { 3, 4 } };

typedef struct {
  CzPublisher *publisher;
  GArray *skips[N_LANES]; /* CzIndexJump */
  GArray *snapshots; /* CzIndexJump, oldest first */
  GPtrArray *retired; /* paths */
} Jumps;

static void
jumps_clear (Jumps *self)
{
  for (guint i = 0; i < N_LANES; i++)
    g_clear_pointer (&self->skips[i], g_array_unref);
  g_clear_pointer (&self->snapshots, g_array_unref);
  g_clear_pointer (&self->retired, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Jumps, jumps_clear)

static CzIndexJump *
line_of (GArray *lines, guint i)
{
  return &g_array_index (lines, CzIndexJump, i);
}

/* ---- the index ---- */

/* Months come first, then quarters: where a line does not continue the one before, the other file begins. */
static void
read_index (Jumps *self)
{
  GArray *all = self->publisher->index->jumps;
  guint lane = 0;
  self->snapshots = g_array_new (FALSE, FALSE, sizeof (CzIndexJump));
  self->retired = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < N_LANES; i++)
    self->skips[i] = g_array_new (FALSE, FALSE, sizeof (CzIndexJump));
  for (guint i = 0; i < all->len; i++) {
    CzIndexJump *line = line_of (all, i);
    if (line->from_seq == 0) {
      g_array_append_val (self->snapshots, *line);
      continue;
    }
    GArray *lines = self->skips[lane];
    if (lines->len > 0 && line_of (lines, lines->len - 1)->to_seq != line->from_seq)
      lines = self->skips[lane = MIN (lane + 1, N_LANES - 1)];
    g_array_append_val (lines, *line);
  }
}

static void
write_index (Jumps *self)
{
  GArray *all = self->publisher->index->jumps;
  g_array_set_size (all, 0);
  for (guint i = 0; i < N_LANES; i++)
    /* Without months quarters would be read as months. */
    if (self->skips[i]->len > 0 && self->skips[0]->len > 0)
      g_array_append_vals (all, self->skips[i]->data, self->skips[i]->len);
  if (self->snapshots->len > 0)
    g_array_append_vals (all, self->snapshots->data, self->snapshots->len);
}

static CzIndexJump
line_for (const CzBundle *bundle)
{
  const CzManifest *m = &bundle->manifest;
  CzIndexJump line = { .from_seq = m->from_seq, .to_seq = m->to_seq, .bytes = bundle->total_len,
                       .next_month = m->segment, .next_offset = m->seg_offset };
  memcpy (line.hash, bundle->hash, sizeof line.hash);
  return line;
}

static char *
path_of_run (Jumps *self, GArray *lines)
{
  return cz_path_skips (self->publisher->channel, line_of (lines, 0)->from_seq, line_of (lines, lines->len - 1)->to_seq, lines->len);
}

/* ---- one kind of skip ---- */

/* The skips that are kept, as they stand in the depot; NULL: they are not there any more. */
static GBytes *
kept_bytes (Jumps *self, GArray *lines, guint n_dropped)
{
  g_autofree char *path = path_of_run (self, lines);
  guint64 offset = 0, size = 0;
  for (guint i = 0; i < lines->len; i++)
    *(i < n_dropped ? &offset : &size) += line_of (lines, i)->bytes;
  g_autoptr (GBytes) bytes = cz_depot_get (self->publisher->config.depot, path, offset, (gsize) size, NULL);
  return bytes != NULL && g_bytes_get_size (bytes) == size ? g_steal_pointer (&bytes) : NULL;
}

static GBytes *
joined (GBytes *first, GBytes *second)
{
  GByteArray *all = g_byte_array_new ();
  if (first != NULL)
    g_byte_array_append (all, g_bytes_get_data (first, NULL), (guint) g_bytes_get_size (first));
  g_byte_array_append (all, g_bytes_get_data (second, NULL), (guint) g_bytes_get_size (second));
  return g_byte_array_free_to_bytes (all);
}

/* The file with this skip at its end, and its line. */
static gboolean
append_skip (Jumps *self, guint lane, const CzBundle *bundle, GBytes *bytes, GError **error)
{
  GArray *lines = self->skips[lane];
  CzIndexJump line = line_for (bundle);
  guint n_dropped = lines->len >= lanes[lane].kept ? lines->len - lanes[lane].kept + 1 : 0;
  gboolean goes_on = lines->len > 0 && line_of (lines, lines->len - 1)->to_seq == line.from_seq;
  g_autoptr (GBytes) kept = goes_on ? kept_bytes (self, lines, n_dropped) : NULL;
  g_autoptr (GBytes) file = joined (kept, bytes);
  if (lines->len > 0)
    g_ptr_array_add (self->retired, path_of_run (self, lines));
  g_array_remove_range (lines, 0, kept != NULL ? n_dropped : lines->len);
  g_array_append_val (lines, line);
  g_autofree char *path = path_of_run (self, lines);
  return cz_depot_put (self->publisher->config.depot, path, file, error);
}

static gboolean
open_own (Jumps *self, GBytes *bytes, CzBundle *out, GError **error)
{
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  return cz_bundle_open (data, size, &self->publisher->config.delegation->content_key, out, error);
}

static gboolean
move_base (Jumps *self, CzContent *base, const CzBundle *bundle, GBytes *bytes, GError **error)
{
  CzPublisher *publisher = self->publisher;
  CzApplyScope scope = { .table_mask = publisher->config.delegation->table_mask, .now_s = publisher->now_s, .trusted_s = publisher->now_s };
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  return cz_content_apply (base, bundle, data, size, &scope, error);
}

static GBytes *
make_skip (Jumps *self, CzContent *base, const char *file, GError **error)
{
  g_autoptr (GBytes) bytes = cz_jump_build (self->publisher, base, NULL, error);
  return bytes != NULL && cz_file_replace (file, bytes, STATE_MODE, error) ? g_steal_pointer (&bytes) : NULL;
}

static gboolean
advance_lane (Jumps *self, guint lane, CzContent *base, const char *file, GError **error)
{
  CzPublisher *publisher = self->publisher;
  g_autofree CzBundle *bundle = g_new0 (CzBundle, 1);
  CzChannelMark mark;
  if (!cz_content_mark (base, publisher->channel, &mark, error))
    return FALSE;
  gboolean is_there = mark.seq == publisher->mark.seq;
  /* The skip of an earlier attempt serves when the base has just taken it. */
  g_autoptr (GBytes) bytes = is_there ? cz_file_read (file, 0, CZ_BUNDLE_MAX + CZ_MANIFEST_MAX, NULL) : make_skip (self, base, file, error);
  if (bytes == NULL)
    return is_there;
  if (!open_own (self, bytes, bundle, error) || (!is_there && !move_base (self, base, bundle, bytes, error)))
    return FALSE;
  GArray *lines = self->skips[lane];
  gboolean is_listed = lines->len > 0 && line_of (lines, lines->len - 1)->to_seq >= bundle->manifest.to_seq;
  return is_listed || bundle->manifest.to_seq != publisher->mark.seq || append_skip (self, lane, bundle, bytes, error);
}

static gboolean
can_follow (CzPublisher *publisher, CzContent *base)
{
  CzChannelMark mark;
  return base != NULL && cz_content_mark (base, publisher->channel, &mark, NULL) && mark.seq > 0
         && mark.epoch == publisher->mark.epoch && mark.seq <= publisher->mark.seq;
}

/* Whatever goes wrong, the next skip begins here. */
static void
make_lane (Jumps *self, guint lane)
{
  CzPublisher *publisher = self->publisher;
  g_autofree char *base_name = g_strdup_printf ("base-%u", lanes[lane].months);
  g_autofree char *skip_name = g_strdup_printf ("skip-%u", lanes[lane].months);
  g_autofree char *dir = cz_publisher_state_path (publisher, base_name);
  g_autofree char *file = cz_publisher_state_path (publisher, skip_name);
  g_autoptr (GError) error = NULL;
  g_autoptr (CzContent) base = cz_content_open (dir, NULL);
  if (can_follow (publisher, base)) {
    if (advance_lane (self, lane, base, file, &error))
      return;
    g_warning ("a skip of %u months could not be made: %s", lanes[lane].months, error->message);
    g_clear_error (&error);
  }
  g_clear_pointer (&base, cz_content_free);
  if (!cz_content_copy (publisher->config.replica, dir, &error))
    g_warning ("where the next skip begins could not be kept: %s", error->message);
}

/* ---- snapshots ---- */

static gboolean
make_snapshot (Jumps *self, GError **error)
{
  CzPublisher *publisher = self->publisher;
  GArray *lines = self->snapshots;
  g_autofree CzBundle *bundle = g_new0 (CzBundle, 1);
  g_autofree char *path = cz_path_snapshot (publisher->channel, publisher->mark.seq);
  if (lines->len > 0 && line_of (lines, lines->len - 1)->to_seq == publisher->mark.seq)
    return TRUE;
  g_autofree char *plain_path = cz_path_plain_snapshot (publisher->channel, publisher->mark.seq);
  g_autoptr (GBytes) plain = NULL;
  g_autoptr (GBytes) bytes = cz_jump_build (publisher, NULL, &plain, error);
  /* One that an interrupted attempt left was never announced. The plain form is there before the index leads anybody to it. */
  if (bytes == NULL || !open_own (self, bytes, bundle, error) || (plain != NULL && !cz_depot_put (publisher->config.depot, plain_path, plain, error))
      || !cz_depot_put (publisher->config.depot, path, bytes, error))
    return FALSE;
  CzIndexJump line = line_for (bundle);
  g_array_append_val (lines, line);
  while (lines->len > SNAPSHOTS_KEPT) {
    g_ptr_array_add (self->retired, cz_path_snapshot (publisher->channel, line_of (lines, 0)->to_seq));
    g_ptr_array_add (self->retired, cz_path_plain_snapshot (publisher->channel, line_of (lines, 0)->to_seq));
    g_array_remove_index (lines, 0);
  }
  return TRUE;
}

/* ---- what is no longer named ---- */

static gboolean
is_in_use (Jumps *self, const char *path)
{
  for (guint i = 0; i < N_LANES; i++) {
    g_autofree char *run = self->skips[i]->len > 0 ? path_of_run (self, self->skips[i]) : NULL;
    if (g_strcmp0 (run, path) == 0)
      return TRUE;
  }
  return g_ptr_array_find_with_equal_func (self->retired, path, g_str_equal, NULL);
}

static gboolean
remove_retired (Jumps *self, GError **error)
{
  CzPublisher *publisher = self->publisher;
  g_autofree char *path = cz_publisher_state_path (publisher, "retired");
  g_autoptr (GBytes) before = cz_file_read (path, 0, RETIRED_MAX, NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  if (self->retired->len == 0)
    return TRUE;
  for (guint i = 0; i < self->retired->len; i++)
    g_string_append_printf (text, "%s\n", (const char *) self->retired->pdata[i]);
  g_autoptr (GBytes) now = g_bytes_new (text->str, text->len);
  g_autofree char *old = before != NULL ? g_strndup (g_bytes_get_data (before, NULL), g_bytes_get_size (before)) : g_strdup ("");
  g_auto (GStrv) names = g_strsplit (old, "\n", -1);
  for (guint i = 0; names[i] != NULL; i++)
    if (names[i][0] != '\0' && !is_in_use (self, names[i]) && !cz_depot_remove (publisher->config.depot, names[i], error))
      return FALSE;
  return cz_file_replace (path, now, STATE_MODE, error);
}

/* ---- the turn of a month ---- */

static guint
quarter_of (guint32 month)
{
  return month / 100 * 4 + (month % 100 - 1) / 3;
}

void
cz_jumps_make (CzPublisher *publisher)
{
  g_auto (Jumps) self = { .publisher = publisher };
  guint32 now = cz_draft_month (publisher->now_s);
  const CzChannelMark *mark = &publisher->mark;
  g_autoptr (GError) error = NULL;
  gboolean is_turn = mark->seq > 0 && mark->segment > 0 && now > mark->segment && mark->epoch == publisher->config.delegation->epoch;
  if (!is_turn || publisher->config.content_key == NULL)
    return;
  read_index (&self);
  make_lane (&self, 0);
  if (quarter_of (now) != quarter_of (mark->segment))
    make_lane (&self, 1);
  if (!make_snapshot (&self, &error)) {
    g_warning ("a snapshot could not be made: %s", error->message);
    g_clear_error (&error);
  }
  write_index (&self);
  if (!remove_retired (&self, &error))
    g_warning ("what is no longer needed could not be removed: %s", error->message);
}
