/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/hub/cz-hub.h"
#include "sync/depot/cz-publisher.h"

/* From hub.db to the depot: the marked rows go through the publisher, which compares them with HOME/replica, signs and
 * writes; then the marks are taken away. A stop in between leaves marks, which the next publication finds to be news no more. */

typedef struct {
  const char *passphrase; /* (nullable) */
  gint64 effective_s; /* 0 = at once */
  gint64 next_publish_s; /* 0 = a day from now */
  CzPublishProgress progress; /* (nullable) */
  gpointer progress_data;
} CzHubPublishOptions;

typedef struct {
  CzPublishReport report; /* report.seq == report.from_seq: there was nothing to publish; the head is fresh all the same */
  gboolean recovered; /* an interrupted publication was finished first */
} CzHubPublished;

/* Errors: CZ_PUBLISH_ERROR, CZ_KEY_ERROR, CZ_DEPOT_ERROR, CZ_STORE_ERROR, CZ_WIRE_ERROR, CZ_HUB_ERROR_STORAGE. */
gboolean cz_hub_publish (CzHub *hub, const CzHubPublishOptions *options, CzHubPublished *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Needs the head key only. next_publish_s: 0 = as announced before. head is nullable. */
gboolean cz_hub_beat (CzHub *hub, gint64 next_publish_s, CzHead *head, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The newest head signed here, verified; found FALSE before the first publication. For readers without the lock. */
gboolean cz_hub_newest_head (CzHub *hub, CzHead *out, gboolean *found, GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef struct {
  gint64 village; /* region code */
  const char *name; /* of the station */
  const char *const *depots; /* NULL-terminated, at least one: http, https, or a folder that is there */
  const char *line; /* (nullable) channels of the station, county first, comma separated; default: this channel and all above it */
} CzHubTicketOptions;
/* An enrolment ticket; it holds no secret. Newly allocated. CZ_HUB_ERROR_REFUSED, _STORAGE, CZ_WIRE_ERROR. */
char *cz_hub_ticket_text (CzHub *hub, const CzHubTicketOptions *options, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same into a file. */
gboolean cz_hub_write_ticket (CzHub *hub, const char *path, const CzHubTicketOptions *options, GError **error) G_GNUC_WARN_UNUSED_RESULT;
