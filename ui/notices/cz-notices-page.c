/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/notices/cz-notices-page.h"

#include "ui/common/cz-empty.h"
#include "ui/common/cz-fit-label.h"
#include "ui/common/cz-key.h"
#include "ui/common/cz-text-list.h"
#include "ui/common/cz-words.h"

#include <glib/gi18n.h>

struct _CzNoticesPage {
  CzPage parent_instance;
  GtkWidget *list; /* CzTextList */
  GtkWidget *empty;
  GListModel *notices;
};

G_DEFINE_FINAL_TYPE (CzNoticesPage, cz_notices_page, CZ_TYPE_PAGE)

static void
on_chosen (gint64 id, gpointer data)
{
  cz_kiosk_go (cz_page_kiosk (data), CZ_PAGE_NOTICE, id);
}

/* The list asks for a row at a time, when the page shows it. */
static void
describe (guint position, CzTextRow *row, gpointer data)
{
  CzNoticesPage *self = data;
  CzDay today = cz_catalog_today (cz_page_kiosk (CZ_PAGE (self))->catalog);
  g_autoptr (CzNotice) notice = g_list_model_get_item (self->notices, position);
  const CzNoticeInfo *info = cz_notice_info (notice);
  g_autofree char *from = cz_words_day_near (info->from, today);

  row->id = info->id;
  row->title = g_strdup (info->title);
  row->detail = g_strdup (info->text);
  row->note = info->from != 0 ? g_strdup_printf (_("of %s"), from) : g_strdup ("");
}

static void
cz_notices_page_build (CzPage *page)
{
  CzNoticesPage *self = CZ_NOTICES_PAGE (page);
  CzKiosk *kiosk = cz_page_kiosk (page);
  CzTextListCalls calls = { "notice", "notice-full", describe, on_chosen, page };

  self->list = cz_text_list_new (kiosk, _("Notices"), &calls);
  self->empty = cz_empty_new (kiosk, "tile-notice");
  gtk_box_append (GTK_BOX (page), self->list);
  gtk_box_append (GTK_BOX (page), self->empty);
}

static void
cz_notices_page_refresh (CzPage *page)
{
  CzNoticesPage *self = CZ_NOTICES_PAGE (page);
  CzKiosk *kiosk = cz_page_kiosk (page);
  guint n;

  g_clear_object (&self->notices);
  self->notices = cz_catalog_notices (kiosk->catalog);
  n = g_list_model_get_n_items (self->notices);
  cz_text_list_set_count (CZ_TEXT_LIST (self->list), n);
  gtk_widget_set_visible (self->list, n > 0);
  gtk_widget_set_visible (self->empty, n == 0);
  cz_empty_set_text (self->empty, cz_empty_reason (kiosk, _("There is no notice today.")));
}

static void
cz_notices_page_speak (CzPage *page, CzScript *script)
{
  CzNoticesPage *self = CZ_NOTICES_PAGE (page);
  guint n = g_list_model_get_n_items (self->notices);
  g_autofree char *words = g_strdup_printf (ngettext ("There is %u notice. Touch one to hear it. ",
                                                      "There are %u notices. Touch one to hear it. ", n), n);

  if (n == 0)
    cz_script_add (script, self->empty, 0, cz_empty_get_text (self->empty));
  else
    cz_script_add (script, cz_text_list_title (CZ_TEXT_LIST (self->list)), 0, words);
}

static void
cz_notices_page_speak_entries (CzPage *page, CzScript *script)
{
  cz_text_list_speak (CZ_TEXT_LIST (CZ_NOTICES_PAGE (page)->list), script);
}

static void
cz_notices_page_dispose (GObject *object)
{
  g_clear_object (&CZ_NOTICES_PAGE (object)->notices);
  G_OBJECT_CLASS (cz_notices_page_parent_class)->dispose (object);
}

static void
cz_notices_page_class_init (CzNoticesPageClass *klass)
{
  CzPageClass *page_class = CZ_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_notices_page_dispose;
  page_class->build = cz_notices_page_build;
  page_class->refresh = cz_notices_page_refresh;
  page_class->speak = cz_notices_page_speak;
  page_class->speak_entries = cz_notices_page_speak_entries;
}

static void
cz_notices_page_init (CzNoticesPage *self)
{
}
