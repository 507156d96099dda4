/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>
#include <sqlite3.h>

/* The one place that opens SQLite files: modes, pragmas, ownership rules of DESIGN §2. */

#define CZ_STORE_ERROR (cz_store_error_quark ())
GQuark cz_store_error_quark (void);
typedef enum {
  CZ_STORE_ERROR_ABSENT, /* no such store yet */
  CZ_STORE_ERROR_BUSY, /* somebody else holds it: try again */
  CZ_STORE_ERROR_FULL, /* no room left on the disk */
  CZ_STORE_ERROR_DAMAGED, /* not a database, or its pages are damaged: rebuild or take the second copy */
  CZ_STORE_ERROR_READ_ONLY, /* may not be written here */
  CZ_STORE_ERROR_NEWER, /* made by a newer program and not readable by this one */
  CZ_STORE_ERROR_CONSTRAINT, /* a row that cannot be (duplicate key, missing row) */
  CZ_STORE_ERROR_FAILED, /* anything else, with SQLite's words */
} CzStoreError;

typedef enum {
  CZ_DB_READ, /* read-only, never creates */
  CZ_DB_WRITE, /* read-write, must exist */
  CZ_DB_CREATE, /* read-write, made if absent */
} CzDbMode;

typedef struct {
  CzDbMode mode;
  guint file_mode; /* permission bits given to a file made here, before SQLite sees it: 0640 content, 0660 station, 0600 trust and hub */
  gboolean secure_delete; /* FALSE for public tables: Debian compiles it on, which costs writes */
  gboolean persist_wal; /* keep -wal and -shm after the last close, so that a read-only reader of another user can open */
  guint cache_kib;
} CzDbOptions;

/* WAL, synchronous=FULL, foreign_keys off, busy timeout 5 s, trusted_schema off, cell size check on. What cannot be read is tried three times before it
 * is called damaged: a card that stumbles once must cost nothing. NULL and CZ_STORE_ERROR on failure. */
sqlite3 *cz_db_open (const char *path, const CzDbOptions *options, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cz_db_close (sqlite3 *db);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqlite3, cz_db_close)

/* Maps SQLite's state of db to CZ_STORE_ERROR with `doing` in front ("writing quotes"); the only road for SQLite's codes. */
void cz_db_set_error (sqlite3 *db, int code, const char *doing, GError **error);
gboolean cz_db_exec (sqlite3 *db, const char *sql, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Persistent. A table or column that is not there: CZ_STORE_ERROR_DAMAGED. */
sqlite3_stmt *cz_db_prepare (sqlite3 *db, const char *sql, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cz_stmt_free (sqlite3_stmt *stmt);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqlite3_stmt, cz_stmt_free)
/* PRAGMA quick_check: CZ_STORE_ERROR_DAMAGED with SQLite's first finding, naming the file. */
gboolean cz_db_quick_check (sqlite3 *db, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gint64 cz_db_int (sqlite3 *db, const char *sql, gint64 fallback);
/* BEGIN IMMEDIATE; CZ_STORE_ERROR_BUSY after 5 s. */
gboolean cz_db_begin (sqlite3 *db, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cz_db_roll_back (sqlite3 *db); /* also after SQLite has rolled back by itself */
/* A consistent copy of source as one file without journals, made beside target and renamed over it; both are left as
 * they were on failure. Other connections may go on writing source. */
gboolean cz_db_copy (const char *source, const char *target, guint file_mode, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Makes names in path's folder durable. */
gboolean cz_db_sync_folder (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Numbered migrations. steps[i] brings the file from version i to i+1 inside one transaction; they only add.
 * The file's application_id is checked (CZ_STORE_ERROR_DAMAGED when another's). min_reader: the lowest program version that
 * may still read the file, kept in table meta (key, value), which cz_db_migrate makes; a program below it gets
 * CZ_STORE_ERROR_NEWER, a program between reads and writes on. Several programs may migrate at once: one waits.
 * backup_path: (nullable) a copy made before the first step of a file that already held data. */
typedef struct {
  const char *sql;
  int min_reader; /* versions below this cannot read the result */
} CzMigration;
gboolean cz_db_migrate (sqlite3 *db, guint32 application_id, const CzMigration *steps, guint n_steps,
                        const char *backup_path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The check alone, for readers: *file_version (nullable) is 0 for an empty file. CZ_STORE_ERROR_DAMAGED or _NEWER. */
gboolean cz_db_check_version (sqlite3 *db, guint32 application_id, int program_version, int *file_version,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
