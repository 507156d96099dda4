/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "ui/common/cz-page.h"

/* How a page with a title and paging keys is laid out: on a 10-inch screen the keys stand at the right of the title, above
 * the content; on a small one in a column at the right of everything, because height is what is scarce there. */
typedef struct {
  GtkWidget *title; /* CzFitLabel */
  GtkWidget *subtitle; /* CzFitLabel; on a narrow screen not shown: its text goes to the strip */
  GtkWidget *head; /* title, subtitle and, on a wide screen, keys */
  GtkWidget *body; /* vertical box for the content */
} CzFrame;

/* Fills page. keys: (nullable) a box of keys, turned upright where needed. */
CzFrame cz_frame_build (CzPage *page, GtkWidget *keys);
