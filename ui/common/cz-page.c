/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/common/cz-page.h"

#include "ui/common/cz-no-voice.h"

typedef struct {
  CzKiosk *kiosk;
  GtkWidget *no_voice; /* CzNoVoice, a child, or NULL */
} CzPagePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (CzPage, cz_page, GTK_TYPE_BOX)

static void
cz_page_real_mark (CzPage *page, const CzScriptPart *part, gboolean is_heard)
{
  if (part->widget == NULL)
    return;
  if (is_heard)
    gtk_widget_add_css_class (part->widget, "speaking");
  else
    gtk_widget_remove_css_class (part->widget, "speaking");
}

static void
cz_page_class_init (CzPageClass *klass)
{
  klass->mark = cz_page_real_mark;
}

static void
cz_page_init (CzPage *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
}

CzPage *
cz_page_new (GType type, CzKiosk *kiosk)
{
  CzPage *page = g_object_new (type, "hexpand", TRUE, "vexpand", TRUE, "spacing", cz_px (&kiosk->metrics, CZ_MM_GAP), NULL);
  CzPagePrivate *priv = cz_page_get_instance_private (page);

  priv->kiosk = kiosk;
  gtk_widget_add_css_class (GTK_WIDGET (page), "page");
  CZ_PAGE_GET_CLASS (page)->build (page);
  return page;
}

CzKiosk *
cz_page_kiosk (CzPage *page)
{
  CzPagePrivate *priv = cz_page_get_instance_private (page);

  return priv->kiosk;
}

void
cz_page_enter (CzPage *page, gint64 argument)
{
  CzPageClass *klass = CZ_PAGE_GET_CLASS (page);

  if (klass->enter != NULL)
    klass->enter (page, argument);
  cz_page_refresh (page);
}

void
cz_page_refresh (CzPage *page)
{
  CzPageClass *klass = CZ_PAGE_GET_CLASS (page);

  if (klass->refresh != NULL)
    klass->refresh (page);
}

char *
cz_page_strip_note (CzPage *page)
{
  CzPageClass *klass = CZ_PAGE_GET_CLASS (page);

  return klass->strip_note != NULL ? klass->strip_note (page) : NULL;
}

static void
mark_part (gpointer data, const CzScriptPart *part, gboolean is_heard)
{
  CZ_PAGE_GET_CLASS (data)->mark (CZ_PAGE (data), part, is_heard);
}

void
cz_page_say_script (CzPage *page, CzScript *script)
{
  CzPagePrivate *priv = cz_page_get_instance_private (page);

  if (priv->no_voice != NULL)
    script = cz_no_voice_filter (CZ_NO_VOICE (priv->no_voice), script);
  cz_narrator_say (priv->kiosk->narrator, script, mark_part, page);
}

void
cz_page_set_no_voice (CzPage *page, GtkWidget *no_voice)
{
  CzPagePrivate *priv = cz_page_get_instance_private (page);

  priv->no_voice = no_voice;
}

static void
say (CzPage *page, void (*speak) (CzPage *page, CzScript *script))
{
  CzPageClass *klass = CZ_PAGE_GET_CLASS (page);
  CzScript *script = cz_script_new ();

  speak (page, script);
  if (cz_page_kiosk (page)->reads_along && klass->speak_entries != NULL)
    klass->speak_entries (page, script);
  cz_page_say_script (page, script);
}

void
cz_page_say (CzPage *page)
{
  say (page, CZ_PAGE_GET_CLASS (page)->speak);
}

void
cz_page_say_again (CzPage *page)
{
  CzPageClass *klass = CZ_PAGE_GET_CLASS (page);

  say (page, klass->speak_again != NULL ? klass->speak_again : klass->speak);
}
