/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib-object.h>
#include "app/speech/cz-sink.h"
#include "app/speech/cz-speaker.h"
#include "app/speech/cz-speech-text.h"

/* The station's voice. Made once by the application and handed down; one utterance at a time. Screens hand over
 * plain text and get source spans back; they know nothing of pinyin. All functions and signals: main thread
 * (the thread-default main context at construction). Speech runs in a worker of its own; no call blocks.
 *
 * Signals, in order, for one utterance:
 *   "language-missing" (guint utterance, gint lang)  only when no voice reads options.lang; "finished" follows.
 *      The screen says so and offers Mandarin
 *   "chunk" (guint utterance, guint64 start, guint64 end)  the chunk now heard, as a byte span of the text given,
 *      fired by what the sink has played (± 200 ms); without sound by the time it would have taken
 *   "spoken" (guint utterance, const char *words, const char *phonemes)  once for each "chunk" and after it, when
 *      it is synthesised to its end or cut by a stop: what the loudspeaker says, in Chinese words and in
 *      espeak-ng's mnemonics ("(en)" marks words read as English)
 *   "finished" (guint utterance, gboolean completed)  exactly once; completed is FALSE after stop or a newer say.
 *      All signals of one utterance come before the first of the next. None comes from inside a call, nor after
 *      the voice was disposed of
 * Property "speaking" (gboolean, read-only, notifies): from say to "finished" or stop.
 * Property "has-sound" (gboolean, read-only, notifies): FALSE once the sink could not be opened; the highlight runs on.
 *      The sink is tried again with each utterance.
 * Property "log-path" (string, nullable): a file that gets a JSON line with each "spoken", for tests:
 *      {"utterance":1,"start":0,"end":12,"lang":"zh","spoken":"…","input":"…","phonemes":"…"} */
#define CZ_TYPE_VOICE (cz_voice_get_type ())
G_DECLARE_FINAL_TYPE (CzVoice, cz_voice, CZ, VOICE, GObject)

typedef struct {
  CzLang lang;
  CzSpeechStyle style;
  gsize from; /* byte offset in the text at which to begin: replay from a chunk; 0 = all */
} CzSayOptions;

/* tables_dir: the folder of assets/speech. sink: (transfer none). Fails with CZ_SPEECH_TEXT_ERROR when the tables
 * cannot be used and with G_IO_ERROR when espeak-ng cannot be started; a station then shows text without voice. */
CzVoice *cz_voice_new (const char *tables_dir, CzSink *sink, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Cuts text into chunks, in the worker's thread. Spans refer to the text given to it.
 * Returns: (transfer full) (element-type CzChunk). */
typedef GPtrArray *(*CzVoiceChunker) (const char *text, gsize len, const CzSayOptions *options, gpointer data);
/* A voice over another front end. data goes with destroy when the voice does. Fails with G_IO_ERROR. */
CzVoice *cz_voice_new_with_chunker (CzVoiceChunker chunker, gpointer data, GDestroyNotify destroy, CzSink *sink,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Speaks text, ending what was being spoken. options: (nullable). Returns the utterance's number, > 0. */
guint cz_voice_say (CzVoice *self, const char *text, const CzSayOptions *options);
/* Whether a voice reads lang on this machine. */
gboolean cz_voice_has_language (CzVoice *self, CzLang lang);
/* The same for content marked with a language code ("zh", "zh-CN", "yue", "en"); lang is set when TRUE. FALSE for
 * the languages nothing here reads ("bo", "ug", "mn" …): say so on screen and offer Mandarin. */
gboolean cz_voice_find_language (CzVoice *self, const char *code, CzLang *lang);

/* Silent within 150 ms. Nothing happens when nothing is spoken. */
void cz_voice_stop (CzVoice *self);
gboolean cz_voice_is_speaking (CzVoice *self);

/* Speed, variant and volume change what is said from the next chunk, the volume from the next 200 ms on. */
void cz_voice_set_speed (CzVoice *self, CzVoiceSpeed speed);
CzVoiceSpeed cz_voice_get_speed (CzVoice *self);
/* 0..100, a soft gain: 100 is all the card gives, every 10 less is 4 dB less, 0 is silence. Keys should step by 10,
 * so that a step is heard (3 dB at least). */
void cz_voice_set_volume (CzVoice *self, guint percent);
guint cz_voice_get_volume (CzVoice *self);
/* variant: "", "f2", "f3", "f5", "m3" …: an espeak-ng variant laid over the pinyin voice. */
void cz_voice_set_variant (CzVoice *self, const char *variant);

/* Recorded phrases of the bank in dir stand in for words from the next chunk on; NULL does without again. Fails with
 * CZ_PHRASE_BANK_ERROR and leaves what was; a recording that turns out bad later is left to the synthesiser. */
gboolean cz_voice_set_bank (CzVoice *self, const char *dir, GError **error);

void cz_voice_set_log_path (CzVoice *self, const char *path); /* path: (nullable) */
