/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/store/cz-db.h"
#include "sync/store/cz-rows.h"
#include "sync/model/cz-day.h"
#include "sync/wire/cz-bundle.h"

/* content.db: what publishers said. A folder holds content-<generation>.db and a link `current`; the agent (and, for its
 * own replica, the publisher) is the only writer. Not thread-safe: one thread owns a handle. */
typedef struct _CzContent CzContent;

/* Opens the current generation for writing, making generation 1 when there is none; the folder is made 2750, files 0640,
 * -wal and -shm stay when it is closed: only so can the kiosk's user read without being able to write.
 * CZ_STORE_ERROR_DAMAGED: make a new generation and fill it from a snapshot. */
CzContent *cz_content_open (const char *dir, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cz_content_free (CzContent *content);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzContent, cz_content_free)
sqlite3 *cz_content_db (CzContent *content); /* (transfer none) */
/* Makes an empty next generation beside the current one; switch_to makes it current by rename of the link.
 * The file before is removed by cz_content_sweep once nobody has it open: every connection shares a lock on its file, and
 * sweep removes what it can lock alone. */
CzContent *cz_content_new_generation (const char *dir, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean cz_content_make_current (CzContent *content, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean cz_content_sweep (const char *dir, GError **error);
/* A copy of all that it holds as the current generation of another folder, which is made when absent; what was there goes.
 * Errors: CZ_STORE_ERROR. */
gboolean cz_content_copy (CzContent *content, const char *dir, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* PRAGMA quick_check and the schema, and (full) every channel's state hash and quote_latest recomputed. CZ_STORE_ERROR_DAMAGED. */
gboolean cz_content_check (CzContent *content, gboolean full, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Read-only opening for the kiosk: resolves `current`, CZ_STORE_ERROR_ABSENT before the first sync, _BUSY while the agent
 * of a newer program has not yet migrated the file, _NEWER when this program is too old to read it.
 * resolved_path: (nullable), newly allocated; open again when the link names another file.
 *
 * Beside the described tables a reader finds
 *   quote_latest (channel, product, market, grade, kind, currency, period, day, quotes): newest day and number of quotes of
 *     every series, keyed in that order: where the last quote of a product is in old data, without a scan;
 *   bundle (channel, epoch, seq, kind, hash, row_count, created_s, effective_s, applied_s): the last 400 applied;
 *   channel_mark: see CzChannelMark. */
sqlite3 *cz_content_open_reader (const char *dir, char **resolved_path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Where a channel stands in this copy. */
typedef struct {
  CzChannel channel;
  guint32 epoch;
  guint64 seq; /* 0 = nothing yet */
  CzState state;
  guint8 tip[32]; /* hash of the last bundle */
  guint32 segment; /* where the next bundle begins */
  guint64 seg_offset;
  gint64 applied_s; /* wall time of the last apply */
  gint64 trusted_s;
  guint32 schema; /* of the newest bundle seen, may be above ours */
} CzChannelMark;

/* seq 0 and an empty state when the channel is unknown. */
gboolean cz_content_mark (CzContent *content, CzChannel channel, CzChannelMark *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same through a reader's handle. */
gboolean cz_reader_mark (sqlite3 *db, CzChannel channel, CzChannelMark *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* All channels held, ascending (element-type CzChannel). */
GArray *cz_content_channels (sqlite3 *db, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Rows of one table in one channel; -1 on failure. */
gint64 cz_content_count (sqlite3 *db, CzChannel channel, const CzTable *table);

/* What the writer of a bundle may do. */
typedef struct {
  guint64 table_mask; /* bit n = table n */
  /* 0 = no limit. Counted over the daily bundles signed on one day at UTC+8; with a limit no bundle may be signed before the one it
   * follows (but for an hour: clocks are set), nor after the head that announces it, or days could be made up. */
  guint32 rows_per_day;
  guint32 bytes_per_day;
  gint64 head_issued_s; /* 0 = not known */
  gint64 now_s; /* for applied_s */
  gint64 trusted_s;
  /* (nullable) asked by cz_content_apply when the bundle has been found good to its last row and nothing is committed yet;
   * FALSE with an error rolls back. The place to make durable what must never be behind content.db. */
  gboolean (*may_commit) (const CzBundle *bundle, gpointer user_data, GError **error);
  gpointer user_data;
} CzApplyScope;

/* Applies one verified bundle in one transaction and then moves the journal into the file: order and from_state checked, every section's hash checked, every
 * row checked (cz_row_check, scope), to_state compared, mark written. On any failure nothing changed.
 * A bundle of the same epoch must begin at mark.seq (CZ_WIRE_ERROR_ORDER: already applied, or a gap) and mark.state
 * (CZ_WIRE_ERROR_STATE). One of a higher epoch, and a snapshot that leads beyond mark.seq, begin from nothing and replace
 * the channel's rows. A newer schema, table, operation or codec is CZ_WIRE_ERROR_NEWER: keep the bundle. A scope's
 * rows_per_day counts per day spanned; the first publication and snapshots are free of it.
 * mark.segment and seg_offset: behind this bundle in its segment; after a skip or snapshot behind bundle to_seq.
 * data: the whole bundle, e.g. a mapped file. Errors: CZ_WIRE_ERROR (which rule), CZ_ROW_ERROR, CZ_STORE_ERROR. */
gboolean cz_content_apply (CzContent *content, const CzBundle *bundle, const guint8 *data, gsize size,
                           const CzApplyScope *scope, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same row operations without a bundle, for the publisher, who learns to_state from them: begin, ops, then end with
 * commit or roll back. State, scope and local indexes are kept up exactly as by cz_content_apply. */
typedef struct _CzApply CzApply;
CzApply *cz_apply_begin (CzContent *content, CzChannel channel, const CzApplyScope *scope, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean cz_apply_insert (CzApply *apply, const CzTable *table, const CzRow *row, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean cz_apply_update (CzApply *apply, const CzTable *table, const CzRow *row, guint64 mask, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* CZ_STORE_ERROR_CONSTRAINT when the key is there already (insert) or not there (update, delete). */
gboolean cz_apply_delete (CzApply *apply, const CzTable *table, const CzRow *key, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Drops the rows whose day in that field is before `before`; rows that give no day (0 outside the key) stay. */
gboolean cz_apply_retention (CzApply *apply, const CzTable *table, guint8 field_number, CzDay before, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Drops every row of the channel, for a new epoch. */
gboolean cz_apply_clear (CzApply *apply, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cz_apply_state (CzApply *apply, CzState *out);
/* mark: epoch, seq, tip, segment, seg_offset, schema to write (channel, state and the times of the scope are filled in).
 * Frees apply, whatever comes out; on failure everything is rolled back. */
gboolean cz_apply_commit (CzApply *apply, const CzChannelMark *mark, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cz_apply_roll_back (CzApply *apply); /* frees apply */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzApply, cz_apply_roll_back)
