/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/hub/sheet/cz-ole.h"
#include "app/hub/sheet/cz-sheet-private.h"

/* Records of an Excel 97-2003 workbook ([MS-XLS], BIFF8), and what stands in front of the sheets: their names and places, the
 * string table, which cell formats are dates. */

#define CZ_BIFF_MAX_RECORD 65535

/* The record numbers used here. */
enum {
  CZ_BIFF_FORMULA = 0x06, CZ_BIFF_EOF = 0x0a, CZ_BIFF_DATEMODE = 0x22, CZ_BIFF_FILEPASS = 0x2f, CZ_BIFF_CONTINUE = 0x3c,
  CZ_BIFF_BOUNDSHEET = 0x85, CZ_BIFF_MULRK = 0xbd, CZ_BIFF_RSTRING = 0xd6, CZ_BIFF_XF = 0xe0, CZ_BIFF_SST = 0xfc,
  CZ_BIFF_LABELSST = 0xfd, CZ_BIFF_NUMBER = 0x203, CZ_BIFF_LABEL = 0x204, CZ_BIFF_BOOLERR = 0x205, CZ_BIFF_STRING = 0x207,
  CZ_BIFF_RK = 0x27e, CZ_BIFF_FORMAT = 0x41e, CZ_BIFF_BOF = 0x809
};

typedef struct {
  char *name;
  guint32 offset; /* of its BOF in the stream */
} CzBiffSheet;

typedef struct {
  char *path;
  CzOleStream *stream;
  guint64 at; /* behind the record at hand */
  guint type;
  guint length;
  guint8 record[CZ_BIFF_MAX_RECORD + 1];
  /* globals */
  GArray *sheets; /* CzBiffSheet */
  GString *string_bytes; /* each with its NUL */
  GArray *string_at; /* gsize */
  GArray *format_is_date; /* gboolean by cell format */
  GHashTable *custom_dates;
  gboolean since_1904;
} CzBiffBook;

CzBiffBook *cz_biff_book_open (const char *path, GError **error);
void cz_biff_book_free (CzBiffBook *book);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzBiffBook, cz_biff_book_free)

/* Reads the next record; FALSE at the end of the stream or when it is cut off there. */
gboolean cz_biff_next (CzBiffBook *book);
gboolean cz_biff_damaged (const CzBiffBook *book, GError **error);

guint cz_biff_u16 (const CzBiffBook *book, guint at); /* 0 beyond the record */
guint32 cz_biff_u32 (const CzBiffBook *book, guint at);
double cz_biff_double (const CzBiffBook *book, guint at);
/* Reads a string of n characters that begins with its flags at `at`, on into CONTINUE records; appends it as UTF-8. *at is
 * moved behind the characters (of the record it ended in). FALSE when it is cut off. */
gboolean cz_biff_string (CzBiffBook *book, guint *at, guint n, GString *into);
