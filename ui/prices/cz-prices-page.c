/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/prices/cz-prices-page.h"

#include "ui/common/cz-empty.h"
#include "ui/common/cz-fit-label.h"
#include "ui/common/cz-words.h"
#include "ui/prices/cz-price-cell.h"

#include <glib/gi18n.h>

#define MAX_CELLS 9

/* How many cells a screen holds (field study 3.7), and whether classes stand above it or behind a key. */
typedef struct {
  int columns;
  int rows;
  gboolean has_chips;
  gboolean shows_change;
  double picture_mm;
} GridPlan;

struct _CzPricesPage {
  CzPage parent_instance;
  GridPlan plan;
  GtkWidget *chips;
  GtkWidget *grid;
  GtkWidget *empty;
  CzPriceCell *cells[MAX_CELLS];
  int n_cells;
  GtkWidget *left_key; /* 上一页, or 换一类 */
  GtkWidget *right_key; /* 下一页 */
  GtkWidget *left_note;
  GtkWidget *right_note;
  CzProductClass product_class;
  guint page;
  GListModel *products;
  GPtrArray *shown; /* CzProductItem of this page */
};

G_DEFINE_FINAL_TYPE (CzPricesPage, cz_prices_page, CZ_TYPE_PAGE)

static GridPlan
plan_grid (const CzMetrics *metrics)
{
  if (cz_metrics_is_small (metrics))
    return metrics->text_percent > 115 || !cz_words_are_chinese () ? (GridPlan){ 3, 2, FALSE, FALSE, 14 } : (GridPlan){ 4, 2, FALSE, FALSE, 12.5 };
  if (metrics->text_percent > 140)
    return (GridPlan){ 2, 3, FALSE, TRUE, 24 };
  if (metrics->text_percent > 115)
    return (GridPlan){ 2, 3, TRUE, TRUE, 20 };
  return (GridPlan){ 3, 3, TRUE, TRUE, 21.5 };
}

static guint
n_pages (CzPricesPage *self)
{
  guint n = self->products != NULL ? g_list_model_get_n_items (self->products) : 0;

  return n == 0 ? 1 : (n + (guint) self->n_cells - 1) / (guint) self->n_cells;
}

static void
show_class (CzPricesPage *self, CzProductClass product_class)
{
  CzKiosk *kiosk = cz_page_kiosk (CZ_PAGE (self));

  self->product_class = product_class;
  self->page = 0;
  cz_page_refresh (CZ_PAGE (self));
  kiosk->calls->strip_changed (kiosk->window);
  cz_log_event (kiosk->log, "grid", "class", cz_words_class (product_class), NULL);
  cz_page_say (CZ_PAGE (self));
}

static void
on_chip (GtkWidget *key, gpointer data)
{
  show_class (data, (CzProductClass) GPOINTER_TO_INT (g_object_get_data (G_OBJECT (key), "class")));
}

static void
turn (CzPricesPage *self, int by)
{
  CzKiosk *kiosk = cz_page_kiosk (CZ_PAGE (self));
  guint n = n_pages (self);
  g_autofree char *number = NULL;

  self->page = (guint) ((int) (self->page + n) + by) % n;
  cz_page_refresh (CZ_PAGE (self));
  kiosk->calls->strip_changed (kiosk->window);
  number = g_strdup_printf ("%u", self->page);
  cz_log_event (kiosk->log, "grid", "page", number, NULL);
  cz_page_say (CZ_PAGE (self));
}

static void
on_left (GtkWidget *key, gpointer data)
{
  CzPricesPage *self = data;
  guint classes = cz_catalog_classes (cz_page_kiosk (CZ_PAGE (self))->catalog);
  guint next = self->product_class;

  if (self->plan.has_chips) {
    turn (self, -1);
    return;
  }
  do
    next = next % CZ_CLASS_OTHER + 1;
  while (next != self->product_class && (classes & (1u << next)) == 0);
  show_class (self, (CzProductClass) next);
}

static void
on_right (GtkWidget *key, gpointer data)
{
  turn (data, 1);
}

static void
on_cell (GtkWidget *key, gpointer data)
{
  CzPricesPage *self = data;

  for (int i = 0; i < self->n_cells; i++)
    if (self->cells[i]->key == key)
      cz_kiosk_go (cz_page_kiosk (CZ_PAGE (self)), CZ_PAGE_PRODUCT, self->cells[i]->product);
}

static GtkWidget *
build_turn_key (CzPricesPage *self, const char *name, const char *text, GtkWidget **note, CzKeyFunc on_tap)
{
  CzKiosk *kiosk = cz_page_kiosk (CZ_PAGE (self));
  GtkWidget *key = cz_key_new (kiosk, name, "turn", on_tap, self);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *word = cz_fit_label_new (&kiosk->metrics, CZ_MM_BODY, CZ_MM_QUIET, 0.5, TRUE);

  *note = cz_fit_label_new (&kiosk->metrics, CZ_MM_QUIET, CZ_MM_QUIET, 0.5, FALSE);
  gtk_widget_add_css_class (*note, "quiet");
  cz_fit_label_set_text (CZ_FIT_LABEL (word), text);
  gtk_box_append (GTK_BOX (box), word);
  gtk_box_append (GTK_BOX (box), *note);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_button_set_child (GTK_BUTTON (key), box);
  cz_key_set_words (key, text);
  return key;
}

static void
build_grid (CzPricesPage *self)
{
  CzKiosk *kiosk = cz_page_kiosk (CZ_PAGE (self));
  int gap = cz_px (&kiosk->metrics, CZ_MM_GAP);
  int columns = self->plan.columns;

  self->grid = gtk_grid_new ();
  gtk_grid_set_row_homogeneous (GTK_GRID (self->grid), TRUE);
  gtk_grid_set_column_homogeneous (GTK_GRID (self->grid), TRUE);
  gtk_grid_set_row_spacing (GTK_GRID (self->grid), (guint) gap);
  gtk_grid_set_column_spacing (GTK_GRID (self->grid), (guint) gap);
  gtk_widget_set_vexpand (self->grid, TRUE);
  self->n_cells = columns * self->plan.rows - 2;
  for (int i = 0; i < self->n_cells; i++) {
    self->cells[i] = cz_price_cell_new (kiosk, cz_px (&kiosk->metrics, self->plan.picture_mm), self->plan.shows_change, on_cell, self);
    gtk_grid_attach (GTK_GRID (self->grid), self->cells[i]->key, i % columns, i / columns, 1, 1);
  }
  self->left_key = build_turn_key (self, self->plan.has_chips ? "grid-previous" : "grid-class",
                                   self->plan.has_chips ? _("Page before") : _("Other goods"), &self->left_note, on_left);
  self->right_key = build_turn_key (self, "grid-next", _("Next page"), &self->right_note, on_right);
  gtk_grid_attach (GTK_GRID (self->grid), self->left_key, columns - 2, self->plan.rows - 1, 1, 1);
  gtk_grid_attach (GTK_GRID (self->grid), self->right_key, columns - 1, self->plan.rows - 1, 1, 1);
}

static void
cz_prices_page_build (CzPage *page)
{
  CzPricesPage *self = CZ_PRICES_PAGE (page);
  CzKiosk *kiosk = cz_page_kiosk (page);

  self->plan = plan_grid (&kiosk->metrics);
  /* Names and changes take more room in letters than in characters. */
  if (!cz_words_are_chinese ())
    self->plan.picture_mm *= 0.8;
  self->chips = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, cz_px (&kiosk->metrics, CZ_MM_GAP));
  gtk_box_set_homogeneous (GTK_BOX (self->chips), TRUE);
  for (int c = CZ_CLASS_VEGETABLE; c <= CZ_CLASS_OTHER && self->plan.has_chips; c++) {
    g_autofree char *name = g_strdup_printf ("class-%d", c);
    CzKeyLook look = { name, "chip", NULL, 0, cz_words_class ((CzProductClass) c), CZ_MM_BODY, FALSE, FALSE };
    GtkWidget *chip = cz_key_new_labelled (kiosk, &look, on_chip, page);

    g_object_set_data (G_OBJECT (chip), "class", GINT_TO_POINTER (c));
    gtk_box_append (GTK_BOX (self->chips), chip);
  }
  gtk_widget_set_visible (self->chips, self->plan.has_chips);
  gtk_box_append (GTK_BOX (page), self->chips);
  build_grid (self);
  gtk_box_append (GTK_BOX (page), self->grid);
  self->empty = cz_empty_new (kiosk, "tile-price");
  gtk_box_append (GTK_BOX (page), self->empty);
}

static void
update_chips (CzPricesPage *self, guint classes)
{
  GtkWidget *chip = gtk_widget_get_first_child (self->chips);

  for (; chip != NULL; chip = gtk_widget_get_next_sibling (chip)) {
    guint c = (guint) GPOINTER_TO_INT (g_object_get_data (G_OBJECT (chip), "class"));

    gtk_widget_set_visible (chip, (classes & (1u << c)) != 0);
    if (c == (guint) self->product_class)
      gtk_widget_add_css_class (chip, "chosen");
    else
      gtk_widget_remove_css_class (chip, "chosen");
  }
}

/* The unit most of the page's figures share; it stands in the strip. */
static char *
common_unit (CzPricesPage *self)
{
  g_autofree char *first = NULL;

  for (guint i = 0; i < self->shown->len; i++) {
    CzQuote *quote = cz_product_item_headline (g_ptr_array_index (self->shown, i));
    g_autofree char *unit = NULL;

    if (quote == NULL || cz_quote_info (quote)->freshness == CZ_FRESH_GONE)
      continue;
    unit = cz_words_unit (cz_quote_info (quote));
    if (first == NULL || cz_quote_info (quote)->unit == CZ_UNIT_KG) {
      g_free (first);
      first = g_steal_pointer (&unit);
    }
  }
  return first != NULL ? g_steal_pointer (&first) : g_strdup ("");
}

static void
bind_cells (CzPricesPage *self)
{
  g_autofree char *unit = NULL;
  g_autofree char *here = g_strdup_printf (_("page %u"), self->page + 1);
  g_autofree char *all = g_strdup_printf (_("of %u"), n_pages (self));
  g_autofree char *both = g_strdup_printf (C_("page of pages", "%1$u/%2$u"), self->page + 1, n_pages (self));

  g_ptr_array_set_size (self->shown, 0);
  for (int i = 0; i < self->n_cells; i++) {
    gpointer item = g_list_model_get_item (self->products, self->page * (guint) self->n_cells + (guint) i);
    if (item != NULL)
      g_ptr_array_add (self->shown, item);
  }
  unit = common_unit (self);
  for (int i = 0; i < self->n_cells; i++) {
    gboolean is_filled = (guint) i < self->shown->len;

    if (is_filled)
      cz_price_cell_bind (self->cells[i], g_ptr_array_index (self->shown, (guint) i), unit);
    /* An empty place keeps its room so that nothing else moves. */
    gtk_widget_set_child_visible (self->cells[i]->key, is_filled);
    gtk_widget_set_sensitive (self->cells[i]->key, is_filled);
  }
  cz_fit_label_set_text (CZ_FIT_LABEL (self->left_note), self->plan.has_chips ? here : cz_words_class (self->product_class));
  cz_fit_label_set_text (CZ_FIT_LABEL (self->right_note), self->plan.has_chips ? all : both);
}

static void
cz_prices_page_refresh (CzPage *page)
{
  CzPricesPage *self = CZ_PRICES_PAGE (page);
  CzKiosk *kiosk = cz_page_kiosk (page);
  guint classes = cz_catalog_classes (kiosk->catalog);

  g_clear_object (&self->products);
  for (int c = CZ_CLASS_VEGETABLE; c <= CZ_CLASS_OTHER && (classes & (1u << self->product_class)) == 0; c++)
    self->product_class = (CzProductClass) c;
  self->products = cz_catalog_products (kiosk->catalog, self->product_class);
  self->page = MIN (self->page, n_pages (self) - 1);
  gtk_widget_set_visible (self->grid, classes != 0);
  gtk_widget_set_visible (self->chips, classes != 0 && self->plan.has_chips);
  gtk_widget_set_visible (self->empty, classes == 0);
  cz_empty_set_text (self->empty, cz_empty_reason (kiosk, _("The county has sent no prices yet.")));
  update_chips (self, classes);
  bind_cells (self);
}

static void
cz_prices_page_speak (CzPage *page, CzScript *script)
{
  CzPricesPage *self = CZ_PRICES_PAGE (page);
  g_autofree char *words = NULL;

  if (gtk_widget_get_visible (self->empty)) {
    cz_script_add (script, self->empty, 0, cz_empty_get_text (self->empty));
    return;
  }
  /* Translators: class of goods, number of the page. */
  words = self->page == 0 ? g_strdup_printf (_("%s. Touch what you want to know."), cz_words_class (self->product_class))
                          : g_strdup_printf (_("%1$s, page %2$u. Touch what you want to know."),
                                             cz_words_class (self->product_class), self->page + 1);
  cz_script_add (script, NULL, 0, words);
}

static void
cz_prices_page_speak_entries (CzPage *page, CzScript *script)
{
  CzPricesPage *self = CZ_PRICES_PAGE (page);

  for (guint i = 0; i < self->shown->len; i++) {
    g_autofree char *words = cz_price_cell_words (g_ptr_array_index (self->shown, i));
    cz_script_add (script, self->cells[i]->key, 0, words);
  }
}

/* Unit, and the market when all figures of the page come from one. */
static char *
cz_prices_page_strip_note (CzPage *page)
{
  CzPricesPage *self = CZ_PRICES_PAGE (page);
  g_autofree char *unit = common_unit (self);
  const CzQuoteInfo *first = NULL;
  gboolean is_one = TRUE;

  for (guint i = 0; i < self->shown->len; i++) {
    CzQuote *quote = cz_product_item_headline (g_ptr_array_index (self->shown, i));

    if (quote == NULL || cz_quote_info (quote)->freshness == CZ_FRESH_GONE)
      continue;
    if (first == NULL)
      first = cz_quote_info (quote);
    is_one = is_one && cz_quote_info (quote)->key.market == first->key.market && cz_quote_info (quote)->key.kind == first->key.kind;
  }
  if (first == NULL)
    return NULL;
  if (is_one && cz_metrics_is_small (&cz_page_kiosk (page)->metrics))
    return g_strdup_printf ("%s · %s", unit, first->market_name);
  if (is_one)
    return g_strdup_printf ("%s · %s · %s", unit, first->market_name, cz_words_kind (first->key.kind));
  return g_strdup_printf ("%s · %s", unit, _("nearest markets"));
}

static void
cz_prices_page_dispose (GObject *object)
{
  CzPricesPage *self = CZ_PRICES_PAGE (object);

  g_clear_object (&self->products);
  g_clear_pointer (&self->shown, g_ptr_array_unref);
  G_OBJECT_CLASS (cz_prices_page_parent_class)->dispose (object);
}

static void
cz_prices_page_class_init (CzPricesPageClass *klass)
{
  CzPageClass *page_class = CZ_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_prices_page_dispose;
  page_class->build = cz_prices_page_build;
  page_class->refresh = cz_prices_page_refresh;
  page_class->speak = cz_prices_page_speak;
  page_class->speak_entries = cz_prices_page_speak_entries;
  page_class->strip_note = cz_prices_page_strip_note;
}

static void
cz_prices_page_init (CzPricesPage *self)
{
  self->product_class = CZ_CLASS_VEGETABLE;
  self->shown = g_ptr_array_new_with_free_func (g_object_unref);
}
