/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/hub/cz-hub.h"
#include "sync/wire/cz-key.h"

/* The stations whose word this office takes. A station is known by its key; people name it by the fingerprint of eight characters, which the
 * operator reads out over the telephone. No two keys share a fingerprint here: the second that asks is refused. */

typedef enum {
  CZ_HUB_STATION_ASKS = 1,
  CZ_HUB_STATION_APPROVED = 2,
  CZ_HUB_STATION_SUSPENDED = 3,
  CZ_HUB_STATION_REPLACED = 4,
} CzHubStationState;
const char *cz_hub_station_state_name (CzHubStationState state); /* "asks", "approved", … static */

typedef struct {
  char *fingerprint;
  CzPublicKey key;
  gint64 village;
  char *name;
  CzHubStationState state;
  gint64 upto; /* every counter up to this one has arrived */
  gint64 asked_s;
  gint64 seen_s; /* newest envelope collected */
  char *replaced_by; /* "" */
} CzHubStation;
void cz_hub_station_free (CzHubStation *station);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzHubStation, cz_hub_station_free)

/* Case and dashes in the fingerprint do not count. NULL without error: not known. */
CzHubStation *cz_hub_station_get (CzHub *hub, const char *fingerprint, GError **error);
/* How many may ask at a time: a large county twice over. Anybody can ask. */
#define CZ_HUB_ASKING_MAX 2000
/* −1 on error. */
gint64 cz_hub_stations_asking (CzHub *hub, GError **error);
gboolean cz_hub_station_is_named (const char *fingerprint, const char *given); /* case and dashes in `given` do not count */
/* Forgets one that asks, and that it asked: a key nobody knows. CZ_HUB_ERROR_REFUSED: not known, or decided about. Inside a transaction. */
gboolean cz_hub_station_forget (CzHub *hub, const char *fingerprint, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Element-type CzHubStation, those that ask first. */
GPtrArray *cz_hub_stations (CzHub *hub, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A key that asks. Asking again under the same key changes village and name only while it still asks. CZ_HUB_ERROR_REFUSED: the fingerprint
 * belongs to another key, or the village does not lie in this area. Inside a transaction. */
gboolean cz_hub_station_ask (CzHub *hub, const CzPublicKey *key, gint64 village, const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Approve (also one that was suspended) or suspend. CZ_HUB_ERROR_REFUSED: not known, or replaced. Inside a transaction. */
gboolean cz_hub_station_set_state (CzHub *hub, const char *fingerprint, CzHubStationState state, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A new board at the same place: `with`, which has asked, is approved under the old one's village and name; the old one's word counts no more. */
gboolean cz_hub_station_replace (CzHub *hub, const char *fingerprint, const char *with, GError **error) G_GNUC_WARN_UNUSED_RESULT;
