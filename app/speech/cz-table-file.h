/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

/* A pronunciation table file: little-endian, mapped read-only, checked as a whole when opened.
 *
 *   offset size  meaning
 *   0      8     magic, NUL-terminated
 *   8      2     version
 *   10     2     number of sections n
 *   12     4     size of the file
 *   16     4     CRC-32 (IEEE 802.3) of everything from offset 96
 *   20     76    zero
 *   96     8 n   for each section its offset from the start of the file and its size in bytes
 *
 * A section begins on a multiple of four. */
typedef struct _CzTableFile CzTableFile;

/* Takes the sections into owner; FALSE when what they hold does not fit together. */
typedef gboolean (*CzTableFileTake) (gpointer owner, const CzTableFile *file);

/* A kind of table. */
typedef struct {
  const char *magic;
  guint version;
  guint n_sections;
  CzTableFileTake take;
} CzTableKind;

/* Returns NULL and sets CZ_SPEECH_TEXT_ERROR_MISSING (no such file, not readable) or _DAMAGED; owner may have taken some
 * sections then and must not use them. */
CzTableFile *cz_table_file_open (const char *path, const CzTableKind *kind, gpointer owner, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void cz_table_file_free (CzTableFile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzTableFile, cz_table_file_free)

/* (transfer none); valid as long as the table. number < n_sections. */
const guint8 *cz_table_file_section (const CzTableFile *self, guint number, gsize *size);

static inline guint16
cz_table_u16 (const guint8 *p)
{
  return (guint16) (p[0] | p[1] << 8);
}

static inline guint32
cz_table_u32 (const guint8 *p)
{
  return p[0] | (guint32) p[1] << 8 | (guint32) p[2] << 16 | (guint32) p[3] << 24;
}
