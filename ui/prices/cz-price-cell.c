/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/prices/cz-price-cell.h"

#include "ui/common/cz-fit-label.h"
#include "ui/common/cz-words.h"

#include <glib/gi18n.h>

#define CELL_DATA "cz-price-cell"

/* The picture has its own width unless the words need more at their smallest: a row of cells looks even, and no price is broken. */
static int
picture_width (GtkWidget *box, int width)
{
  int least, wanted, words;

  gtk_widget_measure (gtk_widget_get_first_child (box), GTK_ORIENTATION_HORIZONTAL, -1, &least, &wanted, NULL, NULL);
  gtk_widget_measure (gtk_widget_get_last_child (box), GTK_ORIENTATION_HORIZONTAL, -1, &words, NULL, NULL, NULL);
  return CLAMP (width - words, least, wanted);
}

static void
measure_cell (GtkWidget *box, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline,
              int *natural_baseline)
{
  GtkWidget *picture = gtk_widget_get_first_child (box), *texts = gtk_widget_get_last_child (box);
  int picture_least, picture_wanted, least, wanted;
  int width = orientation == GTK_ORIENTATION_VERTICAL && for_size >= 0 ? MAX (0, for_size - picture_width (box, for_size)) : -1;

  gtk_widget_measure (picture, orientation, -1, &picture_least, &picture_wanted, NULL, NULL);
  gtk_widget_measure (texts, orientation, width, &least, &wanted, NULL, NULL);
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? picture_least + least : MAX (picture_least, least);
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? picture_wanted + wanted : MAX (picture_wanted, wanted);
}

static void
allocate_cell (GtkWidget *box, int width, int height, int baseline)
{
  int left = picture_width (box, width);
  GtkAllocation picture = { 0, 0, left, height }, texts = { left, 0, width - left, height };

  gtk_widget_size_allocate (gtk_widget_get_first_child (box), &picture, -1);
  gtk_widget_size_allocate (gtk_widget_get_last_child (box), &texts, -1);
}

static GtkSizeRequestMode
request_mode (GtkWidget *box)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

CzPriceCell *
cz_price_cell_new (CzKiosk *kiosk, int picture_px, gboolean shows_change, CzKeyFunc on_tap, gpointer data)
{
  const CzMetrics *metrics = &kiosk->metrics;
  CzPriceCell *cell = g_new0 (CzPriceCell, 1);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, cz_px (metrics, 1.6));
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  cell->key = cz_key_new (kiosk, "product", NULL, on_tap, data);
  g_object_set_data_full (G_OBJECT (cell->key), CELL_DATA, cell, g_free);
  cell->picture = cz_picture_new (kiosk->pictures, picture_px);
  cell->name = cz_fit_label_new (metrics, CZ_MM_NAME, CZ_MM_QUIET, 0, TRUE);
  cell->price = cz_fit_label_new (metrics, CZ_MM_BODY, CZ_MM_QUIET, 0, FALSE);
  cell->change = cz_fit_label_new (metrics, CZ_MM_QUIET, CZ_MM_QUIET, 0, cz_words_are_chinese ());
  cz_fit_label_insist (CZ_FIT_LABEL (cell->name), CZ_FIT_INSIST_TWO);
  cz_picture_may_shrink (CZ_PICTURE (cell->picture));
  gtk_widget_set_visible (cell->change, shows_change);
  gtk_box_append (GTK_BOX (line), cell->price);
  gtk_box_append (GTK_BOX (line), cell->change);
  gtk_box_append (GTK_BOX (texts), cell->name);
  gtk_box_append (GTK_BOX (texts), line);
  gtk_widget_set_valign (texts, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_start (texts, cz_px (metrics, 1.8));
  /* Beside a change every pixel is needed. */
  gtk_widget_set_margin_end (texts, shows_change ? 0 : cz_px (metrics, 1));
  gtk_widget_set_hexpand (cell->change, TRUE);
  gtk_box_append (GTK_BOX (box), cell->picture);
  gtk_box_append (GTK_BOX (box), texts);
  gtk_widget_set_layout_manager (box, gtk_custom_layout_new (request_mode, measure_cell, allocate_cell));
  gtk_button_set_child (GTK_BUTTON (cell->key), box);
  gtk_widget_set_hexpand (cell->key, TRUE);
  gtk_widget_set_vexpand (cell->key, TRUE);
  return cell;
}

static void
show_change (CzPriceCell *cell, const CzQuoteInfo *info, const char *strip_unit)
{
  g_autofree char *unit = cz_words_unit (info);
  /* In letters the arrow must do without its word, and the unit without its money. */
  gboolean has_sense = info->change.sense == CZ_CHANGE_UP || info->change.sense == CZ_CHANGE_DOWN;
  g_autofree char *change = !cz_words_are_chinese () && has_sense ? cz_words_amount (info, TRUE) : cz_words_change (info, TRUE);
  g_autofree char *text = NULL;

  gtk_widget_remove_css_class (cell->change, "rise");
  gtk_widget_remove_css_class (cell->change, "fall");
  if (info->freshness == CZ_FRESH_OLD) {
    text = g_strdup (_("old price"));
  } else if (!g_str_equal (unit, strip_unit)) {
    const char *per = cz_words_are_chinese () ? NULL : strchr (unit, '/');
    text = g_strdup (per != NULL ? per : unit);
  } else {
    gtk_widget_add_css_class (cell->change, cz_words_change_class (info->change.sense));
    text = info->change.sense == CZ_CHANGE_FLAT ? g_strdup (change) : g_strconcat (cz_words_change_mark (info->change.sense), change, NULL);
  }
  cz_fit_label_set_text (CZ_FIT_LABEL (cell->change), text);
}

static void
show_figure (CzPriceCell *cell, const CzQuoteInfo *info, const char *strip_unit)
{
  g_autofree char *price = info != NULL ? cz_words_price (info) : NULL;

  gtk_widget_remove_css_class (cell->key, "old");
  if (info == NULL || info->freshness == CZ_FRESH_GONE) {
    /* Translators: in the place of a price in the grid, where little fits. */
    cz_fit_label_set_text (CZ_FIT_LABEL (cell->price), C_("grid", "no price"));
    cz_fit_label_set_text (CZ_FIT_LABEL (cell->change), "");
    return;
  }
  if (info->freshness == CZ_FRESH_OLD)
    gtk_widget_add_css_class (cell->key, "old");
  cz_fit_label_set_text (CZ_FIT_LABEL (cell->price), price);
  show_change (cell, info, strip_unit);
}

char *
cz_price_cell_words (CzProductItem *item)
{
  CzQuote *quote = cz_product_item_headline (item);
  const CzQuoteInfo *info = quote != NULL ? cz_quote_info (quote) : NULL;
  const char *name = cz_product_item_info (item)->name;
  g_autofree char *price = NULL;
  g_autofree char *unit = NULL;

  if (info == NULL || info->freshness == CZ_FRESH_GONE)
    /* Translators: name of a product. */
    return g_strdup_printf (_("%s, no new price. "), name);
  price = cz_words_price (info);
  unit = cz_words_unit (info);
  /* Translators: product, price, unit. */
  return g_strdup_printf (_("%1$s, %2$s %3$s. "), name, price, unit);
}

void
cz_price_cell_bind (CzPriceCell *cell, CzProductItem *item, const char *strip_unit)
{
  const CzProductInfo *product = cz_product_item_info (item);
  CzQuote *quote = cz_product_item_headline (item);
  g_autofree char *name = g_strdup_printf ("product-%" G_GINT64_FORMAT, product->id);
  g_autofree char *words = cz_price_cell_words (item);

  cell->product = product->id;
  cz_key_set_name (cell->key, name);
  cz_key_set_words (cell->key, words);
  cz_picture_set (CZ_PICTURE (cell->picture), product->picture, cz_words_class_icon (product->product_class));
  cz_fit_label_set_text (CZ_FIT_LABEL (cell->name), product->name);
  show_figure (cell, quote != NULL ? cz_quote_info (quote) : NULL, strip_unit);
}
