/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/hub/cz-hub.h"

/* `cunzhan-hub import KIND FILE…`: files as clerks have them become rows of hub.db. Every row of a file is accounted for:
 * taken, unchanged, held back with its reasons, not taken with its reason, or passed over because the map says so; all but
 * the first two stand in the report. One command is one transaction: a file that is refused refuses them all. */

#define CZ_IMPORT_ERROR (cz_import_error_quark ())
GQuark cz_import_error_quark (void);
typedef enum {
  CZ_IMPORT_ERROR_USAGE, /* unknown kind, nothing to import */
  CZ_IMPORT_ERROR_MAP, /* the map cannot be used; the message names file, group and key */
  CZ_IMPORT_ERROR_REFUSED, /* a file as a whole cannot be read as this kind; names file, line and what to do */
  CZ_IMPORT_ERROR_REPORT, /* the report cannot be written */
} CzImportError;

typedef struct {
  const char *kind; /* regions, distances, products, markets, quotes, policies, notices */
  const char *const *files; /* NULL-terminated. A folder stands for the files in it and below, by name */
  const char *map; /* (nullable) path of a map, see README.md */
  const char *report; /* (nullable) path of the report, CSV, written anew; NULL: import-report.csv in the hub's folder */
  gboolean dry_run; /* everything as usual, then nothing is kept; the report is written */
  gboolean create_products; /* unknown products and markets of quotes are made */
  const char *picture_dir; /* (nullable) where pictures named in products are; default: the folder of the file, then ../drawings */
} CzImportOptions;

typedef struct {
  guint n_files;
  guint64 lines; /* of all files; of a workbook or JSON file its rows */
  guint64 blank; /* lines with nothing in them */
  guint64 headers; /* lines that name the columns */
  guint64 passed; /* passed over because the map says so: titles, sums, closed days */
  guint64 unread_columns; /* columns whose header means nothing to us; each is in the report */
  char not_read[400]; /* their headers, each once, joined by ", "; "…" last where there were more */
  guint64 rows; /* rows (in a wide table: cells) to take = the six below; passed ones are not in it */
  guint64 added; /* new */
  guint64 changed; /* the key was there with other values, which are kept as corrections */
  guint64 same; /* there already, nothing changed */
  guint64 held; /* held back now: see the report, then accept */
  guint64 held_before; /* this very row was held back or turned down before: nothing changed */
  guint64 not_taken; /* see the report */
  guint64 created; /* products and markets made on the way; not among rows */
  guint64 translations; /* names and texts in other languages; not among rows */
  guint64 superseded; /* policies whose newer version is now known; not among rows */
  guint64 faults; /* translations that could not be taken; in the report, not among rows */
} CzImportResult;

/* hub is open for writing, no transaction running. result is filled as far as it went, also on error; on error nothing
 * is kept. Errors: CZ_IMPORT_ERROR, CZ_SHEET_ERROR (app/hub/sheet), CZ_HUB_ERROR. Not thread-safe. */
gboolean cz_import_run (CzHub *hub, const CzImportOptions *options, CzImportResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* CzExit: DONE, or PARTLY when rows were held or not taken; with an error REFUSED, USAGE or STORAGE. error: (nullable). */
int cz_import_exit_status (const CzImportResult *result, const GError *error);

/* One or two sentences for the clerk: what came in, what did not, where it stands. hub: whose folder the report lies in unless options name one. Newly allocated. */
char *cz_import_summary (CzHub *hub, const CzImportResult *result, const CzImportOptions *options);
