/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/hub/cz-hub.h"

/* Rows and messages as a clerk would say them: names for ids, prices with their units, days as days. All newly allocated. */

/* The name of a region, market or product; "?" when there is no such row. */
char *cz_hub_cli_name_of (CzHub *hub, guint16 table_number, gint64 id);
/* "price", "question" …; static, translated. kind: of cz-said.h. */
const char *cz_hub_cli_kind_word (const CzTable *kind);
/* Everything that stands in a message or a row; pictures and recordings are only named. On one line, harmless to a terminal. kind: of cz-said.h, or a
 * table; station: who said it, "" for rows. */
char *cz_hub_cli_said_words (CzHub *hub, const CzTable *kind, const CzRow *said, const char *station);
/* "5 min ago", "3 h ago", "2 d ago". */
char *cz_hub_cli_age (gint64 then_s, gint64 now_s);
