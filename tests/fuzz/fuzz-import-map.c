/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "app/hub/import/cz-columns.h"
#include "app/hub/import/cz-front.h"
#include "app/hub/import/cz-importer.h"
#include "app/hub/import/cz-quote-cells.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static char *
as_file (const guint8 *data, gsize size, int *fd)
{
  *fd = memfd_create ("map", MFD_CLOEXEC);
  g_assert_cmpint (*fd, >=, 0);
  g_assert_cmpint (write (*fd, data, size), ==, (gssize) size);
  return g_strdup_printf ("/proc/self/fd/%d", *fd);
}

static void
read_cells (const char *text)
{
  CzPriceUnit unit = { CZ_UNIT_KG, 1, 1000 };
  char currency[4];
  gint64 li;
  CzDay day;
  for (int round = 0; round < 2; round++)
    (void) cz_quote_price_parse (text, &unit, round, &li);
  (void) cz_quote_unit_parse (text, &unit, currency);
  (void) cz_season_parse (text, &li);
  (void) cz_open_days_parse (text, &li);
  if (cz_day_parse (text, CZ_CALENDAR_ROC, &day))
    g_assert_cmpint (cz_quote_period_first (day, 2), <=, day);
}

static void
read_table (const CzMap *map, const char *path)
{
  CzSheetOptions options = { map->separator, map->records, map->sheet };
  g_autoptr (CzSheet) sheet = cz_sheet_open (path, &options, NULL);
  g_autoptr (CzColumns) columns = cz_columns_new (cz_import_quotes.specs, cz_import_quotes.n_specs, map);
  CzSheetRow row;
  gboolean end = FALSE;
  while (sheet != NULL && cz_sheet_next (sheet, &row, &end, NULL, NULL) && !end) {
    char *missing = NULL;
    (void) cz_columns_match (columns, map, &row, &missing);
    g_free (missing);
    (void) cz_map_passes_over (map, &row);
    for (guint i = 0; i < columns->n_specs; i++)
      read_cells (cz_columns_get (columns, &row, i));
  }
}

/* A map, a NUL, and a table to read with it; the whole as front matter too. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const guint8 *nul = memchr (data, 0, size);
  gsize n_map = nul != NULL ? (gsize) (nul - data) : size;
  int map_fd;
  int table_fd;
  g_autofree char *map_path = as_file (data, n_map, &map_fd);
  g_autofree char *table_path = as_file (nul != NULL ? nul + 1 : data, nul != NULL ? size - n_map - 1 : 0, &table_fd);
  g_autoptr (CzMap) map = cz_map_load (map_path, NULL);
  g_autofree char *text = g_utf8_make_valid ((const char *) data, (gssize) n_map);
  guint bad_line = 0;
  g_autoptr (CzFront) front = cz_front_parse (text, &bad_line);
  if (front != NULL)
    g_free (cz_front_block (front, "谁能领", NULL));
  if (map != NULL)
    read_table (map, table_path);
  close (map_fd);
  close (table_fd);
  return 0;
}
