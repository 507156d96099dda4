/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/import/cz-columns.h"

#include <string.h>

#include "app/hub/import/cz-quote-cells.h"

CzColumns *
cz_columns_new (const CzFieldSpec *specs, guint n_specs, const CzMap *map)
{
  g_assert (n_specs <= CZ_COLUMNS_MAX);
  CzColumns *columns = g_new0 (CzColumns, 1);
  columns->specs = specs;
  columns->n_specs = n_specs;
  columns->wide_at = g_array_new (FALSE, FALSE, sizeof (int));
  columns->unit = g_string_new (NULL);
  for (guint i = 0; i < n_specs; i++) {
    columns->at[i] = -1;
    columns->fixed[i] = g_hash_table_lookup (map->fixed, specs[i].name);
    columns->scratch[i] = g_string_new (NULL);
  }
  return columns;
}

void
cz_columns_free (CzColumns *columns)
{
  for (guint i = 0; i < columns->n_specs; i++)
    g_string_free (columns->scratch[i], TRUE);
  g_array_unref (columns->wide_at);
  g_string_free (columns->unit, TRUE);
  g_free (columns);
}

/* Bytes of a blank at the front of text: ASCII, no-break, ideographic, byte order mark; 0 = none. */
static gsize
blank_at (const char *text, gsize n)
{
  if (n >= 1 && (text[0] == ' ' || (text[0] >= '\t' && text[0] <= '\r')))
    return 1;
  if (n >= 2 && memcmp (text, "\xc2\xa0", 2) == 0)
    return 2;
  if (n >= 3 && (memcmp (text, "\xe3\x80\x80", 3) == 0 || memcmp (text, "\xef\xbb\xbf", 3) == 0))
    return 3;
  return 0;
}

static gsize
blank_before (const char *text, gsize n)
{
  for (gsize k = 1; k <= 3 && k <= n; k++)
    if (blank_at (text + n - k, k) == k)
      return k;
  return 0;
}

const char *
cz_columns_trim (const CzCell *cell, GString *scratch)
{
  const char *text = cell->text;
  gsize n = cell->len;
  gsize blank;
  while ((blank = blank_at (text, n)) > 0) {
    text += blank;
    n -= blank;
  }
  if (n == 0)
    return "";
  gsize full = n;
  while ((blank = blank_before (text, n)) > 0)
    n -= blank;
  if (n == full)
    return text;
  g_string_truncate (scratch, 0);
  g_string_append_len (scratch, text, (gssize) n);
  return scratch->str;
}

/* Headers are compared without any blanks, without case and with plain brackets: "市　　場" is "市場", "距离（米）" is "距离(米)". */
static char *
plain_header (const char *text, gsize n)
{
  GString *plain = g_string_new (NULL);
  while (n > 0) {
    gsize blank = blank_at (text, n);
    if (blank == 0)
      g_string_append_c (plain, g_ascii_tolower (*text));
    text += MAX (blank, 1);
    n -= MAX (blank, 1);
  }
  (void) g_string_replace (plain, "（", "(", 0);
  (void) g_string_replace (plain, "）", ")", 0);
  return g_string_free (plain, FALSE);
}

/* Column of a header; -1 if there is none, -2 if there are several. */
static int
find_header (char **headers, guint n, const char *wanted)
{
  g_autofree char *plain = plain_header (wanted, strlen (wanted));
  guint64 number;
  if (plain[0] == '#' && g_ascii_string_to_unsigned (plain + 1, 10, 1, CZ_SHEET_MAX_CELLS, &number, NULL))
    return (int) number - 1;
  int found = -1;
  for (guint i = 0; i < n; i++) {
    if (!g_str_equal (headers[i], plain))
      continue;
    if (found >= 0)
      return -2;
    found = (int) i;
  }
  return found;
}

/* What stands in brackets at the end of a header, if it is a unit of price or 元 alone; newly allocated, NULL otherwise. */
static char *
unit_in (const char *header)
{
  const char *open = strrchr (header, '(');
  CzPriceUnit unit;
  char currency[4];
  if (open == NULL || open == header || !g_str_has_suffix (open, ")"))
    return NULL;
  g_autofree char *inside = g_strndup (open + 1, strlen (open) - 2);
  return g_str_equal (inside, "元") || cz_quote_unit_parse (inside, &unit, currency) ? g_steal_pointer (&inside) : NULL;
}

static int
find_header_with_unit (char **headers, guint n, const char *wanted)
{
  gsize size = strlen (wanted);
  int found = -1;
  for (guint i = 0; i < n; i++) {
    g_autofree char *unit = g_str_has_prefix (headers[i], wanted) && headers[i][size] == '(' ? unit_in (headers[i]) : NULL;
    if (unit != NULL)
      found = found == -1 ? (int) i : -2;
  }
  return found;
}

static int
find_field (const CzFieldSpec *spec, const CzMap *map, char **headers, guint n)
{
  const char *mapped = g_hash_table_lookup (map->columns, spec->name);
  if (mapped != NULL)
    return find_header (headers, n, mapped);
  int found = find_header (headers, n, spec->name);
  g_auto (GStrv) words = g_strsplit (spec->words != NULL ? spec->words : "", " ", -1);
  for (gsize i = 0; words[i] != NULL && found == -1; i++)
    found = find_header (headers, n, words[i]);
  for (gsize i = 0; spec->may_name_unit && words[i] != NULL && found == -1; i++)
    found = find_header_with_unit (headers, n, words[i]);
  return found;
}

static int
index_of (const CzColumns *columns, const char *name)
{
  for (guint i = 0; i < columns->n_specs; i++)
    if (g_str_equal (columns->specs[i].name, name))
      return (int) i;
  return -1;
}

/* One unit for all prices that are read, or none. */
static void
find_unit (CzColumns *columns, char **headers)
{
  gboolean agree = TRUE;
  g_string_truncate (columns->unit, 0);
  for (guint i = 0; i < columns->n_specs; i++) {
    g_autofree char *unit = columns->specs[i].may_name_unit && columns->at[i] >= 0 ? unit_in (headers[columns->at[i]]) : NULL;
    if (unit == NULL || g_str_equal (unit, "元"))
      continue;
    agree = agree && (columns->unit->len == 0 || g_str_equal (columns->unit->str, unit));
    g_string_assign (columns->unit, unit);
  }
  if (!agree)
    g_string_truncate (columns->unit, 0);
  int field = index_of (columns, "unit");
  if (field >= 0 && columns->unit->len > 0 && columns->at[field] == -1 && columns->fixed[field] == NULL)
    columns->fixed[field] = columns->unit->str;
}

static void
find_wide (CzColumns *columns, const CzMap *map, char **headers, guint n, GString *missing)
{
  g_array_set_size (columns->wide_at, 0);
  for (guint i = 0; i < map->wide->len; i++) {
    const char *column = g_array_index (map->wide, CzMapWide, i).column;
    int at = find_header (headers, n, column);
    g_array_append_val (columns->wide_at, at);
    if (at < 0)
      g_string_append_printf (missing, "%s%s", missing->len > 0 ? ", " : "", column);
  }
}

/* Columns that stand for others do so, or are not read. stood_for: of each field whether another column stands for it. */
static void
settle_instead (CzColumns *columns, const CzMap *map, gboolean *stood_for)
{
  for (guint i = 0; i < columns->n_specs; i++) {
    if (columns->specs[i].instead_of == NULL || columns->at[i] == -1)
      continue;
    g_auto (GStrv) names = g_strsplit (columns->specs[i].instead_of, " ", -1);
    int first = index_of (columns, names[0]);
    gboolean is_mapped = FALSE;
    for (gsize k = 0; names[k] != NULL; k++)
      is_mapped |= g_hash_table_contains (map->columns, names[k]);
    if (is_mapped || map->wide->len > 0 || columns->fixed[first] != NULL || (columns->at[first] != -1 && !stood_for[first])) {
      columns->at[i] = -1;
      continue;
    }
    for (gsize k = 0; names[k] != NULL; k++) {
      int field = index_of (columns, names[k]);
      stood_for[field] = TRUE;
      columns->at[field] = -1;
    }
  }
}

gboolean
cz_columns_match (CzColumns *columns, const CzMap *map, const CzSheetRow *row, char **missing)
{
  g_autoptr (GString) lacking = g_string_new (NULL);
  g_auto (GStrv) headers = g_new0 (char *, row->n_cells + 1);
  gboolean stood_for[CZ_COLUMNS_MAX] = { FALSE };
  for (guint i = 0; i < row->n_cells; i++)
    headers[i] = plain_header (row->cells[i].text, row->cells[i].len);
  for (guint i = 0; i < columns->n_specs; i++) {
    const CzFieldSpec *spec = &columns->specs[i];
    columns->fixed[i] = g_hash_table_lookup (map->fixed, spec->name);
    gboolean is_fixed = columns->fixed[i] != NULL && !g_hash_table_contains (map->columns, spec->name);
    columns->at[i] = is_fixed ? -1 : find_field (spec, map, headers, row->n_cells);
  }
  settle_instead (columns, map, stood_for);
  find_unit (columns, headers);
  for (guint i = 0; i < columns->n_specs; i++) {
    const CzFieldSpec *spec = &columns->specs[i];
    gboolean wanted = spec->required || g_hash_table_contains (map->columns, spec->name);
    gboolean by_wide = map->wide->len > 0 && (g_str_equal (spec->name, "product") || g_str_equal (spec->name, "mid") || g_str_equal (spec->name, "unit"));
    if (columns->at[i] == -2 || (columns->at[i] < 0 && wanted && columns->fixed[i] == NULL && !by_wide && !stood_for[i]))
      g_string_append_printf (lacking, "%s%s%s", lacking->len > 0 ? ", " : "", spec->name, columns->at[i] == -2 ? " (×2)" : "");
    columns->at[i] = MAX (columns->at[i], -1);
  }
  find_wide (columns, map, headers, row->n_cells, lacking);
  *missing = lacking->len > 0 ? g_strdup (lacking->str) : NULL;
  return *missing == NULL;
}

gboolean
cz_columns_uses (const CzColumns *columns, int column)
{
  for (guint i = 0; i < columns->n_specs; i++)
    if (columns->at[i] == column)
      return TRUE;
  for (guint i = 0; i < columns->wide_at->len; i++)
    if (g_array_index (columns->wide_at, int, i) == column)
      return TRUE;
  return FALSE;
}

const char *
cz_columns_get (CzColumns *columns, const CzSheetRow *row, guint field)
{
  int at = columns->at[field];
  if (at < 0)
    return columns->fixed[field] != NULL ? columns->fixed[field] : "";
  if ((guint) at >= row->n_cells)
    return "";
  return cz_columns_trim (&row->cells[at], columns->scratch[field]);
}
