/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "ui/common/cz-kiosk.h"

/* One market's figure as a card: market, distance and day, price. with_kind: kind, grade and unit stand there too, for
 * lists that mix them; other sources of the same figure go below. */
GtkWidget *cz_market_row_new (CzKiosk *kiosk, CzQuote *quote, gboolean with_kind);
/* What it says; owned by the caller. */
char *cz_market_row_words (CzKiosk *kiosk, CzQuote *quote, gboolean with_kind);
