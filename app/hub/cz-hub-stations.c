/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/cz-hub-stations.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/hub/cz-hub-private.h"

#define STATION_COLUMNS "SELECT fingerprint, key, village, name, state, upto, asked_s, seen_s, replaced_by FROM station"

const char *
cz_hub_station_state_name (CzHubStationState state)
{
  static const char *const names[] = { "?", "asks", "approved", "suspended", "replaced" };
  return (guint) state < G_N_ELEMENTS (names) ? names[state] : names[0];
}

void
cz_hub_station_free (CzHubStation *station)
{
  if (station == NULL)
    return;
  g_free (station->fingerprint);
  g_free (station->name);
  g_free (station->replaced_by);
  g_free (station);
}

static CzHubStation *
read_station (sqlite3_stmt *stmt)
{
  CzHubStation *station = g_new0 (CzHubStation, 1);
  station->fingerprint = g_strdup ((const char *) sqlite3_column_text (stmt, 0));
  if (sqlite3_column_bytes (stmt, 1) == CZ_PUBLIC_KEY_BYTES)
    memcpy (station->key.bytes, sqlite3_column_blob (stmt, 1), CZ_PUBLIC_KEY_BYTES);
  station->village = sqlite3_column_int64 (stmt, 2);
  station->name = g_strdup ((const char *) sqlite3_column_text (stmt, 3));
  station->state = (CzHubStationState) sqlite3_column_int (stmt, 4);
  station->upto = sqlite3_column_int64 (stmt, 5);
  station->asked_s = sqlite3_column_int64 (stmt, 6);
  station->seen_s = sqlite3_column_int64 (stmt, 7);
  station->replaced_by = g_strdup ((const char *) sqlite3_column_text (stmt, 8));
  return station;
}

/* As it stands in the table: upper case, no dashes or blanks. */
static char *
plain (const char *fingerprint)
{
  GString *out = g_string_new (NULL);
  for (const char *c = fingerprint; *c != '\0'; c++)
    if (g_ascii_isalnum (*c))
      g_string_append_c (out, g_ascii_toupper (*c));
  return g_string_free (out, FALSE);
}

CzHubStation *
cz_hub_station_get (CzHub *hub, const char *fingerprint, GError **error)
{
  g_autofree char *name = plain (fingerprint);
  g_autoptr (sqlite3_stmt) stmt = cz_hub_prepare (hub, STATION_COLUMNS " WHERE fingerprint = ?", error);
  if (stmt == NULL)
    return NULL;
  (void) sqlite3_bind_text (stmt, 1, name, -1, SQLITE_STATIC);
  int code = sqlite3_step (stmt);
  if (code == SQLITE_ROW)
    return read_station (stmt);
  if (code != SQLITE_DONE)
    cz_hub_storage_error (hub, code, "station", error);
  return NULL;
}

GPtrArray *
cz_hub_stations (CzHub *hub, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) cz_hub_station_free);
  g_autoptr (sqlite3_stmt) stmt = cz_hub_prepare (hub, STATION_COLUMNS " ORDER BY state, village, fingerprint", error);
  int code = SQLITE_DONE;
  while (stmt != NULL && (code = sqlite3_step (stmt)) == SQLITE_ROW)
    g_ptr_array_add (list, read_station (stmt));
  if (stmt == NULL || code == SQLITE_DONE)
    return stmt == NULL ? NULL : g_steal_pointer (&list);
  cz_hub_storage_error (hub, code, "station", error);
  return NULL;
}

gboolean
cz_hub_station_ask (CzHub *hub, const CzPublicKey *key, gint64 village, const char *name, GError **error)
{
  g_autofree char *fingerprint = cz_public_key_fingerprint (key);
  g_autoptr (GError) local = NULL;
  g_autoptr (CzHubStation) known = cz_hub_station_get (hub, fingerprint, &local);
  if (local != NULL) {
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  if (known != NULL && memcmp (&known->key, key, sizeof *key) != 0)
    return cz_hub_refuse (error, _ ("another station has the fingerprint %s already"), fingerprint);
  if (!cz_channel_covers (hub->channel, cz_region_channel (village))) {
    g_autofree char *code = cz_region_to_string (village);
    return cz_hub_refuse (error, _ ("the village %s does not lie in the area of this office"), code);
  }
  if (known != NULL && known->state != CZ_HUB_STATION_ASKS)
    return TRUE;
  g_autoptr (sqlite3_stmt) stmt = cz_hub_prepare (hub,
                                           "INSERT INTO station (fingerprint, key, village, name, state, asked_s) VALUES (?, ?, ?, ?, 1, ?)"
                                           " ON CONFLICT (fingerprint) DO UPDATE SET village = excluded.village, name = excluded.name",
                                           error);
  if (stmt == NULL)
    return FALSE;
  (void) sqlite3_bind_text (stmt, 1, fingerprint, -1, SQLITE_STATIC);
  (void) sqlite3_bind_blob (stmt, 2, key->bytes, sizeof key->bytes, SQLITE_STATIC);
  (void) sqlite3_bind_int64 (stmt, 3, village);
  (void) sqlite3_bind_text (stmt, 4, name, -1, SQLITE_STATIC);
  (void) sqlite3_bind_int64 (stmt, 5, cz_clock_wall_s (hub->clock));
  return cz_hub_finish (hub, stmt, "station", error);
}

static CzHubStation *
must_get (CzHub *hub, const char *fingerprint, GError **error)
{
  g_autoptr (GError) local = NULL;
  CzHubStation *station = cz_hub_station_get (hub, fingerprint, &local);
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  else if (station == NULL)
    cz_hub_refuse (error, _ ("No station with the fingerprint %s has asked. Run collect first."), fingerprint);
  return station;
}

static gboolean
update (CzHub *hub, const CzHubStation *station, CzHubStationState state, const char *replaced_by, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = cz_hub_prepare (
      hub, "UPDATE station SET state = ?, village = ?, name = ?, replaced_by = ?, decided_s = ? WHERE fingerprint = ?", error);
  if (stmt == NULL)
    return FALSE;
  (void) sqlite3_bind_int (stmt, 1, (int) state);
  (void) sqlite3_bind_int64 (stmt, 2, station->village);
  (void) sqlite3_bind_text (stmt, 3, station->name, -1, SQLITE_STATIC);
  (void) sqlite3_bind_text (stmt, 4, replaced_by, -1, SQLITE_STATIC);
  (void) sqlite3_bind_int64 (stmt, 5, cz_clock_wall_s (hub->clock));
  (void) sqlite3_bind_text (stmt, 6, station->fingerprint, -1, SQLITE_STATIC);
  return cz_hub_finish (hub, stmt, "station", error);
}

gboolean
cz_hub_station_set_state (CzHub *hub, const char *fingerprint, CzHubStationState state, GError **error)
{
  g_return_val_if_fail (hub->in_transaction, FALSE);
  g_autoptr (CzHubStation) station = must_get (hub, fingerprint, error);
  if (station == NULL)
    return FALSE;
  if (station->state == CZ_HUB_STATION_REPLACED)
    return cz_hub_refuse (error, _ ("The station %s was replaced by another board."), station->fingerprint);
  return update (hub, station, state, "", error);
}

gboolean
cz_hub_station_replace (CzHub *hub, const char *fingerprint, const char *with, GError **error)
{
  g_return_val_if_fail (hub->in_transaction, FALSE);
  g_autoptr (CzHubStation) old = must_get (hub, fingerprint, error);
  g_autoptr (CzHubStation) fresh = old != NULL ? must_get (hub, with, error) : NULL;
  if (fresh == NULL)
    return FALSE;
  if (old->state == CZ_HUB_STATION_REPLACED || fresh->state == CZ_HUB_STATION_REPLACED || g_str_equal (old->fingerprint, fresh->fingerprint))
    return cz_hub_refuse (error, _ ("The station %s was replaced by another board."), old->fingerprint);
  fresh->village = old->village;
  g_free (fresh->name);
  fresh->name = g_strdup (old->name);
  return update (hub, old, CZ_HUB_STATION_REPLACED, fresh->fingerprint, error)
         && update (hub, fresh, CZ_HUB_STATION_APPROVED, "", error);
}

gint64
cz_hub_stations_asking (CzHub *hub, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = cz_hub_prepare (hub, "SELECT count (*) FROM station WHERE state = 1", error);
  if (stmt == NULL)
    return -1;
  int code = sqlite3_step (stmt);
  if (code == SQLITE_ROW)
    return sqlite3_column_int64 (stmt, 0);
  cz_hub_storage_error (hub, code, "station", error);
  return -1;
}

gboolean
cz_hub_station_is_named (const char *fingerprint, const char *given)
{
  g_autofree char *name = plain (given);
  return g_ascii_strcasecmp (fingerprint, name) == 0;
}

gboolean
cz_hub_station_forget (CzHub *hub, const char *fingerprint, GError **error)
{
  static const char *const sql[] = { "DELETE FROM upload WHERE station = ?", "DELETE FROM station WHERE fingerprint = ?" };
  g_return_val_if_fail (hub->in_transaction, FALSE);
  g_autoptr (CzHubStation) station = must_get (hub, fingerprint, error);
  if (station == NULL)
    return FALSE;
  if (station->state != CZ_HUB_STATION_ASKS)
    return cz_hub_refuse (error, _ ("The station %s does not ask any more: suspend it instead."), station->fingerprint);
  for (guint i = 0; i < G_N_ELEMENTS (sql); i++) {
    g_autoptr (sqlite3_stmt) stmt = cz_hub_prepare (hub, sql[i], error);
    if (stmt == NULL)
      return FALSE;
    (void) sqlite3_bind_text (stmt, 1, station->fingerprint, -1, SQLITE_STATIC);
    if (!cz_hub_finish (hub, stmt, "station", error))
      return FALSE;
  }
  return TRUE;
}
