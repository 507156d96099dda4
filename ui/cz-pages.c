/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/cz-pages.h"

#include "ui/help/cz-help-page.h"
#include "ui/help/cz-sound-page.h"
#include "ui/home/cz-home-page.h"
#include "ui/notices/cz-notice-page.h"
#include "ui/notices/cz-notices-page.h"
#include "ui/policies/cz-policies-page.h"
#include "ui/policies/cz-policy-page.h"
#include "ui/prices/cz-markets-page.h"
#include "ui/prices/cz-prices-page.h"
#include "ui/prices/cz-product-page.h"
#include "ui/prices/cz-trend-page.h"
#include "ui/setup/cz-pin-page.h"
#include "ui/setup/cz-setup-page.h"
#include "ui/technician/cz-clock-page.h"
#include "ui/technician/cz-part-page.h"
#include "ui/technician/cz-systems-page.h"
#include "ui/technician/cz-technician-page.h"
#include "ui/technician/cz-touch-page.h"

GType
cz_pages_type (CzPageId id)
{
  switch (id) {
  case CZ_PAGE_PRICES:
    return CZ_TYPE_PRICES_PAGE;
  case CZ_PAGE_PRODUCT:
    return CZ_TYPE_PRODUCT_PAGE;
  case CZ_PAGE_MARKETS:
    return CZ_TYPE_MARKETS_PAGE;
  case CZ_PAGE_TREND:
    return CZ_TYPE_TREND_PAGE;
  case CZ_PAGE_POLICIES:
    return CZ_TYPE_POLICIES_PAGE;
  case CZ_PAGE_POLICY:
    return CZ_TYPE_POLICY_PAGE;
  case CZ_PAGE_NOTICES:
    return CZ_TYPE_NOTICES_PAGE;
  case CZ_PAGE_NOTICE:
    return CZ_TYPE_NOTICE_PAGE;
  case CZ_PAGE_SOUND:
    return CZ_TYPE_SOUND_PAGE;
  case CZ_PAGE_HELP:
    return CZ_TYPE_HELP_PAGE;
  case CZ_PAGE_SETUP:
    return CZ_TYPE_SETUP_PAGE;
  case CZ_PAGE_PIN:
    return CZ_TYPE_PIN_PAGE;
  case CZ_PAGE_TECHNICIAN:
    return CZ_TYPE_TECHNICIAN_PAGE;
  case CZ_PAGE_PART:
    return CZ_TYPE_PART_PAGE;
  case CZ_PAGE_TOUCH:
    return CZ_TYPE_TOUCH_PAGE;
  case CZ_PAGE_CLOCK:
    return CZ_TYPE_CLOCK_PAGE;
  case CZ_PAGE_SYSTEMS:
    return CZ_TYPE_SYSTEMS_PAGE;
  case CZ_PAGE_HOME:
  case CZ_N_PAGES:
  default:
    return CZ_TYPE_HOME_PAGE;
  }
}
