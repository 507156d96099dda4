/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "app/hub/sheet/cz-sheet.h"

#define MAX_ROWS 20000

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* Any file a clerk may bring, its kind told by its content: rows or an error, and each row as promised. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  int fd = memfd_create ("sheet", MFD_CLOEXEC);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, data, size), ==, (gssize) size);
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);
  g_autoptr (GError) error = NULL;
  g_autoptr (CzSheet) sheet = cz_sheet_open (path, NULL, &error);
  CzSheetRow row;
  gboolean end = FALSE;
  for (guint n = 0; sheet != NULL && !end && n < MAX_ROWS; n++) {
    if (!cz_sheet_next (sheet, &row, &end, NULL, &error) || end)
      break;
    g_assert_cmpuint (row.n_cells, <=, CZ_SHEET_MAX_CELLS);
    for (guint i = 0; i < row.n_cells; i++) {
      g_assert_cmpuint (strlen (row.cells[i].text), ==, row.cells[i].len);
      g_assert_true (g_utf8_validate (row.cells[i].text, -1, NULL));
    }
  }
  g_assert_true (error == NULL || error->domain == CZ_SHEET_ERROR);
  close (fd);
  return 0;
}
