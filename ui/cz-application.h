/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <gtk/gtk.h>

/* The kiosk as a GtkApplication: reads the command line, opens content, voice and bus, shows the window.
 * NON_UNIQUE: needs no session bus. */
#define CZ_TYPE_APPLICATION (cz_application_get_type ())
G_DECLARE_FINAL_TYPE (CzApplication, cz_application, CZ, APPLICATION, GtkApplication)

CzApplication *cz_application_new (void);
