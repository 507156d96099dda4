/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/model/cz-clock.h"
#include "sync/provision/cz-first-boot.h"
#include "sync/station/cz-home.h"

/* The work of a first boot, by the agent's user. Network and screen belong to root: its part leaves a word about each
 * ("done", "absent" or "failed") in set_up before, and these steps report it. */
typedef struct {
  CzHome *home; /* the caller holds its lock */
  CzClock *clock;
  const char *papers; /* folder with cunzhan.conf and cunzhan.ticket, and a depot (v1/) if the technician brought content */
  const char *set_up; /* folder with root's files `network` and `screen` */
} CzProvision;

/* Goes through what is left to do (cz-first-boot.h) and records it in home->first_boot/state. NULL and G_FILE_ERROR only when that
 * cannot be written; what else went wrong stands in the ticks. The station key and station.db of an enrolled home are kept; a
 * home enrolled with another ticket is not changed. */
CzFirstBoot *cz_provision_run (const CzProvision *provision, GError **error) G_GNUC_WARN_UNUSED_RESULT;
