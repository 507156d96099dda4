/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/model/cz-clock.h"
#include "sync/station/cz-trusted-time.h"
#include "sync/station/cz-watch.h"
#include "sync/wire/cz-delegation.h"

/* trust.db: what must outlive every copy of the content. Two SQLite files hold the same; each is written and made durable
 * in turn, at opening the higher of the two wins, number by number, and a damaged one is set aside and made anew
 * from the other. Nothing in here ever goes back. Not thread-safe; errors are CZ_STORE_ERROR. */
typedef struct _CzTrust CzTrust;

/* The lowest point of a channel that is still accepted. */
typedef struct {
  guint32 epoch;
  guint64 seq; /* 0 = none yet */
  guint8 tip[32];
  guint8 state[32];
  guint64 serial; /* of the newest delegation seen */
  gint64 issued_s; /* of the newest head seen */
} CzFloor;

/* dir: the agent's folder. was_lost: (out) (nullable) both copies were damaged: nothing was left of them. */
CzTrust *cz_trust_open (const char *dir, gboolean *was_lost, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* For looking only, beside an agent at work: what can be read of the copies. Never NULL; nothing may be written. */
CzTrust *cz_trust_open_read (const char *dir);
void cz_trust_free (CzTrust *trust);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzTrust, cz_trust_free)

void cz_trust_floor (CzTrust *trust, CzChannel channel, CzFloor *out);
/* Raises (epoch, seq) with tip and state, and serial and issued_s each for itself; what is lower is left. Durable on return;
 * issued_s alone only with the next write. */
gboolean cz_trust_raise (CzTrust *trust, CzChannel channel, const CzFloor *floor, GError **error) G_GNUC_WARN_UNUSED_RESULT;

void cz_trust_watch (CzTrust *trust, CzChannel channel, CzWatch *out);
/* Merged with what is known (cz_watch_merge). Durable on return when it is worth a write. */
gboolean cz_trust_note (CzTrust *trust, CzChannel channel, const CzWatch *watch, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The newest root document, (transfer none), NULL before the first. */
GBytes *cz_trust_root (CzTrust *trust);
/* A lower version is left out. */
gboolean cz_trust_set_root (CzTrust *trust, guint32 version, GBytes *document, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Another ticket begins another line of trust: forgets floors and root, keeps the time. */
gboolean cz_trust_forget (CzTrust *trust, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The chain object a head names, kept so that it is fetched once; NULL when another is kept. */
GBytes *cz_trust_chain (CzTrust *trust, CzChannel channel, const guint8 hash[32]);
gboolean cz_trust_set_chain (CzTrust *trust, CzChannel channel, const guint8 hash[32], GBytes *chain, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* In memory until saved. After opening, cz_trusted_time_rebase says where powered-on time stands. */
CzTrustedTime *cz_trust_time (CzTrust *trust);
/* Saves the bound as it is now and the bytes counted, and hands the bound to the clock. */
gboolean cz_trust_save_time (CzTrust *trust, CzClock *clock, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Bytes received on a day (cz_clock_today); what was counted is durable with the next cz_trust_save_time. */
guint64 cz_trust_bytes_on (CzTrust *trust, CzDay day);
void cz_trust_count_bytes (CzTrust *trust, CzDay day, guint64 bytes);

/* The next upload counter of this station: above every one given out before and above at_least. Durable before it returns, so that a
 * number is never used twice, whatever becomes of station.db. A stop right after it leaves a number unused. */
gboolean cz_trust_take_counter (CzTrust *trust, guint64 at_least, guint64 *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The chain of that channel that was kept last, whatever its hash; to be opened anew. NULL when there is none. */
GBytes *cz_trust_newest_chain (CzTrust *trust, CzChannel channel);
