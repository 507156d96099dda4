/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

/* Where the pronunciation tables are: installed, or in the source tree for a program that runs from its build
 * folder. Not looked into; opening the tables says what is wrong. Returns: (transfer full). */
char *cz_speech_find_dir (void);
