/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "cz-ui"
#include "ui/cz-application.h"

#include "cz-config.h"
#include "sync/model/cz-exit.h"
#include "sync/outbox/cz-outbox.h"
#include "ui/common/cz-kiosk.h"
#include "ui/cz-agent-link.h"
#include "ui/cz-language.h"
#include "ui/cz-notify.h"
#include "ui/cz-options.h"
#include "ui/cz-sound.h"
#include "app/speech/cz-speech-dir.h"
#include "ui/cz-where.h"
#include "ui/setup/cz-setup-state.h"
#include "ui/cz-window.h"

#include <glib-unix.h>
#include <glib/gi18n.h>

/* What the board leaves for the screen (ui/technician/README.md). */
#define BOARD_DIR "/run/cunzhan-board"

struct _CzApplication {
  GtkApplication parent_instance;
  CzOptions options;
  CzKiosk kiosk;
  CzAgentLink *agent;
  CzNotify *notify;
  guint voice_id;
  guint signal_ids[2];
};

G_DEFINE_FINAL_TYPE (CzApplication, cz_application, GTK_TYPE_APPLICATION)

static int
cz_application_handle_local_options (GApplication *application, GVariantDict *dictionary)
{
  CzApplication *self = CZ_APPLICATION (application);

  if (self->options.show_version) {
    g_print ("cunzhan %s\n", CZ_VERSION);
    return CZ_EXIT_DONE;
  }
  if (!cz_sound_is_valid (self->options.sound)) {
    g_printerr (_("--sound %s: give alsa, none or wav:FOLDER\n"), self->options.sound);
    return CZ_EXIT_USAGE;
  }
  if (self->options.lang != NULL && !g_str_equal (self->options.lang, "en") && !g_str_equal (self->options.lang, "zh_CN")) {
    g_printerr (_("--lang %s: give zh_CN or en\n"), self->options.lang);
    return CZ_EXIT_USAGE;
  }
  if (self->options.home == NULL)
    self->options.home = cz_where_home ();
  if (self->options.board == NULL)
    self->options.board = g_strdup (BOARD_DIR);
  return -1;
}

/* Name and village stand in station.db, where the agent wrote them when it was enrolled. */
static gint64
read_station (CzApplication *self)
{
  g_autofree char *folder = g_build_filename (self->options.home, "station", NULL);
  g_autofree char *village = NULL;
  g_autofree char *language = NULL;
  g_autoptr (CzOutbox) outbox = NULL;
  g_autoptr (GError) error = NULL;
  gint64 region = 0;

  g_free (self->kiosk.station_name);
  self->kiosk.station_name = NULL;
  /* Only the agent makes the home; before it has, there is nothing to read. */
  if (g_file_test (folder, G_FILE_TEST_IS_DIR))
    outbox = cz_outbox_open (folder, FALSE, &error);
  if (outbox != NULL) {
    self->kiosk.station_name = cz_outbox_get (outbox, CZ_SETTING_STATION_NAME);
    village = cz_outbox_get (outbox, CZ_SETTING_VILLAGE);
    language = cz_outbox_get (outbox, CZ_SETTING_LANGUAGE);
    /* As cunzhan.conf says; who starts the program may say otherwise. */
    if (language != NULL && self->options.lang == NULL)
      cz_language_set (language);
    if (village != NULL && !cz_region_parse (village, &region))
      g_message ("%s: village code %s is not one", folder, village);
  } else if (error != NULL) {
    g_message ("%s: %s", folder, error->message);
  }
  if (self->kiosk.station_name == NULL)
    self->kiosk.station_name = g_strdup ("");
  return region;
}

/* The first boot has come to its end while the screen was on. */
static void
reread_station (CzKiosk *kiosk)
{
  CzApplication *self = CZ_APPLICATION (g_application_get_default ());
  gboolean was_english = g_str_equal (cz_language_get (), "en");

  cz_catalog_set_village (kiosk->catalog, read_station (self));
  cz_catalog_set_language (kiosk->catalog, g_str_equal (cz_language_get (), "en") ? "en" : "");
  if (was_english != g_str_equal (cz_language_get (), "en"))
    kiosk->calls->rebuild (kiosk->window);
}

/* After the first frame: loading the synthesiser must not keep the screen waiting. */
static gboolean
on_open_voice (gpointer data)
{
  CzApplication *self = data;
  g_autofree char *tables = cz_speech_find_dir ();
  g_autoptr (GError) error = NULL;
  g_autoptr (CzVoice) voice = cz_sound_open (self->options.sound, tables, &error);

  self->voice_id = 0;
  if (voice == NULL) {
    g_message ("no voice: %s", error->message);
    return G_SOURCE_REMOVE;
  }
  if (self->options.log != NULL) {
    g_autofree char *spoken = g_strconcat (self->options.log, ".spoken", NULL);
    cz_voice_set_log_path (voice, spoken);
  }
  cz_narrator_set_voice (self->kiosk.narrator, voice);
  cz_log_event (self->kiosk.log, "voice", NULL);
  return G_SOURCE_REMOVE;
}

static gboolean
on_end_signal (gpointer data)
{
  g_application_quit (G_APPLICATION (data));
  return G_SOURCE_CONTINUE;
}

static gboolean
find_metrics (CzApplication *self, GError **error)
{
  g_autoptr (GdkMonitor) monitor = g_list_model_get_item (gdk_display_get_monitors (gdk_display_get_default ()), 0);
  GdkRectangle area = { 0 };

  if (monitor != NULL)
    gdk_monitor_get_geometry (monitor, &area);
  return cz_options_metrics (&self->options, area.width, area.height, &self->kiosk.metrics, error);
}

static CzClock *
make_clock (const CzOptions *options)
{
#if CZ_TEST_HOOKS
  if (options->clock != NULL)
    return cz_clock_new_file (options->clock);
#endif
  return cz_clock_new_system ();
}

static void
open_stores (CzApplication *self)
{
  g_autoptr (CzClock) clock = make_clock (&self->options);
  g_autofree char *content = g_build_filename (self->options.home, "content", NULL);
  g_autofree char *media = g_build_filename (self->options.home, "media", NULL);
  g_autoptr (CzSetupState) setup = cz_setup_state_read (self->options.home);

  self->kiosk.home = self->options.home;
  self->kiosk.board = self->options.board;
  self->kiosk.has_sound_card = self->options.sound == NULL || g_str_equal (self->options.sound, "alsa");
  self->kiosk.reread_station = reread_station;
  self->kiosk.first_page = setup->stage == CZ_SETUP_DONE ? CZ_PAGE_HOME : CZ_PAGE_SETUP;
  self->kiosk.catalog = cz_catalog_new (content, clock, read_station (self));
  cz_catalog_set_language (self->kiosk.catalog, g_str_equal (cz_language_get (), "en") ? "en" : "");
  self->kiosk.pictures = cz_pictures_new (media);
  self->kiosk.narrator = cz_narrator_new (self->kiosk.log);
}

static void
fail (CzApplication *self, const char *message)
{
  g_printerr ("cunzhan: %s\n", message);
  g_application_quit (G_APPLICATION (self));
}

/* The desktop's settings do not apply to a station: no animations, no blinking cursor, so that an idle screen is still. */
static void
set_up_toolkit (void)
{
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, "gtk-cursor-blink", FALSE, "gtk-theme-name", "Default", NULL);
  gtk_window_set_default_icon_name (CZ_APP_ID);
}

static void
cz_application_activate (GApplication *application)
{
  CzApplication *self = CZ_APPLICATION (application);
  CzWindowOptions window_options = { self->options.fullscreen, self->options.may_close, self->options.log_layout, self->options.log_frames,
                                    self->options.technician_idle_s };
  g_autoptr (GError) error = NULL;
  CzWindow *window;

  cz_language_set (self->options.lang != NULL ? self->options.lang : cz_language_get ());
  if (self->options.log != NULL && (self->kiosk.log = cz_log_new (self->options.log, &error)) == NULL) {
    fail (self, error->message);
    return;
  }
  if (!find_metrics (self, &error)) {
    fail (self, error->message);
    return;
  }
  set_up_toolkit ();
  open_stores (self);
  window = cz_window_new (GTK_APPLICATION (self), &self->kiosk, &window_options);
  gtk_window_present (GTK_WINDOW (window));
  self->notify = cz_notify_new (GTK_WIDGET (window));
  self->voice_id = g_idle_add_full (G_PRIORITY_LOW, on_open_voice, self, NULL);
  self->agent = self->options.bus != NULL ? cz_agent_link_new (self->options.bus, self->kiosk.catalog) : NULL;
  self->kiosk.agent = self->agent;
  self->signal_ids[0] = g_unix_signal_add (SIGTERM, on_end_signal, self);
  self->signal_ids[1] = g_unix_signal_add (SIGINT, on_end_signal, self);
}

static void
cz_application_shutdown (GApplication *application)
{
  CzApplication *self = CZ_APPLICATION (application);
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  g_clear_handle_id (&self->voice_id, g_source_remove);
  for (gsize i = 0; i < G_N_ELEMENTS (self->signal_ids); i++)
    g_clear_handle_id (&self->signal_ids[i], g_source_remove);
  self->kiosk.agent = NULL;
  g_clear_object (&self->agent);
  g_clear_pointer (&self->notify, cz_notify_free);
  if (self->kiosk.narrator != NULL)
    cz_narrator_stop (self->kiosk.narrator);
  if (window != NULL)
    gtk_window_destroy (window);
  g_clear_object (&self->kiosk.narrator);
  g_clear_object (&self->kiosk.catalog);
  g_clear_pointer (&self->kiosk.pictures, cz_pictures_free);
  g_clear_pointer (&self->kiosk.log, cz_log_free);
  g_clear_pointer (&self->kiosk.station_name, g_free);
  g_clear_pointer (&self->kiosk.findings, cz_findings_free);
  G_APPLICATION_CLASS (cz_application_parent_class)->shutdown (application);
}

static void
cz_application_finalize (GObject *object)
{
  cz_options_clear (&CZ_APPLICATION (object)->options);
  G_OBJECT_CLASS (cz_application_parent_class)->finalize (object);
}

static void
cz_application_class_init (CzApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = cz_application_finalize;
  application_class->handle_local_options = cz_application_handle_local_options;
  application_class->activate = cz_application_activate;
  application_class->shutdown = cz_application_shutdown;
}

static void
cz_application_init (CzApplication *self)
{
}

CzApplication *
cz_application_new (void)
{
  CzApplication *self = g_object_new (CZ_TYPE_APPLICATION, "application-id", CZ_APP_ID, "flags", G_APPLICATION_NON_UNIQUE, NULL);

  g_application_set_option_context_summary (G_APPLICATION (self), _("The village station's screen: prices, policies and notices, shown and read aloud."));
  cz_options_add (&self->options, G_APPLICATION (self));
  return self;
}
