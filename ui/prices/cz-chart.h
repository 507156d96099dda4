/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/market/cz-history.h"
#include "ui/common/cz-kiosk.h"

/* A calendar year's figures as a line, the year before dashed beneath it, drawn once into a texture. Decorative for
 * assistive technology: the page's sentence says what it shows. Main thread. */
#define CZ_TYPE_CHART (cz_chart_get_type ())
G_DECLARE_FINAL_TYPE (CzChart, cz_chart, CZ, CHART, GtkWidget)

GtkWidget *cz_chart_new (const CzMetrics *metrics);
/* headline: the figure the dot and its number are drawn from; copied. points: ascending, this year's and last year's.
 * today: names the years 今年 and 去年 when the headline is of this year. */
void cz_chart_set (CzChart *self, const CzQuoteInfo *headline, const GArray *points, CzDay today);
