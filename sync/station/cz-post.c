/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/station/cz-post.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "sync/station/cz-post-words.h"
#include "sync/wire/cz-key.h"
#include "sync/wire/cz-said.h"

G_DEFINE_QUARK (cz_post_error, cz_post_error)

static gboolean
refuse (GError **error, const char *what, const char *why)
{
  g_set_error (error, CZ_POST_ERROR, CZ_POST_ERROR_INPUT, "%s: %s", what, why);
  return FALSE;
}

/* What a post holds while it is made. */
typedef struct {
  const CzTable *kind;
  CzRow row;
  GPtrArray *texts; /* what the row borrows */
  GPtrArray *files; /* GBytes, for the objects */
  GPtrArray *types;
  sqlite3 *content; /* (nullable) */
  CzPostThing product; /* that the message names; no name: not known */
  const char *amounts[CZ_MAX_FIELDS]; /* prices and quantities as written, by field: read when product and unit are known */
  const char *unit; /* (nullable) of prices that name none */
} Draft;

/* Beside the kind's own fields. */
#define FIELD_UNIT "unit"
#define FIELD_QUANTITY "quantity" /* for quantity_g */

static const char *
type_of_name (const char *path)
{
  static const struct { const char *end, *type; } known[] = {
    { ".jpg", "image/jpeg" }, { ".jpeg", "image/jpeg" }, { ".png", "image/png" }, { ".webp", "image/webp" },
    { ".ogg", "audio/ogg" }, { ".opus", "audio/ogg" }, { ".wav", "audio/wav" },
  };
  g_autofree char *lower = g_ascii_strdown (path, -1);
  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_str_has_suffix (lower, known[i].end))
      return known[i].type;
  return "application/octet-stream";
}

static gboolean
set_object (Draft *draft, guint i, const char *path, GError **error)
{
  gsize size = 0;
  char *data = NULL;
  guint8 *hash = g_malloc (CZ_HASH_LEN);
  g_ptr_array_add (draft->texts, hash);
  if (!g_file_get_contents (path, &data, &size, NULL))
    return refuse (error, path, _("cannot be read"));
  g_ptr_array_add (draft->files, g_bytes_new_take (data, size));
  g_ptr_array_add (draft->types, g_strdup (type_of_name (path)));
  cz_hash ((const guint8 *) data, size, hash);
  draft->row.v[i] = (CzValue){ .p = (const char *) hash, .len = CZ_HASH_LEN };
  return TRUE;
}

static gboolean
refuse_field (const CzTable *kind, const char *name, GError **error)
{
  g_autoptr (GString) names = g_string_new (NULL);
  for (guint i = 0; i < kind->n_fields; i++)
    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", kind->fields[i].name);
  g_autofree char *sentence = g_strdup_printf (_("not a field of this kind, which has: %s"), names->str);
  return refuse (error, name, sentence);
}

static const char *
keep_text (Draft *draft, const char *text)
{
  char *copy = g_strdup (text);
  g_ptr_array_add (draft->texts, copy);
  return copy;
}

static gboolean
set_thing (Draft *draft, guint i, guint16 table, const char *text, GError **error)
{
  g_auto (CzPostThing) thing = { 0 };
  if (!cz_post_find (draft->content, table, text, &thing, error))
    return FALSE;
  draft->row.v[i].i = thing.id;
  if (table == CZ_TABLE_PRODUCT) {
    cz_post_thing_clear (&draft->product);
    draft->product = thing;
    thing.name = NULL;
  }
  return TRUE;
}

static gboolean
is_amount (const CzField *field)
{
  static const char *const amounts[] = { "price", "low", "mid", "high", "quantity_g", NULL };
  return g_strv_contains (amounts, field->name);
}

static gboolean
set_text (Draft *draft, guint i, const char *text, GError **error)
{
  const CzField *field = &draft->kind->fields[i];
  CzDay day;
  CzValue *value = &draft->row.v[i];
  if ((field->flags & CZ_FIELD_HASH) != 0)
    return set_object (draft, i, text, error);
  if (field->type == CZ_FIELD_TEXT) {
    const char *copy = keep_text (draft, text);
    *value = (CzValue){ .p = copy[0] != '\0' ? copy : NULL, .len = (guint32) strlen (copy) };
    return TRUE;
  }
  if ((field->flags & CZ_FIELD_DAY) != 0) {
    value->i = cz_day_parse (text, CZ_CALENDAR_GREGORIAN, &day) ? day : 0;
    return value->i != 0 || refuse (error, field->name, _("is not a day; write it as 2026-11-22"));
  }
  if ((field->flags & CZ_FIELD_REGION) != 0)
    return set_thing (draft, i, CZ_TABLE_REGION, text, error);
  if (g_str_equal (field->name, "product") || g_str_equal (field->name, "market"))
    return set_thing (draft, i, field->name[0] == 'p' ? CZ_TABLE_PRODUCT : CZ_TABLE_MARKET, text, error);
  if (is_amount (field) && draft->amounts[i])
    return refuse (error, field->name, _("the quantity is given twice"));
  if (is_amount (field))
    draft->amounts[i] = keep_text (draft, text);
  return is_amount (field) || cz_post_word (field->name, text, &value->i, error);
}

/* unit and quantity, which are no fields of their own. *done = TRUE when it was one. */
static gboolean
set_other_name (Draft *draft, const char *name, JsonNode *node, gboolean *done, GError **error)
{
  int amount = cz_table_field_index (draft->kind, "quantity_g");
  gboolean is_unit = g_str_equal (name, FIELD_UNIT), is_quantity = g_str_equal (name, FIELD_QUANTITY) && amount >= 0;
  *done = (is_unit || is_quantity) && cz_table_field_index (draft->kind, name) < 0;
  if (!*done)
    return TRUE;
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    return refuse (error, name, _("a text is needed"));
  if (is_quantity && (draft->amounts[amount] || draft->row.v[amount].i != 0))
    return refuse (error, name, _("the quantity is given twice"));
  *(is_unit ? &draft->unit : &draft->amounts[amount]) = keep_text (draft, json_node_get_string (node));
  return TRUE;
}

static gboolean
set_field (Draft *draft, const char *name, JsonNode *node, GError **error)
{
  int i = cz_table_field_index (draft->kind, name);
  GType type = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node) : G_TYPE_INVALID;
  gboolean done = FALSE;
  if (!set_other_name (draft, name, node, &done, error) || done)
    return done;
  if (i < 0)
    return refuse_field (draft->kind, name, error);
  if (type == G_TYPE_STRING)
    return set_text (draft, (guint) i, json_node_get_string (node), error);
  if (type == G_TYPE_DOUBLE && is_amount (&draft->kind->fields[i]))
    return refuse (error, name, _("write it as a text with its unit, such as 0.45元/斤"));
  if (type != G_TYPE_INT64 || draft->kind->fields[i].type != CZ_FIELD_INT)
    return refuse (error, name, _("a text or a whole number is needed"));
  draft->row.v[i].i = json_node_get_int (node);
  return TRUE;
}

/* Whose unit the amounts must have: also where the message named it by its number. */
static gboolean
know_product (Draft *draft, GError **error)
{
  int i = cz_table_field_index (draft->kind, "product");
  if (draft->product.name || i < 0 || draft->row.v[i].i == 0)
    return TRUE;
  g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, draft->row.v[i].i);
  return set_thing (draft, (guint) i, CZ_TABLE_PRODUCT, number, error);
}

/* "￥0.45" in a message whose currency is another one. */
static gboolean
check_money (const Draft *draft, const char *text, GError **error)
{
  int i = cz_table_field_index (draft->kind, "currency");
  const CzValue *currency = i >= 0 ? &draft->row.v[i] : NULL;
  gboolean is_yuan = strstr (text, "¥") || strstr (text, "￥");
  if (!is_yuan || !currency || currency->len == 0 || (currency->len == 3 && memcmp (currency->p, "CNY", 3) == 0))
    return TRUE;
  return refuse (error, text, _("the sign is the yuan's, but currency names another money"));
}

static gboolean
set_amounts (Draft *draft, GError **error)
{
  gboolean has_price = FALSE;
  for (guint i = 0; i < draft->kind->n_fields; i++) {
    const char *text = draft->amounts[i];
    gint64 *value = &draft->row.v[i].i;
    if (!text)
      continue;
    if (!know_product (draft, error))
      return FALSE;
    const CzPostThing *product = draft->product.name ? &draft->product : NULL;
    gboolean is_quantity = g_str_equal (draft->kind->fields[i].name, "quantity_g");
    has_price |= !is_quantity;
    if (!check_money (draft, text, error)
        || (is_quantity ? !cz_post_quantity (text, product, value, error) : !cz_post_price (text, draft->unit, product, value, error)))
      return FALSE;
  }
  return has_price || !draft->unit || refuse (error, FIELD_UNIT, _("no price is given that it could be the unit of; a quantity is written with its own, such as 2000斤"));
}

/* What the county would refuse unread is refused here, where somebody can mend it. */
static gboolean
is_line (const char *key, const char *value, gpointer data)
{
  return TRUE;
}

static gboolean
check_lines (const Draft *draft, GError **error)
{
  int i = cz_table_field_index (draft->kind, "lines");
  const CzValue *value = i >= 0 ? &draft->row.v[i] : NULL;
  return !value || value->len == 0 || cz_said_lines (value->p, value->len, is_line, NULL)
         || refuse (error, "lines", _("each line is key=value"));
}

/* One message is one envelope. */
static gboolean
check_size (const Draft *draft, GError **error)
{
  gsize size = 0;
  for (guint i = 0; i < draft->files->len; i++)
    size += g_bytes_get_size (g_ptr_array_index (draft->files, i));
  return size <= CZ_OUTBOX_OBJECT_MAX || refuse (error, draft->kind->name, _("pictures and recordings together are over 1 MiB"));
}

static gboolean
read_object (Draft *draft, JsonObject *object, GError **error)
{
  g_autoptr (GList) names = json_object_get_members (object);
  for (GList *name = names; name; name = name->next)
    if (!set_field (draft, name->data, json_object_get_member (object, name->data), error))
      return FALSE;
  return set_amounts (draft, error) && cz_row_check (draft->kind, &draft->row, 0, error) && check_lines (draft, error) && check_size (draft, error);
}

static gboolean
read_json (Draft *draft, const char *json, gsize size, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  if (!json_parser_load_from_data (parser, json, (gssize) size, NULL) || !JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    return refuse (error, draft->kind->name, _("a JSON object of its fields is needed"));
  JsonObject *object = json_node_get_object (json_parser_get_root (parser));
  return read_object (draft, object, error);
}

static gboolean
read_fields (Draft *draft, const char *const *fields, GError **error)
{
  g_autoptr (JsonObject) object = json_object_new ();
  for (guint i = 0; fields[i]; i++) {
    const char *equals = strchr (fields[i], '=');
    g_autofree char *name = equals ? g_strndup (fields[i], (gsize) (equals - fields[i])) : NULL;
    if (!name)
      return refuse (error, fields[i], _("FIELD=VALUE is needed"));
    if (json_object_has_member (object, name))
      return refuse (error, name, _("is given twice"));
    json_object_set_string_member (object, name, equals + 1);
  }
  return read_object (draft, object, error);
}

static char *
title_of (const Draft *draft)
{
  static const char *const fields[] = { "text", "question", "name", "lines" };
  for (gsize k = 0; k < G_N_ELEMENTS (fields); k++) {
    int i = cz_table_field_index (draft->kind, fields[k]);
    if (i >= 0 && draft->row.v[i].len > 0) {
      g_autofree char *text = g_strndup (draft->row.v[i].p, draft->row.v[i].len);
      text[strcspn (text, "\n")] = '\0';
      return g_utf8_substring (text, 0, MIN (g_utf8_strlen (text, -1), 40));
    }
  }
  return g_strdup (draft->product.name ? draft->product.name : "");
}

static gboolean
save (CzOutbox *outbox, CzClock *clock, const Draft *draft, gint64 *id, GError **error)
{
  gint64 now_s = cz_clock_wall_s (clock);
  int slip = cz_table_field_index (draft->kind, "slip");
  g_autofree char *title = title_of (draft);
  g_autofree char *number = slip >= 0 ? g_strndup (draft->row.v[slip].p ? draft->row.v[slip].p : "", draft->row.v[slip].len) : NULL;
  g_autoptr (GBytes) payload = cz_said_pack (draft->kind, &draft->row);
  const CzItem item = { .kind = (CzItemKind) draft->kind->number, .title = title, .slip = number, .payload = payload, .created_s = now_s,
                        .clock_ok = cz_clock_is_plausible (clock) };
  const CzMove move = { CZ_OUTBOX_WAITING, CZ_WORD_OPERATOR, NULL, 0, now_s };
  guint8 hash[CZ_HASH_LEN];
  if (!cz_outbox_add (outbox, &item, id, error))
    return FALSE;
  for (guint i = 0; i < draft->files->len; i++)
    if (!cz_outbox_keep (outbox, g_ptr_array_index (draft->files, i), g_ptr_array_index (draft->types, i), *id, hash, error))
      return FALSE;
  return cz_outbox_move (outbox, *id, &move, error);
}

static gboolean
begin_draft (Draft *draft, const CzPostDesk *desk, const char *kind, GError **error)
{
  *draft = (Draft){ .kind = cz_said_kind_by_name (kind), .content = desk->content, .product = { .unit = -1 } };
  if (!draft->kind)
    return refuse (error, kind, _("not a kind of message: listing, quote, question, photo, consent, match-outcome, unsold, survey, counters, inventory, delivery"));
  draft->texts = g_ptr_array_new_with_free_func (g_free);
  draft->files = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  draft->types = g_ptr_array_new_with_free_func (g_free);
  return TRUE;
}

static void
draft_clear (Draft *draft)
{
  g_clear_pointer (&draft->texts, g_ptr_array_unref);
  g_clear_pointer (&draft->files, g_ptr_array_unref);
  g_clear_pointer (&draft->types, g_ptr_array_unref);
  cz_post_thing_clear (&draft->product);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Draft, draft_clear)

gboolean
cz_post (const CzPostDesk *desk, const char *kind, const char *json, gsize size, gint64 *id, GError **error)
{
  g_auto (Draft) draft = { 0 };
  return begin_draft (&draft, desk, kind, error) && read_json (&draft, json, size, error) && save (desk->outbox, desk->clock, &draft, id, error);
}

gboolean
cz_post_fields (const CzPostDesk *desk, const char *kind, const char *const *fields, gint64 *id, GError **error)
{
  g_auto (Draft) draft = { 0 };
  return begin_draft (&draft, desk, kind, error) && read_fields (&draft, fields, error) && save (desk->outbox, desk->clock, &draft, id, error);
}

/* ---- listing ---- */

static const char *
kind_name (const CzItem *item)
{
  const CzTable *kind = cz_said_kind ((guint16) item->kind);
  return kind ? kind->name : "?";
}

static void
add_text (JsonBuilder *json, const char *name, const char *value)
{
  json_builder_set_member_name (json, name);
  json_builder_add_string_value (json, value ? value : "");
}

static void
add_number (JsonBuilder *json, const char *name, gint64 value)
{
  json_builder_set_member_name (json, name);
  json_builder_add_int_value (json, value);
}

char *
cz_post_list_json (CzOutbox *outbox, GError **error)
{
  g_autoptr (GPtrArray) items = cz_outbox_items (outbox, (CzOutboxState) 0, error);
  g_autoptr (JsonBuilder) json = json_builder_new ();
  if (!items)
    return NULL;
  json_builder_begin_object (json);
  json_builder_set_member_name (json, "items");
  json_builder_begin_array (json);
  for (guint i = 0; i < items->len; i++) {
    const CzItem *item = g_ptr_array_index (items, i);
    json_builder_begin_object (json);
    add_number (json, "id", item->id);
    add_text (json, "kind", kind_name (item));
    add_text (json, "state", cz_outbox_state_name (item->state));
    add_text (json, "title", item->title);
    add_text (json, "reason", item->reason);
    add_number (json, "counter", (gint64) item->counter);
    add_number (json, "became", item->became);
    add_number (json, "changed_s", item->changed_s);
    json_builder_end_object (json);
  }
  json_builder_end_array (json);
  json_builder_end_object (json);
  g_autoptr (JsonNode) root = json_builder_get_root (json);
  g_autofree char *text = json_to_string (root, TRUE);
  return g_strconcat (text, "\n", NULL);
}

/* As the county's clerk reads it in the queue. */
static const char *
kind_word (const CzItem *item)
{
  static const char *const words[CZ_SAID_KINDS + 1] = {
    [CZ_SAID_ADMISSION] = N_("admission"),     [CZ_SAID_LISTING] = N_("offer or request"), [CZ_SAID_QUOTE] = N_("price"),
    [CZ_SAID_QUESTION] = N_("question"),       [CZ_SAID_PHOTO] = N_("picture"),            [CZ_SAID_CONSENT] = N_("telephone number"),
    [CZ_SAID_MATCH_OUTCOME] = N_("deal"),      [CZ_SAID_UNSOLD] = N_("cannot be sold"),    [CZ_SAID_SURVEY] = N_("survey answers"),
    [CZ_SAID_COUNTERS] = N_("day's counters"), [CZ_SAID_INVENTORY] = N_("inventory"),      [CZ_SAID_DELIVERY] = N_("delivery times"),
  };
  guint kind = (guint) item->kind;
  return kind <= CZ_SAID_KINDS && words[kind] ? _(words[kind]) : kind_name (item);
}

/* What asks for nothing to be published is done with when the county has seen to it. */
static gboolean
asks_for_a_deed (const CzItem *item)
{
  return (guint) item->kind == CZ_SAID_UNSOLD || (guint) item->kind == CZ_SAID_CONSENT;
}

static const char *
state_word (const CzItem *item)
{
  switch (item->state) {
  case CZ_OUTBOX_DRAFT: return _("draft");
  case CZ_OUTBOX_WAITING: return _("waiting to be sent");
  case CZ_OUTBOX_CARRIED: return _("taken along");
  case CZ_OUTBOX_RECEIVED: return _("received by the county");
  case CZ_OUTBOX_PUBLISHED: return asks_for_a_deed (item) ? _("seen to by the county") : _("published");
  case CZ_OUTBOX_RETURNED: return _("returned");
  default: return "?";
  }
}

char *
cz_post_list_text (CzOutbox *outbox, GError **error)
{
  g_autoptr (GPtrArray) items = cz_outbox_items (outbox, (CzOutboxState) 0, error);
  g_autoptr (GString) text = g_string_new (NULL);
  for (guint i = 0; items && i < items->len; i++) {
    const CzItem *item = g_ptr_array_index (items, i);
    g_string_append_printf (text, "%" G_GINT64_FORMAT "  %s  %s  %s", item->id, kind_word (item), state_word (item), item->title);
    if (item->reason && item->reason[0] != '\0')
      g_string_append_printf (text, "  (%s)", item->reason);
    g_string_append_c (text, '\n');
  }
  return items ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}
