/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/import/cz-map.h"

#include <glib/gi18n.h>
#include <string.h>

typedef struct {
  CzMap *map;
  GKeyFile *file;
  GError **error;
} Loader;

void
cz_map_free (CzMap *map)
{
  char **strings[] = { &map->path, &map->kind, &map->header_has, &map->records, &map->sheet, &map->source,
                       &map->product_class, &map->product_unit, &map->market_kind, &map->market_region };
  for (gsize i = 0; i < G_N_ELEMENTS (strings); i++)
    g_free (*strings[i]);
  g_ptr_array_unref (map->skip);
  g_strfreev (map->closed);
  g_hash_table_unref (map->columns);
  g_hash_table_unref (map->fixed);
  g_array_unref (map->wide);
  g_free (map);
}

static void
wide_clear (gpointer data)
{
  CzMapWide *wide = data;
  g_free (wide->column);
  g_free (wide->product);
  g_free (wide->unit);
}

static CzMap *
map_new (const char *path)
{
  CzMap *map = g_new0 (CzMap, 1);
  map->path = g_strdup (path != NULL ? path : "");
  map->skip = g_ptr_array_new_with_free_func ((GDestroyNotify) g_regex_unref);
  map->columns = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  map->fixed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  map->wide = g_array_new (FALSE, FALSE, sizeof (CzMapWide));
  g_array_set_clear_func (map->wide, wide_clear);
  return map;
}

/* Group, key, and the values that mean something; the values of the others are free. */
static const struct {
  const char *group, *key, *values;
} known_keys[] = {
  { "file", "kind", "regions distances products markets quotes" },
  { "file", "header", NULL },
  { "file", "header_has", NULL },
  { "file", "separator", "comma semicolon tab" },
  { "file", "records", NULL },
  { "file", "sheet", NULL },
  { "file", "skip", NULL },
  { "file", "closed", NULL },
  { "day", "calendar", "gregorian roc" },
  { "day", "first", "exact snap" },
  { "price", "decimals", "exact round" },
  { "price", "empty", "report pass" },
  { "product", "split", "none code" },
  { "product", "class", NULL },
  { "product", "unit", NULL },
  { "market", "split", "none code" },
  { "market", "kind", NULL },
  { "market", "region", NULL },
  { "source", "prefix", NULL },
};

static gboolean
map_error (Loader *loader, const char *group, const char *key, const char *what)
{
  g_set_error (loader->error, CZ_IMPORT_ERROR, CZ_IMPORT_ERROR_MAP, _("%s: [%s] %s: %s. See app/hub/import/README.md for what a map may say"),
               loader->map->path, group, key, what);
  return FALSE;
}

static gboolean
check_value (Loader *loader, const char *group, const char *key, const char *values)
{
  g_autofree char *value = g_key_file_get_string (loader->file, group, key, NULL);
  g_auto (GStrv) words = g_strsplit (values, " ", -1);
  if (value != NULL && g_strv_contains ((const char *const *) words, value))
    return TRUE;
  g_autofree char *what = g_strdup_printf (_("must be one of: %s"), values);
  return map_error (loader, group, key, what);
}

static gboolean
check_key (Loader *loader, const char *group, const char *key)
{
  for (gsize i = 0; i < G_N_ELEMENTS (known_keys); i++)
    if (g_str_equal (known_keys[i].group, group) && g_str_equal (known_keys[i].key, key))
      return known_keys[i].values == NULL || check_value (loader, group, key, known_keys[i].values);
  return map_error (loader, group, key, _("no such key"));
}

/* A misspelt key that does nothing would be worse than none. */
static gboolean
check_keys (Loader *loader)
{
  g_auto (GStrv) groups = g_key_file_get_groups (loader->file, NULL);
  for (gsize g = 0; groups[g] != NULL; g++) {
    gboolean open = g_str_equal (groups[g], "columns") || g_str_equal (groups[g], "fixed") || g_str_equal (groups[g], "wide");
    g_auto (GStrv) keys = g_key_file_get_keys (loader->file, groups[g], NULL, NULL);
    for (gsize k = 0; !open && keys != NULL && keys[k] != NULL; k++)
      if (!check_key (loader, groups[g], keys[k]))
        return FALSE;
  }
  return TRUE;
}

static char *
text_of (Loader *loader, const char *group, const char *key)
{
  return g_key_file_get_string (loader->file, group, key, NULL);
}

static gboolean
is_set_to (Loader *loader, const char *group, const char *key, const char *value)
{
  g_autofree char *text = text_of (loader, group, key);
  return g_strcmp0 (text, value) == 0;
}

static gboolean
load_file_group (Loader *loader)
{
  CzMap *map = loader->map;
  g_autofree char *header = text_of (loader, "file", "header");
  g_auto (GStrv) skip = g_key_file_get_string_list (loader->file, "file", "skip", NULL, NULL);
  map->kind = text_of (loader, "file", "kind");
  map->header_has = text_of (loader, "file", "header_has");
  map->records = text_of (loader, "file", "records");
  map->sheet = text_of (loader, "file", "sheet");
  map->closed = g_key_file_get_string_list (loader->file, "file", "closed", NULL, NULL);
  map->separator = is_set_to (loader, "file", "separator", "tab")         ? '\t'
                   : is_set_to (loader, "file", "separator", "semicolon") ? ';'
                                                                          : ',';
  map->no_header = g_strcmp0 (header, "none") == 0;
  if (header != NULL && !map->no_header && !g_ascii_string_to_unsigned (header, 10, 1, 1000000, &map->header_line, NULL))
    return map_error (loader, "file", "header", _("must be the number of the header line, or none"));
  for (gsize i = 0; skip != NULL && skip[i] != NULL; i++) {
    GRegex *regex = g_regex_new (skip[i], G_REGEX_OPTIMIZE, 0, NULL);
    if (regex == NULL)
      return map_error (loader, "file", "skip", _("is not a regular expression"));
    g_ptr_array_add (map->skip, regex);
  }
  return TRUE;
}

static void
load_pairs (Loader *loader, const char *group, GHashTable *into)
{
  g_auto (GStrv) keys = g_key_file_get_keys (loader->file, group, NULL, NULL);
  for (gsize i = 0; keys != NULL && keys[i] != NULL; i++)
    g_hash_table_insert (into, g_strdup (keys[i]), text_of (loader, group, keys[i]));
}

static gboolean
load_wide (Loader *loader)
{
  g_auto (GStrv) keys = g_key_file_get_keys (loader->file, "wide", NULL, NULL);
  for (gsize i = 0; keys != NULL && keys[i] != NULL; i++) {
    g_auto (GStrv) parts = g_key_file_get_string_list (loader->file, "wide", keys[i], NULL, NULL);
    if (parts == NULL || g_strv_length (parts) != 2)
      return map_error (loader, "wide", keys[i], _("must be a product and a unit: 小麦;USD/吨"));
    CzMapWide wide = { g_strdup (keys[i]), g_strdup (g_strstrip (parts[0])), g_strdup (g_strstrip (parts[1])) };
    g_array_append_val (loader->map->wide, wide);
  }
  return TRUE;
}

static gboolean
load_groups (Loader *loader)
{
  CzMap *map = loader->map;
  if (!check_keys (loader) || !load_file_group (loader) || !load_wide (loader))
    return FALSE;
  load_pairs (loader, "columns", map->columns);
  load_pairs (loader, "fixed", map->fixed);
  map->calendar = is_set_to (loader, "day", "calendar", "roc") ? CZ_CALENDAR_ROC : CZ_CALENDAR_GREGORIAN;
  map->snap_to_period = is_set_to (loader, "day", "first", "snap");
  map->round_decimals = is_set_to (loader, "price", "decimals", "round");
  map->pass_empty = is_set_to (loader, "price", "empty", "pass");
  map->split_product = is_set_to (loader, "product", "split", "code");
  map->split_market = is_set_to (loader, "market", "split", "code");
  map->source = text_of (loader, "source", "prefix");
  map->product_class = text_of (loader, "product", "class");
  map->product_unit = text_of (loader, "product", "unit");
  map->market_kind = text_of (loader, "market", "kind");
  map->market_region = text_of (loader, "market", "region");
  return TRUE;
}

CzMap *
cz_map_load (const char *path, GError **error)
{
  g_autoptr (CzMap) map = map_new (path);
  if (path == NULL) {
    map->separator = ',';
    return g_steal_pointer (&map);
  }
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) why = NULL;
  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &why)) {
    g_set_error (error, CZ_IMPORT_ERROR, CZ_IMPORT_ERROR_MAP, _("%s: cannot be read as a map: %s"), path, why->message);
    return NULL;
  }
  Loader loader = { map, file, error };
  return load_groups (&loader) ? g_steal_pointer (&map) : NULL;
}

gboolean
cz_map_passes_over (const CzMap *map, const CzSheetRow *row)
{
  if (map->skip->len == 0)
    return FALSE;
  g_autoptr (GString) line = g_string_new (NULL);
  for (guint i = 0; i < row->n_cells; i++) {
    if (i > 0)
      g_string_append_c (line, ',');
    g_string_append_len (line, row->cells[i].text, (gssize) row->cells[i].len);
  }
  for (guint i = 0; i < map->skip->len; i++)
    if (g_regex_match (g_ptr_array_index (map->skip, i), line->str, 0, NULL))
      return TRUE;
  return FALSE;
}

gboolean
cz_map_is_closed (const CzMap *map, const char *text)
{
  return map->closed != NULL && text != NULL && g_strv_contains ((const char *const *) map->closed, text);
}
