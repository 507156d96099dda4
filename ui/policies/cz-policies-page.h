/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "ui/common/cz-page.h"

/* 听政策: the list, own county first, in force first. */
#define CZ_TYPE_POLICIES_PAGE (cz_policies_page_get_type ())
G_DECLARE_FINAL_TYPE (CzPoliciesPage, cz_policies_page, CZ, POLICIES_PAGE, CzPage)
