/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib-object.h>

/* Where sound goes. Mono, 16-bit, at the rate given to open. All calls come from the voice's worker thread,
 * except cz_sink_played_frames and cz_sink_interrupt, which any thread may call.
 * Implementations: ALSA (cz-sink-alsa), WAV files (cz-sink-wav), recording with virtual time for tests and for
 * stations without a sound card (cz-sink-null). */
#define CZ_TYPE_SINK (cz_sink_get_type ())
G_DECLARE_INTERFACE (CzSink, cz_sink, CZ, SINK, GObject)

struct _CzSinkInterface {
  GTypeInterface parent;
  /* Begins an utterance; label is the text about to be spoken (WAV sinks name or log it). */
  gboolean (*open) (CzSink *self, guint rate_hz, const char *label, GError **error);
  /* Blocks until the samples are accepted or interrupt is called; FALSE with G_IO_ERROR_CANCELLED then. */
  gboolean (*write) (CzSink *self, const gint16 *samples, gsize n_frames, GError **error);
  /* Plays out what was accepted (drop = FALSE) or throws it away at once (drop = TRUE). */
  void (*close) (CzSink *self, gboolean drop);
  /* Makes a blocked or future write return until the next open. */
  void (*interrupt) (CzSink *self);
  /* Frames of this utterance a listener has heard by now; after close the last figure. */
  guint64 (*played_frames) (CzSink *self);
  /* Optional: nothing was spoken for a while, give the hardware back (other programs, amplifier off). */
  void (*release) (CzSink *self);
};

/* open fails with G_IO_ERROR_NOT_FOUND (no card), G_IO_ERROR_BUSY (another program holds it) or, for files, what
 * the file system says; write with G_IO_ERROR_CANCELLED after interrupt, or with the failure of the device. */
gboolean cz_sink_open (CzSink *self, guint rate_hz, const char *label, GError **error);
gboolean cz_sink_write (CzSink *self, const gint16 *samples, gsize n_frames, GError **error);
void cz_sink_close (CzSink *self, gboolean drop);
void cz_sink_interrupt (CzSink *self);
guint64 cz_sink_played_frames (CzSink *self);
void cz_sink_release (CzSink *self);

CzSink *cz_sink_alsa_new (const char *device); /* device: NULL for "default" */

/* A folder (made when absent): one numbered WAV an utterance, and index.txt with a line "000001.wav<TAB>text" for
 * each. A path ending in .wav: utterances are appended to that one file. Accepts sound as fast as it comes. */
CzSink *cz_sink_wav_new (const char *dir_or_file);
/* The same, but takes the time a loudspeaker would take, so that a highlight follows a reader's pace: for a kiosk
 * whose sound goes to files. After a stop the file ends where the listener was. */
CzSink *cz_sink_wav_new_real_time (const char *dir_or_file);
/* One file begun anew at the first open, whatever its name; all utterances follow each other in it. */
CzSink *cz_sink_wav_new_file (const char *file);

/* Silent. real_time: paces by the wall clock; else as fast as it can. See cz-sink-null.h for recording. */
CzSink *cz_sink_null_new (gboolean real_time);
