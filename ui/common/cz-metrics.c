/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/common/cz-metrics.h"

/* A 10.1-inch panel is 136 mm high, a 7-inch one 91. */
#define SMALL_BELOW_MM 115

int
cz_px (const CzMetrics *metrics, double mm)
{
  return (int) (mm * metrics->px_per_mm + 0.5);
}

int
cz_text_px (const CzMetrics *metrics, double mm)
{
  return cz_px (metrics, mm * metrics->text_percent / 100.0);
}

gboolean
cz_metrics_is_small (const CzMetrics *metrics)
{
  return metrics->height < SMALL_BELOW_MM * metrics->px_per_mm;
}

gboolean
cz_metrics_is_narrow (const CzMetrics *metrics)
{
  return cz_metrics_is_small (metrics) || metrics->text_percent > 115 || metrics->width < metrics->height;
}

int
cz_metrics_next_text (const CzMetrics *metrics)
{
  if (metrics->text_percent < 115)
    return 130;
  return metrics->text_percent < 140 && !cz_metrics_is_small (metrics) ? 160 : 100;
}
