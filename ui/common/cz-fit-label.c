/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/common/cz-fit-label.h"

struct _CzFitLabel {
  GtkWidget parent_instance;
  char *text;
  PangoLayout *layout;
  int laid_px; /* what layout is set to: measuring uses it too */
  int laid_width;
  int wanted_width; /* as allocated: -1 = one line */
  PangoWeight weight;
  int max_px;
  int min_px;
  int font_px;
  double xalign;
  int fixed_px;
  gboolean is_preview;
  gboolean is_fixed;
  gboolean is_whole;
  gboolean is_cut;
};

G_DEFINE_FINAL_TYPE (CzFitLabel, cz_fit_label, GTK_TYPE_WIDGET)

static PangoLayout *
ensure_layout (CzFitLabel *self)
{
  if (self->layout == NULL) {
    self->layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), self->text);
    pango_layout_set_wrap (self->layout, PANGO_WRAP_WORD_CHAR);
    /* Names and keys are no reading text; two of their lines stand closer. */
    pango_layout_set_line_spacing (self->layout, 0.9f);
    pango_layout_set_single_paragraph_mode (self->layout, self->is_preview || self->is_fixed);
    if (self->is_preview || self->is_fixed) {
      pango_layout_set_ellipsize (self->layout, PANGO_ELLIPSIZE_END);
      pango_layout_set_height (self->layout, -1);
    }
    pango_layout_set_alignment (self->layout, self->xalign > 0.75  ? PANGO_ALIGN_RIGHT
                                              : self->xalign > 0.25 ? PANGO_ALIGN_CENTER
                                                                    : PANGO_ALIGN_LEFT);
  }
  return self->layout;
}

/* width < 0: one line. */
static void
lay_out (CzFitLabel *self, int font_px, int width, int *out_width, int *out_height)
{
  PangoLayout *layout = ensure_layout (self);
  PangoContext *context = gtk_widget_get_pango_context (GTK_WIDGET (self));
  PangoFontDescription *font = pango_font_description_copy (pango_context_get_font_description (context));

  self->laid_px = font_px;
  self->laid_width = width;
  pango_font_description_set_absolute_size (font, font_px * (double) PANGO_SCALE);
  pango_font_description_set_weight (font, self->weight);
  pango_layout_set_font_description (layout, font);
  pango_layout_set_width (layout, width < 0 ? -1 : width * PANGO_SCALE);
  pango_layout_get_pixel_size (layout, out_width, out_height);
  pango_font_description_free (font);
}

static int
least_width (CzFitLabel *self)
{
  int width, height;

  /* Han text breaks anywhere, so that three characters are as good a bound as any word. */
  lay_out (self, self->min_px, -1, &width, &height);
  return self->is_whole ? width : MIN (width, self->min_px * 3);
}

static void
cz_fit_label_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                      int *minimum_baseline, int *natural_baseline)
{
  CzFitLabel *self = CZ_FIT_LABEL (widget);
  int width, height;

  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    *minimum = least_width (self);
    lay_out (self, self->max_px, -1, &width, &height);
    *natural = MAX (width, *minimum);
  } else {
    /* One line is all that is insisted on: a box that gives less than the text needs is told so by is_cut. */
    lay_out (self, self->min_px, -1, &width, &height);
    *minimum = height;
    lay_out (self, self->max_px, for_size, &width, &height);
    *natural = MAX (height, *minimum);
  }
}

static void
cz_fit_label_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  CzFitLabel *self = CZ_FIT_LABEL (widget);
  int step = MAX (1, self->max_px / 24);
  int w, h, lines = 1;

  self->is_cut = FALSE;
  self->wanted_width = width;
  if (self->is_preview || self->is_fixed) {
    self->font_px = self->max_px;
    lay_out (self, self->max_px, width, &w, &h);
    self->is_cut = self->is_fixed && pango_layout_is_ellipsized (self->layout);
    return;
  }
  /* First without breaking a word or a short name, then with. */
  for (self->font_px = self->max_px; self->font_px >= self->min_px; self->font_px -= step) {
    lay_out (self, self->font_px, -1, &w, &h);
    self->wanted_width = -1;
    if (w <= width && h <= height)
      return;
    if (self->font_px * 10 < self->max_px * 8)
      break;
  }
  self->wanted_width = width;
  for (self->font_px = self->max_px; self->font_px > self->min_px; self->font_px -= step) {
    lay_out (self, self->font_px, width, &w, &h);
    lines = pango_layout_get_line_count (self->layout);
    if (w <= width && h <= height && lines <= 3)
      return;
  }
  self->font_px = self->min_px;
  lay_out (self, self->min_px, width, &w, &h);
  self->is_cut = w > width + 1 || h > height + 1;
}

static void
cz_fit_label_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  CzFitLabel *self = CZ_FIT_LABEL (widget);
  GdkRGBA colour;
  int height;

  if (self->layout == NULL)
    return;
  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &colour);
  if (self->laid_px != self->font_px || self->laid_width != self->wanted_width) {
    int width;
    lay_out (self, self->font_px, self->wanted_width, &width, &height);
  }
  pango_layout_set_width (self->layout, gtk_widget_get_width (widget) * PANGO_SCALE);
  pango_layout_get_pixel_size (self->layout, NULL, &height);
  gtk_snapshot_save (snapshot);
  int top = (gtk_widget_get_height (widget) - height) / 2;
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (0, top));
  gtk_snapshot_append_layout (snapshot, self->layout, &colour);
  gtk_snapshot_restore (snapshot);
}

static GtkSizeRequestMode
cz_fit_label_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
cz_fit_label_finalize (GObject *object)
{
  CzFitLabel *self = CZ_FIT_LABEL (object);

  g_clear_object (&self->layout);
  g_free (self->text);
  G_OBJECT_CLASS (cz_fit_label_parent_class)->finalize (object);
}

static void
cz_fit_label_class_init (CzFitLabelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = cz_fit_label_finalize;
  widget_class->measure = cz_fit_label_measure;
  widget_class->size_allocate = cz_fit_label_size_allocate;
  widget_class->snapshot = cz_fit_label_snapshot;
  widget_class->get_request_mode = cz_fit_label_get_request_mode;
  gtk_widget_class_set_css_name (widget_class, "fitlabel");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LABEL);
}

static void
cz_fit_label_init (CzFitLabel *self)
{
  self->text = g_strdup ("");
}

GtkWidget *
cz_fit_label_new (const CzMetrics *metrics, double max_mm, double min_mm, double xalign, gboolean bold)
{
  CzFitLabel *self = g_object_new (CZ_TYPE_FIT_LABEL, NULL);

  self->min_px = cz_px (metrics, min_mm);
  self->max_px = MAX (self->min_px, cz_text_px (metrics, max_mm));
  self->fixed_px = cz_px (metrics, max_mm);
  self->font_px = self->max_px;
  self->xalign = xalign;
  self->weight = bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL;
  return GTK_WIDGET (self);
}

void
cz_fit_label_set_text (CzFitLabel *self, const char *text)
{
  if (g_str_equal (self->text, text))
    return;
  g_free (self->text);
  self->text = g_strdup (text);
  self->is_cut = FALSE;
  g_clear_object (&self->layout);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, self->text, -1);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

void
cz_fit_label_set_preview (CzFitLabel *self)
{
  self->is_preview = TRUE;
  g_clear_object (&self->layout);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

void
cz_fit_label_set_fixed (CzFitLabel *self)
{
  self->is_fixed = TRUE;
  self->max_px = self->fixed_px;
  g_clear_object (&self->layout);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

void
cz_fit_label_set_whole_line (CzFitLabel *self)
{
  self->is_whole = TRUE;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

const char *
cz_fit_label_get_text (CzFitLabel *self)
{
  return self->text;
}

int
cz_fit_label_get_font_px (CzFitLabel *self)
{
  return self->font_px;
}

gboolean
cz_fit_label_is_cut (CzFitLabel *self)
{
  return self->is_cut;
}
