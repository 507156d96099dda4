/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/prices/cz-product-page.h"

#include "ui/common/cz-empty.h"
#include "ui/common/cz-fit-label.h"
#include "ui/common/cz-key.h"
#include "ui/prices/cz-market-row.h"
#include "ui/prices/cz-price-words.h"

#include <glib/gi18n.h>

/* Rows beside the answer on a wide screen (field study 3.7: 3 under a title). */
#define MAX_BESIDE 3

struct _CzProductPage {
  CzPage parent_instance;
  gint64 product;
  CzProductItem *item;
  GtkWidget *content;
  GtkWidget *empty;
  GtkWidget *picture;
  GtkWidget *name;
  GtkWidget *price_line;
  GtkWidget *price;
  GtkWidget *unit;
  GtkWidget *tag;
  GtkWidget *where;
  GtkWidget *change_line;
  GtkWidget *change;
  GtkWidget *against;
  GtkWidget *beside; /* NULL on a narrow screen */
  GtkWidget *beside_title;
  GtkWidget *rows;
  GtkWidget *trend_key;
  GtkWidget *markets_key;
};

G_DEFINE_FINAL_TYPE (CzProductPage, cz_product_page, CZ_TYPE_PAGE)

static void
on_trend (GtkWidget *key, gpointer data)
{
  cz_kiosk_go (cz_page_kiosk (data), CZ_PAGE_TREND, CZ_PRODUCT_PAGE (data)->product);
}

static void
on_markets (GtkWidget *key, gpointer data)
{
  cz_kiosk_go (cz_page_kiosk (data), CZ_PAGE_MARKETS, CZ_PRODUCT_PAGE (data)->product);
}

static GtkWidget *
build_name (CzProductPage *self, CzKiosk *kiosk)
{
  gboolean is_small = cz_metrics_is_small (&kiosk->metrics);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, cz_px (&kiosk->metrics, is_small ? CZ_MM_GAP : CZ_MM_MARGIN));

  self->picture = cz_picture_new (kiosk->pictures, cz_px (&kiosk->metrics, is_small ? 16 : 19));
  gtk_widget_add_css_class (self->picture, "rounded");
  gtk_widget_set_overflow (self->picture, GTK_OVERFLOW_HIDDEN);
  self->name = cz_fit_label_new (&kiosk->metrics, CZ_MM_TILE, CZ_MM_QUIET, 0, TRUE);
  gtk_widget_set_hexpand (self->name, TRUE);
  gtk_box_append (GTK_BOX (box), self->picture);
  gtk_box_append (GTK_BOX (box), self->name);
  return box;
}

static GtkWidget *
build_price (CzProductPage *self, CzKiosk *kiosk)
{
  gboolean is_small = cz_metrics_is_small (&kiosk->metrics);

  self->price_line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, cz_px (&kiosk->metrics, 1.5));
  /* The box places the line as the smallest size needs it; from below that leaves the larger one its height. */
  gtk_box_set_baseline_position (GTK_BOX (self->price_line), GTK_BASELINE_POSITION_BOTTOM);
  /* The figure is large enough for everybody: it does not grow with the reader's text. */
  self->price = cz_fit_label_new (&kiosk->metrics, (is_small ? CZ_MM_HEADLINE_SMALL : CZ_MM_HEADLINE) * 100 / kiosk->metrics.text_percent,
                                  CZ_MM_HEADLINE_LEAST, 0, TRUE);
  self->unit = cz_fit_label_new (&kiosk->metrics, CZ_MM_TITLE, CZ_MM_QUIET, 0, TRUE);
  self->tag = cz_fit_label_new (&kiosk->metrics, CZ_MM_QUIET, CZ_MM_QUIET, 0.5, TRUE);
  cz_fit_label_insist (CZ_FIT_LABEL (self->price), CZ_FIT_INSIST_LINE);
  cz_fit_label_insist (CZ_FIT_LABEL (self->unit), CZ_FIT_INSIST_LINE);
  gtk_widget_add_css_class (self->tag, "tag");
  gtk_widget_set_valign (self->tag, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (self->price, GTK_ALIGN_BASELINE);
  gtk_widget_set_valign (self->unit, GTK_ALIGN_BASELINE);
  gtk_box_append (GTK_BOX (self->price_line), self->price);
  gtk_box_append (GTK_BOX (self->price_line), self->unit);
  gtk_box_append (GTK_BOX (self->price_line), self->tag);
  gtk_widget_set_halign (self->price_line, GTK_ALIGN_START);
  return self->price_line;
}

/* On a narrow screen the two lines stand one above the other. */
static GtkWidget *
build_change (CzProductPage *self, CzKiosk *kiosk)
{
  gboolean is_narrow = cz_metrics_is_narrow (&kiosk->metrics);

  self->change_line = gtk_box_new (is_narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL,
                                   is_narrow ? 0 : cz_px (&kiosk->metrics, 2.6));
  self->change = cz_fit_label_new (&kiosk->metrics, is_narrow ? CZ_MM_BODY : CZ_MM_TITLE, CZ_MM_QUIET, 0, TRUE);
  self->against = cz_fit_label_new (&kiosk->metrics, CZ_MM_QUIET, CZ_MM_QUIET, 0, FALSE);
  cz_fit_label_insist (CZ_FIT_LABEL (self->against), CZ_FIT_INSIST_LINE);
  gtk_widget_add_css_class (self->against, "quiet");
  gtk_widget_set_valign (self->change_line, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (self->change_line), self->change);
  gtk_box_append (GTK_BOX (self->change_line), self->against);
  gtk_widget_set_halign (self->change_line, GTK_ALIGN_START);
  return self->change_line;
}

static GtkWidget *
build_keys (CzProductPage *self, CzKiosk *kiosk)
{
  gboolean is_narrow = cz_metrics_is_narrow (&kiosk->metrics);
  CzKeyLook trend = { "product-trend", "price-full", "key-trend", 9, C_("key", "Past year"), CZ_MM_BODY, !is_narrow, FALSE };
  CzKeyLook markets = { "product-markets", "price-edge", "key-where", 9, _("All markets"), CZ_MM_BODY, !is_narrow, FALSE };
  GtkWidget *box = gtk_box_new (is_narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL, cz_px (&kiosk->metrics, CZ_MM_GAP));

  gtk_box_set_homogeneous (GTK_BOX (box), TRUE);
  self->trend_key = cz_key_new_labelled (kiosk, &trend, on_trend, self);
  self->markets_key = cz_key_new_labelled (kiosk, &markets, on_markets, self);
  if (is_narrow)
    gtk_widget_set_size_request (box, cz_px (&kiosk->metrics, 44), -1);
  gtk_box_append (GTK_BOX (box), self->trend_key);
  gtk_box_append (GTK_BOX (box), self->markets_key);
  return box;
}

static GtkWidget *
build_beside (CzProductPage *self, CzKiosk *kiosk)
{
  self->beside = gtk_box_new (GTK_ORIENTATION_VERTICAL, cz_px (&kiosk->metrics, 2.4));
  self->beside_title = cz_fit_label_new (&kiosk->metrics, CZ_MM_QUIET, CZ_MM_QUIET, 0, FALSE);
  self->rows = gtk_box_new (GTK_ORIENTATION_VERTICAL, cz_px (&kiosk->metrics, 2.4));
  gtk_box_append (GTK_BOX (self->beside), self->beside_title);
  gtk_box_append (GTK_BOX (self->beside), self->rows);
  return self->beside;
}

/* The answer at the left; at the right the other markets with the keys below everything, or on a narrow screen the keys. */
static void
cz_product_page_build (CzPage *page)
{
  CzProductPage *self = CZ_PRODUCT_PAGE (page);
  CzKiosk *kiosk = cz_page_kiosk (page);
  const CzMetrics *metrics = &kiosk->metrics;
  gboolean is_narrow = cz_metrics_is_narrow (metrics);
  GtkWidget *answer = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *columns = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, cz_px (metrics, CZ_MM_GAP));
  GtkWidget *top = build_name (self, kiosk);

  gtk_box_append (GTK_BOX (answer), top);
  gtk_box_append (GTK_BOX (answer), build_price (self, kiosk));
  self->where = cz_fit_label_new (metrics, CZ_MM_QUIET, CZ_MM_QUIET, 0, FALSE);
  cz_fit_label_insist (CZ_FIT_LABEL (self->where), CZ_FIT_INSIST_TEXT);
  gtk_box_append (GTK_BOX (answer), self->where);
  gtk_box_append (GTK_BOX (is_narrow ? top : answer), build_change (self, kiosk));
  gtk_widget_set_hexpand (answer, TRUE);
  gtk_widget_set_vexpand (columns, TRUE);
  gtk_box_set_homogeneous (GTK_BOX (columns), !is_narrow);
  gtk_box_append (GTK_BOX (columns), answer);
  gtk_box_append (GTK_BOX (columns), is_narrow ? build_keys (self, kiosk) : build_beside (self, kiosk));
  self->content = gtk_box_new (GTK_ORIENTATION_VERTICAL, cz_px (metrics, CZ_MM_GAP));
  gtk_box_append (GTK_BOX (self->content), columns);
  if (!is_narrow)
    gtk_box_append (GTK_BOX (self->content), build_keys (self, kiosk));
  self->empty = cz_empty_new (kiosk, "tile-price");
  gtk_box_append (GTK_BOX (page), self->content);
  gtk_box_append (GTK_BOX (page), self->empty);
}

static void
cz_product_page_enter (CzPage *page, gint64 argument)
{
  CZ_PRODUCT_PAGE (page)->product = argument;
}

static const CzQuoteInfo *
headline (CzProductPage *self)
{
  CzQuote *quote = self->item != NULL ? cz_product_item_headline (self->item) : NULL;

  return quote != NULL ? cz_quote_info (quote) : NULL;
}

static void
show_change (CzProductPage *self, const CzQuoteInfo *info)
{
  /* In letters the amount is too long for the place beside the name. */
  gboolean is_short = !cz_words_are_chinese () && cz_metrics_is_narrow (&cz_page_kiosk (CZ_PAGE (self))->metrics);
  g_autofree char *words = cz_words_change (info, is_short);
  g_autofree char *marked = g_strdup_printf ("%s %s", cz_words_change_mark (info->change.sense), words);
  static const char *const classes[] = { "rise", "fall", "flat" };

  for (gsize i = 0; i < G_N_ELEMENTS (classes); i++)
    gtk_widget_remove_css_class (self->change, classes[i]);
  gtk_widget_add_css_class (self->change, cz_words_change_class (info->change.sense));
  cz_fit_label_set_text (CZ_FIT_LABEL (self->change), marked);
  cz_fit_label_set_text (CZ_FIT_LABEL (self->against), cz_words_against (info));
  gtk_widget_set_visible (self->change_line, info->change.sense != CZ_CHANGE_UNKNOWN && info->freshness != CZ_FRESH_GONE);
}

static void
show_headline (CzProductPage *self, const CzQuoteInfo *info)
{
  CzKiosk *kiosk = cz_page_kiosk (CZ_PAGE (self));
  g_autofree char *price = cz_words_price (info);
  g_autofree char *unit = cz_words_unit (info);
  g_autofree char *where = cz_price_words_where (info, cz_catalog_today (kiosk->catalog));
  g_autofree char *last = cz_price_words_last (info);
  g_autofree char *last_where = g_strdup_printf ("%s · %s", last, where);
  gboolean is_gone = info->freshness == CZ_FRESH_GONE;

  gtk_widget_set_visible (self->price, !is_gone);
  cz_fit_label_set_text (CZ_FIT_LABEL (self->price), price);
  cz_fit_label_set_text (CZ_FIT_LABEL (self->unit), is_gone ? cz_price_words_tag (info->freshness) : unit);
  cz_fit_label_set_text (CZ_FIT_LABEL (self->tag), cz_price_words_tag (info->freshness));
  gtk_widget_set_visible (self->tag, info->freshness != CZ_FRESH && !is_gone);
  if (info->freshness == CZ_FRESH_OLD)
    gtk_widget_add_css_class (self->price_line, "old");
  else
    gtk_widget_remove_css_class (self->price_line, "old");
  cz_fit_label_set_text (CZ_FIT_LABEL (self->where), is_gone ? last_where : where);
  show_change (self, info);
}

static void
show_beside (CzProductPage *self, const CzQuoteInfo *info)
{
  CzKiosk *kiosk = cz_page_kiosk (CZ_PAGE (self));
  g_autoptr (GListModel) quotes = cz_catalog_quotes (kiosk->catalog, self->product);
  guint n = g_list_model_get_n_items (quotes), shown = 0;
  g_autofree char *unit = cz_words_unit (info);
  g_autofree char *kind = cz_words_kind_grade (info);
  g_autofree char *title = g_strdup_printf (_("Other markets · %1$s · %2$s"), kind, unit);
  GtkWidget *old;

  gtk_widget_set_visible (self->markets_key, n > 1);
  if (self->beside == NULL)
    return;
  while ((old = gtk_widget_get_first_child (self->rows)) != NULL)
    gtk_box_remove (GTK_BOX (self->rows), old);
  for (guint i = 1; i < n && shown < MAX_BESIDE; i++) {
    g_autoptr (CzQuote) quote = g_list_model_get_item (quotes, i);
    const CzQuoteInfo *other = cz_quote_info (quote);

    if (!cz_quote_is_comparable (other, info) || (other->freshness == CZ_FRESH_GONE) != (info->freshness == CZ_FRESH_GONE))
      continue;
    gtk_box_append (GTK_BOX (self->rows), cz_market_row_new (kiosk, quote, FALSE));
    shown++;
  }
  cz_fit_label_set_text (CZ_FIT_LABEL (self->beside_title), shown > 0 ? title : "");
}

static void
cz_product_page_refresh (CzPage *page)
{
  CzProductPage *self = CZ_PRODUCT_PAGE (page);
  CzKiosk *kiosk = cz_page_kiosk (page);
  const CzQuoteInfo *info;

  g_clear_object (&self->item);
  self->item = cz_catalog_product (kiosk->catalog, self->product);
  info = headline (self);
  gtk_widget_set_visible (self->content, info != NULL);
  gtk_widget_set_visible (self->empty, info == NULL);
  cz_empty_set_text (self->empty, cz_empty_reason (kiosk, _("There is no price for this yet.")));
  if (info == NULL)
    return;
  cz_fit_label_set_text (CZ_FIT_LABEL (self->name), cz_product_item_info (self->item)->name);
  cz_picture_set (CZ_PICTURE (self->picture), cz_product_item_info (self->item)->picture,
                  cz_words_class_icon (cz_product_item_info (self->item)->product_class));
  show_headline (self, info);
  show_beside (self, info);
}

static void
cz_product_page_speak (CzPage *page, CzScript *script)
{
  CzProductPage *self = CZ_PRODUCT_PAGE (page);
  const CzQuoteInfo *info = headline (self);
  g_autofree char *name = NULL;
  g_autofree char *when = NULL;
  g_autofree char *price = NULL;
  g_autofree char *change = NULL;

  if (info == NULL) {
    cz_script_add (script, self->empty, 0, cz_empty_get_text (self->empty));
    return;
  }
  name = g_strdup_printf (_("%s, "), cz_product_item_info (self->item)->name);
  when = cz_price_words_say_when (info, cz_catalog_today (cz_page_kiosk (page)->catalog));
  price = cz_price_words_say_price (info);
  change = cz_price_words_say_change (info);
  cz_script_add (script, self->name, 0, name);
  cz_script_add (script, self->where, 0, when);
  cz_script_add (script, self->price_line, 0, price);
  cz_script_add (script, self->change_line, 0, change);
}

static void
cz_product_page_speak_entries (CzPage *page, CzScript *script)
{
  CzProductPage *self = CZ_PRODUCT_PAGE (page);
  g_autoptr (GListModel) quotes = NULL;
  GtkWidget *row;

  if (self->beside == NULL || headline (self) == NULL)
    return;
  quotes = cz_catalog_quotes (cz_page_kiosk (page)->catalog, self->product);
  row = gtk_widget_get_first_child (self->rows);
  for (guint i = 1; row != NULL && i < g_list_model_get_n_items (quotes); i++) {
    g_autoptr (CzQuote) quote = g_list_model_get_item (quotes, i);
    g_autofree char *words = NULL;

    if (!cz_quote_is_comparable (cz_quote_info (quote), headline (self)))
      continue;
    words = cz_market_row_words (cz_page_kiosk (page), quote, FALSE);
    cz_script_add (script, row, 0, words);
    row = gtk_widget_get_next_sibling (row);
  }
}

/* Who says so. */
static char *
cz_product_page_strip_note (CzPage *page)
{
  const CzQuoteInfo *info = headline (CZ_PRODUCT_PAGE (page));

  return info != NULL && info->publisher[0] != '\0' ? g_strdup_printf (_("From: %s"), info->publisher) : NULL;
}

static void
cz_product_page_dispose (GObject *object)
{
  g_clear_object (&CZ_PRODUCT_PAGE (object)->item);
  G_OBJECT_CLASS (cz_product_page_parent_class)->dispose (object);
}

static void
cz_product_page_class_init (CzProductPageClass *klass)
{
  CzPageClass *page_class = CZ_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_product_page_dispose;
  page_class->build = cz_product_page_build;
  page_class->enter = cz_product_page_enter;
  page_class->refresh = cz_product_page_refresh;
  page_class->speak = cz_product_page_speak;
  page_class->speak_entries = cz_product_page_speak_entries;
  page_class->strip_note = cz_product_page_strip_note;
}

static void
cz_product_page_init (CzProductPage *self)
{
}
