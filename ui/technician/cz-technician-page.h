/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "ui/common/cz-page.h"

/* 自检: twelve parts of the station, what is at fault first. A tap shows the sentence and the code. */
#define CZ_TYPE_TECHNICIAN_PAGE (cz_technician_page_get_type ())
G_DECLARE_FINAL_TYPE (CzTechnicianPage, cz_technician_page, CZ, TECHNICIAN_PAGE, CzPage)
