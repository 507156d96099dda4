/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "ui/common/cz-metrics.h"
#include <gtk/gtk.h>

/* The one style sheet, written for a size of screen and text; colours of look/README.md. Calling it again replaces it. */
void cz_style_apply (GdkDisplay *display, const CzMetrics *metrics);
