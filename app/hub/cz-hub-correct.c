/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/cz-hub-correct.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/hub/cz-hub-private.h"
#include "sync/model/cz-money.h"
#include "sync/model/cz-vocab.h"

#define NOTE_TEXT_BYTES 4000

/* --- keys --- */

static gboolean
parse_quote_key (CzHub *hub, const char *text, CzRow *key, GError **error)
{
  g_auto (GStrv) part = g_strsplit (text, ",", 6);
  CzDay day = 0;
  gint grade = 0, kind = 0;
  if (g_strv_length (part) != 5)
    return cz_hub_refuse (error, _ ("%s does not name a quote: DAY,MARKET,PRODUCT,GRADE,KIND is needed, such as 2026-11-23,东关市场,白菜,统货,批发."), text);
  for (guint i = 0; part[i] != NULL; i++)
    g_strstrip (part[i]);
  if (!cz_day_parse (part[0], CZ_CALENDAR_GREGORIAN, &day))
    return cz_hub_refuse (error, _ ("%s is not a day."), part[0]);
  if (cz_hub_find_market (hub, part[1], &key->v[CZ_Q_MARKET].i) != CZ_HUB_FOUND)
    return cz_hub_refuse (error, _ ("No market, or more than one, is called %s."), part[1]);
  if (cz_hub_find_product (hub, part[2], &key->v[CZ_Q_PRODUCT].i) != CZ_HUB_FOUND)
    return cz_hub_refuse (error, _ ("No product, or more than one, is called %s."), part[2]);
  if (!cz_vocab_parse (CZ_VOCAB_GRADE, part[3], &grade))
    return cz_hub_refuse (error, _ ("%s is not a grade."), part[3]);
  if (!cz_vocab_parse (CZ_VOCAB_QUOTE_KIND, part[4], &kind))
    return cz_hub_refuse (error, _ ("%s is not a kind of price."), part[4]);
  key->v[CZ_Q_DAY].i = day;
  key->v[CZ_Q_GRADE].i = grade;
  key->v[CZ_Q_KIND].i = kind;
  return TRUE;
}

/* A clerk knows the number in the file or the name, not the serial the hub gave: that would be another row's number. */
static gboolean
parse_thing_key (CzHub *hub, const CzTable *table, const char *text, CzRow *key, GError **error)
{
  if (table->number == CZ_TABLE_MARKET)
    return cz_hub_find_market (hub, text, &key->v[0].i) == CZ_HUB_FOUND
           || cz_hub_refuse (error, _ ("No market, or more than one, is called %s."), text);
  return cz_hub_find_product (hub, text, &key->v[0].i) == CZ_HUB_FOUND
         || cz_hub_refuse (error, _ ("No product, or more than one, is called %s."), text);
}

gboolean
cz_hub_parse_key (CzHub *hub, const CzTable *table, const char *text, CzRow *key, GError **error)
{
  *key = (CzRow) { 0 };
  if (table->number == CZ_TABLE_QUOTE)
    return parse_quote_key (hub, text, key, error);
  if (table->number == CZ_TABLE_MARKET || table->number == CZ_TABLE_PRODUCT)
    return parse_thing_key (hub, table, text, key, error);
  if (table->n_keys != 1 || table->fields[0].type != CZ_FIELD_INT)
    return cz_hub_refuse (error, _ ("Rows of %s cannot be named one by one."), table->name);
  if (table->fields[0].flags & CZ_FIELD_REGION)
    return cz_region_parse (text, &key->v[0].i) || cz_hub_refuse (error, _ ("%s is not a region code."), text);
  char *end = NULL;
  gint64 number = g_ascii_strtoll (text, &end, 10);
  if (end == text || *end != '\0' || number < 1)
    return cz_hub_refuse (error, _ ("%s is not a number of a row."), text);
  key->v[0].i = number <= CZ_SERIAL_MAX ? cz_id_make (hub->channel, (guint32) number) : number;
  return TRUE;
}

static gboolean
get_or_refuse (CzHub *hub, const CzTable *table, const CzRow *key, CzRow *row, CzHubLocal *local, GError **error)
{
  gboolean found = FALSE;
  if (!cz_hub_get_local (hub, table, key, row, local, &found, error))
    return FALSE;
  if (!found)
    return cz_hub_refuse (error, _ ("There is no such row in %s."), table->name);
  cz_hub_keep (hub, table, row);
  return !local->gone || cz_hub_refuse (error, _ ("This row of %s has been withdrawn already."), table->name);
}

/* --- notes --- */

static char *
value_text (const CzField *field, const CzValue *value)
{
  if (field->type == CZ_FIELD_INT)
    return g_strdup_printf ("%" G_GINT64_FORMAT, value->i);
  if (field->type == CZ_FIELD_BLOB)
    return g_strdup (value->len > 0 ? "…" : "");
  g_autofree char *whole = g_strndup (value->p != NULL ? value->p : "", value->len);
  if (value->len <= NOTE_TEXT_BYTES)
    return g_steal_pointer (&whole);
  /* Cut between two characters. */
  const char *end = g_utf8_find_prev_char (whole, whole + NOTE_TEXT_BYTES - 4);
  return g_strdup_printf ("%.*s…", (int) (end - whole), whole);
}

static gboolean
note_change (CzHub *hub, const CzTable *table, const CzRow *key, const CzField *field, const char *old_text,
             const char *new_text, GError **error)
{
  const CzTable *notes = cz_table_by_number (CZ_TABLE_CHANGE_NOTE);
  CzRow note = { 0 };
  if (!cz_hub_id (hub, notes, NULL, &note.v[0].i, NULL, error))
    return FALSE;
  cz_hub_row_set_int (notes, &note, "table_no", table->number);
  cz_hub_row_set_int (notes, &note, "row", key->v[0].i);
  cz_hub_row_set_int (notes, &note, "field_no", field != NULL ? field->number : 0);
  cz_hub_row_set_text (notes, &note, "old_text", old_text);
  cz_hub_row_set_text (notes, &note, "new_text", new_text);
  cz_hub_row_set_text (notes, &note, "who", hub->who);
  cz_hub_row_set_text (notes, &note, "reason", hub->reason);
  cz_hub_row_set_int (notes, &note, "at_s", cz_clock_wall_s (hub->clock));
  return cz_hub_put (hub, notes, &note, NULL, error);
}

static gboolean
is_noted (const CzTable *table)
{
  return table->n_keys == 1 && table->fields[0].type == CZ_FIELD_INT;
}

/* A field corrected from the value of row to that of stored, at once or in several steps. */
static gboolean
was_noted (CzHub *hub, const CzTable *table, guint i, const CzRow *row, const CzRow *stored, gboolean *out, GError **error)
{
  GError *low = NULL;
  g_autofree char *old_text = value_text (&table->fields[i], &row->v[i]);
  g_autofree char *new_text = value_text (&table->fields[i], &stored->v[i]);
  g_autoptr (sqlite3_stmt) stmt = cz_db_prepare (
      hub->db,
      "WITH RECURSIVE became (text) AS (SELECT ?4 UNION SELECT n.new_text FROM became b JOIN change_note n"
      " ON n.old_text = b.text AND n.table_no = ?1 AND n.row = ?2 AND n.field_no = ?3) SELECT 1 FROM became WHERE text = ?5 LIMIT 1",
      &low);
  if (stmt == NULL)
    return cz_hub_take_storage_error (low, error);
  (void) sqlite3_bind_int (stmt, 1, table->number);
  (void) sqlite3_bind_int64 (stmt, 2, stored->v[0].i);
  (void) sqlite3_bind_int (stmt, 3, table->fields[i].number);
  (void) sqlite3_bind_text (stmt, 4, old_text, -1, SQLITE_STATIC);
  (void) sqlite3_bind_text (stmt, 5, new_text, -1, SQLITE_STATIC);
  int code = sqlite3_step (stmt);
  *out = code == SQLITE_ROW;
  return code == SQLITE_ROW || code == SQLITE_DONE || cz_hub_storage_error (hub, code, "change_note", error);
}

gboolean
cz_hub_was_changed_from (CzHub *hub, const CzTable *table, const CzRow *row, const CzRow *stored, gboolean *out, GError **error)
{
  *out = is_noted (table);
  for (guint i = table->n_keys; *out && i < table->n_fields; i++)
    if (!cz_value_equal (&table->fields[i], &row->v[i], &stored->v[i]) && !was_noted (hub, table, i, row, stored, out, error))
      return FALSE;
  return TRUE;
}

/* --- correct --- */

static gboolean
parse_number (const CzTable *table, const CzField *field, const char *text, gint64 *out, GError **error)
{
  char *end = NULL;
  if (strchr (text, '.') != NULL && table->number == CZ_TABLE_QUOTE) {
    if (cz_money_parse_milli (text, out) == CZ_PRICE_OK)
      return TRUE;
    return cz_hub_refuse (error, _ ("%s is not a price."), text);
  }
  CzDay day = 0;
  if ((field->flags & CZ_FIELD_DAY) && cz_day_parse (text, CZ_CALENDAR_GREGORIAN, &day)) {
    *out = day;
    return TRUE;
  }
  *out = g_ascii_strtoll (text, &end, 10);
  if (end == text || *end != '\0')
    return cz_hub_refuse (error, _ ("%s: %s is not a number."), field->name, text);
  return TRUE;
}

static gboolean
assign (const CzTable *table, CzRow *row, const char *assignment, GError **error)
{
  const char *equals = strchr (assignment, '=');
  g_autofree char *name = equals == NULL ? NULL : g_strndup (assignment, (gsize) (equals - assignment));
  int i = name == NULL ? -1 : cz_table_field_index (table, name);
  if (i < 0 || (guint) i < table->n_keys || table->fields[i].type == CZ_FIELD_BLOB)
    return cz_hub_refuse (error, _ ("%s: FIELD=VALUE is needed, with a field of %s that is not part of its key."), assignment, table->name);
  if (table->fields[i].type == CZ_FIELD_INT)
    return parse_number (table, &table->fields[i], equals + 1, &row->v[i].i, error);
  if (equals[1] == '\0' && (g_str_equal (name, "name") || g_str_equal (name, "title")))
    return cz_hub_refuse (error, _ ("%s cannot be empty."), name);
  cz_hub_value_set_text (&row->v[i], equals + 1);
  return TRUE;
}

static gboolean
note_differences (CzHub *hub, const CzTable *table, const CzRow *old, const CzRow *row, GError **error)
{
  for (guint i = table->n_keys; i < table->n_fields; i++) {
    const CzField *field = &table->fields[i];
    if (cz_value_equal (field, &old->v[i], &row->v[i]))
      continue;
    g_autofree char *before = value_text (field, &old->v[i]);
    g_autofree char *after = value_text (field, &row->v[i]);
    if (!note_change (hub, table, row, field, before, after, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
prices_make_sense (const CzRow *row, GError **error)
{
  gint64 low = row->v[CZ_Q_LOW].i, mid = row->v[CZ_Q_MID].i, high = row->v[CZ_Q_HIGH].i;
  gboolean in_order = (low == 0 || low <= mid) && (high == 0 || mid <= high);
  return in_order || cz_hub_refuse (error, _ ("The middle price must lie between the low and the high one."));
}

static gboolean
has_line (const char *lines, const char *wanted)
{
  g_auto (GStrv) parts = g_strsplit (lines, "\n", -1);
  return g_strv_contains ((const char *const *) parts, wanted);
}

/* Tomorrow's file may still use the name of before. *aliases: what the row borrows then, newly allocated. */
static gboolean
keep_old_name (const CzTable *table, const CzRow *old, CzRow *row, char **aliases, GError **error)
{
  gboolean is_looked_up = table->number == CZ_TABLE_PRODUCT || table->number == CZ_TABLE_MARKET;
  int name = cz_table_field_index (table, "name"), also = cz_table_field_index (table, "aliases");
  if (!is_looked_up || old->v[name].len == 0 || cz_value_equal (&table->fields[name], &old->v[name], &row->v[name]))
    return TRUE;
  g_autofree char *before = g_strndup (old->v[name].p, old->v[name].len);
  g_autofree char *known = g_strndup (row->v[also].p != NULL ? row->v[also].p : "", row->v[also].len);
  if (has_line (known, before))
    return TRUE;
  *aliases = known[0] != '\0' ? g_strconcat (known, "\n", before, NULL) : g_strdup (before);
  cz_hub_value_set_text (&row->v[also], *aliases);
  return row->v[also].len <= table->fields[also].max_bytes
         || cz_hub_refuse (error, _ ("The old name does not fit beside the other names it has. Shorten those in the same step: --set aliases=…"));
}

gboolean
cz_hub_correct (CzHub *hub, const CzTable *table, const CzRow *key, const char *const *assignments, const char *reason,
                guint *n_changed, GError **error)
{
  CzRow old, row;
  g_autofree char *aliases = NULL;
  CzHubLocal local = { 0 };
  *n_changed = 0;
  if (!get_or_refuse (hub, table, key, &old, &local, error))
    return FALSE;
  row = old;
  for (guint i = 0; assignments[i] != NULL; i++)
    if (!assign (table, &row, assignments[i], error))
      return FALSE;
  if (!keep_old_name (table, &old, &row, &aliases, error))
    return FALSE;
  for (guint i = table->n_keys; i < table->n_fields; i++)
    *n_changed += !cz_value_equal (&table->fields[i], &old.v[i], &row.v[i]);
  if (*n_changed == 0)
    return TRUE;
  cz_hub_set_reason (hub, reason);
  if (table->number == CZ_TABLE_QUOTE && !prices_make_sense (&row, error))
    return FALSE;
  if (is_noted (table) && local.published && !note_differences (hub, table, &old, &row, error))
    return FALSE;
  CzHubChange change;
  /* Going back to the price from before a correction is a correction too, not the old file once more. */
  if (table->number == CZ_TABLE_QUOTE && local.published) {
    row.v[CZ_Q_STATUS].i = 1;
    return cz_row_check (table, &row, hub->channel, error) && cz_hub_note_correction (hub, &old, &row, error)
           && cz_hub_replace (hub, table, &row, error) && cz_hub_series_put (hub, &row, error);
  }
  return cz_hub_put (hub, table, &row, &change, error);
}

/* --- withdraw --- */

static gboolean
withdraw_policy (CzHub *hub, const CzTable *table, const CzRow *old, GError **error)
{
  CzRow row = *old;
  int state = cz_table_field_index (table, "state");
  if (row.v[state].i == CZ_POLICY_WITHDRAWN)
    return cz_hub_refuse (error, _ ("This row of %s has been withdrawn already."), table->name);
  row.v[state].i = CZ_POLICY_WITHDRAWN;
  return note_differences (hub, table, old, &row, error) && cz_hub_replace (hub, table, &row, error);
}

gboolean
cz_hub_withdraw (CzHub *hub, const CzTable *table, const CzRow *key, const char *reason, GError **error)
{
  CzRow old;
  CzHubLocal local = { 0 };
  if (!get_or_refuse (hub, table, key, &old, &local, error))
    return FALSE;
  cz_hub_set_reason (hub, reason);
  if (table->number == CZ_TABLE_POLICY && local.published)
    return withdraw_policy (hub, table, &old, error);
  if (table->number == CZ_TABLE_QUOTE)
    return (!local.published || cz_hub_note_correction (hub, &old, NULL, error)) && cz_hub_mark_gone (hub, table, &old, error)
           && cz_hub_series_removed (hub, &old, error);
  const int name = cz_table_field_index (table, "name") >= 0 ? cz_table_field_index (table, "name")
                                                               : cz_table_field_index (table, "title");
  g_autofree char *before = name >= 0 ? value_text (&table->fields[name], &old.v[name]) : g_strdup ("");
  if (is_noted (table) && local.published && !note_change (hub, table, &old, NULL, before, "", error))
    return FALSE;
  return cz_hub_mark_gone (hub, table, &old, error);
}
