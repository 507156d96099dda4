/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/technician/cz-part-page.h"

#include "ui/common/cz-fit-label.h"
#include "ui/common/cz-key.h"
#include "ui/setup/cz-setup-page.h"
#include "ui/setup/cz-setup-state.h"
#include "ui/technician/cz-findings-store.h"

#include <glib/gi18n.h>

typedef enum { ACTION_DOTS, ACTION_HEAR, ACTION_CLOCK, ACTION_SYSTEMS, ACTION_LOGS, ACTION_TECHNICIAN_PIN, ACTION_OPERATOR_PIN, N_ACTIONS } Action;

struct _CzPartPage {
  CzPage parent_instance;
  GtkWidget *title;
  GtkWidget *big; /* code or fingerprint */
  GtkWidget *sentence;
  GtkWidget *keys[N_ACTIONS];
  CzPart part;
};

G_DEFINE_FINAL_TYPE (CzPartPage, cz_part_page, CZ_TYPE_PAGE)

static const struct {
  const char *name, *text;
  CzPart part;
} actions[N_ACTIONS] = {
  [ACTION_DOTS] = { "do-dots", N_("Touch five dots"), CZ_PART_TOUCH },
  [ACTION_HEAR] = { "do-hear", N_("Hear the voice"), CZ_PART_SOUND },
  [ACTION_CLOCK] = { "do-clock", N_("Set the clock"), CZ_PART_CLOCK },
  [ACTION_SYSTEMS] = { "do-systems", N_("Newer system, other system"), CZ_PART_SYSTEM },
  [ACTION_LOGS] = { "do-logs", N_("Notes to a stick"), CZ_PART_SYSTEM },
  [ACTION_TECHNICIAN_PIN] = { "do-technician-pin", N_("New technician PIN"), CZ_PART_SET_UP },
  [ACTION_OPERATOR_PIN] = { "do-operator-pin", N_("New operator PIN"), CZ_PART_SET_UP },
};

/* The kiosk writes on no stick: it leaves word for the board's helper (board/usb/stick). */
static void
ask_for_logs (CzPartPage *self)
{
  g_autofree char *path = g_build_filename (cz_page_kiosk (CZ_PAGE (self))->board, "ask", "logs", NULL);
  g_autoptr (GError) error = NULL;
  gboolean ok = g_file_set_contents_full (path, "1\n", -1, G_FILE_SET_CONTENTS_CONSISTENT, 0640, &error);

  if (!ok)
    g_message ("%s", error->message);
  cz_fit_label_set_text (CZ_FIT_LABEL (self->sentence), ok ? _("Plug a stick in now. What this machine noted since it was started is written onto it.")
                                                           : _("On this machine nothing is written onto sticks."));
  cz_page_say (CZ_PAGE (self));
}

static void
on_action (GtkWidget *key, gpointer data)
{
  CzPartPage *self = data;
  CzKiosk *kiosk = cz_page_kiosk (data);

  if (key == self->keys[ACTION_DOTS])
    cz_kiosk_go (kiosk, CZ_PAGE_TOUCH, 0);
  else if (key == self->keys[ACTION_HEAR])
    cz_narrator_say_text (kiosk->narrator, _("One, two, three. This is how the station speaks."));
  else if (key == self->keys[ACTION_CLOCK])
    cz_kiosk_go (kiosk, CZ_PAGE_CLOCK, 0);
  else if (key == self->keys[ACTION_SYSTEMS])
    cz_kiosk_go (kiosk, CZ_PAGE_SYSTEMS, 0);
  else if (key == self->keys[ACTION_LOGS])
    ask_for_logs (self);
  else
    cz_kiosk_go (kiosk, CZ_PAGE_PIN, key == self->keys[ACTION_OPERATOR_PIN] ? CZ_PIN_SET_OPERATOR : CZ_PIN_SET_TECHNICIAN);
}

static void
cz_part_page_build (CzPage *page)
{
  CzPartPage *self = CZ_PART_PAGE (page);
  CzKiosk *kiosk = cz_page_kiosk (page);
  const CzMetrics *metrics = &kiosk->metrics;
  GtkWidget *card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, cz_px (metrics, CZ_MM_GAP));

  self->title = cz_fit_label_new (metrics, cz_metrics_is_small (metrics) ? CZ_MM_QUIET : CZ_MM_TITLE, CZ_MM_QUIET, 0, TRUE);
  self->big = cz_fit_label_new (metrics, cz_metrics_is_small (metrics) ? CZ_MM_BODY : CZ_MM_HEADLINE_SMALL, CZ_MM_QUIET, 0, TRUE);
  self->sentence = cz_fit_label_new (metrics, CZ_MM_BODY, CZ_MM_QUIET, 0, FALSE);
  gtk_widget_add_css_class (card, "card");
  gtk_widget_add_css_class (card, cz_metrics_is_small (metrics) ? "cell" : "row");
  gtk_widget_set_vexpand (card, TRUE);
  gtk_widget_set_vexpand (self->sentence, TRUE);
  gtk_box_append (GTK_BOX (card), self->title);
  gtk_box_append (GTK_BOX (card), self->big);
  gtk_box_append (GTK_BOX (card), self->sentence);
  gtk_box_append (GTK_BOX (page), card);
  for (int i = 0; i < N_ACTIONS; i++) {
    CzKeyLook look = { actions[i].name, "set-full", NULL, 0, _(actions[i].text), CZ_MM_BODY, TRUE, FALSE };

    self->keys[i] = cz_key_new_labelled (kiosk, &look, on_action, self);
    gtk_widget_set_hexpand (self->keys[i], TRUE);
    gtk_widget_set_size_request (self->keys[i], cz_px (metrics, CZ_MM_KEY), cz_px (metrics, cz_metrics_is_small (metrics) ? CZ_MM_KEY_OPERATOR : CZ_MM_KEY));
    gtk_box_append (GTK_BOX (row), self->keys[i]);
  }
  gtk_box_append (GTK_BOX (page), row);
}

static char *
fingerprint_of (CzKiosk *kiosk)
{
  g_autoptr (CzSetupState) setup = cz_setup_state_read (kiosk->home);

  return g_strdup (cz_setup_state_fingerprint (setup));
}

static void
cz_part_page_enter (CzPage *page, gint64 argument)
{
  CZ_PART_PAGE (page)->part = (CzPart) CLAMP (argument, 0, CZ_N_PARTS - 1);
}

static void
cz_part_page_refresh (CzPage *page)
{
  CzPartPage *self = CZ_PART_PAGE (page);
  CzKiosk *kiosk = cz_page_kiosk (page);
  const CzFinding *finding = cz_findings_get (kiosk, self->part);
  g_autofree char *sentence = cz_findings_sentence (kiosk, self->part);
  g_autofree char *fingerprint = self->part == CZ_PART_SET_UP ? fingerprint_of (kiosk) : NULL;
  g_autofree char *shown = fingerprint != NULL ? cz_setup_fingerprint_shown (fingerprint) : NULL;
  g_autofree char *code = finding->state == CZ_FINDING_FAULT ? cz_findings_short (kiosk, self->part) : NULL;
  g_autofree char *big = code != NULL && shown != NULL ? g_strdup_printf ("%s  %s", code, shown) : g_strdup (code != NULL ? code : shown);

  cz_fit_label_set_text (CZ_FIT_LABEL (self->title), cz_part_name (self->part));
  cz_fit_label_set_text (CZ_FIT_LABEL (self->sentence), sentence);
  cz_fit_label_set_text (CZ_FIT_LABEL (self->big), big != NULL ? big : "");
  gtk_widget_set_visible (self->big, big != NULL);
  gtk_widget_remove_css_class (self->big, "bad");
  if (code != NULL)
    gtk_widget_add_css_class (self->big, "bad");
  for (int i = 0; i < N_ACTIONS; i++)
    gtk_widget_set_visible (self->keys[i], actions[i].part == self->part);
}

static void
cz_part_page_speak (CzPage *page, CzScript *script)
{
  CzPartPage *self = CZ_PART_PAGE (page);
  CzKiosk *kiosk = cz_page_kiosk (page);
  g_autofree char *value = cz_findings_short (kiosk, self->part);
  gboolean is_fault = cz_findings_get (kiosk, self->part)->state == CZ_FINDING_FAULT;
  g_autofree char *head = is_fault ? g_strdup_printf (_("%1$s: %2$s"), cz_part_name (self->part), value) : g_strdup (cz_part_name (self->part));
  g_autofree char *words = g_strdup_printf (_("%s. "), head);

  cz_script_add (script, self->title, 0, words);
  cz_script_add (script, self->sentence, 0, cz_fit_label_get_text (CZ_FIT_LABEL (self->sentence)));
}

static void
cz_part_page_class_init (CzPartPageClass *klass)
{
  CzPageClass *page_class = CZ_PAGE_CLASS (klass);

  page_class->build = cz_part_page_build;
  page_class->enter = cz_part_page_enter;
  page_class->refresh = cz_part_page_refresh;
  page_class->speak = cz_part_page_speak;
}

static void
cz_part_page_init (CzPartPage *self)
{
}
