/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

/* The station's folder when none is named: the board's, or the user's own data folder. Owned by the caller. */
char *cz_where_home (void);
