/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/hub/cz-hub-publish.h"
#include "app/hub/cz-parcel.h"
#include "sync/provision/cz-station-conf.h"

/* What a technician carries to a new station: its ticket, its conf and, if wanted, what this office has published, so that the
 * station begins with content. The conf is put last: papers that were cut off are none. */

#define CZ_PAPERS_ZIP_MAX_BYTES (48u * 1024u * 1024u) /* BOOT has 64 MB and holds the boot files too */

typedef struct {
  CzHubTicketOptions ticket;
  const CzStationConf *conf; /* of the same village and station */
  gboolean with_content;
  gsize max_bytes; /* of all files together; 0: no limit */
} CzHubPapers;

/* n_files: nullable. The parcel is not finished here.
 * Errors: CZ_HUB_ERROR_REFUSED (too large; nothing published yet; as cz_hub_ticket_text), _STORAGE. */
gboolean cz_hub_papers_put (CzHub *hub, const CzHubPapers *papers, CzParcel *parcel, guint *n_files, GError **error) G_GNUC_WARN_UNUSED_RESULT;
