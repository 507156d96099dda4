/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* The folder of the translations: beside the program when it is staged or installed somewhere, in the build folder when it
 * runs from a build with tests, else where it was configured to be. Owned by the caller. Any thread. */
char *cz_locale_dir (void);

/* First thing in main of a command-line program: takes the locale of the user and binds the text domain. In the plain C
 * locale sentences stay English, but arguments and output are UTF-8, since names and places are Chinese everywhere. */
void cz_locale_init (void);
