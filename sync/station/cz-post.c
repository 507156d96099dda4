/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/station/cz-post.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <string.h>

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
} Draft;

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
set_text (Draft *draft, guint i, const char *text, GError **error)
{
  const CzField *field = &draft->kind->fields[i];
  CzDay day;
  CzValue *value = &draft->row.v[i];
  if ((field->flags & CZ_FIELD_HASH) != 0)
    return set_object (draft, i, text, error);
  if (field->type == CZ_FIELD_TEXT) {
    char *copy = g_strdup (text);
    g_ptr_array_add (draft->texts, copy);
    *value = (CzValue){ .p = copy[0] != '\0' ? copy : NULL, .len = (guint32) strlen (copy) };
    return TRUE;
  }
  if ((field->flags & CZ_FIELD_DAY) != 0 && cz_day_parse (text, CZ_CALENDAR_GREGORIAN, &day)) {
    value->i = day;
    return TRUE;
  }
  return ((field->flags & CZ_FIELD_REGION) != 0 && cz_region_parse (text, &value->i)) || refuse (error, field->name, _("a number is needed"));
}

static gboolean
set_field (Draft *draft, const char *name, JsonNode *node, GError **error)
{
  int i = cz_table_field_index (draft->kind, name);
  GType type = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node) : G_TYPE_INVALID;
  if (i < 0)
    return refuse (error, name, _("not a field of this kind"));
  if (type == G_TYPE_STRING)
    return set_text (draft, (guint) i, json_node_get_string (node), error);
  if (type != G_TYPE_INT64 || draft->kind->fields[i].type != CZ_FIELD_INT)
    return refuse (error, name, _("a text or a whole number is needed"));
  draft->row.v[i].i = json_node_get_int (node);
  return TRUE;
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
read_json (Draft *draft, const char *json, gsize size, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  if (!json_parser_load_from_data (parser, json, (gssize) size, NULL) || !JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    return refuse (error, draft->kind->name, _("a JSON object of its fields is needed"));
  JsonObject *object = json_node_get_object (json_parser_get_root (parser));
  g_autoptr (GList) names = json_object_get_members (object);
  for (GList *name = names; name; name = name->next)
    if (!set_field (draft, name->data, json_object_get_member (object, name->data), error))
      return FALSE;
  return cz_row_check (draft->kind, &draft->row, 0, error) && check_lines (draft, error) && check_size (draft, error);
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
  return g_strdup ("");
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

gboolean
cz_post (CzOutbox *outbox, CzClock *clock, const char *kind, const char *json, gsize size, gint64 *id, GError **error)
{
  Draft draft = { .kind = cz_said_kind_by_name (kind) };
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (GPtrArray) types = g_ptr_array_new_with_free_func (g_free);
  if (!draft.kind)
    return refuse (error, kind, _("not a kind of message: listing, quote, question, photo, consent, match-outcome, unsold, survey, counters, inventory, delivery"));
  draft.texts = texts;
  draft.files = files;
  draft.types = types;
  return read_json (&draft, json, size, error) && save (outbox, clock, &draft, id, error);
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

static const char *
state_word (CzOutboxState state)
{
  switch (state) {
  case CZ_OUTBOX_DRAFT: return _("draft");
  case CZ_OUTBOX_WAITING: return _("waiting to be sent");
  case CZ_OUTBOX_CARRIED: return _("taken along");
  case CZ_OUTBOX_RECEIVED: return _("received by the county");
  case CZ_OUTBOX_PUBLISHED: return _("published");
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
    g_string_append_printf (text, "%" G_GINT64_FORMAT "  %s  %s  %s", item->id, kind_name (item), state_word (item->state), item->title);
    if (item->reason && item->reason[0] != '\0')
      g_string_append_printf (text, "  (%s)", item->reason);
    g_string_append_c (text, '\n');
  }
  return items ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}
