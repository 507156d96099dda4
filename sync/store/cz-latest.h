/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/model/cz-table.h"
#include "sync/store/cz-db.h"

/* quote_latest: for every series (channel, product, market, grade, kind, currency, period) its newest day and how many
 * quotes it has, so that a page finds the last quote of a product in old data without a scan. Local to this copy and
 * outside the state hash. Changes are gathered in a table in memory and written by cz_latest_flush inside the same
 * transaction. One transaction, one thread. */
typedef struct _CzLatest CzLatest;

CzLatest *cz_latest_new (sqlite3 *db, CzChannel channel);
void cz_latest_free (CzLatest *latest);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzLatest, cz_latest_free)
gboolean cz_latest_added (CzLatest *latest, const CzRow *quote, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean cz_latest_removed (CzLatest *latest, const CzRow *quote, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Call after the rows themselves are written: a series that lost its newest quote is looked up among them. */
gboolean cz_latest_flush (CzLatest *latest, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Forgets the whole channel, in memory and in the table. */
gboolean cz_latest_clear (CzLatest *latest, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* TRUE if the table agrees with the quotes of the channel, by a full scan. CZ_STORE_ERROR_DAMAGED when it does not. */
gboolean cz_latest_check (sqlite3 *db, CzChannel channel, GError **error) G_GNUC_WARN_UNUSED_RESULT;
