/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "ui/common/cz-page.h"

/* Six digits by touch: a PIN is set (twice) or entered. Argument: CzPinPurpose. Digits are neither shown nor said. */
#define CZ_TYPE_PIN_PAGE (cz_pin_page_get_type ())
G_DECLARE_FINAL_TYPE (CzPinPage, cz_pin_page, CZ, PIN_PAGE, CzPage)
