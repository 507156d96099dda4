/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/outbox/cz-outbox.h"

/* What stays in the village: matches found here, notices of the village, what the station knows of itself, answers to
 * surveys until they are sent. Nothing here leaves the station by itself. */

/* --- matches --- */

typedef enum { CZ_MATCH_SEEN = 1, CZ_MATCH_ASKED = 2, CZ_MATCH_RELEASED = 3, CZ_MATCH_DEAL = 4, CZ_MATCH_NONE = 5 } CzMatchState;

typedef struct {
  gint64 listing_a;
  gint64 listing_b; /* key: the two, a < b */
  gint32 score; /* 0 … 1000 */
  char *parts; /* how the score came about */
  CzMatchState state;
  gint64 quantity_g;
  gint64 price_li;
  char *evidence;
  gint64 changed_s;
} CzMatch;
void cz_match_free (CzMatch *match);

gboolean cz_outbox_put_match (CzOutbox *self, const CzMatch *match, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Best first (element-type CzMatch). */
GPtrArray *cz_outbox_matches (CzOutbox *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* --- notices of the village --- */

typedef struct {
  gint64 id; /* 0 when new */
  char *title;
  char *text;
  CzDay from_day;
  CzDay to_day;
  guint8 voice[32]; /* kept object; zeros = none */
  guint8 picture[32];
  gint64 changed_s;
} CzLocalNotice;
void cz_local_notice_free (CzLocalNotice *notice);

/* Adds (id 0) or replaces; *id (nullable) its id. */
gboolean cz_outbox_put_notice (CzOutbox *self, const CzLocalNotice *notice, gint64 *id, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean cz_outbox_drop_notice (CzOutbox *self, gint64 id, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Those that hold on the day, newest first (element-type CzLocalNotice). */
GPtrArray *cz_outbox_notices (CzOutbox *self, CzDay day, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* --- self-inventory and survey answers: a value by key, with the time it was learnt --- */

typedef struct {
  char *key;
  char *value;
  gint64 at_s;
} CzFact;
void cz_fact_free (CzFact *fact);

/* "board", "screen_mm", "ram_mib", "free_mib", "link", "bytes_month", "power_cuts", "clock" … */
gboolean cz_outbox_put_fact (CzOutbox *self, const CzFact *fact, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *cz_outbox_facts (CzOutbox *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* survey: published id; key: the question's number in it. */
gboolean cz_outbox_put_answer (CzOutbox *self, gint64 survey, const CzFact *answer, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *cz_outbox_answers (CzOutbox *self, gint64 survey, GError **error) G_GNUC_WARN_UNUSED_RESULT;
