/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/speech/cz-synth.h"
#include <dlfcn.h>
#include <espeak-ng/speak_lib.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#define BUFFER_MS 20 /* asked for; 1.51 gives 49, which bounds how late a stop is noticed */
#define RANGE_FULL 100 /* tones span 70–109 Hz; at espeak-ng's own 50 only 79–99 */
#define RANGE_PLAIN 50

/* espeak-ng brings a score of libraries for sound cards that we never use. Opened with the voice, which comes after the first page, they keep
 * nobody waiting. */
#define SONAME "libespeak-ng.so.1"
#define FUNCTIONS(USE) \
  USE (Info) USE (Initialize) USE (SetParameter) USE (SetPhonemeTrace) USE (SetSynthCallback) USE (SetVoiceByName) USE (Synth) USE (TextToPhonemes)
#define AS_POINTER(name) __typeof__ (&espeak_##name) name;

struct _CzSynth {
  guint rate_hz;
};

/* The library's one state, and therefore the only mutable file-level data here. It is never ended: in 1.51
 * espeak_Terminate waits for ever when the library's own idle thread has not yet come to rest (seen on every
 * tenth start), and the process gives back the 9 MB at its end. */
static struct {
  GMutex lock;
  void *handle; /* NULL until the library was found */
  FUNCTIONS (AS_POINTER)
  int rate_hz; /* 0 before it is started */
  char *voice; /* name given to espeak_SetVoiceByName last */
  FILE *trace; /* in memory, written anew by each call: opening one a call would leave the heap full of holes */
  char *traced; /* what was written, library.traced_size bytes of it; good behind a flush */
  size_t traced_size;
} library;

typedef struct {
  CzSynthFunc func;
  gpointer data;
} Call;

static int
on_samples (short *samples, int n, espeak_EVENT *events)
{
  Call *call = events->user_data;

  if (samples == NULL || n <= 0)
    return 0;
  return call->func (samples, (gsize) n, call->data) ? 0 : 1;
}

static const char *
voice_of (CzLang lang)
{
  switch (lang) {
  case CZ_LANG_EN:
    return "en";
  case CZ_LANG_YUE:
    return "yue";
  case CZ_LANG_ZH:
  default:
    return "cmn-latn-pinyin";
  }
}

static gboolean
set_voice (const char *name)
{
  if (g_strcmp0 (library.voice, name) == 0)
    return TRUE;
  if (library.SetVoiceByName (name) != EE_OK)
    return FALSE;
  g_free (library.voice);
  library.voice = g_strdup (name);
  return TRUE;
}

static void
choose_voice (const CzSynthStyle *style)
{
  const char *plain = voice_of (style->lang);
  g_autofree char *varied = NULL;

  if (style->variant != NULL && style->variant[0] != '\0')
    varied = g_strconcat (plain, "+", style->variant, NULL);
  if (varied != NULL && set_voice (varied))
    return;
  if (!set_voice (plain))
    set_voice (voice_of (CZ_LANG_ZH));
}

static void
apply_style (const CzSynthStyle *style)
{
  choose_voice (style);
  library.SetParameter (espeakRATE, (int) style->wpm, 0);
  library.SetParameter (espeakRANGE, style->lang == CZ_LANG_EN ? RANGE_PLAIN : RANGE_FULL, 0);
}

#define FIND(name) ok = (*(void **) &library.name = dlsym (library.handle, "espeak_" #name)) != NULL && ok;

static gboolean
open_library (GError **error)
{
  gboolean ok;

  if (library.handle == NULL)
    library.handle = dlopen (SONAME, RTLD_NOW | RTLD_LOCAL);
  ok = library.handle != NULL;
  if (ok) {
    FUNCTIONS (FIND)
  }
  if (!ok)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("espeak-ng cannot be started; install the package libespeak-ng1"));
  return ok;
}

static gboolean
start_library (GError **error)
{
  if (!open_library (error))
    return FALSE;
  library.rate_hz = library.Initialize (AUDIO_OUTPUT_SYNCHRONOUS, BUFFER_MS, NULL, espeakINITIALIZE_DONT_EXIT);
  if (library.rate_hz > 0) {
    library.SetSynthCallback (on_samples);
    return TRUE;
  }
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("espeak-ng cannot be started; install the package espeak-ng-data"));
  return FALSE;
}

CzSynth *
cz_synth_new (GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&library.lock);
  CzSynth *self;

  if (library.rate_hz <= 0 && !start_library (error))
    return NULL;
  if (!set_voice (voice_of (CZ_LANG_ZH))) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                         _("espeak-ng has no voice cmn-latn-pinyin; install the package espeak-ng-data"));
    return NULL;
  }
  self = g_new0 (CzSynth, 1);
  self->rate_hz = (guint) library.rate_hz;
  return self;
}

void
cz_synth_free (CzSynth *self)
{
  g_free (self);
}

guint
cz_synth_rate_hz (CzSynth *self)
{
  return self->rate_hz;
}

/* Asking espeak-ng itself would wait for what is being spoken, and read the voice: 4 ms here, 60 on a board. */
gboolean
cz_synth_has_lang (CzSynth *self, CzLang lang)
{
  static const char *const dictionaries[] = { "cmn_dict", "en_dict", "yue_dict" };
  const char *data_dir = NULL;
  g_autofree char *path = NULL;

  library.Info (&data_dir);
  path = g_build_filename (data_dir, dictionaries[lang], NULL);
  return g_file_test (path, G_FILE_TEST_IS_REGULAR);
}

/* NULL when memory is short: what is said is then not told. */
static FILE *
trace_begin (void)
{
  if (library.trace == NULL)
    library.trace = open_memstream (&library.traced, &library.traced_size);
  if (library.trace != NULL)
    rewind (library.trace);
  return library.trace;
}

static char *
trace_end (void)
{
  fflush (library.trace);
  return g_strchomp (g_strndup (library.traced, library.traced_size));
}

void
cz_synth_speak (CzSynth *self, const char *input, const CzSynthStyle *style, CzSynthFunc func,
                gpointer data, char **phonemes)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&library.lock);
  Call call = { func, data };
  unsigned int flags = espeakCHARS_UTF8;
  FILE *trace = phonemes != NULL ? trace_begin () : NULL;

  apply_style (style);
  /* Only our own pinyin may hold phoneme escapes; a text in another language may hold "[[" by chance. */
  if (style->lang == CZ_LANG_ZH)
    flags |= espeakPHONEMES;
  if (trace != NULL)
    library.SetPhonemeTrace (espeakPHONEMES_SHOW, trace);
  library.Synth (input, strlen (input) + 1, 0, POS_CHARACTER, 0, flags, NULL, &call);
  if (trace != NULL)
    library.SetPhonemeTrace (0, stderr);
  if (phonemes != NULL)
    *phonemes = trace != NULL ? trace_end () : NULL;
}

gboolean
cz_synth_has_variant (CzSynth *self, const char *variant)
{
  const char *data_dir = NULL;
  g_autofree char *path = NULL;

  if (strchr (variant, '/') != NULL || variant[0] == '.')
    return FALSE;
  library.Info (&data_dir);
  path = g_build_filename (data_dir, "voices", "!v", variant, NULL);
  return g_file_test (path, G_FILE_TEST_IS_REGULAR);
}

char *
cz_synth_phonemes (CzSynth *self, const char *input, CzLang lang)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&library.lock);
  CzSynthStyle style = { lang, CZ_SYNTH_WPM_NORMAL, NULL };
  unsigned int flags = espeakCHARS_UTF8 | (lang == CZ_LANG_ZH ? espeakPHONEMES : 0);
  GString *out = g_string_new (NULL);

  choose_voice (&style);
  for (const void *rest = input; rest != NULL;) {
    const char *phonemes = library.TextToPhonemes (&rest, (int) flags, 0);
    g_string_append_printf (out, "%s%s", out->len > 0 ? "\n" : "", phonemes != NULL ? phonemes : "");
  }
  return g_string_free (out, FALSE);
}
