/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "ui/common/cz-page.h"

/* One notice, whole. */
#define CZ_TYPE_NOTICE_PAGE (cz_notice_page_get_type ())
G_DECLARE_FINAL_TYPE (CzNoticePage, cz_notice_page, CZ, NOTICE_PAGE, CzPage)
