/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/prices/cz-market-row.h"

#include "ui/common/cz-fit-label.h"
#include "ui/prices/cz-price-words.h"

#include <glib/gi18n.h>

static char *
detail_words (CzKiosk *kiosk, const CzQuoteInfo *info, gboolean with_kind)
{
  CzDay today = cz_catalog_today (kiosk->catalog);
  g_autofree char *row = cz_price_words_row (info, today);
  g_autofree char *kind = cz_words_kind_grade (info);
  /* Beside a headline that says so itself, the full date and the hatching are enough. */
  const char *tag = !with_kind && info->freshness == CZ_FRESH_GONE ? "" : cz_price_words_tag (info->freshness);
  g_autofree char *tagged = tag[0] != '\0' ? g_strdup_printf ("%s · %s", tag, row) : g_strdup (row);

  return with_kind ? g_strdup_printf ("%s · %s", kind, tagged) : g_steal_pointer (&tagged);
}

/* "省里说 0.46": the same figure from farther channels. */
static void
append_others (GtkWidget *texts, CzKiosk *kiosk, CzQuote *quote)
{
  GListModel *others = cz_quote_others (quote);
  guint n = others != NULL ? g_list_model_get_n_items (others) : 0;

  for (guint i = 0; i < n; i++) {
    g_autoptr (CzQuote) other = g_list_model_get_item (others, i);
    const CzQuoteInfo *info = cz_quote_info (other);
    g_autofree char *price = cz_words_price (info);
    /* Translators: another publisher and the price it gives. */
    g_autofree char *words = g_strdup_printf (_("%1$s says %2$s"), info->publisher, price);
    GtkWidget *label = cz_fit_label_new (&kiosk->metrics, CZ_MM_QUIET, CZ_MM_QUIET, 0, FALSE);

    gtk_widget_add_css_class (label, "quiet");
    cz_fit_label_set_text (CZ_FIT_LABEL (label), words);
    gtk_box_append (GTK_BOX (texts), label);
  }
}

char *
cz_market_row_words (CzKiosk *kiosk, CzQuote *quote, gboolean with_kind)
{
  const CzQuoteInfo *info = cz_quote_info (quote);
  g_autofree char *price = cz_words_price (info);
  g_autofree char *unit = cz_words_unit (info);
  g_autofree char *detail = detail_words (kiosk, info, with_kind);
  g_autofree char *clean = g_strdelimit (g_strdup (detail), "\n", ' ');

  /* Translators: market, distance and day, price, unit. */
  return g_strdup_printf (_("%1$s, %2$s, %3$s %4$s. "), info->market_name, clean, price, unit);
}

GtkWidget *
cz_market_row_new (CzKiosk *kiosk, CzQuote *quote, gboolean with_kind)
{
  const CzMetrics *metrics = &kiosk->metrics;
  const CzQuoteInfo *info = cz_quote_info (quote);
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, cz_px (metrics, CZ_MM_GAP));
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *name = cz_fit_label_new (metrics, CZ_MM_BODY, CZ_MM_QUIET, 0, FALSE);
  GtkWidget *detail = cz_fit_label_new (metrics, CZ_MM_QUIET, CZ_MM_QUIET, 0, FALSE);
  GtkWidget *price = cz_fit_label_new (metrics, CZ_MM_TITLE, CZ_MM_BODY, 1, TRUE);
  g_autofree char *figure = cz_words_price (info);
  g_autofree char *unit = cz_words_unit (info);
  g_autofree char *both = g_strdup_printf ("%s %s", figure, unit);
  g_autofree char *words = detail_words (kiosk, info, with_kind);

  cz_fit_label_set_text (CZ_FIT_LABEL (name), info->market_name);
  /* A small screen writes the unit below. */
  if (with_kind && cz_metrics_is_small (metrics)) {
    char *with_unit = g_strdup_printf ("%s · %s", unit, words);
    g_free (words);
    words = with_unit;
  }
  cz_fit_label_set_text (CZ_FIT_LABEL (price), with_kind && !cz_metrics_is_small (metrics) ? both : figure);
  cz_fit_label_set_text (CZ_FIT_LABEL (detail), words);
  cz_fit_label_insist (CZ_FIT_LABEL (detail), CZ_FIT_INSIST_TWO);
  gtk_widget_add_css_class (detail, "quiet");
  gtk_widget_add_css_class (row, "card");
  gtk_widget_add_css_class (row, "row");
  if (info->freshness >= CZ_FRESH_OLD)
    gtk_widget_add_css_class (row, "old");
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_widget_set_valign (texts, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (texts), name);
  gtk_box_append (GTK_BOX (texts), detail);
  append_others (texts, kiosk, quote);
  gtk_box_append (GTK_BOX (row), texts);
  gtk_box_append (GTK_BOX (row), price);
  return row;
}
