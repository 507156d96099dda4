/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/speech/cz-speaker.h"
#include "app/speech/bank/cz-clip.h"
#include "app/speech/bank/cz-phrase-plan.h"

#define PAUSE_MS 200 /* a comma beside a recorded phrase */
#define LEVEL_USUAL 5000.0 /* of the pinyin voice, until some of it was heard */
#define LEVEL_MIN_MS 150 /* a shorter piece says little of the voice's loudness */

struct _CzSpeaker {
  CzSynth *synth;
  CzPhraseBank *bank;
  double level; /* of the synthesiser's last piece */
};

/* One chunk of several pieces on its way. */
typedef struct {
  CzSpeaker *speaker;
  const CzSynthStyle *style;
  GPtrArray *pieces;
  GPtrArray *sounds; /* element-type GArray: one a piece */
  GString *phonemes;
} Mix;

CzSpeaker *
cz_speaker_new (CzSynth *synth)
{
  CzSpeaker *self = g_new0 (CzSpeaker, 1);

  self->synth = synth;
  self->level = LEVEL_USUAL;
  return self;
}

void
cz_speaker_free (CzSpeaker *self)
{
  if (self != NULL)
    g_clear_pointer (&self->bank, cz_phrase_bank_unref);
  g_free (self);
}

void
cz_speaker_set_bank (CzSpeaker *self, CzPhraseBank *bank)
{
  if (self->bank == bank)
    return;
  g_clear_pointer (&self->bank, cz_phrase_bank_unref);
  self->bank = bank != NULL ? cz_phrase_bank_ref (bank) : NULL;
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

static gboolean
collect (const gint16 *samples, gsize n, gpointer data)
{
  g_array_append_vals (data, samples, (guint) n);
  return TRUE;
}

static GArray *
synthesise (Mix *mix, const char *input)
{
  GArray *sound = g_array_new (FALSE, FALSE, sizeof (gint16));
  guint rate_hz = cz_synth_rate_hz (mix->speaker->synth);
  g_autofree char *phonemes = NULL;

  cz_synth_speak (mix->speaker->synth, input, mix->style, collect, sound, &phonemes);
  cz_clip_trim (sound, rate_hz);
  if (sound->len >= rate_hz * LEVEL_MIN_MS / 1000)
    mix->speaker->level = cz_clip_level ((gint16 *) (void *) sound->data, sound->len, rate_hz);
  g_string_append_printf (mix->phonemes, "%s ", phonemes != NULL ? phonemes : "");
  return sound;
}

/* FALSE when a recording cannot be used: the plan is then made anew without it. */
static gboolean
render_pieces (Mix *mix)
{
  guint rate_hz = cz_synth_rate_hz (mix->speaker->synth);

  for (guint i = 0; i < mix->pieces->len; i++) {
    const CzPiece *piece = g_ptr_array_index (mix->pieces, i);
    g_autoptr (GError) error = NULL;
    GArray *sound;
    if (piece->phrase == NULL) {
      sound = piece->input[0] != '\0' ? synthesise (mix, piece->input) : g_array_new (FALSE, FALSE, 2);
    } else {
      sound = cz_phrase_bank_load (mix->speaker->bank, piece->phrase, rate_hz, &error);
      g_string_append_printf (mix->phonemes, "<%s> ", piece->phrase->text);
    }
    if (sound == NULL) {
      g_warning ("phrase bank: %s; the synthesiser says it", error != NULL ? error->message : "?");
      cz_phrase_bank_disable (mix->speaker->bank, piece->phrase);
      return FALSE;
    }
    g_ptr_array_add (mix->sounds, sound);
  }
  return TRUE;
}

static GArray *
join_pieces (Mix *mix)
{
  guint rate_hz = cz_synth_rate_hz (mix->speaker->synth);
  GArray *out = g_array_new (FALSE, FALSE, sizeof (gint16));
  guint gap_ms = 0;

  for (guint i = 0; i < mix->pieces->len; i++) {
    const CzPiece *piece = g_ptr_array_index (mix->pieces, i);
    GArray *sound = g_ptr_array_index (mix->sounds, i);
    if (piece->phrase != NULL)
      cz_clip_set_level (sound, rate_hz, mix->speaker->level);
    cz_clip_join (out, (gint16 *) (void *) sound->data, sound->len, gap_ms, rate_hz);
    gap_ms = sound->len > 0 ? 0 : gap_ms + PAUSE_MS;
  }
  return out;
}

/* The sound of a chunk in which recordings take part, or NULL when none does. */
static GArray *
mix_chunk (CzSpeaker *self, const CzChunk *chunk, const CzSynthStyle *style, char **phonemes)
{
  for (;;) {
    g_autoptr (GPtrArray) pieces = self->bank != NULL ? cz_phrase_plan (self->bank, chunk) : NULL;
    g_autoptr (GPtrArray) sounds = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
    g_autoptr (GString) trace = g_string_new (NULL);
    Mix mix = { self, style, pieces, sounds, trace };

    if (pieces == NULL)
      return NULL;
    if (!render_pieces (&mix))
      continue;
    if (phonemes != NULL)
      *phonemes = g_strchomp (g_strdup (trace->str));
    return join_pieces (&mix);
  }
}

void
cz_speaker_chunk (CzSpeaker *self, const CzChunk *chunk, const CzSpeakerStyle *style, CzSynthFunc func,
                  gpointer data, char **phonemes)
{
  CzSynthStyle synth_style = { chunk->lang, wpm_of (style->speed, chunk->slow), style->variant };
  g_autoptr (GArray) mixed = mix_chunk (self, chunk, &synth_style, phonemes);

  if (mixed != NULL)
    func ((const gint16 *) (const void *) mixed->data, mixed->len, data);
  else
    cz_synth_speak (self->synth, chunk->input, &synth_style, func, data, phonemes);
}
