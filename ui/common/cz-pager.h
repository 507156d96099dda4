/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "ui/common/cz-kiosk.h"

/* Rows in pages: as many as fit the height are shown, whole; keys turn the page. Rows share the room that is left, up to a
 * third of their height. Main thread. */
#define CZ_TYPE_PAGER (cz_pager_get_type ())
G_DECLARE_FINAL_TYPE (CzPager, cz_pager, CZ, PAGER, GtkWidget)

/* Property-less; signal "turned" when page or number of pages changed. */
GtkWidget *cz_pager_new (CzKiosk *kiosk);
void cz_pager_clear (CzPager *self);
void cz_pager_append (CzPager *self, GtkWidget *row); /* takes the floating reference */
guint cz_pager_n_pages (CzPager *self); /* as last laid out, ≥ 1 */
guint cz_pager_page (CzPager *self); /* from 0 */
/* By ±1; after the last comes the first. */
void cz_pager_turn (CzPager *self, int by);
/* Turns to the page of a row. */
void cz_pager_reveal (CzPager *self, GtkWidget *row);

/* Two keys 上一页 下一页 with the page's number between them, hidden while one page holds all. */
GtkWidget *cz_pager_keys_new (CzPager *pager, const char *css_class);
