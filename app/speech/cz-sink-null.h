/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/speech/cz-sink.h"

/* The silent sink as a recorder: what a test needs to know of what was spoken. Any thread may call. */
#define CZ_TYPE_SINK_NULL (cz_sink_null_get_type ())
G_DECLARE_FINAL_TYPE (CzSinkNull, cz_sink_null, CZ, SINK_NULL, GObject)

/* A sink whose listener hears only what cz_sink_null_advance allows: highlights and stops without waiting. */
CzSink *cz_sink_null_new_held (void);
void cz_sink_null_advance (CzSinkNull *self, guint64 n_frames);

/* Paced by the clock, but so many times as fast: a test that listens to a law to its end need not wait as long as a villager. */
CzSink *cz_sink_null_new_hurried (guint times);

/* Keep the samples and labels of utterances from now on; off at first, since a kiosk without a card speaks for
 * years. Turning it off or on forgets what was kept. */
void cz_sink_null_set_recording (CzSinkNull *self, gboolean recording);

/* Utterances opened while recording, the one now open included. */
guint cz_sink_null_n_utterances (CzSinkNull *self);
/* The text the utterance was opened with. Returns: (transfer full) (nullable): NULL when there is none of that number. */
char *cz_sink_null_dup_label (CzSinkNull *self, guint i);
/* What was heard of it: after a stop only the part up to there. Returns: (transfer full) (nullable)
 * (element-type gint16). */
GArray *cz_sink_null_dup_samples (CzSinkNull *self, guint i);

/* Makes every later open and write fail with G_IO_ERROR_NOT_FOUND, as on a machine without a card or with one that is
 * pulled out, until set back. */
void cz_sink_null_set_broken (CzSinkNull *self, gboolean broken);
