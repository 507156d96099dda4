/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/setup/cz-setup-page.h"

#include "ui/common/cz-fit-label.h"
#include "ui/common/cz-icon.h"
#include "ui/common/cz-key.h"
#include "ui/common/cz-words.h"
#include "ui/setup/cz-setup-state.h"

#include <glib/gi18n.h>

#define LOOK_EVERY_MS 1000
/* Long enough to read eight characters over the telephone twice; the technician's page shows them again. */
#define HOME_AFTER_S 20
/* The agent's steps and the two PINs. */
#define N_ROWS (CZ_FIRST_BOOT_N_STEPS + 2)

struct _CzSetupPage {
  CzPage parent_instance;
  GtkWidget *icons[N_ROWS];
  GtkWidget *rows[N_ROWS];
  GtkWidget *print_card;
  GtkWidget *print;
  GtkWidget *sentence;
  GtkWidget *key;
  CzSetupState *state;
  guint look_id;
  guint home_id;
};

G_DEFINE_FINAL_TYPE (CzSetupPage, cz_setup_page, CZ_TYPE_PAGE)

static const char *const step_names[N_ROWS]
    = { N_("Papers"), N_("Network"), N_("Key"), N_("Name"), N_("Content"), N_("Screen"), N_("Technician"), N_("Operator") };

static const struct {
  const char *icon, *words, *css_class;
} looks[] = {
  [CZ_FIRST_BOOT_WAITING] = { "mark-old", N_("to come"), "quiet" }, [CZ_FIRST_BOOT_DOING] = { "mark-doing", N_("under way"), "amber" },
  [CZ_FIRST_BOOT_DONE] = { "key-check", N_("done"), "good" },       [CZ_FIRST_BOOT_ABSENT] = { "key-check", N_("not needed"), "good" },
  [CZ_FIRST_BOOT_FAILED] = { "key-cross", N_("not done"), "bad" },
};

char *
cz_setup_fingerprint_shown (const char *fingerprint)
{
  return strlen (fingerprint) == 8 ? g_strdup_printf ("%.4s %s", fingerprint, fingerprint + 4) : g_strdup (fingerprint);
}

char *
cz_setup_fingerprint_said (const char *fingerprint)
{
  GString *said = g_string_new (NULL);

  for (const char *c = fingerprint; *c != '\0'; c++)
    g_string_append_printf (said, "%s%c", c == fingerprint ? "" : cz_words_are_chinese () ? "，" : ", ", *c);
  return g_string_free (said, FALSE);
}

static CzFirstBootState
row_state (const CzSetupState *state, guint row)
{
  if (row < CZ_FIRST_BOOT_N_STEPS)
    return state->boot->ticks[row].state;
  return (row == CZ_FIRST_BOOT_N_STEPS ? state->has_technician_pin : state->has_operator_pin) ? CZ_FIRST_BOOT_DONE : CZ_FIRST_BOOT_WAITING;
}

/* --- what is to be said now --- */

static char *
failed_words (const CzSetupState *state)
{
  CzFirstBootStep step = cz_setup_state_step (state, CZ_FIRST_BOOT_FAILED);
  const char *detail = step < CZ_FIRST_BOOT_N_STEPS ? state->boot->ticks[step].detail : NULL;

  /* Translators: a step of setting up, what is wrong with it. */
  return g_strdup_printf (_("%1$s: %2$s"), _(step_names[step]), detail != NULL ? detail : _("This did not work."));
}

static char *
stage_words (const CzSetupState *state)
{
  CzFirstBootStep step = cz_setup_state_step (state, CZ_FIRST_BOOT_DOING);

  switch (state->stage) {
  case CZ_SETUP_NO_DATA:
    return g_strdup (_("The card of this machine is broken. Please call the technician: a new card is needed."));
  case CZ_SETUP_NO_PAPERS:
    return g_strdup (_("This station is not set up yet. Plug in the technician's stick."));
  case CZ_SETUP_WORKING:
    return g_strdup_printf (_("Now: %s. If the power goes, it goes on by itself."), _(step_names[MIN (step, CZ_FIRST_BOOT_SCREEN)]));
  case CZ_SETUP_NEEDS_TECHNICIAN_PIN:
    return g_strdup (_("Technician: choose six digits."));
  case CZ_SETUP_NEEDS_OPERATOR_PIN:
    return g_strdup (_("Operator: choose six digits."));
  case CZ_SETUP_STOPPED:
  case CZ_SETUP_TROUBLE:
    return failed_words (state);
  case CZ_SETUP_DONE:
  default:
    return g_strdup (_("The station is set up."));
  }
}

static const char *
key_words (CzSetupStage stage)
{
  switch (stage) {
  case CZ_SETUP_NEEDS_TECHNICIAN_PIN:
    return _("Technician's PIN");
  case CZ_SETUP_NEEDS_OPERATOR_PIN:
    return _("Operator's PIN");
  case CZ_SETUP_TROUBLE:
    return _("Use it so");
  case CZ_SETUP_DONE:
    return _("Home");
  case CZ_SETUP_NO_DATA:
  case CZ_SETUP_NO_PAPERS:
  case CZ_SETUP_WORKING:
  case CZ_SETUP_STOPPED:
  default:
    return NULL;
  }
}

/* --- leaving --- */

static void
leave (CzSetupPage *self)
{
  CzKiosk *kiosk = cz_page_kiosk (CZ_PAGE (self));

  kiosk->first_page = CZ_PAGE_HOME;
  kiosk->reread_station (kiosk);
  cz_kiosk_go (kiosk, CZ_PAGE_HOME, 0);
}

static gboolean
on_home (gpointer data)
{
  CzSetupPage *self = data;

  self->home_id = 0;
  leave (self);
  return G_SOURCE_REMOVE;
}

static void
on_key (GtkWidget *key, gpointer data)
{
  CzSetupPage *self = data;
  CzKiosk *kiosk = cz_page_kiosk (data);
  g_autoptr (GError) error = NULL;

  if (self->state->stage == CZ_SETUP_NEEDS_TECHNICIAN_PIN)
    cz_kiosk_go (kiosk, CZ_PAGE_PIN, CZ_PIN_SET_TECHNICIAN);
  else if (self->state->stage == CZ_SETUP_NEEDS_OPERATOR_PIN)
    cz_kiosk_go (kiosk, CZ_PAGE_PIN, CZ_PIN_SET_OPERATOR);
  else if (self->state->stage == CZ_SETUP_TROUBLE && !cz_setup_accept (kiosk->home, &error))
    cz_fit_label_set_text (CZ_FIT_LABEL (self->sentence), error->message);
  else
    leave (self);
}

/* --- showing --- */

static void
show_row (CzSetupPage *self, guint row)
{
  CzFirstBootState state = row_state (self->state, row);
  /* Translators: a step of setting up, how far it is. */
  g_autofree char *words = g_strdup_printf (_("%1$s: %2$s"), _(step_names[row]), _(looks[state].words));
  GtkWidget *box = gtk_widget_get_parent (self->icons[row]);
  gboolean is_small = cz_metrics_is_small (&cz_page_kiosk (CZ_PAGE (self))->metrics);

  /* A small screen has no room for it twice: the icon says it. */
  cz_fit_label_set_text (CZ_FIT_LABEL (self->rows[row]), is_small ? _(step_names[row]) : words);
  cz_icon_set_name (CZ_ICON (self->icons[row]), looks[state].icon);
  for (gsize i = 0; i < G_N_ELEMENTS (looks); i++)
    gtk_widget_remove_css_class (box, looks[i].css_class);
  gtk_widget_add_css_class (box, looks[state].css_class);
}

static void
show (CzSetupPage *self)
{
  const char *fingerprint = cz_setup_state_fingerprint (self->state);
  const char *words = key_words (self->state->stage);
  gboolean is_small = cz_metrics_is_small (&cz_page_kiosk (CZ_PAGE (self))->metrics);
  g_autofree char *sentence = stage_words (self->state);

  for (guint i = 0; i < N_ROWS; i++)
    show_row (self, i);
  cz_fit_label_set_text (CZ_FIT_LABEL (self->sentence), sentence);
  /* A long sentence needs the room of a small screen; the technician's page shows the fingerprint too. */
  gtk_widget_set_visible (self->print_card, fingerprint != NULL && !(is_small && self->state->stage == CZ_SETUP_TROUBLE));
  if (fingerprint != NULL) {
    g_autofree char *shown = cz_setup_fingerprint_shown (fingerprint);
    cz_fit_label_set_text (CZ_FIT_LABEL (self->print), shown);
  }
  gtk_widget_set_visible (self->key, words != NULL);
  if (words != NULL) {
    cz_key_set_words (self->key, words);
    cz_fit_label_set_text (CZ_FIT_LABEL (gtk_button_get_child (GTK_BUTTON (self->key))), words);
  }
}

/* Whatever the agent wrote since; says it when it is another thing that is to be done. */
static void
look (CzSetupPage *self, gboolean speaks)
{
  CzKiosk *kiosk = cz_page_kiosk (CZ_PAGE (self));
  CzSetupState *state = cz_setup_state_read (kiosk->home);
  gboolean is_news = self->state == NULL || self->state->stage != state->stage;

  g_clear_pointer (&self->state, cz_setup_state_free);
  self->state = state;
  show (self);
  if (is_news)
    cz_log_event (kiosk->log, "setup", "stage", cz_fit_label_get_text (CZ_FIT_LABEL (self->sentence)), NULL);
  if (is_news && speaks)
    cz_page_say (CZ_PAGE (self));
  if (state->stage == CZ_SETUP_DONE && self->home_id == 0)
    self->home_id = g_timeout_add_seconds (HOME_AFTER_S, on_home, self);
}

static gboolean
on_look (gpointer data)
{
  look (data, TRUE);
  return G_SOURCE_CONTINUE;
}

static void
cz_setup_page_map (GtkWidget *widget)
{
  CzSetupPage *self = CZ_SETUP_PAGE (widget);

  GTK_WIDGET_CLASS (cz_setup_page_parent_class)->map (widget);
  if (self->look_id == 0)
    self->look_id = g_timeout_add (LOOK_EVERY_MS, on_look, self);
}

static void
cz_setup_page_unmap (GtkWidget *widget)
{
  CzSetupPage *self = CZ_SETUP_PAGE (widget);

  g_clear_handle_id (&self->look_id, g_source_remove);
  g_clear_handle_id (&self->home_id, g_source_remove);
  GTK_WIDGET_CLASS (cz_setup_page_parent_class)->unmap (widget);
}

static GtkWidget *
build_row (CzSetupPage *self, guint row, const CzMetrics *metrics)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, cz_px (metrics, 2));

  self->icons[row] = cz_icon_new ("mark-old", cz_px (metrics, CZ_MM_QUIET));
  self->rows[row] = cz_fit_label_new (metrics, cz_metrics_is_small (metrics) ? CZ_MM_QUIET : CZ_MM_BODY, CZ_MM_QUIET, 0, FALSE);
  cz_fit_label_set_fixed (CZ_FIT_LABEL (self->rows[row]));
  gtk_widget_set_hexpand (self->rows[row], TRUE);
  gtk_box_append (GTK_BOX (box), self->icons[row]);
  gtk_box_append (GTK_BOX (box), self->rows[row]);
  return box;
}

static GtkWidget *
build_print (CzSetupPage *self, const CzMetrics *metrics)
{
  GtkWidget *label = cz_fit_label_new (metrics, CZ_MM_QUIET, CZ_MM_QUIET, 0.5, FALSE);

  self->print_card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->print = cz_fit_label_new (metrics, cz_metrics_is_small (metrics) ? CZ_MM_BODY : CZ_MM_HEADLINE_SMALL, CZ_MM_BODY, 0.5, TRUE);
  cz_fit_label_set_fixed (CZ_FIT_LABEL (self->print));
  /* Nine characters of this face are never wider than this. */
  gtk_widget_set_size_request (self->print, cz_px (metrics, 6 * (cz_metrics_is_small (metrics) ? CZ_MM_BODY : CZ_MM_HEADLINE_SMALL)), -1);
  cz_fit_label_set_fixed (CZ_FIT_LABEL (label));
  gtk_widget_add_css_class (self->print_card, "card");
  gtk_widget_add_css_class (self->print_card, "cell");
  cz_fit_label_set_text (CZ_FIT_LABEL (label), _("Read to the county"));
  gtk_widget_set_valign (self->print_card, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_start (self->print, cz_px (metrics, CZ_MM_MARGIN));
  gtk_widget_set_margin_end (self->print, cz_px (metrics, CZ_MM_MARGIN));
  gtk_box_append (GTK_BOX (self->print_card), label);
  gtk_box_append (GTK_BOX (self->print_card), self->print);
  return self->print_card;
}

static void
cz_setup_page_build (CzPage *page)
{
  CzSetupPage *self = CZ_SETUP_PAGE (page);
  CzKiosk *kiosk = cz_page_kiosk (page);
  const CzMetrics *metrics = &kiosk->metrics;
  guint rows = cz_metrics_is_small (metrics) ? 3 : 4;
  GtkWidget *grid = gtk_grid_new ();
  GtkWidget *panel = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, cz_px (metrics, CZ_MM_GAP));
  GtkWidget *word = cz_fit_label_new (metrics, CZ_MM_BODY, CZ_MM_QUIET, 0.5, TRUE);

  gtk_grid_set_column_homogeneous (GTK_GRID (grid), TRUE);
  gtk_grid_set_row_homogeneous (GTK_GRID (grid), TRUE);
  gtk_grid_set_column_spacing (GTK_GRID (grid), (guint) cz_px (metrics, CZ_MM_GAP));
  for (guint i = 0; i < N_ROWS; i++)
    gtk_grid_attach (GTK_GRID (grid), build_row (self, i, metrics), (int) (i / rows), (int) (i % rows), 1, 1);
  gtk_widget_set_vexpand (grid, TRUE);
  self->sentence = cz_fit_label_new (metrics, CZ_MM_BODY, CZ_MM_QUIET, 0, FALSE);
  gtk_widget_set_hexpand (self->sentence, TRUE);
  gtk_widget_set_vexpand (self->sentence, TRUE);
  self->key = cz_key_new (kiosk, "setup-next", "set-full", on_key, self);
  gtk_widget_set_size_request (self->key, cz_px (metrics, 2 * CZ_MM_KEY), cz_px (metrics, CZ_MM_KEY));
  gtk_button_set_child (GTK_BUTTON (self->key), word);
  gtk_widget_set_valign (self->key, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (panel), build_print (self, metrics));
  gtk_box_append (GTK_BOX (panel), self->sentence);
  gtk_box_append (GTK_BOX (panel), self->key);
  gtk_widget_set_size_request (panel, -1, cz_px (metrics, 1.2 * CZ_MM_KEY));
  gtk_box_append (GTK_BOX (page), grid);
  gtk_box_append (GTK_BOX (page), panel);
}

static void
cz_setup_page_refresh (CzPage *page)
{
  look (CZ_SETUP_PAGE (page), FALSE);
}

static void
cz_setup_page_speak (CzPage *page, CzScript *script)
{
  CzSetupPage *self = CZ_SETUP_PAGE (page);
  const char *fingerprint = cz_setup_state_fingerprint (self->state);
  g_autofree char *words = g_strdup_printf ("%s ", cz_fit_label_get_text (CZ_FIT_LABEL (self->sentence)));

  cz_script_add (script, self->sentence, 0, words);
  if (fingerprint != NULL) {
    g_autofree char *said = cz_setup_fingerprint_said (fingerprint);
    /* Translators: eight letters and digits, one by one. */
    g_autofree char *print = g_strdup_printf (_("Read this to the county: %s."), said);
    cz_script_add (script, self->print_card, 0, print);
  }
}

static void
cz_setup_page_finalize (GObject *object)
{
  g_clear_pointer (&CZ_SETUP_PAGE (object)->state, cz_setup_state_free);
  G_OBJECT_CLASS (cz_setup_page_parent_class)->finalize (object);
}

static void
cz_setup_page_class_init (CzSetupPageClass *klass)
{
  CzPageClass *page_class = CZ_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = cz_setup_page_finalize;
  GTK_WIDGET_CLASS (klass)->map = cz_setup_page_map;
  GTK_WIDGET_CLASS (klass)->unmap = cz_setup_page_unmap;
  page_class->build = cz_setup_page_build;
  page_class->refresh = cz_setup_page_refresh;
  page_class->speak = cz_setup_page_speak;
}

static void
cz_setup_page_init (CzSetupPage *self)
{
}
