/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <gio/gio.h>
#include "sync/model/cz-clock.h"

/* The two PINs of a station. station.db holds their Argon2id hash and how often they were tried in vain; a try is written down before it
 * is looked at, so that pulling the plug wins nothing. After CZ_PIN_FREE_TRIES wrong ones each further try waits: 5 minutes, then
 * twice as long each time up to an hour. Waiting is counted in powered-on time: the clock may be set, a restart begins it anew. */

#define CZ_PIN_DIGITS 6
#define CZ_PIN_FREE_TRIES 5

typedef enum { CZ_PIN_TECHNICIAN, CZ_PIN_OPERATOR } CzPinKind;

typedef enum {
  CZ_PIN_RIGHT, /* for set: it is set */
  CZ_PIN_WRONG,
  CZ_PIN_WAIT, /* not looked at: wait_s first */
  CZ_PIN_EASY, /* for set: one digit six times, or a row of digits */
  CZ_PIN_FAILED, /* station.db cannot be used */
} CzPinVerdict;

typedef struct {
  CzPinVerdict verdict;
  int wait_s; /* until the next try is looked at, 0 = now; with WRONG and WAIT */
  char *message; /* with FAILED (nullable) */
} CzPinAnswer;
void cz_pin_answer_free (CzPinAnswer *answer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzPinAnswer, cz_pin_answer_free)

/* Six digits that somebody would guess first. Pure. */
gboolean cz_pin_is_easy (const char *pin);
/* Seconds to wait after so many wrong tries. Pure. */
int cz_pin_wait_after (guint wrong_tries);
/* station_dir: the folder of station.db, which must be there; FALSE when it is not, too. One read. */
gboolean cz_pin_is_set (const char *station_dir, CzPinKind kind);

/* These take a second of a small board's time: call them from a worker, or take the _async ones. pin: CZ_PIN_DIGITS digits. Never NULL. */
CzPinAnswer *cz_pin_try (const char *station_dir, CzPinKind kind, const char *pin, CzClock *clock);
CzPinAnswer *cz_pin_set (const char *station_dir, CzPinKind kind, const char *pin);

void cz_pin_try_async (const char *station_dir, CzPinKind kind, const char *pin, CzClock *clock, GCancellable *cancellable,
                       GAsyncReadyCallback done, gpointer data);
void cz_pin_set_async (const char *station_dir, CzPinKind kind, const char *pin, GCancellable *cancellable, GAsyncReadyCallback done,
                       gpointer data);
/* NULL only when cancelled. */
CzPinAnswer *cz_pin_finish (GAsyncResult *result);
