/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

/* Parts of a zip file to write: name, text, name, text, …, NULL. */
void cz_test_zip_write (const char *path, const char *const *parts);
/* A small workbook: sheet "价格" with the given rows (inside <sheetData>), shared strings (<si>…) and cell formats. */
void cz_test_xlsx_write (const char *path, const char *rows, const char *strings);
