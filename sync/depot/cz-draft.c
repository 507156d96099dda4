/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/depot/cz-publisher-private.h"
#include "sync/wire/cz-limits.h"
#include "sync/wire/cz-wire-error.h"

#include <string.h>

static const CzOp ops[CZ_N_WRITERS] = { CZ_OP_DELETE, CZ_OP_INSERT, CZ_OP_UPDATE };

void
cz_draft_clear (CzPublisher *self)
{
  CzDraft *draft = &self->draft;
  for (guint i = 0; i < CZ_N_WRITERS; i++)
    g_clear_pointer (&draft->writers[i], cz_section_writer_free);
  g_clear_pointer (&draft->published, cz_row_store_free);
  g_clear_pointer (&draft->section_bytes, g_ptr_array_unref);
  g_clear_pointer (&draft->plain_bytes, g_ptr_array_unref);
  g_clear_pointer (&draft->prior, cz_content_prior_free);
  memset (draft, 0, sizeof *draft);
  draft->section_bytes = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  draft->plain_bytes = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  draft->state = self->mark.state;
}

static gsize
raw_len (const CzDraft *draft)
{
  gsize sum = draft->raw_done;
  for (guint i = 0; i < CZ_N_WRITERS; i++)
    if (draft->writers[i] != NULL)
      sum += cz_section_writer_raw_len (draft->writers[i]);
  return sum;
}

gboolean
cz_draft_is_empty (CzPublisher *self)
{
  return self->draft.section_bytes->len == 0 && raw_len (&self->draft) == 0;
}

/* The same rows against what stations hold, where that is smaller; unpacked again and compared before anything is signed.
 * A first publication has nothing to be packed against. */
static gboolean
add_section (CzPublisher *self, const CzSection *plain, GBytes *bytes, GBytes *raw, GError **error)
{
  CzDraft *draft = &self->draft;
  CzSection *section = &draft->sections[draft->section_bytes->len];
  GError *problem = NULL;
  GBytes *packed = NULL;
  *section = *plain;
  if (!self->first) {
    if (draft->prior == NULL)
      draft->prior = cz_content_prior_new (self->config.replica, self->channel, error);
    if (draft->prior == NULL)
      return FALSE;
    packed = cz_section_pack (plain, raw, cz_content_prior_wire (draft->prior), section, &problem);
  }
  if (problem != NULL) {
    g_propagate_error (error, problem);
    return FALSE;
  }
  draft->plain_sections[draft->plain_bytes->len] = *plain;
  g_ptr_array_add (draft->plain_bytes, g_bytes_ref (bytes));
  g_ptr_array_add (draft->section_bytes, packed != NULL ? packed : g_bytes_ref (bytes));
  return TRUE;
}

static gboolean
finish_writer (CzPublisher *self, guint which, GError **error)
{
  CzDraft *draft = &self->draft;
  g_autoptr (CzSectionWriter) writer = g_steal_pointer (&draft->writers[which]);
  if (writer == NULL || cz_section_writer_rows (writer) == 0)
    return TRUE;
  CzSection plain;
  g_autoptr (GBytes) rows = NULL;
  g_autoptr (GBytes) bytes = cz_plain_section (writer, &plain, &rows, error);
  if (bytes == NULL)
    return FALSE;
  if (!add_section (self, &plain, bytes, rows, error))
    return FALSE;
  const CzSection *section = &draft->sections[draft->section_bytes->len - 1];
  CzPublishTable *line = &self->report.tables[section->table];
  guint64 *counts[CZ_N_WRITERS] = { &line->deleted, &line->inserted, &line->updated };
  *counts[which] += section->rows;
  line->bytes += section->comp_len;
  draft->raw_done += section->raw_len;
  return TRUE;
}

static gboolean
finish_table (CzPublisher *self, GError **error)
{
  for (guint i = 0; i < CZ_N_WRITERS; i++)
    if (!finish_writer (self, i, error))
      return FALSE;
  g_clear_pointer (&self->draft.published, cz_row_store_free);
  self->draft.table = NULL;
  return TRUE;
}

static gboolean
close_bundle (CzPublisher *self, GError **error)
{
  g_autoptr (GBytes) bundle = cz_draft_sign (self, error);
  return bundle != NULL && cz_pending_save (self, bundle, error)
         && cz_pending_carry_out (self, bundle, error);
}

/* Makes room: a full bundle goes out and the next begins. Six sections are kept free: three writers that are open, and
 * their successors should one of them be full. */
static gboolean
make_room (CzPublisher *self, const CzTable *table, GError **error)
{
  CzDraft *draft = &self->draft;
  gsize budget = self->first ? CZ_FIRST_RAW_BUDGET : CZ_DAILY_RAW_BUDGET;
  if (draft->table != table && !finish_table (self, error))
    return FALSE;
  gboolean full = raw_len (draft) > budget - 2 * CZ_MAX_TEXT_BYTES
                  || draft->section_bytes->len + 2 * CZ_N_WRITERS > CZ_SECTIONS_MAX;
  if (full && !close_bundle (self, error))
    return FALSE;
  if (draft->table == NULL) {
    draft->table = table;
    draft->published = cz_row_store_new (cz_content_db (self->config.replica), table, NULL);
  }
  return TRUE;
}

static gboolean
write_row (CzPublisher *self, guint which, const CzRow *row, guint64 mask, GError **error)
{
  CzDraft *draft = &self->draft;
  for (int attempt = 0; attempt < 2; attempt++) {
    g_autoptr (GError) full = NULL;
    if (draft->writers[which] == NULL)
      draft->writers[which] = cz_section_writer_new (draft->table, ops[which], CZ_CODEC_ZSTD, self->zstd_level);
    if (cz_section_writer_add (draft->writers[which], row, mask, &full))
      return TRUE;
    if (attempt > 0 || !g_error_matches (full, CZ_WIRE_ERROR, CZ_WIRE_ERROR_LIMIT)) {
      g_propagate_error (error, g_steal_pointer (&full));
      return FALSE;
    }
    if (!finish_writer (self, which, error))
      return FALSE;
  }
  return FALSE;
}

gboolean
cz_draft_row (CzPublisher *self, const CzTable *table, const CzRow *row, gboolean gone, GError **error)
{
  CzRow old;
  gboolean found = FALSE;
  if (!make_room (self, table, error)
      || !cz_row_store_get (self->draft.published, self->channel, row, &old, &found, error))
    return FALSE;
  guint64 mask = found && !gone ? cz_row_difference (table, &old, row) : 0;
  if (gone ? !found : found && mask == 0)
    return TRUE;
  guint which = gone ? CZ_WRITE_DELETE : found ? CZ_WRITE_UPDATE : CZ_WRITE_INSERT;
  if (!gone && !cz_row_check (table, row, self->channel, error))
    return FALSE;
  guint64 keys = (G_GUINT64_CONSTANT (1) << table->n_keys) - 1;
  if (!write_row (self, which, row, gone ? keys : mask, error))
    return FALSE;
  if (found)
    cz_state_remove_row (&self->draft.state, table, &old);
  if (!gone)
    cz_state_add_row (&self->draft.state, table, row);
  return TRUE;
}

guint32
cz_draft_month (gint64 unix_s)
{
  int year, month, day;
  cz_day_to_ymd (cz_day_from_unix (unix_s), &year, &month, &day);
  return (guint32) (year * 100 + month);
}

static void
fill_manifest (CzPublisher *self, CzManifest *manifest)
{
  const CzDraft *draft = &self->draft;
  const CzChannelMark *mark = &self->mark;
  guint32 month = cz_draft_month (self->now_s);
  manifest->channel = self->channel;
  manifest->kind = self->first ? CZ_BUNDLE_FIRST : CZ_BUNDLE_DAILY;
  manifest->epoch = self->config.delegation->epoch;
  manifest->from_seq = mark->seq;
  manifest->to_seq = mark->seq + 1;
  manifest->created_s = (guint64) self->now_s;
  manifest->effective_s = (guint64) self->effective_s;
  manifest->schema = CZ_SCHEMA_VERSION;
  manifest->segment = MAX (month, mark->segment);
  manifest->seg_offset = manifest->segment == mark->segment ? mark->seg_offset : 0;
  cz_state_to_bytes (&mark->state, manifest->from_state);
  cz_state_to_bytes (&draft->state, manifest->to_state);
  memcpy (manifest->prev_bundle, mark->tip, sizeof manifest->prev_bundle);
  manifest->n_sections = draft->section_bytes->len;
  for (guint i = 0; i < manifest->n_sections; i++) {
    manifest->sections[i] = draft->sections[i];
    manifest->min_codec = MAX (manifest->min_codec, draft->sections[i].codec);
  }
  manifest->dict_kind = manifest->min_codec > CZ_CODEC_ZSTD;
}

/* The same step for a reader that knows codecs 0 and 1 alone: it stands in no segment. */
static gboolean
sign_plain (CzPublisher *self, const CzManifest *manifest, GError **error)
{
  g_clear_pointer (&self->plain, g_bytes_unref);
  if (manifest->min_codec <= CZ_CODEC_ZSTD)
    return TRUE;
  g_autofree CzManifest *plain = g_memdup2 (manifest, sizeof *manifest);
  plain->segment = 0;
  plain->seg_offset = 0;
  plain->min_codec = 0;
  plain->dict_kind = 0;
  for (guint i = 0; i < plain->n_sections; i++) {
    plain->sections[i] = self->draft.plain_sections[i];
    plain->min_codec = MAX (plain->min_codec, plain->sections[i].codec);
  }
  self->plain = cz_bundle_build (plain, self->draft.plain_bytes, self->config.content_key, error);
  return self->plain != NULL;
}

GBytes *
cz_draft_sign (CzPublisher *self, GError **error)
{
  if (self->config.content_key == NULL) {
    g_set_error_literal (error, CZ_PUBLISH_ERROR, CZ_PUBLISH_ERROR_KEY, "the content key is needed to publish");
    return NULL;
  }
  if (!finish_table (self, error))
    return NULL;
  g_autofree CzManifest *manifest = g_new0 (CzManifest, 1);
  fill_manifest (self, manifest);
  g_autoptr (GBytes) bundle = cz_bundle_build (manifest, self->draft.section_bytes, self->config.content_key, error);
  if (bundle == NULL || !sign_plain (self, manifest, error))
    return NULL;
  cz_draft_clear (self);
  cz_publisher_step (self, CZ_PUBLISH_STEP_BUILT, g_bytes_get_size (bundle));
  return g_steal_pointer (&bundle);
}
