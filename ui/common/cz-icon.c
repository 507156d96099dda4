/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "cz-ui"
#include "ui/common/cz-icon.h"

/* The folder of 96 px masks serves up to this size on screen. */
#define SMALL_MASK_PX 60

struct _CzIcon {
  GtkWidget parent_instance;
  char *name;
  int size_px;
  GdkTexture *texture;
  GdkRGBA colour; /* of texture */
};

G_DEFINE_FINAL_TYPE (CzIcon, cz_icon, GTK_TYPE_WIDGET)

/* The mask's alpha with the colour laid under it, premultiplied as textures want it. */
static GdkTexture *
tint (GdkPixbuf *mask, const GdkRGBA *colour)
{
  int width = gdk_pixbuf_get_width (mask), height = gdk_pixbuf_get_height (mask);
  int channels = gdk_pixbuf_get_n_channels (mask), stride = gdk_pixbuf_get_rowstride (mask);
  const guint8 *pixels = gdk_pixbuf_read_pixels (mask);
  gsize size = (gsize) width * (gsize) height * 4;
  guint8 *out = g_malloc (size);
  g_autoptr (GBytes) bytes = NULL;

  for (int y = 0; y < height; y++) {
    for (int x = 0; x < width; x++) {
      const guint8 *in = pixels + y * stride + x * channels;
      guint8 *to = out + ((gsize) y * (gsize) width + (gsize) x) * 4;
      float alpha = (channels == 4 ? in[3] : 255) / 255.0f * colour->alpha;

      to[0] = (guint8) (colour->red * alpha * 255 + 0.5f);
      to[1] = (guint8) (colour->green * alpha * 255 + 0.5f);
      to[2] = (guint8) (colour->blue * alpha * 255 + 0.5f);
      to[3] = (guint8) (alpha * 255 + 0.5f);
    }
  }
  bytes = g_bytes_new_take (out, size);
  return gdk_memory_texture_new (width, height, GDK_MEMORY_R8G8B8A8_PREMULTIPLIED, bytes, (gsize) width * 4);
}

static void
ensure_texture (CzIcon *self, const GdkRGBA *colour)
{
  g_autofree char *path = NULL;
  g_autoptr (GdkPixbuf) mask = NULL;
  g_autoptr (GError) error = NULL;

  if (self->texture != NULL && gdk_rgba_equal (colour, &self->colour))
    return;
  g_clear_object (&self->texture);
  path = g_strdup_printf ("/org/cunzhan/Station/icons/%d/%s-symbolic.symbolic.png",
                          self->size_px <= SMALL_MASK_PX ? 96 : 192, self->name);
  mask = gdk_pixbuf_new_from_resource_at_scale (path, self->size_px, self->size_px, TRUE, &error);
  if (mask == NULL) {
    g_warning ("%s", error->message);
    return;
  }
  self->colour = *colour;
  self->texture = tint (mask, colour);
}

static void
cz_icon_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                 int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = CZ_ICON (widget)->size_px;
}

static void
cz_icon_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  CzIcon *self = CZ_ICON (widget);
  int x = (gtk_widget_get_width (widget) - self->size_px) / 2;
  int y = (gtk_widget_get_height (widget) - self->size_px) / 2;
  GdkRGBA colour;

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &colour);
  ensure_texture (self, &colour);
  if (self->texture != NULL)
    gtk_snapshot_append_texture (snapshot, self->texture, &GRAPHENE_RECT_INIT (x, y, self->size_px, self->size_px));
}

static void
cz_icon_finalize (GObject *object)
{
  CzIcon *self = CZ_ICON (object);

  g_clear_object (&self->texture);
  g_free (self->name);
  G_OBJECT_CLASS (cz_icon_parent_class)->finalize (object);
}

static void
cz_icon_class_init (CzIconClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = cz_icon_finalize;
  widget_class->measure = cz_icon_measure;
  widget_class->snapshot = cz_icon_snapshot;
  gtk_widget_class_set_css_name (widget_class, "icon");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
cz_icon_init (CzIcon *self)
{
}

GtkWidget *
cz_icon_new (const char *name, int size_px)
{
  CzIcon *self = g_object_new (CZ_TYPE_ICON, NULL);

  self->name = g_strdup (name);
  self->size_px = size_px;
  return GTK_WIDGET (self);
}

void
cz_icon_set_name (CzIcon *self, const char *name)
{
  if (g_str_equal (self->name, name))
    return;
  g_free (self->name);
  self->name = g_strdup (name);
  g_clear_object (&self->texture);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
