/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/speech/cz-polyphone.h"

/* Short neighbourhoods that settle a reading whatever the model thinks: 倒进 is poured, 颠倒 is not. Private to the
 * front end. */

/* The reading of the longest place around the character, "dao4"; "" where a place says that none of the others holds
 * (盛水期 beside 盛水); NULL where there is no place. A place that cuts a word of the dictionary is none. */
const char *cz_reading_place (const CzReadingContext *context, guint at);
