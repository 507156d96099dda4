/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "cz-ui"
#include "ui/technician/cz-clock-page.h"

#include "ui/common/cz-fit-label.h"
#include "ui/common/cz-key.h"

#include <glib/gi18n.h>

#define N_FIELDS 5
/* China has one time. */
#define ZONE "+08"
#define LATEST_YEAR 2099
/* The helper of the board needs a moment; longer means that there is none. */
#define ANSWER_AFTER_S 5
#define CLOSE_ENOUGH_S 120

struct _CzClockPage {
  CzPage parent_instance;
  GtkWidget *note;
  GtkWidget *values[N_FIELDS];
  GDateTime *chosen;
  gint64 wanted_s;
  guint answer_id;
};

G_DEFINE_FINAL_TYPE (CzClockPage, cz_clock_page, CZ_TYPE_PAGE)

static CzClock *
clock_of (CzClockPage *self)
{
  return cz_catalog_clock (cz_page_kiosk (CZ_PAGE (self))->catalog);
}

static GDateTime *
at (gint64 seconds)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (ZONE);
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (seconds);

  return g_date_time_to_timezone (utc, zone);
}

static char *
field_words (GDateTime *time, int field)
{
  switch (field) {
  case 0:
    return g_strdup_printf (_("%d y"), g_date_time_get_year (time));
  case 1:
    return g_strdup_printf (_("%d mo"), g_date_time_get_month (time));
  case 2:
    return g_strdup_printf (_("%d d"), g_date_time_get_day_of_month (time));
  case 3:
    return g_strdup_printf (_("%d h"), g_date_time_get_hour (time));
  default:
    return g_strdup_printf (_("%d min"), g_date_time_get_minute (time));
  }
}

static void
show (CzClockPage *self)
{
  for (int i = 0; i < N_FIELDS; i++) {
    g_autofree char *text = field_words (self->chosen, i);
    cz_fit_label_set_text (CZ_FIT_LABEL (self->values[i]), text);
  }
}

static void
tell (CzClockPage *self, const char *words, gboolean speaks)
{
  cz_fit_label_set_text (CZ_FIT_LABEL (self->note), words);
  if (speaks)
    cz_page_say (CZ_PAGE (self));
}

static GDateTime *
moved (GDateTime *from, int field, int by)
{
  switch (field) {
  case 0:
    return g_date_time_add_years (from, by);
  case 1:
    return g_date_time_add_months (from, by);
  case 2:
    return g_date_time_add_days (from, by);
  case 3:
    return g_date_time_add_hours (from, by);
  default:
    return g_date_time_add_minutes (from, by);
  }
}

static void
move (CzClockPage *self, int field, int by)
{
  g_autoptr (GDateTime) next = moved (self->chosen, field, by);

  if (next == NULL || g_date_time_to_unix (next) < cz_clock_trusted_s (clock_of (self)) || g_date_time_get_year (next) > LATEST_YEAR) {
    tell (self, _("It cannot be before what the county has signed."), TRUE);
    return;
  }
  g_date_time_unref (self->chosen);
  self->chosen = g_steal_pointer (&next);
  show (self);
}

static void
on_more (GtkWidget *key, gpointer data)
{
  move (data, cz_key_get_name (key)[5] - '0', 1);
}

static void
on_less (GtkWidget *key, gpointer data)
{
  move (data, cz_key_get_name (key)[5] - '0', -1);
}

static gboolean
on_answer (gpointer data)
{
  CzClockPage *self = data;
  gint64 now_s = cz_clock_wall_s (clock_of (self));
  gboolean is_set = ABS (now_s - self->wanted_s) < CLOSE_ENOUGH_S;

  self->answer_id = 0;
  cz_log_event (cz_page_kiosk (data)->log, "clock", "set", is_set ? "yes" : "no", NULL);
  tell (self, is_set ? _("The clock is set.") : _("The clock was not set. This machine may have nobody who may do it."), TRUE);
  return G_SOURCE_REMOVE;
}

/* The kiosk may not set clocks: it leaves word for the board's helper (board/clock/set-clock). */
static void
on_set (GtkWidget *key, gpointer data)
{
  CzClockPage *self = data;
  CzKiosk *kiosk = cz_page_kiosk (data);
  g_autofree char *path = g_build_filename (kiosk->board, "ask", "clock", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  self->wanted_s = g_date_time_to_unix (self->chosen);
  text = g_strdup_printf ("%" G_GINT64_FORMAT "\n", self->wanted_s);
  if (!g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0640, &error)) {
    g_message ("%s", error->message);
    tell (self, _("On this machine the clock is not set here."), TRUE);
    return;
  }
  tell (self, _("Being set …"), FALSE);
  g_clear_handle_id (&self->answer_id, g_source_remove);
  self->answer_id = g_timeout_add_seconds (ANSWER_AFTER_S, on_answer, self);
}

static GtkWidget *
build_key (CzClockPage *self, const char *prefix, int field, const char *text, CzKeyFunc on_tap)
{
  const CzMetrics *metrics = &cz_page_kiosk (CZ_PAGE (self))->metrics;
  g_autofree char *name = g_strdup_printf ("%s%d", prefix, field);
  CzKeyLook look = { name, "turn", NULL, 0, text, CZ_MM_TITLE, TRUE, TRUE };
  GtkWidget *key = cz_key_new_labelled (cz_page_kiosk (CZ_PAGE (self)), &look, on_tap, self);

  gtk_widget_set_hexpand (key, TRUE);
  gtk_widget_set_size_request (key, cz_px (metrics, CZ_MM_KEY), cz_px (metrics, cz_metrics_is_small (metrics) ? CZ_MM_KEY_OPERATOR : CZ_MM_KEY));
  return key;
}

static void
cz_clock_page_build (CzPage *page)
{
  CzClockPage *self = CZ_CLOCK_PAGE (page);
  CzKiosk *kiosk = cz_page_kiosk (page);
  const CzMetrics *metrics = &kiosk->metrics;
  GtkWidget *grid = gtk_grid_new ();
  CzKeyLook look = { "clock-set", "set-full", NULL, 0, _("Set"), CZ_MM_BODY, TRUE, FALSE };
  GtkWidget *set = cz_key_new_labelled (kiosk, &look, on_set, self);

  self->note = cz_fit_label_new (metrics, CZ_MM_BODY, CZ_MM_QUIET, 0, FALSE);
  gtk_widget_set_vexpand (self->note, TRUE);
  gtk_grid_set_column_homogeneous (GTK_GRID (grid), TRUE);
  gtk_grid_set_column_spacing (GTK_GRID (grid), (guint) cz_px (metrics, CZ_MM_GAP));
  for (int i = 0; i < N_FIELDS; i++) {
    self->values[i] = cz_fit_label_new (metrics, cz_metrics_is_small (metrics) ? CZ_MM_QUIET : CZ_MM_BODY, CZ_MM_QUIET, 0.5, TRUE);
    cz_fit_label_set_fixed (CZ_FIT_LABEL (self->values[i]));
    gtk_grid_attach (GTK_GRID (grid), build_key (self, "more-", i, "+", on_more), i, 0, 1, 1);
    gtk_grid_attach (GTK_GRID (grid), self->values[i], i, 1, 1, 1);
    gtk_grid_attach (GTK_GRID (grid), build_key (self, "less-", i, "−", on_less), i, 2, 1, 1);
  }
  gtk_grid_attach (GTK_GRID (grid), set, N_FIELDS, 0, 1, 3);
  gtk_box_append (GTK_BOX (page), self->note);
  gtk_box_append (GTK_BOX (page), grid);
}

static void
cz_clock_page_enter (CzPage *page, gint64 argument)
{
  CzClockPage *self = CZ_CLOCK_PAGE (page);
  CzClock *clock = clock_of (self);
  gint64 start_s = MAX (cz_clock_wall_s (clock), cz_clock_trusted_s (clock));

  g_clear_pointer (&self->chosen, g_date_time_unref);
  self->chosen = at (start_s);
  tell (self, _("Change day and time, then touch Set."), FALSE);
  show (self);
}

static void
cz_clock_page_speak (CzPage *page, CzScript *script)
{
  CzClockPage *self = CZ_CLOCK_PAGE (page);

  cz_script_add (script, self->note, 0, cz_fit_label_get_text (CZ_FIT_LABEL (self->note)));
}

static void
cz_clock_page_unmap (GtkWidget *widget)
{
  g_clear_handle_id (&CZ_CLOCK_PAGE (widget)->answer_id, g_source_remove);
  GTK_WIDGET_CLASS (cz_clock_page_parent_class)->unmap (widget);
}

static void
cz_clock_page_finalize (GObject *object)
{
  g_clear_pointer (&CZ_CLOCK_PAGE (object)->chosen, g_date_time_unref);
  G_OBJECT_CLASS (cz_clock_page_parent_class)->finalize (object);
}

static void
cz_clock_page_class_init (CzClockPageClass *klass)
{
  CzPageClass *page_class = CZ_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = cz_clock_page_finalize;
  GTK_WIDGET_CLASS (klass)->unmap = cz_clock_page_unmap;
  page_class->build = cz_clock_page_build;
  page_class->enter = cz_clock_page_enter;
  page_class->speak = cz_clock_page_speak;
}

static void
cz_clock_page_init (CzClockPage *self)
{
}
