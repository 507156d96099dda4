/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/import/cz-quote-things.h"

#include <glib/gi18n.h>
#include <string.h>

#include "sync/model/cz-vocab.h"

/* Spellings remembered; a file of ever new names does not fill the memory. */
#define MAX_KNOWN 100000
#define MAX_SOURCE_CODE 60

struct _CzThings {
  CzImporter *imp; /* owns this */
  CzThingsOf of;
  GHashTable *by_text; /* "code\x1fname" as in the file → CzThing */
  GString *key;
  const CzThing *last; /* of key: lists keep to one market for many lines */
};

static void
thing_free (gpointer data)
{
  CzThing *thing = data;
  g_free (thing->code);
  g_free (thing->name);
  g_free (thing);
}

CzThings *
cz_things_new (CzImporter *imp, CzThingsOf of)
{
  CzThings *things = g_new0 (CzThings, 1);
  things->imp = imp;
  things->of = of;
  things->by_text = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, thing_free);
  things->key = g_string_new ("\x1f\x1f");
  return things;
}

void
cz_things_free (CzThings *things)
{
  g_hash_table_unref (things->by_text);
  g_string_free (things->key, TRUE);
  g_free (things);
}

/* Runs of blanks, ideographic ones too, become one. */
static char *
tidy_name (const char *text)
{
  GString *name = g_string_new (NULL);
  gboolean blank = FALSE;
  for (; *text != 0; text = g_utf8_next_char (text)) {
    gunichar c = g_utf8_get_char (text);
    if (g_unichar_isspace (c) || c == 0xfeff) {
      blank = name->len > 0;
      continue;
    }
    if (blank)
      g_string_append_c (name, ' ');
    blank = FALSE;
    g_string_append_unichar (name, c);
  }
  return g_string_free (name, FALSE);
}

/* "LA1 甘藍 初秋" → LA1 and 甘藍 初秋. Without a blank all is name. */
static void
split_code (const CzThings *things, const char *code, const char *text, CzThing *thing)
{
  const CzMap *map = things->imp->map;
  gboolean split = things->of == CZ_THINGS_PRODUCTS ? map->split_product : map->split_market;
  g_autofree char *tidy = tidy_name (text);
  const char *blank = split ? strchr (tidy, ' ') : NULL;
  thing->code = blank != NULL ? g_strndup (tidy, (gsize) (blank - tidy)) : g_strdup (code);
  thing->name = g_strdup (blank != NULL ? blank + 1 : tidy);
}

static char *
source_code (const CzThings *things, const CzThing *thing)
{
  const char *prefix = things->imp->map->source;
  const char *own = thing->code[0] != 0 ? thing->code : thing->name;
  return prefix != NULL ? g_strconcat (prefix, ":", own, NULL) : g_strdup (own);
}

static CzHubFound
find_text (const CzThings *things, const char *text, gint64 *id)
{
  CzHub *hub = things->imp->hub;
  return things->of == CZ_THINGS_PRODUCTS ? cz_hub_find_product (hub, text, id) : cz_hub_find_market (hub, text, id);
}

static void
look_up (const CzThings *things, CzThing *thing)
{
  g_autofree char *source = source_code (things, thing);
  CzHubFound found = find_text (things, source, &thing->id);
  if (found == CZ_HUB_NONE && thing->name[0] != 0)
    found = find_text (things, thing->name, &thing->id);
  thing->state = found == CZ_HUB_FOUND ? CZ_THING_KNOWN : found == CZ_HUB_NONE ? CZ_THING_UNKNOWN : CZ_THING_AMBIGUOUS;
  thing->unit = thing->state == CZ_THING_KNOWN && things->of == CZ_THINGS_PRODUCTS ? cz_hub_product_unit (things->imp->hub, thing->id) : -1;
}

gboolean
cz_things_find (CzThings *things, const char *code, const char *text, const CzThing **out, GError **error)
{
  gsize n_code = strlen (code);
  GString *key = things->key;
  gboolean as_before = things->last != NULL && strncmp (key->str, code, n_code) == 0 && key->str[n_code] == '\x1f'
                       && strcmp (key->str + n_code + 1, text) == 0;
  if (!as_before) {
    g_string_truncate (key, 0);
    g_string_append_len (key, code, (gssize) n_code);
    g_string_append_c (key, '\x1f');
    g_string_append (key, text);
    things->last = g_hash_table_lookup (things->by_text, key->str);
  }
  if (things->last == NULL) {
    if (g_hash_table_size (things->by_text) >= MAX_KNOWN)
      g_hash_table_remove_all (things->by_text);
    CzThing *thing = g_new0 (CzThing, 1);
    split_code (things, code, text, thing);
    look_up (things, thing);
    g_hash_table_insert (things->by_text, g_strdup (key->str), thing);
    things->last = thing;
  }
  *out = things->last;
  return TRUE;
}

static void
fill_product (const CzThings *things, const CzThingHint *hint, CzRow *row, const CzTable *table)
{
  const CzMap *map = things->imp->map;
  int class = CZ_CLASS_OTHER;
  CzUnit unit = hint->unit;
  if (map->product_class != NULL && !cz_vocab_parse (CZ_VOCAB_CLASS, map->product_class, &class))
    class = CZ_CLASS_OTHER;
  if (map->product_unit != NULL && !cz_unit_parse (map->product_unit, &unit))
    unit = hint->unit;
  cz_row_set_int (row, table, "class", class);
  cz_row_set_int (row, table, "unit", unit);
}

static int
market_kind_of (int quote_kind)
{
  if (quote_kind == CZ_KIND_WHOLESALE)
    return CZ_MARKET_WHOLESALE;
  if (quote_kind == CZ_KIND_PURCHASE)
    return CZ_MARKET_PURCHASE_POINT;
  return CZ_MARKET_FAIR;
}

static void
fill_market (const CzThings *things, const CzThingHint *hint, CzRow *row, const CzTable *table)
{
  const CzMap *map = things->imp->map;
  int kind = market_kind_of (hint->quote_kind);
  gint64 region = (gint64) cz_hub_channel (things->imp->hub) * 1000000;
  if (map->market_kind != NULL && !cz_vocab_parse (CZ_VOCAB_MARKET_KIND, map->market_kind, &kind))
    kind = market_kind_of (hint->quote_kind);
  if (map->market_region != NULL && !cz_region_parse (map->market_region, &region))
    region = (gint64) cz_hub_channel (things->imp->hub) * 1000000;
  cz_row_set_int (row, table, "kind", kind);
  cz_row_set_int (row, table, "region", region);
}

gboolean
cz_things_create (CzThings *things, const CzThing *known, const CzThingHint *hint, GError **error)
{
  CzThing *thing = (CzThing *) known;
  CzImporter *imp = things->imp;
  gboolean products = things->of == CZ_THINGS_PRODUCTS;
  const CzTable *table = cz_table_by_number (products ? CZ_TABLE_PRODUCT : CZ_TABLE_MARKET);
  g_autofree char *source = source_code (things, thing);
  g_autoptr (GError) why = NULL;
  CzRow row = { 0 };
  if (strlen (source) > MAX_SOURCE_CODE)
    source[0] = 0;
  if (!cz_hub_id (imp->hub, table, source, &thing->id, NULL, error))
    return FALSE;
  cz_row_set_int (&row, table, "id", thing->id);
  cz_row_set_text (&row, table, "name", thing->name);
  cz_row_set_text (&row, table, "source_code", source);
  if (products)
    fill_product (things, hint, &row, table);
  else
    fill_market (things, hint, &row, table);
  if (!cz_hub_put (imp->hub, table, &row, NULL, &why)) {
    if (why->domain != CZ_ROW_ERROR) {
      g_propagate_error (error, g_steal_pointer (&why));
      return FALSE;
    }
    thing->state = CZ_THING_BAD;
    return TRUE;
  }
  thing->state = CZ_THING_KNOWN;
  thing->unit = products ? (int) row.v[cz_table_field_index (table, "unit")].i : -1;
  imp->result->created++;
  return TRUE;
}
