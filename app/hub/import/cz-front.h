/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

/* Markdown with front matter: "---", one "key: value" a line, "---", then the body. Pure. */

typedef struct {
  GHashTable *keys; /* key → value */
  GHashTable *lines; /* key → line number */
  char *body; /* without blank lines at both ends */
  guint body_line;
} CzFront;

/* NULL without an error object when text has no front matter; *bad_line > 0 when it has one that is not well formed. */
CzFront *cz_front_parse (const char *text, guint *bad_line);
void cz_front_free (CzFront *front);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzFront, cz_front_free)
/* "" when absent. */
const char *cz_front_get (const CzFront *front, const char *key);
guint cz_front_line (const CzFront *front, const char *key); /* 1 when absent */

/* The text under the second-level heading `heading`, trimmed, newly allocated; NULL if there is no such heading. line: (nullable). */
char *cz_front_block (const CzFront *front, const char *heading, guint *line);
