/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "cz-ui"
#include "ui/technician/cz-systems-page.h"

#include "ui/common/cz-fit-label.h"
#include "ui/common/cz-key.h"

#include <glib/gi18n.h>
#include <string.h>

#define LOOK_EVERY_S 1
/* The board takes a request up at once where there is one. */
#define ANSWER_AFTER_S 10
#define WORD_MAX 64

struct _CzSystemsPage {
  CzPage parent_instance;
  GtkWidget *note;
  GtkWidget *update;
  GtkWidget *back;
  gboolean is_armed; /* the other system was asked for once */
  char *word_before; /* when the request was made */
  int asked_s; /* seconds since a request nobody has answered yet; -1: none */
  guint look_id;
};

G_DEFINE_FINAL_TYPE (CzSystemsPage, cz_systems_page, CZ_TYPE_PAGE)

/* What board/update says, one word a state. */
static const struct {
  const char *word, *sentence;
} words[] = {
  { "looking", N_("Looking for a newer system …") },
  { "installing", N_("The new system is being written. This takes minutes.") },
  { "ready", N_("The new system is written. It starts tonight, or now if you ask for it.") },
  { "none", N_("The county has no system for this machine, or it cannot be reached.") },
  { "older", N_("What is offered is not newer than what runs.") },
  { "tried", N_("What is offered was tried here and did not stay.") },
  { "refused", N_("What is offered was refused: damaged, or not signed by those who make systems.") },
  { "failed", N_("The new system could not be written. The old one stays.") },
  { "nothing-else", N_("There is no other good system on this card.") },
  { "back", N_("The other system starts now.") },
};

static const char *
sentence_of (const char *word)
{
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (words[i].word, word))
      return _(words[i].sentence);
  return NULL;
}

/* The board's last word, "" when there is none. */
static char *
read_word (CzSystemsPage *self)
{
  g_autofree char *path = g_build_filename (cz_page_kiosk (CZ_PAGE (self))->board, "update", NULL);
  g_autoptr (GMappedFile) file = g_mapped_file_new (path, FALSE, NULL);
  gsize size = file != NULL ? g_mapped_file_get_length (file) : 0;

  return size > 0 && size <= WORD_MAX ? g_strchomp (g_strndup (g_mapped_file_get_contents (file), size)) : g_strdup ("");
}

static void
tell (CzSystemsPage *self, const char *sentence)
{
  if (g_str_equal (cz_fit_label_get_text (CZ_FIT_LABEL (self->note)), sentence))
    return;
  cz_fit_label_set_text (CZ_FIT_LABEL (self->note), sentence);
  cz_log_event (cz_page_kiosk (CZ_PAGE (self))->log, "systems", "note", sentence, NULL);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    cz_page_say (CZ_PAGE (self));
}

static void
look (CzSystemsPage *self)
{
  g_autofree char *word = read_word (self);
  const char *sentence = sentence_of (word);

  if (self->asked_s >= 0 && g_str_equal (word, self->word_before)) {
    if (self->asked_s < ANSWER_AFTER_S)
      return;
    sentence = _("Nobody answers. This machine may have no second system.");
  } else if (self->asked_s >= 0) {
    self->asked_s = -1;
  }
  if (!self->is_armed)
    tell (self, sentence != NULL ? sentence : _("Two systems lie on the card; one runs. A newer one may be looked for, or the other one started."));
}

static gboolean
on_look (gpointer data)
{
  CzSystemsPage *self = data;

  if (self->asked_s >= 0)
    self->asked_s += LOOK_EVERY_S;
  look (self);
  return G_SOURCE_CONTINUE;
}

/* The kiosk may not do it: it leaves word for the board (board/update). */
static void
ask (CzSystemsPage *self, const char *what)
{
  g_autofree char *path = g_build_filename (cz_page_kiosk (CZ_PAGE (self))->board, "ask", what, NULL);
  g_autoptr (GError) error = NULL;

  self->is_armed = FALSE;
  g_free (self->word_before);
  self->word_before = read_word (self);
  if (!g_file_set_contents_full (path, "1\n", -1, G_FILE_SET_CONTENTS_CONSISTENT, 0640, &error)) {
    g_message ("%s", error->message);
    tell (self, _("On this machine systems are not changed here."));
    return;
  }
  self->asked_s = 0;
  tell (self, _("Asked for …"));
}

static void
on_update (GtkWidget *key, gpointer data)
{
  ask (data, "update");
}

static void
on_back (GtkWidget *key, gpointer data)
{
  CzSystemsPage *self = data;

  if (self->is_armed) {
    ask (self, "roll-back");
    return;
  }
  self->is_armed = TRUE;
  tell (self, _("The machine will start anew with the other system. Touch the same key again if that is meant."));
}

static GtkWidget *
build_key (CzSystemsPage *self, const char *name, const char *text, CzKeyFunc on_tap)
{
  CzKiosk *kiosk = cz_page_kiosk (CZ_PAGE (self));
  const CzMetrics *metrics = &kiosk->metrics;
  CzKeyLook key_look = { name, "set-full", NULL, 0, text, CZ_MM_BODY, TRUE, FALSE };
  GtkWidget *key = cz_key_new_labelled (kiosk, &key_look, on_tap, self);

  gtk_widget_set_hexpand (key, TRUE);
  gtk_widget_set_size_request (key, cz_px (metrics, CZ_MM_KEY), cz_px (metrics, cz_metrics_is_small (metrics) ? CZ_MM_KEY_OPERATOR : CZ_MM_KEY));
  return key;
}

static void
cz_systems_page_build (CzPage *page)
{
  CzSystemsPage *self = CZ_SYSTEMS_PAGE (page);
  const CzMetrics *metrics = &cz_page_kiosk (page)->metrics;
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, cz_px (metrics, CZ_MM_GAP));

  self->note = cz_fit_label_new (metrics, CZ_MM_BODY, CZ_MM_QUIET, 0, FALSE);
  gtk_widget_set_vexpand (self->note, TRUE);
  self->update = build_key (self, "do-update", _("Look for a newer one"), on_update);
  self->back = build_key (self, "do-back", _("Start the other one"), on_back);
  gtk_box_append (GTK_BOX (row), self->update);
  gtk_box_append (GTK_BOX (row), self->back);
  gtk_box_append (GTK_BOX (page), self->note);
  gtk_box_append (GTK_BOX (page), row);
}

static void
cz_systems_page_enter (CzPage *page, gint64 argument)
{
  CzSystemsPage *self = CZ_SYSTEMS_PAGE (page);

  self->is_armed = FALSE;
  self->asked_s = -1;
  look (self);
}

static void
cz_systems_page_speak (CzPage *page, CzScript *script)
{
  CzSystemsPage *self = CZ_SYSTEMS_PAGE (page);

  cz_script_add (script, self->note, 0, cz_fit_label_get_text (CZ_FIT_LABEL (self->note)));
}

static void
cz_systems_page_map (GtkWidget *widget)
{
  CzSystemsPage *self = CZ_SYSTEMS_PAGE (widget);

  GTK_WIDGET_CLASS (cz_systems_page_parent_class)->map (widget);
  if (self->look_id == 0)
    self->look_id = g_timeout_add_seconds (LOOK_EVERY_S, on_look, self);
}

static void
cz_systems_page_unmap (GtkWidget *widget)
{
  g_clear_handle_id (&CZ_SYSTEMS_PAGE (widget)->look_id, g_source_remove);
  GTK_WIDGET_CLASS (cz_systems_page_parent_class)->unmap (widget);
}

static void
cz_systems_page_finalize (GObject *object)
{
  g_free (CZ_SYSTEMS_PAGE (object)->word_before);
  G_OBJECT_CLASS (cz_systems_page_parent_class)->finalize (object);
}

static void
cz_systems_page_class_init (CzSystemsPageClass *klass)
{
  CzPageClass *page_class = CZ_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = cz_systems_page_finalize;
  GTK_WIDGET_CLASS (klass)->map = cz_systems_page_map;
  GTK_WIDGET_CLASS (klass)->unmap = cz_systems_page_unmap;
  page_class->build = cz_systems_page_build;
  page_class->enter = cz_systems_page_enter;
  page_class->speak = cz_systems_page_speak;
}

static void
cz_systems_page_init (CzSystemsPage *self)
{
  self->asked_s = -1;
}
