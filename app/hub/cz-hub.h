/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <gio/gio.h>
#include "sync/model/cz-clock.h"
#include "sync/model/cz-table.h"
#include "sync/store/cz-content.h"

/* A publishing office's working copy: HOME/hub.db holds every row the office speaks for, what is held back, the ids it
 * has given out and who did what. Nothing here is public until `publish` signs it (cz-hub-publish.h).
 *
 * One clerk at a time may write: opening for writing takes HOME/lock. A handle belongs to one thread. */

#define CZ_HUB_ERROR (cz_hub_error_quark ())
GQuark cz_hub_error_quark (void);
typedef enum {
  CZ_HUB_ERROR_ABSENT, /* no hub in this folder: init first */
  CZ_HUB_ERROR_EXISTS, /* init where a hub is already */
  CZ_HUB_ERROR_LOCKED, /* another clerk is at work; the message says who */
  CZ_HUB_ERROR_REFUSED, /* the input cannot be taken; nothing changed */
  CZ_HUB_ERROR_STORAGE, /* the folder, its files or the disk fail */
} CzHubError;
/* The exit status (CzExit) that fits an error of this or a lower room. */
int cz_hub_exit_status (const GError *error);

typedef struct _CzHub CzHub;

typedef enum { CZ_HUB_READ, CZ_HUB_WRITE } CzHubMode;

/* Errors: CZ_HUB_ERROR_ABSENT, _LOCKED, _STORAGE. clock is referenced. */
CzHub *cz_hub_open (const char *home, CzHubMode mode, CzClock *clock, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cz_hub_free (CzHub *hub); /* rolls back what is not committed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzHub, cz_hub_free)

const char *cz_hub_home (CzHub *hub);
CzChannel cz_hub_channel (CzHub *hub);
CzClock *cz_hub_clock (CzHub *hub);
sqlite3 *cz_hub_db (CzHub *hub); /* (transfer none) for this room only */
/* The clerk's name in corrections, log and lock; the login name unless set (--as). */
void cz_hub_set_who (CzHub *hub, const char *who);
const char *cz_hub_who (CzHub *hub);

/* --- one transaction ---------------------------------------------------------------------------------------------
 * All writing below stands between begin and commit; rolling back (or a crash) leaves hub.db as it was at begin.
 * A dry run is begin, the same calls, roll back. */
gboolean cz_hub_begin (CzHub *hub, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean cz_hub_commit (CzHub *hub, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cz_hub_roll_back (CzHub *hub);
/* Number of the transaction, 1 …; rows put in it are known by it (see this_import). */
gint64 cz_hub_import_no (CzHub *hub);

/* --- rows -------------------------------------------------------------------------------------------------------- */
typedef enum {
  CZ_HUB_NEW, /* no such key */
  CZ_HUB_CHANGED, /* the key is there with other values */
  CZ_HUB_SAME, /* nothing would change; also a quote's value from before it was corrected */
  CZ_HUB_WITHDRAWN, /* the key was withdrawn on purpose; put would bring it back */
} CzHubChange;

/* What put would do. this_import (nullable): the stored row was put in this same transaction, i.e. the key stands twice
 * in the input. quote.status is not compared: it is the hub's own. Errors: CZ_HUB_ERROR_STORAGE. */
gboolean cz_hub_compare (CzHub *hub, const CzTable *table, const CzRow *row, CzHubChange *out, gboolean *this_import,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Checks the row (cz_row_check), stores it and marks it for the next publication; SAME writes nothing. A quote that is
 * already published and now has other prices gets status 1 and a quote_correction with old, new, who and `reason`
 * (cz_hub_set_reason). Costs one or two B-tree descents and no allocation: fit for millions of quotes.
 * change is nullable. Errors: CZ_ROW_ERROR (nothing stored, the transaction goes on), CZ_HUB_ERROR_STORAGE. */
gboolean cz_hub_put (CzHub *hub, const CzTable *table, const CzRow *row, CzHubChange *change, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The stored row of that key; values are borrowed until the next cz_hub_get; the row may be
 * changed and put. Withdrawn rows are not found. */
gboolean cz_hub_get (CzHub *hub, const CzTable *table, const CzRow *key, CzRow *row, gboolean *found, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Why published rows change in this transaction ("second list of the market office, file …"). */
void cz_hub_set_reason (CzHub *hub, const char *reason);

/* --- ids --------------------------------------------------------------------------------------------------------- */
/* The id for a thing the office calls source_code: the same one for ever, given out at first use; NULL or "": always a
 * new one. Ids are never reused, withdrawn or not; a rolled-back transaction gives its ids back. is_new is nullable.
 * CZ_HUB_ERROR_REFUSED when 999,999,999 are used up. */
gboolean cz_hub_id (CzHub *hub, const CzTable *table, const char *source_code, gint64 *id, gboolean *is_new, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* --- looking up, in memory (no SQL a call) ------------------------------------------------------------------------ */
typedef enum { CZ_HUB_NONE, CZ_HUB_FOUND, CZ_HUB_AMBIGUOUS } CzHubFound;
/* By published id in digits, source code, name or alias, in this order; blanks around and letter case do not count.
 * AMBIGUOUS when two rows share that name (or alias). Rows put in this transaction are found. */
CzHubFound cz_hub_find_product (CzHub *hub, const char *text, gint64 *id);
CzHubFound cz_hub_find_market (CzHub *hub, const char *text, gint64 *id);
/* CzUnit of a known product, -1 if unknown. */
int cz_hub_product_unit (CzHub *hub, gint64 product);
/* TRUE if the region (12-digit number) has a row. */
gboolean cz_hub_has_region (CzHub *hub, gint64 region);
/* A region by code or by its name when only one bears it. */
CzHubFound cz_hub_find_region (CzHub *hub, const char *text, gint64 *region);

typedef struct {
  gboolean found;
  CzDay day;
  gint64 low, mid, high; /* 厘 */
} CzHubLast;
/* The quote of the same market, product, grade, kind, currency and period to compare a new one with: the newest before
 * row's day; for a day older than the newest stored, the nearest of the 62 days before it, else the row of that series
 * put last in this transaction. Rows held back do not count. */
gboolean cz_hub_last_quote (CzHub *hub, const CzRow *quote, CzHubLast *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* --- held back --------------------------------------------------------------------------------------------------- */
typedef struct { /* where a row came from and what is doubtful about it; every pointer nullable */
  const char *file;
  const char *sheet;
  gint64 line; /* 0 = not known */
  const char *column;
  const char *reasons; /* short English words, blank separated: "step", "order", "unit", "duplicate" … */
  const char *said; /* one sentence for the clerk */
} CzHubDoubt;

typedef enum { CZ_HUB_HELD_NEW, CZ_HUB_HELD_ALREADY, CZ_HUB_HELD_DROPPED } CzHubHeld; /* DROPPED: a clerk has said no to this very row before */
/* The row must pass cz_row_check. */
gboolean cz_hub_hold (CzHub *hub, const CzTable *table, const CzRow *row, const CzHubDoubt *doubt, CzHubHeld *out,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef struct {
  gint64 id;
  const CzTable *table;
  CzRow row;
  const char *file, *sheet, *column, *reasons, *said; /* "" when not given */
  gint64 line;
  gint64 at_s;
} CzHubHeldRow; /* everything borrowed for the call */
typedef gboolean (*CzHubHeldFunc) (const CzHubHeldRow *held, gpointer data); /* FALSE ends the walk */
/* table NULL: of all tables; waiting ones only, oldest first. */
gboolean cz_hub_held_each (CzHub *hub, const CzTable *table, CzHubHeldFunc func, gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* ids NULL: all of the table. n_out: how many. Unknown ids: CZ_HUB_ERROR_REFUSED naming the first. */
gboolean cz_hub_held_accept (CzHub *hub, const CzTable *table, const gint64 *ids, guint n_ids, guint *n_out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean cz_hub_held_drop (CzHub *hub, const CzTable *table, const gint64 *ids, guint n_ids, guint *n_out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* TRUE if this very row waits or was turned down. */
gboolean cz_hub_held_has (CzHub *hub, const CzTable *table, const CzRow *row, gboolean *has, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* TRUE if any row of the table was ever held back: else nobody need ask cz_hub_held_has. */
gboolean cz_hub_held_any (CzHub *hub, const CzTable *table);
gint64 cz_hub_held_count (CzHub *hub, const CzTable *table); /* table NULL: all */

/* --- media ------------------------------------------------------------------------------------------------------- */
/* Copies a picture or sound into the hub, makes its `media` row, gives the hash for HASH fields. Type by the file's
 * first bytes: PNG, JPEG, WebP, SVG, Ogg, WAV, PDF. At most 8 MiB. priority 0 (first) … 9; title, licence nullable.
 * Errors: CZ_HUB_ERROR_REFUSED (absent, not such a file, too large), _STORAGE. */
gboolean cz_hub_add_media (CzHub *hub, const char *path, int priority, const char *title, const char *licence,
                           guint8 hash[CZ_HASH_BYTES], GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* --- log --------------------------------------------------------------------------------------------------------- */
typedef struct {
  const char *kind; /* "quotes" */
  const char *file;
  guint8 file_hash[32];
  gint64 rows, added, changed, same, held, refused;
} CzHubImportLog;
gboolean cz_hub_log_import (CzHub *hub, const CzHubImportLog *log, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Who did what, when: one line a verb. Inside or outside a transaction. reason nullable. */
gboolean cz_hub_audit (CzHub *hub, const char *verb, const char *kind, const char *what, const char *reason, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Rows of a table that are not withdrawn, and how many of all wait for publication. */
gint64 cz_hub_count (CzHub *hub, const CzTable *table);
gint64 cz_hub_count_dirty (CzHub *hub, const CzTable *table);
typedef struct {
  gint64 added, changed, removed;
} CzHubWaiting;
/* What the next publication will hold of a table; a row that was changed there and back counts as changed. */
gboolean cz_hub_waiting (CzHub *hub, const CzTable *table, CzHubWaiting *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef struct {
  gint64 at_s;
  const char *who, *verb, *kind, *what, *reason; /* borrowed for the call */
} CzHubAuditLine;
typedef void (*CzHubAuditFunc) (const CzHubAuditLine *line, gpointer data);
/* The newest `limit` lines, oldest of them first. */
gboolean cz_hub_audit_each (CzHub *hub, guint limit, CzHubAuditFunc func, gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* "quotes" → the quote table: kinds are the tables' names in the plural, or the table's name; NULL if unknown. */
const CzTable *cz_hub_table_of_kind (const char *kind);
