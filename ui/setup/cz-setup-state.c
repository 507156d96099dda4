/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/setup/cz-setup-state.h"

#include "app/desk/cz-pin.h"
#include "sync/outbox/cz-outbox.h"

#define SETTING_ACCEPTED "setup.accepted"

static gboolean
is_over (const CzSetupState *self, CzFirstBootStep step)
{
  CzFirstBootState state = self->boot->ticks[step].state;

  return state == CZ_FIRST_BOOT_DONE || state == CZ_FIRST_BOOT_ABSENT;
}

static gboolean
has_failed (const CzSetupState *self, CzFirstBootStep step)
{
  return self->boot->ticks[step].state == CZ_FIRST_BOOT_FAILED;
}

static CzSetupStage
stage_of (const CzSetupState *self, gboolean is_enrolled, gboolean is_accepted)
{
  if (self->has_no_data)
    return CZ_SETUP_NO_DATA;
  if (!self->has_record)
    return is_enrolled ? CZ_SETUP_DONE : CZ_SETUP_NO_PAPERS;
  if (!is_over (self, CZ_FIRST_BOOT_CONF) || !is_over (self, CZ_FIRST_BOOT_KEY) || !is_over (self, CZ_FIRST_BOOT_ENROL))
    return has_failed (self, CZ_FIRST_BOOT_CONF) || has_failed (self, CZ_FIRST_BOOT_KEY) || has_failed (self, CZ_FIRST_BOOT_ENROL)
               ? CZ_SETUP_STOPPED
               : CZ_SETUP_WORKING;
  if (!self->has_technician_pin)
    return CZ_SETUP_NEEDS_TECHNICIAN_PIN;
  if (!self->has_operator_pin)
    return CZ_SETUP_NEEDS_OPERATOR_PIN;
  if (cz_first_boot_is_complete (self->boot) || is_accepted)
    return CZ_SETUP_DONE;
  if (cz_setup_state_step (self, CZ_FIRST_BOOT_DOING) != CZ_FIRST_BOOT_N_STEPS || cz_setup_state_step (self, CZ_FIRST_BOOT_WAITING) != CZ_FIRST_BOOT_N_STEPS)
    return CZ_SETUP_WORKING;
  return CZ_SETUP_TROUBLE;
}

CzSetupState *
cz_setup_state_read (const char *home)
{
  CzSetupState *self = g_new0 (CzSetupState, 1);
  g_autofree char *record = g_build_filename (home, "first-boot", "state", NULL);
  g_autofree char *no_data = g_build_filename (home, "no-data", NULL);
  g_autofree char *station = g_build_filename (home, "station", NULL);
  g_autoptr (CzOutbox) outbox = NULL;
  g_autofree char *name = NULL, *accepted = NULL;

  self->has_no_data = g_file_test (no_data, G_FILE_TEST_EXISTS);
  self->has_record = g_file_test (record, G_FILE_TEST_IS_REGULAR);
  self->boot = cz_first_boot_read (record);
  /* Opening would make the folder, which is the agent's to make. */
  if (g_file_test (station, G_FILE_TEST_IS_DIR))
    outbox = cz_outbox_open (station, FALSE, NULL);
  if (outbox != NULL) {
    name = cz_outbox_get (outbox, CZ_SETTING_STATION_NAME);
    accepted = cz_outbox_get (outbox, SETTING_ACCEPTED);
    self->has_technician_pin = cz_pin_is_set (station, CZ_PIN_TECHNICIAN);
    self->has_operator_pin = cz_pin_is_set (station, CZ_PIN_OPERATOR);
  }
  self->stage = stage_of (self, name != NULL, accepted != NULL);
  return self;
}

void
cz_setup_state_free (CzSetupState *self)
{
  if (self == NULL)
    return;
  cz_first_boot_free (self->boot);
  g_free (self);
}

const char *
cz_setup_state_fingerprint (const CzSetupState *self)
{
  const CzFirstBootTick *tick = &self->boot->ticks[CZ_FIRST_BOOT_KEY];

  return tick->state == CZ_FIRST_BOOT_DONE ? tick->detail : NULL;
}

CzFirstBootStep
cz_setup_state_step (const CzSetupState *self, CzFirstBootState state)
{
  guint step = 0;

  while (step < CZ_FIRST_BOOT_N_STEPS && self->boot->ticks[step].state != state)
    step++;
  return (CzFirstBootStep) step;
}

gboolean
cz_setup_accept (const char *home, GError **error)
{
  g_autofree char *station = g_build_filename (home, "station", NULL);
  g_autoptr (CzOutbox) outbox = cz_outbox_open (station, FALSE, error);

  return outbox != NULL && cz_outbox_set (outbox, SETTING_ACCEPTED, "1", error);
}
