/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib-object.h>
#include "sync/model/cz-day.h"

/* The only road to the time of day. Every program makes one and hands it down; tests and --clock FILE (builds with
 * -Dtest_hooks=true) hand in another. A check refuses time(), g_get_real_time () and their kin elsewhere.
 * Any thread. */
#define CZ_TYPE_CLOCK (cz_clock_get_type ())
G_DECLARE_DERIVABLE_TYPE (CzClock, cz_clock, CZ, CLOCK, GObject)

struct _CzClockClass {
  GObjectClass parent_class;
  gint64 (*wall_s) (CzClock *self);
  gint64 (*boot_us) (CzClock *self);
};

CzClock *cz_clock_new_system (void);
/* Reads "wall_s [boot_us]" from FILE at every question; boot_us of the system when absent. */
CzClock *cz_clock_new_file (const char *path);
/* Stands still until cz_clock_fixed_set. */
CzClock *cz_clock_new_fixed (gint64 wall_s, gint64 boot_us);
void cz_clock_fixed_set (CzClock *self, gint64 wall_s, gint64 boot_us);

/* Seconds since 1970 UTC as the machine believes; may be wrong. For display and file dates only. */
gint64 cz_clock_wall_s (CzClock *self);
/* Microseconds of powered-on time, never backwards within a boot (CLOCK_BOOTTIME). */
gint64 cz_clock_boot_us (CzClock *self);
/* The lower bound that signed data supports (sync study §5.4), 0 = none yet. Set by who reads trust.db. */
gint64 cz_clock_trusted_s (CzClock *self);
/* Moves forward only; an earlier value is ignored. */
void cz_clock_raise_trusted (CzClock *self, gint64 trusted_s);
/* Wall time when it is not before the trusted bound and within a day of what the bound plus boot time since it was
 * raised supports, FALSE = the clock is not to be believed: show 数据日期 instead of "days ago". */
gboolean cz_clock_is_plausible (CzClock *self);
/* The day to work with: wall time, but never before the trusted bound. */
CzDay cz_clock_today (CzClock *self);
