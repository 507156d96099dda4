/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

/* One stream out of an OLE compound file ([MS-CFB]), read by offset. Every number of the file is checked before use; a
 * chain that bites its own tail ends at the number of sectors. */

typedef struct _CzOleStream CzOleStream;

/* names: NULL-terminated, the first that exists is opened. Errors: CZ_SHEET_ERROR_ABSENT, _DAMAGED; _MISLABELLED when none
 * of the names exists, _PROTECTED when the file is a package under a password. */
CzOleStream *cz_ole_stream_open (const char *path, const char *const *names, GError **error);
void cz_ole_stream_free (CzOleStream *stream);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzOleStream, cz_ole_stream_free)
guint64 cz_ole_stream_size (const CzOleStream *stream);
/* FALSE when n bytes do not stand there or cannot be read. */
gboolean cz_ole_stream_read (CzOleStream *stream, guint64 offset, void *into, gsize n);
