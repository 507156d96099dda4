/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

/* Files put together for somebody to carry: into a folder (a stick) or into one zip (for the BOOT of a card, from Windows).
 * One thread. Errors: G_FILE_ERROR with the path in the message. */
typedef struct _CzParcel CzParcel;

/* The folder must be there. Each file is durable when add returns. */
CzParcel *cz_parcel_new_folder (const char *folder, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* modified_s: what the zip says of every file. Path is replaced by finish; before that, and without it, it stays as it was. */
CzParcel *cz_parcel_new_zip (const char *path, gint64 modified_s, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* name: relative, with '/'. */
gboolean cz_parcel_add (CzParcel *self, const char *name, GBytes *bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean cz_parcel_finish (CzParcel *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cz_parcel_free (CzParcel *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzParcel, cz_parcel_free)
