/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

/* Durable files for this room and the offices above it. Errors: G_FILE_ERROR with the path in the message. */

/* Temporary name, write, fsync, rename, fsync of the folder: a reader or a power cut finds the old or the new bytes. */
gboolean cz_file_replace (const char *path, GBytes *bytes, guint mode, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Opens path (made with `mode` when absent), cuts it at offset, writes bytes there, fsyncs.
 * G_FILE_ERROR_INVAL when the file is shorter than offset. */
gboolean cz_file_append_at (const char *path, guint64 offset, GBytes *bytes, guint mode, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* From offset to the end; G_FILE_ERROR_NOENT, G_FILE_ERROR_NOSPC when more than max_bytes stand there. Regular files only. */
GBytes *cz_file_read (const char *path, guint64 offset, gsize max_bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The names in it are durable afterwards. A file system that keeps no folders to sync is put up with. */
gboolean cz_file_sync_folder (const char *folder, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Makes the folder and those above it, fsyncing each new entry. */
gboolean cz_file_make_folder (const char *path, guint mode, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Absent is no error. Durable. */
gboolean cz_file_remove (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
