/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "ui/common/cz-kiosk.h"

/* Which type makes which page. */
GType cz_pages_type (CzPageId id);
