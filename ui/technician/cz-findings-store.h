/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "ui/common/cz-kiosk.h"

/* Runs the self-test with what this screen knows; kiosk->findings is the last one's. Main thread; the work is a worker's. */
void cz_findings_look (CzKiosk *kiosk, GCancellable *cancellable, GAsyncReadyCallback done, gpointer data);
/* Keeps the result; FALSE when cancelled. */
gboolean cz_findings_take (CzKiosk *kiosk, GAsyncResult *result);

/* One line for a cell ("good", "code 2102"), and one sentence. Owned by the caller. */
char *cz_findings_short (CzKiosk *kiosk, CzPart part);
char *cz_findings_sentence (CzKiosk *kiosk, CzPart part);
/* As of the last self-test; UNKNOWN before the first. (transfer none) */
const CzFinding *cz_findings_get (CzKiosk *kiosk, CzPart part);
guint cz_findings_count (CzKiosk *kiosk, CzFindingState state);
