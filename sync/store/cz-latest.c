/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/store/cz-latest.h"

#include <string.h>

#include "sync/model/cz-day.h"

/* Series held in memory before they are written out: 4 MiB. A county has some thousand; only a stranger's data has more. */
#define SERIES_MAX 40000u

/* Fields of table quote, in the order of its descriptor (checked in cz_latest_new). */
enum { DAY, MARKET, PRODUCT, GRADE, KIND, CURRENCY = 9, PERIOD = 10 };

typedef struct {
  gint64 product;
  gint64 market;
  gint32 period;
  guint8 grade;
  guint8 kind;
  char currency[4]; /* at most 3 bytes by the descriptor */
} Key;

typedef struct {
  Key key;
  gint64 quotes;
  CzDay day; /* newest; an upper bound while is_lost */
  gboolean was_stored;
  gboolean is_lost; /* the quote of that day went: the one before has to be found */
} Series;

struct _CzLatest {
  sqlite3 *db; /* borrowed */
  CzChannel channel;
  GHashTable *series; /* Series → itself */
  guint n_lost;
  gboolean is_empty; /* nothing stored for the channel: no look-ups */
  sqlite3_stmt *get;
  sqlite3_stmt *put;
  sqlite3_stmt *remove;
};

static guint
key_hash (gconstpointer data)
{
  const Key *key = data;
  guint64 h = (guint64) key->product * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  h = (h ^ (guint64) key->market) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  h ^= ((guint64) key->grade << 8) ^ ((guint64) key->kind << 16) ^ ((guint64) key->period << 24);
  h ^= (guint64) (guint8) key->currency[0] << 40 ^ (guint64) (guint8) key->currency[1] << 48;
  h *= G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return (guint) (h >> 32);
}

static gboolean
key_equal (gconstpointer a, gconstpointer b)
{
  const Key *x = a;
  const Key *y = b;

  return x->product == y->product && x->market == y->market && x->grade == y->grade && x->kind == y->kind
         && x->period == y->period && memcmp (x->currency, y->currency, sizeof x->currency) == 0;
}

CzLatest *
cz_latest_new (sqlite3 *db, CzChannel channel)
{
  const CzTable *quote = cz_table_by_number (CZ_TABLE_QUOTE);
  CzLatest *self = g_new0 (CzLatest, 1);
  g_autofree char *any = g_strdup_printf ("SELECT EXISTS (SELECT 1 FROM quote_latest WHERE channel = %d)", channel);

  g_assert (cz_table_field_index (quote, "day") == DAY && cz_table_field_index (quote, "currency") == CURRENCY
            && cz_table_field_index (quote, "period") == PERIOD);
  self->db = db;
  self->channel = channel;
  self->series = g_hash_table_new_full (key_hash, key_equal, NULL, g_free);
  self->is_empty = cz_db_int (db, any, 1) == 0;
  return self;
}

void
cz_latest_free (CzLatest *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->series);
  cz_stmt_free (self->get);
  cz_stmt_free (self->put);
  cz_stmt_free (self->remove);
  g_free (self);
}

static Key
key_of_row (const CzRow *row)
{
  Key key = { .product = row->v[PRODUCT].i,
              .market = row->v[MARKET].i,
              .period = (gint32) row->v[PERIOD].i,
              .grade = (guint8) row->v[GRADE].i,
              .kind = (guint8) row->v[KIND].i };

  if (row->v[CURRENCY].len > 0)
    memcpy (key.currency, row->v[CURRENCY].p, MIN (row->v[CURRENCY].len, sizeof key.currency - 1));
  return key;
}

static gboolean
prepare_once (CzLatest *self, sqlite3_stmt **stmt, const char *sql, GError **error)
{
  if (*stmt == NULL)
    *stmt = cz_db_prepare (self->db, sql, error);
  return *stmt != NULL;
}

static void
bind_key (CzLatest *self, sqlite3_stmt *stmt, const Key *key)
{
  (void) sqlite3_bind_int (stmt, 1, self->channel);
  (void) sqlite3_bind_int64 (stmt, 2, key->product);
  (void) sqlite3_bind_int64 (stmt, 3, key->market);
  (void) sqlite3_bind_int (stmt, 4, key->grade);
  (void) sqlite3_bind_int (stmt, 5, key->kind);
  (void) sqlite3_bind_text (stmt, 6, key->currency, -1, SQLITE_STATIC);
  (void) sqlite3_bind_int (stmt, 7, key->period);
}

#define WHERE_KEY                                                                                                      \
  " FROM quote_latest WHERE channel = ? AND product = ? AND market = ? AND grade = ? AND kind = ? AND currency = ?"    \
  " AND period = ?"

static gboolean
load (CzLatest *self, Series *series, GError **error)
{
  if (self->is_empty)
    return TRUE;
  if (!prepare_once (self, &self->get, "SELECT day, quotes" WHERE_KEY, error))
    return FALSE;
  bind_key (self, self->get, &series->key);
  int code = sqlite3_step (self->get);
  if (code == SQLITE_ROW) {
    series->day = sqlite3_column_int (self->get, 0);
    series->quotes = sqlite3_column_int64 (self->get, 1);
    series->was_stored = TRUE;
  } else if (code != SQLITE_DONE)
    cz_db_set_error (self->db, code, "reading quote_latest", error);
  (void) sqlite3_reset (self->get);
  return code == SQLITE_ROW || code == SQLITE_DONE;
}

static Series *
touch (CzLatest *self, const CzRow *quote, GError **error)
{
  Key key = key_of_row (quote);
  Series *series = g_hash_table_lookup (self->series, &key);

  if (series != NULL)
    return series;
  if (g_hash_table_size (self->series) >= SERIES_MAX && !cz_latest_flush (self, error))
    return NULL;
  series = g_new0 (Series, 1);
  series->key = key;
  if (!load (self, series, error)) {
    g_free (series);
    return NULL;
  }
  g_hash_table_add (self->series, series);
  return series;
}

gboolean
cz_latest_added (CzLatest *self, const CzRow *quote, GError **error)
{
  Series *series = touch (self, quote, error);
  CzDay day = (CzDay) quote->v[DAY].i;

  if (series == NULL)
    return FALSE;
  if (series->quotes == 0 || day >= series->day) {
    self->n_lost -= series->is_lost ? 1 : 0;
    series->is_lost = FALSE;
    series->day = day;
  }
  series->quotes++;
  return TRUE;
}

gboolean
cz_latest_removed (CzLatest *self, const CzRow *quote, GError **error)
{
  Series *series = touch (self, quote, error);

  if (series == NULL)
    return FALSE;
  series->quotes--;
  if (quote->v[DAY].i == series->day && !series->is_lost) {
    series->is_lost = TRUE;
    self->n_lost++;
  }
  if (series->quotes == 0 && series->is_lost) {
    series->is_lost = FALSE;
    self->n_lost--;
  }
  return TRUE;
}

static CzDay
newest_lost_day (CzLatest *self)
{
  GHashTableIter iter;
  gpointer item;
  CzDay newest = CZ_DAY_MIN;

  g_hash_table_iter_init (&iter, self->series);
  while (g_hash_table_iter_next (&iter, &item, NULL)) {
    const Series *series = item;
    if (series->is_lost)
      newest = MAX (newest, series->day);
  }
  return newest;
}

/* One walk backwards through the days for all series that lost their newest quote. It ends when the last is found, which
 * for a withdrawn quote is a day or two; a series without any quote left is known by its count and not looked for. */
static gboolean
find_lost (CzLatest *self, GError **error)
{
  g_autoptr (sqlite3_stmt) walk
      = cz_db_prepare (self->db,
                       "SELECT day, market, product, grade, kind, currency, period FROM quote"
                       " WHERE channel = ? AND day <= ? ORDER BY day DESC, market DESC, product DESC, grade DESC, kind DESC",
                       error);
  int code = SQLITE_ROW;

  if (walk == NULL)
    return FALSE;
  (void) sqlite3_bind_int (walk, 1, self->channel);
  (void) sqlite3_bind_int (walk, 2, newest_lost_day (self));
  while (self->n_lost > 0 && (code = sqlite3_step (walk)) == SQLITE_ROW) {
    Key key = { .product = sqlite3_column_int64 (walk, 2),
                .market = sqlite3_column_int64 (walk, 1),
                .period = sqlite3_column_int (walk, 6),
                .grade = (guint8) sqlite3_column_int (walk, 3),
                .kind = (guint8) sqlite3_column_int (walk, 4) };
    g_strlcpy (key.currency, (const char *) sqlite3_column_text (walk, 5), sizeof key.currency);
    Series *series = g_hash_table_lookup (self->series, &key);
    if (series == NULL || !series->is_lost)
      continue;
    series->is_lost = FALSE;
    series->day = sqlite3_column_int (walk, 0);
    self->n_lost--;
  }
  if (self->n_lost == 0)
    return TRUE;
  if (code == SQLITE_DONE)
    g_set_error (error, CZ_STORE_ERROR, CZ_STORE_ERROR_DAMAGED, "quote_latest counts quotes that are not there");
  else
    cz_db_set_error (self->db, code, "looking for last quotes", error);
  return FALSE;
}

static gboolean
write_series (CzLatest *self, const Series *series, GError **error)
{
  sqlite3_stmt *stmt;

  if (series->quotes <= 0 && !series->was_stored)
    return TRUE;
  if (series->quotes <= 0) {
    if (!prepare_once (self, &self->remove, "DELETE" WHERE_KEY, error))
      return FALSE;
    stmt = self->remove;
  } else {
    if (!prepare_once (self, &self->put, "INSERT OR REPLACE INTO quote_latest VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", error))
      return FALSE;
    stmt = self->put;
    (void) sqlite3_bind_int (stmt, 8, series->day);
    (void) sqlite3_bind_int64 (stmt, 9, series->quotes);
  }
  bind_key (self, stmt, &series->key);
  int code = sqlite3_step (stmt);
  if (code != SQLITE_DONE)
    cz_db_set_error (self->db, code, "writing quote_latest", error);
  (void) sqlite3_reset (stmt);
  return code == SQLITE_DONE;
}

static int
compare_series (gconstpointer a, gconstpointer b)
{
  const Key *x = &(*(const Series *const *) a)->key;
  const Key *y = &(*(const Series *const *) b)->key;

  if (x->product != y->product)
    return x->product < y->product ? -1 : 1;
  return x->market < y->market ? -1 : x->market > y->market;
}

gboolean
cz_latest_flush (CzLatest *self, GError **error)
{
  GHashTableIter iter;
  gpointer item;

  if (self->n_lost > 0 && !find_lost (self, error))
    return FALSE;
  /* In key order: each page of the index is met once. */
  g_autoptr (GPtrArray) order = g_ptr_array_sized_new (g_hash_table_size (self->series));
  g_hash_table_iter_init (&iter, self->series);
  while (g_hash_table_iter_next (&iter, &item, NULL))
    g_ptr_array_add (order, item);
  g_ptr_array_sort (order, compare_series);
  for (guint i = 0; i < order->len; i++)
    if (!write_series (self, order->pdata[i], error))
      return FALSE;
  self->is_empty = self->is_empty && order->len == 0;
  g_hash_table_remove_all (self->series);
  return TRUE;
}

gboolean
cz_latest_clear (CzLatest *self, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("DELETE FROM quote_latest WHERE channel = %d", self->channel);

  g_hash_table_remove_all (self->series);
  self->n_lost = 0;
  self->is_empty = TRUE;
  return cz_db_exec (self->db, sql, error);
}

gboolean
cz_latest_check (sqlite3 *db, CzChannel channel, GError **error)
{
  g_autofree char *sql = g_strdup_printf (
      "WITH truth AS (SELECT product, market, grade, kind, currency, period, max(day) AS day, count(*) AS quotes"
      " FROM quote WHERE channel = %d GROUP BY 1, 2, 3, 4, 5, 6),"
      " kept AS (SELECT product, market, grade, kind, currency, period, day, quotes FROM quote_latest WHERE channel = %d)"
      "SELECT (SELECT count(*) FROM (SELECT * FROM truth EXCEPT SELECT * FROM kept))"
      " + (SELECT count(*) FROM (SELECT * FROM kept EXCEPT SELECT * FROM truth))",
      channel, channel);
  gint64 wrong = cz_db_int (db, sql, -1);

  if (wrong == 0)
    return TRUE;
  g_set_error (error, CZ_STORE_ERROR, CZ_STORE_ERROR_DAMAGED, "channel %06d: %d series of quote_latest are wrong", channel,
               (int) wrong);
  return FALSE;
}
