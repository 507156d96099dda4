/* SPDX-License-Identifier: GPL-3.0-or-later */
/* make-demo-bank PHRASES FOLDER [VARIANT]: a phrase bank whose speaker is espeak-ng in another voice, so that the
 * road of recorded phrases can be tried while nobody's Mandarin is recorded. It goes through the recorder as a
 * person's takes would. */
#include <stdio.h>
#include <stdlib.h>
#include "app/speech/cz-bank-recorder.h"
#include "app/speech/cz-synth.h"

#define QUIET_MS 100 /* before and behind the words, as a person leaves */

static gboolean
collect (const gint16 *samples, gsize n, gpointer data)
{
  g_array_append_vals (data, samples, (guint) n);
  return TRUE;
}

static GArray *
speak (CzSynth *synth, const char *pinyin, const char *variant)
{
  CzSynthStyle style = { CZ_LANG_ZH, CZ_SYNTH_WPM_NORMAL, variant };
  GArray *take = g_array_new (FALSE, TRUE, sizeof (gint16));
  guint quiet = cz_synth_rate_hz (synth) * QUIET_MS / 1000;

  g_array_set_size (take, quiet);
  cz_synth_speak (synth, pinyin, &style, collect, take, NULL);
  g_array_set_size (take, take->len + quiet);
  return take;
}

static gboolean
record_all (CzBankRecorder *recorder, CzSynth *synth, const char *variant, GError **error)
{
  int next;

  for (guint i = 0; (next = cz_bank_recorder_next (recorder, i)) >= (int) i; i = (guint) next + 1) {
    g_autoptr (GArray) take = speak (synth, cz_bank_recorder_pinyin (recorder, (guint) next), variant);
    if (!cz_bank_recorder_keep (recorder, (guint) next, (const gint16 *) (const void *) take->data, take->len,
                                cz_synth_rate_hz (synth), error))
      return FALSE;
  }
  return TRUE;
}

int
main (int argc, char **argv)
{
  const char *variant = argc == 4 ? argv[3] : "f3";
  g_autoptr (GError) error = NULL;
  g_autoptr (CzSynth) synth = NULL;
  g_autoptr (CzBankRecorder) recorder = NULL;

  if (argc < 3 || argc > 4) {
    fprintf (stderr, "usage: make-demo-bank PHRASES FOLDER [VARIANT]\n");
    return 2;
  }
  synth = cz_synth_new (&error);
  recorder = synth != NULL ? cz_bank_recorder_new (argv[1], argv[2], "espeak-ng, for trying only", &error) : NULL;
  if (recorder == NULL || !record_all (recorder, synth, variant, &error)) {
    fprintf (stderr, "make-demo-bank: %s\n", error->message);
    return EXIT_FAILURE;
  }
  printf ("%u of %u phrases\n", cz_bank_recorder_n_done (recorder), cz_bank_recorder_n_phrases (recorder));
  return EXIT_SUCCESS;
}
