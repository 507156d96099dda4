/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

/* What a self-test looks at, and what it may find: one table of four-digit codes for the hotline. A code never changes its meaning and is
 * not used again. board/GUIDE.zh.md lists them. Pure, main thread (gettext). */

typedef enum {
  CZ_PART_SCREEN,
  CZ_PART_TOUCH,
  CZ_PART_SOUND,
  CZ_PART_CONTENT, /* content.db */
  CZ_PART_STATION, /* station.db */
  CZ_PART_AGENT,
  CZ_PART_ROAD, /* the depot, as the agent says */
  CZ_PART_CLOCK,
  CZ_PART_ROOM, /* free space */
  CZ_PART_WEAR, /* of the card */
  CZ_PART_SYSTEM, /* versions and slots */
  CZ_PART_SET_UP, /* the first boot; fingerprint */
  CZ_N_PARTS,
} CzPart;

const char *cz_part_id (CzPart part); /* "content", for logs */
const char *cz_part_name (CzPart part); /* on screen, translated */

typedef struct {
  int code;
  CzPart part;
  const char *sentence; /* what it is and what to do; msgid */
} CzFault;

/* All, ascending by code; *n of them. */
const CzFault *cz_fault_table (gsize *n);
/* The translated sentence; "" for a code that is not in the table. */
const char *cz_fault_sentence (int code);
