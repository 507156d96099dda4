/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

/* Rows out of the files that clerks have: CSV (UTF-8 with or without BOM, GB18030), .xlsx, .xls and JSON arrays of
 * flat objects, behind one iterator. Every cell is text, as a person reading the sheet would see it: numbers in the
 * shortest form that is the same double ("64.1", not "64.099999999999994"), dates as 2026-11-22. Memory does not grow
 * with the file, except for the string table of a workbook, which has a cap. One thread per reader. */

#define CZ_SHEET_ERROR (cz_sheet_error_quark ())
GQuark cz_sheet_error_quark (void);
typedef enum {
  CZ_SHEET_ERROR_ABSENT, /* cannot be opened or read */
  CZ_SHEET_ERROR_MISLABELLED, /* the content is not what the name says; the message says what it is */
  CZ_SHEET_ERROR_ENCODING, /* text neither UTF-8 nor GB18030 */
  CZ_SHEET_ERROR_SYNTAX, /* CSV or JSON that cannot be cut into rows from here on */
  CZ_SHEET_ERROR_TOO_LARGE, /* over a limit below */
  CZ_SHEET_ERROR_DAMAGED, /* a workbook that is cut off or broken */
  CZ_SHEET_ERROR_PROTECTED, /* a workbook under a password */
} CzSheetError;

#define CZ_SHEET_MAX_CELLS 1024 /* in a row */
#define CZ_SHEET_MAX_ROW_BYTES (1024 * 1024)
#define CZ_SHEET_MAX_STRINGS 2000000 /* distinct strings of a workbook */
#define CZ_SHEET_MAX_STRING_BYTES (64 * 1024 * 1024) /* … and their bytes */
#define CZ_SHEET_MAX_PART_BYTES (G_GINT64_CONSTANT (2048) * 1024 * 1024) /* one part of an .xlsx, unpacked */
#define CZ_SHEET_MAX_RATIO 200 /* unpacked : packed, looked at from 16 MiB on */
#define CZ_SHEET_MAX_XLS_BYTES (128 * 1024 * 1024) /* 65,536 rows cannot be more */

typedef struct {
  const char *text; /* UTF-8, NUL-terminated, never NULL */
  gsize len;
} CzCell;

typedef struct {
  const CzCell *cells; /* valid until the next call */
  guint n_cells; /* cells after the last one given are empty */
  guint64 line; /* from 1: line of the file where the row begins, or row number of the sheet */
  guint64 n_lines; /* how many lines of the file it takes: more than 1 with line breaks inside quotes */
  const char *sheet; /* name of the sheet; NULL in CSV and JSON */
  guint sheet_no; /* from 0; a change means a new table with its own header */
  const char *problem; /* NULL, or why this one row is not well formed (translated) */
} CzSheetRow;

typedef struct {
  char separator; /* of CSV; 0 = comma */
  const char *records; /* (nullable) JSON: the member that holds the array, e.g. "Data" */
  const char *only_sheet; /* (nullable) the sheet to read; NULL reads all, one after another */
} CzSheetOptions;

typedef struct _CzSheet CzSheet;

/* Looks at name and content and opens it. options: (nullable). The message names path, what is wrong and what to do. */
CzSheet *cz_sheet_open (const char *path, const CzSheetOptions *options, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cz_sheet_free (CzSheet *sheet);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzSheet, cz_sheet_free)

/* The next row with anything in it; blank rows are counted in *n_blank (nullable, added to) and passed over.
 * *end = TRUE after the last one. FALSE with CZ_SHEET_ERROR when the rest of the file cannot be read. */
gboolean cz_sheet_next (CzSheet *sheet, CzSheetRow *row, gboolean *end, guint64 *n_blank, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Bytes read and bytes of the file, for progress. */
void cz_sheet_progress (CzSheet *sheet, guint64 *done, guint64 *total);

/* "C7", or "Sheet1!C7" in a workbook; column from 0. Newly allocated. */
char *cz_sheet_cell_name (const CzSheetRow *row, guint column);
/* "A" … "XFD" → 0 …; -1 if it is not one. end: (nullable) first character not read. */
int cz_sheet_column_parse (const char *text, const char **end);

/* What a file is by its first bytes (at most 4096 are looked at); for callers that read text themselves. */
typedef enum {
  CZ_SHEET_CONTENT_EMPTY,
  CZ_SHEET_CONTENT_TEXT,
  CZ_SHEET_CONTENT_JSON,
  CZ_SHEET_CONTENT_HTML,
  CZ_SHEET_CONTENT_XML,
  CZ_SHEET_CONTENT_ZIP, /* .xlsx and others */
  CZ_SHEET_CONTENT_OLE, /* .xls, and .xlsx under a password */
  CZ_SHEET_CONTENT_BIFF, /* Excel 4 and older, without the OLE container */
  CZ_SHEET_CONTENT_PDF,
  CZ_SHEET_CONTENT_IMAGE,
  CZ_SHEET_CONTENT_UTF16,
  CZ_SHEET_CONTENT_BINARY,
} CzSheetContent;
CzSheetContent cz_sheet_content_sniff (const guint8 *bytes, gsize n);
const char *cz_sheet_content_name (CzSheetContent content); /* translated: "an Excel 97-2003 workbook" */

/* Reads a whole text file of at most max_bytes, as UTF-8 without BOM (GB18030 is converted), line ends as "\n". */
char *cz_sheet_read_text (const char *path, gsize max_bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;
