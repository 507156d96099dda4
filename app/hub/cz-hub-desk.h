/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/hub/cz-hub-stations.h"
#include "sync/wire/cz-envelope.h"

/* What stations have said, on the clerk's desk. Some kinds are filed and that is all (survey, counters, inventory, delivery); the others
 * wait until a person accepts, answers or returns them. Every outcome goes back in the county's channel as a receipt, published together
 * with what it speaks of. All in a transaction of the caller. */

typedef enum { CZ_HUB_UPLOAD_WAITS = 0, CZ_HUB_UPLOAD_FILED = 1, CZ_HUB_UPLOAD_ACCEPTED = 2, CZ_HUB_UPLOAD_RETURNED = 3 } CzHubUploadState;

typedef struct {
  gint64 id;
  char *station; /* fingerprint */
  guint64 counter;
  const CzTable *kind; /* cz-said.h */
  CzRow row; /* borrows from payload */
  GBytes *payload;
  gint64 created_s;
  gboolean clock_ok;
  gint64 collected_s;
  CzHubUploadState state;
} CzHubUpload;
void cz_hub_upload_free (CzHubUpload *upload);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzHubUpload, cz_hub_upload_free)

/* Files what an approved station said, with receipt. *was_there: the very same had arrived before. CZ_HUB_ERROR_REFUSED: its counter was used
 * for something else, or the payload does not hold; CZ_HUB_ERROR_STORAGE. */
gboolean cz_hub_desk_file (CzHub *hub, const CzHubStation *station, const CzUpload *said, const guint8 hash[32], gboolean *was_there, GError **error) G_GNUC_WARN_UNUSED_RESULT;
typedef enum {
  CZ_HUB_TOLD_NOW,
  CZ_HUB_TOLD_BEFORE, /* this very envelope was answered so */
  CZ_HUB_TOLD_TOMORROW, /* no room left today, and nobody else will speak of it: to be left where it lies */
  CZ_HUB_TOLD_NOT, /* no room left today: the station repeats what has no answer */
} CzHubTold;

/* What an approved station has signed and cannot be filed (damaged inside, of a newer program, under a number used before for something else): its
 * receipt says so, CZ_HUB_REFUSALS_A_DAY a station and day at most, for each is published. said: of cz_envelope_open, is_signed.
 * CZ_HUB_ERROR_STORAGE. */
#define CZ_HUB_REFUSALS_A_DAY 20
gboolean cz_hub_desk_refuse (CzHub *hub, const CzHubStation *station, const CzUpload *said, const guint8 hash[32], CzHubTold *answer, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* kind: (nullable) all. Those that wait, oldest first (element-type CzHubUpload). */
GPtrArray *cz_hub_desk_queue (CzHub *hub, const CzTable *kind, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Each picture and recording that came with it: type as its sender named it, bytes. FALSE ends the walk. CZ_HUB_ERROR_STORAGE. */
typedef gboolean (*CzHubObjectFunc) (const char *type, GBytes *data, gpointer user_data);
gboolean cz_hub_desk_objects (CzHub *hub, gint64 id, CzHubObjectFunc func, gpointer user_data, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* What is doubtful about a quote that waits, by the rules of cz-hub-doubt.h: words for programs and sentences for the clerk, both "" where
 * nothing is (also for other kinds, and where it could not be a row anyhow). refusal: why a quote or listing cannot be accepted at all, "" where
 * it can. Newly allocated. CZ_HUB_ERROR_STORAGE. */
gboolean cz_hub_desk_doubts (CzHub *hub, const CzHubUpload *upload, char **codes, char **sentences, char **refusal, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Listing, quote and match outcome become rows; a photo joins the listing it belongs to; a revoked consent takes the telephone number off; a
 * number released and goods that nobody buys are noted as seen to, and their station hears so (state 5). is_sure: also what is doubtful. CZ_HUB_ERROR_REFUSED: no such number waits, a question (answer it), a row that
 * cannot be, a doubtful one without is_sure. */
gboolean cz_hub_desk_accept (CzHub *hub, gint64 id, gboolean is_sure, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean cz_hub_desk_return (CzHub *hub, gint64 id, const char *reason, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* answered_by: who stands by it. Without is_public only the station that asked shows it. */
gboolean cz_hub_desk_answer (CzHub *hub, gint64 id, const char *answer, const char *answered_by, gboolean is_public, GError **error) G_GNUC_WARN_UNUSED_RESULT;
