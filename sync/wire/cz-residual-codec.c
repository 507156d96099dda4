/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/wire/cz-packed-private.h"
#include "sync/wire/cz-limits.h"
#include "sync/wire/cz-reader.h"
#include "sync/wire/cz-residual-private.h"
#include "sync/wire/cz-wire-error.h"

#include <string.h>

#define FORM 1
/* What a writer asks for: the longest of these windows that a PC learns from in a twentieth of a second. Beyond a month
 * only where quotes are few, weekly ones for instance. */
static const struct {
  guint days;
  guint32 rows;
} windows[] = { { 365, 32000 }, { 90, 32000 }, { 30, 32000 }, { 14, 32000 }, { 7, 32000 }, { 4, 40000 }, { 2, 80000 }, { 0, 0 } };

/* v[] of a quote, in the order of its descriptor. */
enum { Q_DAY, Q_MARKET, Q_PRODUCT, Q_GRADE, Q_KIND, Q_LOW, Q_MID, Q_HIGH, Q_SOURCES, Q_CURRENCY, Q_PERIOD, Q_STATUS, Q_CONTRIBUTOR, Q_N };

gboolean
cz_quote_from_row (const CzRow *row, CzQuote *out)
{
  const CzValue *v = row->v;
  static const gint64 highest[Q_N] = { G_MAXINT32, G_MAXINT64, G_MAXINT64, 255, 255, CZ_RESIDUAL_VALUE_MAX, CZ_RESIDUAL_VALUE_MAX,
                                       CZ_RESIDUAL_VALUE_MAX, G_MAXINT32, 0, 255, 255, G_MAXINT64 };
  for (guint i = Q_MARKET; i < Q_N; i++)
    if (i != Q_CURRENCY && (v[i].i < 0 || v[i].i > highest[i]))
      return FALSE;
  if (v[Q_CURRENCY].len > sizeof out->currency || v[Q_DAY].i < -100000 || v[Q_DAY].i > 1000000 || v[Q_MARKET].i == 0 || v[Q_PRODUCT].i == 0)
    return FALSE;
  *out = (CzQuote){ .market = v[Q_MARKET].i, .product = v[Q_PRODUCT].i, .grade = (guint8) v[Q_GRADE].i, .kind = (guint8) v[Q_KIND].i,
                    .currency_len = (guint8) v[Q_CURRENCY].len, .period = (guint8) v[Q_PERIOD].i, .status = (guint8) v[Q_STATUS].i,
                    .sources = (gint32) v[Q_SOURCES].i, .contributor = v[Q_CONTRIBUTOR].i,
                    .low = v[Q_LOW].i, .mid = v[Q_MID].i, .high = v[Q_HIGH].i };
  if (out->currency_len > 0)
    memcpy (out->currency, v[Q_CURRENCY].p, out->currency_len);
  return TRUE;
}

void
cz_quote_to_row (const CzQuote *quote, gint64 day, CzRow *row)
{
  const gint64 values[Q_N] = { day, quote->market, quote->product, quote->grade, quote->kind, quote->low, quote->mid, quote->high,
                               quote->sources, 0, quote->period, quote->status, quote->contributor };
  memset (row, 0, sizeof *row);
  for (guint i = 0; i < Q_N; i++)
    row->v[i].i = values[i];
  if (quote->currency_len > 0)
    row->v[Q_CURRENCY] = (CzValue){ .p = quote->currency, .len = quote->currency_len };
}

/* ---- what the station holds ---- */

typedef struct {
  CzResidual *model;
  CzQuoteDay day;
  guint64 check;
  guint32 rows;
  guint32 max_rows;
  gboolean failed;
} Training;

static gboolean
on_prior_row (const CzRow *row, gpointer data)
{
  Training *training = data;
  CzQuote quote;
  if (training->rows >= training->max_rows || !cz_quote_from_row (row, &quote)) {
    training->failed = TRUE;
    return FALSE;
  }
  if (training->day.n > 0 && training->day.day != row->v[Q_DAY].i) {
    if (!cz_residual_day (training->model, &training->day, training->day.n)) {
      training->failed = TRUE;
      return FALSE;
    }
    training->day.n = 0;
  }
  training->day.day = row->v[Q_DAY].i;
  cz_quote_day_add (&training->day, &quote);
  training->rows++;
  const gint64 values[] = { row->v[Q_DAY].i, quote.market, quote.product, quote.grade << 8 | quote.kind, quote.low, quote.mid, quote.high,
                            quote.sources, quote.period << 8 | quote.status, quote.contributor };
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    training->check = cz_packed_check (training->check, (guint64) values[i]);
  training->check = cz_packed_check_bytes (training->check, quote.currency, sizeof quote.currency);
  return TRUE;
}

/* FALSE with error: the store. training->failed: more rows than max_rows, or what cannot be a quote. */
static gboolean
train (Training *training, const CzTable *table, const CzPrior *prior, gint64 first_day, guint window, GError **error)
{
  if (!prior->range (prior->self, table, first_day - window, first_day, on_prior_row, training, error))
    return FALSE;
  if (!training->failed && training->day.n > 0)
    training->failed = !cz_residual_day (training->model, &training->day, training->day.n);
  return TRUE;
}

/* ---- reading ---- */

static gboolean
read_header (CzReader *reader, const CzSection *section, gint64 *first_day, guint *window, guint32 *rows, guint64 *check, GError **error)
{
  guint8 form = cz_reader_u8 (reader);
  *first_day = cz_reader_zigzag (reader);
  guint64 days = cz_reader_varint (reader);
  guint64 n = cz_reader_varint (reader);
  *check = cz_reader_u64 (reader);
  if (reader->failed)
    return cz_packed_refuse (error, CZ_WIRE_ERROR_FORMAT, section, "ends within its first bytes");
  if (form != FORM)
    return cz_packed_refuse (error, CZ_WIRE_ERROR_NEWER, section, "residuals of a newer program");
  if (*first_day < -100000 || *first_day > 1000000 || days > CZ_RESIDUAL_WINDOW_MAX || n > CZ_RESIDUAL_PRIOR_ROWS_MAX)
    return cz_packed_refuse (error, CZ_WIRE_ERROR_LIMIT, section, "looks back further than this program does");
  *window = (guint) days;
  *rows = (guint32) n;
  return TRUE;
}

static gboolean
unpack_days (CzResidual *model, const CzSection *section, CzQuoteDay *day, CzSectionWriter *out, GError **error)
{
  guint32 done = 0;
  while (done < section->rows) {
    if (!cz_residual_day (model, day, section->rows - done) || day->n == 0)
      return cz_packed_refuse (error, CZ_WIRE_ERROR_FORMAT, section, "residuals that make no quotes");
    for (guint i = 0; i < day->n; i++) {
      CzRow row;
      cz_quote_to_row (&day->quotes[i], day->day, &row);
      if (!cz_section_writer_add (out, &row, 0, error))
        return FALSE;
      if (cz_section_writer_raw_len (out) > section->raw_len)
        return cz_packed_refuse (error, CZ_WIRE_ERROR_FORMAT, section, "more bytes than signed");
    }
    done += day->n;
  }
  return TRUE;
}

gboolean
cz_residual_unpack (const CzSection *section, const guint8 *data, gsize size, const CzPrior *prior, CzSectionWriter *out, GError **error)
{
  CzReader reader;
  gint64 first_day = 0;
  guint window = 0;
  guint32 rows = 0;
  guint64 check = 0;
  if (section->table != CZ_TABLE_QUOTE || section->op != CZ_OP_INSERT)
    return cz_packed_refuse (error, CZ_WIRE_ERROR_FORMAT, section, "residuals are for new quotes alone");
  cz_reader_init (&reader, data, size);
  if (!read_header (&reader, section, &first_day, &window, &rows, &check, error))
    return FALSE;
  g_autoptr (CzResidual) model = cz_residual_new ();
  Training training = { .model = model, .max_rows = rows };
  gboolean ok = TRUE;
  if (window > 0 && prior)
    ok = train (&training, cz_table_by_number (section->table), prior, first_day, window, error);
  else if (window > 0)
    training.failed = TRUE;
  if (ok && (training.failed || training.rows != rows || training.check != check))
    ok = cz_packed_refuse (error, CZ_WIRE_ERROR_STATE, section, "packed against other quotes than are held");
  if (ok) {
    cz_coder_start_decoding (cz_residual_coder (model), data + reader.pos, size - reader.pos);
    ok = unpack_days (model, section, &training.day, out, error);
  }
  if (ok && !cz_coder_finish_decoding (cz_residual_coder (model)))
    ok = cz_packed_refuse (error, CZ_WIRE_ERROR_FORMAT, section, "residuals end early or late");
  g_free (training.day.quotes);
  return ok;
}

/* ---- writing ---- */

typedef struct {
  GArray *quotes; /* CzQuote */
  GArray *days; /* gint64, as quotes */
} Rows;

static gboolean
collect (CzSectionReader *reader, Rows *rows, GError **error)
{
  CzRow row;
  guint64 mask;
  CzReadResult result;
  while ((result = cz_section_reader_next (reader, &row, &mask, error)) == CZ_READ_ROW) {
    CzQuote quote;
    if (!cz_quote_from_row (&row, &quote))
      return FALSE;
    g_array_append_val (rows->quotes, quote);
    g_array_append_val (rows->days, row.v[Q_DAY].i);
  }
  return result == CZ_READ_END;
}

static GByteArray *
pack_days (CzResidual *model, const Rows *rows)
{
  guint i = 0;
  cz_coder_start_encoding (cz_residual_coder (model));
  while (i < rows->quotes->len) {
    gint64 today = g_array_index (rows->days, gint64, i);
    CzQuoteDay day = { .day = today, .quotes = &g_array_index (rows->quotes, CzQuote, i) };
    while (i + day.n < rows->quotes->len && g_array_index (rows->days, gint64, i + day.n) == today)
      day.n++;
    if (!cz_residual_day (model, &day, day.n))
      return NULL;
    i += day.n;
  }
  return cz_coder_finish_encoding (cz_residual_coder (model));
}

/* One window; NULL without error if it cannot be. */
static GByteArray *
pack_with (const CzTable *table, const Rows *rows, const CzPrior *prior, guint window, guint32 max_rows, GError **error)
{
  g_autoptr (CzResidual) model = cz_residual_new ();
  gint64 first_day = g_array_index (rows->days, gint64, 0);
  Training training = { .model = model, .max_rows = max_rows };
  gboolean ok = window == 0 || train (&training, table, prior, first_day, window, error);
  g_free (training.day.quotes);
  if (!ok || training.failed)
    return NULL;
  g_autoptr (GByteArray) stream = pack_days (model, rows);
  if (!stream)
    return NULL;
  GByteArray *out = g_byte_array_new ();
  cz_write_u8 (out, FORM);
  cz_write_zigzag (out, first_day);
  cz_write_varint (out, window);
  cz_write_varint (out, training.rows);
  cz_write_u64 (out, training.check);
  cz_write_bytes (out, stream->data, stream->len);
  return out;
}

GByteArray *
cz_residual_pack (const CzTable *table, CzOp op, CzSectionReader *reader, const CzPrior *prior, GError **error)
{
  if (table->number != CZ_TABLE_QUOTE || op != CZ_OP_INSERT)
    return NULL;
  Rows rows = { g_array_new (FALSE, FALSE, sizeof (CzQuote)), g_array_new (FALSE, FALSE, sizeof (gint64)) };
  GByteArray *best = NULL;
  if (collect (reader, &rows, error)) {
    GError *problem = NULL;
    for (guint i = 0; !best && !problem && i < G_N_ELEMENTS (windows); i++)
      if (prior || windows[i].days == 0)
        best = pack_with (table, &rows, prior, windows[i].days, windows[i].rows, &problem);
    if (problem)
      g_propagate_error (error, problem);
  }
  g_array_unref (rows.quotes);
  g_array_unref (rows.days);
  return best;
}
