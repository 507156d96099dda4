/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/common/cz-kiosk.h"

void
cz_kiosk_go (CzKiosk *kiosk, CzPageId page, gint64 argument)
{
  kiosk->calls->go (kiosk->window, page, argument);
}

const char *
cz_page_id_name (CzPageId page)
{
  static const char *const names[CZ_N_PAGES] = { "home",   "prices",  "product", "markets", "trend", "policies",
                                                 "policy", "notices", "notice",  "sound",   "help",  "setup",
                                                 "pin",    "technician", "part", "touch",  "clock",
                                                 "systems" };

  g_return_val_if_fail ((guint) page < CZ_N_PAGES, "?");
  return names[page];
}
