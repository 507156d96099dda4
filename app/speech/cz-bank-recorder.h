/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/speech/cz-sink.h"

/* The logic of recording a phrase bank, without a screen and without a microphone: which phrases are wanted, which
 * are there, whether a take is good, keeping it, playing it back. What was kept is on disk before keep returns, so
 * a session may end at any moment and go on another day. One thread at a time. */
typedef struct _CzBankRecorder CzBankRecorder;

#define CZ_BANK_RECORDER_ERROR (cz_bank_recorder_error_quark ())
GQuark cz_bank_recorder_error_quark (void);
typedef enum {
  CZ_BANK_RECORDER_ERROR_LIST, /* the list of phrases cannot be read; the message names file and line */
  CZ_BANK_RECORDER_ERROR_TAKE, /* the take is not good enough: cz_bank_recorder_check says why; say it again */
  CZ_BANK_RECORDER_ERROR_ABSENT, /* that phrase is not recorded yet */
} CzBankRecorderError;

typedef enum {
  CZ_TAKE_GOOD = 0,
  CZ_TAKE_CLIPPED = 1 << 0, /* too loud: further from the microphone */
  CZ_TAKE_SILENT = 1 << 1, /* nothing said, or the microphone is off */
  CZ_TAKE_FAINT = 1 << 2, /* below -32 dB: nearer to the microphone */
  CZ_TAKE_TOO_LONG = 1 << 3, /* more was said than the phrase */
  CZ_TAKE_TOO_SHORT = 1 << 4,
  CZ_TAKE_CUT = 1 << 5, /* speech reaches the first or last 20 ms: begin later, stop later */
  CZ_TAKE_NOISY = 1 << 6, /* what is around the words is less than 20 dB below them: a quieter room; only advice */
} CzTakeFlags;

/* phrases: a list, one "phrase<TAB>pinyin<TAB>group" a line, "#" begins a comment (assets/speech/phrases.txt).
 * dir: the bank, begun when it is not there. speaker: a name the speaker agreed to, kept in the bank. Fails with
 * CZ_BANK_RECORDER_ERROR_LIST, CZ_PHRASE_BANK_ERROR_DAMAGED (an index that is there) or G_IO_ERROR. */
CzBankRecorder *cz_bank_recorder_new (const char *phrases, const char *dir, const char *speaker,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cz_bank_recorder_free (CzBankRecorder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzBankRecorder, cz_bank_recorder_free)

guint cz_bank_recorder_n_phrases (CzBankRecorder *self);
guint cz_bank_recorder_n_done (CzBankRecorder *self);
/* The first phrase at or after from that is not recorded, beginning anew at the end; -1 when all are. */
int cz_bank_recorder_next (CzBankRecorder *self, guint from);

const char *cz_bank_recorder_text (CzBankRecorder *self, guint i);
const char *cz_bank_recorder_pinyin (CzBankRecorder *self, guint i);
const char *cz_bank_recorder_group (CzBankRecorder *self, guint i);
gboolean cz_bank_recorder_is_done (CzBankRecorder *self, guint i);

/* rate_hz: 8,000..48,000. */
CzTakeFlags cz_bank_recorder_check (CzBankRecorder *self, guint i, const gint16 *samples, gsize n, guint rate_hz);
/* Checks, cuts the silence off and stores a take, in place of an earlier one. Fails with
 * CZ_BANK_RECORDER_ERROR_TAKE or G_FILE_ERROR; the bank is then as it was. */
gboolean cz_bank_recorder_keep (CzBankRecorder *self, guint i, const gint16 *samples, gsize n, guint rate_hz,
                                GError **error);
/* Plays what was kept, and returns when it was heard: not for the main thread. Fails with
 * CZ_BANK_RECORDER_ERROR_ABSENT, CZ_WAV_ERROR or as the sink does. */
gboolean cz_bank_recorder_play (CzBankRecorder *self, guint i, CzSink *sink, GError **error);
