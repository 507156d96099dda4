/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

/* Sets up gettext so that the language can change while running: works in C.UTF-8, which Debian always has. */
void cz_language_init (const char *locale_dir);
/* "zh_CN" or "en". What is on screen has to be made again by the caller. */
void cz_language_set (const char *lang);
const char *cz_language_get (void);
