/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "ui/common/cz-page.h"

/* Day and time by touch, never before what an office has signed. The board's own helper sets it. */
#define CZ_TYPE_CLOCK_PAGE (cz_clock_page_get_type ())
G_DECLARE_FINAL_TYPE (CzClockPage, cz_clock_page, CZ, CLOCK_PAGE, CzPage)
