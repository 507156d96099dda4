/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/prices/cz-chart.h"

#include "ui/common/cz-words.h"

#include <cairo.h>
#include <glib/gi18n.h>
#include <string.h>

#define MAX_LABELS 8
#define HIDES_ANOTHER 5
#define TICKS_MAX 5
/* No line is drawn over a silence longer than this: nobody knows what the price was. */
#define MAX_BRIDGE_DAYS 45

typedef struct {
  double x, y, w, h;
} Box;

struct _CzChart {
  GtkWidget parent_instance;
  CzMetrics metrics;
  CzQuoteInfo headline; /* strings not owned, not used */
  GArray *points; /* CzPricePoint, two years */
  CzDay today;
  GdkTexture *texture;
};

/* What one drawing needs; y grows downwards. */
typedef struct {
  CzChart *chart;
  cairo_t *cr;
  Box plot;
  CzDay first; /* 1 January of the headline's year */
  int days;
  CzTicks ticks;
  GArray *years[2]; /* this year's points, last year's moved to this year */
  Box taken[MAX_LABELS];
  int n_taken;
} Drawing;

G_DEFINE_FINAL_TYPE (CzChart, cz_chart, GTK_TYPE_WIDGET)

static const double accent[3] = { 0x8A / 255.0, 0x3B / 255.0, 0x12 / 255.0 };
static const double pale[3] = { 0x8C / 255.0, 0x7F / 255.0, 0x68 / 255.0 };
static const double ink[3] = { 0x1F / 255.0, 0x1B / 255.0, 0x16 / 255.0 };
static const double quiet[3] = { 0x4A / 255.0, 0x44 / 255.0, 0x3B / 255.0 };

static double
x_of (const Drawing *d, CzDay day)
{
  return d->plot.x + d->plot.w * (day - d->first) / MAX (d->days - 1, 1);
}

static double
y_of (const Drawing *d, gint64 li)
{
  double span = (double) d->ticks.step * (d->ticks.count - 1);

  return d->plot.y + d->plot.h * (1 - (double) (li - d->ticks.first) / MAX (span, 1.0));
}

static PangoLayout *
make_layout (const Drawing *d, const char *text, double mm, gboolean is_bold)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (GTK_WIDGET (d->chart), text);
  PangoFontDescription *font
      = pango_font_description_copy (pango_context_get_font_description (pango_layout_get_context (layout)));

  pango_font_description_set_absolute_size (font, cz_text_px (&d->chart->metrics, mm) * (double) PANGO_SCALE);
  pango_font_description_set_weight (font, is_bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_layout_set_font_description (layout, font);
  pango_font_description_free (font);
  return layout;
}

static void
draw_layout (const Drawing *d, PangoLayout *layout, double x, double y, const double colour[3])
{
  cairo_set_source_rgb (d->cr, colour[0], colour[1], colour[2]);
  cairo_move_to (d->cr, x, y);
  pango_cairo_show_layout (d->cr, layout);
}

static gboolean
meets_line (const Drawing *d, const GArray *points, Box box)
{
  for (guint i = 0; i < points->len; i++) {
    const CzPricePoint *p = &g_array_index (points, CzPricePoint, i);
    double x = x_of (d, p->day), y = y_of (d, p->li);

    if (x >= box.x && x <= box.x + box.w && y >= box.y && y <= box.y + box.h)
      return TRUE;
  }
  return FALSE;
}

static int
count_collisions (const Drawing *d, Box box)
{
  int n = 0;

  if (box.x < d->plot.x || box.x + box.w > d->plot.x + d->plot.w || box.y < 0 || box.y + box.h > d->plot.y + d->plot.h)
    n += 10;
  for (int i = 0; i < d->n_taken; i++) {
    const Box *t = &d->taken[i];
    if (box.x < t->x + t->w && t->x < box.x + box.w && box.y < t->y + t->h && t->y < box.y + box.h)
      n += HIDES_ANOTHER;
  }
  return n + 2 * meets_line (d, d->years[0], box) + meets_line (d, d->years[1], box);
}

typedef struct {
  double mm;
  gboolean is_bold;
  gboolean is_needed; /* else it is left out where it would hide another */
  const double *colour;
} Look;

/* Writes text beside a point where it hides least: above, below, to the left, to the right. */
static void
place_label (Drawing *d, const char *text, CzPricePoint at, Look look)
{
  static const double offsets[][2] = { { -0.5, -1.4 }, { -0.5, 0.4 }, { -1.0, -1.4 }, { 0.0, -1.4 }, { -1.0, 0.4 },
                                       { 0.0, 0.4 }, { -1.15, -0.5 }, { 0.15, -0.5 }, { -0.5, -2.2 }, { -0.5, 1.2 },
                                       { -1.0, -2.2 }, { -1.0, 1.2 } };
  g_autoptr (PangoLayout) layout = make_layout (d, text, look.mm, look.is_bold);
  Box best = { 0 };
  int width, height, least = G_MAXINT;

  pango_layout_get_pixel_size (layout, &width, &height);
  for (gsize i = 0; i < G_N_ELEMENTS (offsets); i++) {
    Box box = { x_of (d, at.day) + offsets[i][0] * width, y_of (d, at.li) + offsets[i][1] * height, width, height };
    int n;

    box.x = CLAMP (box.x, d->plot.x, MAX (d->plot.x, d->plot.x + d->plot.w - width));
    n = count_collisions (d, box);
    if (n < least) {
      least = n;
      best = box;
    }
  }
  if (!look.is_needed && least >= HIDES_ANOTHER)
    return;
  /* A white seam keeps the words readable whatever line passes behind. */
  cairo_new_path (d->cr);
  cairo_move_to (d->cr, best.x, best.y);
  pango_cairo_layout_path (d->cr, layout);
  cairo_set_source_rgb (d->cr, 1, 1, 1);
  cairo_set_line_width (d->cr, cz_px (&d->chart->metrics, 1.2));
  cairo_stroke (d->cr);
  draw_layout (d, layout, best.x, best.y, look.colour);
  if (d->n_taken < MAX_LABELS)
    d->taken[d->n_taken++] = best;
}

static void
draw_line (const Drawing *d, const GArray *points, const double colour[3], double width_mm, gboolean is_dashed)
{
  double dash[2] = { cz_px (&d->chart->metrics, 2.2), cz_px (&d->chart->metrics, 1.8) };

  if (points->len == 0)
    return;
  cairo_set_source_rgb (d->cr, colour[0], colour[1], colour[2]);
  cairo_set_line_width (d->cr, MAX (2, cz_px (&d->chart->metrics, width_mm)));
  cairo_set_line_join (d->cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_cap (d->cr, is_dashed ? CAIRO_LINE_CAP_BUTT : CAIRO_LINE_CAP_ROUND);
  cairo_set_dash (d->cr, dash, is_dashed ? 2 : 0, 0);
  cairo_new_path (d->cr);
  for (guint i = 0; i < points->len; i++) {
    const CzPricePoint *p = &g_array_index (points, CzPricePoint, i);
    gboolean is_gap = i > 0 && p->day - g_array_index (points, CzPricePoint, i - 1).day > MAX_BRIDGE_DAYS;

    if (is_gap)
      cairo_move_to (d->cr, x_of (d, p->day), y_of (d, p->li));
    else
      cairo_line_to (d->cr, x_of (d, p->day), y_of (d, p->li));
  }
  cairo_stroke (d->cr);
  cairo_set_dash (d->cr, dash, 0, 0);
}

static void
draw_axes (Drawing *d)
{
  int year, month, mday;
  CzDay day = 0;
  double free_from = d->plot.x, free_up_to = G_MAXDOUBLE;

  cairo_set_line_width (d->cr, MAX (1, cz_px (&d->chart->metrics, 0.25)));
  for (int i = 0; i < d->ticks.count; i++) {
    gint64 li = d->ticks.first + i * d->ticks.step;
    g_autofree char *text = cz_words_price_li (&d->chart->headline, li);
    g_autoptr (PangoLayout) layout = make_layout (d, text, CZ_MM_QUIET, FALSE);
    double y = y_of (d, li);
    int width, height;

    cairo_set_source_rgb (d->cr, 0xD8 / 255.0, 0xCC / 255.0, 0xB4 / 255.0);
    cairo_move_to (d->cr, d->plot.x, y);
    cairo_line_to (d->cr, d->plot.x + d->plot.w, y);
    cairo_stroke (d->cr);
    pango_layout_get_pixel_size (layout, &width, &height);
    /* Where lines stand closer than figures are high, not each has its figure. */
    if (y + height / 2.0 > free_up_to)
      continue;
    draw_layout (d, layout, d->plot.x - width - cz_px (&d->chart->metrics, 1.8), y - height / 2.0, ink);
    free_up_to = y - height / 2.0;
  }
  cz_day_to_ymd (d->first, &year, &month, &mday);
  for (month = 1; month <= 12; month += 2) {
    g_autofree char *text = g_strdup_printf (C_("month number under a chart", "%d"), month);
    g_autoptr (PangoLayout) layout = make_layout (d, text, CZ_MM_QUIET, FALSE);
    double x = cz_day_from_ymd (year, month, 1, &day) ? x_of (d, day) : free_from;
    int width;

    pango_layout_get_pixel_size (layout, &width, NULL);
    if (x < free_from)
      continue;
    draw_layout (d, layout, x, d->plot.y + d->plot.h + cz_px (&d->chart->metrics, 1.4), ink);
    free_from = x + width + cz_px (&d->chart->metrics, 1.8);
  }
}

static const CzPricePoint *
at_share (const GArray *points, double share)
{
  return &g_array_index (points, CzPricePoint, (guint) ((points->len - 1) * share));
}

static void
draw_labels (Drawing *d)
{
  const CzQuoteInfo *headline = &d->chart->headline;
  CzPricePoint dot = { headline->day, headline->mid };
  g_autofree char *price = cz_words_price (headline);
  g_autofree char *day = cz_words_day (headline->day);
  g_autofree char *dot_text = headline->day == d->chart->today ? g_strdup_printf (_("today %s"), price)
                                                               : g_strdup_printf ("%s %s", day, price);
  CzRange range = cz_history_range ((const CzPricePoint *) (gpointer) d->years[0]->data, d->years[0]->len, d->first, d->first + 366);
  int year, this_year, month, mday;
  g_autofree char *this_name = NULL;
  g_autofree char *last_name = NULL;

  cz_day_to_ymd (headline->day, &year, &month, &mday);
  cz_day_to_ymd (d->chart->today, &this_year, &month, &mday);
  this_name = year == this_year ? g_strdup (_("this year")) : g_strdup_printf ("%d", year);
  last_name = year == this_year ? g_strdup (_("last year")) : g_strdup_printf ("%d", year - 1);
  place_label (d, dot_text, dot, (Look){ CZ_MM_BODY, TRUE, TRUE, ink });
  if (d->years[0]->len > 12)
    place_label (d, this_name, *at_share (d->years[0], 0.2), (Look){ CZ_MM_QUIET, TRUE, FALSE, accent });
  if (d->years[1]->len > 2)
    place_label (d, last_name, *at_share (d->years[1], d->years[1]->len > 200 ? 0.92 : 0.5), (Look){ CZ_MM_QUIET, FALSE, FALSE, quiet });
  if (range.n > 20 && range.low.li < range.high.li && ABS (range.low.day - headline->day) > 20) {
    g_autofree char *low = cz_words_price_li (headline, range.low.li);
    g_autofree char *text = g_strdup_printf (_("lowest %s"), low);
    place_label (d, text, range.low, (Look){ CZ_MM_QUIET, FALSE, FALSE, ink });
  }
}

static void
draw_dot (const Drawing *d)
{
  const CzQuoteInfo *headline = &d->chart->headline;

  cairo_set_source_rgb (d->cr, accent[0], accent[1], accent[2]);
  cairo_new_path (d->cr);
  cairo_arc (d->cr, x_of (d, headline->day), y_of (d, headline->mid), cz_px (&d->chart->metrics, 2.4), 0, 2 * G_PI);
  cairo_fill (d->cr);
}

/* Figures of one year, those of another moved so that they lie under it; thinned to the width. */
static GArray *
year_points (const CzChart *self, CzDay first, int days, int shift, guint columns)
{
  g_autoptr (GArray) moved = g_array_new (FALSE, FALSE, sizeof (CzPricePoint));

  for (guint i = 0; i < self->points->len; i++) {
    CzPricePoint p = g_array_index (self->points, CzPricePoint, i);

    p.day += shift;
    if (p.day >= first && p.day < first + days)
      g_array_append_val (moved, p);
  }
  return cz_history_decimate ((const CzPricePoint *) (gpointer) moved->data, moved->len, first, first + days - 1, columns);
}

static void
prepare (Drawing *d, int width, int height)
{
  CzChart *self = d->chart;
  const CzMetrics *m = &self->metrics;
  CzRange all;
  int year, month, mday;
  CzDay next = 0, before = 0;

  cz_day_to_ymd (self->headline.day, &year, &month, &mday);
  if (!cz_day_from_ymd (year, 1, 1, &d->first) || !cz_day_from_ymd (year + 1, 1, 1, &next) || !cz_day_from_ymd (year - 1, 1, 1, &before))
    return;
  d->days = next - d->first;
  all = cz_history_range ((const CzPricePoint *) (gpointer) self->points->data, self->points->len, before, next);
  if (all.n == 0)
    all.low.li = all.high.li = self->headline.mid;
  d->ticks = cz_ticks_make (MIN (all.low.li, self->headline.mid), MAX (all.high.li, self->headline.mid), TICKS_MAX);
  d->plot.x = cz_text_px (m, CZ_MM_QUIET) * 3.0;
  d->plot.y = cz_text_px (m, CZ_MM_BODY) * 1.1;
  d->plot.w = width - d->plot.x - cz_px (m, 6);
  d->plot.h = height - d->plot.y - cz_text_px (m, CZ_MM_QUIET) * 1.6;
  d->years[0] = year_points (self, d->first, d->days, 0, (guint) MAX (d->plot.w / 3, 10));
  d->years[1] = year_points (self, d->first, d->days, d->first - before, (guint) MAX (d->plot.w / 3, 10));
}

static GdkTexture *
draw_texture (CzChart *self, int width, int height)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width, height);
  Drawing d = { .chart = self, .cr = cairo_create (surface) };
  g_autoptr (GBytes) bytes = NULL;
  int stride = cairo_image_surface_get_stride (surface);
  GdkTexture *texture;

  prepare (&d, width, height);
  draw_axes (&d);
  draw_line (&d, d.years[1], pale, 0.9, TRUE);
  draw_line (&d, d.years[0], accent, 1.4, FALSE);
  draw_dot (&d);
  draw_labels (&d);
  cairo_surface_flush (surface);
  bytes = g_bytes_new (cairo_image_surface_get_data (surface), (gsize) stride * (gsize) height);
  texture = gdk_memory_texture_new (width, height, GDK_MEMORY_DEFAULT, bytes, (gsize) stride);
  g_array_unref (d.years[0]);
  g_array_unref (d.years[1]);
  cairo_destroy (d.cr);
  cairo_surface_destroy (surface);
  return texture;
}

static void
cz_chart_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  CzChart *self = CZ_CHART (widget);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);

  if (self->points == NULL || width < 10 || height < 10)
    return;
  if (self->texture != NULL && (gdk_texture_get_width (self->texture) != width || gdk_texture_get_height (self->texture) != height))
    g_clear_object (&self->texture);
  if (self->texture == NULL)
    self->texture = draw_texture (self, width, height);
  gtk_snapshot_append_texture (snapshot, self->texture, &GRAPHENE_RECT_INIT (0, 0, width, height));
}

static void
cz_chart_finalize (GObject *object)
{
  CzChart *self = CZ_CHART (object);

  g_clear_object (&self->texture);
  g_clear_pointer (&self->points, g_array_unref);
  G_OBJECT_CLASS (cz_chart_parent_class)->finalize (object);
}

static void
cz_chart_class_init (CzChartClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cz_chart_finalize;
  GTK_WIDGET_CLASS (klass)->snapshot = cz_chart_snapshot;
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "chart");
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
cz_chart_init (CzChart *self)
{
}

GtkWidget *
cz_chart_new (const CzMetrics *metrics)
{
  CzChart *self = g_object_new (CZ_TYPE_CHART, "hexpand", TRUE, "vexpand", TRUE, NULL);

  self->metrics = *metrics;
  return GTK_WIDGET (self);
}

void
cz_chart_set (CzChart *self, const CzQuoteInfo *headline, const GArray *points, CzDay today)
{
  g_clear_object (&self->texture);
  g_clear_pointer (&self->points, g_array_unref);
  self->headline = *headline;
  self->headline.market_name = NULL;
  self->headline.publisher = NULL;
  self->today = today;
  self->points = g_array_sized_new (FALSE, FALSE, sizeof (CzPricePoint), points->len);
  g_array_append_vals (self->points, points->data, points->len);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
