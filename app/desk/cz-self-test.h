/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <gio/gio.h>
#include "app/desk/cz-fault.h"
#include "sync/model/cz-clock.h"

/* A station looks at itself. What can be read without the screen is read here; what only the screen knows is handed in as facts. */

typedef enum {
  CZ_FINDING_GOOD,
  CZ_FINDING_FAULT, /* code says which */
  CZ_FINDING_UNKNOWN, /* nobody tells: no fault */
} CzFindingState;

typedef struct {
  CzFindingState state;
  int code; /* of cz-fault.h; 0 unless FAULT */
  gint64 number; /* CONTENT, STATION: version of the file; ROOM: MiB free; WEAR: per cent used, in tens; else 0 */
  char *text; /* SYSTEM: name of the slot that runs (nullable) */
} CzFinding;

typedef struct {
  CzFinding parts[CZ_N_PARTS];
} CzFindings;
void cz_findings_free (CzFindings *findings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzFindings, cz_findings_free)

typedef struct {
  /* Where to look. */
  const char *home; /* of the station */
  const char *sys_block; /* "/sys/block" */
  const char *slots; /* what `rauc status --output-format=json` wrote; need not be there */
  /* What the screen knows. */
  int width_px;
  int height_px;
  gboolean has_voice;
  const char *sound_devices; /* folder of ALSA's devices, "/dev/snd"; NULL: sound goes elsewhere */
  gboolean has_agent; /* a bus was given and the agent is on it */
  const char *agent_state; /* (nullable) as org.cunzhan.Sync1 */
  const char *agent_trouble; /* (nullable) */
  gint64 last_contact_s;
  gboolean is_set_up; /* every step of the first boot is done, or there was none */
  CzClock *clock; /* (transfer none) */
} CzSelfTestFacts;

/* Reads whole databases: for a worker. TOUCH is left UNKNOWN. Never NULL. */
CzFindings *cz_self_test (const CzSelfTestFacts *facts);
void cz_self_test_async (const CzSelfTestFacts *facts, GCancellable *cancellable, GAsyncReadyCallback done, gpointer data);
CzFindings *cz_self_test_finish (GAsyncResult *result); /* NULL only when cancelled */
