/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/speech/cz-speaker.h"

struct _CzSpeaker {
  CzSynth *synth;
};

CzSpeaker *
cz_speaker_new (CzSynth *synth)
{
  CzSpeaker *self = g_new0 (CzSpeaker, 1);

  self->synth = synth;
  return self;
}

void
cz_speaker_free (CzSpeaker *self)
{
  g_free (self);
}

static guint
wpm_of (CzVoiceSpeed speed, gboolean slow)
{
  switch (speed) {
  case CZ_VOICE_SPEED_SLOW:
    return slow ? CZ_SYNTH_WPM_SLOWEST : CZ_SYNTH_WPM_SLOW;
  case CZ_VOICE_SPEED_FAST:
    return slow ? CZ_SYNTH_WPM_NORMAL : CZ_SYNTH_WPM_FAST;
  case CZ_VOICE_SPEED_NORMAL:
  default:
    return slow ? CZ_SYNTH_WPM_SLOW : CZ_SYNTH_WPM_NORMAL;
  }
}

void
cz_speaker_chunk (CzSpeaker *self, const CzChunk *chunk, const CzSpeakerStyle *style, CzSynthFunc func,
                  gpointer data, char **phonemes)
{
  CzSynthStyle synth_style = { chunk->lang, wpm_of (style->speed, chunk->slow), style->variant };

  cz_synth_speak (self->synth, chunk->input, &synth_style, func, data, phonemes);
}
