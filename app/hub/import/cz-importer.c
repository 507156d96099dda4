/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/import/cz-importer.h"

#include <glib/gi18n.h>
#include <string.h>

const char *
cz_importer_get (CzImporter *imp, guint field)
{
  return cz_columns_get (imp->columns, imp->row, field);
}

void
cz_importer_report (CzImporter *imp, CzReportStatus status, int field, const char *code, const char *reason, const char *todo)
{
  CzReportItem item = { .status = status, .code = code, .file = imp->path, .row = imp->row, .line = imp->line, .column = -1, .reason = reason, .todo = todo };
  if (field >= 0 && imp->columns != NULL) {
    item.column = imp->columns->at[field];
    item.field = imp->columns->specs[field].name;
    item.value = cz_importer_get (imp, (guint) field);
  }
  cz_report_add (imp->report, &item);
}

void
cz_importer_refuse (CzImporter *imp, int field, const char *code, const char *reason, const char *todo)
{
  imp->result->not_taken++;
  cz_importer_report (imp, CZ_REPORT_NOT_TAKEN, field, code, reason, todo);
}

void
cz_importer_refuse_f (CzImporter *imp, int field, const char *code, const char *todo, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  g_autofree char *reason = g_strdup_vprintf (format, args);
  va_end (args);
  cz_importer_refuse (imp, field, code, reason, todo);
}

void
cz_importer_pass (CzImporter *imp, int field, const char *code, const char *reason)
{
  imp->result->passed++;
  cz_importer_report (imp, CZ_REPORT_PASSED, field, code, reason, NULL);
}

void
cz_importer_fault (CzImporter *imp, const char *reason, const char *todo)
{
  imp->result->faults++;
  cz_importer_report (imp, CZ_REPORT_NOT_TAKEN, -1, "translation", reason, todo);
}

gboolean
cz_importer_put (CzImporter *imp, const CzTable *table, const CzRow *row, gboolean *taken, GError **error)
{
  CzHubChange change;
  gboolean twice = FALSE;
  g_autoptr (GError) why = NULL;
  *taken = FALSE;
  if (!cz_hub_compare (imp->hub, table, row, &change, &twice, error))
    return FALSE;
  if (twice) {
    cz_importer_refuse (imp, -1, "duplicate",
                        change == CZ_HUB_SAME ? _("the same row stands above in this import") : _("a row of this name stands above with other values"),
                        _("remove one of the two"));
    return TRUE;
  }
  if (!cz_hub_put (imp->hub, table, row, &change, &why)) {
    if (why->domain != CZ_ROW_ERROR) {
      g_propagate_error (error, g_steal_pointer (&why));
      return FALSE;
    }
    cz_importer_refuse (imp, -1, "range", why->message, _("mend the value"));
    return TRUE;
  }
  *taken = TRUE;
  imp->result->same += change == CZ_HUB_SAME;
  imp->result->changed += change == CZ_HUB_CHANGED;
  imp->result->added += change == CZ_HUB_NEW || change == CZ_HUB_WITHDRAWN;
  return TRUE;
}

gboolean
cz_importer_translate (CzImporter *imp, const CzTable *table, gint64 row_id, const char *field, const char *lang, const char *text,
                       GError **error)
{
  const CzTable *translation = cz_table_by_number (CZ_TABLE_TRANSLATION);
  int index = cz_table_field_index (table, field);
  g_autoptr (GError) why = NULL;
  CzHubChange change;
  CzRow row = { 0 };
  if (text[0] == 0)
    return TRUE;
  cz_row_set_int (&row, translation, "table_no", table->number);
  cz_row_set_int (&row, translation, "row", row_id);
  cz_row_set_int (&row, translation, "field_no", table->fields[index].number);
  cz_row_set_text (&row, translation, "lang", lang);
  cz_row_set_text (&row, translation, "text", text);
  if (!cz_hub_put (imp->hub, translation, &row, &change, &why)) {
    if (why->domain != CZ_ROW_ERROR) {
      g_propagate_error (error, g_steal_pointer (&why));
      return FALSE;
    }
    cz_importer_fault (imp, why->message, _("mend the value"));
    return TRUE;
  }
  imp->result->translations += change != CZ_HUB_SAME;
  return TRUE;
}

void
cz_row_set_text (CzRow *row, const CzTable *table, const char *field, const char *text)
{
  gsize n = strlen (text);
  row->v[cz_table_field_index (table, field)] = (CzValue){ .p = n > 0 ? text : NULL, .len = (guint32) n };
}

void
cz_row_set_int (CzRow *row, const CzTable *table, const char *field, gint64 value)
{
  row->v[cz_table_field_index (table, field)] = (CzValue){ .i = value };
}

gboolean
cz_importer_number (CzImporter *imp, guint field, gint64 min, gint64 max, gint64 *out)
{
  const char *text = cz_importer_get (imp, field);
  *out = 0;
  if (text[0] == 0 || g_ascii_string_to_signed (text, 10, min, max, out, NULL))
    return TRUE;
  cz_importer_refuse_f (imp, (int) field, "number", _("write a whole number"),
                        _("“%s” is not a whole number from %ld to %ld"), text, (glong) min, (glong) max);
  return FALSE;
}

static gboolean
take_month (const char **at, int *month)
{
  char *end;
  guint64 value = g_ascii_strtoull (*at, &end, 10);
  gboolean ok = end != *at && g_ascii_isdigit (**at) && value >= 1 && value <= 12;
  *at = end;
  *month = (int) value;
  return ok;
}

gboolean
cz_season_parse (const char *text, gint64 *mask)
{
  const char *at = text;
  *mask = 0;
  while (*at != 0) {
    int first;
    int last;
    if (!take_month (&at, &first))
      return FALSE;
    last = first;
    if (*at == '-' && (at++, !take_month (&at, &last)))
      return FALSE;
    for (int month = first;; month = month % 12 + 1) {
      *mask |= G_GINT64_CONSTANT (1) << (month - 1);
      if (month == last)
        break;
    }
    if (*at == ',' && at[1] != 0)
      at++;
    else if (*at != 0)
      return FALSE;
  }
  return TRUE;
}

/* The number of one character of "1…7", "一…六", "日天", "十", "0"; -1 for anything else. */
static int
day_number (gunichar c)
{
  static const gunichar words[] = { 0x4e00, 0x4e8c, 0x4e09, 0x56db, 0x4e94, 0x516d, 0x4e03, 0x516b, 0x4e5d }; /* 一 … 九 */
  if (c >= '0' && c <= '9')
    return (int) (c - '0');
  if (c == 0x65e5 || c == 0x5929) /* 日 天 */
    return 7;
  if (c == 0x5341) /* 十 */
    return 0;
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (c == words[i])
      return (int) i + 1;
  return -1;
}

/* Bits of the numbers listed in text; "至" or "-" makes a range. */
static gboolean
take_days (const char *text, int min, int max, guint32 *bits)
{
  int last = -1;
  gboolean range = FALSE;
  *bits = 0;
  for (; *text != 0; text = g_utf8_next_char (text)) {
    gunichar c = g_utf8_get_char (text);
    int number = day_number (c);
    if (number >= min && number <= max) {
      for (int n = range ? last : number; n <= number; n++)
        *bits |= 1u << n;
      last = number;
      range = FALSE;
    } else if ((c == 0x81f3 || c == '-' || c == 0x5230) && last >= 0) { /* 至 到 */
      range = TRUE;
    } else if (c != ',' && c != 0xff0c && c != 0x3001 && c != ' ' && c != 0x5468) { /* ， 、 周 */
      return FALSE;
    }
  }
  return *bits != 0 && !range;
}

gboolean
cz_open_days_parse (const char *text, gint64 *mask)
{
  static const struct {
    const char *word;
    int min, max, shift;
  } forms[] = { { "农历逢", 0, 9, 8 }, { "阳历逢", 0, 9, 18 }, { "逢", 0, 9, 18 }, { "周", 1, 7, -1 }, { "星期", 1, 7, -1 } };
  guint32 bits;
  *mask = 0;
  if (text[0] == 0 || g_str_equal (text, "每天") || g_str_equal (text, "daily"))
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++) {
    if (!g_str_has_prefix (text, forms[i].word))
      continue;
    if (!take_days (text + strlen (forms[i].word), forms[i].min, forms[i].max, &bits))
      return FALSE;
    *mask = forms[i].shift >= 0 ? (gint64) bits << forms[i].shift : (gint64) bits >> 1;
    return TRUE;
  }
  return FALSE;
}

char *
cz_aliases_from_cell (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "|", -1);
  GString *lines = g_string_new (NULL);
  for (gsize i = 0; parts[i] != NULL; i++) {
    g_strstrip (parts[i]);
    if (parts[i][0] != 0)
      g_string_append_printf (lines, "%s%s", lines->len > 0 ? "\n" : "", parts[i]);
  }
  return g_string_free (lines, FALSE);
}
