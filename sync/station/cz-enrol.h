/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/model/cz-clock.h"
#include "sync/station/cz-home.h"

/* Makes a home the station that a ticket names: leaves the old line behind when replace takes another, then cz_home_enrol, then
 * the names the kiosk shows and the station's first word, which asks admission. May be done again after a stop anywhere. The caller holds the home's lock.
 * Errors: as cz_home_enrol, and CZ_STORE_ERROR. out->fingerprint is newly allocated on success. */
gboolean cz_enrol (CzHome *home, CzClock *clock, const char *text, gsize size, gboolean replace, CzEnrolment *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
