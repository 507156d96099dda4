/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>
#include "sync/model/cz-code.h"

/* The published tables, described once: the codecs, the stores, the state hash and the hub's export are all driven by
 * these descriptors. Table and field numbers are on the wire: never reused or renumbered; new fields are appended
 * (a field at its default is left out of hashes and sections, so a new field changes no old hash). Immutable, any thread.
 *
 * Every row belongs to one channel, which is not a field: the applier writes it in front of the key. */

#define CZ_MAX_FIELDS 40
#define CZ_MAX_KEYS 5
#define CZ_MAX_TEXT_BYTES (256u * 1024u)
#define CZ_HASH_BYTES 32

/* Raised when a table or field is added. A bundle of a newer schema is kept and reported, not refused. */
#define CZ_SCHEMA_VERSION 1

typedef enum { CZ_FIELD_INT, CZ_FIELD_TEXT, CZ_FIELD_BLOB } CzFieldType;

typedef enum {
  CZ_FIELD_PLAIN = 0,
  CZ_FIELD_KEY = 1 << 0, /* part of the key; keys come first */
  CZ_FIELD_ISSUED = 1 << 1, /* a published id that must carry the channel's own code */
  CZ_FIELD_REF = 1 << 2, /* a published id of any channel of the station's line, 0 = none */
  CZ_FIELD_REGION = 1 << 3, /* a 12-digit region code */
  CZ_FIELD_OWN_REGION = 1 << 4, /* … that must lie in the channel's area */
  CZ_FIELD_DAY = 1 << 5, /* CzDay */
  CZ_FIELD_HASH = 1 << 6, /* BLAKE2b-256 of a media object, 32 bytes or empty */
} CzFieldFlags;

typedef struct {
  guint8 number; /* 1 … 255, unique in the table */
  const char *name; /* column name in every store */
  CzFieldType type;
  CzFieldFlags flags;
  gint64 min; /* CZ_FIELD_INT: range taken; min = max = 0: all of gint64 */
  gint64 max;
  guint32 max_bytes; /* text and blobs */
} CzField;

typedef struct {
  guint16 number; /* 1 … 63: the delegation's table mask has a bit for each */
  const char *name; /* table name in every store */
  const CzField *fields;
  guint n_fields;
  guint n_keys; /* the first n_keys fields */
} CzTable;

enum {
  CZ_TABLE_REGION = 1,
  CZ_TABLE_PUBLISHER = 2,
  CZ_TABLE_MARKET = 3,
  CZ_TABLE_DISTANCE = 4,
  CZ_TABLE_PRODUCT = 5,
  CZ_TABLE_QUOTE = 6,
  CZ_TABLE_QUOTE_CORRECTION = 7,
  CZ_TABLE_SERIES_STAT = 8,
  CZ_TABLE_POLICY = 9,
  CZ_TABLE_ARTICLE = 10,
  CZ_TABLE_LISTING = 11,
  CZ_TABLE_BUYER = 12,
  CZ_TABLE_QUESTION = 13,
  CZ_TABLE_LESSON = 14,
  CZ_TABLE_LESSON_STEP = 15,
  CZ_TABLE_ALERT = 16,
  CZ_TABLE_NOTICE = 17,
  CZ_TABLE_PAPER = 18,
  CZ_TABLE_SURVEY = 19,
  CZ_TABLE_RECEIPT = 20,
  CZ_TABLE_MEDIA = 21,
  CZ_TABLE_TRANSLATION = 22,
  CZ_TABLE_CHANGE_NOTE = 23,
  CZ_TABLE_MATCH_OUTCOME = 24,
};

const CzTable *cz_table_by_number (guint16 number); /* NULL if unknown */
const CzTable *cz_table_by_name (const char *name); /* NULL if unknown */
const CzTable *const *cz_table_all (guint *n); /* ascending by number */
int cz_table_field_index (const CzTable *table, const char *field); /* -1 if unknown */

/* One value. Text and blobs are borrowed: valid as long as what the row was read from. */
typedef struct {
  gint64 i;
  const char *p; /* not NUL-terminated; NULL when len is 0 */
  guint32 len;
} CzValue;

/* One row: v[k] belongs to fields[k]. Fields not set are zero (the default: 0, empty). */
typedef struct {
  CzValue v[CZ_MAX_FIELDS];
} CzRow;

#define CZ_ROW_ERROR (cz_row_error_quark ())
GQuark cz_row_error_quark (void);
typedef enum {
  CZ_ROW_ERROR_RANGE, /* a number outside its range, a text too long */
  CZ_ROW_ERROR_TEXT, /* text that is not UTF-8, or holds NUL */
  CZ_ROW_ERROR_SCOPE, /* id or region outside the channel's area */
} CzRowError;

/* What every row must satisfy before it is stored, whoever sent it. Error names table and field. */
gboolean cz_row_check (const CzTable *table, const CzRow *row, CzChannel channel, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Order of two rows of the table by their keys: integers by value, texts and blobs by bytes, shorter first. <0, 0, >0. */
int cz_row_compare_keys (const CzTable *table, const CzRow *a, const CzRow *b);
gboolean cz_value_is_default (const CzField *field, const CzValue *value);
gboolean cz_value_equal (const CzField *field, const CzValue *a, const CzValue *b);
