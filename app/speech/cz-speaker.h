/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/speech/bank/cz-phrase-bank.h"
#include "app/speech/cz-synth.h"

/* One chunk to samples: recorded phrases where the bank has them, the synthesiser for the rest. No thread and no
 * sink of its own; one thread at a time. */
typedef struct _CzSpeaker CzSpeaker;

typedef enum { CZ_VOICE_SPEED_SLOW, CZ_VOICE_SPEED_NORMAL, CZ_VOICE_SPEED_FAST } CzVoiceSpeed;

typedef struct {
  CzVoiceSpeed speed;
  const char *variant; /* or NULL */
} CzSpeakerStyle;

/* synth: (transfer none), must live as long. */
CzSpeaker *cz_speaker_new (CzSynth *synth);
void cz_speaker_free (CzSpeaker *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzSpeaker, cz_speaker_free)

/* bank: (transfer none) (nullable). Recordings keep the speed they were made at. */
void cz_speaker_set_bank (CzSpeaker *self, CzPhraseBank *bank);

/* Hands the samples of chunk to func, without its pause, until func returns FALSE.
 * phonemes: (out) (optional) (nullable): as cz_synth_speak; a recorded phrase stands in it as <text>. */
void cz_speaker_chunk (CzSpeaker *self, const CzChunk *chunk, const CzSpeakerStyle *style, CzSynthFunc func,
                       gpointer data, char **phonemes);
