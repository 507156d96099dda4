/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/station/cz-status.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include <sys/stat.h>

#include "sync/station/cz-trust.h"
#include "sync/store/cz-content.h"

typedef struct {
  CzTicket *ticket; /* NULL: not enrolled */
  char *fingerprint;
  sqlite3 *db; /* NULL: no content yet */
  CzTrust *trust;
  guint media_objects;
  guint64 media_bytes;
} Facts;

static void
facts_clear (Facts *facts)
{
  g_clear_pointer (&facts->ticket, cz_ticket_free);
  g_clear_pointer (&facts->fingerprint, g_free);
  cz_db_close (facts->db);
  g_clear_pointer (&facts->trust, cz_trust_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Facts, facts_clear)

static void
count_media (CzHome *home, Facts *facts)
{
  g_autoptr (GDir) dir = g_dir_open (home->media, 0, NULL);
  const char *name;
  while (dir && (name = g_dir_read_name (dir)) != NULL) {
    struct stat st;
    g_autofree char *path = g_build_filename (home->media, name, NULL);
    if (lstat (path, &st) != 0 || !S_ISREG (st.st_mode))
      continue;
    facts->media_objects++;
    facts->media_bytes += (guint64) st.st_size;
  }
}

static gboolean
collect (CzHome *home, Facts *facts, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (CzSecretKey) key = cz_home_station_key (home, NULL);
  CzPublicKey public_key;
  facts->ticket = cz_home_ticket (home, &local);
  if (!facts->ticket && !g_error_matches (local, CZ_HOME_ERROR, CZ_HOME_ERROR_NOT_ENROLLED)) {
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  g_clear_error (&local);
  if (key) {
    cz_secret_key_public (key, &public_key);
    facts->fingerprint = cz_public_key_fingerprint (&public_key);
  }
  facts->trust = cz_trust_open_read (home->agent);
  count_media (home, facts);
  facts->db = cz_content_open_reader (home->content, NULL, &local);
  if (facts->db || g_error_matches (local, CZ_STORE_ERROR, CZ_STORE_ERROR_ABSENT))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* ---- JSON ---- */

static void
add_rows (JsonBuilder *json, sqlite3 *db, CzChannel channel)
{
  guint n = 0;
  const CzTable *const *tables = cz_table_all (&n);
  json_builder_set_member_name (json, "rows");
  json_builder_begin_object (json);
  for (guint i = 0; i < n; i++) {
    json_builder_set_member_name (json, tables[i]->name);
    json_builder_add_int_value (json, db ? MAX (0, cz_content_count (db, channel, tables[i])) : 0);
  }
  json_builder_end_object (json);
}

static void
add_int (JsonBuilder *json, const char *name, gint64 value)
{
  json_builder_set_member_name (json, name);
  json_builder_add_int_value (json, value);
}

static void
add_text (JsonBuilder *json, const char *name, const char *value)
{
  json_builder_set_member_name (json, name);
  json_builder_add_string_value (json, value ? value : "");
}

static void
add_bool (JsonBuilder *json, const char *name, gboolean value)
{
  json_builder_set_member_name (json, name);
  json_builder_add_boolean_value (json, value);
}

static void
add_watch (JsonBuilder *json, const Facts *facts, CzChannel channel, guint64 seq)
{
  CzWatch watch;
  gint64 now_s = cz_trust_time (facts->trust)->trusted_s;
  cz_trust_watch (facts->trust, channel, &watch);
  g_autofree char *late = cz_late_words (cz_watch_late (&watch, seq, now_s));
  add_bool (json, "revoked", cz_watch_is_revoked (&watch));
  add_bool (json, "confirmed", cz_watch_is_confirmed (&watch, now_s));
  add_int (json, "valid_until", watch.not_after_s);
  add_text (json, "late", late);
}

static gboolean
add_channel (JsonBuilder *json, const Facts *facts, CzChannel channel, GError **error)
{
  CzChannelMark mark = { .channel = channel };
  CzFloor floor;
  guint8 state[32];
  g_autofree char *code = cz_channel_to_string (channel);
  if (facts->db && !cz_reader_mark (facts->db, channel, &mark, error))
    return FALSE;
  cz_trust_floor (facts->trust, channel, &floor);
  cz_state_to_bytes (&mark.state, state);
  g_autofree char *hex = cz_hash_to_hex (state);
  gboolean complete = mark.epoch > floor.epoch || (mark.epoch == floor.epoch && mark.seq >= floor.seq);
  json_builder_begin_object (json);
  add_text (json, "channel", code);
  add_int (json, "seq", (gint64) mark.seq);
  add_int (json, "epoch", mark.epoch);
  add_int (json, "accepted_seq", (gint64) floor.seq);
  json_builder_set_member_name (json, "complete");
  json_builder_add_boolean_value (json, complete);
  add_watch (json, facts, channel, mark.seq);
  add_int (json, "applied", mark.applied_s);
  add_text (json, "state", hex);
  add_rows (json, facts->db, channel);
  json_builder_end_object (json);
  return TRUE;
}

static gboolean
add_channels (JsonBuilder *json, const Facts *facts, GError **error)
{
  json_builder_set_member_name (json, "channels");
  json_builder_begin_array (json);
  for (guint i = 0; facts->ticket && i < facts->ticket->n_line; i++)
    if (!add_channel (json, facts, facts->ticket->line[i], error))
      return FALSE;
  json_builder_end_array (json);
  return TRUE;
}

static void
add_station (JsonBuilder *json, const Facts *facts)
{
  g_autofree char *village = facts->ticket ? cz_region_to_string (facts->ticket->village) : NULL;
  json_builder_set_member_name (json, "enrolled");
  json_builder_add_boolean_value (json, facts->ticket != NULL);
  add_text (json, "village", village);
  add_text (json, "village_name", facts->ticket ? facts->ticket->village_name : NULL);
  add_text (json, "station_name", facts->ticket ? facts->ticket->station_name : NULL);
  add_text (json, "fingerprint", facts->fingerprint);
  add_int (json, "trusted_time", cz_trust_time (facts->trust)->trusted_s);
  add_int (json, "media_objects", facts->media_objects);
  add_int (json, "media_bytes", (gint64) facts->media_bytes);
}

char *
cz_status_json (CzHome *home, GError **error)
{
  g_auto (Facts) facts = { 0 };
  g_autoptr (JsonBuilder) json = json_builder_new ();
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  if (!collect (home, &facts, error))
    return NULL;
  json_builder_begin_object (json);
  if (!add_channels (json, &facts, error))
    return NULL;
  add_station (json, &facts);
  json_builder_end_object (json);
  g_autoptr (JsonNode) root = json_builder_get_root (json);
  json_generator_set_root (generator, root);
  g_autofree char *text = json_generator_to_data (generator, NULL);
  return g_strconcat (text, "\n", NULL);
}

/* ---- words ---- */

static void
describe_watch (GString *text, const Facts *facts, CzChannel channel, guint64 seq)
{
  CzWatch watch;
  gint64 now_s = cz_trust_time (facts->trust)->trusted_s;
  cz_trust_watch (facts->trust, channel, &watch);
  CzLate late = cz_watch_late (&watch, seq, now_s);
  if (cz_watch_is_revoked (&watch))
    g_string_append (text, _("; withdrawn by the office above: nothing more is taken from it, what is shown stays"));
  else if (!cz_watch_is_confirmed (&watch, now_s))
    g_string_append (text, _("; unconfirmed: its term has run out"));
  if ((late & CZ_LATE_WITNESS) != 0)
    g_string_append (text, _("; newer news exists, no depot has it"));
  else if ((late & CZ_LATE_OVERDUE) != 0)
    g_string_append (text, _("; overdue: what was announced has not come"));
}

static gboolean
describe_channel (GString *text, const Facts *facts, CzChannel channel, GError **error)
{
  CzChannelMark mark = { .channel = channel };
  CzFloor floor;
  g_autofree char *code = cz_channel_to_string (channel);
  if (facts->db && !cz_reader_mark (facts->db, channel, &mark, error))
    return FALSE;
  cz_trust_floor (facts->trust, channel, &floor);
  gint64 quotes = facts->db ? cz_content_count (facts->db, channel, cz_table_by_number (CZ_TABLE_QUOTE)) : 0;
  /* Numbers apart, because a message that is to be translated holds no macro. */
  g_autofree char *seq = g_strdup_printf ("%" G_GUINT64_FORMAT, mark.seq);
  g_autofree char *accepted = g_strdup_printf ("%" G_GUINT64_FORMAT, floor.seq);
  g_autofree char *n_quotes = g_strdup_printf ("%" G_GINT64_FORMAT, MAX (0, quotes));
  g_string_append_printf (text, _("%s: bundle %s, %s quotes"), code, seq, n_quotes);
  if (mark.epoch == floor.epoch && mark.seq < floor.seq)
    g_string_append_printf (text, _("; incomplete, bundle %s had been accepted"), accepted);
  describe_watch (text, facts, channel, mark.seq);
  g_string_append_c (text, '\n');
  return TRUE;
}

char *
cz_status_text (CzHome *home, GError **error)
{
  g_auto (Facts) facts = { 0 };
  g_autoptr (GString) text = g_string_new (NULL);
  if (!collect (home, &facts, error))
    return NULL;
  if (!facts.ticket)
    return g_strdup (_("This station is not enrolled yet.\n"));
  g_string_append_printf (text, _("%s (%s), station key %s\n"), facts.ticket->station_name, facts.ticket->village_name,
                          facts.fingerprint ? facts.fingerprint : "-");
  for (guint i = 0; i < facts.ticket->n_line; i++)
    if (!describe_channel (text, &facts, facts.ticket->line[i], error))
      return NULL;
  return g_string_free (g_steal_pointer (&text), FALSE);
}
