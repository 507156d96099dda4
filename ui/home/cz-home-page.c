/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/home/cz-home-page.h"

#include "ui/common/cz-empty.h"
#include "ui/cz-agent-link.h"
#include "ui/common/cz-fit-label.h"
#include "ui/common/cz-key.h"

#include <glib/gi18n.h>

struct _CzHomePage {
  CzPage parent_instance;
  GtkWidget *notice; /* what is missing, while nothing has come */
  GtkWidget *notice_label;
  GtkWidget *tiles; /* grid */
};

G_DEFINE_FINAL_TYPE (CzHomePage, cz_home_page, CZ_TYPE_PAGE)

/* The places are fixed; further tiles take theirs when their pages exist. */
static const struct {
  CzPageId page;
  const char *name, *css_class, *icon, *text;
} tiles[] = {
  { CZ_PAGE_PRICES, "tile-prices", "tile-price", "tile-price", N_("Prices") },
  { CZ_PAGE_POLICIES, "tile-policies", "tile-policy", "tile-policy", N_("Policies") },
  { CZ_PAGE_NOTICES, "tile-notices", "tile-notice", "tile-notice", N_("Notices") },
};

static void
on_tile (GtkWidget *key, gpointer data)
{
  CzPage *page = data;

  for (gsize i = 0; i < G_N_ELEMENTS (tiles); i++)
    if (g_str_equal (tiles[i].name, cz_key_get_name (key)))
      cz_kiosk_go (cz_page_kiosk (page), tiles[i].page, 0);
}

static GtkWidget *
build_notice (CzHomePage *self, const CzMetrics *metrics)
{
  self->notice_label = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->notice_label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->notice_label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (self->notice_label), 0);
  gtk_widget_add_css_class (self->notice_label, "warning");
  gtk_widget_add_css_class (self->notice_label, "plain");
  return self->notice_label;
}

static void
cz_home_page_build (CzPage *page)
{
  CzHomePage *self = CZ_HOME_PAGE (page);
  CzKiosk *kiosk = cz_page_kiosk (page);
  const CzMetrics *metrics = &kiosk->metrics;
  int gap = cz_px (metrics, CZ_MM_GAP);

  self->notice = build_notice (self, metrics);
  gtk_widget_set_visible (self->notice, FALSE);
  gtk_box_append (GTK_BOX (page), self->notice);
  self->tiles = gtk_grid_new ();
  gtk_grid_set_row_homogeneous (GTK_GRID (self->tiles), TRUE);
  gtk_grid_set_column_homogeneous (GTK_GRID (self->tiles), TRUE);
  gtk_grid_set_row_spacing (GTK_GRID (self->tiles), (guint) gap);
  gtk_grid_set_column_spacing (GTK_GRID (self->tiles), (guint) gap);
  for (gsize i = 0; i < G_N_ELEMENTS (tiles); i++) {
    CzKeyLook look = { tiles[i].name, "tile", tiles[i].icon, cz_metrics_is_small (metrics) ? 24 : 34, _(tiles[i].text),
                       CZ_MM_TILE * 1.25, FALSE, FALSE };
    GtkWidget *tile = cz_key_new_labelled (kiosk, &look, on_tile, page);

    gtk_widget_add_css_class (tile, tiles[i].css_class);
    gtk_widget_set_hexpand (tile, TRUE);
    gtk_widget_set_vexpand (tile, TRUE);
    gtk_grid_attach (GTK_GRID (self->tiles), tile, (int) i, 0, 1, 1);
  }
  gtk_widget_set_vexpand (self->tiles, TRUE);
  gtk_box_append (GTK_BOX (page), self->tiles);
}

/* What a farmer must know before she trusts a price here; NULL: nothing. */
static const char *
warning (CzKiosk *kiosk)
{
  const char *trouble = kiosk->agent != NULL ? cz_agent_link_trouble (kiosk->agent) : NULL;

  if (!cz_catalog_is_ready (kiosk->catalog))
    return cz_empty_reason (kiosk, "");
  if (g_strcmp0 (trouble, "revoked") == 0)
    return _("The county's news has been stopped for now. Prices here may be old: ask before you sell.");
  if (g_strcmp0 (trouble, "late") == 0)
    return _("Newer prices exist but have not come here yet.");
  return NULL;
}

static void
cz_home_page_refresh (CzPage *page)
{
  CzHomePage *self = CZ_HOME_PAGE (page);
  const char *words = warning (cz_page_kiosk (page));

  gtk_label_set_text (GTK_LABEL (self->notice_label), words != NULL ? words : "");
  gtk_widget_set_visible (self->notice, words != NULL);
}

static void
cz_home_page_speak (CzPage *page, CzScript *script)
{
  CzHomePage *self = CZ_HOME_PAGE (page);
  CzKiosk *kiosk = cz_page_kiosk (page);
  const char *words = warning (kiosk);

  cz_script_add (script, NULL, 0, _("This is the first page. "));
  if (words != NULL)
    cz_script_add (script, self->notice, 0, words);
  if (cz_catalog_is_ready (kiosk->catalog))
    cz_script_add (script, NULL, 0, _("Touch what you have come for."));
}

static void
cz_home_page_speak_entries (CzPage *page, CzScript *script)
{
  CzHomePage *self = CZ_HOME_PAGE (page);
  GtkWidget *tile = gtk_widget_get_first_child (self->tiles);

  for (; tile != NULL; tile = gtk_widget_get_next_sibling (tile)) {
    g_autofree char *words = g_strdup_printf (_("%s. "), cz_key_get_words (tile));
    cz_script_add (script, tile, 0, words);
  }
}

/* The invented county says so on its first page. */
static char *
cz_home_page_strip_note (CzPage *page)
{
  g_autoptr (CzPublisher) publisher = cz_catalog_publisher (cz_page_kiosk (page)->catalog, -1);

  return publisher != NULL && publisher->remark[0] != '\0' ? g_strdup (publisher->remark) : NULL;
}

static void
cz_home_page_class_init (CzHomePageClass *klass)
{
  CzPageClass *page_class = CZ_PAGE_CLASS (klass);

  page_class->build = cz_home_page_build;
  page_class->refresh = cz_home_page_refresh;
  page_class->speak = cz_home_page_speak;
  page_class->speak_entries = cz_home_page_speak_entries;
  page_class->strip_note = cz_home_page_strip_note;
}

static void
cz_home_page_init (CzHomePage *self)
{
}
