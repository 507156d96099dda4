/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "ui/common/cz-page.h"

/* One product: its price where the village sells, and beside it the other markets. */
#define CZ_TYPE_PRODUCT_PAGE (cz_product_page_get_type ())
G_DECLARE_FINAL_TYPE (CzProductPage, cz_product_page, CZ, PRODUCT_PAGE, CzPage)
