/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/sync/station/cz-village.h"

#include <string.h>

#include "sync/wire/cz-paths.h"
#include "tests/sync/station/cz-files.h"

/* ---- the village ---- */

static void
open_station (Village *self)
{
  g_autoptr (GError) error = NULL;
  self->station = cz_station_open (self->home, self->ticket, self->clock, TRUE, &error);
  g_assert_no_error (error);
}

Village *
village_new (const CzChannel *line, guint n_line)
{
  g_autoptr (GError) error = NULL;
  Village *self = g_new0 (Village, 1);
  CzEnrolment enrolment;
  self->dir = cz_test_make_folder ();
  self->depot = g_build_filename (self->dir, "depot", NULL);
  g_autofree char *office_dir = g_build_filename (self->dir, "office", NULL);
  g_autofree char *home_dir = g_build_filename (self->dir, "home", NULL);
  self->clock = cz_clock_new_fixed (OFFICE_NOW, 0);
  self->office = cz_office_new (office_dir, self->depot, VILLAGE_COUNTY, self->clock, NULL);
  self->home = cz_home_open (home_dir, &error);
  g_assert_no_error (error);
  g_autofree char *text = cz_office_ticket (self->office, line, n_line, self->depot);
  g_assert_true (cz_home_enrol (self->home, text, strlen (text), TRUE, &enrolment, &error));
  g_assert_no_error (error);
  g_free (enrolment.fingerprint);
  self->ticket = cz_home_ticket (self->home, &error);
  g_assert_no_error (error);
  open_station (self);
  return self;
}

void
village_free (Village *self)
{
  cz_round_report_clear (&self->report);
  cz_station_close (self->station);
  cz_ticket_free (self->ticket);
  cz_home_free (self->home);
  cz_office_free (self->office);
  g_object_unref (self->clock);
  cz_test_remove_tree (self->dir);
  g_free (self->dir);
  g_free (self->depot);
  g_free (self->rule);
  g_free (self);
}

void
village_restart (Village *self, CzClock *clock)
{
  cz_station_close (self->station);
  if (clock) {
    g_object_unref (self->clock);
    self->clock = clock;
  }
  open_station (self);
}

static void
on_refused (CzChannel channel, const char *rule, const char *message, gpointer user_data)
{
  Village *self = user_data;
  g_free (self->rule);
  self->rule = g_strdup (rule);
  g_test_message ("%06d: %s: %s", channel, rule, message);
}

CzExit
village_round (Village *self, const char *depot)
{
  const char *depots[] = { depot, NULL };
  CzRoundOptions options = { .depots = depot ? depots : NULL, .media_budget_bytes = 1 << 20, .media_keep_bytes = 1 << 20,
                             .events = { .on_refused = on_refused, .user_data = self } };
  g_autoptr (GError) error = NULL;
  cz_round_report_clear (&self->report);
  g_clear_pointer (&self->rule, g_free);
  g_assert_true (cz_round_run (self->station, &options, &self->report, &error));
  g_assert_no_error (error);
  return cz_round_exit (&self->report);
}

void
village_publish (Village *self, guint days)
{
  static CzDay next = VILLAGE_TODAY;
  cz_office_publish (self->office, next, days, 2, 5);
  next += (CzDay) days;
}

guint64
village_seq (Village *self)
{
  g_autoptr (GError) error = NULL;
  CzChannelMark mark;
  g_assert_true (cz_content_mark (self->station->content, VILLAGE_COUNTY, &mark, &error));
  return mark.seq;
}

void
village_assert_same_as_office (Village *self)
{
  g_autoptr (GError) error = NULL;
  CzChannelMark ours, theirs;
  g_assert_true (cz_content_mark (self->station->content, VILLAGE_COUNTY, &ours, &error));
  g_assert_true (cz_content_mark (self->office->replica, VILLAGE_COUNTY, &theirs, &error));
  g_assert_cmpuint (ours.seq, ==, theirs.seq);
  g_assert_true (cz_state_equal (&ours.state, &theirs.state));
  g_assert_true (cz_content_check (self->station->content, TRUE, &error));
  g_assert_no_error (error);
}

/* ---- the depot ---- */

static void
copy_tree (const char *from, const char *to)
{
  g_autoptr (GDir) dir = g_dir_open (from, 0, NULL);
  const char *name;
  g_assert_nonnull (dir);
  g_assert_cmpint (g_mkdir_with_parents (to, 0700), ==, 0);
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *source = g_build_filename (from, name, NULL);
    g_autofree char *target = g_build_filename (to, name, NULL);
    if (g_file_test (source, G_FILE_TEST_IS_DIR))
      copy_tree (source, target);
    else
      cz_test_copy (source, target);
  }
}

char *
village_copy_depot (Village *self, const char *name)
{
  char *to = g_build_filename (self->dir, name, NULL);
  cz_test_remove_tree (to);
  copy_tree (self->depot, to);
  return to;
}

void
village_replace_depot (Village *self, const char *from)
{
  cz_test_remove_tree (self->depot);
  copy_tree (from, self->depot);
}

char *
village_file (Village *self, char *owned_name)
{
  g_autofree char *name = owned_name;
  return g_build_filename (self->depot, name, NULL);
}

void
village_delegate (Village *self, const CzDelegation *delegation)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) signers = g_ptr_array_new ();
  g_autoptr (GPtrArray) links = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  CzOffice *office = self->office;
  g_ptr_array_add (signers, office->root_key);
  g_ptr_array_add (links, cz_delegation_build (delegation, signers, &error));
  g_assert_no_error (error);
  g_clear_pointer (&office->publisher, cz_publisher_free);
  g_bytes_unref (office->chain);
  office->chain = office->config.chain = cz_chain_build (links, &error);
  office->delegation = *delegation;
  office->publisher = cz_publisher_open (&office->config, &error);
  g_assert_no_error (error);
}

/* ---- forgeries ---- */

static GBytes *
forge_section (const Forgery *f, CzSection *section, CzState *state)
{
  g_autoptr (GError) error = NULL;
  const CzTable *table = cz_table_by_number (CZ_TABLE_MARKET);
  g_autoptr (CzSectionWriter) writer = cz_section_writer_new (table, CZ_OP_INSERT, CZ_CODEC_RAW, 0);
  for (guint i = 0; i < MAX (1, f->n_rows); i++) {
    CzRow row = { 0 };
    row.v[0].i = cz_id_make (f->issuer ? f->issuer : VILLAGE_COUNTY, 5000 + i);
    row.v[1] = (CzValue){ .p = "DROP TABLE quote;", .len = 17 };
    g_assert_true (cz_section_writer_add (writer, &row, 0, &error));
    cz_state_add_row (state, table, &row);
  }
  GBytes *bytes = cz_section_writer_finish (writer, section, &error);
  g_assert_no_error (error);
  if (f->op)
    section->op = (guint8) f->op;
  return bytes;
}

static void
forge_announcements (Village *self, const Forgery *f, const CzManifest *m, const CzBundle *bundle)
{
  g_autoptr (GError) error = NULL;
  const CzSecretKey *key = f->head_key ? f->head_key : self->office->head_key;
  g_autofree char *index_path = village_file (self, cz_path_index (VILLAGE_COUNTY));
  g_autofree char *head_path = village_file (self, cz_path_head (VILLAGE_COUNTY));
  g_autofree char *bytes = NULL;
  gsize size = 0;
  CzHead head;
  cz_test_take (index_path, &bytes, &size);
  g_autoptr (CzIndex) index = cz_index_open ((guint8 *) bytes, size, &self->office->delegation.head_key, &error);
  g_assert_no_error (error);
  CzIndexSegment *last = &g_array_index (index->segments, CzIndexSegment, index->segments->len - 1);
  index->seq = last->last_seq = m->to_seq;
  last->bytes = m->seg_offset + bundle->total_len;
  g_autoptr (GBytes) new_index = cz_index_build (index, key, &error);
  cz_test_put (index_path, g_bytes_get_data (new_index, NULL), g_bytes_get_size (new_index));
  g_assert_true (cz_publisher_head (self->office->publisher, &head));
  head.seq = m->to_seq;
  head.issued_s = (guint64) cz_clock_wall_s (self->clock);
  memcpy (head.tip, bundle->hash, 32);
  memcpy (head.state, m->to_state, 32);
  g_autoptr (GBytes) new_head = cz_head_build (&head, key, &error);
  g_assert_no_error (error);
  cz_test_put (head_path, g_bytes_get_data (new_head, NULL), g_bytes_get_size (new_head));
}

void
village_forge (Village *self, const Forgery *f)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) sections = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autofree CzManifest *m = g_new0 (CzManifest, 1);
  g_autofree CzBundle *opened = g_new0 (CzBundle, 1);
  const CzSecretKey *key = f->content_key ? f->content_key : self->office->content_key;
  CzPublicKey public_key;
  CzChannelMark mark;
  gsize size;
  g_assert_true (cz_content_mark (self->office->replica, VILLAGE_COUNTY, &mark, &error));
  guint64 created = (guint64) (f->created_s ? f->created_s : cz_clock_wall_s (self->clock));
  *m = (CzManifest){ .channel = VILLAGE_COUNTY, .epoch = f->epoch ? f->epoch : mark.epoch, .from_seq = mark.seq + f->skip_numbers,
                     .to_seq = mark.seq + 1 + f->skip_numbers, .created_s = created, .schema = f->schema ? f->schema : CZ_SCHEMA_VERSION,
                     .segment = mark.segment, .seg_offset = mark.seg_offset, .n_sections = 1 };
  cz_state_to_bytes (&mark.state, m->from_state);
  g_ptr_array_add (sections, forge_section (f, &m->sections[0], &mark.state));
  cz_state_to_bytes (&mark.state, m->to_state);
  m->to_state[0] ^= f->wrong_state;
  memcpy (m->prev_bundle, mark.tip, 32);
  m->prev_bundle[0] ^= f->wrong_prev;
  g_autoptr (GBytes) bundle = cz_bundle_build (m, sections, key, &error);
  g_assert_no_error (error);
  g_autofree char *segment = cz_path_segment (VILLAGE_COUNTY, mark.segment);
  g_assert_true (cz_depot_append (self->office->folder, segment, mark.seg_offset, bundle, &error));
  const guint8 *data = g_bytes_get_data (bundle, &size);
  cz_secret_key_public (key, &public_key);
  g_assert_true (cz_bundle_open (data, size, &public_key, opened, &error));
  forge_announcements (self, f, m, opened);
}
