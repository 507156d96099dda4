/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/wire/cz-said.h"

#include <string.h>

#include "sync/model/cz-day.h"
#include "sync/wire/cz-reader.h"
#include "sync/wire/cz-wire-error.h"

#define MAX_ID G_GINT64_CONSTANT (999999999999999)
#define MAX_REGION G_GINT64_CONSTANT (999999999999)
#define MAX_LI G_GINT64_CONSTANT (1000000000000)
#define MAX_GRAMS G_GINT64_CONSTANT (1000000000000000)
#define LINE_MAX_BYTES 400u

#define INT(num, nm, lo, hi) { num, nm, CZ_FIELD_INT, CZ_FIELD_PLAIN, lo, hi, 0 }
#define REF(num, nm) { num, nm, CZ_FIELD_INT, CZ_FIELD_REF, 0, MAX_ID, 0 }
#define REGION(num, nm) { num, nm, CZ_FIELD_INT, CZ_FIELD_REGION, 0, MAX_REGION, 0 }
#define DAY(num, nm) { num, nm, CZ_FIELD_INT, CZ_FIELD_DAY, CZ_DAY_MIN, CZ_DAY_MAX, 0 }
#define LI(num, nm) INT (num, nm, 0, MAX_LI)
#define TEXT(num, nm, bytes) { num, nm, CZ_FIELD_TEXT, CZ_FIELD_PLAIN, 0, 0, bytes }
#define HASH(num, nm) { num, nm, CZ_FIELD_BLOB, CZ_FIELD_HASH, 0, 0, CZ_HASH_BYTES }

/* Fields that end up in a published row bear the name they have there. */
static const CzField admission_fields[] = { REGION (1, "village"), TEXT (2, "name", 120), TEXT (3, "program", 40) };
static const CzField listing_fields[] = {
  INT (1, "side", 0, 255), REF (2, "product"), INT (3, "grade", 0, 255), INT (4, "quantity_g", 0, MAX_GRAMS), LI (5, "price"),
  DAY (6, "from_day"), DAY (7, "to_day"), REGION (8, "village"), HASH (9, "photo"), HASH (10, "voice"),
  INT (11, "contact_level", 0, 255), TEXT (12, "text", 2000), TEXT (13, "name", 120), TEXT (14, "phone", 40), HASH (15, "consent_voice"),
};
static const CzField quote_fields[] = {
  DAY (1, "day"), REF (2, "market"), REF (3, "product"), INT (4, "grade", 0, 255), INT (5, "kind", 0, 255), LI (6, "low"),
  LI (7, "mid"), LI (8, "high"), INT (9, "sources", 0, 100000), TEXT (10, "currency", 3), INT (11, "period", 0, 255),
};
static const CzField question_fields[] = {
  TEXT (1, "slip", 40), INT (2, "topic", 0, 255), REF (3, "product"), TEXT (4, "question", 4000), HASH (5, "question_audio"),
  DAY (6, "asked_day"), HASH (7, "picture"), TEXT (8, "name", 120), TEXT (9, "phone", 40),
};
static const CzField photo_fields[] = { INT (1, "of_counter", 0, G_MAXINT64), HASH (2, "photo"), TEXT (3, "text", 400) };
static const CzField consent_fields[] = {
  INT (1, "is_release", 0, 1), REF (2, "listing"), REF (3, "buyer"), INT (4, "of_counter", 0, G_MAXINT64), TEXT (5, "name", 120),
  TEXT (6, "phone", 40), HASH (7, "voice"), DAY (8, "day"),
};
static const CzField match_outcome_fields[] = {
  REF (1, "listing_a"), REF (2, "listing_b"), INT (3, "state", 0, 255), INT (4, "quantity_g", 0, MAX_GRAMS), LI (5, "price"),
  TEXT (6, "evidence", 400), DAY (7, "day"),
};
static const CzField unsold_fields[] = {
  REF (1, "product"), INT (2, "grade", 0, 255), INT (3, "quantity_g", 0, MAX_GRAMS), LI (4, "price"), DAY (5, "since_day"),
  REGION (6, "village"), TEXT (7, "text", 2000), TEXT (8, "name", 120), TEXT (9, "phone", 40), HASH (10, "photo"), HASH (11, "voice"),
};
static const CzField survey_fields[] = { REF (1, "survey"), DAY (2, "day"), TEXT (3, "lines", 16000) };
static const CzField counters_fields[] = { DAY (1, "day"), TEXT (2, "lines", 32000) };
static const CzField inventory_fields[] = { DAY (1, "day"), TEXT (2, "lines", 16000) };
static const CzField delivery_fields[] = { DAY (1, "day"), TEXT (2, "lines", 16000) };

#define KIND(number, name, fields) { number, name, fields, G_N_ELEMENTS (fields), 0 }
static const CzTable kinds[CZ_SAID_KINDS] = {
  KIND (CZ_SAID_ADMISSION, "admission", admission_fields),
  KIND (CZ_SAID_LISTING, "listing", listing_fields),
  KIND (CZ_SAID_QUOTE, "quote", quote_fields),
  KIND (CZ_SAID_QUESTION, "question", question_fields),
  KIND (CZ_SAID_PHOTO, "photo", photo_fields),
  KIND (CZ_SAID_CONSENT, "consent", consent_fields),
  KIND (CZ_SAID_MATCH_OUTCOME, "match_outcome", match_outcome_fields),
  KIND (CZ_SAID_UNSOLD, "unsold", unsold_fields),
  KIND (CZ_SAID_SURVEY, "survey", survey_fields),
  KIND (CZ_SAID_COUNTERS, "counters", counters_fields),
  KIND (CZ_SAID_INVENTORY, "inventory", inventory_fields),
  KIND (CZ_SAID_DELIVERY, "delivery", delivery_fields),
};

const CzTable *
cz_said_kind (guint16 kind)
{
  return kind >= 1 && kind <= CZ_SAID_KINDS ? &kinds[kind - 1] : NULL;
}

const CzTable *
cz_said_kind_by_name (const char *name)
{
  g_autofree char *plain = g_strdelimit (g_strdup (name), "-", '_');
  for (guint i = 0; i < CZ_SAID_KINDS; i++)
    if (g_str_equal (kinds[i].name, plain))
      return &kinds[i];
  return NULL;
}

GBytes *
cz_said_pack (const CzTable *kind, const CzRow *row)
{
  GByteArray *out = g_byte_array_new ();
  for (guint i = 0; i < kind->n_fields; i++) {
    const CzField *field = &kind->fields[i];
    if (cz_value_is_default (field, &row->v[i]))
      continue;
    cz_write_u8 (out, field->number);
    if (field->type == CZ_FIELD_INT) {
      cz_write_zigzag (out, row->v[i].i);
      continue;
    }
    cz_write_varint (out, row->v[i].len);
    cz_write_bytes (out, row->v[i].p, row->v[i].len);
  }
  return g_byte_array_free_to_bytes (out);
}

static gboolean
refuse (const CzTable *kind, CzWireError code, const char *why, GError **error)
{
  g_set_error (error, CZ_WIRE_ERROR, code, "%s: %s", kind->name, why);
  return FALSE;
}

static gboolean
read_value (CzReader *reader, const CzField *field, CzValue *value)
{
  if (field->type == CZ_FIELD_INT) {
    value->i = cz_reader_zigzag (reader);
    return !cz_value_is_default (field, value);
  }
  guint64 len = cz_reader_varint (reader);
  if (len == 0 || len > field->max_bytes)
    return FALSE;
  value->p = (const char *) cz_reader_view (reader, (gsize) len);
  value->len = value->p ? (guint32) len : 0;
  return TRUE;
}

gboolean
cz_said_unpack (const CzTable *kind, const guint8 *data, gsize size, CzRow *row, GError **error)
{
  CzReader reader;
  guint last = 0;
  *row = (CzRow){ 0 };
  if (size > CZ_SAID_PAYLOAD_MAX)
    return refuse (kind, CZ_WIRE_ERROR_LIMIT, "larger than any may be", error);
  cz_reader_init (&reader, data, size);
  while (cz_reader_left (&reader) > 0 && !reader.failed) {
    guint number = cz_reader_u8 (&reader);
    if (number <= last)
      return refuse (kind, CZ_WIRE_ERROR_FORMAT, "its fields do not ascend", error);
    if (number > kind->n_fields) /* numbers are dense: each kind's fields are 1 … n */
      return refuse (kind, CZ_WIRE_ERROR_NEWER, "a field that this program does not know", error);
    if (!read_value (&reader, &kind->fields[number - 1], &row->v[number - 1]) && !reader.failed)
      return refuse (kind, CZ_WIRE_ERROR_FORMAT, "a value at its default, or too long", error);
    last = number;
  }
  return cz_reader_finish (&reader, kind->name, error) && cz_row_check (kind, row, 0, error);
}

gboolean
cz_said_lines (const char *text, gsize len, CzSaidLineFunc func, gpointer data)
{
  g_autofree char *copy = g_strndup (text ? text : "", len);
  g_auto (GStrv) lines = g_strsplit (copy, "\n", -1);
  for (guint i = 0; lines[i]; i++) {
    char *equals = strchr (lines[i], '=');
    if (lines[i][0] == '\0')
      continue;
    if (!equals || equals == lines[i] || strlen (lines[i]) > LINE_MAX_BYTES)
      return FALSE;
    *equals = '\0';
    if (!func (lines[i], equals + 1, data))
      return FALSE;
  }
  return TRUE;
}
