/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "ui/common/cz-page.h"

/* A year's history in a picture, this year and last. */
#define CZ_TYPE_TREND_PAGE (cz_trend_page_get_type ())
G_DECLARE_FINAL_TYPE (CzTrendPage, cz_trend_page, CZ, TREND_PAGE, CzPage)
