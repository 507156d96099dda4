/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/technician/cz-findings-store.h"

#include "cz-config.h"
#include "ui/common/cz-words.h"
#include "ui/cz-agent-link.h"
#include "ui/setup/cz-setup-state.h"

#include <glib/gi18n.h>

void
cz_findings_look (CzKiosk *kiosk, GCancellable *cancellable, GAsyncReadyCallback done, gpointer data)
{
  g_autoptr (CzSetupState) setup = cz_setup_state_read (kiosk->home);
  g_autofree char *slots = g_build_filename (kiosk->board, "slots.json", NULL);
  CzSelfTestFacts facts = {
    .home = kiosk->home,
    .sys_block = "/sys/block",
    .slots = slots,
    .width_px = kiosk->metrics.width,
    .height_px = kiosk->metrics.height,
    .has_voice = cz_narrator_voice (kiosk->narrator) != NULL,
    .sound_devices = kiosk->has_sound_card ? "/dev/snd" : NULL,
    .has_agent = kiosk->agent != NULL && cz_agent_link_is_there (kiosk->agent),
    .is_set_up = setup->stage == CZ_SETUP_DONE && (!setup->has_record || cz_first_boot_is_complete (setup->boot)),
    .clock = cz_catalog_clock (kiosk->catalog),
  };

  if (facts.has_agent) {
    facts.agent_state = cz_agent_link_state (kiosk->agent);
    facts.agent_trouble = cz_agent_link_trouble (kiosk->agent);
    facts.last_contact_s = cz_agent_link_last_contact_s (kiosk->agent);
  }
  cz_self_test_async (&facts, cancellable, done, data);
}

gboolean
cz_findings_take (CzKiosk *kiosk, GAsyncResult *result)
{
  CzFindings *findings = cz_self_test_finish (result);

  if (findings == NULL)
    return FALSE;
  g_clear_pointer (&kiosk->findings, cz_findings_free);
  kiosk->findings = findings;
  if (kiosk->touch_is_good)
    findings->parts[CZ_PART_TOUCH].state = CZ_FINDING_GOOD;
  for (int i = 0; i < CZ_N_PARTS; i++) {
    g_autofree char *code = g_strdup_printf ("%d", findings->parts[i].code);
    if (findings->parts[i].state == CZ_FINDING_FAULT)
      cz_log_event (kiosk->log, "fault", "part", cz_part_id ((CzPart) i), "code", code, NULL);
  }
  cz_log_event (kiosk->log, "tested", NULL);
  return TRUE;
}

const CzFinding *
cz_findings_get (CzKiosk *kiosk, CzPart part)
{
  static const CzFinding unknown = { .state = CZ_FINDING_UNKNOWN };

  return kiosk->findings != NULL ? &kiosk->findings->parts[part] : &unknown;
}

guint
cz_findings_count (CzKiosk *kiosk, CzFindingState state)
{
  guint n = 0;

  for (int i = 0; i < CZ_N_PARTS; i++)
    n += cz_findings_get (kiosk, (CzPart) i)->state == state;
  return n;
}

char *
cz_findings_short (CzKiosk *kiosk, CzPart part)
{
  const CzFinding *finding = cz_findings_get (kiosk, part);

  if (finding->state == CZ_FINDING_FAULT)
    return g_strdup_printf (_("code %d"), finding->code);
  if (finding->state == CZ_FINDING_UNKNOWN)
    return g_strdup (part == CZ_PART_TOUCH ? _("not tried") : _("not told"));
  if (part == CZ_PART_ROOM)
    return g_strdup_printf (_("%lld MB"), (long long) finding->number);
  if (part == CZ_PART_WEAR)
    return g_strdup_printf ("%lld%%", (long long) finding->number);
  if (part == CZ_PART_SYSTEM)
    return g_strdup (CZ_VERSION);
  return g_strdup (_("good"));
}

static char *
system_words (CzKiosk *kiosk, const CzFinding *finding)
{
  int content = (int) cz_findings_get (kiosk, CZ_PART_CONTENT)->number, station = (int) cz_findings_get (kiosk, CZ_PART_STATION)->number;
  /* Translators: version of the program, versions of the two files. */
  g_autofree char *versions = g_strdup_printf (_("Program %1$s, content %2$d, village %3$d."), CZ_VERSION, content, station);
  g_autofree char *slot = finding->text != NULL ? g_strdup_printf (_("System %s runs."), finding->text) : g_strdup (_("This machine tells of no second system."));

  return g_strdup_printf ("%s %s", versions, slot);
}

static char *
good_words (CzKiosk *kiosk, CzPart part, const CzFinding *finding)
{
  switch (part) {
  case CZ_PART_SCREEN:
    return g_strdup_printf (_("%1$d by %2$d dots."), kiosk->metrics.width, kiosk->metrics.height);
  case CZ_PART_TOUCH:
    return g_strdup (_("All five dots were hit."));
  case CZ_PART_SOUND:
    return g_strdup (_("The voice is ready. Touch to hear it."));
  case CZ_PART_CONTENT:
    return g_strdup (_("Read from beginning to end: whole."));
  case CZ_PART_STATION:
    return g_strdup (_("What the village entered is whole."));
  case CZ_PART_AGENT:
    return g_strdup (_("The program that fetches news is running."));
  case CZ_PART_ROAD:
    return g_strdup (_("The county has been reached."));
  case CZ_PART_CLOCK:
    return g_strdup (_("The clock fits what the county has signed."));
  case CZ_PART_ROOM:
    return g_strdup_printf (_("%lld MB are free."), (long long) finding->number);
  case CZ_PART_WEAR:
    return g_strdup_printf (_("%lld percent of the card's life are used."), (long long) finding->number);
  case CZ_PART_SYSTEM:
    return system_words (kiosk, finding);
  case CZ_PART_SET_UP:
  case CZ_N_PARTS:
  default:
    return g_strdup (_("Every step is done."));
  }
}

char *
cz_findings_sentence (CzKiosk *kiosk, CzPart part)
{
  const CzFinding *finding = cz_findings_get (kiosk, part);

  if (finding->state == CZ_FINDING_FAULT)
    return g_strdup (cz_fault_sentence (finding->code));
  if (finding->state == CZ_FINDING_GOOD)
    return good_words (kiosk, part, finding);
  if (part == CZ_PART_TOUCH)
    return g_strdup (_("Touch the five dots one after another."));
  if (part == CZ_PART_WEAR)
    return g_strdup (_("This card does not tell how worn it is."));
  if (part == CZ_PART_ROAD)
    return g_strdup (_("Without the program that fetches news nobody knows."));
  return g_strdup (_("Not told."));
}
