/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <gio/gio.h>
#include "sync/model/cz-clock.h"
#include "sync/station/cz-round.h"

/* The agent as a service: rounds by the clock and on demand, told over D-Bus (org.cunzhan.Sync1.xml). Rounds run in one
 * worker thread that owns trust and content; everything else, the bus included, in the thread of the main context. */
typedef struct {
  const char *bus; /* (nullable) see cz_bus_connect */
  const char *stick_folder; /* the one folder that ImportStick reads, and writes what goes along where it may be written */
  gboolean poll; /* FALSE: only on demand */
} CzServiceOptions;

/* Runs until SIGTERM or SIGINT or the bus goes away. round: depots and budgets; its events and cancellable are the service's own.
 * A home that is not enrolled is no error: State says so and each poll looks again. Errors: G_IO_ERROR, G_DBUS_ERROR. */
gboolean cz_service_run (CzHome *home, CzClock *clock, const CzServiceOptions *options, const CzRoundOptions *round,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
