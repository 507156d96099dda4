/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "ui/common/cz-page.h"

/* Five dots, one after another, in the corners and the middle. */
#define CZ_TYPE_TOUCH_PAGE (cz_touch_page_get_type ())
G_DECLARE_FINAL_TYPE (CzTouchPage, cz_touch_page, CZ, TOUCH_PAGE, CzPage)
