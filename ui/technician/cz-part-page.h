/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "ui/common/cz-page.h"

/* One part: its sentence, its code for the hotline, what can be done. Argument: CzPart. */
#define CZ_TYPE_PART_PAGE (cz_part_page_get_type ())
G_DECLARE_FINAL_TYPE (CzPartPage, cz_part_page, CZ, PART_PAGE, CzPage)
