/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/hub/cz-hub.h"
#include "sync/model/cz-plausibility.h"

/* What is doubtful about a quote, for every road a price comes in by: a file of the office (`import`, which holds it back) and a message of a
 * village (`accept uploads`, which asks for --sure). The rules and the words are these for both. */

typedef struct {
  const CzRow *quote;
  const char *product_name;
  CzUnit unit; /* the price is per this */
  gboolean is_per_jin; /* weighed prices are said for the 斤, as whoever wrote them did */
} CzHubDoubtful;

typedef struct {
  CzDoubt doubts;
  CzHubChange change; /* (in) what cz_hub_compare says of the row */
  CzHubLast last; /* the quote it was compared with */
  gint64 step_permille; /* signed; where STEP is set */
  const char *unit_word; /* where UNIT is set; static */
} CzHubVerdict;

/* All doubts but STEP, and in `last` what a step is measured against: whether one row of a list confirms another is the list's question.
 * CZ_HUB_ERROR_STORAGE. */
gboolean cz_hub_doubt_judge (CzHub *hub, const CzHubDoubtful *about, CzHubVerdict *verdict, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Adds STEP when the price alone is more than 40 % from the last. */
void cz_hub_doubt_judge_step (const CzHubDoubtful *about, CzHubVerdict *verdict);
/* Sentences for the clerk, joined; "" without doubts. Newly allocated. */
char *cz_hub_doubt_describe (const CzHubDoubtful *about, const CzHubVerdict *verdict);
