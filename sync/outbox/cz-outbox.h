/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/model/cz-day.h"
#include "sync/store/cz-db.h"

/* station.db: what this village said. Irreplaceable, small, written by the kiosk and by the agent, each under its own
 * user; no network, no screen. A handle belongs to one thread; other processes may hold their own. Every write is one
 * transaction, durable when the call returns; on failure nothing changed. Times are handed in by the caller (CzClock).
 * Errors: CZ_OUTBOX_ERROR (what the caller did) and CZ_STORE_ERROR (what the disk did). */

#define CZ_OUTBOX_ERROR (cz_outbox_error_quark ())
GQuark cz_outbox_error_quark (void);
typedef enum {
  CZ_OUTBOX_ERROR_UNKNOWN, /* no such item, object, envelope */
  CZ_OUTBOX_ERROR_ILLEGAL, /* a state cannot follow, or not on this one's word; a counter used before */
  CZ_OUTBOX_ERROR_REASON, /* returned without a reason */
  CZ_OUTBOX_ERROR_LIMIT, /* larger than is taken here */
} CzOutboxError;

typedef struct _CzOutbox CzOutbox;

/* Opens dir/station.db, making folder (2770) and file (0660) when they are absent; the modes let both users write.
 * A file that is damaged or gone while dir/station.db.2 is sound is put aside as station.db.damaged and the second copy
 * takes its place (cz_outbox_was_restored). check: read the whole file for damage first (PRAGMA quick_check; some
 * milliseconds; the agent does). A file of an older version is migrated, the file before it kept as station.db.v<n>.
 * CZ_STORE_ERROR_NEWER: made by a program whose file this one may not touch; CZ_STORE_ERROR_DAMAGED: both copies are. */
CzOutbox *cz_outbox_open (const char *dir, gboolean check, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cz_outbox_free (CzOutbox *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzOutbox, cz_outbox_free)
gboolean cz_outbox_was_restored (CzOutbox *self);
/* FALSE when another program has put the second copy in its place meanwhile: free this handle and open again. */
gboolean cz_outbox_is_current (CzOutbox *self);
/* TRUE when another handle has written since the last call (the first call: FALSE). Cheap: for a timer. */
gboolean cz_outbox_has_changed (CzOutbox *self);
/* Writes dir/station.db.2 anew when anything changed since the last time; a damaged station.db never replaces it
 * (CZ_STORE_ERROR_DAMAGED). The agent calls it after each round and every hour. */
gboolean cz_outbox_backup (CzOutbox *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The new program has proved itself: the files kept before migrations (station.db.v<n>) are no longer needed. */
void cz_outbox_confirm_version (CzOutbox *self);
sqlite3 *cz_outbox_db (CzOutbox *self); /* (transfer none), for tests and audits */

/* --- settings: short texts by key --- */

#define CZ_SETTING_STATION_NAME "station.name"
#define CZ_SETTING_VILLAGE "station.village" /* region code */
#define CZ_SETTING_VILLAGE_NAME "station.village-name"
#define CZ_SETTING_OPERATOR_PIN "pin.operator" /* whatever app/desk makes of a PIN; never the PIN */
#define CZ_SETTING_TECHNICIAN_PIN "pin.technician"
#define CZ_SETTING_SPEED "voice.speed"
#define CZ_SETTING_VOLUME "voice.volume"
#define CZ_SETTING_LANGUAGE "ui.language"

/* Newly allocated; NULL without error when not set. */
char *cz_outbox_get (CzOutbox *self, const char *key);
/* The same where one that cannot be read must not count as not set: FALSE, CZ_STORE_ERROR. *out: (out) (nullable) newly allocated. */
gboolean cz_outbox_read (CzOutbox *self, const char *key, char **out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gint64 cz_outbox_get_int (CzOutbox *self, const char *key, gint64 fallback);
/* value NULL: forget. CZ_OUTBOX_ERROR_LIMIT above 64 KiB. */
gboolean cz_outbox_set (CzOutbox *self, const char *key, const char *value, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean cz_outbox_set_int (CzOutbox *self, const char *key, gint64 value, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* --- counters: what was opened how often, by day and key (rule N22) --- */

typedef struct {
  CzDay day;
  char *key;
  gint64 count;
} CzCounter;
void cz_counter_free (CzCounter *counter);

gboolean cz_outbox_count (CzOutbox *self, CzDay day, const char *key, gint64 add, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Element-type CzCounter, by day and key; from … to inclusive. */
GPtrArray *cz_outbox_counters (CzOutbox *self, CzDay from, CzDay to, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean cz_outbox_drop_counters (CzOutbox *self, CzDay before, GError **error) G_GNUC_WARN_UNUSED_RESULT;
