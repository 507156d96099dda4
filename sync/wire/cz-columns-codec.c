/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/wire/cz-columns-private.h"
#include "sync/wire/cz-limits.h"
#include "sync/wire/cz-reader.h"
#include "sync/wire/cz-wire-error.h"

#include <string.h>
#include <zstd.h>

#define FORM 1
#define FLAG_RANKS 1u
#define FLAG_ZSTD 2u
#define ZSTD_LEVEL 19
/* What a writer asks for; a reader takes up to the limits. */
#define TRAIN_BYTES (16u * 1024u)
#define UPDATE_DICT_ROWS 256u
#define UPDATE_TEXT_ROWS 16u
#define UPDATE_TEXT_BYTES 16384u /* tables with longer texts than this have amendments worth it */
#define TEXT_BY_BYTE (192u * 1024u)

typedef struct {
  guint8 flags;
  guint dict_rows;
  guint train_rows;
  guint64 check;
} Header;

static gboolean
has_number_key (const CzTable *table)
{
  return table->n_keys == 1 && table->fields[0].type == CZ_FIELD_INT;
}

static gsize
held_text (const CzHoldings *holdings, guint rows)
{
  gsize end = rows < holdings->n_rows ? g_array_index (holdings->text_at, guint32, rows) : holdings->texts->len;
  return end;
}

/* ---- reading ---- */

static gboolean
read_header (CzReader *reader, const CzSection *section, const CzTable *table, Header *out, GError **error)
{
  guint8 form = cz_reader_u8 (reader);
  out->flags = cz_reader_u8 (reader);
  guint64 dict_rows = cz_reader_varint (reader);
  guint64 train_rows = cz_reader_varint (reader);
  out->check = cz_reader_u64 (reader);
  if (reader->failed)
    return cz_packed_refuse (error, CZ_WIRE_ERROR_FORMAT, section, "ends within its first bytes");
  if (form != FORM || out->flags > (FLAG_RANKS | FLAG_ZSTD))
    return cz_packed_refuse (error, CZ_WIRE_ERROR_NEWER, section, "columns of a newer program");
  if (dict_rows > CZ_COLUMNS_DICT_ROWS_MAX || train_rows > dict_rows)
    return cz_packed_refuse (error, CZ_WIRE_ERROR_LIMIT, section, "looks back further than this program does");
  if ((out->flags & FLAG_RANKS) != 0 && (section->op == CZ_OP_INSERT || !has_number_key (table)))
    return cz_packed_refuse (error, CZ_WIRE_ERROR_FORMAT, section, "ranks where there can be none");
  if ((out->flags & FLAG_ZSTD) != 0 && section->op != CZ_OP_INSERT)
    return cz_packed_refuse (error, CZ_WIRE_ERROR_FORMAT, section, "a block of text where there can be none");
  out->dict_rows = (guint) dict_rows;
  out->train_rows = (guint) train_rows;
  return TRUE;
}

static gboolean
check_holdings (const CzHoldings *holdings, const Header *header, const CzSection *section, GError **error)
{
  if (holdings->n_rows != header->dict_rows || holdings->check != header->check
      || (holdings->keys && (holdings->keys->len == 0 || holdings->keys->len > CZ_COLUMNS_KEYS_MAX)))
    return cz_packed_refuse (error, CZ_WIRE_ERROR_STATE, section, "packed against other rows than are held");
  if (held_text (holdings, header->train_rows) > CZ_COLUMNS_TRAIN_BYTES_MAX)
    return cz_packed_refuse (error, CZ_WIRE_ERROR_LIMIT, section, "learns from more than this program does");
  return TRUE;
}

/* The block of texts of the zstd form, with what is held as its dictionary. */
static gboolean
read_blob (CzColumns *columns, CzReader *reader, const CzSection *section, GError **error)
{
  guint64 length = cz_reader_varint (reader);
  guint64 size = cz_reader_varint (reader);
  const guint8 *data = length <= G_MAXUINT32 ? cz_reader_view (reader, (gsize) length) : NULL;
  const GByteArray *held = cz_text_model_held (columns->text);
  if (!data || size > section->raw_len)
    return cz_packed_refuse (error, CZ_WIRE_ERROR_FORMAT, section, "a block of text that does not fit");
  g_byte_array_set_size (columns->blob, (guint) size);
  ZSTD_DCtx *context = ZSTD_createDCtx ();
  ZSTD_DCtx_setParameter (context, ZSTD_d_windowLogMax, CZ_ZSTD_WINDOW_LOG_MAX);
  ZSTD_DCtx_refPrefix (context, held->data, held->len);
  size_t got = ZSTD_decompressDCtx (context, columns->blob->data, (size_t) size, data, (size_t) length);
  ZSTD_freeDCtx (context);
  return (!ZSTD_isError (got) && got == size)
         || cz_packed_refuse (error, CZ_WIRE_ERROR_FORMAT, section, "a block of text that cannot be unpacked");
}

static gboolean
read_row (CzColumns *columns, const CzSection *section, const CzPrior *prior, CzRow *row, guint64 *mask, GError **error)
{
  CzRow old;
  gboolean found = FALSE;
  memset (row, 0, sizeof *row);
  *mask = 0;
  cz_columns_key (columns, row);
  if (!columns->failed && section->op == CZ_OP_UPDATE) {
    CzRow key = *row;
    cz_columns_settle (columns, &key);
    if (!prior->get (prior->self, columns->table, &key, &old, &found, error))
      return FALSE;
    if (!found)
      return cz_packed_refuse (error, CZ_WIRE_ERROR_STATE, section, "changes a row that is not held");
  }
  if (!columns->failed && section->op != CZ_OP_DELETE)
    cz_columns_fields (columns, row, mask, section->op == CZ_OP_UPDATE ? &old : NULL);
  if (columns->failed || columns->coder.overrun)
    return cz_packed_refuse (error, CZ_WIRE_ERROR_FORMAT, section, "columns that make no rows");
  cz_columns_settle (columns, row);
  return TRUE;
}

static gboolean
read_rows (CzColumns *columns, const CzSection *section, const CzPrior *prior, CzSectionWriter *out, GError **error)
{
  for (guint32 i = 0; i < section->rows; i++) {
    CzRow row;
    guint64 mask;
    if (!read_row (columns, section, prior, &row, &mask, error) || !cz_section_writer_add (out, &row, mask, error))
      return FALSE;
    if (cz_section_writer_raw_len (out) > section->raw_len)
      return cz_packed_refuse (error, CZ_WIRE_ERROR_FORMAT, section, "more bytes than signed");
  }
  guint32 check = (guint32) cz_coder_plain (&columns->coder, 32, 0);
  if (check != (guint32) columns->old_check)
    return cz_packed_refuse (error, CZ_WIRE_ERROR_STATE, section, "changes other rows than are held");
  if (!cz_coder_finish_decoding (&columns->coder) || (columns->blob && columns->blob_at != columns->blob->len))
    return cz_packed_refuse (error, CZ_WIRE_ERROR_FORMAT, section, "columns end early or late");
  return TRUE;
}

static gboolean
/* NOLINTNEXTLINE(readability-function-size): the decoder's whole state, used once */
unpack_with (CzColumns *columns, CzHoldings *holdings, const Header *header, CzReader *reader, const CzSection *section,
             const CzPrior *prior, CzSectionWriter *out, GError **error)
{
  if (!check_holdings (holdings, header, section, error))
    return FALSE;
  g_autoptr (GByteArray) blob = (header->flags & FLAG_ZSTD) != 0 ? g_byte_array_new () : NULL;
  columns->blob = blob;
  cz_columns_train (columns, holdings, header->train_rows);
  cz_holdings_drop_rows (holdings);
  columns->keys = holdings->keys;
  if (blob && !read_blob (columns, reader, section, error))
    return FALSE;
  cz_coder_start_decoding (&columns->coder, reader->data + reader->pos, reader->size - reader->pos);
  return read_rows (columns, section, prior, out, error);
}

gboolean
cz_columns_unpack (const CzSection *section, const guint8 *data, gsize size, const CzPrior *prior, CzSectionWriter *out, GError **error)
{
  const CzTable *table = cz_table_by_number (section->table);
  CzReader reader;
  Header header = { 0 };
  CzHoldings holdings;
  CzColumns columns;
  if (section->op > CZ_OP_DELETE)
    return cz_packed_refuse (error, CZ_WIRE_ERROR_FORMAT, section, "columns are for rows alone");
  cz_reader_init (&reader, data, size);
  if (!read_header (&reader, section, table, &header, error))
    return FALSE;
  if (!prior && (header.dict_rows > 0 || (header.flags & FLAG_RANKS) != 0 || section->op == CZ_OP_UPDATE))
    return cz_packed_refuse (error, CZ_WIRE_ERROR_STATE, section, "packed against rows that are not held");
  gboolean ok = cz_holdings_collect (&holdings, table, prior, header.dict_rows, (header.flags & FLAG_RANKS) != 0, error);
  cz_columns_init (&columns, table, section->op);
  ok = ok && unpack_with (&columns, &holdings, &header, &reader, section, prior, out, error);
  cz_columns_clear (&columns);
  cz_holdings_clear (&holdings);
  return ok;
}

/* ---- writing ---- */

static guint
rows_to_train (const CzHoldings *holdings)
{
  guint rows = 0;
  while (rows < holdings->n_rows && held_text (holdings, rows + 1) <= TRAIN_BYTES)
    rows++;
  return rows;
}

static gboolean
write_rows (CzColumns *columns, CzSectionReader *reader, const CzPrior *prior, GError **error)
{
  CzRow row, old;
  guint64 mask;
  CzReadResult result;
  while ((result = cz_section_reader_next (reader, &row, &mask, error)) == CZ_READ_ROW) {
    gboolean found = TRUE;
    if (columns->op == CZ_OP_UPDATE && !prior->get (prior->self, columns->table, &row, &old, &found, error))
      return FALSE;
    columns->failed = columns->failed || !found;
    cz_columns_key (columns, &row);
    if (!columns->failed && columns->op != CZ_OP_DELETE)
      cz_columns_fields (columns, &row, &mask, columns->op == CZ_OP_UPDATE ? &old : NULL);
    if (columns->failed)
      return FALSE;
  }
  return result == CZ_READ_END;
}

static gboolean
write_blob (GByteArray *out, const GByteArray *blob, const GByteArray *held)
{
  gsize bound = ZSTD_compressBound (blob->len);
  g_autofree guint8 *packed = g_malloc (bound);
  ZSTD_CCtx *context = ZSTD_createCCtx ();
  ZSTD_CCtx_setParameter (context, ZSTD_c_compressionLevel, ZSTD_LEVEL);
  ZSTD_CCtx_setParameter (context, ZSTD_c_windowLog, CZ_ZSTD_WINDOW_LOG_MAX);
  ZSTD_CCtx_setParameter (context, ZSTD_c_contentSizeFlag, 0);
  ZSTD_CCtx_setParameter (context, ZSTD_c_checksumFlag, 0);
  ZSTD_CCtx_refPrefix (context, held->data, held->len);
  size_t n = ZSTD_compress2 (context, packed, bound, blob->data, blob->len);
  ZSTD_freeCCtx (context);
  if (ZSTD_isError (n))
    return FALSE;
  cz_write_varint (out, n);
  cz_write_varint (out, blob->len);
  cz_write_bytes (out, packed, n);
  return TRUE;
}

static GByteArray *
assemble (CzColumns *columns, const Header *header)
{
  GByteArray *out = g_byte_array_new ();
  cz_write_u8 (out, FORM);
  cz_write_u8 (out, header->flags);
  cz_write_varint (out, header->dict_rows);
  cz_write_varint (out, header->train_rows);
  cz_write_u64 (out, header->check);
  (void) cz_coder_plain (&columns->coder, 32, (guint32) columns->old_check);
  g_autoptr (GByteArray) stream = cz_coder_finish_encoding (&columns->coder);
  if (columns->blob && !write_blob (out, columns->blob, cz_text_model_held (columns->text))) {
    g_byte_array_unref (out);
    return NULL;
  }
  cz_write_bytes (out, stream->data, stream->len);
  return out;
}

static GByteArray *
pack_with (CzColumns *columns, CzHoldings *holdings, Header *header, CzSectionReader *reader, const CzPrior *prior, GError **error)
{
  g_autoptr (GByteArray) blob = (header->flags & FLAG_ZSTD) != 0 ? g_byte_array_new () : NULL;
  header->dict_rows = holdings->n_rows;
  header->train_rows = columns->op == CZ_OP_INSERT ? rows_to_train (holdings) : 0;
  header->check = holdings->check;
  columns->blob = blob;
  cz_columns_train (columns, holdings, header->train_rows);
  cz_holdings_drop_rows (holdings);
  columns->keys = holdings->keys;
  cz_coder_start_encoding (&columns->coder);
  if (!write_rows (columns, reader, prior, error))
    return NULL;
  return assemble (columns, header);
}

/* An update has the old text itself to look at; a little of the newest helps with what is put in. */
static guint
dict_rows_for (const CzTable *table, CzOp op)
{
  gboolean has_text = FALSE;
  for (guint i = table->n_keys; i < table->n_fields; i++)
    has_text = has_text || (table->fields[i].type == CZ_FIELD_TEXT && table->fields[i].max_bytes > UPDATE_TEXT_BYTES);
  if (op == CZ_OP_DELETE)
    return 0;
  return op == CZ_OP_INSERT ? CZ_COLUMNS_DICT_ROWS_MAX : has_text ? UPDATE_TEXT_ROWS : UPDATE_DICT_ROWS;
}

GByteArray *
cz_columns_pack (const CzTable *table, CzOp op, CzSectionReader *reader, const CzPrior *prior, GError **error)
{
  CzHoldings holdings;
  CzColumns columns;
  Header header = { 0 };
  GByteArray *out = NULL;
  if (op > CZ_OP_DELETE || (op == CZ_OP_UPDATE && !prior))
    return NULL;
  if (op != CZ_OP_INSERT && prior && has_number_key (table))
    header.flags |= FLAG_RANKS;
  if (op == CZ_OP_INSERT && cz_section_reader_raw_len (reader) > TEXT_BY_BYTE)
    header.flags |= FLAG_ZSTD;
  gboolean ok = cz_holdings_collect (&holdings, table, prior, prior ? dict_rows_for (table, op) : 0, (header.flags & FLAG_RANKS) != 0, error);
  cz_columns_init (&columns, table, op);
  if (ok && (!holdings.keys || (holdings.keys->len > 0 && holdings.keys->len <= CZ_COLUMNS_KEYS_MAX)))
    out = pack_with (&columns, &holdings, &header, reader, prior, error);
  cz_columns_clear (&columns);
  cz_holdings_clear (&holdings);
  return out;
}
