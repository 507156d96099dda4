/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/import/cz-texts.h"

#include <glib/gi18n.h>
#include <string.h>

#include "sync/model/cz-vocab.h"

/* A law as a plain text: "# title", lines with the days of adoption and amendment, "<!-- INFO END -->" (or the first
 * "##" heading), then chapters and articles. Its version is the day in the file name, "种子法(2021-12-24).md", or the latest
 * day of those lines. */

#define TITLE_PREFIX "中华人民共和国"

typedef struct {
  char *title;
  char *body;
  CzDay version;
  CzDay effective;
  char *office;
} Law;

static void
law_clear (Law *law)
{
  g_free (law->title);
  g_free (law->body);
  g_free (law->office);
}

/* "2018年10月26日 …" → the day; 0 if the line does not begin with one. rest: (out) behind it. */
static CzDay
day_of_line (const char *line, const char **rest)
{
  const char *end = strstr (line, "日");
  CzDay day = 0;
  if (end == NULL || end - line > 24)
    return 0;
  g_autofree char *text = g_strndup (line, (gsize) (end - line) + strlen ("日"));
  if (!cz_day_parse (text, CZ_CALENDAR_GREGORIAN, &day))
    return 0;
  *rest = end + strlen ("日");
  return day;
}

static CzDay
day_of_name (const char *path)
{
  g_autofree char *name = g_path_get_basename (path);
  const char *open = strrchr (name, '(');
  const char *close = open != NULL ? strchr (open, ')') : NULL;
  CzDay day = 0;
  if (close == NULL)
    return 0;
  g_autofree char *text = g_strndup (open + 1, (gsize) (close - open - 1));
  return cz_day_parse (text, CZ_CALENDAR_GREGORIAN, &day) ? day : 0;
}

static void
read_info_line (Law *law, const char *line)
{
  const char *rest = "";
  CzDay day = day_of_line (line, &rest);
  if (day == 0)
    return;
  if (strstr (rest, "施行") != NULL && strstr (rest, "通过") == NULL && strstr (rest, "公布") == NULL) {
    law->effective = day;
    return;
  }
  law->version = MAX (law->version, day);
  if (strstr (rest, "人民代表大会") != NULL || strstr (rest, "国务院") != NULL) {
    g_free (law->office);
    law->office = g_strdup (strstr (rest, "国务院") != NULL ? "国务院" : strstr (rest, "常务委员会") != NULL ? "全国人民代表大会常务委员会" : "全国人民代表大会");
  }
}

/* FALSE when there is no title. */
static gboolean
read_law (const char *text, Law *law)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  guint at = 0;
  while (lines[at] != NULL && g_strstrip (lines[at])[0] == 0)
    at++;
  if (lines[at] == NULL || !g_str_has_prefix (lines[at], "# "))
    return FALSE;
  law->title = g_strdup (g_strstrip (lines[at] + 2));
  for (at++; lines[at] != NULL; at++) {
    const char *line = g_strstrip (lines[at]);
    if (g_str_has_prefix (line, "<!-- INFO END")) {
      at++;
      break;
    }
    if (g_str_has_prefix (line, "##"))
      break;
    read_info_line (law, line);
  }
  law->body = lines[at] != NULL ? g_strstrip (g_strjoinv ("\n", lines + at)) : g_strdup ("");
  return law->title[0] != 0;
}

static gboolean
law_is_whole (CzImporter *imp, Law *law, const char *text)
{
  if (!read_law (text, law)) {
    cz_importer_refuse (imp, -1, "title", _("is neither a policy with front matter nor a law that begins with “# title”"), _("add the title in the first line"));
    return FALSE;
  }
  CzDay of_name = day_of_name (imp->path);
  if (of_name != 0)
    law->version = of_name;
  if (law->version == 0) {
    cz_importer_refuse (imp, -1, "day", _("neither the file name nor the lines under the title give a day"), _("name it like 种子法(2021-12-24).md"));
    return FALSE;
  }
  if (law->body[0] == 0 || strlen (law->body) > CZ_MAX_TEXT_BYTES) {
    cz_importer_refuse (imp, -1, "text", law->body[0] == 0 ? _("the text is empty") : _("the text is too long"), _("look at the file"));
    return FALSE;
  }
  return TRUE;
}

static char *
law_source_code (const Law *law)
{
  g_autofree char *day = cz_day_to_iso (law->version);
  const char *title = g_str_has_prefix (law->title, TITLE_PREFIX) ? law->title + strlen (TITLE_PREFIX) : law->title;
  return g_strdup_printf ("law:%s:%s", title, day);
}

gboolean
cz_texts_take_law (CzImporter *imp, const char *text, GError **error)
{
  const CzTable *table = cz_table_by_number (CZ_TABLE_POLICY);
  Law law = { 0 };
  CzRow row = { 0 };
  gint64 id;
  gboolean taken;
  gboolean ok = TRUE;
  imp->result->rows++;
  if (law_is_whole (imp, &law, text)) {
    g_autofree char *source = law_source_code (&law);
    ok = cz_hub_id (imp->hub, table, source, &id, NULL, error);
    cz_row_set_int (&row, table, "id", ok ? id : 0);
    cz_row_set_int (&row, table, "kind", CZ_POLICY_LAW);
    cz_row_set_text (&row, table, "title", law.title);
    cz_row_set_text (&row, table, "body", law.body);
    cz_row_set_text (&row, table, "office", law.office != NULL ? law.office : "");
    cz_row_set_int (&row, table, "issued_day", law.version);
    cz_row_set_int (&row, table, "effective_day", law.effective);
    cz_row_set_int (&row, table, "region", (gint64) cz_hub_channel (imp->hub) * 1000000);
    ok = ok && cz_texts_keep_links (imp, &row, error);
    if (ok) {
      CzRow stored;
      gboolean found = FALSE;
      int at = cz_table_field_index (table, "replaces");
      ok = cz_hub_get (imp->hub, table, &row, &stored, &found, error);
      if (ok && found)
        row.v[at].i = stored.v[at].i;
    }
    ok = ok && cz_importer_put (imp, table, &row, &taken, error);
  }
  law_clear (&law);
  return ok;
}
