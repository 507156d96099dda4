/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/hub/import/cz-importer.h"

/* Reads a table row by row: finds the header line, passes over what the map says, hands the rest to imp->kind->row. */
gboolean cz_import_table (CzImporter *imp, const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
