/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/setup/cz-pin-page.h"

#include "app/desk/cz-pin.h"
#include "ui/common/cz-fit-label.h"
#include "ui/common/cz-key.h"

#include <glib/gi18n.h>
#include <string.h>

#define DIGIT_NAME "pin-"
#define FULL_DOT "●"
#define EMPTY_DOT "○"

struct _CzPinPage {
  CzPage parent_instance;
  GtkWidget *question;
  GtkWidget *dots;
  CzPinPurpose purpose;
  gboolean is_repeat; /* of the first entry, when one is set */
  gboolean is_busy;
  char digits[CZ_PIN_DIGITS + 1];
  char first[CZ_PIN_DIGITS + 1];
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (CzPinPage, cz_pin_page, CZ_TYPE_PAGE)

static char *
station_dir (CzPinPage *self)
{
  return g_build_filename (cz_page_kiosk (CZ_PAGE (self))->home, "station", NULL);
}

static void
show_dots (CzPinPage *self)
{
  GString *dots = g_string_new (NULL);

  for (gsize i = 0; i < CZ_PIN_DIGITS; i++)
    g_string_append_printf (dots, "%s", i < strlen (self->digits) ? FULL_DOT : EMPTY_DOT);
  cz_fit_label_set_text (CZ_FIT_LABEL (self->dots), dots->str);
  g_string_free (dots, TRUE);
}

static void
ask (CzPinPage *self, const char *question, gboolean speaks)
{
  explicit_bzero (self->digits, sizeof self->digits);
  cz_fit_label_set_text (CZ_FIT_LABEL (self->question), question);
  show_dots (self);
  cz_log_event (cz_page_kiosk (CZ_PAGE (self))->log, "pin", "question", question, NULL);
  if (speaks)
    cz_page_say (CZ_PAGE (self));
}

static void
ask_anew (CzPinPage *self, gboolean speaks)
{
  explicit_bzero (self->first, sizeof self->first);
  self->is_repeat = FALSE;
  ask (self,
       self->purpose == CZ_PIN_ENTER_TECHNICIAN ? _("The technician's six digits")
       : self->purpose == CZ_PIN_SET_OPERATOR   ? _("New six digits: operator")
                                                : _("New six digits: technician"),
       speaks);
}

static void
done (CzPinPage *self)
{
  CzKiosk *kiosk = cz_page_kiosk (CZ_PAGE (self));

  if (self->purpose == CZ_PIN_ENTER_TECHNICIAN || (self->purpose == CZ_PIN_SET_TECHNICIAN && kiosk->first_page == CZ_PAGE_HOME))
    kiosk->calls->unlocked (kiosk->window);
  cz_kiosk_go (kiosk, kiosk->is_technician ? CZ_PAGE_TECHNICIAN : CZ_PAGE_HOME, 0);
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (CzPinAnswer) answer = cz_pin_finish (result);
  CzPinPage *self;
  g_autofree char *words = NULL;

  if (answer == NULL)
    return;
  self = data;
  self->is_busy = FALSE;
  switch (answer->verdict) {
  case CZ_PIN_RIGHT:
    done (self);
    return;
  case CZ_PIN_EASY:
    words = g_strdup (_("Too easy. Take other digits."));
    break;
  case CZ_PIN_WRONG:
  case CZ_PIN_WAIT: {
    guint minutes = (guint) (answer->wait_s + 59) / 60;
    words = minutes > 0 ? g_strdup_printf (ngettext ("Not right. Wait %u minute.", "Not right. Wait %u minutes.", minutes), minutes)
                        : g_strdup (_("Not right. Once more."));
    break;
  }
  case CZ_PIN_FAILED:
  default:
    words = g_strdup_printf (_("It could not be stored. %s"), answer->message != NULL ? answer->message : "");
    break;
  }
  self->is_repeat = FALSE;
  ask (self, words, TRUE);
}

static void
complete (CzPinPage *self)
{
  CzKiosk *kiosk = cz_page_kiosk (CZ_PAGE (self));
  g_autofree char *dir = station_dir (self);

  if (self->purpose != CZ_PIN_ENTER_TECHNICIAN && !self->is_repeat) {
    memcpy (self->first, self->digits, sizeof self->first);
    self->is_repeat = TRUE;
    ask (self, _("The same once more"), TRUE);
    return;
  }
  if (self->purpose != CZ_PIN_ENTER_TECHNICIAN && strcmp (self->first, self->digits) != 0) {
    self->is_repeat = FALSE;
    ask (self, _("Not the same. Start anew."), TRUE);
    return;
  }
  self->is_busy = TRUE;
  if (self->purpose == CZ_PIN_ENTER_TECHNICIAN)
    cz_pin_try_async (dir, CZ_PIN_TECHNICIAN, self->digits, cz_catalog_clock (kiosk->catalog), self->cancellable, on_answer, self);
  else
    cz_pin_set_async (dir, self->purpose == CZ_PIN_SET_OPERATOR ? CZ_PIN_OPERATOR : CZ_PIN_TECHNICIAN, self->digits, self->cancellable, on_answer, self);
}

static void
on_digit (GtkWidget *key, gpointer data)
{
  CzPinPage *self = data;
  gsize n = strlen (self->digits);

  if (self->is_busy || n >= CZ_PIN_DIGITS)
    return;
  self->digits[n] = cz_key_get_name (key)[strlen (DIGIT_NAME)];
  show_dots (self);
  if (n + 1 == CZ_PIN_DIGITS)
    complete (self);
}

static void
on_delete (GtkWidget *key, gpointer data)
{
  CzPinPage *self = data;
  gsize n = strlen (self->digits);

  if (self->is_busy || n == 0)
    return;
  self->digits[n - 1] = '\0';
  show_dots (self);
}

/* Two rows of five digits, so that they are 20 mm on a 7-inch screen too. */
static GtkWidget *
build_keys (CzPinPage *self)
{
  CzKiosk *kiosk = cz_page_kiosk (CZ_PAGE (self));
  GtkWidget *grid = gtk_grid_new ();
  int gap = cz_px (&kiosk->metrics, CZ_MM_GAP);
  CzKeyLook rub = { "pin-delete", "turn", "key-left", 9, _("Undo"), CZ_MM_QUIET, FALSE, FALSE };
  GtkWidget *key;

  gtk_grid_set_column_homogeneous (GTK_GRID (grid), TRUE);
  gtk_grid_set_row_homogeneous (GTK_GRID (grid), TRUE);
  gtk_grid_set_row_spacing (GTK_GRID (grid), (guint) gap);
  gtk_grid_set_column_spacing (GTK_GRID (grid), (guint) gap);
  for (int i = 0; i < 10; i++) {
    g_autofree char *name = g_strdup_printf (DIGIT_NAME "%d", (i + 1) % 10);
    CzKeyLook look = { name, NULL, NULL, 0, name + strlen (DIGIT_NAME), CZ_MM_TITLE, TRUE, TRUE };

    key = cz_key_new_labelled (kiosk, &look, on_digit, self);
    gtk_widget_set_hexpand (key, TRUE);
    gtk_grid_attach (GTK_GRID (grid), key, i % 5, i / 5, 1, 1);
  }
  key = cz_key_new_labelled (kiosk, &rub, on_delete, self);
  gtk_grid_attach (GTK_GRID (grid), key, 5, 0, 1, 2);
  return grid;
}

static void
cz_pin_page_build (CzPage *page)
{
  CzPinPage *self = CZ_PIN_PAGE (page);
  const CzMetrics *metrics = &cz_page_kiosk (page)->metrics;

  gboolean is_small = cz_metrics_is_small (metrics);
  GtkWidget *head = gtk_box_new (is_small ? GTK_ORIENTATION_HORIZONTAL : GTK_ORIENTATION_VERTICAL, cz_px (metrics, CZ_MM_GAP));

  self->question = cz_fit_label_new (metrics, is_small ? CZ_MM_QUIET : CZ_MM_TITLE, CZ_MM_QUIET, 0.5, TRUE);
  self->dots = cz_fit_label_new (metrics, is_small ? CZ_MM_QUIET : CZ_MM_TITLE, CZ_MM_QUIET, 0.5, FALSE);
  cz_fit_label_set_fixed (CZ_FIT_LABEL (self->dots));
  gtk_widget_set_vexpand (self->question, TRUE);
  gtk_widget_set_hexpand (self->question, TRUE);
  gtk_widget_set_vexpand (self->dots, TRUE);
  gtk_box_append (GTK_BOX (head), self->question);
  gtk_box_append (GTK_BOX (head), self->dots);
  gtk_box_append (GTK_BOX (page), head);
  gtk_box_append (GTK_BOX (page), build_keys (self));
}

/* Whoever comes without the right to set one is asked for it; a station without one lets the first set it. */
static void
cz_pin_page_enter (CzPage *page, gint64 argument)
{
  CzPinPage *self = CZ_PIN_PAGE (page);
  gboolean may_set = cz_page_kiosk (page)->is_technician;
  g_autofree char *dir = station_dir (self);
  gboolean is_set = cz_pin_is_set (dir, argument == CZ_PIN_SET_OPERATOR ? CZ_PIN_OPERATOR : CZ_PIN_TECHNICIAN);

  self->purpose = (CzPinPurpose) argument;
  if (is_set && !may_set)
    self->purpose = CZ_PIN_ENTER_TECHNICIAN;
  else if (!is_set && argument == CZ_PIN_ENTER_TECHNICIAN)
    self->purpose = CZ_PIN_SET_TECHNICIAN;
  self->is_busy = FALSE;
  ask_anew (self, FALSE);
}

static void
cz_pin_page_speak (CzPage *page, CzScript *script)
{
  GtkWidget *question = CZ_PIN_PAGE (page)->question;

  cz_script_add (script, question, 0, cz_fit_label_get_text (CZ_FIT_LABEL (question)));
}

static void
cz_pin_page_unmap (GtkWidget *widget)
{
  CzPinPage *self = CZ_PIN_PAGE (widget);

  explicit_bzero (self->digits, sizeof self->digits);
  explicit_bzero (self->first, sizeof self->first);
  GTK_WIDGET_CLASS (cz_pin_page_parent_class)->unmap (widget);
}

static void
cz_pin_page_dispose (GObject *object)
{
  g_cancellable_cancel (CZ_PIN_PAGE (object)->cancellable);
  G_OBJECT_CLASS (cz_pin_page_parent_class)->dispose (object);
}

static void
cz_pin_page_finalize (GObject *object)
{
  g_clear_object (&CZ_PIN_PAGE (object)->cancellable);
  G_OBJECT_CLASS (cz_pin_page_parent_class)->finalize (object);
}

static void
cz_pin_page_class_init (CzPinPageClass *klass)
{
  CzPageClass *page_class = CZ_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_pin_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_pin_page_finalize;
  GTK_WIDGET_CLASS (klass)->unmap = cz_pin_page_unmap;
  page_class->build = cz_pin_page_build;
  page_class->enter = cz_pin_page_enter;
  page_class->speak = cz_pin_page_speak;
}

static void
cz_pin_page_init (CzPinPage *self)
{
  self->cancellable = g_cancellable_new ();
}
