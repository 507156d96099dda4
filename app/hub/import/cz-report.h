/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/hub/import/cz-import.h"
#include "app/hub/sheet/cz-sheet.h"

/* The report of an import: UTF-8 with BOM (so that Excel shows it), a row for everything that did not simply go in. */

typedef enum {
  CZ_REPORT_HELD, /* waits for accept */
  CZ_REPORT_NOT_TAKEN,
  CZ_REPORT_PASSED, /* the map says so */
  CZ_REPORT_CREATED, /* a product or market made on the way */
} CzReportStatus;

typedef struct {
  CzReportStatus status;
  const char *code; /* short English word, stable: "unknown-product" */
  const char *file;
  const CzSheetRow *row; /* (nullable) */
  guint64 line; /* used without row; 0 = the file as a whole */
  int column; /* from 0; -1 = the row as a whole */
  const char *field; /* (nullable) our name of the column */
  const char *value; /* (nullable) as it stands in the file */
  const char *reason; /* translated sentence */
  const char *todo; /* (nullable) translated: what the clerk can do */
} CzReportItem;

typedef struct _CzReport CzReport;

/* Makes the file at once, so that a path that cannot be written is known before the work. path NULL: nothing is written.
 * Errors: CZ_IMPORT_ERROR_REPORT. */
CzReport *cz_report_new (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cz_report_add (CzReport *report, const CzReportItem *item);
/* The totals line and the end; FALSE with CZ_IMPORT_ERROR_REPORT when anything could not be written. */
gboolean cz_report_close (CzReport *report, const char *totals, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cz_report_free (CzReport *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzReport, cz_report_free)
