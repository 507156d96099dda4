/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/station/cz-service.h"

#include <glib-unix.h>
#include <unistd.h>

#include "sync/outbox/cz-outbox.h"
#include "sync/station/cz-bus.h"
#include "sync/station/cz-poll.h"
#include "sync/station/cz-send.h"
#include "sync/station/cz-stick.h"
#include "sync/station/cz-sync-dbus.h"

#define UNENROLLED_POLL_S 60
#define SAVE_TIME_EVERY_S 3600
#define FORGET_DAYS 90
#define CHECK_ROWS_EVERY_US (7 * G_TIME_SPAN_DAY)
#define SLIP_MAX 4096u
#define STICK_MEDIA_BYTES (32u * 1024u * 1024u) /* at one time: half a minute for a slow stick; the next visit goes on */
#define ERROR_BUSY "org.cunzhan.Sync1.Error.Busy"
#define ERROR_FAILED "org.cunzhan.Sync1.Error.Failed"
#define ERROR_REFUSED "org.cunzhan.Sync1.Error.Refused"

typedef struct {
  CzHome *home;
  CzClock *clock;
  const CzServiceOptions *options;
  CzRoundOptions round; /* of the caller, with our events */
  GMainLoop *loop;
  GDBusConnection *connection;
  CzDbusSync1 *skeleton;
  GThreadPool *worker;
  GCancellable *cancellable;
  gboolean is_busy;
  gboolean is_in_round; /* what it is busy with */
  gboolean is_poll; /* the next round is one that nobody asked for */
  gboolean is_round_due; /* asked for while busy with something else */
  GQueue imports; /* GDBusMethodInvocation waiting for the stick */
  guint poll_source;
  guint failures;
  GHashTable *channels; /* channel → guint64[2]: held, offered */
  GError *failure; /* why the loop ended */
  /* The worker's alone. */
  CzTicket *ticket;
  CzStation *station;
  int lock; /* of the home, held while the station is open: a station that is not enrolled yet can be enrolled beside us */
  gboolean has_checked_pages;
  gint64 rows_checked_us; /* powered-on time of the last look at every row, 0 = none since the start */
  CzOutbox *outbox; /* kept open: only so does the backup know that nothing has changed */
} Service;

typedef enum { JOB_ROUND, JOB_STICK, JOB_SAVE_TIME } JobKind;

typedef struct {
  JobKind kind;
  gboolean is_poll; /* nobody asked for it */
  GDBusMethodInvocation *invocation; /* (nullable) */
  /* What came of it. */
  gboolean is_enrolled;
  gboolean has_report;
  gint64 waiting; /* messages without a road */
  guint to_carry; /* messages a stick should take along */
  gboolean stick_lacks; /* news that are kept here; it could only be read */
  CzRoundReport report;
  GError *error;
} Job;

static void start_job (Service *self, JobKind kind, GDBusMethodInvocation *invocation);

/* ---- telling the bus, in the main thread ---- */

typedef enum { TELL_STATE, TELL_HEAD, TELL_PROGRESS, TELL_CHANGED, TELL_REFUSED } TellKind;

typedef struct {
  Service *self;
  TellKind kind;
  CzChannel channel;
  guint64 a;
  guint64 b;
  gboolean flag;
  char *word;
  char *text;
} Tell;

static void
tell_free (gpointer data)
{
  Tell *tell = data;
  g_free (tell->word);
  g_free (tell->text);
  g_free (tell);
}

static int
compare_channels (gconstpointer a, gconstpointer b)
{
  return GPOINTER_TO_INT (a) - GPOINTER_TO_INT (b);
}

static void
publish_channels (Service *self)
{
  GVariantBuilder builder;
  g_autoptr (GList) keys = g_list_sort (g_hash_table_get_keys (self->channels), compare_channels);
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(stt)"));
  for (GList *key = keys; key; key = key->next) {
    const guint64 *numbers = g_hash_table_lookup (self->channels, key->data);
    g_autofree char *code = cz_channel_to_string (GPOINTER_TO_INT (key->data));
    g_variant_builder_add (&builder, "(stt)", code, numbers[0], numbers[1]);
  }
  cz_dbus_sync1_set_channels (self->skeleton, g_variant_builder_end (&builder));
}

static void
note_channel (Service *self, CzChannel channel, guint64 held, guint64 offered)
{
  guint64 *numbers = g_hash_table_lookup (self->channels, GINT_TO_POINTER (channel));
  if (!numbers) {
    numbers = g_new0 (guint64, 2);
    g_hash_table_insert (self->channels, GINT_TO_POINTER (channel), numbers);
  }
  numbers[0] = held;
  numbers[1] = offered > 0 ? offered : numbers[1];
  publish_channels (self);
}

static gboolean
on_tell (gpointer data)
{
  const Tell *tell = data;
  Service *self = tell->self;
  g_autofree char *code = cz_channel_to_string (tell->channel);
  switch (tell->kind) {
  case TELL_STATE:
    cz_dbus_sync1_set_state (self->skeleton, tell->word);
    break;
  case TELL_HEAD:
    note_channel (self, tell->channel, tell->a, tell->b);
    break;
  case TELL_PROGRESS:
    cz_dbus_sync1_emit_progress (self->skeleton, code, tell->a, tell->b);
    break;
  case TELL_CHANGED:
    note_channel (self, tell->channel, tell->a, 0);
    cz_dbus_sync1_emit_content_changed (self->skeleton, code, tell->a, tell->flag);
    break;
  case TELL_REFUSED:
    cz_dbus_sync1_emit_refused (self->skeleton, code, tell->word, tell->text);
    break;
  default:
    break;
  }
  return G_SOURCE_REMOVE;
}

/* Not g_main_context_invoke: that would call here and now while nobody runs the loop. */
static void
in_main_thread (GSourceFunc function, gpointer data, GDestroyNotify notify)
{
  g_autoptr (GSource) source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, function, data, notify);
  g_source_attach (source, NULL);
}

static void
tell (Service *self, const Tell *what)
{
  Tell *copy = g_memdup2 (what, sizeof *what);
  copy->self = self;
  copy->word = g_strdup (what->word);
  copy->text = g_strdup (what->text);
  in_main_thread (on_tell, copy, tell_free);
}

static void
on_state (const char *state, gpointer user_data)
{
  tell (user_data, &(Tell){ .kind = TELL_STATE, .word = (char *) state });
}

static void
on_head (CzChannel channel, guint64 held, guint64 offered, gpointer user_data)
{
  tell (user_data, &(Tell){ .kind = TELL_HEAD, .channel = channel, .a = held, .b = offered });
}

static void
on_progress (CzChannel channel, guint64 done, guint64 total, gpointer user_data)
{
  tell (user_data, &(Tell){ .kind = TELL_PROGRESS, .channel = channel, .a = done, .b = total });
}

static void
on_changed (CzChannel channel, guint64 seq, gboolean rebuilt, gpointer user_data)
{
  tell (user_data, &(Tell){ .kind = TELL_CHANGED, .channel = channel, .a = seq, .flag = rebuilt });
}

static void
on_refused (CzChannel channel, const char *rule, const char *message, gpointer user_data)
{
  tell (user_data, &(Tell){ .kind = TELL_REFUSED, .channel = channel, .word = (char *) rule, .text = (char *) message });
}

/* ---- the worker ---- */

static void
drop_station (Service *self)
{
  g_clear_pointer (&self->station, cz_station_close);
  g_clear_pointer (&self->ticket, cz_ticket_free);
  if (self->lock >= 0)
    close (self->lock);
  self->lock = -1;
}

static gboolean
ensure_station (Service *self, Job *job)
{
  if (self->station)
    return job->is_enrolled = TRUE;
  self->ticket = cz_home_ticket (self->home, &job->error);
  if (!self->ticket) {
    if (g_error_matches (job->error, CZ_HOME_ERROR, CZ_HOME_ERROR_NOT_ENROLLED))
      g_clear_error (&job->error);
    return FALSE;
  }
  job->is_enrolled = TRUE;
  self->lock = cz_home_lock (self->home, &job->error);
  if (self->lock >= 0)
    self->station = cz_station_open (self->home, self->ticket, self->clock, !self->has_checked_pages, &job->error);
  if (!self->station) {
    drop_station (self);
    return FALSE;
  }
  self->has_checked_pages = TRUE;
  for (guint i = 0; i < self->ticket->n_line; i++) {
    CzChannelMark mark;
    if (cz_content_mark (self->station->content, self->ticket->line[i], &mark, NULL))
      on_head (self->ticket->line[i], mark.seq, 0, self);
  }
  return TRUE;
}

/* What was published and stood so for a season: names, numbers and recordings are kept no longer than they are of use. */
static void
forget_published (Service *self)
{
  g_autoptr (GError) error = NULL;
  gint64 before_s = cz_clock_wall_s (self->clock) - (gint64) FORGET_DAYS * 86400;
  if (self->outbox && cz_clock_is_plausible (self->clock) && !cz_outbox_forget_published (self->outbox, before_s, &error))
    g_warning ("what was published is not let go: %s", error->message);
}

/* The second copy of what the village said; a failure is told and does not keep the news away. */
static void
back_up_outbox (Service *self)
{
  g_autoptr (GError) error = NULL;
  if (self->outbox && !cz_outbox_is_current (self->outbox))
    g_clear_pointer (&self->outbox, cz_outbox_free);
  if (!self->outbox)
    self->outbox = cz_outbox_open (self->home->station, FALSE, &error);
  if (self->outbox && cz_outbox_backup (self->outbox, &error))
    return;
  g_warning ("station.db is not backed up: %s", error->message);
  g_clear_pointer (&self->outbox, cz_outbox_free);
}

static void
do_round (Service *self, Job *job)
{
  const char *stick[] = { self->options->stick_folder, NULL };
  CzRoundOptions options = self->round;
  options.only_due = job->is_poll;
  if (job->kind == JOB_STICK) {
    cz_round_options_for_stick (&options, stick);
    on_state ("importing", self);
  }
  job->has_report = TRUE;
  if (cz_round_run (self->station, &options, &job->report, &job->error))
    return;
  /* Opened again it is looked at page by page, and rebuilt if need be. */
  if (g_error_matches (job->error, CZ_STORE_ERROR, CZ_STORE_ERROR_DAMAGED))
    self->has_checked_pages = FALSE;
  drop_station (self);
}

/* After the first round of every start, so that it keeps no news waiting, and then once a week: a card loses bits silently. */
static void
check_rows (Service *self, Job *job)
{
  gboolean was_damaged = FALSE;
  gint64 now_us = cz_clock_boot_us (self->clock);
  if (job->kind != JOB_ROUND || !self->station || (self->rows_checked_us > 0 && now_us - self->rows_checked_us < CHECK_ROWS_EVERY_US))
    return;
  self->rows_checked_us = MAX (now_us, 1);
  if (!cz_station_check (self->station, &was_damaged, &job->error)) {
    drop_station (self);
  } else if (was_damaged) {
    cz_round_report_clear (&job->report);
    do_round (self, job);
  }
}

/* What the village says, over the same road; a failure is told and does not spoil the round. A stick gets everything when it may be written. */
static void
do_send (Service *self, const Job *job)
{
  g_autoptr (GError) error = NULL;
  CzSendReport report = { 0 };
  CzOutbox *outbox = self->outbox;
  if (!outbox || !self->station)
    return;
  gboolean ok = job->kind == JOB_STICK ? cz_send_export (self->station, outbox, self->options->stick_folder, &report, &error)
                                       : cz_send_run (self->station, outbox, &self->round, &report, &error);
  if (!ok)
    g_warning ("what the village says is not sent: %s", error->message);
}

/* What is kept here for others; a stick that may only be read is looked at. Its faults spoil nothing: it may be pulled out at any time. */
static void
feed_stick (Service *self, Job *job)
{
  g_autoptr (GError) error = NULL;
  const char *folder = self->options->stick_folder;
  const CzStickOptions options = { folder, access (folder, W_OK) != 0, STICK_MEDIA_BYTES, self->cancellable };
  CzStickReport report;
  if (!self->station || job->error || !g_file_test (folder, G_FILE_TEST_IS_DIR)) /* no stick in */
    return;
  if (!cz_stick_write (self->station, &options, &report, &error)) {
    g_message ("not written on the stick: %s", error->message);
    return;
  }
  job->stick_lacks = options.only_look && report.files > 0;
  if (!options.only_look)
    g_message ("on the stick: %u channels, %u files written, %" G_GUINT64_FORMAT " bytes, %u channels left out", report.channels, report.files,
               report.bytes, report.n_left);
}

static gboolean on_job_done (gpointer data);

typedef struct {
  Service *self;
  Job *job;
} Done;

static void
work (gpointer data, gpointer user_data)
{
  Service *self = user_data;
  Job *job = data;
  Done *done = g_new0 (Done, 1);
  if (job->kind == JOB_SAVE_TIME) {
    if (self->station && !cz_trust_save_time (self->station->trust, self->clock, &job->error))
      g_warning ("%s", job->error->message);
    forget_published (self);
    back_up_outbox (self);
  } else if (ensure_station (self, job)) {
    do_round (self, job);
    check_rows (self, job);
    back_up_outbox (self); /* opens it, too */
    do_send (self, job);
    if (job->kind == JOB_STICK)
      feed_stick (self, job);
    back_up_outbox (self);
    job->waiting = self->outbox ? cz_outbox_item_count (self->outbox, CZ_OUTBOX_WAITING) : 0;
    job->to_carry = (self->outbox ? cz_outbox_unreceived_count (self->outbox) : 0) + (self->station ? cz_send_others (self->station) : 0);
  }
  done->self = self;
  done->job = job;
  in_main_thread (on_job_done, done, g_free);
}

/* ---- planning ---- */

/* FALSE: one is under way. A round that meets a stick or a saving at work waits for its end; were it dropped, no further one would
 * ever be planned. */
static gboolean
want_round (Service *self)
{
  if (self->is_busy && self->is_in_round)
    return FALSE;
  self->is_round_due = self->is_busy;
  start_job (self, JOB_ROUND, NULL);
  return TRUE;
}

static gboolean
on_poll (gpointer data)
{
  Service *self = data;
  self->poll_source = 0;
  self->is_poll = TRUE;
  (void) want_round (self);
  return G_SOURCE_REMOVE;
}

static void
plan_poll (Service *self, const Job *job)
{
  gint64 wall_s = cz_clock_wall_s (self->clock);
  CzPollFacts facts = { .now_s = cz_round_now_s (self->clock), .poll_hint_s = job->report.poll_hint_s, .failures = self->failures, .chance = g_random_double () };
  for (guint i = 0; job->has_report && i < job->report.channels->len; i++) {
    gint64 next_s = g_array_index (job->report.channels, CzRoundChannel, i).next_publish_s;
    if (i + 1 == job->report.channels->len)
      facts.next_publish_s = next_s;
    else if (next_s > facts.now_s && (facts.above_s == 0 || next_s < facts.above_s))
      facts.above_s = next_s;
  }
  guint delay_s = job->is_enrolled ? cz_poll_delay_s (&facts) : UNENROLLED_POLL_S;
  if (!self->options->poll)
    return;
  g_clear_handle_id (&self->poll_source, g_source_remove);
  self->poll_source = g_timeout_add_seconds (delay_s, on_poll, self);
  cz_dbus_sync1_set_next_poll (self->skeleton, wall_s + delay_s);
}

static void
publish_outcome (Service *self, const Job *job)
{
  const char *trouble = job->error ? "storage" : job->has_report ? cz_round_trouble (&job->report) : "";
  if (job->error)
    g_warning ("%s", job->error->message);
  if (job->has_report && job->report.heads_s > 0) {
    gint64 last_s = cz_dbus_sync1_get_last_contact (self->skeleton);
    cz_dbus_sync1_set_last_contact (self->skeleton, MAX (last_s, job->report.heads_s));
  }
  cz_dbus_sync1_set_waiting (self->skeleton, (guint) job->waiting);
  cz_dbus_sync1_set_to_carry (self->skeleton, job->to_carry);
  if (job->kind == JOB_STICK)
    cz_dbus_sync1_set_stick_lacks (self->skeleton, job->stick_lacks);
  cz_dbus_sync1_set_trouble (self->skeleton, trouble);
  cz_dbus_sync1_set_trusted_time (self->skeleton, cz_clock_trusted_s (self->clock));
  cz_dbus_sync1_set_state (self->skeleton, !job->is_enrolled ? "unenrolled" : *trouble ? "waiting" : "idle");
}

static void
answer_import (Service *self, Job *job)
{
  guint applied = 0;
  if (!job->invocation)
    return;
  if (job->error || !job->is_enrolled) {
    const char *why = job->error ? job->error->message : "this station is not enrolled yet";
    g_dbus_method_invocation_return_dbus_error (job->invocation, ERROR_FAILED, why);
    return;
  }
  for (guint i = 0; i < job->report.channels->len; i++)
    applied += g_array_index (job->report.channels, CzRoundChannel, i).bundles;
  cz_dbus_sync1_complete_import_stick (self->skeleton, job->invocation, applied, job->report.refused);
}

static void
job_free (Job *job)
{
  cz_round_report_clear (&job->report);
  g_clear_error (&job->error);
  g_free (job);
}

/* What was asked for meanwhile. */
static void
start_next (Service *self)
{
  GDBusMethodInvocation *next = g_queue_pop_head (&self->imports);
  if (next)
    start_job (self, JOB_STICK, next);
  else if (self->is_round_due && !g_cancellable_is_cancelled (self->cancellable))
    start_job (self, JOB_ROUND, NULL);
}

static gboolean
on_job_done (gpointer data)
{
  Service *self = ((Done *) data)->self;
  Job *job = ((Done *) data)->job;
  self->is_busy = FALSE;
  if (job->kind != JOB_SAVE_TIME)
    publish_outcome (self, job);
  if (job->kind == JOB_ROUND) {
    gboolean good = !job->error && job->is_enrolled && cz_round_exit (&job->report) == CZ_EXIT_DONE;
    self->failures = good ? 0 : self->failures + 1;
    plan_poll (self, job);
  }
  answer_import (self, job);
  job_free (job);
  start_next (self);
  return G_SOURCE_REMOVE;
}

static void
start_job (Service *self, JobKind kind, GDBusMethodInvocation *invocation)
{
  if (self->is_busy)
    return;
  Job *job = g_new0 (Job, 1);
  job->kind = kind;
  job->invocation = invocation;
  self->is_busy = TRUE;
  self->is_in_round = kind == JOB_ROUND;
  job->is_poll = self->is_in_round && self->is_poll;
  self->is_round_due = self->is_round_due && !self->is_in_round;
  g_thread_pool_push (self->worker, job, NULL);
  /* The worker has taken the job. */
  /* cppcheck-suppress memleak */
}

static gboolean
on_save_time (gpointer data)
{
  start_job (data, JOB_SAVE_TIME, NULL);
  return G_SOURCE_CONTINUE;
}

/* ---- methods ---- */

static gboolean
on_sync_now (CzDbusSync1 *skeleton, GDBusMethodInvocation *invocation, Service *self)
{
  self->is_poll = FALSE;
  gboolean started = want_round (self);
  /* The one under way may have asked before what is meant was published. */
  self->is_round_due |= !started;
  cz_dbus_sync1_complete_sync_now (skeleton, invocation, started);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_import_stick (CzDbusSync1 *skeleton, GDBusMethodInvocation *invocation, Service *self)
{
  if (!self->is_busy)
    start_job (self, JOB_STICK, invocation);
  else if (g_queue_get_length (&self->imports) == 0)
    g_queue_push_tail (&self->imports, invocation);
  else
    g_dbus_method_invocation_return_dbus_error (invocation, ERROR_BUSY, "a stick is being read already");
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_sign_slip (CzDbusSync1 *skeleton, GDBusMethodInvocation *invocation, GVariant *content, Service *self)
{
  gsize size = 0;
  const guint8 *data = g_variant_get_fixed_array (content, &size, 1);
  guint8 signature[CZ_SIGNATURE_BYTES];
  CzPublicKey public_key;
  g_autoptr (GError) error = NULL;
  if (size == 0 || size > SLIP_MAX) {
    g_dbus_method_invocation_return_dbus_error (invocation, ERROR_REFUSED, "a slip has 1 to 4096 bytes");
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  }
  g_autoptr (CzSecretKey) key = cz_home_station_key (self->home, &error);
  if (!key) {
    g_dbus_method_invocation_return_dbus_error (invocation, ERROR_FAILED, error->message);
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  }
  cz_sign (key, CZ_SIGN_SLIP, data, size, signature);
  cz_secret_key_public (key, &public_key);
  g_autofree char *fingerprint = cz_public_key_fingerprint (&public_key);
  cz_dbus_sync1_complete_sign_slip (skeleton, invocation,
                                    g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, signature, sizeof signature, 1), fingerprint);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* ---- life ---- */

static gboolean
on_signal (gpointer data)
{
  Service *self = data;
  g_cancellable_cancel (self->cancellable);
  g_main_loop_quit (self->loop);
  return G_SOURCE_CONTINUE;
}

static void
on_closed (GDBusConnection *connection, gboolean by_peer, GError *error, Service *self)
{
  self->failure = g_error_new (G_IO_ERROR, G_IO_ERROR_CLOSED, "the message bus went away");
  on_signal (self);
}

static void
on_name_lost (GDBusConnection *connection, const char *name, gpointer data)
{
  Service *self = data;
  if (!self->failure)
    self->failure = g_error_new (G_IO_ERROR, G_IO_ERROR_EXISTS, "the bus does not give us the name %s: another agent has it, or its policy is missing", name);
  on_signal (self);
}

static void
on_name_acquired (GDBusConnection *connection, const char *name, gpointer data)
{
  Service *self = data;
  if (self->options->poll)
    (void) want_round (self);
}

static gboolean
export (Service *self, GError **error)
{
  self->skeleton = cz_dbus_sync1_skeleton_new ();
  cz_dbus_sync1_set_state (self->skeleton, "idle");
  cz_dbus_sync1_set_trouble (self->skeleton, "");
  publish_channels (self);
  g_signal_connect (self->skeleton, "handle-sync-now", G_CALLBACK (on_sync_now), self);
  g_signal_connect (self->skeleton, "handle-import-stick", G_CALLBACK (on_import_stick), self);
  g_signal_connect (self->skeleton, "handle-sign-slip", G_CALLBACK (on_sign_slip), self);
  g_signal_connect (self->connection, "closed", G_CALLBACK (on_closed), self);
  return g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->skeleton), self->connection, CZ_BUS_PATH, error);
}

static void
run_loop (Service *self)
{
  guint name = g_bus_own_name_on_connection (self->connection, CZ_BUS_NAME, G_BUS_NAME_OWNER_FLAGS_DO_NOT_QUEUE,
                                             on_name_acquired, on_name_lost, self, NULL);
  guint sources[] = { g_unix_signal_add (SIGTERM, on_signal, self), g_unix_signal_add (SIGINT, on_signal, self),
                      g_timeout_add_seconds (SAVE_TIME_EVERY_S, on_save_time, self) };
  g_main_loop_run (self->loop);
  for (gsize i = 0; i < G_N_ELEMENTS (sources); i++)
    g_source_remove (sources[i]);
  g_signal_handlers_disconnect_by_data (self->connection, self);
  /* The round under way stops at its next byte; what it has is kept. */
  while (self->is_busy)
    g_main_context_iteration (NULL, TRUE);
  g_clear_handle_id (&self->poll_source, g_source_remove);
  g_bus_unown_name (name);
  g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (self->skeleton));
}

gboolean
cz_service_run (CzHome *home, CzClock *clock, const CzServiceOptions *options, const CzRoundOptions *round, GError **error)
{
  Service self = { .home = home, .clock = clock, .options = options, .round = *round, .lock = -1 };
  self.round.events = (CzRoundEvents){ on_state, on_head, on_progress, on_changed, on_refused, &self };
  self.round.cancellable = self.cancellable = g_cancellable_new ();
  self.connection = cz_bus_connect (options->bus, error);
  self.channels = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self.loop = g_main_loop_new (NULL, FALSE);
  g_queue_init (&self.imports);
  gboolean ok = self.connection && export (&self, error);
  if (ok) {
    self.worker = g_thread_pool_new (work, &self, 1, TRUE, NULL);
    run_loop (&self);
    g_thread_pool_free (self.worker, FALSE, TRUE);
    ok = self.failure == NULL;
    if (!ok)
      g_propagate_error (error, g_steal_pointer (&self.failure));
  }
  drop_station (&self);
  g_clear_pointer (&self.outbox, cz_outbox_free);
  g_clear_object (&self.skeleton);
  g_clear_object (&self.connection);
  g_clear_object (&self.cancellable);
  g_hash_table_unref (self.channels);
  g_main_loop_unref (self.loop);
  return ok;
}
