/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

/* What `rauc status --output-format=json` wrote of the two systems on a board. Any thread. */
typedef struct {
  char *booted; /* bootname of the slot that runs, "A" */
  gboolean is_booted_good;
  gboolean is_other_bad;
} CzSlots;

/* NULL when the file is not there, longer than 64 KiB, or not such a file. */
CzSlots *cz_slots_read (const char *path);
void cz_slots_free (CzSlots *slots);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzSlots, cz_slots_free)
