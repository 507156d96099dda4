/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/speech/cz-hanzi.h"
#include "app/speech/cz-polyphone.h"
#include "app/speech/cz-speech-text.h"

/* Private to the front end and its trainer. */
struct _CzSpeechTables {
  CzHanzi *hanzi;
  CzPolyphone *polyphone;
};
