/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/cz-sound.h"

#include "cz-config.h"

#include "app/speech/cz-sink-null.h"

#define WAV_PREFIX "wav:"
#define HURRIED "hurried" /* a build for tests only: as "none", eight times as fast */
#define HURRIED_TIMES 8

gboolean
cz_sound_is_valid (const char *sound)
{
#if CZ_TEST_HOOKS
  if (g_strcmp0 (sound, HURRIED) == 0)
    return TRUE;
#endif
  return sound == NULL || g_str_equal (sound, "alsa") || g_str_equal (sound, "none")
         || (g_str_has_prefix (sound, WAV_PREFIX) && sound[strlen (WAV_PREFIX)] != '\0');
}

static CzSink *
open_sink (const char *sound)
{
  if (sound == NULL || g_str_equal (sound, "alsa"))
    return cz_sink_alsa_new (NULL);
  if (g_str_equal (sound, "none"))
    return cz_sink_null_new (TRUE);
#if CZ_TEST_HOOKS
  if (g_str_equal (sound, HURRIED))
    return cz_sink_null_new_hurried (HURRIED_TIMES);
#endif
  return cz_sink_wav_new_real_time (sound + strlen (WAV_PREFIX));
}

CzVoice *
cz_sound_open (const char *sound, const char *tables_dir, GError **error)
{
  g_autoptr (CzSink) sink = open_sink (sound);

  return cz_voice_new (tables_dir, sink, error);
}
