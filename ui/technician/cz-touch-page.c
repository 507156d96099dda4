/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/technician/cz-touch-page.h"

#include "ui/common/cz-fit-label.h"
#include "ui/common/cz-key.h"
#include "ui/technician/cz-findings-store.h"

#include <glib/gi18n.h>
#include <string.h>

#define N_DOTS 5
#define DOT_NAME "dot-"

struct _CzTouchPage {
  CzPage parent_instance;
  GtkWidget *dots[N_DOTS];
  guint hit; /* a bit a dot */
};

G_DEFINE_FINAL_TYPE (CzTouchPage, cz_touch_page, CZ_TYPE_PAGE)

static void
show (CzTouchPage *self)
{
  for (int i = 0; i < N_DOTS; i++) {
    if ((self->hit >> i & 1u) != 0)
      gtk_widget_add_css_class (self->dots[i], "set-full");
    else
      gtk_widget_remove_css_class (self->dots[i], "set-full");
  }
}

/* Which one is not hit by the finger on it is seen at once; the technician leaves by 返回. */
static void
on_dot (GtkWidget *key, gpointer data)
{
  CzTouchPage *self = data;
  CzKiosk *kiosk = cz_page_kiosk (data);

  self->hit |= 1u << (cz_key_get_name (key)[strlen (DOT_NAME)] - '1');
  show (self);
  kiosk->touch_is_good = self->hit == (1u << N_DOTS) - 1;
  if (kiosk->findings != NULL) {
    kiosk->findings->parts[CZ_PART_TOUCH].state = kiosk->touch_is_good ? CZ_FINDING_GOOD : CZ_FINDING_FAULT;
    kiosk->findings->parts[CZ_PART_TOUCH].code = kiosk->touch_is_good ? 0 : 1201;
  }
  if (kiosk->touch_is_good)
    kiosk->calls->back (kiosk->window);
}

static void
cz_touch_page_build (CzPage *page)
{
  static const struct {
    int column, row;
  } places[N_DOTS] = { { 0, 0 }, { 2, 0 }, { 1, 1 }, { 0, 2 }, { 2, 2 } };
  CzTouchPage *self = CZ_TOUCH_PAGE (page);
  CzKiosk *kiosk = cz_page_kiosk (page);
  GtkWidget *overlay = gtk_overlay_new ();

  /* The middle one shares its height with nobody, so that three rows of 20 mm fit a small screen. */
  gtk_overlay_set_child (GTK_OVERLAY (overlay), gtk_box_new (GTK_ORIENTATION_VERTICAL, 0));
  gtk_widget_set_vexpand (overlay, TRUE);
  for (int i = 0; i < N_DOTS; i++) {
    static const GtkAlign aligns[] = { GTK_ALIGN_START, GTK_ALIGN_CENTER, GTK_ALIGN_END };
    g_autofree char *name = g_strdup_printf (DOT_NAME "%d", i + 1);
    CzKeyLook look = { name, "set-edge", NULL, 0, name + strlen (DOT_NAME), CZ_MM_TITLE, TRUE, TRUE };

    self->dots[i] = cz_key_new_labelled (kiosk, &look, on_dot, self);
    gtk_widget_set_halign (self->dots[i], aligns[places[i].column]);
    gtk_widget_set_valign (self->dots[i], aligns[places[i].row]);
    gtk_overlay_add_overlay (GTK_OVERLAY (overlay), self->dots[i]);
  }
  gtk_box_append (GTK_BOX (page), overlay);
}

static void
cz_touch_page_enter (CzPage *page, gint64 argument)
{
  CZ_TOUCH_PAGE (page)->hit = 0;
  show (CZ_TOUCH_PAGE (page));
}

static void
cz_touch_page_speak (CzPage *page, CzScript *script)
{
  cz_script_add (script, NULL, 0, _("Touch the five dots one after another."));
}

static void
cz_touch_page_class_init (CzTouchPageClass *klass)
{
  CzPageClass *page_class = CZ_PAGE_CLASS (klass);

  page_class->build = cz_touch_page_build;
  page_class->enter = cz_touch_page_enter;
  page_class->speak = cz_touch_page_speak;
}

static void
cz_touch_page_init (CzTouchPage *self)
{
}
