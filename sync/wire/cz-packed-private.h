/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/wire/cz-prior.h"
#include "sync/wire/cz-section.h"

/* Codecs 2 and 3 are other ways to write the rows that codec 0 writes: they unpack into exactly those bytes, which are
 * then read, and checked, like any. FORMAT-codecs.md. Internal to the wire. */

/* FALSE and error CZ_WIRE_ERROR_FORMAT, _LIMIT, _NEWER, _STATE (the prior is not the one it was packed with), or the prior's own. */
gboolean cz_residual_unpack (const CzSection *section, const guint8 *data, gsize size, const CzPrior *prior, CzSectionWriter *out, GError **error);
gboolean cz_columns_unpack (const CzSection *section, const guint8 *data, gsize size, const CzPrior *prior, CzSectionWriter *out, GError **error);
/* NULL without error: not for these rows. rows gives them once, from the first. */
GByteArray *cz_residual_pack (const CzTable *table, CzOp op, CzSectionReader *rows, const CzPrior *prior, GError **error);
GByteArray *cz_columns_pack (const CzTable *table, CzOp op, CzSectionReader *rows, const CzPrior *prior, GError **error);

gboolean cz_packed_refuse (GError **error, gint code, const CzSection *section, const char *why);
/* A running check over numbers and bytes; not against an adversary, who would have to sign. */
guint64 cz_packed_check (guint64 check, guint64 value);
guint64 cz_packed_check_bytes (guint64 check, const void *data, gsize n);

/* cz-section-writer.c */
const GByteArray *cz_section_writer_raw (CzSectionWriter *writer);
