/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/model/cz-clock.h"
#include "sync/outbox/cz-outbox-items.h"

/* Saying something from the command line: for operators without a screen, and for tests. */

#define CZ_POST_ERROR (cz_post_error_quark ())
GQuark cz_post_error_quark (void);
typedef enum {
  CZ_POST_ERROR_INPUT, /* not JSON, an unknown kind or field, a value out of range, a file that cannot be read */
} CzPostError;

/* json: an object of the kind's fields (FORMAT.md §10). A field that names a picture or recording takes the path of a file; day fields
 * take 2026-11-22 or a number, regions a code or a number. The item waits to be sent when this returns. CZ_POST_ERROR, CZ_OUTBOX_ERROR, CZ_STORE_ERROR. */
gboolean cz_post (CzOutbox *outbox, CzClock *clock, const char *kind, const char *json, gsize size, gint64 *id, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What was said and what became of it; text one line an item. Newly allocated. */
char *cz_post_list_json (CzOutbox *outbox, GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *cz_post_list_text (CzOutbox *outbox, GError **error) G_GNUC_WARN_UNUSED_RESULT;
