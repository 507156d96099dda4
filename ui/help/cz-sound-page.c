/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/help/cz-sound-page.h"

#include "ui/common/cz-fit-label.h"
#include "ui/common/cz-icon.h"
#include "ui/common/cz-key.h"
#include "ui/cz-language.h"

#include <glib/gi18n.h>

/* 10 of 100: about 3 dB at the upper end. */
#define VOLUME_STEP 10
/* Never silent by mistake: 再说一遍 must always be heard. */
#define VOLUME_LEAST 20

typedef enum { SETTING_LOUDER, SETTING_SOFTER, SETTING_SLOWER, SETTING_READ_ALONG, SETTING_LARGE, SETTING_LANGUAGE, N_SETTINGS } Setting;

struct _CzSoundPage {
  CzPage parent_instance;
  GtkWidget *keys[N_SETTINGS];
  GtkWidget *values[N_SETTINGS];
};

G_DEFINE_FINAL_TYPE (CzSoundPage, cz_sound_page, CZ_TYPE_PAGE)

static const struct {
  const char *name, *icon, *text;
} settings[N_SETTINGS] = {
  { "sound-louder", "key-louder", N_("Louder") },
  { "sound-softer", "key-softer", N_("Softer") },
  { "sound-slower", "key-slower", N_("Slower") },
  { "sound-read-along", "key-play", N_("Read everything") },
  { "sound-large", "key-large-text", N_("Large text") },
  { "sound-language", "key-language", N_("Language") },
};

static void
change_volume (CzKiosk *kiosk, int by)
{
  CzVoice *voice = cz_narrator_voice (kiosk->narrator);
  int volume = voice != NULL ? (int) cz_voice_get_volume (voice) : 100;
  int wanted = CLAMP (volume + by, VOLUME_LEAST, 100);

  if (voice != NULL)
    cz_voice_set_volume (voice, (guint) wanted);
  if (wanted == volume)
    cz_narrator_say_text (kiosk->narrator, by > 0 ? _("This is the loudest.") : _("This is the softest."));
  else
    cz_narrator_say_text (kiosk->narrator, by > 0 ? _("Now it is louder.") : _("Now it is softer."));
}

static void
change_speed (CzKiosk *kiosk)
{
  CzVoice *voice = cz_narrator_voice (kiosk->narrator);
  gboolean is_slow = voice != NULL && cz_voice_get_speed (voice) == CZ_VOICE_SPEED_SLOW;

  if (voice != NULL)
    cz_voice_set_speed (voice, is_slow ? CZ_VOICE_SPEED_NORMAL : CZ_VOICE_SPEED_SLOW);
  cz_narrator_say_text (kiosk->narrator, is_slow ? _("Now it is as fast as before.") : _("Now it is slower."));
}

static void
change_text (CzKiosk *kiosk)
{
  kiosk->metrics.text_percent = cz_metrics_next_text (&kiosk->metrics);
  kiosk->calls->rebuild (kiosk->window);
}

static void
change_language (CzKiosk *kiosk)
{
  gboolean was_english = g_str_equal (cz_language_get (), "en");

  cz_language_set (was_english ? "zh_CN" : "en");
  cz_catalog_set_language (kiosk->catalog, was_english ? "" : "en");
  cz_log_event (kiosk->log, "language", "lang", cz_language_get (), NULL);
  kiosk->calls->rebuild (kiosk->window);
}

static void
on_setting (GtkWidget *key, gpointer data)
{
  CzSoundPage *self = data;
  CzKiosk *kiosk = cz_page_kiosk (data);

  if (key == self->keys[SETTING_LOUDER]) {
    change_volume (kiosk, VOLUME_STEP);
  } else if (key == self->keys[SETTING_SOFTER]) {
    change_volume (kiosk, -VOLUME_STEP);
  } else if (key == self->keys[SETTING_SLOWER]) {
    change_speed (kiosk);
  } else if (key == self->keys[SETTING_READ_ALONG]) {
    kiosk->reads_along = !kiosk->reads_along;
    cz_narrator_say_text (kiosk->narrator, kiosk->reads_along ? _("Now everything on a page is read.") : _("Now only the main thing is read."));
  } else if (key == self->keys[SETTING_LARGE]) {
    change_text (kiosk);
    return;
  } else if (key == self->keys[SETTING_LANGUAGE]) {
    change_language (kiosk);
    return;
  }
  cz_page_refresh (CZ_PAGE (self));
}

static GtkWidget *
build_key (CzSoundPage *self, Setting setting)
{
  CzKiosk *kiosk = cz_page_kiosk (CZ_PAGE (self));
  const CzMetrics *metrics = &kiosk->metrics;
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, cz_px (metrics, cz_metrics_is_small (metrics) ? 0 : 1));
  GtkWidget *word = cz_fit_label_new (metrics, CZ_MM_BODY, CZ_MM_QUIET, 0.5, TRUE);

  self->keys[setting] = cz_key_new (kiosk, settings[setting].name, "setting", on_setting, self);
  self->values[setting] = cz_fit_label_new (metrics, CZ_MM_QUIET, CZ_MM_QUIET, 0.5, FALSE);
  gtk_widget_add_css_class (self->values[setting], "value");
  cz_fit_label_set_text (CZ_FIT_LABEL (word), _(settings[setting].text));
  gtk_box_append (GTK_BOX (box), cz_icon_new (settings[setting].icon, cz_px (metrics, cz_metrics_is_small (metrics) ? 7.6 : 14)));
  gtk_box_append (GTK_BOX (box), word);
  gtk_box_append (GTK_BOX (box), self->values[setting]);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_button_set_child (GTK_BUTTON (self->keys[setting]), box);
  gtk_widget_set_hexpand (self->keys[setting], TRUE);
  gtk_widget_set_vexpand (self->keys[setting], TRUE);
  cz_key_set_words (self->keys[setting], _(settings[setting].text));
  return self->keys[setting];
}

static void
cz_sound_page_build (CzPage *page)
{
  CzSoundPage *self = CZ_SOUND_PAGE (page);
  int gap = cz_px (&cz_page_kiosk (page)->metrics, CZ_MM_GAP);
  GtkWidget *grid = gtk_grid_new ();

  gtk_grid_set_row_homogeneous (GTK_GRID (grid), TRUE);
  gtk_grid_set_column_homogeneous (GTK_GRID (grid), TRUE);
  gtk_grid_set_row_spacing (GTK_GRID (grid), (guint) gap);
  gtk_grid_set_column_spacing (GTK_GRID (grid), (guint) gap);
  gtk_widget_set_vexpand (grid, TRUE);
  for (int i = 0; i < N_SETTINGS; i++)
    gtk_grid_attach (GTK_GRID (grid), build_key (self, (Setting) i), i % 3, i / 3, 1, 1);
  gtk_box_append (GTK_BOX (page), grid);
}

static void
show_value (CzSoundPage *self, Setting setting, const char *text, gboolean is_on)
{
  cz_fit_label_set_text (CZ_FIT_LABEL (self->values[setting]), text);
  if (is_on)
    gtk_widget_add_css_class (self->keys[setting], "on");
  else
    gtk_widget_remove_css_class (self->keys[setting], "on");
}

static void
cz_sound_page_refresh (CzPage *page)
{
  CzSoundPage *self = CZ_SOUND_PAGE (page);
  CzKiosk *kiosk = cz_page_kiosk (page);
  CzVoice *voice = cz_narrator_voice (kiosk->narrator);
  gboolean is_slow = voice != NULL && cz_voice_get_speed (voice) == CZ_VOICE_SPEED_SLOW;
  int percent = kiosk->metrics.text_percent;
  /* Translators: loudness from 1 to 10. */
  g_autofree char *volume = g_strdup_printf (_("now %u"), voice != NULL ? cz_voice_get_volume (voice) / 10 : 10);

  show_value (self, SETTING_LOUDER, volume, FALSE);
  show_value (self, SETTING_SOFTER, volume, FALSE);
  show_value (self, SETTING_SLOWER, is_slow ? _("on") : _("off"), is_slow);
  show_value (self, SETTING_READ_ALONG, kiosk->reads_along ? _("on") : _("off"), kiosk->reads_along);
  show_value (self, SETTING_LARGE, percent < 115 ? _("off") : percent < 140 ? _("large") : _("largest"), percent > 115);
  show_value (self, SETTING_LANGUAGE, g_str_equal (cz_language_get (), "en") ? "English → 中文" : "中文 → English", FALSE);
}

static void
cz_sound_page_speak (CzPage *page, CzScript *script)
{
  cz_script_add (script, NULL, 0, _("Here you change how loud, how fast and how large."));
}

static void
cz_sound_page_speak_entries (CzPage *page, CzScript *script)
{
  CzSoundPage *self = CZ_SOUND_PAGE (page);

  for (int i = 0; i < N_SETTINGS; i++) {
    g_autofree char *words = g_strdup_printf (_("%s. "), cz_key_get_words (self->keys[i]));
    cz_script_add (script, self->keys[i], 0, words);
  }
}

static void
cz_sound_page_class_init (CzSoundPageClass *klass)
{
  CzPageClass *page_class = CZ_PAGE_CLASS (klass);

  page_class->build = cz_sound_page_build;
  page_class->refresh = cz_sound_page_refresh;
  page_class->speak = cz_sound_page_speak;
  page_class->speak_entries = cz_sound_page_speak_entries;
}

static void
cz_sound_page_init (CzSoundPage *self)
{
}
