/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "cz-catalog"
#include "app/catalog/cz-catalog-private.h"
#include "app/catalog/cz-product-list.h"

/* A product without a rank comes after those that have one. */
#define NO_RANK 1000001

typedef struct {
  gint64 id;
  CzDay last; /* 0 = no figure ever */
  gboolean in_season;
  gint64 rank;
} Place;

static int
compare_places (gconstpointer left, gconstpointer right)
{
  const Place *a = left, *b = right;

  if ((a->last == 0) != (b->last == 0))
    return a->last == 0 ? 1 : -1;
  if (a->in_season != b->in_season)
    return a->in_season ? -1 : 1;
  if (a->rank != b->rank)
    return a->rank < b->rank ? -1 : 1;
  return (a->id > b->id) - (a->id < b->id);
}

static guint
month_bit (CzDay day)
{
  int year, month, mday;

  cz_day_to_ymd (day, &year, &month, &mday);
  return 1u << (month - 1);
}

/* Figures older than this put a product behind those that are asked for today; its own page still shows them. */
#define LONG_AGO_DAYS 400

GListModel *
cz_catalog_products (CzCatalog *self, CzProductClass product_class)
{
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (Place));
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  gint64 wanted = product_class;
  CzDay today = self->shelf != NULL ? cz_catalog_today (self) : 0;
  guint month = month_bit (today);
  sqlite3_stmt *stmt = NULL;

  if (self->shelf != NULL)
    stmt = cz_shelf_query (self->shelf,
                           "SELECT id, season_mask, rank, (SELECT MAX(l.day) FROM channel_mark AS c CROSS JOIN quote_latest AS l"
                           " ON l.channel = c.channel AND l.product = product.id)"
                           " FROM product WHERE class = ?1 OR (?1 = 6 AND class NOT BETWEEN 1 AND 5)",
                           1, &wanted);
  while (stmt != NULL && sqlite3_step (stmt) == SQLITE_ROW) {
    guint season = (guint) sqlite3_column_int64 (stmt, 1);
    gint64 rank = sqlite3_column_int64 (stmt, 2);
    CzDay last = sqlite3_column_type (stmt, 3) == SQLITE_NULL ? 0 : (CzDay) sqlite3_column_int64 (stmt, 3);
    gboolean recent = last != 0 && today - last <= LONG_AGO_DAYS;
    Place place = { sqlite3_column_int64 (stmt, 0), last, recent && (season == 0 || (season & month) != 0),
                    (recent ? 0 : NO_RANK) + (rank == 0 ? NO_RANK : rank) };
    g_array_append_val (places, place);
  }
  if (stmt != NULL)
    sqlite3_reset (stmt);
  g_array_sort (places, compare_places);
  for (guint i = 0; i < places->len; i++)
    g_array_append_val (ids, g_array_index (places, Place, i).id);
  return G_LIST_MODEL (cz_product_list_new (self, ids));
}

guint
cz_catalog_classes (CzCatalog *self)
{
  sqlite3_stmt *stmt = NULL;
  guint mask = 0;

  if (self->shelf != NULL)
    stmt = cz_shelf_stmt (self->shelf, "SELECT DISTINCT class FROM product");
  while (stmt != NULL && sqlite3_step (stmt) == SQLITE_ROW) {
    gint64 found = sqlite3_column_int64 (stmt, 0);
    mask |= 1u << (found >= CZ_CLASS_VEGETABLE && found <= CZ_CLASS_INPUT ? found : CZ_CLASS_OTHER);
  }
  if (stmt != NULL)
    sqlite3_reset (stmt);
  return mask;
}

CzProductItem *
cz_catalog_product (CzCatalog *self, gint64 id)
{
  CzProductInfo info = { .id = id };
  gint64 key[2] = { cz_id_issuer (id), id };
  g_autoptr (CzQuote) headline = NULL;
  sqlite3_stmt *stmt = NULL;
  gboolean found;

  if (self->shelf != NULL)
    stmt = cz_shelf_query (self->shelf, "SELECT channel, name, class, unit, picture FROM product WHERE channel = ?1 AND id = ?2", 2, key);
  if (stmt == NULL)
    return NULL;
  found = sqlite3_step (stmt) == SQLITE_ROW;
  if (found) {
    gint64 number = sqlite3_column_int64 (stmt, 2);

    info.channel = (CzChannel) sqlite3_column_int64 (stmt, 0);
    info.name = cz_catalog_text (self, info.channel, CZ_TABLE_PRODUCT, id, "name", cz_column_text (stmt, 1));
    info.product_class = number >= CZ_CLASS_VEGETABLE && number <= CZ_CLASS_INPUT ? (CzProductClass) number : CZ_CLASS_OTHER;
    info.unit = (CzUnit) sqlite3_column_int64 (stmt, 3);
    info.picture = cz_column_hash (stmt, 4);
  }
  sqlite3_reset (stmt);
  if (!found)
    return NULL;
  headline = cz_catalog_headline (self, id, info.unit, info.product_class);
  return cz_product_item_new (&info, headline);
}
