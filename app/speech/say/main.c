/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "cz-config.h"
#include "app/speech/cz-speech-dir.h"
#include "app/speech/say/cz-say.h"
#include "sync/model/cz-locale.h"

typedef struct {
  gboolean normalise, readings, pinyin, chunks, json, version;
  char *wav, *style, *lang, *speed, *voice, *tables, *device, *bank;
} Arguments;

static void
arguments_clear (Arguments *self)
{
  g_free (self->wav);
  g_free (self->style);
  g_free (self->lang);
  g_free (self->speed);
  g_free (self->voice);
  g_free (self->tables);
  g_free (self->device);
  g_free (self->bank);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Arguments, arguments_clear)

static gboolean
usage (GError **error, const char *message)
{
  g_set_error_literal (error, CZ_SAY_ERROR, CZ_SAY_USAGE, message);
  return FALSE;
}

static gboolean
parse_arguments (Arguments *a, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "normalise", 0, 0, G_OPTION_ARG_NONE, &a->normalise, N_ ("Print the words as they are said"), NULL },
    { "readings", 0, 0, G_OPTION_ARG_NONE, &a->readings, N_ ("Print the readings of the Hanzi in order"), NULL },
    { "pinyin", 0, 0, G_OPTION_ARG_NONE, &a->pinyin, N_ ("Print what goes to the synthesiser"), NULL },
    { "chunks", 0, 0, G_OPTION_ARG_NONE, &a->chunks, N_ ("Print the chunks with their byte offsets"), NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &a->json, N_ ("With --chunks: one JSON object a line"), NULL },
    { "wav", 0, 0, G_OPTION_ARG_FILENAME, &a->wav, N_ ("Write the sound to FILE"), N_ ("FILE") },
    { "style", 0, 0, G_OPTION_ARG_STRING, &a->style, N_ ("plain (default) or formal"), N_ ("STYLE") },
    { "lang", 0, 0, G_OPTION_ARG_STRING, &a->lang, N_ ("zh (default), en or yue"), N_ ("LANGUAGE") },
    { "speed", 0, 0, G_OPTION_ARG_STRING, &a->speed, N_ ("slow, normal (default) or fast"), N_ ("SPEED") },
    { "voice", 0, 0, G_OPTION_ARG_STRING, &a->voice, N_ ("Variant of espeak-ng: f2, f3, f5, m3 …"), N_ ("VARIANT") },
    { "bank", 0, 0, G_OPTION_ARG_FILENAME, &a->bank, N_ ("Folder of a phrase bank to use"), N_ ("FOLDER") },
    { "device", 0, 0, G_OPTION_ARG_STRING, &a->device, N_ ("ALSA device instead of \"default\""), N_ ("DEVICE") },
    { "tables", 0, 0, G_OPTION_ARG_FILENAME, &a->tables, N_ ("Folder of the pronunciation tables"), N_ ("FOLDER") },
    { "version", 0, 0, G_OPTION_ARG_NONE, &a->version, N_ ("Print the version"), NULL },
    { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (N_ ("< TEXT"));
  g_autoptr (GError) inner = NULL;

  g_option_context_set_translation_domain (context, CZ_GETTEXT_DOMAIN);
  g_option_context_set_summary (context, N_ ("Reads Chinese text from standard input aloud, a line at a time."));
  g_option_context_add_main_entries (context, entries, CZ_GETTEXT_DOMAIN);
  if (!g_option_context_parse (context, argc, argv, &inner))
    return usage (error, inner->message);
  if (*argc > 1)
    return usage (error, _ ("the text comes from standard input; give no file names"));
  return TRUE;
}

/* The place of value in names, or -1. NULL is fallback. */
static int
find_name (const char *value, const char *const *names, int fallback)
{
  if (value == NULL)
    return fallback;
  for (int i = 0; names[i] != NULL; i++) {
    if (strcmp (value, names[i]) == 0)
      return i;
  }
  return -1;
}

static gboolean
make_job (const Arguments *a, CzSayJob *job, GError **error)
{
  static const char *const styles[] = { "plain", "formal", NULL };
  static const char *const langs[] = { "zh", "en", "yue", NULL };
  static const char *const speeds[] = { "slow", "normal", "fast", NULL };
  int n_modes = a->normalise + a->readings + a->pinyin + a->chunks + (a->wav != NULL);
  int style = find_name (a->style, styles, CZ_SPEECH_STYLE_PLAIN);
  int lang = find_name (a->lang, langs, CZ_LANG_ZH);
  int speed = find_name (a->speed, speeds, CZ_VOICE_SPEED_NORMAL);

  if (n_modes > 1)
    return usage (error, _ ("give only one of --normalise, --readings, --pinyin, --chunks and --wav"));
  if (a->wav != NULL && a->wav[0] == '\0')
    return usage (error, _ ("--wav needs the name of a file"));
  if (a->json && !a->chunks)
    return usage (error, _ ("--json goes with --chunks"));
  if (style < 0)
    return usage (error, _ ("--style is plain or formal"));
  if (lang < 0)
    return usage (error, _ ("no voice reads that language: --lang is zh, en or yue"));
  if (speed < 0)
    return usage (error, _ ("--speed is slow, normal or fast"));
  job->mode = a->normalise  ? CZ_SAY_NORMALISE
              : a->readings ? CZ_SAY_READINGS
              : a->pinyin   ? CZ_SAY_PINYIN
              : a->chunks   ? CZ_SAY_CHUNKS
                            : CZ_SAY_SPEAK;
  job->json = a->json;
  job->style = (CzSpeechStyle) style;
  job->lang = (CzLang) lang;
  job->speaker = (CzSpeakerStyle){ (CzVoiceSpeed) speed, a->voice };
  return TRUE;
}

static gboolean
check_voice (CzSynth *synth, const Arguments *a, const CzSayJob *job, GError **error)
{
  if (!cz_synth_has_lang (synth, job->lang))
    return usage (error, _ ("this machine has no voice for that language; install the package espeak-ng-data"));
  if (a->voice != NULL && !cz_synth_has_variant (synth, a->voice))
    return usage (error, _ ("--voice names no variant of espeak-ng; \"espeak-ng --voices=variant\" lists them"));
  return TRUE;
}

/* A WAV file is there, and whole, also when there was nothing to say. */
static gboolean
begin_file (CzSayPlayer *player, GError **error)
{
  if (!cz_sink_open (player->sink, cz_synth_rate_hz (player->synth), "", error))
    return FALSE;
  cz_sink_close (player->sink, FALSE);
  return TRUE;
}

static gboolean
speak (const Arguments *a, const CzSayJob *job, GError **error)
{
  g_autoptr (CzSynth) synth = cz_synth_new (error);
  g_autoptr (CzSpeaker) speaker = NULL;
  g_autoptr (CzSink) sink = NULL;
  g_autoptr (CzPhraseBank) bank = NULL;
  CzSayPlayer player = { .job = job, .synth = synth };

  if (synth == NULL || !check_voice (synth, a, job, error))
    return FALSE;
  if (a->bank != NULL && (bank = cz_phrase_bank_open (a->bank, error)) == NULL)
    return FALSE;
  speaker = cz_speaker_new (synth);
  cz_speaker_set_bank (speaker, bank);
  sink = a->wav != NULL ? cz_sink_wav_new_file (a->wav) : cz_sink_alsa_new (a->device);
  player.speaker = speaker;
  player.sink = sink;
  if (a->wav != NULL && !begin_file (&player, error))
    return FALSE;
  return cz_say_each_line (STDIN_FILENO, cz_say_play_line, &player, error);
}

static gboolean
run (const Arguments *a, CzSayJob *job, GError **error)
{
  g_autofree char *dir = a->tables != NULL ? g_strdup (a->tables) : cz_speech_find_dir ();
  g_autoptr (CzSpeechTables) tables = cz_speech_tables_open (dir, error);

  if (tables == NULL)
    return FALSE;
  job->tables = tables;
  if (job->mode == CZ_SAY_SPEAK)
    return speak (a, job, error);
  return cz_say_each_line (STDIN_FILENO, cz_say_print_line, job, error);
}

static int
report (const GError *error)
{
  fprintf (stderr, "cunzhan-say: %s\n", error->message);
  if (error->domain == CZ_SAY_ERROR)
    return error->code;
  return CZ_SAY_TROUBLE;
}

int
main (int argc, char **argv)
{
  g_auto (Arguments) arguments = { 0 };
  g_autoptr (GError) error = NULL;
  CzSayJob job = { 0 };

  cz_locale_init ();
  if (!parse_arguments (&arguments, &argc, &argv, &error))
    return report (error);
  if (arguments.version) {
    puts ("cunzhan-say " CZ_VERSION);
    return CZ_SAY_DONE;
  }
  if (!make_job (&arguments, &job, &error) || !run (&arguments, &job, &error))
    return report (error);
  return CZ_SAY_DONE;
}
