/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/provision/cz-first-boot.h"

/* Whether this station is set up, and what is missing: read from HOME/first-boot/state, which the agent writes, and from
 * station.db. Nothing is kept here, so a power cut changes nothing. A station that was enrolled by hand, without a first boot, counts
 * as set up. */
typedef enum {
  CZ_SETUP_NO_DATA, /* its partition is not mounted: HOME/no-data, which lies below it, is seen */
  CZ_SETUP_NO_PAPERS, /* nobody has brought any yet */
  CZ_SETUP_WORKING,
  CZ_SETUP_STOPPED, /* a step failed on which the others stand */
  CZ_SETUP_NEEDS_TECHNICIAN_PIN,
  CZ_SETUP_NEEDS_OPERATOR_PIN,
  CZ_SETUP_TROUBLE, /* it can be used, but a step failed */
  CZ_SETUP_DONE,
} CzSetupStage;

typedef struct {
  CzFirstBoot *boot;
  gboolean has_no_data;
  gboolean has_record;
  gboolean has_technician_pin;
  gboolean has_operator_pin;
  CzSetupStage stage;
} CzSetupState;

/* Two small reads. Never NULL. */
CzSetupState *cz_setup_state_read (const char *home);
void cz_setup_state_free (CzSetupState *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzSetupState, cz_setup_state_free)
/* (nullable) (transfer none): the eight characters, once the station has a key. */
const char *cz_setup_state_fingerprint (const CzSetupState *self);
/* The step that is being done, or that failed: the first such; CZ_FIRST_BOOT_N_STEPS when there is none. */
CzFirstBootStep cz_setup_state_step (const CzSetupState *self, CzFirstBootState state);
/* The technician takes it with its failed step. Written to station.db. */
gboolean cz_setup_accept (const char *home, GError **error) G_GNUC_WARN_UNUSED_RESULT;
