/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/cz-hub-office.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/hub/cz-hub-private.h"
#include "sync/depot/cz-box.h"
#include "sync/depot/cz-file.h"
#include "sync/wire/cz-limits.h"

#define PASSPHRASE_MAX_BYTES 1024
#define ALL_TABLES (~G_GUINT64_CONSTANT (1)) /* bits 1 … 63 */

enum { KEY_ROOT, KEY_CONTENT, KEY_HEAD, KEY_DELEGATE, KEY_BOX, N_KEYS };

static const char *const key_names[N_KEYS] = { "root", "content", "head", "delegate", "box" };

static char *
key_path (const char *home, const char *name)
{
  return g_build_filename (home, "keys", name, NULL);
}

CzSecretKey *
cz_hub_key_load (CzHub *hub, const char *name, const char *passphrase, GError **error)
{
  g_autofree char *path = key_path (hub->home, name);
  return cz_secret_key_load (path, passphrase, error);
}

char *
cz_hub_passphrase_read (const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = cz_file_read (path, 0, PASSPHRASE_MAX_BYTES, NULL);
  gsize size = 0;
  const char *data = bytes == NULL ? NULL : g_bytes_get_data (bytes, &size);
  g_autofree char *line = data == NULL ? NULL : g_strndup (data, size);
  if (line != NULL)
    line[strcspn (line, "\r\n")] = '\0';
  if (line != NULL && line[0] != '\0')
    return g_steal_pointer (&line);
  g_set_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED,
               _ ("%s: no passphrase in the first line of this file, or the file cannot be read."), path);
  return NULL;
}

static gboolean
is_address (const char *depot)
{
  return g_str_has_prefix (depot, "https://") || g_str_has_prefix (depot, "http://");
}

char *
cz_hub_depot_folder (CzHub *hub)
{
  g_autofree char *set = cz_hub_get_value (hub->db, "depot");
  g_autofree char *folder = set != NULL && set[0] != '\0' ? g_strdup (set) : g_build_filename (hub->home, "depot", NULL);
  return is_address (folder) ? g_steal_pointer (&folder) : g_canonicalize_filename (folder, NULL);
}

gboolean
cz_hub_place_is_bucket (const char *place)
{
  return is_address (place);
}

CzDepot *
cz_hub_depot_open (CzHub *hub, GError **error)
{
  g_autofree char *place = cz_hub_depot_folder (hub);
  return cz_hub_place_open (hub, place, error);
}

CzDepot *
cz_hub_place_open (CzHub *hub, const char *place, GError **error)
{
  g_autofree char *access_file = g_build_filename (hub->home, "bucket", NULL);
  return is_address (place) ? cz_depot_new_bucket (place, access_file, NULL, error) : cz_depot_new_folder (place, error);
}

/* --- init --- */

static void
free_keys (CzSecretKey **keys)
{
  for (guint i = 0; i < N_KEYS; i++)
    g_clear_pointer (&keys[i], cz_secret_key_free);
}

static gboolean
make_keys (const char *home, const char *passphrase, CzSecretKey **keys, GError **error)
{
  for (guint i = 0; i < N_KEYS; i++) {
    g_autofree char *path = key_path (home, key_names[i]);
    keys[i] = cz_secret_key_new ();
    if (!cz_secret_key_save (keys[i], path, key_names[i], i == KEY_HEAD ? NULL : passphrase, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
cz_hub_save_public (const char *home, const char *name, GBytes *bytes, GError **error)
{
  g_autofree char *path = g_build_filename (home, "public", name, NULL);
  GError *low = NULL;
  return cz_file_replace (path, bytes, 0644, &low) || cz_hub_take_storage_error (low, error);
}

static gboolean
make_root (const char *home, CzSecretKey **keys, gint64 now_s, GError **error)
{
  CzRoot root = { .version = 1, .threshold = 1, .n_keys = 1, .issued_s = (guint64) now_s };
  g_autoptr (GPtrArray) signers = g_ptr_array_new ();
  g_ptr_array_add (signers, keys[KEY_ROOT]);
  cz_secret_key_public (keys[KEY_ROOT], &root.keys[0]);
  g_autoptr (GBytes) bytes = cz_root_build (&root, signers, error);
  return bytes != NULL && cz_hub_save_public (home, "root-1", bytes, error);
}

gboolean
cz_hub_name_keys (const CzSecretKey *content, const CzSecretKey *head, const CzSecretKey *delegate, const CzSecretKey *box,
                  CzDelegation *out, GError **error)
{
  CzPublicKey sealing;
  cz_secret_key_public (content, &out->content_key);
  cz_secret_key_public (head, &out->head_key);
  cz_secret_key_public (delegate, &out->delegate_key);
  cz_secret_key_public (box, &sealing);
  if (cz_box_public (&sealing, out->box_key))
    return TRUE;
  g_set_error_literal (error, CZ_HUB_ERROR, CZ_HUB_ERROR_STORAGE, "the sealing key cannot be used");
  return FALSE;
}

static gboolean
make_chain (const char *home, CzChannel channel, CzSecretKey **keys, gint64 now_s, GError **error)
{
  CzDelegation delegation = { .channel = channel,
                              .serial = 1,
                              .epoch = 1,
                              .table_mask = ALL_TABLES,
                              .not_before_s = (guint64) now_s,
                              .not_after_s = (guint64) (now_s + CZ_HUB_DELEGATION_LIFE_S) };
  g_autoptr (GPtrArray) signers = g_ptr_array_new ();
  g_autoptr (GPtrArray) links = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  if (!cz_hub_name_keys (keys[KEY_CONTENT], keys[KEY_HEAD], keys[KEY_DELEGATE], keys[KEY_BOX], &delegation, error))
    return FALSE;
  g_ptr_array_add (signers, keys[KEY_ROOT]);
  GBytes *link = cz_delegation_build (&delegation, signers, error);
  if (link == NULL)
    return FALSE;
  g_ptr_array_add (links, link);
  g_autoptr (GBytes) chain = cz_chain_build (links, error);
  return chain != NULL && cz_hub_save_public (home, "chain", chain, error);
}

/* Opens for writing before there is a channel: what cz_hub_open would call unfinished. */
static CzHub *
new_hub (const char *home, CzClock *clock, GError **error)
{
  g_autofree char *path = g_build_filename (home, "hub.db", NULL);
  CzDbOptions options = { .mode = CZ_DB_CREATE, .file_mode = CZ_HUB_FILE_MODE };
  g_autoptr (CzHub) hub = g_new0 (CzHub, 1);
  GError *low = NULL;
  hub->home = g_strdup (home);
  hub->mode = CZ_HUB_WRITE;
  hub->clock = g_object_ref (clock);
  hub->who = g_strdup (g_get_user_name ());
  hub->quote_dirty_from = G_MAXINT32;
  hub->lock_fd = cz_hub_lock_take (home, hub->who, clock, error);
  if (hub->lock_fd < 0)
    return NULL;
  hub->db = cz_db_open (path, &options, &low);
  if (hub->db == NULL || !cz_hub_schema_ensure (hub->db, &low)) {
    cz_hub_take_storage_error (low, error);
    return NULL;
  }
  g_autofree char *channel = cz_hub_get_value (hub->db, "channel");
  if (channel != NULL) {
    g_set_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_EXISTS, _ ("There is a hub in %s already, for channel %s."), home, channel);
    return NULL;
  }
  return g_steal_pointer (&hub);
}

static gboolean
put_publisher (CzHub *hub, const CzHubInit *init, GError **error)
{
  const CzTable *table = cz_table_by_number (CZ_TABLE_PUBLISHER);
  CzRow row = { 0 };
  if (!cz_region_parse (init->region, &row.v[0].i))
    return FALSE;
  cz_hub_row_set_text (table, &row, "name", init->name);
  cz_hub_row_set_text (table, &row, "place", init->place);
  cz_hub_row_set_text (table, &row, "hotline", init->hotline);
  cz_hub_row_set_text (table, &row, "remark", init->remark);
  g_autoptr (GError) wrong = NULL;
  if (cz_hub_put (hub, table, &row, NULL, &wrong))
    return TRUE;
  if (wrong->domain == CZ_ROW_ERROR)
    g_set_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED, "%s", wrong->message);
  else
    g_propagate_error (error, g_steal_pointer (&wrong));
  return FALSE;
}

gboolean
cz_hub_place_from_regions (CzHub *hub, GError **error)
{
  const CzTable *publishers = cz_table_by_number (CZ_TABLE_PUBLISHER), *regions = cz_table_by_number (CZ_TABLE_REGION);
  CzRow key = { 0 }, row;
  gboolean found = FALSE;
  g_autofree char *code = cz_channel_to_string (hub->channel);
  if (!cz_region_parse (code, &key.v[0].i) || !cz_hub_get (hub, regions, &key, &row, &found, error))
    return FALSE;
  const CzValue *name = &row.v[cz_table_field_index (regions, "name")];
  g_autofree char *called = found ? g_strndup (name->p, name->len) : NULL;
  if (!found)
    return TRUE;
  if (!cz_hub_get (hub, publishers, &key, &row, &found, error))
    return FALSE;
  if (!found || row.v[cz_table_field_index (publishers, "place")].len > 0)
    return TRUE;
  cz_hub_row_set_text (publishers, &row, "place", called);
  return cz_hub_put (hub, publishers, &row, NULL, error);
}

static gboolean
fill_db (CzHub *hub, const CzHubInit *init, GError **error)
{
  GError *low = NULL;
  g_autofree char *depot = init->depot == NULL ? g_strdup ("") : is_address (init->depot) ? g_strdup (init->depot) : g_canonicalize_filename (init->depot, NULL);
  if (!cz_hub_begin (hub, error) || !put_publisher (hub, init, error)
      || !cz_hub_audit (hub, "init", "", init->region, NULL, error))
    return FALSE;
  /* The channel comes last and in the same transaction: with it the hub is finished. */
  if (!cz_hub_set_value (hub->db, "name", init->name, &low) || !cz_hub_set_value (hub->db, "depot", depot, &low)
      || !cz_hub_set_value (hub->db, "channel", init->region, &low))
    return cz_hub_take_storage_error (low, error);
  return cz_hub_commit (hub, error);
}

static gboolean
make_folders (const char *home, GError **error)
{
  g_autofree char *keys = g_build_filename (home, "keys", NULL);
  g_autofree char *public = g_build_filename (home, "public", NULL);
  GError *low = NULL;
  return (cz_file_make_folder (home, CZ_HUB_FOLDER_MODE, &low) && cz_file_make_folder (keys, CZ_HUB_FOLDER_MODE, &low)
          && cz_file_make_folder (public, CZ_HUB_FOLDER_MODE, &low))
         || cz_hub_take_storage_error (low, error);
}

gboolean
cz_hub_init (const char *home, const CzHubInit *init, CzClock *clock, GError **error)
{
  CzChannel channel = 0;
  CzSecretKey *keys[N_KEYS] = { NULL };
  if (init->region == NULL || !cz_channel_parse (init->region, &channel)) {
    g_set_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED,
                 _ ("%s is not a region code: six digits are needed, such as 990101."), init->region != NULL ? init->region : "");
    return FALSE;
  }
  if (init->name == NULL || init->name[0] == '\0') {
    g_set_error_literal (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED, _ ("The office needs a name: --name NAME."));
    return FALSE;
  }
  if (!make_folders (home, error))
    return FALSE;
  g_autoptr (CzHub) hub = new_hub (home, clock, error);
  if (hub == NULL)
    return FALSE;
  hub->channel = channel;
  gint64 now_s = cz_clock_wall_s (clock);
  gboolean ok = make_keys (home, init->passphrase, keys, error) && make_root (home, keys, now_s, error)
                && make_chain (home, channel, keys, now_s, error) && fill_db (hub, init, error);
  free_keys (keys);
  return ok;
}
