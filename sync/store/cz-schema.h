/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/store/cz-db.h"

/* The schema of content.db: described tables, marks, the log of bundles, the local index of last quotes. */

#define CZ_CONTENT_APPLICATION_ID 0x435a4331u /* "CZC1" */
#define CZ_CONTENT_VERSION 3

gboolean cz_content_schema_migrate (sqlite3 *db, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Every column that we read is there, and SQLite understands the whole schema. CZ_STORE_ERROR_DAMAGED. */
gboolean cz_content_schema_check (sqlite3 *db, GError **error) G_GNUC_WARN_UNUSED_RESULT;
