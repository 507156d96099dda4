/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/cz-options.h"

#include "cz-config.h"

#include <glib/gi18n.h>

/* A 10.1-inch panel of 1280 × 800. */
#define DEFAULT_WIDTH 1280
#define DEFAULT_HEIGHT 800
#define DEFAULT_PX_PER_MM 5.9
#define LEAST_PX 320
#define MOST_PX 8192

void
cz_options_clear (CzOptions *options)
{
  g_free (options->home);
  g_free (options->bus);
  g_free (options->board);
  g_free (options->size);
  g_free (options->sound);
  g_free (options->lang);
  g_free (options->log);
  g_free (options->clock);
  *options = (CzOptions){ 0 };
}

void
cz_options_add (CzOptions *options, GApplication *application)
{
  const GOptionEntry entries[] = {
    { "home", 0, 0, G_OPTION_ARG_FILENAME, &options->home, N_("Folder of the station, as of cunzhan-sync"), N_("DIR") },
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &options->home, N_("The same as --home"), N_("DIR") },
    { "bus", 0, 0, G_OPTION_ARG_STRING, &options->bus, N_("Message bus of the agent: system, session or an address"), N_("ADDRESS") },
    { "board", 0, 0, G_OPTION_ARG_FILENAME, &options->board, N_("Folder the board leaves word in, /run/cunzhan-board unless given"), N_("DIR") },
    { "size", 0, 0, G_OPTION_ARG_STRING, &options->size, N_("Size of the window, 1280x800 unless given"), N_("WxH") },
    { "px-per-mm", 0, 0, G_OPTION_ARG_DOUBLE, &options->px_per_mm, N_("Pixels of the screen in a millimetre, 5.9 unless given"), N_("N") },
    { "text", 0, 0, G_OPTION_ARG_INT, &options->text_percent, N_("Size of text: 100, 130 or 160"), N_("PERCENT") },
    { "fullscreen", 0, 0, G_OPTION_ARG_NONE, &options->fullscreen, N_("Fill the screen"), NULL },
    { "allow-close", 0, 0, G_OPTION_ARG_NONE, &options->may_close, N_("Let the window be closed, for a demonstration on a desktop"), NULL },
    { "sound", 0, 0, G_OPTION_ARG_STRING, &options->sound, N_("Where the voice goes: alsa, none or wav:DIR"), N_("SINK") },
    { "lang", 0, 0, G_OPTION_ARG_STRING, &options->lang, N_("Language to begin with: zh_CN or en"), N_("LANG") },
    { "log", 0, 0, G_OPTION_ARG_FILENAME, &options->log, N_("Write what is shown and said as JSON lines"), N_("FILE") },
    { "log-layout", 0, 0, G_OPTION_ARG_NONE, &options->log_layout, N_("Write the boxes of all widgets to the log too"), NULL },
    { "log-frames", 0, 0, G_OPTION_ARG_NONE, &options->log_frames, N_("Write each frame drawn to the log too"), NULL },
#if CZ_TEST_HOOKS
    { "clock", 0, 0, G_OPTION_ARG_FILENAME, &options->clock, N_("Read the time from a file"), N_("FILE") },
    { "technician-idle", 0, 0, G_OPTION_ARG_INT, &options->technician_idle_s, N_("Seconds without a tap until the technician's pages close"), N_("N") },
#endif
    { "version", 0, 0, G_OPTION_ARG_NONE, &options->show_version, N_("Print the version and end"), NULL },
    { NULL },
  };

  g_application_add_main_option_entries (application, entries);
}

static gboolean
parse_size (const char *text, int *width, int *height)
{
  g_auto (GStrv) parts = g_strsplit (text, "x", 3);
  guint64 w, h;

  if (g_strv_length (parts) != 2 || !g_ascii_string_to_unsigned (parts[0], 10, LEAST_PX, MOST_PX, &w, NULL)
      || !g_ascii_string_to_unsigned (parts[1], 10, LEAST_PX, MOST_PX, &h, NULL))
    return FALSE;
  *width = (int) w;
  *height = (int) h;
  return TRUE;
}

gboolean
cz_options_metrics (const CzOptions *options, int monitor_width, int monitor_height, CzMetrics *metrics, GError **error)
{
  double shrink = 1;

  metrics->width = DEFAULT_WIDTH;
  metrics->height = DEFAULT_HEIGHT;
  if (options->size != NULL && !parse_size (options->size, &metrics->width, &metrics->height)) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("--size %s: give width and height in pixels, such as 1024x600"), options->size);
    return FALSE;
  }
  if (options->px_per_mm != 0 && (options->px_per_mm < 1 || options->px_per_mm > 30)) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("--px-per-mm %g: give a number from 1 to 30"), options->px_per_mm);
    return FALSE;
  }
  if (options->fullscreen && options->size == NULL && monitor_width > 0) {
    metrics->width = monitor_width;
    metrics->height = monitor_height;
  } else if (monitor_width > 0 && (monitor_width < metrics->width || monitor_height < metrics->height)) {
    shrink = MIN ((double) monitor_width / metrics->width, (double) monitor_height / metrics->height);
    metrics->width = (int) (metrics->width * shrink);
    metrics->height = (int) (metrics->height * shrink);
  }
  metrics->px_per_mm = options->px_per_mm != 0 ? options->px_per_mm : DEFAULT_PX_PER_MM * shrink;
  metrics->text_percent = options->text_percent == 130 || options->text_percent == 160 ? options->text_percent : 100;
  if (cz_metrics_is_small (metrics))
    metrics->text_percent = MIN (metrics->text_percent, 130);
  return TRUE;
}
