/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/common/cz-frame.h"

#include "ui/common/cz-fit-label.h"

CzFrame
cz_frame_build (CzPage *page, GtkWidget *keys)
{
  const CzMetrics *metrics = &cz_page_kiosk (page)->metrics;
  gboolean is_small = cz_metrics_is_small (metrics);
  int gap = cz_px (metrics, CZ_MM_GAP);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *columns = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, gap);
  CzFrame frame;

  frame.title = cz_fit_label_new (metrics, is_small ? CZ_MM_BODY : CZ_MM_TITLE, CZ_MM_QUIET, 0, TRUE);
  frame.subtitle = cz_fit_label_new (metrics, CZ_MM_QUIET, CZ_MM_QUIET, 0, FALSE);
  frame.head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, gap);
  frame.body = gtk_box_new (GTK_ORIENTATION_VERTICAL, gap);
  gtk_widget_add_css_class (frame.subtitle, "quiet");
  gtk_widget_set_visible (frame.subtitle, !cz_metrics_is_narrow (metrics));
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_widget_set_valign (texts, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (texts), frame.title);
  gtk_box_append (GTK_BOX (texts), frame.subtitle);
  gtk_box_append (GTK_BOX (frame.head), texts);
  gtk_box_append (GTK_BOX (frame.body), frame.head);
  gtk_widget_set_hexpand (frame.body, TRUE);
  gtk_widget_set_vexpand (columns, TRUE);
  gtk_box_append (GTK_BOX (columns), frame.body);
  gtk_box_append (GTK_BOX (page), columns);
  if (!is_small)
    gtk_widget_set_size_request (frame.head, -1, cz_px (metrics, CZ_MM_KEY));
  if (keys != NULL) {
    gtk_orientable_set_orientation (GTK_ORIENTABLE (keys), is_small ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
    gtk_widget_set_valign (keys, is_small ? GTK_ALIGN_CENTER : GTK_ALIGN_START);
    gtk_box_append (GTK_BOX (is_small ? columns : frame.head), keys);
  }
  return frame;
}
