/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

/* A sound card's clock without the card: how far a listener would have come, and how long a writer must wait.
 * Embedded by the sinks that have no hardware. Every function but init and clear may be called by any thread. */
typedef enum {
  CZ_PACE_FAST, /* heard as soon as written */
  CZ_PACE_REAL, /* by the monotonic clock */
  CZ_PACE_HELD, /* only by cz_pace_advance, for tests that must not depend on time */
} CzPaceMode;

#define CZ_PACE_AHEAD_MS 100 /* written but not heard: what a card's buffer holds */

typedef struct {
  CzPaceMode mode;
  GMutex lock;
  GCond changed;
  gboolean interrupted;
  guint rate_hz;
  guint times; /* REAL: how much faster than the clock it is heard; 1 but in tests */
  guint64 written; /* frames of this utterance */
  guint64 base_frames; /* REAL: frames heard at base_us; HELD: frames allowed so far */
  gint64 base_us;
} CzPace;

void cz_pace_init (CzPace *self, CzPaceMode mode);
void cz_pace_clear (CzPace *self);

/* A new utterance: nothing written, no interrupt pending. */
void cz_pace_begin (CzPace *self, guint rate_hz);

/* Waits until some of n frames fit and counts them as written. Returns how many, 1..n; 0 once interrupted. */
gsize cz_pace_take (CzPace *self, gsize n);

guint64 cz_pace_played (CzPace *self);

/* Waits until all written frames were heard or an interrupt comes. */
void cz_pace_drain (CzPace *self);

/* Forgets what was written and not heard; returns the frames heard. */
guint64 cz_pace_drop (CzPace *self);

void cz_pace_interrupt (CzPace *self);

/* HELD only: lets the listener hear n more frames. */
void cz_pace_advance (CzPace *self, guint64 n);
