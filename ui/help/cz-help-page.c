/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/help/cz-help-page.h"

#include "ui/common/cz-fit-label.h"
#include "ui/common/cz-icon.h"

#include <glib/gi18n.h>

struct _CzHelpPage {
  CzPage parent_instance;
  GtkWidget *operator_card;
  GtkWidget *operator_text;
  GtkWidget *hotline_card;
  GtkWidget *hotline_name;
  GtkWidget *hotline;
};

G_DEFINE_FINAL_TYPE (CzHelpPage, cz_help_page, CZ_TYPE_PAGE)

static GtkWidget *
build_card (const CzMetrics *metrics, const char *icon, GtkWidget **texts)
{
  GtkWidget *card = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, cz_px (metrics, CZ_MM_MARGIN));
  GtkWidget *drawing = cz_icon_new (icon, cz_px (metrics, cz_metrics_is_small (metrics) ? 16 : 26));

  *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, cz_px (metrics, 1));
  gtk_widget_add_css_class (card, "card");
  gtk_widget_add_css_class (card, "row");
  gtk_widget_set_valign (*texts, GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (*texts, TRUE);
  gtk_widget_set_vexpand (card, TRUE);
  gtk_box_append (GTK_BOX (card), drawing);
  gtk_box_append (GTK_BOX (card), *texts);
  return card;
}

static GtkWidget *
fit (const CzMetrics *metrics, double mm, double min_mm, gboolean bold)
{
  return cz_fit_label_new (metrics, mm, min_mm, 0, bold);
}

static void
cz_help_page_build (CzPage *page)
{
  CzHelpPage *self = CZ_HELP_PAGE (page);
  CzKiosk *kiosk = cz_page_kiosk (page);
  const CzMetrics *metrics = &kiosk->metrics;
  GtkWidget *texts;
  GtkWidget *title;

  self->operator_card = build_card (metrics, "bar-help", &texts);
  title = fit (metrics, CZ_MM_TITLE, CZ_MM_QUIET, TRUE);
  cz_fit_label_set_text (CZ_FIT_LABEL (title), _("Ask the person who runs the station"));
  self->operator_text = fit (metrics, CZ_MM_BODY, CZ_MM_QUIET, FALSE);
  cz_fit_label_set_text (CZ_FIT_LABEL (self->operator_text), _("He or she shows you how it goes and writes down for you what you want to ask."));
  gtk_box_append (GTK_BOX (texts), title);
  gtk_box_append (GTK_BOX (texts), self->operator_text);
  gtk_box_append (GTK_BOX (page), self->operator_card);

  self->hotline_card = build_card (metrics, "tile-ask", &texts);
  self->hotline_name = fit (metrics, CZ_MM_BODY, CZ_MM_QUIET, TRUE);
  self->hotline = fit (metrics, CZ_MM_TILE * 1.6, CZ_MM_BODY, TRUE);
  gtk_box_append (GTK_BOX (texts), self->hotline_name);
  gtk_box_append (GTK_BOX (texts), self->hotline);
  gtk_box_append (GTK_BOX (page), self->hotline_card);
}

static void
cz_help_page_refresh (CzPage *page)
{
  CzHelpPage *self = CZ_HELP_PAGE (page);
  g_autoptr (CzPublisher) publisher = cz_catalog_publisher (cz_page_kiosk (page)->catalog, -1);
  gboolean has_hotline = publisher != NULL && publisher->hotline[0] != '\0';
  g_autofree char *name = NULL;

  gtk_widget_set_visible (self->hotline_card, has_hotline);
  if (!has_hotline)
    return;
  name = g_strdup_printf (_("Telephone of %s"), publisher->name);
  cz_fit_label_set_text (CZ_FIT_LABEL (self->hotline_name), name);
  cz_fit_label_set_text (CZ_FIT_LABEL (self->hotline), publisher->hotline);
}

static void
cz_help_page_speak (CzPage *page, CzScript *script)
{
  CzHelpPage *self = CZ_HELP_PAGE (page);
  g_autofree char *words = NULL;

  cz_script_add (script, self->operator_card, 0, _("Ask the person who runs the station. "));
  if (!gtk_widget_get_visible (self->hotline_card))
    return;
  /* Translators: "Telephone of …", the number. */
  words = g_strdup_printf (_("%1$s: %2$s."), cz_fit_label_get_text (CZ_FIT_LABEL (self->hotline_name)),
                           cz_fit_label_get_text (CZ_FIT_LABEL (self->hotline)));
  cz_script_add (script, self->hotline_card, 0, words);
}

static void
cz_help_page_class_init (CzHelpPageClass *klass)
{
  CzPageClass *page_class = CZ_PAGE_CLASS (klass);

  page_class->build = cz_help_page_build;
  page_class->refresh = cz_help_page_refresh;
  page_class->speak = cz_help_page_speak;
}

static void
cz_help_page_init (CzHelpPage *self)
{
}
