/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/sheet/cz-sheet.h"

#include <glib/gi18n.h>
#include <string.h>

#define LOOKED_AT 4096

static gboolean
begins (const guint8 *bytes, gsize n, const char *magic, gsize magic_len)
{
  return n >= magic_len && memcmp (bytes, magic, magic_len) == 0;
}

#define BEGINS(magic) begins (bytes, n, magic, sizeof magic - 1)

static CzSheetContent
sniff_binary (const guint8 *bytes, gsize n)
{
  if (BEGINS ("PK\003\004") || BEGINS ("PK\005\006"))
    return CZ_SHEET_CONTENT_ZIP;
  if (BEGINS ("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))
    return CZ_SHEET_CONTENT_OLE;
  if (BEGINS ("\x09\x08\x10\x00") || BEGINS ("\x09\x08\x08\x00") || BEGINS ("\x09\x04\x06\x00")
      || BEGINS ("\x09\x02\x06\x00") || BEGINS ("\x09\x00\x04\x00"))
    return CZ_SHEET_CONTENT_BIFF;
  if (BEGINS ("%PDF-"))
    return CZ_SHEET_CONTENT_PDF;
  if (BEGINS ("\x89PNG") || BEGINS ("\xff\xd8\xff") || BEGINS ("GIF8"))
    return CZ_SHEET_CONTENT_IMAGE;
  if (BEGINS ("\xff\xfe") || BEGINS ("\xfe\xff"))
    return CZ_SHEET_CONTENT_UTF16;
  return memchr (bytes, 0, n) != NULL ? CZ_SHEET_CONTENT_BINARY : CZ_SHEET_CONTENT_TEXT;
}

static CzSheetContent
sniff_markup (const char *text, gsize n)
{
  g_autofree char *head = g_ascii_strdown (text, (gssize) MIN (n, 512));
  if (g_str_has_prefix (head, "<?xml") && strstr (head, "<html") == NULL)
    return CZ_SHEET_CONTENT_XML;
  const char *tags[] = { "<!doctype html", "<html", "<table", "<meta", "<head", "<body", "<style", "<div", "<?xml" };
  for (gsize i = 0; i < G_N_ELEMENTS (tags); i++)
    if (g_str_has_prefix (head, tags[i]))
      return CZ_SHEET_CONTENT_HTML;
  return CZ_SHEET_CONTENT_TEXT;
}

CzSheetContent
cz_sheet_content_sniff (const guint8 *bytes, gsize n)
{
  n = MIN (n, LOOKED_AT);
  if (n == 0)
    return CZ_SHEET_CONTENT_EMPTY;
  CzSheetContent binary = sniff_binary (bytes, n);
  if (binary != CZ_SHEET_CONTENT_TEXT)
    return binary;
  const char *text = (const char *) bytes;
  if (BEGINS ("\xef\xbb\xbf")) {
    text += 3;
    n -= 3;
  }
  while (n > 0 && g_ascii_isspace (*text)) {
    text++;
    n--;
  }
  if (n == 0)
    return CZ_SHEET_CONTENT_TEXT;
  if (*text == '<')
    return sniff_markup (text, n);
  return *text == '{' || *text == '[' ? CZ_SHEET_CONTENT_JSON : CZ_SHEET_CONTENT_TEXT;
}

const char *
cz_sheet_content_name (CzSheetContent content)
{
  switch (content) {
  case CZ_SHEET_CONTENT_EMPTY:
    return _("an empty file");
  case CZ_SHEET_CONTENT_TEXT:
    return _("plain text (CSV?)");
  case CZ_SHEET_CONTENT_JSON:
    return _("JSON");
  case CZ_SHEET_CONTENT_HTML:
    return _("a web page (HTML)");
  case CZ_SHEET_CONTENT_XML:
    return _("an XML file");
  case CZ_SHEET_CONTENT_ZIP:
    return _("an .xlsx workbook or another zip archive");
  case CZ_SHEET_CONTENT_OLE:
    return _("an Excel 97-2003 workbook (.xls), or a workbook under a password");
  case CZ_SHEET_CONTENT_BIFF:
    return _("a workbook of Excel 4 or older");
  case CZ_SHEET_CONTENT_PDF:
    return _("a PDF document");
  case CZ_SHEET_CONTENT_IMAGE:
    return _("a picture");
  case CZ_SHEET_CONTENT_UTF16:
    return _("text in UTF-16");
  case CZ_SHEET_CONTENT_BINARY:
    break;
  }
  return _("a binary file");
}
