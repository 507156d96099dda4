/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/common/cz-article.h"

#include "app/catalog/cz-policy.h"
#include "ui/common/cz-fit-label.h"

#include <glib/gi18n.h>

struct _CzArticle {
  GtkBox parent_instance;
  CzPage *page;
  GtkWidget *view;
  GtkAdjustment *adjustment;
  GListModel *paragraphs;
  GPtrArray *rows; /* labels now bound; not owned */
  GtkWidget *keys; /* (nullable) shown while there is more than a screen */
  guint heard; /* position, G_MAXUINT = none */
  guint begun; /* position of the paragraph tapped last, 0 before */
  double drag_start;
};

G_DEFINE_FINAL_TYPE (CzArticle, cz_article, GTK_TYPE_BOX)

#define POSITION_DATA "cz-position"

static guint
row_position (GtkWidget *label)
{
  return GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (label), POSITION_DATA));
}

static void
show_heard (CzArticle *self, GtkWidget *label)
{
  if (row_position (label) == self->heard)
    gtk_widget_add_css_class (label, "speaking");
  else
    gtk_widget_remove_css_class (label, "speaking");
}

static void
on_setup (GtkListItemFactory *factory, GtkListItem *item, gpointer data)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "paragraph");
  gtk_list_item_set_child (item, label);
}

static void
on_bind (GtkListItemFactory *factory, GtkListItem *item, gpointer data)
{
  CzArticle *self = data;
  CzParagraph *paragraph = gtk_list_item_get_item (item);
  GtkWidget *label = gtk_list_item_get_child (item);

  g_object_set_data (G_OBJECT (label), POSITION_DATA, GUINT_TO_POINTER (gtk_list_item_get_position (item)));
  gtk_label_set_text (GTK_LABEL (label), cz_paragraph_text (paragraph));
  if (cz_paragraph_is_heading (paragraph))
    gtk_widget_add_css_class (label, "paragraph-head");
  else
    gtk_widget_remove_css_class (label, "paragraph-head");
  show_heard (self, label);
  g_ptr_array_add (self->rows, label);
}

static void
on_unbind (GtkListItemFactory *factory, GtkListItem *item, gpointer data)
{
  g_ptr_array_remove_fast (CZ_ARTICLE (data)->rows, gtk_list_item_get_child (item));
}

void
cz_article_speak (CzArticle *self, CzScript *script)
{
  cz_script_set_formal (script, TRUE);
  for (guint i = self->begun; i < g_list_model_get_n_items (self->paragraphs); i++) {
    g_autoptr (CzParagraph) paragraph = g_list_model_get_item (self->paragraphs, i);
    /* The line end makes a paragraph a sentence of its own for the voice. */
    g_autofree char *text = g_strconcat (cz_paragraph_text (paragraph), "\n", NULL);

    cz_script_add (script, NULL, i, text);
  }
}

gboolean
cz_article_begins_at_top (CzArticle *self)
{
  return self->begun == 0;
}

static void
on_activate (GtkListView *view, guint position, gpointer data)
{
  CzArticle *self = data;
  CzKiosk *kiosk = cz_page_kiosk (self->page);
  g_autofree char *name = g_strdup_printf ("paragraph-%u", position);
  CzScript *script = cz_script_new ();

  cz_log_event (kiosk->log, "tap", "key", name, NULL);
  self->begun = position;
  cz_article_speak (self, script);
  cz_page_say_script (self->page, script);
}

/* Panels that report as a mouse do not scroll by themselves; true touch is the scrolled window's own business. */
static gboolean
is_touch (GtkGesture *gesture)
{
  GdkDevice *device = gtk_event_controller_get_current_event_device (GTK_EVENT_CONTROLLER (gesture));

  return device != NULL && gdk_device_get_source (device) == GDK_SOURCE_TOUCHSCREEN;
}

static void
on_drag_begin (GtkGestureDrag *gesture, double x, double y, gpointer data)
{
  CzArticle *self = data;

  self->drag_start = gtk_adjustment_get_value (self->adjustment);
  if (is_touch (GTK_GESTURE (gesture)))
    gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_DENIED);
}

static void
on_drag_update (GtkGestureDrag *gesture, double x, double y, gpointer data)
{
  CzArticle *self = data;
  GtkSettings *settings = gtk_widget_get_settings (GTK_WIDGET (self));
  int threshold;

  g_object_get (settings, "gtk-dnd-drag-threshold", &threshold, NULL);
  if (y > -threshold && y < threshold)
    return;
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  gtk_adjustment_set_value (self->adjustment, self->drag_start - y);
}

static void
cz_article_dispose (GObject *object)
{
  CzArticle *self = CZ_ARTICLE (object);

  g_clear_object (&self->paragraphs);
  if (self->view != NULL)
    gtk_list_view_set_model (GTK_LIST_VIEW (self->view), NULL);
  self->view = NULL;
  G_OBJECT_CLASS (cz_article_parent_class)->dispose (object);
}

static void
cz_article_finalize (GObject *object)
{
  g_ptr_array_unref (CZ_ARTICLE (object)->rows);
  G_OBJECT_CLASS (cz_article_parent_class)->finalize (object);
}

static void
cz_article_class_init (CzArticleClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cz_article_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_article_finalize;
}

static void
cz_article_init (CzArticle *self)
{
  self->rows = g_ptr_array_new ();
  self->heard = G_MAXUINT;
}

GtkWidget *
cz_article_new (CzPage *page)
{
  CzArticle *self = g_object_new (CZ_TYPE_ARTICLE, "vexpand", TRUE, NULL);
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkGesture *drag = gtk_gesture_drag_new ();

  self->page = page;
  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), self);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), self);
  g_signal_connect (factory, "unbind", G_CALLBACK (on_unbind), self);
  self->view = gtk_list_view_new (NULL, factory);
  gtk_list_view_set_single_click_activate (GTK_LIST_VIEW (self->view), TRUE);
  g_signal_connect (self->view, "activate", G_CALLBACK (on_activate), self);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_EXTERNAL);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), self->view);
  gtk_widget_set_hexpand (scrolled, TRUE);
  self->adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scrolled));
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (drag), GTK_PHASE_CAPTURE);
  g_signal_connect (drag, "drag-begin", G_CALLBACK (on_drag_begin), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (on_drag_update), self);
  gtk_widget_add_controller (scrolled, GTK_EVENT_CONTROLLER (drag));
  gtk_widget_add_css_class (scrolled, "card");
  gtk_box_append (GTK_BOX (self), scrolled);
  return GTK_WIDGET (self);
}

void
cz_article_set (CzArticle *self, GListModel *paragraphs)
{
  g_autoptr (GtkSelectionModel) model = GTK_SELECTION_MODEL (gtk_no_selection_new (g_object_ref (paragraphs)));

  g_set_object (&self->paragraphs, paragraphs);
  self->heard = G_MAXUINT;
  self->begun = 0;
  /* Back to the top while the rows there still exist: GTK 4.8 warns when it is sent to rows it has not yet measured. */
  gtk_adjustment_set_value (self->adjustment, 0);
  gtk_list_view_set_model (GTK_LIST_VIEW (self->view), model);
}

void
cz_article_mark (CzArticle *self, const CzScriptPart *part, gboolean is_heard)
{
  if (is_heard) {
    self->heard = part->part;
    if (part->part < g_list_model_get_n_items (self->paragraphs) && gtk_widget_get_height (self->view) > 0)
      gtk_widget_activate_action (self->view, "list.scroll-to-item", "u", part->part);
  } else if (self->heard == part->part) {
    self->heard = G_MAXUINT;
  }
  for (guint i = 0; i < self->rows->len; i++)
    show_heard (self, g_ptr_array_index (self->rows, i));
}

void
cz_article_turn (CzArticle *self, int by)
{
  /* A line stays, so that the eye finds on. */
  double line = cz_text_px (&cz_page_kiosk (self->page)->metrics, CZ_MM_BODY * 1.5);
  double page = gtk_adjustment_get_page_size (self->adjustment) - line;

  gtk_adjustment_set_value (self->adjustment, gtk_adjustment_get_value (self->adjustment) + by * page);
}

/* Keys that would do nothing are not there, but keep their room so that the title does not jump. */
static void
on_extent_changed (GtkAdjustment *adjustment, gpointer data)
{
  CzArticle *self = data;
  gboolean has_more = gtk_adjustment_get_upper (adjustment) > gtk_adjustment_get_page_size (adjustment) + 1;

  gtk_widget_set_child_visible (self->keys, has_more);
}

static void
on_previous (GtkWidget *key, gpointer data)
{
  cz_article_turn (data, -1);
}

static void
on_next (GtkWidget *key, gpointer data)
{
  cz_article_turn (data, 1);
}

GtkWidget *
cz_article_keys_new (CzArticle *self, const char *css_class)
{
  CzKiosk *kiosk = cz_page_kiosk (self->page);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, cz_px (&kiosk->metrics, CZ_MM_GAP));
  CzKeyLook previous = { "article-previous", css_class, "key-up", 9, _("Page before"), CZ_MM_QUIET, FALSE, FALSE };
  CzKeyLook next = { "article-next", css_class, "key-down", 9, _("Next page"), CZ_MM_QUIET, FALSE, FALSE };
  GtkWidget *keys[2] = { cz_key_new_labelled (kiosk, &previous, on_previous, self),
                         cz_key_new_labelled (kiosk, &next, on_next, self) };

  for (int i = 0; i < 2; i++) {
    gtk_widget_set_size_request (keys[i], cz_px (&kiosk->metrics, cz_metrics_is_small (&kiosk->metrics) ? 34 : 36), cz_px (&kiosk->metrics, CZ_MM_KEY));
    gtk_box_append (GTK_BOX (box), keys[i]);
  }
  gtk_widget_set_valign (box, GTK_ALIGN_START);
  self->keys = box;
  g_signal_connect_object (self->adjustment, "changed", G_CALLBACK (on_extent_changed), self, 0);
  return box;
}
