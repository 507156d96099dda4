/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/common/cz-no-voice.h"

#include "ui/common/cz-fit-label.h"
#include "ui/common/cz-key.h"

#include <glib/gi18n.h>

struct _CzNoVoice {
  GtkBox parent_instance;
  CzKiosk *kiosk;
  GtkWidget *key; /* the offer */
  GtkWidget *key_label;
  GtkWidget *band; /* without an offer */
  char *code;
  gboolean has_han;
  gboolean takes_mandarin; /* the offer was taken for this text */
  void (*on_mandarin) (gpointer data);
  gpointer data;
};

G_DEFINE_FINAL_TYPE (CzNoVoice, cz_no_voice, GTK_TYPE_BOX)

static const char *
language_name (const char *code)
{
  static const struct {
    const char *code, *name;
  } known[] = {
    { "yue", N_("Cantonese") }, { "en", N_("English") },    { "ug", N_("Uyghur") },  { "bo", N_("Tibetan") },
    { "mn", N_("Mongolian") },  { "kk", N_("Kazakh") },     { "ky", N_("Kyrgyz") },  { "ko", N_("Korean") },
    { "za", N_("Zhuang") },     { "ii", N_("Yi") },         { "hak", N_("Hakka") },  { "nan", N_("Southern Min") },
    { "wuu", N_("Wu") },        { "gan", N_("Gan") },       { "hsn", N_("Xiang") },  { "hmn", N_("Miao") },
  };
  gsize len = strcspn (code, "-_");

  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    if (strlen (known[i].code) == len && g_ascii_strncasecmp (known[i].code, code, len) == 0)
      return _(known[i].name);
  return _("another language");
}

static void
on_key (GtkWidget *key, gpointer data)
{
  CzNoVoice *self = data;

  self->takes_mandarin = TRUE;
  self->on_mandarin (self->data);
}

/* TRUE when the station has a voice for the text, or it is to be read in Mandarin. lang: set when *is_marked. */
static gboolean
can_read (CzNoVoice *self, CzLang *lang, gboolean *is_marked)
{
  CzVoice *voice = cz_narrator_voice (self->kiosk->narrator);

  *is_marked = self->code[0] != '\0' && !self->takes_mandarin && voice != NULL;
  return !*is_marked || cz_voice_find_language (voice, self->code, lang);
}

static char *
words_of (CzNoVoice *self)
{
  const char *format = self->has_han ? _("No voice for %s. Touch here: it is read in Mandarin.")
                                     : _("The station has no voice for %s.");
  const char *name = language_name (self->code);
  g_auto (GStrv) parts = g_strsplit (format, "%s", 2);

  return g_strconcat (parts[0], name, parts[1], NULL);
}

static void
update (CzNoVoice *self)
{
  gboolean is_marked;
  CzLang lang;
  gboolean is_readable = can_read (self, &lang, &is_marked);
  g_autofree char *words = words_of (self);

  cz_fit_label_set_text (CZ_FIT_LABEL (self->has_han ? self->key_label : self->band), words);
  cz_key_set_words (self->key, words);
  gtk_widget_set_visible (self->key, self->has_han);
  gtk_widget_set_visible (self->band, !self->has_han);
  gtk_widget_set_visible (GTK_WIDGET (self), !is_readable);
}

static void
cz_no_voice_finalize (GObject *object)
{
  g_free (CZ_NO_VOICE (object)->code);
  G_OBJECT_CLASS (cz_no_voice_parent_class)->finalize (object);
}

static void
cz_no_voice_class_init (CzNoVoiceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cz_no_voice_finalize;
}

static void
cz_no_voice_init (CzNoVoice *self)
{
  self->code = g_strdup ("");
}

GtkWidget *
cz_no_voice_new (CzKiosk *kiosk, void (*on_mandarin) (gpointer data), gpointer data)
{
  CzNoVoice *self = g_object_new (CZ_TYPE_NO_VOICE, "visible", FALSE, NULL);
  /* A small screen has no room for a taller key: the text does not grow with the reader's there. */
  double text_mm = cz_metrics_is_small (&kiosk->metrics) ? CZ_MM_QUIET * 100.0 / kiosk->metrics.text_percent : CZ_MM_QUIET;

  self->kiosk = kiosk;
  self->on_mandarin = on_mandarin;
  self->data = data;
  self->key = cz_key_new (kiosk, "read-in-mandarin", "block", on_key, self);
  self->key_label = cz_fit_label_new (&kiosk->metrics, text_mm, CZ_MM_QUIET, 0.5, TRUE);
  gtk_button_set_child (GTK_BUTTON (self->key), self->key_label);
  gtk_widget_set_size_request (self->key, -1, cz_px (&kiosk->metrics, CZ_MM_KEY));
  self->band = cz_fit_label_new (&kiosk->metrics, text_mm, CZ_MM_QUIET, 0, TRUE);
  gtk_widget_set_size_request (self->band, -1, cz_px (&kiosk->metrics, CZ_MM_TITLE * 1.5));
  gtk_widget_set_hexpand (self->key, TRUE);
  gtk_widget_set_hexpand (self->band, TRUE);
  gtk_box_append (GTK_BOX (self), self->key);
  gtk_box_append (GTK_BOX (self), self->band);
  return GTK_WIDGET (self);
}

static gboolean
has_han (const char *text)
{
  for (; *text != '\0'; text = g_utf8_next_char (text))
    if (g_unichar_get_script (g_utf8_get_char (text)) == G_UNICODE_SCRIPT_HAN)
      return TRUE;
  return FALSE;
}

void
cz_no_voice_set (CzNoVoice *self, const char *code, const char *text)
{
  g_free (self->code);
  self->code = g_strdup (code);
  self->has_han = has_han (text);
  update (self);
}

void
cz_no_voice_forget (CzNoVoice *self)
{
  self->takes_mandarin = FALSE;
}

CzScript *
cz_no_voice_filter (CzNoVoice *self, CzScript *script)
{
  g_autofree char *words = words_of (self);
  CzScript *instead;
  gboolean is_marked;
  CzLang lang;

  if (can_read (self, &lang, &is_marked)) {
    if (is_marked)
      cz_script_set_language (script, lang);
    return script;
  }
  cz_script_free (script);
  /* The voice may have come only now. */
  update (self);
  instead = cz_script_new ();
  cz_script_add (instead, self->has_han ? self->key : self->band, 0, words);
  return instead;
}
