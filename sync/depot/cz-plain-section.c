/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/depot/cz-publisher-private.h"
#include "sync/wire/cz-limits.h"

/* The same rows with codec 0: small sections, and pictures in text, do not get smaller by zstd. */
static GBytes *
recode_raw (CzSection *section, GBytes *compressed, GError **error)
{
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (compressed, &size);
  const CzTable *table = cz_table_by_number (section->table);
  g_autoptr (CzSectionReader) reader = cz_section_reader_new (section, data, size, error);
  g_autoptr (CzSectionWriter) writer = cz_section_writer_new (table, section->op, CZ_CODEC_RAW, 0);
  CzRow row;
  guint64 mask = 0;
  if (reader == NULL)
    return NULL;
  CzReadResult result;
  while ((result = cz_section_reader_next (reader, &row, &mask, error)) == CZ_READ_ROW)
    if (!cz_section_writer_add (writer, &row, mask, error))
      return NULL;
  return result == CZ_READ_END ? cz_section_writer_finish (writer, section, error) : NULL;
}

GBytes *
cz_plain_section (CzSectionWriter *writer, CzSection *line, GBytes **raw, GError **error)
{
  g_autoptr (GBytes) rows = cz_section_writer_copy_raw (writer);
  g_autoptr (GBytes) bytes = cz_section_writer_finish (writer, line, error);
  if (bytes == NULL)
    return NULL;
  gboolean larger = line->comp_len >= line->raw_len;
  gboolean too_dense = line->raw_len > (guint64) line->comp_len * CZ_EXPANSION_MAX + 4096;
  if (larger || too_dense) {
    g_autoptr (GBytes) same = recode_raw (line, bytes, error);
    if (same == NULL)
      return NULL;
    g_clear_pointer (&bytes, g_bytes_unref);
    bytes = g_steal_pointer (&same);
  }
  *raw = g_steal_pointer (&rows);
  return g_steal_pointer (&bytes);
}

guint64
cz_row_difference (const CzTable *table, const CzRow *old, const CzRow *row)
{
  guint64 mask = 0;
  for (guint i = table->n_keys; i < table->n_fields; i++)
    if (!cz_value_equal (&table->fields[i], &old->v[i], &row->v[i]))
      mask |= G_GUINT64_CONSTANT (1) << i;
  if (mask != 0)
    mask |= (G_GUINT64_CONSTANT (1) << table->n_keys) - 1;
  return mask;
}
