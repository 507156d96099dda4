/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <stdio.h>

#include "app/hub/sheet/cz-sheet.h"

/* What a format gives to the iterator. `next` yields every row, blank ones too. */
typedef struct {
  gboolean (*next) (gpointer reader, CzSheetRow *row, gboolean *end, GError **error);
  void (*free) (gpointer reader);
  guint64 (*position) (gpointer reader);
} CzSheetClass;

struct _CzSheet {
  const CzSheetClass *klass;
  gpointer reader;
  guint64 total;
};

typedef enum { CZ_TEXT_UTF8, CZ_TEXT_GB18030 } CzTextEncoding;

/* Reads the file once from its start, in bounded memory. On success the stream stands at the first character. */
gboolean cz_text_detect (FILE *file, const char *path, CzTextEncoding *encoding, GError **error);

/* Bytes of a text file as UTF-8, whatever the file is in. */
typedef struct _CzTextStream CzTextStream;
CzTextStream *cz_text_stream_new (const char *path, GError **error);
void cz_text_stream_free (CzTextStream *stream);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzTextStream, cz_text_stream_free)
/* Fills at most room bytes (≥ 8); *got = 0 at the end. */
gboolean cz_text_stream_read (CzTextStream *stream, char *into, gsize room, gsize *got, GError **error);
guint64 cz_text_stream_position (CzTextStream *stream);

gpointer cz_csv_new (const char *path, char separator, GError **error);
extern const CzSheetClass cz_csv_class;
gpointer cz_json_rows_new (const char *path, const char *records, GError **error);
extern const CzSheetClass cz_json_rows_class;
gpointer cz_xlsx_new (const char *path, const char *only_sheet, GError **error);
extern const CzSheetClass cz_xlsx_class;
gpointer cz_xls_new (const char *path, const char *only_sheet, GError **error);
extern const CzSheetClass cz_xls_class;

/* "64.1" for the double nearest to it; no exponent; newly allocated. */
char *cz_sheet_number (double value);
/* Excel's day number → "2026-11-22" or "2026-11-22 09:30:00"; "" outside 1900 … 9999. */
char *cz_sheet_date (double serial, gboolean since_1904);

/* Whether a number format shows a date: by its code, by its number among those built in. */
gboolean cz_sheet_format_is_date (const char *code);
gboolean cz_sheet_format_id_is_date (guint64 id);
