/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

/* All sizes of the screen come from millimetres (field study §3): nothing in ui/ names a pixel. */
typedef struct {
  double px_per_mm;
  int width; /* window, px */
  int height;
  int text_percent; /* 100, 130, 160: 大字 */
} CzMetrics;

#define CZ_MM_KEY 20.0 /* smallest side of anything tappable */
#define CZ_MM_KEY_OPERATOR 15.0 /* the same for operator and technician, where height is scarce */
#define CZ_MM_GAP 3.05 /* between two tappable things */
#define CZ_MM_QUIET 6.2 /* smallest text */
#define CZ_MM_BODY 8.1
#define CZ_MM_NAME 8.1
#define CZ_MM_TITLE 9.6
#define CZ_MM_TILE 10.6
#define CZ_MM_HEADLINE 21.7
#define CZ_MM_HEADLINE_SMALL 16.5
#define CZ_MM_HEADLINE_LEAST 12.0 /* where a long line stands below it */
#define CZ_MM_MARGIN 4.6

int cz_px (const CzMetrics *metrics, double mm);
/* The same for text, with the size the reader chose. */
int cz_text_px (const CzMetrics *metrics, double mm);
/* 7-inch manner: two rows a list page, grid without chips. */
gboolean cz_metrics_is_small (const CzMetrics *metrics);
/* The next text size for 大字: 100, 130, 160, 100 … A small screen ends at 130, which is 30 pt already (field study 3.2). */
int cz_metrics_next_text (const CzMetrics *metrics);
/* One column instead of two: a small screen, or text too large for two. */
gboolean cz_metrics_is_narrow (const CzMetrics *metrics);
