/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/depot/cz-publisher-private.h"
#include "sync/wire/cz-wire-error.h"

#include <string.h>

/* Sections of a table are closed here, so that codecs 2 and 3 can take them (CZ_PACKED_RAW_MAX, one more row). */
#define PACKED_SECTION_RAW (3u * 1024u * 1024u)
/* A channel so large that it would need too many such sections is written in larger ones, by zstd alone. */
#define LARGE_SECTION_RAW (CZ_SECTION_RAW_MAX - 2u * 1024u * 1024u)
#define ZSTD_LEVEL 19

enum { GONE, FRESH, CHANGED, N_KINDS };
static const CzOp ops[N_KINDS] = { CZ_OP_DELETE, CZ_OP_INSERT, CZ_OP_UPDATE };

typedef struct {
  CzPublisher *publisher;
  const CzPrior *prior; /* NULL: from nothing */
  const CzTable *table;
  CzSectionWriter *writers[N_KINDS];
  guint section_raw;
  gboolean packs;
  CzManifest *manifest;
  GPtrArray *sections; /* GBytes */
  GPtrArray *plain_bytes; /* GBytes: the same rows in codecs ≤ 1; NULL: nobody asked */
  CzSection *plain_lines; /* CZ_SECTIONS_MAX */
  CzState state; /* of the replica's rows as they came by */
} Jump;

static void
jump_clear (Jump *self)
{
  for (guint i = 0; i < N_KINDS; i++)
    g_clear_pointer (&self->writers[i], cz_section_writer_free);
  g_clear_pointer (&self->manifest, g_free);
  g_clear_pointer (&self->sections, g_ptr_array_unref);
  g_clear_pointer (&self->plain_bytes, g_ptr_array_unref);
  g_clear_pointer (&self->plain_lines, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Jump, jump_clear)

static gboolean
finish_section (Jump *self, guint kind, GError **error)
{
  g_autoptr (CzSectionWriter) writer = g_steal_pointer (&self->writers[kind]);
  g_autoptr (GBytes) raw = NULL;
  CzSection plain;
  GError *problem = NULL;
  if (writer == NULL)
    return TRUE;
  if (self->sections->len == CZ_SECTIONS_MAX) {
    g_set_error_literal (error, CZ_WIRE_ERROR, CZ_WIRE_ERROR_LIMIT, "more sections than a bundle may have");
    return FALSE;
  }
  CzSection *line = &self->manifest->sections[self->sections->len];
  g_autoptr (GBytes) bytes = cz_plain_section (writer, &plain, &raw, error);
  if (bytes == NULL)
    return FALSE;
  *line = plain;
  GBytes *packed = self->packs ? cz_section_pack (&plain, raw, self->prior, line, &problem) : NULL;
  if (problem != NULL) {
    g_propagate_error (error, problem);
    return FALSE;
  }
  if (self->plain_bytes != NULL) {
    self->plain_lines[self->plain_bytes->len] = plain;
    g_ptr_array_add (self->plain_bytes, g_bytes_ref (bytes));
  }
  g_ptr_array_add (self->sections, packed != NULL ? packed : g_steal_pointer (&bytes));
  self->manifest->min_codec = MAX (self->manifest->min_codec, line->codec);
  return TRUE;
}

static gboolean
write_row (Jump *self, guint kind, const CzRow *row, guint64 mask, GError **error)
{
  if (self->writers[kind] == NULL)
    self->writers[kind] = cz_section_writer_new (self->table, ops[kind], CZ_CODEC_ZSTD, ZSTD_LEVEL);
  if (!cz_section_writer_add (self->writers[kind], row, mask, error))
    return FALSE;
  gboolean full = cz_section_writer_raw_len (self->writers[kind]) >= self->section_raw
                  || cz_section_writer_rows (self->writers[kind]) == CZ_SECTION_ROWS_MAX;
  return !full || finish_section (self, kind, error);
}

/* ---- walking along both ---- */

typedef struct {
  sqlite3 *db;
  sqlite3_stmt *stmt;
  CzRow row;
  gboolean has_row;
} Walk;

static void
walk_clear (Walk *walk)
{
  g_clear_pointer (&walk->stmt, cz_stmt_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Walk, walk_clear)

static gboolean
step (Walk *walk, const CzTable *table, GError **error)
{
  int code = sqlite3_step (walk->stmt);
  walk->has_row = code == SQLITE_ROW;
  if (walk->has_row) {
    memset (&walk->row, 0, sizeof walk->row);
    cz_rows_read (walk->stmt, 1, table, &walk->row);
  }
  if (!walk->has_row && code != SQLITE_DONE)
    cz_db_set_error (walk->db, code, "reading what was published", error);
  return walk->has_row || code == SQLITE_DONE;
}

/* content NULL: nothing to walk along. */
static gboolean
walk_begin (Walk *walk, CzContent *content, CzChannel channel, const CzTable *table, GError **error)
{
  g_autoptr (GString) sql = g_string_new (NULL);
  if (content == NULL)
    return TRUE;
  g_string_printf (sql, "SELECT %s FROM %s WHERE channel = %d ORDER BY channel", cz_rows_columns (table), table->name, channel);
  for (guint i = 0; i < table->n_keys; i++)
    g_string_append_printf (sql, ", %s", table->fields[i].name);
  walk->db = cz_content_db (content);
  walk->stmt = cz_db_prepare (walk->db, sql->str, error);
  return walk->stmt != NULL && step (walk, table, error);
}

/* The lower key of the two is dealt with. */
static gboolean
compare_one (Jump *self, Walk *old, Walk *now, GError **error)
{
  const CzTable *table = self->table;
  guint64 keys = (G_GUINT64_CONSTANT (1) << table->n_keys) - 1;
  int order = !old->has_row ? 1 : !now->has_row ? -1 : cz_row_compare_keys (table, &old->row, &now->row);
  gboolean ok = TRUE;
  if (order < 0) {
    ok = write_row (self, GONE, &old->row, keys, error);
  } else {
    guint64 mask = order == 0 ? cz_row_difference (table, &old->row, &now->row) : 0;
    cz_state_add_row (&self->state, table, &now->row);
    if (order > 0)
      ok = write_row (self, FRESH, &now->row, 0, error);
    else if (mask != 0)
      ok = write_row (self, CHANGED, &now->row, mask, error);
  }
  return ok && (order > 0 || step (old, table, error)) && (order < 0 || step (now, table, error));
}

static gboolean
compare_table (Jump *self, CzContent *base, GError **error)
{
  CzPublisher *publisher = self->publisher;
  g_auto (Walk) old = { 0 };
  g_auto (Walk) now = { 0 };
  if (!walk_begin (&old, base, publisher->channel, self->table, error)
      || !walk_begin (&now, publisher->config.replica, publisher->channel, self->table, error))
    return FALSE;
  while (old.has_row || now.has_row)
    if (!compare_one (self, &old, &now, error))
      return FALSE;
  for (guint i = 0; i < N_KINDS; i++)
    if (!finish_section (self, i, error))
      return FALSE;
  return TRUE;
}

static gboolean
compare_all (Jump *self, CzContent *base, guint section_raw, gboolean packs, GError **error)
{
  guint n = 0;
  const CzTable *const *tables = cz_table_all (&n);
  self->section_raw = section_raw;
  self->packs = packs;
  cz_state_clear (&self->state);
  g_clear_pointer (&self->manifest, g_free);
  g_clear_pointer (&self->sections, g_ptr_array_unref);
  self->manifest = g_new0 (CzManifest, 1);
  self->sections = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  if (self->plain_bytes != NULL)
    g_ptr_array_set_size (self->plain_bytes, 0);
  for (guint i = 0; i < n; i++) {
    self->table = tables[i];
    if (!compare_table (self, base, error))
      return FALSE;
  }
  if (cz_state_equal (&self->state, &self->publisher->mark.state))
    return TRUE;
  g_set_error_literal (error, CZ_PUBLISH_ERROR, CZ_PUBLISH_ERROR_SELF_CHECK, "the replica's rows do not add up to its state");
  return FALSE;
}

/* ---- signing ---- */

static void
fill_manifest (Jump *self, const CzChannelMark *base)
{
  CzPublisher *publisher = self->publisher;
  const CzChannelMark *mark = &publisher->mark;
  CzManifest *m = self->manifest;
  m->channel = publisher->channel;
  m->kind = base != NULL ? CZ_BUNDLE_SKIP : CZ_BUNDLE_SNAPSHOT;
  m->epoch = mark->epoch;
  m->from_seq = base != NULL ? base->seq : 0;
  m->to_seq = mark->seq;
  m->created_s = (guint64) publisher->now_s;
  m->schema = CZ_SCHEMA_VERSION;
  m->segment = mark->segment;
  m->seg_offset = mark->seg_offset;
  if (base != NULL)
    cz_state_to_bytes (&base->state, m->from_state);
  cz_state_to_bytes (&mark->state, m->to_state);
  memcpy (m->prev_bundle, mark->tip, sizeof m->prev_bundle);
  m->dict_kind = m->min_codec > CZ_CODEC_ZSTD;
  m->n_sections = self->sections->len;
}

/* What a reader would refuse for its size is not made. */
static gboolean
fits (const CzManifest *m, GError **error)
{
  guint64 packed = 0, raw = 0;
  gboolean is_snapshot = m->kind == CZ_BUNDLE_SNAPSHOT;
  for (guint i = 0; i < m->n_sections; i++) {
    packed += m->sections[i].comp_len;
    raw += m->sections[i].raw_len;
  }
  if (packed <= (is_snapshot ? CZ_SNAPSHOT_MAX : CZ_BUNDLE_MAX) && raw <= (is_snapshot ? CZ_SNAPSHOT_RAW_MAX : CZ_SECTION_RAW_MAX))
    return TRUE;
  g_set_error (error, CZ_WIRE_ERROR, CZ_WIRE_ERROR_LIMIT, "%" G_GUINT64_FORMAT " bytes: more than a bundle of this kind may have", packed);
  return FALSE;
}

/* The same jump for a reader that knows codecs 0 and 1 alone; none where it has no others, or where it would be too large. */
static gboolean
sign_plain (Jump *self, GBytes **plain, GError **error)
{
  g_autofree CzManifest *m = g_memdup2 (self->manifest, sizeof *self->manifest);
  g_autoptr (GError) why = NULL;
  if (m->min_codec <= CZ_CODEC_ZSTD)
    return TRUE;
  m->min_codec = 0;
  m->dict_kind = 0;
  for (guint i = 0; i < m->n_sections; i++) {
    m->sections[i] = self->plain_lines[i];
    m->min_codec = MAX (m->min_codec, m->sections[i].codec);
  }
  if (fits (m, &why))
    *plain = cz_bundle_build (m, self->plain_bytes, self->publisher->config.content_key, &why);
  if (*plain != NULL)
    return TRUE;
  if (!g_error_matches (why, CZ_WIRE_ERROR, CZ_WIRE_ERROR_LIMIT)) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  g_warning ("without a form in codecs 0 and 1: %s", why->message);
  return TRUE;
}

GBytes *
cz_jump_build (CzPublisher *publisher, CzContent *base, GBytes **plain, GError **error)
{
  g_auto (Jump) self = { .publisher = publisher };
  g_autoptr (CzContentPrior) prior = NULL;
  g_autoptr (GError) too_many = NULL;
  CzChannelMark mark;
  if (plain != NULL) {
    *plain = NULL;
    self.plain_bytes = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
    self.plain_lines = g_new0 (CzSection, CZ_SECTIONS_MAX);
  }
  if (base != NULL) {
    prior = cz_content_prior_new (base, publisher->channel, error);
    if (prior == NULL || !cz_content_mark (base, publisher->channel, &mark, error))
      return NULL;
    self.prior = cz_content_prior_wire (prior);
  }
  if (!compare_all (&self, base, PACKED_SECTION_RAW, TRUE, &too_many)) {
    gboolean again = base == NULL && g_error_matches (too_many, CZ_WIRE_ERROR, CZ_WIRE_ERROR_LIMIT);
    if (!again) {
      g_propagate_error (error, g_steal_pointer (&too_many));
      return NULL;
    }
    for (guint i = 0; i < N_KINDS; i++)
      g_clear_pointer (&self.writers[i], cz_section_writer_free);
    if (!compare_all (&self, base, LARGE_SECTION_RAW, FALSE, error))
      return NULL;
  }
  fill_manifest (&self, base != NULL ? &mark : NULL);
  if (!fits (self.manifest, error) || (plain != NULL && !sign_plain (&self, plain, error)))
    return NULL;
  return cz_bundle_build (self.manifest, self.sections, publisher->config.content_key, error);
}
