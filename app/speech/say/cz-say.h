/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <gio/gio.h>
#include "app/speech/cz-sink.h"
#include "app/speech/cz-speaker.h"
#include "app/speech/cz-speech-text.h"

/* The command line over the voice: one line of standard input after another. */

/* What the program ends with. */
typedef enum {
  CZ_SAY_DONE = 0,
  CZ_SAY_INPUT_REFUSED = 1,
  CZ_SAY_USAGE = 2,
  CZ_SAY_TROUBLE = 4, /* tables, sound card or file */
} CzSayStatus;

#define CZ_SAY_ERROR (cz_say_error_quark ())
GQuark cz_say_error_quark (void);
typedef CzSayStatus CzSayError; /* the codes of CZ_SAY_ERROR: any but DONE */

typedef enum {
  CZ_SAY_SPEAK,
  CZ_SAY_NORMALISE,
  CZ_SAY_READINGS,
  CZ_SAY_PINYIN,
  CZ_SAY_CHUNKS,
} CzSayMode;

typedef struct {
  CzSayMode mode;
  gboolean json;
  CzLang lang;
  CzSpeechStyle style;
  CzSpeakerStyle speaker;
  CzSpeechTables *tables;
} CzSayJob;

/* What is done with one line; number counts from 1. text is valid UTF-8 without its line end. */
typedef gboolean (*CzSayLineFunc) (const char *text, gsize len, guint number, gpointer data, GError **error);

/* Hands each line of fd to func until the end, an error of func, or a line that is refused: not UTF-8, a NUL in
 * it, or longer than CZ_SAY_LINE_MAX bytes. */
#define CZ_SAY_LINE_MAX (1024 * 1024)
gboolean cz_say_each_line (int fd, CzSayLineFunc func, gpointer data, GError **error);

/* For every mode but CZ_SAY_SPEAK: what the line becomes, on standard output. data: CzSayJob. */
gboolean cz_say_print_line (const char *text, gsize len, guint number, gpointer data, GError **error);

/* Speaks into a sink. */
typedef struct {
  const CzSayJob *job;
  CzSynth *synth;
  CzSpeaker *speaker;
  CzSink *sink;
  GError *sink_error;
} CzSayPlayer;

/* data: CzSayPlayer. */
gboolean cz_say_play_line (const char *text, gsize len, guint number, gpointer data, GError **error);
