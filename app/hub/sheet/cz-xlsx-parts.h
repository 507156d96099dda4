/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <archive.h>
#include <archive_entry.h>
#include <expat.h>

#include "app/hub/sheet/cz-sheet-private.h"

/* The parts of an .xlsx (ECMA-376) that stand besides the sheets: which sheets there are, the string table, which cell
 * formats are dates. And the one way to read a part: unpacked in pieces, limits counted, no DTD, no entities. */

typedef struct {
  char *name;
  char *relation; /* r:id */
  char *part; /* "xl/worksheets/sheet1.xml"; NULL if not a table (a chart) */
} CzXlsxSheet;

typedef struct {
  char *path;
  guint64 file_bytes;
  GPtrArray *sheets; /* CzXlsxSheet */
  GString *string_bytes; /* the strings, each with its NUL */
  GArray *string_at; /* gsize: where each begins */
  GArray *format_is_date; /* gboolean by cell format number */
  GHashTable *custom_dates; /* number format ids that are dates */
  gboolean since_1904;
} CzXlsxBook;

CzXlsxBook *cz_xlsx_book_read (const char *path, GError **error);
void cz_xlsx_book_free (CzXlsxBook *book);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzXlsxBook, cz_xlsx_book_free)

/* A part being read. */
typedef struct {
  struct archive *archive;
  XML_Parser parser;
  const CzXlsxBook *book; /* borrowed */
  guint64 unpacked;
  gboolean at_end;
} CzXlsxPart;

/* *found = FALSE when the archive has no such part. The caller sets handlers on part->parser. */
gboolean cz_xlsx_part_open (CzXlsxPart *part, const CzXlsxBook *book, const char *name, gboolean *found, GError **error);
void cz_xlsx_part_close (CzXlsxPart *part);
/* Feeds the next piece; handlers run. TRUE with part->at_end at the end, TRUE too when a handler has suspended. */
gboolean cz_xlsx_part_feed (CzXlsxPart *part, GError **error);
/* Goes on after a suspension. */
gboolean cz_xlsx_part_resume (CzXlsxPart *part, GError **error);

/* Name without its prefix: "x:row" → "row". */
const char *cz_xlsx_local (const char *name);
/* NULL if there is none. */
const char *cz_xlsx_attribute (const char **attributes, const char *local);
