/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "sync/store/cz-content-private.h"
#include "sync/store/cz-content-prior.h"
#include "sync/store/cz-sections-ahead.h"
#include "sync/wire/cz-wire-error.h"

/* The order in which a bundle is judged: what this program can read, what the key may write, where it follows, its
 * bytes, its rows, its result. The first three need no transaction. */

#define CLOCK_SLACK_S 3600 /* as far back as a publisher's clock may be set */
#define CZ_DAY_ZONE_S 28800 /* days are civil days at UTC+8 */
#define CZ_DAY_S 86400
#define LATEST_S G_GINT64_CONSTANT (32503680000) /* the year 3000 */

static gboolean
refuse (const CzManifest *m, CzWireError code, const char *why, GError **error)
{
  g_set_error (error, CZ_WIRE_ERROR, (gint) code,
               "channel %06d, bundle %" G_GUINT64_FORMAT " → %" G_GUINT64_FORMAT ": %s", m->channel, m->from_seq,
               m->to_seq, why);
  return FALSE;
}

static gboolean
check_readable (const CzManifest *m, const CzChannelMark *mark, GError **error)
{
  if (m->schema > CZ_SCHEMA_VERSION || mark->schema > CZ_SCHEMA_VERSION || m->min_codec > CZ_CODEC_RESIDUAL || m->dict_kind > 1)
    return refuse (m, CZ_WIRE_ERROR_NEWER, "written for a newer program", error);
  for (guint i = 0; i < m->n_sections; i++) {
    const CzSection *s = &m->sections[i];
    if (cz_table_by_number (s->table) == NULL || s->op < CZ_OP_INSERT || s->op > CZ_OP_RETENTION || s->codec > CZ_CODEC_RESIDUAL)
      return refuse (m, CZ_WIRE_ERROR_NEWER, "has a table, an operation or a codec of a newer program", error);
  }
  if (m->to_seq > G_MAXINT64 || m->seg_offset > G_MAXINT64)
    return refuse (m, CZ_WIRE_ERROR_FORMAT, "a number out of its range", error);
  return TRUE;
}

/* A first publication and a snapshot are as large as a channel is; they count against no day's quota, but only while
 * nothing of another kind stands in the channel, or in its new epoch. */
static gboolean
is_free (const CzManifest *m, const CzChannelMark *mark, gboolean only_first)
{
  return m->kind == CZ_BUNDLE_SNAPSHOT || (m->kind == CZ_BUNDLE_FIRST && (mark->seq == 0 || m->epoch > mark->epoch || only_first));
}

static guint64
count_rows (const CzManifest *m)
{
  guint64 rows = 0;

  for (guint i = 0; i < m->n_sections; i++)
    rows += m->sections[i].rows;
  return rows;
}

static gboolean
check_signing_time (const CzManifest *m, const CzDayUse *use, const CzApplyScope *scope, GError **error)
{
  if (scope->head_issued_s > 0 && m->created_s > (guint64) scope->head_issued_s)
    return refuse (m, CZ_WIRE_ERROR_SCOPE, "signed after the head that announces it", error);
  if (use->last_s > CLOCK_SLACK_S && m->created_s < (guint64) (use->last_s - CLOCK_SLACK_S))
    return refuse (m, CZ_WIRE_ERROR_SCOPE, "signed before the bundle that it follows", error);
  return TRUE;
}

/* Quotas are of what stands in segments; a plain form is larger than the bundle it repeats. */
static gsize
quota_bytes (const CzBundle *bundle)
{
  return cz_manifest_is_plain (&bundle->manifest) ? 0 : bundle->total_len;
}

/* A skip stands for the bundles between; what those brought in all is at least what it brings. */
static gboolean
check_quota (CzContent *content, const CzBundle *bundle, const CzChannelMark *mark, const CzApplyScope *scope, GError **error)
{
  const CzManifest *m = &bundle->manifest;
  guint64 days = m->kind == CZ_BUNDLE_SKIP ? m->to_seq - m->from_seq : 1;
  CzDayUse use = { 0 };

  if (scope->rows_per_day == 0 && scope->bytes_per_day == 0)
    return TRUE;
  if (!cz_content_day_use (content, m->channel, m->epoch, m->created_s, &use, error) || !check_signing_time (m, &use, scope, error))
    return FALSE;
  if (m->kind == CZ_BUNDLE_SKIP)
    use = (CzDayUse) { 0 };
  if (scope->rows_per_day > 0 && use.rows + count_rows (m) > days * scope->rows_per_day)
    return refuse (m, CZ_WIRE_ERROR_SCOPE, "holds more rows than its key may write in a day", error);
  if (scope->bytes_per_day > 0 && use.bytes + quota_bytes (bundle) > days * scope->bytes_per_day)
    return refuse (m, CZ_WIRE_ERROR_SCOPE, "holds more bytes than its key may write in a day", error);
  return TRUE;
}

static gboolean
check_scope (const CzManifest *m, const CzApplyScope *scope, GError **error)
{
  for (guint i = 0; i < m->n_sections; i++)
    if ((scope->table_mask >> m->sections[i].table & 1) == 0)
      return refuse (m, CZ_WIRE_ERROR_SCOPE, "writes a table that its key may not write", error);
  return TRUE;
}

static gboolean
is_zero (const guint8 bytes[32])
{
  static const guint8 zeros[32];

  return memcmp (bytes, zeros, sizeof zeros) == 0;
}

/* restarts: the bundle begins from nothing and replaces what is held. */
static gboolean
check_order (const CzManifest *m, const CzChannelMark *mark, gboolean *restarts, GError **error)
{
  guint8 held[32];
  gboolean is_newer_epoch = m->epoch > mark->epoch && (mark->seq > 0 || mark->epoch > 0);
  gboolean is_newer_snapshot = m->kind == CZ_BUNDLE_SNAPSHOT && m->to_seq > mark->seq && mark->seq > 0;

  if (m->epoch < mark->epoch)
    return refuse (m, CZ_WIRE_ERROR_ORDER, "of an epoch that is past", error);
  *restarts = is_newer_epoch || is_newer_snapshot;
  guint64 seq = *restarts ? 0 : mark->seq;
  if (m->from_seq < seq && m->to_seq <= seq)
    return refuse (m, CZ_WIRE_ERROR_ORDER, "already applied", error);
  if (m->from_seq < seq)
    return refuse (m, CZ_WIRE_ERROR_ORDER, "begins before what is held", error);
  if (m->from_seq > seq)
    return refuse (m, CZ_WIRE_ERROR_ORDER, "leaves a gap after what is held", error);
  cz_state_to_bytes (&mark->state, held);
  if (*restarts ? is_zero (m->from_state) : memcmp (held, m->from_state, sizeof held) == 0)
    return TRUE;
  return refuse (m, CZ_WIRE_ERROR_STATE, "does not begin at the state that is held", error);
}

static gboolean
apply_retention (CzApply *apply, const CzTable *table, const CzRow *row, GError **error)
{
  gint64 number = row->v[0].i;
  gint64 day = row->v[1].i;

  if (number >= 1 && number <= 255 && day >= CZ_DAY_MIN && day <= CZ_DAY_MAX)
    return cz_apply_retention (apply, table, (guint8) number, (CzDay) day, error);
  g_set_error (error, CZ_WIRE_ERROR, CZ_WIRE_ERROR_FORMAT, "table %s: no such retention", table->name);
  return FALSE;
}

static gboolean
apply_row (CzApply *apply, const CzSection *section, const CzTable *table, const CzRow *row, guint64 mask, GError **error)
{
  switch ((CzOp) section->op) {
  case CZ_OP_INSERT:
    return cz_apply_insert (apply, table, row, error);
  case CZ_OP_UPDATE:
    return cz_apply_update (apply, table, row, mask, error);
  case CZ_OP_DELETE:
    return cz_apply_delete (apply, table, row, error);
  case CZ_OP_RETENTION:
    return apply_retention (apply, table, row, error);
  case CZ_OP_SCHEMA:
  default:
    g_set_error (error, CZ_WIRE_ERROR, CZ_WIRE_ERROR_NEWER, "table %s: operation %u", table->name, section->op);
    return FALSE;
  }
}

/* What the sections of one bundle are read with. */
typedef struct {
  const CzBundle *bundle;
  const guint8 *data;
  gsize size;
  const CzPrior *prior; /* (nullable) */
  CzSectionsAhead *ahead; /* (nullable) */
} Source;

static CzSectionReader *
open_section (const Source *source, guint i, GError **error)
{
  gboolean taken = FALSE;
  CzSectionReader *reader = cz_sections_ahead_take (source->ahead, i, &taken, error);

  if (taken)
    return reader;
  return cz_bundle_read_section (source->bundle, i, source->data, source->size, source->prior, error);
}

static gboolean
apply_section (CzApply *apply, const Source *source, guint i, GError **error)
{
  const CzSection *section = &source->bundle->manifest.sections[i];
  const CzTable *table = cz_table_by_number (section->table);
  g_autoptr (CzSectionReader) reader = open_section (source, i, error);
  CzReadResult result;
  CzRow row;
  guint64 mask = 0;

  if (reader == NULL)
    return FALSE;
  while ((result = cz_section_reader_next (reader, &row, &mask, error)) == CZ_READ_ROW)
    if (!apply_row (apply, section, table, &row, mask, error))
      return FALSE;
  return result == CZ_READ_END;
}

/* All hashes before the first row: a bundle damaged near its end costs no work. */
static gboolean
check_bytes (const CzBundle *bundle, const guint8 *data, gsize size, GError **error)
{
  for (guint i = 0; i < bundle->manifest.n_sections; i++) {
    const guint8 *bytes = NULL;
    gsize n_bytes = 0;
    if (!cz_bundle_section (bundle, i, data, size, &bytes, &n_bytes, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
check_result (CzApply *apply, const CzManifest *m, GError **error)
{
  CzState state;
  guint8 bytes[32];

  cz_apply_state (apply, &state);
  cz_state_to_bytes (&state, bytes);
  return memcmp (bytes, m->to_state, sizeof bytes) == 0
         || refuse (m, CZ_WIRE_ERROR_STATE, "its rows do not lead to the state it names", error);
}

static gboolean
needs_prior (const CzManifest *m)
{
  for (guint i = 0; i < m->n_sections; i++)
    if (m->sections[i].codec > CZ_CODEC_ZSTD)
      return TRUE;
  return FALSE;
}

/* Codecs 2 and 3 look at the channel as it was before the first section, through a snapshot that begins inside our own
 * transaction: nobody else can have written since. From nothing there is nothing to look at. */
static gboolean
apply_sections (CzApply *apply, CzContent *content, const CzBundle *bundle, const guint8 *data, gsize size,
                gboolean restarts, GError **error)
{
  const CzManifest *m = &bundle->manifest;
  g_autoptr (CzContentPrior) prior = NULL;
  g_autoptr (CzSectionsAhead) ahead = NULL;

  if (restarts && !cz_apply_clear (apply, error))
    return FALSE;
  if (needs_prior (m) && !restarts) {
    prior = cz_content_prior_new (content, m->channel, error);
    if (prior == NULL)
      return FALSE;
    ahead = cz_sections_ahead_new (content, bundle, data, size);
  }
  const Source source = { bundle, data, size, cz_content_prior_wire (prior), ahead };
  for (guint i = 0; i < m->n_sections; i++)
    if (!apply_section (apply, &source, i, error))
      return FALSE;
  return check_result (apply, m, error);
}

static gboolean
commit (CzApply *apply, const CzBundle *bundle, const CzApplyScope *scope, GError **error)
{
  const CzManifest *m = &bundle->manifest;
  /* A skip or a snapshot leaves the reader behind the bundle whose place it takes. */
  gboolean is_jump = cz_manifest_is_jump (m);
  CzChannelMark mark = { .epoch = m->epoch,
                         .seq = m->to_seq,
                         .segment = m->segment,
                         .seg_offset = m->seg_offset + (m->segment > 0 && !is_jump ? bundle->total_len : 0),
                         .schema = m->schema };
  const CzApplyNote note = { m->kind, m->created_s, m->effective_s, quota_bytes (bundle) };

  if (scope->may_commit != NULL && !scope->may_commit (bundle, scope->user_data, error))
    return FALSE;
  memcpy (mark.tip, cz_bundle_tip (bundle), sizeof mark.tip);
  cz_apply_note (apply, &note);
  return cz_apply_finish (apply, &mark, error);
}

gboolean
cz_content_day_use (CzContent *content, CzChannel channel, guint32 epoch, guint64 created_s, CzDayUse *out, GError **error)
{
  gint64 day = cz_day_from_unix ((gint64) MIN (created_s, LATEST_S));
  g_autofree char *sql
      = g_strdup_printf ("SELECT total(row_count * is_today), total(bytes * is_today), max(created_s) FROM (SELECT row_count, bytes, created_s,"
                         " kind = %d AND (created_s + %d) / %d = %" G_GINT64_FORMAT " AS is_today FROM bundle WHERE channel = %d AND epoch = %u)",
                         CZ_BUNDLE_DAILY, CZ_DAY_ZONE_S, CZ_DAY_S, day, channel, epoch);
  g_autoptr (sqlite3_stmt) stmt = cz_db_prepare (content->db, sql, error);

  if (stmt == NULL)
    return FALSE;
  int code = sqlite3_step (stmt);
  if (code != SQLITE_ROW) {
    cz_db_set_error (content->db, code, "reading the log of bundles", error);
    return FALSE;
  }
  *out = (CzDayUse) { (guint64) sqlite3_column_int64 (stmt, 0), (guint64) sqlite3_column_int64 (stmt, 1), sqlite3_column_int64 (stmt, 2) };
  return TRUE;
}

static gboolean
only_first_so_far (CzContent *content, CzChannel channel)
{
  g_autofree char *sql = g_strdup_printf ("SELECT kind FROM bundle WHERE channel = %d ORDER BY epoch DESC, seq DESC LIMIT 1", channel);

  return cz_db_int (content->db, sql, CZ_BUNDLE_FIRST) == CZ_BUNDLE_FIRST;
}

gboolean
cz_content_apply (CzContent *content, const CzBundle *bundle, const guint8 *data, gsize size, const CzApplyScope *scope,
                  GError **error)
{
  const CzManifest *m = &bundle->manifest;
  CzApplyScope inner = *scope;
  CzChannelMark mark;
  gboolean restarts = FALSE;

  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);
  if (!cz_mark_read (content->db, m->channel, &mark, error))
    return FALSE;
  /* Counted as a whole, here; what has fewer rows than its lines say is refused when it is read. */
  inner.rows_per_day = 0;
  gboolean counts = !is_free (m, &mark, only_first_so_far (content, m->channel));
  if (!check_readable (m, &mark, error) || !check_scope (m, scope, error) || !check_order (m, &mark, &restarts, error)
      || (counts && !check_quota (content, bundle, &mark, scope, error)) || !check_bytes (bundle, data, size, error))
    return FALSE;
  g_autoptr (CzApply) apply = cz_apply_begin (content, m->channel, &inner, error);
  return apply != NULL && apply_sections (apply, content, bundle, data, size, restarts, error)
         && commit (apply, bundle, scope, error);
}
