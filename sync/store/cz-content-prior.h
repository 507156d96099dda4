/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/store/cz-content.h"
#include "sync/wire/cz-prior.h"

/* What content.db held of one channel when this was made, whatever is written since: a read-only connection of its own
 * whose snapshot begins here. A snapshot keeps the journal from being moved into the database: free it before a checkpoint.
 * One thread. Errors of the calls: CZ_STORE_ERROR. */
typedef struct _CzContentPrior CzContentPrior;

CzContentPrior *cz_content_prior_new (CzContent *content, CzChannel channel, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cz_content_prior_free (CzContentPrior *prior);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzContentPrior, cz_content_prior_free)
const CzPrior *cz_content_prior_wire (CzContentPrior *prior); /* NULL gives NULL */
