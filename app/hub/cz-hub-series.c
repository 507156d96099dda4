/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/cz-hub-private.h"

#include <string.h>

/* The newest quote of each series, in memory and in table series_last: the step check of an import asks it once a row,
 * and an index on the quote table in that order would double the cost of every insert. */

#define LOOK_BACK_DAYS 62 /* two monthly intervals */
#define CURRENCY_BYTES 3

typedef struct {
  gint64 product;
  gint64 market;
  gint32 grade;
  gint32 kind;
  gint32 period;
  char currency[CURRENCY_BYTES + 1];
} Key; /* no padding: hashed as bytes */

typedef struct {
  Key key;
  CzHubLast newest;
  CzHubLast latest_put; /* in this transaction */
  gboolean is_changed;
} Series;

struct _CzHubSeries {
  GHashTable *by_key; /* &Series.key → Series */
};

static guint
key_hash (gconstpointer data)
{
  const Key *key = data;
  guint64 h = (guint64) key->product * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  h ^= (guint64) key->market * G_GUINT64_CONSTANT (0xc2b2ae3d27d4eb4f);
  h ^= ((guint64) key->grade << 40) ^ ((guint64) key->kind << 20) ^ (guint64) key->period;
  return (guint) (h ^ (h >> 32));
}

static gboolean
key_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (Key)) == 0;
}

static void
key_of (const CzRow *quote, Key *key)
{
  const CzValue *currency = &quote->v[CZ_Q_CURRENCY];
  memset (key, 0, sizeof *key);
  key->product = quote->v[CZ_Q_PRODUCT].i;
  key->market = quote->v[CZ_Q_MARKET].i;
  key->grade = (gint32) quote->v[CZ_Q_GRADE].i;
  key->kind = (gint32) quote->v[CZ_Q_KIND].i;
  key->period = (gint32) quote->v[CZ_Q_PERIOD].i;
  if (currency->len > 0)
    memcpy (key->currency, currency->p, MIN (currency->len, CURRENCY_BYTES));
}

void
cz_hub_series_free (CzHubSeries *series)
{
  if (series == NULL)
    return;
  g_hash_table_unref (series->by_key);
  g_free (series);
}

static Series *
get_or_make (CzHubSeries *self, const Key *key)
{
  Series *series = g_hash_table_lookup (self->by_key, key);
  if (series == NULL) {
    series = g_new0 (Series, 1);
    series->key = *key;
    g_hash_table_add (self->by_key, series);
  }
  return series;
}

static gboolean
load (CzHub *hub, GError **error)
{
  if (hub->series != NULL)
    return TRUE;
  GError *low = NULL;
  g_autoptr (sqlite3_stmt) stmt = cz_db_prepare (
      hub->db, "SELECT product, market, grade, kind, period, currency, day, low, mid, high FROM series_last", &low);
  if (stmt == NULL)
    return cz_hub_take_storage_error (low, error);
  hub->series = g_new0 (CzHubSeries, 1);
  hub->series->by_key = g_hash_table_new_full (key_hash, key_equal, NULL, g_free);
  int code;
  while ((code = sqlite3_step (stmt)) == SQLITE_ROW) {
    Key key = { .product = sqlite3_column_int64 (stmt, 0),
                .market = sqlite3_column_int64 (stmt, 1),
                .grade = sqlite3_column_int (stmt, 2),
                .kind = sqlite3_column_int (stmt, 3),
                .period = sqlite3_column_int (stmt, 4) };
    g_strlcpy (key.currency, (const char *) sqlite3_column_text (stmt, 5), sizeof key.currency);
    Series *series = get_or_make (hub->series, &key);
    series->newest = (CzHubLast) { TRUE, sqlite3_column_int (stmt, 6), sqlite3_column_int64 (stmt, 7),
                                   sqlite3_column_int64 (stmt, 8), sqlite3_column_int64 (stmt, 9) };
  }
  return code == SQLITE_DONE || cz_hub_storage_error (hub, code, "series_last", error);
}

static CzHubLast
last_of (const CzRow *quote)
{
  return (CzHubLast) { TRUE, (CzDay) quote->v[CZ_Q_DAY].i, quote->v[CZ_Q_LOW].i, quote->v[CZ_Q_MID].i,
                       quote->v[CZ_Q_HIGH].i };
}

gboolean
cz_hub_series_put (CzHub *hub, const CzRow *quote, GError **error)
{
  Key key;
  if (!load (hub, error))
    return FALSE;
  key_of (quote, &key);
  Series *series = get_or_make (hub->series, &key);
  series->latest_put = last_of (quote);
  if (!series->newest.found || quote->v[CZ_Q_DAY].i >= series->newest.day) {
    series->newest = series->latest_put;
    series->is_changed = TRUE;
  }
  return TRUE;
}

/* Looks day by day: the quote table's key begins with the day. */
static gboolean
probe_back (CzHub *hub, const CzRow *quote, CzHubLast *out, GError **error)
{
  const CzTable *table = cz_table_by_number (CZ_TABLE_QUOTE);
  CzRow key = *quote;
  CzRow stored;
  CzHubLocal local = { 0 };
  Key wanted;
  key_of (quote, &wanted);
  for (gint64 back = 1; back <= LOOK_BACK_DAYS; back++) {
    gboolean found = FALSE;
    Key there;
    key.v[CZ_Q_DAY].i = quote->v[CZ_Q_DAY].i - back;
    if (!cz_hub_get_local (hub, table, &key, &stored, &local, &found, error))
      return FALSE;
    if (!found || local.gone)
      continue;
    key_of (&stored, &there);
    if (key_equal (&there, &wanted)) {
      *out = last_of (&stored);
      return TRUE;
    }
  }
  return TRUE;
}

gboolean
cz_hub_last_quote (CzHub *hub, const CzRow *quote, CzHubLast *out, GError **error)
{
  Key key;
  *out = (CzHubLast) { 0 };
  if (!load (hub, error))
    return FALSE;
  key_of (quote, &key);
  const Series *series = g_hash_table_lookup (hub->series->by_key, &key);
  if (series == NULL || !series->newest.found)
    return TRUE;
  gint64 day = quote->v[CZ_Q_DAY].i;
  if (series->newest.day < day) {
    *out = series->newest;
    return TRUE;
  }
  /* A file that goes back in time, in either direction: the row just put is the neighbour. */
  const CzHubLast *put = &series->latest_put;
  gboolean is_near = put->found && put->day != day && ABS (put->day - day) <= LOOK_BACK_DAYS;
  if (is_near)
    *out = *put;
  else if (!probe_back (hub, quote, out, error))
    return FALSE;
  return TRUE;
}

static gboolean
forget (CzHub *hub, Series *series, GError **error)
{
  GError *low = NULL;
  g_autoptr (sqlite3_stmt) stmt = cz_db_prepare (
      hub->db,
      "DELETE FROM series_last WHERE product = ? AND market = ? AND grade = ? AND kind = ? AND period = ? AND currency = ?",
      &low);
  if (stmt == NULL)
    return cz_hub_take_storage_error (low, error);
  (void) sqlite3_bind_int64 (stmt, 1, series->key.product);
  (void) sqlite3_bind_int64 (stmt, 2, series->key.market);
  (void) sqlite3_bind_int (stmt, 3, series->key.grade);
  (void) sqlite3_bind_int (stmt, 4, series->key.kind);
  (void) sqlite3_bind_int (stmt, 5, series->key.period);
  (void) sqlite3_bind_text (stmt, 6, series->key.currency, -1, SQLITE_STATIC);
  int code = sqlite3_step (stmt);
  g_hash_table_remove (hub->series->by_key, &series->key);
  return code == SQLITE_DONE || cz_hub_storage_error (hub, code, "series_last", error);
}

/* A withdrawn quote no longer counts: the one before it becomes the newest. */
gboolean
cz_hub_series_removed (CzHub *hub, const CzRow *quote, GError **error)
{
  Key key;
  if (!load (hub, error))
    return FALSE;
  key_of (quote, &key);
  Series *series = g_hash_table_lookup (hub->series->by_key, &key);
  if (series == NULL || series->newest.day != quote->v[CZ_Q_DAY].i)
    return TRUE;
  CzHubLast before = { 0 };
  if (!probe_back (hub, quote, &before, error))
    return FALSE;
  if (!before.found)
    return forget (hub, series, error);
  series->newest = before;
  series->latest_put = (CzHubLast) { 0 };
  series->is_changed = TRUE;
  return TRUE;
}

static void
bind_series (sqlite3_stmt *stmt, const Series *series)
{
  (void) sqlite3_bind_int64 (stmt, 1, series->key.product);
  (void) sqlite3_bind_int64 (stmt, 2, series->key.market);
  (void) sqlite3_bind_int (stmt, 3, series->key.grade);
  (void) sqlite3_bind_int (stmt, 4, series->key.kind);
  (void) sqlite3_bind_int (stmt, 5, series->key.period);
  (void) sqlite3_bind_text (stmt, 6, series->key.currency, -1, SQLITE_STATIC);
  (void) sqlite3_bind_int (stmt, 7, series->newest.day);
  (void) sqlite3_bind_int64 (stmt, 8, series->newest.low);
  (void) sqlite3_bind_int64 (stmt, 9, series->newest.mid);
  (void) sqlite3_bind_int64 (stmt, 10, series->newest.high);
}

gboolean
cz_hub_series_save (CzHub *hub, GError **error)
{
  if (hub->series == NULL)
    return TRUE;
  g_autoptr (sqlite3_stmt) stmt
      = cz_db_prepare (hub->db, "INSERT OR REPLACE INTO series_last VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", error);
  if (stmt == NULL)
    return FALSE;
  GHashTableIter iter;
  gpointer value = NULL;
  g_hash_table_iter_init (&iter, hub->series->by_key);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    Series *series = value;
    series->latest_put = (CzHubLast) { 0 };
    if (!series->is_changed)
      continue;
    bind_series (stmt, series);
    int code = sqlite3_step (stmt);
    (void) sqlite3_reset (stmt);
    if (code != SQLITE_DONE)
      return cz_hub_storage_error (hub, code, "series_last", error);
    series->is_changed = FALSE;
  }
  return TRUE;
}
