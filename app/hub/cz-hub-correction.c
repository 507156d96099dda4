/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/cz-hub-private.h"

/* Fields of quote_correction that repeat those of the quote, in its order: key, then old, then new prices. */
static const int key_fields[] = { CZ_Q_DAY, CZ_Q_MARKET, CZ_Q_PRODUCT, CZ_Q_GRADE, CZ_Q_KIND };
static const int price_fields[] = { CZ_Q_LOW, CZ_Q_MID, CZ_Q_HIGH };

gboolean
cz_hub_note_correction (CzHub *hub, const CzRow *old, const CzRow *row, GError **error)
{
  const CzTable *table = cz_table_by_number (CZ_TABLE_QUOTE_CORRECTION);
  CzRow correction = { 0 };
  guint at = 0;
  if (!cz_hub_id (hub, table, NULL, &correction.v[at++].i, NULL, error))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (key_fields); i++)
    correction.v[at++].i = old->v[key_fields[i]].i;
  for (gsize i = 0; i < G_N_ELEMENTS (price_fields); i++)
    correction.v[at++].i = old->v[price_fields[i]].i;
  for (gsize i = 0; i < G_N_ELEMENTS (price_fields); i++)
    correction.v[at++].i = row == NULL ? 0 : row->v[price_fields[i]].i;
  cz_hub_row_set_text (table, &correction, "who", hub->who);
  cz_hub_row_set_text (table, &correction, "reason", hub->reason);
  cz_hub_row_set_int (table, &correction, "at_s", cz_clock_wall_s (hub->clock));
  return cz_hub_put (hub, table, &correction, NULL, error);
}

gboolean
cz_hub_was_corrected_from (CzHub *hub, const CzRow *quote, gboolean *out, GError **error)
{
  GError *low = NULL;
  *out = FALSE;
  g_autoptr (sqlite3_stmt) stmt
      = cz_db_prepare (hub->db,
                       "SELECT 1 FROM quote_correction WHERE day = ? AND market = ? AND product = ? AND grade = ?"
                       " AND kind = ? AND old_low = ? AND old_mid = ? AND old_high = ? LIMIT 1",
                       &low);
  if (stmt == NULL)
    return cz_hub_take_storage_error (low, error);
  int at = 1;
  for (gsize i = 0; i < G_N_ELEMENTS (key_fields); i++)
    (void) sqlite3_bind_int64 (stmt, at++, quote->v[key_fields[i]].i);
  for (gsize i = 0; i < G_N_ELEMENTS (price_fields); i++)
    (void) sqlite3_bind_int64 (stmt, at++, quote->v[price_fields[i]].i);
  int code = sqlite3_step (stmt);
  *out = code == SQLITE_ROW;
  return code == SQLITE_ROW || code == SQLITE_DONE || cz_hub_storage_error (hub, code, "quote_correction", error);
}
