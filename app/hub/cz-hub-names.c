/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/cz-hub-private.h"

#include <string.h>

/* Names as clerks write them → ids, in memory: a price list of a million rows asks twice a row. Two layers: `seen` maps
 * the very bytes asked for before, `exact` the normalised names. */

#define SEEN_MAX 200000 /* a file of ever new unknown names must not fill the memory */

typedef enum { RANK_CODE, RANK_NAME, RANK_ALIAS } Rank; /* a lower one wins over a higher one */

typedef struct {
  gint64 id;
  Rank rank;
  gboolean is_ambiguous;
} Entry;

typedef struct {
  CzHubFound found;
  gint64 id;
} Answer;

typedef struct {
  GHashTable *exact; /* normalised text → Entry */
  GHashTable *seen; /* text → Answer */
  GHashTable *number; /* id → gint64: unit of a product; a region's code */
} Index;

enum { INDEX_PRODUCT, INDEX_MARKET, INDEX_REGION, N_INDEXES };

struct _CzHubNames {
  Index index[N_INDEXES];
};

static const struct {
  guint16 table;
  const char *id, *name, *aliases, *code, *number;
} sources[N_INDEXES] = {
  { CZ_TABLE_PRODUCT, "id", "name", "aliases", "source_code", "unit" },
  { CZ_TABLE_MARKET, "id", "name", "aliases", "source_code", "kind" },
  { CZ_TABLE_REGION, "code", "name", "''", "''", "level" },
};

void
cz_hub_names_free (CzHubNames *names)
{
  if (names == NULL)
    return;
  for (guint i = 0; i < N_INDEXES; i++) {
    g_hash_table_unref (names->index[i].exact);
    g_hash_table_unref (names->index[i].seen);
    g_hash_table_unref (names->index[i].number);
  }
  g_free (names);
}

static char *
normalise (const char *text, gssize len)
{
  if (!g_utf8_validate (text, len, NULL))
    return NULL;
  g_autofree char *compatible = g_utf8_normalize (text, len, G_NORMALIZE_ALL_COMPOSE);
  g_autofree char *folded = g_utf8_casefold (compatible, -1);
  return g_strdup (g_strstrip (folded));
}

static void
add (Index *index, const char *text, gssize len, gint64 id, Rank rank)
{
  g_autofree char *key = normalise (text, len);
  if (key == NULL || key[0] == '\0')
    return;
  Entry *there = g_hash_table_lookup (index->exact, key);
  if (there == NULL) {
    there = g_new0 (Entry, 1);
    *there = (Entry) { .id = id, .rank = rank };
    g_hash_table_insert (index->exact, g_steal_pointer (&key), there);
  } else if (rank < there->rank)
    *there = (Entry) { .id = id, .rank = rank };
  else if (rank == there->rank && there->id != id)
    there->is_ambiguous = TRUE;
}

static void
add_lines (Index *index, const char *text, gssize len, gint64 id)
{
  const char *end = text + len;
  while (text < end) {
    const char *line_end = memchr (text, '\n', (gsize) (end - text));
    if (line_end == NULL)
      line_end = end;
    add (index, text, line_end - text, id, RANK_ALIAS);
    text = line_end + 1;
  }
}

static void
add_number (Index *index, gint64 id, gint64 number)
{
  gint64 *key = g_new (gint64, 1);
  gint64 *value = g_new (gint64, 1);
  *key = id;
  *value = number;
  g_hash_table_insert (index->number, key, value);
}

static void
read_all (CzHub *hub, guint which)
{
  Index *index = &hub->names->index[which];
  g_autofree char *sql = g_strdup_printf ("SELECT %s, %s, %s, %s, %s FROM %s WHERE gone = 0", sources[which].id,
                                          sources[which].name, sources[which].aliases, sources[which].code,
                                          sources[which].number, cz_table_by_number (sources[which].table)->name);
  g_autoptr (sqlite3_stmt) stmt = cz_db_prepare (hub->db, sql, NULL);
  while (stmt != NULL && sqlite3_step (stmt) == SQLITE_ROW) {
    gint64 id = sqlite3_column_int64 (stmt, 0);
    add (index, (const char *) sqlite3_column_text (stmt, 3), sqlite3_column_bytes (stmt, 3), id, RANK_CODE);
    add (index, (const char *) sqlite3_column_text (stmt, 1), sqlite3_column_bytes (stmt, 1), id, RANK_NAME);
    const char *aliases = (const char *) sqlite3_column_text (stmt, 2);
    add_lines (index, aliases, sqlite3_column_bytes (stmt, 2), id);
    add_number (index, id, sqlite3_column_int64 (stmt, 4));
  }
}

static Index *
index_of (CzHub *hub, guint which)
{
  if (hub->names == NULL) {
    hub->names = g_new0 (CzHubNames, 1);
    for (guint i = 0; i < N_INDEXES; i++) {
      hub->names->index[i].exact = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
      hub->names->index[i].seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
      hub->names->index[i].number = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
      read_all (hub, i);
    }
  }
  return &hub->names->index[which];
}

/* A new row is added; a changed one may have lost a name, so that all is read again at the next question. */
void
cz_hub_names_put (CzHub *hub, const CzTable *table, const CzRow *row, gboolean is_new)
{
  guint which = 0;
  while (which < N_INDEXES && sources[which].table != table->number)
    which++;
  if (which == N_INDEXES || hub->names == NULL)
    return;
  if (!is_new) {
    g_clear_pointer (&hub->names, cz_hub_names_free);
    return;
  }
  Index *index = &hub->names->index[which];
  gint64 id = row->v[0].i;
  const CzValue *name = &row->v[cz_table_field_index (table, "name")];
  add (index, name->p, name->len, id, RANK_NAME);
  if (which != INDEX_REGION) {
    const CzValue *code = &row->v[cz_table_field_index (table, "source_code")];
    const CzValue *aliases = &row->v[cz_table_field_index (table, "aliases")];
    add (index, code->p != NULL ? code->p : "", code->len, id, RANK_CODE);
    add_lines (index, aliases->p, aliases->len, id);
  }
  add_number (index, id, cz_hub_row_int (table, row, sources[which].number));
  g_hash_table_remove_all (index->seen);
}

static Answer
answer (const Index *index, const char *text)
{
  char *end = NULL;
  gint64 id = g_ascii_strtoll (text, &end, 10);
  g_autofree char *key = normalise (text, -1);
  const Entry *entry = key == NULL ? NULL : g_hash_table_lookup (index->exact, key);
  if (entry == NULL) {
    gboolean is_id = end != text && *end == '\0' && g_hash_table_contains (index->number, &id);
    return is_id ? (Answer) { CZ_HUB_FOUND, id } : (Answer) { CZ_HUB_NONE, 0 };
  }
  return entry->is_ambiguous ? (Answer) { CZ_HUB_AMBIGUOUS, 0 } : (Answer) { CZ_HUB_FOUND, entry->id };
}

static CzHubFound
find (CzHub *hub, guint which, const char *text, gint64 *id)
{
  Index *index = index_of (hub, which);
  const Answer *known = g_hash_table_lookup (index->seen, text);
  if (known == NULL) {
    Answer *fresh = g_new (Answer, 1);
    *fresh = answer (index, text);
    if (g_hash_table_size (index->seen) >= SEEN_MAX)
      g_hash_table_remove_all (index->seen);
    g_hash_table_insert (index->seen, g_strdup (text), fresh);
    known = fresh;
  }
  *id = known->id;
  return known->found;
}

CzHubFound
cz_hub_find_product (CzHub *hub, const char *text, gint64 *id)
{
  return find (hub, INDEX_PRODUCT, text, id);
}

CzHubFound
cz_hub_find_market (CzHub *hub, const char *text, gint64 *id)
{
  return find (hub, INDEX_MARKET, text, id);
}

CzHubFound
cz_hub_find_region (CzHub *hub, const char *text, gint64 *region)
{
  gint64 code = 0;
  if (cz_region_parse (text, &code) && cz_hub_has_region (hub, code)) {
    *region = code;
    return CZ_HUB_FOUND;
  }
  return find (hub, INDEX_REGION, text, region);
}

int
cz_hub_product_unit (CzHub *hub, gint64 product)
{
  const gint64 *unit = g_hash_table_lookup (index_of (hub, INDEX_PRODUCT)->number, &product);
  return unit == NULL ? -1 : (int) *unit;
}

gboolean
cz_hub_has_region (CzHub *hub, gint64 region)
{
  return g_hash_table_contains (index_of (hub, INDEX_REGION)->number, &region);
}
