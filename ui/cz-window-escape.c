/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/cz-window-escape.h"

/* Ctrl, Alt and Super lead to the inspector, the emoji chooser and the compositor; function keys and Menu to help and
 * context menus. A station's screen needs none of them. */
static gboolean
on_key_pressed (GtkEventControllerKey *controller, guint keyval, guint keycode, GdkModifierType state, gpointer data)
{
  if ((state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK | GDK_META_MASK | GDK_HYPER_MASK)) != 0)
    return GDK_EVENT_STOP;
  if (keyval >= GDK_KEY_F1 && keyval <= GDK_KEY_F35)
    return GDK_EVENT_STOP;
  return keyval == GDK_KEY_Menu ? GDK_EVENT_STOP : GDK_EVENT_PROPAGATE;
}

static void
on_any_button (GtkGestureClick *gesture, int n_press, double x, double y, gpointer data)
{
  guint button = gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (gesture));

  if (button != 0 && button != GDK_BUTTON_PRIMARY)
    gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
}

void
cz_window_close_escapes (GtkWidget *window)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkGesture *clicks = gtk_gesture_click_new ();

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key_pressed), NULL);
  gtk_widget_add_controller (window, keys);

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (clicks), 0);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (clicks), GTK_PHASE_CAPTURE);
  g_signal_connect (clicks, "pressed", G_CALLBACK (on_any_button), NULL);
  gtk_widget_add_controller (window, GTK_EVENT_CONTROLLER (clicks));
}
