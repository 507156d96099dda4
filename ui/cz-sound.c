/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/cz-sound.h"

#include "cz-config.h"

#include "app/speech/cz-sink-null.h"

#define WAV_PREFIX "wav:"

#if CZ_TEST_HOOKS
#define HURRIED_PREFIX "hurried:" /* as "none", so many times as fast */
#define HURRIED_MOST 10000

/* 0 for another word. */
static guint
hurried_times (const char *sound)
{
  guint64 times;

  if (sound == NULL || !g_str_has_prefix (sound, HURRIED_PREFIX)
      || !g_ascii_string_to_unsigned (sound + strlen (HURRIED_PREFIX), 10, 1, HURRIED_MOST, &times, NULL))
    return 0;
  return (guint) times;
}
#endif

gboolean
cz_sound_is_valid (const char *sound)
{
#if CZ_TEST_HOOKS
  if (hurried_times (sound) > 0)
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
  if (hurried_times (sound) > 0)
    return cz_sink_null_new_hurried (hurried_times (sound));
#endif
  return cz_sink_wav_new_real_time (sound + strlen (WAV_PREFIX));
}

CzVoice *
cz_sound_open (const char *sound, const char *tables_dir, GError **error)
{
  g_autoptr (CzSink) sink = open_sink (sound);

  return cz_voice_new (tables_dir, sink, error);
}
