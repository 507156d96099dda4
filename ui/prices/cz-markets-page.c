/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/prices/cz-markets-page.h"

#include "ui/common/cz-fit-label.h"
#include "ui/common/cz-frame.h"
#include "ui/common/cz-pager.h"
#include "ui/prices/cz-market-row.h"

#include <glib/gi18n.h>

struct _CzMarketsPage {
  CzPage parent_instance;
  gint64 product;
  GtkWidget *title;
  GtkWidget *pager;
  GListModel *quotes;
};

G_DEFINE_FINAL_TYPE (CzMarketsPage, cz_markets_page, CZ_TYPE_PAGE)

static void
cz_markets_page_build (CzPage *page)
{
  CzMarketsPage *self = CZ_MARKETS_PAGE (page);
  CzKiosk *kiosk = cz_page_kiosk (page);
  CzFrame frame;

  self->pager = cz_pager_new (kiosk);
  frame = cz_frame_build (page, cz_pager_keys_new (CZ_PAGER (self->pager), "price-full"));
  self->title = frame.title;
  gtk_box_append (GTK_BOX (frame.body), self->pager);
}

static void
cz_markets_page_enter (CzPage *page, gint64 argument)
{
  CZ_MARKETS_PAGE (page)->product = argument;
}

static void
cz_markets_page_refresh (CzPage *page)
{
  CzMarketsPage *self = CZ_MARKETS_PAGE (page);
  CzKiosk *kiosk = cz_page_kiosk (page);
  g_autoptr (CzProductItem) item = cz_catalog_product (kiosk->catalog, self->product);
  g_autofree char *title = g_strdup_printf (_("%s: all prices"), item != NULL ? cz_product_item_info (item)->name : "");

  g_clear_object (&self->quotes);
  self->quotes = cz_catalog_quotes (kiosk->catalog, self->product);
  cz_fit_label_set_text (CZ_FIT_LABEL (self->title), title);
  cz_pager_clear (CZ_PAGER (self->pager));
  for (guint i = 0; i < g_list_model_get_n_items (self->quotes); i++) {
    g_autoptr (CzQuote) quote = g_list_model_get_item (self->quotes, i);
    cz_pager_append (CZ_PAGER (self->pager), cz_market_row_new (kiosk, quote, TRUE));
  }
}

static void
cz_markets_page_speak (CzPage *page, CzScript *script)
{
  CzMarketsPage *self = CZ_MARKETS_PAGE (page);
  guint n = g_list_model_get_n_items (self->quotes);
  g_autofree char *words = g_strdup_printf (ngettext ("%1$s, %2$u price. ", "%1$s, %2$u prices. ", n),
                                            cz_fit_label_get_text (CZ_FIT_LABEL (self->title)), n);

  cz_script_add (script, self->title, 0, words);
}

static void
cz_markets_page_speak_entries (CzPage *page, CzScript *script)
{
  CzMarketsPage *self = CZ_MARKETS_PAGE (page);
  GtkWidget *row = gtk_widget_get_first_child (self->pager);

  for (guint i = 0; row != NULL; i++, row = gtk_widget_get_next_sibling (row)) {
    g_autoptr (CzQuote) quote = g_list_model_get_item (self->quotes, i);
    g_autofree char *words = cz_market_row_words (cz_page_kiosk (page), quote, TRUE);
    cz_script_add (script, row, 0, words);
  }
}

static void
cz_markets_page_mark (CzPage *page, const CzScriptPart *part, gboolean is_heard)
{
  if (is_heard && part->widget != NULL)
    cz_pager_reveal (CZ_PAGER (CZ_MARKETS_PAGE (page)->pager), part->widget);
  CZ_PAGE_CLASS (cz_markets_page_parent_class)->mark (page, part, is_heard);
}

static void
cz_markets_page_dispose (GObject *object)
{
  g_clear_object (&CZ_MARKETS_PAGE (object)->quotes);
  G_OBJECT_CLASS (cz_markets_page_parent_class)->dispose (object);
}

static void
cz_markets_page_class_init (CzMarketsPageClass *klass)
{
  CzPageClass *page_class = CZ_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_markets_page_dispose;
  page_class->build = cz_markets_page_build;
  page_class->enter = cz_markets_page_enter;
  page_class->refresh = cz_markets_page_refresh;
  page_class->speak = cz_markets_page_speak;
  page_class->speak_entries = cz_markets_page_speak_entries;
  page_class->mark = cz_markets_page_mark;
}

static void
cz_markets_page_init (CzMarketsPage *self)
{
}
