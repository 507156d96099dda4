/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "ui/common/cz-page.h"

/* One policy: five blocks in pages that fit, or the paragraphs of a law. */
#define CZ_TYPE_POLICY_PAGE (cz_policy_page_get_type ())
G_DECLARE_FINAL_TYPE (CzPolicyPage, cz_policy_page, CZ, POLICY_PAGE, CzPage)
