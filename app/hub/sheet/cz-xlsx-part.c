/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/sheet/cz-xlsx-parts.h"

#include <glib/gi18n.h>
#include <string.h>

#define PIECE (64 * 1024)
#define RATIO_FROM (16 * 1024 * 1024)

static gboolean
damaged (const CzXlsxBook *book, const char *what, GError **error)
{
  g_set_error (error, CZ_SHEET_ERROR, CZ_SHEET_ERROR_DAMAGED,
               _("%s: the workbook is damaged (%s). Open it and save it anew as .xlsx or .csv"), book->path, what);
  return FALSE;
}

/* No workbook has a DTD; whoever sends one wants the parser to unfold entities. */
static void XMLCALL
on_doctype (void *data, const XML_Char *name, const XML_Char *sysid, const XML_Char *pubid, int has_internal_subset)
{
  XML_StopParser (data, XML_FALSE);
}

static gboolean
find_entry (CzXlsxPart *part, const char *name, gboolean *found, GError **error)
{
  struct archive_entry *entry;
  int result;
  *found = FALSE;
  while ((result = archive_read_next_header (part->archive, &entry)) == ARCHIVE_OK || result == ARCHIVE_WARN) {
    const char *path = archive_entry_pathname (entry);
    if (path == NULL || g_ascii_strcasecmp (path[0] == '/' ? path + 1 : path, name) != 0)
      continue;
    if (archive_entry_is_encrypted (entry)) {
      g_set_error (error, CZ_SHEET_ERROR, CZ_SHEET_ERROR_PROTECTED,
                   _("%s: the workbook is under a password. Save it without one"), part->book->path);
      return FALSE;
    }
    *found = TRUE;
    return TRUE;
  }
  return result == ARCHIVE_EOF || damaged (part->book, "zip", error);
}

gboolean
cz_xlsx_part_open (CzXlsxPart *part, const CzXlsxBook *book, const char *name, gboolean *found, GError **error)
{
  *part = (CzXlsxPart){ .book = book, .archive = archive_read_new () };
  *found = FALSE;
  archive_read_support_format_zip_seekable (part->archive);
  if (archive_read_open_filename (part->archive, book->path, PIECE) != ARCHIVE_OK) {
    damaged (book, "zip", error);
    cz_xlsx_part_close (part);
    return FALSE;
  }
  if (!find_entry (part, name, found, error) || !*found) {
    gboolean ok = error == NULL || *error == NULL;
    cz_xlsx_part_close (part);
    return ok;
  }
  part->parser = XML_ParserCreate (NULL);
  XML_UseParserAsHandlerArg (part->parser);
  XML_SetStartDoctypeDeclHandler (part->parser, on_doctype);
  return TRUE;
}

void
cz_xlsx_part_close (CzXlsxPart *part)
{
  g_clear_pointer (&part->parser, XML_ParserFree);
  g_clear_pointer (&part->archive, archive_read_free);
}

static gboolean
check_limits (CzXlsxPart *part, GError **error)
{
  gboolean bomb = part->unpacked > RATIO_FROM && part->unpacked / CZ_SHEET_MAX_RATIO > part->book->file_bytes;
  if (!bomb && part->unpacked <= (guint64) CZ_SHEET_MAX_PART_BYTES)
    return TRUE;
  g_set_error (error, CZ_SHEET_ERROR, CZ_SHEET_ERROR_TOO_LARGE,
               _("%s: unpacks to far more than a table would. Save the table as .csv"), part->book->path);
  return FALSE;
}

static gboolean
check_status (CzXlsxPart *part, enum XML_Status status, GError **error)
{
  if (status != XML_STATUS_ERROR)
    return TRUE;
  return damaged (part->book, XML_ErrorString (XML_GetErrorCode (part->parser)), error);
}

gboolean
cz_xlsx_part_feed (CzXlsxPart *part, GError **error)
{
  void *buffer = XML_GetBuffer (part->parser, PIECE);
  if (buffer == NULL)
    return damaged (part->book, "XML", error);
  la_ssize_t got = archive_read_data (part->archive, buffer, PIECE);
  if (got < 0)
    return damaged (part->book, "zip", error);
  part->unpacked += (guint64) got;
  part->at_end = got == 0;
  return check_limits (part, error) && check_status (part, XML_ParseBuffer (part->parser, (int) got, got == 0), error);
}

gboolean
cz_xlsx_part_resume (CzXlsxPart *part, GError **error)
{
  return check_status (part, XML_ResumeParser (part->parser), error);
}

const char *
cz_xlsx_local (const char *name)
{
  const char *colon = strchr (name, ':');
  return colon != NULL ? colon + 1 : name;
}

const char *
cz_xlsx_attribute (const char **attributes, const char *local)
{
  for (; *attributes != NULL; attributes += 2)
    if (g_str_equal (cz_xlsx_local (attributes[0]), local))
      return attributes[1];
  return NULL;
}
