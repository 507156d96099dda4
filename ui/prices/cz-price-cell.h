/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "ui/common/cz-key.h"

/* One cell of the picture grid: picture, name, price, change. Bound again for every page of the grid. */
typedef struct {
  GtkWidget *key;
  GtkWidget *picture;
  GtkWidget *name;
  GtkWidget *price;
  GtkWidget *change;
  gint64 product;
} CzPriceCell;

/* The cell's own memory lives with the key. */
CzPriceCell *cz_price_cell_new (CzKiosk *kiosk, int picture_px, gboolean shows_change, CzKeyFunc on_tap, gpointer data);
/* strip_unit: the unit said in the strip; another one is written beside the price. */
void cz_price_cell_bind (CzPriceCell *cell, CzProductItem *item, const char *strip_unit);
/* "大白菜，0.45元/斤。" for 听读模式; owned by the caller */
char *cz_price_cell_words (CzProductItem *item);
