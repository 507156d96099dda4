/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/desk/cz-slots.h"

#include <json-glib/json-glib.h>

#define STATUS_MAX (64u * 1024u)

void
cz_slots_free (CzSlots *slots)
{
  if (!slots)
    return;
  g_free (slots->booted);
  g_free (slots);
}

static const char *
text_of (JsonObject *object, const char *member)
{
  JsonNode *node = json_object_get_member (object, member);
  return node && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : "";
}

/* "slots": [ { "rootfs.0": { "bootname": "A", "boot_status": "good", … } }, … ]; slots without a bootname hold no system. */
static void
look_at_slot (CzSlots *slots, JsonNode *node)
{
  g_autoptr (GList) members = JSON_NODE_HOLDS_OBJECT (node) ? json_object_get_values (json_node_get_object (node)) : NULL;
  JsonNode *inner = members ? members->data : NULL;
  if (!inner || !JSON_NODE_HOLDS_OBJECT (inner))
    return;
  JsonObject *slot = json_node_get_object (inner);
  const char *bootname = text_of (slot, "bootname");
  const char *status = text_of (slot, "boot_status");
  if (g_str_equal (bootname, slots->booted))
    slots->is_booted_good = g_str_equal (status, "good");
  else if (bootname[0] != '\0')
    slots->is_other_bad |= g_str_equal (status, "bad");
}

CzSlots *
cz_slots_read (const char *path)
{
  g_autoptr (GMappedFile) file = g_mapped_file_new (path, FALSE, NULL);
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (CzSlots) slots = g_new0 (CzSlots, 1);
  gsize size = file ? g_mapped_file_get_length (file) : 0;
  if (size == 0 || size > STATUS_MAX || !json_parser_load_from_data (parser, g_mapped_file_get_contents (file), (gssize) size, NULL))
    return NULL;
  JsonNode *root = json_parser_get_root (parser);
  if (!root || !JSON_NODE_HOLDS_OBJECT (root))
    return NULL;
  JsonNode *list = json_object_get_member (json_node_get_object (root), "slots");
  slots->booted = g_strdup (text_of (json_node_get_object (root), "booted"));
  if (!list || !JSON_NODE_HOLDS_ARRAY (list) || slots->booted[0] == '\0')
    return NULL;
  JsonArray *array = json_node_get_array (list);
  for (guint i = 0; i < json_array_get_length (array); i++)
    look_at_slot (slots, json_array_get_element (array, i));
  return g_steal_pointer (&slots);
}
