/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/common/cz-pager.h"

#include "ui/common/cz-fit-label.h"
#include "ui/common/cz-key.h"

#include <glib/gi18n.h>

enum { SIGNAL_TURNED, N_SIGNALS };
static guint signals[N_SIGNALS];

struct _CzPager {
  GtkWidget parent_instance;
  CzKiosk *kiosk;
  guint page;
  guint n_pages;
  guint announced_page; /* what "turned" was last emitted for */
  guint announced_n;
  guint announce_id;
  GtkWidget *revealing; /* row whose page is wanted at the next layout */
};

G_DEFINE_FINAL_TYPE (CzPager, cz_pager, GTK_TYPE_WIDGET)

/* What it wishes for, no more than a page where it can do with less. */
static int
row_height (GtkWidget *row, int width, int page_height)
{
  int minimum, natural;

  gtk_widget_measure (row, GTK_ORIENTATION_VERTICAL, width, &minimum, &natural, NULL, NULL);
  return MAX (minimum, MIN (natural, page_height));
}

static void
cz_pager_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                  int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = 0;
  for (GtkWidget *row = gtk_widget_get_first_child (widget); row != NULL; row = gtk_widget_get_next_sibling (row)) {
    int row_minimum, row_natural;

    gtk_widget_measure (row, orientation, for_size, &row_minimum, &row_natural, NULL, NULL);
    /* In height nothing is asked for: what does not fit goes to the next page. */
    *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? MAX (*minimum, row_minimum) : 0;
    *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? MAX (*natural, row_natural) : 0;
  }
}

static gboolean
on_announce (gpointer data)
{
  CzPager *self = data;

  self->announce_id = 0;
  self->announced_page = self->page;
  self->announced_n = self->n_pages;
  g_signal_emit (self, signals[SIGNAL_TURNED], 0);
  return G_SOURCE_REMOVE;
}

static void
announce (CzPager *self)
{
  if ((self->announced_page != self->page || self->announced_n != self->n_pages) && self->announce_id == 0)
    self->announce_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, on_announce, self, NULL);
}

/* Fills pages[] with the page of each row; returns the number of pages. */
static guint
assign_pages (CzPager *self, int width, int height, GArray *pages, GArray *heights)
{
  int gap = cz_px (&self->kiosk->metrics, CZ_MM_GAP);
  guint page = 0;
  int used = 0;

  for (GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self)); row != NULL; row = gtk_widget_get_next_sibling (row)) {
    int needed = row_height (row, width, height);

    if (used > 0 && used + gap + needed > height) {
      page++;
      used = 0;
    }
    used += (used > 0 ? gap : 0) + needed;
    g_array_append_val (pages, page);
    g_array_append_val (heights, needed);
  }
  return page + 1;
}

/* What each row of the page gets of the room left over. */
static int
share_rest (CzPager *self, const GArray *pages, const GArray *heights, int height)
{
  int gap = cz_px (&self->kiosk->metrics, CZ_MM_GAP), used = 0, n = 0, least = G_MAXINT;

  for (guint i = 0; i < pages->len; i++) {
    int needed = g_array_index (heights, int, i);

    if (g_array_index (pages, guint, i) != self->page)
      continue;
    used += needed + (n > 0 ? gap : 0);
    least = MIN (least, needed);
    n++;
  }
  return n == 0 ? 0 : CLAMP ((height - used) / n, 0, least / 3);
}

static void
find_page (CzPager *self, const GArray *pages)
{
  guint i = 0;

  if (self->revealing != NULL)
    for (GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self)); row != NULL; row = gtk_widget_get_next_sibling (row), i++)
      if (row == self->revealing)
        self->page = g_array_index (pages, guint, i);
  self->revealing = NULL;
  self->page = MIN (self->page, self->n_pages - 1);
}

static void
cz_pager_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  CzPager *self = CZ_PAGER (widget);
  g_autoptr (GArray) pages = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GArray) heights = g_array_new (FALSE, FALSE, sizeof (int));
  int gap = cz_px (&self->kiosk->metrics, CZ_MM_GAP), y = 0, extra;
  guint i = 0;

  self->n_pages = assign_pages (self, width, height, pages, heights);
  find_page (self, pages);
  extra = share_rest (self, pages, heights, height);
  for (GtkWidget *row = gtk_widget_get_first_child (widget); row != NULL; row = gtk_widget_get_next_sibling (row), i++) {
    gboolean is_here = g_array_index (pages, guint, i) == self->page;
    int tall = g_array_index (heights, int, i) + extra;

    gtk_widget_set_child_visible (row, is_here);
    if (!is_here)
      continue;
    gtk_widget_size_allocate (row, &(GtkAllocation){ 0, y, width, tall }, -1);
    y += tall + gap;
  }
  announce (self);
}

static void
cz_pager_dispose (GObject *object)
{
  CzPager *self = CZ_PAGER (object);

  g_clear_handle_id (&self->announce_id, g_source_remove);
  cz_pager_clear (self);
  G_OBJECT_CLASS (cz_pager_parent_class)->dispose (object);
}

static void
cz_pager_class_init (CzPagerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_pager_dispose;
  widget_class->measure = cz_pager_measure;
  widget_class->size_allocate = cz_pager_size_allocate;
  signals[SIGNAL_TURNED] = g_signal_new ("turned", CZ_TYPE_PAGER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_css_name (widget_class, "pager");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LIST);
}

static void
cz_pager_init (CzPager *self)
{
  self->n_pages = 1;
  gtk_widget_set_vexpand (GTK_WIDGET (self), TRUE);
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

GtkWidget *
cz_pager_new (CzKiosk *kiosk)
{
  CzPager *self = g_object_new (CZ_TYPE_PAGER, NULL);

  self->kiosk = kiosk;
  return GTK_WIDGET (self);
}

void
cz_pager_clear (CzPager *self)
{
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (row);
  self->revealing = NULL;
}

void
cz_pager_append (CzPager *self, GtkWidget *row)
{
  gtk_widget_set_parent (row, GTK_WIDGET (self));
}

guint
cz_pager_n_pages (CzPager *self)
{
  return self->n_pages;
}

guint
cz_pager_page (CzPager *self)
{
  return self->page;
}

void
cz_pager_turn (CzPager *self, int by)
{
  self->page = (guint) ((int) (self->page + self->n_pages) + by) % self->n_pages;
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

void
cz_pager_reveal (CzPager *self, GtkWidget *row)
{
  if (gtk_widget_get_parent (row) != GTK_WIDGET (self) || gtk_widget_get_child_visible (row))
    return;
  self->revealing = row;
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

/* --- the keys --- */

static void
on_previous (GtkWidget *key, gpointer data)
{
  cz_pager_turn (data, -1);
}

static void
on_next (GtkWidget *key, gpointer data)
{
  cz_pager_turn (data, 1);
}

#define KEYS_DATA "cz-pager-keys"

typedef struct {
  GtkWidget *previous;
  GtkWidget *next;
  GtkWidget *number;
} PagerKeys;

static void
on_turned (CzPager *pager, gpointer data)
{
  const PagerKeys *keys = g_object_get_data (data, KEYS_DATA);
  g_autofree char *number = g_strdup_printf (C_("page of pages", "%1$u/%2$u"), pager->page + 1, pager->n_pages);
  gboolean has_more = pager->n_pages > 1;

  cz_fit_label_set_text (CZ_FIT_LABEL (keys->number), number);
  gtk_widget_set_visible (keys->previous, has_more);
  gtk_widget_set_visible (keys->next, has_more);
}

static GtkWidget *
page_key (CzKiosk *kiosk, const char *css_class, GtkWidget *number, CzKeyFunc on_tap, CzPager *pager)
{
  const CzMetrics *metrics = &kiosk->metrics;
  gboolean is_next = number != NULL;
  GtkWidget *key = cz_key_new (kiosk, is_next ? "page-next" : "page-previous", css_class, on_tap, pager);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *word = cz_fit_label_new (metrics, CZ_MM_BODY, CZ_MM_QUIET, 0.5, TRUE);

  gtk_widget_set_size_request (key, cz_px (metrics, cz_metrics_is_small (metrics) ? 34 : 36), cz_px (metrics, CZ_MM_KEY));
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  cz_fit_label_set_text (CZ_FIT_LABEL (word), is_next ? _("Next page") : _("Page before"));
  gtk_box_append (GTK_BOX (box), word);
  if (is_next)
    gtk_box_append (GTK_BOX (box), number);
  gtk_button_set_child (GTK_BUTTON (key), box);
  cz_key_set_words (key, is_next ? _("Next page") : _("Page before"));
  gtk_widget_set_visible (key, FALSE);
  return key;
}

GtkWidget *
cz_pager_keys_new (CzPager *pager, const char *css_class)
{
  CzKiosk *kiosk = pager->kiosk;
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, cz_px (&kiosk->metrics, CZ_MM_GAP));
  PagerKeys *keys = g_new0 (PagerKeys, 1);

  keys->number = cz_fit_label_new (&kiosk->metrics, CZ_MM_QUIET, CZ_MM_QUIET, 0.5, FALSE);
  keys->previous = page_key (kiosk, css_class, NULL, on_previous, pager);
  keys->next = page_key (kiosk, css_class, keys->number, on_next, pager);
  gtk_box_append (GTK_BOX (box), keys->previous);
  gtk_box_append (GTK_BOX (box), keys->next);
  gtk_widget_set_valign (box, GTK_ALIGN_START);
  g_object_set_data_full (G_OBJECT (box), KEYS_DATA, keys, g_free);
  g_signal_connect_object (pager, "turned", G_CALLBACK (on_turned), box, 0);
  return box;
}
