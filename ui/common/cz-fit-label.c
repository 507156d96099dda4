/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/common/cz-fit-label.h"
#include <string.h>

/* What one laying out came to. A page turned asks each label ten times or so for the same two or three. */
typedef struct {
  int font_px; /* 0 = not in use */
  int wrap_px; /* -1 = one line */
  int width;
  int height;
  int baseline;
  int n_lines;
} Extent;

#define N_EXTENTS 6
/* A word longer than so many times its size is not insisted on: it would push its neighbours off the screen. */
#define WORD_MAX 6

struct _CzFitLabel {
  GtkWidget parent_instance;
  char *text;
  PangoLayout *layout;
  int laid_px; /* what layout is set to: measuring uses it too */
  int laid_width;
  Extent extents[N_EXTENTS]; /* of this text */
  guint next_extent;
  int wanted_width; /* as allocated: -1 = one line */
  PangoWeight weight;
  int max_px;
  int min_px;
  int font_px;
  double xalign;
  int fixed_px;
  gboolean is_preview;
  gboolean is_fixed;
  CzFitInsist insists;
  int baseline; /* as allocated: -1 = the text stands in the middle */
  gboolean is_cut;
  gboolean breaks_words; /* one is longer than the box, at the smallest size */
};

G_DEFINE_FINAL_TYPE (CzFitLabel, cz_fit_label, GTK_TYPE_WIDGET)

static PangoLayout *
ensure_layout (CzFitLabel *self)
{
  if (self->layout == NULL) {
    self->layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), self->text);
    pango_layout_set_wrap (self->layout, PANGO_WRAP_WORD);
    /* Names and keys are no reading text; two of their lines stand closer. */
    if (self->insists != CZ_FIT_INSIST_LINE)
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

/* width -1: one line. */
static void
lay_out (CzFitLabel *self, int font_px, int width)
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
  pango_font_description_free (font);
}

static void
lay_out_as_drawn (CzFitLabel *self)
{
  lay_out (self, self->font_px, self->wanted_width);
  pango_layout_set_wrap (self->layout, self->breaks_words ? PANGO_WRAP_WORD_CHAR : PANGO_WRAP_WORD);
}

static int
baseline_of (CzFitLabel *self)
{
  return PANGO_PIXELS (pango_layout_get_baseline (self->layout));
}

static const Extent *
known_extent (CzFitLabel *self, int font_px, int width)
{
  for (guint i = 0; i < N_EXTENTS; i++) {
    const Extent *known = &self->extents[i];

    /* What fits in one line is not wrapped. */
    if (known->font_px == font_px && (known->wrap_px == width || (known->wrap_px < 0 && known->width <= width)))
      return known;
  }
  return NULL;
}

static void
forget_text (CzFitLabel *self)
{
  memset (self->extents, 0, sizeof self->extents);
  g_clear_object (&self->layout);
}

/* Good until N_EXTENTS further ones were asked for. */
static const Extent *
extent_of (CzFitLabel *self, int font_px, int width)
{
  const Extent *known = known_extent (self, font_px, width);
  Extent *extent = &self->extents[self->next_extent];

  if (known != NULL)
    return known;
  self->next_extent = (self->next_extent + 1) % N_EXTENTS;
  lay_out (self, font_px, width);
  /* A box too narrow for a word may have left it otherwise. */
  pango_layout_set_wrap (self->layout, PANGO_WRAP_WORD);
  pango_layout_get_pixel_size (self->layout, &extent->width, &extent->height);
  extent->font_px = font_px;
  extent->wrap_px = width;
  extent->baseline = baseline_of (self);
  extent->n_lines = pango_layout_get_line_count (self->layout);
  return extent;
}

static gboolean
has_words (const char *text)
{
  while (*text != '\0' && !g_ascii_isalnum (*text))
    text++;
  return *text != '\0';
}

static int
least_width (CzFitLabel *self)
{
  int width = extent_of (self, self->min_px, -1)->width, least = self->min_px * 3;

  if (self->insists == CZ_FIT_INSIST_LINE)
    return width;
  /* Han text breaks anywhere: three characters, then, or the longest word. */
  if (width > least && has_words (self->text) && !self->is_preview && !self->is_fixed)
    least = CLAMP (extent_of (self, self->min_px, 1)->width, least, self->min_px * WORD_MAX);
  return MIN (width, least);
}

static void
cz_fit_label_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                      int *minimum_baseline, int *natural_baseline)
{
  CzFitLabel *self = CZ_FIT_LABEL (widget);

  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    *minimum = least_width (self);
    *natural = MAX (extent_of (self, self->max_px, -1)->width, *minimum);
  } else {
    /* Of most texts one line is all that is insisted on: is_cut tells of a box that gives less than is needed. */
    const Extent *line = extent_of (self, self->min_px, -1);
    *minimum = line->height;
    *minimum_baseline = line->baseline;
    if (self->insists == CZ_FIT_INSIST_TEXT || self->insists == CZ_FIT_INSIST_TWO) {
      const Extent *least = extent_of (self, self->min_px, for_size);
      gboolean is_broken = for_size >= 0 && least->width > for_size;
      *minimum = is_broken || (self->insists == CZ_FIT_INSIST_TWO && least->n_lines > 2) ? line->height * 2 : least->height;
    }
    const Extent *wanted = extent_of (self, self->max_px, -1);
    /* What a somewhat smaller line will hold is not wrapped. */
    if (for_size >= 0 && (wanted->width * 4 > for_size * 5 || extent_of (self, self->min_px, -1)->width > for_size))
      wanted = extent_of (self, self->max_px, for_size);
    *natural = MAX (wanted->height, *minimum);
    *natural_baseline = wanted->baseline;
  }
}

typedef struct {
  int width;
  int height;
} Box;

/* In one line, no more than a step below four fifths of the largest size. */
static gboolean
fits_unbroken (CzFitLabel *self, const Box *box, int step)
{
  for (int px = self->max_px; px >= self->min_px && px * 5 > self->max_px * 4 - step * 5; px -= step) {
    const Extent *line = extent_of (self, px, -1);

    if (line->width <= box->width && line->height <= box->height) {
      self->font_px = px;
      self->wanted_width = -1;
      return TRUE;
    }
    /* Widths grow as sizes do: what is this much too long stays so. */
    if (line->width * 3 > box->width * 4)
      return FALSE;
  }
  return FALSE;
}

static gboolean
fits_wrapped (CzFitLabel *self, const Box *box, int px)
{
  const Extent *extent = extent_of (self, px, box->width);

  return extent->width <= box->width && extent->height <= box->height && extent->n_lines <= 3;
}

/* The largest of the sizes max, max - step … above min at which the wrapped text fits, by halving; min if none does. */
static int
largest_wrapped (CzFitLabel *self, const Box *box, int step)
{
  int low = 0, high = (self->max_px - self->min_px + step - 1) / step;

  if (high > 0 && fits_wrapped (self, box, self->max_px))
    return self->max_px;
  /* It does not fit low steps down, and high is taken unseen. */
  while (high - low > 1) {
    int middle = (low + high) / 2;

    if (fits_wrapped (self, box, self->max_px - middle * step))
      high = middle;
    else
      low = middle;
  }
  return MAX (self->min_px, self->max_px - high * step);
}

static void
cz_fit_label_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  CzFitLabel *self = CZ_FIT_LABEL (widget);
  Box box = { width, height };
  int step = MAX (1, self->max_px / 24);
  int w, h;

  self->is_cut = self->breaks_words = FALSE;
  self->baseline = baseline;
  self->wanted_width = width;
  if (self->is_preview || self->is_fixed) {
    self->font_px = self->max_px;
    lay_out (self, self->max_px, width);
    self->is_cut = self->is_fixed && pango_layout_is_ellipsized (self->layout);
    return;
  }
  /* First without breaking a word or a short name, then with. */
  if (fits_unbroken (self, &box, step))
    return;
  self->font_px = largest_wrapped (self, &box, step);
  self->breaks_words = extent_of (self, self->font_px, width)->width > width;
  lay_out_as_drawn (self);
  pango_layout_get_pixel_size (self->layout, &w, &h);
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
  if (self->laid_px != self->font_px || self->laid_width != self->wanted_width || self->breaks_words)
    lay_out_as_drawn (self);
  pango_layout_set_width (self->layout, gtk_widget_get_width (widget) * PANGO_SCALE);
  pango_layout_get_pixel_size (self->layout, NULL, &height);
  gtk_snapshot_save (snapshot);
  int top = self->baseline >= 0 ? self->baseline - baseline_of (self) : (gtk_widget_get_height (widget) - height) / 2;
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
  self->baseline = -1;
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
  forget_text (self);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, self->text, -1);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

void
cz_fit_label_set_preview (CzFitLabel *self)
{
  self->is_preview = TRUE;
  forget_text (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

void
cz_fit_label_set_fixed (CzFitLabel *self)
{
  self->is_fixed = TRUE;
  self->max_px = self->fixed_px;
  forget_text (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

void
cz_fit_label_insist (CzFitLabel *self, CzFitInsist insists)
{
  self->insists = insists;
  forget_text (self);
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
