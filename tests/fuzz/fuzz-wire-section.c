/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "sync/wire/cz-reader.h"
#include "sync/wire/cz-section.h"
#include "sync/wire/cz-state.h"
#include "tests/fuzz/cz-fuzz.h"

/* Input: u8 table, u8 op, u8 codec, u16 rows, u32 raw_len, then the section's bytes. What is read whole must be the only way
 * to write it. */

#define RAW_MAX (1u << 20)

static gboolean
read_all (const CzSection *section, const guint8 *data, gsize size, CzSectionWriter *writer)
{
  const CzTable *table = cz_table_by_number (section->table);
  g_autoptr (GError) error = NULL;
  g_autoptr (CzSectionReader) reader = cz_section_reader_new (section, data, size, &error);
  CzReadResult result = CZ_READ_ERROR;
  CzState state = { 0 };
  CzRow row;
  guint64 mask = 0;
  guint32 rows = 0;
  while (reader && (result = cz_section_reader_next (reader, &row, &mask, &error)) == CZ_READ_ROW) {
    rows++;
    if (section->op <= CZ_OP_DELETE) {
      cz_fuzz_either (cz_row_check (table, &row, 990101, NULL));
      cz_state_add_row (&state, table, &row);
    }
    if (writer)
      cz_fuzz_must (cz_section_writer_add (writer, &row, mask, NULL), "a row that was read can be written");
  }
  cz_fuzz_must ((result == CZ_READ_END) == (error == NULL), "an error says why");
  cz_fuzz_must (result != CZ_READ_END || rows == section->rows, "as many rows as signed");
  return result == CZ_READ_END;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  CzReader reader;
  CzSection again;
  gsize written;
  cz_reader_init (&reader, data, size);
  CzSection section = { .table = cz_reader_u8 (&reader), .op = cz_reader_u8 (&reader), .codec = cz_reader_u8 (&reader),
                        .rows = cz_reader_u16 (&reader), .raw_len = cz_reader_u32 (&reader) };
  if (reader.failed || section.raw_len > RAW_MAX)
    return 0;
  gsize left = cz_reader_left (&reader);
  const guint8 *bytes = cz_reader_view (&reader, left);
  const CzTable *table = cz_table_by_number (section.table);
  section.comp_len = (guint32) left;
  if (section.codec == CZ_CODEC_RAW)
    section.raw_len = (guint32) left;
  gboolean may_compare = section.codec == CZ_CODEC_RAW && table && section.op >= CZ_OP_INSERT && section.op <= CZ_OP_SCHEMA;
  g_autoptr (CzSectionWriter) writer = may_compare ? cz_section_writer_new (table, section.op, CZ_CODEC_RAW, 0) : NULL;
  if (!read_all (&section, bytes, left, writer) || !writer)
    return 0;
  g_autoptr (GBytes) back = cz_section_writer_finish (writer, &again, NULL);
  const guint8 *out = g_bytes_get_data (back, &written);
  cz_fuzz_must (written == left && memcmp (out, bytes, left) == 0, "one spelling only");
  return 0;
}
