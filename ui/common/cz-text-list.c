/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/common/cz-text-list.h"

#include "ui/common/cz-fit-label.h"

#include <glib/gi18n.h>

#define MAX_ROWS 4

typedef struct {
  GtkWidget *key;
  GtkWidget *title;
  GtkWidget *detail;
  GtkWidget *note;
  gint64 id;
} Row;

struct _CzTextList {
  GtkBox parent_instance;
  CzKiosk *kiosk;
  CzTextListCalls calls;
  GtkWidget *title;
  GtkWidget *previous;
  GtkWidget *next;
  GtkWidget *number;
  Row rows[MAX_ROWS];
  guint n_rows;
  guint count;
  guint page;
};

G_DEFINE_FINAL_TYPE (CzTextList, cz_text_list, GTK_TYPE_BOX)

static guint
n_pages (CzTextList *self)
{
  return self->count == 0 ? 1 : (self->count + self->n_rows - 1) / self->n_rows;
}

static void
bind_row (CzTextList *self, Row *row, guint position)
{
  CzTextRow text = { 0 };
  g_autofree char *name = NULL;
  g_autofree char *words = NULL;

  gtk_widget_set_child_visible (row->key, position < self->count);
  gtk_widget_set_sensitive (row->key, position < self->count);
  if (position >= self->count)
    return;
  self->calls.describe (position, &text, self->calls.data);
  row->id = text.id;
  name = g_strdup_printf ("%s-%" G_GINT64_FORMAT, self->calls.key_prefix, text.id);
  /* Translators: title, what it is about or until when. */
  words = g_strdup_printf (_("%1$s, %2$s. "), text.title, text.note);
  cz_key_set_name (row->key, name);
  cz_key_set_words (row->key, words);
  cz_fit_label_set_text (CZ_FIT_LABEL (row->title), text.title);
  cz_fit_label_set_text (CZ_FIT_LABEL (row->detail), text.detail);
  cz_fit_label_set_text (CZ_FIT_LABEL (row->note), text.note);
  if (text.is_past)
    gtk_widget_add_css_class (row->key, "turn");
  else
    gtk_widget_remove_css_class (row->key, "turn");
  g_free (text.title);
  g_free (text.detail);
  g_free (text.note);
}

static void
bind_page (CzTextList *self)
{
  g_autofree char *number = g_strdup_printf (C_("page of pages", "%1$u/%2$u"), self->page + 1, n_pages (self));

  for (guint i = 0; i < self->n_rows; i++)
    bind_row (self, &self->rows[i], self->page * self->n_rows + i);
  cz_fit_label_set_text (CZ_FIT_LABEL (self->number), number);
  gtk_widget_set_visible (self->previous, n_pages (self) > 1);
  gtk_widget_set_visible (self->next, n_pages (self) > 1);
}

static void
turn (CzTextList *self, int by)
{
  g_autofree char *number = NULL;

  self->page = (guint) ((int) (self->page + n_pages (self)) + by) % n_pages (self);
  bind_page (self);
  number = g_strdup_printf ("%u", self->page);
  cz_log_event (self->kiosk->log, "list", "page", number, NULL);
}

static void
on_previous (GtkWidget *key, gpointer data)
{
  turn (data, -1);
}

static void
on_next (GtkWidget *key, gpointer data)
{
  turn (data, 1);
}

static void
on_row (GtkWidget *key, gpointer data)
{
  CzTextList *self = data;

  for (guint i = 0; i < self->n_rows; i++)
    if (self->rows[i].key == key)
      self->calls.chosen (self->rows[i].id, self->calls.data);
}

static void
build_row (CzTextList *self, Row *row)
{
  const CzMetrics *metrics = &self->kiosk->metrics;
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, cz_px (metrics, CZ_MM_GAP));
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  row->key = cz_key_new (self->kiosk, self->calls.key_prefix, NULL, on_row, self);
  row->title = cz_fit_label_new (metrics, CZ_MM_BODY, CZ_MM_QUIET, 0, TRUE);
  row->detail = cz_fit_label_new (metrics, CZ_MM_QUIET, CZ_MM_QUIET, 0, FALSE);
  row->note = cz_fit_label_new (metrics, CZ_MM_QUIET, CZ_MM_QUIET, cz_metrics_is_small (metrics) ? 0 : 1, FALSE);
  cz_fit_label_insist (CZ_FIT_LABEL (row->title), CZ_FIT_INSIST_TWO);
  cz_fit_label_set_preview (CZ_FIT_LABEL (row->detail));
  gtk_widget_add_css_class (row->detail, "quiet");
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_widget_set_valign (texts, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (texts), row->title);
  gtk_box_append (GTK_BOX (texts), row->detail);
  gtk_box_append (GTK_BOX (box), texts);
  /* On a small screen the note takes the place of the foretaste. */
  gtk_widget_set_visible (row->detail, !cz_metrics_is_small (metrics));
  gtk_box_append (GTK_BOX (cz_metrics_is_small (metrics) ? texts : box), row->note);
  gtk_widget_add_css_class (box, "row");
  gtk_button_set_child (GTK_BUTTON (row->key), box);
  gtk_widget_set_vexpand (row->key, TRUE);
}

static GtkWidget *
build_turn_key (CzTextList *self, const char *name, const char *text, GtkWidget *number, CzKeyFunc on_tap)
{
  const CzMetrics *metrics = &self->kiosk->metrics;
  GtkWidget *key = cz_key_new (self->kiosk, name, self->calls.page_key_class, on_tap, self);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *word = cz_fit_label_new (metrics, CZ_MM_BODY, CZ_MM_QUIET, 0.5, TRUE);

  gtk_widget_set_size_request (key, cz_px (metrics, cz_metrics_is_small (metrics) ? 34 : 36), cz_px (metrics, CZ_MM_KEY));
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  cz_fit_label_set_text (CZ_FIT_LABEL (word), text);
  gtk_box_append (GTK_BOX (box), word);
  if (number != NULL)
    gtk_box_append (GTK_BOX (box), number);
  gtk_button_set_child (GTK_BUTTON (key), box);
  cz_key_set_words (key, text);
  return key;
}

/* Title and keys above the rows; on a small screen the keys at their right and no title, which the rows explain. */
static void
build (CzTextList *self, const char *title)
{
  const CzMetrics *metrics = &self->kiosk->metrics;
  gboolean is_small = cz_metrics_is_small (metrics);
  int gap = cz_px (metrics, CZ_MM_GAP);
  GtkWidget *head = gtk_box_new (is_small ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL, gap);
  GtkWidget *rows = gtk_box_new (GTK_ORIENTATION_VERTICAL, gap);

  gtk_box_set_spacing (GTK_BOX (self), gap);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), is_small ? GTK_ORIENTATION_HORIZONTAL : GTK_ORIENTATION_VERTICAL);
  self->title = cz_fit_label_new (metrics, CZ_MM_TITLE, CZ_MM_QUIET, is_small ? 0.5 : 0, TRUE);
  cz_fit_label_set_text (CZ_FIT_LABEL (self->title), title);
  gtk_widget_set_hexpand (self->title, !is_small);
  gtk_widget_set_size_request (head, -1, cz_px (metrics, CZ_MM_KEY));
  self->number = cz_fit_label_new (metrics, CZ_MM_QUIET, CZ_MM_QUIET, 0.5, FALSE);
  self->previous = build_turn_key (self, "page-previous", _("Page before"), NULL, on_previous);
  self->next = build_turn_key (self, "page-next", _("Next page"), self->number, on_next);
  gtk_box_append (GTK_BOX (head), self->title);
  gtk_box_append (GTK_BOX (head), self->previous);
  gtk_box_append (GTK_BOX (head), self->next);
  /* Field study 3.7: under a title three rows at 10.1 inch; two where screen or text leave less. */
  self->n_rows = is_small || metrics->text_percent > 140 ? 2 : 3;
  gtk_box_set_homogeneous (GTK_BOX (rows), TRUE);
  gtk_widget_set_vexpand (rows, TRUE);
  gtk_widget_set_hexpand (rows, TRUE);
  for (guint i = 0; i < self->n_rows; i++) {
    build_row (self, &self->rows[i]);
    gtk_box_append (GTK_BOX (rows), self->rows[i].key);
  }
  gtk_box_append (GTK_BOX (self), is_small ? rows : head);
  gtk_box_append (GTK_BOX (self), is_small ? head : rows);
}

static void
cz_text_list_class_init (CzTextListClass *klass)
{
}

static void
cz_text_list_init (CzTextList *self)
{
}

GtkWidget *
cz_text_list_new (CzKiosk *kiosk, const char *title, const CzTextListCalls *calls)
{
  CzTextList *self = g_object_new (CZ_TYPE_TEXT_LIST, "vexpand", TRUE, NULL);

  self->kiosk = kiosk;
  self->calls = *calls;
  build (self, title);
  return GTK_WIDGET (self);
}

void
cz_text_list_set_count (CzTextList *self, guint n)
{
  self->count = n;
  self->page = MIN (self->page, n_pages (self) - 1);
  bind_page (self);
}

GtkWidget *
cz_text_list_title (CzTextList *self)
{
  return self->title;
}

void
cz_text_list_speak (CzTextList *self, CzScript *script)
{
  for (guint i = 0; i < self->n_rows; i++)
    if (gtk_widget_get_child_visible (self->rows[i].key))
      cz_script_add (script, self->rows[i].key, 0, cz_key_get_words (self->rows[i].key));
}
