/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a section of codec 2 or 3 against a small invented channel: refused with a rule, or rows in order. */
#include "sync/wire/cz-reader.h"
#include "sync/wire/cz-section.h"
#include "sync/wire/cz-wire-error.h"
#include "tests/sync/wire/cz-memory-prior.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (MemoryPrior) held = memory_prior_new ();
  g_autoptr (GError) error = NULL;
  CzReader reader;
  CzSection line = { 0 };
  guint32 rows = 0;
  cz_reader_init (&reader, data, size);
  line.table = cz_reader_u8 (&reader);
  line.op = cz_reader_u8 (&reader);
  line.codec = (guint8) (CZ_CODEC_DICT + (cz_reader_u8 (&reader) & 1));
  line.rows = cz_reader_u16 (&reader);
  line.raw_len = cz_reader_u16 (&reader);
  if (reader.failed)
    return 0;
  line.comp_len = (guint32) cz_reader_left (&reader);
  memory_prior_fill (held, 1, 4);
  g_autoptr (CzSectionReader) section
      = cz_section_reader_new_with_prior (&line, data + reader.pos, line.comp_len, memory_prior_wire (held), &error);
  CzReadResult result = section ? CZ_READ_ROW : CZ_READ_ERROR;
  while (result == CZ_READ_ROW) {
    CzRow row;
    guint64 mask;
    result = cz_section_reader_next (section, &row, &mask, &error);
    rows += result == CZ_READ_ROW;
  }
  g_assert_true (result == CZ_READ_END ? rows == line.rows : error && error->domain == CZ_WIRE_ERROR);
  return 0;
}
