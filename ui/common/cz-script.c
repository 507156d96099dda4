/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/common/cz-script.h"

struct _CzScript {
  GString *text;
  GPtrArray *parts; /* CzScriptPart */
  gboolean is_formal;
  gboolean has_language;
  CzLang lang;
};

static void
part_free (gpointer data)
{
  CzScriptPart *part = data;

  g_clear_weak_pointer (&part->widget);
  g_free (part);
}

CzScript *
cz_script_new (void)
{
  CzScript *script = g_new0 (CzScript, 1);

  script->text = g_string_new (NULL);
  script->parts = g_ptr_array_new_with_free_func (part_free);
  return script;
}

void
cz_script_free (CzScript *script)
{
  if (script == NULL)
    return;
  g_string_free (script->text, TRUE);
  g_ptr_array_unref (script->parts);
  g_free (script);
}

void
cz_script_add (CzScript *script, GtkWidget *widget, guint part, const char *text)
{
  CzScriptPart *added;

  if (text == NULL || text[0] == '\0')
    return;
  added = g_new0 (CzScriptPart, 1);
  added->start = script->text->len;
  g_string_append (script->text, text);
  added->end = script->text->len;
  added->part = part;
  g_set_weak_pointer (&added->widget, widget);
  g_ptr_array_add (script->parts, added);
}

const char *
cz_script_text (CzScript *script)
{
  return script->text->str;
}

guint
cz_script_n_parts (CzScript *script)
{
  return script->parts->len;
}

CzScriptPart *
cz_script_part (CzScript *script, guint index)
{
  return g_ptr_array_index (script->parts, index);
}

void
cz_script_set_formal (CzScript *script, gboolean formal)
{
  script->is_formal = formal;
}

gboolean
cz_script_is_formal (CzScript *script)
{
  return script->is_formal;
}

void
cz_script_set_language (CzScript *script, CzLang lang)
{
  script->has_language = TRUE;
  script->lang = lang;
}

gboolean
cz_script_language (CzScript *script, CzLang *lang)
{
  if (script->has_language)
    *lang = script->lang;
  return script->has_language;
}
