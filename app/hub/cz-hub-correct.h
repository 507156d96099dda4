/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/hub/cz-hub.h"

/* Changes to what is or may be published, each with who and why. They leave a trace that stations show: prices in
 * quote_correction, all else in change_note. All inside one transaction; errors: CZ_HUB_ERROR_REFUSED, _STORAGE, CZ_ROW_ERROR. */

/* Names one row: "ID" of tables keyed by one number (an id, a serial of this office, or a region code); for quotes
 * "DAY,MARKET,PRODUCT,GRADE,KIND"; a product or market by id, code or name, never by serial. Quotes with day as 2026-11-23, market and product by id, code or name, grade and kind as words. */
gboolean cz_hub_parse_key (CzHub *hub, const CzTable *table, const char *text, CzRow *key, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* field is a column name; prices take 元 per kg or unit as the quote holds it when they have a point ("0.90"), else 厘.
 * Fields that are keys cannot be set. assignments: "mid=0.90". n_changed: how many fields now differ. */
gboolean cz_hub_correct (CzHub *hub, const CzTable *table, const CzRow *key, const char *const *assignments,
                         const char *reason, guint *n_changed, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Quotes and most rows are removed; a policy stays and is shown as withdrawn. Already withdrawn: _REFUSED. */
gboolean cz_hub_withdraw (CzHub *hub, const CzTable *table, const CzRow *key, const char *reason, GError **error) G_GNUC_WARN_UNUSED_RESULT;
