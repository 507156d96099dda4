/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "ui/common/cz-page.h"

/* The tiles of what the station can do; those without a page are not there. */
#define CZ_TYPE_HOME_PAGE (cz_home_page_get_type ())
G_DECLARE_FINAL_TYPE (CzHomePage, cz_home_page, CZ, HOME_PAGE, CzPage)
