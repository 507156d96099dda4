/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/prices/cz-price-cell.h"

#include "ui/common/cz-fit-label.h"
#include "ui/common/cz-words.h"

#include <glib/gi18n.h>

#define CELL_DATA "cz-price-cell"

CzPriceCell *
cz_price_cell_new (CzKiosk *kiosk, int picture_px, gboolean shows_change, CzKeyFunc on_tap, gpointer data)
{
  const CzMetrics *metrics = &kiosk->metrics;
  CzPriceCell *cell = g_new0 (CzPriceCell, 1);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, cz_px (metrics, 1.6));
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, cz_px (metrics, 1.8));

  cell->key = cz_key_new (kiosk, "product", NULL, on_tap, data);
  g_object_set_data_full (G_OBJECT (cell->key), CELL_DATA, cell, g_free);
  cell->picture = cz_picture_new (kiosk->pictures, picture_px);
  cell->name = cz_fit_label_new (metrics, CZ_MM_NAME, CZ_MM_QUIET, 0, TRUE);
  cell->price = cz_fit_label_new (metrics, CZ_MM_BODY, CZ_MM_QUIET, 0, FALSE);
  cell->change = cz_fit_label_new (metrics, CZ_MM_QUIET, CZ_MM_QUIET, 0, cz_words_are_chinese ());
  gtk_widget_set_visible (cell->change, shows_change);
  gtk_box_append (GTK_BOX (line), cell->price);
  gtk_box_append (GTK_BOX (line), cell->change);
  gtk_box_append (GTK_BOX (texts), cell->name);
  gtk_box_append (GTK_BOX (texts), line);
  gtk_widget_set_valign (texts, GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_widget_set_hexpand (cell->change, TRUE);
  gtk_box_append (GTK_BOX (box), cell->picture);
  gtk_box_append (GTK_BOX (box), texts);
  gtk_button_set_child (GTK_BUTTON (cell->key), box);
  gtk_widget_set_hexpand (cell->key, TRUE);
  gtk_widget_set_vexpand (cell->key, TRUE);
  return cell;
}

static void
show_change (CzPriceCell *cell, const CzQuoteInfo *info, const char *strip_unit)
{
  g_autofree char *unit = cz_words_unit (info);
  g_autofree char *change = cz_words_change (info, TRUE);
  g_autofree char *text = NULL;

  gtk_widget_remove_css_class (cell->change, "rise");
  gtk_widget_remove_css_class (cell->change, "fall");
  if (info->freshness == CZ_FRESH_OLD) {
    text = g_strdup (_("old price"));
  } else if (!g_str_equal (unit, strip_unit)) {
    text = g_steal_pointer (&unit);
  } else {
    gtk_widget_add_css_class (cell->change, cz_words_change_class (info->change.sense));
    text = info->change.sense == CZ_CHANGE_FLAT ? g_strdup (change)
                                                : g_strconcat (cz_words_change_mark (info->change.sense), change, NULL);
  }
  cz_fit_label_set_text (CZ_FIT_LABEL (cell->change), text);
}

static void
show_figure (CzPriceCell *cell, const CzQuoteInfo *info, const char *strip_unit)
{
  g_autofree char *price = info != NULL ? cz_words_price (info) : NULL;

  gtk_widget_remove_css_class (cell->key, "old");
  if (info == NULL || info->freshness == CZ_FRESH_GONE) {
    cz_fit_label_set_text (CZ_FIT_LABEL (cell->price), _("no new price"));
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
