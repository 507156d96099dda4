/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <sqlite3.h>

#include "sync/model/cz-code.h"

/* What is known of a channel beside its floor: how long it may speak, whether it was withdrawn, and whether newer news than what
 * comes must exist. Kept in trust.db; it informs and never refuses what is newer and signed. Pure but for the two SQL functions. */

typedef struct {
  guint64 serial; /* of the delegation under which it was last heard */
  guint64 revoked_below; /* the channel above has withdrawn every serial below this one */
  gint64 not_before_s; /* of that delegation; 0 = not known */
  gint64 not_after_s;
  gint64 expires_s; /* of the newest head; in memory until something else is written */
  gint64 next_publish_s; /* announced by it, 0 = not known */
  guint64 witness_seq; /* what another channel of the line has seen of this one */
  gint64 witness_s; /* when that one's head was signed; never later than the time it was read at */
} CzWatch;

typedef enum {
  CZ_LATE_OVERDUE = 1 << 0, /* the announced publication has not come, a day of powered-on time after its hour */
  CZ_LATE_WITNESS = 1 << 1, /* another channel's head speaks of newer news than any depot offers */
  CZ_LATE_MIRROR = 1 << 2, /* a depot offers less than a stick, a neighbour or another depot brought before */
} CzLate; /* flags */

#define CZ_LATE_SLACK_S 86400
#define CZ_WITNESS_HOLD_S 86400 /* a lower number than another witness's counts when its word is so much later */

/* seq: held. now_s: the trusted bound, which grows with powered-on time; 0 = none, nothing is overdue then. */
CzLate cz_watch_late (const CzWatch *watch, guint64 seq, gint64 now_s);
gboolean cz_watch_is_revoked (const CzWatch *watch);
/* FALSE: what is shown was signed under a delegation that has run out, or not begun: shown as unconfirmed. */
gboolean cz_watch_is_confirmed (const CzWatch *watch, gint64 now_s);
/* "overdue", "witness", "mirror" joined by "+", "" when none; newly allocated. */
char *cz_late_words (CzLate late);

/* Takes what is newer of `from`; TRUE when that is worth a write to the card. */
gboolean cz_watch_merge (CzWatch *watch, const CzWatch *from);
#define CZ_WATCH_TABLE \
  "CREATE TABLE watch (channel INTEGER PRIMARY KEY, serial INTEGER NOT NULL, revoked_below INTEGER NOT NULL, not_before_s INTEGER NOT NULL," \
  " not_after_s INTEGER NOT NULL, expires_s INTEGER NOT NULL, next_publish_s INTEGER NOT NULL, witness_seq INTEGER NOT NULL," \
  " witness_s INTEGER NOT NULL);"
/* CZ_STORE_ERROR. */
gboolean cz_watch_write (sqlite3 *db, CzChannel channel, const CzWatch *watch, GError **error) G_GNUC_WARN_UNUSED_RESULT;
typedef void (*CzWatchFunc) (CzChannel channel, const CzWatch *watch, gpointer user_data);
gboolean cz_watch_read_all (sqlite3 *db, CzWatchFunc func, gpointer user_data, GError **error) G_GNUC_WARN_UNUSED_RESULT;
