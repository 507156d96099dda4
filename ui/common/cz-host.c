/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/common/cz-host.h"

struct _CzHost {
  GtkWidget parent_instance;
  GtkWidget *child;
};

G_DEFINE_FINAL_TYPE (CzHost, cz_host, GTK_TYPE_WIDGET)

static void
cz_host_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                 int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = 0;
}

static void
cz_host_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  GtkWidget *child = CZ_HOST (widget)->child;
  int least_width, least_height;

  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &least_width, NULL, NULL, NULL);
  width = MAX (width, least_width);
  gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width, &least_height, NULL, NULL, NULL);
  gtk_widget_allocate (child, width, MAX (height, least_height), baseline, NULL);
}

static void
cz_host_dispose (GObject *object)
{
  g_clear_pointer (&CZ_HOST (object)->child, gtk_widget_unparent);
  G_OBJECT_CLASS (cz_host_parent_class)->dispose (object);
}

static void
cz_host_class_init (CzHostClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cz_host_dispose;
  GTK_WIDGET_CLASS (klass)->measure = cz_host_measure;
  GTK_WIDGET_CLASS (klass)->size_allocate = cz_host_size_allocate;
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "host");
}

static void
cz_host_init (CzHost *self)
{
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_vexpand (GTK_WIDGET (self), TRUE);
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
}

GtkWidget *
cz_host_new (GtkWidget *child)
{
  CzHost *self = g_object_new (CZ_TYPE_HOST, NULL);

  self->child = child;
  gtk_widget_set_parent (child, GTK_WIDGET (self));
  return GTK_WIDGET (self);
}
