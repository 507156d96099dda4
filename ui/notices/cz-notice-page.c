/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/notices/cz-notice-page.h"

#include "app/catalog/cz-policy.h"
#include "ui/common/cz-article.h"
#include "ui/common/cz-empty.h"
#include "ui/common/cz-fit-label.h"
#include "ui/common/cz-frame.h"
#include "ui/common/cz-no-voice.h"
#include "ui/common/cz-words.h"

#include <glib/gi18n.h>

struct _CzNoticePage {
  CzPage parent_instance;
  gint64 id;
  CzNotice *notice;
  GListModel *paragraphs;
  GtkWidget *head;
  GtkWidget *title;
  GtkWidget *office;
  GtkWidget *no_voice; /* CzNoVoice */
  GtkWidget *article;
  GtkWidget *empty;
};

G_DEFINE_FINAL_TYPE (CzNoticePage, cz_notice_page, CZ_TYPE_PAGE)

static void
read_again (gpointer page)
{
  cz_page_refresh (page);
  cz_page_say_again (page);
}

static void
cz_notice_page_build (CzPage *page)
{
  CzNoticePage *self = CZ_NOTICE_PAGE (page);
  CzFrame frame;

  self->article = cz_article_new (page);
  frame = cz_frame_build (page, cz_article_keys_new (CZ_ARTICLE (self->article), "notice-full"));
  self->title = frame.title;
  self->office = frame.subtitle;
  self->head = frame.head;
  self->empty = cz_empty_new (cz_page_kiosk (page), "tile-notice");
  self->no_voice = cz_no_voice_new (cz_page_kiosk (page), read_again, page);
  cz_page_set_no_voice (page, self->no_voice);
  gtk_box_append (GTK_BOX (frame.body), self->no_voice);
  gtk_box_append (GTK_BOX (frame.body), self->article);
  gtk_box_append (GTK_BOX (frame.body), self->empty);
}

static void
cz_notice_page_enter (CzPage *page, gint64 argument)
{
  CZ_NOTICE_PAGE (page)->id = argument;
  cz_no_voice_forget (CZ_NO_VOICE (CZ_NOTICE_PAGE (page)->no_voice));
}

static char *
office_words (const CzNoticeInfo *info, CzDay today)
{
  g_autofree char *from = info->from != 0 ? cz_words_full_day (info->from) : NULL;
  g_autofree char *to = info->to != 0 ? cz_words_day_near (info->to, today) : NULL;
  g_autofree char *until = to != NULL ? g_strdup_printf (_("until %s"), to) : NULL;
  GString *line = g_string_new (info->office);

  if (from != NULL)
    g_string_append_printf (line, "%s%s", line->len > 0 ? " · " : "", from);
  if (until != NULL)
    g_string_append_printf (line, "%s%s", line->len > 0 ? " · " : "", until);
  return g_string_free (line, FALSE);
}

static void
cz_notice_page_refresh (CzPage *page)
{
  CzNoticePage *self = CZ_NOTICE_PAGE (page);
  CzKiosk *kiosk = cz_page_kiosk (page);
  g_autofree char *office = NULL;

  g_clear_object (&self->notice);
  g_clear_object (&self->paragraphs);
  self->notice = cz_catalog_notice (kiosk->catalog, self->id);
  gtk_widget_set_visible (self->head, self->notice != NULL);
  gtk_widget_set_visible (self->article, self->notice != NULL);
  gtk_widget_set_visible (self->empty, self->notice == NULL);
  cz_empty_set_text (self->empty, cz_empty_reason (kiosk, _("This notice is no longer here.")));
  cz_no_voice_set (CZ_NO_VOICE (self->no_voice), self->notice != NULL ? cz_notice_info (self->notice)->lang : "",
                   self->notice != NULL ? cz_notice_info (self->notice)->text : "");
  if (self->notice == NULL)
    return;
  office = office_words (cz_notice_info (self->notice), cz_catalog_today (kiosk->catalog));
  cz_fit_label_set_text (CZ_FIT_LABEL (self->title), cz_notice_info (self->notice)->title);
  cz_fit_label_set_text (CZ_FIT_LABEL (self->office), office);
  self->paragraphs = cz_paragraphs_new (cz_notice_info (self->notice)->text);
  cz_article_set (CZ_ARTICLE (self->article), self->paragraphs);
}

/* A narrow screen has no room for the office under the title. */
static char *
cz_notice_page_strip_note (CzPage *page)
{
  CzNoticePage *self = CZ_NOTICE_PAGE (page);

  if (self->notice == NULL || !cz_metrics_is_narrow (&cz_page_kiosk (page)->metrics))
    return NULL;
  return g_strdup (cz_notice_info (self->notice)->office);
}

/* A notice is short: it is read whole. */
static void
cz_notice_page_speak (CzPage *page, CzScript *script)
{
  CzNoticePage *self = CZ_NOTICE_PAGE (page);
  g_autofree char *title = NULL;

  if (self->notice == NULL) {
    cz_script_add (script, self->empty, 0, cz_empty_get_text (self->empty));
    return;
  }
  title = g_strdup_printf (_("%s. "), cz_notice_info (self->notice)->title);
  cz_script_add (script, self->title, 0, title);
  for (guint i = 0; i < g_list_model_get_n_items (self->paragraphs); i++) {
    g_autoptr (CzParagraph) paragraph = g_list_model_get_item (self->paragraphs, i);
    g_autofree char *text = g_strconcat (cz_paragraph_text (paragraph), "\n", NULL);
    cz_script_add (script, NULL, i, text);
  }
}

static void
cz_notice_page_mark (CzPage *page, const CzScriptPart *part, gboolean is_heard)
{
  if (part->widget == NULL)
    cz_article_mark (CZ_ARTICLE (CZ_NOTICE_PAGE (page)->article), part, is_heard);
  else
    CZ_PAGE_CLASS (cz_notice_page_parent_class)->mark (page, part, is_heard);
}

static void
cz_notice_page_dispose (GObject *object)
{
  CzNoticePage *self = CZ_NOTICE_PAGE (object);

  g_clear_object (&self->notice);
  g_clear_object (&self->paragraphs);
  G_OBJECT_CLASS (cz_notice_page_parent_class)->dispose (object);
}

static void
cz_notice_page_class_init (CzNoticePageClass *klass)
{
  CzPageClass *page_class = CZ_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_notice_page_dispose;
  page_class->build = cz_notice_page_build;
  page_class->enter = cz_notice_page_enter;
  page_class->refresh = cz_notice_page_refresh;
  page_class->speak = cz_notice_page_speak;
  page_class->mark = cz_notice_page_mark;
  page_class->strip_note = cz_notice_page_strip_note;
}

static void
cz_notice_page_init (CzNoticePage *self)
{
}
