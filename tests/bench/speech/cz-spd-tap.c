/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Laid under speech-dispatcher and its espeak-ng module with LD_PRELOAD: writes to the file CZ_SPD_TAP, a line each,
 *   voice IDENTIFIER       what the module made espeak-ng's current voice
 *   phonemes MNEMONICS     what that voice makes of the text the module handed over, mark-up taken out, a line a clause
 *   sound NANOSECONDS      CLOCK_MONOTONIC of samples that reach the card
 * What was called is then done as ever; phonemes are asked for behind the sound, so as not to delay it. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <alsa/asoundlib.h>
#include <dlfcn.h>
#include <espeak-ng/speak_lib.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* One write a line: two processes append to the file. */
static void
note (const char *kind, const char *what)
{
  const char *path = getenv ("CZ_SPD_TAP");
  int fd = path != NULL ? open (path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600) : -1;

  if (fd < 0)
    return;
  dprintf (fd, "%s %s\n", kind, what);
  close (fd);
}

static void
note_voice (void)
{
  espeak_VOICE *voice = espeak_GetCurrentVoice ();

  note ("voice", voice != NULL && voice->identifier != NULL ? voice->identifier : "none");
}

espeak_ERROR
espeak_SetVoiceByName (const char *name)
{
  espeak_ERROR (*next) (const char *) = (espeak_ERROR (*) (const char *)) dlsym (RTLD_NEXT, "espeak_SetVoiceByName");
  espeak_ERROR status = next (name);

  note_voice ();
  return status;
}

espeak_ERROR
espeak_SetVoiceByProperties (espeak_VOICE *wanted)
{
  espeak_ERROR (*next) (espeak_VOICE *) = (espeak_ERROR (*) (espeak_VOICE *)) dlsym (RTLD_NEXT, "espeak_SetVoiceByProperties");
  espeak_ERROR status = next (wanted);

  note_voice ();
  return status;
}

static char *
without_tags (const char *text)
{
  char *plain = calloc (1, strlen (text) + 1);
  char *end = plain;
  int depth = 0;

  for (; plain != NULL && *text != '\0'; text++) {
    if (*text == '<')
      depth++;
    else if (*text == '>' && depth > 0)
      depth--;
    else if (depth == 0)
      *end++ = *text;
  }
  return plain;
}

static void
note_phonemes (const char *text)
{
  char *plain = without_tags (text);
  const void *rest = plain;

  while (rest != NULL) {
    const char *phonemes = espeak_TextToPhonemes (&rest, espeakCHARS_UTF8, 0);
    note ("phonemes", phonemes != NULL ? phonemes : "");
  }
  free (plain);
}

espeak_ERROR
/* NOLINTNEXTLINE(readability-function-size): the parameters are espeak-ng's */
espeak_Synth (const void *text, size_t size, unsigned int position, espeak_POSITION_TYPE position_type, unsigned int end,
              unsigned int flags, unsigned int *id, void *user_data)
{
  espeak_ERROR (*next) (const void *, size_t, unsigned int, espeak_POSITION_TYPE, unsigned int, unsigned int, unsigned int *, void *)
    = (espeak_ERROR (*) (const void *, size_t, unsigned int, espeak_POSITION_TYPE, unsigned int, unsigned int, unsigned int *,
                         void *)) dlsym (RTLD_NEXT, "espeak_Synth");
  espeak_ERROR status = next (text, size, position, position_type, end, flags, id, user_data);

  espeak_Synchronize ();
  note_phonemes (text);
  return status;
}

snd_pcm_sframes_t
snd_pcm_writei (snd_pcm_t *pcm, const void *samples, snd_pcm_uframes_t n)
{
  snd_pcm_sframes_t (*next) (snd_pcm_t *, const void *, snd_pcm_uframes_t)
    = (snd_pcm_sframes_t (*) (snd_pcm_t *, const void *, snd_pcm_uframes_t)) dlsym (RTLD_NEXT, "snd_pcm_writei");
  struct timespec now;
  char text[32];

  clock_gettime (CLOCK_MONOTONIC, &now);
  snprintf (text, sizeof text, "%lld", now.tv_sec * 1000000000LL + now.tv_nsec);
  note ("sound", text);
  return next (pcm, samples, n);
}
