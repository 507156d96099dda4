/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <gio/gio.h>
#include "app/speech/cz-chunk.h"

/* espeak-ng behind a narrow door: text of one chunk in, samples out. Another synthesiser can take its place
 * without a change elsewhere.
 *
 * libespeak-ng 1.51 keeps one state per process. All CzSynth of a process share it; a call waits until the one
 * before it has ended, and the callback may block as long as its sink does. Any thread may call. */
typedef struct _CzSynth CzSynth;

/* Words a minute as espeak-ng counts them; the syllables are measured with the pinyin voice. */
#define CZ_SYNTH_WPM_SLOWEST 92 /* telephone numbers at the slow speed */
#define CZ_SYNTH_WPM_SLOW 105 /* 120 syllables a minute */
#define CZ_SYNTH_WPM_NORMAL 120 /* 138 */
#define CZ_SYNTH_WPM_FAST 135 /* 158 */

typedef struct {
  CzLang lang;
  guint wpm; /* one of the above; 80..450 */
  const char *variant; /* espeak-ng variant laid over the voice of lang, or NULL */
} CzSynthStyle;

/* Takes n samples (mono, cz_synth_rate_hz); returns FALSE to end the call. */
typedef gboolean (*CzSynthFunc) (const gint16 *samples, gsize n, gpointer data);

/* Fails with G_IO_ERROR_NOT_FOUND when espeak-ng or its Mandarin voice is not installed. */
CzSynth *cz_synth_new (GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cz_synth_free (CzSynth *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzSynth, cz_synth_free)

guint cz_synth_rate_hz (CzSynth *self);

/* Whether this machine has a voice that reads lang. */
gboolean cz_synth_has_lang (CzSynth *self, CzLang lang);

/* Speaks input (UTF-8, as CzChunk.input) through func. An unknown variant is left out; a language without a
 * voice is spoken by the Mandarin one rather than not at all. phonemes: (out) (optional) (nullable): what was
 * said, in espeak-ng's own mnemonics, one line a clause; "(en)" in it marks words read as English. */
void cz_synth_speak (CzSynth *self, const char *input, const CzSynthStyle *style, CzSynthFunc func,
                     gpointer data, char **phonemes);

/* The phonemes of input without its sound, many times faster; the tones of neighbours do not act on each other in it.
 * Returns: (transfer full), as the phonemes of cz_synth_speak. */
char *cz_synth_phonemes (CzSynth *self, const char *input, CzLang lang);

/* Whether espeak-ng has a variant of that name ("f3"). */
gboolean cz_synth_has_variant (CzSynth *self, const char *variant);
