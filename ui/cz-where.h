/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

/* Where the program's own files are: beside it when it runs from a build folder, else where they were installed.
 * All results are owned by the caller. */
char *cz_where_locale (void);
/* The station's folder when none is named: the board's, or the user's own data folder. */
char *cz_where_home (void);
