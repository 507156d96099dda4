/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "app/speech/say/cz-say.h"

G_DEFINE_QUARK (cz_say_error_quark, cz_say_error)

#define READ_BYTES 65536

static gboolean
refuse (GError **error, guint number, const char *why)
{
  g_set_error (error, CZ_SAY_ERROR, CZ_SAY_INPUT_REFUSED, _ ("standard input, line %u: %s"), number, why);
  return FALSE;
}

static gboolean
take_line (char *line, gsize len, guint number, CzSayLineFunc func, gpointer data, GError **error)
{
  const char *end, *nul;

  if (len > 0 && line[len - 1] == '\r')
    len--;
  line[len] = '\0';
  if (len > CZ_SAY_LINE_MAX)
    return refuse (error, number, _ ("longer than 1 MiB; cut it into lines"));
  nul = memchr (line, '\0', len);
  if (nul != NULL) {
    g_autofree char *why = g_strdup_printf (
      _ ("byte %u is NUL, which stands in no text; if the input is UTF-16, convert it: iconv -f UTF-16 -t UTF-8"),
      (guint) (nul - line) + 1);
    return refuse (error, number, why);
  }
  if (!g_utf8_validate_len (line, len, &end)) {
    g_autofree char *why = g_strdup_printf (
      _ ("byte %u is not UTF-8 text; convert the input, for example with: iconv -f GB18030 -t UTF-8"),
      (guint) (end - line) + 1);
    return refuse (error, number, why);
  }
  return func (line, len, number, data, error);
}

/* Hands on every whole line of buffer and removes it; what is left has no line end. */
static gboolean
take_whole_lines (GByteArray *buffer, guint *number, CzSayLineFunc func, gpointer data, GError **error)
{
  gsize start = 0;
  char *bytes = (char *) buffer->data;
  char *end;

  while (start < buffer->len && (end = memchr (bytes + start, '\n', buffer->len - start)) != NULL) {
    if (!take_line (bytes + start, (gsize) (end - bytes) - start, ++*number, func, data, error))
      return FALSE;
    start = (gsize) (end - bytes) + 1;
  }
  g_byte_array_remove_range (buffer, 0, (guint) start);
  if (buffer->len > CZ_SAY_LINE_MAX)
    return refuse (error, *number + 1, _ ("longer than 1 MiB; cut it into lines"));
  return TRUE;
}

gboolean
cz_say_each_line (int fd, CzSayLineFunc func, gpointer data, GError **error)
{
  g_autoptr (GByteArray) buffer = g_byte_array_new ();
  guint number = 0;
  guint8 part[READ_BYTES];
  ssize_t n;

  while ((n = read (fd, part, sizeof part)) != 0) {
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0) {
      g_set_error (error, CZ_SAY_ERROR, CZ_SAY_TROUBLE, _ ("standard input: %s"), g_strerror (errno));
      return FALSE;
    }
    g_byte_array_append (buffer, part, (guint) n);
    if (!take_whole_lines (buffer, &number, func, data, error))
      return FALSE;
  }
  if (buffer->len == 0)
    return TRUE;
  g_byte_array_append (buffer, (const guint8 *) "", 1);
  return take_line ((char *) buffer->data, buffer->len - 1, number + 1, func, data, error);
}
