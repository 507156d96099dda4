/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/sheet/cz-sheet-private.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#define CHUNK (256 * 1024)
#define LONGEST_UTF8 4

/* So many sound multi-byte characters before the first bad byte mean a damaged UTF-8 file, not GB18030: in Chinese text of
 * GB18030 the second or third character already breaks UTF-8's rules. */
#define SURE_UTF8_CHARS 16

typedef struct {
  guint64 line; /* of the first bad byte */
  guint64 multi; /* sound multi-byte characters before it */
  gboolean bad;
  gboolean nul;
} Utf8Scan;

/* Returns how many bytes at the end belong to a character not complete yet. */
static gsize
scan_utf8 (const char *bytes, gsize n, Utf8Scan *scan)
{
  const char *at = bytes;
  const char *end = bytes + n;
  while (at < end) {
    if ((guchar) *at < 0x80) {
      scan->line += *at == '\n';
      if (*at == 0) {
        scan->nul = TRUE;
        return 0;
      }
      at++;
      continue;
    }
    gunichar c = g_utf8_get_char_validated (at, end - at);
    if (c == (gunichar) -2 && end - at < LONGEST_UTF8)
      return (gsize) (end - at);
    if (c == (gunichar) -1 || c == (gunichar) -2) {
      scan->bad = TRUE;
      return 0;
    }
    scan->multi++;
    at = g_utf8_next_char (at);
  }
  return 0;
}

static gboolean
read_failed (FILE *file, const char *path, GError **error)
{
  if (!ferror (file))
    return FALSE;
  g_set_error (error, CZ_SHEET_ERROR, CZ_SHEET_ERROR_ABSENT, _("%s: cannot be read: %s"), path, g_strerror (errno));
  return TRUE;
}

static gboolean
check_utf8 (FILE *file, const char *path, Utf8Scan *scan, GError **error)
{
  g_autofree char *buffer = g_malloc (CHUNK);
  gsize kept = 0;
  *scan = (Utf8Scan){ .line = 1 };
  for (;;) {
    gsize got = fread (buffer + kept, 1, CHUNK - kept, file);
    if (got == 0) {
      scan->bad = scan->bad || kept > 0;
      return !read_failed (file, path, error);
    }
    gsize n = kept + got;
    kept = scan_utf8 (buffer, n, scan);
    if (scan->bad || scan->nul)
      return TRUE;
    memmove (buffer, buffer + n - kept, kept);
  }
}

/* *sound = FALSE when some byte is not GB18030. */
static gboolean
check_gb18030 (FILE *file, const char *path, gboolean *sound, GError **error)
{
  g_autofree char *in = g_malloc (CHUNK);
  g_autofree char *out = g_malloc (CHUNK * 2);
  GIConv conv = g_iconv_open ("UTF-8", "GB18030");
  gsize kept = 0;
  gsize got;
  *sound = conv != (GIConv) -1;
  while (*sound && (got = fread (in + kept, 1, CHUNK - kept, file)) > 0) {
    char *from = in;
    char *to = out;
    gsize left = kept + got;
    gsize room = CHUNK * 2;
    gsize done = g_iconv (conv, &from, &left, &to, &room);
    if (done == (gsize) -1 && errno == EILSEQ)
      *sound = FALSE;
    memmove (in, from, left);
    kept = left;
  }
  if (conv != (GIConv) -1)
    g_iconv_close (conv);
  *sound = *sound && kept == 0;
  return !read_failed (file, path, error);
}

gboolean
cz_text_detect (FILE *file, const char *path, CzTextEncoding *encoding, GError **error)
{
  Utf8Scan scan;
  gboolean gb = FALSE;
  char bom[3] = { 0 };
  rewind (file);
  gboolean has_bom = fread (bom, 1, 3, file) == 3 && memcmp (bom, "\xef\xbb\xbf", 3) == 0;
  rewind (file);
  if (!check_utf8 (file, path, &scan, error))
    return FALSE;
  rewind (file);
  if (scan.nul) {
    g_set_error (error, CZ_SHEET_ERROR, CZ_SHEET_ERROR_MISLABELLED,
                 _("%s: line %lu holds a NUL byte: this is not a text file. Save the table as CSV UTF-8"),
                 path, (gulong) scan.line);
    return FALSE;
  }
  if (scan.bad && !has_bom && scan.multi < SURE_UTF8_CHARS && !check_gb18030 (file, path, &gb, error))
    return FALSE;
  if (scan.bad && !gb) {
    g_set_error (error, CZ_SHEET_ERROR, CZ_SHEET_ERROR_ENCODING,
                 _("%s: line %lu holds bytes that are neither UTF-8 nor GB18030 text. Save the table as CSV UTF-8"),
                 path, (gulong) scan.line);
    return FALSE;
  }
  *encoding = gb ? CZ_TEXT_GB18030 : CZ_TEXT_UTF8;
  if (fseek (file, has_bom ? 3 : 0, SEEK_SET) != 0) {
    g_set_error (error, CZ_SHEET_ERROR, CZ_SHEET_ERROR_ABSENT, _("%s: cannot be read: %s"), path, g_strerror (errno));
    return FALSE;
  }
  return TRUE;
}

struct _CzTextStream {
  FILE *file;
  char *path;
  GIConv conv; /* (GIConv) -1 for UTF-8 */
  char *raw;
  gsize n_raw;
  guint64 position;
};

CzTextStream *
cz_text_stream_new (const char *path, GError **error)
{
  CzTextEncoding encoding;
  FILE *file = g_fopen (path, "rbe");
  if (file == NULL) {
    g_set_error (error, CZ_SHEET_ERROR, CZ_SHEET_ERROR_ABSENT, _("%s: cannot be opened: %s"), path, g_strerror (errno));
    return NULL;
  }
  if (!cz_text_detect (file, path, &encoding, error)) {
    fclose (file);
    return NULL;
  }
  CzTextStream *stream = g_new0 (CzTextStream, 1);
  stream->file = file;
  stream->path = g_strdup (path);
  stream->conv = encoding == CZ_TEXT_GB18030 ? g_iconv_open ("UTF-8", "GB18030") : (GIConv) -1;
  stream->raw = stream->conv != (GIConv) -1 ? g_malloc (CHUNK) : NULL;
  return stream;
}

void
cz_text_stream_free (CzTextStream *stream)
{
  if (stream == NULL)
    return;
  if (stream->conv != (GIConv) -1)
    g_iconv_close (stream->conv);
  fclose (stream->file);
  g_free (stream->path);
  g_free (stream->raw);
  g_free (stream);
}

static gboolean
read_converted (CzTextStream *stream, char *into, gsize room, gsize *got, GError **error)
{
  char *from = stream->raw;
  char *to = into;
  gsize fresh = fread (stream->raw + stream->n_raw, 1, CHUNK - stream->n_raw, stream->file);
  gsize left = stream->n_raw + fresh;
  gsize done = left > 0 ? g_iconv (stream->conv, &from, &left, &to, &room) : 0;
  gboolean cut = done == (gsize) -1 && errno == EINVAL && fresh == 0;
  if ((done == (gsize) -1 && errno == EILSEQ) || cut) {
    g_set_error (error, CZ_SHEET_ERROR, CZ_SHEET_ERROR_ENCODING, _("%s: changed while it was read"), stream->path);
    return FALSE;
  }
  memmove (stream->raw, from, left);
  stream->n_raw = left;
  stream->position += fresh;
  *got = (gsize) (to - into);
  return !read_failed (stream->file, stream->path, error);
}

gboolean
cz_text_stream_read (CzTextStream *stream, char *into, gsize room, gsize *got, GError **error)
{
  if (stream->conv != (GIConv) -1)
    return read_converted (stream, into, room, got, error);
  *got = fread (into, 1, room, stream->file);
  stream->position += *got;
  return !read_failed (stream->file, stream->path, error);
}

guint64
cz_text_stream_position (CzTextStream *stream)
{
  return stream->position;
}

static void
unify_line_ends (GString *text)
{
  gsize to = 0;
  for (gsize at = 0; at < text->len; at++) {
    if (text->str[at] == '\r') {
      if (text->str[at + 1] == '\n')
        continue;
      text->str[at] = '\n';
    }
    text->str[to++] = text->str[at];
  }
  g_string_truncate (text, to);
}

char *
cz_sheet_read_text (const char *path, gsize max_bytes, GError **error)
{
  g_autoptr (CzTextStream) stream = cz_text_stream_new (path, error);
  if (stream == NULL)
    return NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *chunk = g_malloc (CHUNK);
  gsize got;
  do {
    if (!cz_text_stream_read (stream, chunk, CHUNK, &got, error))
      return NULL;
    if (text->len + got > max_bytes) {
      g_set_error (error, CZ_SHEET_ERROR, CZ_SHEET_ERROR_TOO_LARGE,
                   _("%s: longer than %lu bytes; split it into several"), path, (gulong) max_bytes);
      return NULL;
    }
    g_string_append_len (text, chunk, (gssize) got);
  } while (got > 0);
  unify_line_ends (text);
  return g_string_free (g_steal_pointer (&text), FALSE);
}
