/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/model/cz-clock.h"
#include "sync/model/cz-exit.h"
#include "sync/station/cz-home.h"
#include "sync/station/cz-kept.h"
#include "sync/station/cz-road.h"
#include "sync/station/cz-trust.h"
#include "sync/store/cz-content.h"

/* One round: for each channel of the station's line, centre first, head → chain → index → segments → apply, over the first
 * depot that gives it; then the media objects that rows name. All in the calling thread, which owns trust and content. */

typedef struct {
  CzHome *home;
  const CzTicket *ticket;
  CzClock *clock;
  CzTrust *trust;
  CzContent *content; /* may be replaced by a newer generation when this one is damaged */
  gboolean rebuilt; /* … which this says */
  gboolean wants_kept; /* … and the next round fills it from what is kept for others before it asks a depot */
  CzKept *kept; /* for others; NULL when there is no room for it */
  GHashTable *asked; /* private to the rounds: channel → gint64, powered-on time when all that its head named was last held */
  GHashTable *heads; /* the same: heads as last received, so that an unchanged one costs an answer without a body */
} CzStation;

/* Opens trust and content of an enrolled home. A content.db that is damaged, or below what its state says, is followed by an
 * empty generation that the next rounds fill; check_pages: look at every page. Errors: CZ_HOME_ERROR, CZ_STORE_ERROR, CZ_WIRE_ERROR. */
CzStation *cz_station_open (CzHome *home, const CzTicket *ticket, CzClock *clock, gboolean check_pages, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Every row against the state that was signed: what no look at the pages finds, a price with one wrong bit. 2 µs a row on a PC. What is damaged is followed by an empty generation as above; was_damaged says so. CZ_STORE_ERROR. */
gboolean cz_station_check (CzStation *station, gboolean *was_damaged, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cz_station_close (CzStation *station);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzStation, cz_station_close)

/* Told as it happens, in the thread of the round. Any may be NULL. */
typedef struct {
  void (*on_state) (const char *state, gpointer user_data); /* a word of the D-Bus property State */
  void (*on_head) (CzChannel channel, guint64 held, guint64 offered, gpointer user_data);
  void (*on_progress) (CzChannel channel, guint64 done, guint64 total, gpointer user_data);
  void (*on_changed) (CzChannel channel, guint64 seq, gboolean rebuilt, gpointer user_data);
  void (*on_refused) (CzChannel channel, const char *rule, const char *message, gpointer user_data);
  gpointer user_data;
} CzRoundEvents;

#define CZ_ROUND_ATTEMPTS 3 /* without a single new byte, before a depot is given up for this round */

typedef struct {
  const char *const *depots; /* NULL: the ticket's */
  const CzRoadOptions *road; /* (nullable); whether the clock may be trusted is looked up for each round */
  guint64 day_budget_bytes; /* 0 = no limit; what came today is kept in trust.db. What the village says counts, and is never held back but for repeats. */
  guint64 round_budget_bytes; /* for this round, 0 = no limit */
  gboolean only_due; /* offices above the own one only where something may be there (cz_poll_is_due) */
  gboolean full_is_asked; /* a person asked for a snapshot, whatever it costs within the budgets */
  guint64 media_budget_bytes; /* for one round */
  guint64 media_keep_bytes; /* what media/ may hold */
  guint64 kept_bytes; /* what kept/ may hold of each channel */
  CzRoundEvents events;
  GCancellable *cancellable;
} CzRoundOptions;

typedef struct {
  CzChannel channel;
  guint64 seq_before;
  guint64 seq_after;
  guint64 seq_offered; /* by the newest verified head, 0 = none */
  guint bundles;
  guint64 bytes; /* of verified bundles */
  gboolean is_absent; /* no depot that answered has this channel: not published yet */
  gboolean is_settled; /* held = offered by a depot of this round */
  gboolean is_stale; /* a depot offered less than is accepted already */
  gboolean is_revoked; /* withdrawn by the channel above */
  CzLate late; /* newer news must exist: the other depots are asked too */
  gboolean is_left; /* not asked this time (CzRoundOptions.only_due) */
  gint64 next_publish_s; /* announced by the newest head known, 0 = not */
} CzRoundChannel;

typedef struct {
  GArray *channels; /* CzRoundChannel, in the order followed */
  guint depots_reached;
  guint refused;
  guint stale_depots; /* heads that were older than what is accepted already */
  guint media_fetched;
  guint media_missing;
  guint64 bytes_in; /* everything that came in, bodies only */
  guint requests;
  gboolean is_newer; /* something needs a newer program */
  gboolean is_over_budget;
  guint64 full_bytes; /* > 0: only a snapshot of so many bytes would help, and nobody asked for it */
  gboolean was_cut; /* a depot answered and then the link broke */
  gboolean certificate_time_ignored;
  gint64 heads_s; /* newest verified head's issued, 0 = none */
  guint32 poll_hint_s; /* the longest of those asked, 0 = none */
} CzRoundReport;

/* The best guess of the time: what the clock says where that can be, else the trusted bound. */
gint64 cz_round_now_s (CzClock *clock);

/* A stick costs nothing: no budgets, and a snapshot where only that helps. depots: (borrowed) { its folder, NULL }. */
void cz_round_options_for_stick (CzRoundOptions *options, const char *const *depots);

/* A road to a depot as this station goes there: what its clock is worth, and its access to a store that wants signed puts. As cz_road_new(). */
CzRoad *cz_round_road (CzStation *station, const CzRoundOptions *options, const char *address, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* FALSE only when our own storage fails (CZ_HOME_ERROR_STORAGE, CZ_STORE_ERROR); what happened outside stands in the report. */
gboolean cz_round_run (CzStation *station, const CzRoundOptions *options, CzRoundReport *report, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cz_round_report_clear (CzRoundReport *report);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CzRoundReport, cz_round_report_clear)
CzExit cz_round_exit (const CzRoundReport *report);
/* A word of the D-Bus property Trouble, "" when there is none. */
const char *cz_round_trouble (const CzRoundReport *report);
