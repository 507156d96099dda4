/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/hub/import/cz-import.h"
#include "tests/app/hub/cz-hub-fixture.h"

/* Runs imports on a hub of its own and reads the report back. */

typedef struct {
  guint64 line;
  guint64 column;
  char *cell, *field, *value, *status, *code, *reason, *todo;
} CzReportLine;

typedef struct {
  CzHubFixture base;
  CzImportOptions options; /* kind and the like; files and report are set by the runner */
  CzImportResult result;
  GError *error; /* of the last run */
  GPtrArray *report; /* CzReportLine of the last run, without the header and the totals */
} CzImportFixture;

void cz_import_fixture_set_up (CzImportFixture *f, gconstpointer data); /* with 白菜 (LA1), 鸡蛋 by the piece, 东关市场, 城南市场 */
void cz_import_fixture_tear_down (CzImportFixture *f, gconstpointer data);
/* Writes bytes as a file of the test's folder; its path, newly allocated. */
char *cz_import_fixture_write (CzImportFixture *f, const char *name, const char *bytes);
/* FALSE when the run failed; f->error then says why. */
gboolean cz_import_fixture_run (CzImportFixture *f, const char *kind, const char *path);
/* write and run. */
gboolean cz_import_fixture_text (CzImportFixture *f, const char *kind, const char *name, const char *bytes);
/* How many report lines have this status and code (NULL: any). */
guint cz_import_fixture_reported (CzImportFixture *f, const char *status, const char *code);
gint64 cz_import_fixture_count (CzImportFixture *f, const char *sql);
/* Every row has one fate. */
void cz_import_fixture_check_sums (const CzImportFixture *f);
/* A file of ../shared/data; NULL and the test skipped when it is absent. */
char *cz_import_fixture_shared (const char *name);
char *cz_import_fixture_map (const char *name);
