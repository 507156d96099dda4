/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib-object.h>
#include "app/speech/cz-sink.h"
#include "app/speech/cz-speech-text.h"

/* The station's voice. Made once by the application and handed down; one utterance at a time. Screens hand over
 * plain text and get source spans back; they know nothing of pinyin. All functions and signals: main thread
 * (the thread-default main context at construction). Speech runs in a worker of its own; no call blocks.
 *
 * Signals, in order, for one utterance:
 *   "chunk" (guint utterance, guint64 start, guint64 end)  the chunk now heard, as a byte span of the text given,
 *      fired by what the sink has played (± 200 ms); without sound by the time it would have taken
 *   "finished" (guint utterance, gboolean completed)  exactly once; completed is FALSE after stop or a newer say
 * Property "speaking" (gboolean, read-only, notifies).
 * Property "has-sound" (gboolean, read-only, notifies): FALSE once the sink could not be opened; the highlight runs on. */
#define CZ_TYPE_VOICE (cz_voice_get_type ())
G_DECLARE_FINAL_TYPE (CzVoice, cz_voice, CZ, VOICE, GObject)

typedef struct {
  CzLang lang;
  CzSpeechStyle style;
  gsize from; /* byte offset in the text at which to begin: replay from a chunk; 0 = all */
} CzSayOptions;

typedef enum { CZ_VOICE_SPEED_SLOW, CZ_VOICE_SPEED_NORMAL, CZ_VOICE_SPEED_FAST } CzVoiceSpeed;

/* tables_dir: the folder of assets/speech. sink: (transfer none). Fails with CZ_SPEECH_TEXT_ERROR when the tables
 * cannot be used and with G_IO_ERROR when espeak-ng cannot be started; a station then shows text without voice. */
CzVoice *cz_voice_new (const char *tables_dir, CzSink *sink, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Speaks text, ending what was being spoken. options: (nullable). Returns the utterance's number, > 0. */
guint cz_voice_say (CzVoice *self, const char *text, const CzSayOptions *options);
/* Silent within 150 ms. Nothing happens when nothing is spoken. */
void cz_voice_stop (CzVoice *self);
gboolean cz_voice_is_speaking (CzVoice *self);

void cz_voice_set_speed (CzVoice *self, CzVoiceSpeed speed);
CzVoiceSpeed cz_voice_get_speed (CzVoice *self);
/* 0..100, a soft gain; one step of the 大声/小声 keys is 3 dB at least, see field study 3.13. */
void cz_voice_set_volume (CzVoice *self, guint percent);
guint cz_voice_get_volume (CzVoice *self);
/* variant: "", "f2", "f3", "f5", "m3" …: an espeak-ng variant laid over the pinyin voice. */
void cz_voice_set_variant (CzVoice *self, const char *variant);
