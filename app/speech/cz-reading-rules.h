/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/speech/cz-normalise.h"
#include "app/speech/cz-polyphone.h"

/* What the model cannot know from an encyclopedia: measure words after a figure, and the particles and verbs of
 * everyday talk. Private to the front end. */

/* The reading a rule gives the character, "zhi1", or NULL. */
const char *cz_reading_rule (const CzReadingContext *context, const CzSpokenChar *chars, guint at);

/* TRUE where the dictionary's reading needs no second opinion. */
gboolean cz_reading_stands (const CzReadingContext *context, guint at);
