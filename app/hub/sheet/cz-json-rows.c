/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/sheet/cz-sheet-private.h"

#include <glib/gi18n.h>
#include <string.h>

/* An array of flat objects as a table: the members of the first object are the header row, every object is a row.
 * Read as a stream (RFC 8259); a value is kept as it is written, strings with their escapes undone. */

#define CHUNK (64 * 1024)
#define MAX_DEPTH 32

typedef struct {
  CzTextStream *stream;
  char *path;
  char *buffer;
  gsize at;
  gsize end;
  guint64 line;
  GPtrArray *keys; /* of the first object */
  GString *text; /* values of the current object, each with its NUL */
  gsize offsets[CZ_SHEET_MAX_CELLS]; /* + 1; 0 = no such member */
  CzCell cells[CZ_SHEET_MAX_CELLS];
  guint64 object_line;
  const char *problem;
  gboolean header_given;
  gboolean pending;
  gboolean first;
} JsonRows;

static int
peek (JsonRows *json, GError **error)
{
  if (json->at == json->end) {
    json->at = 0;
    if (!cz_text_stream_read (json->stream, json->buffer, CHUNK, &json->end, error))
      return -2;
  }
  return json->at < json->end ? (guchar) json->buffer[json->at] : -1;
}

static int
take (JsonRows *json, GError **error)
{
  int c = peek (json, error);
  if (c >= 0) {
    json->at++;
    json->line += c == '\n';
  }
  return c;
}

static int
peek_token (JsonRows *json, GError **error)
{
  int c = peek (json, error);
  while (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
    take (json, error);
    c = peek (json, error);
  }
  return c;
}

static gboolean
syntax (JsonRows *json, const char *wanted, GError **error)
{
  if (error != NULL && *error == NULL)
    g_set_error (error, CZ_SHEET_ERROR, CZ_SHEET_ERROR_SYNTAX,
                 _("%s: line %lu: not well-formed JSON here, %s expected. Ask for the file anew"), json->path,
                 (gulong) json->line, wanted);
  return FALSE;
}

static gboolean
take_hex4 (JsonRows *json, gunichar *out, GError **error)
{
  *out = 0;
  for (int i = 0; i < 4; i++) {
    int c = take (json, error);
    int digit = c > 0 && c < 0x80 ? g_ascii_xdigit_value ((char) c) : -1;
    if (digit < 0)
      return syntax (json, "\\uXXXX", error);
    *out = *out * 16 + (gunichar) digit;
  }
  return TRUE;
}

static gboolean
take_escape (JsonRows *json, GString *into, GError **error)
{
  static const char names[] = "\"\\/bfnrt";
  static const char values[] = "\"\\/\b\f\n\r\t";
  int c = take (json, error);
  const char *known = c > 0 ? strchr (names, c) : NULL;
  gunichar u;
  gunichar low;
  if (known != NULL) {
    g_string_append_c (into, values[known - names]);
    return TRUE;
  }
  if (c != 'u' || !take_hex4 (json, &u, error))
    return syntax (json, "\\", error);
  if (u >= 0xd800 && u < 0xdc00) {
    int stroke = take (json, error);
    int letter = take (json, error);
    if (stroke != '\\' || letter != 'u' || !take_hex4 (json, &low, error) || low < 0xdc00 || low > 0xdfff)
      return syntax (json, "\\uDC00", error);
    u = 0x10000 + ((u - 0xd800) << 10) + (low - 0xdc00);
  }
  if (u == 0 || (u >= 0xdc00 && u < 0xe000))
    return syntax (json, "a character", error);
  g_string_append_unichar (into, u);
  return TRUE;
}

static gboolean
take_string (JsonRows *json, GString *into, GError **error)
{
  if (take (json, error) != '"')
    return syntax (json, "\"", error);
  for (;;) {
    int c = take (json, error);
    if (c == '"')
      return TRUE;
    if (c < 0x20)
      return syntax (json, "\"", error);
    if (into->len > CZ_SHEET_MAX_ROW_BYTES)
      return syntax (json, _("a shorter object"), error);
    if (c == '\\') {
      if (!take_escape (json, into, error))
        return FALSE;
    } else {
      g_string_append_c (into, (char) c);
    }
  }
}

/* A number, true, false or null; null is nothing. */
static gboolean
take_word (JsonRows *json, GString *into, GError **error)
{
  gsize from = into->len;
  int c = peek (json, error);
  while (c > 0 && (g_ascii_isalnum (c) || c == '-' || c == '+' || c == '.')) {
    if (into->len - from > 64)
      return syntax (json, _("a value"), error);
    g_string_append_c (into, (char) take (json, error));
    c = peek (json, error);
  }
  const char *word = into->str + from;
  if (g_str_equal (word, "null"))
    g_string_truncate (into, from);
  else if (g_ascii_isdigit (word[0]) || (word[0] == '-' && g_ascii_isdigit (word[1]))) {
    char *end;
    double value = g_ascii_strtod (word, &end);
    if (*end != 0)
      return syntax (json, _("a value"), error);
    g_autofree char *plain = cz_sheet_number (value);
    g_string_truncate (into, from);
    g_string_append (into, plain);
  } else if (!g_str_equal (word, "true") && !g_str_equal (word, "false"))
    return syntax (json, _("a value"), error);
  return TRUE;
}

/* Passes over one value of any kind. */
static gboolean
skip_value (JsonRows *json, GError **error)
{
  char closing[MAX_DEPTH];
  guint depth = 0;
  g_autoptr (GString) scratch = g_string_new (NULL);
  do {
    int c = peek_token (json, error);
    g_string_truncate (scratch, 0);
    if (c == '"') {
      if (!take_string (json, scratch, error))
        return FALSE;
    } else if (c == '{' || c == '[') {
      if (depth == MAX_DEPTH)
        return syntax (json, _("a value"), error);
      closing[depth++] = c == '{' ? '}' : ']';
      take (json, error);
    } else if (depth > 0 && c == closing[depth - 1]) {
      depth--;
      take (json, error);
    } else if (depth > 0 && (c == ',' || c == ':')) {
      take (json, error);
    } else if (!take_word (json, scratch, error)) {
      return FALSE;
    }
  } while (depth > 0);
  return TRUE;
}

static int
key_index (JsonRows *json, const char *key)
{
  for (guint i = 0; i < json->keys->len; i++)
    if (g_str_equal (g_ptr_array_index (json->keys, i), key))
      return (int) i;
  if (json->header_given) {
    json->problem = _("this object has a member that the first one has not");
    return -1;
  }
  if (json->keys->len == CZ_SHEET_MAX_CELLS)
    return -1;
  g_ptr_array_add (json->keys, g_strdup (key));
  return (int) json->keys->len - 1;
}

static gboolean
take_member (JsonRows *json, GString *key, GError **error)
{
  g_string_truncate (key, 0);
  if (peek_token (json, error) != '"' || !take_string (json, key, error))
    return syntax (json, _("a member name"), error);
  if (peek_token (json, error) != ':')
    return syntax (json, ":", error);
  take (json, error);
  int index = key_index (json, key->str);
  int c = peek_token (json, error);
  gsize from = json->text->len;
  if (c == '{' || c == '[') {
    json->problem = _("a member of this object is not a plain value");
    return skip_value (json, error);
  }
  gboolean ok = c == '"' ? take_string (json, json->text, error) : take_word (json, json->text, error);
  g_string_append_c (json->text, '\0');
  if (index >= 0 && json->offsets[index] != 0)
    json->problem = _("a member stands twice in this object");
  else if (index >= 0)
    json->offsets[index] = from + 1;
  return ok;
}

static gboolean
take_object (JsonRows *json, GError **error)
{
  g_autoptr (GString) key = g_string_new (NULL);
  memset (json->offsets, 0, sizeof json->offsets);
  g_string_truncate (json->text, 0);
  json->problem = NULL;
  json->object_line = json->line;
  take (json, error);
  if (peek_token (json, error) == '}') {
    take (json, error);
    return TRUE;
  }
  for (;;) {
    if (!take_member (json, key, error))
      return FALSE;
    int c = peek_token (json, error);
    if (c != ',' && c != '}')
      return syntax (json, ", / }", error);
    take (json, error);
    if (c == '}')
      return TRUE;
  }
}

/* To behind the "[" of the array of records. */
static gboolean
find_array (JsonRows *json, const char *records, GError **error)
{
  int c = peek_token (json, error);
  g_autoptr (GString) key = g_string_new (NULL);
  /* The byte order mark was taken off by the stream. */
  if (c == '[' && records == NULL) {
    take (json, error);
    return TRUE;
  }
  if (c != '{')
    return syntax (json, records != NULL ? "{" : "[", error);
  do {
    take (json, error);
    g_string_truncate (key, 0);
    if (peek_token (json, error) != '"' || !take_string (json, key, error) || peek_token (json, error) != ':')
      return syntax (json, _("a member name"), error);
    take (json, error);
    c = peek_token (json, error);
    if (c == '[' && (records == NULL || g_str_equal (records, key->str))) {
      take (json, error);
      return TRUE;
    }
    if (!skip_value (json, error))
      return FALSE;
    c = peek_token (json, error);
  } while (c == ',');
  return syntax (json, records != NULL ? records : "[", error);
}

static void
json_free (gpointer reader)
{
  JsonRows *json = reader;
  cz_text_stream_free (json->stream);
  g_free (json->path);
  g_free (json->buffer);
  g_ptr_array_unref (json->keys);
  g_string_free (json->text, TRUE);
  g_free (json);
}

gpointer
cz_json_rows_new (const char *path, const char *records, GError **error)
{
  CzTextStream *stream = cz_text_stream_new (path, error);
  g_autoptr (GError) why = NULL;
  if (stream == NULL)
    return NULL;
  JsonRows *json = g_new0 (JsonRows, 1);
  json->stream = stream;
  json->path = g_strdup (path);
  json->buffer = g_malloc (CHUNK);
  json->keys = g_ptr_array_new_with_free_func (g_free);
  json->text = g_string_new (NULL);
  json->line = 1;
  json->first = TRUE;
  if (!find_array (json, records, &why)) {
    g_propagate_error (error, g_steal_pointer (&why));
    json_free (json);
    return NULL;
  }
  return json;
}

/* *end = TRUE behind the last object. */
static gboolean
next_object (JsonRows *json, gboolean *end, GError **error)
{
  int c = peek_token (json, error);
  *end = c == ']';
  if (*end)
    return TRUE;
  if (!json->first) {
    if (c != ',')
      return syntax (json, ", / ]", error);
    take (json, error);
    c = peek_token (json, error);
  }
  json->first = FALSE;
  if (c != '{')
    return syntax (json, "{", error);
  return take_object (json, error);
}

static void
give_header (JsonRows *json, CzSheetRow *row)
{
  for (guint i = 0; i < json->keys->len; i++) {
    const char *key = g_ptr_array_index (json->keys, i);
    json->cells[i] = (CzCell){ key, strlen (key) };
  }
  *row = (CzSheetRow){ .cells = json->cells, .n_cells = json->keys->len, .line = json->object_line, .n_lines = 0 };
  json->header_given = TRUE;
  json->pending = TRUE;
}

static gboolean
json_next (gpointer reader, CzSheetRow *row, gboolean *end, GError **error)
{
  JsonRows *json = reader;
  g_autoptr (GError) why = NULL;
  *end = FALSE;
  if (!json->pending && !next_object (json, end, &why)) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  if (*end)
    return TRUE;
  if (!json->header_given) {
    give_header (json, row);
    return TRUE;
  }
  json->pending = FALSE;
  for (guint i = 0; i < json->keys->len; i++) {
    const char *text = json->offsets[i] != 0 ? json->text->str + json->offsets[i] - 1 : "";
    json->cells[i] = (CzCell){ text, strlen (text) };
  }
  *row = (CzSheetRow){ .cells = json->cells, .n_cells = json->keys->len, .line = json->object_line, .n_lines = 1, .problem = json->problem };
  return TRUE;
}

static guint64
json_position (gpointer reader)
{
  return cz_text_stream_position (((JsonRows *) reader)->stream);
}

const CzSheetClass cz_json_rows_class = { json_next, json_free, json_position };
