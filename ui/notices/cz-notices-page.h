/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "ui/common/cz-page.h"

/* 通知: what the county has to say today. */
#define CZ_TYPE_NOTICES_PAGE (cz_notices_page_get_type ())
G_DECLARE_FINAL_TYPE (CzNoticesPage, cz_notices_page, CZ, NOTICES_PAGE, CzPage)
