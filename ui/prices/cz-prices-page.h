/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "ui/common/cz-page.h"

/* 看价格: the picture grid with classes and pages. */
#define CZ_TYPE_PRICES_PAGE (cz_prices_page_get_type ())
G_DECLARE_FINAL_TYPE (CzPricesPage, cz_prices_page, CZ, PRICES_PAGE, CzPage)
