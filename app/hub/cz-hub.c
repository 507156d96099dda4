/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/cz-hub-private.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "sync/depot/cz-depot.h"
#include "sync/depot/cz-publisher.h"
#include "sync/depot/cz-vault.h"
#include "sync/model/cz-exit.h"
#include "sync/wire/cz-key.h"

G_DEFINE_QUARK (cz_hub_error, cz_hub_error)

static int
exit_of_hub (int code)
{
  switch ((CzHubError) code) {
  case CZ_HUB_ERROR_LOCKED:
    return CZ_EXIT_NO_ROAD;
  case CZ_HUB_ERROR_STORAGE:
    return CZ_EXIT_STORAGE;
  case CZ_HUB_ERROR_ABSENT:
  case CZ_HUB_ERROR_EXISTS:
  case CZ_HUB_ERROR_REFUSED:
  default:
    return CZ_EXIT_REFUSED;
  }
}

int
cz_hub_exit_status (const GError *error)
{
  if (error->domain == CZ_HUB_ERROR)
    return exit_of_hub (error->code);
  if (error->domain == G_OPTION_ERROR)
    return CZ_EXIT_USAGE;
  if (error->domain == CZ_STORE_ERROR || error->domain == CZ_DEPOT_ERROR || error->domain == G_FILE_ERROR
      || g_error_matches (error, CZ_KEY_ERROR, CZ_KEY_ERROR_WRITE) || g_error_matches (error, CZ_VAULT_ERROR, CZ_VAULT_ERROR_FILE)
      || g_error_matches (error, CZ_PUBLISH_ERROR, CZ_PUBLISH_ERROR_DAMAGED)
      || g_error_matches (error, CZ_PUBLISH_ERROR, CZ_PUBLISH_ERROR_SELF_CHECK))
    return CZ_EXIT_STORAGE;
  return CZ_EXIT_REFUSED;
}

gboolean
cz_hub_refuse (GError **error, const char *format, ...)
{
  va_list words;
  va_start (words, format);
  g_autofree char *sentence = g_strdup_vprintf (format, words);
  va_end (words);
  g_set_error_literal (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED, sentence);
  return FALSE;
}

gboolean
cz_hub_take_storage_error (GError *low, GError **error)
{
  g_set_error_literal (error, CZ_HUB_ERROR, CZ_HUB_ERROR_STORAGE, low->message);
  g_error_free (low);
  return FALSE;
}

sqlite3_stmt *
cz_hub_prepare (CzHub *hub, const char *sql, GError **error)
{
  GError *low = NULL;
  sqlite3_stmt *stmt = cz_db_prepare (hub->db, sql, &low);
  if (stmt == NULL)
    cz_hub_take_storage_error (low, error);
  return stmt;
}

gboolean
cz_hub_finish (CzHub *hub, sqlite3_stmt *stmt, const char *doing, GError **error)
{
  int code = sqlite3_step (stmt);
  return code == SQLITE_DONE || cz_hub_storage_error (hub, code, doing, error);
}

gboolean
cz_hub_storage_error (CzHub *hub, int code, const char *doing, GError **error)
{
  GError *low = NULL;
  cz_db_set_error (hub->db, code, doing, &low);
  return cz_hub_take_storage_error (low, error);
}

static gboolean
open_db (CzHub *hub, GError **error)
{
  g_autofree char *path = g_build_filename (hub->home, "hub.db", NULL);
  CzDbOptions options = { .mode = hub->mode == CZ_HUB_WRITE ? CZ_DB_WRITE : CZ_DB_READ,
                          .file_mode = CZ_HUB_FILE_MODE,
                          .cache_kib = CZ_HUB_CACHE_KIB,
                          .secure_delete = TRUE }; /* numbers and names that are forgotten leave the file (cz-hub-forget) */
  GError *low = NULL;
  hub->db = cz_db_open (path, &options, &low);
  if (hub->db == NULL || (hub->mode == CZ_HUB_WRITE && !cz_hub_schema_ensure (hub->db, &low)))
    return cz_hub_take_storage_error (low, error);
  g_autofree char *channel = cz_hub_get_value (hub->db, "channel");
  g_autofree char *dirty_from = cz_hub_get_value (hub->db, "quote_dirty_from");
  if (channel == NULL || !cz_channel_parse (channel, &hub->channel)) {
    g_set_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_ABSENT,
                 _ ("%s holds no finished hub. Make one with: cunzhan-hub --home %s init"), hub->home, hub->home);
    return FALSE;
  }
  hub->quote_dirty_from = dirty_from == NULL ? G_MAXINT32 : g_ascii_strtoll (dirty_from, NULL, 10);
  return TRUE;
}

CzHub *
cz_hub_open (const char *home, CzHubMode mode, CzClock *clock, GError **error)
{
  g_autofree char *path = g_build_filename (home, "hub.db", NULL);
  if (g_access (path, F_OK) != 0 && errno == EACCES) {
    g_set_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_STORAGE,
                 _ ("The folder %s belongs to another user. Work under that user's name."), home);
    return NULL;
  }
  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR)) {
    g_set_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_ABSENT,
                 _ ("There is no hub in %s. Make one with: cunzhan-hub --home %s init"), home, home);
    return NULL;
  }
  g_autoptr (CzHub) hub = g_new0 (CzHub, 1);
  hub->home = g_strdup (home);
  hub->mode = mode;
  hub->clock = g_object_ref (clock);
  hub->lock_fd = -1;
  hub->who = g_strdup (g_get_user_name ());
  if (mode == CZ_HUB_WRITE) {
    hub->lock_fd = cz_hub_lock_take (home, hub->who, clock, error);
    if (hub->lock_fd < 0)
      return NULL;
  }
  return open_db (hub, error) ? g_steal_pointer (&hub) : NULL;
}

void
cz_hub_free (CzHub *hub)
{
  if (hub == NULL)
    return;
  cz_hub_roll_back (hub);
  cz_hub_statements_clear (hub);
  g_clear_pointer (&hub->got, g_byte_array_unref);
  g_clear_pointer (&hub->names, cz_hub_names_free);
  g_clear_pointer (&hub->series, cz_hub_series_free);
  g_clear_pointer (&hub->db, cz_db_close);
  cz_hub_lock_release (hub->lock_fd);
  g_clear_object (&hub->clock);
  g_free (hub->reason);
  g_free (hub->who);
  g_free (hub->home);
  g_free (hub);
}

const char *
cz_hub_home (CzHub *hub)
{
  return hub->home;
}

CzChannel
cz_hub_channel (CzHub *hub)
{
  return hub->channel;
}

CzClock *
cz_hub_clock (CzHub *hub)
{
  return hub->clock;
}

sqlite3 *
cz_hub_db (CzHub *hub)
{
  return hub->db;
}

void
cz_hub_set_who (CzHub *hub, const char *who)
{
  g_free (hub->who);
  hub->who = g_strdup (who);
  if (hub->lock_fd >= 0)
    cz_hub_lock_sign (hub->lock_fd, who, hub->clock);
}

const char *
cz_hub_who (CzHub *hub)
{
  return hub->who;
}

void
cz_hub_set_reason (CzHub *hub, const char *reason)
{
  g_free (hub->reason);
  hub->reason = g_strdup (reason);
}

gint64
cz_hub_import_no (CzHub *hub)
{
  return hub->import_no;
}

/* --- one transaction --- */

gboolean
cz_hub_begin (CzHub *hub, GError **error)
{
  g_return_val_if_fail (!hub->in_transaction, FALSE);
  GError *low = NULL;
  if (hub->mode != CZ_HUB_WRITE) {
    g_set_error_literal (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED, _ ("The hub was opened for reading only."));
    return FALSE;
  }
  if (!cz_db_begin (hub->db, &low))
    return cz_hub_take_storage_error (low, error);
  hub->in_transaction = TRUE;
  hub->quote_dirty_moved = FALSE;
  g_autofree char *last = cz_hub_get_value (hub->db, "import_no");
  hub->import_no = (last == NULL ? 0 : g_ascii_strtoll (last, NULL, 10)) + 1;
  g_autofree char *next = g_strdup_printf ("%" G_GINT64_FORMAT, hub->import_no);
  if (cz_hub_set_value (hub->db, "import_no", next, &low))
    return TRUE;
  cz_hub_roll_back (hub);
  return cz_hub_take_storage_error (low, error);
}

gboolean
cz_hub_commit (CzHub *hub, GError **error)
{
  g_return_val_if_fail (hub->in_transaction, FALSE);
  GError *low = NULL;
  g_autofree char *from = g_strdup_printf ("%" G_GINT64_FORMAT, hub->quote_dirty_from);
  if ((hub->quote_dirty_moved && !cz_hub_set_value (hub->db, "quote_dirty_from", from, &low))
      || !cz_hub_series_save (hub, &low) || !cz_db_exec (hub->db, "COMMIT", &low)) {
    cz_hub_roll_back (hub);
    return cz_hub_take_storage_error (low, error);
  }
  hub->in_transaction = FALSE;
  return TRUE;
}

void
cz_hub_roll_back (CzHub *hub)
{
  if (!hub->in_transaction)
    return;
  cz_hub_statements_clear (hub);
  cz_db_roll_back (hub->db);
  hub->in_transaction = FALSE;
  g_clear_pointer (&hub->names, cz_hub_names_free);
  g_clear_pointer (&hub->series, cz_hub_series_free);
  g_autofree char *from = cz_hub_get_value (hub->db, "quote_dirty_from");
  hub->quote_dirty_from = from == NULL ? G_MAXINT32 : g_ascii_strtoll (from, NULL, 10);
}
