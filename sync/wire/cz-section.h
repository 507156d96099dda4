/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/model/cz-table.h"
#include "sync/wire/cz-prior.h"

/* Sections: the rows of one table that one operation touches, as bytes. FORMAT.md §Sections is the specification.
 * Reading is streaming: rows come one at a time out of a fixed arena, whatever raw_len says; the values of a row
 * are borrowed until the next call. Not thread-safe; one thread at a time. */

typedef enum {
  CZ_OP_INSERT = 1, /* whole new rows */
  CZ_OP_UPDATE = 2, /* key, mask, new values */
  CZ_OP_DELETE = 3, /* keys */
  CZ_OP_RETENTION = 4, /* "drop rows whose day field < d", carried out locally */
  CZ_OP_SCHEMA = 5, /* the number of a migration shipped in the program */
} CzOp;

typedef enum {
  CZ_CODEC_RAW = 0,
  CZ_CODEC_ZSTD = 1,
  CZ_CODEC_DICT = 2, /* columns and texts against the rows held before */
  CZ_CODEC_RESIDUAL = 3, /* new quotes against the quotes held before */
} CzCodec;

/* A section's line in the manifest. */
typedef struct {
  guint16 table;
  guint8 op;
  guint8 codec;
  guint32 rows;
  guint32 comp_len;
  guint32 raw_len;
  guint8 hash[CZ_HASH_BYTES]; /* BLAKE2b-256 of the compressed bytes */
  guint32 pieces_at; /* when read: where the hashes of its pieces stand in the bundle, 0 = it has none */
} CzSection;

typedef struct _CzSectionReader CzSectionReader;

typedef enum { CZ_READ_ROW, CZ_READ_END, CZ_READ_ERROR } CzReadResult;

/* data: the section's compressed bytes, already verified against section->hash; must outlive the reader.
 * Errors: CZ_WIRE_ERROR_NEWER for an unknown table, op or codec; CZ_WIRE_ERROR_LIMIT; CZ_WIRE_ERROR_FORMAT. */
CzSectionReader *cz_section_reader_new (const CzSection *section, const guint8 *data, gsize size, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same with what the reader holds of the channel, which codecs 2 and 3 need: prior is (nullable) and only used here.
 * Further errors: CZ_WIRE_ERROR_STATE, the section was packed against other rows; and the prior's own. */
CzSectionReader *cz_section_reader_new_with_prior (const CzSection *section, const guint8 *data, gsize size, const CzPrior *prior, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gsize cz_section_reader_raw_len (const CzSectionReader *reader);
void cz_section_reader_free (CzSectionReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzSectionReader, cz_section_reader_free)
/* mask: bit k = fields[k] is given (inserts: keys and non-defaults; updates: keys and changed fields, which may be
 * set to their default; deletes: keys). For CZ_OP_RETENTION one row comes: v[0].i field number, v[1].i the day.
 * Decoding stops at the signed raw_len and row count; anything else is CZ_WIRE_ERROR_FORMAT. */
CzReadResult cz_section_reader_next (CzSectionReader *reader, CzRow *row, guint64 *mask, GError **error);

typedef struct _CzSectionWriter CzSectionWriter;

CzSectionWriter *cz_section_writer_new (const CzTable *table, CzOp op, CzCodec codec, int zstd_level);
void cz_section_writer_free (CzSectionWriter *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzSectionWriter, cz_section_writer_free)
/* Rows in ascending key order (refused otherwise: that is a programmer's mistake, g_return_val_if_fail).
 * CZ_WIRE_ERROR_LIMIT when the section is full: finish it and begin another. mask as above; ignored for inserts. */
gboolean cz_section_writer_add (CzSectionWriter *writer, const CzRow *row, guint64 mask, GError **error) G_GNUC_WARN_UNUSED_RESULT;
guint32 cz_section_writer_rows (CzSectionWriter *writer);
gsize cz_section_writer_raw_len (CzSectionWriter *writer);
/* Fills the manifest line and returns the compressed bytes; the writer is spent. */
GBytes *cz_section_writer_finish (CzSectionWriter *writer, CzSection *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The rows as codec 0 has them, before finishing. */
GBytes *cz_section_writer_copy_raw (CzSectionWriter *writer);

/* Codecs 2 and 3: the same rows in fewer bytes, against what every reader holds before the bundle. plain: the line of the
 * section in codec 0 or 1; raw: its rows as codec 0 has them. Tries what may serve, unpacks it again and compares; gives the
 * smallest and its line, or NULL without error when plain is smallest (out is then plain). Errors: the prior's. */
GBytes *cz_section_pack (const CzSection *plain, GBytes *raw, const CzPrior *prior, CzSection *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The rows of a section of codec 2 or 3 as codec 0 has them. Errors as for reading. */
GBytes *cz_section_unpack (const CzSection *section, const guint8 *data, gsize size, const CzPrior *prior, GError **error) G_GNUC_WARN_UNUSED_RESULT;
