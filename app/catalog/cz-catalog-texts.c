/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "cz-catalog"
#include "app/catalog/cz-catalog-private.h"

#define POLICY_COLUMNS                                                                                              \
  "channel, id, kind, title, summary, office, issued_day, effective_day, deadline_day, state, replaced_by,"         \
  " season_mask, picture, lang"
#define POLICY_TEXTS ", who, how_much, papers, place, deadline, body, source, law_ref"

static const char *const block_fields[CZ_N_BLOCKS] = { "who", "how_much", "papers", "place", "deadline" };

static char *
policy_text (CzCatalog *self, const CzPolicyInfo *info, sqlite3_stmt *stmt, int column, const char *field)
{
  return cz_catalog_text (self, info->channel, CZ_TABLE_POLICY, info->id, field, cz_column_text (stmt, column));
}

/* Words that differ from the row's are a translation, in the catalog's language. */
static char *
language_of (const char *shown, sqlite3_stmt *stmt, int column, int lang_column)
{
  return g_strdup (g_str_equal (shown, cz_column_text (stmt, column)) ? cz_column_text (stmt, lang_column) : "");
}

static void
read_policy (CzCatalog *self, sqlite3_stmt *stmt, CzPolicyInfo *info)
{
  info->channel = (CzChannel) sqlite3_column_int64 (stmt, 0);
  info->id = sqlite3_column_int64 (stmt, 1);
  info->kind = (CzPolicyKind) sqlite3_column_int64 (stmt, 2);
  info->title = policy_text (self, info, stmt, 3, "title");
  info->summary = policy_text (self, info, stmt, 4, "summary");
  info->office = policy_text (self, info, stmt, 5, "office");
  info->issued = (CzDay) sqlite3_column_int64 (stmt, 6);
  info->effective = (CzDay) sqlite3_column_int64 (stmt, 7);
  info->deadline = (CzDay) sqlite3_column_int64 (stmt, 8);
  info->state = (CzPolicyState) sqlite3_column_int64 (stmt, 9);
  info->replaced_by = sqlite3_column_int64 (stmt, 10);
  info->season_mask = (guint) sqlite3_column_int64 (stmt, 11);
  info->picture = cz_column_hash (stmt, 12);
  info->lang = language_of (info->title, stmt, 3, 13);
}

static void
read_policy_texts (CzCatalog *self, sqlite3_stmt *stmt, CzPolicyInfo *info)
{
  for (int i = 0; i < CZ_N_BLOCKS; i++)
    info->blocks[i] = policy_text (self, info, stmt, 14 + i, block_fields[i]);
  info->body = policy_text (self, info, stmt, 19, "body");
  info->source = g_strdup (cz_column_text (stmt, 20));
  info->law_ref = g_strdup (cz_column_text (stmt, 21));
}

/* What a newer text says of an older one counts as much as what the older row says of itself: the publisher of the new one
 * may not be able to change the old row. replaced: id → id of the successor. */
static GHashTable *
read_successors (CzCatalog *self)
{
  GHashTable *replaced = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  sqlite3_stmt *stmt = cz_shelf_stmt (self->shelf, "SELECT id, replaces FROM policy WHERE replaces <> 0 AND state <> 2");

  while (stmt != NULL && sqlite3_step (stmt) == SQLITE_ROW) {
    gint64 successor = sqlite3_column_int64 (stmt, 0), old = sqlite3_column_int64 (stmt, 1);
    g_hash_table_insert (replaced, g_memdup2 (&old, sizeof old), g_memdup2 (&successor, sizeof successor));
  }
  if (stmt != NULL)
    sqlite3_reset (stmt);
  return replaced;
}

static void
judge_policy (CzPolicyInfo *info, GHashTable *replaced, CzDay today)
{
  const gint64 *successor = g_hash_table_lookup (replaced, &info->id);

  if (info->replaced_by == 0 && successor != NULL)
    info->replaced_by = *successor;
  if (info->state == CZ_POLICY_IN_FORCE && info->replaced_by != 0)
    info->state = CZ_POLICY_SUPERSEDED;
  info->is_passed = info->deadline != 0 && info->deadline < today;
}

static int
compare_policies (gconstpointer left, gconstpointer right)
{
  const CzPolicyInfo *a = cz_policy_info (*(CzPolicy *const *) left), *b = cz_policy_info (*(CzPolicy *const *) right);
  int standing_a = a->state != CZ_POLICY_IN_FORCE ? 2 : a->is_passed, standing_b = b->state != CZ_POLICY_IN_FORCE ? 2 : b->is_passed;
  int tier_a = (int) cz_channel_tier (a->channel), tier_b = (int) cz_channel_tier (b->channel);

  if (standing_a != standing_b)
    return standing_a - standing_b;
  if ((a->kind == CZ_POLICY_LAW) != (b->kind == CZ_POLICY_LAW))
    return a->kind == CZ_POLICY_LAW ? 1 : -1;
  if (tier_a != tier_b)
    return tier_b - tier_a;
  if (a->issued != b->issued)
    return a->issued > b->issued ? -1 : 1;
  return (a->id > b->id) - (a->id < b->id);
}

GListModel *
cz_catalog_policies (CzCatalog *self)
{
  GListStore *store = g_list_store_new (CZ_TYPE_POLICY);
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GHashTable) replaced = NULL;
  sqlite3_stmt *stmt;
  CzDay today;

  if (self->shelf == NULL)
    return G_LIST_MODEL (store);
  today = cz_catalog_today (self);
  replaced = read_successors (self);
  stmt = cz_shelf_stmt (self->shelf, "SELECT " POLICY_COLUMNS " FROM policy WHERE state <> 2");
  while (stmt != NULL && sqlite3_step (stmt) == SQLITE_ROW) {
    CzPolicyInfo info = { 0 };

    read_policy (self, stmt, &info);
    judge_policy (&info, replaced, today);
    g_ptr_array_add (items, cz_policy_new (&info));
  }
  if (stmt != NULL)
    sqlite3_reset (stmt);
  g_ptr_array_sort (items, compare_policies);
  g_list_store_splice (store, 0, 0, items->pdata, items->len);
  return G_LIST_MODEL (store);
}

CzPolicy *
cz_catalog_policy (CzCatalog *self, gint64 id)
{
  gint64 key[2] = { cz_id_issuer (id), id };
  CzPolicy *policy = NULL;
  sqlite3_stmt *stmt = NULL;

  if (self->shelf != NULL)
    stmt = cz_shelf_query (self->shelf, "SELECT " POLICY_COLUMNS POLICY_TEXTS " FROM policy WHERE channel = ?1 AND id = ?2", 2, key);
  if (stmt == NULL)
    return NULL;
  if (sqlite3_step (stmt) == SQLITE_ROW) {
    g_autoptr (GHashTable) replaced = read_successors (self);
    CzPolicyInfo info = { 0 };

    read_policy (self, stmt, &info);
    read_policy_texts (self, stmt, &info);
    judge_policy (&info, replaced, cz_catalog_today (self));
    policy = cz_policy_new (&info);
  }
  sqlite3_reset (stmt);
  return policy;
}

static CzNotice *
read_notice (CzCatalog *self, sqlite3_stmt *stmt)
{
  CzNoticeInfo info = { 0 };

  info.channel = (CzChannel) sqlite3_column_int64 (stmt, 0);
  info.id = sqlite3_column_int64 (stmt, 1);
  info.title = cz_catalog_text (self, info.channel, CZ_TABLE_NOTICE, info.id, "title", cz_column_text (stmt, 2));
  info.text = cz_catalog_text (self, info.channel, CZ_TABLE_NOTICE, info.id, "text", cz_column_text (stmt, 3));
  info.office = cz_catalog_text (self, info.channel, CZ_TABLE_NOTICE, info.id, "office", cz_column_text (stmt, 4));
  info.from = (CzDay) sqlite3_column_int64 (stmt, 5);
  info.to = (CzDay) sqlite3_column_int64 (stmt, 6);
  info.lang = language_of (info.text, stmt, 3, 7);
  return cz_notice_new (&info);
}

GListModel *
cz_catalog_notices (CzCatalog *self)
{
  GListStore *store = g_list_store_new (CZ_TYPE_NOTICE);
  sqlite3_stmt *stmt;
  gint64 today;

  if (self->shelf == NULL)
    return G_LIST_MODEL (store);
  today = cz_catalog_today (self);
  stmt = cz_shelf_query (self->shelf,
                         "SELECT channel, id, title, text, office, from_day, to_day, lang FROM notice"
                         " WHERE from_day <= ?1 AND (to_day = 0 OR to_day >= ?1) ORDER BY from_day DESC, id DESC LIMIT 200",
                         1, &today);
  while (stmt != NULL && sqlite3_step (stmt) == SQLITE_ROW) {
    g_autoptr (CzNotice) notice = read_notice (self, stmt);
    g_list_store_append (store, notice);
  }
  if (stmt != NULL)
    sqlite3_reset (stmt);
  return G_LIST_MODEL (store);
}

CzNotice *
cz_catalog_notice (CzCatalog *self, gint64 id)
{
  gint64 key[2] = { cz_id_issuer (id), id };
  CzNotice *notice = NULL;
  sqlite3_stmt *stmt = NULL;

  if (self->shelf != NULL)
    stmt = cz_shelf_query (self->shelf,
                           "SELECT channel, id, title, text, office, from_day, to_day, lang FROM notice WHERE channel = ?1 AND id = ?2",
                           2, key);
  if (stmt == NULL)
    return NULL;
  if (sqlite3_step (stmt) == SQLITE_ROW)
    notice = read_notice (self, stmt);
  sqlite3_reset (stmt);
  return notice;
}
