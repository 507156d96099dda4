/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/import/cz-texts.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/hub/sheet/cz-sheet.h"

#define LANG_MAX_BYTES 20 /* of the field in the row */

gboolean
cz_texts_need (CzImporter *imp, const CzFront *front, const char *key)
{
  if (cz_front_get (front, key)[0] != 0)
    return TRUE;
  imp->line = cz_front_line (front, key);
  cz_importer_refuse_f (imp, -1, key, _("add it between the two lines ---"), _("the key “%s” is missing"), key);
  return FALSE;
}

gboolean
cz_texts_day (CzImporter *imp, const CzFront *front, const char *key, gboolean must, CzDay *day)
{
  const char *text = cz_front_get (front, key);
  *day = 0;
  if (text[0] == 0 && !must)
    return TRUE;
  if (cz_day_parse (text, CZ_CALENDAR_GREGORIAN, day))
    return TRUE;
  imp->line = cz_front_line (front, key);
  const char *todo = g_str_equal (key, "deadline") ? _("write a day like 2026-11-22, or 长期") : _("write a day like 2026-11-22");
  if (text[0] == 0)
    cz_importer_refuse_f (imp, -1, key, todo, _("the key “%s” is missing"), key);
  else
    cz_importer_refuse_f (imp, -1, key, todo, _("%s: “%s” is not a day"), key, text);
  return FALSE;
}

gboolean
cz_texts_region (CzImporter *imp, const CzFront *front, gint64 *region)
{
  const char *text = cz_front_get (front, "region");
  *region = (gint64) cz_hub_channel (imp->hub) * 1000000;
  if (text[0] == 0 || cz_region_parse (text, region))
    return TRUE;
  imp->line = cz_front_line (front, "region");
  cz_importer_refuse_f (imp, -1, "region", _("write the code of GB/T 2260"), _("“%s” is not a code of 6, 9 or 12 digits"), text);
  return FALSE;
}

char *
cz_texts_language_of (const char *path)
{
  g_autofree char *name = g_path_get_basename (path);
  char *dot = strrchr (name, '.');
  if (dot == NULL || dot == name)
    return NULL;
  *dot = 0;
  const char *lang = strrchr (name, '.');
  if (lang == NULL || strlen (lang) < 3 || strlen (lang) > 11 || !g_ascii_isalpha (lang[1]) || !g_ascii_isalpha (lang[2])
      || (lang[3] != 0 && lang[3] != '-'))
    return NULL;
  return g_strdup (lang + 1);
}

static gboolean
take_variant (CzImporter *imp, const CzTable *table, gint64 id, const CzFront *main_text, CzVariantFunc func, const char *lang, GError **error)
{
  guint bad_line = 0;
  g_autoptr (GError) why = NULL;
  g_autofree char *text = cz_sheet_read_text (imp->path, CZ_TEXT_MAX_BYTES, &why);
  g_autoptr (CzFront) front = text != NULL ? cz_front_parse (text, &bad_line) : NULL;
  imp->line = MAX (bad_line, 1);
  if (front == NULL) {
    cz_importer_fault (imp, why != NULL ? why->message : _("has no well-formed front matter"), _("begin with --- and one key: value a line"));
    return TRUE;
  }
  const char *key = cz_front_get (front, "variant_of")[0] != 0 ? "variant_of" : "id";
  if (!g_str_equal (cz_front_get (front, key), cz_front_get (main_text, "id"))) {
    imp->line = cz_front_line (front, key);
    cz_importer_fault (imp, _("is the variant of another text than the one beside it"), _("write variant_of: and the id of the Chinese text"));
    return TRUE;
  }
  return func (imp, table, id, front, lang, error);
}

gboolean
cz_texts_take_variants (CzImporter *imp, const CzTable *table, gint64 id, const CzFront *main_text, CzVariantFunc func, GError **error)
{
  const char *main_path = imp->path;
  g_autofree char *folder = g_path_get_dirname (main_path);
  g_autofree char *name = g_path_get_basename (main_path);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  char *dot = strrchr (name, '.');
  gboolean ok = TRUE;
  const char *other;
  if (dot != NULL)
    dot[1] = 0; /* "NAME." */
  while (ok && dir != NULL && (other = g_dir_read_name (dir)) != NULL) {
    if (!g_str_has_prefix (other, name) || !g_str_has_suffix (other, ".md"))
      continue;
    g_autofree char *lang = cz_texts_language_of (other);
    g_autofree char *path = g_build_filename (folder, other, NULL);
    if (lang == NULL || strlen (other) != strlen (name) + strlen (lang) + strlen (".md"))
      continue;
    imp->path = path;
    ok = take_variant (imp, table, id, main_text, func, lang, error);
    imp->path = main_path;
  }
  return ok;
}

gboolean
cz_texts_language (CzImporter *imp, const CzFront *front, const char **lang)
{
  const char *text = cz_front_get (front, "lang");
  *lang = "";
  if (text[0] == 0 || g_regex_match_simple ("^(zh|cmn)(-(CN|Hans|Hans-CN))?$", text, G_REGEX_CASELESS, 0))
    return TRUE;
  *lang = text;
  if (strlen (text) <= LANG_MAX_BYTES && g_regex_match_simple ("^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$", text, 0, 0))
    return TRUE;
  imp->line = cz_front_line (front, "lang");
  cz_importer_refuse_f (imp, -1, "lang", _("write a code like yue, en or ug, or leave it out for Mandarin"), _("“%s” is no language"), text);
  return FALSE;
}

/* --- policies: cards and laws --- */

static gboolean
take_policy_file (CzImporter *imp, const char *path, GError **error)
{
  guint bad_line = 0;
  g_autofree char *text = cz_sheet_read_text (path, CZ_TEXT_MAX_BYTES, error);
  if (text == NULL)
    return FALSE;
  g_autoptr (CzFront) front = cz_front_parse (text, &bad_line);
  imp->result->lines++;
  imp->line = 1;
  if (front != NULL)
    return cz_texts_take_card (imp, front, error);
  if (bad_line == 0)
    return cz_texts_take_law (imp, text, error);
  imp->result->rows++;
  imp->line = bad_line;
  cz_importer_refuse (imp, -1, "front-matter", _("the front matter is not well formed here"), _("write key: value, and close it with a line ---"));
  return TRUE;
}

const CzImportKind cz_import_policies = { .kind = "policies", .file = take_policy_file, .finish = cz_texts_link_policies };

/* --- notices --- */

static gboolean
translate_notice (CzImporter *imp, const CzTable *table, gint64 id, const CzFront *front, const char *lang, GError **error)
{
  return cz_importer_translate (imp, table, id, "title", lang, cz_front_get (front, "title"), error)
         && cz_importer_translate (imp, table, id, "text", lang, front->body, error)
         && cz_importer_translate (imp, table, id, "office", lang, cz_front_get (front, "publisher"), error);
}

static gboolean
fill_notice (CzImporter *imp, const CzFront *front, const CzTable *table, CzRow *row)
{
  CzDay from;
  CzDay to = 0;
  gint64 region;
  const char *lang;
  gboolean lasting = g_str_equal (cz_front_get (front, "to"), "长期");
  if (!cz_texts_need (imp, front, "id") || !cz_texts_need (imp, front, "title") || !cz_texts_need (imp, front, "publisher")
      || !cz_texts_region (imp, front, &region) || !cz_texts_language (imp, front, &lang) || !cz_texts_day (imp, front, "from", TRUE, &from)
      || (!lasting && !cz_texts_day (imp, front, "to", TRUE, &to)))
    return FALSE;
  if (front->body[0] == 0 || (!lasting && to < from)) {
    imp->line = front->body[0] == 0 ? front->body_line : cz_front_line (front, "to");
    cz_importer_refuse (imp, -1, front->body[0] == 0 ? "text" : "to", front->body[0] == 0 ? _("the text is empty") : _("ends before it begins"),
                        front->body[0] == 0 ? _("write what is to be said") : _("mend from or to"));
    return FALSE;
  }
  cz_row_set_text (row, table, "title", cz_front_get (front, "title"));
  cz_row_set_text (row, table, "text", front->body);
  cz_row_set_text (row, table, "office", cz_front_get (front, "publisher"));
  cz_row_set_text (row, table, "lang", lang);
  cz_row_set_int (row, table, "region", region);
  cz_row_set_int (row, table, "from_day", from);
  cz_row_set_int (row, table, "to_day", to);
  return TRUE;
}

static gboolean
take_notice_file (CzImporter *imp, const char *path, GError **error)
{
  const CzTable *table = cz_table_by_number (CZ_TABLE_NOTICE);
  guint bad_line = 0;
  CzRow row = { 0 };
  gint64 id;
  gboolean taken;
  g_autofree char *text = cz_sheet_read_text (path, CZ_TEXT_MAX_BYTES, error);
  if (text == NULL)
    return FALSE;
  g_autoptr (CzFront) front = cz_front_parse (text, &bad_line);
  imp->result->lines++;
  imp->result->rows++;
  imp->line = MAX (bad_line, 1);
  if (front == NULL) {
    cz_importer_refuse (imp, -1, "front-matter", _("has no well-formed front matter"), _("begin with --- and one key: value a line"));
    return TRUE;
  }
  if (!fill_notice (imp, front, table, &row))
    return TRUE;
  if (!cz_hub_id (imp->hub, table, cz_front_get (front, "id"), &id, NULL, error))
    return FALSE;
  cz_row_set_int (&row, table, "id", id);
  if (!cz_importer_put (imp, table, &row, &taken, error))
    return FALSE;
  return !taken || cz_texts_take_variants (imp, table, id, front, translate_notice, error);
}

const CzImportKind cz_import_notices = { .kind = "notices", .file = take_notice_file };
