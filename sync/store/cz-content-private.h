/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/store/cz-content.h"
#include "sync/store/cz-latest.h"

#define CZ_TABLES_MAX 64

struct _CzContent {
  sqlite3 *db;
  char *dir;
  char *path;
  guint generation;
  CzRowStore *rows[CZ_TABLES_MAX]; /* by table number, made at first use */
};

CzRowStore *cz_content_rows (CzContent *content, const CzTable *table);
/* Moves what was committed from the journal into the database file, as far as readers let it. */
void cz_content_checkpoint (CzContent *content);
gboolean cz_mark_read (sqlite3 *db, CzChannel channel, CzChannelMark *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean cz_mark_write (sqlite3 *db, const CzChannelMark *mark, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Sum over every row of the channel, by a full scan. */
gboolean cz_state_of_channel (sqlite3 *db, CzChannel channel, CzState *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What the log says of a bundle beside its mark. */
typedef struct {
  guint8 kind;
  guint64 created_s;
  guint64 effective_s;
  guint64 bytes; /* of the whole bundle */
} CzApplyNote;

/* What daily bundles of this epoch have brought that were signed on the same day at UTC+8, as far as the log knows. last_s: when the
 * newest of them all was signed, 0 = none. */
typedef struct {
  guint64 rows;
  guint64 bytes;
  gint64 last_s;
} CzDayUse;
gboolean cz_content_day_use (CzContent *content, CzChannel channel, guint32 epoch, guint64 created_s, CzDayUse *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;

void cz_apply_note (CzApply *apply, const CzApplyNote *note);
/* As cz_apply_commit, but leaves apply to its owner. */
gboolean cz_apply_finish (CzApply *apply, const CzChannelMark *mark, GError **error) G_GNUC_WARN_UNUSED_RESULT;
