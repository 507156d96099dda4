/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/market/cz-change.h"

/* A year's figures made ready for a picture. Pure, any thread. */

typedef struct {
  CzPricePoint low;
  CzPricePoint high;
  gsize n; /* figures looked at; low and high are set when n > 0 */
} CzRange;

/* Figures of [from, to]; of equal ones the earliest. */
CzRange cz_history_range (const CzPricePoint *points, gsize n, CzDay from, CzDay to);

/* At most 2 × columns points that draw the same picture in `columns` pixels: the lowest and the highest figure of each
 * column, in order of time. points ascending by day. Returns an array of CzPricePoint, owned by the caller. */
GArray *cz_history_decimate (const CzPricePoint *points, gsize n, CzDay from, CzDay to, guint columns);

/* Round steps (1, 2 or 5 times a power of ten) for an axis: the first tick is at or below low, the last at or above
 * high, at most max_ticks (≥ 2) in all. */
typedef struct {
  gint64 first;
  gint64 step;
  int count;
} CzTicks;
CzTicks cz_ticks_make (gint64 low, gint64 high, int max_ticks);
