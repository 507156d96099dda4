/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "ui/common/cz-kiosk.h"

/* The status strip: station, how far the data reach, and the page's note at the right. Text only; the one thing it
 * hides: five taps on its left third within four seconds call on_hidden. */
GtkWidget *cz_strip_new (CzKiosk *kiosk, void (*on_hidden) (gpointer data), gpointer data);
void cz_strip_update (GtkWidget *strip, const char *note);
