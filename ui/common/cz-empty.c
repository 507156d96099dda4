/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/common/cz-empty.h"

#include "ui/common/cz-icon.h"

#include <glib/gi18n.h>

GtkWidget *
cz_empty_new (CzKiosk *kiosk, const char *icon)
{
  const CzMetrics *metrics = &kiosk->metrics;
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, cz_px (metrics, CZ_MM_GAP));
  GtkWidget *label = gtk_label_new (NULL);

  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_widget_set_vexpand (box, TRUE);
  gtk_box_append (GTK_BOX (box), cz_icon_new (icon, cz_px (metrics, CZ_MM_KEY)));
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
  gtk_widget_add_css_class (label, "body");
  gtk_box_append (GTK_BOX (box), label);
  return box;
}

void
cz_empty_set_text (GtkWidget *empty, const char *text)
{
  gtk_label_set_text (GTK_LABEL (gtk_widget_get_last_child (empty)), text);
}

const char *
cz_empty_get_text (GtkWidget *empty)
{
  return gtk_label_get_text (GTK_LABEL (gtk_widget_get_last_child (empty)));
}

const char *
cz_empty_reason (CzKiosk *kiosk, const char *otherwise)
{
  if (!cz_catalog_is_ready (kiosk->catalog))
    return _("No data has come to this station yet. It comes by the network or on a stick. Ask the person who runs the station.");
  return otherwise;
}
