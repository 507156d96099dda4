/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/speech/cz-utterance.h"

/* The thread that speaks: one utterance after another from a queue into the sink. Private to the voice. */
typedef struct _CzVoiceWorker CzVoiceWorker;

typedef struct {
  CzVoiceChunker chunker;
  gpointer chunker_data;
  CzSynth *synth; /* (transfer none) */
  CzSink *sink; /* (transfer none) */
  void (*notify) (gpointer data); /* from the thread, whenever an utterance has got further */
  gpointer notify_data;
} CzVoiceWorkerSetup;

/* What setup points to must live until the worker is freed. */
CzVoiceWorker *cz_voice_worker_new (const CzVoiceWorkerSetup *setup);
/* Ends what is being spoken and joins the thread. */
void cz_voice_worker_free (CzVoiceWorker *self);

void cz_voice_worker_push (CzVoiceWorker *self, CzUtterance *utterance);
/* Silences the sinks until the next utterance opens them; cancel the utterance first. */
void cz_voice_worker_interrupt (CzVoiceWorker *self);

void cz_voice_worker_set_speed (CzVoiceWorker *self, CzVoiceSpeed speed);
CzVoiceSpeed cz_voice_worker_get_speed (CzVoiceWorker *self);
void cz_voice_worker_set_volume (CzVoiceWorker *self, guint percent);
guint cz_voice_worker_get_volume (CzVoiceWorker *self);
void cz_voice_worker_set_variant (CzVoiceWorker *self, const char *variant);
void cz_voice_worker_set_bank (CzVoiceWorker *self, CzPhraseBank *bank); /* bank: (transfer none) (nullable) */
