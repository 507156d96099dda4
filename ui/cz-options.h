/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "ui/common/cz-metrics.h"
#include <gio/gio.h>

/* The command line. Owned strings; all may be NULL. */
typedef struct {
  char *home;
  char *bus;
  char *board;
  char *size;
  char *sound;
  char *lang;
  char *log;
  char *clock;
  double px_per_mm; /* 0 = not given */
  int text_percent;
  int technician_idle_s; /* 0 = not given */
  gboolean fullscreen;
  gboolean may_close;
  gboolean log_layout;
  gboolean log_frames;
  gboolean show_version;
} CzOptions;

void cz_options_clear (CzOptions *options);
void cz_options_add (CzOptions *options, GApplication *application);
/* Sizes from options and, where a monitor is smaller than the window asked for, from the monitor (0 × 0 = not known).
 * G_OPTION_ERROR_BAD_VALUE with a sentence for the terminal. */
gboolean cz_options_metrics (const CzOptions *options, int monitor_width, int monitor_height, CzMetrics *metrics,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
