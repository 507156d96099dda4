/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

/* The files of one import: folders unfolded by name, doubles left out; of texts the variants in other languages too,
 * since they are read with the text beside them. Errors: CZ_IMPORT_ERROR_USAGE, CZ_IMPORT_ERROR_REFUSED. */
GPtrArray *cz_import_files (const char *const *given, gboolean texts, GError **error);
/* SHA-256, for the hub's log. Errors: CZ_IMPORT_ERROR_REFUSED. */
gboolean cz_import_file_hash (const char *path, guint8 hash[32], GError **error);
