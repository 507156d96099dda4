/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/import/cz-importer.h"

#include <glib/gi18n.h>
#include <string.h>

#include "sync/model/cz-money.h"
#include "sync/model/cz-vocab.h"

/* products: product,class,name,unit[,grams_per_unit,aliases,season] and further columns, see README.md */

enum {
  PRODUCT_PRODUCT, PRODUCT_CLASS, PRODUCT_NAME, PRODUCT_UNIT, PRODUCT_GRAMS, PRODUCT_ALIASES, PRODUCT_SEASON, PRODUCT_NAME_EN,
  PRODUCT_PICTURE, PRODUCT_LOSS, PRODUCT_RANK, PRODUCT_SPOKEN, PRODUCT_LICENCE, N_PRODUCT
};

static const CzFieldSpec product_specs[N_PRODUCT] = {
  [PRODUCT_PRODUCT] = { "product", "产品编号 编号 产品代码 品种编号", TRUE },  [PRODUCT_CLASS] = { "class", "类别 分类 产品类别", TRUE },
  [PRODUCT_NAME] = { "name", "名称 品名 产品名称 品种 品种名称 商品名称", TRUE },            [PRODUCT_UNIT] = { "unit", "单位 计量单位", TRUE },
  [PRODUCT_GRAMS] = { "grams_per_unit", "每单位克数", FALSE }, [PRODUCT_ALIASES] = { "aliases", "别名 俗名", FALSE },
  [PRODUCT_SEASON] = { "season", "上市月份", FALSE },        [PRODUCT_NAME_EN] = { "name_en", "英文名 英文名称", FALSE },
  [PRODUCT_PICTURE] = { "picture", "图片", FALSE },          [PRODUCT_LOSS] = { "loss_permille", "损耗千分之", FALSE },
  [PRODUCT_RANK] = { "rank", "次序 排序", FALSE },                [PRODUCT_SPOKEN] = { "spoken", "读音", FALSE },
  [PRODUCT_LICENCE] = { "picture_licence", "图片许可", FALSE },
};

typedef struct {
  int class;
  CzUnit unit;
  gint64 grams, season, loss, rank;
  guint8 picture[CZ_HASH_BYTES];
  gboolean has_picture;
} ProductCells;

static gboolean
read_product (CzImporter *imp, ProductCells *cells)
{
  if (cz_importer_get (imp, PRODUCT_PRODUCT)[0] == 0 || cz_importer_get (imp, PRODUCT_NAME)[0] == 0) {
    cz_importer_refuse (imp, cz_importer_get (imp, PRODUCT_NAME)[0] == 0 ? PRODUCT_NAME : PRODUCT_PRODUCT, "name",
                        _("number or name of the product is missing"), _("write both"));
    return FALSE;
  }
  if (!cz_vocab_parse (CZ_VOCAB_CLASS, cz_importer_get (imp, PRODUCT_CLASS), &cells->class)) {
    cz_importer_refuse (imp, PRODUCT_CLASS, "class", _("is no class of products"), _("write 菜, 粮, 果, 肉蛋, 农资 or 其它"));
    return FALSE;
  }
  if (!cz_unit_parse (cz_importer_get (imp, PRODUCT_UNIT), &cells->unit)) {
    cz_importer_refuse (imp, PRODUCT_UNIT, "unit", _("is not a known unit"), _("write 公斤, 斤, 个, 头, 袋, 瓶, 箱, 把, 升 …"));
    return FALSE;
  }
  if (!cz_season_parse (cz_importer_get (imp, PRODUCT_SEASON), &cells->season)) {
    cz_importer_refuse (imp, PRODUCT_SEASON, "season", _("these months are not understood"), _("write months as 3-5,9"));
    return FALSE;
  }
  return cz_importer_number (imp, PRODUCT_GRAMS, 0, 10000000, &cells->grams) && cz_importer_number (imp, PRODUCT_LOSS, 0, 1000, &cells->loss)
         && cz_importer_number (imp, PRODUCT_RANK, 0, 1000000, &cells->rank);
}

/* Where a picture may lie: the folder of --pictures, that of the table, drawings beside it. */
static char *
find_picture (CzImporter *imp, const char *name)
{
  g_autofree char *folder = g_path_get_dirname (imp->path);
  g_autofree char *beside = g_build_filename (folder, name, NULL);
  g_autofree char *drawings = g_build_filename (folder, "..", "drawings", name, NULL);
  g_autofree char *given = imp->options->picture_dir != NULL ? g_build_filename (imp->options->picture_dir, name, NULL) : NULL;
  if (given != NULL && g_file_test (given, G_FILE_TEST_IS_REGULAR))
    return g_steal_pointer (&given);
  if (g_file_test (beside, G_FILE_TEST_IS_REGULAR))
    return g_steal_pointer (&beside);
  return g_steal_pointer (&drawings);
}

/* *ok = FALSE when the row was refused. A name with a folder in it could reach for any file of the clerk. */
static gboolean
read_picture (CzImporter *imp, ProductCells *cells, gboolean *ok, GError **error)
{
  const char *name = cz_importer_get (imp, PRODUCT_PICTURE);
  const char *licence = cz_importer_get (imp, PRODUCT_LICENCE);
  g_autoptr (GError) why = NULL;
  *ok = TRUE;
  if (name[0] == 0)
    return TRUE;
  if (strchr (name, '/') != NULL || strchr (name, '\\') != NULL || name[0] == '.') {
    cz_importer_refuse (imp, PRODUCT_PICTURE, "picture", _("is not the plain name of a picture file"), _("write the file name without a folder"));
    *ok = FALSE;
    return TRUE;
  }
  g_autofree char *path = find_picture (imp, name);
  cells->has_picture = cz_hub_add_media (imp->hub, path, 1, cz_importer_get (imp, PRODUCT_NAME), licence[0] != 0 ? licence : NULL, cells->picture, &why);
  if (cells->has_picture)
    return TRUE;
  if (!g_error_matches (why, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED)) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  cz_importer_refuse (imp, PRODUCT_PICTURE, "picture", why->message, _("put the picture beside the table, or leave the cell empty"));
  *ok = FALSE;
  return TRUE;
}

static void
fill_product (CzImporter *imp, const ProductCells *cells, gint64 id, CzRow *row)
{
  const CzTable *table = cz_table_by_number (CZ_TABLE_PRODUCT);
  cz_row_set_int (row, table, "id", id);
  cz_row_set_text (row, table, "name", cz_importer_get (imp, PRODUCT_NAME));
  cz_row_set_int (row, table, "class", cells->class);
  cz_row_set_int (row, table, "unit", cells->unit);
  cz_row_set_int (row, table, "grams_per_unit", cells->grams);
  cz_row_set_int (row, table, "season_mask", cells->season);
  cz_row_set_int (row, table, "loss_permille", cells->loss);
  cz_row_set_text (row, table, "spoken", cz_importer_get (imp, PRODUCT_SPOKEN));
  cz_row_set_int (row, table, "rank", cells->rank);
  cz_row_set_text (row, table, "source_code", cz_importer_get (imp, PRODUCT_PRODUCT));
  if (cells->has_picture)
    row->v[cz_table_field_index (table, "picture")] = (CzValue){ .p = (const char *) cells->picture, .len = CZ_HASH_BYTES };
}

static gboolean
product_row (CzImporter *imp, GError **error)
{
  const CzTable *table = cz_table_by_number (CZ_TABLE_PRODUCT);
  ProductCells cells = { 0 };
  CzRow row = { 0 };
  gint64 id;
  gboolean ok;
  gboolean taken;
  imp->result->rows++;
  if (!read_product (imp, &cells))
    return TRUE;
  if (!read_picture (imp, &cells, &ok, error))
    return FALSE;
  if (!ok)
    return TRUE;
  if (!cz_hub_id (imp->hub, table, cz_importer_get (imp, PRODUCT_PRODUCT), &id, NULL, error))
    return FALSE;
  g_autofree char *aliases = cz_aliases_from_cell (cz_importer_get (imp, PRODUCT_ALIASES));
  fill_product (imp, &cells, id, &row);
  cz_row_set_text (&row, table, "aliases", aliases);
  if (!cz_importer_put (imp, table, &row, &taken, error))
    return FALSE;
  return !taken || cz_importer_translate (imp, table, id, "name", "en", cz_importer_get (imp, PRODUCT_NAME_EN), error);
}

const CzImportKind cz_import_products = { .kind = "products", .specs = product_specs, .n_specs = N_PRODUCT, .row = product_row };
