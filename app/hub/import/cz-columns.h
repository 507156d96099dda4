/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/hub/import/cz-map.h"

/* Which column of a table holds which of our fields, found by the header line. */

#define CZ_COLUMNS_MAX 24

typedef struct {
  const char *name; /* our name, and a header by itself */
  const char *words; /* further headers, blank separated */
  gboolean required;
  const char *instead_of; /* (nullable) fields, blank separated: where the table lacks the first of them, this column stands for all of them */
  gboolean may_name_unit; /* "最低价(元/斤)" is 最低价, and says what `unit` would say */
} CzFieldSpec;

typedef struct {
  const CzFieldSpec *specs;
  guint n_specs;
  int at[CZ_COLUMNS_MAX]; /* column from 0; -1 = not in the table */
  const char *fixed[CZ_COLUMNS_MAX]; /* (nullable) the map's fixed value, borrowed from it; set anew by cz_columns_match */
  GString *unit; /* that headers of prices name and agree on, "" otherwise: fixed where no column has it */
  GArray *wide_at; /* int for each of map->wide; -1 = not in the table */
  GString *scratch[CZ_COLUMNS_MAX]; /* a trimmed copy where one was needed */
} CzColumns;

CzColumns *cz_columns_new (const CzFieldSpec *specs, guint n_specs, const CzMap *map);
void cz_columns_free (CzColumns *columns);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzColumns, cz_columns_free)

/* Takes row for the header line if it names every required field. missing: (out) the names it does not, newly allocated,
 * NULL when it is the header. */
gboolean cz_columns_match (CzColumns *columns, const CzMap *map, const CzSheetRow *row, char **missing);

/* TRUE when something reads this column (from 0). */
gboolean cz_columns_uses (const CzColumns *columns, int column);

/* The cell of a field without blanks around it, "" when empty or not in the table; borrowed until the next call for the
 * same field. */
const char *cz_columns_get (CzColumns *columns, const CzSheetRow *row, guint field);
/* Any column the same way; scratch is the caller's. */
const char *cz_columns_trim (const CzCell *cell, GString *scratch);
