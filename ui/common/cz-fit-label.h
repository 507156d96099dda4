/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "ui/common/cz-metrics.h"
#include <gtk/gtk.h>

/* Text in a box that does not grow with it: the largest size between max and min at which all of it fits is taken,
 * wrapped between words where that helps. Colour from CSS. Named for assistive technology by its text. */
#define CZ_TYPE_FIT_LABEL (cz_fit_label_get_type ())
G_DECLARE_FINAL_TYPE (CzFitLabel, cz_fit_label, CZ, FIT_LABEL, GtkWidget)

/* What of the text, at the smallest size, a box has to give room to. */
typedef enum {
  CZ_FIT_INSIST_WORD, /* the longest word's width, one line's height */
  CZ_FIT_INSIST_LINE, /* the width of all of it in one line: a short text beside one that can wrap */
  CZ_FIT_INSIST_TWO, /* the height of two lines, if it has two */
  CZ_FIT_INSIST_TEXT, /* the height of all its lines */
} CzFitInsist;

/* max_mm is scaled by the reader's text size, min_mm is not. xalign 0 … 1. */
GtkWidget *cz_fit_label_new (const CzMetrics *metrics, double max_mm, double min_mm, double xalign, gboolean bold);
/* A foretaste of a longer text: one line, ended by … where it goes on. */
void cz_fit_label_set_preview (CzFitLabel *self);
/* One line of one size whatever the reader's text size, for strip and bar, which never grow. */
void cz_fit_label_set_fixed (CzFitLabel *self);
void cz_fit_label_insist (CzFitLabel *self, CzFitInsist insists);
void cz_fit_label_set_text (CzFitLabel *self, const char *text);
const char *cz_fit_label_get_text (CzFitLabel *self);
int cz_fit_label_get_font_px (CzFitLabel *self); /* as last laid out */
gboolean cz_fit_label_is_cut (CzFitLabel *self); /* does not fit even at the smallest size */
