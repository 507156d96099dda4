/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/depot/cz-publisher-private.h"
#include "sync/depot/cz-file.h"
#include "sync/wire/cz-limits.h"
#include "sync/wire/cz-paths.h"

#include <string.h>

G_DEFINE_QUARK (cz_publish_error, cz_publish_error)

#define STATE_FOLDER_MODE 0700
#define PROGRESS_EVERY_ROWS 10000
/* A clock may be set back a little by a time server; more than this is a dead battery. */
#define CLOCK_SLACK_S 3600
/* zstd 19 takes about 1 s per 2 MB: fine for a day, too slow for a first publication of a million rows. */
#define MANY_ROWS 50000
#define LEVEL_FEW 19
#define LEVEL_MANY 9

void
cz_publisher_step (CzPublisher *self, CzPublishStep step, guint64 done)
{
  if (self->config.progress != NULL)
    self->config.progress (step, done, self->config.progress_data);
}

char *
cz_publisher_state_path (CzPublisher *self, const char *name)
{
  return g_build_filename (self->config.state_dir, name, NULL);
}

static gboolean
check_clock (CzPublisher *self, GError **error)
{
  self->now_s = cz_clock_wall_s (self->config.clock);
  if (!self->has_head || self->now_s + CLOCK_SLACK_S >= (gint64) self->head.issued_s)
    return TRUE;
  g_autofree char *now = cz_day_to_iso (cz_day_from_unix (self->now_s));
  g_autofree char *then = cz_day_to_iso (cz_day_from_unix ((gint64) self->head.issued_s));
  g_set_error (error, CZ_PUBLISH_ERROR, CZ_PUBLISH_ERROR_CLOCK,
               "the clock of this computer says %s, but the last head was signed on %s: set the clock", now, then);
  return FALSE;
}

static gboolean
recover (CzPublisher *self, GError **error)
{
  GError *problem = NULL;
  g_autoptr (GBytes) pending = cz_pending_load (self, &problem);
  if (problem != NULL) {
    g_propagate_error (error, problem);
    return FALSE;
  }
  if (pending == NULL)
    return TRUE;
  self->recovered = TRUE;
  if (!cz_pending_carry_out (self, pending, error)
      || !cz_announce_all (self, self->now_s + CZ_DAY_S, error) || !cz_pending_remove (self, error)) {
    g_prefix_error (error, "finishing the publication that was interrupted: ");
    return FALSE;
  }
  return TRUE;
}

/* What another key signs, every station refuses. */
static gboolean
check_key (const CzSecretKey *key, const CzPublicKey *delegated, const char *name, GError **error)
{
  CzPublicKey public;
  if (key == NULL)
    return TRUE;
  cz_secret_key_public (key, &public);
  if (memcmp (&public, delegated, sizeof public) == 0)
    return TRUE;
  g_set_error (error, CZ_PUBLISH_ERROR, CZ_PUBLISH_ERROR_KEY, "the %s key is not the one this channel was given", name);
  return FALSE;
}

CzPublisher *
cz_publisher_open (const CzPublisherConfig *config, GError **error)
{
  g_autoptr (CzPublisher) self = g_new0 (CzPublisher, 1);
  self->config = *config;
  self->channel = config->delegation->channel;
  if (!cz_file_make_folder (config->state_dir, STATE_FOLDER_MODE, error)
      || !cz_content_mark (config->replica, self->channel, &self->mark, error)
      || !cz_announce_load (self, error) || !check_clock (self, error))
    return NULL;
  cz_draft_clear (self);
  if (!check_key (config->content_key, &config->delegation->content_key, "content", error)
      || !check_key (config->head_key, &config->delegation->head_key, "head", error))
    return NULL;
  if (!cz_announce_depot_is_not_ahead (self, error) || !recover (self, error))
    return NULL;
  memset (&self->report, 0, sizeof self->report);
  self->wrote = FALSE;
  return g_steal_pointer (&self);
}

void
cz_publisher_free (CzPublisher *self)
{
  if (self == NULL)
    return;
  cz_draft_clear (self);
  g_clear_pointer (&self->draft.section_bytes, g_ptr_array_unref);
  g_clear_pointer (&self->draft.plain_bytes, g_ptr_array_unref);
  g_clear_pointer (&self->plain, g_bytes_unref);
  g_clear_pointer (&self->index, cz_index_free);
  g_free (self);
}

gboolean
cz_publisher_recovered (CzPublisher *self)
{
  return self->recovered;
}

gboolean
cz_publisher_begin (CzPublisher *self, gint64 effective_s, guint64 expect_rows, GError **error)
{
  g_return_val_if_fail (!self->running, FALSE);
  if (!check_clock (self, error))
    return FALSE;
  memset (&self->report, 0, sizeof self->report);
  self->report.from_seq = self->report.seq = self->mark.seq;
  self->effective_s = effective_s;
  self->rows_seen = 0;
  cz_jumps_make (self);
  self->first = self->mark.seq == 0;
  self->wrote = FALSE;
  self->zstd_level = expect_rows > MANY_ROWS ? LEVEL_MANY : LEVEL_FEW;
  self->running = TRUE;
  cz_draft_clear (self);
  return TRUE;
}

gboolean
cz_publisher_media (CzPublisher *self, const guint8 hash[CZ_HASH_LEN], GBytes *bytes, GError **error)
{
  guint8 actual[CZ_HASH_LEN];
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  cz_hash (data, size, actual);
  g_autofree char *path = cz_path_media (hash);
  if (memcmp (actual, hash, sizeof actual) != 0) {
    g_set_error (error, CZ_PUBLISH_ERROR, CZ_PUBLISH_ERROR_DAMAGED, "%s: the file changed since it was taken in", path);
    return FALSE;
  }
  if (cz_depot_has (self->config.depot, path))
    return TRUE;
  self->report.media_objects++;
  self->report.media_bytes += size;
  return cz_depot_put_new (self->config.depot, path, bytes, error);
}

static gboolean
hand_in (CzPublisher *self, const CzTable *table, const CzRow *row, gboolean gone, GError **error)
{
  g_return_val_if_fail (self->running, FALSE);
  if (++self->rows_seen % PROGRESS_EVERY_ROWS == 0)
    cz_publisher_step (self, CZ_PUBLISH_STEP_ROWS, self->rows_seen);
  return cz_draft_row (self, table, row, gone, error);
}

gboolean
cz_publisher_row (CzPublisher *self, const CzTable *table, const CzRow *row, GError **error)
{
  return hand_in (self, table, row, FALSE, error);
}

gboolean
cz_publisher_remove (CzPublisher *self, const CzTable *table, const CzRow *key, GError **error)
{
  return hand_in (self, table, key, TRUE, error);
}

static gboolean
write_last (CzPublisher *self, GError **error)
{
  if (cz_draft_is_empty (self))
    return TRUE;
  g_autoptr (GBytes) bundle = cz_draft_sign (self, error);
  return bundle != NULL && cz_pending_save (self, bundle, error)
         && cz_pending_carry_out (self, bundle, error);
}

gboolean
cz_publisher_finish (CzPublisher *self, gint64 next_publish_s, CzPublishReport *report, GError **error)
{
  g_return_val_if_fail (self->running, FALSE);
  gint64 next = next_publish_s != 0 ? next_publish_s : self->now_s + CZ_DAY_S;
  gboolean ok = write_last (self, error) && cz_announce_all (self, next, error)
                && (!self->wrote || cz_pending_remove (self, error));
  cz_publisher_abandon (self);
  if (!ok)
    return FALSE;
  cz_publisher_step (self, CZ_PUBLISH_STEP_DONE, self->report.seq);
  if (report != NULL)
    *report = self->report;
  return TRUE;
}

void
cz_publisher_abandon (CzPublisher *self)
{
  self->running = FALSE;
  cz_draft_clear (self);
}

gboolean
cz_publisher_beat (CzPublisher *self, gint64 next_publish_s, GError **error)
{
  g_return_val_if_fail (!self->running, FALSE);
  if (!check_clock (self, error))
    return FALSE;
  return self->has_head ? cz_announce_head (self, next_publish_s, error)
                        : cz_announce_all (self, next_publish_s, error);
}

gboolean
cz_publisher_head (CzPublisher *self, CzHead *out)
{
  if (self->has_head)
    *out = self->head;
  return self->has_head;
}
