/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/speech/cz-voice.h"

/* The voice over the sink named on the command line: "alsa" (default), "none", "wav:DIR". NULL with G_OPTION_ERROR for
 * another word, CZ_SPEECH_TEXT_ERROR or G_IO_ERROR when there can be no voice. */
CzVoice *cz_sound_open (const char *sound, const char *tables_dir, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean cz_sound_is_valid (const char *sound);
