/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/station/cz-fetch.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sync/station/cz-home.h"
#include "sync/wire/cz-limits.h"
#include "sync/wire/cz-wire-error.h"

#define SYNC_EVERY (256u * 1024u)
#define PEEK_LEN 12

typedef struct {
  CzBundle bundle;
  guint64 at; /* in the .part file */
} Whole;

struct _CzFetch {
  CzFetchPlan plan; /* seq, tip, state: of the last whole bundle */
  char *source; /* the plan's path */
  char *path; /* NULL until the first byte */
  int fd;
  guint64 base; /* offset in the segment of the file's first byte */
  guint64 size;
  guint64 unsynced;
  guint64 scan; /* where the bundle being checked begins, in the file */
  gboolean has_header;
  CzBundle header;
  guint section; /* being checked */
  guint64 section_at; /* where it begins in the file */
  guint64 checked; /* file position up to which all is verified */
  GArray *whole;
  guint next; /* the first that was not taken */
  gboolean is_handed_out; /* that one, and nobody has said yet what became of it */
  gboolean is_rejected;
  gpointer map;
  gsize map_len;
  CzFetchProgress progress;
  gpointer progress_data;
};

static gboolean
storage_error (CzFetch *self, GError **error)
{
  g_set_error (error, CZ_HOME_ERROR, CZ_HOME_ERROR_STORAGE, "%s: %s", self->path, g_strerror (errno));
  return FALSE;
}

static gboolean
refuse (CzFetch *self, CzWireError code, const char *why, GError **error)
{
  g_set_error (error, CZ_WIRE_ERROR, (gint) code, "bundle %" G_GUINT64_FORMAT " of %06d: %s", self->plan.seq + 1, self->plan.channel, why);
  return FALSE;
}

/* ---- looking at what is there ---- */

static void
unmap (CzFetch *self)
{
  if (self->map)
    munmap (self->map, self->map_len);
  self->map = NULL;
}

/* A view of n bytes at a file position, until the next call. */
static const guint8 *
view (CzFetch *self, guint64 at, gsize n, GError **error)
{
  guint64 page = (guint64) sysconf (_SC_PAGESIZE);
  guint64 begin = at - at % page;
  unmap (self);
  self->map_len = (gsize) (at - begin) + n;
  void *map = mmap (NULL, self->map_len, PROT_READ, MAP_SHARED, self->fd, (off_t) begin);
  if (map == MAP_FAILED) {
    storage_error (self, error);
    return NULL;
  }
  self->map = map;
  return (const guint8 *) map + (at - begin);
}

/* Where a bundle must stand, and behind what. */
static gboolean
stands_right (CzFetch *self, const CzBundle *bundle, GError **error)
{
  const CzFetchPlan *plan = &self->plan;
  const CzManifest *m = &bundle->manifest;
  if (m->from_seq != plan->seq)
    return refuse (self, CZ_WIRE_ERROR_ORDER, "does not follow what is held", error);
  if (m->segment != plan->month || m->seg_offset != self->base + self->scan)
    return refuse (self, CZ_WIRE_ERROR_ORDER, "stands in another place than it was signed for", error);
  if (plan->seq > 0 && memcmp (m->prev_bundle, plan->tip, 32) != 0)
    return refuse (self, CZ_WIRE_ERROR_ORDER, "follows another bundle than the one held", error);
  if (memcmp (m->from_state, plan->state, 32) != 0)
    return refuse (self, CZ_WIRE_ERROR_STATE, "begins at another state than the one held", error);
  return TRUE;
}

/* The one that the index names, beginning where the station stands, or from nothing. */
static gboolean
is_named (CzFetch *self, const CzBundle *bundle, GError **error)
{
  static const guint8 nothing[32];
  const CzFetchPlan *plan = &self->plan;
  const CzManifest *m = &bundle->manifest;
  const CzIndexJump *jump = self->whole->len < plan->n_jumps ? &plan->jumps[self->whole->len] : NULL;
  gboolean is_snapshot = m->kind == CZ_BUNDLE_SNAPSHOT;
  if (!jump || !cz_manifest_is_jump (m) || m->from_seq != jump->from_seq || m->to_seq != jump->to_seq
      || bundle->total_len != jump->bytes || memcmp (bundle->hash, jump->hash, 32) != 0)
    return refuse (self, CZ_WIRE_ERROR_ORDER, "is not the one that the index names", error);
  if (is_snapshot ? m->to_seq <= plan->seq : m->from_seq != plan->seq)
    return refuse (self, CZ_WIRE_ERROR_ORDER, "does not follow what is held", error);
  if (memcmp (m->from_state, is_snapshot ? nothing : plan->state, 32) != 0)
    return refuse (self, CZ_WIRE_ERROR_STATE, "begins at another state than the one held", error);
  return TRUE;
}

static gboolean
is_within_quota (const CzFetchPlan *plan, const CzBundle *bundle)
{
  const CzManifest *m = &bundle->manifest;
  gboolean counts = m->kind == CZ_BUNDLE_DAILY || m->kind == CZ_BUNDLE_SKIP;
  return !counts || plan->bytes_per_day == 0 || bundle->total_len / (m->to_seq - m->from_seq) <= plan->bytes_per_day;
}

static gboolean
follows (CzFetch *self, const CzBundle *bundle, GError **error)
{
  const CzFetchPlan *plan = &self->plan;
  const CzManifest *m = &bundle->manifest;
  if (m->channel != plan->channel)
    return refuse (self, CZ_WIRE_ERROR_SCOPE, "speaks for another channel", error);
  if (m->epoch != plan->epoch)
    return refuse (self, CZ_WIRE_ERROR_ORDER, "of another epoch", error);
  if (!(plan->month > 0 ? stands_right (self, bundle, error) : is_named (self, bundle, error)))
    return FALSE;
  if (m->to_seq > plan->head_seq)
    return refuse (self, CZ_WIRE_ERROR_ORDER, "leads beyond what the head announces", error);
  if (m->to_seq == plan->head_seq
      && (memcmp (cz_bundle_tip (bundle), plan->head_tip, 32) != 0 || memcmp (m->to_state, plan->head_state, 32) != 0))
    return refuse (self, CZ_WIRE_ERROR_STATE, "is not the one that the head names", error);
  return is_within_quota (plan, bundle) || refuse (self, CZ_WIRE_ERROR_SCOPE, "larger than its key may publish in a day", error);
}

/* *more says whether another step may be possible. */
static gboolean
scan_header (CzFetch *self, gboolean *more, GError **error)
{
  gsize left = (gsize) (self->size - self->scan), header_len;
  *more = FALSE;
  if (left < PEEK_LEN)
    return TRUE;
  const guint8 *data = view (self, self->scan, MIN (left, CZ_MANIFEST_MAX + 128), error);
  if (!data || !cz_bundle_peek_header_len (data, left, &header_len, error))
    return FALSE;
  if (left < header_len)
    return TRUE;
  if (!cz_bundle_open (data, header_len, self->plan.content_key, &self->header, error) || !follows (self, &self->header, error))
    return FALSE;
  self->has_header = *more = TRUE;
  self->section = 0;
  self->section_at = self->checked = self->scan + header_len;
  return TRUE;
}

/* One piece of the section at hand, or all of a small one. */
static gboolean
scan_section (CzFetch *self, gboolean *more, GError **error)
{
  const CzSection *section = &self->header.manifest.sections[self->section];
  gsize offset = (gsize) (self->checked - self->section_at);
  gsize n = cz_section_piece_len (section, offset);
  *more = self->size - self->checked >= n;
  if (!*more)
    return TRUE;
  const guint8 *data = view (self, self->scan, (gsize) (self->checked - self->scan) + n, error);
  if (!data || !cz_bundle_check_piece (&self->header, self->section, offset, data, data + (self->checked - self->scan), error))
    return FALSE;
  self->checked += n;
  if (self->checked == self->section_at + section->comp_len) {
    self->section++;
    self->section_at = self->checked;
  }
  return TRUE;
}

static void
finish_bundle (CzFetch *self)
{
  Whole whole = { self->header, self->scan };
  g_array_append_val (self->whole, whole);
  self->scan = self->checked;
  self->has_header = FALSE;
  self->plan.seq = self->header.manifest.to_seq;
  memcpy (self->plan.tip, cz_bundle_tip (&self->header), 32);
  memcpy (self->plan.state, self->header.manifest.to_state, 32);
}

/* Wrong bytes are cut off; if they were a piece's, the bundle is fetched again from there. */
static void
cut_to_checked (CzFetch *self)
{
  unmap (self);
  self->size = self->checked;
  if (ftruncate (self->fd, (off_t) self->size) != 0)
    g_warning ("%s: %s", self->path, g_strerror (errno));
}

/* What the head announces is here. What stands behind it in the segment is not announced yet, and waits. */
static gboolean
is_at_head (const CzFetch *self)
{
  return self->plan.seq >= self->plan.head_seq;
}

static void
end_at_head (CzFetch *self)
{
  self->plan.end = self->base + self->checked;
  if (self->size > self->checked)
    cut_to_checked (self);
}

static gboolean
scan (CzFetch *self, GError **error)
{
  gboolean more = TRUE;
  guint64 before = self->checked;
  while (more && !is_at_head (self)) {
    if (self->has_header && self->section == self->header.manifest.n_sections) {
      finish_bundle (self);
      continue;
    }
    gboolean ok = self->has_header ? scan_section (self, &more, error) : scan_header (self, &more, error);
    if (!ok) {
      cut_to_checked (self);
      return FALSE;
    }
  }
  if (is_at_head (self))
    end_at_head (self);
  if (self->progress && self->checked > before)
    self->progress (self->base + self->checked - self->plan.offset, self->plan.end - self->plan.offset, self->progress_data);
  return TRUE;
}

guint64
cz_fetch_missing (CzFetch *self)
{
  guint64 have = self->base + self->size;
  return self->plan.end > have ? self->plan.end - have : 0;
}

/* Everything is there and yet no whole bundle: what stands behind the last good byte is wrong. */
static gboolean
settle_end (CzFetch *self, GError **error)
{
  if (cz_fetch_missing (self) > 0 || self->scan == self->size)
    return TRUE;
  cut_to_checked (self);
  return refuse (self, CZ_WIRE_ERROR_TRUNCATED, "its file ends within it", error);
}

/* ---- the .part file ---- */

static char *
part_prefix (const CzFetchPlan *plan)
{
  return plan->month > 0 ? g_strdup_printf ("%06d-%06u-", plan->channel, plan->month) : g_strdup_printf ("%06d-jump-", plan->channel);
}

/* What the .part is of: jumps have their file's name in it, for offsets are places in that file. */
static char *
part_stem (const CzFetchPlan *plan)
{
  g_autofree char *prefix = part_prefix (plan);
  g_autofree char *file = g_path_get_basename (plan->path);
  return plan->month > 0 ? g_steal_pointer (&prefix) : g_strdup_printf ("%s%s-", prefix, file);
}

/* An earlier .part that reaches over the wanted offset; all others of this segment, or of jumps, are removed. */
static char *
find_part (const char *dir, const CzFetchPlan *plan, guint64 *base)
{
  g_autoptr (GDir) folder = g_dir_open (dir, 0, NULL);
  g_autofree char *prefix = part_prefix (plan);
  g_autofree char *stem = part_stem (plan);
  g_autofree char *found = NULL;
  const char *name;
  while (folder && (name = g_dir_read_name (folder)) != NULL) {
    struct stat st;
    char *end = NULL;
    if (!g_str_has_prefix (name, prefix) || !g_str_has_suffix (name, ".part"))
      continue;
    g_autofree char *path = g_build_filename (dir, name, NULL);
    gboolean is_of_file = g_str_has_prefix (name, stem);
    guint64 begin = is_of_file ? g_ascii_strtoull (name + strlen (stem), &end, 10) : 0;
    gboolean fits = !found && is_of_file && g_str_equal (end, ".part") && lstat (path, &st) == 0 && S_ISREG (st.st_mode)
                    && begin <= plan->offset && begin + (guint64) st.st_size > plan->offset
                    && begin + (guint64) st.st_size <= plan->end;
    if (fits) {
      *base = begin;
      found = g_steal_pointer (&path);
    } else {
      g_unlink (path);
    }
  }
  return g_steal_pointer (&found);
}

CzFetch *
cz_fetch_open (const char *dir, const CzFetchPlan *plan, GError **error)
{
  g_autoptr (CzFetch) self = g_new0 (CzFetch, 1);
  struct stat st;
  self->fd = -1;
  self->plan = *plan;
  self->source = g_strdup (plan->path);
  self->whole = g_array_new (FALSE, FALSE, sizeof (Whole));
  self->base = plan->offset;
  self->path = find_part (dir, plan, &self->base);
  if (!self->path) {
    g_autofree char *stem = part_stem (plan);
    self->path = g_strdup_printf ("%s/%s%" G_GUINT64_FORMAT ".part", dir, stem, self->base);
  }
  self->fd = open (self->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (self->fd < 0 || fstat (self->fd, &st) != 0) {
    storage_error (self, error);
    return NULL;
  }
  self->size = (guint64) st.st_size;
  self->scan = self->checked = plan->offset - self->base;
  /* What an earlier attempt left is verified like anything else; if it is wrong it is simply not there. */
  g_autoptr (GError) local = NULL;
  if (!scan (self, &local) || !settle_end (self, &local))
    g_debug ("%s: %s", self->path, local->message);
  return g_steal_pointer (&self);
}

static char *
tag_path (CzFetch *self)
{
  return g_strconcat (self->path, ".tag", NULL);
}

static void
remove_part (CzFetch *self)
{
  g_autofree char *tag = tag_path (self);
  g_unlink (self->path);
  g_unlink (tag);
}

void
cz_fetch_reject (CzFetch *self)
{
  self->is_rejected = TRUE;
}

void
cz_fetch_free (CzFetch *self)
{
  if (!self)
    return;
  unmap (self);
  if (self->path && (self->is_rejected || (self->next == self->whole->len && self->size == self->scan)))
    remove_part (self);
  if (self->fd >= 0)
    close (self->fd);
  g_array_unref (self->whole);
  g_free (self->path);
  g_free (self->source);
  g_free (self);
}

void
cz_fetch_sweep (const char *dir, CzChannel channel)
{
  g_autoptr (GDir) folder = g_dir_open (dir, 0, NULL);
  g_autofree char *prefix = g_strdup_printf ("%06d-", channel);
  const char *name;
  while (folder && (name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *path = g_build_filename (dir, name, NULL);
    if (g_str_has_prefix (name, prefix))
      g_unlink (path);
  }
}

/* ---- transfer ---- */

static gboolean
on_bytes (const guint8 *data, gsize n, gpointer user_data, GError **error)
{
  CzFetch *self = user_data;
  gsize done = 0;
  if (is_at_head (self))
    return TRUE;
  while (done < n) {
    ssize_t wrote = pwrite (self->fd, data + done, n - done, (off_t) (self->size + done));
    if (wrote < 0 && errno == EINTR)
      continue;
    if (wrote < 0)
      return storage_error (self, error);
    done += (gsize) wrote;
  }
  self->size += n;
  self->unsynced += n;
  if (self->unsynced >= SYNC_EVERY) {
    self->unsynced = 0;
    if (fdatasync (self->fd) != 0)
      return storage_error (self, error);
  }
  return scan (self, error);
}

/* The mark under which the bytes in the file came, if the object cannot have changed since: the same road, and the index
 * still gives the segment the same length. A segment that grew has another mark though its old bytes stand. */
static char *
read_tag (CzFetch *self, CzRoad *road)
{
  g_autofree char *path = tag_path (self);
  g_autofree char *text = NULL;
  if (self->size == 0 || !g_file_get_contents (path, &text, NULL, NULL))
    return NULL;
  g_auto (GStrv) lines = g_strsplit (text, "\n", 4);
  gboolean same = g_strv_length (lines) >= 3 && g_str_equal (lines[0], cz_road_address (road))
                  && g_ascii_strtoull (lines[1], NULL, 10) == self->plan.end && lines[2][0] == '"';
  return same ? g_strdup (lines[2]) : NULL;
}

static void
keep_tag (CzFetch *self, CzRoad *road, const char *tag)
{
  g_autofree char *path = tag_path (self);
  if (!tag || cz_fetch_missing (self) == 0)
    return;
  g_autofree char *text = g_strdup_printf ("%s\n%" G_GUINT64_FORMAT "\n%s\n", cz_road_address (road), self->plan.end, tag);
  /* Lost or wrong, it costs a second answer, no more: no need to make it durable. */
  (void) g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL);
}

static gboolean
run_once (CzFetch *self, CzRoad *road, guint64 max_bytes, GCancellable *cancellable, GError **error)
{
  g_autofree char *held_tag = read_tag (self, road);
  g_autofree char *tag = NULL;
  CzRange range = { self->source, self->base + self->size, MIN (cz_fetch_missing (self), max_bytes), held_tag };
  gboolean ok = cz_road_get_range (road, &range, on_bytes, self, &tag, cancellable, error);
  keep_tag (self, road, tag);
  return ok && settle_end (self, error);
}

gboolean
cz_fetch_run (CzFetch *self, CzRoad *road, guint64 max_bytes, CzFetchProgress progress, gpointer user_data,
              GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local = NULL;
  /* Bytes that another attempt, perhaps by another road, left behind and that nobody could check yet. */
  gboolean has_unchecked = self->size > self->checked;
  if (cz_fetch_missing (self) == 0)
    return TRUE;
  self->progress = progress;
  self->progress_data = user_data;
  gboolean ok = run_once (self, road, max_bytes, cancellable, &local);
  /* This road need not be to blame for what was there before; it is asked once more from the last good byte. */
  if (!ok && has_unchecked && local->domain == CZ_WIRE_ERROR) {
    g_clear_error (&local);
    ok = run_once (self, road, max_bytes, cancellable, &local);
  }
  self->progress = NULL;
  if (!ok)
    g_propagate_error (error, g_steal_pointer (&local));
  return ok;
}

/* ---- handing out ---- */

const CzBundle *
cz_fetch_last (CzFetch *self)
{
  return self->next < self->whole->len ? &g_array_index (self->whole, Whole, self->whole->len - 1).bundle : NULL;
}

gboolean
cz_fetch_next (CzFetch *self, const CzBundle **bundle, const guint8 **data, gsize *size, GError **error)
{
  /* Who asks for the next has taken the last. */
  self->next += self->is_handed_out ? 1 : 0;
  self->is_handed_out = FALSE;
  if (self->next == self->whole->len)
    return FALSE;
  const Whole *whole = &g_array_index (self->whole, Whole, self->next);
  *bundle = &whole->bundle;
  *size = whole->bundle.total_len;
  *data = view (self, whole->at, *size, error);
  self->is_handed_out = *data != NULL;
  return self->is_handed_out;
}
