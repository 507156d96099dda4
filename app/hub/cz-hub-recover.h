/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/hub/cz-hub.h"

/* An office whose replica is lost, or whose folder came back from an old backup, learns from its own depot what it has
 * published since: first the replica (cz_publisher_catch_up), then hub.db takes over every row that is not marked for
 * publication itself, drops those withdrawn since, and raises its ids above all that were given out. What the depot cannot
 * tell stays lost: rows never published, rows held back, the log, and source codes of things without such a field. */

typedef struct {
  guint64 from_seq; /* of the replica before */
  guint64 seq; /* equal: there was nothing to learn */
  guint64 taken; /* rows taken over into hub.db */
  guint64 dropped; /* rows withdrawn since */
  guint64 asked_again; /* messages of villages that were acknowledged since and are lost here: returned with a sentence that asks for them */
} CzHubRecovered;

/* also: (nullable) folders that may know of later publications than the depot: another mirror, a stick that a station has written. Needs the head key.
 * Errors: as cz_publisher_catch_up; CZ_HUB_ERROR_REFUSED when a number is known somewhere that this depot does not reach; CZ_HUB_ERROR_STORAGE. */
gboolean cz_hub_recover (CzHub *hub, const char *const *also, CzHubRecovered *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
