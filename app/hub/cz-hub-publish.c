/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/cz-hub-publish.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/hub/cz-hub-backup.h"
#include "app/hub/cz-hub-media.h"
#include "app/hub/cz-hub-office.h"
#include "app/hub/cz-hub-press.h"
#include "app/hub/cz-hub-rotate.h"
#include "app/hub/cz-hub-private.h"
#include "sync/depot/cz-file.h"
#include "sync/wire/cz-limits.h"
#include "sync/wire/cz-ticket.h"

void
cz_hub_press_clear (CzHubPress *press)
{
  g_clear_pointer (&press->publisher, cz_publisher_free);
  g_clear_pointer (&press->replica, cz_content_free);
  g_clear_pointer (&press->depot, cz_depot_free);
  g_clear_pointer (&press->head_key, cz_secret_key_free);
  g_clear_pointer (&press->content_key, cz_secret_key_free);
  g_clear_pointer (&press->trust, cz_hub_trust_free);
  g_clear_pointer (&press->state_dir, g_free);
}

gboolean
cz_hub_press_open (CzHub *hub, const CzHubPublishOptions *options, gboolean needs_content_key, CzHubPress *press, GError **error)
{
  g_autofree char *replica = g_build_filename (hub->home, "replica", NULL);
  press->hub = hub;
  press->state_dir = g_build_filename (hub->home, "publish", NULL);
  if ((press->trust = cz_hub_trust_load (hub, error)) == NULL || (press->depot = cz_hub_depot_open (hub, error)) == NULL
      || !cz_hub_trust_refresh (hub, &press->trust, press->depot, error)
      || (press->head_key = cz_hub_key_load (hub, "head", options->passphrase, error)) == NULL
      || (needs_content_key && (press->content_key = cz_hub_key_load (hub, "content", options->passphrase, error)) == NULL)
      || (press->replica = cz_content_open (replica, error)) == NULL)
    return FALSE;
  press->config = (CzPublisherConfig) { .depot = press->depot,
                                        .replica = press->replica,
                                        .clock = hub->clock,
                                        .state_dir = press->state_dir,
                                        .delegation = &press->trust->delegation,
                                        .root = press->trust->root_bytes,
                                        .root_version = press->trust->root.version,
                                        .chain = press->trust->chain,
                                        .content_key = press->content_key,
                                        .head_key = press->head_key,
                                        .former_head_keys = press->trust->former_heads,
                                        .n_former_head_keys = press->trust->n_former_heads,
                                        .progress = options->progress,
                                        .progress_data = options->progress_data };
  return TRUE;
}

gboolean
cz_hub_press_start (CzHubPress *press, GError **error)
{
  if (!cz_hub_epoch_begin (press, error))
    return FALSE;
  if (cz_hub_is_restored (press->hub)) {
    g_set_error_literal (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED, cz_hub_restored_sentence ());
    return FALSE;
  }
  if (!cz_hub_trust_put_roots (press->trust, press->depot, error)
      || !cz_hub_witness (press->hub, press->trust, press->depot, &press->witness, error))
    return FALSE;
  press->config.parents = press->witness.parents;
  press->config.n_parents = press->witness.n_parents;
  press->config.children = press->witness.children;
  press->config.n_children = press->witness.n_children;
  press->publisher = cz_publisher_open (&press->config, error);
  return press->publisher != NULL;
}

/* --- what waits --- */

static gboolean
each_table (CzHub *hub, const char *set, GError **error)
{
  guint n = 0;
  const CzTable *const *tables = cz_table_all (&n);
  for (guint i = 0; i < n; i++) {
    g_autofree char *condition = cz_hub_waiting_condition (hub, tables[i]);
    g_autofree char *sql = g_strdup_printf ("UPDATE %s SET %s WHERE %s", tables[i]->name, set, condition);
    if (!cz_db_exec (hub->db, sql, error))
      return FALSE;
  }
  return TRUE;
}

/* Before the first byte goes out: should the machine stop on the way, a change made later still counts as a correction
 * of something that stations may have seen. */
static gboolean
mark_published (CzHub *hub, GError **error)
{
  GError *low = NULL;
  if (!cz_hub_begin (hub, error))
    return FALSE;
  if (each_table (hub, "published = 1", &low))
    return cz_hub_commit (hub, error);
  cz_hub_roll_back (hub);
  return cz_hub_take_storage_error (low, error);
}

static gboolean
mark_done (CzHub *hub, const CzPublishReport *report, GError **error)
{
  GError *low = NULL;
  g_autofree char *what = g_strdup_printf ("%" G_GUINT64_FORMAT, report->seq);
  if (!cz_hub_begin (hub, error))
    return FALSE;
  if (!each_table (hub, "dirty = 0, published = 1 - gone", &low)) {
    cz_hub_roll_back (hub);
    return cz_hub_take_storage_error (low, error);
  }
  hub->quote_dirty_from = G_MAXINT32;
  hub->quote_dirty_moved = TRUE;
  return cz_hub_audit (hub, "publish", "", what, NULL, error) && cz_hub_commit (hub, error);
}

static guint64
count_waiting (CzHub *hub)
{
  guint n = 0;
  gint64 sum = 0;
  const CzTable *const *tables = cz_table_all (&n);
  for (guint i = 0; i < n; i++)
    sum += cz_hub_count_dirty (hub, tables[i]);
  return (guint64) sum;
}

/* --- handing over --- */

static sqlite3_stmt *
select_waiting (CzHub *hub, const CzTable *table, GError **error)
{
  g_autofree char *condition = cz_hub_waiting_condition (hub, table);
  GString *sql = g_string_new (NULL);
  g_string_append_printf (sql, "SELECT %s, gone FROM %s WHERE %s ORDER BY channel", cz_rows_columns (table), table->name, condition);
  for (guint i = 0; i < table->n_keys; i++)
    g_string_append_printf (sql, ", %s", table->fields[i].name);
  g_autofree char *text = g_string_free (sql, FALSE);
  return cz_db_prepare (hub->db, text, error);
}

static gboolean
hand_over_table (CzHub *hub, CzPublisher *publisher, const CzTable *table, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = select_waiting (hub, table, error);
  if (stmt == NULL)
    return FALSE;
  int code;
  while ((code = sqlite3_step (stmt)) == SQLITE_ROW) {
    CzRow row = { 0 };
    cz_rows_read (stmt, 1, table, &row);
    gboolean gone = sqlite3_column_int (stmt, (int) table->n_fields + 1) != 0;
    gboolean ok = gone ? cz_publisher_remove (publisher, table, &row, error) : cz_publisher_row (publisher, table, &row, error);
    if (!ok)
      return FALSE;
  }
  return code == SQLITE_DONE || cz_hub_storage_error (hub, code, table->name, error);
}

static gboolean
hand_over_media (CzHub *hub, CzPublisher *publisher, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = cz_db_prepare (hub->db, "SELECT hash FROM media WHERE dirty = 1 AND gone = 0", error);
  int code = SQLITE_DONE;
  while (stmt != NULL && (code = sqlite3_step (stmt)) == SQLITE_ROW) {
    const guint8 *hash = sqlite3_column_blob (stmt, 0);
    g_autofree char *path = cz_hub_media_path (hub, hash);
    g_autoptr (GBytes) bytes = cz_file_read (path, 0, CZ_BUNDLE_MAX, error);
    if (bytes == NULL || !cz_publisher_media (publisher, hash, bytes, error))
      return FALSE;
  }
  return stmt != NULL && (code == SQLITE_DONE || cz_hub_storage_error (hub, code, "media", error));
}

static gboolean
hand_over (CzHub *hub, CzPublisher *publisher, GError **error)
{
  guint n = 0;
  const CzTable *const *tables = cz_table_all (&n);
  if (!hand_over_media (hub, publisher, error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (!hand_over_table (hub, publisher, tables[i], error))
      return FALSE;
  return TRUE;
}

gboolean
cz_hub_publish (CzHub *hub, const CzHubPublishOptions *options, CzHubPublished *out, GError **error)
{
  g_auto (CzHubPress) press = { 0 };
  if (!cz_hub_press_open (hub, options, TRUE, &press, error) || !cz_hub_press_start (&press, error))
    return FALSE;
  guint64 waiting = count_waiting (hub);
  if ((waiting > 0 && !mark_published (hub, error)))
    return FALSE;
  out->recovered = cz_publisher_recovered (press.publisher);
  if (!cz_publisher_begin (press.publisher, options->effective_s, waiting, error)
      || !hand_over (hub, press.publisher, error)
      || !cz_publisher_finish (press.publisher, options->next_publish_s, &out->report, error))
    return FALSE;
  return mark_done (hub, &out->report, error);
}

gboolean
cz_hub_beat (CzHub *hub, gint64 next_publish_s, CzHead *head, GError **error)
{
  g_auto (CzHubPress) press = { 0 };
  CzHubPublishOptions options = { 0 };
  CzHead unused;
  if (!cz_hub_press_open (hub, &options, FALSE, &press, error) || !cz_hub_press_start (&press, error)
      || !cz_publisher_beat (press.publisher, next_publish_s, error))
    return FALSE;
  (void) cz_publisher_head (press.publisher, head != NULL ? head : &unused);
  return cz_hub_audit (hub, "beat", "", "", NULL, error);
}

gboolean
cz_hub_newest_head (CzHub *hub, CzHead *out, gboolean *found, GError **error)
{
  g_autofree char *path = g_build_filename (hub->home, "publish", "head", NULL);
  g_autoptr (GError) absent = NULL;
  *found = FALSE;
  g_autoptr (GBytes) bytes = cz_file_read (path, 0, CZ_HEAD_MAX, &absent);
  if (bytes == NULL) {
    if (g_error_matches (absent, G_FILE_ERROR, G_FILE_ERROR_NOENT))
      return TRUE;
    g_propagate_error (error, g_steal_pointer (&absent));
    return FALSE;
  }
  g_autoptr (CzHubTrust) trust = cz_hub_trust_load (hub, error);
  *found = trust != NULL && cz_hub_own_head (trust, bytes, out, error);
  return *found;
}

/* --- ticket --- */

/* This office and all above it: a station that did not follow those would not hear that a key was withdrawn. */
static char *
whole_line (const CzHubTrust *trust)
{
  GString *line = g_string_new (NULL);
  for (guint i = trust->links.n; i > 0; i--) {
    g_autofree char *code = cz_channel_to_string (trust->links.links[i - 1].channel);
    g_string_append_printf (line, "%s%s", line->len > 0 ? "," : "", code);
  }
  return g_string_free (line, FALSE);
}

static gboolean
parse_line (const CzHubTrust *trust, const char *text, CzTicket *ticket, GError **error)
{
  g_autofree char *own = whole_line (trust);
  g_auto (GStrv) parts = g_strsplit (text != NULL ? text : own, ",", 8);
  ticket->line = g_new0 (CzChannel, g_strv_length (parts) + 1);
  for (guint i = 0; parts[i] != NULL; i++)
    if (!cz_channel_parse (g_strstrip (parts[i]), &ticket->line[ticket->n_line++])) {
      g_set_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED, _ ("%s is not a channel: six digits are needed."), parts[i]);
      return FALSE;
    }
  return TRUE;
}

/* The station's name where the hub has no such region. */
static char *
region_name (CzHub *hub, gint64 region, const char *otherwise)
{
  const CzTable *table = cz_table_by_number (CZ_TABLE_REGION);
  CzRow key = { 0 };
  CzRow row;
  gboolean found = FALSE;
  key.v[0].i = region;
  if (!cz_hub_get (hub, table, &key, &row, &found, NULL) || !found)
    return g_strdup (otherwise);
  const CzValue *name = &row.v[cz_table_field_index (table, "name")];
  return g_strndup (name->p != NULL ? name->p : "", name->len);
}

/* A folder that is there, or one that a publication will make. */
static gboolean
is_folder (const char *path)
{
  g_autofree char *parent = g_path_get_dirname (path);
  return g_file_test (path, G_FILE_TEST_IS_DIR) || (g_path_is_absolute (path) && g_file_test (parent, G_FILE_TEST_IS_DIR));
}

/* As a station's road takes it: http, https, or a folder. A slip here is found by a technician in a village otherwise. */
static char *
depot_address (const char *depot, GError **error)
{
  g_autoptr (GUri) uri = NULL;
  if (strstr (depot, "://") == NULL) {
    if (is_folder (depot))
      return g_canonicalize_filename (depot, NULL);
    g_set_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED,
                 _ ("%s is no folder here. An address on the network begins with http:// or https://."), depot);
    return NULL;
  }
  uri = g_uri_parse (depot, G_URI_FLAGS_NONE, NULL);
  gboolean is_web = uri && (g_str_equal (g_uri_get_scheme (uri), "http") || g_str_equal (g_uri_get_scheme (uri), "https"));
  const char *host = is_web ? g_uri_get_host (uri) : NULL;
  gboolean has_host = host && *host != '\0' && strspn (host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.:") == strlen (host) && *host != '.';
  gboolean is_file = uri && g_str_equal (g_uri_get_scheme (uri), "file");
  if (is_file || (has_host && g_uri_get_userinfo (uri) == NULL && g_uri_get_query (uri) == NULL && g_uri_get_fragment (uri) == NULL))
    return g_strdup (depot);
  g_set_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED,
               _ ("%s is no address of a depot. It looks like https://HOST/PATH, without a name, a password or anything behind '?' or '#'."), depot);
  return NULL;
}

char *
cz_hub_ticket_text (CzHub *hub, const CzHubTicketOptions *options, GError **error)
{
  g_autoptr (CzTicket) ticket = g_new0 (CzTicket, 1);
  g_autoptr (CzHubTrust) trust = cz_hub_trust_load (hub, error);
  if (trust == NULL || !parse_line (trust, options->line, ticket, error))
    return NULL;
  if (!cz_channel_covers (hub->channel, cz_region_channel (options->village))) {
    g_autofree char *village = cz_region_to_string (options->village);
    g_set_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED, _ ("The village %s does not lie in the area of this office."), village);
    return NULL;
  }
  guint n = g_strv_length ((char **) options->depots);
  ticket->village = options->village;
  ticket->village_name = region_name (hub, options->village, options->name);
  ticket->station_name = g_strdup (options->name);
  ticket->depots = g_new0 (char *, n + 1);
  for (guint i = 0; i < n; i++)
    if ((ticket->depots[i] = depot_address (options->depots[i], error)) == NULL)
      return NULL;
  ticket->root = g_bytes_ref (trust->root_bytes);
  g_autofree char *text = cz_ticket_to_text (ticket);
  g_autoptr (CzTicket) again = cz_ticket_parse (text, strlen (text), error);
  return again != NULL ? g_steal_pointer (&text) : NULL;
}

gboolean
cz_hub_write_ticket (CzHub *hub, const char *path, const CzHubTicketOptions *options, GError **error)
{
  g_autofree char *text = cz_hub_ticket_text (hub, options, error);
  GError *low = NULL;
  if (text == NULL)
    return FALSE;
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  return cz_file_replace (path, bytes, 0644, &low) || cz_hub_take_storage_error (low, error);
}
