/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/cz-strip.h"

#include "ui/common/cz-fit-label.h"
#include "ui/common/cz-words.h"

#include <glib/gi18n.h>

#define STRIP_DATA "cz-strip"

/* Daily prices older than this are named old in the strip too (rule 3.6, amber). */
#define AMBER_AFTER_DAYS 3

/* The technician's way in: not a key, so that nobody comes upon it. */
#define HIDDEN_TAPS 5
#define HIDDEN_WITHIN_US (4 * G_USEC_PER_SEC)
#define HIDDEN_PART 3 /* the left third */

typedef struct {
  CzKiosk *kiosk;
  void (*on_hidden) (gpointer data);
  gpointer hidden_data;
  int taps;
  gint64 first_tap_us;
  GtkWidget *name;
  GtkWidget *data;
  GtkWidget *note;
} Strip;

static void
on_pressed (GtkGestureClick *gesture, int n_press, double x, double y, gpointer data)
{
  Strip *strip = data;
  gint64 now = g_get_monotonic_time ();

  if (x > gtk_widget_get_width (gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (gesture))) / (double) HIDDEN_PART)
    return;
  if (strip->taps == 0 || now - strip->first_tap_us > HIDDEN_WITHIN_US) {
    strip->taps = 0;
    strip->first_tap_us = now;
  }
  if (++strip->taps < HIDDEN_TAPS)
    return;
  strip->taps = 0;
  strip->on_hidden (strip->hidden_data);
}

GtkWidget *
cz_strip_new (CzKiosk *kiosk, void (*on_hidden) (gpointer data), gpointer data)
{
  const CzMetrics *metrics = &kiosk->metrics;
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, cz_px (metrics, CZ_MM_MARGIN));
  Strip *strip = g_new0 (Strip, 1);
  GtkGesture *clicks;

  strip->kiosk = kiosk;
  strip->name = cz_fit_label_new (metrics, CZ_MM_QUIET, CZ_MM_QUIET, 0, TRUE);
  strip->data = cz_fit_label_new (metrics, CZ_MM_QUIET, CZ_MM_QUIET, 0, FALSE);
  strip->note = cz_fit_label_new (metrics, CZ_MM_QUIET, CZ_MM_QUIET, 1, FALSE);
  cz_fit_label_set_fixed (CZ_FIT_LABEL (strip->name));
  cz_fit_label_set_fixed (CZ_FIT_LABEL (strip->data));
  cz_fit_label_set_fixed (CZ_FIT_LABEL (strip->note));
  gtk_widget_set_hexpand (strip->note, TRUE);
  gtk_widget_add_css_class (box, "strip");
  gtk_box_append (GTK_BOX (box), strip->name);
  gtk_box_append (GTK_BOX (box), strip->data);
  gtk_box_append (GTK_BOX (box), strip->note);
  g_object_set_data_full (G_OBJECT (box), STRIP_DATA, strip, g_free);
  strip->on_hidden = on_hidden;
  strip->hidden_data = data;
  clicks = gtk_gesture_click_new ();
  g_signal_connect (clicks, "pressed", G_CALLBACK (on_pressed), strip);
  gtk_widget_add_controller (box, GTK_EVENT_CONTROLLER (clicks));
  return box;
}

static char *
data_words (CzKiosk *kiosk, gboolean *is_amber)
{
  CzDay day = cz_catalog_data_day (kiosk->catalog);
  g_autofree char *words = NULL;

  *is_amber = FALSE;
  if (!cz_catalog_is_ready (kiosk->catalog))
    return g_strdup (_("No data yet"));
  if (day == 0)
    return g_strdup ("");
  words = cz_words_short_day (day);
  /* An unbelievable clock must not make good prices look old. */
  *is_amber = cz_clock_is_plausible (cz_catalog_clock (kiosk->catalog)) && cz_catalog_today (kiosk->catalog) - day > AMBER_AFTER_DAYS;
  return g_strdup_printf (_("Data to %s"), words);
}

static char *
station_words (CzKiosk *kiosk)
{
  g_autoptr (CzPublisher) publisher = cz_catalog_publisher (kiosk->catalog, -1);
  const char *place = publisher != NULL ? publisher->place : "";
  const char *name = kiosk->station_name;

  if (place[0] != '\0' && name[0] != '\0')
    return g_strdup_printf ("%s · %s", place, name);
  return g_strdup (place[0] != '\0' ? place : name[0] != '\0' ? name : _("Village station"));
}

static gboolean
fits (Strip *strip, GtkWidget *box)
{
  GtkWidget *const labels[] = { strip->name, strip->data, strip->note };
  int sum = 2 * cz_px (&strip->kiosk->metrics, CZ_MM_MARGIN) + 2 * gtk_box_get_spacing (GTK_BOX (box));

  for (gsize i = 0; i < G_N_ELEMENTS (labels); i++) {
    int natural = 0;

    if (!gtk_widget_get_visible (labels[i]))
      continue;
    gtk_widget_measure (labels[i], GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);
    sum += natural;
  }
  return sum <= strip->kiosk->metrics.width;
}

void
cz_strip_update (GtkWidget *box, const char *note)
{
  Strip *strip = g_object_get_data (G_OBJECT (box), STRIP_DATA);
  gboolean is_amber;
  g_autofree char *station = station_words (strip->kiosk);
  g_autofree char *data = data_words (strip->kiosk, &is_amber);

  cz_fit_label_set_text (CZ_FIT_LABEL (strip->name), station);
  cz_fit_label_set_text (CZ_FIT_LABEL (strip->data), data);
  cz_fit_label_set_text (CZ_FIT_LABEL (strip->note), note != NULL ? note : "");
  /* Where all three do not fit, the village's own name is what everybody there knows. */
  gtk_widget_set_visible (strip->name, TRUE);
  gtk_widget_set_visible (strip->data, TRUE);
  gtk_widget_set_visible (strip->name, fits (strip, box));
  /* Every figure of a page has its own date beside it; the note is nowhere else. */
  gtk_widget_set_visible (strip->data, note == NULL || fits (strip, box));
  if (is_amber)
    gtk_widget_add_css_class (strip->data, "amber");
  else
    gtk_widget_remove_css_class (strip->data, "amber");
}
