/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "ui/common/cz-page.h"

/* The two systems on the card: ask the board for an update, or for the other system. It is the board that does it (board/update). */
#define CZ_TYPE_SYSTEMS_PAGE (cz_systems_page_get_type ())
G_DECLARE_FINAL_TYPE (CzSystemsPage, cz_systems_page, CZ, SYSTEMS_PAGE, CzPage)
