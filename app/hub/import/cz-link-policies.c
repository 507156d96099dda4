/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/import/cz-texts.h"

#include <sqlite3.h>

#include "sync/store/cz-db.h"
#include "sync/model/cz-vocab.h"

/* Which policies are superseded, decided over all of the hub at the end of an import: versions may come in any order. */

typedef struct {
  gint64 id;
  char *title;
  gint64 issued;
  int kind;
  gint64 state, replaces, replaced_by; /* as stored */
  gint64 new_state, new_replaces, new_replaced_by;
} Policy;

static void
policy_clear (gpointer data)
{
  g_free (((Policy *) data)->title);
}

/* Withdrawn ones are not among them. */
static GArray *
load (CzImporter *imp, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = cz_db_prepare (cz_hub_db (imp->hub),
                                                 "SELECT id, title, issued_day, kind, state, replaces, replaced_by FROM policy"
                                                 " WHERE gone = 0 ORDER BY kind, title, issued_day, id", error);
  if (stmt == NULL)
    return NULL;
  GArray *policies = g_array_new (FALSE, TRUE, sizeof (Policy));
  g_array_set_clear_func (policies, policy_clear);
  int code;
  while ((code = sqlite3_step (stmt)) == SQLITE_ROW) {
    Policy policy = { .id = sqlite3_column_int64 (stmt, 0), .title = g_strdup ((const char *) sqlite3_column_text (stmt, 1)),
                      .issued = sqlite3_column_int64 (stmt, 2), .kind = sqlite3_column_int (stmt, 3), .state = sqlite3_column_int64 (stmt, 4),
                      .replaces = sqlite3_column_int64 (stmt, 5), .replaced_by = sqlite3_column_int64 (stmt, 6) };
    policy.new_state = policy.state == CZ_POLICY_SUPERSEDED ? CZ_POLICY_IN_FORCE : policy.state;
    policy.new_replaces = policy.kind == CZ_POLICY_LAW ? 0 : policy.replaces;
    g_array_append_val (policies, policy);
  }
  if (code == SQLITE_DONE)
    return policies;
  cz_db_set_error (cz_hub_db (imp->hub), code, "policy", error);
  g_array_unref (policies);
  return NULL;
}

static void
supersede (Policy *old, const Policy *new)
{
  if (old->new_state == CZ_POLICY_IN_FORCE)
    old->new_state = CZ_POLICY_SUPERSEDED;
  old->new_replaced_by = new->id;
}

/* Laws stand in order of title, then day. */
static void
link_laws (GArray *policies)
{
  for (guint i = 1; i < policies->len; i++) {
    Policy *old = &g_array_index (policies, Policy, i - 1);
    Policy *new = &g_array_index (policies, Policy, i);
    if (old->kind != CZ_POLICY_LAW || new->kind != CZ_POLICY_LAW || g_strcmp0 (old->title, new->title) != 0)
      continue;
    supersede (old, new);
    new->new_replaces = old->id;
  }
}

static void
link_cards (GArray *policies)
{
  for (guint i = 0; i < policies->len; i++) {
    const Policy *new = &g_array_index (policies, Policy, i);
    for (guint k = 0; new->kind == CZ_POLICY_CARD && new->replaces != 0 && k < policies->len; k++) {
      Policy *old = &g_array_index (policies, Policy, k);
      if (old->id == new->replaces && old != new)
        supersede (old, new);
    }
  }
}

static gboolean
save (CzImporter *imp, const Policy *policy, GError **error)
{
  const CzTable *table = cz_table_by_number (CZ_TABLE_POLICY);
  CzRow key = { 0 };
  CzRow row;
  gboolean found = FALSE;
  cz_row_set_int (&key, table, "id", policy->id);
  if (!cz_hub_get (imp->hub, table, &key, &row, &found, error))
    return FALSE;
  if (!found)
    return TRUE;
  /* put uses the statement that the texts of row are borrowed from. */
  g_autoptr (GPtrArray) copies = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < table->n_fields; i++) {
    if (table->fields[i].type == CZ_FIELD_INT || row.v[i].len == 0)
      continue;
    char *copy = g_memdup2 (row.v[i].p, row.v[i].len);
    g_ptr_array_add (copies, copy);
    row.v[i].p = copy;
  }
  cz_row_set_int (&row, table, "state", policy->new_state);
  cz_row_set_int (&row, table, "replaces", policy->new_replaces);
  cz_row_set_int (&row, table, "replaced_by", policy->new_replaced_by);
  return cz_hub_put (imp->hub, table, &row, NULL, error);
}

gboolean
cz_texts_link_policies (CzImporter *imp, GError **error)
{
  g_autoptr (GArray) policies = load (imp, error);
  if (policies == NULL)
    return FALSE;
  link_laws (policies);
  link_cards (policies);
  for (guint i = 0; i < policies->len; i++) {
    const Policy *policy = &g_array_index (policies, Policy, i);
    if (policy->new_state == policy->state && policy->new_replaces == policy->replaces && policy->new_replaced_by == policy->replaced_by)
      continue;
    imp->result->superseded += policy->new_state == CZ_POLICY_SUPERSEDED && policy->state != CZ_POLICY_SUPERSEDED;
    if (!save (imp, policy, error))
      return FALSE;
  }
  return TRUE;
}
