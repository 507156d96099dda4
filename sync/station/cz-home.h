/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <gio/gio.h>
#include "sync/wire/cz-delegation.h"
#include "sync/wire/cz-ticket.h"

/* The folder of a station, --home: README.md describes what lies where. Only folders below it are made; any thread. */
typedef struct {
  char *root;
  char *content; /* CzContent folder; the kiosk reads it */
  char *station; /* station.db; agent and kiosk write it */
  char *agent; /* trust.db, key, ticket: the agent's alone */
  char *media; /* objects by hash; the kiosk reads it */
  char *part; /* downloads under way */
  char *kept; /* a depot tree of what was verified, for sticks and neighbours */
  char *first_boot; /* how far the first boot has come; the kiosk reads it */
} CzHome;

#define CZ_HOME_ERROR (cz_home_error_quark ())
GQuark cz_home_error_quark (void);
typedef enum {
  CZ_HOME_ERROR_STORAGE, /* a folder or file cannot be made, read or written */
  CZ_HOME_ERROR_NOT_ENROLLED, /* no ticket yet */
  CZ_HOME_ERROR_ENROLLED, /* already enrolled with another ticket */
  CZ_HOME_ERROR_BUSY, /* another agent works on this home */
} CzHomeError;

/* Makes the folders with the modes of DESIGN §2 where they are missing; modes of what is there stay. */
CzHome *cz_home_open (const char *root, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cz_home_free (CzHome *home);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzHome, cz_home_free)

/* One agent at a time: holds agent/lock until the returned descriptor is closed. -1 and CZ_HOME_ERROR_BUSY or _STORAGE. */
int cz_home_lock (CzHome *home, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Reads a small file whole; CZ_HOME_ERROR_STORAGE, or _NOT_ENROLLED when the file is absent. */
CzTicket *cz_home_ticket (CzHome *home, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Temporary name, fsync, rename. CZ_HOME_ERROR_STORAGE. */
gboolean cz_home_write (const char *path, gconstpointer data, gsize size, int mode, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What `enrol` did. */
typedef struct {
  char *fingerprint; /* of the station key, eight characters */
  gboolean was_enrolled; /* the very same ticket was there already */
} CzEnrolment;

/* Checks the ticket (its root document too), makes the station key when there is none, keeps the ticket. Idempotent for the
 * same ticket; another ticket is CZ_HOME_ERROR_ENROLLED unless replace. The station key is never replaced.
 * Errors: CZ_WIRE_ERROR, CZ_KEY_ERROR, CZ_HOME_ERROR. */
gboolean cz_home_enrol (CzHome *home, const char *text, gsize size, gboolean replace, CzEnrolment *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Makes the station key when there is none and gives its fingerprint, newly allocated. name: for whoever reads the file. CZ_KEY_ERROR. */
char *cz_home_make_key (CzHome *home, const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* CZ_KEY_ERROR. */
CzSecretKey *cz_home_station_key (CzHome *home, GError **error) G_GNUC_WARN_UNUSED_RESULT;
