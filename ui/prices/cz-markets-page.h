/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "ui/common/cz-page.h"

/* Every last figure of a product, kinds and grades apart, other sources under theirs. */
#define CZ_TYPE_MARKETS_PAGE (cz_markets_page_get_type ())
G_DECLARE_FINAL_TYPE (CzMarketsPage, cz_markets_page, CZ, MARKETS_PAGE, CzPage)
