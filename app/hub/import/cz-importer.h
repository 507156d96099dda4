/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/hub/import/cz-columns.h"
#include "app/hub/import/cz-import.h"
#include "app/hub/import/cz-report.h"

/* One run of import, and what all kinds share: counting, reporting, storing. */

typedef struct _CzImporter CzImporter;

typedef struct {
  const char *kind;
  /* of tables */
  const CzFieldSpec *specs;
  guint n_specs;
  /* (nullable) A header line has been found: what its columns are to each other. */
  void (*matched) (CzColumns *columns);
  /* Takes imp->row. Counts every row in imp->result. FALSE only when the hub fails. */
  gboolean (*row) (CzImporter *imp, GError **error);
  /* of texts: takes a whole file */
  gboolean (*file) (CzImporter *imp, const char *path, GError **error);
  /* (nullable) made before the first file, freed after the last */
  gpointer (*state_new) (CzImporter *imp);
  void (*state_free) (gpointer state);
  gboolean (*finish) (CzImporter *imp, GError **error);
} CzImportKind;

struct _CzImporter {
  CzHub *hub;
  const CzImportOptions *options;
  const CzImportKind *kind;
  CzMap *map;
  CzReport *report;
  CzImportResult *result;
  const char *path; /* of the file at hand */
  CzColumns *columns;
  const CzSheetRow *row;
  guint64 line; /* of texts, where there is no row */
  gpointer state;
};

extern const CzImportKind cz_import_regions, cz_import_markets, cz_import_distances, cz_import_products, cz_import_quotes,
    cz_import_policies, cz_import_notices;

/* "" when the table has no such column. */
const char *cz_importer_get (CzImporter *imp, guint field);

/* Counts the row as not taken and reports it. field -1: the row as a whole. reason and todo: translated. */
void cz_importer_refuse (CzImporter *imp, int field, const char *code, const char *reason, const char *todo);
/* The same with a reason by format. */
void cz_importer_refuse_f (CzImporter *imp, int field, const char *code, const char *todo, const char *format, ...) G_GNUC_PRINTF (5, 6);
void cz_importer_pass (CzImporter *imp, int field, const char *code, const char *reason);
void cz_importer_report (CzImporter *imp, CzReportStatus status, int field, const char *code, const char *reason, const char *todo);

/* A translation that is not taken; counted apart from the rows. */
void cz_importer_fault (CzImporter *imp, const char *reason, const char *todo);

/* Stores a row and counts what became of it; a second, different row of the same key in this run is not taken. *taken =
 * TRUE when it stands in the hub now. */
gboolean cz_importer_put (CzImporter *imp, const CzTable *table, const CzRow *row, gboolean *taken, GError **error);
/* A text in another language for a field of a row; "" stores nothing. */
gboolean cz_importer_translate (CzImporter *imp, const CzTable *table, gint64 row_id, const char *field, const char *lang, const char *text,
                                GError **error);

void cz_row_set_text (CzRow *row, const CzTable *table, const char *field, const char *text);
void cz_row_set_int (CzRow *row, const CzTable *table, const char *field, gint64 value);

/* A cell that is empty (0) or a whole number in range; else refuses the row and returns FALSE. */
gboolean cz_importer_number (CzImporter *imp, guint field, gint64 min, gint64 max, gint64 *out);

/* "3-5,9", "9-2" over the new year → bits 0 … 11; "" → 0. */
gboolean cz_season_parse (const char *text, gint64 *mask);
/* "每天", "周1,2,3", "周一至周六", "逢2、7" (days of the month), "农历逢2、7" → market.open_mask. */
gboolean cz_open_days_parse (const char *text, gint64 *mask);
/* "a|b" → "a\nb"; newly allocated. */
char *cz_aliases_from_cell (const char *text);
