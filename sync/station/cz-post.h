/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <sqlite3.h>

#include "sync/model/cz-clock.h"
#include "sync/outbox/cz-outbox-items.h"

/* Saying something from the command line: for operators without a screen, and for tests. */

#define CZ_POST_ERROR (cz_post_error_quark ())
GQuark cz_post_error_quark (void);
typedef enum {
  CZ_POST_ERROR_INPUT, /* not JSON, an unknown kind, field, name or unit, a value out of range, a file that cannot be read */
} CzPostError;

typedef struct {
  CzOutbox *outbox;
  CzClock *clock;
  sqlite3 *content; /* (nullable) a reader of content.db: without it nothing is known by name */
} CzPostDesk;

/* json: an object of the kind's fields (FORMAT.md §10). Whole numbers are taken as they are; texts as people write: products, markets and villages by
 * name, alias or number, days as 2026-11-22, prices with their unit ("0.45元/斤", or "0.45" with a member "unit"), `quantity` as "2000斤" for quantity_g,
 * grade, kind, period, side and contact_level by their words. A field that names a picture or recording takes the path of a file. The item waits to be
 * sent when this returns. CZ_POST_ERROR, CZ_OUTBOX_ERROR, CZ_STORE_ERROR. */
gboolean cz_post (const CzPostDesk *desk, const char *kind, const char *json, gsize size, gint64 *id, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same of "field=value" texts, NULL-terminated. */
gboolean cz_post_fields (const CzPostDesk *desk, const char *kind, const char *const *fields, gint64 *id, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What was said and what became of it; text one line an item. Newly allocated. */
char *cz_post_list_json (CzOutbox *outbox, GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *cz_post_list_text (CzOutbox *outbox, GError **error) G_GNUC_WARN_UNUSED_RESULT;
