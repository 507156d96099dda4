/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "ui/common/cz-page.h"

/* 找人帮: who helps, and the publisher's telephone. */
#define CZ_TYPE_HELP_PAGE (cz_help_page_get_type ())
G_DECLARE_FINAL_TYPE (CzHelpPage, cz_help_page, CZ, HELP_PAGE, CzPage)
