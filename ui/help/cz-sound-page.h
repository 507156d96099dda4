/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "ui/common/cz-page.h"

/* 声音: louder, softer, slower, read everything, larger text, language. */
#define CZ_TYPE_SOUND_PAGE (cz_sound_page_get_type ())
G_DECLARE_FINAL_TYPE (CzSoundPage, cz_sound_page, CZ, SOUND_PAGE, CzPage)
