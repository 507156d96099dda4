/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "ui/common/cz-page.h"

/* 开站: the first page until the station is set up. Shows how far the first boot has come, asks for the PINs, goes to
 * home by itself. */
#define CZ_TYPE_SETUP_PAGE (cz_setup_page_get_type ())
G_DECLARE_FINAL_TYPE (CzSetupPage, cz_setup_page, CZ, SETUP_PAGE, CzPage)

/* "ABCD 2345", for reading; and its characters one by one, for saying. Owned by the caller. */
char *cz_setup_fingerprint_shown (const char *fingerprint);
char *cz_setup_fingerprint_said (const char *fingerprint);
