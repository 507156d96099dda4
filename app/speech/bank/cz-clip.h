/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

/* Arithmetic on short recordings: arrays of gint16, mono. Pure; any thread. */

#define CZ_CLIP_FULL_SCALE 32767

/* The loudness of the part where something is said: root mean square over the 10 ms frames that are within 30 dB of
 * the loudest one. 0 for silence. */
double cz_clip_level (const gint16 *samples, gsize n, guint rate_hz);

guint cz_clip_peak (const gint16 *samples, gsize n);

/* Removes what is 40 dB or more below the peak at both ends, but for 10 ms. A silent clip becomes empty. */
void cz_clip_trim (GArray *clip, guint rate_hz);

/* Multiplies so that the level becomes level, but never so much that the peak goes beyond 30,000. */
void cz_clip_set_level (GArray *clip, guint rate_hz, double level);

/* To another rate, by a windowed sinc that keeps out what the new rate cannot hold. Returns: (transfer full). */
GArray *cz_clip_resample (const GArray *clip, guint from_hz, guint to_hz);

/* Adds piece to out: over a raised-cosine crossfade of 8 ms when gap_ms is 0, else after that much silence, with
 * both ends faded over 4 ms. Neither clicks, wherever the waves stand. */
void cz_clip_join (GArray *out, const gint16 *piece, gsize n, guint gap_ms, guint rate_hz);
