/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <gtk/gtk.h>

/* Closes what leads out of a kiosk: inspector, emoji chooser, context menus, Unicode entry, closing keys, secondary
 * buttons, long presses. What is not closed here needs another user's rights (board/). */
void cz_window_close_escapes (GtkWidget *window);
