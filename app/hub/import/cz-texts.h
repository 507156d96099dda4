/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/hub/import/cz-front.h"
#include "app/hub/import/cz-importer.h"

/* What policies and notices share: front matter, variants in other languages, links between versions. */

#define CZ_TEXT_MAX_BYTES (1024 * 1024)

/* Each refuses the row and returns FALSE when the key is missing or wrong. */
gboolean cz_texts_need (CzImporter *imp, const CzFront *front, const char *key);
gboolean cz_texts_day (CzImporter *imp, const CzFront *front, const char *key, gboolean must, CzDay *day); /* 0 when absent */
gboolean cz_texts_region (CzImporter *imp, const CzFront *front, gint64 *region); /* the office's own when absent */

/* lang: "" for Mandarin and when absent, else BCP 47 as written; points into front or is static. */
gboolean cz_texts_language (CzImporter *imp, const CzFront *front, const char **lang);

/* NAME.md has beside it NAME.en.md and the like, whose variant_of (or id) is the id of NAME.md: each goes to func. A variant of
 * another text or without front matter is reported. */
typedef gboolean (*CzVariantFunc) (CzImporter *imp, const CzTable *table, gint64 id, const CzFront *front, const char *lang, GError **error);
gboolean cz_texts_take_variants (CzImporter *imp, const CzTable *table, gint64 id, const CzFront *main_text, CzVariantFunc func, GError **error);
/* "en" of "NAME.en.md", newly allocated; NULL if the name has no language in it. */
char *cz_texts_language_of (const char *path);

gboolean cz_texts_take_card (CzImporter *imp, const CzFront *front, GError **error);
gboolean cz_texts_take_law (CzImporter *imp, const char *text, GError **error);
/* Copies state and replaced_by of the stored policy into row. */
gboolean cz_texts_keep_links (CzImporter *imp, CzRow *row, GError **error);
/* Marks superseded policies: of laws of one title all but the latest, of cards what a `replaces` names. Whatever the order
 * in which they came. */
gboolean cz_texts_link_policies (CzImporter *imp, GError **error);
