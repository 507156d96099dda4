/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "cz-ui"
#include "ui/prices/cz-trend-page.h"

#include "ui/common/cz-empty.h"
#include "ui/common/cz-fit-label.h"
#include "ui/prices/cz-chart.h"
#include "ui/prices/cz-price-words.h"

#include <glib/gi18n.h>

struct _CzTrendPage {
  CzPage parent_instance;
  gint64 product;
  CzProductItem *item;
  GArray *points; /* NULL while they are being gathered */
  GCancellable *cancellable;
  GtkWidget *title;
  GtkWidget *card;
  GtkWidget *chart;
  GtkWidget *empty;
};

G_DEFINE_FINAL_TYPE (CzTrendPage, cz_trend_page, CZ_TYPE_PAGE)

static const CzQuoteInfo *
headline (CzTrendPage *self)
{
  CzQuote *quote = self->item != NULL ? cz_product_item_headline (self->item) : NULL;

  return quote != NULL ? cz_quote_info (quote) : NULL;
}

static void
cz_trend_page_build (CzPage *page)
{
  CzTrendPage *self = CZ_TREND_PAGE (page);
  CzKiosk *kiosk = cz_page_kiosk (page);

  self->title = cz_fit_label_new (&kiosk->metrics, CZ_MM_TITLE, CZ_MM_QUIET, 0, TRUE);
  self->card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_add_css_class (self->card, "card");
  gtk_widget_set_vexpand (self->card, TRUE);
  self->chart = cz_chart_new (&kiosk->metrics);
  gtk_box_append (GTK_BOX (self->card), self->chart);
  self->empty = cz_empty_new (kiosk, "key-trend");
  gtk_box_append (GTK_BOX (page), self->title);
  gtk_box_append (GTK_BOX (page), self->card);
  gtk_box_append (GTK_BOX (page), self->empty);
}

static void
cz_trend_page_enter (CzPage *page, gint64 argument)
{
  CZ_TREND_PAGE (page)->product = argument;
}

static void
on_history (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  GArray *points = cz_catalog_history_finish (CZ_CATALOG (source), result, &error);
  CzTrendPage *self;
  CzKiosk *kiosk;
  g_autofree char *count = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self = data;
  kiosk = cz_page_kiosk (CZ_PAGE (self));
  if (points == NULL) {
    g_warning ("%s", error->message);
    return;
  }
  g_clear_pointer (&self->points, g_array_unref);
  self->points = points;
  cz_chart_set (CZ_CHART (self->chart), headline (self), points, cz_catalog_today (kiosk->catalog));
  count = g_strdup_printf ("%u", points->len);
  cz_log_event (kiosk->log, "history", "points", count, NULL);
}

static void
cz_trend_page_refresh (CzPage *page)
{
  CzTrendPage *self = CZ_TREND_PAGE (page);
  CzKiosk *kiosk = cz_page_kiosk (page);
  const CzQuoteInfo *info;
  g_autofree char *title = NULL;
  g_autoptr (GArray) none = g_array_new (FALSE, FALSE, sizeof (CzPricePoint));
  int year = 0, month, mday;
  CzDay from = 0;

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->item);
  self->item = cz_catalog_product (kiosk->catalog, self->product);
  info = headline (self);
  gtk_widget_set_visible (self->card, info != NULL);
  gtk_widget_set_visible (self->empty, info == NULL);
  cz_empty_set_text (self->empty, cz_empty_reason (kiosk, _("There is no price for this yet.")));
  title = g_strdup_printf (_("%s: the year"), self->item != NULL ? cz_product_item_info (self->item)->name : "");
  cz_fit_label_set_text (CZ_FIT_LABEL (self->title), title);
  if (info == NULL)
    return;
  cz_chart_set (CZ_CHART (self->chart), info, none, cz_catalog_today (kiosk->catalog));
  cz_day_to_ymd (info->day, &year, &month, &mday);
  if (!cz_day_from_ymd (year - 1, 1, 1, &from))
    from = info->day - 730;
  self->cancellable = g_cancellable_new ();
  cz_catalog_history_async (kiosk->catalog, info, from, info->day, self->cancellable, on_history, self);
}

static void
cz_trend_page_speak (CzPage *page, CzScript *script)
{
  CzTrendPage *self = CZ_TREND_PAGE (page);
  const CzQuoteInfo *info = headline (self);
  g_autofree char *price = NULL;
  g_autofree char *unit = NULL;
  g_autofree char *when = NULL;
  g_autofree char *words = NULL;

  if (info == NULL) {
    cz_script_add (script, self->empty, 0, cz_empty_get_text (self->empty));
    return;
  }
  price = cz_words_price (info);
  unit = cz_words_unit (info);
  when = cz_words_period (info, cz_catalog_today (cz_page_kiosk (page)->catalog));
  words = g_strdup_printf (_("%s. "), cz_fit_label_get_text (CZ_FIT_LABEL (self->title)));
  cz_script_add (script, self->title, 0, words);
  g_free (words);
  /* Translators: market, date, price, unit. */
  words = g_strdup_printf (_("The thick line is this year, the dashed one last year. The dot is %1$s, %2$s: %3$s %4$s."),
                           info->market_name, when, price, unit);
  cz_script_add (script, self->card, 0, words);
}

static char *
cz_trend_page_strip_note (CzPage *page)
{
  const CzQuoteInfo *info = headline (CZ_TREND_PAGE (page));
  g_autofree char *unit = info != NULL ? cz_words_unit (info) : NULL;
  g_autofree char *kind = info != NULL ? cz_words_kind_grade (info) : NULL;

  return info != NULL ? g_strdup_printf ("%s · %s · %s", unit, info->market_name, kind) : NULL;
}

static void
cz_trend_page_dispose (GObject *object)
{
  CzTrendPage *self = CZ_TREND_PAGE (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->item);
  g_clear_pointer (&self->points, g_array_unref);
  G_OBJECT_CLASS (cz_trend_page_parent_class)->dispose (object);
}

static void
cz_trend_page_class_init (CzTrendPageClass *klass)
{
  CzPageClass *page_class = CZ_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_trend_page_dispose;
  page_class->build = cz_trend_page_build;
  page_class->enter = cz_trend_page_enter;
  page_class->refresh = cz_trend_page_refresh;
  page_class->speak = cz_trend_page_speak;
  page_class->strip_note = cz_trend_page_strip_note;
}

static void
cz_trend_page_init (CzTrendPage *self)
{
}
