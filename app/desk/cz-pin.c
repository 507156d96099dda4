/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/desk/cz-pin.h"

#include <string.h>

#include "sync/outbox/cz-outbox.h"
#include "sync/wire/cz-pin-hash.h"

#define FIRST_WAIT_S 300
#define LONGEST_WAIT_S 3600

static const struct {
  const char *hash;
  const char *tries; /* "wrong tries, boot time of the last in microseconds" */
} settings[] = {
  [CZ_PIN_TECHNICIAN] = { CZ_SETTING_TECHNICIAN_PIN, CZ_SETTING_TECHNICIAN_PIN ".tries" },
  [CZ_PIN_OPERATOR] = { CZ_SETTING_OPERATOR_PIN, CZ_SETTING_OPERATOR_PIN ".tries" },
};

void
cz_pin_answer_free (CzPinAnswer *answer)
{
  if (!answer)
    return;
  g_free (answer->message);
  g_free (answer);
}

static CzPinAnswer *
answer_new (CzPinVerdict verdict, int wait_s, const char *message)
{
  CzPinAnswer *answer = g_new0 (CzPinAnswer, 1);
  answer->verdict = verdict;
  answer->wait_s = wait_s;
  answer->message = g_strdup (message);
  return answer;
}

gboolean
cz_pin_is_easy (const char *pin)
{
  gboolean same = TRUE, up = TRUE, down = TRUE;
  for (gsize i = 1; i < strlen (pin); i++) {
    same &= pin[i] == pin[i - 1];
    up &= pin[i] == pin[i - 1] + 1;
    down &= pin[i] == pin[i - 1] - 1;
  }
  return same || up || down;
}

int
cz_pin_wait_after (guint wrong_tries)
{
  if (wrong_tries < CZ_PIN_FREE_TRIES)
    return 0;
  guint doublings = MIN (wrong_tries - CZ_PIN_FREE_TRIES, 10u);
  return MIN (FIRST_WAIT_S << doublings, LONGEST_WAIT_S);
}

gboolean
cz_pin_is_set (const char *station_dir, CzPinKind kind)
{
  /* Opening would make the folder, which is the agent's to make. */
  g_autoptr (CzOutbox) outbox = g_file_test (station_dir, G_FILE_TEST_IS_DIR) ? cz_outbox_open (station_dir, FALSE, NULL) : NULL;
  g_autofree char *hash = outbox ? cz_outbox_get (outbox, settings[kind].hash) : NULL;
  return hash != NULL;
}

typedef struct {
  guint wrong;
  gint64 last_us;
} Tries;

static Tries
tries_read (CzOutbox *outbox, CzPinKind kind)
{
  g_autofree char *text = cz_outbox_get (outbox, settings[kind].tries);
  g_auto (GStrv) parts = g_strsplit (text ? text : "", " ", 3);
  guint64 wrong = 0, last_us = 0;
  Tries tries = { 0 };
  if (g_strv_length (parts) != 2 || !g_ascii_string_to_unsigned (parts[0], 10, 0, G_MAXUINT16, &wrong, NULL)
      || !g_ascii_string_to_unsigned (parts[1], 10, 0, G_MAXINT64, &last_us, NULL))
    return tries;
  tries.wrong = (guint) wrong;
  tries.last_us = (gint64) last_us;
  return tries;
}

static gboolean
tries_write (CzOutbox *outbox, CzPinKind kind, const Tries *tries, GError **error)
{
  g_autofree char *text = tries->wrong > 0 ? g_strdup_printf ("%u %" G_GINT64_FORMAT, tries->wrong, tries->last_us) : NULL;
  return cz_outbox_set (outbox, settings[kind].tries, text, error);
}

/* A boot time before the last try's means a restart since; then only the time since the restart is known to have passed. Never more
 * than has truly passed. */
static int
wait_left_s (const Tries *tries, gint64 boot_us)
{
  gint64 passed_us = boot_us >= tries->last_us ? boot_us - tries->last_us : boot_us;
  return (int) MAX (0, cz_pin_wait_after (tries->wrong) - passed_us / G_USEC_PER_SEC);
}

static CzPinAnswer *
failed (const GError *error)
{
  return answer_new (CZ_PIN_FAILED, 0, error ? error->message : NULL);
}

CzPinAnswer *
cz_pin_try (const char *station_dir, CzPinKind kind, const char *pin, CzClock *clock)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzOutbox) outbox = cz_outbox_open (station_dir, FALSE, &error);
  g_autofree char *hash = outbox ? cz_outbox_get (outbox, settings[kind].hash) : NULL;
  if (!hash)
    return failed (error);
  Tries tries = tries_read (outbox, kind);
  gint64 boot_us = cz_clock_boot_us (clock);
  int left_s = wait_left_s (&tries, boot_us);
  if (left_s > 0)
    return answer_new (CZ_PIN_WAIT, left_s, NULL);
  tries.wrong = MIN (tries.wrong + 1, (guint) G_MAXUINT16);
  tries.last_us = boot_us;
  if (!tries_write (outbox, kind, &tries, &error))
    return failed (error);
  if (!cz_pin_hash_matches (hash, pin))
    return answer_new (CZ_PIN_WRONG, cz_pin_wait_after (tries.wrong), NULL);
  tries = (Tries){ 0 };
  if (!tries_write (outbox, kind, &tries, &error))
    return failed (error);
  return answer_new (CZ_PIN_RIGHT, 0, NULL);
}

CzPinAnswer *
cz_pin_set (const char *station_dir, CzPinKind kind, const char *pin)
{
  g_autoptr (GError) error = NULL;
  Tries none = { 0 };
  if (cz_pin_is_easy (pin))
    return answer_new (CZ_PIN_EASY, 0, NULL);
  g_autoptr (CzOutbox) outbox = cz_outbox_open (station_dir, FALSE, &error);
  g_autofree char *hash = outbox ? cz_pin_hash (pin) : NULL;
  if (!hash || !cz_outbox_set (outbox, settings[kind].hash, hash, &error) || !tries_write (outbox, kind, &none, &error))
    return failed (error);
  return answer_new (CZ_PIN_RIGHT, 0, NULL);
}

/* ---- in a worker ---- */

typedef struct {
  char *station_dir;
  CzPinKind kind;
  char pin[CZ_PIN_DIGITS + 1];
  CzClock *clock; /* NULL: set */
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;
  g_free (job->station_dir);
  g_clear_object (&job->clock);
  g_free (job);
}

static void
run (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Job *job = data;
  CzPinAnswer *answer = job->clock ? cz_pin_try (job->station_dir, job->kind, job->pin, job->clock)
                                   : cz_pin_set (job->station_dir, job->kind, job->pin);
  g_task_return_pointer (task, answer, (GDestroyNotify) cz_pin_answer_free);
}

static void
start (const char *station_dir, CzPinKind kind, const char *pin, CzClock *clock, GCancellable *cancellable, GAsyncReadyCallback done, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, done, data);
  Job *job = g_new0 (Job, 1);
  job->station_dir = g_strdup (station_dir);
  job->kind = kind;
  g_strlcpy (job->pin, pin, sizeof job->pin);
  job->clock = clock ? g_object_ref (clock) : NULL;
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, run);
}

void
cz_pin_try_async (const char *station_dir, CzPinKind kind, const char *pin, CzClock *clock, GCancellable *cancellable,
                  GAsyncReadyCallback done, gpointer data)
{
  start (station_dir, kind, pin, clock, cancellable, done, data);
}

void
cz_pin_set_async (const char *station_dir, CzPinKind kind, const char *pin, GCancellable *cancellable, GAsyncReadyCallback done, gpointer data)
{
  start (station_dir, kind, pin, NULL, cancellable, done, data);
}

CzPinAnswer *
cz_pin_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}
