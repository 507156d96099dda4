/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/import/cz-front.h"

#include <string.h>

void
cz_front_free (CzFront *front)
{
  g_hash_table_unref (front->keys);
  g_hash_table_unref (front->lines);
  g_free (front->body);
  g_free (front);
}

static gboolean
take_key (CzFront *front, const char *line, guint number)
{
  const char *colon = strchr (line, ':');
  const char *wide = strstr (line, "：");
  gsize sign = 1;
  if (wide != NULL && (colon == NULL || wide < colon)) {
    colon = wide;
    sign = strlen ("：");
  }
  if (colon == NULL || colon == line)
    return FALSE;
  g_autofree char *key = g_strstrip (g_strndup (line, (gsize) (colon - line)));
  char *value = g_strstrip (g_strdup (colon + sign));
  g_hash_table_insert (front->lines, g_strdup (key), GUINT_TO_POINTER (number));
  g_hash_table_insert (front->keys, g_steal_pointer (&key), value);
  return TRUE;
}

static char *
join_trimmed (char **lines)
{
  char *text = g_strjoinv ("\n", lines);
  return g_strstrip (text);
}

CzFront *
cz_front_parse (const char *text, guint *bad_line)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  *bad_line = 0;
  if (lines[0] == NULL || !g_str_equal (g_strchomp (lines[0]), "---"))
    return NULL;
  g_autoptr (CzFront) front = g_new0 (CzFront, 1);
  front->keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  front->lines = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint at = 1;
  for (; lines[at] != NULL && !g_str_equal (g_strchomp (lines[at]), "---"); at++) {
    if (lines[at][0] == 0 || lines[at][0] == '#' || take_key (front, lines[at], at + 1))
      continue;
    *bad_line = at + 1;
    return NULL;
  }
  if (lines[at] == NULL) {
    *bad_line = 1;
    return NULL;
  }
  front->body_line = at + 2;
  front->body = join_trimmed (lines + at + 1);
  return g_steal_pointer (&front);
}

const char *
cz_front_get (const CzFront *front, const char *key)
{
  const char *value = g_hash_table_lookup (front->keys, key);
  return value != NULL ? value : "";
}

guint
cz_front_line (const CzFront *front, const char *key)
{
  guint line = GPOINTER_TO_UINT (g_hash_table_lookup (front->lines, key));
  return line > 0 ? line : 1;
}

char *
cz_front_block (const CzFront *front, const char *heading, guint *line)
{
  g_auto (GStrv) lines = g_strsplit (front->body, "\n", -1);
  GString *block = NULL;
  for (guint i = 0; lines[i] != NULL; i++) {
    gboolean is_heading = g_str_has_prefix (lines[i], "## ");
    if (is_heading && block != NULL)
      break;
    if (is_heading && g_str_equal (g_strstrip (lines[i] + 3), heading)) {
      block = g_string_new (NULL);
      if (line != NULL)
        *line = front->body_line + i;
    } else if (block != NULL) {
      g_string_append_printf (block, "%s\n", lines[i]);
    }
  }
  return block != NULL ? g_strstrip (g_string_free (block, FALSE)) : NULL;
}
