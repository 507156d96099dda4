/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "ui/common/cz-kiosk.h"

/* The status strip: station, how far the data reach, and the page's note at the right. Text only, not tappable. */
GtkWidget *cz_strip_new (CzKiosk *kiosk);
void cz_strip_update (GtkWidget *strip, const char *note);
