/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <gtk/gtk.h>

/* A key's or tile's drawing in the text colour, from the masks in assets/icons. Decorative: the key names itself. */
#define CZ_TYPE_ICON (cz_icon_get_type ())
G_DECLARE_FINAL_TYPE (CzIcon, cz_icon, CZ, ICON, GtkWidget)

/* name: as in assets/icons/README.md, "bar-home"; size_px square. */
GtkWidget *cz_icon_new (const char *name, int size_px);
void cz_icon_set_name (CzIcon *self, const char *name);
