/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/sheet/cz-biff.h"

#include <glib/gi18n.h>
#include <string.h>

#define BIFF8 0x0600
#define MAX_SHEETS 256
#define MAX_FORMATS 65536
#define FLAG_WIDE 0x01
#define FLAG_EXTENDED 0x04
#define FLAG_RICH 0x08

gboolean
cz_biff_damaged (const CzBiffBook *book, GError **error)
{
  g_set_error (error, CZ_SHEET_ERROR, CZ_SHEET_ERROR_DAMAGED, _("%s: the workbook is damaged or cut off. Open it and save it anew as .xlsx or .csv"),
               book->path);
  return FALSE;
}

static void
sheet_clear (gpointer data)
{
  g_free (((CzBiffSheet *) data)->name);
}

void
cz_biff_book_free (CzBiffBook *book)
{
  g_free (book->path);
  cz_ole_stream_free (book->stream);
  g_array_unref (book->sheets);
  g_string_free (book->string_bytes, TRUE);
  g_array_unref (book->string_at);
  g_array_unref (book->format_is_date);
  g_hash_table_unref (book->custom_dates);
  g_free (book);
}

gboolean
cz_biff_next (CzBiffBook *book)
{
  guint8 head[4];
  if (!cz_ole_stream_read (book->stream, book->at, head, sizeof head))
    return FALSE;
  book->type = (guint) head[0] | (guint) head[1] << 8;
  book->length = (guint) head[2] | (guint) head[3] << 8;
  if (!cz_ole_stream_read (book->stream, book->at + 4, book->record, book->length))
    return FALSE;
  book->at += 4 + book->length;
  return TRUE;
}

guint
cz_biff_u16 (const CzBiffBook *book, guint at)
{
  return at + 2 <= book->length ? (guint) book->record[at] | (guint) book->record[at + 1] << 8 : 0;
}

guint32
cz_biff_u32 (const CzBiffBook *book, guint at)
{
  return (guint32) cz_biff_u16 (book, at) | (guint32) cz_biff_u16 (book, at + 2) << 16;
}

double
cz_biff_double (const CzBiffBook *book, guint at)
{
  guint64 bits = (guint64) cz_biff_u32 (book, at) | (guint64) cz_biff_u32 (book, at + 4) << 32;
  double value;
  memcpy (&value, &bits, sizeof value);
  return value;
}

/* On to the CONTINUE record that must come next. */
static gboolean
go_on (CzBiffBook *book, guint *at)
{
  *at = 0;
  return cz_biff_next (book) && book->type == CZ_BIFF_CONTINUE && book->length > 0;
}

/* One character, a byte or two; text that goes on in the next record says anew how wide its characters are. */
static gboolean
take_unit (CzBiffBook *book, guint *at, guint *bytes, gunichar *c)
{
  if (*at + *bytes > book->length) {
    if (!go_on (book, at))
      return FALSE;
    *bytes = book->record[(*at)++] & FLAG_WIDE ? 2 : 1;
    if (*at + *bytes > book->length)
      return FALSE;
  }
  *c = *bytes == 2 ? cz_biff_u16 (book, *at) : book->record[*at];
  *at += *bytes;
  return TRUE;
}

gboolean
cz_biff_string (CzBiffBook *book, guint *at, guint n, GString *into)
{
  gunichar high = 0;
  gunichar c;
  if (*at >= book->length && !go_on (book, at))
    return FALSE;
  guint bytes = book->record[(*at)++] & FLAG_WIDE ? 2 : 1;
  for (guint i = 0; i < n; i++) {
    if (!take_unit (book, at, &bytes, &c))
      return FALSE;
    if (c >= 0xd800 && c < 0xdc00) {
      high = c;
      continue;
    }
    if (c >= 0xdc00 && c < 0xe000)
      c = high != 0 ? 0x10000 + ((high - 0xd800) << 10) + (c - 0xdc00) : 0xfffd;
    high = 0;
    if (c != 0)
      g_string_append_unichar (into, c);
  }
  return TRUE;
}

/* Passes over n bytes, which may go on in CONTINUE records. */
static gboolean
skip_bytes (CzBiffBook *book, guint *at, guint64 n)
{
  while (n > book->length - MIN (*at, book->length)) {
    n -= book->length - MIN (*at, book->length);
    if (!go_on (book, at))
      return FALSE;
  }
  *at += (guint) n;
  return TRUE;
}

static gboolean
read_shared_string (CzBiffBook *book, guint *at)
{
  if (*at + 3 > book->length && *at >= book->length && !go_on (book, at))
    return FALSE;
  if (*at + 3 > book->length)
    return FALSE;
  guint n = cz_biff_u16 (book, *at);
  guint8 flags = book->record[*at + 2];
  guint runs = flags & FLAG_RICH ? cz_biff_u16 (book, *at + 3) : 0;
  guint behind_runs = *at + 3 + (flags & FLAG_RICH ? 2u : 0u);
  guint32 extended = flags & FLAG_EXTENDED ? cz_biff_u32 (book, behind_runs) : 0;
  guint text_at = behind_runs + (flags & FLAG_EXTENDED ? 4u : 0u);
  if (text_at > book->length)
    return FALSE;
  gsize begins = book->string_bytes->len;
  g_array_append_val (book->string_at, begins);
  /* The flags stand in front of the counts; cz_biff_string wants them in front of the text. */
  book->record[text_at - 1] = flags;
  *at = text_at - 1;
  if (!cz_biff_string (book, at, n, book->string_bytes))
    return FALSE;
  g_string_append_c (book->string_bytes, '\0');
  return skip_bytes (book, at, (guint64) runs * 4 + extended);
}

static gboolean
read_strings (CzBiffBook *book, GError **error)
{
  guint32 n = cz_biff_u32 (book, 4);
  guint at = 8;
  for (guint32 i = 0; i < n; i++) {
    if (book->string_at->len >= CZ_SHEET_MAX_STRINGS || book->string_bytes->len > CZ_SHEET_MAX_STRING_BYTES) {
      g_set_error (error, CZ_SHEET_ERROR, CZ_SHEET_ERROR_TOO_LARGE, _("%s: holds more text than is read. Save the table as .csv"), book->path);
      return FALSE;
    }
    if (!read_shared_string (book, &at))
      return cz_biff_damaged (book, error);
  }
  return TRUE;
}

static gboolean
read_sheet_name (CzBiffBook *book)
{
  guint at = 7;
  if (book->length < 8)
    return FALSE;
  /* Type 0 is a table; charts and macros are none. */
  if (book->record[5] != 0 || book->sheets->len == MAX_SHEETS)
    return TRUE;
  CzBiffSheet sheet = { .offset = cz_biff_u32 (book, 0) };
  g_autoptr (GString) name = g_string_new (NULL);
  if (!cz_biff_string (book, &at, book->record[6], name))
    return FALSE;
  sheet.name = g_strdup (name->str);
  g_array_append_val (book->sheets, sheet);
  /* The array has taken the name with the struct. */
  /* cppcheck-suppress memleak */
  return TRUE;
}

static gboolean
read_format (CzBiffBook *book)
{
  guint at = 4;
  guint id = cz_biff_u16 (book, 0);
  g_autoptr (GString) code = g_string_new (NULL);
  if (!cz_biff_string (book, &at, cz_biff_u16 (book, 2), code))
    return FALSE;
  if (cz_sheet_format_is_date (code->str) && g_hash_table_size (book->custom_dates) < MAX_FORMATS)
    g_hash_table_add (book->custom_dates, GUINT_TO_POINTER (id));
  return TRUE;
}

static void
read_cell_format (CzBiffBook *book)
{
  guint id = cz_biff_u16 (book, 2);
  gboolean date = cz_sheet_format_id_is_date (id) || g_hash_table_contains (book->custom_dates, GUINT_TO_POINTER (id));
  if (book->format_is_date->len < MAX_FORMATS)
    g_array_append_val (book->format_is_date, date);
}

static gboolean
read_global (CzBiffBook *book, GError **error)
{
  switch (book->type) {
  case CZ_BIFF_FILEPASS:
    g_set_error (error, CZ_SHEET_ERROR, CZ_SHEET_ERROR_PROTECTED, _("%s: the workbook is under a password. Save it without one"), book->path);
    return FALSE;
  case CZ_BIFF_DATEMODE:
    book->since_1904 = cz_biff_u16 (book, 0) == 1;
    return TRUE;
  case CZ_BIFF_BOUNDSHEET:
    return read_sheet_name (book) || cz_biff_damaged (book, error);
  case CZ_BIFF_FORMAT:
    return read_format (book) || cz_biff_damaged (book, error);
  case CZ_BIFF_XF:
    read_cell_format (book);
    return TRUE;
  case CZ_BIFF_SST:
    return read_strings (book, error);
  default:
    return TRUE;
  }
}

static gboolean
read_globals (CzBiffBook *book, GError **error)
{
  if (!cz_biff_next (book) || book->type != CZ_BIFF_BOF)
    return cz_biff_damaged (book, error);
  if (cz_biff_u16 (book, 0) != BIFF8) {
    g_set_error (error, CZ_SHEET_ERROR, CZ_SHEET_ERROR_MISLABELLED, _("%s: is a workbook of Excel 95 or older. Save the table as .xlsx or .csv"), book->path);
    return FALSE;
  }
  for (;;) {
    if (!cz_biff_next (book))
      return cz_biff_damaged (book, error);
    if (book->type == CZ_BIFF_EOF)
      return TRUE;
    if (!read_global (book, error))
      return FALSE;
  }
}

CzBiffBook *
cz_biff_book_open (const char *path, GError **error)
{
  static const char *const names[] = { "Workbook", "Book", NULL };
  g_autoptr (CzBiffBook) book = g_new0 (CzBiffBook, 1);
  book->path = g_strdup (path);
  book->sheets = g_array_new (FALSE, FALSE, sizeof (CzBiffSheet));
  g_array_set_clear_func (book->sheets, sheet_clear);
  book->string_bytes = g_string_new (NULL);
  book->string_at = g_array_new (FALSE, FALSE, sizeof (gsize));
  book->format_is_date = g_array_new (FALSE, FALSE, sizeof (gboolean));
  book->custom_dates = g_hash_table_new (NULL, NULL);
  book->stream = cz_ole_stream_open (path, names, error);
  return book->stream != NULL && read_globals (book, error) ? g_steal_pointer (&book) : NULL;
}
