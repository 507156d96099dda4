/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <sqlite3.h>

#include "sync/model/cz-money.h"
#include "sync/model/cz-table.h"

/* What an operator writes, as numbers of a message: names of products, markets and places as the county's content has them, prices and quantities with
 * their unit spelled out. Errors: CZ_POST_ERROR_INPUT with a sentence that names what is near. */

typedef struct {
  gint64 id;
  char *name; /* as published */
  int unit; /* of a product: CzUnit */
} CzPostThing;
void cz_post_thing_clear (CzPostThing *thing);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CzPostThing, cz_post_thing_clear)

/* table: of products, markets or regions. text: number, the office's own number, name or alias; the nearest office's row wins. content: (nullable)
 * a reader of content.db; without it only numbers are taken, with no name. */
gboolean cz_post_find (sqlite3 *content, guint16 table, const char *text, CzPostThing *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* "0.45元/斤", "￥0.45/斤", or "0.45" with unit "元/斤" → 厘 per CzUnit. unit: (nullable) what holds where the text names none. product: (nullable)
 * whose unit it must be. */
gboolean cz_post_price (const char *text, const char *unit, const CzPostThing *product, gint64 *li, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* "2000斤", "1.5吨" → grams; "30个" → pieces, of a product that is counted so. */
gboolean cz_post_quantity (const char *text, const CzPostThing *product, gint64 *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* One of the fixed words of the field (grade, kind, period, side, contact_level), or a whole number. */
gboolean cz_post_word (const char *field, const char *text, gint64 *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
