/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "ui/common/cz-kiosk.h"

/* The one window: strip, page, bar. Owns the pages and the way back; closes the escape paths of study/gtk.md §3.
 * Main thread. */
#define CZ_TYPE_WINDOW (cz_window_get_type ())
G_DECLARE_FINAL_TYPE (CzWindow, cz_window, CZ, WINDOW, GtkApplicationWindow)

typedef struct {
  gboolean fullscreen;
  gboolean may_close; /* a demo on a desktop; a station refuses */
  gboolean log_layout; /* after each page the boxes of all widgets go to the log */
  gboolean log_frames;
  int technician_idle_s; /* 0: five minutes */
} CzWindowOptions;

/* Sets kiosk->window and kiosk->calls. */
CzWindow *cz_window_new (GtkApplication *application, CzKiosk *kiosk, const CzWindowOptions *options);
