/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/common/cz-key.h"

#include "ui/common/cz-fit-label.h"
#include "ui/common/cz-icon.h"

#define BOUNCE_US 300000
#define KEY_DATA "cz-key"

typedef struct {
  CzKiosk *kiosk;
  char *name;
  char *words;
  CzKeyFunc on_tap;
  gpointer data;
  gboolean keeps_voice;
} KeyData;

static void
key_data_free (gpointer data)
{
  KeyData *key = data;

  g_free (key->name);
  g_free (key->words);
  g_free (key);
}

static void
on_clicked (GtkButton *button, gpointer data)
{
  KeyData *key = data;
  gint64 now = g_get_monotonic_time ();
  gboolean is_bounce = now - key->kiosk->last_tap_us < BOUNCE_US;

  key->kiosk->last_tap_us = now;
  cz_log_event (key->kiosk->log, is_bounce ? "bounce" : "tap", "key", key->name, NULL);
  if (is_bounce)
    return;
  if (!key->keeps_voice)
    cz_narrator_stop (key->kiosk->narrator);
  key->on_tap (GTK_WIDGET (button), key->data);
}

GtkWidget *
cz_key_new (CzKiosk *kiosk, const char *name, const char *css_class, CzKeyFunc on_tap, gpointer data)
{
  GtkWidget *button = gtk_button_new ();
  KeyData *key = g_new0 (KeyData, 1);
  int side = cz_px (&kiosk->metrics, CZ_MM_KEY);

  key->kiosk = kiosk;
  key->name = g_strdup (name);
  key->on_tap = on_tap;
  key->data = data;
  g_object_set_data_full (G_OBJECT (button), KEY_DATA, key, key_data_free);
  g_signal_connect (button, "clicked", G_CALLBACK (on_clicked), key);
  gtk_widget_set_size_request (button, side, side);
  gtk_widget_set_overflow (button, GTK_OVERFLOW_HIDDEN);
  if (css_class != NULL)
    gtk_widget_add_css_class (button, css_class);
  return button;
}

static KeyData *
key_data (GtkWidget *button)
{
  return g_object_get_data (G_OBJECT (button), KEY_DATA);
}

void
cz_key_set_words (GtkWidget *button, const char *words)
{
  KeyData *key = key_data (button);

  g_return_if_fail (key != NULL);
  g_free (key->words);
  key->words = g_strdup (words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

const char *
cz_key_get_words (GtkWidget *button)
{
  KeyData *key = key_data (button);

  return key != NULL && key->words != NULL ? key->words : "";
}

const char *
cz_key_get_name (GtkWidget *button)
{
  KeyData *key = key_data (button);

  return key != NULL ? key->name : "";
}

void
cz_key_set_name (GtkWidget *button, const char *name)
{
  KeyData *key = key_data (button);

  g_return_if_fail (key != NULL);
  g_free (key->name);
  key->name = g_strdup (name);
}

void
cz_key_keep_voice (GtkWidget *button)
{
  key_data (button)->keeps_voice = TRUE;
}

GtkWidget *
cz_key_new_labelled (CzKiosk *kiosk, const CzKeyLook *look, CzKeyFunc on_tap, gpointer data)
{
  const CzMetrics *metrics = &kiosk->metrics;
  GtkWidget *button = cz_key_new (kiosk, look->name, look->css_class, on_tap, data);
  GtkWidget *box = gtk_box_new (look->is_row ? GTK_ORIENTATION_HORIZONTAL : GTK_ORIENTATION_VERTICAL,
                                look->is_row ? cz_px (metrics, CZ_MM_GAP) : 0);
  GtkWidget *label = cz_fit_label_new (metrics, look->text_mm, MIN (look->text_mm, CZ_MM_QUIET), look->is_row && look->icon != NULL ? 0 : 0.5, TRUE);

  gtk_widget_set_halign (box, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  if (look->icon != NULL) {
    GtkWidget *icon = cz_icon_new (look->icon, cz_px (metrics, look->icon_mm));
    gtk_widget_set_halign (icon, GTK_ALIGN_CENTER);
    gtk_box_append (GTK_BOX (box), icon);
  }
  if (look->is_fixed)
    cz_fit_label_set_fixed (CZ_FIT_LABEL (label));
  cz_fit_label_set_text (CZ_FIT_LABEL (label), look->text);
  gtk_box_append (GTK_BOX (box), label);
  gtk_button_set_child (GTK_BUTTON (button), box);
  cz_key_set_words (button, look->text);
  return button;
}
