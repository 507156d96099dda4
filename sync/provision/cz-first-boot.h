/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

/* The steps of a first boot and how far they have come, in one small file that the kiosk reads to show ticks. Power may go at
 * any instruction: a step is recorded before it begins and after it ended, and may be done twice. Pure but for the file; any thread. */

typedef enum {
  CZ_FIRST_BOOT_CONF, /* cunzhan.conf and ticket are there, sound, and of the same village */
  CZ_FIRST_BOOT_NETWORK, /* the connections it names are set up */
  CZ_FIRST_BOOT_KEY, /* the station has a key; detail: its fingerprint */
  CZ_FIRST_BOOT_ENROL, /* the ticket is kept, the station has its name */
  CZ_FIRST_BOOT_CONTENT, /* what the stick brought is applied */
  CZ_FIRST_BOOT_SCREEN, /* size, rotation, language */
  CZ_FIRST_BOOT_N_STEPS,
} CzFirstBootStep;

typedef enum {
  CZ_FIRST_BOOT_WAITING,
  CZ_FIRST_BOOT_DOING, /* after a power cut: to be begun again */
  CZ_FIRST_BOOT_DONE,
  CZ_FIRST_BOOT_ABSENT, /* nothing to do: the papers say nothing about it */
  CZ_FIRST_BOOT_FAILED, /* detail: one sentence for the technician; tried again at the next boot */
} CzFirstBootState;

typedef struct {
  CzFirstBootState state;
  char *detail; /* (nullable) */
} CzFirstBootTick;

typedef struct {
  CzFirstBootTick ticks[CZ_FIRST_BOOT_N_STEPS];
} CzFirstBoot;

/* Never fails: a file that is absent, too long or damaged reads as all waiting. */
CzFirstBoot *cz_first_boot_read (const char *path);
void cz_first_boot_free (CzFirstBoot *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzFirstBoot, cz_first_boot_free)
/* TRUE when every step is done or absent. */
gboolean cz_first_boot_is_complete (const CzFirstBoot *self);
const char *cz_first_boot_step_name (CzFirstBootStep step); /* "conf" …; static */
const char *cz_first_boot_state_name (CzFirstBootState state);

/* Does one step. Gives DONE, ABSENT or FAILED and may set *detail (newly allocated). */
typedef CzFirstBootState (*CzFirstBootWork) (CzFirstBootStep step, char **detail, gpointer user_data);

/* Goes through the steps that are not done or absent yet, in order, recording each in path (0640, temporary name, fsync, rename). A failed
 * CONF, KEY or ENROL ends it, since what follows stands on them; the others do not. A step done earlier is not done again, but
 * ABSENT is asked again when CONF is. FALSE and G_FILE_ERROR only when the record cannot be written. */
gboolean cz_first_boot_run (CzFirstBoot *self, const char *path, CzFirstBootWork work, gpointer user_data, GError **error) G_GNUC_WARN_UNUSED_RESULT;
