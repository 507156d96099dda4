/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/hub/cz-hub.h"
#include "sync/store/cz-rows.h"

#define CZ_HUB_FILE_MODE 0600
#define CZ_HUB_FOLDER_MODE 0700
#define CZ_HUB_CACHE_KIB (64 * 1024) /* bounds an import's memory: a million quotes take 60 MB of pages */

/* Columns of hub.db behind those of the descriptor. published: a station may have seen the row. gone: withdrawn; the row stays
 * so that the same file imported again does not bring it back. import_no: the transaction that last put it. */
#define CZ_HUB_LOCAL_COLUMNS \
  ", dirty INTEGER NOT NULL DEFAULT 1, gone INTEGER NOT NULL DEFAULT 0, published INTEGER NOT NULL DEFAULT 0" \
  ", import_no INTEGER NOT NULL DEFAULT 0"

typedef struct { /* the local columns of one row */
  gboolean dirty;
  gboolean gone;
  gboolean published;
  gint64 import_no;
} CzHubLocal;

typedef struct {
  sqlite3_stmt *insert;
  sqlite3_stmt *get;
  sqlite3_stmt *replace;
  sqlite3_stmt *gone;
  GByteArray *kept; /* text of the last row got */
} CzHubStatements;

typedef struct _CzHubNames CzHubNames;
typedef struct _CzHubSeries CzHubSeries;

struct _CzHub {
  char *home;
  CzHubMode mode;
  CzClock *clock;
  sqlite3 *db;
  int lock_fd;
  CzChannel channel;
  char *who;
  char *reason;
  gboolean in_transaction;
  gint64 import_no;
  gint64 quote_dirty_from; /* no quote of an earlier day waits: the key begins with the day, so a day's delta is found without a scan */
  gboolean quote_dirty_moved;
  CzHubStatements statements[64]; /* by table number */
  GByteArray *got; /* text of the row last given out by cz_hub_get */
  CzHubNames *names;
  CzHubSeries *series;
};

/* Sets CZ_HUB_ERROR_REFUSED with a sentence for the clerk; always FALSE. */
G_GNUC_PRINTF (2, 3)
gboolean cz_hub_refuse (GError **error, const char *format, ...);
/* Turns errors of SQLite's layer into CZ_HUB_ERROR_STORAGE; always FALSE. */
gboolean cz_hub_storage_error (CzHub *hub, int code, const char *doing, GError **error);
gboolean cz_hub_take_storage_error (GError *low, GError **error);
/* A statement on hub.db; NULL: CZ_HUB_ERROR_STORAGE. */
sqlite3_stmt *cz_hub_prepare (CzHub *hub, const char *sql, GError **error);
/* Runs a statement that gives no rows. doing: the table, for the error's sentence. Errors: CZ_HUB_ERROR_STORAGE. */
gboolean cz_hub_finish (CzHub *hub, sqlite3_stmt *stmt, const char *doing, GError **error);

/* cz-hub-schema.c */
gboolean cz_hub_schema_ensure (sqlite3 *db, GError **error);
gboolean cz_hub_set_value (sqlite3 *db, const char *key, const char *value, GError **error);
char *cz_hub_get_value (sqlite3 *db, const char *key); /* (nullable) */

/* cz-hub-lock.c: -1 and an error that names who works there. */
int cz_hub_lock_take (const char *home, const char *who, CzClock *clock, GError **error);
void cz_hub_lock_sign (int fd, const char *who, CzClock *clock);
void cz_hub_lock_release (int fd);

/* cz-hub-rows.c */
void cz_hub_statements_clear (CzHub *hub);
gboolean cz_hub_get_local (CzHub *hub, const CzTable *table, const CzRow *key, CzRow *row, CzHubLocal *local,
                           gboolean *found, GError **error);
/* Copies what the row borrows from a statement, so that it may be handed to cz_hub_put. */
void cz_hub_keep (CzHub *hub, const CzTable *table, CzRow *row);
gboolean cz_hub_mark_gone (CzHub *hub, const CzTable *table, const CzRow *key, GError **error);
/* Without the automatic correction row of published quotes. */
gboolean cz_hub_replace (CzHub *hub, const CzTable *table, const CzRow *row, GError **error);
void cz_hub_value_set_text (CzValue *value, const char *text); /* borrows */
void cz_hub_row_set_text (const CzTable *table, CzRow *row, const char *field, const char *text);
void cz_hub_row_set_int (const CzTable *table, CzRow *row, const char *field, gint64 value);
gint64 cz_hub_row_int (const CzTable *table, const CzRow *row, const char *field);

/* cz-hub-log.c: an SQL condition, newly allocated. */
char *cz_hub_waiting_condition (CzHub *hub, const CzTable *table);

/* Positions in quote rows, which are handled by the million: the descriptor's order (checked by a test). */
enum { CZ_Q_DAY, CZ_Q_MARKET, CZ_Q_PRODUCT, CZ_Q_GRADE, CZ_Q_KIND, CZ_Q_LOW, CZ_Q_MID, CZ_Q_HIGH, CZ_Q_SOURCES, CZ_Q_CURRENCY, CZ_Q_PERIOD, CZ_Q_STATUS };

/* cz-hub-correction.c */
gboolean cz_hub_note_correction (CzHub *hub, const CzRow *old, const CzRow *row, GError **error); /* row NULL: withdrawn */
/* TRUE in *out when the values are those the quote had before it was corrected. */
gboolean cz_hub_was_corrected_from (CzHub *hub, const CzRow *quote, gboolean *out, GError **error);

/* cz-hub-correct.c */
/* TRUE in *out when each field in which row differs from stored was corrected from the one to the other: an old file, read again. */
gboolean cz_hub_was_changed_from (CzHub *hub, const CzTable *table, const CzRow *row, const CzRow *stored, gboolean *out, GError **error);

/* cz-hub-names.c */
void cz_hub_names_free (CzHubNames *names);
void cz_hub_names_put (CzHub *hub, const CzTable *table, const CzRow *row, gboolean is_new);

/* cz-hub-series.c */
void cz_hub_series_free (CzHubSeries *series);
gboolean cz_hub_series_put (CzHub *hub, const CzRow *quote, GError **error);
gboolean cz_hub_series_removed (CzHub *hub, const CzRow *quote, GError **error);
gboolean cz_hub_series_save (CzHub *hub, GError **error);

/* cz-hub-pack.c: a row as bytes, for the rows held back. */
GBytes *cz_hub_pack (const CzTable *table, const CzRow *row);
gboolean cz_hub_unpack (const CzTable *table, const guint8 *data, gsize size, CzRow *row); /* borrows data */
