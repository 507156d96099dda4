/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/speech/cz-voice.h"

/* One text being spoken: what the worker tells the main thread about it. Private to the voice. */

/* A chunk and the frame of the utterance at which it begins to be heard. */
typedef struct {
  guint64 frame;
  gsize start;
  gsize end;
  CzLang lang;
  char *spoken;
  char *input;
  char *phonemes; /* NULL until the synthesiser is through with it */
} CzMark;

typedef struct {
  guint number;
  char *text;
  CzSayOptions options;
  gboolean language_missing;
  gint cancelled; /* atomic; set by the main thread, once */

  GMutex lock; /* the fields below */
  GPtrArray *marks; /* element-type CzMark, only growing */
  CzSink *sink; /* where it is heard now, NULL before it is open and after it ended */
  guint64 base_frame; /* frames heard before that sink was opened */
  gboolean opened; /* some sink was */
  gboolean silent; /* the station's sink failed */
  gboolean done;

  guint n_fired; /* main thread only, as the next */
  guint n_said;
} CzUtterance;

CzUtterance *cz_utterance_new (guint number, const char *text, const CzSayOptions *options);
CzUtterance *cz_utterance_ref (CzUtterance *self);
void cz_utterance_unref (CzUtterance *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzUtterance, cz_utterance_unref)

void cz_utterance_cancel (CzUtterance *self);
gboolean cz_utterance_is_cancelled (CzUtterance *self);

/* From the worker. */
void cz_utterance_set_sink (CzUtterance *self, CzSink *sink, guint64 base_frame, gboolean silent);
void cz_utterance_add_mark (CzUtterance *self, const CzChunk *chunk, gsize offset, guint64 frame);
void cz_utterance_set_phonemes (CzUtterance *self, char *phonemes); /* of the last mark; (transfer full) */
void cz_utterance_set_done (CzUtterance *self);

/* From the main thread. The next mark that is heard by now, or NULL; it lives as long as the utterance. wait_frames:
 * how far off the next one is, 0 when that is not known. */
const CzMark *cz_utterance_take_mark (CzUtterance *self, guint64 *wait_frames);
/* The next taken mark whose phonemes are known, or NULL. */
const CzMark *cz_utterance_take_said (CzUtterance *self);
gboolean cz_utterance_is_done (CzUtterance *self);
/* Whether it can be heard; otherwise while no sink is open yet. */
gboolean cz_utterance_has_sound (CzUtterance *self, gboolean otherwise);

/* One line of the speech log, as cz-voice.h shows it. Returns: (transfer full). */
char *cz_utterance_mark_to_json (CzUtterance *self, const CzMark *mark);
