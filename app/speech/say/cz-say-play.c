/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/speech/say/cz-say.h"

#define LINE_PAUSE_MS 450 /* behind a line that ends without a mark */

static gboolean
on_samples (const gint16 *samples, gsize n, gpointer data)
{
  CzSayPlayer *player = data;

  return cz_sink_write (player->sink, samples, n, &player->sink_error);
}

static void
play_pause (CzSayPlayer *player, guint pause_ms)
{
  static const gint16 silence[1024];
  gsize left = (gsize) ((guint64) cz_synth_rate_hz (player->synth) * pause_ms / 1000);

  while (left > 0 && player->sink_error == NULL) {
    gsize n = MIN (left, G_N_ELEMENTS (silence));
    on_samples (silence, n, player);
    left -= n;
  }
}

gboolean
cz_say_play_line (const char *text, gsize len, guint number, gpointer data, GError **error)
{
  CzSayPlayer *player = data;
  const CzSayJob *job = player->job;
  g_autoptr (GPtrArray) chunks = cz_speech_text_chunks (job->tables, text, len, job->lang, job->style);

  if (chunks->len == 0)
    return TRUE;
  if (!cz_sink_open (player->sink, cz_synth_rate_hz (player->synth), text, error))
    return FALSE;
  for (guint i = 0; i < chunks->len && player->sink_error == NULL; i++) {
    const CzChunk *chunk = g_ptr_array_index (chunks, i);
    cz_speaker_chunk (player->speaker, chunk, &job->speaker, on_samples, player, NULL);
    play_pause (player, i + 1 == chunks->len ? MAX (chunk->pause_ms, LINE_PAUSE_MS) : chunk->pause_ms);
  }
  cz_sink_close (player->sink, player->sink_error != NULL);
  if (player->sink_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&player->sink_error));
  return FALSE;
}
