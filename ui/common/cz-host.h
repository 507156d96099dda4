/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <gtk/gtk.h>

/* Holds one child in whatever room is left for it: strip and bar never move, the window never grows, whatever a page would
 * like to have. */
#define CZ_TYPE_HOST (cz_host_get_type ())
G_DECLARE_FINAL_TYPE (CzHost, cz_host, CZ, HOST, GtkWidget)
GtkWidget *cz_host_new (GtkWidget *child);
